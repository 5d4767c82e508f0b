//! warning(coverage): a requirement has no scenario
//!
//! A scenario shows what a requirement means, and is what it is tested by.
//! A requirement of a capability, or one that a change adds or replaces, has none.
//!
//! ## Wrong
//!
//! ````fixture
//! //- /openspec/specs/export/spec.md
//! # Export
//!
//! ## Requirements
//!
//! ### Requirement: Quotes
//! The system SHALL quote cells that hold commas.
//! ````
//!
//! ## Right
//!
//! ````fixture
//! //- /openspec/specs/export/spec.md
//! # Export
//!
//! ## Requirements
//!
//! ### Requirement: Quotes
//! The system SHALL quote cells that hold commas.
//!
//! #### Scenario: A comma
//! - **WHEN** a cell holds a comma
//! - **THEN** it is quoted
//! ````

use crate::capabilities;
use crate::library::Package;
use ghostc_syntax::{Diagnostic, Sources};

pub(super) fn check(package: &Package, _: &Sources, findings: &mut Vec<Diagnostic>) {
    let mut shown = vec![false; package.facts.requirements.len()];
    for at in package
        .facts
        .scenarios
        .iter()
        .filter_map(|scenario| scenario.requirement.get())
    {
        shown.get_mut(at).into_iter().for_each(|shown| *shown = true);
    }
    let hidden = capabilities::requirements(package).filter(|(at, _)| shown.get(*at) == Some(&false));
    for (_, requirement) in hidden {
        let message = format!("the requirement `{}` has no scenario", requirement.id);
        let found = Diagnostic::new(super::REQUIREMENT_WITHOUT_SCENARIO, requirement.span, message);
        findings.push(found.help("Add `#### Scenario: …` with what happens and what must follow."));
    }
}
