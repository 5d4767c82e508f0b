//! Criteria in the Easy Approach to Requirements Syntax: `WHEN t, THE x SHALL r`, in any case and language.

use crate::facts::Ears;

/// What opens a condition, and the pattern that it makes.
const CONDITIONS: &[(&str, Ears)] = &[
    ("when", Ears::Event),
    ("if", Ears::Unwanted),
    ("while", Ears::State),
    ("where", Ears::Optional),
];

/// The pattern of a criterion and its subject as a range of the text; nothing where it has no `shall`.
pub(super) fn read(text: &str) -> Option<(Ears, Option<std::ops::Range<usize>>)> {
    let lower = text.to_ascii_lowercase();
    let shall = word(&lower, "shall", 0)?;
    let mut found = CONDITIONS.iter().filter(|(name, _)| {
        word(lower.get(..shall).unwrap_or_default(), name, 0).is_some_and(|at| opens(&lower, at))
    });
    let pattern = match (found.next(), found.next()) {
        (None, _) => Ears::Ubiquitous,
        (Some((_, pattern)), None) => *pattern,
        (Some(_), Some(_)) => Ears::Complex,
    };
    let the = last_word(lower.get(..shall)?, "the");
    let subject = the.map(|at| {
        let start = at + "the".len();
        let raw = text.get(start..shall).unwrap_or_default();
        let lead = raw.len() - raw.trim_start().len();
        start + lead..start + raw.trim_end().len()
    });
    Some((pattern, subject.filter(|range| range.start < range.end)))
}

/// Whether a condition word opens the sentence or follows a comma or another condition.
fn opens(lower: &str, at: usize) -> bool {
    let before = lower.get(..at).unwrap_or_default().trim_end();
    before.is_empty() || before.ends_with([',', '.', ':', '、', '*']) || before.ends_with(" and")
}

/// The offset of a word.
fn word(text: &str, wanted: &str, from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        let found = at + text.get(at..)?.find(wanted)?;
        if is_whole(text, found, wanted.len()) {
            return Some(found);
        }
        at = found + wanted.len();
    }
}

fn last_word(text: &str, wanted: &str) -> Option<usize> {
    let mut end = text.len();
    loop {
        let found = text.get(..end)?.rfind(wanted)?;
        if is_whole(text, found, wanted.len()) {
            return Some(found);
        }
        end = found;
    }
}

fn is_whole(text: &str, at: usize, len: usize) -> bool {
    let inside = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let before = text.get(..at).and_then(|before| before.chars().next_back());
    let after = text.get(at + len..).and_then(|after| after.chars().next());
    !before.is_some_and(inside) && !after.is_some_and(inside)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_told_apart() {
        let pattern = |text| read(text).map(|(ears, _)| ears);
        assert_eq!(pattern("THE Store SHALL keep it"), Some(Ears::Ubiquitous));
        assert_eq!(
            pattern("WHEN it ends THEN the System SHALL stop"),
            Some(Ears::Event)
        );
        assert_eq!(
            pattern("If it fails, the store shall retry"),
            Some(Ears::Unwanted)
        );
        assert_eq!(pattern("WHILE on, THE Lamp SHALL glow"), Some(Ears::State));
        assert_eq!(pattern("WHERE fitted THE Horn SHALL sound"), Some(Ears::Optional));
        assert_eq!(
            pattern("WHILE on, WHEN hit, THE Lamp SHALL blink"),
            Some(Ears::Complex)
        );
        assert_eq!(pattern("It must not"), None);
    }

    #[test]
    fn the_subject_is_what_must_act() {
        let text = "WHEN the user asks, THE Order_Service SHALL answer";
        let (_, subject) = read(text).expect("a criterion");
        assert_eq!(subject.and_then(|range| text.get(range)), Some("Order_Service"));
    }
}
