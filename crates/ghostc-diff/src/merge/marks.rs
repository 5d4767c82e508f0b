//! The marks of a list: what one side adds to it has the mark that the other side gave to all of it.

use super::decide::MergedNode;
use super::identity::{BASE, Ids};
use super::leaf::MergedPiece;
use super::tree::NodeKind;

/// Gives the items that a side added to a list the mark that the others have, where these have one.
pub(super) fn follow(made: &mut MergedNode, ids: &Ids) {
    if made.kind == NodeKind::List {
        let is_old = |child: &MergedNode| ids.nodes(child.id).get(BASE).copied().flatten().is_some();
        let mut marks = made
            .children
            .iter()
            .filter(|child| is_old(child))
            .filter_map(mark);
        let first = marks.next();
        if let Some(of_list) = first.filter(|first| marks.all(|mark| mark == *first)) {
            for child in made.children.iter_mut().filter(|child| !is_old(child)) {
                set(child, of_list);
            }
        }
    }
    for child in &mut made.children {
        follow(child, ids);
    }
}

/// The mark of an item of a list without numbers.
fn mark(item: &MergedNode) -> Option<char> {
    let [MergedPiece::Text(text)] = item.head.as_slice() else {
        return None;
    };
    text.chars().next().filter(|c| matches!(c, '-' | '*' | '+'))
}

fn set(item: &mut MergedNode, of_list: char) {
    if mark(item).is_none() {
        return;
    }
    if let [MergedPiece::Text(text)] = item.head.as_mut_slice() {
        let rest: String = text.chars().skip(1).collect();
        *text = format!("{of_list}{rest}");
    }
}
