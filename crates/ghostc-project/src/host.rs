//! The world as this crate sees it: files, environment, clock and programs, each behind a small trait.
//!
//! [`Host::disk`] is the computer; [`Host::memory`] holds its files in a map, for tests and for tools without a disk;
//! [`RevisionFiles`](crate::RevisionFiles) are the files of a git revision. Code is judged and agents are run by
//! `ghostc-run`, which needs a real disk.

mod clock;
mod disk;
mod memory;

pub use clock::SystemClock;
pub use disk::{DiskEnvironment, DiskFiles, DiskPrograms};
pub(crate) use memory::walk as walk_listed;
pub use memory::{FixedClock, MemoryEnvironment, MemoryFiles, NoPrograms};

use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// Where a function of this crate works.
#[derive(Clone)]
pub struct Host {
    /// The files.
    pub files: Arc<dyn Files>,
    /// The variables and the current folder.
    pub environment: Arc<dyn Environment>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The programs, above all git.
    pub programs: Arc<dyn Programs>,
    /// How the caller asks for an end.
    pub stop: Stop,
}

/// How a caller asks running work to end. Setting the flags is all that it takes; both are looked at again and again.
#[derive(Clone, Default)]
pub struct Stop {
    /// Agents are asked to end, and get a moment for it; what is done is kept.
    pub softly: Arc<AtomicBool>,
    /// Agents that were asked to end are killed.
    pub now: Arc<AtomicBool>,
}

impl Host {
    /// The computer that this runs on.
    pub fn disk() -> Host {
        Host {
            files: Arc::new(DiskFiles),
            environment: Arc::new(DiskEnvironment),
            clock: Arc::new(SystemClock),
            programs: Arc::new(DiskPrograms),
            stop: Stop::default(),
        }
    }

    /// Files in memory by their paths from the current folder, no variables, no programs, and the first day of 1970.
    pub fn memory<P: Into<PathBuf>, T: Into<Vec<u8>>>(files: impl IntoIterator<Item = (P, T)>) -> Host {
        Host {
            files: Arc::new(MemoryFiles::new(files)),
            environment: Arc::new(MemoryEnvironment::default()),
            clock: Arc::new(FixedClock(0)),
            programs: Arc::new(NoPrograms),
            stop: Stop::default(),
        }
    }
}

/// What a path leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A file.
    File,
    /// A folder.
    Folder,
    /// A device, a pipe, or, where links are not followed, a link.
    Other,
}

/// Something below a folder that is walked. Links are not followed.
pub struct WalkEntry<'e> {
    /// Its path: that of the start, and what is below it.
    pub path: &'e Path,
    /// How far below the start it is; 0 is the start itself.
    pub depth: usize,
    /// What it is.
    pub kind: FileKind,
}

/// Something that could not be walked.
pub struct WalkError {
    /// What, where that is known.
    pub path: Option<PathBuf>,
    /// Why.
    pub why: String,
    /// What and why, as one sentence.
    pub sentence: String,
}

/// What came of reading a file up to a limit.
pub enum Contents {
    /// All of it.
    Bytes(Vec<u8>),
    /// It has more bytes than the limit: so many.
    TooLarge(u64),
    /// It is no file.
    NotAFile,
}

impl Contents {
    /// Of what is in memory anyway.
    pub(crate) fn within(limit: u64, bytes: Vec<u8>) -> Contents {
        let length = bytes.len() as u64;
        if length > limit {
            Contents::TooLarge(length)
        } else {
            Contents::Bytes(bytes)
        }
    }
}

/// Which of the entries of a walk are entered and seen.
pub type Enters<'f> = dyn Fn(&WalkEntry<'_>) -> bool + 'f;
/// Who is told of the entries of a walk.
pub type Seen<'f> = dyn FnMut(Result<WalkEntry<'_>, WalkError>) + 'f;

/// A lock that is given back when it is dropped.
pub type FolderLock = Box<dyn Send>;

