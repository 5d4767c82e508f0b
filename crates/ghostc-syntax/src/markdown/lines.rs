//! Small questions about lines of Markdown that no event answers.

use std::ops::Range;

/// The length of what opens a code span: its backticks, and the one space that CommonMark takes off.
pub(super) fn opening_ticks(span: &str) -> usize {
    let inside = span.trim_start_matches('`');
    let stripped = inside.starts_with([' ', '\n']) && inside.trim_end_matches('`').ends_with([' ', '\n']);
    (span.len() - inside.len()) + usize::from(stripped && !inside.trim_matches(['`', ' ', '\n']).is_empty())
}

/// The number that an ordered list item is written with; CommonMark counts on from the first.
pub(super) fn written_number(item: &str) -> Option<u32> {
    let end = item.find(|c: char| !c.is_ascii_digit())?;
    item.get(..end)?.parse().ok()
}

/// A heading's leading label and the rest: `5.3 Title`, `5. Title`, `A.1 Title`, `Appendix B. Title`, `7.3Title`.
pub(super) fn number(title: &str) -> Option<(&str, &str)> {
    let rest = title
        .strip_prefix("Appendix ")
        .or_else(|| title.strip_prefix("§").map(str::trim_start))
        .unwrap_or(title);
    let appendix = rest.len() != title.len();
    let end = rest
        .find(|c: char| !(c.is_ascii_digit() || c == '.'))
        .unwrap_or(rest.len());
    let lettered = rest.starts_with(|c: char| c.is_ascii_uppercase());
    let (label, after) = if lettered {
        let tail = rest.get(1..)?;
        let end = tail
            .find(|c: char| !(c.is_ascii_digit() || c == '.'))
            .unwrap_or(tail.len());
        let after = tail.get(end..)?;
        if !(appendix || (end > 1 && tail.starts_with('.'))) {
            return None;
        }
        (rest.get(..=end)?, after)
    } else {
        (rest.get(..end)?, rest.get(end..)?)
    };
    let label = label.trim_end_matches('.');
    let separated = after.is_empty() || after.starts_with([' ', ':', ')', '—', '–']) || label.contains('.');
    (!label.is_empty() && separated).then(|| (label, after.trim_start_matches([' ', ':', ')'])))
}

pub(super) fn fence_is_closed(block: &str) -> bool {
    let mut lines = block.lines();
    let opening = lines.next().unwrap_or_default().trim_start();
    let mark = if opening.starts_with('~') { '~' } else { '`' };
    let length = opening.len() - opening.trim_start_matches(mark).len();
    let last = lines
        .next_back()
        .unwrap_or_default()
        .trim_start_matches([' ', '\t', '>'])
        .trim_end();
    last.len() >= length && !last.is_empty() && last.chars().all(|c| c == mark)
}

/// The front matter that a document opens with: all of it, and the lines between its marks. The first of these is neither
/// blank nor the end.
pub(super) fn front_matter(text: &str) -> Option<(Range<usize>, Range<usize>)> {
    let blank = text.len() - text.trim_start_matches(['\n', '\r']).len();
    let mut at = blank;
    let mut content = None;
    for line in text.get(blank..)?.split_inclusive('\n') {
        let words = line.trim_end();
        let end = at + line.len();
        content = match content {
            None if words == "---" => Some(end),
            None => return None,
            Some(start) if matches!(words, "---" | "...") => {
                return (at > start).then_some((blank..at + words.len(), start..at));
            }
            Some(start) if at == start && words.is_empty() => return None,
            Some(start) => Some(start),
        };
        at = end;
    }
    None
}

/// Whether the document opens with `---` and a key, as front matter would, but no second `---` follows.
pub(super) fn unclosed_front_matter(text: &str) -> bool {
    let mut lines = text.lines();
    let opens = lines.next().is_some_and(|line| line.trim_end() == "---");
    let key = lines.next().is_some_and(|line| {
        line.split_once(':').is_some_and(|(key, _)| {
            !key.is_empty()
                && key
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
        })
    });
    opens && key && !lines.any(|line| matches!(line.trim_end(), "---" | "..."))
}
