//! Two ghostcs at once that are killed with SIGKILL, alone or with their groups, and started again.

use super::Soak;
use super::processes::{await_gone, reap};
use super::project::{JOBS, Scene};
use super::sandbox::Sandbox;
use super::state::{Payments, State, begun_turns, ended_turns};
use crate::random::Random;
use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use std::fs::{self, File};
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// The operations of each of two packages.
const OPERATIONS: usize = 45;
/// The kills of a round: after them it runs to its end.
const KILLS_OF_A_ROUND: u64 = 12;
/// What nothing that goes on may take.
const PATIENCE: Duration = Duration::from_secs(300);
const TICK: Duration = Duration::from_micros(500);

/// What the rounds of one scene begin with, and how they have to end.
struct SceneOfKills {
    scene: Scene,
    template: Sandbox,
    state: State,
    /// How long the two take one after the other where nobody kills them.
    wall: Duration,
}

/// What happened in all rounds.
#[derive(Default)]
struct KillTotals {
    rounds: u64,
    kills: u64,
    /// Kills of whole groups.
    groups: u64,
    turns: usize,
    lost: usize,
}

/// Kills so often, in rounds that begin with number `first`; what to say of it.
pub(super) fn run(soak: &Soak, kills: u64, first: u64) -> Result<String, String> {
    let begun = Instant::now();
    let mut expected = Vec::new();
    for scene in Scene::ALL {
        expected.push(undisturbed(soak, scene)?);
    }
    let mut totals = KillTotals::default();
    let mut round = first;
    while totals.kills < kills {
        let of_scene = usize::try_from(round).unwrap_or_default() % expected.len();
        let Some(expected) = expected.get(of_scene) else {
            break;
        };
        let most = KILLS_OF_A_ROUND.min(kills - totals.kills);
        Round::run(soak, expected, round, most, &mut totals).map_err(|problem| {
            format!(
                "round {round} ({:?}): {problem}\nagain: cargo xtask bench soak --seed {} --first {round} --kills {most} --injections 0",
                expected.scene, soak.seed
            )
        })?;
        totals.rounds += 1;
        round += 1;
    }
    Ok(format!(
        "soak: {} kills ({} of whole groups) in {} rounds of {} tasks, seed {}: {} turns of agents, {} of them lost to a kill, none paid for again; {:.0} s",
        totals.kills,
        totals.groups,
        totals.rounds,
        2 * OPERATIONS,
        soak.seed,
        totals.turns,
        totals.lost,
        begun.elapsed().as_secs_f64()
    ))
}

fn undisturbed(soak: &Soak, scene: Scene) -> Result<SceneOfKills, String> {
    let template = scene.prepare(soak, soak.scratch.join(format!("{scene:?}")), OPERATIONS)?;
    let sandbox = template.copy(soak.scratch.join("undisturbed"))?;
    let before = begun_turns(&sandbox).len();
    let begun = Instant::now();
    for (words, _) in scene.writers() {
        sandbox.run(soak, words)?;
    }
    let wall = begun.elapsed();
    end(soak, scene, &sandbox)?;
    let turns = begun_turns(&sandbox).len() - before;
    if turns != scene.turns(OPERATIONS) {
        return Err(format!("agents were asked {turns} times in {scene:?}"));
    }
    let state = State::of(&sandbox)?;
    sandbox.remove()?;
    Ok(SceneOfKills {
        scene,
        template,
        state,
        wall,
    })
}

/// Runs what is left to its end.
fn end(soak: &Soak, scene: Scene, sandbox: &Sandbox) -> Result<(), String> {
    if scene == Scene::Accepting {
        sandbox.run(soak, "accept")?;
    }
    sandbox.end(soak, "build")
}

/// One of the two.
struct Writer {
    words: &'static str,
    /// How the names of its tasks begin.
    tasks: &'static str,
    child: Option<Child>,
    is_done: bool,
}

