//! Elastic time: what was too late, and nothing else, is tried again, alone, with a longer `t`.
//!
//! Every other difference, and every lower bound, fails at once, so that a program that is wrong is never let through by
//! waiting. What passed only with a longer `t` must do so again and again, and is said to be unsteady.

use crate::parallel::processors;
use ghostc_judge::play::{PlayEnd, PlayFailure};
use ghostc_syntax::Span;
use std::collections::BTreeSet;

/// The usual length of `t`, in milliseconds.
const T: u64 = 100;
/// The longer ones, in the order in which they are tried.
const STRETCHED: [u64; 2] = [400, 1600];
/// How many scenarios of one judging are stretched: where more are late, it is not the machine.
const MOST: usize = 5;
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

/// Plays so many scenarios, side by side, and what was too late again: `play` gets the number of a scenario and the length
/// of `t` in milliseconds.
pub(super) fn judge_all(count: usize, play: &(dyn Fn(usize, u64) -> PlayEnd + Sync)) -> Vec<ScenarioOutcome> {
    let numbers: Vec<usize> = (0..count).collect();
    let ends = ghostc_spec::parallel::map(&numbers, processors() * AT_ONCE, |number| play(*number, T));
    let mut stretched = 0;
    // Where what is late stayed so, others that are late there are not tried again.
    let mut late: BTreeSet<Span> = BTreeSet::new();
    let outcomes = ends.into_iter().enumerate().map(|(number, end)| match end {
        PlayEnd::Passed => ScenarioOutcome::Passed,
        PlayEnd::Broken(why) => ScenarioOutcome::Broken(why),
        PlayEnd::Failed(failure) if failure.is_late && stretched < MOST && !late.contains(&failure.span) => {
            stretched += 1;
            let place = failure.span;
            let outcome = stretch(failure, |t| play(number, t));
            if matches!(&outcome, ScenarioOutcome::Failed(failure) if failure.is_late) {
                late.insert(place);
            }
            outcome
        }
        PlayEnd::Failed(failure) => ScenarioOutcome::Failed(failure),
    });
    outcomes.collect()
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
        PlayEnd::Failed(failure) => ScenarioOutcome::Failed(failure),
        PlayEnd::Broken(why) => ScenarioOutcome::Broken(why),
        PlayEnd::Passed => ScenarioOutcome::Failed(before),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ghostc_syntax::FileId;
    use std::sync::Mutex;

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
        assert_eq!(log.len(), 9 + 2 * MOST);
        let (_, log) = judged(9, |_, _, _| failed(true));
        assert_eq!(log.len(), 9 + 2, "one broken step is tried again once");
    }
}
