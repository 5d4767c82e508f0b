//! Accepted code on disk: `golden/<package>/<target>/`, read whole, written whole, compared with the lock.

use crate::exit::Failure;
use ghostc_core::Target;
use ghostc_core::content::short_hex;
use ghostc_core::lock::LockedTarget;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The accepted files of one package for one target.
pub(crate) struct Golden {
    /// Its folder.
    pub(crate) folder: PathBuf,
    /// Its folder as people see it.
    pub(crate) shown: String,
    /// Its files as text, by path below the folder.
    pub(crate) files: BTreeMap<String, String>,
    /// The hashes of their bytes.
    pub(crate) digests: BTreeMap<String, String>,
}

impl Golden {
    /// Reads what is there; what a language's tools leave behind is passed over.
    pub(crate) fn read(root: &Path, package: &str, target: &Target) -> Result<Golden, Failure> {
        let shown = format!("golden/{package}/{}", target.name);
        let mut golden = Golden {
            folder: root.join(&shown),
            shown,
            files: BTreeMap::new(),
            digests: BTreeMap::new(),
        };
        if !golden.folder.is_dir() {
            return Ok(golden);
        }
        let walk = walkdir::WalkDir::new(&golden.folder)
            .sort_by_file_name()
            .into_iter()
            .filter_entry(|entry| {
                let below = crate::load::shown(entry.path(), &golden.folder);
                entry.depth() == 0 || !ghostc_run::glob::any_covers(&target.ignore, &below)
            });
        for entry in walk {
            let entry = entry
                .map_err(|error| Failure::machine(format!("cannot read `{}`: {error}", golden.shown)))?;
            let path = crate::load::shown(entry.path(), &golden.folder);
            if entry.file_type().is_dir() || ghostc_run::glob::any_matches(&target.ignore, &path) {
                continue;
            }
            let failed = |error: std::io::Error| {
                Failure::machine(format!("cannot read `{}/{path}`: {error}", golden.shown))
            };
            let bytes = std::fs::read(entry.path()).map_err(failed)?;
            golden.digests.insert(path.clone(), digest(&bytes));
            golden
                .files
                .insert(path, String::from_utf8_lossy(&bytes).into_owned());
        }
        Ok(golden)
    }

    /// Files that are not as they were accepted: edited, missing, or added by hand.
    pub(crate) fn drift(&self, locked: Option<&LockedTarget>) -> Vec<String> {
        let Some(locked) = locked else { return Vec::new() };
        let edited = locked
            .files
            .iter()
            .filter_map(|(path, digest)| match self.digests.get(path) {
                None => Some(format!("{}/{path} is missing", self.shown)),
                Some(now) if now != digest => Some(format!("{}/{path} was edited by hand", self.shown)),
                Some(_) => None,
            });
        let added = self
            .digests
            .keys()
            .filter(|path| !locked.files.contains_key(*path));
        edited
            .chain(added.map(|path| format!("{}/{path} is not ghostc's", self.shown)))
            .collect()
    }

    /// Makes the folder hold these files: writes what differs, removes what is gone.
    pub(crate) fn write(&self, files: &BTreeMap<String, String>) -> Result<(), Failure> {
        for (path, text) in files
            .iter()
            .filter(|(path, text)| self.files.get(*path) != Some(*text))
        {
            write_atomically(&self.folder.join(path), text)?;
        }
        for path in self.files.keys().filter(|path| !files.contains_key(*path)) {
            let removed = std::fs::remove_file(self.folder.join(path));
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
pub(crate) fn write_atomically(path: &Path, text: &str) -> Result<(), Failure> {
    let failed =
        |error: std::io::Error| Failure::machine(format!("cannot write `{}`: {error}", path.display()));
    ghostc_run::write_atomically(path, text.as_bytes())
        .map_err(|error| failed(std::io::Error::other(error.to_string())))
}
