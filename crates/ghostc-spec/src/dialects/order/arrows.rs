//! Drawings in code blocks: lines such as `T1 --> T2` and `P1[Phase 1: Setup] --> P2 --> P3`.

use crate::dialects::Doc;
use ghostc_syntax::{BlockKind, Span};
use std::collections::BTreeMap;

/// A box of a drawing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Node {
    /// Its name in the drawing.
    pub(super) name: String,
    /// What stands in it; empty where it has only a name.
    pub(super) label: String,
}

/// An arrow of a drawing.
pub(super) struct Arrow {
    /// Where it starts.
    pub(super) from: Node,
    /// Where it ends.
    pub(super) to: Node,
    /// Its line.
    pub(super) span: Span,
}

/// The arrows of a document, in order.
pub(super) fn read(doc: Doc<'_>) -> Vec<Arrow> {
    let contents = doc.spec.blocks.iter().filter_map(|block| {
        let BlockKind::Code(code) = &block.kind else {
            return None;
        };
        matches!(code.lang.as_str(), "" | "text" | "mermaid").then_some(code.content)
    });
    contents
        .flat_map(|content| of_block(doc.text(content), content))
        .collect()
}

fn of_block(text: &str, at: Span) -> Vec<Arrow> {
    let mut labels: BTreeMap<String, String> = BTreeMap::new();
    let mut arrows = Vec::new();
    let mut start = at.start as usize;
    for line in text.split_inclusive('\n') {
        let bare = line.trim();
        let from = start + (line.len() - line.trim_start().len());
        start += line.len();
        let chain: Option<Vec<Vec<Node>>> = parts(bare).into_iter().map(nodes).collect();
        let Some(chain) = chain else { continue };
        for node in chain.iter().flatten().filter(|node| !node.label.is_empty()) {
            labels.insert(node.name.clone(), node.label.clone());
        }
        let span = Span::new(at.file, from, from + bare.len());
        for (first, second) in chain.iter().zip(chain.iter().skip(1)) {
            let pairs = first
                .iter()
                .flat_map(|from| second.iter().map(move |to| (from.clone(), to.clone())));
            arrows.extend(pairs.map(|(from, to)| Arrow { from, to, span }));
        }
    }
    for node in arrows
        .iter_mut()
        .flat_map(|arrow| [&mut arrow.from, &mut arrow.to])
    {
        if let Some(label) = labels.get(&node.name).filter(|_| node.label.is_empty()) {
            node.label.clone_from(label);
        }
    }
    arrows
}

/// What stands between the arrows of a line.
fn parts(line: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = line;
    while let Some((before, after)) = ["-.->", "--->", "-->", "==>", "->"]
        .iter()
        .find_map(|arrow| rest.split_once(arrow))
    {
        parts.push(before);
        let label = after
            .trim_start()
            .strip_prefix('|')
            .and_then(|label| label.split_once('|'));
        rest = label.map_or(after, |(_, after)| after);
    }
    parts.push(rest);
    parts
}

/// `A & B[label]`: boxes side by side; nothing where something else stands there.
fn nodes(text: &str) -> Option<Vec<Node>> {
    text.split('&')
        .map(|text| node(text.trim().trim_end_matches(';')))
        .collect()
}

fn node(text: &str) -> Option<Node> {
    let end = text.find(['[', '(', '{']).unwrap_or(text.len());
    let name = text.get(..end)?.trim();
    let sound = !name.is_empty()
        && name
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '-'));
    let label = text
        .get(end..)?
        .trim_matches(['[', ']', '(', ')', '{', '}', '"', ' ']);
    sound.then(|| Node {
        name: name.to_string(),
        label: label.to_string(),
    })
}
