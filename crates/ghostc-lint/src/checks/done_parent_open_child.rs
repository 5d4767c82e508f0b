//! warning(consistency): a task is ticked off while parts of it are open
//!
//! A task with parts is done when they are.
//! Optional and skipped parts may stay open.
//!
//! ## Wrong
//!
//! ````fixture
//! //- /.kiro/specs/clock/requirements.md
//! # Requirements
//!
//! ### Requirement 1: Time
//!
//! #### Acceptance Criteria
//!
//! 1. WHEN a minute passes THE Clock SHALL show the new time
//! //- /.kiro/specs/clock/tasks.md
//! # Implementation Plan
//!
//! - [x] 1. Show the time
//!   - [x] 1.1 Draw the digits
//!     - _Requirements: 1.1_
//!   - [ ] 1.2 Redraw each minute
//!     - _Requirements: 1.1_
//! ````
//!
//! ## Right
//!
//! ````fixture
//! //- /.kiro/specs/clock/requirements.md
//! # Requirements
//!
//! ### Requirement 1: Time
//!
//! #### Acceptance Criteria
//!
//! 1. WHEN a minute passes THE Clock SHALL show the new time
//! //- /.kiro/specs/clock/tasks.md
//! # Implementation Plan
//!
//! - [ ] 1. Show the time
//!   - [x] 1.1 Draw the digits
//!     - _Requirements: 1.1_
//!   - [ ] 1.2 Redraw each minute
//!     - _Requirements: 1.1_
//! ````

use crate::task_list::{self, TaskList};
use ghostc_spec::facts::TaskState;
use ghostc_spec::library::Package;
use ghostc_syntax::{Diagnostic, Sources};

pub(super) fn check(package: &Package, sources: &Sources, findings: &mut Vec<Diagnostic>) {
    for (task, parts) in TaskList::new(package).groups() {
        let open: Vec<_> = parts
            .iter()
            .copied()
            .filter(|part| task_list::is_open(part))
            .collect();
        if task.state != TaskState::Done || open.is_empty() {
            continue;
        }
        let message = format!(
            "`{}` is done, and {} of its {} {} open",
            task.id,
            open.len(),
            task_list::counted(parts.len() as u64, "part"),
            task_list::verb(open.len()),
        );
        let found = Diagnostic::new(
            super::DONE_PARENT_OPEN_CHILD,
            task_list::first_line(task, sources),
            message,
        );
        let found = task_list::point_at(found, &open, sources, "this is open");
        findings.push(found.help("Finish the open parts, or take the tick away."));
    }
}
