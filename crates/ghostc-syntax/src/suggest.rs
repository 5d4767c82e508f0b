//! "Did you mean": the nearest known name by edit distance.

/// The known name nearest to what was written, if it is near enough to be meant: at most a third of its letters differ.
pub fn nearest<'a>(written: &str, known: &[&'a str]) -> Option<&'a str> {
    let normal = |text: &str| text.to_lowercase().replace(['-', '_', ' '], "");
    let wanted = normal(written);
    known
        .iter()
        .map(|name| (distance(&wanted, &normal(name)), *name))
        .filter(|(distance, name)| *distance <= (name.chars().count().max(wanted.chars().count()) / 3).max(1))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// The Damerau-Levenshtein distance (optimal string alignment): insertions, deletions, substitutions, swaps.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let at = |row: &[usize], k: usize| row.get(k).copied().unwrap_or(usize::MAX / 2);
            let mut best = (at(&last, j) + usize::from(x != y))
                .min(at(&last, j + 1) + 1)
                .min(at(&row, j) + 1);
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(y) && b.get(j - 1) == Some(x);
            if swapped {
                best = best.min(at(&before, j - 1) + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plural_and_a_swap_are_near_and_another_word_is_not() {
        assert_eq!(
            nearest("format_durations", &["parse_duration", "format_duration"]),
            Some("format_duration")
        );
        assert_eq!(nearest("ouptut", &["input", "output"]), Some("output"));
        assert_eq!(nearest("colour", &["input", "output"]), None);
    }
}
