//! The build: one loop over everything that can happen, from jobs to their results.

use crate::agent::Protocol;
use crate::attempt::{BuildContext, JobRun};
use crate::budget::Budget;
use crate::job::{Event, Job, JobResult, MachineError, Options};
use crate::schedule::{Schedule, ScheduledJob};
use crate::stop::Stop;
use crate::store::Store;
use ghostc_judge::glob::any_matches;
use std::collections::BTreeMap;
use std::io;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, OnceLock};
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
        .and_then(|runtime| Ok((runtime, Store::open(&options.state, options.store_key.clone())?)));
    let (runtime, store) = match opened {
        Ok(opened) => opened,
        Err(error) => return all_failed(jobs.len(), &error, on_event),
    };
    runtime.block_on(Engine::new(jobs, options, store).run(on_event))
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
enum EngineEvent {
    /// A job reports progress.
    Job(Event),
    /// A job has ended.
    Ended(Result<(usize, JobResult), JoinError>),
    /// Time has passed.
    Tick,
}

struct Engine {
    jobs: Vec<Arc<Job>>,
    context: Arc<BuildContext>,
    schedule: Schedule,
    running: JoinSet<(usize, JobResult)>,
    started: BTreeMap<usize, Instant>,
    results: BTreeMap<usize, JobResult>,
    events: (mpsc::Sender<Event>, mpsc::Receiver<Event>),
    stop: watch::Sender<Stop>,
}

impl Engine {
    fn new(jobs: Vec<Job>, options: &Options, store: Store) -> Engine {
        let name = |job: &Job| format!("{} · {}", job.package, job);
        let node = |job: &Job| ScheduledJob {
            after: job.after.iter().chain(&job.grows_on).copied().collect(),
            weight: job.weight,
            name: name(job),
        };
        // What was recorded is paid for.
        let limit = options
            .tokens
            .filter(|_| options.agent.protocol != Protocol::Replay);
        let context = BuildContext {
            options: options.clone(),
            store,
            budget: Arc::new(Budget::new(limit)),
            unusable: OnceLock::new(),
            paused_until: Mutex::default(),
            store_failed: OnceLock::new(),
        };
        Engine {
            schedule: Schedule::new(jobs.iter().map(node).collect(), options.jobs),
            jobs: jobs.into_iter().map(Arc::new).collect(),
            context: Arc::new(context),
            running: JoinSet::new(),
            started: BTreeMap::new(),
            results: BTreeMap::new(),
            events: mpsc::channel(BACKLOG),
            stop: watch::Sender::new(Stop::No),
        }
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
                Some(event) = self.events.1.recv() => EngineEvent::Job(event),
                Some(ended) = self.running.join_next() => EngineEvent::Ended(ended),
                _ = tick.tick() => EngineEvent::Tick,
            };
            match wake {
                EngineEvent::Job(event) => on_event(event),
                EngineEvent::Ended(Ok((job, result))) => self.end(job, result, on_event),
                EngineEvent::Ended(Err(error)) => std::panic::resume_unwind(error.into_panic()),
                EngineEvent::Tick => self.look_at_stop(),
            }
        }
        self.end_waiting(on_event);
        self.results.into_values().collect()
    }

    fn spawn(&mut self, index: usize) {
        let job = Arc::clone(
            self.jobs
                .get(index)
                .expect("the schedule knows the jobs of this build"),
        );
        let mut needed = job.given.clone();
        for on in &job.needs {
            if let Some(JobResult::Passed { files, .. }) = self.results.get(on) {
                needed.extend(files.iter().map(|(path, text)| (path.clone(), text.clone())));
            }
        }
        let grown_on = job.grows_on.and_then(|on| self.results.get(&on));
        let base = match grown_on {
            Some(JobResult::Passed { files, .. }) => files.clone(),
            Some(_) | None => job.current.clone(),
        };
        let [base, fixed] = start_of(&job, base);
        needed.extend(fixed.clone());
        let (context, events) = (Arc::clone(&self.context), self.events.0.clone());
        let run = JobRun {
            context,
            job,
            index,
            needed,
            base,
            fixed,
            events,
            stop: self.stop.subscribe(),
        };
        self.started.insert(index, Instant::now());
        self.running.spawn(async move { (index, run.run().await) });
    }

    fn end(&mut self, job: usize, result: JobResult, on_event: &mut dyn FnMut(Event)) {
        // What the job reported comes before its end.
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
        let options = &self.context.options;
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

/// What a job starts from: its agent's own files, and of a program the other ones of its tree, without those that ghostc
/// places.
fn start_of(job: &Job, mut base: BTreeMap<String, String>) -> [BTreeMap<String, String>; 2] {
    let Some(program) = &job.program else {
        return [base, BTreeMap::new()];
    };
    base.retain(|path, _| !program.scaffold.contains_key(path) && !job.workspace.contains_key(path));
    let is_own = |path: &String| any_matches(&job.may_write, path) && !any_matches(&job.ignore, path);
    let (own, fixed) = base.into_iter().partition(|(path, _)| is_own(path));
    [own, fixed]
}

#[cfg(test)]
mod tests;