/// Files by path. What only reads refuses to write.
pub trait Files: Send + Sync {
    /// What a path leads to, links followed; nothing where nothing is.
    fn kind(&self, path: &Path) -> Option<FileKind>;

    /// Whether something has that name, be it a link that leads nowhere. What cannot be looked at is there: whoever opens it
    /// learns why.
    fn is_taken(&self, path: &Path) -> bool;

    /// Whether a path leads out of a folder, by links or by steps up. What cannot be followed leads nowhere.
    fn leaves(&self, _path: &Path, _folder: &Path) -> bool {
        false
    }

    /// The bytes of a file with no more than `limit` of them. `is_file` says that it is known to be one.
    fn read_within(&self, path: &Path, is_file: bool, limit: u64) -> io::Result<Contents>;

    /// The bytes of a file.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;

    /// What is in a folder, in any order.
    fn list(&self, folder: &Path) -> io::Result<Vec<PathBuf>>;

    /// Goes through a folder and all below it that `enters` lets in, in the order of the names.
    fn walk(&self, start: &Path, enters: &Enters<'_>, seen: &mut Seen<'_>);

    /// The path without links and steps up.
    fn canonical(&self, path: &Path) -> io::Result<PathBuf>;

    /// Writes a file whole or not at all, with the folders on the way.
    fn write(&self, path: &Path, _bytes: &[u8]) -> Result<(), String> {
        Err(format!("cannot write `{}`: {}", path.display(), read_only()))
    }

    /// Writes the file behind a link, and leaves its rights as they are.
    fn rewrite(&self, _path: &Path, _bytes: &[u8]) -> Result<(), String> {
        Err(read_only().to_string())
    }

    /// Writes a file that is not there yet, with the folders on the way.
    fn create(&self, _path: &Path, _bytes: &[u8]) -> io::Result<()> {
        Err(read_only())
    }

    /// Removes a file.
    fn remove(&self, _path: &Path) -> io::Result<()> {
        Err(read_only())
    }

    /// Makes a folder and those on the way, where they are not there.
    fn create_folder(&self, _path: &Path) -> io::Result<()> {
        Err(read_only())
    }

    /// Writes a file whole or not at all, with the folders on the way, by one that is made in the folder `way` and moved:
    /// so that nothing half-written is ever beside it.
    fn write_by(&self, _way: &Path, path: &Path, bytes: &[u8]) -> Result<(), String> {
        self.write(path, bytes)
    }

    /// Fails where no file could be made in a folder, or in the nearest folder above that is there.
    fn require_writable(&self, _folder: &Path) -> io::Result<()> {
        Ok(())
    }

    /// Removes a folder that nothing is in.
    fn remove_empty_folder(&self, _path: &Path) -> io::Result<()> {
        Err(read_only())
    }

    /// Takes the advisory lock of a folder, which is given back when the value is dropped. Where another process has it,
    /// that one is waited for, or, without `wait`, there is nothing.
    fn lock(&self, _folder: &Path, _wait: bool) -> io::Result<Option<FolderLock>> {
        Ok(Some(Box::new(())))
    }

    /// Removes a folder and all in it.
    fn remove_folder(&self, _path: &Path) -> io::Result<()> {
        Err(read_only())
    }
}

fn read_only() -> io::Error {
    io::Error::from(io::ErrorKind::ReadOnlyFilesystem)
}

impl dyn Files + '_ {
    /// Whether a path leads to a file.
    pub(crate) fn is_file(&self, path: &Path) -> bool {
        self.kind(path) == Some(FileKind::File)
    }

    /// Whether a path leads to a folder.
    pub(crate) fn is_folder(&self, path: &Path) -> bool {
        self.kind(path) == Some(FileKind::Folder)
    }

    /// Whether a path leads to anything.
    pub(crate) fn exists(&self, path: &Path) -> bool {
        self.kind(path).is_some()
    }

    /// The text of a file.
    pub(crate) fn read_text(&self, path: &Path) -> io::Result<String> {
        let not_text = || io::Error::new(io::ErrorKind::InvalidData, "stream did not contain valid UTF-8");
        String::from_utf8(self.read(path)?).map_err(|_| not_text())
    }
}

