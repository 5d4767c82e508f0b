//! A package's declared tasks by id, by number and by phase, and the ids that texts name: what the checks of lists share.

use ghostc_spec::facts::{DeclaredTask, TaskState};
use ghostc_spec::library::{Document, Package};
use ghostc_syntax::{Diagnostic, Heading, Sources, Span};
use std::collections::BTreeMap;

/// The tasks of a package, found by what people call them.
pub(crate) struct TaskList<'a> {
    package: &'a Package,
    /// The index of each task by the id that its author wrote.
    by_id: BTreeMap<&'a str, usize>,
}

impl<'a> TaskList<'a> {
    /// The list of a package.
    pub(crate) fn new(package: &'a Package) -> TaskList<'a> {
        let mut by_id = BTreeMap::new();
        for (at, task) in package
            .facts
            .tasks
            .iter()
            .enumerate()
            .filter(|(_, task)| task.has_own_id)
        {
            by_id.entry(task.id.as_str()).or_insert(at);
        }
        TaskList { package, by_id }
    }

    /// All tasks, in document order.
    pub(crate) fn tasks(&self) -> &'a [DeclaredTask] {
        &self.package.facts.tasks
    }

    /// The index of the task of an id.
    pub(crate) fn find(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    /// The tasks whose ids have the number of one, with its letter or any: `T004` and `T004a`.
    pub(crate) fn with_number(&self, id: &str) -> Vec<&'a DeclaredTask> {
        let is_letters = |rest: &str| rest.bytes().all(|byte| byte.is_ascii_lowercase());
        let of_number = self
            .by_id
            .range(id..)
            .take_while(|(other, _)| other.strip_prefix(id).is_some_and(is_letters));
        of_number.filter_map(|(_, at)| self.tasks().get(*at)).collect()
    }

    /// The id that is written otherwise and has the same number and letter: `T012` for `T12`.
    pub(crate) fn same_number(&self, id: &str) -> Option<&'a str> {
        let (stem, number, suffix) = place(id)?;
        let widths = 2..=6;
        let spelled = widths.map(|width| format!("{stem}{number:0width$}{suffix}"));
        spelled
            .into_iter()
            .find_map(|id| Some(*self.by_id.get_key_value(id.as_str())?.0))
    }

    /// All ids, sorted.
    pub(crate) fn ids(&self) -> impl Iterator<Item = &'a str> {
        self.by_id.keys().copied()
    }

    /// The documents that hold tasks, by index.
    pub(crate) fn documents(&self) -> impl Iterator<Item = (usize, &'a Document)> {
        let mut homes: Vec<usize> = self.tasks().iter().map(|task| task.document).collect();
        homes.dedup();
        let documents = &self.package.documents;
        homes
            .into_iter()
            .filter_map(move |at| Some((at, documents.get(at)?)))
    }

    /// The number of the phase that a task stands in, as its nearest heading of one says.
    pub(crate) fn phase(&self, task: &DeclaredTask) -> Option<u64> {
        let home = self.package.documents.get(task.document)?;
        let (_, number) = phase_at(home, task.heading)?;
        Some(number)
    }
}

/// The nearest heading from one upwards that names a phase, and the phase's number.
pub(crate) fn phase_at(home: &Document, heading: Option<usize>) -> Option<(usize, u64)> {
    let mut next = heading;
    while let Some(at) = next {
        let heading = home.spec.headings.get(at)?;
        if let Some(number) = phase_number(heading) {
            return Some((at, number));
        }
        next = heading.parent();
    }
    None
}

/// The number in a heading such as `Phase 3: User Story 1`.
pub(crate) fn phase_number(heading: &Heading) -> Option<u64> {
    let text = heading.text.trim_start_matches(|c: char| !c.is_alphanumeric());
    // Few headings are phases, and folding takes its time.
    if !text.starts_with(['p', 'P', 'フ']) {
        return None;
    }
    let folded = text.to_lowercase();
    let rest = ["phase", "フェーズ"]
        .iter()
        .find_map(|word| folded.strip_prefix(word))?;
    let digits: String = rest
        .trim_start()
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    digits.parse().ok()
}

/// The number and the letter of an id such as `T004a`, `1.2` or `3`: what its place in a sequence is told by.
pub(crate) fn place(id: &str) -> Option<(String, u64, String)> {
    let letters = id.len() - id.trim_end_matches(|c: char| c.is_ascii_lowercase()).len();
    let (bare, suffix) = id.split_at_checked(id.len() - letters)?;
    let digits = bare.len() - bare.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let (stem, number) = bare.split_at_checked(bare.len() - digits)?;
    Some((stem.to_string(), number.parse().ok()?, suffix.to_string()))
}

impl<'a> TaskList<'a> {
    /// The tasks that have parts, each with them.
    pub(crate) fn groups(&self) -> impl Iterator<Item = (&'a DeclaredTask, Vec<&'a DeclaredTask>)> {
        let mut parts: BTreeMap<usize, Vec<&DeclaredTask>> = BTreeMap::new();
        for task in self.tasks() {
            if let Some(parent) = task.parent {
                parts.entry(parent).or_default().push(task);
            }
        }
        let tasks = self.tasks();
        parts
            .into_iter()
            .filter_map(move |(at, parts)| Some((tasks.get(at)?, parts)))
    }
}

/// Whether a task has to be done and is not.
pub(crate) fn is_open(task: &DeclaredTask) -> bool {
    !task.optional && matches!(task.state, TaskState::Open | TaskState::InProgress)
}

/// The first line of a task's own text.
pub(crate) fn first_line(task: &DeclaredTask, sources: &Sources) -> Span {
    task.span.first_line(&sources.get(task.span.file).text)
}

/// How many other places a finding points at.
const POINTED_AT: usize = 4;

/// Points at the first of some tasks, and says how many there are besides.
pub(crate) fn point_at(
    found: Diagnostic,
    tasks: &[&DeclaredTask],
    sources: &Sources,
    text: &str,
) -> Diagnostic {
    let found = tasks
        .iter()
        .take(POINTED_AT)
        .fold(found, |found, task| found.also(first_line(task, sources), text));
    match tasks.len().saturating_sub(POINTED_AT) {
        0 => found,
        more => found.note(format!("and {more} more")),
    }
}

/// `1 task`, `2 tasks`, `2 stories`, `2 criteria`.
pub(crate) fn counted(count: u64, noun: &str) -> String {
    let many = match (noun.strip_suffix('y'), noun.strip_suffix("on")) {
        (Some(stem), _) => format!("{stem}ies"),
        (_, Some(stem)) => format!("{stem}a"),
        _ => format!("{noun}s"),
    };
    format!("{count} {}", if count == 1 { noun } else { &many })
}

/// `is` for one, else `are`.
pub(crate) fn verb(count: usize) -> &'static str {
    if count == 1 { "is" } else { "are" }
}

#[cfg(test)]
mod tests;
