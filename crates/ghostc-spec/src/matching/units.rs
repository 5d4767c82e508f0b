//! Pairs of units: from the top of each section down, then in the whole section, then anywhere.

use super::sections::free;
use super::similarity::{at_least, bags, best_pairs};
use super::{LIKE_ELSEWHERE, LIKE_HERE, Outline, Pairs, Unit, grouped};
use std::collections::{BTreeMap, BTreeSet};

/// Units of fewer words say too little to be known again somewhere else.
const TELLING: usize = 4;
/// The least likeness of units that are about the same thing.
const SAME_SUBJECT: f64 = 0.15;

/// The state of matching.
struct Matcher<'o> {
    old: &'o Outline,
    new: &'o Outline,
    /// The units below each unit.
    below_old: Vec<Vec<usize>>,
    below_new: Vec<Vec<usize>>,
    pairs: Pairs,
}

pub(super) fn pair(old: &Outline, new: &Outline, sections: &Pairs) -> Pairs {
    let below = |outline: &Outline| grouped(&outline.units, outline.units.len(), |unit| unit.parent);
    let mut matcher = Matcher {
        old,
        new,
        below_old: below(old),
        below_new: below(new),
        pairs: Pairs::none(old.units.len(), new.units.len()),
    };
    matcher.same_ids();
    matcher.same_texts_anywhere();
    let by_section =
        |outline: &Outline| grouped(&outline.units, outline.sections.len(), |unit| Some(unit.section));
    let (in_old, in_new) = (by_section(old), by_section(new));
    for (a, b) in sections.iter() {
        if let (Some(olds), Some(news)) = (in_old.get(a), in_new.get(b)) {
            matcher.section(olds, news);
        }
    }
    matcher.elsewhere();
    matcher.pairs
}

fn unit(outline: &Outline, at: usize) -> Option<&Unit> {
    outline.units.get(at)
}

impl<'o> Matcher<'o> {
    /// Pairs the units of each name that only one unit on each side has.
    fn same_ids(&mut self) {
        let all = |outline: &Outline| (0..outline.units.len()).collect::<Vec<_>>();
        let (olds, news) = (all(self.old), all(self.new));
        self.unique(&olds, &news, |unit| unit.id.clone(), |_, _| true);
    }

    /// Pairs the units whose text each side has once, wherever they stand: no likeness of others counts for more.
    fn same_texts_anywhere(&mut self) {
        let (olds, news) = (Self::said_once(self.old), Self::said_once(self.new));
        for (text, old) in olds {
            if let Some(new) = news.get(text) {
                self.pairs.add(old, *new);
            }
        }
    }

