//! Changes of documents: sections and the units in them, with what is added or removed together told as one change.

mod order;
mod sections;

use super::class::of_unit;
use super::facts::{Fact, Facts, Form, shouts};
use super::words::mark;
use super::{Change, Class, Kind, Side, Subject, Text, fingerprint};
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
    /// The titles of sections that are called something else now: how references to them stand in each text.
    renamed: Vec<(String, String)>,
}

/// Which state something belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Old,
    New,
}

/// What a unit without a partner is told with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Head {
    Section(usize),
    Unit(usize),
}

pub(super) fn changes(old: Side<'_>, new: Side<'_>) -> Vec<Change> {
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
        renamed: Vec::new(),
    };
    texts.renamed = texts.renamed_sections();
    let mut changes = texts.alone(State::Old);
    changes.extend(texts.alone(State::New));
    changes.extend(texts.pairs());
    changes.extend(sections::changes(&texts));
    changes.extend(order::changes(&texts));
    changes
}

impl Texts {
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

    fn renamed_sections(&self) -> Vec<(String, String)> {
        let title =
            |facts: &Facts, at: usize| facts.outline.sections.get(at).map(|section| mark(&section.title));
        let titles = self
            .sections
            .iter()
            .filter_map(|(a, b)| Some((title(&self.old, a)?, title(&self.new, b)?)));
        titles.filter(|(a, b)| a != b).collect()
    }

    /// Whether two units say the same, references to renamed sections included.
    fn same_words(&self, old: usize, new: usize) -> bool {
        let text = |facts: &Facts, at: usize| facts.outline.units.get(at).map(|unit| unit.text.clone());
        let (Some(mut before), Some(after)) = (text(&self.old, old), text(&self.new, new)) else {
            return false;
        };
        let refers = self
            .old
            .units
            .get(old)
            .is_some_and(|fact| !fact.references.is_empty());
        if before != after && refers {
            for (from, to) in &self.renamed {
                before = before.replace(from, to);
            }
        }
        before == after
    }

    /// The changes of units that only one state has, with what stands below them or goes on in their block.
    fn alone(&self, state: State) -> Vec<Change> {
        let facts = self.facts(state);
        let mut heads: Vec<Option<Head>> = Vec::with_capacity(facts.units.len());
        let mut told: BTreeMap<Head, Vec<usize>> = BTreeMap::new();
        for section in (0..facts.sections.len()).filter(|at| self.section_partner(state, *at).is_none()) {
            told.insert(Head::Section(self.top(state, section)), Vec::new());
        }
        for at in 0..facts.units.len() {
            let head = self
                .unit_partner(state, at)
                .is_none()
                .then(|| self.head(state, at, &heads));
            if let Some(head) = head {
                told.entry(head).or_default().push(at);
            }
            heads.push(head);
        }
        told.into_iter()
            .filter_map(|(head, units)| self.told(state, head, &units))
            .collect()
    }

