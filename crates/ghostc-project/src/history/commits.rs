//! The commits of a line of history with the files that they touched, as one `git log` prints them.

use crate::failure::Failure;
use crate::host::RunningProgram;
use crate::repository::{Repository, broken, is_file, not_started, refused};
use std::io::{BufRead, BufReader, Read};

/// What starts a commit in what git prints.
const MARK: char = '\u{1}';
/// Its fields, each ended by a zero byte.
const FORMAT: &str = "--format=%x01%H%x00%P%x00%an%x00%ae%x00%aI%x00%s%x00";

/// A commit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Commit {
    /// Its id.
    pub id: String,
    /// As much of its id as git needs to find it.
    pub short: String,
    /// The ids of its parents.
    pub parents: Vec<String>,
    /// Who wrote it.
    pub author: String,
    /// Where to reach them.
    pub email: String,
    /// When it was written: ISO 8601, with its author's offset from UTC.
    pub date: String,
    /// The first line of its message.
    pub subject: String,
    /// What it did to files, beside its first parent.
    pub touched: Vec<TouchedFile>,
}

/// What a commit did to a file: nothing on one side where it was made or removed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TouchedFile {
    /// The file before.
    pub old: Option<FileAtCommit>,
    /// The file after.
    pub new: Option<FileAtCommit>,
}

/// A file in a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileAtCommit {
    /// Its path from the folder down.
    pub path: String,
    /// The id of what it holds.
    pub blob: String,
}

impl Commit {
    /// The commit alone, for where many are kept.
    pub(crate) fn without_files(&self) -> Commit {
        Commit {
            touched: Vec::new(),
            ..self.clone()
        }
    }

    /// The day when it was written, by its author's clock.
    pub fn day(&self) -> &str {
        self.date.get(..10).unwrap_or(&self.date)
    }
}

/// A running `git log`, newest commit first; it ends with this value.
pub(crate) struct Commits {
    git: Box<dyn RunningProgram>,
    output: LogReader<BufReader<Box<dyn Read + Send>>>,
    /// Characters of an id that git needs to find a commit.
    abbreviated: usize,
}

impl Commits {
    /// The first parents of a revision, or of a range of two.
    pub(crate) fn of(repository: &Repository, range: &str) -> Result<Commits, Failure> {
        // `%h` is no help: it is as long as the ids of files, and these are needed whole.
        let short = match repository.ask(&["rev-parse", "--short", "HEAD"]) {
            Ok(short) => short,
            Err(failure) if !repository.is_there() => return Err(failure),
            Err(_) => Vec::new(),
        };
        let call = repository.git(&[
            "log",
            "--first-parent",
            "--diff-merges=first-parent",
            "--root",
            "--raw",
            "-z",
            "--no-abbrev",
            "--no-ext-diff",
            "--no-color",
            "--find-renames",
            "--relative",
            FORMAT,
            "--end-of-options",
            range,
            "--",
        ]);
        let mut git = repository.start(&call, true)?;
        let output = git.output().ok_or_else(|| broken("it has no pipes"))?;
        Ok(Commits {
            git,
            output: LogReader::new(BufReader::new(output)),
            abbreviated: short.trim_ascii().len().max(7),
        })
    }

    /// The next commit; nothing after the last.
    pub(crate) fn next(&mut self) -> Result<Option<Commit>, Failure> {
        let mut read = self.output.commit().map_err(|why| broken(&why.to_string()))?;
        if let Some(commit) = &mut read {
            commit.short = commit.id.chars().take(self.abbreviated).collect();
        }
        if read.is_none() {
            let mut errors_text = String::new();
            if let Some(mut errors) = self.git.errors() {
                let read = errors.read_to_string(&mut errors_text);
                read.map_err(|why| broken(&why.to_string()))?;
            }
            if !self.git.wait().map_err(not_started)? {
                return Err(refused(&errors_text));
            }
        }
        Ok(read)
    }
}

