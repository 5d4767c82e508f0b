//! Text as text of HTML and XML, and Markdown in which nothing is HTML.

use ghostc_syntax::printable::printable;

/// Text in which nothing is markup, in elements and in attributes between double quotes. What else a format cannot hold as
/// it stands, `other` says: how a character is written, or nothing for one that may stay.
pub(crate) fn escape(text: &str, other: impl Fn(char) -> Option<String>) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            _ => match other(character) {
                Some(written) => out.push_str(&written),
                None => out.push(character),
            },
        }
    }
    out
}

/// Markdown that stays as it was written, but for what would do something where it is shown: tags of HTML (CommonMark,
/// section 6.6), images, and names behind an `@`, which forges tell of the text. Code between backticks stays whole.
pub(crate) fn without_html(text: &str) -> String {
    let text = printable(text);
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_ref();
    let mut before = ' ';
    while let Some(character) = rest.chars().next() {
        let code = code_span(rest);
        if code > 0 {
            out.push_str(rest.get(..code).unwrap_or_default());
            rest = rest.get(code..).unwrap_or_default();
            before = '`';
            continue;
        }
        let after = rest.get(character.len_utf8()..).unwrap_or_default();
        let opens_tag = after.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'));
        match character {
            // Backticks without their pair are text, all of them at once.
            '`' => {
                let ticks = rest.len() - rest.trim_start_matches('`').len();
                out.push_str(rest.get(..ticks).unwrap_or_default());
                rest = rest.get(ticks..).unwrap_or_default();
                before = '`';
                continue;
            }
            '<' if opens_tag => out.push_str("&lt;"),
            '!' if after.starts_with('[') => out.push_str("\\!"),
            '@' if !before.is_alphanumeric() => out.push_str("@&#8203;"),
            _ => out.push(character),
        }
        before = character;
        rest = after;
    }
    out
}

/// The length of the code span that a text starts with; of backticks without their pair, or of other text, none.
fn code_span(text: &str) -> usize {
    let ticks = text.len() - text.trim_start_matches('`').len();
    let Some(inside) = text.get(ticks..).filter(|_| ticks > 0) else {
        return 0;
    };
    let mut at = 0;
    for run in inside.split_inclusive(|c| c != '`') {
        let count = run.bytes().take_while(|byte| *byte == b'`').count();
        if count == ticks {
            return ticks + at + count;
        }
        at += run.len();
    }
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_stays_and_what_does_something_goes() {
        for (text, shown) in [
            (
                "a < b and `x < y` **bold** [link](a.md)",
                "a < b and `x < y` **bold** [link](a.md)",
            ),
            ("<img src=x onerror=alert(1)>", "&lt;img src=x onerror=alert(1)>"),
            ("</details><!-- x -->", "&lt;/details>&lt;!-- x -->"),
            (
                "`<b>` and ``a ` <i>`` and ` <u>",
                "`<b>` and ``a ` <i>`` and ` &lt;u>",
            ),
            (
                "ask @team, not a@b.org or `@team`",
                "ask @&#8203;team, not a@b.org or `@team`",
            ),
            ("![x](http://x)", "\\![x](http://x)"),
            ("a\u{1b}[31m\u{202e}b", "a\\u{1b}[31m\\u{202e}b"),
        ] {
            assert_eq!(without_html(text), shown, "{text}");
        }
    }
}
