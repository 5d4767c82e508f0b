//! Which task depends on which: what its author declared, and what the text of one names of another.

use super::by_id::ById;
use super::waits::{Found, StatedRange, Waits};
use super::{Origin, Rule, SectionIndex, Task, TaskGraph, prose, slices};
use ghostc_spec::facts::DeclaredTask;
use ghostc_spec::facts::with_ancestors;
use ghostc_spec::library::Package;
use ghostc_syntax::{Expectation, Sources, Span, starting_in};
use std::collections::BTreeMap;

/// All dependencies of the tasks of a graph.
pub(super) fn find(
    graph: &TaskGraph,
    package: &Package,
    sources: &Sources,
    sections: &SectionIndex,
) -> Waits {
    let in_words = |task: &Task| matches!(task.origin, Origin::Package | Origin::Section(_));
    if graph.tasks.iter().all(in_words) {
        Waits::new(in_text(graph, package, sources, sections), Vec::new(), Vec::new())
    } else {
        of_facts(graph, package)
    }
}

/// What authors declared of their tasks; scenarios verify their requirements.
fn of_facts(graph: &TaskGraph, package: &Package) -> Waits {
    let (mut declared, mut requirements) = (BTreeMap::new(), BTreeMap::new());
    for (at, task) in graph.tasks.iter().enumerate() {
        match task.origin {
            Origin::Declared(of) => declared.insert(of, at),
            Origin::Requirement(of) => requirements.insert(of, at),
            Origin::Package | Origin::Section(_) | Origin::Scenario(_) | Origin::Slice(_) => None,
        };
    }
    let of_task = |task: &Task| -> Vec<Found> {
        if let Some(found) = task.declared(package) {
            let edges = found.edges.iter();
            return edges
                .filter_map(|edge| Some((*declared.get(&edge.to)?, edge.rule, edge.span)))
                .collect();
        }
        if let Some(slice) = task.slice(package) {
            return slices::after(slice).collect();
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
    let by_id = ById::new(&package.facts.tasks, &declared);
    let items: BTreeMap<usize, usize> = declared.iter().map(|(item, place)| (*place, *item)).collect();
    let said = (0..graph.tasks.len()).map(|place| {
        let item = items.get(&place).copied();
        item.map_or_else(Vec::new, |item| said(&package.facts.tasks, item, &by_id))
    });
    let said = said.collect();
    let found = graph.tasks.iter().map(of_task).collect();
    Waits::new(found, said, by_id.into_places())
}

/// What a task of a list and the groups that it is in say that they depend on.
fn said(list: &[DeclaredTask], item: usize, by_id: &ById<'_>) -> Vec<StatedRange> {
    let all = with_ancestors(list, item).filter_map(|at| list.get(at));
    let ids = all.flat_map(|item| &item.depends_on);
    ids.flat_map(|ids| by_id.stretches(ids).map(|stretch| (stretch, ids.span)))
        .collect()
}

/// What the texts of tasks name: operations, sections, terms.
fn in_text(
    graph: &TaskGraph,
    package: &Package,
    sources: &Sources,
    sections: &SectionIndex,
) -> Vec<Vec<Found>> {
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
    for (from, to, span) in called_in_cases(graph, package, &by_operation) {
        edges
            .get_mut(from)
            .into_iter()
            .for_each(|found| found.push((to, Rule::Names, span)));
    }
    let mut add = |from: usize, to: usize, rule: Rule, span: Span| {
        edges
            .get_mut(from)
            .into_iter()
            .for_each(|found| found.push((to, rule, span)));
    };
    for (from, to, span) in referenced_sections(package, sections) {
        add(from, to, Rule::Section, span);
    }
    if by_operation.is_empty() {
        prose::terms(graph, package, sources, sections, &mut add);
    } else {
        prose::words_between_operations(graph, package, sources, sections, &by_operation, &mut add);
    }
    edges
}

/// The steps of one task's cases that call what another task makes: which, which, and where.
fn called_in_cases(
    graph: &TaskGraph,
    package: &Package,
    operations: &BTreeMap<&str, usize>,
) -> Vec<(usize, usize, Span)> {
    let makers: BTreeMap<usize, usize> = graph
        .tasks
        .iter()
        .enumerate()
        .flat_map(|(task, found)| found.operations.iter().map(move |operation| (*operation, task)))
        .collect();
    let mut found = Vec::new();
    for case in package.cases.iter().filter(|case| case.skip.is_none()) {
        let Expectation::Steps(steps) = &case.expect else {
            continue;
        };
        let Some(from) = case.operation.and_then(|at| makers.get(&at)) else {
            continue;
        };
        let called = steps
            .iter()
            .filter_map(|step| operations.get(step.operation.as_str()));
        found.extend(called.filter(|to| *to != from).map(|to| (*from, *to, case.span)));
    }
    found
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
    let own = task.sections().filter(|section| section.file == home.spec.file);
    let sentences =
        own.flat_map(|section| starting_in(&home.spec.sentences, section, |found| found.span.start));
    for sentence in sentences {
        let text = sources.slice(sentence.span);
        for (offset, code) in prose::code_spans(text) {
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

/// References that lead from one task's section into one's: which, which, and where it says so.
fn referenced_sections(package: &Package, sections: &SectionIndex) -> Vec<(usize, usize, Span)> {
    let mut found = Vec::new();
    for reference in &package.references {
        if let Some(to) = reference.to.and_then(|to| sections.first(to)) {
            let from = sections.around(reference.span);
            found.extend(from.map(|from| (from, to, reference.span)));
        }
    }
    found
}
