//! What the names of a comparison mean, and the two states that they stand for.

mod loose;

use super::{SpecState, States};
use crate::failure::Failure;
use crate::host::Host;
use crate::load::{self, Loaded};
use crate::paths::{below_here, shown};
use crate::repository::{Repository, Tree, lies_in};
use ghostc_spec::layout;
use ghostc_spec::parallel::both;
use ghostc_syntax::glob;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// A state of a repository, of which paths may be wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum StateName {
    Revision(String),
    Index,
    WorkTree,
}

/// Two states, as the names of a comparison say them.
enum StatesQuery {
    /// Two files, folders or revisions, each for itself.
    Each(String, String),
    /// Two states of the repository, what the old one is called, and the paths that are wanted of both.
    Both(StateName, StateName, Option<String>, Vec<String>),
}

/// Where states are read from.
pub(super) struct StateReader<'h> {
    project: Option<&'h Path>,
    pub(super) host: &'h Host,
}

/// Reads both states. What is neither a revision nor a path may be a package.
pub(super) fn read(asked: &States, host: &Host) -> Result<(SpecState, SpecState), Failure> {
    read_by_path(asked, host).or_else(|failure| {
        let folders = |names: &[String]| {
            let found = load::folders_of(names, asked.project.as_deref(), host);
            found.unwrap_or_else(|_| names.to_vec())
        };
        let (names, paths) = (folders(&asked.names), folders(&asked.paths));
        if (&names, &paths) == (&asked.names, &asked.paths) {
            return Err(failure);
        }
        let meant = States {
            names,
            paths,
            ..asked.clone()
        };
        read_by_path(&meant, host)
    })
}

fn read_by_path(asked: &States, host: &Host) -> Result<(SpecState, SpecState), Failure> {
    let at = StateReader {
        project: asked.project.as_deref(),
        host,
    };
    match at.understood(asked)? {
        StatesQuery::Each(old, new) => {
            let (old, new) = both(|| at.either(&old), || at.either(&new));
            let (old, new) = (old?, new?);
            if old.loaded.packages.is_empty() && new.loaded.packages.is_empty() {
                return Err(at.nothing(&old.name, &new.name, &Tree::new()));
            }
            Ok((old, new))
        }
        StatesQuery::Both(before, after, called, paths) => {
            let (mut old, new) = at.both(&before, &after, &paths)?;
            old.name = called.unwrap_or(old.name);
            Ok((old, new))
        }
    }
}

fn two_states() -> Failure {
    Failure::usage("`--staged` compares the index, and two states are named beside it")
        .help("Name one revision, or none for the last commit; name paths after `--`.")
}

