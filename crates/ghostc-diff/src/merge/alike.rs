//! What both sides add at one place and in nearly the same words: two values for one thing, or one thing asked and
//! forbidden. A person has to choose.

use super::decide::MergedNode;
use super::identity::{BASE, Ids, OURS, THEIRS};
use super::leaf::{Clash, MergedPiece, Why};
use super::tree::{NodeKind, Tree};
use ghostc_spec::matching::{similarity, tokens};

/// The least likeness of two additions that are about one thing.
const ALIKE: f64 = 0.6;
/// Additions of fewer words say too little to be about one thing.
const TELLING: usize = 3;

/// Makes clashes of additions of theirs that stand beside additions of ours and are like one of them.
pub(super) fn mark(made: &mut MergedNode, trees: [&Tree; 3], ids: &Ids) {
    let mut run: Vec<usize> = Vec::new();
    let mut marked: Vec<usize> = Vec::new();
    let count = made.children.len();
    for at in 0..=count {
        let new = made
            .children
            .get(at)
            .is_some_and(|child| side_of(child, ids).is_some());
        if new {
            run.push(at);
            continue;
        }
        marked.extend(alike_in(made, &run, trees, ids));
        run.clear();
    }
    for at in marked {
        let Some(child) = made.children.get_mut(at) else {
            continue;
        };
        let node = ids.nodes(child.id).get(THEIRS).copied().flatten();
        let tree = trees.get(THEIRS).copied().unwrap_or(trees[BASE]);
        if let Some(node) = node {
            child.head = vec![MergedPiece::Clash(Clash {
                why: Why::Alike,
                sides: [None, None, Some(tree.whole(node))],
            })];
            child.children.clear();
            child.tail.clear();
        }
    }
    for child in &mut made.children {
        mark(child, trees, ids);
    }
}

/// Which side alone has a node, where the base has not.
fn side_of(made: &MergedNode, ids: &Ids) -> Option<usize> {
    match ids.nodes(made.id) {
        [None, Some(_), None] => Some(OURS),
        [None, None, Some(_)] => Some(THEIRS),
        _ => None,
    }
}

/// Those of theirs in a run of additions that are like one of ours.
fn alike_in(made: &MergedNode, run: &[usize], trees: [&Tree; 3], ids: &Ids) -> Vec<usize> {
    let of = |side: usize| {
        run.iter()
            .copied()
            .filter(move |at| made.children.get(*at).and_then(|child| side_of(child, ids)) == Some(side))
    };
    let words = |at: usize, side: usize| -> Option<(Option<String>, Vec<u64>)> {
        let child = made.children.get(at)?;
        let is_text = matches!(
            child.kind,
            NodeKind::Sentence | NodeKind::Item | NodeKind::Text | NodeKind::Row
        );
        let tree = trees.get(side).copied().filter(|_| is_text)?;
        let node = ids.nodes(child.id).get(side).copied().flatten()?;
        let leaves = tree.leaves(node);
        let name = leaves
            .first()
            .and_then(|leaf| tree.nodes.get(*leaf)?.name.clone());
        let said: Vec<u64> = leaves.iter().flat_map(|leaf| tokens(tree.says(*leaf))).collect();
        (said.len() >= TELLING).then_some((name, said))
    };
    // Two names are two things.
    let is_like = |(name, said): &(Option<String>, Vec<u64>), (other, also): &(Option<String>, Vec<u64>)| {
        name == other && similarity(said, also) >= ALIKE
    };
    let ours: Vec<_> = of(OURS).filter_map(|at| words(at, OURS)).collect();
    of(THEIRS)
        .filter(|at| {
            let own = words(*at, THEIRS);
            own.is_some_and(|own| ours.iter().any(|other| is_like(&own, other)))
        })
        .collect()
}
