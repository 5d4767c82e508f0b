//! warning(consistency): a spec speaks of a configured value that it defines nowhere
//!
//! The spec defines its settings field by field, and a sentence goes by a configured value whose word is in no field and nowhere else in the document.
//! Nothing says how to configure it.
//!
//! ## Wrong
//!
//! ````fixture
//! //- /p/SPEC.md
//! # P
//!
//! ### `queue` (object)
//!
//! - `size` (integer)
//! - `name` (string)
//! - `owner` (string)
//!
//! Jobs of the configured priority MUST run first.
//! ````
//!
//! ## Right
//!
//! ````fixture
//! //- /p/SPEC.md
//! # P
//!
//! ### `queue` (object)
//!
//! - `size` (integer)
//! - `name` (string)
//! - `owner` (string)
//!
//! Jobs of the configured owner MUST run first.
//! ````

use super::DocumentContext;
use crate::field_docs::Defined;
use ghostc_spec::library::{Document, Role};
use ghostc_spec::prose::within;
use ghostc_spec::word_filter::FilteredWord;
use ghostc_syntax::{Diagnostic, Sources, Span};

/// The fewest fields that make a document one that defines its settings.
const FIELDS: usize = 3;
/// What the name of a configured value stands behind.
const MARK: &str = "the configured ";

pub(super) fn check_document(
    context: DocumentContext<'_>,
    sources: &Sources,
    findings: &mut Vec<Diagnostic>,
) {
    let may_name_some =
        context.document.role == Role::Spec && context.document.word_filter.give(FilteredWord::Setting);
    if !may_name_some || Defined::of(context.document, sources).fields.len() < FIELDS {
        return;
    }
    let text = sources.get(context.document.spec.file).text.as_str();
    let named: Vec<(&str, Span)> = named(context.document, sources).collect();
    let mut counts = vec![0_usize; named.len()];
    let words = text.split(|c: char| !c.is_alphanumeric());
    for word in words.filter(|word| word.len() > 3).map(stem) {
        let same = named.iter().zip(&mut counts);
        let same = same.filter(|((name, _), _)| stem(name).eq_ignore_ascii_case(word));
        same.for_each(|(_, count)| *count += 1);
    }
    for ((word, span), _) in named.iter().zip(counts).filter(|(_, count)| *count == 1) {
        let message = format!("no setting is called `{word}`");
        let found = Diagnostic::new(super::UNDEFINED_TERM, *span, message);
        findings.push(found.help("Define the setting, or name the one that is meant."));
    }
}

/// The words by which sentences name configured values.
fn named<'s>(home: &Document, sources: &'s Sources) -> impl Iterator<Item = (&'s str, Span)> {
    home.spec.sentences.iter().flat_map(|sentence| {
        let said = sources.slice(sentence.span);
        said.match_indices(MARK).map(|(at, mark)| {
            let start = at + mark.len();
            let rest = said.get(start..).unwrap_or_default();
            let len = rest.find(|c: char| !c.is_ascii_alphabetic());
            let word = rest.get(..len.unwrap_or(rest.len())).unwrap_or_default();
            (word, within(sentence.span, start..start + word.len()))
        })
    })
}

/// A word without the `s` of a plural.
fn stem(word: &str) -> &str {
    word.trim_end_matches(['s', 'S'])
}
