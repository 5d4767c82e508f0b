//! Tasks of packages whose authors declare things: those of their lists, else one for each requirement.

use super::{Origin, Task, TaskKind};
use ghostc_spec::deltas::capability;
use ghostc_spec::facts::TaskRole;
use ghostc_spec::library::Package;
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
        if let Some(requirement) = scenario.requirement.get() {
            scenarios.entry(requirement).or_default().push(at);
        }
    }
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut tasks = Vec::new();
    for (at, found) in facts.requirements.iter().enumerate() {
        let home = capability(&package.root, &sources.get(found.span.file).path);
        let mut named = |id: &str| {
            let id = if home.is_empty() {
                id.to_string()
            } else {
                format!("{home}#{id}")
            };
            unique(id, &mut seen)
        };
        let title = if found.title.is_empty() {
            &found.id
        } else {
            &found.title
        };
        tasks.push(task(
            named(&found.id),
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
            let (id, origin) = (named(&scenario.id(facts)), Origin::Scenario(*at));
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

/// The id with a number behind it where it is taken, also by one that was written so; `seen` counts the uses of each.
fn unique(id: String, seen: &mut BTreeMap<String, usize>) -> String {
    let Some(count) = seen.get_mut(&id) else {
        seen.insert(id.clone(), 1);
        return id;
    };
    *count += 1;
    let numbered = format!("{id}~{count}");
    unique(numbered, seen)
}

fn task(id: String, title: &str, kind: TaskKind, document: usize, origin: Origin, section: Span) -> Task {
    Task {
        id,
        title: title.to_string(),
        kind,
        document,
        origin,
        section,
        elsewhere: Vec::new(),
        operations: Vec::new(),
        depends_on: Vec::new(),
        statements: Vec::new(),
        cases: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_tasks_are_called_the_same_whatever_their_requirements_are_called() {
        let mut seen = BTreeMap::new();
        let written = ["A", "A", "A~2", "A", "A~2"];
        let ids = written.map(|id| unique(id.to_string(), &mut seen));
        assert_eq!(ids, ["A", "A~2", "A~2~2", "A~3", "A~2~3"]);
    }
}
