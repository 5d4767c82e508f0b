//! Whether a lock is whole: each line has a checksum, each package has a line that names its other lines and the package
//! that comes next, and the first line names the first package.
//!
//! Merges by lines stay what they were: a checksum is of its line alone, and what names a package's lines changes only
//! where lines of that package come or go. Where both sides of a conflict are kept, a package has two such lines, and then
//! what both name has to be there, and what neither names must not.

use super::LockError;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// The schema of locks that tell whether they are whole.
const SCHEMA: &str = "ghostc.lock/2";
/// The schema of locks before that, of which nobody can tell.
const OLD_SCHEMA: &str = "ghostc.lock/1";
const NOTE: &str = "Written by ghostc build and ghostc accept. Do not edit.";
/// What stands before the digits of a checksum, which end a line.
const SUM: &str = ",\"sum\":\"";
/// The digits of a checksum.
const DIGITS: usize = 8;

/// What an entry of a lock is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EntryName {
    /// A section that tasks were built from, by its digest.
    Section(String),
    /// A statement, by its id.
    Statement(String),
    /// The accepted code for a target.
    Target(String),
    /// An accepted task: its target and its id.
    Task(String, String),
}

impl fmt::Display for EntryName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            EntryName::Section(digest) => write!(f, "section `{digest}`"),
            EntryName::Statement(id) => write!(f, "statement `{id}`"),
            EntryName::Target(target) => write!(f, "target `{target}`"),
            EntryName::Task(target, task) => write!(f, "task `{task}` for `{target}`"),
        }
    }
}

/// The first line.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    schema: String,
    #[serde(default)]
    note: String,
    /// The first package; none in an empty lock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    first: Option<String>,
    /// It was looked at before.
    #[serde(default, rename = "sum", skip_serializing)]
    _sum: String,
}

/// What a package has in a lock, as a line of it says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Summary {
    sections: BTreeSet<String>,
    statements: BTreeSet<String>,
    targets: BTreeSet<String>,
    /// By target.
    tasks: BTreeMap<String, BTreeSet<String>>,
    /// The package that comes next.
    next: Option<String>,
}

#[derive(Serialize)]
struct SummaryLine<'a> {
    package: &'a str,
    summary: Summary,
}

impl Summary {
    fn add(&mut self, name: &EntryName) {
        match name {
            EntryName::Section(digest) => self.sections.insert(digest.clone()),
            EntryName::Statement(id) => self.statements.insert(id.clone()),
            EntryName::Target(target) => self.targets.insert(target.clone()),
            EntryName::Task(target, task) => {
                self.tasks.entry(target.clone()).or_default().insert(task.clone())
            }
        };
    }

    fn names(&self) -> BTreeSet<EntryName> {
        let tasks = self.tasks.iter().flat_map(|(target, tasks)| {
            tasks
                .iter()
                .map(|task| EntryName::Task(target.clone(), task.clone()))
        });
        let others = self.sections.iter().cloned().map(EntryName::Section);
        let others = others.chain(self.statements.iter().cloned().map(EntryName::Statement));
        let others = others.chain(self.targets.iter().cloned().map(EntryName::Target));
        others.chain(tasks).collect()
    }
}

/// The names of all entries of a lock, by package.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inventory(BTreeMap<String, BTreeSet<EntryName>>);

impl Inventory {
    /// Adds an entry.
    pub fn add(&mut self, package: &str, name: EntryName) {
        self.0.entry(package.to_string()).or_default().insert(name);
    }

    /// The first line of a lock with these entries.
    pub fn header(&self) -> String {
        let header = Header {
            schema: SCHEMA.to_string(),
            note: NOTE.to_string(),
            first: self.0.keys().next().cloned(),
            _sum: String::new(),
        };
        seal(&serde_json::to_string(&header).expect("plain data serialises"))
    }

    /// The lines that say what each package has; they are sorted among the others.
    pub fn summaries(&self) -> Vec<String> {
        let following = self.0.keys().skip(1).cloned().map(Some).chain([None]);
        let lines = self.0.iter().zip(following).map(|((package, names), next)| {
            let mut summary = Summary {
                next,
                ..Summary::default()
            };
            names.iter().for_each(|name| summary.add(name));
            let line = SummaryLine { package, summary };
            seal(&serde_json::to_string(&line).expect("plain data serialises"))
        });
        lines.collect()
    }
}

/// A line of JSON with its checksum as its last field.
pub fn seal(json: &str) -> String {
    let open = json.strip_suffix('}').unwrap_or(json);
    format!("{open}{SUM}{}\"}}", checksum(open))
}

/// A line without the checksum that it has, if any.
///
/// # Errors
/// The checksum is that of another line.
pub fn unseal(line: &str) -> Result<String, String> {
    match split(line) {
        None => Ok(line.to_string()),
        Some((open, sum)) if sum == checksum(open) => Ok(format!("{open}}}")),
        Some(_) => Err(EDITED.to_string()),
    }
}

const EDITED: &str = "this line is not as ghostc wrote it: its checksum is that of another";

/// A line up to its checksum, and that.
fn split(line: &str) -> Option<(&str, &str)> {
    let rest = line.strip_suffix("\"}")?;
    let (open, sum) = rest.split_at_checked(rest.len().checked_sub(DIGITS)?)?;
    Some((open.strip_suffix(SUM)?, sum))
}

fn checksum(open: &str) -> String {
    let hex = blake3::hash(open.as_bytes()).to_hex();
    hex.chars().take(DIGITS).collect()
}

