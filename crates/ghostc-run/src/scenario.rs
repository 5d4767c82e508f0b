//! One scenario, played: its programs in a seal of their own, its fakes, its requests and its files, in the order in which
//! things happen.
//!
//! What is to be done says the interpreter, which is pure; here it is done, and what comes of it is told. All that is
//! inside is dead, and its folder gone, when [`play`] returns. A fake, a socket or a process of ours that fails is told as
//! such and is never a verdict.

mod actions;
mod calls;
mod channel;
mod clock;
mod commands;
mod elastic;
mod events;
mod folder;
pub(crate) mod golden;
mod http;
mod programs;
mod seal;
mod stub;
mod stub_wire;
mod wire;

pub(crate) use seal::{SEAL, seal};
pub(crate) use stub::stub;
pub(crate) use stub_wire::STUB;

use crate::harness::ResourceLimits;
use crate::launch::launcher;
use crate::private::sweep;
use actions::ActionRunner;
use calls::Calls;
use channel::{Seal, SealChannel};
use commands::{FakeCommands, identity};
use events::Events;
use folder::ScenarioFolder;
use ghostc_judge::play::{Action, Event, Play, PlayEnd, Seen, Surroundings};
use ghostc_judge::script::{FakeKind, Script};
use seal::SealLevel;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, Once, TryLockError};
use std::time::{Duration, Instant};
use tokio::net::UnixListener;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::task::{LocalSet, spawn_local, yield_now};
use tokio::time::{MissedTickBehavior, interval};

/// How long it takes at most until an interrupt is noticed.
const TICK: Duration = Duration::from_millis(50);

/// Through how many hands goes what a played command says, from the system to the interpreter.
const HOPS: usize = 4;

/// Scenarios without a network of their own are played one after the other, as they may want the same ports.
static UNSEALED: Mutex<()> = Mutex::new(());

/// One scenario that is to be played.
pub(crate) struct ScenarioRequest<'a> {
    /// What it does.
    pub(crate) script: &'a Arc<Script>,
    /// The program under test: its file, and the arguments that always come first.
    pub(crate) program: &'a [String],
    /// Variables for it, besides the usual ones.
    pub(crate) env: &'a BTreeMap<String, String>,
    /// A folder in which nobody inside writes, where the system can see to it.
    pub(crate) frozen: Option<&'a Path>,
    /// How many milliseconds `t` has.
    pub(crate) t: u64,
    /// What new words are made from.
    pub(crate) seed: u64,
    /// What all that is inside may use together.
    pub(crate) limits: ResourceLimits,
    /// The longest that all of it may take. Steps have limits of their own, so that this one is for what nobody thought of.
    pub(crate) time: Duration,
    /// Where the scenario's folder is put at its end; it is removed where this is nothing.
    pub(crate) keep: Option<&'a Path>,
    /// Whether what steps see that expect nothing is recorded: a program may end there in any way.
    pub(crate) record: bool,
    /// Ends it early where it is set.
    pub(crate) stop: &'a AtomicBool,
}

/// What became of a scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct ScenarioResult {
    /// How it ended.
    pub end: PlayEnd,
    /// What of the seal could not be made, as words about scenarios: "they run …".
    pub unsealed: Option<String>,
    /// Where its folder is, where it was to be kept and could be.
    pub folder: Option<PathBuf>,
    /// What was seen in steps that expect nothing.
    pub seen: Vec<Seen>,
}

/// Whoever says what is to be done.
trait Interpreter {
    /// What is to be done now that this has happened; times are microseconds since the beginning.
    fn step(&mut self, now: u64, event: Event) -> Vec<Action>;

    /// How the scenario ended, once it has.
    fn end(&self) -> Option<PlayEnd>;

    /// What was seen in steps that expect nothing.
    fn seen(&self) -> Vec<Seen>;
}

impl Interpreter for Play {
    fn step(&mut self, now: u64, event: Event) -> Vec<Action> {
        Play::step(self, now, event)
    }

    fn end(&self) -> Option<PlayEnd> {
        Play::end(self).cloned()
    }

    fn seen(&self) -> Vec<Seen> {
        Play::seen(self).to_vec()
    }
}

