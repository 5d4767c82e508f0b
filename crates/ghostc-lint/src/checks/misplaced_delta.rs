//! warning(correctness): requirements lie in a file that nothing reads
//!
//! OpenSpec reads the `spec.md` in the folder of a capability, `specs/<capability>/spec.md`, and no other file.
//! What a change says in `specs/export.md` is never applied, and what stands there in a tree of specs binds nobody.
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
//! ## ADDED Requirements
//!
//! ### Requirement: Headers
//! The system SHALL write a header.
//!
//! #### Scenario: Two columns
//! - **WHEN** a table has two columns
//! - **THEN** two names are written
//! //- /openspec/changes/add-headers/specs/columns.md
//! ## ADDED Requirements
//!
//! ### Requirement: Columns
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
//! ## ADDED Requirements
//!
//! ### Requirement: Headers
//! The system SHALL write a header.
//!
//! #### Scenario: Two columns
//! - **WHEN** a table has two columns
//! - **THEN** two names are written
//! //- /openspec/changes/add-headers/specs/columns/spec.md
//! ## ADDED Requirements
//!
//! ### Requirement: Columns
//! The system SHALL write a header.
//!
//! #### Scenario: Two columns
//! - **WHEN** a table has two columns
//! - **THEN** two names are written
//! ````

use super::DocumentContext;
use crate::capabilities;
use ghostc_spec::deltas;
use ghostc_spec::dialects::{is_delta_section, requirement_name};
use ghostc_spec::layout::{file_name, folder, join};
use ghostc_syntax::{Diagnostic, Sources};

pub(super) fn check_document(
    context: DocumentContext<'_>,
    sources: &Sources,
    findings: &mut Vec<Diagnostic>,
) {
    if !capabilities::is_current(context.files.dialect, context.files.changes.as_ref()) {
        return;
    }
    let path = context.document.path.as_str();
    let specs = join(&context.files.root, "specs");
    let is_below = folder(path) == specs || folder(path).starts_with(&format!("{specs}/"));
    let is_read = file_name(path).eq_ignore_ascii_case("spec.md")
        && !deltas::capability(&context.files.root, path).is_empty();
    if !is_below || is_read {
        return;
    }
    let headings = &context.document.spec.headings;
    let holds_any = headings.iter().any(|heading| requirement_name(heading).is_some());
    let opens = headings
        .iter()
        .find(|heading| is_delta_section(heading) || heading.text.eq_ignore_ascii_case("requirements"));
    let Some(first) = opens.filter(|_| holds_any) else {
        return;
    };
    let stem = file_name(path).split('.').next().unwrap_or_default();
    let capability = if stem.eq_ignore_ascii_case("spec") {
        "<capability>"
    } else {
        stem
    };
    let span = first.span.first_line(&sources.get(first.span.file).text);
    let message = format!("nothing reads the requirements in `{}`", file_name(path));
    let found = Diagnostic::new(super::MISPLACED_DELTA, span, message);
    findings.push(found.help(format!("Move the file to `specs/{capability}/spec.md`.")));
}
