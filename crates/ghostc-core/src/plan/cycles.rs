//! Cycles: broken by dropping inferred edges, the last in the document first, and said; any other is an error.

use super::{Edge, Reason, Rule, TaskGraph};
use crate::codes;
use crate::library::Package;
use ghostc_syntax::Diagnostic;
use std::collections::{BTreeMap, BTreeSet};

/// Makes the graph acyclic where inferred edges allow it, and reports every edge that was dropped and every cycle left.
pub(super) fn break_or_report(graph: &mut TaskGraph, package: &Package, findings: &mut Vec<Diagnostic>) {
    loop {
        let mut circles = components(graph);
        circles.retain(|component| component.len() > 1);
        if circles.is_empty() {
            return;
        }
        // No circle goes through two components, so each is broken at one place before they are looked for again.
        for component in &circles {
            match last_inferred(graph, component) {
                Some((at, edge)) => drop_edge(graph, at, &edge, findings),
                None => {
                    findings.push(cyclic(graph, component, package));
                    cut(graph, component);
                }
            }
        }
    }
}

/// The inferred edge inside a component that stands last in the document, with the task that it is of.
fn last_inferred(graph: &TaskGraph, component: &[usize]) -> Option<(usize, Edge)> {
    let inside = ids(graph, component);
    let tasks = component
        .iter()
        .filter_map(|at| Some((*at, graph.tasks.get(*at)?)));
    let edges = tasks.flat_map(|(at, task)| task.depends_on.iter().map(move |edge| (at, edge)));
    let inferred = edges.filter(|(_, edge)| edge.reason() == Reason::Inferred && inside.contains(&edge.to));
    let last = inferred.max_by_key(|(_, edge)| edge.span);
    last.map(|(at, edge)| (at, edge.clone()))
}

fn drop_edge(graph: &mut TaskGraph, at: usize, edge: &Edge, findings: &mut Vec<Diagnostic>) {
    let Some(task) = graph.tasks.get_mut(at) else {
        return;
    };
    task.depends_on.retain(|known| known != edge);
    let id = task.id.clone();
    // Where the other task says `Depends on`, its author has decided, and there is nothing to tell.
    let decided = graph.task(&edge.to).is_some_and(|other| {
        let mut back = other.depends_on.iter().filter(|back| back.to == id);
        back.any(|back| back.reason() == Reason::Explicit)
    });
    if decided {
        return;
    }
    let verb = if edge.rule == Rule::Verifies {
        "checks"
    } else if edge.rule == Rule::SameFile {
        "names a file of"
    } else {
        "names"
    };
    let message = format!(
        "`{id}` {verb} `{}` and is built before it, to break a circle",
        edge.to
    );
    let found =
        Diagnostic::new(codes::DROPPED_EDGE, edge.span, message).label("this is not taken as a dependency");
    findings.push(found.help("Write `Depends on` before the name that is meant, to decide it."));
}

fn cyclic(graph: &TaskGraph, component: &[usize], package: &Package) -> Diagnostic {
    let path = cycle_through(graph, component);
    let edges: Vec<(&str, &Edge)> = path
        .iter()
        .zip(path.iter().cycle().skip(1))
        .filter_map(|(from, to)| {
            let (from, to) = (graph.tasks.get(*from)?, graph.tasks.get(*to)?);
            Some((
                from.id.as_str(),
                from.depends_on.iter().find(|edge| edge.to == to.id)?,
            ))
        })
        .collect();
    let names: Vec<&str> = edges.iter().map(|(from, _)| *from).collect();
    let first = names.first().copied().unwrap_or_default();
    let span = edges.first().map_or(package.name_span, |(_, edge)| edge.span);
    let message = format!(
        "tasks depend on each other in a circle: {} → {first}",
        names.join(" → ")
    );
    let found = Diagnostic::new(codes::CYCLIC_DEPENDENCY, span, message);
    let found = edges.iter().skip(1).fold(found, |found, (from, edge)| {
        found.also(edge.span, format!("`{from}` depends on `{}`", edge.to))
    });
    found.help("Take one of these dependencies out.")
}

