//! warning(correctness): one half of a rename has no other half
//!
//! Each `FROM` is followed by its `TO`; where two stand in a row, nothing says which new name is whose, and tools guess differently.
//! What has no pair is not renamed.
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
//!
//! #### Scenario: A comma
//! - **WHEN** a cell holds a comma
//! - **THEN** it is quoted
//! //- /openspec/changes/add-headers/proposal.md
//! ## Why
//!
//! Readers cannot tell columns apart.
//!
//! ## What Changes
//!
//! - **export:** add headers
//! //- /openspec/changes/add-headers/tasks.md
//! ## 1. Work
//!
//! - [ ] 1.1 Write headers
//! //- /openspec/changes/add-headers/specs/export/spec.md
//! ## RENAMED Requirements
//!
//! - FROM: `### Requirement: Quotes`
//!
//! ## ADDED Requirements
//!
//! ### Requirement: Headers
//! The system SHALL write a header.
//!
//! #### Scenario: Two columns
//! - **WHEN** a table has two columns
//! - **THEN** two names are written
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
//! //- /openspec/changes/add-headers/proposal.md
//! ## Why
//!
//! Readers cannot tell columns apart.
//!
//! ## What Changes
//!
//! - **export:** add headers
//! //- /openspec/changes/add-headers/tasks.md
//! ## 1. Work
//!
//! - [ ] 1.1 Write headers
//! //- /openspec/changes/add-headers/specs/export/spec.md
//! ## RENAMED Requirements
//!
//! - FROM: `### Requirement: Quotes`
//! - TO: `### Requirement: Quoted cells`
//!
//! ## ADDED Requirements
//!
//! ### Requirement: Headers
//! The system SHALL write a header.
//!
//! #### Scenario: Two columns
//! - **WHEN** a table has two columns
//! - **THEN** two names are written
//! ````

use super::DocumentContext;
use crate::capabilities;
use ghostc_spec::facts::Half;
use ghostc_syntax::{Diagnostic, Sources};

pub(super) fn check_document(context: DocumentContext<'_>, _: &Sources, findings: &mut Vec<Diagnostic>) {
    if !capabilities::is_current(context.files.dialect, context.files.changes.as_ref()) {
        return;
    }
    for (half, name) in context
        .facts
        .into_iter()
        .flat_map(|facts| &facts.unpaired_renames)
    {
        let (other, side) = match half {
            Half::From => ("TO", "is renamed, and nothing says to what"),
            Half::To => ("FROM", "is a new name, and nothing says of what"),
        };
        let message = format!("`{}` {side}", name.name);
        let found = Diagnostic::new(super::UNPAIRED_RENAME, name.span, message);
        findings.push(found.help(format!("Give each its own `{other}`, the one behind the other.")));
    }
}
