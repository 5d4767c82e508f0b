//! The words that make a sentence normative: the keywords of RFC 2119, and the lower-case modals that people write for them.

use crate::spec::{Keyword, Strength};
use aho_corasick::packed::Searcher;
use std::sync::LazyLock;

/// The keywords of RFC 2119 and RFC 8174, the longer before the shorter that begin it.
const KEYWORDS: &[Keyword] = &[
    Keyword {
        text: "MUST NOT",
        strength: Strength::MustNot,
    },
    Keyword {
        text: "MUST",
        strength: Strength::Must,
    },
    Keyword {
        text: "SHALL NOT",
        strength: Strength::MustNot,
    },
    Keyword {
        text: "SHALL",
        strength: Strength::Must,
    },
    Keyword {
        text: "SHOULD NOT",
        strength: Strength::ShouldNot,
    },
    Keyword {
        text: "SHOULD",
        strength: Strength::Should,
    },
    Keyword {
        text: "REQUIRED",
        strength: Strength::Must,
    },
    Keyword {
        text: "RECOMMENDED",
        strength: Strength::Should,
    },
    Keyword {
        text: "NOT RECOMMENDED",
        strength: Strength::ShouldNot,
    },
    Keyword {
        text: "MAY",
        strength: Strength::May,
    },
    Keyword {
        text: "OPTIONAL",
        strength: Strength::May,
    },
];

/// The same in lower case, where nothing around them need be looked at. `may` is one of them in lower-case documents alone.
const MODALS: &[Keyword] = &[
    Keyword {
        text: "must not",
        strength: Strength::MustNot,
    },
    Keyword {
        text: "must",
        strength: Strength::Must,
    },
    Keyword {
        text: "shall not",
        strength: Strength::MustNot,
    },
    Keyword {
        text: "shall",
        strength: Strength::Must,
    },
    Keyword {
        text: "should not",
        strength: Strength::ShouldNot,
    },
    Keyword {
        text: "should",
        strength: Strength::Should,
    },
    Keyword {
        text: "may",
        strength: Strength::May,
    },
];

/// Adjectives that bind after `is` or `are`, and at the end of a field's type: `(integer, optional)`.
const ADJECTIVES: &[Keyword] = &[
    Keyword {
        text: "required",
        strength: Strength::Must,
    },
    Keyword {
        text: "recommended",
        strength: Strength::Should,
    },
    Keyword {
        text: "optional",
        strength: Strength::May,
    },
];

/// What may stand where three bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Start {
    /// A keyword.
    Keyword,
    /// A lower-case word that binds.
    Modal,
    /// The word `section`.
    Section,
    /// The name of the documents that say what keywords mean.
    Citation,
}

/// What each start may be. No start ends in what begins another, but inside a word. The searcher compares as many bytes as
/// the shortest of them has, so that none has fewer than three.
const STARTS: &[(&str, Start)] = &[
    ("MUS", Start::Keyword),
    ("SHA", Start::Keyword),
    ("SHO", Start::Keyword),
    ("REQ", Start::Keyword),
    ("REC", Start::Keyword),
    ("NOT", Start::Keyword),
    ("MAY", Start::Keyword),
    ("OPT", Start::Keyword),
    ("mus", Start::Modal),
    ("sha", Start::Modal),
    ("sho", Start::Modal),
    ("req", Start::Modal),
    ("rec", Start::Modal),
    ("may", Start::Modal),
    ("opt", Start::Modal),
    ("Sect", Start::Section),
    ("sect", Start::Section),
    ("RFC", Start::Citation),
    ("BCP", Start::Citation),
];

/// Finds [`STARTS`] with the processor's vectors; nothing where it has none for that.
static SEARCHER: LazyLock<Option<Searcher>> =
    LazyLock::new(|| Searcher::new(STARTS.iter().map(|(start, _)| start)));

impl Start {
    /// The places of a text that may matter, with what may be there; nearly all are none. Signs of sections come last.
    pub(super) fn all(text: &str) -> impl Iterator<Item = (usize, Start)> + '_ {
        let fast = SEARCHER.as_ref().map(|searcher| searcher.find_iter(text));
        let slow = if fast.is_none() { text } else { "" };
        let slow = slow.char_indices().filter_map(|(at, _)| {
            let rest = text.get(at..)?;
            let known = STARTS.iter().find(|(start, _)| rest.starts_with(start))?;
            Some((at, known.1))
        });
        let fast = fast.into_iter().flatten();
        let fast = fast.filter_map(|found| Some((found.start(), STARTS.get(found.pattern().as_usize())?.1)));
        let signs = if text.is_ascii() { "" } else { text };
        let signs = signs.match_indices('§').map(|(at, _)| (at, Start::Section));
        fast.chain(slow).chain(signs)
    }
}

/// Whether a byte continues a word of a script that puts spaces between words.
pub(super) fn is_inside_word(text: &str, at: usize) -> bool {
    text.get(..at)
        .and_then(|before| before.chars().next_back())
        .is_some_and(joins_words)
}

/// Whether a character next to a word is part of it. In scripts without spaces, such as those of Japanese, it is not.
fn joins_words(c: char) -> bool {
    c == '_' || (c.is_alphanumeric() && c < '\u{2e80}')
}

pub(super) fn keyword(before: &str, rest: &str) -> Option<(Keyword, usize)> {
    let (keyword, len) = one_of(KEYWORDS, rest)?;
    Some((weakened(keyword, before), len))
}

