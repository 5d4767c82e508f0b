//! warning(correctness): two requirements have one id
//!
//! Requirements are referred to by their ids, or, in OpenSpec, by their names.
//! Where one document uses an id twice, whatever refers to it may mean either.
//!
//! ## Wrong
//!
//! ````fixture
//! //- /001-export/tasks.md
//! - [ ] T001 Write the exporter in src/export.rs
//! //- /001-export/spec.md
//! # Feature Specification: Export
//!
//! - **FR-001**: System MUST export rows as CSV
//! - **FR-001**: System MUST quote cells that hold commas
//! ````
//!
//! ## Right
//!
//! ````fixture
//! //- /001-export/tasks.md
//! - [ ] T001 Write the exporter in src/export.rs
//! //- /001-export/spec.md
//! # Feature Specification: Export
//!
//! - **FR-001**: System MUST export rows as CSV
//! - **FR-002**: System MUST quote cells that hold commas
//! ````

use ghostc_spec::facts::{Delta, Requirement};
use ghostc_spec::library::Package;
use ghostc_syntax::{Diagnostic, Sources};

pub(super) fn check(package: &Package, _: &Sources, findings: &mut Vec<Diagnostic>) {
    let all = &package.facts.requirements;
    for own in all.chunk_by(|a, b| a.document == b.document) {
        let mut own: Vec<&Requirement> = own.iter().collect();
        own.sort_by_key(|requirement| name(requirement));
        for same in own.chunk_by(|a, b| name(a) == name(b)) {
            let Some((first, others)) = same.split_first() else {
                continue;
            };
            // A list that only refers to requirements has their ids and binds nobody.
            let is_second = |other: &&&Requirement| other.strength.is_some() || first.strength.is_none();
            findings.extend(others.iter().filter(is_second).map(|other| {
                let message = format!("a second requirement is named `{}`", other.id);
                let found = Diagnostic::new(super::DUPLICATE_REQUIREMENT, other.span, message);
                found
                    .also(first.span, "the first")
                    .help("Give it an id of its own.")
            }));
        }
    }
}

/// What no two requirements of a document may have in common.
fn name(requirement: &Requirement) -> (Option<Delta>, &str) {
    (requirement.delta, &requirement.id)
}
