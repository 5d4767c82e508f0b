//! What a build made, beside the project as it is when that is written down: other writers, and people, may have changed it
//! meanwhile.

use super::outcome::BuildSettlement;
use super::report::{UnitReport, UnitWord};
use super::{Build, Todo};
use crate::event::{BuildEvent, nobody};
use crate::failure::Failure;
use crate::jobs::UnitWork;
use crate::project::{Project, Unit};
use crate::writers::SettleLock;
use ghostc_plan::lock::Lock;
use ghostc_run::{AgentCommand, JobResult};

/// The work of a build for one package and target as it is now, with those results that still fit.
pub(super) struct CurrentWork<'u> {
    /// What is stale now and was built, with the project as it is now.
    pub(super) work: UnitWork<'u>,
    /// The results of its stale tasks, in their order.
    pub(super) results: Vec<JobResult>,
    /// Tasks whose finished code is for a spec, a dependency or a template that is another one now.
    pub(super) outdated: Vec<String>,
    /// Whether anything is stale that was not when the build began.
    pub(super) is_changed: bool,
}

impl<'u> CurrentWork<'u> {
    /// Compares what was built with the unit as it is now.
    pub(super) fn of(
        built: &UnitWork<'_>,
        results: &[JobResult],
        now: &'u Unit<'u>,
        only: &[String],
    ) -> Result<CurrentWork<'u>, Failure> {
        let mut work = UnitWork::find(now, only, built.fresh)?;
        let key_of = |unit: &Unit<'_>, task: &str| unit.keys.get(task).map(|key| key.key.clone());
        let fits = |task: &str| key_of(now, task).is_some_and(|key| Some(key) == key_of(built.unit, task));
        let made = || built.stale.iter().zip(results);
        let outdated = made().filter(|((task, _), result)| result.is_pass() && !fits(&task.id));
        let outdated: Vec<String> = outdated.map(|((task, _), _)| task.id.clone()).collect();
        let mut kept = Vec::new();
        let before = work.stale.len();
        work.stale.retain(|(task, _)| {
            let result = made().find(|((known, _), _)| known.id == task.id);
            match result.filter(|_| fits(&task.id)) {
                Some((_, result)) => {
                    kept.push(result.clone());
                    true
                }
                None => false,
            }
        });
        Ok(CurrentWork {
            is_changed: work.stale.len() < before,
            work,
            results: kept,
            outdated,
        })
    }
}

impl Build<'_, '_> {
    /// Writes down what the results decide, and the lock where it changed.
    ///
    /// The project is read once more, since agents take their time: what others wrote meanwhile stays, and what was built
    /// for another spec is not accepted.
    pub(super) fn settle(
        &mut self,
        todo: &Todo<'_>,
        results: &[JobResult],
        agent: &AgentCommand,
        units: &mut [UnitReport],
    ) -> Result<(), Failure> {
        let host = &self.project.host;
        let _settling = SettleLock::begin(&self.project.root, host)?;
        let at = (self.request.project.as_deref(), host);
        let project = Project::open(&self.request.paths, &self.request.targets, at, &mut nobody())?;
        let now = project.units()?;
        let mut lock = project.lock.clone();
        let is_interrupted = results
            .iter()
            .any(|result| matches!(result, JobResult::Interrupted));
        let mut first = 0;
        for (at, work) in todo {
            let mine = results.get(first..first + work.stale.len()).unwrap_or_default();
            first += mine.len();
            let is_same = |unit: &&Unit<'_>| {
                unit.package.name == work.unit.package.name && unit.target.name == work.unit.target.name
            };
            let report = match now.iter().find(is_same) {
                Some(unit) => {
                    let current = CurrentWork::of(work, mine, unit, &self.request.tasks)?;
                    self.settle_unit(current, (agent, is_interrupted), &mut lock)?
                }
                None => UnitReport {
                    reason: Some("it is no longer in the spec".to_string()),
                    ..UnitReport::of(work, UnitWord::Fail)
                },
            };
            if let Some(unit) = units.get_mut(*at) {
                *unit = report;
            }
        }
        let written = lock != project.lock;
        if written {
            project.write_lock(&lock)?;
        }
        if !lock.tasks.is_empty() {
            let tasks = lock.tasks.len();
            self.tell(BuildEvent::Lock { tasks, written });
        }
        Ok(())
    }

    /// Writes down what the results decide for one package and target.
    fn settle_unit(
        &mut self,
        current: CurrentWork<'_>,
        (agent, is_interrupted): (&AgentCommand, bool),
        lock: &mut Lock,
    ) -> Result<UnitReport, Failure> {
        let target = &current.work.unit.target.name;
        for task in &current.outdated {
            self.tell(BuildEvent::Outdated { task, target });
        }
        let mut settlement = BuildSettlement {
            accept: self.request.accept,
            is_interrupted,
            line_waits: false,
            is_regrown: false,
            agent,
            listener: &mut *self.listener,
        };
        let mut report = settlement.settle(&current.work, &current.results, lock)?;
        if current.is_changed {
            report.word = UnitWord::Fail;
            report.reason = Some("it changed while it was built".to_string());
        }
        Ok(report)
    }
}
