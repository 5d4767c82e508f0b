//! Units without a partner that stand where another one stood: one text in place of another.
//!
//! They are not the same unit, and take over no id; a reader of a change wants to see them side by side.

use super::similarity::{bags, best_pairs};
use super::units::words;
use super::{Matching, Outline, Pairs, grouped};
use std::collections::BTreeMap;

/// The least likeness of two of several units in one place.
const LIKE_IN_PLACE: f64 = 0.3;

/// The same where there is one on one side.
const LIKE_ALONE: f64 = 0.1;

/// Where a unit without a partner stands: in which section, below which unit, after and before which pairs.
type Gap = (usize, Option<usize>, Option<usize>, Option<usize>);

/// The pairs of units that have no partner and stand in the same place, so that one seems to be written instead of the
/// other.
pub fn rewritten(old: &Outline, new: &Outline, matching: &Matching) -> Pairs {
    let mut gaps: BTreeMap<Gap, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
    // Places are told in the new outline's terms; what has none there is in no gap.
    let section = |at: usize| matching.sections.new_of(at);
    let partner = |at: usize| matching.units.new_of(at);
    for (gap, at) in waiting(old, partner, section) {
        gaps.entry(gap).or_default().0.push(at);
    }
    let known = |at: usize| matching.units.old_of(at).map(|_| at);
    let paired = |at: usize| matching.sections.old_of(at).map(|_| at);
    for (gap, at) in waiting(new, known, paired) {
        gaps.entry(gap).or_default().1.push(at);
    }
    let mut pairs = Pairs::none(old.units.len(), new.units.len());
    for (olds, news) in gaps.values() {
        in_gap(old, new, olds, news, &mut pairs);
    }
    pairs
}

/// The units without a partner, each with its gap. The functions tell of what is paired its place in the new outline.
fn waiting(
    outline: &Outline,
    partner: impl Fn(usize) -> Option<usize>,
    section: impl Fn(usize) -> Option<usize>,
) -> Vec<(Gap, usize)> {
    let mut out = Vec::new();
    for (at, units) in grouped(&outline.units, outline.sections.len(), |unit| Some(unit.section))
        .iter()
        .enumerate()
    {
        let Some(home) = section(at) else { continue };
        let (mut before, mut open) = (None, 0);
        for unit in units {
            if let Some(place) = partner(*unit) {
                close(&mut out, open, Some(place));
                (before, open) = (Some(place), out.len());
                continue;
            }
            let above = outline.units.get(*unit).and_then(|unit| unit.parent);
            // Below something without a partner nothing can be compared.
            let above = above.map(&partner);
            if above != Some(None) {
                out.push(((home, above.flatten(), before, None), *unit));
            }
        }
        close(&mut out, open, None);
    }
    out
}

/// Tells the gaps from `open` on what follows them.
fn close(gaps: &mut [(Gap, usize)], open: usize, after: Option<usize>) {
    for ((_, _, _, next), _) in gaps.iter_mut().skip(open) {
        *next = after;
    }
}

fn in_gap(old: &Outline, new: &Outline, olds: &[usize], news: &[usize], pairs: &mut Pairs) {
    let (old_words, new_words) = (words(old, olds), words(new, news));
    let least = if old_words.len() == 1 || new_words.len() == 1 {
        LIKE_ALONE
    } else {
        LIKE_IN_PLACE
    };
    let (old_bags, new_bags) = (bags(&old_words), bags(&new_words));
    let found = best_pairs(&old_words, &new_words, |a, b| {
        old_bags.get(a)?.like(new_bags.get(b)?, least)
    });
    for (a, b) in found {
        if let (Some(a), Some(b)) = (olds.get(a), news.get(b)) {
            pairs.add(*a, *b);
        }
    }
}
