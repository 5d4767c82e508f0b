//! The class of an edit, and of what came or went, by what is known of both states.

use super::{MatchedTexts, State};
use crate::diff::aspects::{self, Detail};
use crate::diff::atoms::{AtomKind, atoms};
use crate::diff::class::{self, Basis, Class, Lone, Ruling};
use crate::diff::effect::{self, Effect, Weight};
use crate::diff::fact::Form;
use crate::diff::kind::Kind;
use crate::diff::modality::modals;
use crate::diff::standing::Standing;
use crate::diff::words::without_targets;
use ghostc_syntax::Strength;
use std::collections::BTreeSet;

/// What is known of an edit of a unit.
pub(super) struct Verdict {
    pub(super) kind: Kind,
    pub(super) ruling: Ruling,
    /// How binding it was and is.
    pub(super) strength: (Option<Strength>, Option<Strength>),
}

impl MatchedTexts {
    /// What an edit of a unit is; with `binds`, both states bind whatever they say.
    pub(super) fn verdict(&self, a: usize, b: usize, binds: bool) -> Verdict {
        let mut effect = match self.same_code(a, b) {
            Some(is_same) => Effect::of_whole(is_same),
            None if self.joins.same.contains(&(a, b)) => Effect::of_whole(true),
            None => self.effect(a, b),
        };
        if effect.weight == Weight::Unproven && self.has_other_value(a, b) {
            effect.weight = Weight::Sense;
        }
        let standing = if binds {
            Standing::Binds
        } else {
            self.old.standing(a).max(self.new.standing(b))
        };
        let names_new = effect.named.iter().any(|name| self.introduced.contains(name));
        let of_units = (self.old.strength_of(a), self.new.strength_of(b));
        Verdict {
            kind: effect.kind,
            ruling: class::of_edit(&effect, standing, names_new),
            strength: if effect.kind == Kind::Modified {
                of_units
            } else {
                effect.strength
            },
        }
    }

    /// Whether a default, type, limit or list of values is another one.
    fn has_other_value(&self, a: usize, b: usize) -> bool {
        let both = self.old.units.get(a).zip(self.new.units.get(b));
        both.is_some_and(|(old, new)| {
            aspects::between(&old.shown, &new.shown, None)
                .iter()
                .any(Detail::is_exact)
        })
    }

    /// Whether two blocks of code are the same but for their language; nothing where one is no code.
    fn same_code(&self, a: usize, b: usize) -> Option<bool> {
        let (old, new) = (self.old.units.get(a)?, self.new.units.get(b)?);
        let is_code = old.form == Form::Code && new.form == Form::Code;
        is_code.then(|| old.shown == new.shown)
    }

    fn effect(&self, a: usize, b: usize) -> Effect {
        let count = |word: &str| (self.old.count(word), self.new.count(word));
        let (old, new) = (self.old.text_of(a), self.new.text_of(b));
        effect::between(old.unwrap_or_default(), new.unwrap_or_default(), &count)
    }

    /// What a unit is that only one state has.
    pub(super) fn ruling_of_lone(&self, state: State, at: usize) -> Ruling {
        let facts = self.facts(state);
        let (Some(unit), Some(fact)) = (facts.outline.units.get(at), facts.units.get(at)) else {
            return class::UNTOUCHED;
        };
        if self.is_said_anyway(state, at) {
            return class::UNTOUCHED;
        }
        // What goes on from a field that came or went is a part of it.
        if let Some(item) = self.item_of(state, at) {
            let whole = self.ruling_of_lone(state, item);
            if facts.standing(at) >= Standing::MayBind && whole.0 >= Class::Additive {
                return whole;
            }
        }
        let words = atoms(without_targets(&unit.text));
        let modals = modals(&words);
        let permits = !modals.is_empty() && modals.iter().all(|strength| *strength == Strength::May);
        let asks = !modals.is_empty() && !permits;
        let requires = words.iter().any(|atom| atom.is_word() && atom.text == "required");
        let mut code = words
            .iter()
            .filter(|atom| atom.literal && atom.kind == AtomKind::Word);
        let names_new = code.any(|atom| self.introduced.contains(&atom.exact));
        let below_new = unit
            .parent
            .is_some_and(|above| self.unit_partner(state, above).is_none());
        let below_new = below_new || self.section_partner(state, unit.section).is_none();
        // A field that must be there is asked of all that were made before it.
        let is_new = below_new || (names_new && !(requires && unit.key.is_some()));
        let unmatched = Lone {
            standing: facts.standing(at),
            permits,
            asks,
            is_new: is_new && state == State::New,
        };
        let kind = match state {
            State::Old => Kind::Removed,
            State::New => Kind::Added,
        };
        let ruling = class::of_lone(kind, fact, &unmatched);
        // Where other text stands instead, it may say the same.
        let named = fact.strength.is_some() || asks || fact.form != Form::Prose;
        if ruling == (Class::Breaking, Basis::Subject) && !named && self.is_rewritten(at) {
            return (Class::Breaking, Basis::Unclassified);
        }
        ruling
    }

