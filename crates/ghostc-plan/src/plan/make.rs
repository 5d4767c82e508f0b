//! Which tasks a package has: what its author declared, else one for each requirement, operation or section.

use super::declared::{declared_tasks, requirement_tasks};
use super::{Origin, Proof, Task, TaskKind};
use ghostc_spec::chapters;
use ghostc_spec::library::{Dialect, Document, Package, Site};
use ghostc_spec::settings::Granularity;
use ghostc_syntax::{Heading, Sources, Span};
use std::collections::BTreeSet;

/// The tasks of a package, without edges and statements.
pub(super) fn tasks(package: &Package, sources: &Sources, asked: Option<Granularity>) -> Vec<Task> {
    match granularity(package, asked) {
        Some(Granularity::Declared) => declared_tasks(package),
        Some(Granularity::Requirement) => requirement_tasks(package, sources),
        Some(Granularity::Operation) => operation_tasks(package),
        Some(Granularity::Section) => section_tasks(package),
        Some(Granularity::Slice) => super::slices::slice_tasks(package),
        Some(Granularity::Package) => package_task(package, sources).into_iter().collect(),
        None => Vec::new(),
    }
}

/// What becomes tasks: the slices of a program; of others what the settings ask for where it is there, else what is usual.
pub(super) fn granularity(package: &Package, asked: Option<Granularity>) -> Option<Granularity> {
    if package.site() == Site::Program {
        return Some(Granularity::Slice);
    }
    asked
        .filter(|asked| has(package, *asked))
        .or_else(|| usual(package))
}

/// Whether what is to become tasks can be there at all.
fn has(package: &Package, asked: Granularity) -> bool {
    match asked {
        Granularity::Declared => !package.facts.tasks.is_empty(),
        Granularity::Requirement => !package.facts.requirements.is_empty(),
        Granularity::Slice => !package.slices.is_empty(),
        Granularity::Operation | Granularity::Section | Granularity::Package => true,
    }
}

/// What becomes tasks where the settings do not say. The sections of documents that declare things are no tasks.
fn usual(package: &Package) -> Option<Granularity> {
    if has(package, Granularity::Declared) {
        Some(Granularity::Declared)
    } else if package.dialect == Dialect::OpenSpec && package.changes.is_none() {
        // What holds already is nothing to do: changes are.
        None
    } else if has(package, Granularity::Requirement) {
        Some(Granularity::Requirement)
    } else if !package.operations.is_empty() {
        Some(Granularity::Operation)
    } else {
        (package.dialect == Dialect::Ghost).then_some(Granularity::Section)
    }
}

/// One task for each function, and one for each object with its methods.
fn operation_tasks(package: &Package) -> Vec<Task> {
    let operations = package.operations.iter().enumerate();
    // A method alone is made with its object.
    let main = operations.filter(|(_, operation)| operation.object.is_none() || operation.makes_object());
    let tasks = main.map(|(at, operation)| {
        let members: Vec<usize> = match &operation.object {
            Some(object) => package
                .members(object)
                .filter(|member| is_method(package, *member))
                .collect(),
            None => Vec::new(),
        };
        Task {
            id: operation.name.clone(),
            title: operation.signature.text.clone(),
            kind: TaskKind::Work,
            document: operation.document,
            origin: Origin::Section(operation.heading),
            section: operation.section,
            elsewhere: elsewhere(package, operation.section, &members),
            operations: std::iter::once(at).chain(members).collect(),
            depends_on: Vec::new(),
            statements: Vec::new(),
            cases: Vec::new(),
        }
    });
    tasks.collect()
}

fn is_method(package: &Package, at: usize) -> bool {
    let operation = package.operations.get(at);
    operation.is_some_and(|operation| operation.object.is_some() && !operation.makes_object())
}

/// The sections of methods that lie neither in the section of their object nor in each other's.
fn elsewhere(package: &Package, main: Span, members: &[usize]) -> Vec<Span> {
    let mut apart: Vec<Span> = Vec::new();
    for member in members.iter().filter_map(|at| package.operations.get(*at)) {
        let mut known = std::iter::once(&main).chain(&apart);
        if !known.any(|known| known.contains(member.section)) {
            apart.push(member.section);
        }
    }
    apart
}

