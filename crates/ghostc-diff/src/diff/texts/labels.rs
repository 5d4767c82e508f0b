//! What stands before the words of named facts: ids, states of tasks, priorities, titles of headings.

use super::{MatchedTexts, Reported, State};
use crate::diff::aspects::{Aspect, Detail};
use crate::diff::draft::Draft;
use crate::diff::facts::Opening;
use crate::diff::named::Named;
use crate::diff::{Basis, Change, ChangeLocation, Class, Kind, Subject};

impl MatchedTexts {
    /// A fact with a heading that is called something else, or stands somewhere else, or has another priority.
    pub(super) fn retitled(&self, old: usize, new: usize, told: &mut Reported) -> Option<Change> {
        let (was, is) = (self.old.named.get(old)?, self.new.named.get(new)?);
        let heads = (
            self.old.heads.get(old).copied().flatten()?,
            self.new.heads.get(new).copied().flatten()?,
        );
        let (Opening::Section(a), Opening::Section(b)) = heads else {
            return None;
        };
        told.sections(State::Old).insert(a);
        told.sections(State::New).insert(b);
        let (from, to) = (
            self.old.outline.sections.get(a)?,
            self.new.outline.sections.get(b)?,
        );
        let moved = from.parent.and_then(|at| self.sections.new_of(at)) != to.parent;
        let details = labels(was, is);
        let renamed = match (&was.title, &is.title) {
            (Some(was), Some(is)) => was.to_lowercase() != is.to_lowercase(),
            _ => from.title != to.title,
        };
        let kind = if renamed || details.iter().any(|detail| detail.aspect == Aspect::Id) {
            Kind::Renamed
        } else if moved {
            Kind::Moved
        } else if !details.is_empty() {
            Kind::Modified
        } else {
            return None;
        };
        let new_text = self.heading(State::New, b);
        let at = new_text.as_ref().map(|text| text.span);
        let draft = Draft {
            kind,
            ruling: (Class::Editorial, Basis::Subject),
            subject: was.subject,
            id: was.id.clone(),
        };
        let place = ChangeLocation {
            subject: Subject::Section,
            id: self.old.sections.get(a)?.id().to_string(),
            old: self.heading(State::Old, a),
            new: new_text,
            fingerprint: String::new(),
            about: None,
            at,
        };
        let mut change = draft.spread((was.strength, is.strength), vec![place]);
        change.details = details;
        Some(change)
    }
}

/// What differs between the labels of two states of a fact.
pub(super) fn labels(old: &Named, new: &Named) -> Vec<Detail> {
    let detail = |aspect: Aspect, before: Option<&str>, after: Option<&str>| {
        (before != after).then(|| Detail {
            aspect,
            of: match aspect {
                Aspect::Id => String::new(),
                Aspect::State
                | Aspect::Optional
                | Aspect::Priority
                | Aspect::Default
                | Aspect::Type
                | Aspect::Limit
                | Aspect::Values => new.id.clone(),
            },
            old: before.map(ToString::to_string),
            new: after.map(ToString::to_string),
        })
    };
    let id = |named: &'_ Named| named.has_written_id.then(|| named.id.clone());
    let (was, is) = (id(old), id(new));
    let mut out: Vec<Detail> = Vec::new();
    if was.is_some() && is.is_some() {
        out.extend(detail(Aspect::Id, was.as_deref(), is.as_deref()));
    }
    // How far a task is, is no change.
    let optional = |named: &Named| named.state.map(|_| if named.optional { "yes" } else { "no" });
    out.extend(detail(Aspect::Optional, optional(old), optional(new)));
    out.extend(detail(
        Aspect::Priority,
        old.priority.as_deref(),
        new.priority.as_deref(),
    ));
    out
}
