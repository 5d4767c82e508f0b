//! Coverage: which requirements and criteria the tasks of a package refer to.

use crate::facts::{Criterion, DeclaredTask, Requirement, TaskState};
use crate::library::Package;
use std::collections::BTreeSet;

/// A requirement that tasks leave out, in whole or in part.
pub(crate) struct Gap<'a> {
    /// Which.
    pub(crate) requirement: &'a Requirement,
    /// The criteria that no task refers to.
    pub(crate) criteria: Vec<&'a Criterion>,
}

impl Gap<'_> {
    /// Whether no criterion of it is referred to.
    pub(crate) fn is_whole(&self) -> bool {
        self.criteria.len() == self.requirement.criteria.len()
    }
}

/// The gaps of a package whose tasks name criteria. Clauses without a keyword, as those of a bug report that say what is
/// wrong today, bind nobody.
pub(crate) fn gaps(package: &Package) -> Vec<Gap<'_>> {
    let facts = &package.facts;
    if facts.tasks.iter().all(|task| task.requirements.is_empty()) {
        return Vec::new();
    }
    let of_tasks = facts
        .tasks
        .iter()
        .flat_map(|task| task.requirements.iter().chain(&task.mentions));
    let named: BTreeSet<&str> = of_tasks
        .chain(&facts.asides)
        .map(|mention| mention.name.as_str())
        .collect();
    let open = facts
        .requirements
        .iter()
        .filter(|found| !named.contains(found.id.as_str()));
    let gaps = open.map(|requirement| {
        let left =
            |criterion: &&Criterion| criterion.strength.is_some() && !named.contains(criterion.id.as_str());
        let criteria = requirement.criteria.iter().filter(left).collect();
        Gap {
            requirement,
            criteria,
        }
    });
    gaps.filter(|gap| !gap.criteria.is_empty()).collect()
}

/// The tasks that are to be done, and those that are skipped.
pub(crate) fn by_state(package: &Package) -> (Vec<&DeclaredTask>, Vec<&DeclaredTask>) {
    let tasks = package.facts.tasks.iter();
    tasks.partition(|task| task.state != TaskState::Skipped)
}
