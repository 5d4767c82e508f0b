//! warning(consistency): a change is archived while tasks of it are open
//!
//! A change is archived when it is made.
//! A task that is still open then was either done and not ticked off, or forgotten.
//!
//! ## Wrong
//!
//! ````fixture
//! //- /openspec/changes/archive/2025-01-02-quote-cells/proposal.md
//! ## Why
//!
//! Cells with commas are split in two when they are read again, and nobody notices.
//! //- /openspec/changes/archive/2025-01-02-quote-cells/tasks.md
//! ## 1. Work
//!
//! - [x] 1.1 Quote cells that hold commas
//! - [ ] 1.2 Quote cells that hold line ends
//! ````
//!
//! ## Right
//!
//! ````fixture
//! //- /openspec/changes/archive/2025-01-02-quote-cells/proposal.md
//! ## Why
//!
//! Cells with commas are split in two when they are read again, and nobody notices.
//! //- /openspec/changes/archive/2025-01-02-quote-cells/tasks.md
//! ## 1. Work
//!
//! - [x] 1.1 Quote cells that hold commas
//! - [x] 1.2 Quote cells that hold line ends
//! ````

use crate::task_list;
use ghostc_spec::library::Package;
use ghostc_syntax::{Diagnostic, Sources};

pub(super) fn check(package: &Package, sources: &Sources, findings: &mut Vec<Diagnostic>) {
    if !package.changes.as_ref().is_some_and(|base| base.archived) {
        return;
    }
    let tasks = &package.facts.tasks;
    let open: Vec<_> = tasks.iter().filter(|task| task_list::is_open(task)).collect();
    let Some((first, others)) = open.split_first() else {
        return;
    };
    let message = format!(
        "the change is archived, and {} of its {} {} open",
        open.len(),
        task_list::counted(tasks.len() as u64, "task"),
        task_list::verb(open.len()),
    );
    let found = Diagnostic::new(
        super::ARCHIVED_OPEN_TASK,
        task_list::first_line(first, sources),
        message,
    );
    let found = task_list::point_at(found, others, sources, "this is open too");
    findings.push(found.help("Tick off what was done, and say of the rest why it was left out."));
}
