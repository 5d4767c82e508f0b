//! Scenarios as goldens: many of them played against one program, and what came of it as outcomes or as a verdict.

use super::elastic::{T, judge_all, play_all};
use super::{ScenarioRequest, ScenarioResult, play};
use crate::harness::ResourceLimits;
use ghostc_judge::play::{PlayEnd, PlayFailure};
use ghostc_judge::script::Script;
use ghostc_judge::{Failure, Span, Tally, Value, Verdict};
use std::collections::BTreeMap;
use std::fmt;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

pub use super::elastic::ScenarioOutcome;

/// The longest that one scenario may take. Its steps have limits of their own.
const LONGEST: Duration = Duration::from_secs(900);

/// Says where a span is, as `path:line`.
pub type PlaceOf = Arc<dyn Fn(Span) -> String + Send + Sync>;

/// A scenario as a golden of a program.
#[derive(Clone)]
pub struct ScenarioGolden {
    /// Unique in its package.
    pub id: String,
    /// Its slice.
    pub slice: String,
    /// What people call it, with its row.
    pub name: String,
    /// Where it is written: `path:line`.
    pub place: String,
    /// Whether the agent must not see it.
    pub held_out: bool,
    /// The hash of what it says: what a verdict by it depends on.
    pub digest: String,
    /// What happens in it.
    pub script: Arc<Script>,
    /// Where its parts are.
    pub place_of: PlaceOf,
}

impl fmt::Debug for ScenarioGolden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScenarioGolden")
            .field("id", &self.id)
            .field("digest", &self.digest)
            .finish_non_exhaustive()
    }
}

/// What scenarios are played against, and how.
pub struct ProgramRequest<'a> {
    /// The program under test: its file, and the arguments that always come first.
    pub program: &'a [String],
    /// Variables for it, besides the usual ones.
    pub env: &'a BTreeMap<String, String>,
    /// The folder of the program, in which it does not write, where the system can see to it; nothing where it is not ours.
    pub frozen: Option<&'a Path>,
    /// What all that is inside one scenario may use together.
    pub limits: ResourceLimits,
    /// A folder for those of scenarios that did not pass, each under the id of its scenario; they are removed where this
    /// is nothing.
    pub keep: Option<&'a Path>,
    /// Ends scenarios early where it is set.
    pub stop: &'a AtomicBool,
}

/// What became of some scenarios.
#[derive(Clone, Debug)]
pub struct ScenarioResults {
    /// Each, in their order.
    pub scenarios: Vec<PlayedScenario>,
    /// What of a seal could not be made, as words.
    pub unsealed: Option<String>,
}

/// What became of a scenario, and where its folder is.
#[derive(Clone, Debug, PartialEq)]
pub struct PlayedScenario {
    /// What became of it.
    pub outcome: ScenarioOutcome,
    /// Its folder, where it was to be kept and could be.
    pub folder: Option<PathBuf>,
}

/// A scenario without a verdict, as the machine, a fake or ghostc failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{scenario} has no verdict: {why}")]
pub struct BrokenScenario {
    /// Which one, as words; of one that is held out its slice alone.
    pub scenario: String,
    /// Why.
    pub why: String,
}

/// Plays scenarios against a program, side by side, and those that were too late again, with more time.
pub fn judge_scenarios(goldens: &[&ScenarioGolden], request: &ProgramRequest<'_>) -> ScenarioResults {
    play_goldens(goldens, request, |play| judge_all(goldens.len(), play))
}

/// Plays scenarios against a program once: what is too late fails.
pub(crate) fn try_scenarios(goldens: &[&ScenarioGolden], request: &ProgramRequest<'_>) -> ScenarioResults {
    play_goldens(goldens, request, |play| {
        let ends = play_all(goldens.len(), play).into_iter();
        ends.map(ScenarioOutcome::from).collect()
    })
}

/// Plays the scenario of a number, with a length of `t`.
type PlayNumber<'a> = &'a (dyn Fn(usize, u64) -> PlayEnd + Sync);

