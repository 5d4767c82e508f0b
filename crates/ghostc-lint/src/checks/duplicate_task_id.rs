//! warning(correctness): two tasks have one id
//!
//! Dependencies, waves and counts find a task by its id.
//! The second one is kept under another name, and nothing can refer to it.
//! Plain numbers may start anew below each heading.
//!
//! ## Wrong
//!
//! ````fixture
//! //- /specs/001-clock/spec.md
//! # Feature Specification: Clock
//! //- /specs/001-clock/tasks.md
//! # Tasks
//!
//! - [ ] T001 Draw the digits in src/digits.rs
//! - [ ] T002 Draw the hands in src/hands.rs
//! - [ ] T002 Redraw each minute in src/tick.rs
//! ````
//!
//! ## Right
//!
//! ````fixture
//! //- /specs/001-clock/spec.md
//! # Feature Specification: Clock
//! //- /specs/001-clock/tasks.md
//! # Tasks
//!
//! - [ ] T001 Draw the digits in src/digits.rs
//! - [ ] T002 Draw the hands in src/hands.rs
//! - [ ] T003 Redraw each minute in src/tick.rs
//! ````

use crate::task_list::{self, TaskList};
use ghostc_spec::facts::DeclaredTask;
use ghostc_spec::library::Package;
use ghostc_syntax::{Diagnostic, Sources};

pub(super) fn check(package: &Package, sources: &Sources, findings: &mut Vec<Diagnostic>) {
    let list = TaskList::new(package);
    for task in list.tasks().iter().filter(|task| task.has_own_id) {
        let Some((id, _)) = task.id.split_once('~') else {
            continue;
        };
        let first = list.find(id).and_then(|at| list.tasks().get(at));
        if is_placeholder(id) || first.is_some_and(|first| restarts(id, task, first)) {
            continue;
        }
        let message = format!("the task `{id}` is listed twice");
        let found = Diagnostic::new(
            super::DUPLICATE_TASK_ID,
            task_list::first_line(task, sources),
            message,
        );
        let found = match first {
            Some(first) => found.also(task_list::first_line(first, sources), "first here"),
            None => found,
        };
        findings.push(found.help("Give it an id of its own."));
    }
}

/// Whether an id was never filled in, which is another finding.
fn is_placeholder(id: &str) -> bool {
    id.starts_with("TX")
}

/// Whether a plain number counts anew below another heading.
fn restarts(id: &str, task: &DeclaredTask, first: &DeclaredTask) -> bool {
    id.bytes().all(|byte| byte.is_ascii_digit()) && task.heading != first.heading
}
