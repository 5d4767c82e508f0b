//! What both states have and one of them says otherwise or elsewhere.

use super::rulings::Verdict;
use super::{MatchedTexts, Reported, State};
use crate::diff::class::{ABOUT, of_part};
use crate::diff::draft::Draft;
use crate::diff::fact::{Fact, Form};
use crate::diff::facts::Facts;
use crate::diff::{Basis, Change, ChangeLocation, Class, Kind, Subject, Text};
use ghostc_syntax::Span;

/// So many moved units are asked whether another one went along with them.
const NEAR: usize = 100;

/// Units of both states that are told as one change.
struct Edit {
    units: Vec<(usize, usize)>,
    /// Whether they stand somewhere else now.
    elsewhere: bool,
    /// Whether they say the same.
    same: bool,
    /// Whether they are plain text that stays where it is.
    plain: bool,
    /// What the first of them is; the others are the same.
    verdict: Verdict,
}

pub(super) fn changes(texts: &MatchedTexts, told: &Reported) -> Vec<Change> {
    texts.pairs(told)
}

impl MatchedTexts {
    /// The changes of units that both states have: each for itself, but for edits of plain text side by side.
    fn pairs(&self, told: &Reported) -> Vec<Change> {
        let mut moved: Vec<(usize, usize, usize)> = Vec::new();
        let mut edits: Vec<Edit> = Vec::new();
        for (a, b) in self.units.iter() {
            let elsewhere = self.moved(a, b);
            let same = self.same_words(a, b);
            if (same && !elsewhere) || told.has_unit(State::Old, a) {
                continue;
            }
            let plain = !elsewhere && !self.is_statement(State::Old, a) && !self.is_statement(State::New, b);
            let verdict = self.ruled(a, b, same);
            // What moves along with what it stands below or goes on from is no change of its own.
            let along = self.moves_with(&moved, a, b).filter(|_| elsewhere && same);
            let behind = edits.len().checked_sub(1).filter(|last| {
                plain
                    && edits.get(*last).is_some_and(|edit| {
                        edit.plain && edit.is_like(&verdict) && self.continues(edit, a, b)
                    })
            });
            match along.or(behind).and_then(|at| edits.get_mut(at)) {
                Some(edit) => {
                    edit.units.push((a, b));
                    edit.verdict.ruling = edit.verdict.ruling.max(verdict.ruling);
                }
                None => edits.push(Edit {
                    units: vec![(a, b)],
                    elsewhere,
                    same,
                    plain,
                    verdict,
                }),
            }
            if elsewhere {
                moved.push((a, b, along.unwrap_or(edits.len() - 1)));
            }
        }
        edits.iter().filter_map(|edit| self.edit(edit)).collect()
    }

    /// What an edit of a unit is, where it stands and as part of what it lies in.
    fn ruled(&self, a: usize, b: usize, same: bool) -> Verdict {
        let strength = |facts: &Facts, at: usize| facts.units.get(at).and_then(|fact| fact.strength);
        if same {
            return Verdict {
                kind: Kind::Moved,
                ruling: (Class::Editorial, Basis::Subject),
                strength: (strength(&self.old, a), strength(&self.new, b)),
            };
        }
        let subject = self.name_of(State::Old, a).0.min(self.name_of(State::New, b).0);
        let mut verdict = self.verdict(a, b, subject == Subject::Scenario);
        verdict.ruling = of_part(subject, verdict.ruling);
        verdict
    }

    /// Whether two units stand right behind the last ones of an edit, in the same section.
    fn continues(&self, edit: &Edit, a: usize, b: usize) -> bool {
        let home = |facts: &Facts, at: usize| facts.outline.units.get(at).map(|unit| unit.section);
        edit.units.last().is_some_and(|(x, y)| {
            let next = (a, b) == (x + 1, y + 1);
            next && home(&self.old, a) == home(&self.old, *x) && home(&self.new, b) == home(&self.new, *y)
        })
    }

