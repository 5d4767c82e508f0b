//! The repository's files as text: what git has and what it would add.

use crate::project;
use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

/// What the rules look at. Paths are relative to the root, with `/`.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    /// Every file that is text, and its text.
    pub(crate) files: BTreeMap<String, String>,
    /// Every file, text or not.
    pub(crate) paths: BTreeSet<String>,
    /// Files that are committed although `.gitignore` names them.
    pub(crate) ignored: Vec<String>,
}

impl Tree {
    /// Reads the repository.
    pub(crate) fn read() -> Result<Tree, String> {
        let mut tree = Tree {
            ignored: git(&["--cached", "--ignored"])?,
            ..Tree::default()
        };
        for path in git(&["--cached", "--others"])? {
            let full = project::root().join(&path);
            // A file may be deleted and still be in git's index; a symbolic link is not followed.
            if !full.symlink_metadata().is_ok_and(|metadata| metadata.is_file()) {
                continue;
            }
            let bytes = std::fs::read(&full).map_err(|error| format!("cannot read {path}: {error}"))?;
            if let Ok(text) = String::from_utf8(bytes) {
                tree.files.insert(path.clone(), text);
            }
            tree.paths.insert(path);
        }
        Ok(tree)
    }

    /// Files whose path starts and ends like that, for one crate or all of them.
    pub(crate) fn files<'a>(
        &'a self,
        start: &'a str,
        end: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        let files = self
            .files
            .iter()
            .map(|(path, text)| (path.as_str(), text.as_str()));
        files.filter(move |(path, _)| path.starts_with(start) && path.ends_with(end))
    }

    /// The source files of the crates; not the data of tests.
    pub(crate) fn sources(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files("crates/", ".rs").filter(|(path, _)| !is_data(path))
    }

    /// Whether there is a file or folder with that path.
    pub(crate) fn exists(&self, path: &str) -> bool {
        let below = format!("{path}/");
        self.paths.contains(path)
            || self
                .paths
                .range(below.clone()..)
                .next()
                .is_some_and(|next| next.starts_with(&below))
    }

    #[cfg(test)]
    pub(crate) fn fixture(text: &str) -> Tree {
        let files = ghostc_testkit::fixture::parse(text);
        Tree {
            paths: files.keys().cloned().collect(),
            files,
            ignored: Vec::new(),
        }
    }
}

/// Whether a file is what a test reads or a tool wrote, which may break rules for good reasons.
pub(crate) fn is_data(path: &str) -> bool {
    path.contains("/tests/cases/") || path.contains("/fixtures/") || path.starts_with("golden/")
}

fn git(kinds: &[&str]) -> Result<Vec<String>, String> {
    // The folder may belong to someone else, as in containers, which git would refuse to list.
    let mut git = Command::new("git");
    git.args(["-c", "safe.directory=*", "ls-files", "-z", "--exclude-standard"])
        .args(kinds);
    let output = git
        .current_dir(project::root())
        .output()
        .map_err(|error| format!("cannot start git: {error}"))?;
    if !output.status.success() {
        return Err(format!(
            "tidy needs a git checkout: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        ));
    }
    let text = String::from_utf8(output.stdout).map_err(|_| "the name of a file is not UTF-8".to_string())?;
    Ok(text.split_terminator('\0').map(str::to_string).collect())
}
