//! Lowering: a package's operations or sections into tasks, each edge with its reason.
//!
//! Every statement belongs to exactly one task or is package-wide; [`TaskGraph::counts`] lets anyone check it.

mod cycles;
mod edges;
pub(crate) mod homes;

use crate::library::{Library, Package, Role};
use crate::settings::{Granularity, Settings};
use ghostc_syntax::{Checked, Diagnostic, Sound, Sources, Span};
pub(crate) use homes::Homes;
use std::collections::{BTreeMap, BTreeSet};

/// The tasks of one package, in document order.
#[derive(Clone, Debug)]
pub struct TaskGraph {
    /// The package's name.
    pub package: String,
    /// The index of the package in its library.
    pub index: usize,
    /// Its tasks.
    pub tasks: Vec<Task>,
    /// Statements that every task must respect, as indices into the package's.
    pub package_wide: Vec<usize>,
    /// The places of its tasks, by id.
    by_id: BTreeMap<String, usize>,
}

/// One unit of work for an agent.
#[derive(Clone, Debug)]
pub struct Task {
    /// Made of an operation's name or a heading's anchor, so that it survives edits elsewhere.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// What kind of work it is.
    pub kind: TaskKind,
    /// The index of its document.
    pub document: usize,
    /// The index of the heading that opens its section; nothing for a whole package.
    pub heading: Option<usize>,
    /// The bytes that are its own text.
    pub section: Span,
    /// The operations that it makes, as indices into the package's.
    pub operations: Vec<usize>,
    /// What must be done before it, by task id.
    pub depends_on: Vec<Edge>,
    /// Its statements, as indices into the package's.
    pub statements: Vec<usize>,
    /// Its cases, as indices into the package's.
    pub cases: Vec<usize>,
}

/// What kind of work a task is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaskKind {
    /// Something is made.
    Work,
    /// Something is checked: a test matrix, a check list.
    Verify,
}

impl TaskKind {
    /// The word used in every output format.
    pub fn as_str(self) -> &'static str {
        match self {
            TaskKind::Work => "work",
            TaskKind::Verify => "verify",
        }
    }
}

/// A dependency with its evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    /// The id of the task that comes first.
    pub to: String,
    /// Why.
    pub reason: Reason,
    /// The words that say so.
    pub span: Span,
}

/// Why one task depends on another, the strongest first. Only inferred edges may be dropped to break a cycle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// The text says `Depends on`.
    Explicit,
    /// The author grouped the work: waves, phases.
    Declared,
    /// It stands later in the document.
    Structural,
    /// The text names the other operation or refers to its section.
    Inferred,
}

impl Reason {
    /// The word used in every output format.
    pub fn as_str(self) -> &'static str {
        match self {
            Reason::Explicit => "explicit",
            Reason::Declared => "declared",
            Reason::Structural => "structural",
            Reason::Inferred => "inferred",
        }
    }
}

/// How a package's statements and cases are shared out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    /// Statements in all.
    pub statements: usize,
    /// Those that belong to a task.
    pub assigned: usize,
    /// Those that every task must respect.
    pub package_wide: usize,
    /// Cases in all, those not judged included.
    pub cases: usize,
}

impl TaskGraph {
    /// How the statements are shared out: `assigned + package_wide == statements`.
    pub fn counts(&self, package: &Package) -> Counts {
        Counts {
            statements: package.statements.len(),
            assigned: self.tasks.iter().map(|task| task.statements.len()).sum(),
            package_wide: self.package_wide.len(),
            cases: package.cases.len(),
        }
    }

    /// The task of an id.
    pub fn task(&self, id: &str) -> Option<&Task> {
        self.tasks.get(*self.by_id.get(id)?)
    }

    /// The ids of all tasks that some tasks depend on, directly or not, themselves left out.
    pub fn dependencies_of(&self, task: &Task) -> BTreeSet<&str> {
        let mut found: BTreeSet<&str> = BTreeSet::new();
        let mut open: Vec<&Task> = vec![task];
        while let Some(task) = open.pop() {
            for edge in &task.depends_on {
                if let Some(next) = self.task(&edge.to).filter(|next| found.insert(next.id.as_str())) {
                    open.push(next);
                }
            }
        }
        found
    }
}

/// The task graph of each package of a sound library.
pub fn plan(library: &Sound<Library>, sources: &Sources, settings: &Settings) -> Checked<Vec<TaskGraph>> {
    let mut findings = Vec::new();
    let graphs = library.packages.iter().enumerate();
    let graphs = graphs
        .map(|(index, package)| plan_package(index, package, sources, settings, &mut findings))
        .collect();
    settings.apply_levels(&mut findings);
    ghostc_syntax::diagnostic::sort(&mut findings);
    Checked::new(graphs, findings)
}

