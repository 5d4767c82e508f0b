//! A text as a tree that loses no byte: each node has the space before it, its mark, what is in it, and what closes it.

use ghostc_syntax::collapse_whitespace;
use std::ops::Range;

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum NodeKind {
    /// The whole text.
    Root,
    /// A heading with all below it; a group of cases.
    Section,
    /// The entries between two fences at the top.
    Front,
    /// The items of a list.
    List,
    /// A list item.
    Item,
    /// The rows of a table.
    Table,
    /// The sentences of a paragraph or of an item.
    Text,
    /// The line of a heading, or the key of a group.
    Heading,
    /// A sentence.
    Sentence,
    /// A row of a table.
    Row,
    /// The head of a table with the line below it.
    Head,
    /// A code block.
    Code,
    /// Lines that say nothing to ghostc, such as a comment or a rule.
    Raw,
    /// A key with its value.
    Entry,
    /// A golden case.
    Case,
}

impl NodeKind {
    /// Whether it is there for what is in it alone, and goes when that is gone.
    pub(super) fn is_wrapper(self) -> bool {
        matches!(
            self,
            NodeKind::List | NodeKind::Table | NodeKind::Text | NodeKind::Front
        )
    }

    /// Whether it has text of its own and nothing in it.
    pub(super) fn is_leaf(self) -> bool {
        self >= NodeKind::Heading
    }
}

/// One node. Its bytes are its lead, its head, those of its children, and its tail.
#[derive(Clone, Debug)]
pub(super) struct Node {
    /// What it is.
    pub(super) kind: NodeKind,
    /// What holds it; nothing for the root.
    pub(super) parent: Option<usize>,
    /// What is in it, in order.
    pub(super) children: Vec<usize>,
    /// The bytes between what stands before it and itself.
    pub(super) lead: Range<usize>,
    /// The mark of a list item, the fence of front matter; all text of a leaf.
    pub(super) head: Range<usize>,
    /// What closes it.
    pub(super) tail: Range<usize>,
    /// A name that its author gave it.
    pub(super) name: Option<String>,
    /// What a leaf says, apart from how it is wrapped; the title of a section.
    pub(super) says: String,
}

/// A text and its nodes; the first is the root.
#[derive(Clone, Debug)]
pub(super) struct Tree {
    /// The text.
    pub(super) text: String,
    /// Its nodes, each after the one that holds it, in the order of the text.
    pub(super) nodes: Vec<Node>,
}

/// A container around a leaf, as the reader of a language sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Container {
    /// What it is.
    pub(super) kind: NodeKind,
    /// Which of its kind.
    pub(super) key: usize,
    /// Where it begins, where that is before its first leaf.
    pub(super) start: Option<usize>,
    /// Its title or name.
    pub(super) name: Option<String>,
}

/// A leaf on its way into a tree.
#[derive(Clone, Debug)]
pub(super) struct LeafAtom {
    /// What holds it, from the outside in.
    pub(super) path: Vec<Container>,
    /// What it is.
    pub(super) kind: NodeKind,
    /// Its bytes.
    pub(super) range: Range<usize>,
    /// A name that its author gave it.
    pub(super) name: Option<String>,
    /// What it says.
    pub(super) says: String,
}

impl Tree {
    /// A tree of leaves in their order; bytes between two of them lead the second, those after the last end the text.
    pub(super) fn new(text: &str, atoms: &[LeafAtom]) -> Tree {
        let mut tree = Tree {
            text: text.to_string(),
            nodes: vec![Node::new(NodeKind::Root, None)],
        };
        let mut open: Vec<(Container, usize)> = Vec::new();
        let mut end = 0;
        for atom in atoms {
            let same = open.iter().zip(&atom.path);
            let same = same
                .take_while(|((one, _), other)| one.kind == other.kind && one.key == other.key)
                .count();
            open.truncate(same);
            let mut from = end;
            let new = atom.path.get(same..).unwrap_or_default();
            for (at, around) in new.iter().enumerate() {
                let inner = new.iter().skip(at).find_map(|around| around.start);
                let start = inner
                    .unwrap_or(atom.range.start)
                    .clamp(from, atom.range.start.max(from));
                // The mark of an item ends where what is in it begins.
                let inside = new.iter().skip(at + 1).find_map(|around| around.start);
                let inside = inside.unwrap_or(atom.range.start).max(start);
                let head = if around.start.is_some() {
                    start..inside
                } else {
                    start..start
                };
                let mut node = Node::new(around.kind, Some(open.last().map_or(0, |(_, at)| *at)));
                node.lead = from..start;
                from = head.end;
                node.head = head;
                node.name.clone_from(&around.name);
                node.says = around.name.clone().unwrap_or_default();
                open.push((around.clone(), tree.add(node)));
            }
            let mut leaf = Node::new(atom.kind, Some(open.last().map_or(0, |(_, at)| *at)));
            leaf.lead = from..atom.range.start.max(from);
            leaf.head = leaf.lead.end..atom.range.end.max(leaf.lead.end);
            leaf.name.clone_from(&atom.name);
            leaf.says.clone_from(&atom.says);
            end = leaf.head.end;
            tree.add(leaf);
        }
        if let Some(root) = tree.nodes.first_mut() {
            root.tail = end..text.len();
        }
        tree
    }

