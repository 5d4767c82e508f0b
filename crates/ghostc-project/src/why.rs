//! Why a task is stale: what of its key changed.

use crate::differences;
use crate::event::Listener;
use crate::failure::Failure;
use crate::host::Host;
use crate::project::{Project, means_task};
use ghostc_plan::staleness::Difference;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Which task is asked about.
#[derive(Clone, Debug, Default)]
pub struct WhyRequest {
    /// The task: its id, after `package/` where several packages have it.
    pub task: String,
    /// The targets; without any, those of the packages.
    pub targets: Vec<String>,
    /// The project's folder; nothing for the one that the current folder lies in.
    pub project: Option<PathBuf>,
}

/// Why a task is stale for some targets.
#[derive(Clone, Debug)]
pub struct StaleTask {
    /// The task.
    pub task: String,
    /// The targets that it is so for.
    pub targets: Vec<String>,
    /// What changed, a paragraph each; none where it is up to date.
    pub reasons: Vec<String>,
    /// The parts of its key that did not change; none where it was never built.
    pub unchanged: Vec<&'static str>,
}

/// Says why a task is stale. Targets that are stale for the same reasons are told of together.
///
/// # Errors
/// Fails where the project has errors, and where no task has the name.
pub fn why(
    request: &WhyRequest,
    host: &Host,
    listener: &mut Listener<'_>,
) -> Result<Vec<StaleTask>, Failure> {
    let at = (request.project.as_deref(), host);
    let project = Project::open(&[], &request.targets, at, listener)?;
    let units = project.units()?;
    let name = &request.task;
    let tasks = units
        .iter()
        .flat_map(|unit| unit.graph.tasks.iter().map(move |task| (unit, task)));
    let found: Vec<_> = tasks
        .filter(|(unit, task)| means_task(name, unit.package, &task.id))
        .collect();
    if found.is_empty() {
        let known: Vec<&str> = units
            .iter()
            .flat_map(|unit| unit.graph.tasks.iter().map(|task| task.id.as_str()))
            .collect();
        return Err(Failure::unknown(
            "task",
            name,
            &known,
            "List them with `ghostc graph`.",
        ));
    }
    let mut groups: BTreeMap<String, StaleTask> = BTreeMap::new();
    for (unit, task) in found {
        let differences = unit.differences(task);
        let reasons = differences::paragraphs(&differences, unit);
        let key = format!("{}/{}\0{}", unit.package.name, task.id, reasons.join("\n"));
        let is_new = differences.is_empty() || differences.contains(&Difference::New);
        let group = groups.entry(key).or_insert_with(|| StaleTask {
            task: task.id.clone(),
            targets: Vec::new(),
            reasons,
            unchanged: if is_new {
                Vec::new()
            } else {
                unchanged(&differences)
            },
        });
        group.targets.push(unit.target.name.clone());
    }
    Ok(groups.into_values().collect())
}

/// The parts of a key that did not change.
fn unchanged(differences: &[Difference]) -> Vec<&'static str> {
    let has = |test: &dyn Fn(&Difference) -> bool| differences.iter().any(test);
    let parts: [(&str, bool); 6] = [
        (
            "its own text",
            has(&|d| {
                matches!(
                    d,
                    Difference::Words { shared: false, .. } | Difference::SectionRemoved(_)
                )
            }),
        ),
        (
            "shared text",
            has(&|d| matches!(d, Difference::Words { shared: true, .. })),
        ),
        ("visible cases", has(&|d| matches!(d, Difference::Case { .. }))),
        ("prompt templates", has(&|d| matches!(d, Difference::Prompt))),
        ("target", has(&|d| matches!(d, Difference::Target))),
        ("dependencies", has(&|d| matches!(d, Difference::Dependency(_)))),
    ];
    parts
        .into_iter()
        .filter(|(_, changed)| !changed)
        .map(|(name, _)| name)
        .collect()
}
