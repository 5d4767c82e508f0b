//! The build: one loop over everything that can happen, from jobs to their results.

use crate::agent::Protocol;
use crate::attempt::{Setting, Work};
use crate::budget::Budget;
use crate::job::{Event, Job, JobResult, MachineError, Options};
use crate::schedule::{Node, Schedule};
use crate::stop::Stop;
use crate::store::Store;
use std::collections::BTreeMap;
use std::io;
use std::sync::atomic::Ordering;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, watch};
use tokio::task::{JoinError, JoinSet};

/// How often the interrupt flag is looked at.
const TICK: Duration = Duration::from_millis(50);
/// Events that may wait to be shown.
const BACKLOG: usize = 256;

/// Carries out jobs, each after those that it comes after, and gives their results in the same order.
///
/// [`Options::interrupt`] stops it: agents are asked to end, and unfinished jobs are `Interrupted`. [`Options::kill`] kills
/// what is still there. Signals are the caller's.
pub fn build(jobs: Vec<Job>, options: &Options, on_event: &mut dyn FnMut(Event)) -> Vec<JobResult> {
    if jobs.is_empty() {
        return Vec::new();
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let start = |error: io::Error| MachineError::Start(Arc::new(error));
    let opened = runtime
        .map_err(start)
        .and_then(|runtime| Ok((runtime, Store::open(&options.state)?)));
    let (runtime, store) = match opened {
        Ok(opened) => opened,
        Err(error) => return all_failed(jobs.len(), &error, on_event),
    };
    let count = jobs.len();
    let result = runtime.block_on(async { Ok(Engine::new(jobs, options, store)?.run(on_event).await) });
    result.unwrap_or_else(|error| all_failed(count, &start(error), on_event))
}

fn all_failed(count: usize, error: &MachineError, on_event: &mut dyn FnMut(Event)) -> Vec<JobResult> {
    let results = vec![JobResult::MachineFailed(error.clone()); count];
    for (job, result) in results.iter().enumerate() {
        on_event(Event::Finished {
            job,
            result: result.clone(),
            elapsed: Duration::ZERO,
        });
    }
    results
}

/// What can happen.
enum Wake {
    /// A job tells something.
    Told(Event),
    /// A job is over.
    Over(Result<(usize, JobResult), JoinError>),
    /// Time has passed.
    Tick,
}

struct Engine {
    jobs: Vec<Arc<Job>>,
    setting: Arc<Setting>,
    schedule: Schedule,
    running: JoinSet<(usize, JobResult)>,
    started: BTreeMap<usize, Instant>,
    results: BTreeMap<usize, JobResult>,
    events: (mpsc::Sender<Event>, mpsc::Receiver<Event>),
    stop: watch::Sender<Stop>,
}

impl Engine {
    fn new(jobs: Vec<Job>, options: &Options, store: Store) -> io::Result<Engine> {
        let name = |job: &Job| format!("{} · {}", job.package, job);
        let node = |job: &Job| Node {
            after: job.after.clone(),
            weight: job.weight,
            name: name(job),
        };
        // What was recorded is paid for.
        let limit = options
            .tokens
            .filter(|_| options.agent.protocol != Protocol::Replay);
        let setting = Setting {
            options: options.clone(),
            store,
            budget: Budget::new(limit),
            missing: OnceLock::new(),
        };
        Ok(Engine {
            schedule: Schedule::new(jobs.iter().map(node).collect(), options.jobs),
            jobs: jobs.into_iter().map(Arc::new).collect(),
            setting: Arc::new(setting),
            running: JoinSet::new(),
            started: BTreeMap::new(),
            results: BTreeMap::new(),
            events: mpsc::channel(BACKLOG),
            stop: watch::Sender::new(Stop::No),
        })
    }

    async fn run(mut self, on_event: &mut dyn FnMut(Event)) -> Vec<JobResult> {
        let mut tick = tokio::time::interval(TICK);
        loop {
            if !self.is_stopping() {
                self.schedule.start().into_iter().for_each(|job| self.spawn(job));
            }
            if self.running.is_empty() {
                break;
            }
            let wake = tokio::select! {
                biased;
                Some(event) = self.events.1.recv() => Wake::Told(event),
                Some(over) = self.running.join_next() => Wake::Over(over),
                _ = tick.tick() => Wake::Tick,
            };
            match wake {
                Wake::Told(event) => on_event(event),
                Wake::Over(Ok((job, result))) => self.end(job, result, on_event),
                Wake::Over(Err(error)) => std::panic::resume_unwind(error.into_panic()),
                Wake::Tick => self.look_at_stop(),
            }
        }
        self.end_waiting(on_event);
        self.results.into_values().collect()
    }

    fn spawn(&mut self, place: usize) {
        let job = Arc::clone(
            self.jobs
                .get(place)
                .expect("the schedule knows the jobs of this build"),
        );
        let mut needed = job.given.clone();
        for on in &job.needs {
            if let Some(JobResult::Passed { files, .. }) = self.results.get(on) {
                needed.extend(files.iter().map(|(path, text)| (path.clone(), text.clone())));
            }
        }
        let (setting, events) = (Arc::clone(&self.setting), self.events.0.clone());
        let work = Work {
            setting,
            job,
            place,
            needed,
            events,
            stop: self.stop.subscribe(),
        };
        self.started.insert(place, Instant::now());
        self.running.spawn(async move { (place, work.carry_out().await) });
    }

    fn end(&mut self, job: usize, result: JobResult, on_event: &mut dyn FnMut(Event)) {
        // What the job told comes before its end.
        while let Ok(event) = self.events.1.try_recv() {
            on_event(event);
        }
        let blocked = self.schedule.end(job, result.is_pass());
        let inherited = match &result {
            JobResult::Interrupted => JobResult::Interrupted,
            JobResult::OverBudget => JobResult::OverBudget,
            JobResult::Passed { .. }
            | JobResult::Failed { .. }
            | JobResult::Blocked { .. }
            | JobResult::AgentFailed { .. }
            | JobResult::MachineFailed(_) => JobResult::Blocked { on: job },
        };
        self.finish(job, result, on_event);
        for next in blocked {
            self.finish(next.job, inherited.clone(), on_event);
        }
    }

    /// Jobs that never started: the build was stopped, or they wait for each other.
    fn end_waiting(&mut self, on_event: &mut dyn FnMut(Event)) {
        for (job, on) in self.schedule.waiting() {
            let on = on.filter(|_| !self.is_stopping());
            let result = on.map_or(JobResult::Interrupted, |on| JobResult::Blocked { on });
            self.finish(job, result, on_event);
        }
    }

    fn finish(&mut self, job: usize, result: JobResult, on_event: &mut dyn FnMut(Event)) {
        let elapsed = self.started.get(&job).map(Instant::elapsed).unwrap_or_default();
        self.results.insert(job, result.clone());
        on_event(Event::Finished { job, result, elapsed });
    }

    /// Does what the caller asks for by its flags, once.
    fn look_at_stop(&mut self) {
        let options = &self.setting.options;
        let asked = if options.kill.load(Ordering::Relaxed) {
            Stop::Now
        } else if options.interrupt.load(Ordering::Relaxed) {
            Stop::Softly
        } else {
            Stop::No
        };
        if asked > *self.stop.borrow() {
            self.stop.send_replace(asked);
        }
    }

    fn is_stopping(&self) -> bool {
        *self.stop.borrow() > Stop::No
    }
}

#[cfg(test)]
mod tests;
