//! Lowering: what a package declares, its operations or its sections into tasks, each edge with its reason.
//!
//! Every statement belongs to a task or is package-wide; [`TaskGraph::counts`] lets anyone check it, and [`shares()`] does
//! so for clauses and obligations too.

mod by_id;
mod claims;
mod components;
mod cycles;
mod declared;
mod edges;
mod make;
mod proposed;
mod prose;
mod shares;
mod slices;
mod unbuilt;
mod uncovered;
mod waits;

use ghostc_spec::facts::DeclaredTask;
pub use ghostc_spec::facts::{Reason, Rule};
use ghostc_spec::id_range::IdRange;
use ghostc_spec::library::{Library, Package};
use ghostc_spec::section_index::SectionIndex;
use ghostc_spec::settings::{Granularity, Settings};
use ghostc_spec::slice::Slice;
use ghostc_syntax::{Checked, Diagnostic, Sound, Sources, Span};
pub use proposed::proposed_slices;
pub use shares::{Nowhere, NowhereKind, Share, Shares, shares};
use std::collections::{BTreeMap, BTreeSet};
use waits::Waits;

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
    /// Its test matrices and check lists.
    pub proofs: Vec<Proof>,
    /// What its tasks were asked to be made of, where the settings say.
    pub asked: Option<Granularity>,
    /// The places of its tasks, by id.
    by_id: BTreeMap<String, usize>,
}

/// A section of a test matrix or a check list: it is proven, never made.
#[derive(Clone, Debug)]
pub struct Proof {
    /// The index of its document.
    pub document: usize,
    /// The index of its heading in that document.
    pub heading: usize,
    /// All of it.
    pub section: Span,
    /// The tasks that it is about, by their places in the graph; none where it is about all.
    pub tasks: Vec<usize>,
}

/// One unit of work for an agent.
#[derive(Clone, Debug)]
pub struct Task {
    /// Made of an operation's name, a heading's anchor or what its author calls it, so that it survives edits elsewhere.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// What kind of work it is.
    pub kind: TaskKind,
    /// The index of its document.
    pub document: usize,
    /// What it was made of.
    pub origin: Origin,
    /// The bytes that are its own text.
    pub section: Span,
    /// More of them: of an object whose methods stand elsewhere too, or of a slice.
    pub elsewhere: Vec<Span>,
    /// The operations that it makes, as indices into the package's.
    pub operations: Vec<usize>,
    /// What must be done before it, by task id.
    pub depends_on: Vec<Edge>,
    /// Its statements, as indices into the package's.
    pub statements: Vec<usize>,
    /// Its cases, as indices into the package's.
    pub cases: Vec<usize>,
}

/// What a task was made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The whole package.
    Package,
    /// The section of a heading, by its index in the task's document.
    Section(usize),
    /// A task that the author declared, by its index in the package's facts.
    Declared(usize),
    /// A requirement, by its index in the package's facts.
    Requirement(usize),
    /// A scenario, by its index in the package's facts.
    Scenario(usize),
    /// A slice, by its index in the package.
    Slice(usize),
}

/// What kind of work a task is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaskKind {
    /// Something is made.
    Work,
    /// Something is checked: a scenario.
    Verify,
    /// A stop at which what was made is looked at.
    Checkpoint,
}

impl TaskKind {
    /// The word used in every output format.
    pub fn as_str(self) -> &'static str {
        match self {
            TaskKind::Work => "work",
            TaskKind::Verify => "verify",
            TaskKind::Checkpoint => "checkpoint",
        }
    }
}

/// The sections of tasks, each known by the place of its task.
pub fn section_index(tasks: &[Task]) -> SectionIndex {
    let tasks = tasks.iter().enumerate();
    SectionIndex::of(tasks.flat_map(|(at, task)| task.sections().map(move |section| (at, section))))
}

impl Task {
    /// The stretches of text that are its own.
    pub fn sections(&self) -> impl Iterator<Item = Span> + '_ {
        std::iter::once(self.section).chain(self.elsewhere.iter().copied())
    }

    /// Whether a stretch is a part of its own text.
    pub fn owns(&self, span: Span) -> bool {
        self.sections().any(|section| section.contains(span))
    }

    /// What its author declared, where it is such a task.
    pub fn declared<'p>(&self, package: &'p Package) -> Option<&'p DeclaredTask> {
        match self.origin {
            Origin::Declared(at) => package.facts.tasks.get(at),
            Origin::Package
            | Origin::Section(_)
            | Origin::Requirement(_)
            | Origin::Scenario(_)
            | Origin::Slice(_) => None,
        }
    }

    /// Its slice, where it is a part of a program.
    pub fn slice<'p>(&self, package: &'p Package) -> Option<&'p Slice> {
        match self.origin {
            Origin::Slice(at) => package.slices.get(at),
            Origin::Package
            | Origin::Section(_)
            | Origin::Declared(_)
            | Origin::Requirement(_)
            | Origin::Scenario(_) => None,
        }
    }

    /// The ids of the requirements and criteria that it is for, in the order in which it names them.
    pub fn requirements(&self, package: &Package) -> Vec<String> {
        let facts = &package.facts;
        let own = match self.origin {
            Origin::Requirement(at) => Some(at),
            Origin::Scenario(at) => facts
                .scenarios
                .get(at)
                .and_then(|scenario| scenario.requirement.get()),
            Origin::Package | Origin::Section(_) | Origin::Declared(_) | Origin::Slice(_) => None,
        };
        let own = own
            .and_then(|at| facts.requirements.get(at))
            .map(|found| found.id.clone());
        let declared = self.declared(package).into_iter();
        let named = declared.clone().flat_map(|task| &task.requirements);
        let mentioned = declared.flat_map(|task| &task.mentions);
        let mut seen = BTreeSet::new();
        let all = own
            .into_iter()
            .chain(named.flat_map(IdRange::ids))
            .chain(mentioned.map(|mention| mention.name.clone()));
        all.filter(|id| seen.insert(id.clone())).collect()
    }
}

