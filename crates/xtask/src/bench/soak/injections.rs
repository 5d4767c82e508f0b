//! Builds one of whose system calls fails: none may say that it succeeded where it did not, and a plain run afterwards
//! ends as if nothing had happened.
//!
//! `strace -b execve` follows the threads of ghostc and lets go of whatever it starts.

use super::Soak;
use super::calls::{self, CallKind, Failing, kinds, traced};
use super::processes::await_gone;
use super::project::{JOBS, Scene};
use super::sandbox::Sandbox;
use super::state::{Payments, State};
use crate::random::Random;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The operations of each of two packages.
const OPERATIONS: usize = 1;
/// What each build is asked.
const WORDS: &str = "build --accept";
/// What no build may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often it is tried to have a kind of call fail.
const TRIES: usize = 3;
/// Where builds begin: with nothing, and with accepted code and code that waits.
const SCENES: [Scene; 2] = [Scene::OneAttempt, Scene::Accepting];
/// How ghostc says that it has a bug.
const BUG: i32 = 70;

/// What the builds of one scene begin with, how they have to end, and what can fail on the way.
struct SceneOfCalls {
    scene: Scene,
    template: Sandbox,
    state: State,
    kinds: BTreeMap<CallKind, BTreeSet<usize>>,
}

/// Why no call can be made to fail.
pub(super) enum Obstacle {
    /// There is no strace.
    Missing,
    /// The system lets nobody look into a program, as in a container without that right.
    Forbidden(String),
}

impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Obstacle::Missing => f.write_str("there is no strace"),
            Obstacle::Forbidden(why) => write!(f, "this system lets no program be traced: {why}"),
        }
    }
}

/// Why no call can be made to fail here; nothing where it can.
pub(super) fn obstacle() -> Option<Obstacle> {
    let mut strace = Command::new("strace");
    let output = strace
        .args(["-f", "-b", "execve", "-o", "/dev/null", "true"])
        .output();
    let Ok(output) = output else {
        return Some(Obstacle::Missing);
    };
    let said = String::from_utf8_lossy(&output.stderr);
    let first = said.lines().next().unwrap_or_default();
    (!output.status.success()).then(|| Obstacle::Forbidden(first.to_string()))
}

/// Has so many calls fail, or each once; what to say of it.
pub(super) fn run(soak: &Soak, count: Option<usize>) -> Result<String, String> {
    if let Some(obstacle) = obstacle() {
        return Err(obstacle.to_string());
    }
    let begun = Instant::now();
    let mut scenes = Vec::new();
    for scene in SCENES {
        scenes.push(undisturbed(soak, scene)?);
    }
    let mut all = Vec::new();
    for (at, expected) in scenes.iter().enumerate() {
        for (kind, numbers) in &expected.kinds {
            all.extend(calls::errors(kind).into_iter().map(|error| Plan {
                at,
                kind,
                numbers,
                error,
            }));
        }
    }
    let known = all.len();
    let mut random = Random::new(soak.seed, 0);
    let mut chosen = Vec::new();
    while !all.is_empty() {
        chosen.push(all.swap_remove(random.below(all.len())));
    }
    let injections = Injections {
        soak,
        scenes: &scenes,
        plans: &chosen,
        next: AtomicUsize::new(0),
        runs: AtomicUsize::new(0),
        most: count.unwrap_or(usize::MAX),
        failed: Mutex::default(),
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let mut totals: Vec<CallTotals> = (0..threads).map(|_| CallTotals::default()).collect();
    std::thread::scope(|scope| {
        for totals in &mut totals {
            scope.spawn(|| injections.work(totals));
        }
    });
    let runs: usize = totals.iter().map(|totals| totals.runs).sum();
    let met = injections.failed().len();
    let found: Vec<String> = totals.into_iter().flat_map(|totals| totals.found).collect();
    if !found.is_empty() {
        let (found, count) = (found.join("\n"), found.len());
        return Err(format!("{count} of {runs} builds with a failing call:\n{found}"));
    }
    Ok(format!(
        "soak: {runs} builds with a failing system call, seed {}: {met} of {known} kinds of call and error were met; no false success, the same end after a plain run, nothing paid for again; {:.0} s",
        soak.seed,
        begun.elapsed().as_secs_f64()
    ))
}

/// A kind of call that shall fail in a scene.
struct Plan<'a> {
    at: usize,
    kind: &'a CallKind,
    numbers: &'a BTreeSet<usize>,
    error: &'static str,
}

