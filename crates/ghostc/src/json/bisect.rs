//! Which commit broke a case, as `ghostc bisect --format json` prints it.

use super::log::LogEntryJson;
use super::verdict::FailureJson;
use ghostc_project::history::FailingTarget;
use schemars::JsonSchema;
use serde::Serialize;

/// The commit that broke a case or a task.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Bisect {
    /// Always `ghostc.bisect/1`.
    pub(crate) schema: String,
    /// What was asked for.
    pub(crate) name: String,
    pub(crate) package: String,
    /// The first commit at which it fails; several, newest first, where those between could not be judged.
    pub(crate) first_bad: Vec<LogEntryJson>,
    /// The id of the newest commit before them at which it does not fail; null where they are the first of all.
    pub(crate) good: Option<String>,
    /// What fails at the first bad commit.
    pub(crate) targets: Vec<BrokenJson>,
    /// How many commits were judged.
    pub(crate) judged: usize,
}

/// What fails for one target.
#[derive(Serialize, JsonSchema)]
pub(crate) struct BrokenJson {
    name: String,
    failures: Vec<FailureJson>,
    /// What building said, where the code does not build.
    problem: Option<String>,
}

impl BrokenJson {
    /// What fails as JSON, without what must stay secret.
    pub(crate) fn of(report: &FailingTarget) -> BrokenJson {
        let failures = report.verdict.iter().flat_map(|verdict| &verdict.failures);
        BrokenJson {
            name: report.target.clone(),
            failures: failures.map(FailureJson::of).collect(),
            problem: report.problem.clone(),
        }
    }
}
