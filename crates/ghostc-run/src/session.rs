//! Recorded sessions: what an agent did for one job, as a committed JSON file that can be played again.

use crate::files::{FilesError, read_text, write_atomically};
use crate::three_way;
use crate::usage::Tokens;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The schema of the file.
pub const SCHEMA: &str = "ghostc.session/1";

/// A recorded session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Always [`SCHEMA`].
    pub schema: String,
    /// The package's name.
    pub package: String,
    /// The target's name.
    pub target: String,
    /// The task's id.
    pub task: String,
    /// The key of the job that it was recorded for.
    pub key: String,
    /// The parts of that key: name to digest.
    pub parts: BTreeMap<String, String>,
    /// The agent that was recorded.
    pub agent: String,
    /// What it did, turn by turn.
    pub turns: Vec<Turn>,
}

/// One turn of a session: what changed in the workspace, and what was said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turn {
    /// `implement`, `update` or `repair`.
    pub kind: String,
    /// New and changed files, whole.
    #[serde(default)]
    pub files: BTreeMap<String, String>,
    /// Files that the turn deleted.
    #[serde(default)]
    pub deleted: Vec<String>,
    /// Of a slice: for each file that it wrote or deleted what that was before, and null where it was not there.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub bases: BTreeMap<String, Option<FileBase>>,
    /// The tokens that it used.
    #[serde(default)]
    pub usage: Tokens,
    /// Its last message.
    #[serde(default)]
    pub message: String,
}

/// What a file was made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileBase {
    /// The hash of its text.
    pub digest: String,
    /// Its text.
    pub text: String,
}

impl FileBase {
    /// What a file is made from that has this text now.
    pub(crate) fn of(text: &str) -> FileBase {
        FileBase {
            digest: digest(text),
            text: text.to_string(),
        }
    }
}

fn digest(text: &str) -> String {
    blake3::hash(text.as_bytes()).to_hex().to_string()
}

impl Turn {
    /// What it changes in files as they are now: a text for each that is to be written, nothing for one that is to be
    /// removed. What was another file when it was recorded gets both changes.
    ///
    /// # Errors
    /// Gives the files in which both changes do not go together.
    pub(crate) fn changes_in(
        &self,
        now: &BTreeMap<String, String>,
    ) -> Result<BTreeMap<&str, Option<String>>, Vec<String>> {
        let written = self.files.iter().map(|(path, text)| (path, Some(text)));
        let deleted = self.deleted.iter().map(|path| (path, None));
        let (mut changes, mut conflicts) = (BTreeMap::new(), Vec::new());
        for (path, wanted) in written.chain(deleted) {
            match self.change_of(path, wanted, now.get(path)) {
                Some(change) => drop(changes.insert(path.as_str(), change)),
                None => conflicts.push(path.clone()),
            }
        }
        if conflicts.is_empty() {
            Ok(changes)
        } else {
            Err(conflicts)
        }
    }

    /// What becomes of one file; nothing where that cannot be told.
    fn change_of(&self, path: &str, wanted: Option<&String>, now: Option<&String>) -> Option<Option<String>> {
        if self.bases.is_empty() || wanted == now {
            return Some(wanted.cloned());
        }
        match (self.bases.get(path)?, now) {
            (None, None) => Some(wanted.cloned()),
            (Some(base), Some(now)) if base.digest == digest(now) => Some(wanted.cloned()),
            (Some(base), Some(now)) => three_way::merge(&base.text, now, wanted?).map(Some),
            (None, Some(_)) | (Some(_), None) => None,
        }
    }
}

/// A session could not be used.
#[derive(Clone, Debug, thiserror::Error)]
pub enum SessionError {
    /// The job names no session file.
    #[error("no session is recorded for this task")]
    None,
    /// There is no such file.
    #[error("no session is recorded at `{}`", .0.display())]
    Missing(PathBuf),
    /// It could not be read.
    #[error(transparent)]
    Files(#[from] FilesError),
    /// It is no session.
    #[error("`{}` is not a session: {source}", path.display())]
    Invalid {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: Arc<serde_json::Error>,
    },
    /// Its schema is not known here.
    #[error("`{}` has the schema `{schema}`, and this ghostc reads `{SCHEMA}`", path.display())]
    Schema {
        /// The file.
        path: PathBuf,
        /// What it says.
        schema: String,
    },
    /// It was recorded for other inputs.
    #[error("the session `{}` is stale: {} changed", path.display(), changed_text(.changed))]
    Stale {
        /// The file.
        path: PathBuf,
        /// The parts of the key that differ; empty where only the key does.
        changed: Vec<String>,
    },
    /// Files were changed since it was recorded, where it changes them too.
    #[error("the session `{}` is stale: {} changed since, in the lines that it changes too", path.display(), list(files))]
    Conflict {
        /// The file.
        path: PathBuf,
        /// The files of the tree.
        files: Vec<String>,
    },
    /// The job needs a turn more than were recorded.
    #[error("the session `{}` ends after turn {turns}", path.display())]
    Ended {
        /// The file.
        path: PathBuf,
        /// How many turns it has.
        turns: usize,
    },
}

impl Session {
    /// Reads a session file.
    pub fn read(path: &Path) -> Result<Session, SessionError> {
        if !path.exists() {
            return Err(SessionError::Missing(path.to_path_buf()));
        }
        let text = read_text(path)?;
        let invalid = |source| SessionError::Invalid {
            path: path.to_path_buf(),
            source: Arc::new(source),
        };
        let session: Session = serde_json::from_str(&text).map_err(invalid)?;
        if session.schema != SCHEMA {
            return Err(SessionError::Schema {
                path: path.to_path_buf(),
                schema: session.schema,
            });
        }
        Ok(session)
    }

    /// The text of the file: indented, maps in order, with a line end.
    pub fn to_text(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).expect("a session is strings and numbers alone");
        text.push('\n');
        text
    }

    /// Writes the file, whole or not at all.
    pub fn write(&self, path: &Path) -> Result<(), FilesError> {
        write_atomically(path, self.to_text().as_bytes())
    }

    /// The parts that differ from a job's.
    pub fn changed_parts(&self, parts: &BTreeMap<String, String>) -> Vec<String> {
        let names: BTreeSet<&String> = self.parts.keys().chain(parts.keys()).collect();
        names
            .into_iter()
            .filter(|name| self.parts.get(*name) != parts.get(*name))
            .cloned()
            .collect()
    }
}

fn list(files: &[String]) -> String {
    let files: Vec<String> = files.iter().map(|file| format!("`{file}`")).collect();
    files.join(", ")
}

fn changed_text(changed: &[String]) -> String {
    if changed.is_empty() {
        "its key".to_string()
    } else {
        changed.join(", ")
    }
}
