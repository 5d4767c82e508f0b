//! Text of others made safe to show: spec text, paths, names and the output of code, wherever people or programs read it.
//!
//! The one place that knows which characters steer a terminal or mislead a reader, and which lines a CI runner obeys.

use std::borrow::Cow;

/// Whether a character is not seen, or changes how others are seen: controls other than tab and line feed (ISO 6429),
/// marks that turn the direction of writing (Unicode Annex 9, section 2), separators of lines, and marks without width.
pub fn is_hidden(c: char) -> bool {
    matches!(c,
        '\u{0}'..='\u{8}' | '\u{b}'..='\u{1f}' | '\u{7f}'..='\u{9f}'
        | '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// The text with every hidden character written out, as in `\u{1b}`. A carriage return before a line feed is left out.
pub fn printable(text: &str) -> Cow<'_, str> {
    if !text.contains(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c == '\r' && chars.peek() == Some(&'\n') {
            continue;
        }
        push(c, &mut out);
    }
    Cow::Owned(out)
}

fn push(c: char, out: &mut String) {
    if is_hidden(c) {
        out.extend(c.escape_unicode());
    } else {
        out.push(c);
    }
}

/// A whole output for a terminal or the log of a CI job: printable but for colours, and without a line that a runner takes
/// for a command (`::error …` at the start of a line, after blanks too; `##[error]` anywhere in it). A backslash is put
/// into such a mark.
pub fn terminal_text(text: &str) -> Cow<'_, str> {
    let is_plain = !text.contains(is_hidden) && !text.contains("::") && !text.contains("##[");
    if is_plain {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for line in text.split_inclusive('\n') {
        push_line(line, &mut out);
    }
    Cow::Owned(out)
}

fn push_line(line: &str, out: &mut String) {
    let mut rest = line;
    // Whether nothing that is seen stands before: colours do not count, since a log may be kept without them.
    let mut at_start = true;
    while let Some(c) = rest.chars().next() {
        if let Some(color) = color(rest) {
            out.push_str(color);
            rest = rest.get(color.len()..).unwrap_or_default();
            continue;
        }
        // The name of a command follows at once: `:::`, which stands before a further place, is none.
        let is_named = |name: &str| name.starts_with(|c: char| c.is_ascii_alphabetic());
        if at_start && rest.strip_prefix("::").is_some_and(is_named) {
            out.push('\\');
        }
        if rest.starts_with("##[") {
            out.push_str("##\\[");
            rest = rest.get(3..).unwrap_or_default();
        } else {
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
            if !(c == '\r' && rest == "\n") {
                push(c, out);
            }
        }
        at_start = at_start && c.is_whitespace();
    }
}

/// The sequence that sets colours which a text starts with: `ESC [ … m` with the parameters that our own output uses. What
/// conceals, blinks or inverts is none.
fn color(text: &str) -> Option<&str> {
    let parameters = text.strip_prefix("\u{1b}[")?;
    let end = parameters.find(|c: char| !(c.is_ascii_digit() || c == ';'))?;
    let (parameters, after) = parameters.split_at_checked(end)?;
    let is_known = |parameter: &str| match parameter.parse::<u8>() {
        Ok(number) => {
            matches!(number, 0..=5 | 22..=23 | 30..=39 | 90..=97) || parameters.starts_with("38;5;")
        }
        Err(_) => parameter.is_empty(),
    };
    let known = after.starts_with('m') && parameters.split(';').all(is_known);
    known.then(|| text.get(..2 + end + 1)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_characters_are_written_out() {
        for (text, shown) in [
            ("plain\ttext\n", "plain\ttext\n"),
            ("a\u{1b}]8;;http://x\u{7}b", "a\\u{1b}]8;;http://x\\u{7}b"),
            ("\u{1b}[31mred", "\\u{1b}[31mred"),
            ("a\u{202e}b\u{2066}c", "a\\u{202e}b\\u{2066}c"),
            ("a\r\nb\rc", "a\nb\\u{d}c"),
            ("\u{9b}31m", "\\u{9b}31m"),
            ("a\u{200b}b\u{feff}", "a\\u{200b}b\\u{feff}"),
            ("👩‍👩‍👧 é 漢", "👩‍👩‍👧 é 漢"),
        ] {
            assert_eq!(printable(text), shown, "{text:?}");
        }
    }

    #[test]
    fn terminals_get_colours_and_nothing_else_that_steers_them() {
        for (text, shown) in [
            (
                "\u{1b}[31mred\u{1b}[0m \u{1b}[1m\u{1b}[38;5;9mx",
                "\u{1b}[31mred\u{1b}[0m \u{1b}[1m\u{1b}[38;5;9mx",
            ),
            ("\u{1b}[8mhidden", "\\u{1b}[8mhidden"),
            ("\u{1b}[2J\u{1b}]0;title\u{7}", "\\u{1b}[2J\\u{1b}]0;title\\u{7}"),
            ("\u{1b}[", "\\u{1b}["),
            ("\u{1b}[31", "\\u{1b}[31"),
        ] {
            assert_eq!(terminal_text(text), shown, "{text:?}");
        }
    }

    #[test]
    fn runners_find_no_commands() {
        for (text, shown) in [
            ("::error::x", "\\::error::x"),
            ("a\n  \t::add-mask::x\n", "a\n  \t\\::add-mask::x\n"),
            ("\u{1b}[31m::error::x\u{1b}[0m", "\u{1b}[31m\\::error::x\u{1b}[0m"),
            ("a::b", "a::b"),
            (" ::: a.md:3:5", " ::: a.md:3:5"),
            ("x ##[error]y", "x ##\\[error]y"),
            ("###[", "###\\["),
        ] {
            assert_eq!(terminal_text(text), shown, "{text:?}");
        }
    }
}
