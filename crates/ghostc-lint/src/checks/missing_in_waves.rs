//! warning(coverage): a task is in no wave
//!
//! Where a plan has waves, a task is started with its wave, and one that is in none is never started.
//! A task with parts is in the waves with its parts, and a checkpoint needs no wave.
//! Tasks that are done or optional are not reported.
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
//! - [ ] 1. Draw the digits
//!   - _Requirements: 1.1_
//! - [ ] 2. Redraw each minute
//!   - _Requirements: 1.1_
//!
//! ## Task Dependency Graph
//!
//! ```json
//! {"waves": [{"id": 0, "tasks": ["1"]}]}
//! ```
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
//! - [ ] 1. Draw the digits
//!   - _Requirements: 1.1_
//! - [ ] 2. Redraw each minute
//!   - _Requirements: 1.1_
//!
//! ## Task Dependency Graph
//!
//! ```json
//! {"waves": [{"id": 0, "tasks": ["1"]}, {"id": 1, "tasks": ["2"]}]}
//! ```
//! ````

use crate::task_list::{self, TaskList};
use ghostc_spec::facts::{DeclaredTask, TaskRole};
use ghostc_spec::library::Package;
use ghostc_syntax::{Diagnostic, Sources};
use std::collections::BTreeSet;

pub(super) fn check(package: &Package, sources: &Sources, findings: &mut Vec<Diagnostic>) {
    let Some(last) = package.facts.waves.last() else {
        return;
    };
    let waves = package.facts.waves.iter();
    let held: BTreeSet<&str> = waves
        .flat_map(|wave| &wave.tasks)
        .map(|task| task.name.as_str())
        .collect();
    let list = TaskList::new(package);
    for task in list.tasks().iter().filter(|task| is_wanted(task)) {
        if is_held(task, list.tasks(), &held) {
            continue;
        }
        let message = format!("`{}` is in no wave", task.id);
        let span = task_list::first_line(task, sources);
        let found = Diagnostic::new(super::MISSING_IN_WAVES, span, message);
        let found = found.also(last.span, "the last wave");
        findings.push(found.help("Add it to the wave that it can run in."));
    }
}

/// Whether a task has to be run.
fn is_wanted(task: &DeclaredTask) -> bool {
    task.role == TaskRole::Work && task.has_own_id && task_list::is_open(task)
}

/// Whether a wave holds a task, or one that it is a part of.
fn is_held(task: &DeclaredTask, tasks: &[DeclaredTask], held: &BTreeSet<&str>) -> bool {
    let mut next = Some(task);
    while let Some(task) = next {
        if held.contains(task.id.as_str()) {
            return true;
        }
        next = task.parent.and_then(|parent| tasks.get(parent));
    }
    false
}
