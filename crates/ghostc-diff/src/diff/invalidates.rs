//! Which tasks a change makes stale: those whose prompt shows the changed text or showed it, and those that build on them.

use super::{Change, ChangeLocation, Side, Subject};
use ghostc_plan::context::ContextReaders;
use ghostc_plan::plan::{TaskGraph, plan_of};
use ghostc_spec::library::{Package, Role};
use ghostc_spec::section_index::SectionIndex;
use ghostc_syntax::Span;
use std::collections::{BTreeMap, BTreeSet};

/// Fills in the tasks of each change, in the order of the graph, which is that of the new state.
pub(super) fn fill(changes: &mut [Change], old: Option<Side<'_>>, package: &Package, graph: &TaskGraph) {
    let places = places(graph);
    let before = old.map(|old| Before::of(old, graph, &places));
    let after = After::of(package, graph);
    let users = users(graph, &places);
    let cases = tasks_of_cases(package, graph);
    for change in changes {
        let direct = if change.subject == Subject::Case {
            case_task(change, &cases, &places).into_iter().collect()
        } else {
            let mut direct = BTreeSet::new();
            for place in &change.places {
                if direct.len() < graph.tasks.len() {
                    after.shows(place, &mut direct);
                    if let Some(before) = &before {
                        before.showed(place, &mut direct);
                    }
                }
            }
            direct
        };
        let stale = with_users(direct, &users);
        let ids = stale.into_iter().filter_map(|at| graph.tasks.get(at));
        change.tasks = ids.map(|task| task.id.clone()).collect();
    }
}

/// The place of each task, by id.
fn places(graph: &TaskGraph) -> BTreeMap<&str, usize> {
    let tasks = graph.tasks.iter().enumerate();
    tasks.map(|(at, task)| (task.id.as_str(), at)).collect()
}

/// The new state: which tasks' prompts show a text.
struct After<'a> {
    package: &'a Package,
    sections: SectionIndex,
    /// Which tasks' texts refer to which sections.
    readers: BTreeMap<Span, BTreeSet<usize>>,
    /// Which tasks read what is in none.
    context: ContextReaders,
}

impl<'a> After<'a> {
    fn of(package: &'a Package, graph: &TaskGraph) -> After<'a> {
        let sections = ghostc_plan::plan::section_index(&graph.tasks);
        After {
            package,
            readers: readers(package, &sections),
            sections,
            context: ContextReaders::of(package, graph),
        }
    }

    /// Adds the tasks whose prompts show a place, or what stands around it where it is gone.
    fn shows(&self, place: &ChangeLocation, found: &mut BTreeSet<usize>) {
        let Some(at) = place.at.filter(|at| is_prompted(self.package, *at)) else {
            return;
        };
        let start = start_of(at);
        let mut sections = self.sections.around(start).peekable();
        if sections.peek().is_none() {
            // Which prompts showed what is gone, the old state says.
            if place.new.is_some() {
                found.extend(self.context.readers(start));
            }
            return;
        }
        found.extend(sections);
        let readers = self.readers.iter();
        for (_, tasks) in readers.filter(|(section, _)| section.contains(start)) {
            found.extend(tasks);
        }
    }
}

/// The old state: which tasks' prompts showed a text.
struct Before<'a> {
    package: &'a Package,
    sections: SectionIndex,
    /// For each task, what is left of it: itself in the new state, else the tasks there that depended on it.
    left: Vec<BTreeSet<usize>>,
    /// Which tasks' texts referred to which sections.
    readers: BTreeMap<Span, BTreeSet<usize>>,
    /// Which tasks read what was in none.
    context: ContextReaders,
}

