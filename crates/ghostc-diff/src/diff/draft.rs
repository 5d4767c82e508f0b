//! A change that is being put together, and its fingerprint.

use super::aspects::{self, Detail};
use super::class::Ruling;
use super::{Change, ChangeLocation, Kind, Subject, Text};
use ghostc_spec::content::{hex, without_label};
use ghostc_syntax::{Span, Strength};

/// A change without its texts.
pub(super) struct Draft {
    pub(super) kind: Kind,
    pub(super) ruling: Ruling,
    pub(super) subject: Subject,
    pub(super) id: String,
}

impl Draft {
    /// The change of one place with its texts and its fingerprint.
    pub(super) fn finish(
        self,
        strength: (Option<Strength>, Option<Strength>),
        old: Option<Text>,
        new: Option<Text>,
        at: Option<Span>,
    ) -> Change {
        let place = ChangeLocation {
            subject: self.subject,
            id: self.id.clone(),
            fingerprint: String::new(),
            old,
            new,
            about: None,
            at,
        };
        self.spread(strength, vec![place])
    }

    /// The change of some places, in the order of the text.
    pub(super) fn spread(
        self,
        strength: (Option<Strength>, Option<Strength>),
        mut places: Vec<ChangeLocation>,
    ) -> Change {
        let old = together(places.iter().filter_map(|place| place.old.as_ref()));
        let new = together(places.iter().filter_map(|place| place.new.as_ref()));
        for place in &mut places {
            place.fingerprint = fingerprint(place.subject, &place.old, &place.new);
        }
        let fingerprint = fingerprint(self.subject, &old, &new);
        Change {
            kind: self.kind,
            class: self.ruling.0,
            basis: self.ruling.1,
            subject: self.subject,
            id: self.id,
            fingerprint,
            strength,
            old,
            new,
            details: details(&places),
            places,
            tasks: Vec::new(),
            cases: Vec::new(),
        }
    }
}

/// The exact values that differ in some places.
pub(super) fn details(places: &[ChangeLocation]) -> Vec<Detail> {
    let of_place = |place: &ChangeLocation| match (&place.old, &place.new) {
        (Some(old), Some(new)) => aspects::between(&old.text, &new.text, place.about.as_deref()),
        _ => Vec::new(),
    };
    places.iter().flat_map(of_place).collect()
}

/// Some texts of one file side by side, as one, in the order in which they stand there.
fn together<'t>(texts: impl Iterator<Item = &'t Text>) -> Option<Text> {
    let mut texts: Vec<&Text> = texts.collect();
    texts.sort_by_key(|text| text.span);
    let first = *texts.first()?;
    let [_] = texts.as_slice() else {
        let here = || texts.iter().filter(|text| text.span.file == first.span.file);
        let shown: Vec<&str> = texts.iter().map(|text| text.text.as_str()).collect();
        return Some(Text {
            span: Span {
                start: here().map(|text| text.span.start).min()?,
                end: here().map(|text| text.span.end).max()?,
                ..first.span
            },
            text: shown.join("\n"),
            section: first.section.clone(),
        });
    };
    Some(first.clone())
}

/// The hash of what two texts say and where they stand.
fn fingerprint(subject: Subject, old: &Option<Text>, new: &Option<Text>) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(subject.as_str().as_bytes()).update(&[0]);
    for title in old
        .as_ref()
        .or(new.as_ref())
        .into_iter()
        .flat_map(|text| &text.section)
    {
        let (title, _) = without_label(title);
        hasher.update(title.to_lowercase().as_bytes()).update(&[0]);
    }
    for text in [old, new] {
        let said = text.as_ref().map_or("", |text| &text.text);
        hasher
            .update(said.as_bytes())
            .update(&[0, u8::from(text.is_some())]);
    }
    hex(&hasher.finalize(), 6)
}
