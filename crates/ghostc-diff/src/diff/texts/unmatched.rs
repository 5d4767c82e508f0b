//! What only one state has: sections with all that is in them, and units with what they stand side by side with.

use super::{MatchedTexts, State};
use crate::diff::class::{ABOUT, Ruling, UNTOUCHED};
use crate::diff::draft::Draft;
use crate::diff::{Basis, Change, ChangeLocation, Class, Kind, Subject};
use ghostc_syntax::{Span, Strength};
use std::collections::BTreeMap;

/// What a unit without a partner is told with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Anchor {
    Section(usize),
    Unit(usize),
}

/// The units that only one state has, by what they are told with.
type UnmatchedByAnchor = BTreeMap<Anchor, Vec<usize>>;

/// A section of the new state, and the pairs before and after something in it.
type Gap = (usize, Option<usize>, Option<usize>);

pub(super) fn changes(texts: &MatchedTexts, reported_change: &super::Reported) -> Vec<Change> {
    texts.additions_and_removals(reported_change)
}

/// The change of what only one state has.
pub(super) fn unmatched(
    state: State,
    (ruling, subject, id): (Ruling, Subject, String),
    strength: Option<Strength>,
    places: Vec<ChangeLocation>,
) -> Change {
    let (kind, strength) = match state {
        State::Old => (Kind::Removed, (strength, None)),
        State::New => (Kind::Added, (None, strength)),
    };
    Draft {
        kind,
        ruling,
        subject,
        id,
    }
    .spread(strength, places)
}

impl MatchedTexts {
    /// The units that only one state has, as they are told: with their section where that is alone too, else with what
    /// they stand side by side with.
    fn unmatched(&self, state: State, elsewhere: &super::Reported) -> UnmatchedByAnchor {
        let facts = self.facts(state);
        let mut reported_change = UnmatchedByAnchor::new();
        let own =
            |at: &usize| self.section_partner(state, *at).is_none() && !elsewhere.has_section(state, *at);
        for section in (0..facts.sections.len()).filter(own) {
            reported_change.insert(Anchor::Section(self.top(state, section)), Vec::new());
        }
        for run in self.runs(state, elsewhere) {
            let statement = run.iter().find(|at| self.is_statement(state, **at));
            let section = run
                .first()
                .and_then(|at| facts.outline.units.get(*at))
                .map_or(0, |unit| unit.section);
            let whole =
                self.section_partner(state, section).is_none() && !elsewhere.has_section(state, section);
            let head = if whole {
                Anchor::Section(self.top(state, section))
            } else {
                Anchor::Unit(statement.or(run.first()).copied().unwrap_or(0))
            };
            reported_change.entry(head).or_default().extend(run);
        }
        reported_change
    }

    /// The changes of what only one state has. Plain text that stands where other plain text stood is one edit.
    fn additions_and_removals(&self, reported_change: &super::Reported) -> Vec<Change> {
        let (mut gone, mut came) = (
            self.unmatched(State::Old, reported_change),
            self.unmatched(State::New, reported_change),
        );
        let mut gaps: BTreeMap<Gap, Anchor> = BTreeMap::new();
        for (head, units) in &came {
            gaps.extend(self.gap(State::New, units).map(|gap| (gap, *head)));
        }
        let mut out = Vec::new();
        for (head, units) in &gone.clone() {
            let stands_there = self
                .gap(State::Old, units)
                .and_then(|gap| gaps.get(&gap).copied());
            let news = stands_there.and_then(|other| came.remove(&other));
            if let Some(news) = news {
                gone.remove(head);
                out.extend(self.exchange(units, &news));
            }
        }
        for (state, heads) in [(State::Old, gone), (State::New, came)] {
            for (head, units) in heads {
                let parts = match head {
                    Anchor::Section(_) => vec![units],
                    Anchor::Unit(_) => self.by_class(state, &units),
                };
                out.extend(
                    parts
                        .iter()
                        .filter_map(|units| self.reported_change(state, head, units)),
                );
            }
        }
        out
    }

