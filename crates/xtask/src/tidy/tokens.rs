//! Splits Rust text into tokens with their lines, and tokens into those of the program and those of its tests.
//!
//! Comments are left out. It never fails: text that is no Rust gives some tokens. A parser would see less, since it
//! keeps out of macros, and paths inside them count here.

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// An identifier or a keyword.
    Word,
    /// A punctuation character, or `::`.
    Mark,
    /// A string, a character, a number or a lifetime.
    Literal,
}

/// One token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token<'a> {
    /// The line that it starts on, from 1.
    pub(crate) line: usize,
    pub(crate) kind: Kind,
    pub(crate) text: &'a str,
}

impl Token<'_> {
    /// Whether it is this word or punctuation.
    pub(crate) fn is(&self, text: &str) -> bool {
        self.kind != Kind::Literal && self.text == text
    }
}

/// All tokens of a text, in order.
pub(crate) fn tokens(text: &str) -> Vec<Token<'_>> {
    let (mut rest, mut line) = (text, 1);
    let mut all = Vec::new();
    while let Some(first) = rest.chars().next() {
        let (kind, length) = measure(rest, first);
        let Some((text, after)) = rest.split_at_checked(length) else {
            break;
        };
        all.extend(kind.map(|kind| Token { line, kind, text }));
        line += text.matches('\n').count();
        rest = after;
    }
    all
}

/// What the text starts with, and its length in bytes; no kind for space and comments.
fn measure(rest: &str, first: char) -> (Option<Kind>, usize) {
    if first.is_whitespace() {
        return (None, first.len_utf8());
    }
    if rest.starts_with("//") {
        return (None, rest.find('\n').unwrap_or(rest.len()));
    }
    if rest.starts_with("/*") {
        return (None, block_comment(rest));
    }
    if let Some(length) = string(rest) {
        return (Some(Kind::Literal), length);
    }
    if first == '\'' {
        return (Some(Kind::Literal), character_or_lifetime(rest));
    }
    if is_word(first) {
        let kind = if first.is_ascii_digit() {
            Kind::Literal
        } else {
            Kind::Word
        };
        return (Some(kind), word(rest));
    }
    let length = if rest.starts_with("::") {
        2
    } else {
        first.len_utf8()
    };
    (Some(Kind::Mark), length)
}

fn is_word(char: char) -> bool {
    char.is_alphanumeric() || char == '_'
}

fn word(rest: &str) -> usize {
    rest.find(|char| !is_word(char)).unwrap_or(rest.len())
}

/// The length of a comment in `/*`, which may hold others.
fn block_comment(rest: &str) -> usize {
    let mut depth = 0;
    let pairs = rest.bytes().zip(rest.bytes().skip(1)).enumerate();
    let mut skip = false;
    for (at, pair) in pairs {
        if std::mem::take(&mut skip) {
            continue;
        }
        match pair {
            (b'/', b'*') => depth += 1,
            (b'*', b'/') => depth -= 1,
            _ => continue,
        }
        skip = true;
        if depth == 0 {
            return at + 2;
        }
    }
    rest.len()
}

/// The length of the string literal that the text starts with.
fn string(rest: &str) -> Option<usize> {
    let plain = rest.trim_start_matches(['b', 'c']);
    let raw = plain.strip_prefix('r');
    let hashes = raw.map_or(0, |raw| raw.len() - raw.trim_start_matches('#').len());
    let opened = raw.unwrap_or(plain).get(hashes..)?.strip_prefix('"')?;
    // A longer prefix is an identifier before a string, which only macros have.
    let prefix = rest.len() - plain.len();
    let before = rest.len() - opened.len();
    if prefix > 1 {
        return None;
    }
    let end = if raw.is_some() {
        let close = format!("\"{}", "#".repeat(hashes));
        opened.find(&close).map(|at| at + close.len())
    } else {
        closing_quote(opened, '"')
    };
    Some(before + end.unwrap_or(opened.len()))
}

/// The offset after the quote that is not escaped.
fn closing_quote(text: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (at, char) in text.char_indices() {
        if char == quote && !escaped {
            return Some(at + 1);
        }
        escaped = char == '\\' && !escaped;
    }
    None
}

fn character_or_lifetime(rest: &str) -> usize {
    let inner = rest.strip_prefix('\'').unwrap_or(rest);
    let mut chars = inner.chars();
    let (first, second) = (chars.next(), chars.next());
    if first == Some('\\') || second == Some('\'') {
        return 1 + closing_quote(inner, '\'').unwrap_or(inner.len());
    }
    1 + word(inner)
}

/// The tokens of a file by what they are compiled for.
#[derive(Debug, Default)]
pub(crate) struct Split<'a> {
    pub(crate) program: Vec<Token<'a>>,
    /// Items below `#[cfg(test)]`, without that attribute.
    pub(crate) tests: Vec<Token<'a>>,
}

