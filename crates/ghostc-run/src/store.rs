//! The store: what agents made for each job, kept under the state folder so that no finished work is paid for twice.
//!
//! Each record is there twice and carries a MAC. One with a valid MAC is taken at its word; of any other only the code
//! is used, and that is judged again.

mod key;

use crate::files::{FilesError, read_text, write_atomically_by};
use crate::harness::Harness;
use crate::session::Turn;
use crate::usage::Tokens;
use ghostc_judge::{Expectation, JudgedCase, Tally, Value, Verdict};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

pub use key::StoreKey;

const SCHEMA: &str = "ghostc.candidate/2";
/// The folder of candidates in the state folder.
const CANDIDATES: &str = "candidates";

/// The folder of files that are being written, in the state folder; beside it others may have theirs.
pub const TEMPORARIES: &str = "tmp/store";

/// The store cannot be used.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// A file or folder of it.
    #[error("the build's state cannot be kept: {0}")]
    Files(#[from] FilesError),
    /// Another build holds it.
    #[error("another build is running: it holds `{}`", .0.display())]
    Locked(PathBuf),
}

/// What a candidate is kept under.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CandidateId<'a> {
    /// The package's name.
    pub(crate) package: &'a str,
    /// The target's name.
    pub(crate) target: &'a str,
    /// The task's id.
    pub(crate) task: &'a str,
    /// The hash of everything that can affect the outcome.
    pub(crate) key: &'a str,
}

/// A store that no other build uses at the same time.
#[derive(Debug)]
pub(crate) struct Store {
    folder: PathBuf,
    /// For files that are being written; only this store has any there.
    temporaries: PathBuf,
    lock: File,
    key: Option<StoreKey>,
}

impl Drop for Store {
    fn drop(&mut self) {
        let _not_empty = fs::remove_dir(&self.temporaries);
        // Closing the file would do, but for a child of another thread that has a copy of it until it is started.
        let _unlocked_by_closing_then = self.lock.unlock();
    }
}

/// The last candidate for a key, and how it came about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Record {
    pub(crate) schema: String,
    pub(crate) key: String,
    /// The digest of the tree that it began with, where its files are a tree that others change too; else empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) base: String,
    /// The agent that made it.
    pub(crate) agent: String,
    /// The digest of what it was judged with last.
    pub(crate) judge: String,
    pub(crate) passed: bool,
    pub(crate) attempts: u32,
    pub(crate) tokens: Tokens,
    pub(crate) visible: Counts,
    pub(crate) held_out: Counts,
    pub(crate) files: BTreeMap<String, String>,
    pub(crate) turns: Vec<Turn>,
}

/// A record as it stands in a file.
#[derive(Serialize, Deserialize)]
struct Signed<R> {
    #[serde(default)]
    mac: String,
    record: R,
}

/// What the store has for a candidate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Stored {
    /// A record that this user's ghostc wrote.
    Trusted(Record),
    /// Files by path from a record that somebody else may have written or changed.
    CodeAlone(BTreeMap<String, String>),
}

/// A [`Tally`] in a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Counts {
    passed: usize,
    failed: usize,
}

impl Counts {
    fn of(tally: Tally) -> Counts {
        Counts {
            passed: tally.passed,
            failed: tally.failed,
        }
    }

    fn tally(self) -> Tally {
        Tally {
            passed: self.passed,
            failed: self.failed,
        }
    }
}

impl Record {
    /// A record without a candidate.
    pub(crate) fn new(key: &str, agent: &str, judge: &str) -> Record {
        Record {
            schema: SCHEMA.to_string(),
            key: key.to_string(),
            base: String::new(),
            agent: agent.to_string(),
            judge: judge.to_string(),
            passed: false,
            attempts: 0,
            tokens: Tokens::default(),
            visible: Counts::default(),
            held_out: Counts::default(),
            files: BTreeMap::new(),
            turns: Vec::new(),
        }
    }

