//! A normal text as the words, numbers and marks of which it is made, for a comparison word by word.

use super::lexicon;

/// A word, a number or a mark.
#[derive(Clone, Debug)]
pub(super) struct Atom {
    /// It in small letters.
    pub(super) text: String,
    /// It as written.
    pub(super) exact: String,
    /// What it is.
    pub(super) kind: AtomKind,
    /// Whether it is in a code span.
    pub(super) literal: bool,
    /// Whether it is in words that only show what the sentence says: `(for example …)`.
    pub(super) shows: bool,
}

/// What an atom is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AtomKind {
    /// Letters.
    Word,
    /// What has a digit.
    Number,
    /// A mark.
    Mark,
}

impl Atom {
    fn new(exact: &str, literal: bool) -> Atom {
        let kind = if exact.chars().any(|c| c.is_ascii_digit()) {
            AtomKind::Number
        } else if exact.chars().any(is_letter) {
            AtomKind::Word
        } else {
            AtomKind::Mark
        };
        Atom {
            text: code_point(exact).unwrap_or_else(|| exact.to_lowercase()),
            exact: exact.to_string(),
            kind,
            literal,
            shows: false,
        }
    }

    /// Whether it is a word of the running text.
    pub(super) fn is_word(&self) -> bool {
        self.kind == AtomKind::Word && !self.literal
    }

    /// Whether it is a mark that says nothing.
    pub(super) fn is_plain_mark(&self) -> bool {
        self.kind == AtomKind::Mark && !self.literal
    }
}

/// A number in one of the two notations of code points, `0x09` and `U+0009`, in the shorter one.
fn code_point(exact: &str) -> Option<String> {
    let digits = ["0x", "0X", "U+", "u+"]
        .iter()
        .find_map(|mark| exact.strip_prefix(mark))?;
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_number.then(|| format!("0x{}", digits.trim_start_matches('0').to_lowercase()))
}

fn is_letter(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The atoms of a normal text. Numbers keep their points and their sign of per cent; a word keeps its apostrophe.
pub(super) fn atoms(text: &str) -> Vec<Atom> {
    let mut out = Vec::new();
    for (at, piece) in text.split('`').enumerate() {
        push(piece, at % 2 == 1, &mut out);
    }
    mark_examples(&mut out);
    out
}

fn push(piece: &str, literal: bool, out: &mut Vec<Atom>) {
    let mut rest = piece;
    while let Some(first) = rest.chars().next() {
        let mut end = first.len_utf8();
        if is_letter(first) {
            end = word_end(rest);
        } else if first.is_whitespace() {
            rest = rest.get(end..).unwrap_or_default();
            continue;
        }
        let (word, after) = rest.split_at(end);
        out.push(Atom::new(word, literal));
        rest = after;
    }
}

/// Where the word or number ends that a text starts with.
fn word_end(text: &str) -> usize {
    // A character of a script without spaces is a word.
    let wide = |c: char| c >= '\u{2e80}';
    if let Some(rest) = text
        .strip_prefix("U+")
        .filter(|rest| rest.starts_with(|c: char| c.is_ascii_hexdigit()))
    {
        return 2 + rest.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(rest.len());
    }
    let mut chars = text.char_indices().peekable();
    let mut digits = false;
    while let Some((at, c)) = chars.next() {
        digits |= c.is_ascii_digit();
        let next = chars.peek().map(|(_, next)| *next);
        let joins = |c: char| (matches!(c, '.' | ',') && digits) || matches!(c, '\'' | '’');
        let continues = is_letter(c) || (joins(c) && next.is_some_and(is_letter)) || (c == '%' && digits);
        if !continues || (wide(c) && at > 0) {
            return at;
        }
        if wide(c) {
            return at + c.len_utf8();
        }
    }
    text.len()
}

/// Marks what stands behind words such as `for example`: up to the end of the parenthesis or the clause, or a keyword.
fn mark_examples(atoms: &mut [Atom]) {
    let (mut depth, mut open) = (0_usize, None);
    for at in 0..atoms.len() {
        let opens = open.is_none() && leads_to_example(atoms, at);
        let Some(atom) = atoms.get_mut(at) else { break };
        match atom.text.as_str() {
            "(" if !atom.literal => depth += 1,
            ")" if !atom.literal => {
                if open.is_some_and(|opened| depth <= opened) {
                    open = None;
                }
                depth = depth.saturating_sub(1);
            }
            ";" | "." | ":" | "!" | "?" if !atom.literal && depth == 0 => open = None,
            word => {
                let binds = atom.kind == AtomKind::Word
                    && !atom.literal
                    && lexicon::force(word).is_some_and(|force| force > 1);
                if binds && open == Some(0) {
                    open = None;
                }
            }
        }
        if opens {
            open = Some(depth);
        }
        if open.is_some() {
            atom.shows = true;
        }
    }
}

/// Whether the words from a place on lead to an example.
pub(super) fn leads_to_example(atoms: &[Atom], at: usize) -> bool {
    if atoms.get(at).is_none_or(Atom::is_plain_mark) {
        return false;
    }
    lexicon::EXAMPLES.iter().any(|lead| {
        let words = atoms.get(at..).unwrap_or_default().iter();
        let mut words = words.filter(|atom| !atom.is_plain_mark());
        lead.iter().all(|word| {
            words
                .next()
                .is_some_and(|atom| !atom.literal && atom.text == *word)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        atoms(text).into_iter().map(|atom| atom.text).collect()
    }

    #[test]
    fn numbers_and_words_are_whole() {
        assert_eq!(
            texts("Don't wait 1.5 s, or 20%."),
            ["don't", "wait", "1.5", "s", ",", "or", "20%", "."]
        );
        assert_eq!(texts("`a.b` is v2.1."), ["a", ".", "b", "is", "v2.1", "."]);
    }

    #[test]
    fn code_points_have_one_notation() {
        assert_eq!(texts("(0x0D 0x0A)"), texts("(U+000D U+000A)"));
        assert_eq!(texts("U+ and 0xg"), ["u", "+", "and", "0xg"]);
    }

    #[test]
    fn what_only_shows_is_marked() {
        let found = atoms("Marks (for example a dot) and MUST go, such as b. End");
        let shown: Vec<&str> = found
            .iter()
            .filter(|atom| atom.shows)
            .map(|atom| atom.text.as_str())
            .collect();
        assert_eq!(shown, ["for", "example", "a", "dot", "such", "as", "b"]);
    }
}
