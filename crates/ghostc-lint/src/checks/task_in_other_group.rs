//! warning(correctness): the number of a task names another group than the one it stands in
//!
//! OpenSpec numbers groups of tasks by their headings, and each task by its group: `2.1` stands below `## 2.`.
//! Where they differ, whoever is told to do group 2 does other tasks than those of that name.
//!
//! ## Wrong
//!
//! ````fixture
//! //- /openspec/changes/add-clock/proposal.md
//! ## Why
//!
//! Nobody knows the time.
//! //- /openspec/changes/add-clock/specs/clock/spec.md
//! ## ADDED Requirements
//!
//! ### Requirement: Face
//! The clock SHALL show hours and minutes.
//!
//! #### Scenario: A minute later
//! - **WHEN** a minute is over
//! - **THEN** the clock shows the next one
//! //- /openspec/changes/add-clock/tasks.md
//! ## 1. Face
//!
//! - [ ] 1.1 Draw the digits
//! - [ ] 2.1 Draw the hands
//! ````
//!
//! ## Right
//!
//! ````fixture
//! //- /openspec/changes/add-clock/proposal.md
//! ## Why
//!
//! Nobody knows the time.
//! //- /openspec/changes/add-clock/specs/clock/spec.md
//! ## ADDED Requirements
//!
//! ### Requirement: Face
//! The clock SHALL show hours and minutes.
//!
//! #### Scenario: A minute later
//! - **WHEN** a minute is over
//! - **THEN** the clock shows the next one
//! //- /openspec/changes/add-clock/tasks.md
//! ## 1. Face
//!
//! - [ ] 1.1 Draw the digits
//!
//! ## 2. Hands
//!
//! - [ ] 2.1 Draw the hands
//! ````

use crate::task_list::TaskList;
use ghostc_spec::facts::DeclaredTask;
use ghostc_spec::library::{Dialect, Document, Package};
use ghostc_syntax::{Diagnostic, Heading, Sources};

pub(super) fn check(package: &Package, _: &Sources, findings: &mut Vec<Diagnostic>) {
    let is_history = package.changes.as_ref().is_some_and(|base| base.archived);
    if package.dialect != Dialect::OpenSpec || is_history {
        return;
    }
    let list = TaskList::new(package);
    for (at, home) in list.documents() {
        let own = list.tasks().iter().filter(|task| task.document == at);
        let mut open: Option<(&Heading, &str, Diagnostic)> = None;
        for (task, named, group) in own.filter_map(|task| stray(task, home)) {
            open = Some(match open.take() {
                Some((before, number, found)) if before.span == group.span && number == named => {
                    (group, named, found.also(task.span, "and this"))
                }
                other => {
                    findings.extend(other.map(|(.., found)| found));
                    (group, named, describe(task, named, group))
                }
            });
        }
        findings.extend(open.map(|(.., found)| found));
    }
}

/// A task whose number begins otherwise than its group's, with the number of the group that it names and the one it is in.
fn stray<'t, 'd>(
    task: &'t DeclaredTask,
    home: &'d Document,
) -> Option<(&'t DeclaredTask, &'t str, &'d Heading)> {
    let (named, _) = task.id.split_once('.').filter(|_| task.has_own_id)?;
    let is_number = !named.is_empty() && named.bytes().all(|byte| byte.is_ascii_digit());
    let mut at = task.heading;
    let group = loop {
        let heading = home.spec.headings.get(at?)?;
        if heading.level <= 2 {
            break heading;
        }
        at = heading.parent();
    };
    let number = group.number.as_deref().filter(|_| group.level == 2)?;
    let bare = |number: &str| number.trim_start_matches('0').to_string();
    (is_number && !number.contains('.') && bare(named) != bare(number)).then_some((task, named, group))
}

fn describe(task: &DeclaredTask, named: &str, group: &Heading) -> Diagnostic {
    let message = format!(
        "`{}` stands below `{}` and not below group {named}",
        task.id, group.text
    );
    let found = Diagnostic::new(super::TASK_IN_OTHER_GROUP, task.span, message);
    let found = found.also(group.span, "its group");
    found.help("Move it to its group, or number it by this one.")
}
