//! An observation for every case from a driver that may crash, hang or print junk: finds the case to blame each time.
//!
//! First all cases go through one driver that buffers its answers. Where that goes wrong, what is unanswered is asked
//! again of a driver that writes each answer at once; the first case without one is then asked alone, and what happens
//! there is what is observed. What a driver says in the company of other cases may be about those, and is not shown.
//!
//! Waiting is bounded for all cases together: once a driver was silent for as long as one start and one case may take,
//! what has no answer yet is not run.

use crate::answer::Requests;
use crate::drive::{DriverCommand, DriverEnd, DriverRequests, DriverRun, run_driver};
use crate::harness::Limits;
use crate::launch::ProgramEnd;
use ghostc_judge::{Expectation, JudgedCase, Observation};
use std::collections::BTreeMap;
use std::io;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

/// How long a driver that buffers its answers may be silent. Being wrong here costs a second driver and no verdict.
const BUFFERED_SILENCE: Duration = Duration::from_secs(3);
/// With more cases than this left, buffering pays again after a case was pinned.
const BUFFER_FROM: usize = 4000;
/// After so many cases of an operation that ended the driver, its other cases are not run.
const MAX_CRASHES: usize = 10;
/// After so many cases of an operation that gave no answer in time, its other cases are not run.
const MAX_TIMEOUTS: usize = 3;

/// Why there are no observations, which is not the code's fault.
pub(crate) enum NotObserved {
    /// The stop flag was set.
    Stopped,
    /// The machine could not start a driver.
    Machine(io::Error),
}

/// Observes every case, in order.
pub(crate) fn observe_all(
    start: &DriverCommand<'_>,
    cases: &[&JudgedCase],
    limits: Limits,
    stop: &AtomicBool,
) -> Result<Vec<Observation>, NotObserved> {
    let isolation = CaseIsolation {
        start,
        cases,
        requests: Requests::new(cases),
        limits,
        stop,
        found: vec![None; cases.len()],
        done: vec![Vec::new(); cases.len()],
        failures: BTreeMap::new(),
        startup: None,
        has_answered: false,
        silence_left: limits.start + limits.case,
        deadline: Instant::now() + limits.all_cases,
    };
    isolation.run()
}

struct CaseIsolation<'a> {
    start: &'a DriverCommand<'a>,
    cases: &'a [&'a JudgedCase],
    requests: Requests,
    limits: Limits,
    stop: &'a AtomicBool,
    found: Vec<Option<Observation>>,
    /// Of cases with steps: what those did that were answered in the last run.
    done: Vec<Vec<Observation>>,
    failures: BTreeMap<&'a str, OperationFailures>,
    /// How long a driver took to its first answer, or to its end without a request; nothing until one is known.
    startup: Option<Duration>,
    /// Whether any driver has answered.
    has_answered: bool,
    /// How long drivers may still be silent, all together.
    silence_left: Duration,
    /// When all cases have to be done.
    deadline: Instant,
}

#[derive(Clone, Copy, Default)]
struct OperationFailures {
    crashes: usize,
    timeouts: usize,
}

impl<'a> CaseIsolation<'a> {
    fn run(mut self) -> Result<Vec<Observation>, NotObserved> {
        let mut flush = false;
        while !self.unanswered().is_empty() {
            let unanswered = self.unanswered();
            let run = self.ask(&unanswered, flush)?;
            match &run.end {
                DriverEnd::Answered => break,
                DriverEnd::Stopped => return Err(NotObserved::Stopped),
                DriverEnd::Unstarted(error) => {
                    self.mark_rest_not_run(&format!("the driver could not be started: {error}"));
                }
                DriverEnd::Late => self.mark_rest_late(),
                DriverEnd::Silent if self.silence_left.is_zero() => self.mark_rest_silent(),
                DriverEnd::Silent if !flush => {
                    self.measure_startup()?;
                    flush = true;
                }
                DriverEnd::Exited(_) | DriverEnd::Junk(_) if !flush => flush = true,
                DriverEnd::Exited(_) | DriverEnd::Silent | DriverEnd::Junk(_) => {
                    if let Some(culprit) = self.unanswered().first() {
                        self.isolate(*culprit, run)?;
                    }
                    flush = self.unanswered().len() <= BUFFER_FROM;
                }
            }
        }
        let unasked = || Observation::NotRun("it was never asked".to_string());
        Ok(self
            .found
            .into_iter()
            .map(|found| found.unwrap_or_else(unasked))
            .collect())
    }

    /// How long a driver takes that is asked nothing: so a case that hangs costs the limit of a case and not that of a
    /// start.
    fn measure_startup(&mut self) -> Result<(), NotObserved> {
        if self.startup.is_none() {
            let idle = self.ask(&[], true)?;
            if matches!(&idle.end, DriverEnd::Exited(end) if end.as_ref().is_none_or(ProgramEnd::is_success))
            {
                self.startup = Some(idle.took);
            }
        }
        Ok(())
    }

