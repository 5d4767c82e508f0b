//! note(consistency): all parts of a task are done and the task itself is not ticked off
//!
//! A task with parts is done with the last of them that is required.
//! Its own box is left over, and whoever counts boxes counts wrong.
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
//! - [ ] 1. Show the time
//!   - [x] 1.1 Draw the digits
//!     - _Requirements: 1.1_
//!   - [x] 1.2 Redraw each minute
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
//! - [x] 1. Show the time
//!   - [x] 1.1 Draw the digits
//!     - _Requirements: 1.1_
//!   - [x] 1.2 Redraw each minute
//!     - _Requirements: 1.1_
//! ````

use crate::task_list::{self, TaskList};
use ghostc_spec::facts::{DeclaredTask, TaskState};
use ghostc_spec::library::Package;
use ghostc_syntax::{Diagnostic, Sources, Span};

pub(super) fn check(package: &Package, sources: &Sources, findings: &mut Vec<Diagnostic>) {
    for (task, parts) in TaskList::new(package).groups() {
        let done = parts.iter().any(|part| part.state == TaskState::Done);
        let open = parts.iter().any(|part| task_list::is_open(part));
        if task.state != TaskState::Open || task.optional || !done || open {
            continue;
        }
        let message = format!("`{}` is open, and all of its parts are done", task.id);
        let found = Diagnostic::new(
            super::OPEN_PARENT_DONE_CHILDREN,
            task_list::first_line(task, sources),
            message,
        );
        let found = found.help("Tick it off, or name the part that is missing.");
        findings.push(match check_box(package, task) {
            Some(span) => found.fix("tick it off", span, "[x]"),
            None => found,
        });
    }
}

/// The box of a task that is a list item.
fn check_box(package: &Package, task: &DeclaredTask) -> Option<Span> {
    let items = &package.documents.get(task.document)?.spec.items;
    let at = items.partition_point(|item| item.span.start < task.section.start);
    let item = items
        .get(at)
        .filter(|item| item.span.start == task.section.start)?;
    Some(item.check.as_ref()?.span)
}