/// The variables that a process was started with, and where it was started.
pub trait Environment: Send + Sync {
    /// The value of a variable.
    fn variable(&self, name: &str) -> Option<OsString>;

    /// The current folder.
    fn folder(&self) -> io::Result<PathBuf>;
}

impl dyn Environment + '_ {
    /// The value of a variable that is set to a text.
    pub fn text(&self, name: &str) -> Option<String> {
        self.variable(name)?.into_string().ok()
    }
}

/// The time.
pub trait Clock: Send + Sync {
    /// Seconds since the start of 1970, UTC.
    fn unix_seconds(&self) -> i64;
}

/// How a program is called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Invocation {
    /// Its name, which is looked for as the system does.
    pub program: String,
    /// Its arguments.
    pub arguments: Vec<OsString>,
    /// Where it is run; nothing for the current folder.
    pub folder: Option<PathBuf>,
    /// Variables that are set for it.
    pub set: Vec<(String, OsString)>,
    /// Variables that it must not see.
    pub unset: Vec<String>,
}

/// Settings of git that take the place of those of a repository which name programs: a hook that watches files, other
/// hooks, and what checks signatures.
const GIT_SETTINGS: [&str; 3] = [
    "core.fsmonitor=",
    "core.hooksPath=/dev/null",
    "log.showSignature=false",
];
/// Variables of git: objects that a clone left out are not fetched, since the way to them may be any program.
const GIT_VARIABLES: [(&str, &str); 3] = [
    ("GIT_ALLOW_PROTOCOL", "none"),
    ("GIT_NO_LAZY_FETCH", "1"),
    ("LC_ALL", "C"),
];

impl Invocation {
    /// A run of git in the current folder. What the settings of a repository name is not run, nothing is fetched, and
    /// messages are those of git's source, which some of them are known by.
    pub(crate) fn git<A: Into<OsString>>(arguments: impl IntoIterator<Item = A>) -> Invocation {
        let settings = GIT_SETTINGS.iter().flat_map(|setting| ["-c", setting]);
        let set = |(name, value): &(&str, &str)| (name.to_string(), OsString::from(value));
        Invocation {
            program: "git".to_string(),
            arguments: settings
                .map(OsString::from)
                .chain(arguments.into_iter().map(Into::into))
                .collect(),
            set: GIT_VARIABLES.iter().map(set).collect(),
            ..Invocation::default()
        }
    }
}

/// What a program did that has ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProgramOutput {
    /// Its exit code; nothing where a signal ended it.
    pub code: Option<i32>,
    /// What it printed.
    pub stdout: Vec<u8>,
    /// What it said of errors.
    pub stderr: Vec<u8>,
}

impl ProgramOutput {
    /// Whether it ended well.
    pub fn is_success(&self) -> bool {
        self.code == Some(0)
    }
}

/// A program that runs.
pub trait RunningProgram: Send {
    /// Its input, once.
    fn input(&mut self) -> Option<Box<dyn Write + Send>>;
    /// Its output, once.
    fn output(&mut self) -> Option<Box<dyn Read + Send>>;
    /// What it says of errors, once.
    fn errors(&mut self) -> Option<Box<dyn Read + Send>>;
    /// Waits for its end; whether it ended well.
    fn wait(&mut self) -> io::Result<bool>;
    /// Ends it.
    fn kill(&mut self);
}

/// Programs by name.
pub trait Programs: Send + Sync {
    /// Runs a program without input to its end.
    fn run(&self, call: &Invocation) -> io::Result<ProgramOutput>;

    /// Starts a program with pipes for its input and output; what it says of errors goes to a pipe with `hears_errors`, else
    /// where that of this process goes.
    fn start(&self, call: &Invocation, hears_errors: bool) -> io::Result<Box<dyn RunningProgram>>;
}
