//! The key that signs records: a secret file of the user, outside every project.

use crate::files::{FilesError, place};
use rustix::fs::{FlockOperation, flock};
use std::fmt;
use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, Read as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

/// The file's name in the user's state folder.
const FILE: &str = "store.key";
/// How the name of a file starts that becomes the key when it is written.
const STRAY: &str = ".store-key-";
const LENGTH: usize = 32;

/// A secret of this user, with which ghostc signs what it keeps.
#[derive(Clone, PartialEq, Eq)]
pub struct StoreKey([u8; LENGTH]);

impl fmt::Debug for StoreKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StoreKey")
    }
}

impl StoreKey {
    /// The key in a folder that belongs to the user and to no project; it is made where there is none.
    ///
    /// # Errors
    ///
    /// The folder or file cannot be made or read, or the file is not a key.
    pub fn open(folder: &Path) -> Result<StoreKey, FilesError> {
        let path = folder.join(FILE);
        if let Some(key) = read(&path)? {
            return Ok(key);
        }
        let mut make = DirBuilder::new();
        let made = make.recursive(true).mode(0o700).create(folder);
        made.map_err(FilesError::of("create", folder))?;
        write_new(folder, &path).map_err(FilesError::of("write", &path))?;
        let missing = || FilesError::of("read", &path)(io::ErrorKind::NotFound.into());
        read(&path)?.ok_or_else(missing)
    }

    /// The MAC of some bytes: 64 hexadecimal digits.
    pub(super) fn mac(&self, bytes: &[u8]) -> String {
        blake3::keyed_hash(&self.0, bytes).to_hex().to_string()
    }
}

/// The key in a file; nothing where there is no such file.
fn read(path: &Path) -> Result<Option<StoreKey>, FilesError> {
    let no_link = rustix::fs::OFlags::NOFOLLOW.bits().cast_signed();
    let mut file = match OpenOptions::new().read(true).custom_flags(no_link).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(FilesError::of("read", path)(error)),
    };
    let mut key = [0; LENGTH];
    let read = file.read_exact(&mut key);
    read.map_err(FilesError::of("read", path))?;
    Ok(Some(StoreKey(key)))
}

/// Writes a new key, whole or not at all; one that another process has written meanwhile stays. What a process left
/// that was killed on the way is taken away.
fn write_new(folder: &Path, path: &Path) -> io::Result<()> {
    let held = File::open(folder)?;
    flock(&held, FlockOperation::LockExclusive)?;
    if path.try_exists()? {
        return Ok(());
    }
    for entry in fs::read_dir(folder)?.flatten() {
        if entry.file_name().to_string_lossy().starts_with(STRAY) {
            fs::remove_file(entry.path())?;
        }
    }
    let mut key = [0; LENGTH];
    File::open("/dev/urandom")?.read_exact(&mut key)?;
    let mut stray = tempfile::Builder::new();
    stray.prefix(STRAY).permissions(Permissions::from_mode(0o600));
    place(&stray, folder, path, &key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::private::PrivateFolder;

    #[test]
    fn a_key_is_made_once_and_is_the_users_alone() {
        let folder = PrivateFolder::create().unwrap();
        let state = folder.path().join("state/ghostc");
        // As a process leaves it that is killed while it writes.
        fs::create_dir_all(folder.path().join("state")).unwrap();
        DirBuilder::new().mode(0o700).create(&state).unwrap();
        fs::write(state.join(format!("{STRAY}a1b2")), "half").unwrap();
        let key = StoreKey::open(&state).unwrap();
        assert_eq!(StoreKey::open(&state).unwrap(), key);
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&state), mode(&state.join(FILE))), (0o700, 0o600));
        assert_eq!(fs::read_dir(&state).unwrap().count(), 1);
        assert_ne!(StoreKey::open(&folder.path().join("other")).unwrap(), key);
        assert_eq!(format!("{key:?}"), "StoreKey");
        fs::write(state.join(FILE), "short").unwrap();
        assert!(StoreKey::open(&state).is_err());
    }
}
