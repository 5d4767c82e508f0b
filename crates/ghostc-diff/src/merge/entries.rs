//! YAML as a tree: groups of cases, keys with their values, and the cases; the front matter of a document.

use super::gaps::with_rest;
use super::tree::{Container, LeafAtom, NodeKind, Tree, said};
use ghostc_syntax::yaml::{self, Content, Entry, Node};
use ghostc_syntax::{FileId, SpecFile, Value};
use std::ops::Range;

/// Names of the keys that name a case, the best first.
const NAMES: &[&str] = &["id", "case_id", "name", "description", "title"];

/// Reads a file of cases; nothing where it is no mapping or not YAML.
pub(super) fn read(text: &str) -> Option<Tree> {
    let parsed = yaml::parse(FileId(0), text, 0);
    if !parsed.diagnostics.is_empty() {
        return None;
    }
    let mut reader = EntryReader {
        text,
        atoms: Vec::new(),
        groups: 0,
    };
    match &parsed.value {
        Some(root) => reader.entries(root.as_map()?, &[]),
        None if text.trim().is_empty() => {}
        None => return None,
    }
    Some(Tree::new(text, &with_rest(text, &reader.atoms)))
}

/// The entries of the front matter of a document with its fences; the whole of it where it is no mapping.
pub(super) fn front(text: &str, spec: &SpecFile) -> Vec<LeafAtom> {
    let Some(front) = &spec.front_matter else {
        return Vec::new();
    };
    let whole = front.span.range();
    let whole = whole.start..whole.start + text.get(whole.clone()).unwrap_or_default().trim_end().len();
    let entries = front.node.as_ref().and_then(Node::as_map).unwrap_or_default();
    let fence = Container {
        kind: NodeKind::Front,
        key: 0,
        start: Some(whole.start),
        name: None,
    };
    let last_line = text.get(whole.clone()).and_then(|inside| inside.rfind('\n'));
    let (Some(last_line), false) = (last_line, entries.is_empty()) else {
        let says = said(NodeKind::Raw, text.get(whole.clone()).unwrap_or_default());
        return vec![LeafAtom {
            path: Vec::new(),
            kind: NodeKind::Raw,
            range: whole,
            name: None,
            says,
        }];
    };
    let closing = whole.start + last_line + 1;
    let mut atoms: Vec<LeafAtom> = Vec::new();
    for (at, entry) in entries.iter().enumerate() {
        let start = entry.key_span.range().start;
        let next = entries
            .get(at + 1)
            .map_or(closing, |next| next.key_span.range().start);
        let range = trimmed(text, start..next.max(start));
        atoms.push(leaf(text, vec![fence.clone()], entry, range));
    }
    let says = said(NodeKind::Raw, text.get(closing..whole.end).unwrap_or_default());
    atoms.push(LeafAtom {
        path: vec![fence],
        kind: NodeKind::Raw,
        range: closing..whole.end,
        name: Some("---".to_string()),
        says,
    });
    atoms
}

/// An entry as a leaf.
fn leaf(text: &str, path: Vec<Container>, entry: &Entry, range: Range<usize>) -> LeafAtom {
    let says = said(NodeKind::Entry, text.get(range.clone()).unwrap_or_default());
    LeafAtom {
        path,
        kind: NodeKind::Entry,
        range,
        name: Some(format!("key {}", entry.key)),
        says,
    }
}

struct EntryReader<'t> {
    text: &'t str,
    atoms: Vec<LeafAtom>,
    groups: usize,
}

impl EntryReader<'_> {
    fn entries(&mut self, entries: &[Entry], path: &[Container]) {
        for entry in entries {
            let start = entry.key_span.range().start;
            let end = self.end(entry.value.span.range().end.max(entry.key_span.range().end));
            let block = self.is_block(entry);
            let name: Vec<&str> = path
                .iter()
                .filter_map(|around| around.name.as_deref())
                .chain([entry.key.as_str()])
                .collect();
            let name = name.join(".");
            match &entry.value.value {
                Content::List(items) if block && items.iter().all(|item| item.as_map().is_some()) => {
                    let path = self.group(path, entry);
                    for item in items {
                        self.case(item, &path, &name);
                    }
                }
                Content::Map(inner) if block => {
                    let path = self.group(path, entry);
                    self.entries(inner, &path);
                }
                Content::List(_) | Content::Map(_) | Content::Scalar(_) => {
                    self.atoms.push(leaf(self.text, path.to_vec(), entry, start..end));
                }
            }
        }
    }

    /// Whether the value of an entry begins on a line of its own.
    fn is_block(&self, entry: &Entry) -> bool {
        let between = entry.key_span.range().end..entry.value.span.range().start;
        let flow = self
            .text
            .get(entry.value.span.range())
            .is_some_and(|text| text.starts_with(['[', '{']));
        !flow
            && self
                .text
                .get(between)
                .is_some_and(|between| between.contains('\n'))
    }

    /// The line of a group's key.
    fn group(&mut self, path: &[Container], entry: &Entry) -> Vec<Container> {
        self.groups += 1;
        let mut path = path.to_vec();
        path.push(Container {
            kind: NodeKind::Section,
            key: self.groups,
            start: None,
            name: Some(entry.key.clone()),
        });
        let start = entry.key_span.range().start;
        let colon = self
            .text
            .get(entry.key_span.range().end..)
            .and_then(|rest| rest.find(':'));
        let end = self.end(entry.key_span.range().end + colon.map_or(0, |colon| colon + 1));
        let says = said(NodeKind::Heading, self.text.get(start..end).unwrap_or_default());
        self.atoms.push(LeafAtom {
            path: path.clone(),
            kind: NodeKind::Heading,
            range: start..end,
            name: None,
            says,
        });
        path
    }

    fn case(&mut self, item: &Node, path: &[Container], group: &str) {
        let inside = item.span.range();
        let dash = self.text.get(..inside.start).and_then(|before| before.rfind('-'));
        let range = dash.unwrap_or(inside.start)..self.end(inside.end);
        let name = NAMES.iter().find_map(|key| item.get(key)?.scalar_text());
        self.atoms.push(LeafAtom {
            path: path.to_vec(),
            kind: NodeKind::Case,
            range,
            name: name.map(|name| format!("{group}.{name}")),
            says: without_order(item.to_json()).to_string(),
        });
    }

    /// The end of a value with a comment on its last line.
    fn end(&self, end: usize) -> usize {
        let kept = self.text.get(..end).map_or(0, |text| text.trim_end().len());
        let rest = self.text.get(kept..).unwrap_or_default();
        let line = rest.split('\n').next().unwrap_or_default();
        let comment = line.trim_start().starts_with('#');
        if comment {
            kept + line.trim_end().len()
        } else {
            kept
        }
    }
}

fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    range.start..range.start + text.get(range.clone()).unwrap_or_default().trim_end().len()
}

/// A case with its own keys in one order, whatever order they are written in; what goes in and comes out keeps its own.
fn without_order(mut case: Value) -> Value {
    if let Value::Object(keys) = &mut case {
        keys.sort_keys();
    }
    case
}
