//! Accepting: code that waits becomes golden, or what was edited by hand is kept.

use crate::event::{AcceptEvent, Event, Listener};
use crate::failure::Failure;
use crate::golden::DriftKind;
use crate::host::Host;
use crate::judging::{NoVerdict, judge_whole};
use crate::pending_code::PendingCode;
use crate::project::{self, Project, Unit};
use crate::settle;
use crate::slices;
use crate::wording::failing_cases;
use crate::writers::SettleLock;
use ghostc_plan::lock::Lock;
use ghostc_plan::plan::Task;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// What becomes of code that waits.
#[derive(Clone, Debug, Default)]
pub struct AcceptRequest {
    /// Tasks; without any, all that wait.
    pub tasks: Vec<String>,
    /// The targets; without any, those of the packages.
    pub targets: Vec<String>,
    /// What is done.
    pub action: AcceptAction,
    /// The project's folder; nothing for the one that the current folder lies in.
    pub project: Option<PathBuf>,
}

/// What is done with code that waits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AcceptAction {
    /// It becomes golden, if it passes.
    #[default]
    Accept,
    /// It becomes golden, if it passes, and so does accepted code of tasks that are stale: it is code for what the spec
    /// says now.
    Keep,
    /// It is thrown away.
    Reject,
    /// Nothing: it is only listed.
    List,
}

/// What waited.
pub struct AcceptReport {
    /// How many tasks and files there were.
    pub count: usize,
    /// What waits for each package and target, where it was to be listed.
    pub waiting: Vec<WaitingCode>,
}

/// What waits for a package and a target.
#[derive(Clone, Debug)]
pub struct WaitingCode {
    /// The target.
    pub target: String,
    /// The folder of accepted code, as shown.
    pub folder: String,
    /// The tasks.
    pub tasks: Vec<WaitingTask>,
    /// Files of tasks that were edited by hand.
    pub edited: Vec<String>,
    /// Files of ghostc's own that were edited by hand.
    pub restored: Vec<String>,
    /// What stands against accepting anything, as sentences.
    pub obstacles: Vec<String>,
}

/// A task whose code waits.
#[derive(Clone, Debug)]
pub struct WaitingTask {
    /// The task.
    pub task: String,
    /// The accepted text and the new one of each of its files, by path.
    pub files: BTreeMap<String, (String, String)>,
}

/// Accepts, throws away or lists what waits.
///
/// # Errors
/// Fails where the project has errors, where the code does not pass, and where a named task has nothing that waits.
pub fn accept(
    request: &AcceptRequest,
    host: &Host,
    listener: &mut Listener<'_>,
) -> Result<AcceptReport, Failure> {
    let at = (request.project.as_deref(), host);
    let writes = request.action != AcceptAction::List;
    let root = project::require_root(request.project.as_deref(), host)?;
    let _settling = writes.then(|| SettleLock::begin(&root, host)).transpose()?;
    let project = Project::open(&[], &request.targets, at, listener)?;
    let units = project.units()?;
    let mut lock = project.lock.clone();
    let mut report = AcceptReport {
        count: 0,
        waiting: Vec::new(),
    };
    for unit in &units {
        let mut waiting = waiting(unit, &request.tasks)?;
        if slices::is_program(unit) && !waiting.is_empty() {
            waiting = along_line(unit, &waiting, request.action == AcceptAction::Reject)?;
        }
        if request.action == AcceptAction::Keep {
            for (task, code) in kept(unit, &request.tasks) {
                waiting.entry(task).or_insert(code);
            }
        }
        let edited = edited(unit, &request.tasks);
        let count = waiting.len() + edited.len();
        report.count += count;
        match request.action {
            AcceptAction::List => report.waiting.push(listed(unit, &waiting, edited)),
            AcceptAction::Reject => {
                for task in waiting.keys() {
                    reject(unit, task)?;
                    let target = &unit.target.name;
                    listener(Event::Accept(AcceptEvent::Rejected { task, target }));
                }
            }
            AcceptAction::Accept | AcceptAction::Keep if count > 0 => {
                accept_unit(unit, &project, &mut lock, &waiting, &edited, listener)?;
            }
            AcceptAction::Accept | AcceptAction::Keep => {}
        }
    }
    if report.count == 0 && !request.tasks.is_empty() {
        return Err(
            Failure::usage(format!("nothing waits for {}", request.tasks.join(", ")))
                .help("List what waits with `ghostc accept --list`."),
        );
    }
    if lock != project.lock {
        project.write_lock(&lock)?;
    }
    Ok(report)
}

