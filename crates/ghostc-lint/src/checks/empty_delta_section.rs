//! warning(correctness): a section of a change names no requirement
//!
//! The heading says that requirements are added, modified, removed or renamed, and nothing below it is one.
//! Such a change does less than its author thinks, or nothing at all.
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
//!
//! ## REMOVED Requirements
//!
//! - Footers
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
//! ### Requirement: Footers
//! The system SHALL write a footer.
//!
//! #### Scenario: Some columns
//! - **WHEN** a table has two columns
//! - **THEN** two names are written
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
//!
//! ## REMOVED Requirements
//!
//! - `### Requirement: Footers`
//! ````

use super::DocumentContext;
use crate::capabilities;
use ghostc_spec::dialects::is_delta_section;
use ghostc_syntax::{Diagnostic, Sources, Span};

pub(super) fn check_document(
    context: DocumentContext<'_>,
    sources: &Sources,
    findings: &mut Vec<Diagnostic>,
) {
    let is_current = capabilities::is_current(context.files.dialect, context.files.changes.as_ref());
    let Some(facts) = context
        .facts
        .filter(|_| is_current && context.files.changes.is_some())
    else {
        return;
    };
    let renames = facts.renames.iter().map(|rename| rename.from_span);
    let halves = facts.unpaired_renames.iter().map(|(_, name)| name.span);
    let renamed = sorted(renames.chain(halves));
    let written = sorted(facts.requirements.iter().map(|requirement| requirement.span));
    let headings = &context.document.spec.headings;
    for heading in headings.iter().filter(|heading| is_delta_section(heading)) {
        let section = heading.section();
        let is_renaming = heading.text.to_ascii_lowercase().starts_with("renamed");
        let named = if is_renaming { &renamed } else { &written };
        let next = named.partition_point(|span| span.start < section.start);
        if named.get(next).is_some_and(|span| section.contains(*span)) {
            continue;
        }
        let span = heading.span.first_line(&sources.get(heading.span.file).text);
        let message = format!("nothing below `{}` is a requirement", heading.text);
        let found = Diagnostic::new(super::EMPTY_DELTA_SECTION, span, message);
        findings.push(found.help(if is_renaming {
            "Write each as ``- FROM: `### Requirement: …` `` and ``- TO: `### Requirement: …` ``, or take the heading out."
        } else {
            "Name each with `### Requirement: …`, or take the heading out."
        }));
    }
}

fn sorted(spans: impl Iterator<Item = Span>) -> Vec<Span> {
    let mut spans: Vec<Span> = spans.collect();
    spans.sort_unstable();
    spans
}
