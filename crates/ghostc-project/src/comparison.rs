//! Two states of a spec, read from git, files or folders, and what differs between them.

mod states;

use crate::failure::Failure;
use crate::host::Host;
use crate::load::{self, Loaded};
use ghostc_diff::diff::SpecDiff;
use ghostc_plan::{TaskGraph, plan};
use ghostc_spec::library::Library;
use ghostc_spec::parallel::both;
use ghostc_syntax::{Diagnostic, Sound};
use std::path::PathBuf;

/// A state of a spec.
pub struct SpecState {
    /// What people call it: a revision, a path, or `work tree`.
    pub name: String,
    /// What was read of it.
    pub loaded: Loaded,
}

/// Two states and what differs.
pub struct Comparison {
    /// What there was.
    pub old: SpecState,
    /// What there is.
    pub new: SpecState,
    /// What differs.
    pub found: SpecDiff,
    /// The new state and its tasks; nothing where it has errors.
    pub planned: Option<(Sound<Library>, Vec<TaskGraph>)>,
    /// The findings of the new state, where it has errors.
    pub broken: Vec<Diagnostic>,
}

/// Which states are compared, and where they are.
#[derive(Clone, Debug, Default)]
pub struct States {
    /// Nothing for the work tree with the last commit, a revision or a range, a file or a folder, or two of these; after
    /// revisions, paths as in `paths`.
    pub names: Vec<String>,
    /// Files, folders and globs, from the current folder down: nothing else is compared of revisions. Each is in one of
    /// the two states at least.
    pub paths: Vec<String>,
    /// With it, the names are paths too, and this revision is compared with the work tree.
    pub against: Option<String>,
    /// Whether the index stands in place of the work tree.
    pub staged: bool,
    /// The project's folder; nothing for the one that the current folder lies in.
    pub project: Option<PathBuf>,
}

impl Comparison {
    /// Compares two states. A spec with errors is compared all the same; then nothing is said of tasks.
    pub(crate) fn of(states: &States, host: &Host) -> Result<Comparison, Failure> {
        let (mut old, mut new) = states::read(states, host)?;
        let (before, after) = both(|| old.loaded.facts(), || new.loaded.facts());
        let sources = &new.loaded.sources;
        let old_side = (&before.value, &old.loaded.sources);
        let (found, planned, broken) = match after.strict() {
            Ok((library, _)) => {
                let named = states.names.iter().chain(&states.paths);
                let named: Vec<PathBuf> = named.map(PathBuf::from).collect();
                let is_wanted = |package: &_| load::is_wanted(package, &named);
                let graphs = || plan(&library, sources, &new.loaded.settings, &is_wanted).value;
                let (found, graphs) = ghostc_diff::diff::diff_beside(old_side, (&library, sources), graphs);
                (found, Some((library, graphs)), Vec::new())
            }
            Err(broken) => {
                let found = ghostc_diff::diff::diff(old_side, (&broken.value, sources), &[]);
                (found, None, broken.diagnostics)
            }
        };
        // Callers end with the comparison: giving back the memory piece by piece would cost a part of the run.
        std::mem::forget(before);
        Ok(Comparison {
            old,
            new,
            found,
            planned,
            broken,
        })
    }
}