/// What waits, as data.
fn listed(unit: &Unit<'_>, waiting: &BTreeMap<String, PendingCode>, edited: Edited) -> WaitingCode {
    let tasks = waiting.iter().map(|(task, pending)| {
        let is_program = slices::is_program(unit);
        let old = if is_program {
            slices::line(unit, waiting, Some(task))
        } else {
            unit.accepted(task)
        };
        let text = |(path, new): (&String, &String)| {
            let before = old.get(path).cloned().unwrap_or_default();
            (path.clone(), (before, new.clone()))
        };
        WaitingTask {
            task: task.clone(),
            files: if is_program {
                slices::changed(&old, &pending.files).iter().map(text).collect()
            } else {
                pending.files.iter().map(text).collect()
            },
        }
    });
    WaitingCode {
        target: unit.target.name.clone(),
        folder: unit.golden.shown.clone(),
        tasks: tasks.collect(),
        edited: edited.kept,
        restored: edited.put_back,
        obstacles: edited.obstacles.into_iter().map(|(text, _)| text).collect(),
    }
}

/// The tasks of a unit that wait, built for the spec as it is now.
fn waiting(unit: &Unit<'_>, only: &[String]) -> Result<BTreeMap<String, PendingCode>, Failure> {
    let mut found = BTreeMap::new();
    for task in unit.graph.tasks.iter().filter(|task| is_meant(unit, task, only)) {
        let key = unit.keys.get(&task.id).map(|key| key.key.as_str());
        if let Some(pending) =
            PendingCode::read(unit, &task.id)?.filter(|pending| Some(pending.key.as_str()) == key)
        {
            found.insert(task.id.clone(), pending);
        }
    }
    Ok(found)
}

/// What goes with some slices that wait: trees that wait are one line, so that a slice is accepted with what it was built on,
/// and thrown away with what was built on it.
fn along_line(
    unit: &Unit<'_>,
    named: &BTreeMap<String, PendingCode>,
    is_rejected: bool,
) -> Result<BTreeMap<String, PendingCode>, Failure> {
    let mut all = waiting(unit, &[])?;
    let order: Vec<&str> = slices::in_order(unit).map(|task| task.id.as_str()).collect();
    let first = order.iter().position(|id| named.contains_key(*id));
    let last = order.iter().rposition(|id| named.contains_key(*id));
    let goes = |id: &String| {
        let at = order.iter().position(|other| other == id);
        if is_rejected { at >= first } else { at <= last }
    };
    all.retain(|id, _| goes(id));
    Ok(all)
}

/// The accepted code of the tasks of a unit that are stale, as candidates for what the spec says now.
fn kept(unit: &Unit<'_>, only: &[String]) -> BTreeMap<String, PendingCode> {
    let tasks = unit.graph.tasks.iter().filter(|task| is_meant(unit, task, only));
    let stale = tasks.filter(|task| !unit.differences(task).is_empty());
    let code = stale.filter_map(|task| {
        let (locked, key) = (unit.locked_task(&task.id)?, unit.keys.get(&task.id)?);
        let files = unit.accepted(&task.id);
        let is_whole = files.len() == locked.files.len();
        let is_program = slices::is_program(unit);
        let code = PendingCode {
            key: key.key.clone(),
            files: if is_program { slices::tree(unit) } else { files },
            agent: locked.agent.clone(),
            attempts: locked.attempts,
            tokens: locked.tokens,
        };
        is_whole.then(|| (task.id.clone(), code))
    });
    code.collect()
}

/// Whether a task is one of those that are named; without any, all are meant.
fn is_meant(unit: &Unit<'_>, task: &Task, only: &[String]) -> bool {
    let means = |name: &String| project::means_task(name, unit.package, &task.id);
    only.is_empty() || only.iter().any(means)
}

