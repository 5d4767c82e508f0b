//! note(consistency): a required test is of what the spec only recommends
//!
//! A section lists the tests that an implementation is required to pass, and one of them is about a sentence that says `SHOULD`.
//! Code that leaves out what is recommended conforms and fails the test.
//! A test and a sentence are taken for the same where most words of the test are in the sentence, what is recommended among them, and no other sentence has as many.
//!
//! ## Wrong
//!
//! ````fixture
//! //- /p/SPEC.md
//! # P
//!
//! ## Reading
//!
//! A list call MAY leave out a malformed record, and SHOULD log what it leaves out.
//!
//! ## Tests
//!
//! These tests are REQUIRED:
//!
//! - List calls log each malformed record that they leave out
//! ````
//!
//! ## Right
//!
//! ````fixture
//! //- /p/SPEC.md
//! # P
//!
//! ## Reading
//!
//! A list call MAY leave out a malformed record, and MUST log what it leaves out.
//!
//! ## Tests
//!
//! These tests are REQUIRED:
//!
//! - List calls log each malformed record that they leave out
//! ````

use super::DocumentContext;
use ghostc_spec::library::{Document, Role};
use ghostc_spec::prose::within;
use ghostc_syntax::{Diagnostic, Item, KeywordUse, Sources, Span, Strength};
use std::collections::{BTreeMap, BTreeSet};

/// Words in the titles of sections that list tests, and of those whose tests nobody has to pass.
const TESTS: &[&str] = &["test", "validation", "conformance", "acceptance"];
const FREE: &[&str] = &["optional", "recommended", "extension"];
/// What the first word of a test for some implementations alone is.
const CONDITIONS: &[&str] = &["if", "when", "where"];
/// Words that say nothing of what a sentence is about.
const COMMON: &[&str] = &[
    "the", "and", "for", "are", "with", "without", "that", "this", "from", "not", "all", "each", "when",
    "than", "then", "into", "per", "only", "its", "any", "must", "should", "may", "required", "optional",
    "they",
];
/// Fewer words than this are like many sentences.
const WORDS: usize = 5;

pub(super) fn check_document(
    context: DocumentContext<'_>,
    sources: &Sources,
    findings: &mut Vec<Diagnostic>,
) {
    let mut uses = context
        .document
        .spec
        .statements
        .iter()
        .flat_map(|found| &found.keywords);
    let recommends = uses.any(|used| used.keyword.strength == Strength::Should);
    let lists = if context.document.role == Role::Spec && recommends {
        lists(context.document)
    } else {
        Vec::new()
    };
    if lists.is_empty() {
        return;
    }
    let outside = |span: &Span| !lists.iter().any(|list| list.contains(*span));
    let sentences = context
        .document
        .spec
        .sentences
        .iter()
        .map(|sentence| sentence.span);
    let sentences = sentences.filter(outside);
    let weak = sentences
        .clone()
        .flat_map(|span| recommended(context.document, span, sources));
    let weak: BTreeSet<Stem> = weak.map(|(_, verb)| verb).collect();
    // Few tests hold what is recommended anywhere, and only those can be of it.
    let tests = lists
        .iter()
        .flat_map(|list| tests(context.document, *list, sources));
    let tests: Vec<_> = tests.filter(|(_, words)| !words.is_disjoint(&weak)).collect();
    if tests.is_empty() {
        return;
    }
    let known: BTreeSet<Stem> = tests.iter().flat_map(|(_, words)| words).copied().collect();
    let mut said = Recommendations::default();
    for span in sentences {
        for word in words(sources.slice(span), |word| known.contains(&word)) {
            said.of_word.entry(word).or_default().push(said.recommended.len());
        }
        said.recommended
            .push(recommended(context.document, span, sources).collect());
    }
    findings.extend(tests.iter().filter_map(|(test, words)| said.fault(*test, words)));
}

/// The sections that list tests, of which they say that they bind.
fn lists(home: &Document) -> Vec<Span> {
    let headings = &home.spec.headings;
    let has = |at: usize, words: &[&str]| {
        headings.get(at).is_some_and(|heading| {
            let title = heading.text.to_lowercase();
            words.iter().any(|word| title.contains(word))
        })
    };
    let sections = headings.iter().enumerate().filter(|(at, heading)| {
        has(*at, TESTS) && !has(*at, FREE) && !heading.parent().is_some_and(|parent| has(parent, TESTS))
    });
    let binds = |section: &Span| {
        let body = home.body(*section);
        let mut statements = home.spec.statements.iter();
        statements.any(|found| found.strength == Strength::Must && body.contains(found.span))
    };
    sections
        .map(|(_, heading)| heading.section())
        .filter(binds)
        .collect()
}

