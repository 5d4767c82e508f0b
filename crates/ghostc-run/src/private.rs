//! Private folders for what is gone when its work is done, and the ones that dead builds have left.

use crate::files::{FilesError, HeldFolder, leads_to};
use rustix::fs::{FlockOperation, Mode, OFlags, flock, openat};
use rustix::process::getuid;
use std::fs::{self, DirEntry};
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// How the name of each starts. A folder with such a name that nobody holds is removed.
const PREFIX: &str = "ghostc-private-";
/// How the name of a file starts into which a launcher reports. One that nobody holds is removed.
const REPORT: &str = "ghostc-end-";
/// The longest path of an outer folder that is short.
const SHORT: usize = 32;
/// An outer folder that is.
const SHORT_OUTER: &str = "/tmp";
/// How often a folder or file is made anew that was swept before it could be held.
const TRIES: usize = 10;

/// A folder under the system's temporary folder that only this user can enter, without links in its path. It is removed
/// with the value, or by `sweep` where this process does not come to that.
pub(crate) struct PrivateFolder {
    held: HeldFolder,
    _lock: OwnedFd,
}

impl PrivateFolder {
    /// Makes the folder.
    ///
    /// # Errors
    ///
    /// There is no temporary folder that can be written to.
    pub(crate) fn create() -> Result<PrivateFolder, FilesError> {
        PrivateFolder::create_in(std::env::temp_dir())
    }

    /// Makes it where its path is short and means nothing to a shell: below `/tmp` where the temporary folder of the system
    /// is not so.
    ///
    /// # Errors
    ///
    /// There is no temporary folder that can be written to.
    pub(crate) fn create_short() -> Result<PrivateFolder, FilesError> {
        let outer = std::env::temp_dir();
        let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"/._-".contains(byte);
        let path = outer.as_os_str().as_bytes();
        let is_short = path.len() <= SHORT && path.iter().all(is_plain);
        if is_short {
            return PrivateFolder::create_in(outer);
        }
        // What is left there nobody else looks for.
        sweep_in(Path::new(SHORT_OUTER));
        PrivateFolder::create_in(PathBuf::from(SHORT_OUTER))
    }

    fn create_in(outer: PathBuf) -> Result<PrivateFolder, FilesError> {
        let only_us = fs::Permissions::from_mode(0o700);
        let make = || {
            let new = tempfile::Builder::new()
                .prefix(PREFIX)
                .permissions(only_us.clone())
                .tempdir_in(&outer)?;
            fs::canonicalize(new.path()).map(|path| (new, path))
        };
        let made = made_and_held(make, |(_, path)| lock(path));
        let ((new, path), lock) = made.map_err(FilesError::of("create a folder in", &outer))?;
        let _is_removed_with_the_value = new.keep();
        Ok(PrivateFolder {
            held: HeldFolder::open(&path)?,
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
fn remove(path: &Path) -> io::Result<()> {
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

/// Makes a file for the report of a launcher. It is held as long as it is open.
pub(crate) fn create_report() -> io::Result<NamedTempFile> {
    let make = || tempfile::Builder::new().prefix(REPORT).tempfile();
    let (report, ()) = made_and_held(make, |report| {
        flock(report, FlockOperation::NonBlockingLockExclusive)?;
        fs::symlink_metadata(report).map(drop)
    })?;
    Ok(report)
}

/// Makes something and holds it. A sweep of another process may come between the two, which sees that nobody holds it.
fn made_and_held<T, L>(
    make: impl Fn() -> io::Result<T>,
    hold: impl Fn(&T) -> io::Result<L>,
) -> io::Result<(T, L)> {
    let mut tries = 1;
    loop {
        let made = make()?;
        match hold(&made) {
            Ok(held) => return Ok((made, held)),
            Err(error) if tries < TRIES && is_swept(&error) => tries += 1,
            Err(error) => return Err(error),
        }
    }
}

/// Whether something could not be held because it is being taken away, or is gone.
fn is_swept(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::NotFound)
}

/// Locks a file or folder for as long as what is given back lives; fails where somebody else has it.
fn lock(path: &Path) -> io::Result<OwnedFd> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::NONBLOCK;
    let file = openat(rustix::fs::CWD, path, flags, Mode::empty())?;
    flock(&file, FlockOperation::NonBlockingLockExclusive)?;
    if leads_to(path, &file)? {
        Ok(file)
    } else {
        Err(io::ErrorKind::NotFound.into())
    }
}

/// Removes what processes of this user have left in the system's temporary folder that were killed.
pub fn sweep() {
    sweep_in(&std::env::temp_dir());
}

fn sweep_in(outer: &Path) {
    for entry in fs::read_dir(outer).into_iter().flatten().flatten() {
        // It is held while it is removed, so that whoever has just made it sees that.
        if let Some(_held) = left_over(&entry) {
            let _gone_already = remove(&entry.path());
        }
    }
}

/// Holds what only its maker uses, and nobody holds.
fn left_over(entry: &DirEntry) -> Option<OwnedFd> {
    let name = entry.file_name();
    let name = name.to_string_lossy();
    // A temporary folder may hold thousands of files that are not ours.
    let (is_folder, is_report) = (name.starts_with(PREFIX), name.starts_with(REPORT));
    if !is_folder && !is_report {
        return None;
    }
    let found = entry.metadata().ok()?;
    let is_ours = found.uid() == getuid().as_raw();
    let is_kind = is_folder && found.is_dir() || is_report && found.is_file();
    (is_ours && is_kind).then(|| lock(&entry.path()).ok()).flatten()
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
            "other",
        ] {
            fs::create_dir(path(name)).unwrap();
            fs::write(path(name).join("file"), "").unwrap();
        }
        let held = lock(&path("ghostc-private-held")).unwrap();
        symlink(path("other"), path("ghostc-private-link")).unwrap();
        fs::write(path("ghostc-private-file"), "").unwrap();
        fs::write(path("ghostc-end-held"), "").unwrap();
        let report = lock(&path("ghostc-end-held")).unwrap();
        // However young it is: a build that was killed is often followed by another one at once.
        fs::write(path("ghostc-end-dead"), "").unwrap();
        sweep_in(outer.path());
        let mut left: Vec<_> = fs::read_dir(outer.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        left.sort();
        let expected = [
            "ghostc-end-held",
            "ghostc-notes",
            "ghostc-private-file",
            "ghostc-private-held",
            "ghostc-private-link",
            "other",
        ];
        assert_eq!(left, expected);
        assert!(path("other/file").exists());
        drop((held, report));
        sweep_in(outer.path());
        assert!(!path("ghostc-private-held").exists() && !path("ghostc-end-held").exists());
    }

    #[test]
    fn what_is_swept_before_it_is_held_is_made_again() {
        let outer = PrivateFolder::create().unwrap();
        let make = || {
            let made = tempfile::Builder::new().prefix(PREFIX).tempdir_in(outer.path())?;
            fs::read_dir(outer.path()).map(|there| (made, there.count()))
        };
        let swept = std::cell::Cell::new(0);
        let hold = |(made, _): &(tempfile::TempDir, usize)| {
            if swept.replace(swept.get() + 1) < 3 {
                sweep_in(outer.path());
            }
            lock(made.path())
        };
        let ((made, _), _held) = made_and_held(make, hold).unwrap();
        sweep_in(outer.path());
        assert!(made.path().is_dir() && swept.get() == 4);
        assert!(made_and_held(make, |_| Err::<(), _>(io::ErrorKind::NotFound.into())).is_err());
    }
}
