//! A project as a git revision or the index has it: two runs of `git`, one that lists files and one that prints them all.

mod blobs;
mod revision_files;

pub(crate) use blobs::Blobs;
pub(crate) use revision_files::BlobContents;
pub use revision_files::RevisionFiles;

use crate::failure::Failure;
use crate::host::{Host, Invocation, Programs, RunningProgram};
use crate::load::{KIRO, Loaded, SKIPPED, USUAL};
use crate::names::SETTINGS;
use crate::paths::or_here;
use crate::settings;
use ghostc_spec::discover::discover;
use ghostc_spec::layout::PackageFiles;
use ghostc_spec::{Settings, layout};
use ghostc_syntax::{Source, Sources};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A repository, as seen from a folder in it.
#[derive(Clone)]
pub(crate) struct Repository {
    folder: PathBuf,
    programs: Arc<dyn Programs>,
}

/// The files of a revision by path, and the ids of what they hold.
pub(crate) type Tree = BTreeMap<String, String>;

impl Repository {
    /// The repository that a folder lies in; where there is none, git says so when it is asked.
    pub(crate) fn at(folder: Option<&Path>, host: &Host) -> Repository {
        Repository {
            folder: or_here(folder.unwrap_or(Path::new(""))).to_path_buf(),
            programs: Arc::clone(&host.programs),
        }
    }

    /// The commit at which two revisions parted.
    pub(crate) fn parting(&self, one: &str, other: &str) -> Result<String, Failure> {
        let out = self.ask(&["merge-base", "--end-of-options", one, other])?;
        Ok(one_line(&out))
    }

    /// Where the folder lies in the repository, with a `/` at its end, or nothing at the root; none outside of one.
    pub(crate) fn place(&self) -> Option<String> {
        self.ask(&["rev-parse", "--show-prefix"])
            .ok()
            .map(|out| one_line(&out))
    }

    /// What a file of a revision holds, by its path below the folder.
    pub(crate) fn file(&self, revision: &str, path: &str) -> Option<Vec<u8>> {
        let name = format!("{revision}:./{path}");
        self.ask(&["cat-file", "blob", "--end-of-options", &name]).ok()
    }

    /// The latest commits that changed a file, the newest first.
    pub(crate) fn history(&self, path: &str, most: usize) -> Vec<String> {
        let most = format!("--max-count={most}");
        let out = self.ask(&["log", &most, "--format=%H", "HEAD", "--", path]);
        let text = out.unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        text.lines().map(str::to_string).collect()
    }

    /// The packages among some files: those of the project, or those in some folders and files.
    pub(crate) fn load(&self, files: &Tree, paths: &[String]) -> Result<Loaded, Failure> {
        let mut blobs = Blobs::of(self)?;
        let mut sources = Sources::default();
        let mut findings = Vec::new();
        let own = blobs.texts(files, |path| path == SETTINGS)?;
        let settings = own.get(SETTINGS).map_or_else(Settings::default, |text| {
            let file = sources.add(Source::new(SETTINGS, text.as_str()));
            let read = settings::parse(file, text);
            findings.extend(read.diagnostics);
            read.value.0
        });
        let seen = seen(paths, files, &settings);
        let markers = blobs.texts(files, layout::is_marker)?;
        let places = layout::FilePaths {
            paths: &seen,
            text: &|path| markers.get(path).map(String::as_str),
            dialects: &settings.dialects,
        };
        let packages = discover(&places, paths);
        let wanted: BTreeSet<&String> = packages.iter().flat_map(PackageFiles::all).collect();
        for (path, text) in blobs.texts(files, |path| wanted.contains(&path.to_string()))? {
            sources.add(Source::new(path, text));
        }
        Ok(Loaded {
            sources,
            packages,
            existing: seen.into_iter().collect(),
            settings,
            findings,
            ..Loaded::nothing()
        })
    }

    /// The files of the work tree that git knows, with those ids that they have in a revision where they are the same.
    pub(crate) fn tree_of_work(&self, revision: &str, was: &Tree) -> Result<Tree, Failure> {
        let list = |arguments: &[&str]| -> Result<Vec<String>, Failure> {
            let out = self.ask(arguments)?;
            let text = String::from_utf8_lossy(&out);
            Ok(text
                .split('\0')
                .filter(|path| !path.is_empty())
                .map(str::to_string)
                .collect())
        };
        let compared = |filter: &str| {
            list(&[
                "diff",
                "--name-only",
                "--no-renames",
                filter,
                "--relative",
                "-z",
                "--end-of-options",
                revision,
            ])
        };
        let mut files = was.clone();
        for path in compared("--diff-filter=D")? {
            files.remove(&path);
        }
        let new = list(&["ls-files", "--others", "--exclude-standard", "-z"])?;
        for path in compared("--diff-filter=d")?.into_iter().chain(new) {
            files.insert(path, "changed".to_string());
        }
        Ok(files)
    }

