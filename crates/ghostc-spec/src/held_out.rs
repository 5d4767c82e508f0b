//! Which cases the agent never sees: a share of each operation's cases, chosen by the hash of the case's id.
//! The methods of an object count as one operation.
//!
//! The choice is stable: it depends on nothing but the ids of one operation's cases. What the author marked stays as
//! marked, and what an example of the spec shows is visible anyway.

use crate::library::Case;
use std::collections::BTreeMap;

/// Operations with fewer cases keep none back unless the author says so.
const LEAST: usize = 5;

/// Marks the held-out cases. `group` gives of an operation the one whose cases count as its own; `fixed` says of a
/// case whether its mark is the author's, and may not be changed.
pub fn mark(cases: &mut [Case], share: f64, group: impl Fn(usize) -> usize, fixed: impl Fn(&Case) -> bool) {
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, case) in cases
        .iter()
        .enumerate()
        .filter(|(_, case)| case.skip.is_none() && !case.is_example)
    {
        if let Some(operation) = case.operation {
            groups.entry(group(operation)).or_default().push(at);
        }
    }
    for group in groups.into_values() {
        let wanted = wanted(group.len(), share);
        let free = group.into_iter().filter_map(|at| {
            let case = cases.get(at).filter(|case| !fixed(case))?;
            Some((case.id.as_str(), at))
        });
        let chosen = chosen(free, wanted);
        for at in chosen {
            if let Some(case) = cases.get_mut(at) {
                case.held_out = true;
            }
        }
    }
}

/// So many of some places, chosen by the hashes of their ids.
pub(crate) fn chosen<'i>(ids: impl IntoIterator<Item = (&'i str, usize)>, wanted: usize) -> Vec<usize> {
    let ids = ids.into_iter();
    let mut free: Vec<(blake3::Hash, usize)> =
        ids.map(|(id, at)| (blake3::hash(id.as_bytes()), at)).collect();
    // Which come first matters, and not in what order they do.
    if wanted < free.len() {
        free.select_nth_unstable_by(wanted, |(a, x), (b, y)| (a.as_bytes(), x).cmp(&(b.as_bytes(), y)));
    }
    free.into_iter().take(wanted).map(|(_, at)| at).collect()
}

/// How many of so many are held out.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "counts of cases are small"
)]
pub(crate) fn wanted(count: usize, share: f64) -> usize {
    if count < LEAST {
        0
    } else {
        (count as f64 * share).round() as usize
    }
}
