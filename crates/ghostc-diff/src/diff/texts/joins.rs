//! One sentence of one state that is several of the other: cut in two, made a list, or put together.

use super::{Facts, MatchedTexts, State};
use crate::diff::effect::{Weight, between};
use crate::diff::fact::Form;
use std::collections::{BTreeMap, BTreeSet};

/// So many sentences before one, and behind it, may be parts of it.
const BEFORE: usize = 2;
const BEHIND: usize = 8;

/// What was cut or put together without other words.
#[derive(Debug, Default)]
pub(super) struct Joins {
    /// The pairs of units that say the same with the parts beside them.
    pub(super) same: BTreeSet<(usize, usize)>,
    /// The unit of the other state that each of these parts is told with.
    old_parts: BTreeMap<usize, usize>,
    new_parts: BTreeMap<usize, usize>,
}

impl Joins {
    /// The unit of the other state that a unit is a part of.
    pub(super) fn whole(&self, state: State, part: usize) -> Option<usize> {
        match state {
            State::Old => self.old_parts.get(&part).copied(),
            State::New => self.new_parts.get(&part).copied(),
        }
    }

    /// Looks beside each edited pair for the parts that are missing from it.
    pub(super) fn of(texts: &MatchedTexts) -> Joins {
        let mut joins = Joins::default();
        for (a, b) in texts.units.iter().filter(|(a, b)| !texts.same_words(*a, *b)) {
            if let Some(parts) = parts(texts, State::New, (b, a), &joins) {
                joins.new_parts.extend(parts.into_iter().map(|part| (part, a)));
                joins.same.insert((a, b));
            } else if let Some(parts) = parts(texts, State::Old, (a, b), &joins) {
                joins.old_parts.extend(parts.into_iter().map(|part| (part, b)));
                joins.same.insert((a, b));
            }
        }
        joins
    }
}

/// The units beside one that make it, with them, the same as the unit of the other state.
fn parts(
    texts: &MatchedTexts,
    state: State,
    (at, whole): (usize, usize),
    joins: &Joins,
) -> Option<Vec<usize>> {
    let (facts, other) = match state {
        State::Old => (&texts.old, &texts.new),
        State::New => (&texts.new, &texts.old),
    };
    let section = facts.outline.units.get(at)?.section;
    let is_part = |part: &usize| {
        let is_prose = facts.units.get(*part).is_some_and(|fact| fact.form != Form::Code);
        let here = facts
            .outline
            .units
            .get(*part)
            .is_some_and(|unit| unit.section == section);
        let free = texts.unit_partner(state, *part).is_none() && joins.whole(state, *part).is_none();
        is_prose && here && free
    };
    let before = (0..at).rev().take(BEFORE).take_while(is_part).count();
    let behind = (at + 1..=at + BEHIND).take_while(is_part).count();
    let length = other.outline.units.get(whole)?.tokens.len();
    let long = |from: usize, to: usize| -> usize {
        let units = facts.outline.units.get(from..=to).unwrap_or_default().iter();
        units.map(|unit| unit.tokens.len()).sum()
    };
    let tries = (0..=before).flat_map(|before| (0..=behind).map(move |behind| (at - before, at + behind)));
    let found = tries
        .filter(|(from, to)| from < to && long(*from, *to).abs_diff(length) <= length / 4)
        .find(|(from, to)| says_the_same(texts, (facts, *from, *to), (other, whole)))?;
    Some((found.0..=found.1).filter(|part| *part != at).collect())
}

fn says_the_same(
    texts: &MatchedTexts,
    (facts, from, to): (&Facts, usize, usize),
    (other, whole): (&Facts, usize),
) -> bool {
    let units = facts.outline.units.get(from..=to).unwrap_or_default().iter();
    let together: Vec<&str> = units.map(|unit| unit.text.as_str()).collect();
    let Some(whole) = other.outline.units.get(whole) else {
        return false;
    };
    let count = |word: &str| (texts.old.count(word), texts.new.count(word));
    between(&together.join(" "), &whole.text, &count).weight == Weight::None
}
