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

use ghostc_spec::id_range::{self, IdKey, IdRange, IdSet, Stretch};
use ghostc_spec::library::Package;
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
    let known = Known::new(package);
    let of_tasks = facts.tasks.iter().flat_map(|task| &task.requirements);
    let of_properties = facts.properties.iter().flat_map(|property| &property.validates);
    // Tasks inherit what is named above them; it is written once.
    let named: BTreeMap<Span, &IdRange> = of_tasks
        .chain(of_properties)
        .map(|named| (named.span, named))
        .collect();
    let all: IdSet<'_> = named.values().flat_map(|named| named.stretches()).collect();
    let count: u64 = all.stretches().iter().map(id_range::len).sum();
    let unknown: u64 = all
        .stretches()
        .iter()
        .map(|stretch| known.unknown_in(stretch))
        .sum();
    // Where most names are unknown, it is the requirements that were not understood.
    if unknown * 2 > count {
        return;
    }
    for (span, named) in named {
        if named.stretches().all(|stretch| known.unknown_in(&stretch) == 0) {
            continue;
        }
        let unknown: Vec<String> = named.ids().filter(|id| !known.holds(id)).collect();
        let names = ghostc_spec::prose::listed(unknown.iter().map(String::as_str));
        let found = Diagnostic::new(
            super::UNKNOWN_REQUIREMENT,
            span,
            format!("there is no requirement {names}"),
        );
        let stem = unknown.first().and_then(|id| id.split('.').next());
        let whole = stem.and_then(|stem| Some((stem, *requirements.get(stem)?)));
        findings.push(match whole {
            Some((stem, place)) => {
                found.also(place, format!("the requirement `{stem}` has no such criterion"))
            }
            None => found.note(range(package)),
        });
    }
}

/// What tasks may name.
struct Known<'a> {
    /// Requirements and criteria.
    ids: BTreeSet<IdKey<'a>>,
    /// Those of which any part is known too: criteria, and requirements whose criteria were not understood, as they are
    /// no numbered list, and which may have any.
    wholes: BTreeSet<&'a str>,
}

impl<'a> Known<'a> {
    fn new(package: &'a Package) -> Known<'a> {
        let requirements = &package.facts.requirements;
        let all = requirements.iter().map(|found| found.id.as_str());
        let criteria = requirements.iter().flat_map(|found| &found.criteria);
        let criteria = criteria.map(|criterion| criterion.id.as_str());
        let bare = requirements.iter().filter(|found| found.criteria.is_empty());
        Known {
            ids: all.chain(criteria.clone()).map(IdKey::of).collect(),
            wholes: bare.map(|found| found.id.as_str()).chain(criteria).collect(),
        }
    }

    fn holds(&self, id: &str) -> bool {
        self.unknown_in(&IdKey::of(id).only()) == 0
    }

    /// How many ids of a stretch are unknown. All of them are parts of the same: their full stops stand in their stem.
    fn unknown_in(&self, stretch: &Stretch<'_>) -> u64 {
        let stem = stretch.start().stem;
        let mut above = stem.match_indices('.').filter_map(|(at, _)| stem.get(..at));
        if above.any(|id| self.wholes.contains(id)) {
            return 0;
        }
        let known = self.ids.range(stretch.clone()).map(|_| 1).sum();
        id_range::len(stretch).saturating_sub(known)
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
        _ => format!("there is {}", ghostc_spec::prose::listed(ids)),
    }
}
