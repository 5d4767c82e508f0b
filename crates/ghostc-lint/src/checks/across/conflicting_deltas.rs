//! warning(consistency): two changes to one base say different things about a requirement
//!
//! A change replaces what it modifies as a whole, so of two active changes the one that is archived last wins, and what the other says is lost.
//! The same holds where one change modifies what another removes or renames, and where two add one name.
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
//! //- /openspec/changes/write-mark/tasks.md
//! ## 1. Work
//!
//! - [ ] 1.1 Write cells with commas
//! //- /openspec/changes/write-mark/specs/export/spec.md
//! ## MODIFIED Requirements
//!
//! ### Requirement: CSV export
//! The system SHALL export rows as CSV with a byte order mark.
//!
//! #### Scenario: Two rows
//! - **WHEN** a table with two rows is exported
//! - **THEN** the file starts with a byte order mark
//!
//! #### Scenario: No rows
//! - **WHEN** an empty table is exported
//! - **THEN** the file has one line
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

use ghostc_spec::deltas::{self, Change, DeltaAction, DeltaEffect, Tree};
use ghostc_spec::library::Library;
use ghostc_syntax::{Diagnostic, Sources, collapse_whitespace};
use std::collections::BTreeMap;

pub(super) fn check(library: &Library, sources: &Sources, findings: &mut Vec<Diagnostic>) {
    for tree in deltas::trees(library, sources) {
        across(&tree, sources, findings);
    }
}

/// Compares what each change says of a requirement with what was first said of it by another.
fn across(tree: &Tree<'_>, sources: &Sources, findings: &mut Vec<Diagnostic>) {
    let mut first: BTreeMap<(&str, &str), (usize, &Change<'_>, &DeltaEffect<'_>)> = BTreeMap::new();
    for (at, change) in tree.active().enumerate() {
        for said in &change.said {
            let (by, other, earlier) = *first
                .entry((said.capability.as_str(), said.name))
                .or_insert((at, change, said));
            if by != at && differ(earlier, said, sources) {
                findings.push(describe(change, said, other, earlier));
            }
        }
    }
}

fn differ(a: &DeltaEffect<'_>, b: &DeltaEffect<'_>, sources: &Sources) -> bool {
    match (a.action, b.action) {
        (DeltaAction::Removes, DeltaAction::Removes) => false,
        (DeltaAction::Renames(x), DeltaAction::Renames(y)) => x != y,
        _ => {
            let text = |said: &DeltaEffect<'_>| collapse_whitespace(sources.slice(said.section));
            a.action != b.action || text(a) != text(b)
        }
    }
}

fn describe(
    change: &Change<'_>,
    said: &DeltaEffect<'_>,
    other: &Change<'_>,
    earlier: &DeltaEffect<'_>,
) -> Diagnostic {
    let (name, verb) = (said.name, said.action.verb());
    let message = if verb == earlier.action.verb() {
        format!(
            "`{}` and `{}` both {} `{name}`, and not in the same way",
            other.package.name,
            change.package.name,
            plural(said.action)
        )
    } else {
        format!(
            "`{}` {verb} `{name}`, which `{}` {}",
            change.package.name,
            other.package.name,
            earlier.action.verb()
        )
    };
    let found = Diagnostic::new(super::CONFLICTING_DELTAS, said.span, message);
    found
        .also(
            earlier.span,
            format!("`{}` {} it here", other.package.name, earlier.action.verb()),
        )
        .help("Archive one of them, and write the other anew on what comes out.")
}

fn plural(action: DeltaAction<'_>) -> &'static str {
    match action {
        DeltaAction::Renames(_) => "rename",
        DeltaAction::Removes => "remove",
        DeltaAction::Modifies => "modify",
        DeltaAction::Adds => "add",
    }
}