impl StateReader<'_> {
    /// What the names stand for: revisions come first, and what follows them are paths, as for git.
    fn understood(&self, asked: &States) -> Result<StatesQuery, Failure> {
        let now = if asked.staged {
            StateName::Index
        } else {
            StateName::WorkTree
        };
        let revision = |name: &str| StateName::Revision(name.to_string());
        // No revision holds these characters.
        let is_path = |name: &String| self.host.files.exists(Path::new(name)) || name.contains(['*', '?']);
        let paths = |names: &[String]| names.iter().chain(&asked.paths).cloned().collect::<Vec<_>>();
        let names = asked.names.as_slice();
        if let Some(against) = &asked.against {
            return Ok(StatesQuery::Both(revision(against), now, None, paths(names)));
        }
        let revisions = names.iter().take(2).take_while(|name| !is_path(name)).count();
        let is_file = |name: &String| is_path(name) || name.contains(':');
        if let ([old, new], []) = (names, asked.paths.as_slice())
            && (is_file(old) || !is_path(new))
        {
            if asked.staged {
                return Err(two_states());
            }
            if is_file(old) || is_file(new) {
                return Ok(StatesQuery::Each(old.clone(), new.clone()));
            }
        }
        let rest = names.get(revisions..).unwrap_or_default();
        match names.get(..revisions).unwrap_or_default() {
            [] => Ok(StatesQuery::Both(revision("HEAD"), now, None, paths(rest))),
            [one] if one.contains("..") => {
                if asked.staged {
                    return Err(two_states());
                }
                let (old, new, called) = self.range(one)?;
                Ok(StatesQuery::Both(
                    revision(&old),
                    revision(&new),
                    called,
                    paths(rest),
                ))
            }
            [one] => match one.split_once(':') {
                Some((_, path)) if rest.is_empty() && asked.paths.is_empty() => {
                    Ok(StatesQuery::Each(one.clone(), path.to_string()))
                }
                _ => Ok(StatesQuery::Both(revision(one), now, None, paths(rest))),
            },
            _ if asked.staged => Err(two_states()),
            [old, new, ..] => Ok(StatesQuery::Both(revision(old), revision(new), None, paths(rest))),
        }
    }

    /// The two revisions of `OLD..NEW`, or of `OLD...NEW`, which starts where they parted and is called after `OLD`.
    fn range(&self, range: &str) -> Result<(String, String, Option<String>), Failure> {
        let (old, new) = range.split_once("..").unwrap_or((range, ""));
        let head = |name: &str| if name.is_empty() { "HEAD" } else { name }.to_string();
        match new.strip_prefix('.') {
            None => Ok((head(old), head(new), None)),
            Some(new) => {
                let root = load::project_root(self.project, self.host)?;
                let repository = Repository::at(root.as_deref(), self.host);
                let parting = repository.parting(&head(old), &head(new))?;
                Ok((parting, head(new), Some(head(old))))
            }
        }
    }

    /// Two states of the repository, or what they hold at some paths. Where neither has a package there, the Markdown
    /// that differs is compared, each file for itself.
    fn both(
        &self,
        before: &StateName,
        after: &StateName,
        paths: &[String],
    ) -> Result<(SpecState, SpecState), Failure> {
        if paths.is_empty() {
            let (old, new) = both(|| self.read_project(before), || self.read_project(after));
            let (old, new) = (old?, new?);
            if !old.loaded.packages.is_empty() || !new.loaded.packages.is_empty() {
                return Ok((old, new));
            }
            let (was, is) = (self.tree(before)?, self.tree(after)?);
            return loose::states([(before, was, &[]), (after, is, &[])], &[String::new()], self);
        }
        let paths: Vec<String> = paths
            .iter()
            .map(|path| below_here(path))
            .collect::<Result<_, _>>()?;
        let (old_tree, new_tree) = both(|| self.tree(before), || self.tree(after));
        let (old_tree, new_tree) = (old_tree?, new_tree?);
        let was = self.starts(before, &old_tree, &paths);
        let is = self.starts(after, &new_tree, &paths);
        for (path, (was, is)) in paths.iter().zip(was.iter().zip(&is)) {
            if was.is_empty() && is.is_empty() {
                return Err(self.not_there(path, before, (after, &new_tree)));
            }
        }
        let (was, is) = (was.concat(), is.concat());
        let (old, new) = both(
            || self.read_at(before, &old_tree, &was),
            || self.read_at(after, &new_tree, &is),
        );
        let (mut old, mut new) = (old?, new?);
        let packages = || old.loaded.packages.iter().chain(&new.loaded.packages);
        let has_package = |start: &&String| packages().any(|package| lies_in(&package.root, start));
        let starts: BTreeSet<&String> = was.iter().chain(&is).collect();
        let without: Vec<String> = starts
            .into_iter()
            .filter(|start| !has_package(start))
            .cloned()
            .collect();
        if without.is_empty() {
            if old.loaded.packages.len().max(new.loaded.packages.len()) > 1 {
                loose::name_by_path(&mut old, &mut new);
            }
            return Ok((old, new));
        }
        let sides = [
            (before, old_tree, was.as_slice()),
            (after, new_tree, is.as_slice()),
        ];
        loose::states(sides, &without, self)
    }

    /// Where each path leads in a state: to itself, to what it matches as a glob, or to what has its name in other
    /// letters.
    fn starts(&self, state: &StateName, tree: &Tree, paths: &[String]) -> Vec<Vec<String>> {
        let files: Vec<String> = match state {
            StateName::WorkTree if paths.iter().all(|path| self.is_there(path)) => Vec::new(),
            StateName::WorkTree => self.files(),
            StateName::Revision(_) | StateName::Index => tree.keys().cloned().collect(),
        };
        let start = |path: &String| -> Vec<String> {
            let is_here = match state {
                StateName::WorkTree => self.is_there(path),
                StateName::Revision(_) | StateName::Index => files.iter().any(|file| lies_in(file, path)),
            };
            if is_here {
                return vec![path.clone()];
            }
            let globs = [path.clone()];
            let lower = path.to_lowercase();
            let is_meant = |file: &&String| {
                layout::is_package_file(file)
                    && (glob::any_matches(&globs, file) || file.to_lowercase() == lower)
            };
            files.iter().filter(is_meant).cloned().collect()
        };
        paths.iter().map(start).collect()
    }

    fn is_there(&self, path: &str) -> bool {
        self.host
            .files
            .exists(Path::new(if path.is_empty() { "." } else { path }))
    }

    /// The files below the current folder.
    fn files(&self) -> Vec<String> {
        let here = Path::new(".");
        let found = load::files_below(here, self.host).into_iter();
        found.map(|path| shown(&path, here)).collect()
    }

    fn not_there(&self, path: &str, before: &StateName, (after, tree): (&StateName, &Tree)) -> Failure {
        let message = format!(
            "`{path}` is neither in `{}` nor in `{}`",
            before.name(),
            after.name()
        );
        let known: Vec<String> = match after {
            StateName::WorkTree => self.files(),
            StateName::Revision(_) | StateName::Index => tree.keys().cloned().collect(),
        };
        let known = known.iter().filter(|path| layout::is_document(path));
        Failure::usage(message).help(what_is_there(known))
    }

    /// That there is nothing to compare, and what there is.
    pub(super) fn nothing(&self, old: &str, new: &str, files: &Tree) -> Failure {
        let message = if old == new {
            format!("there is nothing to compare: `{old}` has no spec and no Markdown here")
        } else {
            format!(
                "there is nothing to compare: neither `{old}` nor `{new}` has a spec or any Markdown here"
            )
        };
        Failure::usage(message).help(what_is_there(files.keys()))
    }

    /// The files of a state of the repository, from the current folder down.
    fn tree(&self, state: &StateName) -> Result<Tree, Failure> {
        tree_of(&Repository::at(None, self.host), state)
    }

    /// The repository as the project sees it, or, where paths are wanted, as the current folder does.
    pub(super) fn repository(&self, is_narrow: bool) -> Result<Repository, Failure> {
        let root = load::project_root(self.project, self.host)?;
        Ok(Repository::at(root.as_deref().filter(|_| !is_narrow), self.host))
    }

    /// A file or folder where there is one, else a revision.
    fn either(&self, name: &str) -> Result<SpecState, Failure> {
        let is_repository = || {
            let root = load::project_root(self.project, self.host);
            root.is_ok_and(|root| Repository::at(root.as_deref(), self.host).is_there())
        };
        if self.host.files.exists(Path::new(name)) {
            let mut state = self.read_at(&StateName::WorkTree, &Tree::new(), &[name.to_string()])?;
            state.loaded.require_spec(&[PathBuf::from(name)])?;
            state.name = name.to_string();
            Ok(state)
        } else if let Some((revision, path)) = name.split_once(':') {
            let path = path.trim_start_matches("./").to_string();
            let at = StateName::Revision(revision.to_string());
            let tree = tree_of(&self.repository(true)?, &at)?;
            let mut state = self.read_at(&at, &tree, std::slice::from_ref(&path))?;
            if state.loaded.packages.is_empty() {
                let message = format!("there is no Markdown `{path}` in `{revision}`");
                return Err(Failure::usage(message).help("Name it from the current folder down."));
            }
            state.name = name.to_string();
            Ok(state)
        } else if is_repository() {
            self.read_project(&StateName::Revision(name.to_string()))
        } else {
            let message =
                format!("there is no `{name}` here, and no git repository of which it could be a revision");
            Err(Failure::usage(message).help("Name two files or folders."))
        }
    }

    /// The packages that a state, with its files from the current folder down, has at some paths; none without a path.
    pub(super) fn read_at(
        &self,
        state: &StateName,
        tree: &Tree,
        paths: &[String],
    ) -> Result<SpecState, Failure> {
        let loaded = match state {
            _ if paths.is_empty() => Loaded::nothing(),
            StateName::WorkTree => {
                let paths: Vec<PathBuf> = paths.iter().map(PathBuf::from).collect();
                load::load(&paths, self.project, self.host)?
            }
            StateName::Revision(_) | StateName::Index => self.repository(true)?.load(tree, paths)?,
        };
        Ok(state.with(loaded))
    }

    /// The packages of the project in a state.
    fn read_project(&self, state: &StateName) -> Result<SpecState, Failure> {
        let loaded = match state {
            StateName::WorkTree => load::load(&[], self.project, self.host)?,
            StateName::Revision(_) | StateName::Index => {
                let repository = self.repository(false)?;
                repository.load(&tree_of(&repository, state)?, &[])?
            }
        };
        Ok(state.with(loaded))
    }
}

