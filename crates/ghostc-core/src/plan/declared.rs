//! Tasks of packages whose authors declare things: those of their lists, else one for each requirement.

use super::{Origin, Task, TaskKind};
use crate::deltas::capability;
use crate::facts::TaskRole;
use crate::library::Package;
use ghostc_syntax::{Sources, Span};
use std::collections::BTreeMap;

/// One task for each item of the author's list that is no group.
pub(super) fn declared_tasks(package: &Package) -> Vec<Task> {
    let declared = package.facts.tasks.iter().enumerate();
    let tasks = declared.filter_map(|(at, found)| {
        let kind = match found.role {
            TaskRole::Work => TaskKind::Work,
            TaskRole::Checkpoint => TaskKind::Checkpoint,
            TaskRole::Group | TaskRole::Point => return None,
        };
        Some(task(
            found.id.clone(),
            &found.title,
            kind,
            found.document,
            Origin::Declared(at),
            found.section,
        ))
    });
    tasks.collect()
}

/// One task for each requirement; where it is no change, one more for each of its scenarios, to verify it.
pub(super) fn requirement_tasks(package: &Package, sources: &Sources) -> Vec<Task> {
    let facts = &package.facts;
    let mut scenarios: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, scenario) in facts
        .scenarios
        .iter()
        .enumerate()
        .filter(|_| package.changes.is_none())
    {
        if let Some(requirement) = scenario.requirement {
            scenarios.entry(requirement).or_default().push(at);
        }
    }
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut tasks = Vec::new();
    for (at, found) in facts.requirements.iter().enumerate() {
        let home = capability(&package.root, &sources.get(found.span.file).path);
        let mut unique = |id: &str| {
            let id = if home.is_empty() {
                id.to_string()
            } else {
                format!("{home}#{id}")
            };
            let count = seen
                .entry(id.clone())
                .and_modify(|count| *count += 1)
                .or_insert(1);
            if *count > 1 { format!("{id}~{count}") } else { id }
        };
        let title = if found.title.is_empty() {
            &found.id
        } else {
            &found.title
        };
        tasks.push(task(
            unique(&found.id),
            title,
            TaskKind::Work,
            found.document,
            Origin::Requirement(at),
            found.section,
        ));
        for at in scenarios.get(&at).into_iter().flatten() {
            let Some(scenario) = facts.scenarios.get(*at) else {
                continue;
            };
            let (id, origin) = (unique(&scenario.id), Origin::Scenario(*at));
            tasks.push(task(
                id,
                &scenario.title,
                TaskKind::Verify,
                scenario.document,
                origin,
                scenario.section,
            ));
        }
    }
    tasks
}

fn task(id: String, title: &str, kind: TaskKind, document: usize, origin: Origin, section: Span) -> Task {
    Task {
        id,
        title: title.to_string(),
        kind,
        document,
        origin,
        section,
        operations: Vec::new(),
        depends_on: Vec::new(),
        statements: Vec::new(),
        cases: Vec::new(),
    }
}
