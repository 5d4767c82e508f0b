//! Three texts of one file in, one text out: the edits of two branches put together by what they mean.
//!
//! Sections, sentences, list items, rows, code and cases are told apart and matched, so that edits side by side, moves,
//! rewrapping and new numbers go together; what both sides change to different ends stands between git's markers. All
//! bytes come from the side that changed them. Git's own merge is left to the caller.

mod alike;
mod decide;
mod document;
mod entries;
mod flat;
mod gaps;
mod identity;
mod leaf;
mod lines;
mod lock;
mod marks;
mod numbers;
mod order;
mod render;
mod tree;
mod whole;

pub use flat::{flat_cases, flat_document};
pub use lock::merge_lock;

use decide::MergedNode;
use identity::{Ids, OURS, THEIRS};
use leaf::{Clash, MergedPiece, Why};
use std::collections::BTreeMap;
use tree::{NodeKind, Tree};

/// How conflicts are marked.
#[derive(Clone, Debug)]
pub struct Markers {
    /// How many characters each mark has; git's are 7.
    pub size: usize,
    /// What our side is called.
    pub ours: String,
    /// What the base is called; without it, conflicts do not show the base.
    pub base: Option<String>,
    /// What their side is called.
    pub theirs: String,
}

impl Default for Markers {
    fn default() -> Markers {
        Markers {
            size: 7,
            ours: "ours".to_string(),
            base: None,
            theirs: "theirs".to_string(),
        }
    }
}

/// What a merge gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merged {
    /// The text, with markers where there are conflicts.
    pub text: String,
    /// The conflicts, in the order of the text.
    pub conflicts: Vec<Conflict>,
    /// What was changed beside the edits of the two sides, such as a number; whole phrases.
    pub notes: Vec<String>,
}

/// Edits of both sides that do not go together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The line of its first marker, from 1.
    pub line: usize,
    /// What it is about: a noun and the start of its words.
    pub subject: String,
    /// The title of its section; empty where there is none.
    pub section: String,
    /// What the two sides do.
    pub why: String,
}

/// Why texts cannot be merged by their meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// One has the markers of an earlier merge.
    Markers,
    /// One is not read as what it should be.
    Unreadable,
    /// Moves of the two sides, or their layouts, do not go together.
    Tangled,
}

impl Unfit {
    /// The reason as a phrase.
    pub fn as_str(self) -> &'static str {
        match self {
            Unfit::Markers => "it has conflict markers of an earlier merge",
            Unfit::Unreadable => "it is not valid on all sides",
            Unfit::Tangled => "the two sides lay it out too differently",
        }
    }
}

/// Merges three texts of a Markdown document.
///
/// # Errors
/// The reason why that is no good idea; the caller may merge by lines.
pub fn merge_document(base: &str, ours: &str, theirs: &str, markers: &Markers) -> Result<Merged, Unfit> {
    merge(base, ours, theirs, markers, |text| Some(document::read(text)))
}

/// Merges three texts of a file of cases.
///
/// # Errors
/// The reason why that is no good idea; the caller may merge by lines.
pub fn merge_cases(base: &str, ours: &str, theirs: &str, markers: &Markers) -> Result<Merged, Unfit> {
    merge(base, ours, theirs, markers, entries::read)
}

/// Where one side says nothing of its own, there is nothing to merge.
fn trivial(base: &str, ours: &str, theirs: &str) -> Option<Merged> {
    let text = if ours == theirs || base == theirs {
        ours
    } else if base == ours {
        theirs
    } else {
        return None;
    };
    Some(Merged {
        text: text.to_string(),
        conflicts: Vec::new(),
        notes: Vec::new(),
    })
}

