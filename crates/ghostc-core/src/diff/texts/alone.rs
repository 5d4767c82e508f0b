//! What only one state has: sections, statements, and other text with what it stands beside.

use super::{State, Texts, facts_of, together};
use crate::diff::class::of_unit;
use crate::diff::draft::Draft;
use crate::diff::facts::Fact;
use crate::diff::{Change, Class, Kind, Subject, Text};
use ghostc_syntax::{Span, Strength};
use std::collections::BTreeMap;

/// What a unit without a partner is told with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Head {
    Section(usize),
    Unit(usize),
}

/// The units that only one state has, by what they are told with.
type Told = BTreeMap<Head, Vec<usize>>;

/// A section of the new state, and the pairs before and after something in it.
type Gap = (usize, Option<usize>, Option<usize>);

pub(super) fn changes(texts: &Texts) -> Vec<Change> {
    texts.came_and_went()
}

impl Texts {
    /// The units that only one state has, as they are told: each statement for itself, other text with what it stands
    /// beside.
    fn alone(&self, state: State) -> Told {
        let facts = self.facts(state);
        let mut told = Told::new();
        for section in (0..facts.sections.len()).filter(|at| self.section_partner(state, *at).is_none()) {
            told.insert(Head::Section(self.top(state, section)), Vec::new());
        }
        for run in self.runs(state) {
            let statement = run.iter().find(|at| self.is_statement(state, **at));
            let section = run
                .first()
                .and_then(|at| facts.outline.units.get(*at))
                .map_or(0, |unit| unit.section);
            let whole = self.section_partner(state, section).is_none();
            let mut head = if whole {
                Head::Section(self.top(state, section))
            } else {
                Head::Unit(statement.or(run.first()).copied().unwrap_or(0))
            };
            for at in run {
                let own = self.is_statement(state, at).then_some(Head::Unit(at));
                told.entry(own.unwrap_or(head)).or_default().push(at);
                head = own.filter(|_| !whole).unwrap_or(head);
            }
        }
        told
    }

    /// The changes of what only one state has. Plain text that stands where other plain text stood is one edit.
    fn came_and_went(&self) -> Vec<Change> {
        let (mut gone, mut came) = (self.alone(State::Old), self.alone(State::New));
        let mut gaps: BTreeMap<Gap, Head> = BTreeMap::new();
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
                .filter_map(|(head, units)| self.told(State::Old, *head, units)),
        );
        out.extend(
            came.iter()
                .filter_map(|(head, units)| self.told(State::New, *head, units)),
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
                State::New => Some(at),
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
        let (was, is) = (facts_of(&self.old, olds), facts_of(&self.new, news));
        let classes = was.iter().map(|fact| of_unit(Kind::Removed, Some(fact), None));
        let class = classes
            .chain(is.iter().map(|fact| of_unit(Kind::Added, None, Some(fact))))
            .max();
        let about = self.is_about(State::Old, home) && self.is_about(State::New, at);
        let subject = was.iter().chain(&is).map(|fact| Subject::of(fact)).min();
        let (old, new) = (
            together(&was, self.old.path(home)),
            together(&is, self.new.path(at)),
        );
        let place = new.as_ref().map(|text| text.span);
        let draft = Draft {
            kind: Kind::Modified,
            class: class.filter(|_| !about).unwrap_or(Class::Editorial),
            subject: subject.unwrap_or(Subject::Prose),
            id: self.id(State::Old, a),
        };
        Some(draft.finish((None, None), old, new, place))
    }

    /// The units without a partner that stand side by side in one section.
    fn runs(&self, state: State) -> Vec<Vec<usize>> {
        let units = &self.facts(state).outline.units;
        let section = |at: usize| units.get(at).map(|unit| unit.section);
        let mut runs: Vec<Vec<usize>> = Vec::new();
        for at in (0..units.len()).filter(|at| self.unit_partner(state, *at).is_none()) {
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

    fn told(&self, state: State, head: Head, units: &[usize]) -> Option<Change> {
        let found = facts_of(self.facts(state), units);
        match head {
            Head::Section(at) => self.told_section(state, at, units, &found),
            Head::Unit(at) => self.told_unit(state, at, units, &found),
        }
    }

    fn told_section(&self, state: State, at: usize, units: &[usize], found: &[&Fact]) -> Option<Change> {
        let facts = self.facts(state);
        let place = facts.sections.get(at)?;
        let body = together(found, Vec::new());
        let (end, body) = body.map_or((0, String::new()), |body| (body.span.end, body.text));
        let text = Text {
            span: Span {
                end: end.max(place.span.end),
                ..place.span
            },
            text: format!("{}\n{body}", place.shown).trim().to_string(),
            section: facts.path(at),
        };
        let (class, subject) = self.class_of_section(state, at, units);
        let id = place.name.clone();
        Some(self.finish(state, (class, subject, id), None, text, self.place_of(at, units)))
    }

    fn told_unit(&self, state: State, at: usize, units: &[usize], found: &[&Fact]) -> Option<Change> {
        let facts = self.facts(state);
        let section = facts.outline.units.get(at)?.section;
        let text = together(found, facts.path(section))?;
        let subject = found.iter().map(|fact| Subject::of(fact)).min()?;
        let class = self.class_of_told(state, section, units);
        let strength = facts.units.get(at)?.strength;
        let draft = (class, subject, self.id(state, at));
        Some(self.finish(state, draft, strength, text, self.place_of(section, units)))
    }

    /// The change of what only one state has; `gone` is where it would stand now, if it is gone.
    fn finish(
        &self,
        state: State,
        (class, subject, id): (Class, Subject, String),
        strength: Option<Strength>,
        text: Text,
        gone: Option<Span>,
    ) -> Change {
        let draft = |kind: Kind| Draft {
            kind,
            class,
            subject,
            id,
        };
        let span = text.span;
        match state {
            State::Old => draft(Kind::Removed).finish((strength, None), Some(text), None, gone),
            State::New => draft(Kind::Added).finish((None, strength), None, Some(text), Some(span)),
        }
    }

    /// Where something that is gone would stand now.
    fn place_of(&self, section: usize, units: &[usize]) -> Option<Span> {
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
    fn class_of_told(&self, state: State, section: usize, units: &[usize]) -> Class {
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
        (self.class_of_told(state, at, units).max(least), subject)
    }
}
