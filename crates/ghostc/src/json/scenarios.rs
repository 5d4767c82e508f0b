//! What a program did with scenarios, as `ghostc test --program CMD --format json` prints it.

use super::counts::{CaseCounts, HeldOutCounts};
use ghostc_project::{JudgedProgram, JudgedScenario};
use ghostc_run::ScenarioOutcome;
use ghostc_syntax::Sources;
use schemars::JsonSchema;
use serde::Serialize;

/// What a program did with the scenarios of its package.
#[derive(Serialize, JsonSchema)]
pub(crate) struct ScenariosJson {
    /// Visible scenarios, and held-out ones apart; those that are unsteady have passed.
    pub(crate) counts: CaseCounts,
    /// Scenarios that passed only with more time.
    pub(crate) unsteady: Vec<String>,
    /// How many wait to be written.
    pub(crate) todo: usize,
    /// What failed.
    pub(crate) failures: Vec<ScenarioFailureJson>,
}

/// A scenario that failed. A held-out one has an id and a slice alone.
#[derive(Serialize, JsonSchema)]
pub(crate) struct ScenarioFailureJson {
    id: String,
    slice: String,
    held_out: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// Where the scenario is written: `path:line`.
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<String>,
    /// The step that failed, from 1; null where there is no verdict.
    #[serde(skip_serializing_if = "Option::is_none")]
    step: Option<usize>,
    /// What the step does.
    #[serde(skip_serializing_if = "Option::is_none")]
    what: Option<String>,
    /// Where it is written what is not met: `path:line`.
    #[serde(skip_serializing_if = "Option::is_none")]
    expected_at: Option<String>,
    /// What was seen, line by line.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    details: Vec<String>,
    /// Whether it was too late and nothing else.
    #[serde(skip_serializing_if = "Option::is_none")]
    late: Option<bool>,
    /// Why there is no verdict.
    #[serde(skip_serializing_if = "Option::is_none")]
    broken: Option<String>,
    /// Where the scenario's folder is kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    folder: Option<String>,
}

impl ScenarioFailureJson {
    fn of(scenario: &JudgedScenario, sources: &Sources, shows_held_out: bool) -> Option<ScenarioFailureJson> {
        let mut failed = ScenarioFailureJson {
            id: scenario.id.clone(),
            slice: scenario.slice.clone(),
            held_out: scenario.held_out,
            name: None,
            place: None,
            step: None,
            what: None,
            expected_at: None,
            details: Vec::new(),
            late: None,
            broken: None,
            folder: None,
        };
        if scenario.passed() || scenario.held_out && !shows_held_out {
            return (!scenario.passed()).then_some(failed);
        }
        failed.name = Some(scenario.name.clone());
        failed.place = Some(scenario.place.clone());
        failed.folder = scenario
            .folder
            .as_ref()
            .map(|folder| folder.display().to_string());
        match &scenario.outcome {
            ScenarioOutcome::Passed | ScenarioOutcome::Unsteady(_) => return None,
            ScenarioOutcome::Broken(why) => failed.broken = Some(why.clone()),
            ScenarioOutcome::Failed(failure) => {
                failed.step = Some(failure.step + 1);
                failed.what = Some(failure.what.clone());
                failed.expected_at = Some(sources.place(failure.span));
                failed.details.clone_from(&failure.details);
                failed.late = Some(failure.is_late);
            }
        }
        Some(failed)
    }
}

/// What a program did with scenarios.
pub(crate) fn scenarios(program: &JudgedProgram, sources: &Sources, shows_held_out: bool) -> ScenariosJson {
    let count = |held_out: bool, passed: bool| {
        let meant = program.scenarios.iter();
        meant
            .filter(|scenario| scenario.held_out == held_out && scenario.passed() == passed)
            .count()
    };
    let (passed, failed) = (count(false, true), count(false, false));
    let (held_passed, held_failed) = (count(true, true), count(true, false));
    let failures = program.scenarios.iter();
    let failures = failures.filter_map(|scenario| ScenarioFailureJson::of(scenario, sources, shows_held_out));
    ScenariosJson {
        counts: CaseCounts {
            passed,
            failed,
            total: passed + failed,
            held_out: HeldOutCounts {
                passed: held_passed,
                failed: held_failed,
                total: held_passed + held_failed,
            },
        },
        unsteady: program
            .unsteady()
            .map(|(scenario, _)| scenario.id.clone())
            .collect(),
        todo: program.todo,
        failures: failures.collect(),
    }
}
