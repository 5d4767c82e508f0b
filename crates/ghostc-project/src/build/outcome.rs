//! What becomes of the units of a build: written, waiting or failing.

use super::report::{UnitReport, UnitWord};
use crate::event::{BuildEvent, Event, Listener};
use crate::failure::{Failure, FailureKind};
use crate::jobs::UnitWork;
use crate::judging::{NoVerdict, judge_whole};
use crate::pending_code::PendingCode;
use crate::project::Unit;
use crate::settle::{self, Relation};
use crate::slices;
use ghostc_judge::Verdict;
use ghostc_plan::Task;
use ghostc_plan::lock::Lock;
use ghostc_run::{AgentCommand, Attempt, JobResult, Protocol};
use std::collections::BTreeMap;

/// How the results of a build are settled.
pub(super) struct BuildSettlement<'a, 'l> {
    /// Whether code that replaces accepted code is accepted too.
    pub(super) accept: bool,
    /// Whether the build was stopped, so that whoever stopped it waits for its end.
    pub(super) is_interrupted: bool,
    /// Whether a tree of the unit waits, so that what was built on it waits too.
    pub(super) line_waits: bool,
    /// Whether the slices that were built grew the accepted tree once more.
    pub(super) is_regrown: bool,
    pub(super) agent: &'a AgentCommand,
    pub(super) listener: &'a mut Listener<'l>,
}

/// The tasks whose code is new, with it.
type NewCode = BTreeMap<String, PendingCode>;

impl BuildSettlement<'_, '_> {
    /// Accepts what may be accepted, keeps the rest for `accept`, and judges the whole.
    pub(super) fn settle(
        &mut self,
        work: &UnitWork<'_>,
        results: &[JobResult],
        lock: &mut Lock,
    ) -> Result<UnitReport, Failure> {
        let mut report = UnitReport::of(work, UnitWord::Pass);
        let mut accepted = NewCode::new();
        let mut waits = !work.pending.is_empty() && !self.accept;
        for (task, pending) in work.pending.iter().filter(|_| self.accept) {
            accepted.insert(task.clone(), pending.clone());
        }
        let passed = results.iter().rev().find_map(|result| {
            if let JobResult::Passed { files, .. } = result {
                Some(files)
            } else {
                None
            }
        });
        self.is_regrown = slices::is_program(work.unit) && passed == Some(&slices::tree(work.unit));
        let is_whole = results.iter().all(JobResult::is_pass);
        let is_cut_short = work.fresh && slices::is_program(work.unit) && !is_whole;
        for ((task, _), result) in work.stale.iter().zip(results) {
            report.jobs.push((task.id.clone(), result.clone()));
            if let JobResult::Failed {
                attempt: Attempt::Judged(verdict),
                ..
            } = result
            {
                report.tried.add(verdict.clone());
            }
            let Some(candidate) = self.candidate(work.unit, task, result) else {
                continue;
            };
            match self.acceptable(work, task, candidate) {
                Ok(candidate) => {
                    accepted.insert(task.id.clone(), candidate);
                }
                // The beginning of a tree that is grown anew is none that could take the place of the whole.
                Err(_) if is_cut_short => {}
                Err(candidate) => {
                    waits = true;
                    candidate.write(work.unit, &task.id)?;
                    self.tell(BuildEvent::Waits {
                        task: &task.id,
                        target: &work.unit.target.name,
                    });
                }
            }
        }
        let failed = results.iter().any(|result| !result.is_pass());
        report.word = match (failed, waits) {
            (true, _) => UnitWord::Fail,
            (false, true) => UnitWord::Pending,
            (false, false) => UnitWord::Pass,
        };
        // Of code that nothing was added to, and that was judged as it is, nothing new can be found out.
        let is_known = accepted.is_empty() && settle::is_judged(work.unit);
        if !(self.is_interrupted && is_known) {
            self.judge_all(work.unit, &accepted, lock, &mut report)?;
        }
        Ok(report)
    }

    fn tell(&mut self, event: BuildEvent<'_>) {
        (self.listener)(Event::Build(event));
    }

    /// The code of a job that passed.
    fn candidate(&self, unit: &Unit<'_>, task: &Task, result: &JobResult) -> Option<PendingCode> {
        let JobResult::Passed {
            files,
            attempts,
            tokens,
            ..
        } = result
        else {
            return None;
        };
        let spent = self.agent.protocol != Protocol::Replay && tokens.total() > 0;
        Some(PendingCode {
            key: unit
                .keys
                .get(&task.id)
                .map(|key| key.key.clone())
                .unwrap_or_default(),
            files: files.clone(),
            agent: self.agent.name.clone(),
            attempts: u64::from(*attempts),
            tokens: spent.then(|| tokens.total()),
        })
    }

    /// The candidate as it may be accepted now, or, as an error, as it has to wait.
    fn acceptable(
        &mut self,
        work: &UnitWork<'_>,
        task: &Task,
        candidate: PendingCode,
    ) -> Result<PendingCode, PendingCode> {
        let unit = work.unit;
        if slices::is_program(unit) {
            return self.acceptable_slice(work, task, candidate);
        }
        let old = unit.accepted(&task.id);
        let builds_on_waiting = || {
            let dependencies = unit.graph.dependencies_of(task);
            dependencies.iter().any(|id| work.pending.contains_key(*id))
        };
        match settle::relation(&old, &candidate.files, &unit.target.comments) {
            Relation::Changed if !self.accept => Err(candidate),
            Relation::First if !self.accept && builds_on_waiting() => Err(candidate),
            // The accepted bytes stay, so that comments and spacing make no churn.
            Relation::Equivalent => Ok(PendingCode {
                files: old,
                ..candidate
            }),
            Relation::First | Relation::Identical | Relation::Changed => Ok(candidate),
        }
    }

