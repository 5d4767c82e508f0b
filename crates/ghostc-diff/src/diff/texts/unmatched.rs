//! What only one state has: sections with all that is in them, and units with what they stand side by side with.

use super::{MatchedTexts, State};
use crate::diff::class::of_unit;
use crate::diff::draft::Draft;
use crate::diff::{Change, ChangeLocation, Class, Kind, Subject};
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
    (class, subject, id): (Class, Subject, String),
    strength: Option<Strength>,
    places: Vec<ChangeLocation>,
) -> Change {
    let (kind, strength) = match state {
        State::Old => (Kind::Removed, (strength, None)),
        State::New => (Kind::Added, (None, strength)),
    };
    Draft {
        kind,
        class,
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
        out.extend(
            gone.iter()
                .filter_map(|(head, units)| self.reported_change(State::Old, *head, units)),
        );
        out.extend(
            came.iter()
                .filter_map(|(head, units)| self.reported_change(State::New, *head, units)),
        );
        out
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
        let classes = was.clone().map(|fact| of_unit(Kind::Removed, Some(fact), None));
        let class = classes
            .chain(is.clone().map(|fact| of_unit(Kind::Added, None, Some(fact))))
            .max();
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
            class: class.filter(|_| !about).unwrap_or(Class::Editorial),
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

    /// The document that came or went with a section, else the section.
    fn top(&self, state: State, section: usize) -> usize {
        let sections = &self.facts(state).outline.sections;
        let mut top = section;
        while let Some(parent) = sections.get(top).and_then(|found| found.parent) {
            top = parent;
        }
        let whole = self.section_partner(state, top).is_none();
        if whole { top } else { section }
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
        let (class, subject, id, strength) = match head {
            Anchor::Section(at) => {
                places.extend(self.unmatched_heading(state, at, spot));
                let (class, subject) = self.class_of_section(state, at, units);
                (class, subject, facts.sections.get(at)?.id().to_string(), None)
            }
            Anchor::Unit(at) => {
                let found = units.iter().filter_map(|at| facts.units.get(*at));
                let subject = found.map(Subject::of).min()?;
                let class = self.class_of_reported(state, section, units);
                (class, subject, self.id(state, at), facts.units.get(at)?.strength)
            }
        };
        places.extend(
            units
                .iter()
                .filter_map(|at| self.unmatched_unit(state, *at, spot)),
        );
        Some(unmatched(state, (class, subject, id), strength, places))
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

    /// The gravest class of some units that came or went together.
    pub(super) fn class_of_reported(&self, state: State, section: usize, units: &[usize]) -> Class {
        let facts = units.iter().filter_map(|at| self.facts(state).units.get(*at));
        let classes = facts.map(|fact| match state {
            State::Old => of_unit(Kind::Removed, Some(fact), None),
            State::New => of_unit(Kind::Added, None, Some(fact)),
        });
        if self.is_about(state, section) {
            return Class::Editorial;
        }
        classes.max().unwrap_or(Class::Editorial)
    }

    fn class_of_section(&self, state: State, at: usize, units: &[usize]) -> (Class, Subject) {
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
        let least = if state == State::New && !self.is_about(state, at) {
            Class::Additive
        } else {
            Class::Editorial
        };
        (self.class_of_reported(state, at, units).max(least), subject)
    }
}
