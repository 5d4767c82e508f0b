//! Accepted code on disk: `golden/<package>/<target>/`, read whole, written whole, compared with the lock.

use crate::failure::Failure;
use crate::host::{FileKind, Files, Host};
use crate::names::temporaries;
use crate::paths::shown;
use ghostc_plan::lock::LockedTarget;
use ghostc_spec::content::short_hex;
use ghostc_spec::layout;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The accepted files of one package for one target.
pub(crate) struct Golden {
    disk: Arc<dyn Files>,
    /// Its folder.
    pub(crate) folder: PathBuf,
    /// Its folder as people see it.
    pub(crate) shown: String,
    /// Its files as text, by path below the folder.
    pub(crate) files: BTreeMap<String, String>,
    /// The hashes of their bytes.
    pub(crate) digests: BTreeMap<String, String>,
    /// What writers that were killed left half-written.
    strays: Vec<PathBuf>,
    /// Where files are written before they are moved to their places.
    way: PathBuf,
}

/// How the names of files begin that were written beside their places, and never moved there.
const STRAY: &str = ".ghostc-";

/// What to do where git gave accepted code the line ends of a system.
pub(crate) const LINE_ENDS: &str = "put `golden/** -text` into `.gitattributes`, and check it out again";

/// A file below `golden/` that is not as it was accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drift {
    /// Its path below the folder of its package and target.
    pub path: String,
    /// What happened to it.
    pub kind: DriftKind,
    /// Whether nothing but its line ends is not as it was, as where git converts them.
    pub only_line_ends: bool,
    /// It as people read it.
    pub text: String,
}

/// What happened to a file below `golden/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DriftKind {
    /// It is gone.
    Missing,
    /// It was changed by hand.
    Edited,
    /// It was never accepted.
    Added,
}

impl Golden {
    /// Reads what is there; what a language's tools leave behind is passed over.
    pub(crate) fn read(
        host: &Host,
        root: &Path,
        package: &str,
        target: &str,
        ignore: &[String],
    ) -> Result<Golden, Failure> {
        let as_shown = format!("golden/{package}/{target}");
        let mut golden = Golden {
            disk: Arc::clone(&host.files),
            folder: root.join(&as_shown),
            shown: as_shown,
            files: BTreeMap::new(),
            digests: BTreeMap::new(),
            strays: Vec::new(),
            way: temporaries(root),
        };
        // From `golden/` inwards.
        for folder in golden
            .folder
            .ancestors()
            .take(3)
            .collect::<Vec<_>>()
            .into_iter()
            .rev()
        {
            require_folder(&*host.files, folder, root)?;
        }
        if !host.files.is_folder(&golden.folder) {
            return Ok(golden);
        }
        let mut broken = None;
        let base = golden.folder.clone();
        host.files.walk(
            &base,
            &|entry| entry.depth == 0 || !ghostc_run::glob::any_covers(ignore, &shown(entry.path, &base)),
            &mut |entry| {
                if broken.is_some() {
                    return;
                }
                let seen = match entry {
                    Ok(entry) if entry.kind == FileKind::Folder => Ok(()),
                    Ok(entry) if entry.kind == FileKind::Other => Err(golden.strange(entry.path)),
                    Ok(entry) => golden.add(entry.path, ignore),
                    Err(error) => Err(Failure::machine(format!(
                        "cannot read `{}`: {}",
                        golden.shown, error.sentence
                    ))),
                };
                broken = seen.err();
            },
        );
        broken.map_or(Ok(golden), Err)
    }

    /// What is neither a file nor a folder: a link may lead anywhere, a pipe may never end.
    fn strange(&self, path: &Path) -> Failure {
        let path = shown(path, &self.folder);
        Failure::machine(format!("`{}/{path}` is a link, a pipe or a device", self.shown))
            .help("Take it away: accepted code is in files.")
    }

    /// Reads one file.
    fn add(&mut self, file: &Path, ignore: &[String]) -> Result<(), Failure> {
        let path = shown(file, &self.folder);
        if layout::file_name(&path).starts_with(STRAY) {
            self.strays.push(file.to_path_buf());
            return Ok(());
        }
        if ghostc_run::glob::any_matches(ignore, &path) {
            return Ok(());
        }
        let failed =
            |error: std::io::Error| Failure::machine(format!("cannot read `{}/{path}`: {error}", self.shown));
        let bytes = self.disk.read(file).map_err(failed)?;
        self.digests.insert(path.clone(), digest(&bytes));
        let text = String::from_utf8_lossy(&bytes).into_owned();
        self.files.insert(path, text);
        Ok(())
    }

