//! Where a program is, by its name, and whether a file is one.

use std::ffi::OsStr;
use std::fs::File;
use std::io::Read as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

/// The file of a program that is named without a folder. With it a process can be spawned without a copy of ours, which
/// the standard library makes wherever it would have to look in another PATH than its own.
pub fn find_program(program: &str, path: &OsStr) -> Option<PathBuf> {
    let mut folders = std::env::split_paths(path).take_while(|folder| folder.is_absolute());
    let found = || folders.find_map(|folder| Some(folder.join(program)).filter(|file| is_program(file)));
    (!program.contains('/')).then(found).flatten()
}

/// Whether it is a file that may be run.
pub(crate) fn is_program(file: &Path) -> bool {
    file.metadata()
        .is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

/// Whether it is a script, or cannot be read.
pub(crate) fn is_script(file: &Path) -> bool {
    let mut start = [0; 2];
    let read = File::open(file).and_then(|mut file| file.read_exact(&mut start));
    read.is_err() || start == *b"#!"
}

/// What tells whether a file is still the same: its device, its number, its size and the time of its last change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct FileStamp {
    device: u64,
    number: u64,
    size: u64,
    changed: (i64, i64),
}

impl FileStamp {
    /// The stamp of a file, behind all links; nothing where there is none.
    pub(crate) fn of(file: &Path) -> Option<FileStamp> {
        let found = file.metadata().ok()?;
        Some(FileStamp {
            device: found.dev(),
            number: found.ino(),
            size: found.size(),
            changed: (found.mtime(), found.mtime_nsec()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_program_is_found_where_a_shell_would_find_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = |names: &[&str]| std::env::join_paths(names.iter().map(|name| folder.path().join(name)));
        for (name, mode) in [("a", 0o644), ("b", 0o755), ("c", 0o755)] {
            fs::create_dir(folder.path().join(name)).unwrap();
            let program = folder.path().join(name).join("it");
            fs::write(&program, "").unwrap();
            fs::set_permissions(&program, fs::Permissions::from_mode(mode)).unwrap();
        }
        let all = path(&["none", "a", "b", "c"]).unwrap();
        assert_eq!(find_program("it", &all), Some(folder.path().join("b/it")));
        assert_eq!(find_program("other", &all), None);
        assert_eq!(find_program("./it", &all), None);
        assert_eq!(find_program("it", OsStr::new(":relative:/")), None);
    }
}
