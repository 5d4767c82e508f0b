//! Where statements come from: each followed back through the commits to the one that gave it its words.

mod merges;

use super::commits::Commit;
use super::selection::Selection;
use super::snapshot::PackageSnapshot;
use super::walk::{PackagePair, Walk, pairs};
use crate::failure::Failure;
use crate::parallel::on_all_processors;
use ghostc_diff::diff::{Origin, origins, units};
use std::sync::Arc;

/// Words that a statement had, and who gave them to it.
#[derive(Clone)]
pub struct Version {
    /// The commit; nothing where they are not committed.
    pub commit: Option<Commit>,
    /// The words.
    pub text: String,
    /// Where the commit is a merge, the package after it, and the place of the statement among its units.
    pub(super) merged: Option<(Arc<PackageSnapshot>, usize)>,
}

/// A statement on its way back.
struct TracedUnit {
    /// Its place in the state that the walk has come to; nothing once its story is told.
    at: Option<usize>,
    /// Its words there.
    text: String,
    versions: Vec<Version>,
}

/// The versions of each chosen unit, newest first: the one that is there alone, or with `whole` all.
///
/// `committed` are the packages of the commit at which the walk starts, where the selection is not of them but of the
/// files on disk.
pub(crate) fn trace(
    selection: &Selection,
    committed: Option<&[Arc<PackageSnapshot>]>,
    walk: &mut Walk,
    whole: bool,
) -> Result<Vec<Vec<Version>>, Failure> {
    let mut lines: Vec<TracedUnit> = selection
        .chosen
        .iter()
        .filter_map(|at| TracedUnit::new(*at, selection))
        .collect();
    let mut snapshot = Some(Arc::clone(&selection.snapshot));
    if let Some(committed) = committed {
        let on_disk = [Arc::clone(&selection.snapshot)];
        let pair = pairs(committed, &on_disk, &[])
            .into_iter()
            .find(|pair| pair.new.is_some());
        if let Some(pair) = pair {
            let found = ancestry(&pair);
            advance(&mut lines, &pair, &found, None, whole);
            snapshot = pair.old;
        }
    }
    while lines.iter().any(|line| line.at.is_some()) {
        let steps = walk.next()?;
        if steps.is_empty() {
            break;
        }
        // Which package it is in which step does not hang on what is in it, so that all can be read together.
        let mut followed: Vec<(&Commit, PackagePair)> = Vec::new();
        for step in &steps {
            let is_it = |pair: &&PackagePair| match (&pair.new, &snapshot) {
                (Some(new), Some(snapshot)) => new.files.root == snapshot.files.root,
                _ => false,
            };
            if let Some(pair) = step.pairs.iter().find(is_it) {
                followed.push((&step.commit, pair.clone()));
                snapshot = pair.old.clone();
            }
        }
        let found = on_all_processors(&followed, |(_, pair)| ancestry(pair));
        for ((commit, pair), found) in followed.iter().zip(&found) {
            advance(&mut lines, pair, found, Some(commit), whole);
        }
    }
    let mut found = lines.into_iter().map(|line| line.versions).collect::<Vec<_>>();
    merges::look_into(walk, &mut found, whole)?;
    Ok(found)
}

impl TracedUnit {
    fn new(at: usize, selection: &Selection) -> Option<TracedUnit> {
        let unit = selection.units.get(at)?;
        Some(TracedUnit {
            at: Some(at),
            text: unit.text.text.clone(),
            versions: Vec::new(),
        })
    }
}

/// What each unit was before a commit.
fn ancestry(pair: &PackagePair) -> Vec<Option<Origin>> {
    let (old, new) = (pair.old.as_deref(), pair.new.as_deref());
    match (
        old.and_then(PackageSnapshot::package),
        new.and_then(PackageSnapshot::package),
    ) {
        (Some(before), Some(after)) => {
            let (old, new) = pair.sources();
            origins((before, old), (after, new))
        }
        _ => Vec::new(),
    }
}

/// Takes statements back over a commit, or over what is not committed.
fn advance(
    lines: &mut [TracedUnit],
    pair: &PackagePair,
    found: &[Option<Origin>],
    commit: Option<&Commit>,
    whole: bool,
) {
    let mut olds = None;
    let is_merge = commit.is_some_and(|commit| commit.parents.len() > 1);
    for line in lines {
        let Some(at) = line.at else { continue };
        let origin = found.get(at).copied().flatten();
        line.at = origin.map(|origin| origin.at);
        if origin.is_some_and(|origin| origin.same_words) {
            continue;
        }
        line.versions.push(Version {
            commit: commit.map(Commit::without_files),
            text: line.text.clone(),
            merged: pair
                .new
                .clone()
                .filter(|_| is_merge)
                .map(|snapshot| (snapshot, at)),
        });
        let Some(origin) = origin.filter(|_| whole) else {
            line.at = None;
            continue;
        };
        let olds = olds.get_or_insert_with(|| {
            let old = pair.old.as_deref();
            let package = old.and_then(PackageSnapshot::package);
            package
                .map(|package| units(package, pair.sources().0))
                .unwrap_or_default()
        });
        line.text = olds
            .get(origin.at)
            .map_or_else(String::new, |unit| unit.text.text.clone());
    }
}
