//! The computer that this runs on: files on disk, the variables of the process, and programs as processes.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "this is the one file that touches the disk, the environment and processes"
)]

use super::{
    Contents, Enters, Environment, FileKind, Files, FolderLock, Invocation, ProgramOutput, Programs,
    RunningProgram, Seen, WalkEntry, WalkError,
};
use crate::paths::or_here;
use std::ffi::OsString;
use std::fs;
use std::io::{self, Read, Write};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Files on disk; paths that are not absolute are those of the current folder.
pub struct DiskFiles;

impl Files for DiskFiles {
    fn kind(&self, path: &Path) -> Option<FileKind> {
        fs::metadata(path).ok().map(|found| kind(found.file_type()))
    }

    fn is_taken(&self, path: &Path) -> bool {
        let gone = [io::ErrorKind::NotFound, io::ErrorKind::NotADirectory];
        path.symlink_metadata()
            .map_or_else(|why| !gone.contains(&why.kind()), |_| true)
    }

    fn leaves(&self, path: &Path, folder: &Path) -> bool {
        match (path.canonicalize(), or_here(folder).canonicalize()) {
            (Ok(path), Ok(folder)) => !path.starts_with(folder),
            _ => false,
        }
    }

    fn read_within(&self, path: &Path, is_file: bool, limit: u64) -> io::Result<Contents> {
        // A pipe or a device may never open or end.
        if !is_file && !fs::metadata(path)?.is_file() {
            return Ok(Contents::NotAFile);
        }
        let file = fs::File::open(path)?;
        let length = file.metadata()?.len();
        if length > limit {
            return Ok(Contents::TooLarge(length));
        }
        let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(0) + 1);
        // It may grow while it is read.
        file.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
        Ok(Contents::within(limit, bytes))
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        // A pipe or a device may never open or end, and a folder has another error on each system.
        let found = fs::metadata(path)?;
        if !found.is_file() {
            return Err(io::Error::other("it is not a file"));
        }
        fs::read(path)
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<PathBuf>> {
        let entries = fs::read_dir(folder)?.flatten();
        Ok(entries.map(|entry| entry.path()).collect())
    }

    fn walk(&self, start: &Path, enters: &Enters<'_>, seen: &mut Seen<'_>) {
        // In one folder, paths are in the order of their last parts, which would have to be found for each comparison.
        let walk = walkdir::WalkDir::new(start)
            .sort_by(|a, b| a.path().as_os_str().cmp(b.path().as_os_str()))
            .into_iter()
            .filter_entry(|entry| enters(&walk_entry(entry)));
        for entry in walk {
            match &entry {
                Ok(entry) => seen(Ok(walk_entry(entry))),
                Err(error) => seen(Err(WalkError {
                    path: error.path().map(Path::to_path_buf),
                    why: error
                        .io_error()
                        .map_or_else(|| error.to_string(), ToString::to_string),
                    sentence: error.to_string(),
                })),
            }
        }
    }

    fn canonical(&self, path: &Path) -> io::Result<PathBuf> {
        path.canonicalize()
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), String> {
        ghostc_run::write_atomically(path, bytes).map_err(|why| why.to_string())
    }

    fn rewrite(&self, path: &Path, bytes: &[u8]) -> Result<(), String> {
        let path = fs::canonicalize(path).map_err(|why| why.to_string())?;
        let rights = fs::metadata(&path).map_err(|why| why.to_string())?.permissions();
        ghostc_run::write_atomically(&path, bytes).map_err(|why| why.to_string())?;
        fs::set_permissions(&path, rights).map_err(|why| why.to_string())
    }

    fn write_by(&self, way: &Path, path: &Path, bytes: &[u8]) -> Result<(), String> {
        match ghostc_run::write_atomically_by(way, path, bytes) {
            // The state is on another file system.
            Err(why) if why.source.kind() == io::ErrorKind::CrossesDevices => self.write(path, bytes),
            written => written.map_err(|why| format!("cannot write `{}`: {}", path.display(), why.source)),
        }
    }