    fn unanswered(&self) -> Vec<usize> {
        let open = self.found.iter().enumerate().filter(|(_, found)| found.is_none());
        open.map(|(index, _)| index).collect()
    }

    /// Runs a driver with the requests of some cases.
    fn ask(&mut self, indices: &[usize], flush: bool) -> Result<DriverRun, NotObserved> {
        let (text, found, done) = (self.requests.of(indices), &mut self.found, &mut self.done);
        let mut asked = vec![false; found.len()];
        for index in indices {
            if let Some(asked) = asked.get_mut(*index) {
                *asked = true;
            }
            if let Some(done) = done.get_mut(*index) {
                done.clear();
            }
        }
        let first = match self.startup {
            _ if !flush => self.limits.case.min(BUFFERED_SILENCE),
            Some(startup) => self
                .limits
                .start
                .min(self.limits.case + 4 * startup + Duration::from_secs(1)),
            None => self.limits.start,
        };
        let next = if flush { self.limits.case } else { first };
        let requests = DriverRequests {
            text: &text,
            count: self.requests.count(indices),
            flush,
            first: first.min(self.silence_left),
            next: next.min(self.silence_left),
            deadline: self.deadline,
        };
        let mut accept = |id: usize, observation: Observation| {
            let place = self.requests.case_of(id);
            let Some((index, step)) = place.filter(|(index, _)| asked.get(*index) == Some(&true)) else {
                return false;
            };
            let Some(slot) = found.get_mut(index) else {
                return false;
            };
            if let Some(Expectation::Steps(steps)) = self.cases.get(index).map(|case| &case.expect) {
                return done.get_mut(index).is_some_and(|done| {
                    // Steps are answered in their order, each once.
                    let is_next = done.len() == step && slot.is_none();
                    if is_next {
                        done.push(observation);
                    }
                    if done.len() == steps.len() {
                        *slot = Some(Observation::Steps(std::mem::take(done)));
                    }
                    is_next
                });
            }
            // Of two answers with one id nobody knows which is right: the case is asked again.
            let is_first = slot.is_none();
            *slot = is_first.then_some(observation);
            is_first
        };
        let run = run_driver(self.start, &requests, self.stop, &mut accept);
        self.startup = self.startup.or(run.first_answer);
        self.has_answered |= run.first_answer.is_some();
        self.silence_left = self.silence_left.saturating_sub(run.silence);
        match run {
            DriverRun {
                end: DriverEnd::Unstarted(error),
                ..
            } if is_machines_fault(&error) => Err(NotObserved::Machine(error)),
            run => Ok(run),
        }
    }

    /// Observes what one case does alone. Where it came first in a run it was as good as alone.
    fn isolate(&mut self, culprit: usize, run: DriverRun) -> Result<(), NotObserved> {
        // A driver that ends when it is asked nothing does start, so that silence is about the case.
        let does_start = |isolation: &Self, run: &DriverRun| {
            isolation.has_answered || (isolation.startup.is_some() && matches!(run.end, DriverEnd::Silent))
        };
        let run = if run.first_answer.is_none() && does_start(self, &run) {
            run
        } else {
            self.ask(&[culprit], true)?
        };
        let silent = matches!(run.end, DriverEnd::Silent);
        if silent && self.silence_left.is_zero() {
            // It may have had less time than a case has.
            self.mark_rest_silent();
            return Ok(());
        }
        if let Some(observation) = self.observation_of(&run)? {
            let observation = self.after_steps(culprit, observation);
            if !does_start(self, &run)
                && let Some(why) = self.startup_failure(culprit)?
            {
                self.mark_rest_not_run(&why);
                return Ok(());
            }
            if let Some(slot) = self.found.get_mut(culprit) {
                slot.get_or_insert(observation);
            }
        }
        self.count_failure(culprit, silent);
        Ok(())
    }

    /// What happened to a case, behind what its steps did before.
    fn after_steps(&mut self, case: usize, observation: Observation) -> Observation {
        let of_steps = self
            .cases
            .get(case)
            .is_some_and(|case| matches!(case.expect, Expectation::Steps(_)));
        match self.done.get_mut(case).filter(|_| of_steps) {
            Some(done) => {
                let mut done = std::mem::take(done);
                done.push(observation);
                Observation::Steps(done)
            }
            None => observation,
        }
    }

    /// What a lone case did to its driver; nothing where it was answered.
    fn observation_of(&self, run: &DriverRun) -> Result<Option<Observation>, NotObserved> {
        let crash = |kind: &str, message: String| {
            let message = format!("{message}{}", self.stderr_suffix(&run.stderr));
            Some(Observation::Crash {
                kind: kind.to_string(),
                message,
            })
        };
        Ok(match &run.end {
            DriverEnd::Answered => None,
            DriverEnd::Stopped => return Err(NotObserved::Stopped),
            DriverEnd::Silent | DriverEnd::Late => Some(Observation::TimedOut),
            DriverEnd::Exited(status) => crash(
                "exit",
                format!("the process ended with {}", status_phrase(status.as_ref())),
            ),
            DriverEnd::Junk(what) => crash("junk", format!("the process printed what is no answer: {what}")),
            DriverEnd::Unstarted(error) => {
                crash("start", format!("the process could not be started: {error}"))
            }
        })
    }