/// What people did to accepted files.
#[derive(Default)]
struct Edited {
    /// Code of tasks that was edited, and is kept.
    kept: Vec<String>,
    /// Files that ghostc writes, and puts back.
    put_back: Vec<String>,
    /// What stands against accepting anything, and what to do about it.
    obstacles: Vec<(String, &'static str)>,
}

impl Edited {
    fn len(&self) -> usize {
        self.kept.len() + self.put_back.len() + self.obstacles.len()
    }
}

fn edited(unit: &Unit<'_>, only: &[String]) -> Edited {
    let locked = unit.locked();
    let owner = |path: &String| {
        let of = |task: &&Task| {
            unit.locked_task(&task.id)
                .is_some_and(|locked| locked.files.contains(path))
        };
        unit.graph.tasks.iter().find(of)
    };
    let mut edited = Edited::default();
    for drift in unit.golden.drift(locked) {
        match (owner(&drift.path), drift.kind) {
            (_, DriftKind::Added) => edited.obstacles.push((
                drift.text,
                "Move it out of `golden`, or delete it: accepting would.",
            )),
            (Some(_), DriftKind::Edited) if drift.only_line_ends => edited
                .obstacles
                .push((drift.text, "What git converted is not what passed.")),
            (Some(_), DriftKind::Missing) => edited
                .obstacles
                .push((drift.text, "Run `ghostc build` to make it again.")),
            (Some(task), DriftKind::Edited) if is_meant(unit, task, only) => edited.kept.push(drift.path),
            (Some(_), DriftKind::Edited) => edited.obstacles.push((
                drift.text,
                "Name its task too, or take the file from version control.",
            )),
            (None, DriftKind::Edited | DriftKind::Missing) => edited.put_back.push(drift.path),
        }
    }
    edited
}

/// Forgets what waits, and that it was ever made: the next build asks an agent again.
fn reject(unit: &Unit<'_>, task: &str) -> Result<(), Failure> {
    let key = unit.keys.get(task).map_or("", |key| &key.key);
    ghostc_run::forget(
        &unit.project.state(),
        [&unit.package.name, &unit.target.name, task, key],
    )
    .map_err(Failure::machine)?;
    PendingCode::remove(unit, task)
}

/// Judges the whole with what waits in its place, and accepts it where it passes.
fn accept_unit(
    unit: &Unit<'_>,
    project: &Project,
    lock: &mut Lock,
    waiting: &BTreeMap<String, PendingCode>,
    edited: &Edited,
    listener: &mut Listener<'_>,
) -> Result<(), Failure> {
    if let Some((text, help)) = edited.obstacles.first() {
        return Err(Failure::findings(text).help(help));
    }
    let mut next = lock.clone();
    let code = settle::take_new(unit, &mut next, waiting);
    let verdict = match judge_whole(unit, &next, &code) {
        Ok(verdict) => verdict,
        Err(NoVerdict::Build(text)) => return Err(Failure::findings(format!("{}: {text}", unit.name()))),
        Err(NoVerdict::Machine(text)) => return Err(Failure::machine(text)),
    };
    if !verdict.is_pass() {
        let text = format!(
            "{} does not pass, so nothing of it is accepted\n{}",
            unit.name(),
            failing_cases(&verdict, 10)
        );
        return Err(Failure::findings(text));
    }
    for text in settle::doubtful_ids(unit, lock) {
        listener(Event::Accept(AcceptEvent::DoubtfulId(&text)));
    }
    *lock = next;
    let files = settle::golden_files(unit, lock, &code)?;
    settle::settle(unit, lock, &files, &verdict)?;
    project.write_lock(lock)?;
    for task in waiting.keys() {
        PendingCode::remove(unit, task)?;
    }
    listener(Event::Accept(AcceptEvent::Accepted {
        folder: &unit.golden.shown,
        tasks: waiting.len(),
        edited: edited.kept.len(),
        restored: edited.put_back.len(),
        verdict: &verdict,
    }));
    Ok(())
}