/// What a lock that is being read says of itself.
#[derive(Default)]
pub(super) struct Completeness {
    /// Whether it is of the kind that tells whether it is whole.
    is_sealed: bool,
    has_header: bool,
    /// The names of first packages, by line.
    firsts: Vec<(usize, Option<String>)>,
    /// Summaries by package, with their lines.
    summaries: BTreeMap<String, Vec<(usize, Summary)>>,
    /// Where the entries are, by package.
    entries: BTreeMap<String, BTreeMap<EntryName, usize>>,
    /// The first line without a checksum.
    unsealed: Option<usize>,
}

impl Completeness {
    /// Takes a line before it is read; whether it is a header.
    pub(super) fn take_line(&mut self, at: usize, text: &str) -> Result<bool, String> {
        match split(text) {
            Some((open, sum)) if sum == checksum(open) => {}
            Some(_) => return Err(EDITED.to_string()),
            None => self.unsealed = self.unsealed.or(Some(at)),
        }
        if !text.starts_with("{\"schema\":") {
            return Ok(false);
        }
        let header: Header = serde_json::from_str(text).map_err(|_| other_version())?;
        match header.schema.as_str() {
            SCHEMA => self.is_sealed = true,
            OLD_SCHEMA => {}
            _ => return Err(other_version()),
        }
        self.has_header = true;
        self.firsts.push((at, header.first));
        Ok(true)
    }

    pub(super) fn take_summary(&mut self, at: usize, package: &str, summary: Summary) {
        let of_package = self.summaries.entry(package.to_string()).or_default();
        of_package.push((at, summary));
    }

    pub(super) fn take_entry(&mut self, at: usize, package: &str, name: EntryName) {
        let entries = self.entries.entry(package.to_string()).or_default();
        entries.insert(name, at);
    }

    /// The first thing that is missing, at the line that tells.
    pub(super) fn check(&self) -> Result<(), LockError> {
        let error = |line: usize, message: String| Err(LockError { line, message });
        let is_empty = self.entries.is_empty() && self.summaries.is_empty();
        if !self.has_header && !is_empty {
            return error(
                1,
                "the first line is missing, which says what this is".to_string(),
            );
        }
        if !self.is_sealed {
            return Ok(());
        }
        if let Some(line) = self.unsealed {
            return error(line, "a line without its checksum".to_string());
        }
        self.check_named()?;
        self.check_lost()?;
        self.check_packages()
    }

    /// Each entry is named by a line of its package.
    fn check_named(&self) -> Result<(), LockError> {
        for (package, entries) in &self.entries {
            let Some(summaries) = self.summaries.get(package) else {
                let line = entries.values().min().copied().unwrap_or_default();
                let message = format!("the line that says what `{package}` has is missing");
                return Err(LockError { line, message });
            };
            let named: Vec<BTreeSet<EntryName>> =
                summaries.iter().map(|(_, summary)| summary.names()).collect();
            let unnamed = |name: &EntryName| !named.iter().any(|names| names.contains(name));
            if let Some((name, line)) = entries.iter().find(|(name, _)| unnamed(name)) {
                let message = format!("lines of `{package}` are missing: none says that it has {name}");
                return Err(LockError { line: *line, message });
            }
        }
        Ok(())
    }

    /// What all such lines of a package name is there.
    fn check_lost(&self) -> Result<(), LockError> {
        for (package, summaries) in &self.summaries {
            let is_there = |name: &EntryName| {
                let entries = self.entries.get(package);
                entries.is_some_and(|entries| entries.contains_key(name))
            };
            let named = summaries.iter().map(|(_, summary)| summary.names());
            let named = named.reduce(|all, names| &all & &names).unwrap_or_default();
            let mut lost = named.iter().filter(|name| !is_there(name));
            if let (Some(name), Some((line, _))) = (lost.next(), summaries.first()) {
                let more = match lost.count() {
                    0 => String::new(),
                    count => format!(", and {count} more"),
                };
                let message = format!("the line of {name} of `{package}` is missing{more}");
                return Err(LockError { line: *line, message });
            }
        }
        Ok(())
    }

    /// Each package is named by the one before it, and each that is named is there.
    fn check_packages(&self) -> Result<(), LockError> {
        let next = self.summaries.values().flatten();
        let next = next.map(|(line, summary)| (*line, summary.next.as_ref()));
        let firsts = self.firsts.iter().map(|(line, first)| (*line, first.as_ref()));
        let named: Vec<(usize, &String)> = firsts
            .chain(next)
            .filter_map(|(line, name)| Some((line, name?)))
            .collect();
        // Of two lines for one package either may name what the other side of a merge has removed.
        let is_alone = |line: usize| {
            let firsts = self.firsts.len() == 1 && self.firsts.iter().any(|(at, _)| *at == line);
            let of_package =
                |lines: &Vec<(usize, Summary)>| lines.len() == 1 && lines.iter().any(|(at, _)| *at == line);
            firsts || self.summaries.values().any(of_package)
        };
        for (line, package) in &named {
            let is_there = self.summaries.contains_key(*package) || self.entries.contains_key(*package);
            if !is_there && is_alone(*line) {
                let message = format!("the lines of package `{package}` are missing, which come next");
                return Err(LockError { line: *line, message });
            }
        }
        for (package, summaries) in &self.summaries {
            if let Some((line, _)) = summaries.first()
                && !named.iter().any(|(_, name)| *name == package)
            {
                let message = format!("lines are missing: none says that `{package}` comes next");
                return Err(LockError { line: *line, message });
            }
        }
        Ok(())
    }
}

fn other_version() -> String {
    "this lock was written by another version of ghostc".to_string()
}