/// What one thread has done.
#[derive(Default)]
struct CallTotals {
    runs: usize,
    found: Vec<String>,
}

struct Injections<'a> {
    soak: &'a Soak,
    scenes: &'a [SceneOfCalls],
    plans: &'a [Plan<'a>],
    next: AtomicUsize,
    runs: AtomicUsize,
    most: usize,
    /// What has failed in some build, by the scene and the error.
    failed: Mutex<BTreeSet<(usize, &'static str, CallKind)>>,
}

impl Injections<'_> {
    fn work(&self, totals: &mut CallTotals) {
        while let Some(plan) = self.plans.get(self.next.fetch_add(1, Ordering::Relaxed)) {
            // The number is that of a call in each thread, and another thread's may come first.
            for number in plan.numbers.iter().take(TRIES) {
                if self.has_failed(plan) {
                    break;
                }
                let call = Failing {
                    name: plan.kind.0.clone(),
                    error: plan.error.to_string(),
                    number: *number,
                };
                let Some(expected) = self.scenes.get(plan.at) else {
                    break;
                };
                if self.runs.fetch_add(1, Ordering::Relaxed) >= self.most {
                    return;
                }
                totals.runs += 1;
                match injected(self.soak, expected, &call) {
                    Ok(kinds) => {
                        let can_end_so = |kind: &CallKind| calls::errors(kind).contains(&plan.error);
                        let kinds = kinds.into_iter().filter(can_end_so);
                        let kinds = kinds.map(|kind| (plan.at, plan.error, kind));
                        self.failed().extend(kinds);
                    }
                    Err(problem) => {
                        totals.found.push(problem);
                        break;
                    }
                }
            }
        }
    }

    fn failed(&self) -> MutexGuard<'_, BTreeSet<(usize, &'static str, CallKind)>> {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn has_failed(&self, plan: &Plan<'_>) -> bool {
        self.failed().contains(&(plan.at, plan.error, plan.kind.clone()))
    }
}

/// Has one call fail, in every scene.
pub(super) fn run_one(soak: &Soak, call: &str) -> Result<(), String> {
    let call = call.parse()?;
    for scene in SCENES {
        injected(soak, &undisturbed(soak, scene)?, &call)?;
        println!("{scene:?}: {call} is fine");
    }
    Ok(())
}

fn undisturbed(soak: &Soak, scene: Scene) -> Result<SceneOfCalls, String> {
    let template = scene.prepare(soak, soak.scratch.join(format!("calls-{scene:?}")), OPERATIONS)?;
    let sandbox = template.copy(soak.scratch.join(format!("traced-{scene:?}")))?;
    let trace = sandbox.root.with_extension("trace");
    let mut strace = strace(soak, &sandbox, &trace);
    strace.arg("-e").arg(format!("trace={}", traced()));
    let (status, said) = build(soak, strace, &sandbox)?;
    if !status.success() {
        return Err(format!("an undisturbed build ended with {status}:\n{said}"));
    }
    sandbox.end(soak, WORDS)?;
    let text = fs::read(&trace).map_err(|error| format!("cannot read {}: {error}", trace.display()))?;
    let state = State::of(&sandbox)?;
    sandbox.remove()?;
    Ok(SceneOfCalls {
        scene,
        template,
        state,
        kinds: kinds(&String::from_utf8_lossy(&text)),
    })
}