    /// Why the driver itself is to blame, where it is: neither this case alone nor another one alone is answered, and
    /// they are of two operations, or the driver does not even come to its end when it is asked nothing.
    fn startup_failure(&mut self, culprit: usize) -> Result<Option<String>, NotObserved> {
        let operation = |index: usize| self.cases.get(index).map(|case| case.operation.as_str());
        let others = || self.unanswered().into_iter().filter(|index| *index != culprit);
        let elsewhere = others().find(|index| operation(*index) != operation(culprit));
        let other = elsewhere.or_else(|| others().next());
        if let Some(other) = other {
            let run = self.ask(&[other], true)?;
            self.observation_of(&run)?;
            if self.has_answered {
                return Ok(None);
            }
        }
        let idle = self.ask(&[], true)?;
        Ok(match &idle.end {
            DriverEnd::Stopped => return Err(NotObserved::Stopped),
            DriverEnd::Exited(Some(end)) if end.is_success() => {
                elsewhere.map(|_| "the driver ends without an answer".to_string())
            }
            DriverEnd::Exited(status) => {
                let words = self.stderr_suffix(&idle.stderr);
                Some(format!(
                    "the driver ended with {} before any answer{words}",
                    status_phrase(status.as_ref())
                ))
            }
            DriverEnd::Junk(what) => Some(format!("the driver printed what is no answer: {what}")),
            DriverEnd::Silent | DriverEnd::Late => Some(format!(
                "the driver gave no sign in {} s",
                self.limits.start.as_secs_f64()
            )),
            DriverEnd::Unstarted(error) => Some(format!("the driver could not be started: {error}")),
            DriverEnd::Answered => Some("the driver answers what it was not asked".to_string()),
        })
    }

    /// Counts a failure; after too many, the other cases of the operation are not run.
    fn count_failure(&mut self, culprit: usize, silent: bool) {
        let Some(case) = self.cases.get(culprit) else {
            return;
        };
        let failures = self.failures.entry(case.operation.as_str()).or_default();
        if silent {
            failures.timeouts += 1
        } else {
            failures.crashes += 1
        }
        let why = match failures {
            OperationFailures { timeouts, .. } if *timeouts >= MAX_TIMEOUTS => {
                format!("{timeouts} cases of `{}` gave no answer", case.operation)
            }
            OperationFailures { crashes, .. } if *crashes >= MAX_CRASHES => {
                format!("{crashes} cases of `{}` ended the process", case.operation)
            }
            OperationFailures { .. } => return,
        };
        for (other, slot) in self.cases.iter().zip(&mut self.found) {
            if other.operation == case.operation {
                slot.get_or_insert_with(|| Observation::NotRun(why.clone()));
            }
        }
    }

    fn mark_rest_not_run(&mut self, why: &str) {
        for slot in &mut self.found {
            slot.get_or_insert_with(|| Observation::NotRun(why.to_string()));
        }
    }

    fn mark_rest_silent(&mut self) {
        let all = (self.limits.start + self.limits.case).as_secs_f64();
        self.mark_rest_not_run(&format!("the code was silent for {all} s in all"));
    }

    fn mark_rest_late(&mut self) {
        let all = self.limits.all_cases.as_secs_f64();
        self.mark_rest_not_run(&format!("all cases together took longer than {all} s"));
    }

    fn stderr_suffix(&self, stderr: &str) -> String {
        if stderr.is_empty() {
            String::new()
        } else {
            format!("\n{}", without_folder(stderr, self.start.folder))
        }
    }
}

/// Whether a driver could not be started for want of what the machine has, and not for what the code left.
fn is_machines_fault(error: &io::Error) -> bool {
    use rustix::io::Errno;
    match Errno::from_io_error(error) {
        Some(errno) => matches!(
            errno,
            Errno::AGAIN | Errno::NOMEM | Errno::MFILE | Errno::NFILE | Errno::NOSPC | Errno::DQUOT
        ),
        // The launcher did not start.
        None => true,
    }
}

fn status_phrase(end: Option<&ProgramEnd>) -> String {
    end.map_or_else(|| "its output closed".to_string(), ProgramEnd::to_string)
}

/// A tool's output with paths relative to the library, the same on every machine.
pub(crate) fn without_folder(output: &str, folder: &std::path::Path) -> String {
    let shown = folder.display().to_string();
    output.replace(&format!("{shown}/"), "").replace(&shown, ".")
}
