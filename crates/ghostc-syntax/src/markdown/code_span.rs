//! Where the words of a code span stand in the source, line by line.

use super::lines::opening_ticks;
use std::borrow::Cow;

/// The pieces of a code span that is written over lines, each with its offset in the span as it is written: what stands
/// on each line, and between them one space where the line ends. `words` is what CommonMark makes of the span.
///
/// `pulldown-cmark` gives a space for each of the two bytes that end a line on Windows, and takes one of them off at an
/// edge.
pub(super) fn pieces<'t>(words: &'t str, written: &'t str) -> Vec<(&'t str, usize)> {
    let as_it_stands = || vec![(words, opening_ticks(written))];
    let inside = written.trim_start_matches('`');
    let ticks = written.len() - inside.len();
    let Some(inside) = inside.get(..inside.len().saturating_sub(ticks)) else {
        return as_it_stands();
    };
    let padded = format!(" {words} ");
    let (lines, stripped) = match (aligned(words, inside), aligned(&padded, inside)) {
        (Some(lines), _) => (lines, false),
        (None, Some(lines)) => (lines, true),
        (None, None) => return as_it_stands(),
    };
    let mut found: Vec<(&str, usize)> = Vec::new();
    for (at, (line, offset)) in lines.iter().enumerate() {
        found.push((line, ticks + offset));
        if at + 1 < lines.len() {
            found.push((" ", ticks + offset + line.len()));
        }
    }
    if stripped {
        strip(&mut found);
    }
    found.retain(|(piece, _)| !piece.is_empty());
    found
}

/// A text whose lines are one: each line end, with the indent behind it, is a space, as it is in code.
pub(super) fn on_one_line(text: &str) -> Cow<'_, str> {
    if !text.contains(['\n', '\r']) {
        return Cow::Borrowed(text);
    }
    let mut lines = text.split(['\n', '\r']);
    let mut out = lines.next().unwrap_or_default().to_string();
    for line in lines.map(|line| line.trim_start_matches([' ', '\t'])) {
        // Nothing stands between the two bytes that end a line on Windows, and no line of an item is blank.
        if !line.is_empty() {
            out.push(' ');
            out.push_str(line);
        }
    }
    Cow::Owned(out)
}

/// Takes off the spaces at both ends.
fn strip(pieces: &mut [(&str, usize)]) {
    if let Some((piece, offset)) = pieces.iter_mut().find(|(piece, _)| !piece.is_empty()) {
        *piece = piece.strip_prefix(' ').unwrap_or(piece);
        *offset += 1;
    }
    if let Some((piece, _)) = pieces.iter_mut().rfind(|(piece, _)| !piece.is_empty()) {
        *piece = piece.strip_suffix(' ').unwrap_or(piece);
    }
}

/// The part of each line that is in `words`, where they are the lines without the marks of the quotes and lists around
/// them, and a space for each byte that ends one.
fn aligned<'t>(words: &str, inside: &'t str) -> Option<Vec<(&'t str, usize)>> {
    let (mut rest, mut found) = (words, Vec::new());
    let mut start = 0;
    loop {
        let line = inside.get(start..)?;
        let line = line.get(..line.find(['\n', '\r']).unwrap_or(line.len()))?;
        let end = inside.get(start + line.len()..)?;
        let ending = if end.starts_with("\r\n") {
            2
        } else {
            end.len().min(1)
        };
        let (shown, after) = shown(line, rest, ending, start == 0)?;
        found.push((shown, start + line.len() - shown.len()));
        rest = after;
        if ending == 0 {
            return rest.is_empty().then_some(found);
        }
        start += line.len() + ending;
    }
}

/// The end of a line that `words` start with, and the words behind it and its line ending.
fn shown<'t, 'w>(line: &'t str, words: &'w str, ending: usize, whole: bool) -> Option<(&'t str, &'w str)> {
    let marks = |c: char| matches!(c, '>' | ' ' | '\t');
    let bare = line.trim_start_matches(marks);
    let most = if whole { 0 } else { line.len() - bare.len() };
    (0..=most).find_map(|from| {
        let shown = line.get(from..)?;
        let rest = words.strip_prefix(shown)?;
        let rest = rest.strip_prefix(["", " ", "  "].get(ending)?)?;
        (ending > 0 || rest.is_empty()).then_some((shown, rest))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The pieces of a span by their text, and the place of each in the source that they must stand at.
    fn checked(words: &str, written: &str) -> String {
        let found = pieces(words, written);
        for (piece, at) in found.iter().filter(|(piece, _)| *piece != " ") {
            assert_eq!(written.get(*at..at + piece.len()), Some(*piece), "{written:?}");
        }
        found.iter().map(|(piece, _)| *piece).collect()
    }

    #[test]
    fn a_call_over_lines_is_on_one() {
        for text in ["`f(1,\n  \"a\n\tb\")` →\n 2", "`f(1,\r\n  \"a\r\n\tb\")` →\r\n 2"] {
            assert_eq!(on_one_line(text), "`f(1, \"a b\")` → 2");
        }
    }

    #[test]
    fn a_line_end_is_one_space_however_it_is_written() {
        for (words, written, wanted) in [
            ("a b", "`a\nb`", "a b"),
            ("a  b", "`a\r\nb`", "a b"),
            ("t", "`\nt `", "t"),
            (" t", "`\r\nt `", "t"),
            (" t", "`` \nt\n``", " t"),
            ("a  b  > c", "`a\r\n> b\r\n> > c`", "a b > c"),
            (" a ", "`\r\na\r\n`", "a"),
        ] {
            assert_eq!(checked(words, written), wanted, "{written:?}");
        }
    }
}
