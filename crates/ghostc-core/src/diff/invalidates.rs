//! Which tasks a change makes stale: those whose prompt shows the changed text, and those that build on them.

use super::{Change, Subject};
use crate::library::{Package, Role};
use crate::plan::{Homes, TaskGraph};
use ghostc_syntax::Span;
use std::collections::{BTreeMap, BTreeSet};

/// Fills in the tasks of each change, in the order of the graph.
pub(super) fn fill(changes: &mut [Change], package: &Package, graph: &TaskGraph) {
    let homes = Homes::new(graph.tasks.iter().map(|task| task.section));
    // Which tasks' texts refer to which sections.
    let mut readers: BTreeMap<Span, BTreeSet<usize>> = BTreeMap::new();
    for reference in &package.references {
        if let Some(section) = reference.to.and_then(|to| whole(package, to)) {
            readers
                .entry(section)
                .or_default()
                .extend(homes.around(reference.span));
        }
    }
    let places: BTreeMap<&str, usize> = graph
        .tasks
        .iter()
        .enumerate()
        .map(|(at, task)| (task.id.as_str(), at))
        .collect();
    let users = users(graph, &places);
    let cases = case_homes(package, graph);
    for change in changes {
        let direct = if change.subject == Subject::Case {
            case_task(change, &cases, &places).into_iter().collect()
        } else {
            let spots: BTreeSet<Span> = change.places.iter().filter_map(|place| place.at).collect();
            let of_spot = |at| text_tasks(at, package, graph, &homes, &readers);
            spots.into_iter().flat_map(of_spot).collect()
        };
        let stale = with_users(direct, &users);
        let ids = stale.into_iter().filter_map(|at| graph.tasks.get(at));
        change.tasks = ids.map(|task| task.id.clone()).collect();
    }
}

/// The whole section of a heading.
fn whole(package: &Package, heading: Span) -> Option<Span> {
    let headings = &package.document(heading.file)?.spec.headings;
    let at = headings.binary_search_by_key(&heading, |found| found.span).ok()?;
    headings.get(at).map(|found| found.section())
}

fn text_tasks(
    place: Span,
    package: &Package,
    graph: &TaskGraph,
    homes: &Homes,
    readers: &BTreeMap<Span, BTreeSet<usize>>,
) -> BTreeSet<usize> {
    let prompted = package
        .document(place.file)
        .is_some_and(|document| document.role == Role::Spec);
    if !prompted {
        return BTreeSet::new();
    }
    let start = Span {
        end: place.start.saturating_add(1),
        ..place
    };
    let mut found: BTreeSet<usize> = homes.around(start).collect();
    if found.is_empty() {
        return (0..graph.tasks.len()).collect(); // Every prompt shows what belongs to no task.
    }
    for (_, tasks) in readers.iter().filter(|(section, _)| section.contains(start)) {
        found.extend(tasks);
    }
    found
}

/// The tasks of each case, by where it is written.
fn case_homes(package: &Package, graph: &TaskGraph) -> BTreeMap<Span, usize> {
    let tasks = graph.tasks.iter().enumerate();
    let cases = tasks.flat_map(|(at, task)| task.cases.iter().map(move |case| (case, at)));
    cases
        .filter_map(|(case, at)| Some((package.cases.get(*case)?.span, at)))
        .collect()
}

/// The task of a case: where it is now, else the one of its group's name.
fn case_task(
    change: &Change,
    homes: &BTreeMap<Span, usize>,
    places: &BTreeMap<&str, usize>,
) -> Option<usize> {
    let group = change.old.as_ref().and_then(|old| old.section.first());
    let here = change.at().and_then(|place| homes.get(&place));
    here.or_else(|| places.get(group?.as_str())).copied()
}

/// For each task, the tasks that depend on it.
fn users(graph: &TaskGraph, places: &BTreeMap<&str, usize>) -> BTreeMap<usize, Vec<usize>> {
    let mut users: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, task) in graph.tasks.iter().enumerate() {
        for edge in &task.depends_on {
            if let Some(to) = places.get(edge.to.as_str()) {
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
