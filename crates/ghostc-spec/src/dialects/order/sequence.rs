//! One after another: what a list says that has neither waves nor phases.

use super::flow::Flow;
use super::{Edges, leaves};
use crate::facts::Facts;

/// Each task waits for the one before it, but for runs of parallel ones.
pub(in crate::dialects) fn sequence(facts: &mut Facts) {
    let mut edges = Edges::new(&facts.tasks);
    let mut flow = Flow::new(&facts.tasks);
    for task in leaves(&facts.tasks) {
        flow.place(task, &mut edges);
    }
    edges.store(&mut facts.tasks);
}
