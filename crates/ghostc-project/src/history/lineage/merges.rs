//! Words that came with a merge: which commit of the merged branch wrote them.

use super::{Version, trace};
use crate::failure::Failure;
use crate::history::selection::Selection;
use crate::history::walk::Walk;
use ghostc_diff::diff::units;
use std::collections::BTreeMap;

/// The place of a version: that of its statement, and its own among the versions of that.
type VersionIndex = (usize, usize);

/// Puts the commits of merged branches at the place of the merges. A merge stays where it wrote the words itself.
pub(super) fn look_into(walk: &Walk, lines: &mut [Vec<Version>], whole: bool) -> Result<(), Failure> {
    let mut merges: BTreeMap<String, Vec<VersionIndex>> = BTreeMap::new();
    for (line, versions) in lines.iter().enumerate() {
        for (at, version) in versions.iter().enumerate() {
            let commit = version.commit.as_ref().filter(|_| version.merged.is_some());
            if let Some(commit) = commit {
                merges.entry(commit.id.clone()).or_default().push((line, at));
            }
        }
    }
    let mut found = BTreeMap::new();
    for places in merges.into_values() {
        branches(walk, lines, places, whole, &mut found)?;
    }
    // From the last place on, so that those before it stay where they are.
    for ((line, at), versions) in found.into_iter().rev() {
        if let Some(line) = lines.get_mut(line) {
            line.splice(at..=at, versions);
        }
    }
    Ok(())
}

/// Follows what one merge brought through each of its branches.
fn branches(
    walk: &Walk,
    lines: &[Vec<Version>],
    mut open: Vec<VersionIndex>,
    whole: bool,
    found: &mut BTreeMap<VersionIndex, Vec<Version>>,
) -> Result<(), Failure> {
    let version = |(line, at): &VersionIndex| lines.get(*line).and_then(|line| line.get(*at));
    let Some(merge) = open.first().and_then(version) else {
        return Ok(());
    };
    let (Some(commit), Some((snapshot, _))) = (&merge.commit, &merge.merged) else {
        return Ok(());
    };
    let Some((package, trunk)) = snapshot.package().zip(commit.parents.first()) else {
        return Ok(());
    };
    for tip in commit.parents.iter().skip(1) {
        let places = open
            .iter()
            .filter_map(|place| Some(version(place)?.merged.as_ref()?.1));
        let selection = Selection {
            snapshot: snapshot.clone(),
            units: units(package, snapshot.sources()),
            chosen: places.collect(),
        };
        let (mut branch, newest) = walk.branch(trunk, tip)?;
        let traced = trace(&selection, Some(&newest), &mut branch, whole)?;
        let mut left = Vec::new();
        for (place, versions) in open.into_iter().zip(traced) {
            if versions.first().is_some_and(|version| version.commit.is_some()) {
                found.insert(place, versions);
            } else {
                left.push(place);
            }
        }
        open = left;
    }
    Ok(())
}