/// A dependency with its evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    /// The id of the task that comes first.
    pub to: String,
    /// Why.
    pub rule: Rule,
    /// The words or the place that say so.
    pub span: Span,
}

impl Edge {
    /// How sure it is.
    pub fn reason(&self) -> Reason {
        self.rule.reason()
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
            assigned: package.statements.len() - self.package_wide.len(),
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

/// The task graphs of the packages of a sound library that are wanted.
pub fn plan(
    library: &Sound<Library>,
    sources: &Sources,
    settings: &Settings,
    wanted: &dyn Fn(&Package) -> bool,
) -> Checked<Vec<TaskGraph>> {
    let mut findings = Vec::new();
    let packages = library.packages.iter().enumerate();
    let graphs = packages
        .filter(|(_, package)| wanted(package))
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
    plan_of(index, package, sources, settings.granularity, findings)
}

/// The same, with tasks made of what is asked for, and of the usual without that.
pub fn plan_of(
    index: usize,
    package: &Package,
    sources: &Sources,
    asked: Option<Granularity>,
    findings: &mut Vec<Diagnostic>,
) -> TaskGraph {
    let (mut graph, mut waits, sections) = graph(index, package, sources, asked);
    claims::assign_claims(&mut graph, package, &sections);
    unbuilt::report(package, sources, asked, findings);
    uncovered::report(package, sources, asked, findings);
    cycles::break_or_report(&mut waits, &graph.tasks, package, findings);
    let edges: Vec<Vec<Edge>> = (0..waits.count())
        .map(|at| waits.edges(at, &graph.tasks))
        .collect();
    for (task, edges) in graph.tasks.iter_mut().zip(edges) {
        task.depends_on = edges;
    }
    graph
}

/// Whether the tasks of a package are sections of it; `asked` is what the settings ask for.
pub(crate) fn is_of_sections(package: &Package, asked: Option<Granularity>) -> bool {
    make::granularity(package, asked) == Some(Granularity::Section)
}

/// The tasks whose own text refers to what is not there, by their places in the graph, each with the first such reference.
pub fn broken(graph: &TaskGraph, package: &Package) -> BTreeMap<usize, Span> {
    let mut dangling = package
        .references
        .iter()
        .filter(|reference| reference.is_dangling(package))
        .peekable();
    let mut broken = BTreeMap::new();
    if dangling.peek().is_some() {
        let homes = section_index(&graph.tasks);
        for reference in dangling {
            for task in homes.around(reference.span) {
                broken.entry(task).or_insert(reference.span);
            }
        }
    }
    broken
}

/// The sections of the tasks that a package is usually made into.
pub fn readers(package: &Package, sources: &Sources) -> SectionIndex {
    let tasks = make::tasks(package, sources, None);
    section_index(&tasks)
}

/// What [`plan_of`] finds, for callers who do not want the graph: circles, and what is in no task.
pub fn find_faults(
    package: &Package,
    sources: &Sources,
    settings: &Settings,
    findings: &mut Vec<Diagnostic>,
) {
    let asked = settings.granularity;
    unbuilt::report(package, sources, asked, findings);
    uncovered::report(package, sources, asked, findings);
    // A scenario waits for its requirement, and that for nothing; circles of slices were found where they are read.
    let granularity = make::granularity(package, asked);
    if !matches!(granularity, Some(Granularity::Requirement | Granularity::Slice)) {
        let (graph, mut waits, _) = graph(0, package, sources, asked);
        cycles::break_or_report(&mut waits, &graph.tasks, package, findings);
    }
}

/// The tasks of a package, all their dependencies, and their sections; neither these nor anything else is given to them
/// yet.
fn graph(
    index: usize,
    package: &Package,
    sources: &Sources,
    asked: Option<Granularity>,
) -> (TaskGraph, Waits, SectionIndex) {
    let tasks = make::tasks(package, sources, asked);
    // Of two tasks of one id, which is a finding, the first counts.
    let ids = tasks.iter().enumerate().rev();
    let mut graph = TaskGraph {
        package: package.name.clone(),
        index,
        by_id: ids.map(|(at, task)| (task.id.clone(), at)).collect(),
        tasks,
        package_wide: Vec::new(),
        proofs: make::proofs(package, asked),
        asked,
    };
    let sections = section_index(&graph.tasks);
    prose::find_proven(&mut graph.proofs, &graph.tasks, package, &sections);
    let waits = edges::find(&graph, package, sources, &sections);
    (graph, waits, sections)
}

#[cfg(test)]
mod tests;
