//! A text with one fact a line, however it is wrapped: what git compares where it shows changes line by line.

use super::tree::{NodeKind, Tree};
use super::{document, entries};
use ghostc_syntax::FileId;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// A Markdown document: headings, and below them each sentence, item and row with its strength before it.
pub fn flat_document(text: &str) -> String {
    let text = super::LineEndings::off(text);
    // To Markdown, the marks of a conflict are quotes and headings.
    if super::has_markers(&text, 7) {
        return text;
    }
    let spec = ghostc_syntax::parse(FileId(0), &text).value;
    let tree = document::read(&text);
    let statements = spec.statements.iter();
    let strengths: BTreeMap<usize, &str> = statements
        .map(|statement| (statement.span.range().start, statement.strength.as_str()))
        .collect();
    let mut out = String::new();
    for leaf in tree.leaves(0) {
        let kind = tree.kind(leaf);
        let range = tree.nodes.get(leaf).map_or(0..0, |node| node.head.clone());
        match kind {
            NodeKind::Heading => line(&mut out, tree.says(leaf)),
            NodeKind::Code | NodeKind::Raw | NodeKind::Entry => {
                tree.head(leaf)
                    .lines()
                    .for_each(|code| line(&mut out, &format!("{:10}  {}", "", code.trim_end())));
            }
            NodeKind::Root
            | NodeKind::Section
            | NodeKind::Front
            | NodeKind::List
            | NodeKind::Item
            | NodeKind::Table
            | NodeKind::Text
            | NodeKind::Sentence
            | NodeKind::Row
            | NodeKind::Head
            | NodeKind::Case => {
                let strength = strengths.range(range).next().map_or("", |(_, strength)| strength);
                line(
                    &mut out,
                    &format!("{strength:10}  {}{}", mark(&tree, leaf), tree.says(leaf)),
                );
            }
        }
    }
    out
}

/// A file of cases: groups, and below them each case as JSON; the text itself where it cannot be read.
pub fn flat_cases(text: &str) -> String {
    let text = super::LineEndings::off(text);
    let Some(tree) = entries::read(&text) else {
        return text;
    };
    let mut out = String::new();
    for leaf in tree.leaves(0) {
        let indent = if tree.kind(leaf) == NodeKind::Case {
            "  "
        } else {
            ""
        };
        let says = if tree.kind(leaf) == NodeKind::Case {
            tree.says(leaf)
        } else {
            tree.head(leaf)
        };
        says.lines()
            .for_each(|text| line(&mut out, &format!("{indent}{text}")));
    }
    out
}

fn line(out: &mut String, text: &str) {
    let _infallible = writeln!(out, "{}", text.trim_end());
}

/// The mark of the item that a sentence begins, set in as deep as it is nested; that of a later sentence is space.
fn mark(tree: &Tree, leaf: usize) -> String {
    let mut items = Vec::new();
    let mut above = tree.parent(leaf);
    while let Some(at) = above {
        if tree.kind(at) == NodeKind::Item {
            items.push(at);
        }
        above = tree.parent(at);
    }
    let Some(innermost) = items.first() else {
        return String::new();
    };
    let indent = "  ".repeat(items.len() - 1);
    let begins = tree.leaves(*innermost).first() == Some(&leaf);
    let mark = tree.head(*innermost).trim();
    if begins {
        format!("{indent}{mark} ")
    } else {
        format!("{indent}{:1$} ", "", mark.len())
    }
}
