//! warning(correctness): a change adds a requirement that its base already has
//!
//! Archiving the change stops here, or leaves two requirements of one name.
//! What is there already is modified; a change that was archived is history, and is not looked at.
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
//! ### Requirement: CSV export
//! The system SHALL export rows as CSV.
//!
//! #### Scenario: Two rows
//! - **WHEN** a table with two rows is exported
//! - **THEN** the file has three lines
//!
//! #### Scenario: No rows
//! - **WHEN** an empty table is exported
//! - **THEN** the file has one line
//! //- /openspec/changes/add-csv/tasks.md
//! ## 1. Work
//!
//! - [ ] 1.1 Write cells with commas
//! //- /openspec/changes/add-csv/specs/export/spec.md
//! ## ADDED Requirements
//!
//! ### Requirement: CSV export
//! The system SHALL export rows and columns as CSV.
//!
//! #### Scenario: Three rows
//! - **WHEN** a table with three rows is exported
//! - **THEN** the file has four lines
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
//! ### Requirement: CSV export
//! The system SHALL export rows as CSV.
//!
//! #### Scenario: Two rows
//! - **WHEN** a table with two rows is exported
//! - **THEN** the file has three lines
//!
//! #### Scenario: No rows
//! - **WHEN** an empty table is exported
//! - **THEN** the file has one line
//! //- /openspec/changes/add-csv/tasks.md
//! ## 1. Work
//!
//! - [ ] 1.1 Write cells with commas
//! //- /openspec/changes/add-csv/specs/export/spec.md
//! ## ADDED Requirements
//!
//! ### Requirement: TSV export
//! The system SHALL export rows as TSV.
//!
//! #### Scenario: Three rows
//! - **WHEN** a table with three rows is exported
//! - **THEN** the file has four lines
//! ````

use ghostc_spec::deltas::{self, DeltaAction};
use ghostc_spec::library::Library;
use ghostc_syntax::{Diagnostic, Sources};

pub(super) fn check(library: &Library, sources: &Sources, findings: &mut Vec<Diagnostic>) {
    for tree in deltas::trees(library, sources) {
        for change in tree.active() {
            let freed = change.freed_names();
            for said in change.said.iter().filter(|said| said.action == DeltaAction::Adds) {
                let Some(there) = tree.known.get(&said.capability, said.name) else {
                    continue;
                };
                if freed.contains(&(said.capability.as_str(), said.name)) {
                    continue;
                }
                let message = format!(
                    "this adds `{}`, which `{}` already has",
                    said.name, said.capability
                );
                let found = Diagnostic::new(super::DELTA_ALREADY_THERE, said.span, message);
                let found = found.also(there.span, "it is here");
                findings
                    .push(found.help("List it under `## MODIFIED Requirements`, or give it another name."));
            }
        }
    }
}
