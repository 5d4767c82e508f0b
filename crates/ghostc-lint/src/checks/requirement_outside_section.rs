//! warning(correctness): a requirement stands where nothing looks for it
//!
//! In a spec of OpenSpec requirements stand below `## Requirements`, and in a change below `## ADDED Requirements` and its like.
//! Tools stop at the next heading of that level, so that what stands below another one, or above all of them, is lost.
//! Each such place is shown once, with all that it holds.
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
//! ## Headers
//!
//! ### Requirement: Header
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
//! ### Requirement: Header
//! The system SHALL write a header.
//!
//! #### Scenario: Two columns
//! - **WHEN** a table has two columns
//! - **THEN** two names are written
//! ````

use super::DocumentContext;
use crate::capabilities;
use ghostc_spec::dialects::{is_delta_section, requirement_name};
use ghostc_syntax::{Diagnostic, Heading, Sources};

pub(super) fn check_document(
    context: DocumentContext<'_>,
    sources: &Sources,
    findings: &mut Vec<Diagnostic>,
) {
    if !capabilities::is_spec(context) {
        return;
    }
    let is_change = context.files.changes.is_some();
    let headings = &context.document.spec.headings;
    let is_home = |heading: &Heading| match is_change {
        true => is_delta_section(heading),
        false => heading.level == 2 && heading.text.trim().eq_ignore_ascii_case("requirements"),
    };
    // Where there is none at all, that is what is wrong.
    let Some(first) = headings.iter().position(is_home) else {
        return;
    };
    let is_read = |at: usize, heading: &Heading| match is_change {
        true => is_home(heading),
        // Only the first is looked at; a section of a change has a finding of its own.
        false => at == first || is_delta_section(heading),
    };
    let mut section: Option<(usize, &Heading)> = None;
    let mut open: Option<Diagnostic> = None;
    for (at, heading) in headings.iter().enumerate() {
        if heading.level <= 2 {
            section = Some((at, heading)).filter(|(_, heading)| heading.level == 2);
            findings.extend(open.take());
        }
        let Some(name) =
            requirement_name(heading).filter(|_| !section.is_some_and(|(at, home)| is_read(at, home)))
        else {
            continue;
        };
        open = Some(match open.take() {
            Some(found) => found.also(heading.span, "and this"),
            None => {
                let span = heading.span.first_line(&sources.get(heading.span.file).text);
                let place = section.map_or_else(
                    || "above all sections".to_string(),
                    |(_, home)| format!("below `{}`", home.text),
                );
                let message = format!("the requirement `{name}` stands {place}, where nothing looks for it");
                let home = if is_change {
                    "## ADDED Requirements` or its like"
                } else {
                    "## Requirements`"
                };
                Diagnostic::new(super::REQUIREMENT_OUTSIDE_SECTION, span, message)
                    .help(format!("Move it below `{home}."))
            }
        });
    }
    findings.extend(open);
}
