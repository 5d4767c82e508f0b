//! warning(correctness): a task or property names a requirement that does not exist
//!
//! Tasks say which criteria they are for, and properties which they validate, by number.
//! The number that is named here is no criterion of the requirements, and no whole requirement.
//!
//! ## Wrong
//!
//! ````fixture
//! //- /export/requirements.md
//! # Requirements Document
//!
//! ### Requirement 1: CSV
//!
//! #### Acceptance Criteria
//!
//! 1. WHEN rows are exported, THE Exporter SHALL write one line per row
//! //- /export/tasks.md
//! # Implementation Plan
//!
//! - [ ] 1. Write the exporter
//!   - _Requirements: 1.1, 2.1_
//! ````
//!
//! ## Right
//!
//! ````fixture
//! //- /export/requirements.md
//! # Requirements Document
//!
//! ### Requirement 1: CSV
//!
//! #### Acceptance Criteria
//!
//! 1. WHEN rows are exported, THE Exporter SHALL write one line per row
//! //- /export/tasks.md
//! # Implementation Plan
//!
//! - [ ] 1. Write the exporter
//!   - _Requirements: 1.1_
//! ````

use crate::facts::Mention;
use crate::library::Package;
use ghostc_syntax::{Diagnostic, Sources, Span};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn check(package: &Package, _: &Sources, findings: &mut Vec<Diagnostic>) {
    let facts = &package.facts;
    if facts.tasks.is_empty() && facts.properties.is_empty() {
        return;
    }
    let requirements: BTreeMap<&str, Span> = facts
        .requirements
        .iter()
        .map(|found| (found.id.as_str(), found.span))
        .collect();
    let criteria = facts.requirements.iter().flat_map(|found| &found.criteria);
    let criteria: BTreeSet<&str> = criteria.map(|criterion| criterion.id.as_str()).collect();
    // A requirement whose criteria were not understood, as they are no numbered list, may have any.
    let bare = facts
        .requirements
        .iter()
        .filter(|found| found.criteria.is_empty());
    let bare: BTreeSet<&str> = bare.map(|found| found.id.as_str()).collect();
    let is_known = |name: &str| {
        let parts = name
            .match_indices('.')
            .filter_map(|(at, _)| name.get(..at))
            .chain([name]);
        requirements.contains_key(name)
            || parts
                .into_iter()
                .any(|part| criteria.contains(part) || bare.contains(part))
    };
    let of_tasks = facts.tasks.iter().flat_map(|task| &task.requirements);
    let of_properties = facts.properties.iter().flat_map(|property| &property.validates);
    // Tasks inherit what is named above them; it is written once.
    let mut unknown: BTreeMap<Span, Vec<&Mention>> = BTreeMap::new();
    let (mut all, mut names) = (BTreeSet::new(), BTreeSet::new());
    for mention in of_tasks.chain(of_properties) {
        let name = mention.name.as_str();
        all.insert(name);
        if !is_known(name) {
            names.insert(name);
            let here = unknown.entry(mention.span).or_default();
            if !here.contains(&mention) {
                here.push(mention);
            }
        }
    }
    // Where most names are unknown, it is the requirements that were not understood.
    if names.len() * 2 > all.len() {
        return;
    }
    for (span, mentions) in unknown {
        let names = crate::prose::listed(mentions.iter().map(|mention| mention.name.as_str()));
        let found = Diagnostic::new(
            super::UNKNOWN_REQUIREMENT,
            span,
            format!("there is no requirement {names}"),
        );
        let stem = mentions
            .first()
            .and_then(|mention| mention.name.split('.').next());
        let whole = stem.and_then(|stem| Some((stem, *requirements.get(stem)?)));
        findings.push(match whole {
            Some((stem, place)) => {
                found.also(place, format!("the requirement `{stem}` has no such criterion"))
            }
            None => found.note(range(package)),
        });
    }
}

/// Which requirements there are.
fn range(package: &Package) -> String {
    let ids: Vec<&str> = package
        .facts
        .requirements
        .iter()
        .map(|found| found.id.as_str())
        .collect();
    match ids.as_slice() {
        [first, .., last] => format!("there are {} requirements, from `{first}` to `{last}`", ids.len()),
        _ => format!("there is {}", crate::prose::listed(ids)),
    }
}
