//! Compiling: what is stale is built by an agent, judged, and written down.

mod current;
mod outcome;
mod report;

pub use report::{BuildEnd, BuildReport, PlannedJob, StaleItem, UnitReport, UnitWord};

use crate::event::{BuildEvent, Event, Listener};
use crate::failure::{Failure, FailureKind, FindingSubject};
use crate::golden::write_state;
use crate::host::Host;
use crate::jobs::UnitWork;
use crate::paths::or_here;
use crate::project::{self, Project, ProjectFiles, Unit};
use crate::slices;
use crate::stamp::{self, Answer, Stamp};
use crate::writers;
use crate::{agents, codes, differences, settle, toolchain, wording};
use ghostc_plan::plan::Task;
use ghostc_run::{AgentCommand, Job, JobResult, Options, Spending, StoreKey, ToolchainState};
use ghostc_syntax::Diagnostic;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Duration;

/// What is built, and how.
#[derive(Clone, Debug, Default)]
pub struct BuildRequest {
    /// Packages, by folder or name; without any, all of the project.
    pub paths: Vec<PathBuf>,
    /// The agent; nothing for the one of the settings, recorded sessions, or the first that is installed.
    pub agent: Option<String>,
    /// The targets; without any, those of the packages.
    pub targets: Vec<String>,
    /// These tasks only, and what they depend on; without any, all.
    pub tasks: Vec<String>,
    /// How many agents run at once; nothing for what the settings say.
    pub jobs: Option<usize>,
    /// Whether anything that is stale is refused, and nothing is built.
    pub locked: bool,
    /// Whether it is only said what would be built.
    pub dry_run: bool,
    /// Whether code that passes is accepted where it replaces accepted code, too.
    pub accept: bool,
    /// Whether the sessions of agents are recorded.
    pub record: bool,
    /// Whether everything is built again as if nothing was built before.
    pub fresh: bool,
    /// Whether another build of the project is not waited for.
    pub no_wait: bool,
    /// The caller, to which answers of other callers are not told; nothing where an answer must not be remembered.
    pub program: Option<String>,
    /// The project's folder; nothing for the one that the current folder lies in.
    pub project: Option<PathBuf>,
}

impl BuildRequest {
    /// Whether it asks for nothing but the building of what is stale in the whole project.
    fn is_plain(&self) -> bool {
        let narrowed = !(self.paths.is_empty() && self.targets.is_empty() && self.tasks.is_empty());
        !(narrowed || self.locked || self.dry_run || self.fresh)
    }
}

/// Builds what is stale.
///
/// # Errors
/// Fails where the project has errors, where no agent can be asked, and where the machine does.
pub fn build(
    request: &BuildRequest,
    host: &Host,
    listener: &mut Listener<'_>,
) -> Result<BuildReport, Failure> {
    // What only looks disturbs no other build, and is disturbed by none.
    let looks = request.locked || request.dry_run;
    let root = project::require_root(request.project.as_deref(), host)?;
    let mut told = || listener(Event::Build(BuildEvent::Waiting));
    let only = |told| writers::only_build(&root, host, !request.no_wait, told);
    let _only = if looks { None } else { Some(only(&mut told)?) };
    let files = ProjectFiles::read(request.project.as_deref(), host)?;
    let program = request.program.as_ref().filter(|_| request.is_plain());
    let read = program.and_then(|program| stamp::digest(&files, program));
    if let Some(answer) = read.and_then(|read| stamp::read_stamp(&files.root, host, read)) {
        return Ok(ended(BuildEnd::Remembered(answer), Vec::new()));
    }
    let project = files.open(&request.paths, &request.targets, listener)?;
    let units = project.units()?;
    check_tasks(request, &units)?;
    let mut works = Vec::new();
    for unit in &units {
        works.push(UnitWork::find(unit, &request.tasks, request.fresh)?);
    }
    let stopped = stopped_tasks(&works);
    let mut report = if request.dry_run {
        dry_run(&works)?
    } else if request.locked {
        locked(&works)
    } else {
        let mut build = Build {
            request,
            listener,
            project: &project,
            // A build that leaves something out is not the one that is remembered.
            read: read.filter(|_| stopped.is_empty()),
        };
        build.run(&works)?
    };
    if !stopped.is_empty() {
        report.kind = report.kind.or(Some(FailureKind::Findings));
    }
    report.stopped = stopped;
    Ok(report)
}