impl<'a> Before<'a> {
    fn of((package, sources): Side<'a>, after: &TaskGraph, places: &BTreeMap<&str, usize>) -> Before<'a> {
        // Whether the old tasks are well made is no concern of a comparison.
        let graph = plan_of(after.index, package, sources, after.asked, &mut Vec::new());
        let users = users(&graph, &self::places(&graph));
        let left = |at: usize| {
            let (mut left, mut seen, mut open) = (BTreeSet::new(), BTreeSet::from([at]), vec![at]);
            while let Some(task) = open.pop().and_then(|at| Some((at, graph.tasks.get(at)?))) {
                if let Some(heir) = places.get(task.1.id.as_str()) {
                    left.insert(*heir);
                    continue;
                }
                let more = users.get(&task.0).into_iter().flatten();
                open.extend(more.filter(|user| seen.insert(**user)));
            }
            left
        };
        let sections = ghostc_plan::plan::section_index(&graph.tasks);
        Before {
            package,
            left: (0..graph.tasks.len()).map(left).collect(),
            readers: readers(package, &sections),
            context: ContextReaders::of(package, &graph),
            sections,
        }
    }

    /// Adds the tasks of the new state whose prompts showed the old text of a place.
    fn showed(&self, place: &ChangeLocation, found: &mut BTreeSet<usize>) {
        let Some(old) = place.old.as_ref().map(|old| old.span) else {
            return;
        };
        if !is_prompted(self.package, old) {
            return;
        }
        let start = start_of(old);
        let mut showed: BTreeSet<usize> = self.sections.around(start).collect();
        if showed.is_empty() {
            showed = self.context.readers(start);
        } else {
            let readers = self.readers.iter();
            showed.extend(
                readers
                    .filter(|(section, _)| section.contains(start))
                    .flat_map(|(_, tasks)| tasks),
            );
        }
        found.extend(showed.into_iter().filter_map(|at| self.left.get(at)).flatten());
    }
}

/// Which tasks' texts refer to which sections.
fn readers(package: &Package, sections: &SectionIndex) -> BTreeMap<Span, BTreeSet<usize>> {
    let mut readers: BTreeMap<Span, BTreeSet<usize>> = BTreeMap::new();
    for reference in &package.references {
        if let Some(section) = reference.to.and_then(|to| whole(package, to)) {
            readers
                .entry(section)
                .or_default()
                .extend(sections.around(reference.span));
        }
    }
    readers
}

/// Whether a place is in a document that prompts are made of.
fn is_prompted(package: &Package, place: Span) -> bool {
    let document = package.document(place.file);
    document.is_some_and(|document| document.role == Role::Spec)
}

/// The first byte of a place.
fn start_of(place: Span) -> Span {
    Span {
        end: place.start.saturating_add(1),
        ..place
    }
}

/// The whole section of a heading.
fn whole(package: &Package, heading: Span) -> Option<Span> {
    let headings = &package.document(heading.file)?.spec.headings;
    let at = headings.binary_search_by_key(&heading, |found| found.span).ok()?;
    headings.get(at).map(|found| found.section())
}

/// The tasks of each case, by where it is written.
fn tasks_of_cases(package: &Package, graph: &TaskGraph) -> BTreeMap<Span, usize> {
    let tasks = graph.tasks.iter().enumerate();
    let cases = tasks.flat_map(|(at, task)| task.cases.iter().map(move |case| (case, at)));
    cases
        .filter_map(|(case, at)| Some((package.cases.get(*case)?.span, at)))
        .collect()
}

/// The task of a case: where it is now, else the one of its group's name.
fn case_task(
    change: &Change,
    sections: &BTreeMap<Span, usize>,
    places: &BTreeMap<&str, usize>,
) -> Option<usize> {
    let group = change.old.as_ref().and_then(|old| old.section.first());
    let here = change.at().and_then(|place| sections.get(&place));
    here.or_else(|| places.get(group?.as_str())).copied()
}

/// For each task with code, the tasks that build on it.
fn users(graph: &TaskGraph, places: &BTreeMap<&str, usize>) -> BTreeMap<usize, Vec<usize>> {
    let mut users: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, task) in graph.tasks.iter().enumerate() {
        for edge in &task.depends_on {
            let has_code = |at: &&usize| {
                graph
                    .tasks
                    .get(**at)
                    .is_some_and(|task| !task.operations.is_empty())
            };
            if let Some(to) = places.get(edge.to.as_str()).filter(has_code) {
                users.entry(*to).or_default().push(at);
            }
        }
    }
    users
}

fn with_users(direct: BTreeSet<usize>, users: &BTreeMap<usize, Vec<usize>>) -> BTreeSet<usize> {
    let mut open: Vec<usize> = direct.iter().copied().collect();
    let mut found = direct;
    while let Some(at) = open.pop() {
        for user in users.get(&at).into_iter().flatten() {
            if found.insert(*user) {
                open.push(*user);
            }
        }
    }
    found
}
