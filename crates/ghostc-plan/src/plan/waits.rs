//! What each task of a graph waits for, before it is written out: all tasks of a range are one entry.

use super::{Edge, Reason, Rule, Task};
use ghostc_syntax::Span;
use std::collections::BTreeMap;
use std::ops::Range;

/// A dependency by the place of the task that comes first.
pub(super) type Found = (usize, Rule, Span);

/// A stretch of places that a task says it depends on, with the words that say so.
pub(super) type StatedRange = (Range<usize>, Span);

/// The dependencies of tasks, which are known by their places in their graph.
pub(super) struct Waits {
    /// What was found for each task, in any order, one for each reason.
    found: Vec<Vec<Found>>,
    /// What each task itself says that it depends on, as stretches of the places.
    said: Vec<Vec<StatedRange>>,
    /// Places of tasks; those that a range may name stand side by side.
    places: Vec<usize>,
    /// The circle that each task is in, where one was cut: nothing is left between its tasks.
    cut: Vec<Option<usize>>,
}

impl Waits {
    /// Keeps what was found for each task, and what each itself says that it depends on as stretches of some places.
    pub(super) fn new(found: Vec<Vec<Found>>, said: Vec<Vec<StatedRange>>, places: Vec<usize>) -> Waits {
        Waits {
            said,
            places,
            cut: vec![None; found.len()],
            found,
        }
    }

    /// All dependencies of a task; one on a task may come more than once, with other reasons.
    pub(super) fn of(&self, at: usize) -> impl Iterator<Item = Found> {
        let said = self.said.get(at).into_iter().flatten();
        let said = said.flat_map(|(stretch, span)| {
            let places = self.places.get(stretch.clone()).unwrap_or_default();
            places.iter().map(|to| (*to, Rule::Depends, *span))
        });
        let found = self.found.get(at).into_iter().flatten().copied();
        let cut = self.cut_at(at);
        let is_left = move |to: usize| to != at && (cut.is_none() || self.cut_at(to) != cut);
        found.chain(said).filter(move |(to, ..)| is_left(*to))
    }

    fn cut_at(&self, at: usize) -> Option<usize> {
        self.cut.get(at).copied().flatten()
    }

    /// How many tasks there are.
    pub(super) fn count(&self) -> usize {
        self.found.len()
    }

    /// The best reason why one task waits for another, with its first mention.
    pub(super) fn between(&self, from: usize, to: usize) -> Option<(Rule, Span)> {
        let all = self.of(from).filter(|(other, ..)| *other == to);
        all.map(|(_, rule, span)| (rule, span)).min_by_key(worth)
    }

    /// The dependencies of a task that no better reason has than that they are inferred.
    pub(super) fn inferred(&self, at: usize) -> impl Iterator<Item = Found> {
        let found = self.found.get(at).into_iter().flatten().copied();
        found.filter(move |(to, rule, span)| {
            rule.reason() == Reason::Inferred && self.between(at, *to) == Some((*rule, *span))
        })
    }

    /// Takes out what was found of one task and another.
    pub(super) fn remove(&mut self, from: usize, to: usize) {
        let found = self.found.get_mut(from).into_iter();
        found.for_each(|found| found.retain(|(other, ..)| *other != to));
    }

    /// Takes out all dependencies between the tasks of a circle.
    pub(super) fn cut(&mut self, circle: &[usize]) {
        for at in circle {
            let cut = self.cut.get_mut(*at).into_iter();
            cut.for_each(|cut| *cut = circle.first().copied());
        }
    }

    /// The dependencies of a task written out: one on each other task, with the best reason, in their order.
    pub(super) fn edges(&self, at: usize, tasks: &[Task]) -> Vec<Edge> {
        let mut best: BTreeMap<usize, (Rule, Span)> = BTreeMap::new();
        for (to, rule, span) in self.of(at) {
            let known = best.entry(to).or_insert((rule, span));
            if worth(&(rule, span)) < worth(known) {
                *known = (rule, span);
            }
        }
        let edges = best.into_iter().filter_map(|(to, (rule, span))| {
            Some(Edge {
                to: tasks.get(to)?.id.clone(),
                rule,
                span,
            })
        });
        edges.collect()
    }
}

/// What reasons are ordered by, the best first. A title says less than words do.
fn worth((rule, span): &(Rule, Span)) -> (Reason, bool, Span, Rule) {
    (rule.reason(), *rule == Rule::Verifies, *span, *rule)
}
