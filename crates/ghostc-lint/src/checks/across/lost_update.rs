//! warning(correctness): what an archived change added is not in its base
//!
//! Archiving writes what a change adds into the specs.
//! Where a requirement of an archived change is in none of them, the archive says that something holds which no spec says.
//! It is not looked for where another change removes or renames it, or where its capability is gone.
//! A folder of archived changes beside two states of a tree is compared with the later one.
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
//! //- /openspec/changes/archive/2026-01-09-add-tsv/specs/export/spec.md
//! ## ADDED Requirements
//!
//! ### Requirement: TSV export
//! The system SHALL export rows as TSV.
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
//!
//! ### Requirement: TSV export
//! The system SHALL export rows as TSV.
//!
//! #### Scenario: Three rows
//! - **WHEN** a table with three rows is exported
//! - **THEN** the file has four lines
//! //- /openspec/changes/archive/2026-01-09-add-tsv/specs/export/spec.md
//! ## ADDED Requirements
//!
//! ### Requirement: TSV export
//! The system SHALL export rows as TSV.
//!
//! #### Scenario: Three rows
//! - **WHEN** a table with three rows is exported
//! - **THEN** the file has four lines
//! ````

use ghostc_spec::deltas::{self, Change, DeltaAction, RequirementsByCapability, Tree};
use ghostc_spec::layout::folder;
use ghostc_spec::library::Library;
use ghostc_syntax::{Diagnostic, Sources};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn check(library: &Library, sources: &Sources, findings: &mut Vec<Diagnostic>) {
    let trees = deltas::trees(library, sources);
    let mut beside: BTreeMap<&str, Vec<&ghostc_spec::Package>> = BTreeMap::new();
    for package in library
        .packages
        .iter()
        .filter(|package| package.changes.is_none())
    {
        beside.entry(folder(&package.root)).or_default().push(package);
    }
    for tree in &trees {
        let archived: Vec<&Change<'_>> = tree.changes.iter().filter(|change| change.archived).collect();
        missing(&archived, &tree.known, findings);
        let dated: Vec<&Change<'_>> = tree
            .active()
            .filter(|change| is_dated(&change.package.root))
            .collect();
        let others = beside.get(folder(tree.root)).into_iter().flatten();
        for other in others.filter(|other| other.root != tree.root && !dated.is_empty()) {
            let known = RequirementsByCapability::of(other, sources);
            if dated.iter().any(|change| was_made(change, tree, &known)) {
                missing(&dated, &known, findings);
            }
        }
    }
}

/// Whether a folder has the date in front that archiving gives it.
fn is_dated(root: &str) -> bool {
    let name = ghostc_spec::layout::file_name(root).as_bytes();
    let shape = b"0000-00-00-";
    name.len() > shape.len()
        && name.iter().zip(shape).all(|(c, shape)| match shape {
            b'0' => c.is_ascii_digit(),
            _ => c == shape,
        })
}

/// Whether a later state of a tree has everything that a change adds and the tree does not.
fn was_made(change: &Change<'_>, tree: &Tree<'_>, later: &RequirementsByCapability<'_>) -> bool {
    let mut added = change
        .said
        .iter()
        .filter(|said| said.action == DeltaAction::Adds)
        .peekable();
    added.peek().is_some()
        && added.all(|said| {
            tree.known.get(&said.capability, said.name).is_none()
                && later.get(&said.capability, said.name).is_some()
        })
}

/// Reports what changes added and is not known, unless one of them takes it away.
fn missing(changes: &[&Change<'_>], known: &RequirementsByCapability<'_>, findings: &mut Vec<Diagnostic>) {
    let freed: BTreeSet<(&str, &str)> = changes.iter().flat_map(|change| change.freed_names()).collect();
    for change in changes {
        for said in change.said.iter().filter(|said| said.action == DeltaAction::Adds) {
            let key = (said.capability.as_str(), said.name);
            if !known.has(&said.capability)
                || known.get(&said.capability, said.name).is_some()
                || freed.contains(&key)
            {
                continue;
            }
            let message = format!(
                "`{}` was archived, and `{}` is not in `{}`",
                change.package.name, said.name, said.capability
            );
            let found = Diagnostic::new(super::LOST_UPDATE, said.span, message);
            findings
                .push(found.help("Add the requirement to the spec, or say in a new change that it goes."));
        }
    }
}
