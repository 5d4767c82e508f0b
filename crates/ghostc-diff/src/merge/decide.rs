//! Three trees into one: what is kept, where it stands, and what it says; edits that do not go together are clashes.

use super::identity::{BASE, Ids, OURS, THEIRS};
use super::leaf::{self, Clash, MergedPiece, Why};
use super::order;
use super::tree::{NodeKind, Tree};
use std::collections::{BTreeMap, BTreeSet};

/// A node of what comes out.
#[derive(Clone, Debug)]
pub(super) struct MergedNode {
    /// What it is; of a clash of a whole section or item, that.
    pub(super) kind: NodeKind,
    /// What it is the same as.
    pub(super) id: usize,
    /// The bytes before it.
    pub(super) lead: String,
    /// Its own text.
    pub(super) head: Vec<MergedPiece>,
    /// What is in it.
    pub(super) children: Vec<MergedNode>,
    /// What closes it.
    pub(super) tail: String,
    /// Names that it has on the sides that it comes from.
    pub(super) names: BTreeSet<String>,
}

/// What becomes of a node.
enum NodeOutcome {
    Keep,
    Drop,
    Clash(Why),
}

/// Three trees on their way to one.
pub(super) struct ThreeWay<'t> {
    trees: [&'t Tree; 3],
    ids: &'t Ids,
    /// What holds each node in what comes out.
    containers: Vec<Option<usize>>,
    /// What is in each node in what comes out, in no order.
    inside: BTreeMap<usize, BTreeSet<usize>>,
}

/// Makes one tree of three; nothing where the moves of the two sides go round in a circle.
pub(super) fn decide(trees: [&Tree; 3], ids: &Ids) -> Option<MergedNode> {
    let mut three = ThreeWay {
        trees,
        ids,
        containers: Vec::new(),
        inside: BTreeMap::new(),
    };
    for id in 0..ids.len() {
        let container_of = three.container_of(id);
        three.containers.push(container_of);
        if let Some(container_of) = container_of {
            three.inside.entry(container_of).or_default().insert(id);
        }
    }
    let mut made = three.make(0)?;
    let mut reached = BTreeSet::new();
    three.reach(0, &mut reached);
    if (0..ids.len()).any(|id| !reached.contains(&id)) {
        return None;
    }
    three.leads(&mut made);
    Some(made)
}

