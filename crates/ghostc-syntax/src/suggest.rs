//! "Did you mean": the nearest known name by edit distance.

/// The known name nearest to what was written, if it is near enough to be meant: at most a third of its letters differ.
pub fn nearest<'a>(written: &str, known: &[&'a str]) -> Option<&'a str> {
    let mut left = usize::MAX;
    nearest_within(written, known, &mut left)
}

/// Suggestions for many names, as long as looking for them is cheap beside reading them: a text with thousands of
/// mistakes gets none for the last of them.
#[derive(Debug)]
pub struct Guesses {
    /// How many pairs of letters may still be compared.
    left: usize,
}

impl Default for Guesses {
    fn default() -> Guesses {
        Guesses { left: 20_000_000 }
    }
}

impl Guesses {
    /// The same as [`nearest`]; nothing once too much was compared.
    pub fn nearest<'a>(&mut self, written: &str, known: &[&'a str]) -> Option<&'a str> {
        (self.left > 0)
            .then(|| nearest_within(written, known, &mut self.left))
            .flatten()
    }
}

/// Names for a sentence: the first of them, and how many more there are.
pub fn listed(names: &[&str]) -> String {
    const SHOWN: usize = 40;
    let shown = names.get(..SHOWN).unwrap_or(names).join(", ");
    match names.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// Takes what is compared off what may be; names are left out that are too long or too short, or once nothing is left.
fn nearest_within<'a>(written: &str, known: &[&'a str], left: &mut usize) -> Option<&'a str> {
    let normal = |text: &str| -> Vec<char> {
        let lower = text.to_lowercase();
        lower.chars().filter(|c| !matches!(c, '-' | '_' | ' ')).collect()
    };
    let wanted = normal(written);
    let near = known.iter().filter_map(|name| {
        *left = left.saturating_sub(name.len());
        if *left == 0 {
            return None;
        }
        let other = normal(name);
        let limit = (name.chars().count().max(wanted.len()) / 3).max(1);
        if other.len().abs_diff(wanted.len()) > limit {
            return None;
        }
        *left = left.saturating_sub(wanted.len() * other.len());
        Some((distance(&wanted, &other), *name)).filter(|(distance, _)| *distance <= limit)
    });
    near.min_by_key(|(distance, _)| *distance).map(|(_, name)| name)
}

/// The Damerau-Levenshtein distance (optimal string alignment): insertions, deletions, substitutions, swaps.
pub fn distance(a: &[char], b: &[char]) -> usize {
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

    #[test]
    fn guesses_end_when_too_much_was_compared() {
        let mut guesses = Guesses::default();
        let names = vec!["abcdefghij"; 1_000];
        let found: Vec<bool> = (0..1_000)
            .map(|_| guesses.nearest("abcdefghix", &names).is_some())
            .collect();
        assert_eq!((found.first(), found.last()), (Some(&true), Some(&false)));
    }

    #[test]
    fn a_long_list_is_cut() {
        assert_eq!(listed(&["a", "b"]), "a, b");
        assert!(listed(&["a"; 43]).ends_with("a, a and 3 more"));
    }
}
