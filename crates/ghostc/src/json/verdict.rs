//! Verdicts and build events, as `ghostc test` and `ghostc build --format json` print them.

use super::counts::CaseCounts;
use super::scenarios::{ScenariosJson, scenarios};
use ghostc_judge::Failure;
use ghostc_project::{ConformanceReport, JudgedUnit, UnitReport};
use ghostc_run::{JobResult, Spending, TurnOutcome};
use schemars::JsonSchema;
use serde::Serialize;

/// The verdicts of `ghostc test`, and the last line of `ghostc build`.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Test {
    /// `ghostc.test/1`, or `ghostc.build/1` at the end of a build.
    pub(crate) schema: String,
    pub(crate) packages: Vec<PackageVerdict>,
    /// What agents used, at the end of a build that asked any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) spent: Option<SpentJson>,
}

/// What agents used, in turns that failed or were stopped too.
#[derive(Serialize, JsonSchema)]
pub(crate) struct SpentJson {
    /// How often an agent was asked.
    turns: usize,
    /// Turns of which it is not known what they used.
    unknown_turns: usize,
    tokens: u64,
    /// Null where no agent says.
    dollars: Option<f64>,
}

/// The verdicts on one package.
#[derive(Serialize, JsonSchema)]
pub(crate) struct PackageVerdict {
    pub(crate) name: String,
    pub(crate) targets: Vec<TargetVerdict>,
}

/// The verdict on a package's code for one target.
#[derive(Serialize, JsonSchema)]
pub(crate) struct TargetVerdict {
    pub(crate) name: String,
    /// `pass`, `fail`, `stale`, `pending`, `not-judged` or `not-built`.
    pub(crate) verdict: String,
    pub(crate) cases: CaseCounts,
    pub(crate) failures: Vec<FailureJson>,
    /// Files of `golden/` that are not as they were accepted.
    pub(crate) drift: Vec<String>,
    /// Why there is no verdict, where there is none.
    pub(crate) reason: Option<String>,
    /// The tasks that were built in this run.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) jobs: Vec<TestJob>,
    /// Of a program that was judged by scenarios: what it did with them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) scenarios: Option<ScenariosJson>,
}

/// One task of a build.
#[derive(Serialize, JsonSchema)]
pub(crate) struct TestJob {
    pub(crate) task: String,
    /// `passed`, `failed`, `blocked`, `agent-failed`, `machine-failed`, `interrupted` or `over-budget`.
    pub(crate) result: String,
}

/// A case that failed. A held-out one has neither input nor expected nor actual value.
#[derive(Serialize, JsonSchema)]
pub(crate) struct FailureJson {
    id: String,
    operation: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<serde_json::Value>")]
    input: Option<ghostc_syntax::Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expected: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    actual: Option<String>,
    /// Where the case is written: `path:line`.
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<String>,
    held_out: bool,
}

impl FailureJson {
    /// A failure without what must stay secret.
    pub(crate) fn of(failure: &Failure) -> FailureJson {
        let open = !failure.held_out;
        FailureJson {
            id: failure.id.clone(),
            operation: failure.operation.clone(),
            input: open.then(|| failure.input.clone()),
            expected: open.then(|| failure.expected.clone()),
            actual: open.then(|| failure.actual.clone()),
            place: open.then(|| failure.place.clone()),
            held_out: failure.held_out,
        }
    }
}

/// One line of `ghostc build --format json` but the last.
#[derive(Serialize, JsonSchema, Default)]
pub(crate) struct BuildEvent {
    /// Always `ghostc.build-event/1`.
    pub(crate) schema: String,
    /// `already-passes`, `started`, `message`, `turn`, `judging`, `failed` or `finished`; `limits` where limits on programs are not enforced by
    /// the system, which is about the whole build and names no package, target and task.
    pub(crate) event: String,
    pub(crate) package: String,
    pub(crate) target: String,
    pub(crate) task: String,
    /// The attempt, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) attempt: Option<u32>,
    /// What was said, or how it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cases: Option<CaseCounts>,
    /// How a turn of an agent ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) turn: Option<TurnJson>,
}

/// How a turn of an agent ended, and what it used.
#[derive(Serialize, JsonSchema)]
pub(crate) struct TurnJson {
    /// Null where the agent does not say, as each of the next two.
    input_tokens: Option<u64>,
    output_tokens: Option<u64>,
    dollars: Option<f64>,
    /// `auth`, `quota`, `overload`, `network`, `stall`, `refusal`, `crash` or `start`; null where it did not fail.
    failure: Option<String>,
    /// In how many seconds the agent can be asked again, where it says so.
    retry_after: Option<f64>,
    /// Whether it was stopped, as the build was.
    stopped: bool,
}

