//! What became of a case at a commit: the accepted code of that commit, judged with its spec and its cases.
//!
//! The files are read from git into a folder of their own, so that neither the work tree nor the index is touched.

use crate::exit::Failure;
use crate::global::Global;
use crate::load::{self, SETTINGS};
use crate::project::{LOCK, Project, Unit};
use crate::revision::{Blobs, Repository, Tree};
use crate::settle::{self, NoVerdict};
use crate::{jobs, toolchain};
use ghostc_judge::{JudgedCase, Verdict};
use ghostc_run::{PrivateFolder, ToolchainState};
use ghostc_spec::layout;
use ghostc_syntax::Severity;
use std::collections::BTreeMap;

/// Whose verdict is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Subject {
    /// The package.
    pub(crate) package: String,
    /// The operations that the task makes.
    pub(crate) operations: Vec<String>,
    /// The one case, where not all of theirs are meant.
    pub(crate) case: Option<String>,
}

/// What a state is.
pub(crate) enum State {
    /// Every case that is meant passes, or there is none, or no code for it.
    Good,
    /// A case fails, or the code does not build.
    Bad(Vec<Report>),
    /// It cannot be judged, and why.
    Untold(String),
}

/// What fails for one target.
pub(crate) struct Report {
    /// The target.
    pub(crate) target: String,
    /// The verdict, with the cases that fail; nothing where the code does not build.
    pub(crate) verdict: Option<Verdict>,
    /// What building it said.
    pub(crate) problem: Option<String>,
}

/// A project at one commit after the other.
pub(crate) struct Past<'g> {
    repository: Repository,
    blobs: Blobs,
    folder: PrivateFolder,
    /// What is in the folder.
    placed: Tree,
    global: &'g Global,
    tools: BTreeMap<String, ToolchainState>,
}

impl<'g> Past<'g> {
    /// Nothing is read yet.
    pub(crate) fn of(repository: &Repository, global: &'g Global) -> Result<Past<'g>, Failure> {
        Ok(Past {
            repository: repository.clone(),
            blobs: Blobs::of(repository)?,
            folder: PrivateFolder::create().map_err(Failure::machine)?,
            placed: Tree::new(),
            global,
            tools: BTreeMap::new(),
        })
    }

    /// Opens the project as a commit has it, and does something with it; or says why it cannot be opened.
    pub(crate) fn open<R>(
        &mut self,
        commit: &str,
        targets: &[String],
        work: impl FnOnce(&Project) -> Result<R, Failure>,
    ) -> Result<Result<R, String>, Failure> {
        self.place(commit)?;
        let global = self.global.silently_in(self.folder.path().to_path_buf());
        let mut loaded = load::load(&[], &global)?;
        if loaded.packages.is_empty() {
            return Ok(Err("it has no spec".to_string()));
        }
        // What is wrong with an old state is no news, so that it is not printed.
        if let Err(checked) = loaded.facts().strict() {
            let errors = checked
                .diagnostics
                .iter()
                .filter(|found| found.severity == Severity::Error);
            let first = errors
                .map(|found| found.message.as_str())
                .next()
                .unwrap_or_default();
            return Ok(Err(format!("its spec has errors: {first}")));
        }
        let project = Project::open(&[], targets, &global)?;
        work(&project).map(Ok)
    }

    /// What a case or a task is at a commit, for some targets.
    pub(crate) fn judge(
        &mut self,
        commit: &str,
        subject: &Subject,
        targets: &[String],
    ) -> Result<State, Failure> {
        let mut tools = std::mem::take(&mut self.tools);
        let judged = self.open(commit, targets, |project| judge(project, subject, &mut tools));
        self.tools = tools;
        Ok(judged?.unwrap_or_else(State::Untold))
    }

    /// Makes the folder hold what a commit has, writing only what differs from the commit before.
    fn place(&mut self, commit: &str) -> Result<(), Failure> {
        let mut tree = self.repository.tree(commit)?;
        tree.retain(|path, _| is_input(path));
        let root = self.folder.path();
        let broken =
            |path: &str, why: std::io::Error| Failure::machine(format!("cannot lay out `{path}`: {why}"));
        for path in self.placed.keys().filter(|path| !tree.contains_key(*path)) {
            std::fs::remove_file(root.join(path)).map_err(|why| broken(path, why))?;
        }
        let fresh: Vec<(&String, &String)> = tree
            .iter()
            .filter(|(path, blob)| self.placed.get(*path) != Some(*blob))
            .collect();
        let ids: Vec<&str> = fresh.iter().map(|(_, blob)| blob.as_str()).collect();
        for ((path, _), bytes) in fresh.iter().zip(self.blobs.read(&ids)?) {
            let whole = root.join(path);
            let folder = whole.parent().unwrap_or(root);
            let written = std::fs::create_dir_all(folder).and_then(|()| std::fs::write(&whole, bytes));
            written.map_err(|why| broken(path, why))?;
        }
        self.placed = tree;
        Ok(())
    }
}

/// Whether a verdict can hang on a file: specs, cases, settings, templates, and what was accepted.
pub(crate) fn is_input(path: &str) -> bool {
    layout::is_package_file(path) || path == SETTINGS || is_code(path)
}

/// The same for files that belong to no package.
pub(crate) fn is_code(path: &str) -> bool {
    path == LOCK || path.starts_with("golden/") || path.starts_with("templates/")
}

fn judge(
    project: &Project,
    subject: &Subject,
    tools: &mut BTreeMap<String, ToolchainState>,
) -> Result<State, Failure> {
    let mut reports = Vec::new();
    for unit in project
        .units()?
        .iter()
        .filter(|unit| unit.package.name == subject.package)
    {
        let Some(cases) = accepted_cases(unit, subject) else {
            continue;
        };
        let target = unit.target.name.clone();
        let tool = tools
            .entry(target.clone())
            .or_insert_with(|| toolchain::probe(unit.target));
        if let ToolchainState::Missing { reason, install } = tool {
            return Err(Failure::machine(format!("{}: {reason}; {install}", unit.name())));
        }
        let tasks = unit.graph.tasks.iter();
        let code = tasks.flat_map(|task| unit.accepted(&task.id)).collect();
        let operations = settle::accepted_operations(unit, &project.lock);
        match settle::judge_cases(unit, &code, &operations, &cases) {
            Ok(verdict) if verdict.failures.is_empty() => {}
            Ok(verdict) => reports.push(Report {
                target,
                verdict: Some(verdict),
                problem: None,
            }),
            Err(NoVerdict::Build(text)) => reports.push(Report {
                target,
                verdict: None,
                problem: Some(text),
            }),
            Err(NoVerdict::Machine(text)) => return Err(Failure::machine(text)),
        }
    }
    Ok(if reports.is_empty() {
        State::Good
    } else {
        State::Bad(reports)
    })
}

/// The cases that are meant, where there are any and code for them was accepted.
fn accepted_cases(unit: &Unit<'_>, subject: &Subject) -> Option<Vec<JudgedCase>> {
    let operations = settle::accepted_operations(unit, &unit.project.lock);
    let mut cases = jobs::cases(unit, &operations);
    cases.retain(|case| match &subject.case {
        Some(id) => case.id == *id,
        None => subject.operations.contains(&case.operation),
    });
    (!cases.is_empty()).then_some(cases)
}
