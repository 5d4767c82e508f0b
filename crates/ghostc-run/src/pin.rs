//! An observation for every case from a driver that may crash, hang or print junk: finds the case to blame each time.
//!
//! First all cases go through one driver that buffers its answers. Where that goes wrong, what is unanswered is asked
//! again of a driver that writes each answer at once; the first case without one is then asked alone, and what happens
//! there is what is observed. What a driver says in the company of other cases may be about those, and is not shown.

use crate::answer::Requests;
use crate::drive::{End, Questions, Ride, Start, ride};
use crate::harness::Limits;
use crate::process::status_text;
use ghostc_judge::{JudgedCase, Observation};
use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

/// How long a driver that buffers its answers may be silent. Being wrong here costs a second driver and no verdict.
const BUFFERED_SILENCE: Duration = Duration::from_secs(3);
/// With more cases than this left, buffering pays again after a case was pinned.
const BUFFER_FROM: usize = 4000;
/// After so many cases of an operation that ended the driver, its other cases are not run.
const ENDS: usize = 10;
/// After so many cases of an operation that gave no answer in time, its other cases are not run.
const SILENCES: usize = 3;

/// The stop flag was set.
pub(crate) struct Stopped;

/// Observes every case, in order.
pub(crate) fn observe_all(
    start: &Start<'_>,
    cases: &[&JudgedCase],
    limits: Limits,
    stop: &AtomicBool,
) -> Result<Vec<Observation>, Stopped> {
    let bench = Bench {
        start,
        cases,
        requests: Requests::new(cases),
        limits,
        stop,
        found: vec![None; cases.len()],
        incidents: BTreeMap::new(),
        startup: None,
    };
    bench.run()
}

struct Bench<'a> {
    start: &'a Start<'a>,
    cases: &'a [&'a JudgedCase],
    requests: Requests,
    limits: Limits,
    stop: &'a AtomicBool,
    found: Vec<Option<Observation>>,
    incidents: BTreeMap<&'a str, Incidents>,
    /// How long a driver took to its first answer; nothing until one has answered.
    startup: Option<Duration>,
}

#[derive(Clone, Copy, Default)]
struct Incidents {
    ends: usize,
    silences: usize,
}

