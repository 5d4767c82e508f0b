//! Changes of documents: sections and the units in them, with what is added or removed together told as one change.

mod alone;
mod edits;
mod order;
mod sections;

use super::facts::{Fact, Facts, shouts};
use super::words::renamed;
use super::{Change, Side, Text};
use crate::content::statement_id;
use crate::library::Role;
use crate::matching::{Matching, Pairs, match_outlines, rewritten};
use ghostc_syntax::{Span, collapse_whitespace};
use std::collections::BTreeMap;

/// Two states of a package's documents, matched.
struct Texts {
    old: Facts,
    new: Facts,
    sections: Pairs,
    units: Pairs,
    /// The titles of sections that are called something else now, by the old one.
    renamed: BTreeMap<String, String>,
}

/// Which state something belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Old,
    New,
}

pub(super) fn changes(old: Side<'_>, new: Side<'_>) -> Vec<Change> {
    let texts = Texts::of(old, new);
    let mut changes = alone::changes(&texts);
    changes.extend(edits::changes(&texts));
    changes.extend(sections::changes(&texts));
    changes.extend(order::changes(&texts));
    changes
}

/// For each unit of the new state, in the order of the outline, the unit of the old one that it was, and whether the two
/// say the same.
pub(super) fn origins(old: Side<'_>, new: Side<'_>) -> Vec<Option<(usize, bool)>> {
    let texts = Texts::of(old, new);
    let partner = |at| {
        let before = texts.unit_partner(State::New, at)?;
        Some((before, texts.same_words(before, at)))
    };
    (0..texts.new.units.len()).map(partner).collect()
}

impl Texts {
    /// Reads and matches two states.
    fn of(old: Side<'_>, new: Side<'_>) -> Texts {
        let fold = !(shouts(old.0) && shouts(new.0));
        let (old, new) = (Facts::of(old.0, old.1, fold), Facts::of(new.0, new.1, fold));
        let Matching { sections, mut units } = match_outlines(&old.outline, &new.outline);
        let in_place = rewritten(
            &old.outline,
            &new.outline,
            &Matching {
                sections: sections.clone(),
                units: units.clone(),
            },
        );
        for (a, b) in in_place.iter() {
            units.add(a, b);
        }
        let mut texts = Texts {
            old,
            new,
            sections,
            units,
            renamed: BTreeMap::new(),
        };
        texts.renamed = texts.renamed_sections();
        texts
    }

    fn facts(&self, state: State) -> &Facts {
        match state {
            State::Old => &self.old,
            State::New => &self.new,
        }
    }

    fn unit_partner(&self, state: State, at: usize) -> Option<usize> {
        match state {
            State::Old => self.units.new_of(at),
            State::New => self.units.old_of(at),
        }
    }

    fn section_partner(&self, state: State, at: usize) -> Option<usize> {
        match state {
            State::Old => self.sections.new_of(at),
            State::New => self.sections.old_of(at),
        }
    }

    fn renamed_sections(&self) -> BTreeMap<String, String> {
        let title =
            |facts: &Facts, at: usize| facts.outline.sections.get(at).map(|found| found.title.clone());
        let titles = self
            .sections
            .iter()
            .filter_map(|(a, b)| Some((title(&self.old, a)?, title(&self.new, b)?)));
        titles.filter(|(a, b)| a != b).collect()
    }

    /// Whether two units say the same, references to renamed sections included.
    fn same_words(&self, old: usize, new: usize) -> bool {
        let text = |facts: &'_ Facts, at: usize| facts.outline.units.get(at).map(|unit| unit.text.clone());
        let (Some(before), Some(after)) = (text(&self.old, old), text(&self.new, new)) else {
            return false;
        };
        let refers = self
            .old
            .units
            .get(old)
            .is_some_and(|fact| !fact.references.is_empty());
        before == after || (refers && renamed(&before, &self.renamed) == after)
    }

    fn is_statement(&self, state: State, at: usize) -> bool {
        self.facts(state)
            .units
            .get(at)
            .is_some_and(|fact| fact.strength.is_some())
    }

    fn is_about(&self, state: State, section: usize) -> bool {
        self.facts(state)
            .sections
            .get(section)
            .is_some_and(|place| place.role == Role::About)
    }

    /// Whether a unit stands in another section, or below another unit.
    fn moved(&self, a: usize, b: usize) -> bool {
        let (Some(old), Some(new)) = (self.old.outline.units.get(a), self.new.outline.units.get(b)) else {
            return false;
        };
        let is_known = |parent: Option<usize>, partner: &dyn Fn(usize) -> Option<usize>| {
            parent.is_none_or(|parent| partner(parent).is_some())
        };
        let known = is_known(old.parent, &|at| self.units.new_of(at))
            && is_known(new.parent, &|at| self.units.old_of(at));
        let parent = old.parent.and_then(|at| self.units.new_of(at));
        self.sections.new_of(old.section) != Some(new.section) || (known && parent != new.parent)
    }

    /// The id of a unit, made as those of statements are.
    fn id(&self, state: State, at: usize) -> String {
        let facts = self.facts(state);
        let home = facts
            .outline
            .units
            .get(at)
            .and_then(|unit| facts.sections.get(unit.section));
        let shown = facts.units.get(at).map_or("", |fact| &fact.shown);
        statement_id(home.map_or("", |home| &home.name), &collapse_whitespace(shown))
    }
}

fn facts_of<'f>(facts: &'f Facts, units: &[usize]) -> Vec<&'f Fact> {
    units.iter().filter_map(|at| facts.units.get(*at)).collect()
}

/// Some units side by side, as one text.
fn together(facts: &[&Fact], section: Vec<String>) -> Option<Text> {
    let shown: Vec<&str> = facts.iter().map(|fact| fact.shown.as_str()).collect();
    let start = facts.iter().map(|fact| fact.span.start).min()?;
    let end = facts.iter().map(|fact| fact.span.end).max()?;
    let span = Span {
        start,
        end,
        ..facts.first()?.span
    };
    Some(Text {
        span,
        text: shown.join("\n"),
        section,
    })
}