/// The tasks that are not built for what their text refers to, as `package/task`.
fn stopped_tasks(works: &[UnitWork<'_>]) -> Vec<String> {
    let tasks = works.iter().flat_map(|work| {
        let package = &work.unit.package.name;
        work.stopped
            .iter()
            .map(move |task| format!("{package}/{}", task.id))
    });
    let names: BTreeSet<String> = tasks.collect();
    names.into_iter().collect()
}

/// Remembers what was answered to a build with nothing to do: as long as nothing changes, the next one is answered so.
pub fn remember_answer(stamp: Stamp, answer: Answer, host: &Host) {
    stamp::remember(stamp, answer, host);
}

/// Fails where a task is named that no package has.
fn check_tasks(request: &BuildRequest, units: &[Unit<'_>]) -> Result<(), Failure> {
    for name in &request.tasks {
        let known: Vec<&str> = units
            .iter()
            .flat_map(|unit| unit.graph.tasks.iter().map(|task| task.id.as_str()))
            .collect();
        let mut tasks = units
            .iter()
            .flat_map(|unit| unit.graph.tasks.iter().map(move |task| (unit, task)));
        if !tasks.any(|(unit, task)| project::means_task(name, unit.package, &task.id)) {
            return Err(Failure::unknown(
                "task",
                name,
                &known,
                "List them with `ghostc graph`.",
            ));
        }
    }
    Ok(())
}

fn ended(end: BuildEnd, units: Vec<UnitReport>) -> BuildReport {
    BuildReport {
        end,
        units,
        results: Vec::new(),
        spent: Spending::default(),
        stopped: Vec::new(),
        kind: None,
    }
}

fn idle(works: &[UnitWork<'_>]) -> Vec<UnitReport> {
    works.iter().map(UnitReport::idle).collect()
}

fn dry_run(works: &[UnitWork<'_>]) -> Result<BuildReport, Failure> {
    let mut planned = Vec::new();
    for work in works {
        let jobs = work.jobs(0)?;
        let jobs = jobs.iter().map(|job| (job.to_string(), job.weight)).collect();
        let mut reasons = Vec::new();
        for (task, differences) in &work.stale {
            let lines = differences::lines(differences, work.unit).into_iter();
            reasons.extend(lines.map(|reason| (task.id.clone(), reason)));
        }
        planned.push(PlannedJob { jobs, reasons });
    }
    Ok(ended(BuildEnd::DryRun(planned), idle(works)))
}

fn locked(works: &[UnitWork<'_>]) -> BuildReport {
    let items: Vec<StaleItem> = works.iter().flat_map(stale_items).collect();
    let kind = (!items.is_empty()).then_some(FailureKind::Findings);
    BuildReport {
        kind,
        ..ended(BuildEnd::Locked(items), idle(works))
    }
}

/// What a locked build refuses of a package for a target.
fn stale_items(work: &UnitWork<'_>) -> Vec<StaleItem> {
    let target = &work.unit.target.name;
    let mut items = Vec::new();
    for (task, differences) in &work.stale {
        let first = differences::lines(differences, work.unit).into_iter().next();
        let first = first.unwrap_or_default();
        items.push(StaleItem::Task(format!("{} · {target}: {first}", task.id)));
    }
    for task in work.pending.keys() {
        items.push(StaleItem::Waits(format!(
            "{task} · {target}: built, not accepted"
        )));
    }
    let drift = work.unit.golden.drift(work.unit.locked()).into_iter();
    items.extend(drift.map(|drift| StaleItem::Drift(drift.text)));
    if items.is_empty() && !settle::is_judged(work.unit) {
        items.push(StaleItem::Verdict(format!(
            "{}: its cases or its target changed since it was judged",
            work.unit.name()
        )));
    }
    items
}

struct Build<'a, 'l> {
    request: &'a BuildRequest,
    listener: &'a mut Listener<'l>,
    project: &'a Project,
    /// The hash of what was read outside `golden/`, where this is a build that may be remembered.
    read: Option<blake3::Hash>,
}

/// Work that has something to do, by its place among all.
type Todo<'w> = Vec<(usize, &'w UnitWork<'w>)>;
/// Work whose toolchain is missing, and what is.
type Unjudged = Vec<(usize, String)>;

impl Build<'_, '_> {
    fn tell(&mut self, event: BuildEvent<'_>) {
        (self.listener)(Event::Build(event));
    }

    fn run(&mut self, works: &[UnitWork<'_>]) -> Result<BuildReport, Failure> {
        let accepts = |work: &UnitWork<'_>| self.request.accept && !work.pending.is_empty();
        let changed =
            |work: &UnitWork<'_>| !work.stale.is_empty() || accepts(work) || !settle::is_judged(work.unit);
        let todo: Todo<'_> = works
            .iter()
            .enumerate()
            .filter(|(_, work)| changed(work))
            .collect();
        if todo.is_empty() {
            return Ok(self.nothing_to_do(works));
        }
        self.introduce(works);
        let (todo, missing) = self.with_toolchain(todo)?;
        let mut jobs = Vec::new();
        for (_, work) in &todo {
            refuse_unwritable(work)?;
            refuse_unjudgeable(work)?;
            jobs.extend(work.jobs(jobs.len())?);
        }
        let agent = if jobs.is_empty() {
            AgentCommand::replay()
        } else {
            agents::choose(self.request.agent.as_deref(), self.project, &jobs)?
        };
        if !jobs.is_empty() {
            self.require_writable(&todo)?;
            self.tell(BuildEvent::Planned {
                tasks: jobs.len(),
                tokens: jobs.iter().map(|job| job.weight).sum(),
                agent: &agent,
            });
            if let Some(text) = ghostc_run::unenforced_limits() {
                self.tell(BuildEvent::Unenforced(text));
            }
        }
        let (results, spent) = self.carry_out(&jobs, &agent);
        let mut units = idle(works);
        self.settle(&todo, &results, &agent, &mut units)?;
        for (at, reason) in missing {
            if let Some(unit) = units.get_mut(at) {
                unit.word = UnitWord::NotJudged;
                unit.is_settled = true;
                unit.reason = Some(reason);
            }
        }
        let is_unjudged = |unit: &UnitReport| unit.is_settled && unit.word == UnitWord::NotJudged;
        let (end, kind) = if units.iter().all(is_unjudged) {
            (BuildEnd::NothingJudged, Some(FailureKind::Machine))
        } else {
            let settled = units.iter().filter(|unit| unit.is_settled).cloned();
            let settled: Vec<UnitReport> = settled.collect();
            (BuildEnd::Built, outcome::worst(&settled, &results))
        };
        Ok(BuildReport {
            end,
            units,
            results,
            spent,
            stopped: Vec::new(),
            kind,
        })
    }

    /// Fails where nothing could be accepted, before anything is paid for.
    fn require_writable(&self, todo: &Todo<'_>) -> Result<(), Failure> {
        let files = &self.project.host.files;
        let root = or_here(&self.project.root).to_path_buf();
        let folders = todo.iter().map(|(_, work)| work.unit.golden.folder.clone());
        for folder in std::iter::once(root).chain(folders) {
            files.require_writable(&folder).map_err(|why| {
                Failure::machine(format!("cannot write in `{}`: {why}", folder.display()))
                    .help("Make it writable: what is built has to be kept there.")
            })?;
        }
        Ok(())
    }

    /// Tells of each package once.
    fn introduce(&mut self, works: &[UnitWork<'_>]) {
        let mut seen = BTreeSet::new();
        for work in works {
            let package = work.unit.package;
            if seen.insert(&package.name) {
                self.tell(BuildEvent::Package {
                    name: &package.name,
                    operations: package.operations.len(),
                    statements: package.statements.len(),
                    cases: package.cases.len(),
                    held_out: package.cases.iter().filter(|case| case.held_out).count(),
                });
            }
        }
    }

    fn nothing_to_do(&self, works: &[UnitWork<'_>]) -> BuildReport {
        let waits = works.iter().any(|work| !work.pending.is_empty());
        let read = self.read.filter(|_| !waits && !self.project.loaded.warned);
        let stamp = read.map(|read| {
            ignore_state(self.project);
            stamp::stamp(self.project, read, works.iter().map(|work| work.unit))
        });
        ended(BuildEnd::NothingToDo(stamp), idle(works))
    }

    /// The work whose toolchain is there, and why the rest is not judged.
    fn with_toolchain<'w>(&mut self, todo: Todo<'w>) -> Result<(Todo<'w>, Unjudged), Failure> {
        let mut states: BTreeMap<&str, ToolchainState> = BTreeMap::new();
        let (mut present, mut missing) = (Vec::new(), Vec::new());
        for (at, work) in todo {
            let target = work.unit.target;
            let state = states
                .entry(&target.name)
                .or_insert_with(|| toolchain::probe(target));
            match state {
                ToolchainState::Present { .. } => present.push((at, work)),
                ToolchainState::Missing { reason, install } => {
                    let text = format!("{}: {reason}; {install}", work.unit.name());
                    if self.project.targets_named {
                        return Err(Failure::machine(text));
                    }
                    self.tell(BuildEvent::NotJudged(&text));
                    missing.push((at, text));
                }
            }
        }
        Ok((present, missing))
    }

    /// How the jobs end, and what that took.
    fn carry_out(&mut self, jobs: &[Job], agent: &AgentCommand) -> (Vec<JobResult>, Spending) {
        let limits = &self.project.loaded.settings.build;
        let number = |value: u64| usize::try_from(value).unwrap_or(usize::MAX);
        let stop = &self.project.host.stop;
        let options = Options {
            jobs: self.request.jobs.unwrap_or(number(limits.jobs)),
            attempts: u32::try_from(limits.attempts).unwrap_or(u32::MAX),
            timeout: Duration::from_millis(limits.timeout),
            stall: Duration::from_millis(limits.stall),
            record: self.request.record,
            reuse: !self.request.fresh,
            tokens: limits.tokens,
            store_key: store_key(&self.project.host),
            interrupt: stop.softly.clone(),
            kill: stop.now.clone(),
            ..Options::new(agent.clone(), self.project.state())
        };
        if !jobs.is_empty() {
            ignore_state(self.project);
        }
        self.tell(BuildEvent::Jobs(jobs));
        let (listener, mut spent) = (&mut *self.listener, Spending::default());
        let results = ghostc_run::build(jobs.to_vec(), &options, &mut |event| {
            if let ghostc_run::Event::TurnEnded { outcome, .. } = &event {
                spent.add(outcome.tokens, outcome.dollars);
            }
            listener(Event::Build(BuildEvent::Job(&event)));
        });
        (results, spent)
    }
}

/// An agent that may write no file is not asked.
fn refuse_unwritable(work: &UnitWork<'_>) -> Result<(), Failure> {
    let unit = work.unit;
    let mut idle: Vec<&Task> = Vec::new();
    for (task, _) in &work.stale {
        let paths = slices::paths(unit, task);
        if paths.map_err(Failure::template)?.may_write.is_empty() {
            idle.push(task);
        }
    }
    let Some(first) = idle.first() else { return Ok(()) };
    let sources = &unit.project.loaded.sources;
    let at = first.section.first_line(&sources.get(first.section.file).text);
    let others = match idle.len() - 1 {
        0 => String::new(),
        more => format!(
            " and {} of `{}`",
            wording::plural(more, "other task"),
            unit.package.name
        ),
    };
    let message = format!(
        "there is no file that the task `{}`{others} may write for {}",
        first.id, unit.target.name
    );
    let found = Diagnostic::new(codes::NOTHING_TO_WRITE, at, message).help(
        "Give what is to be built a signature, which gives it a file; or set `targets: []` in the front matter of a spec that is not to be built.",
    );
    let sources = sources.clone();
    Err(Failure::because(
        FailureKind::Findings,
        FindingSubject::Plan,
        vec![found],
        sources,
    ))
}

/// An agent's work that nothing could judge is not asked for.
fn refuse_unjudgeable(work: &UnitWork<'_>) -> Result<(), Failure> {
    let package = work.unit.package;
    let has_golden = |task: &Task| {
        let mut operations = task.operations.iter();
        let slice = task.slice(package).into_iter();
        let mut scenarios = slice.flat_map(|slice| &slice.scenarios);
        operations.any(|at| package.cases_of(*at).next().is_some())
            || scenarios.any(|scenario| !scenario.todo)
    };
    let bare = work.stale.iter().find(|(task, _)| !has_golden(task));
    let Some((task, _)) = bare else { return Ok(()) };
    let place = work.unit.project.loaded.sources.place(task.section);
    let failure = Failure::findings(format!(
        "{place}: `{}` of `{}` has no {}, so nothing written for it could be judged",
        task.id,
        package.name,
        if slices::is_program(work.unit) {
            "scenario that is written"
        } else {
            "cases"
        }
    ));
    Err(failure.help(
        "Add cases or examples; or set `targets: []` in the front matter of a spec that is not to be built.",
    ))
}

/// The key that signs what builds keep: in the user's state folder. Where there is none, what they keep is judged again.
fn store_key(host: &Host) -> Option<StoreKey> {
    let variable = |name: &str| host.environment.variable(name).map(PathBuf::from);
    let absolute = |name: &str| variable(name).filter(|path| path.is_absolute());
    let state = absolute("XDG_STATE_HOME").or_else(|| Some(absolute("HOME")?.join(".local/state")))?;
    StoreKey::open(&state.join("ghostc")).ok()
}

/// Keeps the state folder out of version control without touching the project's own `.gitignore`.
fn ignore_state(project: &Project) {
    let files = &*project.host.files;
    let path = project.state().join(".gitignore");
    if !files.exists(&path) {
        // Where this fails, the build itself says that the folder cannot be written.
        write_state(files, &project.root, &path, "*\n").ok();
    }
}
