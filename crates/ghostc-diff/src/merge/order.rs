//! The order of what is in one place, from three orders: what a side moved or added stands where that side has it.

use std::collections::{BTreeMap, BTreeSet};

/// One order of all that `keep` holds. Each list names what the base, ours and theirs have here, without repetition.
pub(super) fn merge(base: &[usize], ours: &[usize], theirs: &[usize], keep: &BTreeSet<usize>) -> Vec<usize> {
    let (ours_stays, theirs_stays) = (unmoved(base, ours), unmoved(base, theirs));
    let has = |side: &[usize]| side.iter().copied().collect::<BTreeSet<usize>>();
    let (in_ours, in_theirs) = (has(ours), has(theirs));
    let stays = |at: &usize, side: &BTreeSet<usize>, unmoved: &BTreeSet<usize>| {
        !side.contains(at) || unmoved.contains(at)
    };
    let fixed: Vec<usize> = base
        .iter()
        .copied()
        .filter(|at| {
            keep.contains(at) && stays(at, &in_ours, &ours_stays) && stays(at, &in_theirs, &theirs_stays)
        })
        .collect();
    let places: BTreeMap<usize, usize> = fixed
        .iter()
        .enumerate()
        .map(|(place, at)| (*at, place + 1))
        .collect();
    let one = gaps(ours, &places, |at| {
        keep.contains(&at) && !ours_stays.contains(&at)
    });
    let mut other = gaps(theirs, &places, |at| {
        keep.contains(&at) && !theirs_stays.contains(&at)
    });
    // What both moved or added stands where ours has it.
    for (gap, list) in &mut other {
        let here = one.get(gap);
        list.retain(|at| {
            here.is_some_and(|here| here.contains(at)) || !one.values().any(|list| list.contains(at))
        });
    }
    let mut out = Vec::new();
    for gap in 0..=fixed.len() {
        let (ours, theirs) = (one.get(&gap), other.get(&gap));
        out.extend(interleave(
            ours.map_or(&[], Vec::as_slice),
            theirs.map_or(&[], Vec::as_slice),
        ));
        out.extend(fixed.get(gap));
    }
    out
}

/// What a side placed itself, by how many fixed ones stand before it.
fn gaps(
    side: &[usize],
    places: &BTreeMap<usize, usize>,
    placed: impl Fn(usize) -> bool,
) -> BTreeMap<usize, Vec<usize>> {
    let mut out: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let mut gap = 0;
    for at in side {
        match places.get(at) {
            Some(place) => gap = *place,
            None if placed(*at) => out.entry(gap).or_default().push(*at),
            None => {}
        }
    }
    out
}

/// Ours before theirs, but for what theirs has before something that both have.
fn interleave(ours: &[usize], theirs: &[usize]) -> Vec<usize> {
    let mut out: Vec<usize> = Vec::new();
    let mut from = 0;
    for at in ours {
        let rest = theirs.get(from..).unwrap_or_default();
        if let Some(place) = rest.iter().position(|other| other == at) {
            out.extend(rest.iter().take(place).filter(|other| !ours.contains(other)));
            from += place + 1;
        }
        out.push(*at);
    }
    out.extend(theirs.iter().skip(from).filter(|other| !ours.contains(other)));
    let mut seen = BTreeSet::new();
    out.retain(|at| seen.insert(*at));
    // Where the two disagree about what both have, nothing may get lost.
    let missing: Vec<usize> = theirs.iter().copied().filter(|at| !seen.contains(at)).collect();
    out.extend(missing);
    out
}

/// The most that stand in the same order in both lists.
fn unmoved(base: &[usize], side: &[usize]) -> BTreeSet<usize> {
    let places: BTreeMap<usize, usize> = base.iter().enumerate().map(|(place, at)| (*at, place)).collect();
    let common: Vec<(usize, usize)> = side
        .iter()
        .filter_map(|at| Some((*places.get(at)?, *at)))
        .collect();
    // The longest rising run of places: for each length, the run that ends lowest.
    let mut tops: Vec<usize> = Vec::new();
    let mut below: Vec<Option<usize>> = vec![None; common.len()];
    let place = |at: usize| common.get(at).map_or(0, |(place, _)| *place);
    for (at, (here, _)) in common.iter().enumerate() {
        let length = tops.partition_point(|top| place(*top) < *here);
        if let Some(slot) = below.get_mut(at) {
            *slot = length.checked_sub(1).and_then(|length| tops.get(length).copied());
        }
        match tops.get_mut(length) {
            Some(top) => *top = at,
            None => tops.push(at),
        }
    }
    let mut out = BTreeSet::new();
    let mut next = tops.last().copied();
    while let Some((at, (_, found))) = next.and_then(|at| Some((at, common.get(at)?))) {
        out.insert(*found);
        next = below.get(at).copied().flatten();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::merge;

    fn order(base: &[usize], ours: &[usize], theirs: &[usize]) -> Vec<usize> {
        merge(
            base,
            ours,
            theirs,
            &base.iter().chain(ours).chain(theirs).copied().collect(),
        )
    }

    #[test]
    fn what_each_side_moves_or_adds_stands_where_it_has_it() {
        assert_eq!(order(&[1, 2, 3], &[1, 9, 2, 3], &[1, 2, 8, 3]), [1, 9, 2, 8, 3]);
        assert_eq!(order(&[1, 2, 3], &[1, 2, 3, 9], &[1, 2, 3, 8]), [1, 2, 3, 9, 8]);
        assert_eq!(
            order(&[1, 2, 3, 4], &[2, 3, 4, 1], &[1, 2, 9, 3, 4]),
            [2, 9, 3, 4, 1]
        );
        assert_eq!(order(&[1, 2], &[1, 8, 7, 2], &[1, 6, 8, 2]), [1, 6, 8, 7, 2]);
    }

    #[test]
    fn what_both_move_is_there_once() {
        assert_eq!(order(&[1, 2, 3], &[3, 1, 2], &[2, 3, 1]).len(), 3);
        assert_eq!(order(&[1, 2, 3], &[3, 1, 2], &[3, 1, 2]), [3, 1, 2]);
        assert_eq!(order(&[], &[1, 2], &[2, 1]).len(), 2);
    }
}