    /// The field before a unit that goes on from it, where only one state has both.
    fn item_of(&self, state: State, at: usize) -> Option<usize> {
        let facts = self.facts(state);
        let continues = |at: usize| facts.units.get(at).is_some_and(|fact| fact.continues);
        let is_lone = |at: usize| self.unit_partner(state, at).is_none();
        let mut found = at;
        while continues(found) && is_lone(found) {
            found = found.checked_sub(1)?;
        }
        let has_name = facts.outline.units.get(found)?.key.is_some();
        (found < at && has_name && is_lone(found)).then_some(found)
    }

    /// Whether the section of the other state says the same of all of which a unit says it of one: `On X: it MUST …`.
    fn is_said_anyway(&self, state: State, at: usize) -> bool {
        let (facts, other) = match state {
            State::Old => (&self.old, &self.new),
            State::New => (&self.new, &self.old),
        };
        let Some(unit) = facts.outline.units.get(at) else {
            return false;
        };
        let Some(section) = self.section_partner(state, unit.section) else {
            return false;
        };
        let text = without_targets(&unit.text);
        let said = text.split_once(": ").map_or(text, |(_, said)| said);
        let binds = facts.units.get(at).is_some_and(|fact| fact.strength.is_some());
        let mut others = other
            .outline
            .units
            .iter()
            .filter(|found| found.section == section);
        binds && others.any(|found| without_targets(&found.text) == said)
    }

    /// Whether new text stands beside where a unit of the old state stood.
    fn is_rewritten(&self, at: usize) -> bool {
        let home = self.old.section_of(at);
        let here = |at: &usize| self.old.section_of(*at) == home;
        let unmatched = |at: &usize| self.units.new_of(*at).is_none();
        let before = (0..at).rev().take_while(here).find(|at| !unmatched(at));
        let after = (at + 1..self.old.units.len())
            .take_while(here)
            .find(|at| !unmatched(at));
        let partner = |at: Option<usize>| at.and_then(|at| self.units.new_of(at));
        let is_new = |at: usize| self.units.old_of(at).is_none() && self.new.section_of(at).is_some();
        let edited = |at: Option<usize>| at.zip(partner(at)).is_some_and(|(a, b)| !self.same_words(a, b));
        edited(before)
            || edited(after)
            || partner(before).is_some_and(|at| is_new(at + 1))
            || partner(after).is_some_and(|at| at.checked_sub(1).is_some_and(is_new))
    }

    /// The gravest ruling of some units that only one state has.
    pub(super) fn ruling_of_all(&self, state: State, units: &[usize]) -> Option<Ruling> {
        units.iter().map(|at| self.ruling_of_lone(state, *at)).max()
    }

    /// What the new state names that the old one did not: fields, sections, operations.
    pub(super) fn introduces(&self) -> BTreeSet<String> {
        let unmatched = (0..self.new.units.len()).filter(|at| self.units.old_of(*at).is_none());
        let mut names: BTreeSet<String> = unmatched
            .filter_map(|at| self.new.outline.units.get(at)?.key.clone())
            .collect();
        let sections = (0..self.new.sections.len()).filter(|at| self.sections.old_of(*at).is_none());
        for title in sections.filter_map(|at| self.new.sections.get(at)) {
            names.insert(title.title.clone());
            names.extend(title.shown.split('`').skip(1).step_by(2).map(str::to_string));
        }
        for unit in &self.old.outline.units {
            if let Some(known) = unit.key.as_ref().filter(|key| names.contains(*key)) {
                names.remove(known);
            }
        }
        names
    }
}
