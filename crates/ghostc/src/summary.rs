//! The last line of a build: how many tasks came to which end, what the cases say, and what it took.

use ghostc_judge::Verdict;
use ghostc_project::wording::{grouped, plural};
use ghostc_project::{BuildReport, UnitReport, UnitWord};
use ghostc_run::{JobResult, Spending};

/// `3 built, 18 up to date, 111 cases passed, 26 held out passed`.
pub(crate) fn of(report: &BuildReport) -> String {
    let results = &report.results;
    let settled = || report.units.iter().filter(|unit| unit.is_settled);
    let tasks = |unit: &UnitReport| unit.tasks;
    let unjudged = settled().filter(|unit| unit.word == UnitWord::NotJudged);
    let unjudged: usize = unjudged.map(tasks).sum();
    let kept = report.units.iter().map(tasks).sum::<usize>() - results.len() - unjudged;
    let ended = |word| results.iter().filter(|result| end(result) == word).count();
    let mut parts = vec![format!("{} built", ended(BUILT)), format!("{kept} up to date")];
    let rare = [
        (unjudged, "not judged"),
        (ended(FAILED), FAILED),
        (ended(BLOCKED), BLOCKED),
        (ended(STOPPED), STOPPED),
    ];
    let rare = rare.into_iter().filter(|(count, _)| *count > 0);
    parts.extend(rare.map(|(count, word)| format!("{count} {word}")));
    let mut verdict = Verdict::default();
    let verdicts = settled().filter_map(|unit| unit.verdict.clone());
    verdicts.for_each(|other| verdict.add(other));
    parts.push(format!("{} passed", plural(verdict.visible.passed, "case")));
    parts.push(format!(
        "{} held out passed",
        grouped(verdict.held_out.passed as u64)
    ));
    parts.extend(spent(&report.spent));
    parts.join(", ")
}

/// What agents used: `11,382 tokens, $0.25`; nothing where they do not say.
pub(crate) fn spent(spent: &Spending) -> Vec<String> {
    let tokens = (spent.tokens > 0).then(|| format!("{} tokens", grouped(spent.tokens)));
    let dollars = spent.dollars.map(|dollars| format!("${dollars:.2}"));
    tokens.into_iter().chain(dollars).collect()
}

const BUILT: &str = "built";
const FAILED: &str = "failed";
const BLOCKED: &str = "blocked";
const STOPPED: &str = "stopped";

/// The word for how a task ended, as its own line has it.
fn end(result: &JobResult) -> &'static str {
    match result {
        JobResult::Passed { .. } => BUILT,
        JobResult::Failed { .. } | JobResult::AgentFailed { .. } | JobResult::MachineFailed(_) => FAILED,
        JobResult::Blocked { .. } => BLOCKED,
        JobResult::Interrupted | JobResult::OverBudget => STOPPED,
    }
}
