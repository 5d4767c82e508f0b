//! warning(correctness): a heading that says `Scenario:` is read as none
//!
//! In OpenSpec a scenario is a heading of the fourth level, right below the heading of its requirement.
//! At another level, or with no requirement above it, it belongs to none, and nothing is tested by it.
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
//! ### Scenario: A line end
//! - **WHEN** a cell holds a line end
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
//!
//! #### Scenario: A line end
//! - **WHEN** a cell holds a line end
//! - **THEN** it is quoted
//! ````

use super::DocumentContext;
use crate::capabilities;
use ghostc_syntax::{Diagnostic, Heading, Sources};

pub(super) fn check_document(
    context: DocumentContext<'_>,
    sources: &Sources,
    findings: &mut Vec<Diagnostic>,
) {
    if !capabilities::is_spec(context) {
        return;
    }
    let headings = &context.document.spec.headings;
    let mut orphans: Option<Diagnostic> = None;
    // Below a heading that is no requirement, the heading is what is wrong, be it of another level or another word.
    let mut is_below = false;
    for heading in headings {
        let text = heading.text.trim().to_ascii_lowercase();
        let is_section = text == "requirements";
        is_below = (is_below && heading.level > 2) || heading.level == 3;
        is_below |= text.starts_with("requirement") && !is_section;
        if !says_so(heading) || heading.level == 4 && is_below {
            continue;
        }
        let span = heading.span.first_line(&sources.get(heading.span.file).text);
        let message = format!("`{}` is read as no scenario", heading.text);
        let found = Diagnostic::new(super::MISPLACED_SCENARIO, span, message);
        if heading.level != 4 {
            findings.push(found.help("Start its heading with `####`, below that of its requirement."));
        } else if let Some(first) = orphans.take() {
            orphans = Some(first.also(span, "and this"));
        } else {
            orphans = Some(found.help("Put it below the heading of its requirement."));
        }
    }
    findings.extend(orphans);
}

/// Whether a heading says that it is a scenario.
fn says_so(heading: &Heading) -> bool {
    let word = heading.text.split_once(':').map(|(word, _)| word.trim());
    word.is_some_and(|word| word.eq_ignore_ascii_case("scenario"))
}

#[cfg(test)]
mod tests {
    use crate::lines::found;

    #[test]
    fn a_scenario_right_below_the_section_of_requirements_is_of_none() {
        let spec = "# Export\n\n## Requirements\n\n#### Scenario: A comma\n- **WHEN** a cell holds one\n\n### Requirement: Quotes\nCells SHALL be quoted.\n\n#### Scenario: A quote\n- **WHEN** a cell holds one\n";
        let path = "openspec/specs/export/spec.md";
        let orphans = || found("misplaced-scenario", &[(path, spec)], path);
        assert_eq!(orphans(), ["#### Scenario: A comma"]);
        let other = spec.replace("## Requirements", "## Requirement: All");
        assert_eq!(found("misplaced-scenario", &[(path, &other)], path), [""; 0]);
    }
}