    /// Units side by side, those of one class together; a lead goes with what it leads to.
    fn by_class(&self, state: State, units: &[usize]) -> Vec<Vec<usize>> {
        let mut parts: Vec<(Option<Class>, Vec<usize>)> = Vec::new();
        for at in units {
            let leads = self
                .facts(state)
                .outline
                .units
                .get(*at)
                .is_some_and(|unit| unit.text.ends_with(':'));
            let class = (!leads).then(|| self.ruling_of_lone(state, *at).0);
            match parts
                .last_mut()
                .filter(|(known, _)| known.is_none() || *known == class)
            {
                Some((known, part)) => {
                    *known = known.or(class);
                    part.push(*at);
                }
                None => parts.push((class, vec![*at])),
            }
        }
        parts.into_iter().map(|(_, part)| part).collect()
    }

    /// Between which pairs plain text stands, in the new state's terms; nothing for what is no plain text.
    fn gap(&self, state: State, units: &[usize]) -> Option<Gap> {
        let (first, last) = (*units.first()?, *units.last()?);
        let all = &self.facts(state).outline.units;
        let home = all.get(first)?.section;
        let known = |at: Option<usize>| {
            let at = at.filter(|at| all.get(*at).is_some_and(|unit| unit.section == home))?;
            match state {
                State::Old => self.units.new_of(at),
                State::New => self.units.old_of(at).map(|_| at),
            }
        };
        let section = match state {
            State::Old => self.sections.new_of(home)?,
            State::New => self.sections.old_of(home).map(|_| home)?,
        };
        let whole = last - first + 1 == units.len() && !units.iter().any(|at| self.is_statement(state, *at));
        whole.then(|| (section, known(first.checked_sub(1)), known(last.checked_add(1))))
    }

    /// Plain text that stands where other plain text stood.
    fn exchange(&self, olds: &[usize], news: &[usize]) -> Option<Change> {
        let (a, b) = (*olds.first()?, *news.first()?);
        let (home, at) = (
            self.old.outline.units.get(a)?.section,
            self.new.outline.units.get(b)?.section,
        );
        let was = olds.iter().filter_map(|at| self.old.units.get(*at));
        let is = news.iter().filter_map(|at| self.new.units.get(*at));
        let gone = self.ruling_of_all(State::Old, olds);
        let ruling = gone.max(self.ruling_of_all(State::New, news));
        let about = self.is_about(State::Old, home) && self.is_about(State::New, at);
        let subject = was.chain(is).map(Subject::of).min();
        let spot = self.new.units.get(b)?.span;
        let gone = olds
            .iter()
            .filter_map(|at| self.unmatched_unit(State::Old, *at, Some(spot)));
        let came = news
            .iter()
            .filter_map(|at| self.unmatched_unit(State::New, *at, None));
        let draft = Draft {
            kind: Kind::Modified,
            ruling: ruling.filter(|_| !about).unwrap_or(ABOUT),
            subject: subject.unwrap_or(Subject::Prose),
            id: self.id(State::Old, a),
        };
        Some(draft.spread((None, None), gone.chain(came).collect()))
    }

    /// The units without a partner that stand side by side in one section.
    fn runs(&self, state: State, reported_change: &super::Reported) -> Vec<Vec<usize>> {
        let units = &self.facts(state).outline.units;
        let section = |at: usize| units.get(at).map(|unit| unit.section);
        let mut runs: Vec<Vec<usize>> = Vec::new();
        let own =
            |at: &usize| self.unit_partner(state, *at).is_none() && !reported_change.has_unit(state, *at);
        for at in (0..units.len()).filter(own) {
            let last = runs.last_mut().filter(|run| {
                let before = run.last().copied();
                before.is_some_and(|before| before + 1 == at && section(before) == section(at))
            });
            match last {
                Some(run) => run.push(at),
                None => runs.push(vec![at]),
            }
        }
        runs
    }

    /// The outermost section around one that came or went with it, else the section.
    fn top(&self, state: State, section: usize) -> usize {
        let sections = &self.facts(state).outline.sections;
        let mut top = section;
        while let Some(parent) = sections.get(top).and_then(|found| found.parent) {
            if self.section_partner(state, parent).is_some() {
                break;
            }
            top = parent;
        }
        top
    }

