//! Relative paths and their texts, written into folders that are held open, and files that are written whole or not at
//! all.

use rustix::fs::{
    AtFlags, CWD, Dir, FileType, Mode, OFlags, fstat, lstat, mkdirat, openat, statat, unlinkat,
};
use rustix::io::Errno;
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::io::{self, Read as _, Write as _};
use std::os::fd::{AsRawFd as _, OwnedFd};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

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

/// A folder that is held open: what is written goes into this very folder, whatever becomes of its path, and through
/// no link.
#[derive(Debug)]
pub(crate) struct HeldFolder {
    path: PathBuf,
    folder: OwnedFd,
}

/// How often a file is written whose folder is gone as soon as it was made.
const TRIES: u32 = 100;
/// The wait before the second try; each further one is longer.
const SHORTEST_NAP: Duration = Duration::from_micros(20);
/// Opens folders only, and no link to one.
const FOLDER: OFlags = OFlags::DIRECTORY
    .union(OFlags::NOFOLLOW)
    .union(OFlags::CLOEXEC)
    .union(OFlags::RDONLY);
/// Makes files only, and none where anything is already.
const NEW_FILE: OFlags = OFlags::WRONLY
    .union(OFlags::CREATE)
    .union(OFlags::EXCL)
    .union(OFlags::NOFOLLOW)
    .union(OFlags::CLOEXEC);

/// Opens anything for reading, without waiting for whoever writes to it.
const ANY_FILE: OFlags = OFlags::RDONLY
    .union(OFlags::CLOEXEC)
    .union(OFlags::NONBLOCK)
    .union(OFlags::NOCTTY);
/// Folders are removed with so many below each other.
const DEEPEST: usize = 256;

impl HeldFolder {
    /// Opens a folder that is there.
    pub(crate) fn open(path: &Path) -> Result<HeldFolder, FilesError> {
        let folder = openat(CWD, path, FOLDER, Mode::empty());
        let folder = folder.map_err(|error| FilesError::of("open", path)(error.into()))?;
        let path = path.to_path_buf();
        Ok(HeldFolder { path, folder })
    }

    /// Its path when it was opened.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether its path still leads to it, and not through a link in its last part.
    pub(crate) fn is_in_place(&self) -> bool {
        leads_to(&self.path, &self.folder).unwrap_or(false)
    }

    /// Where it is now, where that is no longer its path and the system tells.
    pub(crate) fn find_moved(&self) -> Option<PathBuf> {
        let link = format!("/proc/self/fd/{}", self.folder.as_raw_fd());
        let path = fs::read_link(link).ok()?;
        let moved = HeldFolder::open(&path).ok()?;
        let (held, there) = (fstat(&self.folder).ok()?, fstat(&moved.folder).ok()?);
        ((held.st_dev, held.st_ino) == (there.st_dev, there.st_ino)).then_some(path)
    }

    /// Makes a folder in it that is not there yet.
    pub(crate) fn create_folder(&self, name: &str) -> Result<HeldFolder, FilesError> {
        let path = inside(&self.path, name)?;
        let make = || {
            mkdirat(&self.folder, name, Mode::from_raw_mode(0o777))?;
            openat(&self.folder, name, FOLDER, Mode::empty())
        };
        let folder = make().map_err(|error| FilesError::of("create", &path)(error.into()))?;
        Ok(HeldFolder { path, folder })
    }

    /// Makes a folder in it with those on the way; one that is there is fine, a link or file in its place is not.
    pub(crate) fn create_folders(&self, relative: &Path) -> Result<(), FilesError> {
        self.enter(relative).map(drop)
    }

    /// Writes a file in it, with the folders on the way. What is there under its name is removed first, and not
    /// written through; a folder is left and is an error, and so is a path that leaves this one.
    pub(crate) fn write(&self, relative: &str, bytes: &[u8]) -> Result<(), FilesError> {
        self.write_new(relative, bytes).map(drop)
    }

    /// The same, with the time of the last change that the file shall tell.
    pub(crate) fn write_dated(
        &self,
        relative: &str,
        bytes: &[u8],
        time: SystemTime,
    ) -> Result<(), FilesError> {
        let file = self.write_new(relative, bytes)?;
        let dated = file.set_modified(time);
        dated.map_err(FilesError::of("write", &self.path.join(relative)))
    }

