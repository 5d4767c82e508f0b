//! What a build made, beside the project as it is when that is written down: other writers, and people, may have changed it
//! meanwhile.

use crate::failure::Failure;
use crate::jobs::UnitWork;
use crate::project::Unit;
use ghostc_run::JobResult;

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
