//! warning(correctness): a heading among the requirements is not read as one
//!
//! It stands below `## Requirements`, and binds, but does not start with `Requirement:`; or it says `MODIFIED Requirement:`,
//! or has no name behind the word, or stands at another level than the third, so that its scenarios are another's or nobody's.
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
use ghostc_spec::dialects::requirement_name;
use ghostc_spec::library::Document;
use ghostc_syntax::{Diagnostic, Heading, Sources, Span};

pub(super) fn check_document(
    context: DocumentContext<'_>,
    sources: &Sources,
    findings: &mut Vec<Diagnostic>,
) {
    if !capabilities::is_spec(context) {
        return;
    }
    let headings = &context.document.spec.headings;
    for (at, heading) in headings.iter().enumerate() {
        if heading.level != 3 {
            if names_requirement(heading) {
                let below = headings.get(at + 1..).unwrap_or_default();
                findings.push(at_other_level(heading, below, sources));
            }
            continue;
        }
        if is_nameless(heading) {
            let span = heading.span.first_line(&sources.get(heading.span.file).text);
            let found = Diagnostic::new(super::SKIPPED_REQUIREMENT, span, "a requirement without a name");
            findings.push(found.help("Write its name behind `Requirement:`."));
        } else if is_skipped(context.document, heading) {
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

/// Whether a heading says that it is a requirement, and of what name.
fn names_requirement(heading: &Heading) -> bool {
    let named = heading.text.split_once(':');
    named.is_some_and(|(word, name)| {
        word.trim().eq_ignore_ascii_case("requirement") && !name.trim().is_empty()
    })
}

/// A requirement with too few marks or too many, and the scenarios that do not come to it.
fn at_other_level(heading: &Heading, below: &[Heading], sources: &Sources) -> Diagnostic {
    let span = heading.span.first_line(&sources.get(heading.span.file).text);
    let message = format!(
        "`{}` is at level {} and not read as a requirement",
        heading.text, heading.level
    );
    let found = Diagnostic::new(super::SKIPPED_REQUIREMENT, span, message);
    let found = found.help("Start its heading with `###`.");
    let scenarios = below
        .iter()
        .take_while(|below| below.level > 3 && !names_requirement(below));
    let lost = scenarios.filter(|below| below.level == 4);
    lost.fold(found, |found, lost| {
        found.also(lost.span, "this is no scenario of it")
    })
}

/// Whether a heading is the word alone.
fn is_nameless(heading: &Heading) -> bool {
    let text = heading.text.trim();
    let word = text.strip_suffix(':').unwrap_or(text).trim_end();
    word.eq_ignore_ascii_case("requirement")
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
    let is_read = requirement_name(heading).is_some();
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