    fn add(&mut self, node: Node) -> usize {
        let at = self.nodes.len();
        if let Some(above) = node.parent.and_then(|parent| self.nodes.get_mut(parent)) {
            above.children.push(at);
        }
        self.nodes.push(node);
        at
    }

    /// A stretch of the text.
    pub(super) fn slice(&self, range: &Range<usize>) -> &str {
        self.text.get(range.clone()).unwrap_or_default()
    }

    /// A node's own text without that of its children.
    pub(super) fn head(&self, at: usize) -> &str {
        self.nodes.get(at).map_or("", |node| self.slice(&node.head))
    }

    /// What stands before a node.
    pub(super) fn lead(&self, at: usize) -> &str {
        self.nodes.get(at).map_or("", |node| self.slice(&node.lead))
    }

    /// What closes a node.
    pub(super) fn tail(&self, at: usize) -> &str {
        self.nodes.get(at).map_or("", |node| self.slice(&node.tail))
    }

    /// The kind of a node.
    pub(super) fn kind(&self, at: usize) -> NodeKind {
        self.nodes.get(at).map_or(NodeKind::Raw, |node| node.kind)
    }

    /// What a leaf says.
    pub(super) fn says(&self, at: usize) -> &str {
        self.nodes.get(at).map_or("", |node| node.says.as_str())
    }

    /// What is in a node.
    pub(super) fn children(&self, at: usize) -> &[usize] {
        self.nodes.get(at).map_or(&[], |node| node.children.as_slice())
    }

    /// What holds a node.
    pub(super) fn parent(&self, at: usize) -> Option<usize> {
        self.nodes.get(at)?.parent
    }

    /// The node that stands before one in what holds both.
    pub(super) fn before(&self, at: usize) -> Option<usize> {
        let siblings = self.children(self.parent(at)?);
        let place = siblings.iter().position(|sibling| *sibling == at)?;
        siblings.get(place.checked_sub(1)?).copied()
    }

    /// The node that stands after one in what holds both.
    pub(super) fn after(&self, at: usize) -> Option<usize> {
        let siblings = self.children(self.parent(at)?);
        let place = siblings.iter().position(|sibling| *sibling == at)?;
        siblings.get(place + 1).copied()
    }

    /// All bytes of a node but its lead.
    pub(super) fn whole(&self, at: usize) -> String {
        let mut out = String::new();
        self.write(at, &mut out);
        out
    }

    fn write(&self, at: usize, out: &mut String) {
        out.push_str(self.head(at));
        for child in self.children(at) {
            out.push_str(self.lead(*child));
            self.write(*child, out);
        }
        out.push_str(self.tail(at));
    }

    /// The leaves of a node in order; itself where it is one.
    pub(super) fn leaves(&self, at: usize) -> Vec<usize> {
        let mut out = Vec::new();
        let mut open = vec![at];
        while let Some(at) = open.pop() {
            if self.kind(at).is_leaf() {
                out.push(at);
            }
            open.extend(self.children(at).iter().rev());
        }
        out
    }
}

impl Node {
    fn new(kind: NodeKind, parent: Option<usize>) -> Node {
        Node {
            kind,
            parent,
            children: Vec::new(),
            lead: 0..0,
            head: 0..0,
            tail: 0..0,
            name: None,
            says: String::new(),
        }
    }
}

/// What a stretch of text says, apart from how it is wrapped and quoted.
pub(super) fn said(kind: NodeKind, text: &str) -> String {
    match kind {
        NodeKind::Code | NodeKind::Raw | NodeKind::Entry | NodeKind::Case => {
            let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
            lines.join("\n")
        }
        NodeKind::Head | NodeKind::Row => {
            let text = collapse_whitespace(text);
            let rule = |word: &str| word.len() > 1 && word.chars().all(|c| matches!(c, '-' | ':' | '|'));
            let words: Vec<String> = text
                .split(' ')
                .map(|word| {
                    if rule(word) {
                        squeeze(word)
                    } else {
                        word.to_string()
                    }
                })
                .collect();
            words.join(" ")
        }
        NodeKind::Root
        | NodeKind::Section
        | NodeKind::Front
        | NodeKind::List
        | NodeKind::Item
        | NodeKind::Table
        | NodeKind::Text
        | NodeKind::Heading
        | NodeKind::Sentence => collapse_whitespace(&text.replace("\n> ", "\n").replace("\n>", "\n")),
    }
}

/// The rule below a table's head, however long its dashes are.
fn squeeze(word: &str) -> String {
    let mut out = String::new();
    for c in word.chars() {
        if c != '-' || !out.ends_with('-') {
            out.push(c);
        }
    }
    out
}
