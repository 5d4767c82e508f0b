//! Which commit broke a golden: the first at which a case fails with the code that was accepted then.
//!
//! No agent is run: what a commit has in `golden/` is judged with the cases that it has. Only commits that touched the
//! cases, their operation or the accepted code are looked at, and as few of them as can be. The work tree is not touched.

use crate::event::{BisectEvent, Event, Listener};
use crate::failure::Failure;
use crate::history::{
    BisectSubject, Boundary, Candidate, Candidates, FailingTarget, JudgedState, Known, RevisionProject, Walk,
    WalkRequest, is_code, search as search_history,
};
use crate::host::Host;
use crate::load;
use crate::names::SETTINGS;
use crate::project::{Project, Unit, in_package};
use crate::repository::Repository;
use crate::toolchain;
use ghostc_run::ToolchainState;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// What broke, and between which commits that is looked for.
#[derive(Clone, Debug, Default)]
pub struct BisectRequest {
    /// A case's id, an operation or a task, after `package/` where several packages have it.
    pub name: String,
    /// A commit at which it works; nothing to have one looked for.
    pub good: Option<String>,
    /// A commit at which it fails.
    pub bad: String,
    /// The targets; without any, those that fail.
    pub targets: Vec<String>,
    /// The project's folder; nothing for the one that the current folder lies in.
    pub project: Option<PathBuf>,
}

/// The commits that may have broken it.
pub struct BisectReport {
    /// The package.
    pub package: String,
    /// The first commit at which it fails; several, newest first, where those between could not be judged.
    pub first_bad: Vec<Candidate>,
    /// The newest commit before them at which it does not fail; nothing where they are the first of all.
    pub good: Option<String>,
    /// What fails at the first bad commit.
    pub evidence: Vec<FailingTarget>,
    /// How many commits were judged.
    pub judged: usize,
    /// How many touched a spec or accepted code.
    pub seen: usize,
}

/// A search, with what was judged.
struct BisectSearch<'a, 'l> {
    project: RevisionProject,
    subject: &'a BisectSubject,
    targets: Vec<String>,
    /// The commit that is known to be bad.
    bad: String,
    /// What was judged, by commit.
    known: BTreeMap<String, Known>,
    /// What fails, by commit.
    broken: BTreeMap<String, Vec<FailingTarget>>,
    listener: &'a mut Listener<'l>,
}

/// Searches for the commit. Each verdict on a commit is told of as soon as it is there.
///
/// # Errors
/// Fails where git or the machine does, and where there is no commit at which it fails, or none at which it works.
pub fn bisect(
    request: &BisectRequest,
    host: &Host,
    listener: &mut Listener<'_>,
) -> Result<BisectReport, Failure> {
    let root = load::project_root(request.project.as_deref(), host)?.ok_or_else(|| {
        let failure = Failure::usage(format!("no `{}` here or in a folder above", SETTINGS));
        failure.help("Run this in a project: accepted code is judged, and only a project has some.")
    })?;
    let repository = Repository::at(Some(&root), host);
    let bad = repository.commit(&request.bad)?;
    let good = request
        .good
        .as_ref()
        .map(|good| known(&repository, good))
        .transpose()?;
    let mut project = RevisionProject::of(&repository, host)?;
    let chosen = project.open(&bad, &request.targets, |project| {
        choose(project, request, &bad, listener)
    })?;
    let chosen = chosen
        .map_err(|why| Failure::findings(format!("nothing can be judged at `{}`: {why}", request.bad)))?;
    let subject = chosen.subject;
    let mut search = BisectSearch {
        project,
        subject: &subject,
        targets: chosen.targets,
        bad: bad.clone(),
        known: BTreeMap::new(),
        broken: BTreeMap::new(),
        listener,
    };
    search.must_fail(&bad, request)?;
    let range = match &good {
        Some(good) => {
            if repository.parting(good, &bad)? != *good {
                let message = format!("`{}` does not come before `{}`", short(good), request.bad);
                let failure = Failure::usage(message);
                return Err(failure.help("Name a commit that the bad one was made from."));
            }
            search.must_work(good, request)?;
            format!("{good}..{bad}")
        }
        None => bad.clone(),
    };
    let walked = WalkRequest {
        range: &range,
        paths: Vec::new(),
        also: is_code,
    };
    let mut walk = Walk::start(&repository, walked)?;
    walk.newest(&bad)?;
    let candidates = RefCell::new(Candidates::of(walk, &subject, chosen.root));
    let search = RefCell::new(search);
    let found = between(&candidates, &search, repository.is_shallow()?)?;
    let (mut candidates, mut search) = (candidates.into_inner(), search.into_inner());
    let Some(found) = found else {
        return Err(no_good(&candidates, request, &repository)?);
    };
    Ok(BisectReport {
        package: subject.package.clone(),
        good: before(&candidates, found.good),
        evidence: evidence(&found, &candidates, &mut search),
        judged: search.known.len(),
        seen: candidates.seen,
        first_bad: candidates
            .found
            .drain(found.bad..found.good.min(candidates.found.len()))
            .collect(),
    })
}

