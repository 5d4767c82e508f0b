//! Kiro's waves and arrows. They say more than the order of the list, and stand in its place.

use super::flow::Flow;
use super::{Edges, arrows, leaves};
use crate::dialects::{Doc, documents};
use crate::facts::Rule;
use crate::facts::below;
use crate::facts::{DeclaredTask, Facts, TaskRole, Wave};
use crate::library::Package;
use ghostc_syntax::{Sources, Span};
use std::collections::{BTreeMap, BTreeSet};

/// Tasks by id, and those of groups.
struct Index<'t> {
    by_id: BTreeMap<&'t str, usize>,
    below: Vec<Vec<usize>>,
}

impl<'t> Index<'t> {
    fn new(tasks: &'t [DeclaredTask]) -> Index<'t> {
        let leaves = leaves(tasks).into_iter().map(|leaf| (leaf, leaf));
        let ids = tasks.iter().enumerate();
        Index {
            by_id: ids.map(|(at, task)| (task.id.as_str(), at)).collect(),
            below: below(tasks, leaves),
        }
    }

    /// The task of an id, or those of the group that has it.
    fn named(&self, id: &str) -> &[usize] {
        let below = self.by_id.get(id).and_then(|at| self.below.get(*at));
        below.map_or(&[], Vec::as_slice)
    }
}

/// Waves where there are some, else arrows, else document order.
pub(in crate::dialects) fn waves(facts: &mut Facts, package: &Package, sources: &Sources) {
    let index = Index::new(&facts.tasks);
    let mut edges = Edges::new(&facts.tasks);
    let mut listed = add_waves(&facts.waves, &facts.tasks, &index, &mut edges);
    if listed.is_empty() {
        let list = facts.tasks.first().map(|task| task.document);
        let doc = documents(package, sources).find(|doc| Some(doc.index) == list);
        listed = doc.map_or_else(BTreeSet::new, |doc| {
            add_arrows(doc, &facts.tasks, &index, &mut edges)
        });
    }
    if listed.is_empty() {
        let mut flow = Flow::new(&facts.tasks);
        leaves(&facts.tasks)
            .into_iter()
            .for_each(|task| flow.place(task, &mut edges));
    } else {
        add_others(&facts.tasks, &listed, &mut edges);
    }
    edges.store(&mut facts.tasks);
}

/// The tasks of a wave with the places where it names them, and those of them that may not be left out.
#[derive(Default)]
struct Members {
    all: Vec<(usize, Span)>,
    mandatory: Vec<usize>,
}

/// Every task of a wave waits for every task of the wave before, or of those that it names. Gives the tasks in waves.
fn add_waves(
    waves: &[Wave],
    tasks: &[DeclaredTask],
    index: &Index<'_>,
    edges: &mut Edges,
) -> BTreeSet<usize> {
    let named: BTreeSet<&str> = waves
        .iter()
        .flat_map(|wave| &wave.tasks)
        .map(|task| task.name.as_str())
        .collect();
    let mut listed = BTreeSet::new();
    let mut by_name: BTreeMap<&str, Members> = BTreeMap::new();
    let mut last = String::new();
    for wave in waves {
        let mut members = Members::default();
        for mention in &wave.tasks {
            let found = index.named(&mention.name).iter().copied();
            // A task that is named itself is not taken as one of its group.
            let own = |at: &usize| {
                tasks
                    .get(*at)
                    .is_some_and(|task| task.id == mention.name || !named.contains(task.id.as_str()))
            };
            for at in found
                .filter(own)
                .filter(|at| listed.insert(*at))
                .collect::<Vec<_>>()
            {
                members.all.push((at, mention.span));
                let mandatory = tasks.get(at).is_some_and(|task| !task.optional);
                members.mandatory.extend(mandatory.then_some(at));
            }
        }
        let before: Vec<&str> = if wave.after.is_empty() {
            vec![last.as_str()]
        } else {
            wave.after.iter().map(String::as_str).collect()
        };
        for to in before
            .iter()
            .filter_map(|name| by_name.get(name))
            .flat_map(|wave| &wave.mandatory)
        {
            for (from, span) in &members.all {
                edges.add(*from, *to, Rule::Wave, *span);
            }
        }
        // Nothing waits for a wave that may be left out: what follows waits for the one before.
        if !members.mandatory.is_empty() {
            last = wave.name.clone();
        }
        by_name.insert(&wave.name, members);
    }
    listed
}

/// `T1 --> T2`: the second waits for the first. Gives the tasks that arrows name.
fn add_arrows(doc: Doc<'_>, tasks: &[DeclaredTask], index: &Index<'_>, edges: &mut Edges) -> BTreeSet<usize> {
    let mut listed = BTreeSet::new();
    for arrow in arrows::read(doc) {
        let (first, second) = (named(&arrow.from, index), named(&arrow.to, index));
        for from in &second {
            for to in first
                .iter()
                .filter(|to| tasks.get(**to).is_some_and(|task| !task.optional))
            {
                edges.add(*from, *to, Rule::Wave, arrow.span);
            }
        }
        if !first.is_empty() && !second.is_empty() {
            listed.extend(first.into_iter().chain(second));
        }
    }
    listed
}

/// The tasks that a node of a drawing means: by its name, by `T1.2` or `T1_2`, or by how its label starts.
fn named(node: &arrows::Node, index: &Index<'_>) -> Vec<usize> {
    let number = node
        .name
        .trim_start_matches(|c: char| c.is_ascii_alphabetic() || c == '_');
    let label = node
        .label
        .split([' ', ':'])
        .next()
        .unwrap_or_default()
        .trim_end_matches('.');
    let names = [node.name.clone(), label.to_string(), number.replace('_', ".")];
    let found = names
        .iter()
        .map(|name| index.named(name))
        .find(|found| !found.is_empty());
    found.unwrap_or_default().to_vec()
}

/// Tasks that no wave has: a checkpoint waits for what stands before it, and others for the task before them. Nothing
/// in a wave waits for them.
fn add_others(tasks: &[DeclaredTask], listed: &BTreeSet<usize>, edges: &mut Edges) {
    let mut since: Vec<usize> = Vec::new();
    let mut last: Option<usize> = None;
    for at in leaves(tasks) {
        let Some(task) = tasks.get(at) else { continue };
        if task.role == TaskRole::Checkpoint && !listed.contains(&at) {
            for to in since.drain(..) {
                edges.add(at, to, Rule::Order, task.span);
            }
            since.push(at);
            continue;
        }
        if !listed.contains(&at) {
            last.into_iter()
                .for_each(|to| edges.add(at, to, Rule::Order, task.span));
        }
        if !task.optional {
            since.push(at);
            last = Some(at);
        }
    }
}
