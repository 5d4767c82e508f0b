//! Changes of sections that both states have: other titles and other places.

use super::{MatchedTexts, Reported, State};
use crate::diff::draft::Draft;
use crate::diff::{Basis, Change, Class, Kind, Subject};
use ghostc_spec::matching::OutlineSection;

pub(super) fn changes(texts: &MatchedTexts, told: &Reported) -> Vec<Change> {
    texts
        .sections
        .iter()
        .filter(|(a, _)| !told.has_section(State::Old, *a))
        .filter_map(|(a, b)| change(texts, a, b))
        .collect()
}

fn change(texts: &MatchedTexts, a: usize, b: usize) -> Option<Change> {
    let (old, new) = (
        texts.old.outline.sections.get(a)?,
        texts.new.outline.sections.get(b)?,
    );
    let (was, is) = (texts.old.sections.get(a)?, texts.new.sections.get(b)?);
    let parent = old.parent.and_then(|at| texts.sections.new_of(at));
    let moved = old.parent.is_some() && parent != new.parent;
    // What is called differently is said of the operation.
    let is_called = |section: &'_ OutlineSection| (section.title.clone(), section.number.clone());
    let renamed = is_called(old) != is_called(new) && !(was.operation.is_some() && is.operation.is_some());
    if !moved && !renamed {
        return None;
    }
    let subject = if old.parent.is_none() {
        Subject::Document
    } else {
        Subject::Section
    };
    let kind = if renamed { Kind::Renamed } else { Kind::Moved };
    let draft = Draft {
        kind,
        ruling: (Class::Editorial, Basis::Subject),
        subject,
        id: was.id().to_string(),
    };
    Some(draft.finish(
        (None, None),
        texts.heading(State::Old, a),
        texts.heading(State::New, b),
        Some(is.span),
    ))
}
