//! A folder in which ghostc works: a project, and beside it all that a user has, so that nothing is left unseen.

use super::Soak;
use crate::folder;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A project with a home, a state folder and a temporary folder of its own.
#[derive(Clone, Debug)]
pub(super) struct Sandbox {
    pub(super) root: PathBuf,
}

impl Sandbox {
    /// Makes an empty one.
    pub(super) fn create(root: PathBuf) -> Result<Sandbox, String> {
        let sandbox = Sandbox { root };
        for name in ["project", "home", "state", "tmp"] {
            let folder = sandbox.root.join(name);
            fs::create_dir_all(&folder)
                .map_err(|error| format!("cannot create {}: {error}", folder.display()))?;
        }
        Ok(sandbox)
    }

    /// Makes another one that is like this one.
    pub(super) fn copy(&self, root: PathBuf) -> Result<Sandbox, String> {
        let mut copy = Command::new("cp");
        copy.arg("-a").arg(&self.root).arg(&root);
        match copy.status() {
            Ok(status) if status.success() => Ok(Sandbox { root }),
            done => Err(format!("cannot copy {}: {done:?}", self.root.display())),
        }
    }

    /// Takes it away with all that is in it.
    pub(super) fn remove(&self) -> Result<(), String> {
        fs::remove_dir_all(&self.root)
            .map_err(|error| format!("cannot remove {}: {error}", self.root.display()))
    }

    pub(super) fn project(&self) -> PathBuf {
        self.root.join("project")
    }

    /// A file in which agents note what they do.
    pub(super) fn log(&self) -> PathBuf {
        self.root.join("log")
    }

    /// Writes a file of the project.
    pub(super) fn write(&self, path: &str, text: &str) -> Result<(), String> {
        folder::write(&self.project().join(path), text.as_bytes())
    }

    /// A program in the project with nothing of this process's environment; `program` may be ghostc or what runs it.
    pub(super) fn command(&self, soak: &Soak, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.project()).stdin(Stdio::null());
        command.env_clear().env("PATH", &soak.path);
        command.env("HOME", self.root.join("home"));
        command.env("XDG_STATE_HOME", self.root.join("state"));
        command.env("TMPDIR", self.root.join("tmp"));
        command
    }

    /// Runs ghostc to its end, which has to be a good one; what it said.
    pub(super) fn run(&self, soak: &Soak, words: &str) -> Result<String, String> {
        let mut command = self.command(soak, &soak.ghostc);
        let output = command
            .args(words.split(' '))
            .output()
            .map_err(|error| format!("cannot start {}: {error}", soak.ghostc.display()))?;
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said).into_owned();
        if output.status.success() {
            return Ok(said);
        }
        Err(format!(
            "`ghostc {words}` ended with {} in {}:\n{said}",
            output.status,
            self.root.display()
        ))
    }

    /// Runs what is left to its end; the second build has nothing to do, and remembers that.
    pub(super) fn end(&self, soak: &Soak, build: &str) -> Result<(), String> {
        for words in [build, build, "build --locked"] {
            self.run(soak, words)?;
        }
        Ok(())
    }
}
