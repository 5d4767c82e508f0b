//! Private folders for what is gone when its work is done, and the ones that dead builds have left.

use crate::files::{FilesError, HeldFolder};
use rustix::fs::{FlockOperation, Mode, OFlags, flock, openat};
use rustix::process::getuid;
use std::fs::{self, DirEntry};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;
use std::time::{Duration, SystemTime};

/// How the name of each starts. A folder with such a name that nobody holds is removed.
const PREFIX: &str = "ghostc-private-";
/// How the name of each starts until it is held.
const NEW: &str = "ghostc-new-";
/// How the name of a file starts into which a launcher reports; it lives for a moment.
pub(crate) const REPORT: &str = "ghostc-end-";
/// What is older than this and should have lived for a moment is left over.
const MOMENT: Duration = Duration::from_secs(5);

/// A folder under the system's temporary folder that only this user can enter, without links in its path. It is removed
/// with the value, or by `sweep` where this process does not come to that.
pub(crate) struct PrivateFolder {
    held: HeldFolder,
    _lock: std::os::fd::OwnedFd,
}

impl PrivateFolder {
    /// Makes the folder.
    ///
    /// # Errors
    ///
    /// There is no temporary folder that can be written to.
    pub(crate) fn create() -> Result<PrivateFolder, FilesError> {
        let outer = std::env::temp_dir();
        let only_us = fs::Permissions::from_mode(0o700);
        let made = tempfile::Builder::new()
            .prefix(NEW)
            .permissions(only_us)
            .tempdir_in(&outer);
        let new = made.map_err(FilesError::of("create a folder in", &outer))?;
        let path = fs::canonicalize(new.path()).map_err(FilesError::of("open", new.path()))?;
        let lock = lock(&path).map_err(FilesError::of("lock", &path))?;
        // Only now has it a name that a sweep looks for.
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let final_path = path.with_file_name(format!("{PREFIX}{}", name.trim_start_matches(NEW)));
        fs::rename(&path, &final_path).map_err(FilesError::of("rename", &path))?;
        let _has_a_new_name = new.keep();
        Ok(PrivateFolder {
            held: HeldFolder::open(&final_path)?,
            _lock: lock,
        })
    }

    /// Its absolute path.
    pub(crate) fn path(&self) -> &Path {
        self.held.path()
    }

    /// The folder itself, for writing.
    pub(crate) fn held(&self) -> &HeldFolder {
        &self.held
    }
}

impl Drop for PrivateFolder {
    fn drop(&mut self) {
        // Of a link that was put there it removes the link.
        let _gone_already = remove(self.path());
        if let Some(moved) = self.held.find_moved() {
            let _gone_already = remove(&moved);
        }
    }
}

/// Removes a file or a folder with all that is in it; folders that may not be entered are entered all the same.
fn remove(path: &Path) -> std::io::Result<()> {
    if !fs::symlink_metadata(path)?.is_dir() {
        return fs::remove_file(path);
    }
    if fs::remove_dir_all(path).is_err() {
        for entry in walkdir::WalkDir::new(path).into_iter().flatten() {
            if entry.file_type().is_dir() {
                let _not_ours = fs::set_permissions(entry.path(), fs::Permissions::from_mode(0o700));
            }
        }
        fs::remove_dir_all(path)?;
    }
    Ok(())
}

/// Locks a file or folder for as long as what is given back lives; fails where somebody else has it.
fn lock(path: &Path) -> std::io::Result<std::os::fd::OwnedFd> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::NONBLOCK;
    let file = openat(rustix::fs::CWD, path, flags, Mode::empty())?;
    flock(&file, FlockOperation::NonBlockingLockExclusive)?;
    Ok(file)
}

/// Removes what processes have left in the system's temporary folder that were killed.
pub(crate) fn sweep() {
    sweep_in(&std::env::temp_dir());
}

fn sweep_in(outer: &Path) {
    for entry in fs::read_dir(outer).into_iter().flatten().flatten() {
        if is_left_over(&entry) {
            let _gone_already = remove(&entry.path());
        }
    }
}

/// Whether nobody holds what only its maker uses.
fn is_left_over(entry: &DirEntry) -> bool {
    let name = entry.file_name();
    let name = name.to_string_lossy();
    // A temporary folder may hold thousands of files that are not ours.
    if ![PREFIX, NEW, REPORT].iter().any(|start| name.starts_with(start)) {
        return false;
    }
    let Ok(found) = entry.metadata() else { return false };
    if found.uid() != getuid().as_raw() {
        return false;
    }
    let is_old = || {
        let age = found
            .modified()
            .ok()
            .and_then(|made| SystemTime::now().duration_since(made).ok());
        age.is_some_and(|age| age > MOMENT)
    };
    let is_private = name.starts_with(PREFIX) && found.is_dir();
    let is_brief =
        (name.starts_with(NEW) && found.is_dir() || name.starts_with(REPORT) && found.is_file()) && is_old();
    (is_private || is_brief) && lock(&entry.path()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn a_private_folder_is_ours_alone_and_goes_away() {
        let folder = PrivateFolder::create().unwrap();
        let path = folder.path().to_path_buf();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o700);
        fs::create_dir(path.join("closed")).unwrap();
        fs::write(path.join("closed/a"), "").unwrap();
        fs::set_permissions(path.join("closed"), fs::Permissions::from_mode(0o000)).unwrap();
        drop(folder);
        assert!(!path.exists());
    }

    #[test]
    fn a_private_folder_that_was_moved_goes_away_and_what_a_link_in_its_place_leads_to_stays() {
        let (folder, other) = (PrivateFolder::create().unwrap(), PrivateFolder::create().unwrap());
        fs::write(other.path().join("mine"), "").unwrap();
        let (path, moved) = (folder.path().to_path_buf(), other.path().join("moved"));
        fs::rename(&path, &moved).unwrap();
        symlink(other.path(), &path).unwrap();
        drop(folder);
        assert!(fs::symlink_metadata(&path).is_err() && other.path().join("mine").exists());
        assert!(!cfg!(target_os = "linux") || !moved.exists());
    }

    #[test]
    fn what_dead_processes_left_is_swept_and_nothing_else() {
        let outer = PrivateFolder::create().unwrap();
        let path = |name: &str| outer.path().join(name);
        for name in [
            "ghostc-private-held",
            "ghostc-private-dead",
            "ghostc-notes",
            "ghostc-new-a",
            "other",
        ] {
            fs::create_dir(path(name)).unwrap();
            fs::write(path(name).join("file"), "").unwrap();
        }
        let held = lock(&path("ghostc-private-held")).unwrap();
        symlink(path("other"), path("ghostc-private-link")).unwrap();
        fs::write(path("ghostc-private-file"), "").unwrap();
        fs::write(path("ghostc-end-new"), "").unwrap();
        let old = fs::File::create(path("ghostc-end-old")).unwrap();
        old.set_modified(SystemTime::now() - Duration::from_secs(60))
            .unwrap();
        drop(old);
        sweep_in(outer.path());
        let mut left: Vec<_> = fs::read_dir(outer.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        left.sort();
        let expected = [
            "ghostc-end-new",
            "ghostc-new-a",
            "ghostc-notes",
            "ghostc-private-file",
            "ghostc-private-held",
            "ghostc-private-link",
            "other",
        ];
        assert_eq!(left, expected);
        assert!(path("other/file").exists());
        drop(held);
        sweep_in(outer.path());
        assert!(!path("ghostc-private-held").exists());
    }
}
