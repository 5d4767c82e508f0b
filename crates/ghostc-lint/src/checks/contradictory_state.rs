//! warning(consistency): a text says that work is complete whose tasks are open
//!
//! A checkpoint, a heading or a row of a table says that a phase is complete, and boxes in the phase are not ticked.
//! Whoever reads only one of the two is misled.
//! A phase of which nothing is done yet is a plan, and so is the checkpoint of the last phase that was begun: it says what
//! will be.
//!
//! ## Wrong
//!
//! ````fixture
//! //- /specs/001-clock/spec.md
//! # Feature Specification: Clock
//! //- /specs/001-clock/tasks.md
//! # Tasks
//!
//! ## Phase 1: Setup
//!
//! - [x] T001 Draw the digits in src/digits.rs
//! - [ ] T002 Draw the hands in src/hands.rs
//!
//! **Checkpoint**: Phase 1 complete
//!
//! ## Phase 2: Time
//!
//! - [x] T003 Redraw each minute in src/tick.rs
//!
//! ## Dependencies
//!
//! - **Time (Phase 2)**: Depends on Setup (Phase 1)
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
//! ## Phase 1: Setup
//!
//! - [x] T001 Draw the digits in src/digits.rs
//! - [x] T002 Draw the hands in src/hands.rs
//!
//! **Checkpoint**: Phase 1 complete
//! ````

use crate::lines::{self, Line, LineKind};
use crate::task_list::{self, TaskList, phase_at, phase_number};
use ghostc_spec::facts::{DeclaredTask, TaskRole, TaskState};
use ghostc_spec::library::{Document, Package};
use ghostc_syntax::{Diagnostic, Sources};
use std::collections::BTreeMap;

pub(super) fn check(package: &Package, sources: &Sources, findings: &mut Vec<Diagnostic>) {
    let list = TaskList::new(package);
    for (at, home) in list.documents() {
        let mut phases: BTreeMap<u64, Vec<&DeclaredTask>> = BTreeMap::new();
        for task in list.tasks().iter().filter(|task| task.document == at) {
            if let Some(phase) = list.phase(task) {
                phases.entry(phase).or_default().push(task);
            }
        }
        let is_begun = |tasks: &Vec<&DeclaredTask>| tasks.iter().any(|task| task.state == TaskState::Done);
        let begun = phases
            .iter()
            .rfind(|(_, tasks)| is_begun(tasks))
            .map(|(phase, _)| *phase);
        for line in lines::lines(home, sources) {
            let Some((phase, claim)) = complete(line, home) else {
                continue;
            };
            let is_past = claim == CompletionClaim::IsSo || begun.is_some_and(|last| phase < last);
            let tasks = phases.get(&phase).filter(|_| is_past);
            findings.extend(tasks.and_then(|tasks| contradicted(line, phase, tasks, sources)));
        }
    }
}

fn contradicted(
    line: Line<'_>,
    phase: u64,
    tasks: &[&DeclaredTask],
    sources: &Sources,
) -> Option<Diagnostic> {
    let begun = tasks.iter().any(|task| task.state == TaskState::Done);
    let open: Vec<_> = tasks.iter().copied().filter(|task| is_owed(task)).collect();
    if open.is_empty() || !begun {
        return None;
    }
    let message = format!(
        "this says that phase {phase} is complete, and {} of its {} {} open",
        open.len(),
        task_list::counted(tasks.len() as u64, "task"),
        task_list::verb(open.len()),
    );
    let found = Diagnostic::new(super::CONTRADICTORY_STATE, line.span, message);
    let found = task_list::point_at(found, &open, sources, "this is open");
    Some(found.help("Tick off what is done, or say what is missing."))
}

/// Whether a task is open and its words do not say that it may be left out.
fn is_owed(task: &DeclaredTask) -> bool {
    let title = task.title.to_lowercase();
    let may_be_left_out = ["optional", "stretch", "deferred", "任意"]
        .iter()
        .any(|word| title.contains(word));
    task_list::is_open(task) && task.role != TaskRole::Group && task.parent.is_none() && !may_be_left_out
}

/// How a text says that a phase is complete.
#[derive(Clone, Copy, PartialEq, Eq)]
enum CompletionClaim {
    /// As a fact.
    IsSo,
    /// As what holds at a checkpoint, which may be to come.
    Checkpoint,
}

/// The phase that a line says is complete.
fn complete(line: Line<'_>, home: &Document) -> Option<(u64, CompletionClaim)> {
    let here = || phase_at(home, line.heading).map(|(_, phase)| phase);
    match line.place {
        LineKind::Heading => {
            let heading = home.spec.headings.get(home.spec.heading_at(line.span.start)?)?;
            let phase = phase_number(heading)?;
            ends_complete(line.text).then_some((phase, CompletionClaim::IsSo))
        }
        LineKind::Prose => {
            let (key, claim) = line.text.split_once([':', '：'])?;
            let key = bare(key);
            match key.as_str() {
                "checkpoint" if says_complete(claim) && claim.contains('✅') => {
                    Some((here()?, CompletionClaim::IsSo))
                }
                "checkpoint" if says_complete(claim) => Some((here()?, CompletionClaim::Checkpoint)),
                "status" if is_complete(claim) => Some((here()?, CompletionClaim::IsSo)),
                _ => None,
            }
        }
        LineKind::Row => {
            let mut cells = line.text.trim_matches('|').split('|');
            let label = bare(cells.next()?);
            let phase = label
                .strip_prefix("phase")?
                .split([':', ' ', '('])
                .find(|part| !part.is_empty())?;
            cells
                .any(is_complete)
                .then_some((phase.parse().ok()?, CompletionClaim::IsSo))
        }
        LineKind::Text | LineKind::Code => None,
    }
}

/// Without emphasis, list marks and case.
fn bare(text: &str) -> String {
    text.trim_matches(|c: char| matches!(c, '*' | '_' | '`') || c.is_whitespace())
        .trim_start_matches("- ")
        .to_lowercase()
}

/// `Done`, `✅ Complete`, and nothing else.
fn is_complete(text: &str) -> bool {
    let text = text
        .trim_matches(|c: char| !c.is_alphanumeric() && c != '✅')
        .to_lowercase();
    let word = text.trim_start_matches('✅').trim();
    matches!(word, "done" | "complete" | "completed" | "完了") || (word.is_empty() && text.contains('✅'))
}

/// A heading with a mark at its end: `✅`, `(complete)`, `- DONE`.
fn ends_complete(text: &str) -> bool {
    let last = text
        .trim_end_matches(['#', ' ', '*'])
        .rsplit([' ', '(', '[', '（'])
        .next();
    last.is_some_and(is_complete)
}

/// `User Story 1 complete - …`, with no word that puts it off.
fn says_complete(claim: &str) -> bool {
    let folded = claim.to_lowercase();
    let first = folded
        .split(['.', ';', '\n', '-', '–', '—', ','])
        .next()
        .unwrap_or_default();
    let later = [
        "should", "must", "when", "once", "after", "until", "before", "will", "can", "if", "not", "deferred",
        "except",
    ];
    let mut words = first.split(|c: char| !c.is_alphanumeric());
    let put_off = words.clone().any(|word| later.contains(&word));
    !put_off
        && (words.any(|word| matches!(word, "complete" | "completed" | "done")) || first.contains("完了"))
}
