//! Small questions about prose: anchors, white space, and where sentences end.

use memchr::{memchr, memchr3_iter, memrchr};
use std::ops::Range;

/// The fragment that GitHub makes of a heading's text (github-slugger): lower case; letters, marks, numbers, `_`, `-`
/// and spaces kept; spaces become `-`. Repeats are numbered by the caller.
pub fn slug(text: &str) -> String {
    if text.is_ascii() {
        return ascii_slug(text);
    }
    text.to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | ' ') || is_mark(*c))
        .map(|c| if c == ' ' { '-' } else { c })
        .collect()
}

/// The same for what most headings are made of, in a fraction of the time.
fn ascii_slug(text: &str) -> String {
    let mut slug = text.to_ascii_lowercase().into_bytes();
    for byte in slug.iter_mut().filter(|byte| **byte == b' ') {
        *byte = b'-';
    }
    slug.retain(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    String::from_utf8(slug).unwrap_or_default()
}

/// Combining marks (Unicode category M) of the blocks that occur in prose; Rust's standard library has no test for it.
fn is_mark(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5bd}' | '\u{610}'..='\u{61a}'
        | '\u{64b}'..='\u{65f}' | '\u{900}'..='\u{903}' | '\u{93a}'..='\u{94f}' | '\u{e31}' | '\u{e34}'..='\u{e3a}'
        | '\u{e47}'..='\u{e4e}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}'
        | '\u{3099}' | '\u{309a}' | '\u{fe00}'..='\u{fe0f}' | '\u{fe20}'..='\u{fe2f}')
}

/// The lines of a text that have at least so many bytes, without their ends and each with its offset. Lines that are
/// shorter are passed over several at a time.
pub(crate) fn long_lines(text: &str, least: usize) -> impl Iterator<Item = (usize, &str)> {
    let bytes = text.as_bytes();
    let mut start = 0_usize;
    std::iter::from_fn(move || {
        loop {
            let ahead = bytes.get(start..start.checked_add(least)?)?;
            if let Some(end) = memrchr(b'\n', ahead) {
                start += end + 1;
                continue;
            }
            let at = start;
            let end = memchr(b'\n', bytes.get(at..)?).map_or(bytes.len(), |len| at + len);
            start = end + 1;
            return Some((at, text.get(at..end)?));
        }
    })
}

/// The text with every run of white space as one space, none at the ends, and no quote marks at line starts.
pub fn collapse_whitespace(text: &str) -> String {
    if is_collapsed(text) {
        return text.to_string();
    }
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        for word in line.trim_start_matches([' ', '\t', '>']).split_whitespace() {
            if !out.is_empty() {
                out.push(' ');
            }
            out.push_str(word);
        }
    }
    out
}

/// Whether nothing is to collapse, which is so for most texts of one line.
fn is_collapsed(text: &str) -> bool {
    let mut before = b' ';
    let single = text.bytes().all(|byte| {
        let spaces = byte == b' ' && before == b' ';
        before = byte;
        byte >= b' ' && !spaces
    });
    let has_other_spaces = || text.chars().any(|c| !c.is_ascii() && c.is_whitespace());
    single && before != b' ' && !text.starts_with('>') && (text.is_ascii() || !has_other_spaces())
}

/// Adds the byte ranges of the sentences of a text; `is_code` says which bytes are code, in which nothing ends a sentence.
///
/// A sentence ends at `.`, `!` or `?` before white space, unless what follows starts with a small letter or what
/// precedes is an abbreviation or a list number; and at `。`, `！`, `？` always.
pub(crate) fn sentence_ranges(text: &str, is_code: impl Fn(usize) -> bool, ranges: &mut Vec<Range<usize>>) {
    let mut start = skip_space(text, 0);
    // Most marks stand inside words, and that is seen before anything else is asked.
    let inside_word = |at: usize| text.as_bytes().get(at + 1).is_some_and(u8::is_ascii_alphanumeric);
    for at in marks(text).filter(|at| !inside_word(*at) && !is_code(*at)) {
        let ends = wide_end(text, at).or_else(|| {
            let plain_stop =
                text.as_bytes().get(at) == Some(&b'.') && !at.checked_sub(1).is_some_and(&is_code);
            ascii_end(text, start, at, plain_stop)
        });
        if let Some(end) = ends {
            if end > start {
                ranges.push(start..end);
            }
            start = skip_space(text, end);
        }
    }
    let end = text.trim_end().len();
    if end > start {
        ranges.push(start..end);
    }
}

