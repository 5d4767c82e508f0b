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

use ghostc_spec::deltas::{self, Change, Deed, Said, Tree};
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
    let mut first: BTreeMap<(&str, &str), (usize, &Change<'_>, &Said<'_>)> = BTreeMap::new();
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

fn differ(a: &Said<'_>, b: &Said<'_>, sources: &Sources) -> bool {
    match (a.deed, b.deed) {
        (Deed::Removes, Deed::Removes) => false,
        (Deed::Renames(x), Deed::Renames(y)) => x != y,
        _ => {
            let text = |said: &Said<'_>| collapse_whitespace(sources.slice(said.section));
            a.deed != b.deed || text(a) != text(b)
        }
    }
}

fn describe(change: &Change<'_>, said: &Said<'_>, other: &Change<'_>, earlier: &Said<'_>) -> Diagnostic {
    let (name, verb) = (said.name, said.deed.verb());
    let message = if verb == earlier.deed.verb() {
        format!(
            "`{}` and `{}` both {} `{name}`, and not in the same way",
            other.package.name,
            change.package.name,
            plural(said.deed)
        )
    } else {
        format!(
            "`{}` {verb} `{name}`, which `{}` {}",
            change.package.name,
            other.package.name,
            earlier.deed.verb()
        )
    };
    let found = Diagnostic::new(super::CONFLICTING_DELTAS, said.span, message);
    found
        .also(
            earlier.span,
            format!("`{}` {} it here", other.package.name, earlier.deed.verb()),
        )
        .help("Archive one of them, and write the other anew on what comes out.")
}

fn plural(deed: Deed<'_>) -> &'static str {
    match deed {
        Deed::Renames(_) => "rename",
        Deed::Removes => "remove",
        Deed::Modifies => "modify",
        Deed::Adds => "add",
    }
}