impl TurnJson {
    pub(crate) fn of(outcome: &TurnOutcome) -> TurnJson {
        TurnJson {
            input_tokens: outcome.tokens.map(|tokens| tokens.input),
            output_tokens: outcome.tokens.map(|tokens| tokens.output),
            dollars: outcome.dollars,
            failure: outcome.failure.map(|class| class.as_str().to_string()),
            retry_after: outcome.retry_after.map(|after| after.as_secs_f64()),
            stopped: outcome.is_stopped,
        }
    }
}

/// What `ghostc test` finds, as JSON.
pub(crate) fn tested(units: &[JudgedUnit]) -> Test {
    let targets = units
        .iter()
        .map(|unit| (unit.package.as_str(), judged_target(unit)));
    verdicts("ghostc.test/1", targets)
}

/// What a program did with the scenarios of packages, as JSON.
pub(crate) fn conformance(report: &ConformanceReport, shows_held_out: bool) -> Test {
    let targets = report.packages.iter().map(|program| {
        let judged = TargetVerdict {
            name: "program".to_string(),
            verdict: if program.is_pass() { "pass" } else { "fail" }.to_string(),
            cases: CaseCounts::default(),
            failures: Vec::new(),
            drift: Vec::new(),
            reason: None,
            jobs: Vec::new(),
            scenarios: Some(scenarios(program, &report.sources, shows_held_out)),
        };
        (program.name.as_str(), judged)
    });
    verdicts("ghostc.test/1", targets)
}

/// What a build comes to, as JSON.
pub(crate) fn built(units: &[UnitReport], spent: &Spending) -> Test {
    let targets = units.iter().map(|unit| (unit.package.as_str(), target(unit)));
    let spent = (spent.turns > 0).then_some(SpentJson {
        turns: spent.turns,
        unknown_turns: spent.unknown_turns,
        tokens: spent.tokens,
        dollars: spent.dollars,
    });
    Test {
        spent,
        ..verdicts("ghostc.build/1", targets)
    }
}

/// The verdicts on targets by the packages that they are of.
fn verdicts<'u>(schema: &str, targets: impl Iterator<Item = (&'u str, TargetVerdict)>) -> Test {
    let mut packages: Vec<PackageVerdict> = Vec::new();
    for (name, target) in targets {
        match packages.last_mut().filter(|package| package.name == name) {
            Some(package) => package.targets.push(target),
            None => packages.push(PackageVerdict {
                name: name.to_string(),
                targets: vec![target],
            }),
        }
    }
    Test {
        schema: schema.to_string(),
        packages,
        spent: None,
    }
}

fn judged_target(unit: &JudgedUnit) -> TargetVerdict {
    let failures = unit.verdict.iter().flat_map(|verdict| &verdict.failures);
    TargetVerdict {
        name: unit.target.clone(),
        verdict: unit.word.as_str().to_string(),
        cases: unit.verdict.as_ref().map(CaseCounts::of).unwrap_or_default(),
        failures: failures.map(FailureJson::of).collect(),
        drift: unit.drift.iter().map(|drift| drift.text.clone()).collect(),
        reason: unit.reason.clone(),
        jobs: Vec::new(),
        scenarios: None,
    }
}

fn target(unit: &UnitReport) -> TargetVerdict {
    // What was accepted as a whole, and what was tried and not accepted.
    let mut verdict = unit.verdict.clone().unwrap_or_default();
    verdict.add(unit.tried.clone());
    let mut cases = CaseCounts::of(&verdict);
    if let (0, Some((passed, held_out))) = (verdict.total(), unit.locked) {
        cases.passed = passed;
        cases.total = passed;
        cases.held_out.passed = held_out;
        cases.held_out.total = held_out;
    }
    let jobs = unit.jobs.iter().map(|(task, result)| TestJob {
        task: task.clone(),
        result: result_word(result).to_string(),
    });
    TargetVerdict {
        name: unit.target.clone(),
        verdict: unit.word.as_str().to_string(),
        cases,
        failures: verdict.failures.iter().map(FailureJson::of).collect(),
        drift: unit.drift.clone(),
        reason: unit.reason.clone(),
        jobs: jobs.collect(),
        scenarios: None,
    }
}

/// How a job ended, in one word.
pub(crate) fn result_word(result: &JobResult) -> &'static str {
    match result {
        JobResult::Passed { .. } => "passed",
        JobResult::Failed { .. } => "failed",
        JobResult::Blocked { .. } => "blocked",
        JobResult::AgentFailed { .. } => "agent-failed",
        JobResult::MachineFailed(_) => "machine-failed",
        JobResult::Interrupted => "interrupted",
        JobResult::OverBudget => "over-budget",
    }
}
