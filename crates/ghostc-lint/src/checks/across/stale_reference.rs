//! warning(consistency): a document names a change that is archived
//!
//! A document outside of the changes speaks of a change as if it were still to be made, but it was made and is in the archive.
//! Each such change is shown at its first mention in a document.
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
//! //- /openspec/changes/archive/2024-05-01-add-csv-export/specs/export/spec.md
//! ## ADDED Requirements
//!
//! ### Requirement: CSV export
//! The system SHALL export rows as CSV.
//!
//! #### Scenario: Two rows
//! - **WHEN** a table with two rows is exported
//! - **THEN** the file has three lines
//! //- /openspec/changes/ROADMAP.md
//! # Roadmap
//!
//! Start with add-csv-export.
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
//! //- /openspec/changes/ROADMAP.md
//! # Roadmap
//!
//! Start with add-csv-export.
//! ````

use ghostc_spec::layout::file_name;
use ghostc_spec::library::Library;
use ghostc_syntax::{Diagnostic, Sources};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn check(library: &Library, _: &Sources, findings: &mut Vec<Diagnostic>) {
    let mut archived: BTreeMap<(&str, &str), &str> = BTreeMap::new();
    let mut active: BTreeSet<(&str, &str)> = BTreeSet::new();
    for package in &library.packages {
        let Some(base) = &package.changes else { continue };
        let folder = file_name(&package.root);
        if base.archived {
            archived.insert((&base.root, without_date(folder)), folder);
        } else {
            active.insert((&base.root, folder));
        }
    }
    for package in &library.packages {
        let mut seen = BTreeSet::new();
        for mention in &package.facts.change_names {
            let key = (package.root.as_str(), mention.name.as_str());
            let Some(folder) = archived.get(&key).filter(|_| !active.contains(&key)) else {
                continue;
            };
            if seen.insert((mention.span.file, &mention.name)) {
                let message = format!("the change `{}` is archived", mention.name);
                let found = Diagnostic::new(super::STALE_REFERENCE, mention.span, message);
                let found = found.note(format!("it is in `changes/archive/{folder}`"));
                findings.push(found.help("Take it out, or say that it is done."));
            }
        }
    }
}

/// The name of an archived change without the day that it was archived on: `2024-05-01-`.
fn without_date(folder: &str) -> &str {
    let day = folder
        .get(..11)
        .filter(|day| day.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-'));
    day.and_then(|day| folder.strip_prefix(day)).unwrap_or(folder)
}