fn merge(
    base: &str,
    ours: &str,
    theirs: &str,
    markers: &Markers,
    read: impl Fn(&str) -> Option<Tree>,
) -> Result<Merged, Unfit> {
    if let Some(merged) = trivial(base, ours, theirs) {
        return Ok(merged);
    }
    if [ours, theirs].iter().any(|text| has_markers(text, markers.size)) {
        return Err(Unfit::Markers);
    }
    let dress = [base, ours, theirs].map(LineEndings::of);
    let texts = [base, ours, theirs].map(LineEndings::off);
    let [base, ours, theirs] = texts.each_ref().map(|text| read(text));
    let (Some(base), Some(ours), Some(theirs)) = (base, ours, theirs) else {
        return Err(Unfit::Unreadable);
    };
    let trees = [&base, &ours, &theirs];
    let by_meaning = by_meaning(trees, markers, &read);
    let clean = match &by_meaning {
        // Lines do not see two things of one name, nor numbers that are taken.
        Ok((merged, names)) if !names && merged.notes.is_empty() => {
            lines::merge(texts.each_ref().map(String::as_str), trees, &read)
        }
        // Git merges by lines as well, and shows what it cannot merge.
        Ok(_) | Err(_) => None,
    };
    let mut merged = match clean {
        Some(text) => Merged {
            text,
            conflicts: Vec::new(),
            notes: Vec::new(),
        },
        None => by_meaning?.0,
    };
    if !says_all(&merged, trees) {
        return Err(Unfit::Tangled);
    }
    merged.text = LineEndings::merged(dress).on(&merged.text);
    Ok(merged)
}

/// Merges three trees by what they mean; says whether two things have one name.
fn by_meaning(
    trees: [&Tree; 3],
    markers: &Markers,
    read: &impl Fn(&str) -> Option<Tree>,
) -> Result<(Merged, bool), Unfit> {
    let ids = Ids::of(trees);
    let mut made = decide::decide(trees, &ids).ok_or(Unfit::Tangled)?;
    if !whole::is_whole(&made, trees, &ids) {
        return Err(Unfit::Tangled);
    }
    marks::follow(&mut made, &ids);
    let renumbered = numbers::renumber(&mut made, trees);
    same_names(&mut made, trees);
    let names = has_same_names(&made);
    alike::mark(&mut made, trees, &ids);
    for side in [OURS, THEIRS] {
        let text = render::view(&made, side);
        if !reads_back(&made, side, &read(&text).ok_or(Unfit::Tangled)?, read) {
            return Err(Unfit::Tangled);
        }
    }
    let (text, conflicts) = render::marked(&made, markers);
    let mut notes = Vec::new();
    for (what, was, is) in renumbered {
        let named = format!("Section {was}");
        let look = if text.contains(&named) {
            format!("; see which section `{named}` means")
        } else {
            String::new()
        };
        notes.push(format!("{was} is now {is}: {what}{look}"));
    }
    let merged = Merged {
        text,
        conflicts,
        notes,
    };
    Ok((merged, names))
}

/// Whether each sentence with a keyword that a side has, and that the other did not remove, is in the text, conflicts
/// included.
fn says_all(merged: &Merged, trees: [&Tree; 3]) -> bool {
    let letters = |text: &str| -> String { text.chars().filter(|c| c.is_alphanumeric()).collect() };
    let whole = letters(&merged.text);
    let [base, ours, theirs] = trees.map(lines::counts);
    let binds = |said: &&String| crate::diff::binds(said);
    let is_kept = |said: &String| {
        let removed = base.contains_key(said) && !(ours.contains_key(said) && theirs.contains_key(said));
        removed || whole.contains(&letters(said))
    };
    ours.keys().chain(theirs.keys()).filter(binds).all(is_kept)
}

fn has_same_names(made: &MergedNode) -> bool {
    let clash = |piece: &MergedPiece| matches!(piece, MergedPiece::Clash(clash) if matches!(clash.why, Why::SameName | Why::BothAdd));
    made.head.iter().any(clash) || made.children.iter().any(has_same_names)
}

/// Whether a text has lines that mark a conflict.
fn has_markers(text: &str, size: usize) -> bool {
    let (open, close) = ("<".repeat(size) + " ", ">".repeat(size) + " ");
    let has = |mark: &str| text.lines().any(|line| line.starts_with(mark));
    has(&open) && has(&close)
}

/// Makes a clash of what has the name of something else that is new.
fn same_names(made: &mut MergedNode, trees: [&Tree; 3]) {
    let count = |tree: &Tree| {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for name in tree
            .nodes
            .iter()
            .filter(|node| node.kind.is_leaf())
            .filter_map(|node| node.name.clone())
        {
            *counts.entry(name).or_default() += 1;
        }
        counts
    };
    let [base, ours, theirs] = trees.map(count);
    let most = |name: &str| ours.get(name).max(theirs.get(name)).copied().unwrap_or(0);
    let is_new = |name: &str| !base.contains_key(name) && !identity::is_local(name);
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    mark_names(made, &mut |name| {
        let seen = seen.entry(name.to_string()).or_default();
        *seen += 1;
        is_new(name) && *seen > most(name)
    });
}