    fn write_new(&self, relative: &str, bytes: &[u8]) -> Result<fs::File, FilesError> {
        let path = inside(&self.path, relative)?;
        let (folder, name) = self.parent_of(relative)?;
        let write = || {
            match unlinkat(&folder, name, AtFlags::empty()) {
                Ok(()) | Err(Errno::NOENT) => {}
                Err(error) => return Err(error.into()),
            }
            let file = openat(&folder, name, NEW_FILE, Mode::from_raw_mode(0o666))?;
            let mut file = fs::File::from(file);
            file.write_all(bytes).map(|()| file)
        };
        write().map_err(FilesError::of("write", &path))
    }

    /// Writes files in it.
    pub(crate) fn write_all(&self, files: &BTreeMap<String, String>) -> Result<(), FilesError> {
        files
            .iter()
            .try_for_each(|(relative, text)| self.write(relative, text.as_bytes()))
    }

    /// Removes a file in it; one that is not there is fine.
    pub(crate) fn remove(&self, relative: &str) -> Result<(), FilesError> {
        let path = inside(&self.path, relative)?;
        let (folder, name) = self.parent_of(relative)?;
        match unlinkat(&folder, name, AtFlags::empty()) {
            Ok(()) | Err(Errno::NOENT) => Ok(()),
            Err(error) => Err(FilesError::of("delete", &path)(error.into())),
        }
    }

    /// Removes a file, a link, or a folder with all that is in it; what is not there is an error.
    pub(crate) fn remove_all(&self, relative: &str) -> Result<(), FilesError> {
        let path = inside(&self.path, relative)?;
        let failed = |error: Errno| FilesError::of("delete", &path)(error.into());
        let (parent, name) = relative.rsplit_once('/').unwrap_or(("", relative));
        let parent = self.open_there(Path::new(parent)).map_err(failed)?;
        remove_at(&parent, OsStr::new(name), DEEPEST).map_err(failed)
    }

    /// The start of a file, of at most so many bytes; nothing where none is there, or what is there is no file, or a link
    /// leads out of this folder on the way.
    pub(crate) fn read(&self, relative: &str, most: usize) -> Option<Vec<u8>> {
        inside(&self.path, relative).ok()?;
        let file = self.open_inside(relative).ok()?;
        let mut bytes = Vec::new();
        let is_file = FileType::from_raw_mode(fstat(&file).ok()?.st_mode) == FileType::RegularFile;
        let file = is_file.then(|| fs::File::from(file))?;
        file.take(most as u64).read_to_end(&mut bytes).ok()?;
        Some(bytes)
    }

    /// Opens what is there for reading, where links lead to what is inside.
    #[cfg(target_os = "linux")]
    fn open_inside(&self, relative: &str) -> rustix::io::Result<OwnedFd> {
        use rustix::fs::{ResolveFlags, openat2};
        let inside = ResolveFlags::BENEATH | ResolveFlags::NO_MAGICLINKS;
        match openat2(&self.folder, relative, ANY_FILE, Mode::empty(), inside) {
            // An older kernel, or a container that does not allow it.
            Err(Errno::NOSYS | Errno::PERM) => self.open_plain(relative),
            opened => opened,
        }
    }

    #[cfg(not(target_os = "linux"))]
    fn open_inside(&self, relative: &str) -> rustix::io::Result<OwnedFd> {
        self.open_plain(relative)
    }

    /// Opens what is there for reading, through no link.
    fn open_plain(&self, relative: &str) -> rustix::io::Result<OwnedFd> {
        let (parent, name) = relative.rsplit_once('/').unwrap_or(("", relative));
        let parent = self.open_there(Path::new(parent))?;
        openat(&parent, name, ANY_FILE | OFlags::NOFOLLOW, Mode::empty())
    }

    /// Opens a folder below this one that is there, through no link.
    fn open_there(&self, relative: &Path) -> rustix::io::Result<OwnedFd> {
        let mut folder = openat(&self.folder, ".", FOLDER, Mode::empty())?;
        for part in relative.components() {
            folder = openat(&folder, part.as_os_str(), FOLDER, Mode::empty())?;
        }
        Ok(folder)
    }

    fn parent_of<'p>(&self, relative: &'p str) -> Result<(OwnedFd, &'p str), FilesError> {
        let (parent, name) = relative.rsplit_once('/').unwrap_or(("", relative));
        Ok((self.enter(Path::new(parent))?, name))
    }

    /// Opens a folder below this one, and makes those that are not there, one after the other.
    fn enter(&self, relative: &Path) -> Result<OwnedFd, FilesError> {
        let failed = |error: Errno| FilesError::of("create", &self.path.join(relative))(error.into());
        let mut folder = self
            .folder
            .try_clone()
            .map_err(FilesError::of("open", &self.path))?;
        for part in relative.components() {
            let Component::Normal(part) = part else {
                return Err(failed(Errno::INVAL));
            };
            match mkdirat(&folder, part, Mode::from_raw_mode(0o777)) {
                Ok(()) | Err(Errno::EXIST) => {}
                Err(error) => return Err(failed(error)),
            }
            folder = openat(&folder, part, FOLDER, Mode::empty()).map_err(failed)?;
        }
        Ok(folder)
    }
}

