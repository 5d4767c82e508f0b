//! What accepted code and the lock were before and after a build, and the patch that leads from one to the other.
//!
//! Both states go into a git repository of their own, which is taken away again: so that the patch is one that git makes,
//! binary files and modes included, and the project's own repository is not touched.

use crate::exit::Failure;
use crate::project::LOCK;
use crate::revision::Repository;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A repository that holds states of a project.
pub(super) struct Snapshots {
    store: PathBuf,
    /// The folder that paths in the patch are relative to.
    top: PathBuf,
    /// What is kept, from there.
    paths: [String; 2],
}

impl Snapshots {
    /// Makes an empty one in a folder, for the project at `root`.
    pub(super) fn begin(folder: &Path, root: &Path) -> Result<Snapshots, Failure> {
        let place = Repository::at(Some(root)).place().unwrap_or_default();
        let here = if root == Path::new("") {
            Path::new(".")
        } else {
            root
        };
        let lost = |why: std::io::Error| Failure::machine(format!("cannot make a snapshot: {why}"));
        let project = here.canonicalize().map_err(lost)?;
        let up = Path::new(&place).components().count();
        let snapshots = Snapshots {
            store: folder.canonicalize().map_err(lost)?.join(".snapshots"),
            top: project.ancestors().nth(up).unwrap_or(&project).to_path_buf(),
            paths: ["golden", LOCK].map(|name| format!("{place}{name}")),
        };
        snapshots.clear();
        let mut git = Command::new("git");
        git.args(["init", "--quiet", "--bare", "--template="]);
        for name in ["GIT_DIR", "GIT_WORK_TREE"] {
            git.env_remove(name);
        }
        output(git.arg(&snapshots.store))?;
        Ok(snapshots)
    }

    /// Keeps the state that is on disk, and gives its name.
    pub(super) fn take(&self) -> Result<String, Failure> {
        // The index of before is the one that removed files are missed by.
        let kept = self.git(&["ls-files", "-z"])?;
        let kept = String::from_utf8_lossy(&kept).into_owned();
        let known = |path: &&String| {
            let below = |kept: &str| {
                kept.strip_prefix(path.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            };
            self.top.join(path).exists() || kept.split('\0').any(below)
        };
        let paths: Vec<&str> = self.paths.iter().filter(known).map(String::as_str).collect();
        if !paths.is_empty() {
            let all = ["add", "--all", "--"].into_iter().chain(paths);
            self.git(&all.collect::<Vec<_>>())?;
        }
        let tree = self.git(&["write-tree"])?;
        Ok(String::from_utf8_lossy(&tree).trim().to_string())
    }

    /// The patch from one state to another, as `git apply` takes it at the root of the repository; empty where they are
    /// the same.
    pub(super) fn patch(&self, old: &str, new: &str) -> Result<Vec<u8>, Failure> {
        self.git(&[
            "diff",
            "--binary",
            "--full-index",
            "--no-color",
            "--no-ext-diff",
            "--no-textconv",
            "--no-renames",
            "--src-prefix=a/",
            "--dst-prefix=b/",
            old,
            new,
        ])
    }

    fn git(&self, arguments: &[&str]) -> Result<Vec<u8>, Failure> {
        let plain = ["core.bare=false", "core.autocrlf=false", "core.safecrlf=false"];
        let mut git = Command::new("git");
        git.args(plain.iter().flat_map(|setting| ["-c", setting]));
        output(
            git.args(arguments)
                .current_dir(&self.top)
                .env("GIT_DIR", &self.store)
                .env("GIT_WORK_TREE", &self.top)
                .env_remove("GIT_INDEX_FILE"),
        )
    }

    fn clear(&self) {
        // Where this fails, what is left lies among the reports.
        std::fs::remove_dir_all(&self.store).ok();
    }
}

impl Drop for Snapshots {
    fn drop(&mut self) {
        self.clear();
    }
}

/// What git prints.
fn output(git: &mut Command) -> Result<Vec<u8>, Failure> {
    let output = git
        .output()
        .map_err(|why| Failure::machine(format!("cannot run git: {why}")))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(Failure::machine(format!("git failed: {}", said.trim())))
}
