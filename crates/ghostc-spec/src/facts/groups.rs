//! Which groups of a list of tasks hold which of its items.

use super::DeclaredTask;

/// The groups that a task is in, the innermost first.
pub fn ancestors(tasks: &[DeclaredTask], at: usize) -> impl Iterator<Item = usize> {
    let above = move |at: &usize| tasks.get(*at)?.parent;
    // A parent always stands before its parts.
    std::iter::successors(above(&at), above)
}

/// A task and the groups that it is in, the innermost first.
pub fn with_ancestors(tasks: &[DeclaredTask], at: usize) -> impl Iterator<Item = usize> {
    std::iter::once(at).chain(ancestors(tasks, at))
}

/// What some tasks of a list are known by, given with the index of each, for every item that is one of them or a group
/// that holds it.
pub fn below(tasks: &[DeclaredTask], known: impl IntoIterator<Item = (usize, usize)>) -> Vec<Vec<usize>> {
    let mut below = vec![Vec::new(); tasks.len()];
    for (task, known) in known {
        for at in with_ancestors(tasks, task) {
            below.get_mut(at).into_iter().for_each(|below| below.push(known));
        }
    }
    below
}
