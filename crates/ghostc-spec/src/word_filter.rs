//! Which rare words a document holds at all, found in one pass: what looks for words that few documents have asks this
//! first, and need not read the others again.

use aho_corasick::packed::Searcher;
use std::sync::LazyLock;

/// Words that something looks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FilteredWord {
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
const WORDS: &[(FilteredWord, &str)] = &[
    (FilteredWord::BetweenOperations, "(see "),
    (FilteredWord::BetweenOperations, "(See "),
    (FilteredWord::BetweenOperations, "elegates to "),
    (FilteredWord::BetweenOperations, "elegate to "),
    (FilteredWord::BetweenOperations, "sed by all "),
    (FilteredWord::BetweenOperations, "sed by every "),
    (FilteredWord::Undecided, "TODO"),
    (FilteredWord::Undecided, "TBD"),
    (FilteredWord::Undecided, "FIXME"),
    (FilteredWord::Placeholder, "[FEATURE"),
    (FilteredWord::Placeholder, "[DATE]"),
    (FilteredWord::Placeholder, "[PROJECT"),
    (FilteredWord::Placeholder, "[###-"),
    (FilteredWord::Placeholder, "[Brief Title]"),
    (FilteredWord::Placeholder, "[INSERT "),
    (FilteredWord::Placeholder, "[PLACEHOLDER"),
    (FilteredWord::Placeholder, "[e.g., "),
    (FilteredWord::Placeholder, "[REMOVE IF UNUSED"),
    (FilteredWord::DocumentName, ".md"),
    (FilteredWord::ExplicitAnchor, "id=\""),
    (FilteredWord::ExplicitAnchor, "name=\""),
    (FilteredWord::Setting, "onfigured "),
];

/// The same for words of less than three bytes, which are looked for one by one: among them the others would cost twice
/// as much.
const SHORT: &[(FilteredWord, &str)] = &[
    (FilteredWord::EscapedQuote, "\\\""),
    (FilteredWord::SectionSign, "§"),
];

/// Finds [`WORDS`]; where the processor has no vectors for that there is none, and every document gives every hint.
static SEARCHER: LazyLock<Option<Searcher>> =
    LazyLock::new(|| Searcher::new(WORDS.iter().map(|(_, word)| word)));

/// The hints that a text gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WordFilter(u8);

impl WordFilter {
    /// Reads a text once.
    pub fn of(text: &str) -> WordFilter {
        let Some(searcher) = SEARCHER.as_ref() else {
            return WordFilter(u8::MAX);
        };
        let found = searcher.find_iter(text);
        let word_filter = found.filter_map(|found| WORDS.get(found.pattern().as_usize()));
        let short = SHORT.iter().filter(|(_, word)| text.contains(word));
        WordFilter(
            word_filter
                .chain(short)
                .fold(0, |bits, (hint, _)| bits | hint.bit()),
        )
    }

    /// Whether the text holds a word of a hint.
    pub fn give(self, hint: FilteredWord) -> bool {
        self.0 & hint.bit() != 0
    }
}

impl FilteredWord {
    fn bit(self) -> u8 {
        1 << self as u8
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_gives_its_hint_and_no_other() {
        assert_eq!(WordFilter::of("Plain words [and] \"quotes\"."), WordFilter(0));
        for (hint, word) in WORDS.iter().chain(SHORT) {
            assert_eq!(
                WordFilter::of(&format!("é {word}x")),
                WordFilter(hint.bit()),
                "{word}"
            );
            assert!(WordFilter::of(word).give(*hint));
        }
    }
}