/// The files of a state below the folder of a repository; none of the work tree, which is on disk.
fn tree_of(repository: &Repository, state: &StateName) -> Result<Tree, Failure> {
    match state {
        StateName::Revision(revision) => repository.tree(revision),
        StateName::Index => repository.index(),
        StateName::WorkTree => Ok(Tree::new()),
    }
}

impl StateName {
    /// What people call it.
    pub(super) fn name(&self) -> &str {
        match self {
            StateName::Revision(name) => name,
            StateName::Index => "index",
            StateName::WorkTree => "work tree",
        }
    }

    fn with(&self, loaded: Loaded) -> SpecState {
        SpecState {
            name: self.name().to_string(),
            loaded,
        }
    }
}

/// Files that are named where what was asked for is not there.
const NAMED: usize = 4;

fn what_is_there<'p>(paths: impl Iterator<Item = &'p String>) -> String {
    let paths: Vec<&String> = paths.collect();
    let named: Vec<String> = paths.iter().take(NAMED).map(|path| format!("`{path}`")).collect();
    match paths.len().saturating_sub(NAMED) {
        _ if paths.is_empty() => "There are no files here: go to the folder that has them.".to_string(),
        0 => format!("There is {} here.", named.join(", ")),
        more => format!("There is {} here, and {more} more.", named.join(", ")),
    }
}