/// The states from the newest on: state 0 is the bad commit, and state N the one before the N-th candidate.
fn between(
    candidates: &RefCell<Candidates<'_>>,
    search: &RefCell<BisectSearch<'_, '_>>,
    is_shallow: bool,
) -> Result<Option<Boundary>, Failure> {
    let has = |state: usize| candidates.borrow_mut().reach(state);
    let judge = |state: usize| match before(&candidates.borrow(), state) {
        Some(commit) => search.borrow_mut().judge(&commit),
        // Before the first commit there was nothing that could fail; before that of a shallow clone nobody knows.
        None if is_shallow => Ok(Known::Unknown),
        None => Ok(Known::Good),
    };
    search_history(has, judge)
}

/// The commit before a candidate, counted from 1.
fn before(candidates: &Candidates<'_>, state: usize) -> Option<String> {
    let at = state.checked_sub(1)?;
    candidates.found.get(at)?.step.commit.parents.first().cloned()
}

impl BisectSearch<'_, '_> {
    fn judge(&mut self, commit: &str) -> Result<Known, Failure> {
        if let Some(known) = self.known.get(commit) {
            return Ok(*known);
        }
        let state = self.project.judge(commit, self.subject, &self.targets)?;
        let (known, word) = match state {
            JudgedState::Good => (Known::Good, "works".to_string()),
            JudgedState::Bad(reports) => {
                self.broken.insert(commit.to_string(), reports);
                (Known::Bad, "fails".to_string())
            }
            JudgedState::Unknown(why) => (Known::Unknown, format!("cannot be judged: {why}")),
        };
        (self.listener)(Event::Bisect(BisectEvent::Commit {
            id: commit,
            state: &word,
        }));
        self.known.insert(commit.to_string(), known);
        Ok(known)
    }

    fn must_fail(&mut self, bad: &str, request: &BisectRequest) -> Result<(), Failure> {
        match self.judge(bad)? {
            Known::Bad => Ok(()),
            Known::Good => Err(Failure::usage(format!(
                "`{}` passes at `{}`: nothing is broken there",
                request.name, request.bad
            ))
            .help("Name a commit at which it fails with `--bad`.")),
            Known::Unknown => Err(Failure::usage(format!(
                "`{}` cannot be judged at `{}`",
                request.name, request.bad
            ))
            .help("Name another commit with `--bad`.")),
        }
    }

    fn must_work(&mut self, good: &str, request: &BisectRequest) -> Result<(), Failure> {
        let named = request.good.as_deref().unwrap_or_default();
        match self.judge(good)? {
            Known::Good => Ok(()),
            Known::Bad => Err(
                Failure::usage(format!("`{}` fails at `{named}` already", request.name))
                    .help("Name an older commit with `--good`, or leave it out to have one looked for."),
            ),
            Known::Unknown => Err(Failure::usage(format!(
                "`{}` cannot be judged at `{named}`",
                request.name
            ))
            .help("Name another commit with `--good`.")),
        }
    }
}

/// The good commit; what is not here may only not have been fetched.
fn known(repository: &Repository, name: &str) -> Result<String, Failure> {
    repository.commit(name).or_else(|failure| {
        if repository.is_shallow()? {
            return Err(failure.help("This clone is shallow: run `git fetch --unshallow` first."));
        }
        Err(failure)
    })
}

/// Why no commit was found at which it works.
fn no_good(
    candidates: &Candidates<'_>,
    request: &BisectRequest,
    repository: &Repository,
) -> Result<Failure, Failure> {
    if candidates.found.is_empty() {
        return Ok(Failure::usage(format!(
            "no commit before `{}` touched `{}` or its code",
            request.bad, request.name
        ))
        .help("Name an older commit with `--good`."));
    }
    let failure = Failure::findings(format!("no commit was found at which `{}` works", request.name));
    Ok(failure.help(if repository.is_shallow()? {
        "This clone is shallow: run `git fetch --unshallow` to look at what is before it."
    } else {
        "Look at what could not be judged, or name a commit with `--good`."
    }))
}

