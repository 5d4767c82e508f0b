//! warning(correctness): a heading among the requirements is not read as one
//!
//! It stands below `## Requirements`, and binds, but does not start with `Requirement:`; or it says `MODIFIED Requirement:`.
//! ghostc and OpenSpec's own tools for changes pass over it.
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
//! ### Requirement: Separators
//! The system SHALL separate cells by commas.
//!
//! #### Scenario: Two cells
//! - **WHEN** a row has two cells
//! - **THEN** one comma is written
//!
//! ### Quotes
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
//! ### Requirement: Separators
//! The system SHALL separate cells by commas.
//!
//! #### Scenario: Two cells
//! - **WHEN** a row has two cells
//! - **THEN** one comma is written
//!
//! ### Requirement: Quotes
//! The system SHALL quote cells that hold commas.
//!
//! #### Scenario: A comma
//! - **WHEN** a cell holds a comma
//! - **THEN** it is quoted
//! ````

use super::DocumentContext;
use crate::capabilities;
use ghostc_spec::layout::file_name;
use ghostc_spec::library::Document;
use ghostc_syntax::{Diagnostic, Heading, Sources, Span};

pub(super) fn check_document(
    context: DocumentContext<'_>,
    sources: &Sources,
    findings: &mut Vec<Diagnostic>,
) {
    if !file_name(&context.document.path).eq_ignore_ascii_case("spec.md")
        || !capabilities::is_current(context.files.dialect, context.files.changes.as_ref())
    {
        return;
    }
    for heading in context
        .document
        .spec
        .headings
        .iter()
        .filter(|heading| heading.level == 3)
    {
        if is_skipped(context.document, heading) {
            let found = Diagnostic::new(
                super::SKIPPED_REQUIREMENT,
                heading.span,
                format!("`{}` is not read as a requirement", heading.text),
            );
            let marks = sources
                .slice(heading.span)
                .find(|c: char| !(c == '#' || c == ' '))
                .unwrap_or_default();
            let start = heading.span.start as usize + marks;
            let found = found.help("Start the heading with `Requirement:`.");
            let fix = "start the heading with `Requirement:`";
            // What stands before the word is the business of the section.
            let written = sources.slice(heading.span);
            let word = written
                .to_ascii_lowercase()
                .find("requirement:")
                .filter(|at| *at > marks);
            let end = start + word.map_or(0, |word| word - marks);
            let text = if word.is_some() { "" } else { "Requirement: " };
            findings.push(found.fix(fix, Span::new(heading.span.file, start, end), text));
        }
    }
}

/// Whether a heading stands among requirements and binds, and has another form.
fn is_skipped(home: &Document, heading: &Heading) -> bool {
    let above = heading.parent().and_then(|above| home.spec.headings.get(above));
    let title = above
        .map(|above| above.text.trim().to_ascii_lowercase())
        .unwrap_or_default();
    let among = matches!(
        title.as_str(),
        "requirements" | "added requirements" | "modified requirements"
    );
    let word = heading.text.split(':').next().unwrap_or_default();
    let word = word.trim().to_ascii_lowercase();
    let has_name = heading.text.contains(':');
    let is_read = word == "requirement" && has_name;
    let says_so = has_name && word.split_whitespace().next_back() == Some("requirement");
    !is_read && (says_so || among && binds(home, heading))
}

fn binds(home: &Document, heading: &Heading) -> bool {
    let statements = &home.spec.statements;
    let first = statements.partition_point(|statement| statement.span.start < heading.span.start);
    statements
        .get(first)
        .is_some_and(|statement| heading.section().contains(statement.span))
}