    /// The record with its turns' changes in another tree, where it began with another one; nothing where they do not go
    /// together with what is there.
    pub(crate) fn put_onto(self, tree: &BTreeMap<String, String>, digest: &str) -> Option<Record> {
        if self.base == digest {
            return Some(self);
        }
        let mut files = tree.clone();
        for turn in &self.turns {
            for (path, text) in turn.changes_in(&files).ok()? {
                match text {
                    Some(text) => drop(files.insert(path.to_string(), text)),
                    None => drop(files.remove(path)),
                }
            }
        }
        let base = digest.to_string();
        Some(Record { base, files, ..self })
    }

    /// Takes over the counts of a verdict.
    pub(crate) fn take_counts(&mut self, verdict: &Verdict) {
        self.passed = verdict.is_pass();
        self.visible = Counts::of(verdict.visible);
        self.held_out = Counts::of(verdict.held_out);
    }

    /// The verdict of a passing record.
    pub(crate) fn verdict(&self) -> Verdict {
        Verdict {
            visible: self.visible.tally(),
            held_out: self.held_out.tally(),
            failures: Vec::new(),
        }
    }
}

impl Store {
    /// Opens the store of a state folder, and makes sure now that it can be written. Without a key none of its records
    /// is trusted.
    pub(crate) fn open(state: &Path, key: Option<StoreKey>) -> Result<Store, StoreError> {
        fs::create_dir_all(state).map_err(FilesError::of("create", state))?;
        let path = state.join("lock");
        let lock = File::create(&path).map_err(FilesError::of("create", &path))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(StoreError::Locked(path)),
            Err(TryLockError::Error(error)) => return Err(FilesError::of("lock", &path)(error).into()),
        }
        let store = Store {
            folder: state.join(CANDIDATES),
            temporaries: state.join(TEMPORARIES),
            lock,
            key,
        };
        let _none_left = fs::remove_dir_all(&store.temporaries);
        let ignore = state.join(".gitignore");
        if !ignore.exists() {
            write_atomically_by(&store.temporaries, &ignore, b"*\n")?;
        }
        let trial = store.folder.join(".writable");
        write_atomically_by(&store.temporaries, &trial, b"")?;
        fs::remove_file(&trial).map_err(FilesError::of("remove", &trial))?;
        Ok(store)
    }

    /// What is there for a candidate: a record with a valid MAC, else the code of one without that began with the tree of
    /// this digest; nothing where there is neither.
    pub(crate) fn load(&self, id: CandidateId<'_>, base: &str) -> Option<Stored> {
        // The copy is read where the record itself is not to be trusted.
        let found = record_paths(&self.folder, id).into_iter().filter_map(|path| {
            let signed: Signed<Record> = serde_json::from_str(&read_text(&path).ok()?).ok()?;
            let is_for_id = signed.record.schema == SCHEMA && signed.record.key == id.key;
            is_for_id.then_some(signed)
        });
        let is_signed =
            |signed: &Signed<Record>| !signed.mac.is_empty() && self.mac(id, &signed.record) == signed.mac;
        let mut code = None;
        for signed in found {
            if is_signed(&signed) {
                return Some(Stored::Trusted(signed.record));
            }
            let is_code = signed.record.base == base && !signed.record.files.is_empty();
            code = code.or(is_code.then_some(signed.record.files));
        }
        code.map(Stored::CodeAlone)
    }

    /// Writes a record in the place of an earlier one.
    pub(crate) fn save(&self, id: CandidateId<'_>, record: &Record) -> Result<(), StoreError> {
        let signed = Signed {
            mac: self.mac(id, record),
            record,
        };
        let mut text = serde_json::to_string_pretty(&signed).expect("a record is strings and numbers alone");
        text.push('\n');
        for path in record_paths(&self.folder, id) {
            write_atomically_by(&self.temporaries, &path, text.as_bytes())?;
        }
        Ok(())
    }

    /// The MAC of a record under what it is kept under; empty without a key.
    fn mac(&self, id: CandidateId<'_>, record: &Record) -> String {
        let Some(key) = &self.key else {
            return String::new();
        };
        let signed = (id.package, id.target, id.task, id.key, record);
        let text = serde_json::to_vec(&signed).expect("a record is strings and numbers alone");
        key.mac(&text)
    }

    /// Removes a record.
    pub(crate) fn forget(&self, id: CandidateId<'_>) {
        for path in record_paths(&self.folder, id) {
            let _was_there = fs::remove_file(path);
        }
    }
}

