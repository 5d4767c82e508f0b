//! What is dropped is what a simple search would drop, one after the other.

use super::*;
use crate::plan::waits::StatedRange;
use ghostc_syntax::FileId;
use proptest::prelude::*;

fn span(at: usize) -> Span {
    Span::new(FileId(0), at, at + 1)
}

/// Some tasks with what was found for each and what each says.
#[derive(Clone, Debug)]
struct Drawn {
    found: Vec<Vec<Found>>,
    said: Vec<Vec<StatedRange>>,
    places: Vec<usize>,
}

impl Drawn {
    fn waits(&self) -> Waits {
        Waits::new(self.found.clone(), self.said.clone(), self.places.clone())
    }
}

prop_compose! {
    fn drawn(most: usize)(count in 1..most)(
        found in prop::collection::vec((0..count, 0..count, 0..5_usize, 0..12_usize), 0..30),
        said in prop::collection::vec((0..count, 0..6_usize, 0..6_usize), 0..4),
        places in prop::collection::vec(0..count, 0..7),
        count in Just(count),
    ) -> Drawn {
        let rules = [Rule::Names, Rule::SameFile, Rule::Verifies, Rule::Names, Rule::Depends];
        let mut drawn = Drawn { found: vec![Vec::new(); count], said: vec![Vec::new(); count], places };
        for (from, to, rule, at) in found {
            drawn.found[from].push((to, rules[rule], span(at)));
        }
        for (from, start, length) in said {
            let end = (start + length).min(drawn.places.len());
            drawn.said[from].push((start.min(end)..end, span(20)));
        }
        drawn
    }
}

/// As long as there is a circle with an inferred dependency, drops the last one; gives them in that order, and the circles
/// that are left.
fn dropped_one_by_one(waits: &mut Waits) -> (Vec<(usize, Found)>, Vec<Vec<usize>>) {
    let mut dropped = Vec::new();
    loop {
        let inferred = |waits: &Waits, circle: &[usize]| {
            let all = circle
                .iter()
                .flat_map(|at| waits.of(*at).map(|found| (*at, found)));
            let inside = all.filter(|(at, (to, rule, span))| {
                let is_best = waits.between(*at, *to) == Some((*rule, *span));
                circle.contains(to) && is_best && rule.reason() == Reason::Inferred
            });
            inside.max_by_key(|(at, (to, _, span))| (*span, *at, *to))
        };
        let circles = circles(waits);
        let Some((from, found)) = circles.iter().find_map(|circle| inferred(waits, circle)) else {
            return (dropped, circles);
        };
        waits.remove([(from, found.0)].into_iter());
        dropped.push((from, found));
    }
}

proptest! {
    #[test]
    fn what_is_dropped_is_what_one_search_after_the_other_would_drop(drawn in drawn(9)) {
        let mut waits = drawn.waits();
        let (mut expected, left) = dropped_one_by_one(&mut waits);
        expected.sort_by_key(|(from, (to, _, span))| std::cmp::Reverse((*span, *from, *to)));
        let found = dropped(&drawn.waits());
        let pairs: Vec<(usize, Found)> = found.iter().map(|dropped| (dropped.from, dropped.found)).collect();
        prop_assert_eq!(&pairs, &expected);
        for dropped in &found {
            let back = drawn.waits().between(dropped.found.0, dropped.from);
            prop_assert_eq!(dropped.is_decided, back.is_some_and(|(rule, _)| rule.reason() == Reason::Explicit));
        }
        let mut waits = drawn.waits();
        waits.remove(pairs.iter().map(|(from, (to, ..))| (*from, *to)));
        prop_assert_eq!(circles(&waits), left);
    }
}

/// A circle of mentions through all tasks, and one between each and the next.
#[test]
fn of_thousands_of_circles_each_is_broken_at_one_place() {
    let count = 20_000;
    let found = (0..count).map(|at| {
        let (next, last) = ((at + 1) % count, (at + count - 1) % count);
        vec![
            (next, Rule::Names, span(2 * at)),
            (last, Rule::Names, span(2 * at + 1)),
        ]
    });
    let waits = Waits::new(found.collect(), Vec::new(), Vec::new());
    // A search for each of them takes minutes; `cargo xtask bench linear` measures it.
    assert_eq!(dropped(&waits).len(), count);
}
