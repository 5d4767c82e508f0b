//! What a whole run found, as `ghostc ci --format json` prints it and `ci.json` holds it.

use crate::json::{Diff, Test};
use crate::report::{DiagnosticJson, Report};
use ghostc_project::FailureKind;
use ghostc_project::ci::StageState;
use schemars::JsonSchema;
use serde::Serialize;

/// The stages of a run, what they found, and what comes of it.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Ci<'r> {
    /// Always `ghostc.ci/1`.
    schema: String,
    /// `pass`, `fail` where there are findings that fail the run, or `error` where something could not be judged.
    verdict: String,
    /// `check`, `diff`, `build`, `test` and `drift`, in this order.
    stages: Vec<StageJson>,
    /// What the spec was compared with; null where nothing is known to compare it with.
    base: Option<BaseJson>,
    /// The findings, stage by stage; paths are relative to the repository.
    findings: Vec<FindingJson>,
    /// As `ghostc diff --format json` prints it; null where there is no base.
    diff: Option<&'r Diff>,
    /// As `ghostc test --format json` prints it; null where nothing could be planned.
    tests: Option<&'r Test>,
}

/// One stage.
#[derive(Serialize, JsonSchema)]
struct StageJson {
    name: String,
    /// `ok`, `stale`, `fail` or `skipped`.
    state: String,
    /// What it found, on a line.
    summary: String,
}

/// The commit that the spec was compared with.
#[derive(Serialize, JsonSchema)]
struct BaseJson {
    commit: String,
    /// A branch, or what else it was found by.
    name: String,
}

/// One finding, as `ghostc check --format json` prints them, with its stage.
#[derive(Serialize, JsonSchema)]
struct FindingJson {
    /// The stage that found it.
    stage: String,
    #[serde(flatten)]
    finding: DiagnosticJson,
}

/// What `verdict` says of what a run comes to.
pub(crate) fn verdict(kind: Option<FailureKind>) -> &'static str {
    match kind {
        None => "pass",
        Some(FailureKind::Findings) => "fail",
        Some(_) => "error",
    }
}

/// A run as JSON: its report, its base, what it comes to, what changed since the base, and the verdicts on code.
pub(crate) fn ci<'r>(
    report: &Report,
    base: Option<&(String, String)>,
    kind: Option<FailureKind>,
    diff: Option<&'r Diff>,
    tests: Option<&'r Test>,
) -> Ci<'r> {
    let stages = report.stages.iter();
    let findings = report.findings.iter();
    Ci {
        schema: "ghostc.ci/1".to_string(),
        verdict: verdict(kind).to_string(),
        stages: stages
            .map(|stage| StageJson {
                name: stage.name.to_string(),
                state: state(stage.state).to_string(),
                summary: stage.summary.clone(),
            })
            .collect(),
        base: base.map(|(commit, name)| BaseJson {
            commit: commit.clone(),
            name: name.clone(),
        }),
        findings: findings
            .map(|found| FindingJson {
                stage: found.stage.unwrap_or_default().to_string(),
                finding: DiagnosticJson::of(found),
            })
            .collect(),
        diff,
        tests,
    }
}

fn state(state: StageState) -> &'static str {
    match state {
        StageState::Ok => "ok",
        StageState::Stale => "stale",
        StageState::Fail => "fail",
        StageState::Skipped => "skipped",
    }
}
