//! warning(clarity): a reference names an id that two requirements have
//!
//! The text refers to a requirement by an id that is used twice, so it may mean either of them.
//! Each such id is shown at its first mention in a document.
//!
//! ## Wrong
//!
//! ````fixture
//! //- /001-export/plan.md
//! # Plan
//!
//! The writer keeps to FR-001.
//! //- /001-export/spec.md
//! # Feature Specification: Export
//!
//! - **FR-001**: System MUST export rows as CSV
//!
//! <!-- ghostc-allow duplicate-requirement: both are quoted from the ticket -->
//!
//! - **FR-001**: System MUST quote cells that hold commas
//! ````
//!
//! ## Right
//!
//! ````fixture
//! //- /001-export/plan.md
//! # Plan
//!
//! The writer keeps to FR-001.
//! //- /001-export/spec.md
//! # Feature Specification: Export
//!
//! - **FR-001**: System MUST export rows as CSV
//! - **FR-002**: System MUST quote cells that hold commas
//! ````

use ghostc_spec::library::Package;
use ghostc_syntax::{Diagnostic, Sources, Span};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn check(package: &Package, _: &Sources, findings: &mut Vec<Diagnostic>) {
    if package.facts.id_uses.is_empty() {
        return;
    }
    let mut defined: BTreeMap<&str, Vec<Span>> = BTreeMap::new();
    for requirement in &package.facts.requirements {
        defined.entry(&requirement.id).or_default().push(requirement.span);
    }
    let mut seen = BTreeSet::new();
    for mention in &package.facts.id_uses {
        let places = defined.get(mention.name.as_str()).map_or(&[][..], Vec::as_slice);
        if places.len() < 2 || !seen.insert((mention.span.file, &mention.name)) {
            continue;
        }
        let message = format!("`{}` may mean {} requirements", mention.name, places.len());
        let found = Diagnostic::new(super::AMBIGUOUS_REFERENCE, mention.span, message);
        let found = places
            .iter()
            .fold(found, |found, place| found.also(*place, "one of them"));
        findings.push(found.help("Give each requirement an id of its own, and refer to that."));
    }
}
