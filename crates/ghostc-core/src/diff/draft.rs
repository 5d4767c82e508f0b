//! A change that is being put together, and its fingerprint.

use super::{Change, Class, Kind, Subject, Text};
use crate::content::hex;
use ghostc_syntax::{Span, Strength};

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
        strength: (Option<Strength>, Option<Strength>),
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

/// The hash of what a change says.
fn fingerprint(subject: Subject, section: &[String], old: Option<&str>, new: Option<&str>) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(subject.as_str().as_bytes()).update(&[0]);
    for title in section {
        hasher.update(title.to_lowercase().as_bytes()).update(&[0]);
    }
    for text in [old, new] {
        let mark = u8::from(text.is_some());
        hasher
            .update(text.unwrap_or_default().as_bytes())
            .update(&[0, mark]);
    }
    hex(&hasher.finalize(), 6)
}