    /// The sections that came or went in one; of a document, none are told for themselves.
    fn sections_in(&self, state: State, section: usize) -> impl Iterator<Item = usize> {
        let all = &self.facts(state).outline.sections;
        let is_document = all.get(section).is_some_and(|found| found.parent.is_none());
        let own = move |at: &usize| {
            let unmatched = *at != section && self.section_partner(state, *at).is_none();
            unmatched && self.top(state, *at) == section
        };
        (0..all.len()).filter(move |at| !is_document && own(at))
    }

    fn reported_change(&self, state: State, head: Anchor, units: &[usize]) -> Option<Change> {
        let facts = self.facts(state);
        let mut places = Vec::with_capacity(units.len() + 1);
        let section = match head {
            Anchor::Section(at) => at,
            Anchor::Unit(at) => facts.outline.units.get(at)?.section,
        };
        let spot = match state {
            State::Old => self.place_of(section, units),
            State::New => None,
        };
        let (ruling, subject, id, strength) = match head {
            Anchor::Section(at) => {
                places.extend(self.unmatched_heading(state, at, spot));
                let (ruling, subject) = self.ruling_of_section(state, at, units);
                (ruling, subject, facts.sections.get(at)?.id().to_string(), None)
            }
            Anchor::Unit(_) => {
                let found = || units.iter().filter_map(|at| facts.units.get(*at));
                let subject = found().map(Subject::of).min()?;
                let ruling = self.ruling_of_told(state, section, units);
                let first = units
                    .iter()
                    .find(|at| self.is_statement(state, **at))
                    .or(units.first())?;
                let strength = facts.units.get(*first)?.strength;
                (ruling, subject, self.id(state, *first), strength)
            }
        };
        places.extend(
            units
                .iter()
                .filter_map(|at| self.unmatched_unit(state, *at, spot)),
        );
        if let Anchor::Section(at) = head {
            places.extend(
                self.sections_in(state, at)
                    .filter_map(|below| self.unmatched_heading(state, below, spot)),
            );
            let span =
                |place: &ChangeLocation| place.old.as_ref().or(place.new.as_ref()).map(|text| text.span);
            places.sort_by_key(span);
        }
        Some(unmatched(state, (ruling, subject, id), strength, places))
    }

    /// Where something that is gone would stand now.
    pub(super) fn place_of(&self, section: usize, units: &[usize]) -> Option<Span> {
        let mut before = units.first().copied().unwrap_or(0);
        while let Some(at) = before.checked_sub(1) {
            before = at;
            if self.old.outline.units.get(at)?.section != section {
                break;
            }
            let span = self
                .units
                .new_of(at)
                .and_then(|partner| self.new.units.get(partner))
                .map(|fact| fact.span);
            if span.is_some() {
                return span;
            }
        }
        let mut home = Some(section);
        while let Some(at) = home {
            if let Some(partner) = self.sections.new_of(at).and_then(|at| self.new.sections.get(at)) {
                return Some(partner.span);
            }
            home = self.old.outline.sections.get(at)?.parent;
        }
        None
    }

    /// The gravest ruling of some units that came or went together.
    pub(super) fn ruling_of_told(&self, state: State, section: usize, units: &[usize]) -> Ruling {
        if self.is_about(state, section) {
            return ABOUT;
        }
        self.ruling_of_all(state, units).unwrap_or(UNTOUCHED)
    }

    fn ruling_of_section(&self, state: State, at: usize, units: &[usize]) -> (Ruling, Subject) {
        let is_document = self
            .facts(state)
            .outline
            .sections
            .get(at)
            .is_some_and(|found| found.parent.is_none());
        let subject = if is_document {
            Subject::Document
        } else {
            Subject::Section
        };
        let inside = self.ruling_of_told(state, at, units);
        let ruling = match (state, inside.0) {
            _ if self.is_about(state, at) => ABOUT,
            // A section about something new binds nobody who has the old text.
            (State::New, Class::Breaking | Class::Additive) => (Class::Additive, Basis::Subject),
            (State::New, Class::Editorial) if !self.new.is_informing(at) => (Class::Additive, Basis::Subject),
            (State::Old, Class::Editorial) => (Class::Editorial, Basis::Subject),
            _ => inside,
        };
        (ruling, subject)
    }
}
