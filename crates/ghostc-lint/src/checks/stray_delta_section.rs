//! error(correctness): a spec that is no change says what it adds or modifies
//!
//! `## ADDED Requirements` and its like are for changes; a spec says what holds, below `## Requirements`.
//! What stands there is left over from a change that was put in by hand, and other tools pass over it.
//! A list of what was removed is a warning, since nothing in it is lost.
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
use ghostc_spec::dialects::{is_delta_section, requirement_name};
use ghostc_syntax::{Diagnostic, Severity, Sources};

pub(super) fn check_document(
    context: DocumentContext<'_>,
    sources: &Sources,
    findings: &mut Vec<Diagnostic>,
) {
    if context.files.changes.is_some() || !capabilities::is_spec(context) {
        return;
    }
    let headings = &context.document.spec.headings;
    for heading in headings.iter().filter(|heading| is_delta_section(heading)) {
        let span = heading.span.first_line(&sources.get(heading.span.file).text);
        let message = format!("`{}` in a spec that is no change", heading.text);
        let mut found = Diagnostic::new(super::STRAY_DELTA_SECTION, span, message)
            .help("Move what holds below `## Requirements`, and take the heading out.");
        if heading.text.to_ascii_lowercase().starts_with("removed") {
            found.severity = Severity::Warning;
        }
        let inside = headings
            .iter()
            .filter(|found| heading.section().contains(found.span));
        let lost = inside.filter(|found| requirement_name(found).is_some());
        findings.push(lost.fold(found, |found, lost| {
            found.also(lost.span, "this is what other tools pass over")
        }));
    }
}
