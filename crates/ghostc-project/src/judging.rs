//! Judging: code with the cases as they are now, be it a candidate or what was accepted.

use crate::failure::Failure;
use crate::harness::{cases, harness};
use crate::judged_unit::{JudgedUnit, VerdictWord};
use crate::project::{Project, Unit};
use crate::settle;
use crate::slices::{self, CodeTree};
use crate::toolchain::Toolchains;
use ghostc_judge::{JudgedCase, Verdict, judge};
use ghostc_plan::Task;
use ghostc_plan::lock::Lock;
use ghostc_plan::prompt::TemplateError;
use ghostc_run::{ObserveError, ToolchainState, judge_program};
use std::collections::BTreeMap;

/// What a verdict could not be reached for.
pub(crate) enum NoVerdict {
    /// The code does not build: the code's fault.
    Build(String),
    /// The machine failed.
    Machine(String),
}

/// Judges all code of a unit by all that the tasks of a lock are held against.
pub(crate) fn judge_whole(
    unit: &Unit<'_>,
    lock: &Lock,
    code: &BTreeMap<String, String>,
) -> Result<Verdict, NoVerdict> {
    if slices::is_program(unit) {
        return judge_tree(unit, code, &settle::accepted_tasks(unit, lock));
    }
    judge_code(unit, code, &settle::accepted_operations(unit, lock))
}

/// Judges a tree by all that some slices are held against.
fn judge_tree(unit: &Unit<'_>, tree: &CodeTree, tasks: &[&Task]) -> Result<Verdict, NoVerdict> {
    let machine = |error: TemplateError| NoVerdict::Machine(error.to_string());
    let program = slices::program(unit).map_err(machine)?;
    let operations: Vec<usize> = tasks
        .iter()
        .flat_map(|task| task.operations.iter().copied())
        .collect();
    let harness = harness(unit, &operations).map_err(machine)?;
    let goldens = slices::goldens(unit, tasks.iter().copied());
    let stop = &unit.project.host.stop.softly;
    match judge_program(tree, &program, &goldens, Some(&harness), stop) {
        Ok(judged) => Ok(judged.verdict),
        Err(error @ ObserveError::Build { .. }) => Err(NoVerdict::Build(error.to_string())),
        Err(error) => Err(NoVerdict::Machine(error.to_string())),
    }
}

/// Judges code for some operations of a unit with all their cases.
fn judge_code(
    unit: &Unit<'_>,
    code: &BTreeMap<String, String>,
    operations: &[usize],
) -> Result<Verdict, NoVerdict> {
    judge_cases(unit, code, operations, &cases(unit, operations))
}

/// Judges code for some operations of a unit with some of their cases.
pub(crate) fn judge_cases(
    unit: &Unit<'_>,
    code: &BTreeMap<String, String>,
    operations: &[usize],
    cases: &[JudgedCase],
) -> Result<Verdict, NoVerdict> {
    let harness = harness(unit, operations).map_err(|error| NoVerdict::Machine(error.to_string()))?;
    match ghostc_run::observe(&harness, code, cases) {
        Ok(observed) => Ok(judge(cases.iter().zip(observed.iter().map(Some)))),
        Err(error @ ObserveError::Build { .. }) => Err(NoVerdict::Build(error.to_string())),
        Err(error) => Err(NoVerdict::Machine(error.to_string())),
    }
}

/// A unit that could not be judged, and why.
pub(crate) fn without_verdict(unit: &Unit<'_>, word: VerdictWord, reason: String) -> JudgedUnit {
    JudgedUnit {
        package: unit.package.name.clone(),
        target: unit.target.name.clone(),
        verdict: None,
        word,
        reason: Some(reason),
        drift: Vec::new(),
    }
}

/// Judges the accepted code of a unit.
///
/// # Errors
/// Fails where the machine does, and where a target that was asked for by name has no programs here.
pub(crate) fn judge_accepted(
    unit: &Unit<'_>,
    project: &Project,
    toolchains: &mut Toolchains,
) -> Result<JudgedUnit, Failure> {
    let locked = unit.locked();
    if locked.is_none() {
        return Ok(without_verdict(
            unit,
            VerdictWord::NotBuilt,
            "no accepted code; run `ghostc build`".to_string(),
        ));
    }
    if let ToolchainState::Missing { reason, install } = toolchains.of(unit.target) {
        let text = format!("{reason}; {install}");
        let failure = Failure::machine(format!("{}: {text}", unit.name()));
        return if project.targets_named {
            Err(failure)
        } else {
            Ok(without_verdict(unit, VerdictWord::NotJudged, text))
        };
    }
    let drift = unit.golden.drift(locked);
    let tasks = unit.graph.tasks.iter();
    let code: BTreeMap<String, String> = tasks.flat_map(|task| unit.accepted(&task.id)).collect();
    match judge_whole(unit, &project.lock, &code) {
        Ok(verdict) => {
            let reason = not_built(unit);
            let passed = verdict.is_pass() && drift.is_empty() && reason.is_none();
            Ok(JudgedUnit {
                package: unit.package.name.clone(),
                target: unit.target.name.clone(),
                verdict: Some(verdict),
                word: if passed {
                    VerdictWord::Pass
                } else {
                    VerdictWord::Fail
                },
                reason,
                drift,
            })
        }
        Err(NoVerdict::Build(text)) => Ok(JudgedUnit {
            package: unit.package.name.clone(),
            target: unit.target.name.clone(),
            verdict: None,
            word: VerdictWord::Fail,
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
