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

/// Units of both states that are told as one change.
struct Edit {
    units: Vec<(usize, usize)>,
    /// Whether they stand somewhere else now.
    elsewhere: bool,
    /// Whether they say the same.
    same: bool,
    /// Whether they are plain text that stays where it is.
    plain: bool,
}

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
    let mut changes = texts.came_and_went();
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

    /// The changes of units that only one state has. Plain text that stands where other plain text stood is one edit.
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
        let old = together(&was).map(|(span, text)| Text {
            span,
            text,
            section: self.old.path(home),
        });
        let new = together(&is).map(|(span, text)| Text {
            span,
            text,
            section: self.new.path(at),
        });
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

    fn is_statement(&self, state: State, at: usize) -> bool {
        self.facts(state)
            .units
            .get(at)
            .is_some_and(|fact| fact.strength.is_some())
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
        let found = facts_of(facts, units);
        let body = together(&found);
        let (section, strength, class, subject, id, heading) = match head {
            Head::Section(at) => {
                let place = facts.sections.get(at)?;
                let (class, subject) = self.class_of_section(state, at, units);
                (
                    at,
                    None,
                    class,
                    subject,
                    place.name.clone(),
                    Some((place.span, place.shown.as_str())),
                )
            }
            Head::Unit(at) => {
                let section = facts.outline.units.get(at)?.section;
                let subject = found.iter().map(|fact| Subject::of(fact)).min()?;
                let class = self.class_of_told(state, section, units);
                (
                    section,
                    facts.units.get(at)?.strength,
                    class,
                    subject,
                    self.id(state, at),
                    None,
                )
            }
        };
        let (span, text) = match (heading, body) {
            (Some((heading, title)), Some((span, text))) => (
                Span {
                    end: span.end.max(heading.end),
                    ..heading
                },
                format!("{title}\n{text}"),
            ),
            (Some((heading, title)), None) => (heading, title.to_string()),
            (None, body) => body?,
        };
        let text = Some(Text {
            span,
            text: text.trim().to_string(),
            section: facts.path(section),
        });
        let kind = if state == State::Old {
            Kind::Removed
        } else {
            Kind::Added
        };
        let draft = Draft {
            kind,
            class,
            subject,
            id,
        };
        Some(match state {
            State::Old => draft.finish((strength, None), text, None, self.place_of(section, units)),
            State::New => draft.finish((None, strength), None, text, Some(span)),
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

    /// The changes of units that both states have: each for itself, but for edits of plain text side by side.
    fn pairs(&self) -> Vec<Change> {
        let mut moved: Vec<(usize, usize)> = Vec::new();
        let mut edits: Vec<Edit> = Vec::new();
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
            let plain = !elsewhere && !self.is_statement(State::Old, a) && !self.is_statement(State::New, b);
            match edits
                .last_mut()
                .filter(|edit| plain && edit.plain && self.goes_on(edit, a, b))
            {
                Some(edit) => edit.units.push((a, b)),
                None if along => {}
                None => edits.push(Edit {
                    units: vec![(a, b)],
                    elsewhere,
                    same,
                    plain,
                }),
            }
        }
        edits.iter().filter_map(|edit| self.edit(edit)).collect()
    }

    /// Whether two units stand right behind the last ones of an edit, in the same section.
    fn goes_on(&self, edit: &Edit, a: usize, b: usize) -> bool {
        let home = |facts: &Facts, at: usize| facts.outline.units.get(at).map(|unit| unit.section);
        edit.units.last().is_some_and(|(x, y)| {
            let next = (a, b) == (x + 1, y + 1);
            next && home(&self.old, a) == home(&self.old, *x) && home(&self.new, b) == home(&self.new, *y)
        })
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

    fn edit(&self, edit: &Edit) -> Option<Change> {
        let (a, b) = *edit.units.first()?;
        let (home, at) = (
            self.old.outline.units.get(a)?.section,
            self.new.outline.units.get(b)?.section,
        );
        let about = self.is_about(State::Old, home) && self.is_about(State::New, at);
        let (mut kind, mut class, mut subject) = (Kind::Moved, Class::Editorial, Subject::Prose);
        for (a, b) in &edit.units {
            let (old, new) = (self.old.units.get(*a)?, self.new.units.get(*b)?);
            kind = if edit.same {
                Kind::Moved
            } else {
                Kind::of(old.strength, new.strength)
            };
            class = class.max(of_unit(kind, Some(old), Some(new)));
            subject = subject.min(Subject::of(new)).min(Subject::of(old));
        }
        let (old, new) = (self.old.units.get(a)?, self.new.units.get(b)?);
        let (before, after) = match edit.units.as_slice() {
            [_] if old.form == Form::Code && new.form == Form::Code && !edit.same => changed_lines(old, new),
            units => (
                together(
                    &units
                        .iter()
                        .filter_map(|(a, _)| self.old.units.get(*a))
                        .collect::<Vec<_>>(),
                )?,
                together(
                    &units
                        .iter()
                        .filter_map(|(_, b)| self.new.units.get(*b))
                        .collect::<Vec<_>>(),
                )?,
            ),
        };
        let text = |(span, text): (Span, String), section: Vec<String>| Some(Text { span, text, section });
        let place = Some(after.0);
        let draft = Draft {
            kind: if edit.elsewhere && kind == Kind::Modified {
                Kind::Moved
            } else {
                kind
            },
            class: if about { Class::Editorial } else { class },
            subject,
            id: self.id(State::Old, a),
        };
        let (before, after) = (text(before, self.old.path(home)), text(after, self.new.path(at)));
        Some(draft.finish((old.strength, new.strength), before, after, place))
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
fn together(facts: &[&Fact]) -> Option<(Span, String)> {
    let shown: Vec<&str> = facts.iter().map(|fact| fact.shown.as_str()).collect();
    let start = facts.iter().map(|fact| fact.span.start).min()?;
    let end = facts.iter().map(|fact| fact.span.end).max()?;
    let span = Span {
        start,
        end,
        ..facts.first()?.span
    };
    Some((span, shown.join("\n")))
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
