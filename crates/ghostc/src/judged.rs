//! Accepted code, judged with the cases as they are now.

use crate::exit::{Exit, Failure};
use crate::golden::Drift;
use crate::json::{CaseCounts, FailureJson, TargetVerdict};
use crate::project::{Project, Unit};
use crate::settle::{self, NoVerdict};
use crate::toolchain::Probes;
use ghostc_judge::Verdict;
use ghostc_run::ToolchainState;
use std::collections::BTreeMap;

/// What was found out about the accepted code of one unit.
pub(crate) struct Judged {
    /// What it did with the cases, where it could be run.
    pub(crate) verdict: Option<Verdict>,
    /// What that comes to.
    pub(crate) word: Word,
    /// Why there is no verdict, or what the verdict leaves out.
    pub(crate) reason: Option<String>,
    /// Files that are not as they were accepted.
    pub(crate) drift: Vec<Drift>,
}

/// A verdict in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Word {
    /// Every case passed, and every file is as it was accepted.
    Pass,
    /// Something does not.
    Fail,
    /// There is no accepted code.
    NotBuilt,
    /// The machine lacks the programs that it takes.
    NotJudged,
}

impl Word {
    /// The word of every output format.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Word::Pass => "pass",
            Word::Fail => "fail",
            Word::NotBuilt => "not-built",
            Word::NotJudged => "not-judged",
        }
    }
}

impl Judged {
    fn without(word: Word, reason: String) -> Judged {
        Judged {
            verdict: None,
            word,
            reason: Some(reason),
            drift: Vec::new(),
        }
    }

    /// The exit code that it asks for.
    pub(crate) fn exit(&self) -> Exit {
        match self.word {
            Word::Fail | Word::NotBuilt => Exit::Findings,
            Word::Pass | Word::NotJudged => Exit::Fine,
        }
    }

    /// It as JSON.
    pub(crate) fn to_json(&self, target: &str) -> TargetVerdict {
        let failures = self.verdict.iter().flat_map(|verdict| &verdict.failures);
        TargetVerdict {
            name: target.to_string(),
            verdict: self.word.as_str().to_string(),
            cases: self.verdict.as_ref().map(CaseCounts::of).unwrap_or_default(),
            failures: failures.map(FailureJson::of).collect(),
            drift: self.drift.iter().map(|drift| drift.text.clone()).collect(),
            reason: self.reason.clone(),
            jobs: Vec::new(),
        }
    }
}

/// Judges the accepted code of a unit.
///
/// # Errors
/// Fails where the machine does, and where a target that was asked for by name has no programs here.
pub(crate) fn judge(unit: &Unit<'_>, project: &Project, probes: &mut Probes) -> Result<Judged, Failure> {
    let locked = unit.locked();
    if locked.is_none() {
        return Ok(Judged::without(
            Word::NotBuilt,
            "no accepted code; run `ghostc build`".to_string(),
        ));
    }
    if let ToolchainState::Missing { reason, install } = probes.of(unit.target) {
        let text = format!("{reason}; {install}");
        let failure = Failure::machine(format!("{}: {text}", unit.name()));
        return if project.targets_named {
            Err(failure)
        } else {
            Ok(Judged::without(Word::NotJudged, text))
        };
    }
    let drift = unit.golden.drift(locked);
    let tasks = unit.graph.tasks.iter();
    let code: BTreeMap<String, String> = tasks.flat_map(|task| unit.accepted(&task.id)).collect();
    let operations = settle::accepted_operations(unit, &project.lock);
    match settle::judge_code(unit, &code, &operations) {
        Ok(verdict) => {
            let reason = not_built(unit);
            let passed = verdict.is_pass() && drift.is_empty() && reason.is_none();
            Ok(Judged {
                verdict: Some(verdict),
                word: if passed { Word::Pass } else { Word::Fail },
                reason,
                drift,
            })
        }
        Err(NoVerdict::Build(text)) => Ok(Judged {
            verdict: None,
            word: Word::Fail,
            reason: Some(text),
            drift,
        }),
        Err(NoVerdict::Machine(text)) => Err(Failure::machine(text)),
    }
}

/// Tasks without accepted code: their cases were not judged, and that is not a pass.
fn not_built(unit: &Unit<'_>) -> Option<String> {
    let tasks = unit.graph.tasks.iter();
    let tasks = tasks.filter(|task| unit.locked_task(&task.id).is_none());
    let names: Vec<String> = tasks.map(|task| format!("`{}`", task.id)).collect();
    let verb = if names.len() == 1 { "was" } else { "were" };
    (!names.is_empty()).then(|| format!("{} {verb} never built; run `ghostc build`", names.join(", ")))
}