/// Removes the candidate for a package, target, task and key, so that the next build asks an agent again.
pub fn forget(state: &Path, [package, target, task, key]: [&str; 4]) -> Result<(), FilesError> {
    let id = CandidateId {
        package,
        target,
        task,
        key,
    };
    for path in record_paths(&state.join(CANDIDATES), id) {
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(FilesError::of("remove", &path)(error));
            }
            Ok(()) | Err(_) => {}
        }
    }
    Ok(())
}

/// Where a record is, and where its copy is.
fn record_paths(folder: &Path, id: CandidateId<'_>) -> [PathBuf; 2] {
    let [package, target, task, key] = [id.package, id.target, id.task, id.key].map(file_name);
    let folder = folder.join(package).join(target).join(task);
    [
        folder.join(format!("{key}.json")),
        folder.join(format!("{key}.copy.json")),
    ]
}

/// A name as one part of a path: other characters than letters, digits, `-`, `_` and inner `.` are written as `%hex`.
fn file_name(name: &str) -> String {
    let mut safe = String::new();
    for (at, c) in name.char_indices() {
        if c.is_ascii_alphanumeric() || matches!(c, '-' | '_') || (c == '.' && at > 0) {
            safe.push(c);
        } else {
            safe.push_str(&format!("%{:x}", u32::from(c)));
        }
    }
    safe
}

/// The digest of some files.
pub(crate) fn files_digest(files: &BTreeMap<String, String>) -> String {
    let mut hasher = blake3::Hasher::new();
    serde_json::to_writer(&mut hasher, files).expect("a hasher takes every JSON value");
    hasher.finalize().to_hex().to_string()
}

/// The digest of everything that a verdict on a task's own code depends on, beside that code: the harness, the cases (its
/// own and earlier ones), the code that lies beside it, and, where it is a program, the digest of what that is judged by.
pub(crate) fn judge_digest(
    harness: &Harness,
    cases: [&[JudgedCase]; 2],
    needed: &BTreeMap<String, String>,
    program: Option<String>,
) -> String {
    let cases = cases.map(|cases| cases.iter().map(judged_by).collect::<Vec<_>>());
    let all = (
        needed,
        &harness.library,
        &harness.driver,
        &harness.build,
        &harness.drive,
        &harness.env,
        cases,
        program,
    );
    let mut hasher = blake3::Hasher::new();
    serde_json::to_writer(&mut hasher, &all).expect("a hasher takes every JSON value");
    hasher.finalize().to_hex().to_string()
}

/// What a verdict depends on of a case.
fn judged_by(case: &JudgedCase) -> impl Serialize + '_ {
    let expect = match &case.expect {
        Expectation::Output(value) => ("output", Some(value.to_string())),
        Expectation::AnyOf(values) => ("any of", Some(Value::Array(values.clone()).to_string())),
        Expectation::Error => ("error", None),
        Expectation::ErrorWith(text) => ("error with", Some(text.clone())),
        Expectation::Pattern => ("pattern", None),
        Expectation::Anything => ("anything", None),
        // What they do and expect is in the input, but for what a target does not ask of its code.
        Expectation::Steps(steps) => {
            let exact: Vec<bool> = steps.iter().map(|step| step.exact).collect();
            ("steps", Some(format!("{exact:?}")))
        }
    };
    (
        &case.id,
        &case.operation,
        case.held_out,
        &*case.input,
        expect,
        case.approx,
        case.exact,
        &case.matches,
        case.rules.as_ref().map(|rules| &rules.text),
    )
}

#[cfg(test)]
mod tests;