    fn require_writable(&self, folder: &Path) -> io::Result<()> {
        let there = folder.ancestors().find(|folder| folder.is_dir());
        tempfile::tempfile_in(there.unwrap_or(Path::new("."))).map(drop)
    }

    fn remove_empty_folder(&self, path: &Path) -> io::Result<()> {
        fs::remove_dir(path)
    }

    fn lock(&self, folder: &Path, wait: bool) -> io::Result<Option<FolderLock>> {
        loop {
            let file = fs::File::open(folder)?;
            if wait {
                file.lock()?;
            } else {
                match file.try_lock() {
                    Ok(()) => {}
                    Err(fs::TryLockError::WouldBlock) => return Ok(None),
                    Err(fs::TryLockError::Error(why)) => return Err(why),
                }
            }
            // The folder that was waited for may be another one now.
            let (held, now) = (file.metadata()?, fs::metadata(folder)?);
            if (held.dev(), held.ino()) == (now.dev(), now.ino()) {
                return Ok(Some(Box::new(file)));
            }
        }
    }

    fn create(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(path, bytes)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn create_folder(&self, path: &Path) -> io::Result<()> {
        fs::create_dir_all(path)
    }

    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        fs::remove_dir_all(path)
    }
}

fn walk_entry(entry: &walkdir::DirEntry) -> WalkEntry<'_> {
    WalkEntry {
        path: entry.path(),
        depth: entry.depth(),
        kind: kind(entry.file_type()),
    }
}

fn kind(found: fs::FileType) -> FileKind {
    if found.is_file() {
        FileKind::File
    } else if found.is_dir() {
        FileKind::Folder
    } else {
        FileKind::Other
    }
}

/// The environment of the process.
pub struct DiskEnvironment;

impl Environment for DiskEnvironment {
    fn variable(&self, name: &str) -> Option<OsString> {
        std::env::var_os(name)
    }

    fn folder(&self) -> io::Result<PathBuf> {
        std::env::current_dir()
    }
}

/// Programs as processes of the computer.
pub struct DiskPrograms;

impl Programs for DiskPrograms {
    fn run(&self, call: &Invocation) -> io::Result<ProgramOutput> {
        let output = command(call).stdin(Stdio::null()).output()?;
        Ok(ProgramOutput {
            code: output.status.code(),
            stdout: output.stdout,
            stderr: output.stderr,
        })
    }

    fn start(&self, call: &Invocation, hears_errors: bool) -> io::Result<Box<dyn RunningProgram>> {
        let mut command = command(call);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        if hears_errors {
            command.stderr(Stdio::piped());
        }
        Ok(Box::new(Process(command.spawn()?)))
    }
}

fn command(call: &Invocation) -> Command {
    let mut command = Command::new(&call.program);
    command.args(&call.arguments);
    if let Some(folder) = &call.folder {
        command.current_dir(folder);
    }
    for name in &call.unset {
        command.env_remove(name);
    }
    for (name, value) in &call.set {
        command.env(name, value);
    }
    command
}

/// A running process; it ends with this value.
struct Process(Child);

impl RunningProgram for Process {
    fn input(&mut self) -> Option<Box<dyn Write + Send>> {
        let input = self.0.stdin.take()?;
        Some(Box::new(input))
    }

    fn output(&mut self) -> Option<Box<dyn Read + Send>> {
        let output = self.0.stdout.take()?;
        Some(Box::new(output))
    }

    fn errors(&mut self) -> Option<Box<dyn Read + Send>> {
        let errors = self.0.stderr.take()?;
        Some(Box::new(errors))
    }

    fn wait(&mut self) -> io::Result<bool> {
        self.0.wait().map(|status| status.success())
    }

    fn kill(&mut self) {
        // It has nothing to lose: what is started here only reads.
        let _ended = self.0.kill().and_then(|()| self.0.wait());
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_more_than_it_said_is_not_cut() {
        // A device says that it has nothing, and never ends.
        let read = DiskFiles.read_within(Path::new("/dev/zero"), true, 9);
        assert!(matches!(read, Ok(Contents::TooLarge(10))));
    }
}
