//! warning(correctness): a change says two things about one requirement
//!
//! A delta is applied section by section: what is renamed first, then what is removed, modified and added.
//! A name that stands in two sections, or twice in one, is an error to the tools that apply it, or one of the two is lost.
//! A change that was archived is history, and is not looked at.
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
//! //- /openspec/changes/quote-cells/tasks.md
//! ## 1. Work
//!
//! - [ ] 1.1 Write cells with commas
//! //- /openspec/changes/quote-cells/specs/export/spec.md
//! ## MODIFIED Requirements
//!
//! ### Requirement: CSV export
//! The system SHALL export rows as CSV and quote cells that hold commas.
//!
//! #### Scenario: Two rows
//! - **WHEN** a table with two rows is exported
//! - **THEN** the file has three lines
//!
//! #### Scenario: No rows
//! - **WHEN** an empty table is exported
//! - **THEN** the file has one line
//!
//! ## REMOVED Requirements
//!
//! ### Requirement: CSV export
//! **Reason**: nobody reads it
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
//! //- /openspec/changes/quote-cells/tasks.md
//! ## 1. Work
//!
//! - [ ] 1.1 Write cells with commas
//! //- /openspec/changes/quote-cells/specs/export/spec.md
//! ## MODIFIED Requirements
//!
//! ### Requirement: CSV export
//! The system SHALL export rows as CSV and quote cells that hold commas.
//!
//! #### Scenario: Two rows
//! - **WHEN** a table with two rows is exported
//! - **THEN** the file has three lines
//!
//! #### Scenario: No rows
//! - **WHEN** an empty table is exported
//! - **THEN** the file has one line
//! ````

use ghostc_spec::deltas::{self, Change, DeltaAction, DeltaEffect};
use ghostc_spec::library::Library;
use ghostc_syntax::{Diagnostic, Sources};
use std::collections::BTreeMap;

pub(super) fn check(library: &Library, sources: &Sources, findings: &mut Vec<Diagnostic>) {
    for tree in deltas::trees(library, sources) {
        for change in tree.active() {
            repeated(change, findings);
        }
    }
}

fn repeated(change: &Change<'_>, findings: &mut Vec<Diagnostic>) {
    let mut first: BTreeMap<(&str, &str), &DeltaEffect<'_>> = BTreeMap::new();
    let renamed = change.new_names();
    for said in &change.said {
        let key = (said.capability.as_str(), said.name);
        if said.action == DeltaAction::Adds && renamed.contains(&key) {
            let message = format!(
                "this change adds `{}`, and renames another requirement to it",
                said.name
            );
            let found = Diagnostic::new(super::DELTA_SAYS_TWICE, said.span, message);
            findings.push(found.help("Give one of them another name."));
        }
        let Some(earlier) = first.get(&key) else {
            first.insert(key, said);
            continue;
        };
        if frees_name(earlier.action, said.action) || frees_name(said.action, earlier.action) {
            continue;
        }
        let (verb, other) = (said.action.verb(), earlier.action.verb());
        let message = if verb == other {
            format!("this change {verb} `{}` twice", said.name)
        } else {
            format!("this change both {other} and {verb} `{}`", said.name)
        };
        let found = Diagnostic::new(super::DELTA_SAYS_TWICE, said.span, message);
        findings.push(found.also(earlier.span, "the first").help("Keep one of them."));
    }
}

/// Whether the first frees a name that the second may take.
fn frees_name(first: DeltaAction<'_>, second: DeltaAction<'_>) -> bool {
    matches!((first, second), (DeltaAction::Renames(_), DeltaAction::Adds))
}
