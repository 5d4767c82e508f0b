//! Texts with gaps: `[..]` stands for anything on its line, a line of `...` for any number of lines, none among them.
//!
//! The notation is that of trycmd and snapbox. Their filters rewrite what was printed and compare; here it is matched, so
//! that the answer is exact for any number of gaps, in time in proportion to the product of both at worst.

const ANYTHING: &str = "[..]";
const ANY_LINES: &str = "...";

/// Whether a text is as a pattern says.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    if pattern == text {
        return true;
    }
    if !pattern.contains(ANYTHING) && !pattern.contains(ANY_LINES) {
        return false;
    }
    let pattern: Vec<&str> = pattern.split_inclusive('\n').collect();
    let text: Vec<&str> = text.split_inclusive('\n').collect();
    let runs: Vec<&[&str]> = pattern
        .split(|line| line.trim_end_matches('\n') == ANY_LINES)
        .collect();
    placed(&runs, &text, |pattern, line| line_matches(pattern, line))
}

/// Whether one line is as a pattern says; both with or both without their ends.
pub(super) fn line_matches(pattern: &str, line: &str) -> bool {
    let runs: Vec<&str> = pattern.split(ANYTHING).collect();
    let [first, between @ .., last] = runs.as_slice() else {
        return pattern == line;
    };
    let Some(mut rest) = line.strip_prefix(first) else {
        return false;
    };
    for run in between {
        let Some(at) = rest.find(run) else {
            return false;
        };
        rest = rest.get(at + run.len()..).unwrap_or_default();
    }
    rest.ends_with(last)
}

/// Whether runs of patterns fit items in their order, the first at the beginning and the last at the end, with any items
/// between two runs. Each run is taken where it fits first, which leaves most to those that follow.
fn placed<P, T>(runs: &[&[P]], items: &[T], fits: impl Fn(&P, &T) -> bool) -> bool {
    let fits_at = |run: &[P], at: usize| {
        let items = items.get(at..at + run.len());
        items.is_some_and(|items| run.iter().zip(items).all(|(pattern, item)| fits(pattern, item)))
    };
    let [first, between @ .., last] = runs else {
        return runs.iter().all(|run| run.len() == items.len() && fits_at(run, 0));
    };
    if !fits_at(first, 0) {
        return false;
    }
    let mut at = first.len();
    for run in between {
        let Some(found) = (at..=items.len()).find(|at| fits_at(run, *at)) else {
            return false;
        };
        at = found + run.len();
    }
    let end = items.len().checked_sub(last.len()).filter(|end| *end >= at);
    end.is_some_and(|end| fits_at(last, end))
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn gaps_take_what_is_there_and_nothing_else() {
        let fitting = [
            ("a\n", "a\n"),
            (
                "error: [..]retry[..]\n",
                "error: the key retry.base is not known\n",
            ),
            ("error: [..]\n", "error: \n"),
            ("[..]a[..]a", "aa"),
            ("...\n", ""),
            ("...\n", "x\ny\n"),
            ("a\n...\n", "a\n"),
            ("a\n...\nd\n", "a\nb\nc\nd\n"),
            ("...\nb [..]\n...\nd\n", "a\nb 1\nc\nb 2\nd\n"),
            ("...\nx", "a\nx"),
            ("[..]", "[..]"),
        ];
        for (pattern, text) in fitting {
            assert!(matches(pattern, text), "{pattern:?} {text:?}");
        }
        let others = [
            ("a\n", "a"),
            ("error: [..]\n", "error: a\nb\n"),
            ("error: [..]\n", "error: a"),
            ("[..]ab[..]b", "ab"),
            ("a[..]a", "a"),
            ("...\nb\n", "b\nc\n"),
            ("a\n...\na\n", "a\n"),
            ("a...\n", "ab\n"),
            ("", "a"),
        ];
        for (pattern, text) in others {
            assert!(!matches(pattern, text), "{pattern:?} {text:?}");
        }
    }
}