/// Plays a scenario to its end. It takes its thread; others may play others at the same time.
pub(crate) fn play(request: &ScenarioRequest<'_>) -> ScenarioResult {
    play_with(request, &SealLevel::ALL, |surroundings| {
        Play::new(Arc::clone(request.script), surroundings)
    })
}

/// The same with levels of the seal to try, and with whoever says what is to be done.
fn play_with<I: Interpreter>(
    request: &ScenarioRequest<'_>,
    levels: &[SealLevel],
    interpreter: impl FnOnce(Surroundings) -> I,
) -> ScenarioResult {
    let mut result = ScenarioResult {
        end: PlayEnd::Broken(String::new()),
        unsealed: None,
        folder: None,
        seen: Vec::new(),
    };
    result.end = match prepare(request, levels) {
        Ok(mut stage) => {
            result.unsealed = stage.unsealed.take();
            let end = stage.play(request, interpreter, &mut result.seen);
            stage.seal.end(false);
            let kept = request.keep.filter(|keep| stage.folder.keep(keep).is_ok());
            result.folder = kept.map(Path::to_path_buf);
            end.unwrap_or_else(PlayEnd::Broken)
        }
        Err(why) => PlayEnd::Broken(why),
    };
    result
}

/// What is there before anything happens.
struct Stage {
    // What is inside ends before its folder does.
    seal: Seal,
    socket: Option<UnixStream>,
    folder: ScenarioFolder,
    unsealed: Option<String>,
    _alone: Option<MutexGuard<'static, ()>>,
}

fn prepare(request: &ScenarioRequest<'_>, levels: &[SealLevel]) -> Result<Stage, String> {
    static SWEPT: Once = Once::new();
    SWEPT.call_once(sweep);
    let program = launcher().ok_or("there is no launcher")?;
    let folder = ScenarioFolder::create(program).map_err(|error| error.to_string())?;
    let mut env = folder.environment();
    let more = request.env.iter();
    env.extend(more.map(|(name, value)| (name.into(), value.into())));
    let started = Seal::start(levels, folder.own(), &env, request.frozen, request.limits);
    let (seal, socket, level, unsealed) = started.map_err(|why| format!("cannot seal a scenario: {why}"))?;
    let alone = match level {
        SealLevel::All | SealLevel::Network => None,
        SealLevel::Folder => Some(wait_for_turn(request.stop)?),
    };
    Ok(Stage {
        seal,
        socket: Some(socket),
        folder,
        unsealed,
        _alone: alone,
    })
}

/// Waits until no other scenario is played that has no network of its own.
fn wait_for_turn(stop: &AtomicBool) -> Result<MutexGuard<'static, ()>, String> {
    loop {
        match UNSEALED.try_lock() {
            Ok(turn) => return Ok(turn),
            Err(TryLockError::Poisoned(turn)) => return Ok(turn.into_inner()),
            Err(TryLockError::WouldBlock) if stop.load(Ordering::Relaxed) => return Err(interrupted()),
            Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(2)),
        }
    }
}

fn interrupted() -> String {
    "it was interrupted".to_string()
}