impl Writer {
    fn id(&self) -> Option<u32> {
        self.child.as_ref().map(Child::id)
    }

    fn start(&mut self, soak: &Soak, sandbox: &Sandbox) -> Result<(), String> {
        if self.child.is_some() || self.is_done {
            return Ok(());
        }
        let mut command: Command = sandbox.command(soak, &soak.ghostc);
        command.args(self.words.split(' ')).process_group(0);
        let said = self.said(sandbox);
        let file =
            File::create(&said).map_err(|error| format!("cannot create {}: {error}", said.display()))?;
        command.stdout(Stdio::null()).stderr(file);
        let child = command
            .spawn()
            .map_err(|error| format!("cannot start {}: {error}", soak.ghostc.display()))?;
        self.child = Some(child);
        Ok(())
    }

    /// Where what it says is kept.
    fn said(&self, sandbox: &Sandbox) -> PathBuf {
        sandbox.root.with_extension(self.tasks)
    }

    fn failure(&self, sandbox: &Sandbox, status: ExitStatus) -> String {
        let said = fs::read_to_string(self.said(sandbox)).unwrap_or_default();
        format!("`ghostc {}` ended with {status}:\n{said}", self.words)
    }

    /// Takes note of its end, which nobody has caused.
    fn look(&mut self, sandbox: &Sandbox) -> Result<(), String> {
        let Some(child) = &mut self.child else {
            return Ok(());
        };
        match child.try_wait() {
            Ok(None) => Ok(()),
            Ok(Some(status)) if status.success() => {
                self.is_done = true;
                self.child = None;
                Ok(())
            }
            Ok(Some(status)) => Err(self.failure(sandbox, status)),
            Err(error) => Err(format!("cannot wait for ghostc: {error}")),
        }
    }

    /// Kills it, where it is not faster; whether it was killed.
    fn kill(&mut self, sandbox: &Sandbox, with_group: bool) -> Result<bool, String> {
        let Some(mut child) = self.child.take() else {
            return Ok(false);
        };
        let process = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
        let _it_may_have_ended = process.map(|process| {
            if with_group {
                kill_process_group(process, Signal::KILL)
            } else {
                kill_process(process, Signal::KILL)
            }
        });
        let status = child
            .wait()
            .map_err(|error| format!("cannot wait for ghostc: {error}"))?;
        if status.signal() == Some(Signal::KILL.as_raw()) {
            return Ok(true);
        }
        self.is_done = status.success();
        if self.is_done {
            return Ok(false);
        }
        Err(self.failure(sandbox, status))
    }
}

struct Round<'a> {
    soak: &'a Soak,
    expected: &'a SceneOfKills,
    random: Random,
    sandbox: Sandbox,
    writers: Vec<Writer>,
    payments: Payments,
}

