//! The merge by lines, where it is clean and loses and doubles nothing: what stands at lines of its own on each side
//! stands there in the result, which no matching of sentences knows better.

use super::leaf::{self, MergedPiece};
use super::tree::Tree;
use std::collections::BTreeMap;

/// How often each text stands in a document.
type Counts = BTreeMap<String, usize>;

/// The three texts merged by lines; nothing where edits meet, or where the result says what no side says, or misses what
/// one says, or says something twice that was moved.
pub(super) fn merge(
    texts: [&str; 3],
    trees: [&Tree; 3],
    read: &dyn Fn(&str) -> Option<Tree>,
) -> Option<String> {
    let [base, ours, theirs] = texts;
    let pieces = leaf::lines(base, ours, theirs);
    let parts = pieces.iter().map(|piece| match piece {
        MergedPiece::Text(text) => Some(text.as_str()),
        MergedPiece::Clash(_) => None,
    });
    let text = parts.collect::<Option<Vec<&str>>>()?.join("\n");
    let made = counts(&read(&text)?);
    let [base, ours, theirs] = trees.map(counts);
    let all = base
        .keys()
        .chain(ours.keys())
        .chain(theirs.keys())
        .chain(made.keys());
    let is_right = |said: &String| {
        let count = |of: &Counts| of.get(said).copied().unwrap_or(0);
        let (was, one, other, is) = (count(&base), count(&ours), count(&theirs), count(&made));
        let (added, other_added) = (one.saturating_sub(was), other.saturating_sub(was));
        // What no side says is put together of the two; of a sentence that binds, nobody has read that.
        let is_new = was + one + other == 0;
        let doubled = !is_new && is > was + added + other_added;
        let missed = is_new || is < added.max(other_added).max(was.min(one).min(other));
        let is_lost = missed && crate::diff::binds(said);
        !(doubled || is_lost)
    };
    all.into_iter().all(is_right).then_some(text)
}

/// What the leaves of a document say, and how often.
pub(super) fn counts(tree: &Tree) -> Counts {
    let mut out = Counts::new();
    for leaf in tree.leaves(0) {
        *out.entry(tree.says(leaf).to_string()).or_default() += 1;
    }
    out
}