/// What git prints, cut at zero bytes.
struct LogReader<R> {
    input: R,
    /// The start of the next commit, which ended the one before.
    ahead: Option<String>,
}

impl<R: BufRead> LogReader<R> {
    fn new(input: R) -> LogReader<R> {
        LogReader { input, ahead: None }
    }

    fn commit(&mut self) -> std::io::Result<Option<Commit>> {
        let first = match self.ahead.take() {
            Some(first) => Some(first),
            None => self.piece()?,
        };
        let Some(first) = first else { return Ok(None) };
        let mut commit = Commit {
            id: first.trim_start_matches(['\n', MARK]).to_string(),
            short: String::new(),
            parents: self.field()?.split_whitespace().map(str::to_string).collect(),
            author: self.field()?,
            email: self.field()?,
            date: self.field()?,
            subject: self.field()?,
            touched: Vec::new(),
        };
        while let Some(piece) = self.piece()? {
            let piece = piece.trim_start_matches('\n');
            if piece.starts_with(MARK) {
                self.ahead = Some(piece.to_string());
                break;
            }
            if let Some(entry) = piece.strip_prefix(':') {
                commit.touched.push(self.touched(entry)?);
            }
        }
        Ok(Some(commit))
    }

    /// `100644 100644 OLD NEW STATUS`, then a path, or two where the status is that of a rename or a copy.
    fn touched(&mut self, entry: &str) -> std::io::Result<TouchedFile> {
        let mut words = entry.split(' ').map(str::to_string);
        let mut word = || words.next().unwrap_or_default();
        let (before, after, old, new, status) = (word(), word(), word(), word(), word());
        let path = self.field()?;
        let then = if status.starts_with(['R', 'C']) {
            self.field()?
        } else {
            path.clone()
        };
        let entry =
            |mode: &str, path: String, blob: String| is_file(mode).then_some(FileAtCommit { path, blob });
        Ok(TouchedFile {
            old: entry(&before, path, old).filter(|_| !status.starts_with('C')),
            new: entry(&after, then, new),
        })
    }

    fn field(&mut self) -> std::io::Result<String> {
        let cut_off = || std::io::Error::from(std::io::ErrorKind::UnexpectedEof);
        self.piece()?.ok_or_else(cut_off)
    }

    fn piece(&mut self) -> std::io::Result<Option<String>> {
        let mut bytes = Vec::new();
        if self.input.read_until(0, &mut bytes)? == 0 {
            return Ok(None);
        }
        if bytes.last() == Some(&0) {
            bytes.pop();
        }
        Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<Commit> {
        let text = text.replace('|', "\0");
        let mut reader = LogReader::new(text.as_bytes());
        std::iter::from_fn(|| reader.commit().unwrap()).collect()
    }

    fn entry(path: &str, blob: &str) -> Option<FileAtCommit> {
        let (path, blob) = (path.to_string(), blob.to_string());
        Some(FileAtCommit { path, blob })
    }

    #[test]
    fn commits_come_with_the_files_that_they_touched() {
        let found = read(
            "\u{1}c2|c1 b9|Ann|a@x|2026-01-02T03:04:05Z|two: :x||\n:100644 100644 o1 n1 R090|a.md|b.md|:100644 120000 o2 n2 T|l|\u{1}c1||||||",
        );
        let [two, one] = found.as_slice() else {
            panic!("{found:?}")
        };
        assert_eq!(
            (two.subject.as_str(), two.parents.len(), two.day()),
            ("two: :x", 2, "2026-01-02")
        );
        assert_eq!(two.touched[0].old, entry("a.md", "o1"));
        assert_eq!(two.touched[0].new, entry("b.md", "n1"));
        assert_eq!(
            (two.touched[1].old.clone(), &two.touched[1].new),
            (entry("l", "o2"), &None)
        );
        assert_eq!((one.id.as_str(), one.touched.len()), ("c1", 0));
    }
}