fn strace(soak: &Soak, sandbox: &Sandbox, trace: &Path) -> Command {
    let mut strace = sandbox.command(soak, Path::new("strace"));
    strace
        .args(["-f", "-qq", "-y", "-s", "0", "-b", "execve", "-o"])
        .arg(trace);
    strace
}

/// Builds under strace: how that ended, and what was said.
fn build(soak: &Soak, mut strace: Command, sandbox: &Sandbox) -> Result<(ExitStatus, String), String> {
    let path = sandbox.root.with_extension("said");
    let file =
        fs::File::create(&path).map_err(|error| format!("cannot create {}: {error}", path.display()))?;
    strace.arg(&soak.ghostc).args(WORDS.split(' '));
    strace.stdout(Stdio::null()).stderr(file);
    let mut child = strace
        .spawn()
        .map_err(|error| format!("cannot start strace: {error}"))?;
    let begun = Instant::now();
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) if begun.elapsed() < PATIENCE => std::thread::sleep(Duration::from_millis(5)),
            Ok(None) => {
                let _killed = child.kill().and_then(|()| child.wait());
                return Err(format!("it does not end within {} s", PATIENCE.as_secs()));
            }
            Err(error) => return Err(format!("cannot wait for strace: {error}")),
        }
    };
    let said = fs::read(&path).unwrap_or_default();
    Ok((status, String::from_utf8_lossy(&said).into_owned()))
}

/// Has one call of a build fail, and runs it again; the kinds of the calls that have failed.
fn injected(soak: &Soak, expected: &SceneOfCalls, call: &Failing) -> Result<BTreeSet<CallKind>, String> {
    let name = format!("{:?}-{call}", expected.scene).replace(':', "-");
    let sandbox = expected.template.copy(soak.scratch.join(name))?;
    let done = after_injection(soak, expected, call, &sandbox);
    let trace = fs::read(sandbox.root.with_extension("trace")).unwrap_or_default();
    let kinds = calls::injected(&String::from_utf8_lossy(&trace));
    // A call of another thread that has the same number, and cannot end so.
    let is_possible = |kind: &CallKind| calls::errors(kind).contains(&call.error.as_str());
    if kinds.iter().all(is_possible) {
        done.map_err(|problem| {
            let again = format!("again: cargo xtask bench soak --inject {call}");
            format!("{call} ({:?}): {problem}\n{again}", expected.scene)
        })?;
    }
    for extension in ["trace", "said"] {
        let _there = fs::remove_file(sandbox.root.with_extension(extension));
    }
    sandbox.remove()?;
    Ok(kinds)
}

fn after_injection(
    soak: &Soak,
    expected: &SceneOfCalls,
    call: &Failing,
    sandbox: &Sandbox,
) -> Result<(), String> {
    let mut payments = Payments::new(sandbox);
    let mut strace = strace(soak, sandbox, &sandbox.root.with_extension("trace"));
    strace
        .arg("-e")
        .arg(format!("trace={}", call.name))
        .arg("-e")
        .arg(call.to_argument());
    let (status, said) = build(soak, strace, sandbox)?;
    let is_bug = status.code() == Some(BUG) || status.signal().is_some();
    if is_bug {
        return Err(format!("it ended with {status}:\n{said}"));
    }
    await_gone(&sandbox.root)?;
    payments.check(sandbox, &|_| true, JOBS)?;
    if status.success() {
        // What it has done must be all: a locked build has nothing to say against it.
        sandbox
            .run(soak, "build --locked")
            .map_err(|problem| format!("a false success: {problem}"))?;
    }
    sandbox
        .end(soak, WORDS)
        .map_err(|problem| format!("{problem}\nafter:\n{said}"))?;
    payments.settle(sandbox, expected.scene.turns(OPERATIONS))?;
    let difference = State::of(sandbox)?.differs_from(&expected.state);
    difference.map_or(Ok(()), |difference| Err(format!("{difference}\nafter:\n{said}")))
}
