//! Which task depends on which: what its author declared, and what the text of one names of another.

use super::{Edge, Homes, Origin, Rule, Task, TaskGraph, prose};
use crate::library::Package;
use ghostc_syntax::{Sources, Span};
use std::collections::BTreeMap;

/// A dependency by the place of the task that comes first.
pub(super) type Found = (usize, Rule, Span);

/// Adds the edges of all tasks.
pub(super) fn find(graph: &mut TaskGraph, package: &Package, sources: &Sources, homes: &Homes) {
    let in_words = |task: &Task| matches!(task.origin, Origin::Package | Origin::Section(_));
    let mut edges = if graph.tasks.iter().all(in_words) {
        in_text(graph, package, sources, homes)
    } else {
        of_facts(graph, package)
    };
    for (at, found) in edges.iter_mut().enumerate() {
        found.retain(|(to, ..)| *to != at);
    }
    let ids: Vec<String> = graph.tasks.iter().map(|task| task.id.clone()).collect();
    for (task, found) in graph.tasks.iter_mut().zip(edges) {
        task.depends_on = strongest(found, &ids);
    }
}

/// What authors declared of their tasks; scenarios verify their requirements.
fn of_facts(graph: &TaskGraph, package: &Package) -> Vec<Vec<Found>> {
    let (mut declared, mut requirements) = (BTreeMap::new(), BTreeMap::new());
    for (at, task) in graph.tasks.iter().enumerate() {
        match task.origin {
            Origin::Declared(of) => declared.insert(of, at),
            Origin::Requirement(of) => requirements.insert(of, at),
            Origin::Package | Origin::Section(_) | Origin::Scenario(_) => None,
        };
    }
    let of_task = |task: &Task| -> Vec<Found> {
        if let Some(found) = task.declared(package) {
            let edges = found.edges.iter();
            return edges
                .filter_map(|edge| Some((*declared.get(&edge.to)?, edge.rule, edge.span)))
                .collect();
        }
        let Origin::Scenario(at) = task.origin else {
            return Vec::new();
        };
        let scenario = package.facts.scenarios.get(at);
        let verified = scenario
            .and_then(|scenario| Some((*requirements.get(&scenario.requirement.get()?)?, scenario.span)));
        verified
            .map(|(to, span)| (to, Rule::Verifies, span))
            .into_iter()
            .collect()
    };
    graph.tasks.iter().map(of_task).collect()
}

/// What the texts of tasks name: operations, sections, terms.
fn in_text(graph: &TaskGraph, package: &Package, sources: &Sources, homes: &Homes) -> Vec<Vec<Found>> {
    let by_operation: BTreeMap<&str, usize> = graph
        .tasks
        .iter()
        .enumerate()
        .flat_map(|(task, found)| found.operations.iter().map(move |operation| (task, *operation)))
        .filter_map(|(task, operation)| Some((package.operations.get(operation)?.name.as_str(), task)))
        .collect();
    let mut edges: Vec<Vec<Found>> = graph
        .tasks
        .iter()
        .map(|task| named_operations(task, package, sources, &by_operation))
        .collect();
    let mut add = |from: usize, to: usize, rule: Rule, span: Span| {
        edges
            .get_mut(from)
            .into_iter()
            .for_each(|found| found.push((to, rule, span)));
    };
    for (from, to, span) in referenced_sections(package, homes) {
        add(from, to, Rule::Section, span);
    }
    if by_operation.is_empty() {
        prose::terms(graph, package, sources, homes, &mut add);
        let mut verified = Vec::new();
        let refers = |at: usize| {
            let mut found = edges.get(at).into_iter().flatten();
            found.any(|(_, rule, _)| *rule == Rule::Section)
        };
        prose::verifications(graph, package, &refers, &mut verified);
        for (from, to, span) in verified {
            edges
                .get_mut(from)
                .into_iter()
                .for_each(|found| found.push((to, Rule::Verifies, span)));
        }
    } else {
        prose::words_between_operations(graph, package, sources, homes, &by_operation, &mut add);
    }
    edges
}

/// One edge for each task depended on: the best reason, and its first mention.
fn strongest(found: Vec<Found>, ids: &[String]) -> Vec<Edge> {
    let mut best: BTreeMap<usize, (Rule, Span)> = BTreeMap::new();
    for (to, rule, span) in found {
        let known = best.entry(to).or_insert((rule, span));
        // A title says less than words do.
        let worth = |(rule, span): (Rule, Span)| (rule.reason(), rule == Rule::Verifies, span, rule);
        if worth((rule, span)) < worth(*known) {
            *known = (rule, span);
        }
    }
    best.into_iter()
        .filter_map(|(to, (rule, span))| {
            Some(Edge {
                to: ids.get(to)?.clone(),
                rule,
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
) -> Vec<Found> {
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
        for (offset, code) in code_spans(text) {
            let name = code.split_once('(').map_or(code, |(name, _)| name);
            if let Some(to) = operations.get(name) {
                let start = sentence.span.start as usize + offset;
                let span = Span::new(sentence.span.file, start, start + code.len());
                found.push((*to, naming(text), span));
            }
        }
    }
    found
}

/// What it means that a sentence names an operation.
fn naming(sentence: &str) -> Rule {
    let start = sentence.trim_start_matches(['*', '_']).get(.."depends on".len());
    let explicit = start.is_some_and(|start| start.eq_ignore_ascii_case("depends on"));
    if explicit { Rule::Depends } else { Rule::Names }
}

/// The code spans of a sentence with their offsets; a span that is not closed ends the search.
pub(super) fn code_spans(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + text.get(at..)?.find('`')?;
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
        let len = text.get(inside..).and_then(close)?;
        at = inside + len + ticks;
        Some((inside, text.get(inside..inside + len)?))
    })
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