    /// The places of the texts that say enough to be known again, and that an outline has once.
    fn said_once(outline: &'o Outline) -> BTreeMap<&'o str, usize> {
        let mut places: BTreeMap<&str, Option<usize>> = BTreeMap::new();
        let telling = outline
            .units
            .iter()
            .enumerate()
            .filter(|(_, unit)| unit.tokens.len() >= TELLING);
        for (at, unit) in telling {
            places
                .entry(&unit.text)
                .and_modify(|place| *place = None)
                .or_insert(Some(at));
        }
        places
            .into_iter()
            .filter_map(|(text, place)| Some((text, place?)))
            .collect()
    }

    /// Pairs the units of two sections that are the same section.
    fn section(&mut self, olds: &[usize], news: &[usize]) {
        let top = |outline: &Outline, ats: &[usize]| -> Vec<usize> {
            let is_top = |at: &usize| unit(outline, *at).is_some_and(|unit| unit.parent.is_none());
            ats.iter().copied().filter(is_top).collect()
        };
        let (top_old, top_new) = (top(self.old, olds), top(self.new, news));
        self.downwards(top_old, top_new);
        self.here(olds, news);
    }

    /// Pairs two lists of units, and then, pair by pair, what stands below them. Partners may be in neither list.
    fn downwards(&mut self, olds: Vec<usize>, news: Vec<usize>) {
        let mut open = vec![(olds, news)];
        while let Some((olds, news)) = open.pop() {
            self.here(&olds, &news);
            let of_old = olds.iter().filter_map(|a| Some((*a, self.pairs.new_of(*a)?)));
            let of_new = news.iter().filter_map(|b| Some((self.pairs.old_of(*b)?, *b)));
            let met: BTreeSet<(usize, usize)> = of_old.chain(of_new).collect();
            open.extend(met.into_iter().filter_map(|(a, b)| self.below(a, b)));
        }
    }

    /// What stands below the two units of a pair.
    fn below(&self, old: usize, new: usize) -> Option<(Vec<usize>, Vec<usize>)> {
        let (olds, news) = (self.below_old.get(old)?, self.below_new.get(new)?);
        (!olds.is_empty() && !news.is_empty()).then(|| (olds.clone(), news.clone()))
    }

    /// Pairs units of one place: of one text, of one subject, of like words.
    fn here(&mut self, olds: &[usize], news: &[usize]) {
        let (olds, news) = free(olds, news, &self.pairs);
        self.same_texts(&olds, &news);
        let (olds, news) = free(&olds, &news, &self.pairs);
        self.same_subjects(&olds, &news, |_| true);
        self.like(&olds, &news, LIKE_HERE, |_| true);
    }

    /// Pairs the units of each text in their order.
    fn same_texts(&mut self, olds: &[usize], news: &[usize]) -> UnitPairs {
        let mut waiting: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for at in news.iter().rev() {
            if let Some(found) = unit(self.new, *at) {
                waiting.entry(&found.text).or_default().push(*at);
            }
        }
        let mut made = Vec::new();
        for at in olds {
            let text = unit(self.old, *at).map(|unit| unit.text.as_str());
            if let Some(partner) = text.and_then(|text| waiting.get_mut(text)).and_then(Vec::pop) {
                made.extend(self.pairs.add(*at, partner).then_some((*at, partner)));
            }
        }
        made
    }

    /// Pairs units that alone are about a subject.
    fn same_subjects(&mut self, olds: &[usize], news: &[usize], telling: impl Fn(&str) -> bool) -> UnitPairs {
        let subject = |unit: &Unit| unit.key.clone().filter(|key| telling(key));
        let alike = |a: &Unit, b: &Unit| at_least(&a.tokens, &b.tokens, SAME_SUBJECT).is_some();
        self.unique(olds, news, subject, alike)
    }

    /// Pairs units that alone on their side have a name, if they fit.
    fn unique(
        &mut self,
        olds: &[usize],
        news: &[usize],
        name: impl Fn(&Unit) -> Option<String>,
        fits: impl Fn(&Unit, &Unit) -> bool,
    ) -> UnitPairs {
        let mut names: BTreeMap<String, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
        for at in olds {
            if let Some(name) = unit(self.old, *at).and_then(&name) {
                names.entry(name).or_default().0.push(*at);
            }
        }
        for at in news {
            if let Some(name) = unit(self.new, *at).and_then(&name) {
                names.entry(name).or_default().1.push(*at);
            }
        }
        let mut made = Vec::new();
        for found in names.values() {
            let ([a], [b]) = (found.0.as_slice(), found.1.as_slice()) else {
                continue;
            };
            let both = unit(self.old, *a).zip(unit(self.new, *b));
            if both.is_some_and(|(old, new)| fits(old, new)) && self.pairs.add(*a, *b) {
                made.push((*a, *b));
            }
        }
        made
    }

    /// Pairs units of like words, the likest first.
    fn like(
        &mut self,
        olds: &[usize],
        news: &[usize],
        least: f64,
        telling: impl Fn(&Unit) -> bool,
    ) -> UnitPairs {
        let choose = |outline: &Outline, ats: &[usize], is_free: &dyn Fn(usize) -> bool| -> Vec<usize> {
            let fits = |at: &usize| is_free(*at) && unit(outline, *at).is_some_and(&telling);
            ats.iter().copied().filter(fits).collect()
        };
        let olds = choose(self.old, olds, &|at| self.pairs.new_of(at).is_none());
        let news = choose(self.new, news, &|at| self.pairs.old_of(at).is_none());
        let (old_words, new_words) = (words(self.old, &olds), words(self.new, &news));
        let (old_bags, new_bags) = (bags(&old_words), bags(&new_words));
        let named = |outline: &Outline, at: Option<&usize>| {
            at.and_then(|at| unit(outline, *at))
                .is_some_and(|unit| unit.id.is_some())
        };
        let found = best_pairs(&old_words, &new_words, |a, b| {
            // Two names for one thing need more than likeness in one place.
            let two_names = named(self.old, olds.get(a)) && named(self.new, news.get(b));
            let least = if two_names {
                least.max(LIKE_ELSEWHERE)
            } else {
                least
            };
            old_bags.get(a)?.like(new_bags.get(b)?, least)
        });
        let found = found
            .into_iter()
            .filter_map(|(a, b)| Some((*olds.get(a)?, *news.get(b)?)));
        let made: UnitPairs = found.collect();
        for (a, b) in &made {
            self.pairs.add(*a, *b);
        }
        made
    }

    /// Pairs what is left wherever it stands, and what stands below that.
    fn elsewhere(&mut self) {
        let olds: Vec<usize> = (0..self.old.units.len()).collect();
        let news: Vec<usize> = (0..self.new.units.len()).collect();
        let (olds, news) = free(&olds, &news, &self.pairs);
        let tells = |unit: &Unit| unit.tokens.len() >= TELLING;
        let telling = |outline: &Outline, ats: &[usize]| -> Vec<usize> {
            let tells = |at: &usize| unit(outline, *at).is_some_and(tells);
            ats.iter().copied().filter(tells).collect()
        };
        let mut made = self.same_texts(&telling(self.old, &olds), &telling(self.new, &news));
        let (olds, news) = free(&olds, &news, &self.pairs);
        // A bare word may name many things; a qualified one names one.
        made.extend(self.same_subjects(&olds, &news, |key| key.contains('.')));
        made.extend(self.like(&olds, &news, LIKE_ELSEWHERE, tells));
        for (a, b) in made {
            if let Some((olds, news)) = self.below(a, b) {
                self.downwards(olds, news);
            }
        }
    }
}

/// Pairs that were made, by place.
type UnitPairs = Vec<(usize, usize)>;

/// The words of some units.
pub(super) fn words<'o>(outline: &'o Outline, ats: &[usize]) -> Vec<&'o [u64]> {
    ats.iter()
        .map(|at| unit(outline, *at).map_or(&[][..], |unit| &unit.tokens))
        .collect()
}
