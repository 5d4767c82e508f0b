//! Which rare words a document holds at all, found in one pass: what looks for words that few documents have asks this
//! first, and need not read the others again.

use aho_corasick::packed::Searcher;
use std::sync::LazyLock;

/// Words that something looks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hint {
    /// Words between operations: `(see …)`, `delegates to`, `used by all`.
    BetweenOperations,
    /// `TODO` and its like.
    Undecided,
    /// What templates put between brackets.
    Placeholder,
    /// A quote after a backslash.
    EscapedQuote,
    /// `§`.
    SectionSign,
    /// The ending of a Markdown document's name.
    DocumentName,
    /// An anchor in HTML.
    ExplicitAnchor,
    /// The words before the name of a setting.
    Setting,
}

/// The words of each hint, as they are written; none is a part of another hint's.
const WORDS: &[(Hint, &str)] = &[
    (Hint::BetweenOperations, "(see "),
    (Hint::BetweenOperations, "(See "),
    (Hint::BetweenOperations, "elegates to "),
    (Hint::BetweenOperations, "elegate to "),
    (Hint::BetweenOperations, "sed by all "),
    (Hint::BetweenOperations, "sed by every "),
    (Hint::Undecided, "TODO"),
    (Hint::Undecided, "TBD"),
    (Hint::Undecided, "FIXME"),
    (Hint::Placeholder, "[FEATURE"),
    (Hint::Placeholder, "[DATE]"),
    (Hint::Placeholder, "[PROJECT"),
    (Hint::Placeholder, "[###-"),
    (Hint::Placeholder, "[Brief Title]"),
    (Hint::Placeholder, "[INSERT "),
    (Hint::Placeholder, "[PLACEHOLDER"),
    (Hint::Placeholder, "[e.g., "),
    (Hint::Placeholder, "[REMOVE IF UNUSED"),
    (Hint::DocumentName, ".md"),
    (Hint::ExplicitAnchor, "id=\""),
    (Hint::ExplicitAnchor, "name=\""),
    (Hint::Setting, "onfigured "),
];

/// The same for words of less than three bytes, which are looked for one by one: among them the others would cost twice
/// as much.
const SHORT: &[(Hint, &str)] = &[(Hint::EscapedQuote, "\\\""), (Hint::SectionSign, "§")];

/// Finds [`WORDS`]; where the processor has no vectors for that there is none, and every document gives every hint.
static SEARCHER: LazyLock<Option<Searcher>> =
    LazyLock::new(|| Searcher::new(WORDS.iter().map(|(_, word)| word)));

/// The hints that a text gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hints(u8);

impl Hints {
    /// Reads a text once.
    pub fn of(text: &str) -> Hints {
        let Some(searcher) = SEARCHER.as_ref() else {
            return Hints(u8::MAX);
        };
        let found = searcher.find_iter(text);
        let hints = found.filter_map(|found| WORDS.get(found.pattern().as_usize()));
        let short = SHORT.iter().filter(|(_, word)| text.contains(word));
        Hints(hints.chain(short).fold(0, |bits, (hint, _)| bits | hint.bit()))
    }

    /// Whether the text holds a word of a hint.
    pub fn give(self, hint: Hint) -> bool {
        self.0 & hint.bit() != 0
    }
}

impl Hint {
    fn bit(self) -> u8 {
        1 << self as u8
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_gives_its_hint_and_no_other() {
        assert_eq!(Hints::of("Plain words [and] \"quotes\"."), Hints(0));
        for (hint, word) in WORDS.iter().chain(SHORT) {
            assert_eq!(Hints::of(&format!("é {word}x")), Hints(hint.bit()), "{word}");
            assert!(Hints::of(word).give(*hint));
        }
    }
}
