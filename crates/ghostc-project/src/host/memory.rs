//! A world without a computer: files in a map, variables as they are given, no programs.

use super::{
    Clock, Contents, Enters, Environment, FileKind, Files, Invocation, ProgramOutput, Programs,
    RunningProgram, Seen, WalkEntry,
};
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Files in memory; folders are what is on the way to them.
pub struct MemoryFiles(Mutex<BTreeMap<PathBuf, Vec<u8>>>);

impl MemoryFiles {
    /// Files by their paths from the current folder.
    pub fn new<P: Into<PathBuf>, T: Into<Vec<u8>>>(files: impl IntoIterator<Item = (P, T)>) -> MemoryFiles {
        let files = files
            .into_iter()
            .map(|(path, text)| (plain(&path.into()), text.into()));
        MemoryFiles(Mutex::new(files.collect()))
    }

    fn files(&self) -> MutexGuard<'_, BTreeMap<PathBuf, Vec<u8>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// All files at or below a path, with what is left of their paths.
    fn below(&self, path: &Path) -> Vec<PathBuf> {
        let path = plain(path);
        let files = self.files();
        let below = files.keys().filter_map(|file| file.strip_prefix(&path).ok());
        below.map(Path::to_path_buf).collect()
    }
}

/// A path without steps that lead nowhere.
fn plain(path: &Path) -> PathBuf {
    let parts = path.components();
    parts.filter(|part| *part != Component::CurDir).collect()
}

fn missing() -> io::Error {
    io::Error::from(io::ErrorKind::NotFound)
}

impl Files for MemoryFiles {
    fn kind(&self, path: &Path) -> Option<FileKind> {
        if plain(path).as_os_str().is_empty() {
            return Some(FileKind::Folder);
        }
        let below = self.below(path);
        let first = below.first()?;
        let is_file = first.as_os_str().is_empty();
        Some(if is_file { FileKind::File } else { FileKind::Folder })
    }

    fn is_taken(&self, path: &Path) -> bool {
        self.kind(path).is_some()
    }

    fn read_within(&self, path: &Path, _is_file: bool, limit: u64) -> io::Result<Contents> {
        if self.kind(path) == Some(FileKind::Folder) {
            return Ok(Contents::NotAFile);
        }
        Ok(Contents::within(limit, self.read(path)?))
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.files().get(&plain(path)).cloned().ok_or_else(missing)
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<PathBuf>> {
        let below = self.below(folder);
        let names: BTreeSet<_> = below.iter().filter_map(|path| path.components().next()).collect();
        Ok(names.into_iter().map(|name| folder.join(name)).collect())
    }

    fn walk(&self, start: &Path, enters: &Enters<'_>, seen: &mut Seen<'_>) {
        walk(self, start, 0, enters, seen);
    }

    fn canonical(&self, path: &Path) -> io::Result<PathBuf> {
        Ok(plain(path))
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), String> {
        self.files().insert(plain(path), bytes.to_vec());
        Ok(())
    }

    fn rewrite(&self, path: &Path, bytes: &[u8]) -> Result<(), String> {
        self.write(path, bytes)
    }

    fn create(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        self.files().insert(plain(path), bytes.to_vec());
        Ok(())
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.files().remove(&plain(path)).map(|_| ()).ok_or_else(missing)
    }

    fn create_folder(&self, _path: &Path) -> io::Result<()> {
        Ok(())
    }

    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        let path = plain(path);
        self.files().retain(|file, _| !file.starts_with(&path));
        Ok(())
    }
}

/// Goes through what `files` lists, in the order of the names.
pub(crate) fn walk(files: &dyn Files, path: &Path, depth: usize, enters: &Enters<'_>, seen: &mut Seen<'_>) {
    let Some(kind) = files.kind(path) else { return };
    let entry = WalkEntry { path, depth, kind };
    if !enters(&entry) {
        return;
    }
    seen(Ok(entry));
    let mut inner = match kind {
        FileKind::Folder => files.list(path).unwrap_or_default(),
        FileKind::File | FileKind::Other => Vec::new(),
    };
    inner.sort();
    for path in inner {
        walk(files, &path, depth + 1, enters, seen);
    }
}

/// Variables as they are given, and the folder that all paths start at.
#[derive(Clone, Debug, Default)]
pub struct MemoryEnvironment {
    /// The variables.
    pub variables: BTreeMap<String, OsString>,
}

impl Environment for MemoryEnvironment {
    fn variable(&self, name: &str) -> Option<OsString> {
        self.variables.get(name).cloned()
    }

    fn folder(&self) -> io::Result<PathBuf> {
        Ok(PathBuf::new())
    }
}

/// A clock that stands still, at so many seconds since the start of 1970.
#[derive(Clone, Copy, Debug)]
pub struct FixedClock(pub i64);

impl Clock for FixedClock {
    fn unix_seconds(&self) -> i64 {
        self.0
    }
}

/// No program is there.
pub struct NoPrograms;

impl Programs for NoPrograms {
    fn run(&self, _call: &Invocation) -> io::Result<ProgramOutput> {
        Err(missing())
    }

    fn start(&self, _call: &Invocation, _hears_errors: bool) -> io::Result<Box<dyn RunningProgram>> {
        Err(missing())
    }
}
