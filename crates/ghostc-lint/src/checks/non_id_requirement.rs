//! warning(correctness): a task gives words where ids of requirements belong
//!
//! The line says which requirements a task is for, by number, so that coverage can be told.
//! What stands there is text that names no requirement.
//!
//! ## Wrong
//!
//! ````fixture
//! //- /export/requirements.md
//! # Requirements Document
//!
//! ### Requirement 1: CSV
//!
//! #### Acceptance Criteria
//!
//! 1. WHEN rows are exported, THE Exporter SHALL write one line per row
//! //- /export/tasks.md
//! # Implementation Plan
//!
//! - [ ] 1. Write the exporter
//!   - _Requirements: 1.1_
//! - [ ] 2. Set the crate up
//!   - _Requirements: groundwork for the rest_
//! ````
//!
//! ## Right
//!
//! ````fixture
//! //- /export/requirements.md
//! # Requirements Document
//!
//! ### Requirement 1: CSV
//!
//! #### Acceptance Criteria
//!
//! 1. WHEN rows are exported, THE Exporter SHALL write one line per row
//! //- /export/tasks.md
//! # Implementation Plan
//!
//! - [ ] 1. Write the exporter
//!   - _Requirements: 1.1_
//! - [ ] 2. Set the crate up
//! ````

use ghostc_spec::library::Package;
use ghostc_syntax::{Diagnostic, Sources};
use std::collections::BTreeSet;

pub(super) fn check(package: &Package, _: &Sources, findings: &mut Vec<Diagnostic>) {
    let mut seen = BTreeSet::new();
    for mention in package
        .facts
        .tasks
        .iter()
        .flat_map(|task| &task.unknown_requirements)
    {
        if !may_be_meant(&mention.name) && seen.insert(mention.span) {
            let message = format!("`{}` is no id of a requirement", mention.name);
            let found = Diagnostic::new(super::NON_ID_REQUIREMENT, mention.span, message);
            findings.push(found.help("Name criteria such as `1.2`, or take the line out."));
        }
    }
}

/// Whether words are an id of some other form, such as `NFR 1.2`, or say that a task is for nothing or for everything.
fn may_be_meant(text: &str) -> bool {
    let words = text.split_whitespace().count();
    let is_id = words <= 2 && text.contains(|c: char| c.is_ascii_digit());
    let folded = text.to_lowercase();
    is_id || ["all", "all requirements", "none", "n/a", "na", "tbd"].contains(&folded.as_str())
}
