//! Changes of facts with names: each is told once, by the innermost name that it has, with all of its places.

use super::labels::labels;
use super::rulings::Verdict;
use super::{MatchedTexts, Reported, State, unmatched};
use crate::diff::aspects::Aspect;
use crate::diff::class::{ABOUT, Ruling, UNTOUCHED, of_named, of_part};
use crate::diff::draft::Draft;
use crate::diff::facts::Opening;
use crate::diff::{Change, ChangeLocation, Kind, Subject};
use ghostc_syntax::{Span, Strength};
use std::collections::BTreeMap;

/// A part of a fact, before it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    /// A section that only one state has.
    Section(usize),
    /// A unit that only one state has.
    Unit(usize),
}

/// The parts of two states of a fact that differ.
#[derive(Default)]
struct Parts {
    gone: Vec<Part>,
    came: Vec<Part>,
    edited: Vec<(usize, usize)>,
}

/// The changes of named facts, and what is told with them.
pub(super) fn changes(texts: &MatchedTexts) -> (Vec<Change>, Reported) {
    let mut told = Reported::default();
    let mut out = Vec::new();
    let mut kept: BTreeMap<usize, Parts> = BTreeMap::new();
    for state in [State::Old, State::New] {
        let (whole, parts) = texts.lone_parts(state, &mut told);
        out.extend(
            whole
                .iter()
                .filter_map(|(at, parts)| texts.addition_or_removal(state, *at, parts)),
        );
        for (at, parts) in parts {
            match state {
                State::Old => kept.entry(at).or_default().gone = parts,
                State::New => kept.entry(at).or_default().came = parts,
            }
        }
    }
    for (a, b) in texts.units.iter() {
        let homes = texts.named_of(State::Old, a).zip(texts.named_of(State::New, b));
        let together = homes.filter(|((old, _), (new, _))| texts.named.new_of(*old) == Some(*new));
        let Some(((old, _), _)) = together.filter(|_| !texts.moved(a, b)) else {
            continue;
        };
        if !texts.same_words(a, b) || texts.relabelled(a, b) {
            told.units(State::Old).insert(a);
            told.units(State::New).insert(b);
            kept.entry(old).or_default().edited.push((a, b));
        }
    }
    for (old, parts) in &kept {
        let new = texts.named.new_of(*old);
        out.extend(new.and_then(|new| texts.edited(*old, new, parts)));
    }
    for (old, new) in texts.named.iter() {
        out.extend(texts.retitled(old, new, &mut told));
    }
    (out, told)
}

/// Parts by the fact that they are told with.
type ByFact = BTreeMap<usize, Vec<Part>>;

impl MatchedTexts {
    fn named_partner(&self, state: State, at: usize) -> Option<usize> {
        match state {
            State::Old => self.named.new_of(at),
            State::New => self.named.old_of(at),
        }
    }

    /// What only one state has: of facts that it alone has, and of facts that both have, by the old one.
    fn lone_parts(&self, state: State, told: &mut Reported) -> (ByFact, ByFact) {
        let facts = self.facts(state);
        let (mut whole, mut parts) = (ByFact::new(), ByFact::new());
        let sections = (0..facts.sections.len())
            .filter(|at| self.section_partner(state, *at).is_none())
            .map(Part::Section);
        let units = (0..facts.units.len())
            .filter(|at| self.unit_partner(state, *at).is_none())
            .map(Part::Unit);
        for part in sections.chain(units) {
            let home = match part {
                Part::Section(at) => facts.section_homes.get(at),
                Part::Unit(at) => facts.unit_homes.get(at),
            };
            let Some(home) = home.copied().flatten() else {
                continue;
            };
            match (self.outermost_lone(state, home), state) {
                (Some(unmatched), _) => whole.entry(unmatched).or_default().push(part),
                (None, State::Old) => parts.entry(home).or_default().push(part),
                (None, State::New) => {
                    let Some(old) = self.named.old_of(home) else {
                        continue;
                    };
                    parts.entry(old).or_default().push(part);
                }
            }
            let _new = match part {
                Part::Section(at) => told.sections(state).insert(at),
                Part::Unit(at) => told.units(state).insert(at),
            };
        }
        for parts in whole.values_mut().chain(parts.values_mut()) {
            parts.sort_by_key(|part| self.spot(state, *part));
        }
        (whole, parts)
    }

    /// The outermost fact around another one, or itself, that the other state does not have.
    fn outermost_lone(&self, state: State, named: usize) -> Option<usize> {
        let facts = self.facts(state);
        let (mut found, mut next) = (None, Some(named));
        while let Some(at) = next {
            let opens = facts.heads.get(at).copied().flatten().is_some();
            if opens && self.named_partner(state, at).is_none() {
                found = Some(at);
            }
            next = facts.named.get(at).and_then(|named| named.parent);
        }
        found
    }

    fn spot(&self, state: State, part: Part) -> Option<Span> {
        let facts = self.facts(state);
        match part {
            Part::Section(at) => facts.sections.get(at).map(|place| place.span),
            Part::Unit(at) => facts.units.get(at).map(|fact| fact.span),
        }
    }

    fn unmatched_location(&self, state: State, part: Part, spot: Option<Span>) -> Option<ChangeLocation> {
        match part {
            Part::Section(at) => self.unmatched_heading(state, at, spot),
            Part::Unit(at) => self.unmatched_unit(state, at, spot),
        }
    }