    /// The same of a slice. What grows on a tree that waits, waits on top of it.
    fn acceptable_slice(
        &mut self,
        work: &UnitWork<'_>,
        task: &Task,
        candidate: PendingCode,
    ) -> Result<PendingCode, PendingCode> {
        let is_new = work.unit.locked_task(&task.id).is_none();
        let is_same = self.is_regrown || slices::tree(work.unit) == candidate.files;
        let on_top = self.line_waits || !work.pending.is_empty();
        if self.accept || !on_top && (is_new || is_same) {
            return Ok(candidate);
        }
        self.line_waits = true;
        Err(candidate)
    }

    /// Judges all accepted code together; only what passes so is written.
    fn judge_all(
        &mut self,
        unit: &Unit<'_>,
        accepted: &NewCode,
        lock: &mut Lock,
        report: &mut UnitReport,
    ) -> Result<(), Failure> {
        let mut next = lock.clone();
        let code = settle::take_new(unit, &mut next, accepted);
        let is_nothing = if slices::is_program(unit) {
            settle::accepted_tasks(unit, &next).is_empty()
        } else {
            settle::accepted_operations(unit, &next).is_empty()
        };
        if is_nothing {
            return Ok(());
        }
        let files = settle::golden_files(unit, &next, &code)?;
        report.drift = would_lose(unit, accepted, &code, &files);
        if !report.drift.is_empty() {
            report.word = UnitWord::Fail;
            return Ok(());
        }
        match judge_whole(unit, &next, &code) {
            Ok(verdict) if verdict.is_pass() => {
                for text in settle::doubtful_ids(unit, lock) {
                    self.tell(BuildEvent::DoubtfulId(&text));
                }
                *lock = next;
                settle::settle(unit, lock, &files, &verdict)?;
                accepted
                    .keys()
                    .try_for_each(|task| PendingCode::remove(unit, task))?;
                self.tell(BuildEvent::Settled {
                    folder: &unit.golden.shown,
                    files: code.len(),
                    verdict: &verdict,
                    is_new: !accepted.is_empty(),
                });
                report.verdict = Some(verdict);
            }
            Ok(verdict) => {
                report.word = UnitWord::Fail;
                self.tell(BuildEvent::Failing {
                    unit: &unit.name(),
                    verdict: &verdict,
                    tasks: &failing_tasks(unit, &verdict),
                    target: &unit.target.name,
                });
                report.verdict = Some(verdict);
            }
            Err(NoVerdict::Build(text)) => {
                report.word = UnitWord::Fail;
                self.tell(BuildEvent::Broken {
                    unit: &unit.name(),
                    why: &text,
                });
                report.reason = Some(text);
            }
            Err(NoVerdict::Machine(text)) => return Err(Failure::machine(text)),
        }
        Ok(())
    }
}

/// What people did to files that would be lost if a unit's new files were written, as they read it.
fn would_lose(
    unit: &Unit<'_>,
    accepted: &NewCode,
    code: &BTreeMap<String, String>,
    files: &BTreeMap<String, String>,
) -> Vec<String> {
    let kept =
        |path: &String| code.contains_key(path) && !accepted.values().any(|new| new.files.contains_key(path));
    let written = files.iter().filter(|(path, _)| !kept(path));
    let written = written.map(|(path, text)| (path.clone(), text.clone())).collect();
    let drift = unit.golden.would_lose(unit.locked(), &written).into_iter();
    drift.map(|drift| drift.text).collect()
}

/// The tasks whose accepted code fails cases that no key depends on.
fn failing_tasks(unit: &Unit<'_>, verdict: &Verdict) -> Vec<String> {
    let fails = |operation: &usize| {
        let name = unit
            .package
            .operations
            .get(*operation)
            .map(|operation| operation.name.as_str());
        verdict
            .failures
            .iter()
            .any(|failure| Some(failure.operation.as_str()) == name)
    };
    let tasks = unit.graph.tasks.iter();
    let is_slice_that_fails = |task: &&Task| {
        verdict
            .failures
            .iter()
            .any(|failure| failure.operation == task.id)
    };
    let tasks = tasks.filter(|task| task.operations.iter().any(fails) || is_slice_that_fails(task));
    tasks.map(|task| task.id.clone()).collect()
}

/// The worst of what happened; nothing where all is well.
pub(super) fn worst(units: &[UnitReport], results: &[JobResult]) -> Option<FailureKind> {
    let of_result = |result: &JobResult| match result {
        JobResult::Passed { .. } | JobResult::Blocked { .. } => None,
        JobResult::Failed {
            attempt: Attempt::Agent(_),
            ..
        }
        | JobResult::AgentFailed { .. }
        | JobResult::MachineFailed(_) => Some(FailureKind::Machine),
        JobResult::Failed { .. } => Some(FailureKind::Findings),
        JobResult::OverBudget => Some(FailureKind::Budget),
        JobResult::Interrupted => Some(FailureKind::Interrupted),
    };
    let failed = units.iter().any(|unit| unit.word == UnitWord::Fail);
    let failed = failed.then_some(FailureKind::Findings);
    results.iter().filter_map(of_result).chain(failed).max()
}
