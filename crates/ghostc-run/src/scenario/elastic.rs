//! Elastic time: what was too late, and nothing else, is tried again, alone, with a longer `t`.
//!
//! Every other difference, and every lower bound, fails at once, so that a program that is wrong is never let through by
//! waiting. What passed only with a longer `t` must do so again and again, and is said to be unsteady.

use ghostc_judge::Span;
use ghostc_judge::play::{PlayEnd, PlayFailure};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread::{Builder, available_parallelism};

/// The usual length of `t`, in milliseconds.
pub(super) const T: u64 = 100;
/// The longer ones, in the order in which they are tried.
const STRETCHED: [u64; 2] = [400, 1600];
/// How many scenarios of one judging are stretched: where more are late, it is not the machine.
const MOST: usize = 5;
/// After so many that stayed late none is stretched: it is the program.
const STAYED_LATE: usize = 2;
/// How often what passed with a longer `t` has to pass again with it.
const REPEATS: usize = 5;
/// Scenarios wait most of the time: so many at once on each processor.
const AT_ONCE: usize = 2;

/// What became of a scenario.
#[derive(Clone, Debug, PartialEq)]
pub enum ScenarioOutcome {
    /// Every look was as expected.
    Passed,
    /// It was so only with a `t` of so many milliseconds, and then every time.
    Unsteady(u64),
    /// A look was not as expected.
    Failed(PlayFailure),
    /// There is no verdict, as the machine, a fake or ghostc failed.
    Broken(String),
}

impl ScenarioOutcome {
    /// Whether it passed, steadily or not.
    pub fn is_pass(&self) -> bool {
        matches!(self, ScenarioOutcome::Passed | ScenarioOutcome::Unsteady(_))
    }
}

impl From<PlayEnd> for ScenarioOutcome {
    fn from(end: PlayEnd) -> ScenarioOutcome {
        match end {
            PlayEnd::Passed => ScenarioOutcome::Passed,
            PlayEnd::Failed(failure) => ScenarioOutcome::Failed(failure),
            PlayEnd::Broken(why) => ScenarioOutcome::Broken(why),
        }
    }
}

/// Plays so many scenarios once, side by side: `play` gets the number of a scenario and the length of `t` in milliseconds.
pub(super) fn play_all(count: usize, play: &(dyn Fn(usize, u64) -> PlayEnd + Sync)) -> Vec<PlayEnd> {
    let ends: Vec<Mutex<Option<PlayEnd>>> = (0..count).map(|_| Mutex::new(None)).collect();
    let next = AtomicUsize::new(0);
    let work = || {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(slot) = ends.get(number) else { return };
            let end = play(number, T);
            *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(end);
        }
    };
    let threads = AT_ONCE * available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        // What is not started leaves its part to the others.
        (1..threads.min(count)).for_each(|_| drop(Builder::new().spawn_scoped(scope, work)));
        work();
    });
    let ends = ends
        .into_iter()
        .map(|slot| slot.into_inner().unwrap_or_else(PoisonError::into_inner));
    ends.map(|end| end.expect("each scenario is taken by a thread"))
        .collect()
}

/// The same, and plays again what was too late.
pub(super) fn judge_all(count: usize, play: &(dyn Fn(usize, u64) -> PlayEnd + Sync)) -> Vec<ScenarioOutcome> {
    let ends = play_all(count, play);
    let mut stretched = 0;
    // Where what is late stayed so, others that are late there are not tried again.
    let mut late: BTreeSet<Span> = BTreeSet::new();
    let outcomes = ends.into_iter().enumerate().map(|(number, end)| match end {
        PlayEnd::Failed(failure) if failure.is_late && may_stretch(stretched, &late, &failure) => {
            stretched += 1;
            let place = failure.span;
            let outcome = stretch(failure, |t| play(number, t));
            if matches!(&outcome, ScenarioOutcome::Failed(failure) if failure.is_late) {
                late.insert(place);
            }
            outcome
        }
        end @ (PlayEnd::Passed | PlayEnd::Failed(_) | PlayEnd::Broken(_)) => end.into(),
    });
    outcomes.collect()
}

