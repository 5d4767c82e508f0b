//! `ghostc.lock`: what was accepted, for which keys. JSON Lines, sorted, one fact a line, without times or places, so
//! that branches merge and nothing changes that did not change.

mod whole;

use crate::key::TaskKey;
use crate::package_text::PackageText;
use crate::plan::Task;
use ghostc_spec::content::StatementName;
use ghostc_spec::ids::{self, KnownStatement};
use ghostc_spec::library::Package;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use whole::{Completeness, Summary};

pub use whole::{EntryName, Inventory, seal, unseal};

/// What a lock holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lock {
    /// Accepted tasks, by package, target and task.
    pub tasks: BTreeMap<(String, String, String), LockedTask>,
    /// Accepted code, by package and target.
    pub targets: BTreeMap<(String, String), LockedTarget>,
    /// What the sections that tasks were built from said, by package and digest.
    pub texts: BTreeMap<(String, String), Vec<String>>,
    /// The statements of accepted packages, by package and id, so that ids survive edits.
    pub statements: BTreeMap<(String, String), LockedStatement>,
}

/// A statement as it was when its package was last accepted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LockedStatement {
    /// The titles of the sections around it, without numbers, from the document down.
    pub path: Vec<String>,
    /// Its words with single spaces.
    pub text: String,
}

/// One accepted task.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LockedTask {
    /// Its key when it was built.
    pub key: String,
    /// Digests of its own sections, by anchor.
    pub spec: BTreeMap<String, String>,
    /// Digests of the other sections that its prompt showed, by anchor.
    pub context: BTreeMap<String, String>,
    /// Digests of its visible cases, by id.
    pub cases: BTreeMap<String, String>,
    /// Digests of the visible scenarios of a slice, by id, and of its files, by its name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub scenarios: BTreeMap<String, String>,
    /// Keys of the tasks that it builds on, by id.
    pub dependencies: BTreeMap<String, String>,
    /// The digest of the prompt templates.
    pub prompt: String,
    /// The digest of what the target told the agent.
    pub target_digest: String,
    /// The files that hold its code.
    pub files: Vec<String>,
    /// Who wrote it.
    pub agent: String,
    /// How many attempts it took.
    pub attempts: u64,
    /// How many tokens it cost, where the agent said.
    pub tokens: Option<u64>,
}

/// The accepted code of a package for a target.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LockedTarget {
    /// The hash of everything that its verdict depended on.
    pub judged: String,
    /// Visible cases that passed.
    pub passed: usize,
    /// Held-out cases that passed.
    pub held_out: usize,
    /// Digests of all its files, by path below `golden/<package>/<target>/`.
    pub files: BTreeMap<String, String>,
}

/// One line of the file. The order of its fields is the order in which lines are sorted.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    package: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    target: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    task: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    section: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    statement: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    path: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    text: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    accepted: Option<LockedTarget>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    built: Option<LockedTask>,
    /// It stands alone: such a line is made by an [`Inventory`].
    #[serde(default, skip_serializing)]
    summary: Option<Summary>,
    /// It was looked at before.
    #[serde(default, rename = "sum", skip_serializing)]
    _sum: String,
}

/// A line of a lock that cannot be read.
#[derive(Debug, PartialEq, Eq)]
pub struct LockError {
    /// Its number, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub message: String,
}

impl std::fmt::Display for LockError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ghostc.lock:{}: {}", self.line, self.message)
    }
}

impl std::error::Error for LockError {}

impl Line {
    fn of(package: &str) -> Line {
        Line {
            package: package.to_string(),
            target: None,
            task: None,
            section: None,
            statement: None,
            path: None,
            text: None,
            accepted: None,
            built: None,
            summary: None,
            _sum: String::new(),
        }
    }

