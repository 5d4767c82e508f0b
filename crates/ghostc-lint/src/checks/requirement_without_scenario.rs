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
//! ## Purpose
//!
//! Rows are written to files that other programs read.
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
//! ## Purpose
//!
//! Rows are written to files that other programs read.
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

use super::DocumentContext;
use crate::capabilities;
use ghostc_syntax::{Diagnostic, Sources};
use std::collections::BTreeSet;

pub(super) fn check_document(context: DocumentContext<'_>, _: &Sources, findings: &mut Vec<Diagnostic>) {
    let scenarios = context.facts.into_iter().flat_map(|facts| &facts.scenarios);
    let shown: BTreeSet<usize> = scenarios
        .filter_map(|scenario| scenario.requirement.get())
        .collect();
    for (_, requirement) in capabilities::requirements(context).filter(|(at, _)| !shown.contains(at)) {
        let message = format!("the requirement `{}` has no scenario", requirement.id);
        let found = Diagnostic::new(super::REQUIREMENT_WITHOUT_SCENARIO, requirement.span, message);
        findings.push(found.help("Add `#### Scenario: …` with what happens and what must follow."));
    }
}
