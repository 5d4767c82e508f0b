//! The files of a git revision, as files that can be read.

use super::{Blobs, Repository, Tree};
use crate::failure::Failure;
use crate::host::{Contents, Enters, FileKind, Files, Seen, walk_listed};
use crate::paths::shown;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// The files of a revision by their paths below the folder that it was asked for in; nothing can be written.
pub struct RevisionFiles {
    /// The ids of what they hold.
    tree: Tree,
    contents: Arc<BlobContents>,
}

/// What files held, each read once, whatever revisions it is in.
pub(crate) struct BlobContents(Mutex<BlobCache>);

struct BlobCache {
    blobs: Blobs,
    /// What was read, by its id.
    known: BTreeMap<String, Arc<[u8]>>,
}

impl BlobContents {
    /// Nothing is read yet.
    pub(crate) fn of(repository: &Repository) -> Result<BlobContents, Failure> {
        Ok(BlobContents(Mutex::new(BlobCache {
            blobs: Blobs::of(repository)?,
            known: BTreeMap::new(),
        })))
    }

    fn read(&self, id: &str) -> io::Result<Arc<[u8]>> {
        let mut cache = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let BlobCache { blobs, known } = &mut *cache;
        if let Some(bytes) = known.get(id) {
            return Ok(Arc::clone(bytes));
        }
        let read = blobs
            .read(&[id])
            .map_err(|failure| io::Error::other(failure.message))?;
        let bytes: Arc<[u8]> = read.into_iter().next().unwrap_or_default().into();
        known.insert(id.to_string(), Arc::clone(&bytes));
        Ok(bytes)
    }
}

impl RevisionFiles {
    /// The files of a revision that are wanted.
    pub(crate) fn of(tree: Tree, contents: Arc<BlobContents>) -> RevisionFiles {
        RevisionFiles { tree, contents }
    }

    /// The id of a file.
    fn id(&self, path: &Path) -> Option<&String> {
        self.tree.get(&plain(path))
    }

    /// The paths of all files below a folder, from there.
    fn below(&self, folder: &Path) -> impl Iterator<Item = &str> {
        let folder = match plain(folder) {
            folder if folder.is_empty() => folder,
            folder => folder + "/",
        };
        let from = self.tree.range(folder.clone()..);
        from.map_while(move |(path, _)| path.strip_prefix(&folder))
    }
}

/// A path as git lists it.
fn plain(path: &Path) -> String {
    shown(path, Path::new(""))
}

impl Files for RevisionFiles {
    fn kind(&self, path: &Path) -> Option<FileKind> {
        let is_folder = || plain(path).is_empty() || self.below(path).next().is_some();
        match self.id(path) {
            Some(_) => Some(FileKind::File),
            None => is_folder().then_some(FileKind::Folder),
        }
    }

    fn is_taken(&self, path: &Path) -> bool {
        self.kind(path).is_some()
    }

    fn read_within(&self, path: &Path, _is_file: bool, limit: u64) -> io::Result<Contents> {
        Ok(Contents::within(limit, self.read(path)?))
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let id = self.id(path).ok_or(io::ErrorKind::NotFound)?;
        Ok(self.contents.read(id)?.to_vec())
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<PathBuf>> {
        let names: BTreeSet<&str> = self
            .below(folder)
            .filter_map(|path| path.split('/').next())
            .collect();
        Ok(names.into_iter().map(|name| folder.join(name)).collect())
    }

    fn walk(&self, start: &Path, enters: &Enters<'_>, seen: &mut Seen<'_>) {
        walk_listed(self, start, 0, enters, seen);
    }

    fn canonical(&self, path: &Path) -> io::Result<PathBuf> {
        Ok(path.to_path_buf())
    }
}
