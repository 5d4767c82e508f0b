//! Workspaces: a private folder with what an agent may see, and out of it the files that it may write.

use crate::files::{FilesError, HeldFolder};
use crate::private::PrivateFolder;
use ghostc_judge::glob::{any_covers, any_matches};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use walkdir::{DirEntry, WalkDir};

/// A larger file is not taken.
const LARGEST_FILE: u64 = 4 << 20;
/// More files are not taken.
const MOST_FILES: usize = 1000;
/// The folder for temporary files, beside the workspace.
pub(crate) const TEMPORARY: &str = "tmp";
/// How old the agent's own files look.
const AGE: Duration = Duration::from_secs(60);
/// Paths named in one message.
const NAMED: usize = 10;

/// Why what an agent left in its workspace is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It made, changed or deleted files that are not its own.
    #[error("changed files outside its paths: {}", list_paths(.0))]
    Outside(Vec<String>),
    /// It made links, sockets or other things that are no files.
    #[error("made links or special files: {}", list_paths(.0))]
    NotFiles(Vec<String>),
    /// It wrote files that are not UTF-8.
    #[error("wrote files that are not UTF-8 text: {}", list_paths(.0))]
    NotText(Vec<String>),
    /// It wrote files that are too large.
    #[error("wrote files larger than {} MiB: {}", LARGEST_FILE >> 20, list_paths(.0))]
    TooLarge(Vec<String>),
    /// It wrote too many files.
    #[error("wrote {0} files, and at most {MOST_FILES} are taken")]
    TooMany(usize),
    /// It put something else in the place of its folder.
    #[error("replaced its folder")]
    Replaced,
    /// It left what cannot be read.
    #[error("left what cannot be read: {}", list_paths(.0))]
    Unreadable(Vec<String>),
    /// It wrote nothing.
    #[error("wrote no file")]
    Nothing,
    /// The main file is not there.
    #[error("did not write `{0}`")]
    NoModule(String),
}

fn list_paths(paths: &[String]) -> String {
    let named: Vec<String> = paths.iter().take(NAMED).map(|path| format!("`{path}`")).collect();
    let more = paths.len().saturating_sub(NAMED);
    if more == 0 {
        named.join(", ")
    } else {
        format!("{} and {more} more", named.join(", "))
    }
}

/// What decides which files of a workspace are the agent's.
#[derive(Clone, Debug)]
pub(crate) struct WorkspaceRules {
    /// Globs of the files that are the agent's.
    pub(crate) may_write: Vec<String>,
    /// Globs of files that are nobody's, such as caches.
    pub(crate) ignore: Vec<String>,
    /// The file that must be there afterwards; of a program none in particular.
    pub(crate) module: Option<String>,
    /// Whether what is placed is not the agent's, even where its globs match.
    pub(crate) protects_placed: bool,
}

/// A workspace on the disk, and what was placed in it. It is for one attempt alone.
pub(crate) struct Workspace {
    folder: PrivateFolder,
    root: HeldFolder,
    /// What is not the agent's, by path.
    placed: BTreeMap<String, String>,
    /// The agent's own files that were there from the start.
    own: Vec<PathBuf>,
    /// When these were last changed, as they tell: long enough ago that a change now shows.
    dated: SystemTime,
    rules: WorkspaceRules,
}

/// What a refused workspace holds.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    /// Why it is not taken.
    pub(crate) refusal: Refusal,
    /// The agent's own files in it that can be read, for its next attempt.
    pub(crate) own: BTreeMap<String, String>,
}

impl Workspace {
    /// A workspace with files that are placed there, and the agent's own files as they are now; where both name a path,
    /// the agent's file is taken. The folders of files that are still to be written are there.
    pub(crate) fn create(
        mut placed: BTreeMap<String, String>,
        own: &BTreeMap<String, String>,
        rules: WorkspaceRules,
    ) -> Result<Workspace, FilesError> {
        let folder = PrivateFolder::create()?;
        let root = folder.held().create_folder("workspace")?;
        folder.held().create_folder(TEMPORARY)?;
        placed.retain(|path, _| !own.contains_key(path));
        root.write_all(&placed)?;
        let dated = SystemTime::UNIX_EPOCH + now_in_seconds().saturating_sub(AGE);
        for (path, text) in own {
            root.write_dated(path, text.as_bytes(), dated)?;
        }
        for path in rules.may_write.iter().chain(&rules.module) {
            root.create_folders(Path::new(fixed_folder(path)))?;
        }
        Ok(Workspace {
            folder,
            own: own.keys().map(|path| root.path().join(path)).collect(),
            root,
            placed,
            dated,
            rules,
        })
    }

    /// The folder that the agent works in.
    pub(crate) fn root(&self) -> &HeldFolder {
        &self.root
    }

    /// The private folder around it, for what belongs to the agent's run and not to its work.
    pub(crate) fn private_folder(&self) -> &HeldFolder {
        self.folder.held()
    }

    /// Whether a file of the agent's that was there from the start was written, be it with the same text, or removed.
    pub(crate) fn is_touched(&self) -> bool {
        let modified = |path: &Path| fs::symlink_metadata(path).and_then(|found| found.modified()).ok();
        self.own.iter().any(|path| modified(path) != Some(self.dated))
    }