fn mark_names(made: &mut MergedNode, too_many: &mut impl FnMut(&str) -> bool) {
    if made.kind.is_leaf() {
        let names = std::mem::take(&mut made.names);
        if let ([MergedPiece::Text(text)], true) =
            (made.head.as_slice(), names.iter().any(|name| too_many(name)))
        {
            let sides = [None, None, Some(text.clone())];
            made.head = vec![MergedPiece::Clash(Clash {
                why: Why::SameName,
                sides,
            })];
        }
    }
    for child in &mut made.children {
        mark_names(child, too_many);
    }
}

/// Whether a merged text, read again, says what was put together, each thing as deep as it was.
fn reads_back(made: &MergedNode, side: usize, tree: &Tree, read: &dyn Fn(&str) -> Option<Tree>) -> bool {
    let mut meant = Vec::new();
    outline(made, side, (0, 0), read, &mut meant);
    let mut found = Vec::new();
    for leaf in tree.leaves(0) {
        let (mut sections, mut items, mut above) = (0, 0, tree.parent(leaf));
        while let Some(at) = above {
            sections += usize::from(tree.kind(at) == NodeKind::Section);
            items += usize::from(tree.kind(at) == NodeKind::Item);
            above = tree.parent(at);
        }
        found.push((sections, items, tree::said(tree.kind(leaf), tree.head(leaf))));
    }
    // A clash of a whole section or item is told by its words alone.
    let words = |list: &[(usize, usize, String)]| -> String {
        let all = list.iter().flat_map(|(_, _, said)| said.chars());
        all.filter(|c| c.is_alphanumeric()).collect()
    };
    if render::has_clash(made) {
        words(&meant) == words(&found)
    } else {
        meant == found
    }
}

fn outline(
    made: &MergedNode,
    side: usize,
    (sections, items): (usize, usize),
    read: &dyn Fn(&str) -> Option<Tree>,
    out: &mut Vec<(usize, usize, String)>,
) {
    let text: String = made
        .head
        .iter()
        .map(|piece| match piece {
            MergedPiece::Text(text) => text.as_str(),
            MergedPiece::Clash(clash) => clash
                .sides
                .get(side)
                .and_then(Option::as_deref)
                .unwrap_or_default(),
        })
        .collect();
    if made.kind.is_leaf() && !text.is_empty() {
        out.push((sections, items, tree::said(made.kind, &text)));
    } else if let ([MergedPiece::Clash(_)], Some(inner)) = (made.head.as_slice(), read(&text)) {
        let leaves = inner.leaves(0).into_iter();
        out.extend(leaves.map(|leaf| (sections, items, tree::said(inner.kind(leaf), inner.head(leaf)))));
    }
    let depth = (
        sections + usize::from(made.kind == NodeKind::Section),
        items + usize::from(made.kind == NodeKind::Item),
    );
    made.children
        .iter()
        .for_each(|child| outline(child, side, depth, read, out));
}

/// How a text is written that says nothing: its line ends and its byte order mark.
#[derive(Clone, Copy, PartialEq, Eq)]
struct LineEndings {
    mark: bool,
    carriage: bool,
}

impl LineEndings {
    fn of(text: &str) -> LineEndings {
        let lines = text.matches('\n').count();
        let carriage = lines > 0 && text.matches("\r\n").count() == lines;
        LineEndings {
            mark: text.starts_with('\u{feff}'),
            carriage,
        }
    }

    /// The text without it; mixed line ends stay.
    fn off(text: &str) -> String {
        let bare = text.strip_prefix('\u{feff}').unwrap_or(text);
        if LineEndings::of(text).carriage {
            bare.replace("\r\n", "\n")
        } else {
            bare.to_string()
        }
    }

    fn on(self, text: &str) -> String {
        let text = if self.carriage {
            text.replace('\n', "\r\n")
        } else {
            text.to_string()
        };
        if self.mark {
            format!("\u{feff}{text}")
        } else {
            text
        }
    }

    /// What one side changed.
    fn merged([base, ours, theirs]: [LineEndings; 3]) -> LineEndings {
        let choose = |base: bool, ours: bool, theirs: bool| if ours == base { theirs } else { ours };
        LineEndings {
            mark: choose(base.mark, ours.mark, theirs.mark),
            carriage: choose(base.carriage, ours.carriage, theirs.carriage),
        }
    }
}

#[cfg(test)]
mod tests;
