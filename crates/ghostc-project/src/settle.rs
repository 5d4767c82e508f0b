//! SettleLock: what a verdict decided is written down, in `golden/` and in the lock.

use crate::failure::Failure;
use crate::golden;
use crate::pending_code::PendingCode;
use crate::project::Unit;
use crate::slices::{self, CodeTree};
use ghostc_judge::Verdict;
use ghostc_plan::Task;
use ghostc_plan::key::{self, TaskKey};
use ghostc_plan::lock::{Lock, LockedTarget, LockedTask};
use ghostc_plan::target::Comments;
use ghostc_spec::content::StatementName;
use std::collections::BTreeMap;

/// How new code relates to what was accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Relation {
    /// Nothing was accepted before.
    First,
    /// The same bytes.
    Identical,
    /// The same but for white space and comments.
    Equivalent,
    /// Other code.
    Changed,
}

/// Compares a candidate's files with the accepted ones.
pub(crate) fn relation(
    old: &BTreeMap<String, String>,
    new: &BTreeMap<String, String>,
    comments: &Comments,
) -> Relation {
    let same_paths = old.keys().eq(new.keys());
    if old.is_empty() {
        Relation::First
    } else if old == new {
        Relation::Identical
    } else if same_paths
        && old
            .values()
            .zip(new.values())
            .all(|(old, new)| ghostc_judge::code::equivalent(old, new, comments))
    {
        Relation::Equivalent
    } else {
        Relation::Changed
    }
}

/// Puts a task's files into the lock and gives the files that its golden folder must hold for it.
pub(crate) fn lock_task(unit: &Unit<'_>, lock: &mut Lock, task: &str, candidate: &PendingCode) {
    let (Some(key), Some(planned)) = (unit.keys.get(task), unit.graph.task(task)) else {
        return;
    };
    let files = candidate.files.keys().cloned().collect();
    let locked = LockedTask::of(key, files, &candidate.agent, candidate.attempts, candidate.tokens);
    lock.tasks.insert(
        (
            unit.package.name.clone(),
            unit.target.name.clone(),
            task.to_string(),
        ),
        locked,
    );
    lock.remember(&unit.package.name, planned, unit.text);
}

/// What a unit's golden folder must hold: the code of all accepted tasks, link files and the native suite.
pub(crate) fn golden_files(
    unit: &Unit<'_>,
    lock: &Lock,
    code: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, Failure> {
    if slices::is_program(unit) {
        let mut files = unit.target.scaffold(unit.package).map_err(Failure::template)?;
        files.extend(code.clone());
        return Ok(files);
    }
    let operations = accepted_operations(unit, lock);
    let mut files = unit
        .target
        .link(unit.package, &operations)
        .map_err(Failure::template)?;
    files.extend(
        unit.target
            .tests(unit.package, &operations, |_| true)
            .map_err(Failure::template)?,
    );
    files.extend(code.clone());
    Ok(files)
}

/// The operations whose tasks are in the lock.
pub(crate) fn accepted_operations(unit: &Unit<'_>, lock: &Lock) -> Vec<usize> {
    let tasks = accepted_tasks(unit, lock).into_iter();
    tasks.flat_map(|task| task.operations.iter().copied()).collect()
}

/// The tasks that are in the lock.
pub(crate) fn accepted_tasks<'u>(unit: &Unit<'u>, lock: &Lock) -> Vec<&'u Task> {
    let is_accepted = |task: &&Task| {
        lock.task(&unit.package.name, &unit.target.name, &task.id)
            .is_some()
    };
    unit.graph.tasks.iter().filter(is_accepted).collect()
}

/// Puts new code into a lock, and gives all code of the unit with it.
pub(crate) fn take_new(
    unit: &Unit<'_>,
    lock: &mut Lock,
    new: &BTreeMap<String, PendingCode>,
) -> BTreeMap<String, String> {
    if slices::is_program(unit) {
        return grow(unit, lock, new);
    }
    for (task, candidate) in new {
        lock_task(unit, lock, task, candidate);
    }
    let code = unit.graph.tasks.iter().flat_map(|task| {
        new.get(&task.id)
            .map_or_else(|| unit.accepted(&task.id), |candidate| candidate.files.clone())
    });
    code.collect()
}

