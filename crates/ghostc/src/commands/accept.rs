//! Make pending code golden, or keep what was edited by hand.

use crate::exit::{Exit, Failure, Outcome};
use crate::global::Global;
use crate::golden::DriftKind;
use crate::output::{self, plural};
use crate::pending::Pending;
use crate::progress::{self, line};
use crate::project::{Project, Unit};
use crate::settle::{self, NoVerdict};
use ghostc_plan::plan::Task;
use std::collections::BTreeMap;

/// Arguments of `ghostc accept`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Tasks; without any, all that wait
    tasks: Vec<String>,
    /// List what waits, with its changes
    #[arg(long, conflicts_with = "reject")]
    list: bool,
    /// Throw away what waits
    #[arg(long)]
    reject: bool,
    /// For these targets only
    #[arg(long, value_name = "NAME")]
    target: Vec<String>,
}

pub(crate) fn run(args: &Args, global: &Global) -> Outcome {
    global.format(&[])?;
    let project = Project::open(&[], &args.target, global)?;
    let units = project.units()?;
    let mut lock = project.lock.clone();
    let mut count = 0;
    for unit in &units {
        let waiting = waiting(unit, &args.tasks)?;
        let edited = edited(unit, &args.tasks);
        count += waiting.len() + edited.len();
        if args.list {
            output::print(&listing(unit, &waiting, &edited));
        } else if args.reject {
            for task in waiting.keys() {
                reject(unit, task)?;
                output::print(&line("rejected", &format!("{task} · {}", unit.target.name)));
            }
        } else if waiting.len() + edited.len() > 0 {
            accept(unit, &project, &mut lock, &waiting, &edited)?;
        }
    }
    if count == 0 {
        if !args.tasks.is_empty() {
            return Err(
                Failure::usage(format!("nothing waits for {}", args.tasks.join(", ")))
                    .help("List what waits with `ghostc accept --list`."),
            );
        }
        output::say("nothing waits to be accepted");
        return Ok(Exit::Fine);
    }
    if lock != project.lock {
        project.write_lock(&lock)?;
    }
    Ok(Exit::Fine)
}

/// The tasks of a unit that wait, built for the spec as it is now.
fn waiting(unit: &Unit<'_>, only: &[String]) -> Result<BTreeMap<String, Pending>, Failure> {
    let mut found = BTreeMap::new();
    for task in unit
        .graph
        .tasks
        .iter()
        .filter(|task| only.is_empty() || only.contains(&task.id))
    {
        let key = unit.keys.get(&task.id).map(|key| key.key.as_str());
        if let Some(pending) =
            Pending::read(unit, &task.id)?.filter(|pending| Some(pending.key.as_str()) == key)
        {
            found.insert(task.id.clone(), pending);
        }
    }
    Ok(found)
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
            (Some(_), DriftKind::Missing) => edited
                .obstacles
                .push((drift.text, "Run `ghostc build` to make it again.")),
            (Some(task), DriftKind::Edited) if only.is_empty() || only.contains(&task.id) => {
                edited.kept.push(drift.path)
            }
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
    Pending::remove(unit, task)
}

fn listing(unit: &Unit<'_>, waiting: &BTreeMap<String, Pending>, edited: &Edited) -> String {
    let mut out = String::new();
    for (task, pending) in waiting {
        out.push_str(&line("pending", &format!("{task} · {}", unit.target.name)));
        let old = unit.accepted(task);
        for (path, new) in &pending.files {
            let before = old.get(path).map_or("", String::as_str);
            let shown = format!("{}/{path}", unit.golden.shown);
            let diff = similar::TextDiff::from_lines(before, new);
            out.push_str(
                &diff
                    .unified_diff()
                    .header(&format!("a/{shown}"), &format!("b/{shown}"))
                    .to_string(),
            );
        }
    }
    for path in &edited.kept {
        out.push_str(&line("edited", &format!("{}/{path}", unit.golden.shown)));
    }
    for path in &edited.put_back {
        out.push_str(&line(
            "edited",
            &format!("{}/{path}: ghostc's own, will be put back", unit.golden.shown),
        ));
    }
    for (text, _) in &edited.obstacles {
        out.push_str(&line("drift", text));
    }
    out
}

/// Judges the whole with what waits in its place, and accepts it where it passes.
fn accept(
    unit: &Unit<'_>,
    project: &Project,
    lock: &mut ghostc_plan::lock::Lock,
    waiting: &BTreeMap<String, Pending>,
    edited: &Edited,
) -> Result<(), Failure> {
    if let Some((text, help)) = edited.obstacles.first() {
        return Err(Failure::findings(text).help(help));
    }
    let mut next = lock.clone();
    for (task, pending) in waiting {
        settle::accept_task(unit, &mut next, task, pending);
    }
    let mut code: BTreeMap<String, String> = BTreeMap::new();
    for task in &unit.graph.tasks {
        code.extend(
            waiting
                .get(&task.id)
                .map_or_else(|| unit.accepted(&task.id), |pending| pending.files.clone()),
        );
    }
    let operations = settle::accepted_operations(unit, &next);
    let verdict = match settle::judge_code(unit, &code, &operations) {
        Ok(verdict) => verdict,
        Err(NoVerdict::Build(text)) => return Err(Failure::findings(format!("{}: {text}", unit.name()))),
        Err(NoVerdict::Machine(text)) => return Err(Failure::machine(text)),
    };
    if !verdict.is_pass() {
        let text = format!(
            "{} does not pass, so nothing of it is accepted\n{}",
            unit.name(),
            progress::failures(&verdict, 10)
        );
        return Err(Failure::findings(text));
    }
    for text in settle::doubtful_ids(unit, lock) {
        output::say(line("doubtful", &text).trim_end());
    }
    *lock = next;
    let files = settle::golden_files(unit, lock, &code)?;
    settle::settle(unit, lock, &files, &verdict)?;
    project.write_lock(lock)?;
    for task in waiting.keys() {
        Pending::remove(unit, task)?;
    }
    let counts = [
        (waiting.len(), "task"),
        (edited.kept.len(), "edited file"),
        (edited.put_back.len(), "restored file"),
    ];
    let what: Vec<String> = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, noun)| plural(*count, noun))
        .collect();
    let what = what.join(", ");
    output::print(&line(
        "accepted",
        &format!("{}   {what}   {}", unit.golden.shown, progress::counts(&verdict)),
    ));
    Ok(())
}
