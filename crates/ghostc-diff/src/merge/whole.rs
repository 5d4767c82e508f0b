//! Whether a merged tree has all that the two sides say: what one adds or changes, and what both keep.

use super::decide::MergedNode;
use super::identity::{BASE, Ids, OURS, THEIRS};
use super::leaf::MergedPiece;
use super::tree::Tree;
use std::collections::BTreeSet;

/// Whether nothing got lost between clashes of whole sections and moves out of them.
pub(super) fn is_whole(made: &MergedNode, trees: [&Tree; 3], ids: &Ids) -> bool {
    let [base, ours, theirs] = trees;
    let mut shown = [BTreeSet::new(), BTreeSet::new()];
    note(made, trees, ids, &mut shown);
    let [in_ours, in_theirs] = &shown;
    (0..ids.len()).all(|id| {
        let [was, one, other] = ids.nodes(id);
        let says = |tree: &Tree, node: Option<usize>| {
            let node = node.filter(|node| tree.kind(*node).is_leaf());
            node.map(|node| tree.says(node).to_string())
        };
        let (was, one, other) = (says(base, was), says(ours, one), says(theirs, other));
        let kept = one.is_none() || other.is_none() || in_ours.contains(&id) || in_theirs.contains(&id);
        kept && (one.is_none() || one == was || in_ours.contains(&id))
            && (other.is_none() || other == was || in_theirs.contains(&id))
    })
}

/// Notes what is there of ours and of theirs: all that was made, and of a clash what each side has in its place.
fn note(made: &MergedNode, trees: [&Tree; 3], ids: &Ids, shown: &mut [BTreeSet<usize>; 2]) {
    for side in shown.iter_mut() {
        side.insert(made.id);
    }
    if matches!(made.head.as_slice(), [MergedPiece::Clash(_)]) {
        let nodes = ids.nodes(made.id);
        for (side, shown) in [OURS, THEIRS].into_iter().zip(shown.iter_mut()) {
            let tree = trees.get(side).copied().unwrap_or(trees[BASE]);
            let node = nodes.get(side).copied().flatten();
            let leaves = node.map_or_else(Vec::new, |node| tree.leaves(node));
            shown.extend(leaves.into_iter().map(|leaf| ids.id(side, leaf)));
        }
    }
    made.children
        .iter()
        .for_each(|child| note(child, trees, ids, shown));
}
