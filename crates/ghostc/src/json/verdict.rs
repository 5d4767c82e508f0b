//! Verdicts and build events, as `ghostc test` and `ghostc build --format json` print them.

use ghostc_judge::{Failure, Verdict};
use schemars::JsonSchema;
use serde::Serialize;

/// The verdicts of `ghostc test`, and the last line of `ghostc build`.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Test {
    /// `ghostc.test/1`, or `ghostc.build/1` at the end of a build.
    pub(crate) schema: String,
    pub(crate) packages: Vec<PackageVerdict>,
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
}

/// One task of a build.
#[derive(Serialize, JsonSchema)]
pub(crate) struct TestJob {
    pub(crate) task: String,
    /// `passed`, `failed`, `blocked`, `agent-failed`, `machine-failed`, `interrupted` or `over-budget`.
    pub(crate) result: String,
}

/// Visible cases, and held-out ones apart.
#[derive(Serialize, JsonSchema, Default)]
pub(crate) struct CaseCounts {
    pub(crate) passed: usize,
    pub(crate) failed: usize,
    pub(crate) total: usize,
    pub(crate) held_out: HeldOutCounts,
}

/// Held-out cases.
#[derive(Serialize, JsonSchema, Default)]
pub(crate) struct HeldOutCounts {
    pub(crate) passed: usize,
    pub(crate) failed: usize,
    pub(crate) total: usize,
}

impl CaseCounts {
    /// The counts of a verdict.
    pub(crate) fn of(verdict: &Verdict) -> CaseCounts {
        CaseCounts {
            passed: verdict.visible.passed,
            failed: verdict.visible.failed,
            total: verdict.visible.total(),
            held_out: HeldOutCounts {
                passed: verdict.held_out.passed,
                failed: verdict.held_out.failed,
                total: verdict.held_out.total(),
            },
        }
    }
}

/// A case that failed. A held-out one has neither input nor expected nor actual value.
#[derive(Serialize, JsonSchema)]
pub(crate) struct FailureJson {
    id: String,
    operation: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    input: Option<serde_json::Value>,
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
#[derive(Serialize, JsonSchema)]
pub(crate) struct BuildEvent {
    /// Always `ghostc.build-event/1`.
    pub(crate) schema: String,
    /// `started`, `message`, `judging`, `failed` or `finished`.
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
}