/// Writes what a unit's golden folder must hold, and its line in the lock, after the whole of it was judged.
pub(crate) fn settle(
    unit: &Unit<'_>,
    lock: &mut Lock,
    files: &BTreeMap<String, String>,
    verdict: &Verdict,
) -> Result<(), Failure> {
    unit.golden.write(files)?;
    lock.retain_tasks(&unit.package.name, &unit.target.name, |task| {
        unit.graph.task(task).is_some()
    });
    // Statements whose code was not accepted yet are still known by what they said before.
    if unit
        .keys
        .iter()
        .all(|(task, key)| is_accepted(unit, lock, task, key))
    {
        lock.remember_statements(unit.package, statements(unit));
    }
    let digests: BTreeMap<String, String> = files
        .iter()
        .map(|(path, text)| (path.clone(), golden::digest(text.as_bytes())))
        .collect();
    let judged = key::judged_digest(unit.package, unit.graph, unit.text, unit.target, digests.iter());
    let accepted = LockedTarget {
        judged,
        passed: verdict.visible.passed,
        held_out: verdict.held_out.passed,
        files: digests,
    };
    lock.targets
        .insert((unit.package.name.clone(), unit.target.name.clone()), accepted);
    Ok(())
}

/// Puts new trees, each of the slice that it was made for, into a lock: each file belongs to the slice that wrote it last.
/// Gives the tree that comes of it.
fn grow(unit: &Unit<'_>, lock: &mut Lock, new: &BTreeMap<String, PendingCode>) -> CodeTree {
    let mut tree = slices::tree(unit);
    let mut owners: BTreeMap<String, &str> = BTreeMap::new();
    for task in &unit.graph.tasks {
        let locked = unit.locked_task(&task.id).into_iter();
        owners.extend(
            locked
                .flat_map(|locked| &locked.files)
                .map(|path| (path.clone(), task.id.as_str())),
        );
    }
    for task in slices::in_order(unit) {
        let Some(candidate) = new.get(&task.id) else {
            continue;
        };
        owners.extend(
            slices::changed(&tree, &candidate.files)
                .into_keys()
                .map(|path| (path, task.id.as_str())),
        );
        tree.clone_from(&candidate.files);
        lock_task(unit, lock, &task.id, candidate);
    }
    for task in &unit.graph.tasks {
        let name = (
            unit.package.name.clone(),
            unit.target.name.clone(),
            task.id.clone(),
        );
        if let Some(locked) = lock.tasks.get_mut(&name) {
            let own = owners
                .iter()
                .filter(|(path, owner)| **owner == task.id && tree.contains_key(*path));
            locked.files = own.map(|(path, _)| path.clone()).collect();
        }
    }
    tree
}

/// Whether the accepted code of a task was built with its present key.
fn is_accepted(unit: &Unit<'_>, lock: &Lock, task: &str, key: &TaskKey) -> bool {
    let locked = lock.task(&unit.package.name, &unit.target.name, task);
    locked.is_some_and(|locked| locked.key == key.key)
}

/// The statements of a unit's package with the ids that they keep.
fn statements<'u>(unit: &Unit<'u>) -> &'u [StatementName] {
    unit.text
        .statement_names(unit.package, &unit.project.loaded.sources)
}

/// What to tell people of ids that are kept although the statement is little like what had them, each once.
pub(crate) fn doubtful_ids(unit: &Unit<'_>, lock: &Lock) -> Vec<String> {
    let is_news = |name: &&StatementName| {
        let locked = lock.statement(&unit.package.name, &name.id);
        name.is_doubtful() && locked.is_some_and(|locked| locked.text != name.text)
    };
    let sources = &unit.project.loaded.sources;
    let names = unit.package.statements.iter().zip(statements(unit));
    let doubtful = names.filter(|(_, name)| is_news(name)).map(|(statement, name)| {
        let place = sources.place(statement.span);
        format!("`{}` is taken for an edit of what had this id; {place}", name.id)
    });
    doubtful.collect()
}

/// Whether a unit's accepted code was judged with the cases and the target as they are now.
pub(crate) fn is_judged(unit: &Unit<'_>) -> bool {
    let locked = unit.locked();
    locked.is_some_and(|locked| {
        let files = unit.golden.digests.iter();
        locked.judged == key::judged_digest(unit.package, unit.graph, unit.text, unit.target, files)
    })
}