/// The task graph of one package.
pub(crate) fn plan_package(
    index: usize,
    package: &Package,
    sources: &Sources,
    settings: &Settings,
    findings: &mut Vec<Diagnostic>,
) -> TaskGraph {
    let usual = if package.operations.is_empty() {
        Granularity::Section
    } else {
        Granularity::Operation
    };
    let tasks = match settings.granularity.unwrap_or(usual) {
        Granularity::Operation => operation_tasks(package),
        Granularity::Section => section_tasks(package),
        Granularity::Package => package_task(package, sources).into_iter().collect(),
    };
    // Of two tasks of one id, which is a finding, the first counts.
    let ids = tasks.iter().enumerate().rev();
    let mut graph = TaskGraph {
        package: package.name.clone(),
        index,
        by_id: ids.map(|(at, task)| (task.id.clone(), at)).collect(),
        tasks,
        package_wide: Vec::new(),
    };
    let homes = Homes::new(graph.tasks.iter().map(|task| task.section));
    share_out(&mut graph, package, &homes);
    edges::find(&mut graph, package, sources, &homes);
    cycles::break_or_report(&mut graph, package, findings);
    graph
}

fn operation_tasks(package: &Package) -> Vec<Task> {
    let tasks = package.operations.iter().enumerate().map(|(at, operation)| Task {
        id: operation.name.clone(),
        title: operation.signature.text.clone(),
        kind: TaskKind::Work,
        document: operation.document,
        heading: Some(operation.heading),
        section: operation.section,
        operations: vec![at],
        depends_on: Vec::new(),
        statements: Vec::new(),
        cases: Vec::new(),
    });
    tasks.collect()
}

/// One task that makes everything.
fn package_task(package: &Package, sources: &Sources) -> Option<Task> {
    let (document, main) = package
        .documents
        .iter()
        .enumerate()
        .find(|(_, home)| home.role == Role::Spec)?;
    let file = main.spec.file;
    Some(Task {
        id: package.name.clone(),
        title: package.title.clone(),
        kind: TaskKind::Work,
        document,
        heading: None,
        section: Span::new(file, 0, sources.get(file).text.len()),
        operations: (0..package.operations.len()).collect(),
        depends_on: Vec::new(),
        statements: Vec::new(),
        cases: Vec::new(),
    })
}

/// Chapters that explain and ask for nothing.
const CONTEXT: &[&str] = &[
    "overview",
    "goals",
    "non-goals",
    "problem",
    "introduction",
    "background",
    "motivation",
    "terminology",
    "glossary",
    "normative language",
];
/// Chapters that say how the rest is checked.
const VERIFY: &[&str] = &[
    "test",
    "validation",
    "checklist",
    "check list",
    "conformance",
    "acceptance",
    "definition of done",
];

/// One task for each section of depth two, and for each chapter without such sections.
fn section_tasks(package: &Package) -> Vec<Task> {
    let mut tasks = Vec::new();
    let mut ids: BTreeSet<String> = BTreeSet::new();
    for (document, home) in package
        .documents
        .iter()
        .enumerate()
        .filter(|(_, home)| home.role == Role::Spec)
    {
        let headings = &home.spec.headings;
        let titles = headings.iter().filter(|heading| heading.level == 1).count();
        let chapter = headings.iter().map(|heading| heading.level).min().unwrap_or(1) + u8::from(titles == 1);
        for (at, heading) in headings.iter().enumerate() {
            let has_sections = headings.iter().any(|below| below.parent == Some(at));
            let is_section = heading.level == chapter + 1 || (heading.level == chapter && !has_sections);
            let above = if heading.level == chapter {
                Some(heading)
            } else {
                heading.parent.and_then(|at| headings.get(at))
            };
            let named = |words: &[&str]| {
                let titles = [
                    above.map(|above| above.text.to_lowercase()).unwrap_or_default(),
                    heading.text.to_lowercase(),
                ];
                words
                    .iter()
                    .any(|word| titles.iter().any(|title| title.contains(word)))
            };
            if !is_section || named(CONTEXT) {
                continue;
            }
            let mut id = heading.anchor.clone();
            if !ids.insert(id.clone()) {
                id = format!("{}/{id}", crate::layout::file_name(&home.path));
                ids.insert(id.clone());
            }
            tasks.push(Task {
                id,
                title: heading.text.clone(),
                kind: if named(VERIFY) {
                    TaskKind::Verify
                } else {
                    TaskKind::Work
                },
                document,
                heading: Some(at),
                section: heading.section(),
                operations: Vec::new(),
                depends_on: Vec::new(),
                statements: Vec::new(),
                cases: Vec::new(),
            });
        }
    }
    for (at, operation) in package.operations.iter().enumerate() {
        let home = tasks
            .iter_mut()
            .find(|task| task.section.contains(operation.span));
        if let Some(task) = home {
            task.operations.push(at);
        }
    }
    tasks
}

/// Gives each statement and each case to the task that it belongs to.
fn share_out(graph: &mut TaskGraph, package: &Package, homes: &Homes) {
    for (at, statement) in package.statements.iter().enumerate() {
        match homes
            .first(statement.span)
            .and_then(|task| graph.tasks.get_mut(task))
        {
            Some(task) => task.statements.push(at),
            None => graph.package_wide.push(at),
        }
    }
    let mut makers = vec![None; package.operations.len()];
    for (at, task) in graph.tasks.iter().enumerate() {
        for operation in &task.operations {
            if let Some(maker) = makers.get_mut(*operation) {
                maker.get_or_insert(at);
            }
        }
    }
    for (at, case) in package.cases.iter().enumerate() {
        let maker = case.operation.and_then(|operation| *makers.get(operation)?);
        if let Some(task) = maker.and_then(|task| graph.tasks.get_mut(task)) {
            task.cases.push(at);
        }
    }
}

#[cfg(test)]
mod tests;
