//! The commits that changed a spec, as `ghostc log --format json` prints them.

use super::diff::{ChangeJson, package_changes};
use ghostc_diff::diff::PackageDiff;
use ghostc_project::history::{Commit, PackagePair};
use schemars::JsonSchema;
use serde::Serialize;
use std::borrow::Borrow;

/// The commits that changed the meaning of a spec, newest first.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Log {
    /// Always `ghostc.log/1`.
    pub(crate) schema: String,
    pub(crate) commits: Vec<LogEntryJson>,
}

/// A commit and what it changed, beside its first parent.
#[derive(Serialize, JsonSchema)]
pub(crate) struct LogEntryJson {
    commit: CommitJson,
    /// What the changes ask of the version: `none`, `patch`, `minor` or `major`.
    bump: String,
    /// As in `ghostc.diff/1`; nothing is said of tasks.
    changes: Vec<ChangeJson>,
}

/// A commit.
#[derive(Clone, Serialize, JsonSchema)]
pub(crate) struct CommitJson {
    id: String,
    /// As much of the id as git needs to find it.
    short: String,
    author: String,
    email: String,
    /// When it was written: ISO 8601.
    date: String,
    subject: String,
    /// More than one for a merge.
    parents: Vec<String>,
}

impl CommitJson {
    /// A commit as JSON.
    pub(crate) fn of(commit: &Commit) -> CommitJson {
        CommitJson {
            id: commit.id.clone(),
            short: commit.short.clone(),
            author: commit.author.clone(),
            email: commit.email.clone(),
            date: commit.date.clone(),
            subject: commit.subject.clone(),
            parents: commit.parents.clone(),
        }
    }
}

/// A commit with its changes as JSON.
pub(crate) fn logged<P: Borrow<PackagePair>>(commit: &Commit, changes: &[(P, PackageDiff)]) -> LogEntryJson {
    let bump = changes.iter().map(|(_, found)| found.bump()).max();
    let found = changes.iter().flat_map(|(pair, found)| {
        let (old, new) = pair.borrow().sources();
        package_changes(found, old, new)
    });
    LogEntryJson {
        commit: CommitJson::of(commit),
        bump: bump.unwrap_or(ghostc_diff::diff::Bump::None).as_str().to_string(),
        changes: found.collect(),
    }
}