fn play_goldens(
    goldens: &[&ScenarioGolden],
    request: &ProgramRequest<'_>,
    outcomes: impl FnOnce(PlayNumber<'_>) -> Vec<ScenarioOutcome>,
) -> ScenarioResults {
    let (folders, unsealed) = (Mutex::new(BTreeMap::new()), Mutex::new(None));
    let outcomes = outcomes(&|number, t| {
        let Some(golden) = goldens.get(number) else {
            return PlayEnd::Broken("there is no such scenario".to_string());
        };
        let played = play_golden(golden, t, request);
        if let Some(folder) = played.folder {
            let mut folders = folders.lock().unwrap_or_else(PoisonError::into_inner);
            folders.insert(number, folder);
        }
        if played.unsealed.is_some() {
            *unsealed.lock().unwrap_or_else(PoisonError::into_inner) = played.unsealed;
        }
        played.end
    });
    let mut folders = folders.into_inner().unwrap_or_else(PoisonError::into_inner);
    let scenarios = outcomes.into_iter().enumerate();
    ScenarioResults {
        scenarios: scenarios
            .map(|(number, outcome)| PlayedScenario {
                outcome,
                folder: folders.remove(&number),
            })
            .collect(),
        unsealed: unsealed.into_inner().unwrap_or_else(PoisonError::into_inner),
    }
}

fn play_golden(golden: &ScenarioGolden, t: u64, request: &ProgramRequest<'_>) -> ScenarioResult {
    let keep = request.keep.map(|keep| keep.join(&golden.id));
    play(&ScenarioRequest {
        t,
        keep: keep.as_deref(),
        ..usual(&golden.script, request)
    })
}

/// Plays a scenario once, and keeps what its steps see that expect nothing.
pub fn record_scenario(script: &Arc<Script>, request: &ProgramRequest<'_>) -> ScenarioResult {
    play(&ScenarioRequest {
        record: true,
        ..usual(script, request)
    })
}

/// How a scenario is played where nothing else is asked for.
fn usual<'a>(script: &'a Arc<Script>, request: &ProgramRequest<'a>) -> ScenarioRequest<'a> {
    ScenarioRequest {
        script,
        program: request.program,
        env: request.env,
        frozen: request.frozen,
        t: T,
        // New words in each run: the system's own randomness, which the standard library shows in no other way.
        seed: RandomState::new().build_hasher().finish(),
        limits: request.limits,
        time: LONGEST,
        keep: None,
        record: false,
        stop: request.stop,
    }
}

/// What became of scenarios as a verdict, in which a scenario is a case of its slice.
///
/// # Errors
/// Gives the first scenario that has no verdict: then there is none on any.
pub fn scenario_verdict(
    goldens: &[&ScenarioGolden],
    results: &ScenarioResults,
) -> Result<Verdict, BrokenScenario> {
    let mut verdict = Verdict::default();
    for (golden, played) in goldens.iter().zip(&results.scenarios) {
        let passed = usize::from(played.outcome.is_pass());
        let tally = Tally {
            passed,
            failed: 1 - passed,
        };
        let of_kind = if golden.held_out {
            &mut verdict.held_out
        } else {
            &mut verdict.visible
        };
        *of_kind = of_kind.plus(tally);
        match &played.outcome {
            ScenarioOutcome::Passed | ScenarioOutcome::Unsteady(_) => {}
            ScenarioOutcome::Failed(failure) => verdict.failures.push(golden.failure(failure)),
            ScenarioOutcome::Broken(why) => return Err(golden.broken(why)),
        }
    }
    Ok(verdict)
}

impl ScenarioGolden {
    fn failure(&self, failure: &PlayFailure) -> Failure {
        let late = if failure.is_late { ", too late" } else { "" };
        let step = format!("step {}, {}{late}", failure.step + 1, failure.what);
        Failure {
            id: self.id.clone(),
            operation: self.slice.clone(),
            place: self.place.clone(),
            held_out: self.held_out,
            input: Value::String(step),
            expected: format!("what is written at {}", (self.place_of)(failure.span)),
            actual: failure.details.join("\n"),
        }
    }

    fn broken(&self, why: &str) -> BrokenScenario {
        let (scenario, why) = if self.held_out {
            let scenario = format!("a held-out scenario of `{}`", self.slice);
            (scenario, "what it needs could not be played".to_string())
        } else {
            (
                format!("the scenario `{}` ({})", self.id, self.place),
                why.to_string(),
            )
        };
        BrokenScenario { scenario, why }
    }
}

#[cfg(test)]
mod tests;