    /// What a unit without a partner is told with: a statement alone, anything else with what it belongs to.
    fn head(&self, state: State, at: usize, heads: &[Option<Head>]) -> Head {
        let facts = self.facts(state);
        let (Some(unit), Some(fact)) = (facts.outline.units.get(at), facts.units.get(at)) else {
            return Head::Unit(at);
        };
        if fact.strength.is_some() {
            return Head::Unit(at);
        }
        let head_of = |at: usize| heads.get(at).copied().flatten();
        if let Some(head) = unit.parent.and_then(head_of) {
            return head;
        }
        if self.section_partner(state, unit.section).is_none() {
            return Head::Section(self.top(state, unit.section));
        }
        let before = at.checked_sub(1).filter(|before| {
            let same_block = facts
                .units
                .get(*before)
                .is_some_and(|other| other.block == fact.block);
            let same_section = facts
                .outline
                .units
                .get(*before)
                .is_some_and(|other| other.section == unit.section);
            same_block && same_section
        });
        before.and_then(head_of).unwrap_or(Head::Unit(at))
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
        let facts = self.facts(state);
        let shown = units
            .iter()
            .filter_map(|at| Some(facts.units.get(*at)?.shown.as_str()));
        let end = units
            .iter()
            .filter_map(|at| Some(facts.units.get(*at)?.span.end))
            .max();
        let kind = if state == State::Old {
            Kind::Removed
        } else {
            Kind::Added
        };
        let (span, text, class, subject, section, strength, id) = match head {
            Head::Section(at) => {
                let place = facts.sections.get(at)?;
                let text: Vec<&str> = std::iter::once(place.shown.as_str()).chain(shown).collect();
                let (class, subject) = self.class_of_section(state, at, units);
                (place.span, text, class, subject, at, None, place.name.clone())
            }
            Head::Unit(at) => {
                let fact = facts.units.get(at)?;
                let section = facts.outline.units.get(at)?.section;
                let class = self.class_of_told(state, section, units);
                (
                    fact.span,
                    shown.collect(),
                    class,
                    Subject::of(fact),
                    section,
                    fact.strength,
                    self.id(state, at),
                )
            }
        };
        let span = Span {
            end: end.unwrap_or(span.end).max(span.end),
            ..span
        };
        let text = Some(Text {
            span,
            text: text.join("\n").trim().to_string(),
            section: facts.path(section),
        });
        let change = Draft {
            kind,
            class,
            subject,
            id,
        };
        Some(match state {
            State::Old => change.finish((strength, None), text, None, self.place_of(section, units)),
            State::New => change.finish((None, strength), None, text, Some(span)),
        })
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

    fn is_about(&self, state: State, section: usize) -> bool {
        self.facts(state)
            .sections
            .get(section)
            .is_some_and(|place| place.role == Role::About)
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

    /// The changes of units that both states have.
    fn pairs(&self) -> Vec<Change> {
        let mut moved: Vec<(usize, usize)> = Vec::new();
        let mut out = Vec::new();
        for (a, b) in self.units.iter() {
            let elsewhere = self.moved(a, b);
            let same = self.same_words(a, b);
            if same && !elsewhere {
                continue;
            }
            // What moves along with what it stands below or goes on from is no change of its own.
            let along = elsewhere && same && self.goes_along(&moved, a, b);
            if elsewhere {
                moved.push((a, b));
            }
            if !along {
                out.extend(self.pair(a, b, elsewhere, same));
            }
        }
        out
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

    fn goes_along(&self, moved: &[(usize, usize)], a: usize, b: usize) -> bool {
        let (Some(old), Some(new)) = (self.old.outline.units.get(a), self.new.outline.units.get(b)) else {
            return false;
        };
        moved.iter().rev().any(|(x, y)| {
            let below = old.parent == Some(*x) && new.parent == Some(*y);
            let next = (a, b) == (x + 1, y + 1)
                && self
                    .old
                    .outline
                    .units
                    .get(*x)
                    .is_some_and(|unit| unit.section == old.section)
                && self
                    .new
                    .outline
                    .units
                    .get(*y)
                    .is_some_and(|unit| unit.section == new.section);
            below || next
        })
    }

    fn pair(&self, a: usize, b: usize, elsewhere: bool, same: bool) -> Option<Change> {
        let (old, new) = (self.old.units.get(a)?, self.new.units.get(b)?);
        let (home, at) = (
            self.old.outline.units.get(a)?.section,
            self.new.outline.units.get(b)?.section,
        );
        let kind = if same {
            Kind::Moved
        } else {
            Kind::of(old.strength, new.strength)
        };
        let about = self.is_about(State::Old, home) && self.is_about(State::New, at);
        let class = if about {
            Class::Editorial
        } else {
            of_unit(kind, Some(old), Some(new))
        };
        let kind = if elsewhere && kind == Kind::Modified {
            Kind::Moved
        } else {
            kind
        };
        let (before, after) = if old.form == Form::Code && new.form == Form::Code && !same {
            changed_lines(old, new)
        } else {
            ((old.span, old.shown.clone()), (new.span, new.shown.clone()))
        };
        let text = |(span, text): (Span, String), section: Vec<String>| Some(Text { span, text, section });
        let place = Some(after.0);
        let change = Draft {
            kind,
            class,
            subject: Subject::of(new).min(Subject::of(old)),
            id: self.id(State::Old, a),
        };
        Some(change.finish(
            (old.strength, new.strength),
            text(before, self.old.path(home)),
            text(after, self.new.path(at)),
            place,
        ))
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

/// The lines of two code blocks from the first that differs to the last.
fn changed_lines(old: &Fact, new: &Fact) -> ((Span, String), (Span, String)) {
    let common = |reverse: bool| {
        let pairs: Vec<(&str, &str)> = if reverse {
            old.shown
                .split('\n')
                .rev()
                .zip(new.shown.split('\n').rev())
                .collect()
        } else {
            old.shown.split('\n').zip(new.shown.split('\n')).collect()
        };
        pairs.iter().take_while(|(a, b)| a == b).count()
    };
    let shorter = old.shown.split('\n').count().min(new.shown.split('\n').count());
    let start = common(false);
    let end = common(true).min(shorter - start.min(shorter));
    let part = |fact: &Fact, end: usize| {
        let lines: Vec<&str> = fact.shown.split('\n').collect();
        let end = lines.len().saturating_sub(end).max(start);
        let before: usize = lines.iter().take(start).map(|line| line.len() + 1).sum();
        let text = lines.get(start..end).unwrap_or_default().join("\n");
        let from = fact.span.range().start + before;
        (Span::new(fact.span.file, from, from + text.len()), text)
    };
    (part(old, end), part(new, end))
}

/// A change without its texts.
pub(super) struct Draft {
    pub(super) kind: Kind,
    pub(super) class: Class,
    pub(super) subject: Subject,
    pub(super) id: String,
}

impl Draft {
    /// The change with its texts and its fingerprint.
    pub(super) fn finish(
        self,
        strength: (Option<ghostc_syntax::Strength>, Option<ghostc_syntax::Strength>),
        old: Option<Text>,
        new: Option<Text>,
        place: Option<Span>,
    ) -> Change {
        let words = |text: &'_ Option<Text>| text.as_ref().map(|text| text.text.clone());
        let section = old
            .as_ref()
            .or(new.as_ref())
            .map_or(&[][..], |text| &text.section);
        let fingerprint = fingerprint(
            self.subject,
            section,
            words(&old).as_deref(),
            words(&new).as_deref(),
        );
        Change {
            kind: self.kind,
            class: self.class,
            subject: self.subject,
            id: self.id,
            fingerprint,
            strength,
            old,
            new,
            tasks: Vec::new(),
            cases: Vec::new(),
            place,
        }
    }
}