    /// The edit of what a unit stands below or goes on from in both states.
    fn moves_with(&self, moved: &[(usize, usize, usize)], a: usize, b: usize) -> Option<usize> {
        let (old, new) = (self.old.outline.units.get(a)?, self.new.outline.units.get(b)?);
        let home = |facts: &Facts, at: usize| facts.outline.units.get(at).map(|unit| unit.section);
        let found = moved.iter().rev().take(NEAR).find(|(x, y, _)| {
            let here = home(&self.old, *x) == Some(old.section) && home(&self.new, *y) == Some(new.section);
            let below = old.parent == Some(*x) && new.parent == Some(*y);
            below || (here && (a, b) == (x + 1, y + 1))
        });
        found.map(|(_, _, edit)| *edit)
    }

    fn edit(&self, edit: &Edit) -> Option<Change> {
        let (a, b) = *edit.units.first()?;
        let (home, at) = (
            self.old.outline.units.get(a)?.section,
            self.new.outline.units.get(b)?.section,
        );
        let about = self.is_about(State::Old, home) && self.is_about(State::New, at);
        let (old, new) = (self.old.units.get(a)?, self.new.units.get(b)?);
        let (kind, ruling) = (edit.verdict.kind, edit.verdict.ruling);
        let (mut subject, id) = self.name_of(State::Old, a);
        for (a, b) in &edit.units {
            subject = subject
                .min(self.name_of(State::Old, *a).0)
                .min(self.name_of(State::New, *b).0);
        }
        let mut places: Vec<ChangeLocation> = Vec::with_capacity(edit.units.len());
        places.extend(edit.units.iter().filter_map(|(a, b)| self.both_units(*a, *b)));
        if let ([place], false) = (places.as_mut_slice(), edit.same)
            && old.form == Form::Code
            && new.form == Form::Code
        {
            let (before, after) = changed_lines((old, self.old.path(home)), (new, self.new.path(at)));
            (place.at, place.old, place.new) = (Some(after.span), Some(before), Some(after));
        }
        let draft = Draft {
            kind: if edit.elsewhere && kind == Kind::Modified {
                Kind::Moved
            } else {
                kind
            },
            ruling: if about { ABOUT } else { ruling },
            subject,
            id,
        };
        Some(draft.spread(edit.verdict.strength, places))
    }
}

impl Edit {
    /// Whether an edit is of the same kind and class.
    fn is_like(&self, verdict: &Verdict) -> bool {
        let class = |verdict: &Verdict| verdict.ruling.0;
        self.verdict.kind == verdict.kind && class(&self.verdict) == class(verdict)
    }
}

/// A part of a code block.
type Block<'f> = (&'f Fact, Vec<String>);

/// The lines of two code blocks from the first that differs to the last.
fn changed_lines((old, from): Block<'_>, (new, to): Block<'_>) -> (Text, Text) {
    let (before, after): (Vec<&str>, Vec<&str>) =
        (old.shown.split('\n').collect(), new.shown.split('\n').collect());
    let shorter = before.len().min(after.len());
    let start = before.iter().zip(&after).take_while(|(a, b)| a == b).count();
    let end = before
        .iter()
        .rev()
        .zip(after.iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    // Where all lines are the same, the language is not, and the whole block is shown.
    let (start, end) = if start == before.len() && start == after.len() {
        (0, 0)
    } else {
        (start, end.min(shorter - start))
    };
    let part = |fact: &Fact, lines: &[&str], section: Vec<String>| {
        let before: usize = lines.iter().take(start).map(|line| line.len() + 1).sum();
        let text = lines.get(start..lines.len() - end).unwrap_or_default().join("\n");
        let from = fact.span.range().start + before;
        Text {
            span: Span::new(fact.span.file, from, from + text.len()),
            text,
            section,
        }
    };
    (part(old, &before, from), part(new, &after, to))
}
