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

use crate::firsts::Firsts;
use crate::library::Package;
use ghostc_syntax::{Diagnostic, Sources};

pub(super) fn check(package: &Package, _: &Sources, findings: &mut Vec<Diagnostic>) {
    let mut first = Firsts::with_capacity(package.facts.requirements.len());
    for requirement in &package.facts.requirements {
        let key = (requirement.document, requirement.delta, &requirement.id);
        let this = (requirement.span, requirement.strength.is_some());
        if let Some((known, binds)) = first.before(key, this) {
            // A list that only refers to requirements has their ids and binds nobody.
            if *binds && requirement.strength.is_none() {
                continue;
            }
            let message = format!("a second requirement is named `{}`", requirement.id);
            let found = Diagnostic::new(super::DUPLICATE_REQUIREMENT, requirement.span, message);
            findings.push(found.also(*known, "the first").help("Give it an id of its own."));
        }
    }
}
