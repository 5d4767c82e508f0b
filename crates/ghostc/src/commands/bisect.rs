//! Find the commit that broke a golden: the first at which a case fails with the code that was accepted then.
//!
//! No agent is run: what a commit has in `golden/` is judged with the cases that it has. Only commits that touched the
//! cases, their operation or the accepted code are looked at, and as few of them as can be. The work tree is not touched.

use crate::exit::{Exit, Failure, Outcome};
use crate::global::{Format, Global};
use crate::history::{Asked, Candidates, Found, Known, Past, Report, State, Subject, Walk, is_code};
use crate::output::{self, plural};
use crate::progress;
use crate::project::{Project, Unit};
use crate::revision::Repository;
use crate::{json, load, toolchain};
use ghostc_run::ToolchainState;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

/// Failing cases that are shown for each target.
const SHOWN: usize = 3;

/// Arguments of `ghostc bisect`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// A case's id, an operation or a task, after `package/` where several packages have it
    name: String,
    /// A commit at which it works; without it, one is looked for
    #[arg(long, value_name = "REVISION")]
    good: Option<String>,
    /// A commit at which it fails
    #[arg(long, value_name = "REVISION", default_value = "HEAD")]
    bad: String,
    /// Judge these targets only; without it, those that fail
    #[arg(long, value_name = "NAME")]
    target: Vec<String>,
}

/// A search, with what was judged.
struct Search<'a> {
    past: Past<'a>,
    subject: &'a Subject,
    targets: Vec<String>,
    /// The commit that is known to be bad.
    bad: String,
    /// What was judged, by commit.
    known: BTreeMap<String, Known>,
    /// What fails, by commit.
    broken: BTreeMap<String, Vec<Report>>,
    quiet: bool,
}

pub(crate) fn run(args: &Args, global: &Global) -> Outcome {
    let format = global.format(&[Format::Json])?;
    let root = load::project_root(global)?.ok_or_else(|| {
        let failure = Failure::usage(format!("no `{}` here or in a folder above", load::SETTINGS));
        failure.help("Run this in a project: accepted code is judged, and only a project has some.")
    })?;
    let repository = Repository::at(Some(&root));
    let bad = repository.commit(&args.bad)?;
    let good = args
        .good
        .as_ref()
        .map(|good| known(&repository, good))
        .transpose()?;
    let mut past = Past::of(&repository, global)?;
    let chosen = past.open(&bad, &args.target, |project| choose(project, args, &bad))?;
    let chosen =
        chosen.map_err(|why| Failure::findings(format!("nothing can be judged at `{}`: {why}", args.bad)))?;
    let subject = chosen.subject;
    let mut search = Search {
        past,
        subject: &subject,
        targets: chosen.targets,
        bad,
        known: BTreeMap::new(),
        broken: BTreeMap::new(),
        quiet: global.quiet,
    };
    let bad = search.bad.clone();
    search.must_fail(&bad, args)?;
    let range = match &good {
        Some(good) => {
            if repository.parting(good, &bad)? != *good {
                let failure =
                    Failure::usage(format!("`{}` does not come before `{}`", short(good), args.bad));
                return Err(failure.help("Name a commit that the bad one was made from."));
            }
            search.must_work(good, args)?;
            format!("{good}..{bad}")
        }
        None => bad.clone(),
    };
    let mut walk = Walk::start(
        &repository,
        Asked {
            range: &range,
            paths: Vec::new(),
            also: is_code,
        },
    )?;
    walk.newest(&bad)?;
    let candidates = RefCell::new(Candidates::of(walk, &subject, chosen.root));
    let search = RefCell::new(search);
    let found = between(&candidates, &search, repository.is_shallow()?)?;
    let (candidates, search) = (candidates.into_inner(), search.into_inner());
    let Some(found) = found else {
        return Err(no_good(&candidates, args, &repository)?);
    };
    if format == Format::Json {
        output::print_json(&as_json(&found, &candidates, &search, args));
    } else {
        output::print(&text(&found, &candidates, &search, args));
    }
    Ok(Exit::Fine)
}

/// The states from the newest on: state 0 is the bad commit, and state N the one before the N-th candidate.
fn between(
    candidates: &RefCell<Candidates<'_>>,
    search: &RefCell<Search<'_>>,
    is_shallow: bool,
) -> Result<Option<Found>, Failure> {
    let has = |state: usize| candidates.borrow_mut().reach(state);
    let judge = |state: usize| match before(&candidates.borrow(), state) {
        Some(commit) => search.borrow_mut().judge(&commit),
        // Before the first commit there was nothing that could fail; before that of a shallow clone nobody knows.
        None if is_shallow => Ok(Known::Untold),
        None => Ok(Known::Good),
    };
    crate::history::search(has, judge)
}

/// The commit before a candidate, counted from 1.
fn before(candidates: &Candidates<'_>, state: usize) -> Option<String> {
    let at = state.checked_sub(1)?;
    candidates.found.get(at)?.step.commit.parents.first().cloned()
}

