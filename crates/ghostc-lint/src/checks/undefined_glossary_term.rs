//! warning(consistency): a term is used as defined and the glossary lacks it
//!
//! The criteria write their subjects as defined terms, such as `Order_Service`, and the glossary defines others of them.
//! This one is not in it, so its meaning is left to the reader.
//!
//! ## Wrong
//!
//! ````fixture
//! //- /export/requirements.md
//! # Requirements Document
//!
//! ## Glossary
//!
//! - **Row_Exporter**: what writes the rows
//!
//! ### Requirement 1: CSV
//!
//! #### Acceptance Criteria
//!
//! 1. WHEN rows are exported, THE Row_Exporter SHALL write one line per row
//! 2. IF a cell holds a comma, THEN THE Cell_Writer SHALL quote it
//! ````
//!
//! ## Right
//!
//! ````fixture
//! //- /export/requirements.md
//! # Requirements Document
//!
//! ## Glossary
//!
//! - **Row_Exporter**: what writes the rows
//! - **Cell_Writer**: what writes one cell
//!
//! ### Requirement 1: CSV
//!
//! #### Acceptance Criteria
//!
//! 1. WHEN rows are exported, THE Row_Exporter SHALL write one line per row
//! 2. IF a cell holds a comma, THEN THE Cell_Writer SHALL quote it
//! ````

use ghostc_spec::library::Package;
use ghostc_syntax::suggest::Guesses;
use ghostc_syntax::{Diagnostic, Sources, Span};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn check(package: &Package, sources: &Sources, findings: &mut Vec<Diagnostic>) {
    let terms = &package.facts.terms;
    let is_in_word = |c: char| c.is_alphanumeric() || c == '_';
    let words = terms.iter().flat_map(|term| term.name.split(|c| !is_in_word(c)));
    let spaced = terms.iter().map(|term| term.name.as_str());
    let known: BTreeSet<String> = words.chain(spaced).map(folded).collect();
    let mut undefined: BTreeMap<&str, Vec<Span>> = BTreeMap::new();
    let mut any_defined = false;
    for subject in package
        .facts
        .requirements
        .iter()
        .flat_map(|found| &found.criteria)
        .filter_map(|found| found.subject)
    {
        let name = sources.slice(subject).trim_matches(['*', '`']);
        if known.contains(&folded(name)) {
            any_defined = true;
        } else if is_defined_term(name) {
            undefined.entry(name).or_default().push(subject);
        }
    }
    if !any_defined {
        return;
    }
    let names: Vec<&str> = terms.iter().map(|term| term.name.as_str()).collect();
    let mut guesses = Guesses::default();
    for (name, places) in undefined {
        let Some(first) = places.first() else { continue };
        let found = Diagnostic::new(
            super::UNDEFINED_GLOSSARY_TERM,
            *first,
            format!("`{name}` is not in the glossary"),
        );
        let found = if places.len() > 1 {
            found.note(format!("it is the subject of {} criteria", places.len()))
        } else {
            found
        };
        findings.push(match guesses.nearest(name, &names) {
            Some(near) => found.help(format!("Define it, or write `{near}` if that is meant.")),
            None => found.help("Define it in the glossary."),
        });
    }
}

fn folded(name: &str) -> String {
    name.to_lowercase().replace('_', " ")
}

/// `Order_Service`: capitalised words joined by underscores.
fn is_defined_term(name: &str) -> bool {
    let is_capitalised = |word: &str| word.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit());
    name.contains('_')
        && name.split('_').all(is_capitalised)
        && name.chars().all(|c| c.is_alphanumeric() || c == '_')
}