/// The word of a list that a text starts with, as a whole word.
fn one_of(known: &[Keyword], rest: &str) -> Option<(Keyword, usize)> {
    // The first three bytes tell them apart, and cost less than the words.
    let start = rest.as_bytes().first_chunk::<3>();
    let starts = |keyword: &&Keyword| keyword.text.as_bytes().first_chunk::<3>() == start;
    known.iter().filter(starts).find_map(|keyword| {
        let len = keyword_len(rest, keyword.text)?;
        let ends = rest.get(len..)?.chars().next().is_none_or(|c| !joins_words(c));
        ends.then_some((*keyword, len))
    })
}

/// Words behind which `REQUIRED` and its like are said of what stands before them: forms of `to be` and of `to stay`.
const COPULAS: &[&str] = &[
    "is", "are", "be", "was", "were", "been", "being", "not", "remain", "remains", "become", "becomes",
    "stay", "stays",
];

/// Words that end what is said with `REQUIRED`, where a noun would go on: `REQUIRED for`, `OPTIONAL when`.
const LINKS: &[&str] = &[
    "for",
    "when",
    "if",
    "unless",
    "and",
    "or",
    "in",
    "but",
    "to",
    "by",
    "on",
    "as",
    "only",
    "at",
    "with",
    "where",
    "that",
    "because",
    "since",
    "until",
    "from",
    "otherwise",
    "except",
    "than",
    "per",
    "before",
    "after",
    "while",
    "under",
    "of",
    "so",
    "then",
    "also",
    "once",
    "within",
    "during",
    "and/or",
    "is",
    "are",
    "it",
    "they",
];

/// Whether a keyword of a sentence is the adjective of a noun and tells which thing is meant: `the OPTIONAL fields`, and
/// not `fields are OPTIONAL`, `is an OPTIONAL field` or `(OPTIONAL string)`.
pub(super) fn is_adjective(keyword: Keyword, before: &str, after: &str) -> bool {
    let may_be = matches!(
        keyword.text,
        "REQUIRED" | "RECOMMENDED" | "NOT RECOMMENDED" | "OPTIONAL"
    );
    if !may_be {
        return false;
    }
    let marks = ['*', '_', '`', '"', '“', '”'];
    let noun = after.trim_start_matches(marks);
    let noun = noun
        .strip_prefix([' ', '\n'])
        .map(|rest| rest.trim_start_matches(marks));
    let noun = noun
        .and_then(|rest| rest.split_whitespace().next())
        .unwrap_or_default();
    let goes_on = noun.starts_with(char::is_alphanumeric) && !LINKS.contains(&noun.to_lowercase().as_str());
    let mut words = before.trim_end_matches(marks).split_whitespace().rev();
    let last = words.next().unwrap_or_default();
    // A field's own line, a type in parentheses, and what stands behind a colon say it of the field.
    let goes_before = last.ends_with(|c: char| c.is_alphanumeric() || marks.contains(&c));
    let article = ["a", "an", "the", "another", "one"].contains(&last.to_lowercase().as_str());
    let verb = if article { words.next() } else { Some(last) };
    let is_said = verb.is_some_and(|verb| COPULAS.contains(&verb.to_lowercase().as_str()));
    goes_on && goes_before && !is_said
}

/// What is not required, and what must not be, is left open.
fn weakened(keyword: Keyword, before: &str) -> Keyword {
    let may_be_negated = matches!(
        keyword.text,
        "REQUIRED" | "RECOMMENDED" | "required" | "recommended"
    );
    let before = before.trim_end();
    let before = before.strip_suffix(" be").unwrap_or(before);
    let mut negations = ["not", "NOT", "n't", "longer"].iter();
    if may_be_negated && negations.any(|word| before.ends_with(word)) {
        let strength = Strength::May;
        return Keyword { strength, ..keyword };
    }
    keyword
}

/// A lower-case word that binds.
pub(super) fn modal(before: &str, rest: &str) -> Option<(Keyword, usize)> {
    if let Some((keyword, len)) = one_of(MODALS, rest) {
        let joined = before.ends_with('-') || rest.get(len..)?.starts_with(['-', '/', '\'']);
        return (!joined).then_some((keyword, len));
    }
    let (keyword, len) = one_of(ADJECTIVES, rest)?;
    let after = rest.get(len..)?.trim_start();
    let of_a_field = before.ends_with([' ', '(']) && after.starts_with(')');
    let of_a_field = of_a_field && matches!(before.trim_end().chars().next_back(), Some(',' | '('));
    let words = before.trim_end();
    let words = words.strip_suffix(" not").unwrap_or(words);
    let is_said = [" is", " are", " be"].iter().any(|verb| words.ends_with(verb));
    let ends = after.is_empty() || after.starts_with(['.', ',', ';', ':', ')']) || after.starts_with("for ");
    let ends = ends || (keyword.strength != Strength::May && after.starts_with("to "));
    (of_a_field || (is_said && ends)).then(|| (weakened(keyword, before), len))
}

/// The length of the keyword at the start of the text; any white space may stand between its words.
fn keyword_len(text: &str, keyword: &str) -> Option<usize> {
    let Some((first, second)) = keyword.split_once(' ') else {
        return text.starts_with(keyword).then_some(keyword.len());
    };
    let rest = text.strip_prefix(first)?;
    let trimmed = rest.trim_start();
    let spaced = trimmed.len() < rest.len() && trimmed.starts_with(second);
    spaced.then(|| text.len() - trimmed.len() + second.len())
}

/// The paragraph that says what the keywords mean.
pub(super) fn is_boilerplate(text: &str) -> bool {
    let cites = ["RFC 2119", "RFC2119", "RFC 8174", "BCP 14"]
        .iter()
        .any(|name| text.contains(name));
    cites
        && ["key words", "keywords", "interpreted", "capitals"]
            .iter()
            .any(|word| text.contains(word))
}
