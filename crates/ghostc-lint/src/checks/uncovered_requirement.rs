//! warning(coverage): no task refers to a requirement
//!
//! The tasks of the package say which criteria they are for, and none of them names this requirement or one of its criteria.
//! Where requirements have ids such as `FR-001`, this is told only of a spec whose tasks name nearly all of them.
//! Either work is missing, or a reference is.
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
//!
//! ### Requirement 2: Quotes
//!
//! #### Acceptance Criteria
//!
//! 1. IF a cell holds a comma, THEN THE Exporter SHALL quote it
//! //- /export/tasks.md
//! # Implementation Plan
//!
//! - [ ] 1. Write the exporter
//!   - _Requirements: 1.1_
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
//!
//! ### Requirement 2: Quotes
//!
//! #### Acceptance Criteria
//!
//! 1. IF a cell holds a comma, THEN THE Exporter SHALL quote it
//! //- /export/tasks.md
//! # Implementation Plan
//!
//! - [ ] 1. Write the exporter
//!   - _Requirements: 1.1, 2.1_
//! ````

use crate::coverage;
use ghostc_spec::library::Package;
use ghostc_syntax::{Diagnostic, Sources};

pub(super) fn check(package: &Package, _: &Sources, findings: &mut Vec<Diagnostic>) {
    for gap in coverage::gaps(package)
        .into_iter()
        .filter(coverage::Gap::is_whole)
    {
        let message = format!("no task refers to requirement `{}`", gap.requirement.id);
        let found = Diagnostic::new(super::UNCOVERED_REQUIREMENT, gap.requirement.span, message);
        let criteria = ghostc_spec::prose::listed(gap.criteria.iter().map(|left| left.id.as_str()));
        let found = if criteria.is_empty() {
            found
        } else {
            found.note(format!("criteria: {criteria}"))
        };
        findings.push(found.help("Add a task for it, or name it in the task that is for it."));
    }
}
