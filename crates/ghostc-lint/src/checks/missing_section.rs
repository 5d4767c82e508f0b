//! warning(clarity): a spec lacks its purpose or its requirements
//!
//! A spec of OpenSpec says below `## Purpose` what it is for, and below `## Requirements` what holds.
//! OpenSpec refuses to archive a change to one that lacks either, and a purpose that is still to be written is none.
//! What a change says of a spec stands below `## ADDED Requirements` and its like; without one of them it says nothing.
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
use crate::capabilities;
use ghostc_spec::deltas;
use ghostc_spec::dialects::{is_delta_section, requirement_name};
use ghostc_spec::library::Document;
use ghostc_syntax::{Block, BlockKind, Diagnostic, Heading, Sources, Span};

pub(super) fn check_document(
    context: DocumentContext<'_>,
    sources: &Sources,
    findings: &mut Vec<Diagnostic>,
) {
    let home = context.document;
    let headings = &home.spec.headings;
    let holds_any = headings.iter().any(|heading| requirement_name(heading).is_some());
    let has_place = !deltas::capability(&context.files.root, &home.path).is_empty();
    if !capabilities::is_spec(context) || !(holds_any || has_place) {
        return;
    }
    if context.files.changes.is_some() {
        if !headings.iter().any(is_delta_section) {
            let found = lacks(home, sources, "`## ADDED Requirements` or its like");
            let found = found.help("Say which requirements are ADDED, MODIFIED, REMOVED or RENAMED.");
            findings.push(unread(found, home));
        }
        return;
    }
    match purpose(home) {
        None => {
            let help = "Say in a sentence or two what the capability is for.";
            findings.push(lacks(home, sources, "`## Purpose`").help(help));
        }
        Some(block) if is_to_be_written(sources.slice(block.span)) => {
            let span = block.span.first_line(&sources.get(block.span.file).text);
            let found = Diagnostic::new(
                super::MISSING_SECTION,
                span,
                "this purpose is still to be written",
            );
            findings.push(found.help("Say in a sentence or two what the capability is for."));
        }
        Some(_) => {}
    }
    let (homes, others): (Vec<_>, Vec<_>) =
        named(home, "Requirements").partition(|heading| heading.level == 2);
    if !homes.iter().any(|heading| has_heading_below(home, heading)) {
        let mut found = lacks(home, sources, "`## Requirements`").help("Put the requirements below it.");
        if homes.is_empty() {
            let other =
                |found: Diagnostic, other: &&Heading| found.also(other.span, "this has another level");
            found = unread(others.iter().fold(found, other), home);
        }
        findings.push(found);
    }
}

fn lacks(home: &Document, sources: &Sources, what: &str) -> Diagnostic {
    let file = home.spec.file;
    let first = home.spec.headings.first();
    let span = first.map_or(Span::start_of(file), |first| {
        first.span.first_line(&sources.get(file).text)
    });
    let message = format!("this spec says nothing below {what}");
    Diagnostic::new(super::MISSING_SECTION, span, message)
}

/// Shows the requirements that stand below no such section.
fn unread(found: Diagnostic, home: &Document) -> Diagnostic {
    let headings = home.spec.headings.iter();
    let lost = headings.filter(|heading| requirement_name(heading).is_some());
    lost.fold(found, |found, heading| {
        found.also(heading.span, "other tools pass over this")
    })
}

fn named<'d>(home: &'d Document, title: &'d str) -> impl Iterator<Item = &'d Heading> {
    let headings = home.spec.headings.iter();
    headings.filter(move |heading| heading.text.trim().eq_ignore_ascii_case(title))
}

/// The first text below a heading that says what a spec is for.
fn purpose(home: &Document) -> Option<&Block> {
    named(home, "Purpose").find_map(|heading| {
        let blocks = &home.spec.blocks;
        let first = blocks.partition_point(|block| block.span.start <= heading.span.start);
        let inside = blocks.get(first..)?.iter();
        let mut inside = inside.take_while(|block| heading.section().contains(block.span));
        inside.find(|block| block.kind != BlockKind::Heading)
    })
}

/// Whether a text is what tools put where a purpose is to come, or the word that people put there.
fn is_to_be_written(text: &str) -> bool {
    let word = text
        .split(|c: char| !c.is_alphanumeric())
        .next()
        .unwrap_or_default();
    let after = text.get(word.len()..).unwrap_or_default();
    let stands_alone = !after.trim_start_matches(' ').starts_with(char::is_alphanumeric);
    matches!(word, "TBD" | "TODO")
        || (word.eq_ignore_ascii_case("tbd") || word.eq_ignore_ascii_case("todo")) && stands_alone
        || text.contains("Update Purpose after archive")
}

fn has_heading_below(home: &Document, section: &Heading) -> bool {
    let headings = &home.spec.headings;
    let next = headings.partition_point(|heading| heading.span.start <= section.span.start);
    headings
        .get(next)
        .is_some_and(|heading| section.section().contains(heading.span))
}

#[cfg(test)]
mod tests {
    use crate::lines::found;

    #[test]
    fn requirements_below_a_heading_of_another_level_are_below_none() {
        let path = "openspec/specs/export/spec.md";
        let lacks = |level: &str| {
            let spec = format!(
                "# Export\n\n## Purpose\n\nRows are written to files that others read.\n\n{level} Requirements\n\n### Requirement: Quotes\nCells SHALL be quoted.\n\n#### Scenario: A quote\n- **WHEN** a cell holds one\n- **THEN** it is doubled\n"
            );
            found("missing-section", &[(path, &spec)], path)
        };
        assert_eq!(lacks("##"), [""; 0]);
        assert_eq!(lacks("#"), ["# Export"]);
        assert_eq!(lacks("###"), ["# Export"]);
    }
}
