//! warning(correctness): a requirement says nothing
//!
//! Below its heading stands no text before the scenarios, so nobody is bound to anything.
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
    let all = capabilities::texts(context, sources);
    for (requirement, _) in all.filter(|(_, text)| text.trim().is_empty()) {
        let message = format!("the requirement `{}` has no text", requirement.id);
        let found = Diagnostic::new(super::EMPTY_REQUIREMENT, requirement.span, message);
        findings.push(found.help("Say below the heading what the system SHALL do."));
    }
}
