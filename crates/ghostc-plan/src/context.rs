//! Which tasks read what belongs to no task.
//!
//! What authors declare and operations are read with all that stands beside them. A section of a spec is read with what
//! leads to it, with what binds or defines words in the chapters around it, with what it refers to, and with what proves
//! it: what explains and asks for nothing is shown to those that refer to it alone.

use crate::plan::{Proof, TaskGraph, is_of_sections};
use ghostc_spec::chapters;
use ghostc_spec::library::{Document, Package};
use ghostc_syntax::{FileId, Span, Strength};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Which tasks read what belongs to no task.
pub struct ContextReaders {
    tasks: usize,
    /// For each document of sections, its parts; nothing where every task reads everything.
    documents: Option<BTreeMap<FileId, ContextParts>>,
}

/// The text before the first heading, and the own text of each heading, without the sections below it.
struct ContextParts {
    /// Where each starts.
    starts: Vec<u32>,
    parts: Vec<ContextPart>,
}

#[derive(Clone, Default)]
struct ContextPart {
    /// The tasks that it is for.
    scope: Range<usize>,
    /// The tasks that refer to it.
    referring: BTreeSet<usize>,
    /// The part of the heading around it.
    above: Option<usize>,
}

impl ContextReaders {
    /// Looks up what the tasks of a graph read.
    pub fn of(package: &Package, graph: &TaskGraph) -> ContextReaders {
        let tasks = graph.tasks.len();
        if !is_of_sections(package, graph.asked) {
            return ContextReaders {
                tasks,
                documents: None,
            };
        }
        let documents = package
            .specs()
            .map(|(_, home)| (home.spec.file, ContextParts::of(home, package, graph)));
        let mut documents: BTreeMap<FileId, ContextParts> = documents.collect();
        for (reader, to) in references(package, graph) {
            let part = documents
                .get_mut(&to.file)
                .and_then(|parts| parts.part_mut(to.start));
            part.into_iter().for_each(|part| {
                part.referring.insert(reader);
            });
        }
        ContextReaders {
            tasks,
            documents: Some(documents),
        }
    }

    /// Whether every task reads all of it.
    pub fn is_shared_by_all(&self) -> bool {
        self.documents.is_none()
    }

    /// The tasks that read what stands at a place that lies in no task, by their places in the graph.
    pub fn readers(&self, place: Span) -> BTreeSet<usize> {
        let Some(documents) = &self.documents else {
            return (0..self.tasks).collect();
        };
        let found = documents
            .get(&place.file)
            .and_then(|parts| Some((parts, parts.at(place.start)?)));
        let Some((parts, at)) = found else {
            return BTreeSet::new();
        };
        let mut readers: BTreeSet<usize> = parts
            .parts
            .get(at)
            .map_or(0..0, |part| part.scope.clone())
            .collect();
        let mut next = Some(at);
        while let Some(part) = next.and_then(|at| parts.parts.get(at)) {
            readers.extend(&part.referring);
            next = part.above;
        }
        readers
    }
}

/// The tasks whose text refers to a heading, with the heading.
fn references<'a>(package: &'a Package, graph: &'a TaskGraph) -> impl Iterator<Item = (usize, Span)> + 'a {
    let sections = crate::plan::section_index(&graph.tasks);
    let found = package
        .references
        .iter()
        .filter_map(|reference| Some((reference, reference.to?)));
    found.flat_map(move |(reference, to)| {
        sections
            .around(reference.span)
            .map(move |at| (at, to))
            .collect::<Vec<_>>()
    })
}

impl ContextParts {
    fn of(home: &Document, package: &Package, graph: &TaskGraph) -> ContextParts {
        let headings = &home.spec.headings;
        let file = home.spec.file;
        let all = 0..graph.tasks.len();
        // The tasks of a document stand side by side, in its order.
        let first = graph
            .tasks
            .iter()
            .position(|task| task.section.file == file)
            .unwrap_or(all.end);
        let starts: Vec<u32> = graph
            .tasks
            .iter()
            .skip(first)
            .take_while(|task| task.section.file == file)
            .map(|task| task.section.start)
            .collect();
        let below = |section: Span| {
            let before = |bound: u32| first + starts.partition_point(|start| *start < bound);
            before(section.start)..before(section.end)
        };
        let whole = first..first + starts.len();
        let or_all = |tasks: Range<usize>| if tasks.is_empty() { all.clone() } else { tasks };
        let mut binds = BTreeSet::new();
        for statement in package
            .statements
            .iter()
            .filter(|statement| statement.span.file == file)
        {
            if statement.strength != Strength::May {
                binds.insert(home.spec.heading_at(statement.span.start));
            }
        }
        let mut parts = vec![ContextPart {
            scope: or_all(whole.clone()),
            ..ContextPart::default()
        }];
        // Whether a heading is one of a chapter that explains or says what is proven, or lies in one.
        let mut explaining: Vec<bool> = Vec::with_capacity(headings.len());
        // What a matrix proves of some tasks is for these alone.
        let mut proving: Vec<bool> = Vec::with_capacity(headings.len());
        let proofs = graph.proofs.iter().filter(|proof| proof.section.file == file);
        let proofs: BTreeMap<usize, &Proof> = proofs.map(|proof| (proof.heading, proof)).collect();
        for (at, heading) in headings.iter().enumerate() {
            let own = below(heading.section());
            let parent = heading.parent();
            let title = heading.text.as_str();
            let inherited = |of: &[bool]| parent.and_then(|at| of.get(at).copied()).unwrap_or(false);
            let only_explains = chapters::explains(title) && !chapters::defines(title);
            let explains =
                own.is_empty() && (inherited(&explaining) || only_explains || chapters::checks(title));
            explaining.push(explains);
            let proof = proofs.get(&at).filter(|proof| !proof.tasks.is_empty());
            let proves = proof.is_some() || inherited(&proving);
            proving.push(proves);
            let scope = if !own.is_empty() {
                own
            } else if proves || explains && !binds.contains(&Some(at)) {
                0..0
            } else {
                let mut around = parent;
                let mut tasks = 0..0;
                while let Some(section) = around.and_then(|at| headings.get(at)) {
                    tasks = below(section.section());
                    if !tasks.is_empty() {
                        break;
                    }
                    around = section.parent();
                }
                or_all(if tasks.is_empty() { whole.clone() } else { tasks })
            };
            parts.push(ContextPart {
                scope,
                referring: proof
                    .into_iter()
                    .flat_map(|proof| proof.tasks.iter().copied())
                    .collect(),
                above: parent.map(|at| at + 1),
            });
        }
        ContextParts {
            starts: headings.iter().map(|heading| heading.span.start).collect(),
            parts,
        }
    }

    /// The part that a byte lies in.
    fn at(&self, start: u32) -> Option<usize> {
        let at = self.starts.partition_point(|heading| *heading <= start);
        (at < self.parts.len()).then_some(at)
    }

    fn part_mut(&mut self, start: u32) -> Option<&mut ContextPart> {
        let at = self.at(start)?;
        self.parts.get_mut(at)
    }
}

#[cfg(test)]
mod tests;
