//! What stands between the leaves of a text: lines that no reader knows, so that a tree loses no byte.

use super::tree::{Container, LeafAtom, NodeKind, said};
use std::ops::Range;

pub(super) fn atom(
    path: Vec<Container>,
    kind: NodeKind,
    range: Range<usize>,
    name: Option<String>,
    text: &str,
) -> LeafAtom {
    let says = said(kind, text.get(range.clone()).unwrap_or_default());
    LeafAtom {
        path,
        kind,
        range,
        name,
        says,
    }
}

/// The leaves with the lines between them that are none: comments, rules, links' targets.
pub(super) fn with_rest(text: &str, atoms: &[LeafAtom]) -> Vec<LeafAtom> {
    let mut out: Vec<LeafAtom> = Vec::new();
    let mut end = 0;
    for atom in atoms {
        rest(text, end..atom.range.start.max(end), Some(atom), &mut out);
        end = atom.range.end.max(end);
        out.push(atom.clone());
    }
    rest(text, end..text.len(), None, &mut out);
    out
}

/// The runs of lines in a gap that hold something.
fn rest(text: &str, gap: Range<usize>, next: Option<&LeafAtom>, out: &mut Vec<LeafAtom>) {
    let starts = next.and_then(|next| {
        let known = out.last().map_or(&[][..], |last| &last.path);
        next.path
            .iter()
            .zip(0..)
            .find_map(|(around, at)| around.start.filter(|_| known.get(at) != Some(around)))
    });
    let gap = gap.start..starts.unwrap_or(gap.end).clamp(gap.start, gap.end);
    let Some(inside) = text.get(gap.clone()) else {
        return;
    };
    let path = out.last().map_or_else(Vec::new, |last| shared(&last.path, next));
    let mut from = gap.start;
    let mut open: Option<Range<usize>> = None;
    let mut runs = Vec::new();
    for line in inside.split_inclusive('\n') {
        let is_last = from + line.len() == gap.end && next.is_some() && !line.ends_with('\n');
        let blank = line.trim().trim_matches('>').trim().is_empty();
        if blank || is_last {
            runs.extend(open.take());
        } else {
            let start = from + (line.len() - line.trim_start().len());
            let end = from + line.trim_end().len();
            open = Some(open.map_or(start, |open| open.start)..end);
        }
        from += line.len();
    }
    runs.extend(open);
    out.extend(
        runs.into_iter()
            .map(|range| atom(path.clone(), NodeKind::Raw, range, None, text)),
    );
}

/// What holds the lines after a leaf: all its sections where a new one follows, else what it shares with the next leaf.
fn shared(before: &[Container], next: Option<&LeafAtom>) -> Vec<Container> {
    let next_path = next.map_or(&[][..], |next| &next.path);
    let same = before
        .iter()
        .zip(next_path)
        .take_while(|(one, other)| one == other)
        .count();
    let sections = before
        .iter()
        .take_while(|around| around.kind == NodeKind::Section)
        .count();
    before.get(..same.max(sections)).unwrap_or_default().to_vec()
}
