//! Two states without a package: the Markdown that differs between them, each file for itself.

use super::{SpecState, StateReader};
use crate::failure::Failure;
use ghostc_spec::layout::{self, PackageFiles};
use std::collections::{BTreeMap, BTreeSet};

/// The two states with a package for each Markdown file that differs, by its path in any letter case.
pub(super) fn states(
    (old, new): (SpecState, SpecState),
    at: &StateReader<'_>,
) -> Result<(SpecState, SpecState), Failure> {
    let Some(before) = old.revision.clone() else {
        return Err(nothing(&old, &new));
    };
    let (repository, _) = at.repository(&[])?;
    let was = repository.tree(&before)?;
    let is = match &new.revision {
        Some(revision) => repository.tree(revision)?,
        None => repository.tree_of_work(&before, &was)?,
    };
    let is_text = |path: &&String| {
        let lower = path.to_lowercase();
        lower.ends_with(".md") || lower.ends_with(".markdown")
    };
    if !was.keys().chain(is.keys()).any(|path| is_text(&path)) {
        return Err(nothing(&old, &new));
    }
    let differ = |path: &&String| was.get(*path) != is.get(*path);
    let gone: Vec<String> = was.keys().filter(is_text).filter(differ).cloned().collect();
    let came: Vec<String> = is.keys().filter(is_text).filter(differ).cloned().collect();
    let mut before_state = old;
    before_state.loaded = repository.load_alone(was, &gone)?;
    let mut after_state = match &new.revision {
        Some(_) => SpecState {
            loaded: repository.load_alone(is, &came)?,
            ..new
        },
        None if came.is_empty() => new,
        None => at.work_tree(&came)?,
    };
    // A file is the same one under a name in other letters.
    let names: BTreeMap<String, String> = came
        .iter()
        .map(|path| (path.to_lowercase(), path.clone()))
        .collect();
    before_state.loaded.packages = each(&gone, &names);
    after_state.loaded.packages = each(&came, &names);
    let read: BTreeSet<String> = came.into_iter().chain(gone).collect();
    before_state.loaded.existing.extend(read.iter().cloned());
    after_state.loaded.existing.extend(read);
    Ok((before_state, after_state))
}

/// A package for each file.
fn each(paths: &[String], names: &BTreeMap<String, String>) -> Vec<PackageFiles> {
    let package = |path: &String| PackageFiles {
        root: layout::folder(path).to_string(),
        name: names.get(&path.to_lowercase()).unwrap_or(path).clone(),
        documents: vec![path.clone()],
        ..PackageFiles::default()
    };
    paths.iter().map(package).collect()
}

fn nothing(old: &SpecState, new: &SpecState) -> Failure {
    Failure::usage(format!(
        "there is nothing to compare: neither `{}` nor `{}` has a spec or any Markdown here",
        old.name, new.name
    ))
    .help("Go to the folder that has them, or name two files.")
}
