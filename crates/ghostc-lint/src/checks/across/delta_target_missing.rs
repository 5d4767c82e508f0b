//! warning(correctness): a change speaks of a requirement that its base does not have
//!
//! What a change modifies, removes or renames has to be in the specs that it is made to, under the same name.
//! Case matters in names, and so does every word.
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
//! //- /openspec/changes/quote-cells/tasks.md
//! ## 1. Work
//!
//! - [ ] 1.1 Quote cells that hold commas
//! //- /openspec/changes/quote-cells/specs/export/spec.md
//! ## MODIFIED Requirements
//!
//! ### Requirement: CSV exports
//! The system SHALL export rows as CSV and quote cells that hold commas.
//!
//! #### Scenario: Two rows
//! - **WHEN** a table with two rows is exported
//! - **THEN** the file has three lines
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
//! //- /openspec/changes/quote-cells/tasks.md
//! ## 1. Work
//!
//! - [ ] 1.1 Quote cells that hold commas
//! //- /openspec/changes/quote-cells/specs/export/spec.md
//! ## MODIFIED Requirements
//!
//! ### Requirement: CSV export
//! The system SHALL export rows as CSV and quote cells that hold commas.
//!
//! #### Scenario: Two rows
//! - **WHEN** a table with two rows is exported
//! - **THEN** the file has three lines
//! ````

use ghostc_spec::deltas::{self, DeltaAction, DeltaEffect};
use ghostc_spec::library::Library;
use ghostc_syntax::suggest::Guesses;
use ghostc_syntax::{Diagnostic, Sources};
use std::collections::BTreeMap;

pub(super) fn check(library: &Library, sources: &Sources, findings: &mut Vec<Diagnostic>) {
    let mut guesses = Guesses::default();
    for tree in deltas::trees(library, sources) {
        let mut names: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for change in tree.active() {
            let renamed = change.new_names();
            for said in change.said.iter().filter(|said| said.action != DeltaAction::Adds) {
                let to_a_new_name = said.action == DeltaAction::Modifies
                    && renamed.contains(&(said.capability.as_str(), said.name));
                if tree.known.get(&said.capability, said.name).is_none() && !to_a_new_name {
                    let capability = said.capability.as_str();
                    let known = names
                        .entry(capability)
                        .or_insert_with(|| tree.known.names(capability));
                    findings.push(describe(said, known, &mut guesses));
                }
            }
        }
    }
}

fn describe(said: &DeltaEffect<'_>, known: &[&str], guesses: &mut Guesses) -> Diagnostic {
    let (verb, name) = (said.action.verb(), said.name);
    let message = format!("this {verb} `{name}`, which `{}` does not have", said.capability);
    let found = Diagnostic::new(super::DELTA_TARGET_MISSING, said.span, message);
    match guesses.nearest(name, known) {
        Some(near) => found.help(format!("Write `{near}`, if that is meant.")),
        None if known.is_empty() => {
            found.help("List it under `## ADDED Requirements`: the capability has no spec yet.")
        }
        None => found.help("List it under `## ADDED Requirements`, or correct its name."),
    }
}
