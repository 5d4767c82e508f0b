//! Repositories with long histories of edits, made by one `git fast-import`, so that a test knows who wrote what.

use similar::{DiffTag, TextDiff};
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The second at which the first commit is made; each of the others follows an hour later.
const BEGINNING: usize = 1_700_000_000;

/// A commit to be made.
#[derive(Clone, Debug, Default)]
pub struct Edit {
    /// Its message.
    pub message: String,
    /// The files that it writes, by path; nothing for those that it removes.
    pub files: Vec<(String, Option<String>)>,
}

impl Edit {
    /// A commit that writes one file.
    pub fn of(message: impl Into<String>, path: &str, text: impl Into<String>) -> Edit {
        Edit {
            message: message.into(),
            files: vec![(path.to_string(), Some(text.into()))],
        }
    }
}

/// Makes an empty folder a repository with these commits on `main`, the first one first, and checks out the last.
///
/// # Panics
///
/// When git is not there or fails.
pub fn repository(folder: &Path, edits: &[Edit]) {
    git(folder, &["init", "-q", "-b", "main"], "");
    let mut stream = String::new();
    for (at, edit) in edits.iter().enumerate() {
        let time = BEGINNING + 3600 * at;
        let who = format!("Ann <ann@example.com> {time} +0000");
        let message = &edit.message;
        let _ = write!(
            stream,
            "commit refs/heads/main\nauthor {who}\ncommitter {who}\ndata {}\n{message}\n",
            message.len()
        );
        for (path, text) in &edit.files {
            let _ = match text {
                Some(text) => write!(stream, "M 100644 inline {path}\ndata {}\n{text}\n", text.len()),
                None => writeln!(stream, "D {path}"),
            };
        }
        stream.push('\n');
    }
    git(folder, &["fast-import", "--quiet"], &stream);
    git(folder, &["checkout", "-q", "-f", "main"], "");
}

/// The texts between two, each with one more stretch of lines changed than the one before; the last is the new one.
pub fn hunk_by_hunk(old: &str, new: &str) -> Vec<String> {
    let differ = TextDiff::from_lines(old, new);
    let is_change = |tag: DiffTag| tag != DiffTag::Equal;
    let changes = differ.ops().iter().filter(|op| is_change(op.tag())).count();
    let (before, after): (Vec<&str>, Vec<&str>) = (
        old.split_inclusive('\n').collect(),
        new.split_inclusive('\n').collect(),
    );
    let state = |done: usize| {
        let (mut text, mut met) = (String::new(), 0);
        for op in differ.ops() {
            met += usize::from(is_change(op.tag()));
            let is_done = is_change(op.tag()) && met <= done;
            let lines = if is_done {
                after.get(op.new_range())
            } else {
                before.get(op.old_range())
            };
            text.extend(lines.unwrap_or_default().iter().copied());
        }
        text
    };
    (1..=changes).map(state).collect()
}

/// The versions of a large real spec that the corpora hold, the oldest first.
///
/// # Panics
///
/// When they are not there.
pub fn symphony(corpora: &Path) -> Vec<String> {
    let folder = corpora.join("docs/symphony");
    let entries = fs::read_dir(&folder).unwrap_or_else(|why| panic!("{}: {why}", folder.display()));
    let mut paths: Vec<_> = entries
        .flatten()
        .map(|entry| entry.path().join("SPEC.md"))
        .collect();
    paths.sort();
    let read =
        |path: &PathBuf| fs::read_to_string(path).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
    paths.iter().map(read).collect()
}

/// A history of so many texts through some versions: from each to the next stretch of lines by stretch of lines, then
/// edits of list items of the last, one at a time, each with words of its own.
pub fn edited(versions: &[String], count: usize) -> Vec<String> {
    let mut texts: Vec<String> = versions.iter().take(1).cloned().collect();
    for (old, new) in versions.iter().zip(versions.iter().skip(1)) {
        texts.extend(hunk_by_hunk(old, new));
    }
    while let Some(last) = texts.last().filter(|_| texts.len() < count) {
        let at = texts.len();
        let is_item = |line: &&str| line.starts_with("- ") && line.ends_with('.');
        let items: Vec<&str> = last.lines().filter(is_item).collect();
        let Some(item) = items.get(at * 31 % items.len().max(1)) else {
            break;
        };
        let edit = format!("{} in round {at}.", item.trim_end_matches('.'));
        texts.push(last.replacen(item, &edit, 1));
    }
    texts.truncate(count);
    texts
}

fn git(folder: &Path, arguments: &[&str], input: &str) {
    let mut command = Command::new("git");
    command.current_dir(folder).args(arguments).stdin(Stdio::piped());
    let mut child = command
        .spawn()
        .unwrap_or_else(|why| panic!("git {arguments:?}: {why}"));
    if let Some(mut stdin) = child.stdin.take() {
        stdin
            .write_all(input.as_bytes())
            .unwrap_or_else(|why| panic!("git {arguments:?}: {why}"));
    }
    let status = child
        .wait()
        .unwrap_or_else(|why| panic!("git {arguments:?}: {why}"));
    assert!(status.success(), "git {arguments:?}: {status}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hunks_are_applied_one_by_one() {
        let (old, new) = ("a\nb\nc\nd\n", "A\nb\nc\nD\ne\n");
        assert_eq!(hunk_by_hunk(old, new), ["A\nb\nc\nd\n", new]);
        assert!(hunk_by_hunk(old, old).is_empty());
    }

    #[test]
    fn a_history_goes_through_its_versions_and_on() {
        let versions = ["- a.\n- b.\n", "- a.\n- c.\n"].map(str::to_string);
        let texts = edited(&versions, 4);
        assert_eq!(texts.len(), 4);
        assert_eq!(texts[..2], versions);
        assert_eq!(texts[2], "- a in round 2.\n- c.\n");
        assert!(texts[3].contains("in round 3."));
    }

    #[test]
    fn a_repository_has_the_commits_and_the_last_files() {
        let folder = tempfile::tempdir().unwrap();
        let gone = Edit {
            message: "two".to_string(),
            files: vec![("a.md".to_string(), None)],
        };
        let edits = [
            Edit::of("one", "a.md", "x\n"),
            gone,
            Edit::of("three", "b/c.md", "y\n"),
        ];
        repository(folder.path(), &edits);
        assert_eq!(
            std::fs::read_to_string(folder.path().join("b/c.md")).unwrap(),
            "y\n"
        );
        assert!(!folder.path().join("a.md").exists());
    }
}
