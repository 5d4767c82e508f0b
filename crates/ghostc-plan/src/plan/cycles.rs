//! Cycles: broken by dropping inferred edges, the last in the document first, and said; any other is an error.

use super::waits::{Found, Waits};
use super::{Reason, Rule, Task};
use crate::codes;
use ghostc_spec::library::Package;
use ghostc_syntax::{Diagnostic, Span};

/// Makes the dependencies of tasks acyclic where inferred ones allow it, and reports every one that was dropped and every
/// circle left.
pub(super) fn break_or_report(
    waits: &mut Waits,
    tasks: &[Task],
    package: &Package,
    findings: &mut Vec<Diagnostic>,
) {
    let mut may_be_left = true;
    while may_be_left {
        let circles = circles(waits);
        let mut sections = vec![None; waits.count()];
        for (at, circle) in circles.iter().enumerate() {
            for task in circle {
                sections
                    .get_mut(*task)
                    .into_iter()
                    .for_each(|home| *home = Some(at));
            }
        }
        // A circle that is cut is gone, and one that loses a dependency may have another way round.
        may_be_left = false;
        // No circle goes through two components, so each is broken at one place before they are looked for again.
        for (at, tasks_in) in circles.iter().enumerate() {
            let is_inside = |task: usize| sections.get(task) == Some(&Some(at));
            match last_inferred(waits, tasks_in, &is_inside) {
                Some((from, found)) => {
                    drop_edge(waits, tasks, from, found, findings);
                    may_be_left = true;
                }
                None => {
                    findings.push(cyclic(waits, tasks, tasks_in, &is_inside, package));
                    waits.cut(tasks_in);
                }
            }
        }
    }
}

/// The inferred dependency inside a circle that stands last in the document, with the task that it is of.
fn last_inferred(
    waits: &Waits,
    circle: &[usize],
    is_inside: &dyn Fn(usize) -> bool,
) -> Option<(usize, Found)> {
    let all = circle
        .iter()
        .flat_map(|at| waits.inferred(*at).map(|found| (*at, found)));
    let inside = all.filter(|(_, (to, ..))| is_inside(*to));
    inside.max_by_key(|(at, (to, _, span))| (*span, *at, *to))
}

fn drop_edge(
    waits: &mut Waits,
    tasks: &[Task],
    from: usize,
    (to, rule, span): Found,
    findings: &mut Vec<Diagnostic>,
) {
    waits.remove(from, to);
    // Where the other task says `Depends on`, its author has decided, and there is nothing to tell.
    let back = waits.between(to, from);
    let decided = back.is_some_and(|(rule, _)| rule.reason() == Reason::Explicit);
    let (Some(from), Some(to), false) = (tasks.get(from), tasks.get(to), decided) else {
        return;
    };
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
    findings.push(found.help("Write `Depends on` before the name that is meant, to decide it."));
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
    while let Some(last) = path.last() {
        let inside = waits.of(*last).map(|(to, ..)| to).filter(|to| is_inside(*to));
        let Some(next) = inside.min() else {
            break;
        };
        if let Some(start) = path.iter().position(|at| *at == next) {
            return path.split_off(start);
        }
        path.push(next);
    }
    path
}

/// Strongly connected components of more than one task by Tarjan's algorithm, without recursion: a spec may have
/// thousands of tasks in a row.
fn circles(waits: &Waits) -> Vec<Vec<usize>> {
    let count = waits.count();
    let mut search = Search {
        waits,
        order: vec![None; count],
        low: vec![0; count],
        stack: Vec::new(),
        is_stacked: vec![false; count],
        out: Vec::new(),
        count: 0,
    };
    for root in 0..count {
        search.from(root);
    }
    search.out
}

struct Search<'w> {
    waits: &'w Waits,
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
        let waits = self.waits;
        let mut path = vec![(root, waits.of(root))];
        while let Some((node, rest)) = path.last_mut() {
            let node = *node;
            if let Some((to, ..)) = rest.next() {
                match self.order.get(to).copied().flatten() {
                    None => {
                        self.visit(to);
                        path.push((to, waits.of(to)));
                    }
                    Some(order) if self.is_stacked.get(to) == Some(&true) => self.lower(node, order),
                    Some(_) => {}
                }
                continue;
            }
            path.pop();
            let low = self.low.get(node).copied().unwrap_or_default();
            if let Some((above, _)) = path.last() {
                self.lower(*above, low);
            }
            if self.order.get(node).copied().flatten() == Some(low) {
                let start = self.stack.iter().rposition(|at| *at == node).unwrap_or_default();
                let mut component = self.stack.split_off(start);
                component.sort_unstable();
                component.iter().for_each(|node| self.mark(*node, false));
                if component.len() > 1 {
                    self.out.push(component);
                }
            }
        }
    }
}