impl Stage {
    fn play<I: Interpreter>(
        &mut self,
        request: &ScenarioRequest<'_>,
        interpreter: impl FnOnce(Surroundings) -> I,
        seen: &mut Vec<Seen>,
    ) -> Result<PlayEnd, String> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| format!("cannot wait for anything: {error}"))?;
        let local = LocalSet::new();
        // The tasks are gone with the set, and with them all that they hold.
        local.block_on(&runtime, self.follow(request, interpreter, seen))
    }

    async fn follow<I: Interpreter>(
        &mut self,
        request: &ScenarioRequest<'_>,
        interpreter: impl FnOnce(Surroundings) -> I,
        seen: &mut Vec<Seen>,
    ) -> Result<PlayEnd, String> {
        let (events, mut queue) = Events::begin();
        let socket = self.socket.take().ok_or("a scenario is played once")?;
        let begun = SealChannel::begin(socket, events.clone());
        let (channel, mut gone) = begun.map_err(|error| format!("cannot use the seal: {error}"))?;
        let calls = Calls::new(events.clone());
        let fakes = self.begin_fakes(request.script, &channel, &calls).await?;
        let mut interpreter = interpreter(Surroundings {
            t: request.t,
            folder: self.folder.own().display().to_string(),
            fakes,
            seed: request.seed,
            program: request.program.to_vec(),
            is_recording: request.record,
        });
        let runner = ActionRunner::new(&self.folder, channel, calls, events.clone());
        events.tell(Event::Began);
        let deadline = events.begun() + request.time;
        let (mut tick, mut now) = (interval(TICK), 0);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                biased;
                _ = tick.tick() => {
                    if request.stop.load(Ordering::Relaxed) {
                        return Err(interrupted());
                    }
                    if Instant::now() >= deadline {
                        let most = request.time.as_secs();
                        return Err(format!("it took longer than {most} s, though each step has a limit"));
                    }
                }
                _ = &mut gone, if !gone.is_terminated() => runner.seal_is_gone(&mut self.seal),
                Some(first) = queue.recv() => {
                    for (at, event) in in_their_order(first, &mut queue).await {
                        now = now.max(at);
                        for action in interpreter.step(now, event) {
                            runner.act(action);
                        }
                        if let Some(end) = interpreter.end() {
                            *seen = interpreter.seen();
                            return Ok(end);
                        }
                    }
                }
            }
        }
    }

    /// Starts all fakes; where each is.
    async fn begin_fakes(
        &self,
        script: &Script,
        channel: &SealChannel,
        calls: &Rc<Calls>,
    ) -> Result<BTreeMap<String, String>, String> {
        let (mut places, mut commands) = (BTreeMap::new(), Vec::new());
        for (name, fake) in &script.fakes {
            let cannot = |why: String| format!("cannot play `{name}`: {why}");
            let place = match &fake.kind {
                FakeKind::Http(_) => {
                    let socket = channel.socket(false).await;
                    let listening = socket.and_then(http::listen);
                    let (listener, url) = listening.map_err(|error| cannot(error.to_string()))?;
                    spawn_local(http::serve(name.clone(), listener, Rc::clone(calls)));
                    url
                }
                FakeKind::Command(_) | FakeKind::Conversation(_) => {
                    let written = self.folder.write_script(commands.len(), name);
                    let path = written.map_err(|error| cannot(error.to_string()))?;
                    commands.push((name.clone(), matches!(fake.kind, FakeKind::Conversation(_))));
                    path.display().to_string()
                }
            };
            places.insert(name.clone(), place);
        }
        if !commands.is_empty() {
            let cannot = |error: std::io::Error| format!("commands cannot be played: {error}");
            let program = launcher().ok_or("there is no launcher")?;
            let fakes = Rc::new(FakeCommands {
                fakes: commands,
                program: identity(program).map_err(cannot)?,
                calls: Rc::clone(calls),
                children: RefCell::default(),
            });
            let listener = UnixListener::bind(self.folder.socket()).map_err(cannot)?;
            spawn_local(fakes.listen(listener));
        }
        Ok(places)
    }
}

/// An event, and those that have come to this process before it and are told after it. What played commands say of
/// themselves is said before anybody can have seen it, and so comes first.
async fn in_their_order(
    first: (u64, Event),
    queue: &mut UnboundedReceiver<(u64, Event)>,
) -> Vec<(u64, Event)> {
    for _ in 0..HOPS {
        yield_now().await;
    }
    let mut events = vec![first];
    events.extend(std::iter::from_fn(|| queue.try_recv().ok()));
    let is_of_fake = |event: &Event| match event {
        Event::Called { .. }
        | Event::LineCame { .. }
        | Event::CallEnded { .. }
        | Event::ChildEnded { .. } => true,
        Event::Began
        | Event::FileDone(_)
        | Event::FilesRead(_)
        | Event::Printed { .. }
        | Event::Ended { .. }
        | Event::Counted(_)
        | Event::Answered { .. }
        | Event::NotAnswered { .. }
        | Event::Woke
        | Event::Broken(_) => false,
    };
    events.sort_by_key(|(_, event)| !is_of_fake(event));
    events
}

#[cfg(test)]
mod tests;