/// Whether what was too late is tried again, where so many were, and those stayed so.
fn may_stretch(stretched: usize, late: &BTreeSet<Span>, failure: &PlayFailure) -> bool {
    stretched < MOST && late.len() < STAYED_LATE && !late.contains(&failure.span)
}

/// Tries again what was too late.
fn stretch(mut failure: PlayFailure, play: impl Fn(u64) -> PlayEnd) -> ScenarioOutcome {
    for t in STRETCHED {
        match play(t) {
            PlayEnd::Passed => {
                let again = (0..REPEATS).map(|_| play(t)).find(|end| *end != PlayEnd::Passed);
                return match again {
                    None => ScenarioOutcome::Unsteady(t),
                    Some(end) => outcome(end, failure),
                };
            }
            PlayEnd::Failed(later) if later.is_late => failure = later,
            end @ (PlayEnd::Failed(_) | PlayEnd::Broken(_)) => return outcome(end, failure),
        }
    }
    ScenarioOutcome::Failed(failure)
}

/// What an end that is no pass comes to.
fn outcome(end: PlayEnd, before: PlayFailure) -> ScenarioOutcome {
    match end {
        PlayEnd::Passed => ScenarioOutcome::Failed(before),
        end @ (PlayEnd::Failed(_) | PlayEnd::Broken(_)) => end.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ghostc_judge::FileId;

    fn failed(is_late: bool) -> PlayEnd {
        failed_at(0, is_late)
    }

    fn failed_at(place: usize, is_late: bool) -> PlayEnd {
        PlayEnd::Failed(PlayFailure {
            step: 0,
            span: Span::new(FileId(0), place, place),
            what: "look".into(),
            details: Vec::new(),
            is_late,
        })
    }

    fn judged(
        count: usize,
        play: impl Fn(usize, u64, usize) -> PlayEnd + Sync,
    ) -> (Vec<ScenarioOutcome>, Vec<(usize, u64)>) {
        let log = Mutex::new(Vec::new());
        let outcomes = judge_all(count, &|number, t| {
            let mut log = log.lock().unwrap();
            let before = log
                .iter()
                .filter(|(one, with)| (*one, *with) == (number, t))
                .count();
            log.push((number, t));
            play(number, t, before)
        });
        (outcomes, log.into_inner().unwrap())
    }

    #[test]
    fn what_is_wrong_fails_at_once_and_what_is_late_is_tried_again() {
        let (outcomes, log) = judged(3, |number, t, _| match number {
            0 => PlayEnd::Passed,
            1 => failed(false),
            _ if t < 400 => failed(true),
            _ => PlayEnd::Passed,
        });
        assert!(matches!(
            outcomes.as_slice(),
            [
                ScenarioOutcome::Passed,
                ScenarioOutcome::Failed(_),
                ScenarioOutcome::Unsteady(400)
            ]
        ));
        assert_eq!(log.iter().filter(|(number, _)| *number == 1).count(), 1);
        assert_eq!(log.iter().filter(|played| **played == (2, 400)).count(), 6);
    }

    #[test]
    fn what_passes_now_and_then_fails() {
        let (outcomes, _) = judged(1, |_, t, before| {
            if t < 400 || before == 3 {
                failed(true)
            } else {
                PlayEnd::Passed
            }
        });
        assert!(matches!(outcomes.as_slice(), [ScenarioOutcome::Failed(_)]));
        let (outcomes, _) = judged(1, |_, t, _| failed(t < 400));
        assert!(matches!(outcomes.as_slice(), [ScenarioOutcome::Failed(failure)] if !failure.is_late));
    }

    #[test]
    fn where_many_are_late_few_are_tried_again() {
        let (outcomes, log) = judged(9, |number, _, _| failed_at(number, true));
        assert!(
            outcomes
                .iter()
                .all(|outcome| matches!(outcome, ScenarioOutcome::Failed(_)))
        );
        assert_eq!(log.len(), 9 + 2 * STAYED_LATE);
        let (_, log) = judged(9, |_, _, _| failed(true));
        assert_eq!(log.len(), 9 + 2, "one broken step is tried again once");
    }
}
