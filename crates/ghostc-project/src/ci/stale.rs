//! The stage `build`: what a locked build would refuse, each at the text that changed.

use super::{StageResult, StageState};
use crate::failure::{Failure, FailureKind};
use crate::jobs::UnitWork;
use crate::project::{Project, Unit};
use crate::wording::{listed, plural};
use crate::{codes, differences, settle};
use ghostc_plan::plan::Task;
use ghostc_plan::staleness::Difference;
use ghostc_spec::facts::TaskState;
use ghostc_syntax::{Code, Diagnostic, Span};
use std::collections::{BTreeMap, BTreeSet};

/// Tasks that are named before they are counted.
const NAMED_TASKS: usize = 4;

/// One reason, and whom it concerns: findings of several tasks and targets at one place are one finding.
struct StaleReason {
    code: Code,
    place: Span,
    phrase: String,
    notes: Vec<String>,
    help: &'static str,
    tasks: Vec<String>,
    targets: Vec<String>,
}

/// StaleReasons in the order they were found.
#[derive(Default)]
struct StaleReasons(Vec<StaleReason>);

impl StaleReasons {
    fn add(&mut self, reason: StaleReason) {
        let same = |known: &&mut StaleReason| {
            (known.code, known.place, &known.phrase, &known.notes)
                == (reason.code, reason.place, &reason.phrase, &reason.notes)
        };
        let Some(known) = self.0.iter_mut().find(same) else {
            self.0.push(reason);
            return;
        };
        for task in reason.tasks {
            if !known.tasks.contains(&task) {
                known.tasks.push(task);
            }
        }
        for target in reason.targets {
            if !known.targets.contains(&target) {
                known.targets.push(target);
            }
        }
    }
}

impl StaleReason {
    fn finding(&self) -> Diagnostic {
        let found = Diagnostic::new(
            self.code,
            self.place,
            format!("{}: {}", self.subject(), self.phrase),
        );
        let mut found = found.help(self.help);
        found.notes.clone_from(&self.notes);
        found
    }