    /// What it is about; nothing where that is none of the things that a lock holds, so that none of it is lost when the
    /// lock is written.
    fn name(&self) -> Option<EntryName> {
        let target = || self.target.clone();
        match (&self.statement, &self.section, &self.built, &self.accepted) {
            (Some(id), None, None, None) if self.target.is_none() => Some(EntryName::Statement(id.clone())),
            (None, Some(digest), None, None) if self.target.is_none() && self.text.is_some() => {
                Some(EntryName::Section(digest.clone()))
            }
            (None, None, Some(_), None) => Some(EntryName::Task(target()?, self.task.clone()?)),
            (None, None, None, Some(_)) if self.task.is_none() => target().map(EntryName::Target),
            _ => None,
        }
    }
}

impl Lock {
    /// Reads a lock; an empty text is an empty lock.
    ///
    /// # Errors
    /// The first line that is not one of ours, such as the mark of a merge conflict, or was changed since; else the line
    /// that tells of others that are missing.
    pub fn parse(text: &str) -> Result<Lock, LockError> {
        let (mut lock, mut completeness) = (Lock::default(), Completeness::default());
        let lines = text.lines().zip(1..).filter(|(line, _)| !line.trim().is_empty());
        for (text, at) in lines {
            let error = |message: String| LockError { line: at, message };
            if ["<<<<<<<", "|||||||", "=======", ">>>>>>>"]
                .iter()
                .any(|mark| text.starts_with(mark))
            {
                return Err(error(
                    "a merge conflict; keep the lines of both sides, then run ghostc build".to_string(),
                ));
            }
            if completeness.take_line(at, text).map_err(error)? {
                continue;
            }
            let mut line: Line =
                serde_json::from_str(text).map_err(|why| error(format!("not a line of a lock: {why}")))?;
            match (line.name(), line.summary.take()) {
                (Some(name), None) => {
                    completeness.take_entry(at, &line.package, name.clone());
                    lock.add(name, line);
                }
                (None, Some(summary)) => completeness.take_summary(at, &line.package, summary),
                _ => {
                    let message = "not a line that this version of ghostc writes: nothing is built over it";
                    return Err(error(message.to_string()));
                }
            }
        }
        completeness.check()?;
        Ok(lock)
    }

    fn add(&mut self, name: EntryName, line: Line) {
        let package = line.package;
        match name {
            EntryName::Statement(id) => {
                let statement = LockedStatement {
                    path: line.path.unwrap_or_default(),
                    text: line.text.unwrap_or_default().concat(),
                };
                self.statements.insert((package, id), statement);
            }
            EntryName::Section(digest) => {
                self.texts
                    .insert((package, digest), line.text.unwrap_or_default());
            }
            EntryName::Target(target) => {
                self.targets
                    .insert((package, target), line.accepted.unwrap_or_default());
            }
            EntryName::Task(target, task) => {
                self.tasks
                    .insert((package, target, task), line.built.unwrap_or_default());
            }
        }
    }

    /// The lock as text: the same for the same content, texts that no task was built from and statements of packages that
    /// have no tasks left out.
    pub fn to_text(&self) -> String {
        let (mut texts, mut inventory) = (Vec::new(), Inventory::default());
        for line in self.lines() {
            let name = line.name().expect("a line of a lock is about one of its things");
            inventory.add(&line.package, name);
            texts.push(seal(
                &serde_json::to_string(&line).expect("plain data serialises"),
            ));
        }
        texts.extend(inventory.summaries());
        texts.sort();
        std::iter::once(inventory.header())
            .chain(texts)
            .fold(String::new(), |all, line| all + &line + "\n")
    }

    /// A line for each of its things.
    fn lines(&self) -> Vec<Line> {
        let mut lines: Vec<Line> = Vec::new();
        let used = self.used();
        for ((package, section), text) in self
            .texts
            .iter()
            .filter(|((package, section), _)| used.contains(&(package.as_str(), section.as_str())))
        {
            lines.push(Line {
                section: Some(section.clone()),
                text: Some(text.clone()),
                ..Line::of(package)
            });
        }
        let homes: BTreeSet<&String> = self.tasks.keys().map(|(package, ..)| package).collect();
        let statements = self.statements.iter();
        for ((package, id), statement) in statements.filter(|((package, _), _)| homes.contains(package)) {
            lines.push(Line {
                statement: Some(id.clone()),
                path: Some(statement.path.clone()),
                text: Some(vec![statement.text.clone()]),
                ..Line::of(package)
            });
        }
        for ((package, target), accepted) in &self.targets {
            lines.push(Line {
                target: Some(target.clone()),
                accepted: Some(accepted.clone()),
                ..Line::of(package)
            });
        }
        for ((package, target, task), built) in &self.tasks {
            lines.push(Line {
                target: Some(target.clone()),
                task: Some(task.clone()),
                built: Some(built.clone()),
                ..Line::of(package)
            });
        }
        lines
    }