impl Search<'_> {
    fn judge(&mut self, commit: &str) -> Result<Known, Failure> {
        if let Some(known) = self.known.get(commit) {
            return Ok(*known);
        }
        let state = self.past.judge(commit, self.subject, &self.targets)?;
        let (known, word) = match state {
            State::Good => (Known::Good, "works".to_string()),
            State::Bad(reports) => {
                self.broken.insert(commit.to_string(), reports);
                (Known::Bad, "fails".to_string())
            }
            State::Untold(why) => (Known::Untold, format!("cannot be judged: {why}")),
        };
        if !self.quiet {
            output::say(&format!("{}  {word}", short(commit)));
        }
        self.known.insert(commit.to_string(), known);
        Ok(known)
    }

    fn must_fail(&mut self, bad: &str, args: &Args) -> Result<(), Failure> {
        match self.judge(bad)? {
            Known::Bad => Ok(()),
            Known::Good => Err(Failure::usage(format!(
                "`{}` passes at `{}`: nothing is broken there",
                args.name, args.bad
            ))
            .help("Name a commit at which it fails with `--bad`.")),
            Known::Untold => Err(Failure::usage(format!(
                "`{}` cannot be judged at `{}`",
                args.name, args.bad
            ))
            .help("Name another commit with `--bad`.")),
        }
    }

    fn must_work(&mut self, good: &str, args: &Args) -> Result<(), Failure> {
        let named = args.good.as_deref().unwrap_or_default();
        match self.judge(good)? {
            Known::Good => Ok(()),
            Known::Bad => Err(
                Failure::usage(format!("`{}` fails at `{named}` already", args.name))
                    .help("Name an older commit with `--good`, or leave it out to have one looked for."),
            ),
            Known::Untold => Err(
                Failure::usage(format!("`{}` cannot be judged at `{named}`", args.name))
                    .help("Name another commit with `--good`."),
            ),
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
fn no_good(candidates: &Candidates<'_>, args: &Args, repository: &Repository) -> Result<Failure, Failure> {
    if candidates.found.is_empty() {
        return Ok(Failure::usage(format!(
            "no commit before `{}` touched `{}` or its code",
            args.bad, args.name
        ))
        .help("Name an older commit with `--good`."));
    }
    let failure = Failure::findings(format!("no commit was found at which `{}` works", args.name));
    Ok(failure.help(if repository.is_shallow()? {
        "This clone is shallow: run `git fetch --unshallow` to look at what is before it."
    } else {
        "Look at what could not be judged, or name a commit with `--good`."
    }))
}

/// What a name means at the bad commit.
struct Chosen {
    subject: Subject,
    /// The folder of its package.
    root: String,
    /// The targets to judge.
    targets: Vec<String>,
}

fn choose(project: &Project, args: &Args, bad: &str) -> Result<Chosen, Failure> {
    let units = project.units()?;
    let is_package = |name: &str| units.iter().any(|unit| unit.package.name == name);
    let (package, name) = match args.name.split_once('/') {
        Some((package, name)) if is_package(package) => (Some(package), name),
        Some(_) | None => (None, args.name.as_str()),
    };
    let within = |unit: &&Unit<'_>| package.is_none_or(|package| unit.package.name == package);
    let meant = units.iter().filter(within);
    let found: Vec<(&Unit<'_>, Subject)> = meant
        .filter_map(|unit| Some((unit, subject(unit, name)?)))
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
        targets: judgeable(&accepted, project.targets_named)?,
    })
}

/// The targets whose toolchains are here; where they were asked for by name, all must be.
fn judgeable(units: &[&Unit<'_>], named: bool) -> Result<Vec<String>, Failure> {
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
            missing
                .iter()
                .for_each(|text| output::say(&format!("not judged: {text}")));
            Ok(targets)
        }
    }
}

fn subject(unit: &Unit<'_>, name: &str) -> Option<Subject> {
    let package = unit.package;
    let of = |operations: &[usize], case: Option<&str>| Subject {
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
fn evidence<'s>(found: &Found, candidates: &Candidates<'_>, search: &'s Search<'_>) -> &'s [Report] {
    let judged = match found.bad {
        0 => search.broken.get(&search.bad),
        state => before(candidates, state).and_then(|commit| search.broken.get(&commit)),
    };
    judged.map_or(&[], Vec::as_slice)
}

fn text(found: &Found, candidates: &Candidates<'_>, search: &Search<'_>, args: &Args) -> String {
    let first = candidates.found.get(found.bad..found.good).unwrap_or_default();
    let mut out = match first {
        [_] => format!("`{}` fails since this commit:\n\n", args.name),
        _ => format!(
            "`{}` fails since one of these commits; those between cannot be judged:\n\n",
            args.name
        ),
    };
    for candidate in first {
        out.push_str(&super::log::of_candidate(candidate));
    }
    for report in evidence(found, candidates, search) {
        out.push_str(&format!("{} · {}\n", search.subject.package, report.target));
        let failures = report
            .verdict
            .as_ref()
            .map(|verdict| progress::failures(verdict, SHOWN));
        for line in failures
            .iter()
            .chain(&report.problem)
            .flat_map(|text| text.lines())
        {
            out.push_str(&format!("  {line}\n"));
        }
    }
    let judged = plural(search.known.len(), "commit");
    out.push_str(&format!(
        "\njudged {judged} of {} that touched a spec or accepted code\n",
        candidates.seen
    ));
    out
}

fn as_json(found: &Found, candidates: &Candidates<'_>, search: &Search<'_>, args: &Args) -> json::Bisect {
    let first = candidates.found.get(found.bad..found.good).unwrap_or_default();
    json::Bisect {
        schema: "ghostc.bisect/1".to_string(),
        name: args.name.clone(),
        package: search.subject.package.clone(),
        first_bad: first
            .iter()
            .map(|candidate| json::logged(&candidate.step.commit, candidate.change.as_slice()))
            .collect(),
        good: before(candidates, found.good),
        targets: evidence(found, candidates, search)
            .iter()
            .map(json::BrokenJson::of)
            .collect(),
        judged: search.known.len(),
    }
}
