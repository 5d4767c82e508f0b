//! warning(clarity): a requirement does not say how binding it is
//!
//! The text of a requirement holds neither SHALL nor MUST.
//! Whether it must be met, should be, or is only told, is left to the reader.
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
//! The system quotes cells that hold commas.
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
use ghostc_syntax::{Diagnostic, Sources};

pub(super) fn check_document(
    context: DocumentContext<'_>,
    sources: &Sources,
    findings: &mut Vec<Diagnostic>,
) {
    for (requirement, text) in capabilities::texts(context, sources) {
        let mut words = text.split(|c: char| !(c.is_alphanumeric() || c == '_'));
        let binds = words.any(|word| matches!(word, "SHALL" | "MUST"));
        if !binds && !text.trim().is_empty() {
            let message = format!("the requirement `{}` has neither SHALL nor MUST", requirement.id);
            let found = Diagnostic::new(super::REQUIREMENT_WITHOUT_KEYWORD, requirement.span, message);
            findings.push(found.help("Say what the system SHALL do."));
        }
    }
}
