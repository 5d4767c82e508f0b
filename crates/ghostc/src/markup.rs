//! Text as text of HTML and XML.

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