    /// The files that the agent may write, as they are now. Nothing may be at work in the workspace any more.
    pub(crate) fn collect(&self) -> Result<BTreeMap<String, String>, Refused> {
        if !self.folder.held().is_in_place() || !self.root.is_in_place() {
            return Err(Refused {
                refusal: Refusal::Replaced,
                own: BTreeMap::new(),
            });
        }
        let found = WorkspaceScan::new(self);
        match found.refusal(self.rules.module.as_deref()) {
            None => Ok(found.own),
            Some(refusal) => Err(Refused {
                refusal,
                own: found.own,
            }),
        }
    }
}

/// The time now in whole seconds, which every file system can keep.
fn now_in_seconds() -> Duration {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    Duration::from_secs(now.unwrap_or_default().as_secs())
}

/// The folder of a glob up to its first part with a wildcard, or of a file.
fn fixed_folder(glob: &str) -> &str {
    let fixed = glob.split(['*', '?']).next().unwrap_or_default();
    fixed.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// What is in a workspace, sorted by what is wrong with it.
#[derive(Default)]
struct WorkspaceScan {
    own: BTreeMap<String, String>,
    own_count: usize,
    /// Not the agent's, and not placed.
    created: Vec<String>,
    /// Placed, and now different or gone.
    changed: Vec<String>,
    not_files: Vec<String>,
    not_text: Vec<String>,
    too_large: Vec<String>,
    unreadable: Vec<String>,
}

impl WorkspaceScan {
    fn new(workspace: &Workspace) -> WorkspaceScan {
        let mut survey = WorkspaceScan::default();
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        let is_wanted = |entry: &DirEntry| {
            let path = relative(workspace.root.path(), entry.path());
            let is_folder = entry.file_type().is_dir();
            entry.depth() == 0
                || !(is_folder && any_covers(&workspace.rules.ignore, &path)
                    || any_matches(&workspace.rules.ignore, &path))
        };
        let walk = WalkDir::new(workspace.root.path())
            .follow_links(false)
            .follow_root_links(false)
            .sort_by_file_name();
        for entry in walk.into_iter().filter_entry(is_wanted) {
            match entry {
                Ok(entry) if entry.file_type().is_dir() => {}
                Ok(entry) => {
                    let path = relative(workspace.root.path(), entry.path());
                    if let Some((placed, _)) = workspace.placed.get_key_value(&path) {
                        seen.insert(placed);
                    }
                    survey.add_entry(workspace, &entry, path);
                }
                Err(error) => {
                    let path = error
                        .path()
                        .map_or_else(String::new, |path| relative(workspace.root.path(), path));
                    survey.unreadable.push(path);
                }
            }
        }
        let gone = workspace
            .placed
            .keys()
            .filter(|path| !seen.contains(path.as_str()));
        survey.changed.extend(
            gone.filter(|path| !any_matches(&workspace.rules.ignore, path))
                .cloned(),
        );
        survey
    }

    fn add_entry(&mut self, workspace: &Workspace, entry: &DirEntry, path: String) {
        // A file with a second name may be one of the user's.
        let is_plain = |found: &Metadata| found.is_file() && found.nlink() == 1;
        let Some(metadata) = entry.metadata().ok().filter(is_plain) else {
            return self.not_files.push(path);
        };
        let placed = workspace.placed.get(&path);
        let may_write = entry.path().to_str().is_some() && any_matches(&workspace.rules.may_write, &path);
        if let Some(text) = placed {
            let same = metadata.len() == text.len() as u64
                && fs::read(entry.path()).is_ok_and(|now| now == text.as_bytes());
            if same {
                return;
            }
            if !may_write || workspace.rules.protects_placed {
                return self.changed.push(path);
            }
        }
        if !may_write {
            return self.created.push(path);
        }
        self.own_count += 1;
        if metadata.len() > LARGEST_FILE {
            return self.too_large.push(path);
        }
        if self.own_count > MOST_FILES {
            return;
        }
        match fs::read(entry.path()).map(String::from_utf8) {
            Ok(Ok(text)) => drop(self.own.insert(path, text)),
            Ok(Err(_)) => self.not_text.push(path),
            Err(_) => self.unreadable.push(path),
        }
    }

    /// The worst of what is wrong.
    fn refusal(&self, module: Option<&str>) -> Option<Refusal> {
        let outside: Vec<String> = self.created.iter().chain(&self.changed).cloned().collect();
        Some(match self {
            _ if !self.not_files.is_empty() => Refusal::NotFiles(self.not_files.clone()),
            _ if !outside.is_empty() => Refusal::Outside(outside),
            _ if !self.unreadable.is_empty() => Refusal::Unreadable(self.unreadable.clone()),
            _ if !self.too_large.is_empty() => Refusal::TooLarge(self.too_large.clone()),
            _ if self.own_count > MOST_FILES => Refusal::TooMany(self.own_count),
            _ if !self.not_text.is_empty() => Refusal::NotText(self.not_text.clone()),
            _ if self.own.is_empty() => Refusal::Nothing,
            _ => {
                let missing = module.filter(|module| !self.own.contains_key(*module))?;
                Refusal::NoModule(missing.to_string())
            }
        })
    }
}

/// The path below `root`, with `/`; what is not UTF-8 in it is replaced for showing.
fn relative(root: &Path, path: &Path) -> String {
    path.strip_prefix(root)
        .unwrap_or(path)
        .to_string_lossy()
        .into_owned()
}

#[cfg(test)]
mod tests;
