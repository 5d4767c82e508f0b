//! Which nodes of three trees are the same one: the base's with each side's by matching, what both sides add by name.

use super::tree::{NodeKind, Tree};
use ghostc_spec::content::subject;
use ghostc_spec::matching::{Outline, OutlineSection, Pairs, Unit, match_outlines, rewritten, tokens};
use std::collections::BTreeMap;

/// The places of the base, of ours and of theirs in lists of three.
pub(super) const BASE: usize = 0;
/// See [`BASE`].
pub(super) const OURS: usize = 1;
/// See [`BASE`].
pub(super) const THEIRS: usize = 2;

/// One number for all nodes that are the same.
pub(super) struct Ids {
    /// For each tree, the number of each of its nodes.
    of: [Vec<usize>; 3],
    /// For each number, its node in each tree.
    at: Vec<[Option<usize>; 3]>,
}

impl Ids {
    /// Finds which nodes are the same.
    pub(super) fn of(trees: [&Tree; 3]) -> Ids {
        let [base, ours, theirs] = trees;
        let (one, other) = (pairs(base, ours), pairs(base, theirs));
        let both = added(trees, &one, &other);
        let mut at: Vec<[Option<usize>; 3]> = (0..base.nodes.len())
            .map(|node| [Some(node), one.new_of(node), other.new_of(node)])
            .collect();
        let mut of = [(0..base.nodes.len()).collect::<Vec<_>>(), Vec::new(), Vec::new()];
        for node in 0..ours.nodes.len() {
            let known = one.old_of(node);
            let id = known.unwrap_or(at.len());
            if known.is_none() {
                at.push([None, Some(node), both.new_of(node)]);
            }
            of[OURS].push(id);
        }
        for node in 0..theirs.nodes.len() {
            let known = other.old_of(node);
            let by_ours = both.old_of(node).and_then(|ours| of[OURS].get(ours).copied());
            let id = known.or(by_ours).unwrap_or(at.len());
            if id == at.len() {
                at.push([None, None, Some(node)]);
            }
            of[THEIRS].push(id);
        }
        Ids { of, at }
    }

    /// How many numbers there are.
    pub(super) fn len(&self) -> usize {
        self.at.len()
    }

    /// The number of a node.
    pub(super) fn id(&self, tree: usize, node: usize) -> usize {
        self.of
            .get(tree)
            .and_then(|of| of.get(node))
            .copied()
            .unwrap_or(0)
    }

    /// A number's nodes in the three trees.
    pub(super) fn nodes(&self, id: usize) -> [Option<usize>; 3] {
        self.at.get(id).copied().unwrap_or([None; 3])
    }
}

/// A tree as an outline, with the nodes of its sections and units.
struct Plan {
    outline: Outline,
    sections: Vec<usize>,
    units: Vec<usize>,
}

fn plan(tree: &Tree) -> Plan {
    let mut plan = Plan {
        outline: Outline::default(),
        sections: Vec::new(),
        units: Vec::new(),
    };
    let mut section_of: Vec<usize> = Vec::new();
    // The first unit of each item.
    let mut first_occurrence: BTreeMap<usize, usize> = BTreeMap::new();
    for (at, node) in tree.nodes.iter().enumerate() {
        let home = node.parent.and_then(|parent| section_of.get(parent).copied());
        if matches!(node.kind, NodeKind::Root | NodeKind::Section) {
            section_of.push(plan.sections.len());
            plan.sections.push(at);
            plan.outline.sections.push(OutlineSection {
                title: node.says.clone(),
                number: None,
                parent: home,
            });
            continue;
        }
        let home = home.unwrap_or(0);
        section_of.push(home);
        if !node.kind.is_leaf() || node.kind == NodeKind::Heading {
            continue;
        }
        let unit = plan.units.len();
        let mut parent = None;
        let mut above = node.parent;
        while let Some(item) = above {
            if tree.kind(item) == NodeKind::Item {
                let first = *first_occurrence.entry(item).or_insert(unit);
                if first != unit && parent.is_none() {
                    parent = Some(first);
                }
            }
            above = tree.parent(item);
        }
        plan.units.push(at);
        plan.outline.units.push(Unit {
            id: node.name.clone(),
            section: home,
            parent,
            key: subject(tree.head(at)),
            text: node.says.clone(),
            tokens: tokens(&node.says),
        });
    }
    plan
}

/// The pairs of nodes of the base and a side.
fn pairs(base: &Tree, side: &Tree) -> Pairs {
    let (old, new) = (plan(base), plan(side));
    let matching = match_outlines(&old.outline, &new.outline);
    let replaced = rewritten(&old.outline, &new.outline, &matching);
    let mut out = Pairs::none(base.nodes.len(), side.nodes.len());
    for (a, b) in matching.sections.iter() {
        if let (Some(a), Some(b)) = (old.sections.get(a), new.sections.get(b)) {
            out.add(*a, *b);
            if let (Some(a), Some(b)) = (heading(base, *a), heading(side, *b)) {
                out.add(a, b);
            }
        }
    }
    for (a, b) in matching.units.iter().chain(replaced.iter()) {
        if let (Some(a), Some(b)) = (old.units.get(a), new.units.get(b))
            && base.kind(*a) == side.kind(*b)
        {
            out.add(*a, *b);
        }
    }
    containers(base, side, &mut out);
    out
}

/// The heading of a section.
fn heading(tree: &Tree, section: usize) -> Option<usize> {
    tree.children(section)
        .first()
        .copied()
        .filter(|first| tree.kind(*first) == NodeKind::Heading)
}