impl Round<'_> {
    fn run(
        soak: &Soak,
        expected: &SceneOfKills,
        number: u64,
        most: u64,
        totals: &mut KillTotals,
    ) -> Result<(), String> {
        let sandbox = expected
            .template
            .copy(soak.scratch.join(format!("round-{number}")))?;
        let writers = expected.scene.writers().into_iter();
        let mut round = Round {
            soak,
            expected,
            random: Random::new(soak.seed, number),
            payments: Payments::new(&sandbox),
            sandbox,
            writers: writers
                .map(|(words, tasks)| Writer {
                    words,
                    tasks,
                    child: None,
                    is_done: false,
                })
                .collect(),
        };
        let mut kills = 0;
        while kills < most && round.writers.iter().any(|writer| !writer.is_done) {
            let (killed, with_group) = round.kill()?;
            kills += killed;
            totals.kills += killed;
            totals.groups += if with_group { killed } else { 0 };
        }
        round.end()?;
        totals.turns += round.payments.turns();
        totals.lost += round.payments.lost;
        for writer in &round.writers {
            let _there = fs::remove_file(writer.said(&round.sandbox));
        }
        round.sandbox.remove()
    }

    /// Starts what is not running, and kills one or both of the two at some instant; how many were killed, and whether
    /// with their groups.
    fn kill(&mut self) -> Result<(u64, bool), String> {
        for writer in &mut self.writers {
            writer.start(self.soak, &self.sandbox)?;
        }
        self.await_instant()?;
        let victims = self.random.below(4);
        let with_group = self.random.once_in(2);
        let mut killed = Vec::new();
        for (at, writer) in self.writers.iter_mut().enumerate() {
            // One of the two, or both.
            if (victims >= 2 || victims == at) && writer.kill(&self.sandbox, with_group)? {
                killed.push(writer.tasks);
            }
        }
        let alive: Vec<u32> = self.writers.iter().filter_map(Writer::id).collect();
        reap(&alive);
        if alive.is_empty() {
            await_gone(&self.sandbox.root)?;
            reap(&[]);
        }
        // Those of one that has ended by itself are kept, and those of one that runs are still on their way.
        let over = |task: &str| killed.iter().any(|tasks| task.starts_with(tasks));
        self.payments.check(&self.sandbox, &over, JOBS)?;
        Ok((u64::try_from(killed.len()).unwrap_or(0), with_group))
    }

    /// Waits for an instant: soon after the start, on the way, or when all agents have ended and what they made is
    /// written down.
    fn await_instant(&mut self) -> Result<(), String> {
        let wall = usize::try_from(self.expected.wall.as_micros()).unwrap_or(usize::MAX);
        let instants = [
            (false, 200_000),
            (false, 200_000),
            (false, wall / 8),
            (false, wall / 8),
            (false, wall / 2),
            (true, wall / 4),
        ];
        let (mut is_waiting, longest) = self.random.pick(&instants).copied().unwrap_or_default();
        let delay = self.random.below(longest);
        let delay = Duration::from_micros(u64::try_from(delay).unwrap_or(0));
        let turns = self.payments.before + self.expected.scene.turns(OPERATIONS);
        let mut begun = Instant::now();
        let patience = Instant::now() + PATIENCE;
        loop {
            for writer in &mut self.writers {
                writer.look(&self.sandbox)?;
            }
            if self.writers.iter().all(|writer| writer.is_done) {
                return Ok(());
            }
            if is_waiting {
                let mut ended = ended_turns(&self.sandbox);
                ended.sort();
                ended.dedup();
                if ended.len() >= turns {
                    is_waiting = false;
                    begun = Instant::now();
                }
            } else if begun.elapsed() >= delay {
                return Ok(());
            }
            if Instant::now() > patience {
                return Err(format!("nothing ends within {} s", PATIENCE.as_secs()));
            }
            std::thread::sleep(if is_waiting { 20 * TICK } else { TICK });
        }
    }

    /// Lets what is still running end, runs the rest, and compares.
    fn end(&mut self) -> Result<(), String> {
        let patience = Instant::now() + PATIENCE;
        while self.writers.iter().any(|writer| writer.child.is_some()) {
            for writer in &mut self.writers {
                writer.look(&self.sandbox)?;
            }
            if Instant::now() > patience {
                return Err(format!("nothing ends within {} s", PATIENCE.as_secs()));
            }
            std::thread::sleep(TICK);
        }
        end(self.soak, self.expected.scene, &self.sandbox)?;
        await_gone(&self.sandbox.root)?;
        reap(&[]);
        let needed = self.expected.scene.turns(OPERATIONS);
        self.payments.settle(&self.sandbox, needed)?;
        match State::of(&self.sandbox)?.differs_from(&self.expected.state) {
            None => Ok(()),
            Some(difference) => Err(format!("{difference} in {}", self.sandbox.root.display())),
        }
    }
}

impl Drop for Round<'_> {
    fn drop(&mut self) {
        for writer in &mut self.writers {
            let _was_there = writer.kill(&self.sandbox, true);
        }
    }
}
