//! Changes of documents: sections and the units in them, with what is added or removed together told as one change.

mod edits;
mod grouped;
mod joins;
mod labels;
mod named;
mod order;
mod rulings;
mod sections;
mod unmatched;

use super::fact::has_capital_keywords;
use super::facts::{Facts, Opening, has_main};
use super::named::Named;
use super::words::{renamed, without_targets};
use super::{Change, ChangeLocation, Side, Subject, Text};
use ghostc_spec::content::statement_id;
use ghostc_spec::library::Role;
use ghostc_spec::matching::{Matching, Pairs, match_outlines, rewritten};
use ghostc_spec::parallel;
use ghostc_syntax::{Span, collapse_whitespace};
use std::collections::{BTreeMap, BTreeSet};

/// Two states of a package's documents, matched.
struct MatchedTexts {
    old: Facts,
    new: Facts,
    sections: Pairs,
    units: Pairs,
    /// The pairs of facts with names.
    named: Pairs,
    /// The titles of sections that are called something else now, by the old one.
    renamed: BTreeMap<String, String>,
    /// What only the new state names.
    introduced: BTreeSet<String>,
    /// Sentences that were cut or put together.
    joins: joins::Joins,
}

/// Which units and sections are told with a named fact, of each state.
#[derive(Debug, Default)]
struct Reported {
    old_units: BTreeSet<usize>,
    new_units: BTreeSet<usize>,
    old_sections: BTreeSet<usize>,
    new_sections: BTreeSet<usize>,
}

impl Reported {
    fn units(&mut self, state: State) -> &mut BTreeSet<usize> {
        match state {
            State::Old => &mut self.old_units,
            State::New => &mut self.new_units,
        }
    }

    fn sections(&mut self, state: State) -> &mut BTreeSet<usize> {
        match state {
            State::Old => &mut self.old_sections,
            State::New => &mut self.new_sections,
        }
    }

    fn has_unit(&self, state: State, at: usize) -> bool {
        match state {
            State::Old => self.old_units.contains(&at),
            State::New => self.new_units.contains(&at),
        }
    }

    fn has_section(&self, state: State, at: usize) -> bool {
        match state {
            State::Old => self.old_sections.contains(&at),
            State::New => self.new_sections.contains(&at),
        }
    }
}

/// Which state something belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Old,
    New,
}

pub(super) fn changes(old: Side<'_>, new: Side<'_>) -> Vec<Change> {
    let texts = MatchedTexts::of(old, new);
    let (mut changes, told) = named::changes(&texts);
    let mut plain = unmatched::changes(&texts, &told);
    plain.extend(edits::changes(&texts, &told));
    changes.extend(grouped::grouped(plain));
    changes.extend(sections::changes(&texts, &told));
    changes.extend(order::changes(&texts));
    changes
}

/// For each unit of the new state, in the order of the outline, the unit of the old one that it was, and whether the two
/// say the same.
pub(super) fn origins(old: Side<'_>, new: Side<'_>) -> Vec<Option<(usize, bool)>> {
    let texts = MatchedTexts::of(old, new);
    let partner = |at| {
        let before = texts.unit_partner(State::New, at)?;
        Some((before, texts.same_words(before, at)))
    };
    (0..texts.new.units.len()).map(partner).collect()
}

