//! warning(correctness): tasks that may run side by side write one file
//!
//! `[P]` says that a task touches no file that its neighbours touch.
//! Tasks of one phase with that mark, and tasks of one wave, can be given to several agents at once, and two of them on
//! one file overwrite each other.
//! The file of a task is the last path in its text that it does not only read (`from data.md`).
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
//! - [ ] T001 [P] Draw the digits in src/draw.rs
//! - [ ] T002 [P] Draw the hands in src/draw.rs
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
//! - [ ] T001 [P] Draw the digits in src/digits.rs
//! - [ ] T002 [P] Draw the hands in src/hands.rs
//! ````

use crate::lines::{self, Line, LineKind};
use crate::task_list::{self, TaskList, phase_at};
use ghostc_spec::dialects::task_ids;
use ghostc_spec::facts::{DeclaredTask, Mention};
use ghostc_spec::id_range::{IdKey, IdRange, IdSet};
use ghostc_spec::library::Package;
use ghostc_syntax::{Diagnostic, Sources, Span};
use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn check(package: &Package, sources: &Sources, findings: &mut Vec<Diagnostic>) {
    let list = TaskList::new(package);
    marked(package, &list, sources, findings);
    in_waves(package, &list, sources, findings);
    let by_file = LazyCell::new(|| by_file(&list, sources));
    for (_, home) in list.documents() {
        for line in lines::lines(home, sources).filter(admits) {
            findings.extend(admitted(line, &list, &by_file, sources));
        }
    }
}

/// The tasks that write each file.
fn by_file<'a>(list: &TaskList<'a>, sources: &Sources) -> BTreeMap<&'a str, Vec<&'a DeclaredTask>> {
    let mut by_file: BTreeMap<&str, Vec<&DeclaredTask>> = BTreeMap::new();
    for task in list.tasks().iter().filter(|task| task.has_own_id) {
        if let Some(file) = written(task, sources) {
            by_file.entry(&file.name).or_default().push(task);
        }
    }
    by_file
}

/// Tasks with the mark, in one phase or below one task.
fn marked(package: &Package, list: &TaskList<'_>, sources: &Sources, findings: &mut Vec<Diagnostic>) {
    let mut by_file: BTreeMap<_, Vec<&DeclaredTask>> = BTreeMap::new();
    for task in list.tasks().iter().filter(|task| task.parallel) {
        let (Some(file), Some(home)) = (written(task, sources), package.documents.get(task.document)) else {
            continue;
        };
        let phase = phase_at(home, task.heading).map(|(heading, _)| heading);
        let place = (
            task.document,
            phase.or(task.heading),
            task.parent,
            file.name.as_str(),
        );
        by_file.entry(place).or_default().push(task);
    }
    for ((.., file), tasks) in by_file {
        findings.extend(conflict(
            file,
            &tasks,
            sources,
            "Take the mark from all but one of them",
        ));
    }
}

/// Tasks of one wave.
fn in_waves(package: &Package, list: &TaskList<'_>, sources: &Sources, findings: &mut Vec<Diagnostic>) {
    for wave in &package.facts.waves {
        let mut by_file: BTreeMap<&str, Vec<&DeclaredTask>> = BTreeMap::new();
        let tasks = wave
            .tasks
            .iter()
            .filter_map(|task| list.tasks().get(list.find(&task.name)?));
        for task in tasks {
            if let Some(file) = written(task, sources) {
                by_file.entry(&file.name).or_default().push(task);
            }
        }
        for (file, tasks) in by_file {
            findings.extend(conflict(
                file,
                &tasks,
                sources,
                "Put all but one of them into later waves",
            ));
        }
    }
}

fn conflict(file: &str, tasks: &[&DeclaredTask], sources: &Sources, way_out: &str) -> Option<Diagnostic> {
    let side_by_side = independent(tasks);
    let (first, others) = side_by_side
        .split_first()
        .filter(|(_, others)| !others.is_empty())?;
    let message = format!(
        "{} tasks that may run side by side write `{file}`",
        side_by_side.len()
    );
    let span = task_list::first_line(first, sources);
    let found = Diagnostic::new(super::PARALLEL_CONFLICT, span, message);
    let found = task_list::point_at(found, others, sources, "this writes it too");
    Some(found.help(format!("{way_out}, or give each a file of its own.")))
}

/// The file that a task writes: the last that its own text names, and not only to read it.
fn written<'a>(task: &'a DeclaredTask, sources: &Sources) -> Option<&'a Mention> {
    let file = task
        .files
        .iter()
        .rev()
        .find(|file| !is_source(task, file, sources))?;
    // `Node.js` is no file.
    let is_name =
        file.name.ends_with(".js") && file.name.starts_with(char::is_uppercase) && !file.name.contains('/');
    (!is_name).then_some(file)
}

/// Whether the word before a path says that the task reads it.
fn is_source(task: &DeclaredTask, file: &Mention, sources: &Sources) -> bool {
    let before = sources.slice(Span {
        end: file.span.start,
        ..task.span
    });
    let word = before
        .trim_end_matches(|c: char| !c.is_alphanumeric())
        .rsplit(|c: char| !c.is_alphanumeric())
        .next();
    word.is_some_and(|word| {
        let readers = [
            "from",
            "see",
            "per",
            "via",
            "for",
            "like",
            "following",
            "against",
            "matching",
        ];
        readers.contains(&word.to_lowercase().as_str())
    })
}

/// Those of some tasks that do not wait for another of them.
fn independent<'a>(tasks: &[&'a DeclaredTask]) -> Vec<&'a DeclaredTask> {
    let ids: BTreeSet<IdKey<'_>> = tasks.iter().map(|task| IdKey::of(&task.id)).collect();
    let waits = |task: &&&DeclaredTask| {
        let mut named = task.depends_on.iter().flat_map(IdRange::stretches);
        named.any(|stretch| ids.range(stretch).next().is_some())
    };
    tasks.iter().filter(|task| !waits(task)).copied().collect()
}

/// Whether a line says of tasks that they run side by side, and that they share a file.
fn admits(line: &Line<'_>) -> bool {
    matches!(line.place, LineKind::Prose | LineKind::Text) && says_both(line.text)
}

/// What is wrong with a line that says so.
fn admitted(
    line: Line<'_>,
    list: &TaskList<'_>,
    by_file: &BTreeMap<&str, Vec<&DeclaredTask>>,
    sources: &Sources,
) -> Option<Diagnostic> {
    let named = task_ids(line.text, line.span);
    let mut ids = named.iter().flat_map(IdRange::ids);
    let first = ids.find_map(|id| list.tasks().get(list.find(&id)?))?;
    let file = written(first, sources)?.name.as_str();
    let ids: IdSet<'_> = named.iter().flat_map(IdRange::stretches).collect();
    let mut same = by_file.get(file)?.iter().copied();
    let other = same.find(|task| task.span != first.span && ids.contains(&task.id))?;
    let message = format!("this runs tasks side by side that write `{file}`");
    let found = Diagnostic::new(super::PARALLEL_CONFLICT, line.span, message);
    let found = task_list::point_at(found, &[first, other], sources, "this writes it");
    Some(found.help("Let them run one after another, or give each a file of its own."))
}

fn says_both(text: &str) -> bool {
    let folded = text.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| folded.contains(word));
    has(&["parallel", "[p]", "並列", "並行"])
        && has(&["same file", "one file", "同じファイル", "同一ファイル"])
        && !has(&[
            "not ",
            "cannot",
            "can't",
            "never",
            "avoid",
            "sequential",
            "unless",
            "except",
            "ない",
            "順次",
        ])
}
