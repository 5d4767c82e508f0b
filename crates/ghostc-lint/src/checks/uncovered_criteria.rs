//! warning(coverage): no task refers to some criteria
//!
//! The tasks of the package say which criteria they are for, and none of them names these.
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
//! 2. IF a cell holds a comma, THEN THE Exporter SHALL quote it
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
//! 2. IF a cell holds a comma, THEN THE Exporter SHALL quote it
//! //- /export/tasks.md
//! # Implementation Plan
//!
//! - [ ] 1. Write the exporter
//!   - _Requirements: 1.1, 1.2_
//! ````

use crate::coverage;
use ghostc_spec::facts::Criterion;
use ghostc_spec::library::Package;
use ghostc_syntax::{Diagnostic, FileId, Sources, Span};
use std::collections::BTreeMap;

/// How many criteria are pointed at; all are named.
const SHOWN: usize = 5;

pub(super) fn check(package: &Package, sources: &Sources, findings: &mut Vec<Diagnostic>) {
    let mut left: BTreeMap<FileId, Vec<&Criterion>> = BTreeMap::new();
    for gap in coverage::gaps(package).into_iter().filter(|gap| !gap.is_whole()) {
        left.entry(gap.requirement.span.file)
            .or_default()
            .extend(gap.criteria);
    }
    for (file, criteria) in left {
        let text = &sources.get(file).text;
        let top = Span::new(file, 0, text.len()).first_line(text);
        let names = ghostc_spec::prose::listed(criteria.iter().map(|criterion| criterion.id.as_str()));
        let noun = if criteria.len() == 1 {
            "criterion"
        } else {
            "criteria"
        };
        let found = Diagnostic::new(
            super::UNCOVERED_CRITERIA,
            top,
            format!("no task refers to the {noun} {names}"),
        );
        let shown = criteria.iter().take(SHOWN);
        let found = shown.fold(found, |found, criterion| {
            found.also(criterion.span.first_line(text), format!("`{}`", criterion.id))
        });
        findings.push(found.help("Name them in the tasks that are for them."));
    }
}