/// Takes apart what is compiled for tests only.
pub(crate) fn split<'a>(tokens: &[Token<'a>]) -> Split<'a> {
    let mut split = Split::default();
    let mut rest = tokens;
    while let Some(first) = rest.first() {
        let attribute = attribute(rest);
        let length = attribute.map_or(1, <[Token<'_>]>::len);
        let (head, after) = rest.split_at(length.min(rest.len()));
        rest = after;
        if attribute.is_some_and(is_for_tests) {
            let (item, after) = rest.split_at(item(rest).min(rest.len()));
            split.tests.extend(item);
            rest = after;
        } else if attribute.is_some() {
            split.program.extend(head);
        } else {
            split.program.push(*first);
        }
    }
    split
}

/// The attribute that the tokens start with, `#[…]` or `#![…]`.
fn attribute<'t, 'a>(tokens: &'t [Token<'a>]) -> Option<&'t [Token<'a>]> {
    let hash = tokens.first()?.is("#");
    let inner = usize::from(tokens.get(1)?.is("!"));
    if !hash || !tokens.get(1 + inner)?.is("[") {
        return None;
    }
    tokens.get(..1 + inner + group(tokens.get(1 + inner..)?))
}

fn is_for_tests(attribute: &[Token<'_>]) -> bool {
    let has = |word| attribute.iter().any(|token| token.is(word));
    has("cfg") && has("test") && !has("not")
}

/// How many tokens the group in brackets has that they start with.
pub(crate) fn group(tokens: &[Token<'_>]) -> usize {
    let mut depth = 0_usize;
    for (count, token) in (1..).zip(tokens) {
        match token.text {
            "(" | "[" | "{" if token.kind == Kind::Mark => depth += 1,
            ")" | "]" | "}" if token.kind == Kind::Mark => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return count;
        }
    }
    tokens.len()
}

const ITEMS: &[&str] = &[
    "async", "const", "enum", "extern", "fn", "impl", "let", "mod", "pub", "static", "struct", "trait",
    "type", "unsafe", "use",
];

/// How many tokens the item, field or variant has that they start with, its attributes included.
fn item(tokens: &[Token<'_>]) -> usize {
    let mut at = 0;
    while let Some(attribute) = tokens.get(at..).and_then(attribute) {
        at += attribute.len();
    }
    let is_item = tokens.get(at).is_some_and(|first| ITEMS.contains(&first.text));
    while let Some(token) = tokens.get(at) {
        if [")", "]", "}"].iter().any(|close| token.is(close)) {
            return at;
        }
        let length = tokens.get(at..).map_or(1, group);
        at += length;
        if token.is(";") || token.is("{") || (token.is(",") && !is_item) {
            return at;
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts<'a>(tokens: &[Token<'a>]) -> Vec<&'a str> {
        tokens.iter().map(|token| token.text).collect()
    }

    #[test]
    fn comments_go_and_literals_are_one_token() {
        let text =
            "a::b /* x /* y */ z */ 'c' '\\'' 'life \"// \\\" s\" r#\"a\"b\"# br\"x\" // end\n1_000u8 r#type";
        let expected = [
            "a",
            "::",
            "b",
            "'c'",
            "'\\''",
            "'life",
            "\"// \\\" s\"",
            "r#\"a\"b\"#",
            "br\"x\"",
            "1_000u8",
            "r",
            "#",
            "type",
        ];
        let tokens = tokens(text);
        assert_eq!(texts(&tokens), expected);
        assert_eq!(tokens.iter().filter(|token| token.line == 2).count(), 4);
        assert_eq!(
            tokens.iter().filter(|token| token.kind == Kind::Literal).count(),
            7
        );
    }

    #[test]
    fn no_text_makes_it_fail() {
        for text in ["", "\"", "'", "/*", "r#\"", "#[", "}", "'\\", "é'é", "/*/"] {
            split(&tokens(text));
        }
    }

    #[test]
    fn what_is_compiled_for_tests_is_taken_apart() {
        let text = "
            #[cfg(test)] use a::{b};
            #[cfg(test)]
            #[derive(Debug)]
            struct T { x: [u8; 2] }
            #[cfg(not(test))] fn real<A, B>() {}
            struct S { #[cfg(test)] hidden: u8, shown: u8 }
            #[cfg(all(test, unix))]
            mod tests { fn f() {} }
            fn last() {}
        ";
        let tokens = tokens(text);
        let split = split(&tokens);
        let [program, tests] = [&split.program, &split.tests].map(|tokens| texts(tokens).join(" "));
        assert_eq!(
            program,
            "; # [ cfg ( not ( test ) ) ] fn real < A , B > ( ) { } struct S { shown : u8 } fn last ( ) { }"
        );
        assert_eq!(
            tests,
            "use a :: { b } # [ derive ( Debug ) ] struct T { x : [ u8 ; 2 ] } hidden : u8 , mod tests { fn f ( ) { } }"
        );
    }
}
