//! What each task of a graph waits for, before it is written out: all tasks of a range are one entry.

use super::{Edge, Reason, Rule, Task};
use ghostc_syntax::Span;
use std::collections::{BTreeMap, BTreeSet};
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

    /// What was found for each task: for each other task the best reason, with its first mention.
    pub(super) fn pairs(&self) -> Vec<BTreeMap<usize, (Rule, Span)>> {
        let tasks = self.found.iter().enumerate();
        let pairs = tasks.map(|(at, found)| best(found.iter().copied().filter(|(to, ..)| *to != at)));
        pairs.collect()
    }

    /// What tasks themselves say that they depend on.
    pub(super) fn stated(&self) -> Stated<'_> {
        let mut stands = vec![Vec::new(); self.count()];
        for (place, task) in self.places.iter().enumerate() {
            stands
                .get_mut(*task)
                .into_iter()
                .for_each(|stands| stands.push(place));
        }
        Stated { waits: self, stands }
    }

    /// Takes out what was found of tasks and others.
    pub(super) fn remove(&mut self, pairs: impl Iterator<Item = (usize, usize)>) {
        let mut gone: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
        for (from, to) in pairs {
            gone.entry(from).or_default().insert(to);
        }
        for (from, gone) in gone {
            let found = self.found.get_mut(from).into_iter();
            found.for_each(|found| found.retain(|(other, ..)| !gone.contains(other)));
        }
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
        let edges = best(self.of(at)).into_iter().filter_map(|(to, (rule, span))| {
            Some(Edge {
                to: tasks.get(to)?.id.clone(),
                rule,
                span,
            })
        });
        edges.collect()
    }
}

/// The best reason for each task that is waited for.
fn best(found: impl Iterator<Item = Found>) -> BTreeMap<usize, (Rule, Span)> {
    let mut best: BTreeMap<usize, (Rule, Span)> = BTreeMap::new();
    for (to, rule, span) in found {
        let known = best.entry(to).or_insert((rule, span));
        if worth(&(rule, span)) < worth(known) {
            *known = (rule, span);
        }
    }
    best
}

/// The stretches of places that tasks say they depend on, as what can be asked and walked without a look at each place.
pub(super) struct Stated<'w> {
    waits: &'w Waits,
    /// The places that each task stands at.
    stands: Vec<Vec<usize>>,
}

impl Stated<'_> {
    /// Whether a task itself says that it depends on another.
    pub(super) fn says(&self, from: usize, to: usize) -> bool {
        let said = self.waits.said.get(from).into_iter().flatten();
        let stands = self.stands.get(to).map(Vec::as_slice).unwrap_or_default();
        from != to
            && said.into_iter().any(|(stretch, _)| {
                let first = stands.partition_point(|place| *place < stretch.start);
                stands.get(first).is_some_and(|place| *place < stretch.end)
            })
    }

    /// Edges that lead from each task to those that it says it depends on, and to no other task but itself, some by way of
    /// nodes that are numbered after the tasks: those of a binary tree over the places, each of which leads to all of its
    /// part. A stretch is a few of these.
    pub(super) fn edges(&self) -> Vec<(usize, usize)> {
        let (count, places) = (self.waits.count(), &self.waits.places);
        let half = places.len();
        let mut edges = Vec::new();
        for (from, said) in self.waits.said.iter().enumerate() {
            for (stretch, _) in said {
                let (mut first, mut end) = (stretch.start.min(half) + half, stretch.end.min(half) + half);
                while first < end {
                    if first % 2 == 1 {
                        edges.push((from, count + first));
                        first += 1;
                    }
                    if end % 2 == 1 {
                        end -= 1;
                        edges.push((from, count + end));
                    }
                    (first, end) = (first / 2, end / 2);
                }
            }
        }
        if !edges.is_empty() {
            let inner = (1..half).flat_map(|node| [(node, 2 * node), (node, 2 * node + 1)]);
            edges.extend(inner.map(|(above, below)| (count + above, count + below)));
            let leaves = places.iter().enumerate();
            edges.extend(leaves.map(|(place, task)| (count + half + place, *task)));
        }
        edges
    }
}

/// What reasons are ordered by, the best first. A title says less than words do.
fn worth((rule, span): &(Rule, Span)) -> (Reason, bool, Span, Rule) {
    (rule.reason(), *rule == Rule::Verifies, *span, *rule)
}
