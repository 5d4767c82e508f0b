//! Relative paths and their texts, placed in folders and written whole or not at all.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

/// A file or folder could not be used.
#[derive(Clone, Debug, thiserror::Error)]
#[error("cannot {action} `{}`: {source}", path.display())]
pub struct FilesError {
    /// What was tried, as a verb.
    pub action: &'static str,
    /// The file or folder.
    pub path: PathBuf,
    /// Why it failed.
    pub source: Arc<io::Error>,
}

impl FilesError {
    /// An error about `path`, for `map_err`.
    pub(crate) fn of(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> FilesError {
        let path = path.to_path_buf();
        move |source| FilesError {
            action,
            path,
            source: Arc::new(source),
        }
    }
}

/// A folder under the system's temporary folder that only this user can enter, without links in its path.
pub struct PrivateFolder {
    path: PathBuf,
    _removed_on_drop: tempfile::TempDir,
}

impl PrivateFolder {
    /// Makes the folder; it is removed with the value.
    /// Without a temporary folder that can be written to it fails.
    pub fn create() -> Result<PrivateFolder, FilesError> {
        let outer = std::env::temp_dir();
        let only_us = fs::Permissions::from_mode(0o700);
        let made = tempfile::Builder::new()
            .prefix("ghostc-")
            .permissions(only_us)
            .tempdir_in(&outer);
        let folder = made.map_err(FilesError::of("create a folder in", &outer))?;
        let path = fs::canonicalize(folder.path()).map_err(FilesError::of("open", folder.path()))?;
        Ok(PrivateFolder {
            path,
            _removed_on_drop: folder,
        })
    }

    /// Its absolute path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Makes a folder in it.
    pub(crate) fn folder(&self, name: &str) -> Result<PathBuf, FilesError> {
        let path = self.path.join(name);
        fs::create_dir(&path).map_err(FilesError::of("create", &path))?;
        Ok(path)
    }
}

/// Writes files below `root`; a path that leaves it, or goes through a link, is an error.
pub(crate) fn write_files(root: &Path, files: &BTreeMap<String, String>) -> Result<(), FilesError> {
    files
        .iter()
        .try_for_each(|(relative, text)| write_file(root, relative, text))
}

/// Writes one file below `root`, with the folders on the way.
pub(crate) fn write_file(root: &Path, relative: &str, text: &str) -> Result<(), FilesError> {
    let path = inside(root, relative)?;
    if let Some(folder) = path.parent() {
        make_folders(root, folder)?;
    }
    if fs::symlink_metadata(&path).is_ok_and(|found| !found.is_file()) {
        return Err(FilesError::of("write", &path)(io::Error::other(
            "it is not a file",
        )));
    }
    fs::write(&path, text).map_err(FilesError::of("write", &path))
}

/// `root/relative`, where that is below `root`.
pub(crate) fn inside(root: &Path, relative: &str) -> Result<PathBuf, FilesError> {
    let stays = |part: Component<'_>| matches!(part, Component::Normal(_));
    if relative.is_empty() || !Path::new(relative).components().all(stays) {
        return Err(FilesError::of("use", Path::new(relative))(io::Error::other(
            "it is not a path inside a folder",
        )));
    }
    Ok(root.join(relative))
}

fn make_folders(root: &Path, folder: &Path) -> Result<(), FilesError> {
    let below = folder.strip_prefix(root).unwrap_or(Path::new(""));
    let mut at = root.to_path_buf();
    for part in below.components() {
        at.push(part);
        match fs::symlink_metadata(&at) {
            Ok(found) if found.is_dir() => {}
            Ok(_) => {
                return Err(FilesError::of("create", &at)(io::Error::other(
                    "something else is there",
                )));
            }
            Err(_) => fs::create_dir(&at).map_err(FilesError::of("create", &at))?,
        }
    }
    Ok(())
}

/// The text of a file.
pub(crate) fn read_text(path: &Path) -> Result<String, FilesError> {
    fs::read_to_string(path).map_err(FilesError::of("read", path))
}

/// Writes a file so that it is there whole or not at all, also after a power cut: a temporary file beside it, its
/// bytes on the disk, then its name.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<(), FilesError> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(FilesError::of("create", folder))?;
    let write = || {
        let usual = fs::Permissions::from_mode(0o666);
        let mut file = tempfile::Builder::new()
            .prefix(".ghostc-")
            .permissions(usual)
            .tempfile_in(folder)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        file.persist(path).map_err(|failed| failed.error)?;
        fs::File::open(folder)?.sync_all()
    };
    write().map_err(FilesError::of("write", path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_that_leaves_its_folder_is_refused() {
        let folder = PrivateFolder::create().unwrap();
        for path in ["../a", "/a", "", "a/../../b", "./a/.."] {
            assert!(write_file(folder.path(), path, "x").is_err(), "{path}");
        }
        write_file(folder.path(), "a/b/c.txt", "x").unwrap();
        assert_eq!(read_text(&folder.path().join("a/b/c.txt")).unwrap(), "x");
    }

    #[test]
    fn nothing_is_written_through_a_link() {
        let (folder, other) = (PrivateFolder::create().unwrap(), PrivateFolder::create().unwrap());
        std::os::unix::fs::symlink(other.path(), folder.path().join("out")).unwrap();
        std::os::unix::fs::symlink(other.path().join("y"), folder.path().join("y")).unwrap();
        assert!(write_file(folder.path(), "out/x", "x").is_err());
        assert!(write_file(folder.path(), "y", "x").is_err());
        assert_eq!(fs::read_dir(other.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_private_folder_is_ours_alone_and_goes_away() {
        let folder = PrivateFolder::create().unwrap();
        let path = folder.path().to_path_buf();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o700);
        drop(folder);
        assert!(!path.exists());
    }

    #[test]
    fn a_failed_write_leaves_no_temporary_file() {
        let folder = PrivateFolder::create().unwrap();
        fs::create_dir(folder.path().join("taken")).unwrap();
        assert!(write_atomically(&folder.path().join("taken"), b"x").is_err());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
