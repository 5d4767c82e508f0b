//! Two states of a spec, read from git, files or folders, and what differs between them.

mod loose;

use crate::failure::Failure;
use crate::host::Host;
use crate::load::{self, Loaded};
use crate::paths::below_here;
use crate::repository::Repository;
use ghostc_diff::diff::SpecDiff;
use ghostc_plan::{TaskGraph, plan};
use ghostc_spec::library::Library;
use ghostc_spec::parallel::both;
use ghostc_syntax::{Diagnostic, Sound};
use std::path::{Path, PathBuf};

/// A state of a spec.
pub struct SpecState {
    /// What people call it: a revision, a path, or `work tree`.
    pub name: String,
    /// The revision that it is; nothing for the work tree and the index.
    pub(crate) revision: Option<String>,
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
    /// Nothing for the work tree with the last commit, a revision or a range, a file or a folder, or two of these.
    pub names: Vec<String>,
    /// With it, the names are files and folders of the work tree and of this revision.
    pub against: Option<String>,
    /// Whether the index stands in place of the work tree.
    pub staged: bool,
    /// The project's folder; nothing for the one that the current folder lies in.
    pub project: Option<PathBuf>,
}

impl Comparison {
    /// Compares two states. A spec with errors is compared all the same; then nothing is said of tasks.
    pub(crate) fn of(states: &States, host: &Host) -> Result<Comparison, Failure> {
        let at = StateReader {
            project: states.project.as_deref(),
            host,
        };
        let (mut old, mut new) = at.states(states)?;
        if old.loaded.packages.is_empty() && new.loaded.packages.is_empty() {
            (old, new) = loose::states((old, new), &at)?;
        }
        let (before, after) = both(|| old.loaded.facts(), || new.loaded.facts());
        let sources = &new.loaded.sources;
        let old_side = (&before.value, &old.loaded.sources);
        let (found, planned, broken) = match after.strict() {
            Ok((library, _)) => {
                let named: Vec<PathBuf> = states.names.iter().map(PathBuf::from).collect();
                let is_wanted = |package: &_| load::is_wanted(package, &named);
                let graphs = plan(&library, sources, &new.loaded.settings, &is_wanted).value;
                let found = ghostc_diff::diff::diff(old_side, (&library, sources), &graphs);
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

/// Where states are read from.
struct StateReader<'h> {
    project: Option<&'h Path>,
    host: &'h Host,
}

fn two_states() -> Failure {
    Failure::usage("`--staged` compares the index, and two states are named beside it")
        .help("Name one revision, or none for the last commit; name paths with `--against`.")
}

impl StateReader<'_> {
    /// Reads both states.
    fn states(&self, asked: &States) -> Result<(SpecState, SpecState), Failure> {
        let now = |paths: &[String]| {
            if asked.staged {
                self.at_index(paths)
            } else {
                self.work_tree(paths)
            }
        };
        if let Some(revision) = &asked.against {
            let names = &asked.names;
            return Ok((self.at_revision(revision, names)?, now(names)?));
        }
        match asked.names.as_slice() {
            [] => Ok((self.at_revision("HEAD", &[])?, now(&[])?)),
            [one] => match one.split_once("..") {
                _ if self.host.files.exists(Path::new(one)) => {
                    let paths = [one.clone()];
                    Ok((self.at_revision("HEAD", &paths)?, now(&paths)?))
                }
                Some(_) if asked.staged => Err(two_states()),
                Some((old, new)) => self.range(old, new),
                None => Ok((self.at_revision(one, &[])?, now(&[])?)),
            },
            [_, _, ..] if asked.staged => Err(two_states()),
            [old, new, ..] => Ok((self.either(old)?, self.either(new)?)),
        }
    }

    /// `OLD..NEW`, or `OLD...NEW` from where they parted.
    fn range(&self, old: &str, new: &str) -> Result<(SpecState, SpecState), Failure> {
        let head = |name: &str| {
            if name.is_empty() {
                "HEAD".to_string()
            } else {
                name.to_string()
            }
        };
        match new.strip_prefix('.') {
            None => Ok((
                self.at_revision(&head(old), &[])?,
                self.at_revision(&head(new), &[])?,
            )),
            Some(new) => {
                let root = load::project_root(self.project, self.host)?;
                let repository = Repository::at(root.as_deref(), self.host);
                let parting = repository.parting(&head(old), &head(new))?;
                let mut state = self.at_revision(&parting, &[])?;
                state.name = head(old);
                Ok((state, self.at_revision(&head(new), &[])?))
            }
        }
    }

    /// A file or folder where there is one, else a revision.
    fn either(&self, name: &str) -> Result<SpecState, Failure> {
        let is_repository = || {
            let root = load::project_root(self.project, self.host);
            root.is_ok_and(|root| Repository::at(root.as_deref(), self.host).is_there())
        };
        if self.host.files.exists(Path::new(name)) {
            let mut state = self.work_tree(&[name.to_string()])?;
            state.name = name.to_string();
            Ok(state)
        } else if let Some((revision, path)) = name.split_once(':') {
            let path = path.trim_start_matches("./").to_string();
            let mut state = self.at_revision(revision, std::slice::from_ref(&path))?;
            if state.loaded.packages.is_empty() {
                let message = format!("there is no Markdown `{path}` in `{revision}`");
                return Err(Failure::usage(message).help("Name it from the current folder down."));
            }
            state.name = name.to_string();
            Ok(state)
        } else if is_repository() {
            self.at_revision(name, &[])
        } else {
            let message =
                format!("there is no `{name}` here, and no git repository of which it could be a revision");
            Err(Failure::usage(message).help("Name two files or folders."))
        }
    }

    fn at_revision(&self, revision: &str, paths: &[String]) -> Result<SpecState, Failure> {
        let (repository, below) = self.repository(paths)?;
        Ok(SpecState {
            name: revision.to_string(),
            revision: Some(revision.to_string()),
            loaded: repository.load(revision, &below)?,
        })
    }

    fn at_index(&self, paths: &[String]) -> Result<SpecState, Failure> {
        let (repository, below) = self.repository(paths)?;
        Ok(SpecState {
            name: "index".to_string(),
            revision: None,
            loaded: repository.load_index(&below)?,
        })
    }

    /// Paths are those of the current folder; without any, the whole project is meant.
    fn repository(&self, paths: &[String]) -> Result<(Repository, Vec<String>), Failure> {
        let root = load::project_root(self.project, self.host)?;
        let folder = root.as_deref().filter(|_| paths.is_empty());
        let below: Vec<String> = paths
            .iter()
            .map(|path| below_here(path))
            .collect::<Result<_, _>>()?;
        Ok((Repository::at(folder, self.host), below))
    }

    fn work_tree(&self, paths: &[String]) -> Result<SpecState, Failure> {
        let paths: Vec<PathBuf> = paths.iter().map(PathBuf::from).collect();
        let loaded = load::load(&paths, self.project, self.host)?;
        if !paths.is_empty() {
            loaded.require_spec(&paths)?;
        }
        Ok(SpecState {
            name: "work tree".to_string(),
            revision: None,
            loaded,
        })
    }
}