    /// The files of a revision below the folder.
    pub(crate) fn tree(&self, revision: &str) -> Result<Tree, Failure> {
        let out = self.ask(&["ls-tree", "-r", "-z", "--end-of-options", revision])?;
        let text = String::from_utf8_lossy(&out);
        let entries = text.split('\0').filter_map(|entry| {
            let (what, path) = entry.split_once('\t')?;
            let mut words = what.split(' ');
            let (mode, _, id) = (words.next()?, words.next()?, words.next()?);
            is_file(mode).then(|| (path.to_string(), id.to_string()))
        });
        Ok(entries.collect())
    }

    /// The files of the index below the folder.
    pub(crate) fn index(&self) -> Result<Tree, Failure> {
        let out = self.ask(&["ls-files", "--stage", "-z"])?;
        let text = String::from_utf8_lossy(&out);
        let mut files = Tree::new();
        for entry in text.split('\0') {
            let Some((what, path)) = entry.split_once('\t') else {
                continue;
            };
            let mut words = what.split(' ');
            let (mode, id, stage) = (words.next(), words.next(), words.next());
            if stage != Some("0") {
                return Err(Failure::usage(format!("`{path}` is not merged yet"))
                    .help("Resolve its conflicts and add it to the index."));
            }
            if let (true, Some(id)) = (mode.is_some_and(is_file), id) {
                files.insert(path.to_string(), id.to_string());
            }
        }
        Ok(files)
    }

    /// The commit that a name means.
    pub(crate) fn commit(&self, name: &str) -> Result<String, Failure> {
        let wanted = format!("{name}^{{commit}}");
        let out = self.ask(&["rev-parse", "--verify", "--end-of-options", &wanted]);
        let out = out.map_err(|failure| {
            if !self.is_there() {
                return failure;
            }
            let said = failure.git_words().unwrap_or_default();
            Failure::usage(format!("`{name}` is no commit of this repository"))
                .said_by_git(said)
                .help("Name one such as `main`, `HEAD~1` or `v1.2.0`.")
        })?;
        Ok(one_line(&out))
    }

    /// Fails where git is not installed, refuses the repository, or finds none.
    pub(crate) fn require(&self) -> Result<(), Failure> {
        self.ask(&["rev-parse", "--git-dir"]).map(drop)
    }

    /// The branch that is checked out; nothing where it is a commit alone.
    pub(crate) fn branch(&self) -> Option<String> {
        let name = self.target_of("HEAD")?;
        name.strip_prefix("refs/heads/").map(str::to_string)
    }

    /// The ref that a ref stands for, if it stands for one.
    pub(crate) fn target_of(&self, name: &str) -> Option<String> {
        let out = self.ask(&["symbolic-ref", "--quiet", name]).ok()?;
        Some(one_line(&out))
    }

    /// Whether a branch, of this repository or of a remote one, has that name.
    pub(crate) fn is_branch(&self, name: &str) -> bool {
        let is_there = |folder: &str| {
            let name = format!("refs/{folder}/{name}");
            self.ask(&["show-ref", "--verify", "--quiet", &name]).is_ok()
        };
        ["heads", "remotes"].into_iter().any(is_there)
    }

    /// The value of a setting, where it is set.
    pub(crate) fn setting(&self, key: &str) -> Option<String> {
        let out = self.ask(&["config", "--get", key]).ok()?;
        Some(one_line(&out)).filter(|value| !value.is_empty())
    }

    /// The name of a tree without files.
    pub(crate) fn empty_tree(&self) -> Result<String, Failure> {
        let out = self.ask(&["hash-object", "-t", "tree", "--stdin"])?;
        Ok(one_line(&out))
    }

    /// Whether there is a repository at all.
    pub(crate) fn is_there(&self) -> bool {
        self.require().is_ok()
    }

    /// Whether commits before some of this repository's were never fetched.
    pub(crate) fn is_shallow(&self) -> Result<bool, Failure> {
        Ok(self
            .ask(&["rev-parse", "--is-shallow-repository"])?
            .starts_with(b"true"))
    }

    /// A run of `git` in the folder.
    pub(crate) fn git(&self, arguments: &[&str]) -> Invocation {
        Invocation {
            folder: Some(self.folder.clone()),
            ..Invocation::git(arguments)
        }
    }

