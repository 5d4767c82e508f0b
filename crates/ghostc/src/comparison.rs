//! Two states of a spec, read from git, files or folders, and what differs between them.

use crate::exit::Failure;
use crate::global::Global;
use crate::load::{self, Loaded};
use crate::output;
use crate::revision::Repository;
use ghostc_diff::diff::SpecDiff;
use ghostc_plan::{TaskGraph, plan};
use ghostc_spec::library::Library;
use ghostc_syntax::{Checked, Sound};
use std::path::{Path, PathBuf};

/// What is compared: the name of a state for people, and what was read of it.
pub(crate) struct State {
    pub(crate) name: String,
    pub(crate) loaded: Loaded,
}

/// Two states and what differs.
pub(crate) struct Comparison {
    pub(crate) old: State,
    pub(crate) new: State,
    pub(crate) found: SpecDiff,
    /// The new state and its tasks; nothing where it has errors.
    pub(crate) planned: Option<(Sound<Library>, Vec<TaskGraph>)>,
}

impl Comparison {
    /// Compares what people name: nothing for the work tree with the last commit, a revision or a range, a file or a
    /// folder, or two of these. With `against`, the names are files and folders of the work tree and of that revision.
    ///
    /// Where `staged` is asked for, the index stands in place of the work tree.
    ///
    /// A spec with errors is compared all the same; then nothing is said of tasks, and people are told.
    pub(crate) fn of(
        names: &[String],
        against: Option<&str>,
        staged: bool,
        global: &Global,
    ) -> Result<Comparison, Failure> {
        let (mut old, mut new) = states(names, against, staged, global)?;
        let (before, after) = both(&mut old.loaded, &mut new.loaded);
        let sources = &new.loaded.sources;
        let old_side = (&before.value, &old.loaded.sources);
        let (found, planned) = match after.strict() {
            Ok((library, _)) => {
                let named: Vec<PathBuf> = names.iter().map(PathBuf::from).collect();
                let is_wanted = |package: &_| load::is_wanted(package, &named);
                let graphs = plan(&library, sources, &new.loaded.settings, &is_wanted).value;
                let found = ghostc_diff::diff::diff(old_side, (&library, sources), &graphs);
                (found, Some((library, graphs)))
            }
            Err(broken) => {
                if !global.quiet {
                    output::say(&format!(
                        "{}: see `ghostc check`; nothing is said of tasks",
                        output::tally(&broken.diagnostics)
                    ));
                }
                let found = ghostc_diff::diff::diff(old_side, (&broken.value, sources), &[]);
                (found, None)
            }
        };
        // The process ends soon: giving back the memory piece by piece would cost a part of the run.
        std::mem::forget(before);
        Ok(Comparison {
            old,
            new,
            found,
            planned,
        })
    }
}

/// What both states say, read side by side.
fn both(old: &mut Loaded, new: &mut Loaded) -> (Checked<Library>, Checked<Library>) {
    std::thread::scope(|scope| {
        let before = scope.spawn(|| old.facts());
        let after = new.facts();
        (before.join().expect("reading does not panic"), after)
    })
}

/// Reads both states.
fn states(
    names: &[String],
    against: Option<&str>,
    staged: bool,
    global: &Global,
) -> Result<(State, State), Failure> {
    let now = |paths: &[String]| {
        if staged {
            at_index(paths, global)
        } else {
            work_tree(paths, global)
        }
    };
    if let Some(revision) = against {
        return Ok((at_revision(revision, names, global)?, now(names)?));
    }
    match names {
        [] => Ok((at_revision("HEAD", &[], global)?, now(&[])?)),
        [one] => match one.split_once("..") {
            _ if Path::new(one).exists() => {
                let paths = [one.clone()];
                Ok((at_revision("HEAD", &paths, global)?, now(&paths)?))
            }
            Some(_) if staged => Err(two_states()),
            Some((old, new)) => range(old, new, global),
            None => Ok((at_revision(one, &[], global)?, now(&[])?)),
        },
        [_, _, ..] if staged => Err(two_states()),
        [old, new, ..] => Ok((either(old, global)?, either(new, global)?)),
    }
}

fn two_states() -> Failure {
    Failure::usage("`--staged` compares the index, and two states are named beside it")
        .help("Name one revision, or none for the last commit; name paths with `--against`.")
}

/// `OLD..NEW`, or `OLD...NEW` from where they parted.
fn range(old: &str, new: &str, global: &Global) -> Result<(State, State), Failure> {
    let head = |name: &str| {
        if name.is_empty() {
            "HEAD".to_string()
        } else {
            name.to_string()
        }
    };
    match new.strip_prefix('.') {
        None => Ok((
            at_revision(&head(old), &[], global)?,
            at_revision(&head(new), &[], global)?,
        )),
        Some(new) => {
            let root = load::project_root(global)?;
            let parting = Repository::at(root.as_deref()).parting(&head(old), &head(new))?;
            let mut state = at_revision(&parting, &[], global)?;
            state.name = head(old);
            Ok((state, at_revision(&head(new), &[], global)?))
        }
    }
}

/// A file or folder where there is one, else a revision.
fn either(name: &str, global: &Global) -> Result<State, Failure> {
    if Path::new(name).exists() {
        let mut state = work_tree(&[name.to_string()], global)?;
        state.name = name.to_string();
        Ok(state)
    } else if load::project_root(global).is_ok_and(|root| Repository::at(root.as_deref()).is_there()) {
        at_revision(name, &[], global)
    } else {
        let message =
            format!("there is no `{name}` here, and no git repository of which it could be a revision");
        Err(Failure::usage(message).help("Name two files or folders."))
    }
}

fn at_revision(revision: &str, paths: &[String], global: &Global) -> Result<State, Failure> {
    let (repository, below) = repository(paths, global)?;
    Ok(State {
        name: revision.to_string(),
        loaded: repository.load(revision, &below)?,
    })
}

fn at_index(paths: &[String], global: &Global) -> Result<State, Failure> {
    let (repository, below) = repository(paths, global)?;
    Ok(State {
        name: "index".to_string(),
        loaded: repository.load_index(&below)?,
    })
}

/// Paths are those of the current folder; without any, the whole project is meant.
fn repository(paths: &[String], global: &Global) -> Result<(Repository, Vec<String>), Failure> {
    let root = load::project_root(global)?;
    let folder = root.as_deref().filter(|_| paths.is_empty());
    let below: Vec<String> = paths
        .iter()
        .map(|path| below_here(path))
        .collect::<Result<_, _>>()?;
    Ok((Repository::at(folder), below))
}

/// A path as git lists it: from the current folder down.
pub(crate) fn below_here(path: &str) -> Result<String, Failure> {
    let shown = load::shown(Path::new(path), Path::new(""));
    if shown.starts_with("..") || Path::new(path).is_absolute() {
        return Err(
            Failure::usage(format!("`{path}` is not below the current folder"))
                .help("Go to a folder above it, and name it from there."),
        );
    }
    Ok(shown)
}

fn work_tree(paths: &[String], global: &Global) -> Result<State, Failure> {
    let paths: Vec<PathBuf> = paths.iter().map(PathBuf::from).collect();
    let loaded = load::load(&paths, global)?;
    loaded.require_spec(&paths)?;
    Ok(State {
        name: "work tree".to_string(),
        loaded,
    })
}
