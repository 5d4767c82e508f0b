//! warning(correctness): what a change modifies loses scenarios
//!
//! A modified requirement is written out in full, and replaces the old one.
//! A scenario of the base that the change does not repeat is gone after a literal replacement, which is seldom meant.
//! A scenario whose new name begins with the old one counts as renamed.
//! The finding is about the whole delta; its labels say which requirement loses what.
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

use ghostc_spec::deltas::{self, Change, DeltaAction, DeltaEffect, RequirementsByCapability};
use ghostc_spec::library::Library;
use ghostc_syntax::{Diagnostic, FileId, Sources, Span};
use std::collections::{BTreeMap, BTreeSet};

/// The scenarios that a requirement loses.
struct Loss<'a> {
    span: Span,
    name: &'a str,
    scenarios: Vec<&'a str>,
}

pub(super) fn check(library: &Library, sources: &Sources, findings: &mut Vec<Diagnostic>) {
    for tree in deltas::trees(library, sources) {
        for change in tree.active() {
            let losses = losses(change, &tree.known);
            findings.extend(
                losses
                    .iter()
                    .map(|(file, losses)| describe(*file, losses, sources)),
            );
        }
    }
}

/// What a change loses, by document.
fn losses<'a>(change: &Change<'a>, known: &RequirementsByCapability<'a>) -> BTreeMap<FileId, Vec<Loss<'a>>> {
    let old_names: BTreeMap<(&str, &str), &str> = change
        .said
        .iter()
        .filter_map(|said| match said.action {
            DeltaAction::Renames(to) => Some(((said.capability.as_str(), to), said.name)),
            DeltaAction::Removes | DeltaAction::Modifies | DeltaAction::Adds => None,
        })
        .collect();
    let mut losses: BTreeMap<FileId, Vec<Loss<'a>>> = BTreeMap::new();
    for said in change
        .said
        .iter()
        .filter(|said| said.action == DeltaAction::Modifies)
    {
        let key = (said.capability.as_str(), said.name);
        let old_name = old_names.get(&key).copied().unwrap_or(said.name);
        let scenarios = lost(said, old_name, known);
        if !scenarios.is_empty() {
            let (span, name) = (said.span, said.name);
            losses.entry(span.file).or_default().push(Loss {
                span,
                name,
                scenarios,
            });
        }
    }
    losses
}

/// The scenarios of the base that are not given anew, under their names or longer ones.
fn lost<'a>(said: &DeltaEffect<'_>, old_name: &str, known: &RequirementsByCapability<'a>) -> Vec<&'a str> {
    let given: BTreeSet<&str> = said.scenarios.iter().copied().collect();
    let before = known
        .get(&said.capability, old_name)
        .map_or(&[][..], |found| &found.scenarios);
    let lost = before.iter().copied().filter(|name| {
        let next = given.range(*name..).next();
        !next.is_some_and(|next| next.starts_with(name))
    });
    lost.collect()
}

fn describe(file: FileId, losses: &[Loss<'_>], sources: &Sources) -> Diagnostic {
    let count: usize = losses.iter().map(|loss| loss.scenarios.len()).sum();
    let scenarios = if count == 1 {
        "a scenario".to_string()
    } else {
        format!("{count} scenarios")
    };
    let message = format!("applied to the letter, this delta drops {scenarios} of its base");
    let text = &sources.get(file).text;
    let blank = text.len() - text.trim_start().len();
    let first = text.trim_start().lines().next().unwrap_or_default();
    let found = Diagnostic::new(
        super::MODIFIED_DROPS_SCENARIOS,
        Span::new(file, blank, blank + first.trim_end().len()),
        message,
    );
    let found = losses.iter().fold(found, |found, loss| {
        let lost = loss.scenarios.join("`, `");
        found.also(loss.span, format!("`{}` loses `{lost}`", loss.name))
    });
    found.help("Repeat the scenarios that stay, or say in the proposal that they go.")
}
