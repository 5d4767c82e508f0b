//! warning(clarity): a binding sentence stands outside of every requirement
//!
//! Only what stands in a requirement is carried over when a change is archived, and only that is built and tested.
//! Each section is shown once; the purpose of a spec that no change is made in may say anything.
//!
//! ## Wrong
//!
//! ````fixture
//! //- /openspec/changes/quote-cells/tasks.md
//! - [ ] 1.1 Quote cells that hold commas
//! //- /openspec/changes/quote-cells/specs/export/spec.md
//! ## Purpose
//!
//! The system SHALL export rows as CSV.
//!
//! ## ADDED Requirements
//!
//! ### Requirement: Quotes
//! The system SHALL quote cells that hold commas.
//!
//! #### Scenario: A comma
//! - **WHEN** a cell holds a comma
//! - **THEN** it is quoted
//! ````
//!
//! ## Right
//!
//! ````fixture
//! //- /openspec/changes/quote-cells/tasks.md
//! - [ ] 1.1 Quote cells that hold commas
//! //- /openspec/changes/quote-cells/specs/export/spec.md
//! ## Purpose
//!
//! Export lets people take their rows elsewhere.
//!
//! ## ADDED Requirements
//!
//! ### Requirement: Quotes
//! The system SHALL quote cells that hold commas.
//!
//! #### Scenario: A comma
//! - **WHEN** a cell holds a comma
//! - **THEN** it is quoted
//! ````

use crate::capabilities;
use ghostc_spec::layout::file_name;
use ghostc_spec::library::Package;
use ghostc_syntax::{Diagnostic, Heading, Sources, Strength};
use std::collections::BTreeSet;

pub(super) fn check(package: &Package, _: &Sources, findings: &mut Vec<Diagnostic>) {
    if !capabilities::is_current(package.dialect, package.changes.as_ref()) {
        return;
    }
    let mut sections: Vec<_> = package
        .facts
        .requirements
        .iter()
        .map(|found| found.section)
        .collect();
    sections.sort();
    let mut seen = BTreeSet::new();
    for statement in &package.statements {
        let after = sections.partition_point(|section| {
            (section.file, section.start) <= (statement.span.file, statement.span.start)
        });
        let around = after.checked_sub(1).and_then(|last| sections.get(last));
        if around.is_some_and(|section| section.contains(statement.span)) {
            continue;
        }
        let home = package.documents.get(statement.document);
        let Some(home) = home.filter(|home| file_name(&home.path) == "spec.md") else {
            continue;
        };
        let heading = home.spec.heading_at(statement.span.start);
        let title = heading.and_then(|at| home.spec.headings.get(at));
        let is_purpose =
            |heading: &Heading| package.changes.is_none() && heading.text.eq_ignore_ascii_case("purpose");
        let skipped = title.is_some_and(|heading| heading.level > 2 || is_purpose(heading));
        let binds = matches!(statement.strength, Strength::Must | Strength::MustNot);
        if !skipped && binds && seen.insert((statement.document, heading)) {
            let found = Diagnostic::new(
                super::NORMATIVE_OUTSIDE_REQUIREMENT,
                statement.span,
                "this binds and is in no requirement",
            );
            findings.push(found.help("Move it into a requirement, or say it without a keyword."));
        }
    }
}