/// Removes what is in a folder under a name, through no link, with so many folders below each other.
fn remove_at(folder: &OwnedFd, name: &OsStr, depth: usize) -> rustix::io::Result<()> {
    let found = statat(folder, name, AtFlags::SYMLINK_NOFOLLOW)?;
    if FileType::from_raw_mode(found.st_mode) != FileType::Directory {
        return unlinkat(folder, name, AtFlags::empty());
    }
    let below = depth.checked_sub(1).ok_or(Errno::NAMETOOLONG)?;
    let inner = openat(folder, name, FOLDER, Mode::empty())?;
    for entry in Dir::read_from(&inner)? {
        let entry = entry?;
        let entry = entry.file_name().to_bytes();
        if entry != b"." && entry != b".." {
            remove_at(&inner, OsStr::from_bytes(entry), below)?;
        }
    }
    unlinkat(folder, name, AtFlags::REMOVEDIR)
}

/// Whether a path leads to what is held open, and not through a link in its last part.
pub(crate) fn leads_to(path: &Path, held: &OwnedFd) -> rustix::io::Result<bool> {
    let (held, there) = (fstat(held)?, lstat(path)?);
    Ok((held.st_dev, held.st_ino) == (there.st_dev, there.st_ino))
}

/// `root/relative`, where that is below `root`.
fn inside(root: &Path, relative: &str) -> Result<PathBuf, FilesError> {
    let stays = |part: Component<'_>| matches!(part, Component::Normal(_));
    let is_plain = !relative.is_empty() && !relative.ends_with('/');
    if !is_plain || !Path::new(relative).components().all(stays) {
        return Err(FilesError::of("use", Path::new(relative))(io::Error::other(
            "it is not a path inside a folder",
        )));
    }
    Ok(root.join(relative))
}

/// The text of a file.
pub(crate) fn read_text(path: &Path) -> Result<String, FilesError> {
    fs::read_to_string(path).map_err(FilesError::of("read", path))
}

/// Writes a file so that it is there whole or not at all, also after a power cut: a temporary file beside it, its
/// bytes on the disk, then its name.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<(), FilesError> {
    write_atomically_by(parent(path), path, bytes)
}

/// The same with the temporary file in another folder of the same disk, which is made where it is not there.
pub fn write_atomically_by(temporaries: &Path, path: &Path, bytes: &[u8]) -> Result<(), FilesError> {
    let mut tries = 1;
    loop {
        match write_by(temporaries, path, bytes) {
            // Somebody else may take away a folder that is empty, also between two looks at it.
            Err(error) if is_taken_away(&error) && tries < TRIES => {
                std::thread::sleep(tries * SHORTEST_NAP);
                tries += 1;
            }
            written => return written,
        }
    }
}

/// Whether a folder was not there, or was when it was made and no more when it was looked at.
fn is_taken_away(error: &FilesError) -> bool {
    matches!(
        error.source.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::AlreadyExists
    )
}

fn write_by(temporaries: &Path, path: &Path, bytes: &[u8]) -> Result<(), FilesError> {
    let folder = parent(path);
    for folder in [folder, temporaries] {
        fs::create_dir_all(folder).map_err(FilesError::of("create", folder))?;
    }
    let mut temporary = tempfile::Builder::new();
    temporary
        .prefix(".ghostc-")
        .permissions(fs::Permissions::from_mode(0o666));
    let placed = place(&temporary, temporaries, path, bytes);
    let kept = placed.and_then(|()| fs::File::open(folder)?.sync_all());
    kept.map_err(FilesError::of("write", path))
}

/// Writes bytes into a temporary file, and gives it its name once they are on the disk.
pub(crate) fn place(
    temporary: &tempfile::Builder<'_, '_>,
    temporaries: &Path,
    path: &Path,
    bytes: &[u8],
) -> io::Result<()> {
    let mut file = temporary.tempfile_in(temporaries)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map(drop).map_err(|failed| failed.error)
}

fn parent(path: &Path) -> &Path {
    path.parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests;
