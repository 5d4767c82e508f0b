//! Edges among declared tasks: what the order of a list, its phases and its waves say.
//!
//! Groups are never in an edge: who depends on a group depends on the tasks in it. What tasks themselves say that they
//! depend on stays as it is written; the plan looks it up.

mod arrows;
mod clauses;
mod flow;
mod names;
mod phases;
mod sequence;
mod waves;

use crate::facts::Rule;
use crate::facts::{DeclaredEdge, DeclaredTask, TaskRole};
use ghostc_syntax::Span;
pub(super) use phases::phases;
pub(super) use sequence::sequence;
pub(super) use waves::waves;

/// The edges of a list's tasks while they are found.
struct Edges {
    of: Vec<Vec<DeclaredEdge>>,
}

impl Edges {
    fn new(tasks: &[DeclaredTask]) -> Edges {
        Edges {
            of: vec![Vec::new(); tasks.len()],
        }
    }

    /// Lets one task wait for another.
    fn add(&mut self, from: usize, to: usize, rule: Rule, span: Span) {
        if from != to
            && let Some(edges) = self.of.get_mut(from)
        {
            edges.push(DeclaredEdge { to, rule, span });
        }
    }

    /// Gives each task its edges, the strongest to each other task.
    fn store(self, tasks: &mut [DeclaredTask]) {
        for (task, mut edges) in tasks.iter_mut().zip(self.of) {
            edges.sort_by_key(|edge| (edge.to, edge.rule, edge.span));
            edges.dedup_by_key(|edge| edge.to);
            task.edges = edges;
        }
    }
}

/// Whether a task is work or a checkpoint, and no name for others and no part of one.
fn is_task(task: &DeclaredTask) -> bool {
    matches!(task.role, TaskRole::Work | TaskRole::Checkpoint)
}

/// The tasks of a list in its order, as indices: those that are no groups.
fn leaves(tasks: &[DeclaredTask]) -> Vec<usize> {
    let all = tasks.iter().enumerate();
    all.filter(|(_, task)| is_task(task)).map(|(at, _)| at).collect()
}