/// What a name means at the bad commit.
struct Chosen {
    subject: BisectSubject,
    /// The folder of its package.
    root: String,
    /// The targets to judge.
    targets: Vec<String>,
}

fn choose(
    project: &Project,
    request: &BisectRequest,
    bad: &str,
    listener: &mut Listener<'_>,
) -> Result<Chosen, Failure> {
    let units = project.units()?;
    let name = request.name.as_str();
    let in_unit = |unit: &Unit<'_>| subject(unit, in_package(name, unit.package).unwrap_or(name));
    let found: Vec<(&Unit<'_>, BisectSubject)> = units
        .iter()
        .filter_map(|unit| Some((unit, in_unit(unit)?)))
        .collect();
    let homes: BTreeSet<&str> = found.iter().map(|(unit, _)| unit.package.name.as_str()).collect();
    if homes.len() > 1 {
        let names: Vec<String> = homes.iter().map(|home| format!("`{home}/{name}`")).collect();
        let failure = Failure::usage(format!("several packages have `{name}`"));
        return Err(failure.help(format!("Name one of them: {}.", names.join(", "))));
    }
    let Some((unit, subject)) = found.first() else {
        let known: BTreeSet<&str> = units.iter().flat_map(names).collect();
        let known: Vec<&str> = known.into_iter().collect();
        let otherwise = "`ghostc test` shows the cases that fail.";
        return Err(Failure::unknown(
            "case, operation or task",
            name,
            &known,
            otherwise,
        ));
    };
    if subject.operations.is_empty() {
        return Err(Failure::usage(format!(
            "`{name}` has no operation, so that no case can fail"
        )));
    }
    let accepted: Vec<&Unit<'_>> = found
        .iter()
        .map(|(unit, _)| *unit)
        .filter(|unit| unit.locked().is_some())
        .collect();
    if accepted.is_empty() {
        let failure = Failure::usage(format!("no code for `{name}` was accepted at `{}`", short(bad)));
        return Err(failure.help("Run `ghostc build`, and commit `golden/` and `ghostc.lock`."));
    }
    Ok(Chosen {
        subject: subject.clone(),
        root: unit.package.root.clone(),
        targets: judgeable(&accepted, project.targets_named, listener)?,
    })
}

/// The targets whose toolchains are here; where they were asked for by name, all must be.
fn judgeable(units: &[&Unit<'_>], named: bool, listener: &mut Listener<'_>) -> Result<Vec<String>, Failure> {
    let (mut targets, mut missing) = (Vec::new(), Vec::new());
    for unit in units {
        match toolchain::probe(unit.target) {
            ToolchainState::Present { .. } => targets.push(unit.target.name.clone()),
            ToolchainState::Missing { reason, install } => {
                missing.push(format!("{}: {reason}; {install}", unit.name()));
            }
        }
    }
    match missing.first() {
        Some(text) if named || targets.is_empty() => Err(Failure::machine(text)),
        _ => {
            for text in &missing {
                listener(Event::Bisect(BisectEvent::NotJudged(text)));
            }
            Ok(targets)
        }
    }
}

fn subject(unit: &Unit<'_>, name: &str) -> Option<BisectSubject> {
    let package = unit.package;
    let of = |operations: &[usize], case: Option<&str>| BisectSubject {
        package: package.name.clone(),
        operations: operations
            .iter()
            .filter_map(|at| Some(package.operations.get(*at)?.name.clone()))
            .collect(),
        case: case.map(str::to_string),
    };
    let operation = package
        .operations
        .iter()
        .position(|operation| operation.name == name);
    let task = || unit.graph.task(name).map(|task| of(&task.operations, None));
    let case = || {
        let found = package.cases.iter().find(|case| case.id == name)?;
        Some(of(&[found.operation?], Some(name)))
    };
    operation.map(|at| of(&[at], None)).or_else(task).or_else(case)
}

fn names<'u>(unit: &'u Unit<'_>) -> impl Iterator<Item = &'u str> {
    let cases = unit.package.cases.iter().map(|case| case.id.as_str());
    cases.chain(unit.graph.tasks.iter().map(|task| task.id.as_str()))
}

fn short(commit: &str) -> &str {
    commit.get(..10).unwrap_or(commit)
}

/// The failures at the newest of the first bad commits, or at the oldest state that was judged after them.
fn evidence(
    found: &Boundary,
    candidates: &Candidates<'_>,
    search: &mut BisectSearch<'_, '_>,
) -> Vec<FailingTarget> {
    let judged = match found.bad {
        0 => search.broken.remove(&search.bad),
        state => before(candidates, state).and_then(|commit| search.broken.remove(&commit)),
    };
    judged.unwrap_or_default()
}
