//! warning(coverage): the tasks of a requirement are all skipped
//!
//! Every task that names the requirement, or shares with it a word that no other task has, is marked as skipped.
//! What the requirement asks for will not be built.
//!
//! ## Wrong
//!
//! ````fixture
//! //- /001-export/tasks.md
//! - [ ] T001 Write the exporter in src/export.rs
//! - [~] T002 Test the progress display
//! - [~] T003 Draw the progress in src/bar.rs
//! //- /001-export/spec.md
//! # Feature Specification: Export
//!
//! - **FR-001**: System MUST export rows as CSV
//! - **FR-002**: System MUST show the progress of an export
//! ````
//!
//! ## Right
//!
//! ````fixture
//! //- /001-export/tasks.md
//! - [ ] T001 Write the exporter in src/export.rs
//! - [ ] T002 Test the progress display
//! - [~] T003 Draw the progress in src/bar.rs
//! //- /001-export/spec.md
//! # Feature Specification: Export
//!
//! - **FR-001**: System MUST export rows as CSV
//! - **FR-002**: System MUST show the progress of an export
//! ````

use crate::coverage::{self, SkippedOnly};
use crate::task_list;
use ghostc_spec::library::Package;
use ghostc_syntax::{Diagnostic, Sources};

pub(super) fn check(package: &Package, sources: &Sources, findings: &mut Vec<Diagnostic>) {
    for SkippedOnly { id, span, tasks } in coverage::only_skipped(package) {
        let message = format!("all tasks for `{id}` are skipped");
        let found = Diagnostic::new(super::REQUIREMENT_ONLY_SKIPPED_TASKS, span, message);
        let found = task_list::point_at(found, &tasks, sources, "skipped");
        findings.push(found.help("Take the requirement back, or do one of the tasks."));
    }
}