impl ThreeWay<'_> {
    fn tree(&self, side: usize) -> &Tree {
        self.trees.get(side).copied().unwrap_or(self.trees[BASE])
    }

    fn node(&self, id: usize, side: usize) -> Option<usize> {
        self.ids.nodes(id).get(side).copied().flatten()
    }

    fn parent(&self, id: usize, side: usize) -> Option<usize> {
        let parent = self.tree(side).parent(self.node(id, side)?)?;
        Some(self.ids.id(side, parent))
    }

    /// What holds a node: where a side moved it, else where it was. A side that removed it has no say.
    fn container_of(&self, id: usize) -> Option<usize> {
        let [base, ours, theirs] = [BASE, OURS, THEIRS].map(|side| self.parent(id, side));
        match (ours, theirs) {
            (None, None) => base,
            (Some(only), None) | (None, Some(only)) => Some(only),
            (Some(ours), Some(theirs)) if Some(ours) == base => Some(theirs),
            (Some(ours), Some(_)) => Some(ours),
        }
    }

    fn reach(&self, id: usize, reached: &mut BTreeSet<usize>) {
        if reached.insert(id) {
            for inner in self.inside.get(&id).into_iter().flatten() {
                self.reach(*inner, reached);
            }
        }
    }

    fn kind(&self, id: usize) -> NodeKind {
        let sides = [OURS, THEIRS, BASE];
        let found = sides
            .iter()
            .find_map(|side| Some(self.tree(*side).kind(self.node(id, *side)?)));
        found.unwrap_or(NodeKind::Raw)
    }

    fn fate(&self, id: usize) -> NodeOutcome {
        let kind = self.kind(id);
        match self.ids.nodes(id) {
            _ if kind.is_wrapper() => NodeOutcome::Keep,
            [Some(_), None, None] => NodeOutcome::Drop,
            [Some(_), Some(_), None] if self.changed(id, OURS) => NodeOutcome::Clash(Why::TheirsRemoves),
            [Some(_), None, Some(_)] if self.changed(id, THEIRS) => NodeOutcome::Clash(Why::OursRemoves),
            [Some(_), _, None] | [Some(_), None, _] => NodeOutcome::Drop,
            [None, Some(ours), Some(theirs)] => {
                let is_group = kind == NodeKind::Section && self.is_group(ours);
                let same = is_group || self.says(ours, OURS) == self.says(theirs, THEIRS);
                if same {
                    NodeOutcome::Keep
                } else {
                    NodeOutcome::Clash(Why::BothAdd)
                }
            }
            [_, _, _] => NodeOutcome::Keep,
        }
    }

    /// Whether a section is a group of cases, in which each case stands for itself.
    fn is_group(&self, node: usize) -> bool {
        let tree = self.tree(OURS);
        tree.leaves(node)
            .iter()
            .any(|leaf| matches!(tree.kind(*leaf), NodeKind::Case | NodeKind::Entry))
    }

    fn says(&self, node: usize, side: usize) -> Vec<&str> {
        let tree = self.tree(side);
        tree.leaves(node)
            .into_iter()
            .map(|leaf| tree.says(leaf))
            .collect()
    }

    /// Whether a side changed a node, or what is in it and not moved elsewhere.
    fn changed(&self, id: usize, side: usize) -> bool {
        let [Some(was), Some(is)] = [self.node(id, BASE), self.node(id, side)] else {
            return true;
        };
        let (base, tree) = (self.tree(BASE), self.tree(side));
        if self.kind(id).is_leaf() {
            return base.says(was) != tree.says(is);
        }
        let inner = tree.children(is).iter().map(|child| self.ids.id(side, *child));
        let mut inner = inner.filter(|child| self.containers.get(*child).copied().flatten() == Some(id));
        inner.any(|child| {
            let came = self.parent(child, BASE) != Some(id) && !self.kind(child).is_wrapper();
            let wrapper = self.kind(child).is_wrapper();
            came || match self.node(child, BASE) {
                None if wrapper => self.inside.get(&child).is_some_and(|inside| !inside.is_empty()),
                _ => self.changed(child, side),
            }
        })
    }

    fn make(&self, id: usize) -> Option<MergedNode> {
        let kind = self.kind(id);
        let mut made = MergedNode {
            kind,
            id,
            lead: String::new(),
            head: Vec::new(),
            children: Vec::new(),
            tail: String::new(),
            names: BTreeSet::new(),
        };
        let nodes = self.ids.nodes(id);
        match self.fate(id) {
            NodeOutcome::Drop => return None,
            NodeOutcome::Clash(why) => {
                let text = |side: usize| self.node(id, side).map(|node| self.tree(side).whole(node));
                made.head = vec![MergedPiece::Clash(Clash {
                    why,
                    sides: [BASE, OURS, THEIRS].map(text),
                })];
                return Some(made);
            }
            NodeOutcome::Keep => {}
        }
        let text = |side: usize| self.node(id, side).map(|node| self.tree(side).head(node));
        made.head = match [text(BASE), text(OURS), text(THEIRS)] {
            [Some(base), Some(ours), Some(theirs)] => self.head(kind, nodes, [base, ours, theirs]),
            [_, Some(ours), _] => vec![MergedPiece::Text(ours.to_string())],
            [_, None, Some(theirs)] => vec![MergedPiece::Text(theirs.to_string())],
            [base, None, None] => vec![MergedPiece::Text(base.unwrap_or_default().to_string())],
        };
        made.tail = self.tail(id);
        made.names = self.names(id, &made.head);
        made.children = self
            .order(id)
            .into_iter()
            .filter_map(|child| self.make(child))
            .collect();
        let empty = kind.is_wrapper() && made.children.is_empty();
        (!empty).then_some(made)
    }

    /// The own text of a node that all three have.
    fn head(&self, kind: NodeKind, nodes: [Option<usize>; 3], texts: [&str; 3]) -> Vec<MergedPiece> {
        let [base, ours, theirs] = texts;
        if kind == NodeKind::Case {
            return self.case(nodes, texts);
        }
        if kind.is_leaf() {
            leaf::merge(kind, base, ours, theirs)
        } else {
            vec![MergedPiece::Text(leaf::changed(base, ours, theirs).to_string())]
        }
    }

    /// A case: one way of writing it is as good as another.
    fn case(&self, nodes: [Option<usize>; 3], texts: [&str; 3]) -> Vec<MergedPiece> {
        let says = |side: usize| {
            nodes
                .get(side)
                .copied()
                .flatten()
                .map_or("", |node| self.tree(side).says(node))
        };
        let [base, ours, theirs] = texts;
        let same = |one: usize, other: usize| says(one) == says(other);
        let chosen = if base == ours || (same(BASE, OURS) && !same(BASE, THEIRS)) {
            theirs
        } else if base == theirs || same(BASE, THEIRS) || same(OURS, THEIRS) {
            ours
        } else {
            let sides = texts.map(|text| Some(text.to_string()));
            return vec![MergedPiece::Clash(Clash {
                why: Why::BothChange,
                sides,
            })];
        };
        vec![MergedPiece::Text(chosen.to_string())]
    }

    fn tail(&self, id: usize) -> String {
        let text = |side: usize| self.node(id, side).map(|node| self.tree(side).tail(node));
        match [text(BASE), text(OURS), text(THEIRS)] {
            [base, Some(ours), Some(theirs)] => {
                leaf::changed(base.unwrap_or_default(), ours, theirs).to_string()
            }
            [_, Some(only), None] | [_, None, Some(only)] => only.to_string(),
            [base, None, None] => base.unwrap_or_default().to_string(),
        }
    }

    /// The names of a node on the sides whose text it has.
    fn names(&self, id: usize, head: &[MergedPiece]) -> BTreeSet<String> {
        let [MergedPiece::Text(text)] = head else {
            return BTreeSet::new();
        };
        let name = |side: usize| {
            let node = self.node(id, side)?;
            let same = self.tree(side).head(node) == text;
            self.tree(side).nodes.get(node)?.name.clone().filter(|_| same)
        };
        [OURS, THEIRS].into_iter().filter_map(name).collect()
    }

    /// What is in a node, in order.
    fn order(&self, id: usize) -> Vec<usize> {
        let none = BTreeSet::new();
        let inside = self.inside.get(&id).unwrap_or(&none);
        let list = |side: usize| -> Vec<usize> {
            let children = self
                .node(id, side)
                .map_or(&[][..], |node| self.tree(side).children(node));
            let children = children.iter().map(|child| self.ids.id(side, *child));
            children.filter(|child| inside.contains(child)).collect()
        };
        order::merge(&list(BASE), &list(OURS), &list(THEIRS), inside)
    }

    /// Gives each node the bytes before it: those of a side on which it stands behind the same node.
    fn leads(&self, made: &mut MergedNode) {
        let mut before = None;
        let container_of = made.id;
        for child in &mut made.children {
            child.lead = self.lead(container_of, before, child);
            before = Some(child.id);
            self.leads(child);
        }
    }

    fn lead(&self, container_of: usize, before: Option<usize>, made: &MergedNode) -> String {
        let id = made.id;
        let stands = |side: usize| -> Option<&str> {
            let node = self.node(id, side)?;
            let tree = self.tree(side);
            let same_home = self.parent(id, side) == Some(container_of);
            let previous = tree.before(node).map(|node| self.ids.id(side, node));
            (same_home && previous == before).then(|| tree.lead(node))
        };
        match [stands(BASE), stands(OURS), stands(THEIRS)] {
            [Some(base), Some(ours), Some(theirs)] => leaf::changed(base, ours, theirs).to_string(),
            [_, Some(one), _] | [_, None, Some(one)] => one.to_string(),
            [_, None, None] => self.usual_lead(container_of, before.is_none(), made),
        }
    }

    /// The bytes before a node that stands nowhere as it does now.
    fn usual_lead(&self, container_of: usize, first: bool, made: &MergedNode) -> String {
        let sides = [OURS, THEIRS, BASE];
        if first {
            let first_occurrence = sides.iter().filter_map(|side| {
                let tree = self.tree(*side);
                let first = tree.children(self.node(container_of, *side)?).first()?;
                Some(tree.lead(*first).to_string())
            });
            return first_occurrence.into_iter().next().unwrap_or_default();
        }
        // Its own, then that of its neighbour behind, then that of any of its kind.
        let own = sides.iter().find_map(|side| {
            let (tree, node) = (self.tree(*side), self.node(made.id, *side)?);
            tree.before(node)?;
            Some(tree.lead(node).to_string())
        });
        let behind = || {
            sides.iter().find_map(|side| {
                let (tree, node) = (self.tree(*side), self.node(made.id, *side)?);
                let after = tree.after(node)?;
                (tree.kind(after) == made.kind).then(|| tree.lead(after).to_string())
            })
        };
        let like = || {
            sides.iter().find_map(|side| {
                let tree = self.tree(*side);
                let children = tree.children(self.node(container_of, *side)?);
                let other = children
                    .iter()
                    .skip(1)
                    .find(|child| tree.kind(**child) == made.kind)?;
                Some(tree.lead(*other).to_string())
            })
        };
        own.or_else(behind).or_else(like).unwrap_or_else(|| {
            match made.kind {
                NodeKind::Sentence => " ",
                NodeKind::Item | NodeKind::Row | NodeKind::Entry => "\n",
                NodeKind::Root
                | NodeKind::Section
                | NodeKind::Front
                | NodeKind::List
                | NodeKind::Table
                | NodeKind::Text
                | NodeKind::Heading
                | NodeKind::Head
                | NodeKind::Code
                | NodeKind::Raw
                | NodeKind::Case => "\n\n",
            }
            .to_string()
        })
    }
}