impl MatchedTexts {
    /// Reads and matches two states.
    fn of(old: Side<'_>, new: Side<'_>) -> MatchedTexts {
        let fold = !(has_capital_keywords(old.0) && has_capital_keywords(new.0));
        let main = has_main(old.0) && has_main(new.0);
        let (old, new) = parallel::both(
            || Facts::of(old.0, old.1, fold, main),
            || Facts::of(new.0, new.1, fold, main),
        );
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
            // What has an id of its own is not written in place of something else.
            let named =
                |facts: &Facts, at: usize| facts.outline.units.get(at).is_some_and(|unit| unit.id.is_some());
            if !named(&old, a) && !named(&new, b) {
                units.add(a, b);
            }
        }
        let mut texts = MatchedTexts {
            named: Pairs::none(old.named.len(), new.named.len()),
            old,
            new,
            sections,
            units,
            renamed: BTreeMap::new(),
            introduced: BTreeSet::new(),
            joins: joins::Joins::default(),
        };
        texts.renamed = texts.renamed_sections();
        texts.joins = joins::Joins::of(&texts);
        texts.introduced = texts.introduces();
        texts.named = texts.named_pairs();
        texts
    }

    fn facts(&self, state: State) -> &Facts {
        match state {
            State::Old => &self.old,
            State::New => &self.new,
        }
    }

    fn unit_partner(&self, state: State, at: usize) -> Option<usize> {
        let partner = match state {
            State::Old => self.units.new_of(at),
            State::New => self.units.old_of(at),
        };
        partner.or_else(|| self.joins.whole(state, at))
    }

    fn section_partner(&self, state: State, at: usize) -> Option<usize> {
        match state {
            State::Old => self.sections.new_of(at),
            State::New => self.sections.old_of(at),
        }
    }

    fn renamed_sections(&self) -> BTreeMap<String, String> {
        let title = |facts: &Facts, at: usize| facts.sections.get(at).map(|found| found.title.to_lowercase());
        let titles = self
            .sections
            .iter()
            .filter_map(|(a, b)| Some((title(&self.old, a)?, title(&self.new, b)?)));
        titles.filter(|(a, b)| a != b).collect()
    }

    /// Whether two units say the same, references to renamed sections included.
    fn same_words(&self, old: usize, new: usize) -> bool {
        let (Some(before), Some(after)) = (self.old.text_of(old), self.new.text_of(new)) else {
            return false;
        };
        let (was, is) = (self.old.units.get(old), self.new.units.get(new));
        let refers = || was.is_some_and(|fact| !fact.references.is_empty());
        let opens = |state: State, at: usize| self.opened(state, Opening::Unit(at)).is_some();
        // Where the targets of links are written elsewhere, they are changed there.
        let same = before == after
            || (refers() && renamed(before, &self.renamed) == after)
            || (without_targets(before) == without_targets(after)
                && was.map(|fact| &fact.shown) == is.map(|fact| &fact.shown));
        same && opens(State::Old, old) == opens(State::New, new)
    }

    /// The fact that a section or unit opens.
    fn opened(&self, state: State, head: Opening) -> Option<usize> {
        let facts = self.facts(state);
        let home = match head {
            Opening::Section(at) => facts.section_homes.get(at),
            Opening::Unit(at) => facts.unit_homes.get(at),
        };
        let home = home.copied().flatten()?;
        (facts.heads.get(home).copied().flatten() == Some(head)).then_some(home)
    }

    /// The pairs of named facts: those whose heading or first words are a pair.
    fn named_pairs(&self) -> Pairs {
        let mut pairs = Pairs::none(self.old.named.len(), self.new.named.len());
        for (at, head) in self.old.heads.iter().enumerate() {
            let partner = match head {
                Some(Opening::Section(section)) => self.sections.new_of(*section).map(Opening::Section),
                Some(Opening::Unit(unit)) => self.units.new_of(*unit).map(Opening::Unit),
                None => None,
            };
            let Some(to) = partner.and_then(|head| self.opened(State::New, head)) else {
                continue;
            };
            let subject = |facts: &Facts, at: usize| facts.named.get(at).map(|named| named.subject);
            if subject(&self.old, at) == subject(&self.new, to) {
                pairs.add(at, to);
            }
        }
        pairs
    }

    /// The named fact that a unit lies in.
    fn named_of(&self, state: State, unit: usize) -> Option<(usize, &Named)> {
        let facts = self.facts(state);
        let at = facts.unit_homes.get(unit).copied().flatten()?;
        Some((at, facts.named.get(at)?))
    }

    /// What a unit is and its id: those of the named fact that it lies in, else its own.
    fn name_of(&self, state: State, at: usize) -> (Subject, String) {
        match self.named_of(state, at) {
            Some((_, named)) => (named.subject, named.id.clone()),
            None => {
                let fact = self.facts(state).units.get(at);
                (fact.map_or(Subject::Prose, Subject::of), self.id(state, at))
            }
        }
    }

    /// The text of a unit.
    fn text(&self, state: State, at: usize) -> Option<Text> {
        let facts = self.facts(state);
        let (unit, fact) = (facts.outline.units.get(at)?, facts.units.get(at)?);
        Some(Text {
            span: fact.span,
            text: fact.shown.clone(),
            section: facts.path(unit.section),
        })
    }

    /// The text of a heading.
    fn heading(&self, state: State, at: usize) -> Option<Text> {
        let facts = self.facts(state);
        let place = facts.sections.get(at)?;
        Some(Text {
            span: place.span,
            text: place.shown.clone(),
            section: facts.path(at),
        })
    }

    /// A unit that only one state has; `spot` is where it would stand in the new state, if it is gone.
    fn unmatched_unit(&self, state: State, at: usize, spot: Option<Span>) -> Option<ChangeLocation> {
        let text = self.text(state, at)?;
        let subject = Subject::of(self.facts(state).units.get(at)?);
        Some(ChangeLocation::unmatched(
            state,
            subject,
            self.id(state, at),
            text,
            spot,
        ))
    }

    /// A heading that only one state has, in the same way.
    fn unmatched_heading(&self, state: State, at: usize, spot: Option<Span>) -> Option<ChangeLocation> {
        let text = self.heading(state, at)?;
        let facts = self.facts(state);
        let is_document = facts.outline.sections.get(at)?.parent.is_none();
        let subject = if is_document {
            Subject::Document
        } else {
            Subject::Section
        };
        Some(ChangeLocation::unmatched(
            state,
            subject,
            facts.sections.get(at)?.id().to_string(),
            text,
            spot,
        ))
    }

    /// A unit that both states have.
    fn both_units(&self, a: usize, b: usize) -> Option<ChangeLocation> {
        let (old, new) = (self.text(State::Old, a)?, self.text(State::New, b)?);
        let subject = Subject::of(self.old.units.get(a)?).min(Subject::of(self.new.units.get(b)?));
        Some(ChangeLocation {
            subject,
            id: self.id(State::Old, a),
            at: Some(new.span),
            old: Some(old),
            new: Some(new),
            fingerprint: String::new(),
            about: self.about(b),
        })
    }

    /// What the nearest item above a unit of the new state is about.
    fn about(&self, unit: usize) -> Option<String> {
        let mut above = Some(unit);
        while let Some(found) = above.and_then(|at| self.new.outline.units.get(at)) {
            if found.key.is_some() {
                return found.key.clone();
            }
            above = found.parent;
        }
        None
    }

    fn is_statement(&self, state: State, at: usize) -> bool {
        self.facts(state).strength_of(at).is_some()
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

impl ChangeLocation {
    /// What only one state has; `spot` is where it would stand in the new one, if it is gone.
    fn unmatched(
        state: State,
        subject: Subject,
        id: String,
        text: Text,
        spot: Option<Span>,
    ) -> ChangeLocation {
        let (old, new, at) = match state {
            State::Old => (Some(text), None, spot),
            State::New => {
                let span = text.span;
                (None, Some(text), Some(span))
            }
        };
        ChangeLocation {
            subject,
            id,
            old,
            new,
            fingerprint: String::new(),
            about: None,
            at,
        }
    }
}
