//! warning(clarity): a spec lacks its purpose or its requirements
//!
//! A spec of OpenSpec says below `## Purpose` what it is for, and below `## Requirements` what holds.
//! OpenSpec refuses to archive a change to one that lacks either.
//!
//! ## Wrong
//!
//! ````fixture
//! //- /openspec/specs/export/spec.md
//! # Export
//!
//! ## Requirements
//!
//! ### Requirement: Quotes
//! The system SHALL quote cells that hold commas.
//!
//! #### Scenario: A comma
//! - **WHEN** a cell holds a comma
//! - **THEN** it is quoted
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
//! ````

use super::DocumentContext;
use ghostc_spec::dialects::requirement_name;
use ghostc_spec::layout::file_name;
use ghostc_spec::library::{Dialect, Document};
use ghostc_syntax::{Diagnostic, Sources, Span};

pub(super) fn check_document(
    context: DocumentContext<'_>,
    sources: &Sources,
    findings: &mut Vec<Diagnostic>,
) {
    let home = context.document;
    let is_spec = file_name(&home.path).eq_ignore_ascii_case("spec.md");
    if context.files.dialect != Dialect::OpenSpec || context.files.changes.is_some() || !is_spec {
        return;
    }
    let has = |title: &str| {
        let mut found = home.spec.headings.iter();
        found.any(|heading| {
            heading.text.trim().eq_ignore_ascii_case(title) && is_filled(home, heading.section())
        })
    };
    let holds_any = home
        .spec
        .headings
        .iter()
        .any(|heading| requirement_name(heading).is_some());
    let lacks = [
        (
            "purpose",
            "Purpose",
            "Say in a sentence or two what the capability is for.",
        ),
        ("requirements", "Requirements", "Put the requirements below it."),
    ];
    for (_, name, help) in lacks.into_iter().filter(|(title, ..)| holds_any && !has(title)) {
        let file = home.spec.file;
        let first = home.spec.headings.first();
        let span = first.map_or(Span::start_of(file), |first| {
            first.span.first_line(&sources.get(file).text)
        });
        let message = format!("this spec says nothing below `## {name}`");
        let found = Diagnostic::new(super::MISSING_SECTION, span, message);
        findings.push(found.help(help));
    }
}

/// Whether a section holds more than its own heading.
fn is_filled(home: &Document, section: Span) -> bool {
    let blocks = &home.spec.blocks;
    let first = blocks.partition_point(|block| block.span.start <= section.start);
    blocks
        .get(first)
        .is_some_and(|block| section.contains(block.span))
}
