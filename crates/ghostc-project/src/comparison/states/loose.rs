//! Two states without a package: the Markdown that differs between them, each file for itself.

use super::{SpecState, StateName, StateReader};
use crate::failure::Failure;
use crate::repository::{Tree, lies_in};
use ghostc_spec::layout::{self, PackageFiles};
use std::collections::{BTreeMap, BTreeSet};

/// A state, its files from the current folder down, and those of its files and folders that are wanted.
type Side<'s> = (&'s StateName, Tree, &'s [String]);

/// The two states with a package for each Markdown file that differs in some folders, beside what other paths have. A
/// file is the same one under a name in other letters.
pub(super) fn states(
    [(before, was, was_named), (after, is, is_named)]: [Side<'_>; 2],
    folders: &[String],
    at: &StateReader<'_>,
) -> Result<(SpecState, SpecState), Failure> {
    let is = match (before, after) {
        (StateName::Revision(old), StateName::WorkTree) => at.repository(true)?.tree_of_work(old, &was)?,
        _ => is,
    };
    let is_here = |path: &&String| folders.iter().any(|folder| lies_in(path, folder));
    let is_text = |path: &&String| layout::is_document(path) && is_here(path);
    if !was.keys().chain(is.keys()).any(|path| is_text(&path)) {
        return Err(at.nothing(before.name(), after.name(), &is));
    }
    let differ = |path: &&String| was.get(*path) != is.get(*path);
    let texts =
        |tree: &Tree| -> Vec<String> { tree.keys().filter(is_text).filter(differ).cloned().collect() };
    let (gone, came) = (texts(&was), texts(&is));
    let starts = |named: &[String], texts: &[String]| -> Vec<String> {
        let kept = named.iter().filter(|start| !folders.contains(start));
        kept.chain(texts).cloned().collect()
    };
    let mut old = at.read_at(before, &was, &starts(was_named, &gone))?;
    let mut new = at.read_at(after, &is, &starts(is_named, &came))?;
    name_by_path(&mut old, &mut new);
    let read: BTreeSet<String> = was.into_keys().chain(is.into_keys()).collect();
    old.loaded.existing.extend(read.iter().cloned());
    new.loaded.existing.extend(read);
    Ok((old, new))
}

/// Calls each document that is a package of its own by its path: a file is the same one under a name in other letters.
pub(super) fn name_by_path(old: &mut SpecState, new: &mut SpecState) {
    let is_alone = |package: &&mut PackageFiles| layout::is_document(&package.root);
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    for package in new.loaded.packages.iter_mut().filter(is_alone) {
        package.name.clone_from(&package.root);
        names.insert(package.root.to_lowercase(), package.root.clone());
    }
    for package in old.loaded.packages.iter_mut().filter(is_alone) {
        let now = names.get(&package.root.to_lowercase());
        package.name = now.unwrap_or(&package.root).clone();
    }
}