    /// "`parse` is stale for python and rust".
    fn subject(&self) -> String {
        let targets: Vec<&str> = self.targets.iter().map(String::as_str).collect();
        let targets = listed(&targets);
        let (state, states) = if self.code == codes::WAITING_CODE {
            ("waits to be accepted", "wait to be accepted")
        } else {
            ("is stale", "are stale")
        };
        let names: Vec<String> = self.tasks.iter().map(|task| format!("`{task}`")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        match names.as_slice() {
            [only] => format!("{only} {state} for {targets}"),
            names if names.len() <= NAMED_TASKS => format!("{} {states} for {targets}", listed(names)),
            names => format!("{} {states} for {targets}", plural(names.len(), "task")),
        }
    }
}

/// Finds what is stale, what waits, and what was judged with other cases.
pub(super) fn stale(project: &Project, units: &[Unit<'_>]) -> Result<StageResult, Failure> {
    let mut reasons = StaleReasons::default();
    let mut count: BTreeMap<&str, usize> = BTreeMap::new();
    let mut current = 0;
    let mut open: BTreeSet<(&str, &str)> = BTreeSet::new();
    for unit in units {
        let work = UnitWork::find(unit, &[], false)?;
        let mut stale = 0;
        for (task, differences) in &work.stale {
            // A list that people work through is no code that went stale.
            if let Some(listed) = task.declared(unit.package).filter(|_| unit.locked().is_none()) {
                let is_open = matches!(listed.state, TaskState::Open | TaskState::InProgress);
                open.extend(is_open.then_some((unit.package.name.as_str(), task.id.as_str())));
                continue;
            }
            stale += 1;
            because(unit, task, differences, &mut reasons);
        }
        for task in work.pending.keys().filter_map(|id| unit.graph.task(id)) {
            reasons.add(StaleReason {
                code: codes::WAITING_CODE,
                phrase: "it was built, and it is not the code that was accepted".to_string(),
                help: "Look at it with `ghostc accept --list`.",
                ..of(unit, task)
            });
        }
        let drifted = !unit.golden.drift(unit.locked()).is_empty();
        let idle = work.stale.is_empty() && work.pending.is_empty() && !drifted;
        if idle && !unit.graph.tasks.is_empty() && !settle::is_judged(unit) {
            reasons.add(StaleReason {
                code: codes::STALE_VERDICT,
                place: unit.package.name_span,
                phrase: "its cases or its target changed since it was judged".to_string(),
                help: "Run `ghostc build` and commit the lock; no agent is asked.",
                notes: Vec::new(),
                tasks: vec![unit.package.name.clone()],
                targets: vec![unit.target.name.clone()],
            });
        }
        *count.entry("stale").or_default() += stale;
        *count.entry("waiting").or_default() += work.pending.len();
        current += unit.graph.tasks.len() - work.stale.len() - work.pending.len();
    }
    let findings: Vec<Diagnostic> = reasons.0.iter().map(StaleReason::finding).collect();
    let in_lists = match open.len() {
        0 => String::new(),
        open => format!(", {} open in lists", plural(open, "task")),
    };
    let Some(first) = reasons.0.first() else {
        let summary = format!("{} up to date{in_lists}", plural(current, "task"));
        return Ok(StageResult::new("build", StageState::Ok, summary));
    };
    let counts = count.iter().filter(|(_, count)| **count > 0);
    let counts: Vec<String> = counts.map(|(what, count)| format!("{count} {what}")).collect();
    let subject = format!("{} ({})", first.tasks.join(", "), first.targets.join(", "));
    let place = project.loaded.sources.place(first.place);
    let summary = match counts.as_slice() {
        [] => format!("{subject}: {}", first.phrase),
        _ => {
            let total = plural(total(units), "task");
            format!(
                "{} of {total}{in_lists}: {subject}: {place}: {}",
                counts.join(", "),
                first.phrase
            )
        }
    };
    Ok(StageResult::new("build", StageState::Stale, summary).with(findings, Some(FailureKind::Findings)))
}

fn total(units: &[Unit<'_>]) -> usize {
    units.iter().map(|unit| unit.graph.tasks.len()).sum()
}

/// A reason at a task's heading, with nothing said yet.
fn of(unit: &Unit<'_>, task: &Task) -> StaleReason {
    let text = &unit.project.loaded.sources.get(task.section.file).text;
    StaleReason {
        code: codes::STALE_TASK,
        place: task.section.first_line(text),
        phrase: String::new(),
        notes: Vec::new(),
        help: "Run `ghostc build`, look at the result, and commit it.",
        tasks: vec![task.id.clone()],
        targets: vec![unit.target.name.clone()],
    }
}

/// The reasons why one task is stale. That a task below it changed is one only where there is no other.
fn because(unit: &Unit<'_>, task: &Task, differences: &[Difference], reasons: &mut StaleReasons) {
    let own = |difference: &&Difference| !matches!(difference, Difference::Dependency(_));
    let chosen: Vec<&Difference> = match differences.iter().filter(own).collect::<Vec<_>>() {
        own if own.is_empty() => differences.iter().collect(),
        own => own,
    };
    for difference in chosen {
        let heading = of(unit, task);
        // What concerns all tasks is said once.
        let of_all = matches!(difference, Difference::Prompt | Difference::Target);
        let place = if of_all {
            unit.package.name_span
        } else {
            differences::place(difference).unwrap_or(heading.place)
        };
        let phrase = if *difference == Difference::New && unit.locked_task(&task.id).is_some() {
            "files of it are missing".to_string()
        } else {
            differences::phrase(difference, &unit.target.name)
        };
        reasons.add(StaleReason {
            place,
            phrase,
            notes: differences::words(difference),
            ..heading
        });
    }
}
