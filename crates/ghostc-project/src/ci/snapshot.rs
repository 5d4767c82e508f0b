//! What accepted code and the lock were before and after a build, and the patch that leads from one to the other.
//!
//! Both states go into a git repository of their own, which is taken away again: so that the patch is one that git makes,
//! binary files and modes included, and the project's own repository is not touched.

use super::report_folder;
use crate::failure::Failure;
use crate::host::{Host, Invocation};
use crate::names::LOCK;
use crate::repository::Repository;
use std::path::{Path, PathBuf};

/// A repository that holds states of a project.
pub(super) struct CodeSnapshots {
    host: Host,
    store: PathBuf,
    /// The folder that paths in the patch are relative to.
    top: PathBuf,
    /// What is kept, from there.
    paths: [String; 2],
}

impl CodeSnapshots {
    /// Makes an empty one in a folder, for the project at `root`.
    pub(super) fn begin(folder: &Path, root: &Path, host: &Host) -> Result<CodeSnapshots, Failure> {
        let place = Repository::at(Some(root), host).place().unwrap_or_default();
        let lost = |why: std::io::Error| Failure::machine(format!("cannot make a snapshot: {why}"));
        let top = report_folder::top(root, &place, host).map_err(lost)?;
        let snapshots = CodeSnapshots {
            host: host.clone(),
            store: host.files.canonical(folder).map_err(lost)?.join(".snapshots"),
            top,
            paths: ["golden", LOCK].map(|name| format!("{place}{name}")),
        };
        snapshots.clear();
        let mut git = Invocation::git(["init", "--quiet", "--bare", "--template="]);
        git.arguments.push(snapshots.store.clone().into());
        git.unset = ["GIT_DIR", "GIT_WORK_TREE"].map(str::to_string).to_vec();
        snapshots.output(&git)?;
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
            self.host.files.exists(&self.top.join(path)) || kept.split('\0').any(below)
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
        let settings = plain.iter().flat_map(|setting| ["-c", setting]);
        let mut call = Invocation::git(settings.chain(arguments.iter().copied()));
        call.folder = Some(self.top.clone());
        call.set.extend([
            ("GIT_DIR".to_string(), self.store.clone().into()),
            ("GIT_WORK_TREE".to_string(), self.top.clone().into()),
        ]);
        call.unset.push("GIT_INDEX_FILE".to_string());
        self.output(&call)
    }

    /// What git prints.
    fn output(&self, call: &Invocation) -> Result<Vec<u8>, Failure> {
        let output = self.host.programs.run(call);
        let output = output.map_err(|why| Failure::machine(format!("cannot run git: {why}")))?;
        if output.is_success() {
            return Ok(output.stdout);
        }
        let errors = String::from_utf8_lossy(&output.stderr);
        Err(Failure::machine(format!("git failed: {}", errors.trim())))
    }

    fn clear(&self) {
        // Where this fails, what is left lies among the reports.
        self.host.files.remove_folder(&self.store).ok();
    }
}

impl Drop for CodeSnapshots {
    fn drop(&mut self) {
        self.clear();
    }
}