    /// A running git.
    pub(crate) fn start(
        &self,
        call: &Invocation,
        hears_errors: bool,
    ) -> Result<Box<dyn RunningProgram>, Failure> {
        self.programs.start(call, hears_errors).map_err(not_started)
    }

    /// What git prints.
    pub(crate) fn ask(&self, arguments: &[&str]) -> Result<Vec<u8>, Failure> {
        let output = self.programs.run(&self.git(arguments)).map_err(not_started)?;
        if output.is_success() {
            return Ok(output.stdout);
        }
        Err(refused(&String::from_utf8_lossy(&output.stderr)))
    }
}

/// What git prints where it prints a line.
fn one_line(out: &[u8]) -> String {
    String::from_utf8_lossy(out).trim().to_string()
}

/// Whether an entry of a tree is a file, and no link or submodule.
pub(crate) fn is_file(mode: &str) -> bool {
    mode.starts_with("100")
}

/// What git said when it did not do what it was asked for.
pub(crate) fn refused(said: &str) -> Failure {
    let mut lines = said.trim().lines();
    let first = lines.next().unwrap_or_default().trim_start_matches("fatal: ");
    explained(first, lines).said_by_git(first)
}

/// The failure that the first line of what git said means; `more` are the other lines.
fn explained<'s>(errors: &str, more: impl Iterator<Item = &'s str>) -> Failure {
    let names = "Name a revision such as `main` or `HEAD~1`, or two files or folders.";
    match errors.strip_prefix("Not a valid object name ") {
        Some("HEAD") => {
            return Failure::usage("this repository has no commit to compare with")
                .help("Commit something first.");
        }
        Some(name) => {
            let message = format!("`{name}` is no file or folder here, and no revision of this repository");
            return Failure::usage(message).help(names);
        }
        None => {}
    }
    if errors.contains("not a git repository") {
        return Failure::usage("this is not a git repository")
            .help("Go to a folder of one, or start one with `git init`.");
    }
    if errors.contains("dubious ownership") {
        let command = more.map(str::trim).find(|line| line.starts_with("git "));
        let way = command.map_or_else(String::new, |command| format!(", or run `{command}`"));
        return Failure::machine(format!("git refuses this repository: {errors}"))
            .help(format!("Run ghostc as the owner of the repository{way}."));
    }
    let is_empty = errors.contains("does not have any commits");
    let help = if is_empty {
        "Commit something first."
    } else {
        names
    };
    Failure::usage(format!("git cannot read that: {errors}")).help(help)
}

pub(crate) fn not_started(why: std::io::Error) -> Failure {
    let help = if why.kind() == std::io::ErrorKind::NotFound {
        "Install git, or add its folder to PATH."
    } else {
        "See that git can be run here."
    };
    Failure::machine(format!("cannot run git: {why}")).help(help)
}

pub(crate) fn broken(why: &str) -> Failure {
    Failure::machine(format!("git broke off: {why}"))
}

/// The files among which packages are looked for.
pub(crate) fn seen(paths: &[String], files: &Tree, settings: &Settings) -> Vec<String> {
    let starts = starts(paths, files, settings);
    let below = |path: &&String| starts.iter().any(|start| lies_in(path, start));
    files.keys().filter(below).cloned().collect()
}

/// Where the packages of a revision are.
fn starts(paths: &[String], files: &Tree, settings: &Settings) -> Vec<String> {
    if !paths.is_empty() {
        return paths.to_vec();
    }
    if let Some(folders) = &settings.packages {
        return folders
            .iter()
            .map(|(folder, _)| folder.trim_end_matches('/').to_string())
            .collect();
    }
    let is_there = |folder: &&str| files.keys().any(|path| lies_in(path, folder));
    let usual: Vec<String> = USUAL
        .iter()
        .filter(|folder| files.contains_key(SETTINGS) && is_there(folder))
        .map(ToString::to_string)
        .collect();
    if usual.is_empty() {
        vec![String::new()]
    } else {
        usual
    }
}

/// Whether a file lies in a folder, or is it, and in no folder below it that never holds specs.
pub(crate) fn lies_in(path: &str, start: &str) -> bool {
    let start = if start == "." { "" } else { start };
    let Some(rest) = path.strip_prefix(start) else {
        return false;
    };
    if !(start.is_empty() || rest.is_empty() || rest.starts_with('/')) {
        return false;
    }
    let mut parts: Vec<&str> = rest.split('/').filter(|part| !part.is_empty()).collect();
    let name = parts.pop().unwrap_or_default();
    !name.starts_with('.')
        && !parts
            .iter()
            .any(|part| (part.starts_with('.') && *part != KIRO) || SKIPPED.contains(part))
}