    /// A fact that only one state has, with all that is in it.
    fn addition_or_removal(&self, state: State, at: usize, parts: &[Part]) -> Option<Change> {
        let facts = self.facts(state);
        let named = facts.named.get(at)?;
        let kind = match state {
            State::Old => Kind::Removed,
            State::New => Kind::Added,
        };
        let section = match *parts.first()? {
            Part::Section(at) => at,
            Part::Unit(at) => facts.outline.units.get(at)?.section,
        };
        let head: Vec<usize> = parts.iter().take(1).filter_map(Part::unit).collect();
        let spot = match state {
            State::Old => self.place_of(section, &head),
            State::New => None,
        };
        let units: Vec<usize> = parts.iter().filter_map(Part::unit).collect();
        let inside = self.ruling_of_told(state, section, &units);
        let ruling = if self.is_about(state, section) {
            ABOUT
        } else {
            of_named(kind, named.subject, inside)
        };
        let places = parts
            .iter()
            .filter_map(|part| self.unmatched_location(state, *part, spot));
        let draft = (ruling, named.subject, named.id.clone());
        Some(unmatched::unmatched(
            state,
            draft,
            named.strength,
            places.collect(),
        ))
    }

    /// Whether two units of one text open facts whose ids or states differ.
    fn relabelled(&self, a: usize, b: usize) -> bool {
        let of = |state: State, at: usize| {
            let named = self.opened(state, Opening::Unit(at))?;
            self.facts(state).named.get(named)
        };
        match (of(State::Old, a), of(State::New, b)) {
            (Some(old), Some(new)) => !labels(old, new).is_empty(),
            _ => false,
        }
    }

    /// A fact that both states have, and that says something else.
    fn edited(&self, old: usize, new: usize, parts: &Parts) -> Option<Change> {
        let (was, is) = (self.old.named.get(old)?, self.new.named.get(new)?);
        let spot = Some(Span {
            end: is.span.start,
            ..is.span
        });
        let mut places: Vec<ChangeLocation> = Vec::new();
        places.extend(parts.edited.iter().filter_map(|(a, b)| self.both_units(*a, *b)));
        places.extend(
            parts
                .gone
                .iter()
                .filter_map(|part| self.unmatched_location(State::Old, *part, spot)),
        );
        places.extend(
            parts
                .came
                .iter()
                .filter_map(|part| self.unmatched_location(State::New, *part, None)),
        );
        places.sort_by_key(|place| (place.at, place.old.as_ref().map(|old| old.span)));
        let head = parts
            .edited
            .iter()
            .find(|(a, _)| self.opened(State::Old, Opening::Unit(*a)) == Some(old));
        let details = head.map_or_else(Vec::new, |_| labels(was, is));
        let reworded = parts.edited.iter().filter(|(a, b)| !self.same_words(*a, *b));
        let verdicts: Vec<Verdict> = reworded
            .map(|(a, b)| self.verdict(*a, *b, self.binds(was.subject, *b)))
            .collect();
        let only_label = parts.gone.is_empty() && parts.came.is_empty() && verdicts.is_empty();
        let renamed = only_label && details.iter().all(|detail| detail.aspect == Aspect::Id);
        let (kind, strength) = if renamed {
            (Kind::Renamed, (was.strength, is.strength))
        } else {
            kind_of(&verdicts, (was.strength, is.strength))
        };
        let about = self.is_reported(parts);
        let draft = Draft {
            kind,
            ruling: if about || only_label {
                ABOUT
            } else {
                self.ruling_of(was.subject, &verdicts, parts)
            },
            subject: was.subject,
            id: was.id.clone(),
        };
        let mut change = draft.spread(strength, places);
        change.details.splice(0..0, details);
        Some(change)
    }

    fn is_reported(&self, parts: &Parts) -> bool {
        let section = |unit: usize| self.new.outline.units.get(unit).map(|unit| unit.section);
        let first = parts.edited.first().and_then(|(_, b)| section(*b));
        first.is_some_and(|section| self.is_about(State::New, section))
    }

    /// Whether a unit of a fact binds whatever it says: all of a scenario, and the words that a requirement or criterion
    /// opens with.
    fn binds(&self, subject: Subject, b: usize) -> bool {
        let opens = || self.opened(State::New, Opening::Unit(b)).is_some();
        subject == Subject::Scenario
            || (matches!(subject, Subject::Requirement | Subject::Criterion) && opens())
    }

    fn ruling_of(&self, subject: Subject, verdicts: &[Verdict], parts: &Parts) -> Ruling {
        let mut ruling = of_part(subject, UNTOUCHED);
        for verdict in verdicts {
            ruling = ruling.max(of_part(subject, verdict.ruling));
        }
        for (state, parts) in [(State::Old, &parts.gone), (State::New, &parts.came)] {
            let units: Vec<usize> = parts.iter().filter_map(Part::unit).collect();
            let unmatched = self.ruling_of_all(state, &units);
            ruling = ruling.max(unmatched.map_or(UNTOUCHED, |found| of_part(subject, found)));
        }
        ruling
    }
}

/// What the edits of a fact do to how binding it is, and how binding it was and is.
fn kind_of(
    verdicts: &[Verdict],
    whole: (Option<Strength>, Option<Strength>),
) -> (Kind, (Option<Strength>, Option<Strength>)) {
    let of = |kind: Kind| verdicts.iter().find(|verdict| verdict.kind == kind);
    let decisive = match (of(Kind::Negated), of(Kind::Strengthened), of(Kind::Weakened)) {
        (Some(negated), _, _) => Some(negated),
        (None, Some(stronger), None) => Some(stronger),
        (None, None, Some(weaker)) => Some(weaker),
        (None, ..) => None,
    };
    decisive.map_or((Kind::Modified, whole), |verdict| {
        (verdict.kind, verdict.strength)
    })
}

impl Part {
    fn unit(&self) -> Option<usize> {
        match self {
            Part::Unit(at) => Some(*at),
            Part::Section(_) => None,
        }
    }
}