/// Some cycle inside a strongly connected component: walk its edges until a task comes up again.
fn cycle_through(graph: &TaskGraph, component: &[usize]) -> Vec<usize> {
    let index: BTreeMap<&str, usize> = component
        .iter()
        .filter_map(|at| Some((graph.tasks.get(*at)?.id.as_str(), *at)))
        .collect();
    let mut path: Vec<usize> = component.first().copied().into_iter().collect();
    while let Some(last) = path.last().and_then(|at| graph.tasks.get(*at)) {
        let Some(next) = last
            .depends_on
            .iter()
            .find_map(|edge| index.get(edge.to.as_str()))
        else {
            break;
        };
        if let Some(start) = path.iter().position(|at| at == next) {
            return path.split_off(start);
        }
        path.push(*next);
    }
    path
}

/// Removes the edges inside a component, so that the search for other cycles can go on.
fn cut(graph: &mut TaskGraph, component: &[usize]) {
    let ids = ids(graph, component);
    for at in component {
        if let Some(task) = graph.tasks.get_mut(*at) {
            task.depends_on.retain(|edge| !ids.contains(&edge.to));
        }
    }
}

fn ids(graph: &TaskGraph, component: &[usize]) -> BTreeSet<String> {
    let tasks = component.iter().filter_map(|at| graph.tasks.get(*at));
    tasks.map(|task| task.id.clone()).collect()
}

/// Strongly connected components by Tarjan's algorithm, without recursion: a spec may have thousands of tasks in a row.
fn components(graph: &TaskGraph) -> Vec<Vec<usize>> {
    let index: BTreeMap<&str, usize> = graph
        .tasks
        .iter()
        .enumerate()
        .map(|(at, task)| (task.id.as_str(), at))
        .collect();
    let next: Vec<Vec<usize>> = graph
        .tasks
        .iter()
        .map(|task| {
            task.depends_on
                .iter()
                .filter_map(|edge| index.get(edge.to.as_str()).copied())
                .collect()
        })
        .collect();
    let mut search = Search {
        next: &next,
        order: vec![None; next.len()],
        low: vec![0; next.len()],
        stack: Vec::new(),
        is_stacked: vec![false; next.len()],
        out: Vec::new(),
        count: 0,
    };
    for root in 0..next.len() {
        search.from(root);
    }
    search.out
}

struct Search<'n> {
    next: &'n [Vec<usize>],
    order: Vec<Option<usize>>,
    low: Vec<usize>,
    stack: Vec<usize>,
    is_stacked: Vec<bool>,
    out: Vec<Vec<usize>>,
    count: usize,
}

impl Search<'_> {
    fn visit(&mut self, node: usize) {
        if let (Some(order), Some(low)) = (self.order.get_mut(node), self.low.get_mut(node)) {
            *order = Some(self.count);
            *low = self.count;
        }
        self.count += 1;
        self.stack.push(node);
        self.mark(node, true);
    }

    fn mark(&mut self, node: usize, stacked: bool) {
        if let Some(known) = self.is_stacked.get_mut(node) {
            *known = stacked;
        }
    }

    fn lower(&mut self, node: usize, bound: usize) {
        if let Some(low) = self.low.get_mut(node) {
            *low = (*low).min(bound);
        }
    }

    fn from(&mut self, root: usize) {
        if self.order.get(root).copied().flatten().is_some() {
            return;
        }
        self.visit(root);
        let mut path = vec![(root, 0)];
        while let Some((node, edge)) = path.pop() {
            if let Some(to) = self.next.get(node).and_then(|edges| edges.get(edge)).copied() {
                path.push((node, edge + 1));
                match self.order.get(to).copied().flatten() {
                    None => {
                        self.visit(to);
                        path.push((to, 0));
                    }
                    Some(order) if self.is_stacked.get(to) == Some(&true) => self.lower(node, order),
                    Some(_) => {}
                }
                continue;
            }
            let low = self.low.get(node).copied().unwrap_or_default();
            if let Some((above, _)) = path.last() {
                self.lower(*above, low);
            }
            if self.order.get(node).copied().flatten() == Some(low) {
                let start = self.stack.iter().rposition(|at| *at == node).unwrap_or_default();
                let mut component = self.stack.split_off(start);
                component.sort_unstable();
                component.iter().for_each(|node| self.mark(*node, false));
                self.out.push(component);
            }
        }
    }
}
