//! Which task depends on which: what the text of one names of another.

use super::{Edge, Homes, Reason, Task, TaskGraph};
use crate::library::Package;
use ghostc_syntax::{Sources, Span};
use std::collections::BTreeMap;

/// Adds the edges of all tasks.
pub(super) fn find(graph: &mut TaskGraph, package: &Package, sources: &Sources, homes: &Homes) {
    let by_operation: BTreeMap<&str, usize> = graph
        .tasks
        .iter()
        .enumerate()
        .flat_map(|(task, found)| found.operations.iter().map(move |operation| (task, *operation)))
        .filter_map(|(task, operation)| Some((package.operations.get(operation)?.name.as_str(), task)))
        .collect();
    let mut edges: Vec<Vec<(usize, Reason, Span)>> = graph
        .tasks
        .iter()
        .map(|task| named_operations(task, package, sources, &by_operation))
        .collect();
    for (from, to, span) in referenced_sections(package, homes) {
        if let Some(found) = edges.get_mut(from) {
            found.push((to, Reason::Inferred, span));
        }
    }
    for (at, found) in edges.iter_mut().enumerate() {
        found.retain(|(to, ..)| *to != at);
    }
    let ids: Vec<String> = graph.tasks.iter().map(|task| task.id.clone()).collect();
    for (task, found) in graph.tasks.iter_mut().zip(edges) {
        task.depends_on = strongest(found, &ids);
    }
}

/// One edge for each task depended on: the best reason, and its first mention.
fn strongest(found: Vec<(usize, Reason, Span)>, ids: &[String]) -> Vec<Edge> {
    let mut best: BTreeMap<usize, (Reason, Span)> = BTreeMap::new();
    for (to, reason, span) in found {
        let known = best.entry(to).or_insert((reason, span));
        *known = (*known).min((reason, span));
    }
    best.into_iter()
        .filter_map(|(to, (reason, span))| {
            Some(Edge {
                to: ids.get(to)?.clone(),
                reason,
                span,
            })
        })
        .collect()
}

/// Mentions of other operations in code spans of a task's prose: `` `parse` `` or `` `parse(text)` ``.
fn named_operations(
    task: &Task,
    package: &Package,
    sources: &Sources,
    operations: &BTreeMap<&str, usize>,
) -> Vec<(usize, Reason, Span)> {
    let home = package
        .documents
        .get(task.document)
        .filter(|_| operations.len() > 1);
    let Some(home) = home else { return Vec::new() };
    let mut found = Vec::new();
    let first = home
        .spec
        .sentences
        .partition_point(|sentence| sentence.span.start < task.section.start);
    for sentence in home
        .spec
        .sentences
        .iter()
        .skip(first)
        .take_while(|sentence| sentence.span.end <= task.section.end)
    {
        let text = sources.slice(sentence.span);
        let start = text.trim_start_matches(['*', '_']).get(.."depends on".len());
        let explicit = start.is_some_and(|start| start.eq_ignore_ascii_case("depends on"));
        let reason = if explicit {
            Reason::Explicit
        } else {
            Reason::Inferred
        };
        for (offset, code) in code_spans(text) {
            let name = code.split_once('(').map_or(code, |(name, _)| name);
            if let Some(to) = operations.get(name) {
                let start = sentence.span.start as usize + offset;
                found.push((
                    *to,
                    reason,
                    Span::new(sentence.span.file, start, start + code.len()),
                ));
            }
        }
    }
    found
}

/// The code spans of a sentence with their offsets; a span that is not closed ends the search.
fn code_spans(text: &str) -> Vec<(usize, &str)> {
    let mut spans = Vec::new();
    let mut at = 0;
    while let Some(open) = text.get(at..).and_then(|rest| rest.find('`')) {
        let start = at + open;
        let ticks = text
            .get(start..)
            .map_or(0, |rest| rest.len() - rest.trim_start_matches('`').len());
        let inside = start + ticks;
        let close = |rest: &str| {
            if ticks == 1 {
                rest.find('`')
            } else {
                rest.find(&"`".repeat(ticks))
            }
        };
        let Some(len) = text.get(inside..).and_then(close) else {
            break;
        };
        spans.extend(text.get(inside..inside + len).map(|code| (inside, code)));
        at = inside + len + ticks;
    }
    spans
}

/// References that lead from one task's section into one's: which, which, and where it says so.
fn referenced_sections(package: &Package, homes: &Homes) -> Vec<(usize, usize, Span)> {
    let mut found = Vec::new();
    for reference in &package.references {
        if let Some(to) = reference.to.and_then(|to| homes.first(to)) {
            let from = homes.around(reference.span);
            found.extend(from.map(|from| (from, to, reference.span)));
        }
    }
    found
}