/// Pairs lists, tables, paragraphs and items by what is in them, the deepest first.
fn containers(old: &Tree, new: &Tree, pairs: &mut Pairs) {
    let mut depths: Vec<usize> = Vec::new();
    for node in &new.nodes {
        depths.push(
            node.parent
                .and_then(|parent| depths.get(parent))
                .map_or(0, |depth| depth + 1),
        );
    }
    let mut levels: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, node) in new.nodes.iter().enumerate() {
        if node.kind.is_wrapper() || node.kind == NodeKind::Item {
            levels
                .entry(depths.get(at).copied().unwrap_or(0))
                .or_default()
                .push(at);
        }
    }
    for nodes in levels.values().rev() {
        let mut votes: BTreeMap<(usize, usize), usize> = BTreeMap::new();
        for at in nodes {
            for (place, child) in new.children(*at).iter().enumerate() {
                let parent = pairs.old_of(*child).and_then(|partner| old.parent(partner));
                if let Some(parent) = parent.filter(|parent| old.kind(*parent) == new.kind(*at)) {
                    // What an item says first is what it is.
                    *votes.entry((*at, parent)).or_default() += if place == 0 { 3 } else { 2 };
                }
            }
        }
        let mut votes: Vec<_> = votes.into_iter().collect();
        votes.sort_by_key(|((new, old), count)| (std::cmp::Reverse(*count), *new, *old));
        for ((new, old), _) in votes {
            pairs.add(old, new);
        }
    }
}

/// What names a leaf among those that one side adds: its name, in its section where that is enough, else its text.
type LeafKey = (NodeKind, Option<usize>, String);

/// The pairs of nodes that ours and theirs both add. Nodes of the base are in no pair.
fn added(trees: [&Tree; 3], one: &Pairs, other: &Pairs) -> Pairs {
    let [base, ours, theirs] = trees;
    let mut all = Pairs::none(ours.nodes.len(), theirs.nodes.len());
    for node in 0..base.nodes.len() {
        if let (Some(a), Some(b)) = (one.new_of(node), other.new_of(node)) {
            all.add(a, b);
        }
    }
    let known: std::collections::BTreeSet<&String> =
        base.nodes.iter().filter_map(|node| node.name.as_ref()).collect();
    let mut waiting: BTreeMap<LeafKey, Vec<usize>> = BTreeMap::new();
    // From the top down: what holds a node is paired before it.
    for at in (0..ours.nodes.len()).filter(|at| one.old_of(*at).is_none()) {
        let home = ours.parent(at).map(|parent| section(ours, parent));
        waiting.entry(key(ours, at, home, &known)).or_default().push(at);
    }
    for list in waiting.values_mut() {
        list.reverse();
    }
    for at in (0..theirs.nodes.len()).filter(|at| other.old_of(*at).is_none()) {
        let home = theirs.parent(at).map(|parent| section(theirs, parent));
        let home = home.map(|home| all.old_of(home).unwrap_or(usize::MAX));
        let key = key(theirs, at, home, &known);
        let is_wrapper = key.0.is_wrapper() || key.0 == NodeKind::Item;
        let Some(list) = waiting.get_mut(&key).filter(|_| !is_wrapper) else {
            continue;
        };
        let named = theirs.nodes.get(at).is_some_and(|node| node.name.is_some());
        let fits = |found: &usize| named || is_one_place((ours, one, *found), (theirs, other, at));
        if let Some(place) = list.iter().rposition(fits) {
            all.add(list.remove(place), at);
        }
    }
    containers(ours, theirs, &mut all);
    let mut out = Pairs::none(ours.nodes.len(), theirs.nodes.len());
    for (a, b) in all.iter() {
        if one.old_of(a).is_none() && other.old_of(b).is_none() {
            out.add(a, b);
        }
    }
    out
}

/// A node that a side adds: its tree, the pairs of the base with that, and the node.
type Added<'t> = (&'t Tree, &'t Pairs, usize);

/// Whether two additions stand at one place: in what is the same, behind or before what is the same. What stands in
/// something new is at the place of that.
fn is_one_place(ours: Added<'_>, theirs: Added<'_>) -> bool {
    let home = |(tree, pairs, at): Added<'_>| tree.parent(at).and_then(|parent| pairs.old_of(parent));
    let known = |(tree, pairs, at): Added<'_>, next: fn(&Tree, usize) -> Option<usize>| {
        let around = std::iter::successors(next(tree, at), |at| next(tree, *at));
        around.into_iter().find_map(|at| pairs.old_of(at))
    };
    match (home(ours), home(theirs)) {
        (None, None) => true,
        (one, other) if one == other => {
            known(ours, Tree::before) == known(theirs, Tree::before)
                || known(ours, Tree::after) == known(theirs, Tree::after)
        }
        _ => false,
    }
}

fn key(tree: &Tree, at: usize, home: Option<usize>, known: &std::collections::BTreeSet<&String>) -> LeafKey {
    let Some(node) = tree.nodes.get(at) else {
        return (NodeKind::Raw, None, String::new());
    };
    match (&node.kind, &node.name) {
        // A section's heading is paired as it is.
        (NodeKind::Heading, _) => (node.kind, home, String::new()),
        (NodeKind::Section, _) => (node.kind, home, node.says.clone()),
        (_, Some(name)) if is_local(name) => (node.kind, home, name.clone()),
        (_, Some(name)) if !known.contains(name) => (node.kind, None, name.clone()),
        _ => (node.kind, home, node.says.clone()),
    }
}

/// Whether a name means nothing outside its section.
pub(super) fn is_local(name: &str) -> bool {
    ["row ", "key ", "example ", "---"]
        .iter()
        .any(|start| name.starts_with(start))
}

/// The section that a node is or lies in.
fn section(tree: &Tree, at: usize) -> usize {
    let mut at = at;
    while !matches!(tree.kind(at), NodeKind::Section | NodeKind::Root) {
        at = tree.parent(at).unwrap_or(0);
    }
    at
}
