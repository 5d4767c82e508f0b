//! The folders of a scenario, the scripts of its played commands, and its files.
//!
//! `dir` is the scenario's own, where its programs run. Beside it are their home and their temporary folder, the scripts, a
//! link to our own program, and the socket that played commands ask over.

use super::stub_wire::fake_argument;
use crate::files::{FilesError, HeldFolder};
use crate::private::PrivateFolder;
use crate::process::environment;
use ghostc_judge::play::{Action, Event};
use std::ffi::OsString;
use std::fs;
use std::io;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

/// The variables of ghostc's own that programs get.
const FOR_PROGRAMS: &[&str] = &["PATH", "LANG", "LC_*"];
/// The longest file that is read.
const MOST: usize = 16 << 20;
/// The link to our own program. The first line of a script has little room.
const PROGRAM: &str = "g";
const SOCKET: &str = "s";

/// The folders of one scenario, which are gone with this value.
pub(super) struct ScenarioFolder {
    outer: PrivateFolder,
    own: HeldFolder,
    scripts: HeldFolder,
}

impl ScenarioFolder {
    /// Makes them, with `program` as the one that plays commands.
    pub(super) fn create(program: &Path) -> Result<ScenarioFolder, FilesError> {
        let outer = PrivateFolder::create_short()?;
        let create = |name: &str| outer.held().create_folder(name);
        let (own, scripts) = (create("dir")?, create("fakes")?);
        create("home")?;
        create("tmp")?;
        let link = outer.path().join(PROGRAM);
        symlink(program, &link).map_err(FilesError::of("create", &link))?;
        Ok(ScenarioFolder { outer, own, scripts })
    }

    /// The scenario's own folder.
    pub(super) fn own(&self) -> &Path {
        self.own.path()
    }

    /// Where played commands ask.
    pub(super) fn socket(&self) -> PathBuf {
        self.outer.path().join(SOCKET)
    }

    /// The environment of programs, but for what the scenario adds.
    pub(super) fn environment(&self) -> Vec<(OsString, OsString)> {
        let mut env = environment(FOR_PROGRAMS);
        let path = |name: &str| self.outer.path().join(name).into_os_string();
        env.push(("HOME".into(), path("home")));
        env.push(("TMPDIR".into(), path("tmp")));
        env
    }

    /// Writes the script of a played command, which holds nothing but where it asks; its path.
    pub(super) fn write_script(&self, number: usize, name: &str) -> Result<PathBuf, FilesError> {
        let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "._-".contains(letter);
        let is_name = name.chars().all(is_plain) && !name.starts_with('.') && name.len() < 64;
        let file = if is_name {
            name.to_string()
        } else {
            format!("{number}")
        };
        let program = self.outer.path().join(PROGRAM);
        let argument = fake_argument(number, &self.socket());
        let text = format!("#!{} {argument}\n", program.display());
        self.scripts.write(&file, text.as_bytes())?;
        let path = self.scripts.path().join(file);
        let executable = fs::Permissions::from_mode(0o755);
        fs::set_permissions(&path, executable).map_err(FilesError::of("write", &path))?;
        Ok(path)
    }

    /// Writes, removes or reads files; nothing where the action is another one.
    pub(super) fn act(&self, action: &Action) -> Option<Event> {
        let done = |result: Result<(), FilesError>| {
            Event::FileDone(result.map_err(|error| format!("cannot {} it: {}", error.action, error.source)))
        };
        match action {
            Action::Write { path, content } => Some(done(self.own.write(path, content.as_bytes()))),
            Action::Remove { path } => Some(done(self.own.remove_all(path))),
            Action::Read { paths } => {
                let read = paths.iter().map(|path| self.own.read(path, MOST));
                Some(Event::FilesRead(read.collect()))
            }
            Action::Start { .. }
            | Action::Signal { .. }
            | Action::Count { .. }
            | Action::Request { .. }
            | Action::Cancel { .. }
            | Action::Answer { .. }
            | Action::Wake { .. } => None,
        }
    }

    /// Puts the scenario's own folder elsewhere, once nothing is alive that could change it.
    pub(super) fn keep(&self, at: &Path) -> io::Result<()> {
        if let Some(parent) = at.parent() {
            fs::create_dir_all(parent)?;
        }
        match fs::rename(self.own(), at) {
            Ok(()) => Ok(()),
            Err(_) => copy(self.own(), at),
        }
    }
}

/// Copies a folder: its files, folders and links, and nothing else.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    for entry in walkdir::WalkDir::new(from) {
        let entry = entry?;
        let relative = entry.path().strip_prefix(from).unwrap_or(Path::new(""));
        let target = to.join(relative);
        if entry.file_type().is_dir() {
            fs::create_dir_all(&target)?;
        } else if entry.file_type().is_symlink() {
            symlink(fs::read_link(entry.path())?, &target)?;
        } else if entry.file_type().is_file() {
            fs::copy(entry.path(), &target)?;
        }
    }
    Ok(())
}
