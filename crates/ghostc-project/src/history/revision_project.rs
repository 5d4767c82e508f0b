//! What became of a case at a commit: the accepted code of that commit, judged with its spec and its cases.
//!
//! The files are read from git alone, so that neither the work tree nor the index is looked at or touched.

use crate::event::nobody;
use crate::failure::Failure;
use crate::harness::cases;
use crate::host::Host;
use crate::judging::{NoVerdict, judge_cases};
use crate::load;
use crate::names::LOCK;
use crate::project::{self, Opened, Project, Unit};
use crate::repository::{BlobContents, Repository, RevisionFiles};
use crate::settle;
use crate::toolchain;
use ghostc_judge::{JudgedCase, Verdict};
use ghostc_run::ToolchainState;
use ghostc_syntax::Severity;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// Whose verdict is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BisectSubject {
    /// The package.
    pub package: String,
    /// The operations that the task makes.
    pub operations: Vec<String>,
    /// The one case, where not all of theirs are meant.
    pub case: Option<String>,
}

/// What a state is.
pub(crate) enum JudgedState {
    /// Every case that is meant passes, or there is none, or no code for it.
    Good,
    /// A case fails, or the code does not build.
    Bad(Vec<FailingTarget>),
    /// It cannot be judged, and why.
    Unknown(String),
}

/// What fails for one target.
pub struct FailingTarget {
    /// The target.
    pub target: String,
    /// The verdict, with the cases that fail; nothing where the code does not build.
    pub verdict: Option<Verdict>,
    /// What building it said.
    pub problem: Option<String>,
}

/// A project at one commit after the other.
pub(crate) struct RevisionProject {
    repository: Repository,
    contents: Arc<BlobContents>,
    host: Host,
    tools: BTreeMap<String, ToolchainState>,
}

impl RevisionProject {
    /// Nothing is read yet.
    pub(crate) fn of(repository: &Repository, host: &Host) -> Result<RevisionProject, Failure> {
        Ok(RevisionProject {
            repository: repository.clone(),
            contents: Arc::new(BlobContents::of(repository)?),
            host: host.clone(),
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
        let tree = self.repository.tree(commit)?;
        let files = RevisionFiles::of(tree, Arc::clone(&self.contents));
        let host = Host {
            files: Arc::new(files),
            ..self.host.clone()
        };
        let root = PathBuf::new();
        let mut loaded = load::load(&[], Some(&root), &host)?;
        if loaded.packages.is_empty() {
            return Ok(Err("it has no spec".to_string()));
        }
        // What is wrong with an old state is no news, so that nobody is told.
        let library = match loaded.facts().strict() {
            Ok((library, _)) => library,
            Err(checked) => {
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
        };
        project::require_own_state(&root, &host)?;
        let lock = project::lock(Some(&root), &host);
        let opened = Opened {
            host,
            root,
            loaded,
            library,
        };
        let project = opened.plan(lock, targets, &mut nobody())?;
        work(&project).map(Ok)
    }

    /// What a case or a task is at a commit, for some targets.
    pub(crate) fn judge(
        &mut self,
        commit: &str,
        subject: &BisectSubject,
        targets: &[String],
    ) -> Result<JudgedState, Failure> {
        let mut tools = std::mem::take(&mut self.tools);
        let judged = self.open(commit, targets, |project| judge(project, subject, &mut tools));
        self.tools = tools;
        Ok(judged?.unwrap_or_else(JudgedState::Unknown))
    }
}

/// Whether a verdict can hang on a file that belongs to no package: templates, and what was accepted.
pub fn is_code(path: &str) -> bool {
    path == LOCK || path.starts_with("golden/") || path.starts_with("templates/")
}

fn judge(
    project: &Project,
    subject: &BisectSubject,
    tools: &mut BTreeMap<String, ToolchainState>,
) -> Result<JudgedState, Failure> {
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
        match judge_cases(unit, &code, &operations, &cases) {
            Ok(verdict) if verdict.failures.is_empty() => {}
            Ok(verdict) => reports.push(FailingTarget {
                target,
                verdict: Some(verdict),
                problem: None,
            }),
            Err(NoVerdict::Build(text)) => reports.push(FailingTarget {
                target,
                verdict: None,
                problem: Some(text),
            }),
            Err(NoVerdict::Machine(text)) => return Err(Failure::machine(text)),
        }
    }
    Ok(if reports.is_empty() {
        JudgedState::Good
    } else {
        JudgedState::Bad(reports)
    })
}

/// The cases that are meant, where there are any and code for them was accepted.
fn accepted_cases(unit: &Unit<'_>, subject: &BisectSubject) -> Option<Vec<JudgedCase>> {
    let operations = settle::accepted_operations(unit, &unit.project.lock);
    let mut cases = cases(unit, &operations);
    cases.retain(|case| match &subject.case {
        Some(id) => case.id == *id,
        None => subject.operations.contains(&case.operation),
    });
    (!cases.is_empty()).then_some(cases)
}