/// The tests of a section, each part of an item with its words.
fn tests(home: &Document, list: Span, sources: &Sources) -> Vec<(Span, BTreeSet<Stem>)> {
    let spec = &home.spec;
    let is_free = |item: &Item| {
        let heading = item.heading().and_then(|at| spec.headings.get(at));
        heading.is_some_and(|heading| FREE.iter().any(|word| heading.text.to_lowercase().contains(word)))
    };
    let items = spec
        .items
        .iter()
        .filter(|item| item.parent().is_none() && list.contains(item.span));
    let texts = items
        .filter(|item| !is_free(item))
        .filter_map(|item| spec.blocks.get(item.block()?));
    let mut found = Vec::new();
    for block in texts {
        let text = sources.slice(block.span);
        let first = text.split_whitespace().next().unwrap_or_default();
        let has_keyword = spec
            .statements
            .iter()
            .any(|statement| block.span.contains(statement.span));
        if has_keyword || CONDITIONS.iter().any(|word| first.eq_ignore_ascii_case(word)) {
            continue;
        }
        let mut start = 0;
        for part in text.split(';') {
            let lead = part.len() - part.trim_start().len();
            let at = within(block.span, start + lead..start + part.trim_end().len().max(lead));
            found.push((at, words(part, |_| true)));
            start += part.len() + 1;
        }
    }
    found.retain(|(_, words)| words.len() >= WORDS);
    found
}

/// The sentences outside the lists.
#[derive(Default)]
struct Recommendations {
    /// What each recommends: the keywords and the words behind them.
    recommended: Vec<Vec<(KeywordUse, Stem)>>,
    /// Which have a word of a test.
    of_word: BTreeMap<Stem, Vec<usize>>,
}

impl Recommendations {
    /// How many words of a test each has.
    fn covered(&self, test: &BTreeSet<Stem>) -> Vec<usize> {
        let mut counts = vec![0; self.recommended.len()];
        for at in test.iter().filter_map(|word| self.of_word.get(word)).flatten() {
            if let Some(count) = counts.get_mut(*at) {
                *count += 1;
            }
        }
        counts
    }

    /// What is wrong with a test: the one sentence that says most of it recommends what the test requires.
    fn fault(&self, at: Span, test: &BTreeSet<Stem>) -> Option<Diagnostic> {
        let covered = self.covered(test);
        let most = *covered.iter().max()?;
        let mut best = covered.iter().enumerate().filter(|(_, count)| **count == most);
        let (Some((best, _)), None) = (best.next(), best.next()) else {
            return None;
        };
        let mut recommended = self.recommended.get(best)?.iter();
        let (used, _) = recommended.find(|(_, verb)| test.contains(verb))?;
        // Seven of ten words.
        (most * 10 >= test.len() * 7).then(|| {
            Diagnostic::new(
                super::STRENGTH_VS_TEST,
                at,
                "this test is required, and what it is of is not",
            )
            .also(used.span, "it is recommended here")
            .help("Say `MUST` there, or say at the test that it is of a recommendation.")
        })
    }
}

/// What a sentence recommends: the keyword and the word behind it.
fn recommended(home: &Document, span: Span, sources: &Sources) -> impl Iterator<Item = (KeywordUse, Stem)> {
    let uses = home.spec.keywords_in(span);
    let weak = uses.filter(|used| used.keyword.strength == Strength::Should);
    weak.filter_map(move |used| {
        let rest = Span {
            start: used.span.end,
            ..span
        };
        let word = sources.slice(rest).split_whitespace().next();
        word.map(|word| (*used, stem(word)))
    })
}

/// The first letters of a word in small letters, so that endings do not count.
type Stem = [char; 4];

/// The words of a text that are meant and say what it is about.
fn words(text: &str, is_meant: impl Fn(Stem) -> bool) -> BTreeSet<Stem> {
    let words = text.split(|c: char| !c.is_alphabetic());
    let words = words.filter(|word| word.chars().nth(2).is_some());
    words
        .map(|word| (word, stem(word)))
        .filter(|(_, stem)| is_meant(*stem))
        .filter(|(word, _)| !COMMON.iter().any(|common| word.eq_ignore_ascii_case(common)))
        .map(|(_, stem)| stem)
        .collect()
}

fn stem(word: &str) -> Stem {
    let mut stem = Stem::default();
    let letters = word.chars().flat_map(char::to_lowercase);
    for (slot, letter) in stem.iter_mut().zip(letters) {
        *slot = letter;
    }
    stem
}
