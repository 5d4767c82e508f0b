//! One task for each slice of a program: the stretches of the spec that it makes, and the slices that come before it.

use super::{Origin, Rule, Task, TaskKind};
use ghostc_spec::library::Package;
use ghostc_spec::slice::Slice;
use ghostc_syntax::Span;
use std::collections::BTreeSet;

/// The tasks of a program, each at the place of its slice.
pub(super) fn slice_tasks(package: &Package) -> Vec<Task> {
    let covered = told_apart(package);
    let slices = package.slices.iter().enumerate();
    let mut tasks: Vec<Task> = slices
        .map(|(at, slice)| task(at, slice, package, &covered))
        .collect();
    let sections = super::section_index(&tasks);
    for (at, operation) in package.operations.iter().enumerate() {
        let maker = sections.first(operation.span);
        if let Some(task) = maker.and_then(|maker| tasks.get_mut(maker)) {
            task.operations.push(at);
        }
    }
    tasks
}

fn task(at: usize, slice: &Slice, package: &Package, covered: &BTreeSet<Span>) -> Task {
    let mut stretches = stretches(slice, covered).into_iter();
    let first = slice.covers.first();
    let heading = first.and_then(|first| {
        let home = package.documents.get(first.document)?;
        home.spec.headings.get(first.heading)
    });
    Task {
        id: slice.name.clone(),
        title: heading.map_or_else(|| slice.name.clone(), |heading| heading.text.clone()),
        kind: TaskKind::Work,
        document: first.map_or(0, |first| first.document),
        origin: Origin::Slice(at),
        // A slice that covers nothing is where its scenarios are.
        section: stretches.next().unwrap_or(slice.span),
        elsewhere: stretches.collect(),
        operations: Vec::new(),
        depends_on: Vec::new(),
        statements: Vec::new(),
        cases: Vec::new(),
    }
}

/// The sections that are somebody's own: those that slices cover, and those that are context.
fn told_apart(package: &Package) -> BTreeSet<Span> {
    let covers = package.slices.iter().flat_map(|slice| &slice.covers);
    let mut apart: BTreeSet<Span> = covers.map(|covered| covered.section).collect();
    apart.extend(package.context_sections());
    apart
}

/// What a slice covers, without the sections in it that another covers more closely or that are context. What stands side
/// by side is one stretch.
fn stretches(slice: &Slice, apart: &BTreeSet<Span>) -> Vec<Span> {
    let mut stretches: Vec<Span> = Vec::new();
    for covered in &slice.covers {
        let whole = covered.section;
        let mut start = whole.start;
        let mut keep = |start: u32, end: u32| {
            if start < end {
                stretches.push(Span { start, end, ..whole });
            }
        };
        let first = Span {
            end: whole.start,
            ..whole
        };
        let inside = apart
            .range(first..)
            .take_while(|inner| inner.file == whole.file && inner.start < whole.end);
        for inner in inside.filter(|inner| **inner != whole && whole.contains(**inner)) {
            // Sections lie side by side or inside each other: what begins before here lies in one that is cut out.
            if inner.start >= start {
                keep(start, inner.start);
                start = inner.end;
            }
        }
        keep(start, whole.end);
    }
    stretches.sort_unstable();
    stretches.dedup();
    let mut joined: Vec<Span> = Vec::new();
    for stretch in stretches {
        match joined.last_mut() {
            Some(last) if last.file == stretch.file && last.end == stretch.start => last.end = stretch.end,
            _ => joined.push(stretch),
        }
    }
    // The first is what it names first.
    let named = slice.covers.first().map(|first| first.section);
    let main = named.and_then(|named| joined.iter().position(|stretch| stretch.start == named.start));
    if let Some(first) = main.and_then(|main| joined.get_mut(..=main)) {
        first.rotate_right(1);
    }
    joined
}

/// What must be done before each slice, by its place.
pub(super) fn after(slice: &Slice) -> impl Iterator<Item = (usize, Rule, Span)> + '_ {
    slice.after.iter().map(|(before, said)| match said {
        Some(span) => (*before, Rule::Depends, *span),
        None => (*before, Rule::Order, slice.span),
    })
}

#[cfg(test)]
mod tests;