/// Where a text holds a mark that may end a sentence, or at least a byte that such a mark starts with.
fn marks(text: &str) -> impl Iterator<Item = usize> + '_ {
    let bytes = text.as_bytes();
    let (plain, mixed) = if text.is_ascii() {
        (bytes, &[][..])
    } else {
        (&[][..], bytes)
    };
    // The lead bytes of `。` (E3 80 82), `！` and `？` (EF BC 81, EF BC 9F).
    let mixed = mixed.iter().enumerate();
    let mixed = mixed.filter(|(_, byte)| matches!(byte, b'.' | b'!' | b'?' | 0xe3 | 0xef));
    memchr3_iter(b'.', b'!', b'?', plain).chain(mixed.map(|(at, _)| at))
}

fn skip_space(text: &str, from: usize) -> usize {
    let rest = text.get(from..).unwrap_or_default();
    from + (rest.len() - rest.trim_start().len())
}

fn wide_end(text: &str, at: usize) -> Option<usize> {
    let c = text.get(at..)?.chars().next()?;
    matches!(c, '。' | '！' | '？').then(|| at + c.len_utf8())
}

/// The end of the sentence that a mark at `at` closes; a plain stop may also belong to an abbreviation or a number.
fn ascii_end(text: &str, start: usize, at: usize, plain_stop: bool) -> Option<usize> {
    let rest = text.get(at + 1..)?;
    let closed = rest.trim_start_matches(['"', '\'', ')', ']', '*', '_', '”', '’']);
    let end = at + 1 + (rest.len() - closed.len());
    let next = closed.trim_start();
    if next.is_empty() {
        return None; // The last sentence is closed by the end of the text.
    }
    if next.len() == closed.len() || next.starts_with(|c: char| c.is_lowercase()) {
        return None;
    }
    let sentence = text.get(start..at)?;
    let word = sentence.rsplit([' ', '(', '[']).next().unwrap_or_default();
    let abbreviation = matches!(
        word,
        "e.g" | "i.e" | "cf" | "vs" | "approx" | "No" | "Fig" | "Sec" | "Dr" | "Mr" | "Ms"
    );
    let initial = word.len() == 1 && word.starts_with(|c: char| c.is_ascii_uppercase());
    let list_number = word.len() == sentence.len()
        && !word.is_empty()
        && word.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let part_of_a_word = plain_stop && (abbreviation || initial || list_number);
    (!part_of_a_word).then_some(end)
}

#[cfg(test)]
#[allow(clippy::string_slice, reason = "a test that slices wrongly should panic")]
mod tests {
    use super::*;

    fn sentences(text: &str) -> Vec<&str> {
        let mut ranges = Vec::new();
        sentence_ranges(text, |_| false, &mut ranges);
        ranges.into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn what_is_collapsed_stays_and_what_is_not_is() {
        for text in ["a b", "“a” — b", "ä", ""] {
            assert_eq!(collapse_whitespace(text), text);
        }
        for text in [
            "a\u{a0}b",
            "a\u{2003}b ",
            "> a\n> b",
            " a  b",
            "a\tb",
            "a\u{3000}\nb",
        ] {
            assert_eq!(collapse_whitespace(text), "a b", "{text:?}");
        }
    }

    #[test]
    fn long_lines_are_all_found() {
        let found = |text, least| long_lines(text, least).collect::<Vec<_>>();
        assert_eq!(found("", 0), [(0, "")]);
        assert_eq!(found("ab\nc\n", 2), [(0, "ab")]);
        let text = "a\n\nlonger line\nb\nlong\r\nlong";
        assert_eq!(found(text, 4), [(3, "longer line"), (17, "long\r"), (23, "long")]);
        for least in 1..14 {
            let lines = text.split('\n').filter(|line| line.len() >= least);
            let found = long_lines(text, least).map(|(_, line)| line);
            assert!(found.eq(lines), "{least}");
        }
    }

    #[test]
    fn sentences_end_where_a_reader_would_say() {
        assert_eq!(
            sentences("It is 1.5 s. Then it ends."),
            ["It is 1.5 s.", "Then it ends."]
        );
        assert_eq!(
            sentences("Use e.g. One. (Two.) Three"),
            ["Use e.g. One.", "(Two.)", "Three"]
        );
        assert_eq!(sentences("a. b. C! D"), ["a. b.", "C!", "D"]);
        assert_eq!(sentences("一。二！"), ["一。", "二！"]);
        assert_eq!(sentences("  1. First"), ["1. First"]);
    }

    #[test]
    fn slugs_are_githubs() {
        assert_eq!(slug("5.3 `a_b` — C & d (e)"), "53-a_b--c--d-e");
        assert_eq!(
            slug("duration(seconds, options?) → string"),
            "durationseconds-options--string"
        );
        assert_eq!(slug("要件1: テスト"), "要件1-テスト");
        assert_eq!(slug("A_b-C  (D) 5.3"), "a_b-c--d-53");
    }
}