/// One task that makes everything.
fn package_task(package: &Package, sources: &Sources) -> Option<Task> {
    let (document, main) = package.specs().next()?;
    let file = main.spec.file;
    Some(Task {
        id: package.name.clone(),
        title: package.title.clone(),
        kind: TaskKind::Work,
        document,
        origin: Origin::Package,
        section: Span::new(file, 0, sources.get(file).text.len()),
        elsewhere: Vec::new(),
        operations: (0..package.operations.len()).collect(),
        depends_on: Vec::new(),
        statements: Vec::new(),
        cases: Vec::new(),
    })
}

/// A section of depth two, or a chapter without such sections.
struct ChapterPart<'p> {
    document: usize,
    home: &'p Document,
    /// The index of its heading.
    at: usize,
    heading: &'p Heading,
    /// The title of its chapter.
    chapter: &'p str,
}

/// The parts of the documents that say what must be built, but for those that explain.
fn parts(package: &Package) -> Vec<ChapterPart<'_>> {
    let mut parts = Vec::new();
    for (document, home) in package.specs() {
        let headings = &home.spec.headings;
        let chapter = chapters::chapter_level(&home.spec);
        let above: BTreeSet<usize> = headings.iter().filter_map(|heading| heading.parent()).collect();
        for (at, heading) in headings.iter().enumerate() {
            let is_part = heading.level == chapter + 1 || (heading.level == chapter && !above.contains(&at));
            if !is_part {
                continue;
            }
            let above = if heading.level == chapter {
                Some(heading)
            } else {
                heading.parent().and_then(|at| headings.get(at))
            };
            let chapter = above.map_or("", |above| above.text.as_str());
            if !chapters::explains(chapter) && !chapters::explains(&heading.text) {
                parts.push(ChapterPart {
                    document,
                    home,
                    at,
                    heading,
                    chapter,
                });
            }
        }
    }
    parts
}

/// One task for each part that is no test matrix or check list: what is in those is proven, not made. A section on
/// validation in a chapter on something else is something to make.
fn section_tasks(package: &Package) -> Vec<Task> {
    let mut tasks = Vec::new();
    let mut ids: BTreeSet<String> = BTreeSet::new();
    for part in parts(package) {
        let mut id = part.home.spec.anchor(part.at).to_string();
        if !ids.insert(id.clone()) {
            id = format!("{}/{id}", ghostc_spec::layout::file_name(&part.home.path));
            ids.insert(id.clone());
        }
        if chapters::checks(part.chapter) {
            continue;
        }
        tasks.push(Task {
            id,
            title: part.heading.text.clone(),
            kind: TaskKind::Work,
            document: part.document,
            origin: Origin::Section(part.at),
            section: part.heading.section(),
            elsewhere: Vec::new(),
            operations: Vec::new(),
            depends_on: Vec::new(),
            statements: Vec::new(),
            cases: Vec::new(),
        });
    }
    let sections = super::section_index(&tasks);
    for (at, operation) in package.operations.iter().enumerate() {
        let home = sections.first(operation.span);
        if let Some(task) = home.and_then(|home| tasks.get_mut(home)) {
            task.operations.push(at);
        }
    }
    tasks
}

/// The parts of test matrices and check lists of a package whose sections become tasks.
pub(super) fn proofs(package: &Package, asked: Option<Granularity>) -> Vec<Proof> {
    if granularity(package, asked) == Some(Granularity::Section) {
        all_proofs(package)
    } else {
        Vec::new()
    }
}

/// The parts of test matrices and check lists of a package, whatever becomes its tasks.
pub(super) fn all_proofs(package: &Package) -> Vec<Proof> {
    let parts = parts(package).into_iter();
    let checking = parts.filter(|part| chapters::checks(part.chapter));
    let proofs = checking.map(|part| Proof {
        document: part.document,
        heading: part.at,
        section: part.heading.section(),
        tasks: Vec::new(),
    });
    proofs.collect()
}