impl<'a> Bench<'a> {
    fn run(mut self) -> Result<Vec<Observation>, Stopped> {
        let mut flush = false;
        loop {
            let pending = self.pending();
            let Some(ridden) = (!pending.is_empty()).then(|| self.ride(&pending, flush)) else {
                break;
            };
            match &ridden.end {
                End::Answered => break,
                End::Stopped => return Err(Stopped),
                End::Unstarted(error) => {
                    self.give_up(&format!("the driver could not be started: {error}"));
                    break;
                }
                End::Exited(_) | End::Silent | End::Junk(_) if !flush => flush = true,
                End::Exited(_) | End::Silent | End::Junk(_) => {
                    if let Some(culprit) = self.pending().first() {
                        self.pin(*culprit, ridden)?;
                    }
                    flush = self.pending().len() <= BUFFER_FROM;
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

    fn pending(&self) -> Vec<usize> {
        let open = self.found.iter().enumerate().filter(|(_, found)| found.is_none());
        open.map(|(place, _)| place).collect()
    }

    fn ride(&mut self, places: &[usize], flush: bool) -> Ride {
        let (text, found) = (self.requests.of(places), &mut self.found);
        let mut asked = vec![false; found.len()];
        for place in places {
            if let Some(asked) = asked.get_mut(*place) {
                *asked = true;
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
        let questions = Questions {
            text: &text,
            count: places.len(),
            flush,
            first,
            next,
        };
        let mut accept = |id: usize, observation: Observation| {
            let place = id.checked_sub(1).filter(|place| asked.get(*place) == Some(&true));
            let Some(slot) = place.and_then(|place| found.get_mut(place)) else {
                return false;
            };
            // Of two answers with one id nobody knows which is right: the case is asked again.
            let is_first = slot.is_none();
            *slot = is_first.then_some(observation);
            is_first
        };
        let ridden = ride(self.start, &questions, self.stop, &mut accept);
        self.startup = self.startup.or(ridden.first_answer);
        ridden
    }

    /// Observes what one case does alone. Where it came first in a ride it was as good as alone.
    fn pin(&mut self, culprit: usize, ridden: Ride) -> Result<(), Stopped> {
        let was_alone = ridden.first_answer.is_none() && self.startup.is_some();
        let ridden = if was_alone {
            ridden
        } else {
            self.ride(&[culprit], true)
        };
        let silent = matches!(ridden.end, End::Silent);
        if let Some(observation) = self.alone(&ridden)? {
            if self.startup.is_none()
                && let Some(why) = self.never_starts(culprit)?
            {
                self.give_up(&why);
                return Ok(());
            }
            if let Some(slot) = self.found.get_mut(culprit) {
                slot.get_or_insert(observation);
            }
        }
        self.count(culprit, silent);
        Ok(())
    }

    /// What a lone case did to its driver; nothing where it was answered.
    fn alone(&self, ridden: &Ride) -> Result<Option<Observation>, Stopped> {
        let crash = |kind: &str, message: String| {
            let message = format!("{message}{}", self.last_words(&ridden.stderr));
            Some(Observation::Crash {
                kind: kind.to_string(),
                message,
            })
        };
        Ok(match &ridden.end {
            End::Answered => None,
            End::Stopped => return Err(Stopped),
            End::Silent => Some(Observation::TimedOut),
            End::Exited(status) => crash("exit", format!("the process ended with {}", ending(*status))),
            End::Junk(what) => crash("junk", format!("the process printed what is no answer: {what}")),
            End::Unstarted(error) => crash("start", format!("the process could not be started: {error}")),
        })
    }

    /// Why the driver itself is to blame, where it is: neither this case alone nor another one alone is answered, and
    /// they are of two operations, or the driver does not even come to its end when it is asked nothing.
    fn never_starts(&mut self, culprit: usize) -> Result<Option<String>, Stopped> {
        let operation = |place: usize| self.cases.get(place).map(|case| case.operation.as_str());
        let others = || self.pending().into_iter().filter(|place| *place != culprit);
        let elsewhere = others().find(|place| operation(*place) != operation(culprit));
        let other = elsewhere.or_else(|| others().next());
        if let Some(other) = other {
            let ridden = self.ride(&[other], true);
            self.alone(&ridden)?;
            if self.startup.is_some() {
                return Ok(None);
            }
        }
        let idle = self.ride(&[], true);
        Ok(match &idle.end {
            End::Stopped => return Err(Stopped),
            End::Exited(Some(status)) if status.success() => {
                elsewhere.map(|_| "the driver ends without an answer".to_string())
            }
            End::Exited(status) => {
                let words = self.last_words(&idle.stderr);
                Some(format!(
                    "the driver ended with {} before any answer{words}",
                    ending(*status)
                ))
            }
            End::Junk(what) => Some(format!("the driver printed what is no answer: {what}")),
            End::Silent => Some(format!(
                "the driver gave no sign in {} s",
                self.limits.start.as_secs_f64()
            )),
            End::Unstarted(error) => Some(format!("the driver could not be started: {error}")),
            End::Answered => Some("the driver answers what it was not asked".to_string()),
        })
    }

    /// Counts an incident; after too many, the other cases of the operation are not run.
    fn count(&mut self, culprit: usize, silent: bool) {
        let Some(case) = self.cases.get(culprit) else {
            return;
        };
        let incidents = self.incidents.entry(case.operation.as_str()).or_default();
        if silent {
            incidents.silences += 1
        } else {
            incidents.ends += 1
        }
        let why = match incidents {
            Incidents { silences, .. } if *silences >= SILENCES => {
                format!("{silences} cases of `{}` gave no answer", case.operation)
            }
            Incidents { ends, .. } if *ends >= ENDS => {
                format!("{ends} cases of `{}` ended the process", case.operation)
            }
            Incidents { .. } => return,
        };
        for (other, slot) in self.cases.iter().zip(&mut self.found) {
            if other.operation == case.operation {
                slot.get_or_insert_with(|| Observation::NotRun(why.clone()));
            }
        }
    }

    fn give_up(&mut self, why: &str) {
        for slot in &mut self.found {
            slot.get_or_insert_with(|| Observation::NotRun(why.to_string()));
        }
    }

    fn last_words(&self, stderr: &str) -> String {
        if stderr.is_empty() {
            String::new()
        } else {
            format!("\n{}", without_folder(stderr, self.start.folder))
        }
    }
}

fn ending(status: Option<std::process::ExitStatus>) -> String {
    status.map_or_else(|| "its output closed".to_string(), status_text)
}

/// A tool's output with paths relative to the library, the same on every machine.
pub(crate) fn without_folder(output: &str, folder: &std::path::Path) -> String {
    let shown = folder.display().to_string();
    output.replace(&format!("{shown}/"), "").replace(&shown, ".")
}
