//! Cycles: broken by dropping inferred edges, the last in the document first, and said; any other is an error.

use super::components::{TimedEdge, components, joined_at};
use super::waits::{Found, Waits};
use super::{Reason, Rule, Task};
use crate::codes;
use ghostc_spec::library::Package;
use ghostc_syntax::{Diagnostic, Span};
use std::collections::BTreeMap;

/// Makes the dependencies of tasks acyclic where inferred ones allow it, and reports every one that was dropped and every
/// circle left.
pub(super) fn break_or_report(
    waits: &mut Waits,
    tasks: &[Task],
    package: &Package,
    findings: &mut Vec<Diagnostic>,
) {
    if circles(waits).is_empty() {
        return;
    }
    let dropped = dropped(waits);
    findings.extend(dropped.iter().filter_map(|dropped| reported(dropped, tasks)));
    waits.remove(dropped.iter().map(|dropped| (dropped.from, dropped.found.0)));
    let circles = circles(waits);
    let mut home = vec![None; waits.count()];
    for (at, circle) in circles.iter().enumerate() {
        for task in circle {
            home.get_mut(*task).into_iter().for_each(|home| *home = Some(at));
        }
    }
    for (at, tasks_in) in circles.iter().enumerate() {
        let is_inside = |task: usize| home.get(task) == Some(&Some(at));
        findings.push(cyclic(waits, tasks, tasks_in, &is_inside, package));
    }
    circles.iter().for_each(|circle| waits.cut(circle));
}

/// An inferred dependency that is not taken as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Dropped {
    /// The task that it is of.
    from: usize,
    found: Found,
    /// Whether the other task says that it depends on this one.
    is_decided: bool,
}

/// The inferred dependencies that are dropped, the last in the document first.
///
/// As long as there is a circle, the last inferred dependency in it goes. So one goes where there is a circle through it
/// of itself, those before it and what tasks say themselves: until it goes, none of these is the last of that circle, and
/// none of what comes after it is needed for the circle.
fn dropped(waits: &Waits) -> Vec<Dropped> {
    let (pairs, stated) = (waits.pairs(), waits.stated());
    let mut inferred: Vec<(usize, Found)> = Vec::new();
    for (from, found) in pairs.iter().enumerate() {
        let found = found.iter().map(|(to, (rule, span))| (*to, *rule, *span));
        let found =
            found.filter(|(to, rule, _)| rule.reason() == Reason::Inferred && !stated.says(from, *to));
        inferred.extend(found.map(|found| (from, found)));
    }
    inferred.sort_unstable_by_key(|(from, (to, _, span))| (*span, *from, *to));
    let mut edges: Vec<TimedEdge> = (1..)
        .zip(&inferred)
        .map(|(since, (from, (to, ..)))| TimedEdge {
            from: *from,
            to: *to,
            since,
        })
        .collect();
    let is_explicit = |from: usize, to: usize| {
        let best = pairs.get(from).and_then(|found| found.get(&to));
        best.is_some_and(|(rule, _)| rule.reason() == Reason::Explicit) || stated.says(from, to)
    };
    for (from, found) in pairs.iter().enumerate() {
        let explicit = found.keys().filter(|to| is_explicit(from, **to));
        edges.extend(explicit.map(|to| TimedEdge {
            from,
            to: *to,
            since: 0,
        }));
    }
    let said = stated.edges().into_iter();
    edges.extend(said.map(|(from, to)| TimedEdge { from, to, since: 0 }));
    let joined = joined_at(&edges, inferred.len() + 1);
    let dropped = inferred.iter().zip(edges.iter().zip(joined)).rev();
    let dropped = dropped.filter(|(_, (edge, joined))| edge.since >= *joined);
    let dropped = dropped.map(|((from, found), _)| Dropped {
        from: *from,
        found: *found,
        is_decided: is_explicit(found.0, *from),
    });
    dropped.collect()
}

/// What is told of a dependency that is dropped. Where the other task says `Depends on`, its author has decided, and
/// there is nothing to tell.
fn reported(dropped: &Dropped, tasks: &[Task]) -> Option<Diagnostic> {
    let (to, rule, span) = dropped.found;
    let (from, to) = (tasks.get(dropped.from)?, tasks.get(to)?);
    let verb = if rule == Rule::Verifies {
        "checks"
    } else if rule == Rule::SameFile {
        "names a file of"
    } else {
        "names"
    };
    let message = format!(
        "`{}` {verb} `{}` and is built before it, to break a circle",
        from.id, to.id
    );
    let found =
        Diagnostic::new(codes::DROPPED_EDGE, span, message).label("this is not taken as a dependency");
    let help = "Write `Depends on` before the name that is meant, to decide it.";
    (!dropped.is_decided).then(|| found.help(help))
}

fn cyclic(
    waits: &Waits,
    tasks: &[Task],
    circle: &[usize],
    is_inside: &dyn Fn(usize) -> bool,
    package: &Package,
) -> Diagnostic {
    let path = cycle_through(waits, circle, is_inside);
    let edges: Vec<(&str, &str, Span)> = path
        .iter()
        .zip(path.iter().cycle().skip(1))
        .filter_map(|(from, to)| {
            let (_, span) = waits.between(*from, *to)?;
            Some((tasks.get(*from)?.id.as_str(), tasks.get(*to)?.id.as_str(), span))
        })
        .collect();
    let names: Vec<&str> = edges.iter().map(|(from, ..)| *from).collect();
    let first = names.first().copied().unwrap_or_default();
    let span = edges.first().map_or(package.name_span, |(.., span)| *span);
    let message = format!(
        "tasks depend on each other in a circle: {} → {first}",
        names.join(" → ")
    );
    let found = Diagnostic::new(codes::CYCLIC_DEPENDENCY, span, message);
    let found = edges.iter().skip(1).fold(found, |found, (from, to, span)| {
        found.also(*span, format!("`{from}` depends on `{to}`"))
    });
    found.help("Take one of these dependencies out.")
}

/// Some cycle inside a circle of tasks: walk to the first that each waits for until a task comes up again.
fn cycle_through(waits: &Waits, circle: &[usize], is_inside: &dyn Fn(usize) -> bool) -> Vec<usize> {
    let mut path: Vec<usize> = circle.first().copied().into_iter().collect();
    let mut places: BTreeMap<usize, usize> = path.iter().map(|first| (*first, 0)).collect();
    while let Some(last) = path.last() {
        let inside = waits.of(*last).map(|(to, ..)| to).filter(|to| is_inside(*to));
        let Some(next) = inside.min() else {
            break;
        };
        if let Some(start) = places.insert(next, path.len()) {
            return path.split_off(start);
        }
        path.push(next);
    }
    path
}

/// Strongly connected components of more than one task.
fn circles(waits: &Waits) -> Vec<Vec<usize>> {
    let after = |task| waits.of(task).map(|(to, ..)| to);
    let (component, count) = components(waits.count(), after);
    let mut circles = vec![Vec::new(); count];
    for (task, component) in component.into_iter().enumerate() {
        circles
            .get_mut(component)
            .into_iter()
            .for_each(|circle| circle.push(task));
    }
    circles.retain(|circle| circle.len() > 1);
    circles
}

#[cfg(test)]
mod tests;