    /// Files that are not as they were accepted: edited, missing, or added by hand; none before anything was accepted.
    pub(crate) fn drift(&self, locked: Option<&LockedTarget>) -> Vec<Drift> {
        let Some(locked) = locked else { return Vec::new() };
        let edited = locked
            .files
            .iter()
            .filter_map(|(path, digest)| match self.digests.get(path) {
                None => Some(self.drifted(path, DriftKind::Missing, None)),
                Some(now) if now != digest => Some(self.drifted(path, DriftKind::Edited, Some(locked))),
                Some(_) => None,
            });
        edited.chain(self.added(Some(locked))).collect()
    }

    /// What people did to files that would be lost if these were written. What is already as it will be, such as the
    /// files of a build that was killed before it could write the lock, is no loss, and neither is a missing file.
    pub(crate) fn would_lose(
        &self,
        locked: Option<&LockedTarget>,
        files: &BTreeMap<String, String>,
    ) -> Vec<Drift> {
        let found = match locked {
            Some(_) => self.drift(locked),
            None => self
                .added(None)
                .filter(|drift| !files.contains_key(&drift.path))
                .collect(),
        };
        let is_loss = |drift: &Drift| {
            drift.kind != DriftKind::Missing && self.files.get(&drift.path) != files.get(&drift.path)
        };
        found.into_iter().filter(is_loss).collect()
    }

    fn added(&self, locked: Option<&LockedTarget>) -> impl Iterator<Item = Drift> {
        let is_known = move |path: &String| locked.is_some_and(|locked| locked.files.contains_key(path));
        let added = self.digests.keys().filter(move |path| !is_known(path));
        added.map(|path| self.drifted(path, DriftKind::Added, None))
    }

    /// Whether nothing but the line ends of a file is not as it was accepted.
    fn has_other_line_ends(&self, path: &str, locked: Option<&LockedTarget>) -> bool {
        let accepted = locked.and_then(|locked| locked.files.get(path));
        let text = self.files.get(path).map(|text| text.replace("\r\n", "\n"));
        text.is_some_and(|text| Some(&digest(text.as_bytes())) == accepted)
    }

    fn drifted(&self, path: &str, kind: DriftKind, locked: Option<&LockedTarget>) -> Drift {
        let only_line_ends = kind == DriftKind::Edited && self.has_other_line_ends(path, locked);
        let what = match kind {
            DriftKind::Missing => "is missing",
            DriftKind::Edited if only_line_ends => "has other line ends than accepted code",
            DriftKind::Edited => "was edited by hand",
            DriftKind::Added => "is not ghostc's",
        };
        let way = if only_line_ends {
            format!(": {LINE_ENDS}")
        } else {
            String::new()
        };
        Drift {
            path: path.to_string(),
            kind,
            only_line_ends,
            text: format!("{}/{path} {what}{way}", self.shown),
        }
    }

    /// Makes the folder hold these files: writes what differs, removes what is gone.
    pub(crate) fn write(&self, files: &BTreeMap<String, String>) -> Result<(), Failure> {
        for (path, text) in files
            .iter()
            .filter(|(path, text)| self.files.get(*path) != Some(*text))
        {
            let path = self.folder.join(path);
            let written = self.disk.write_by(&self.way, &path, text.as_bytes());
            written.map_err(Failure::machine)?;
        }
        for stray in &self.strays {
            // Another writer may have been faster.
            self.disk.remove(stray).ok();
        }
        for path in self.files.keys().filter(|path| !files.contains_key(*path)) {
            let removed = self.disk.remove(&self.folder.join(path));
            removed.map_err(|error| {
                Failure::machine(format!("cannot remove `{}/{path}`: {error}", self.shown))
            })?;
        }
        Ok(())
    }
}

/// The hash of a file.
pub(crate) fn digest(bytes: &[u8]) -> String {
    short_hex(&blake3::hash(bytes))
}

/// Writes a file so that it is there whole or not at all.
pub(crate) fn write_file(files: &dyn Files, path: &Path, text: &str) -> Result<(), Failure> {
    files.write(path, text.as_bytes()).map_err(Failure::machine)
}

/// Writes a file of the project's state so; half of it is never anywhere but where the next writer takes it away.
pub(crate) fn write_state(files: &dyn Files, root: &Path, path: &Path, text: &str) -> Result<(), Failure> {
    let way = temporaries(root);
    let written = files.write_by(&way, path, text.as_bytes());
    // They stay where somebody else is writing.
    for folder in way.ancestors().take(2) {
        files.remove_empty_folder(folder).ok();
    }
    written.map_err(Failure::machine)
}

/// Fails where something else has the name of a folder that ghostc writes to, or where it is outside of the project.
pub(crate) fn require_folder(files: &dyn Files, path: &Path, root: &Path) -> Result<(), Failure> {
    let what = if !files.is_taken(path) {
        return Ok(());
    } else if !files.is_folder(path) {
        "is not a folder"
    } else if files.leaves(path, root) {
        "is a link that leaves the project"
    } else {
        return Ok(());
    };
    let failure = Failure::machine(format!("`{}` {what}", path.display()));
    Err(failure.help("Move it away: ghostc keeps its files in a folder of that name."))
}
