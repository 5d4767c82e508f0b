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

use crate::field_docs::Defined;
use crate::library::{Package, Role};
use ghostc_syntax::{Diagnostic, Sources, Span};
use std::collections::BTreeMap;

/// The fewest fields that make a document one that defines its settings.
const FIELDS: usize = 3;

pub(super) fn check(package: &Package, sources: &Sources, findings: &mut Vec<Diagnostic>) {
    for home in package.documents.iter().filter(|home| home.role == Role::Spec) {
        let text = sources.get(home.spec.file).text.as_str();
        if !text.contains("configured ") || Defined::of(home, sources).fields.len() < FIELDS {
            continue;
        }
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for word in text
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| word.len() > 3)
        {
            *counts.entry(stem(word)).or_default() += 1;
        }
        for sentence in &home.spec.sentences {
            let said = sources.slice(sentence.span);
            for (at, mark) in said.match_indices("the configured ") {
                let rest = said.get(at + mark.len()..).unwrap_or_default();
                let len = rest
                    .find(|c: char| !c.is_ascii_alphabetic())
                    .unwrap_or(rest.len());
                let word = rest.get(..len).unwrap_or_default();
                if counts.get(&stem(word)) == Some(&1) {
                    let start = sentence.span.start as usize + at + mark.len();
                    let span = Span::new(sentence.span.file, start, start + len);
                    let message = format!("no setting is called `{word}`");
                    findings.push(
                        Diagnostic::new(super::UNDEFINED_TERM, span, message)
                            .help("Define the setting, or name the one that is meant."),
                    );
                }
            }
        }
    }
}

/// A word in lower case without the `s` of a plural.
fn stem(word: &str) -> String {
    word.to_lowercase().trim_end_matches('s').to_string()
}