    /// The digests of the sections that tasks were built from, with their packages.
    fn used(&self) -> BTreeSet<(&str, &str)> {
        let mut used = BTreeSet::new();
        for ((package, ..), task) in &self.tasks {
            let digests = task.spec.values().chain(task.context.values());
            used.extend(digests.map(|digest| (package.as_str(), digest.as_str())));
        }
        used
    }

    /// What a section said when a task was built from it.
    pub fn text(&self, package: &str, digest: &str) -> Option<Vec<String>> {
        self.texts
            .get(&(package.to_string(), digest.to_string()))
            .cloned()
    }

    /// The accepted task, if there is one.
    pub fn task(&self, package: &str, target: &str, task: &str) -> Option<&LockedTask> {
        self.tasks
            .get(&(package.to_string(), target.to_string(), task.to_string()))
    }

    /// Keeps what the sections of a task say now.
    pub fn remember(&mut self, package: &str, task: &Task, text: &PackageText) {
        let own = text.own.get(&task.id).into_iter().flatten();
        for section in own.chain(text.context_of(task)) {
            let lines = || section.lines.iter().map(|line| line.text.clone()).collect();
            self.texts
                .entry((package.to_string(), text.digest(section)))
                .or_insert_with(lines);
        }
    }

    /// What a statement said when its package was last accepted.
    pub fn statement(&self, package: &str, id: &str) -> Option<&LockedStatement> {
        self.statements.get(&(package.to_string(), id.to_string()))
    }

    /// The statements of a package with the ids that they had when it was last accepted.
    pub fn known(&self, package: &str) -> Vec<KnownStatement> {
        let of_package = self.statements.iter().filter(|((home, _), _)| home == package);
        let known = of_package.map(|((_, id), statement)| KnownStatement {
            id: id.clone(),
            path: statement.path.clone(),
            text: statement.text.clone(),
        });
        known.collect()
    }

    /// Keeps the ids that the statements of a package have now, in the place of those that they had.
    pub fn remember_statements(&mut self, package: &Package, names: &[StatementName]) {
        self.statements.retain(|(home, _), _| *home != package.name);
        let now = ids::known(package, names).map(|KnownStatement { id, path, text }| {
            ((package.name.clone(), id), LockedStatement { path, text })
        });
        self.statements.extend(now);
    }

    /// Forgets tasks of a package and target that the spec no longer has; gives whether there were any.
    pub fn retain_tasks(&mut self, package: &str, target: &str, keep: impl Fn(&str) -> bool) -> bool {
        let before = self.tasks.len();
        self.tasks
            .retain(|(home, language, task), _| home != package || language != target || keep(task));
        self.tasks.len() != before
    }
}

impl LockedTask {
    /// What a lock keeps of a task that was built for a key.
    pub fn of(
        key: &TaskKey,
        files: Vec<String>,
        agent: &str,
        attempts: u64,
        tokens: Option<u64>,
    ) -> LockedTask {
        LockedTask {
            key: key.key.clone(),
            spec: key.spec.clone(),
            context: key.context.clone(),
            cases: key.cases.clone(),
            scenarios: key.scenarios.clone(),
            dependencies: key.dependencies.clone(),
            prompt: key.prompt.clone(),
            target_digest: key.target.clone(),
            files,
            agent: agent.to_string(),
            attempts,
            tokens,
        }
    }
}

#[cfg(test)]
mod tests;
