//! Changes and what they are made to: the requirements that a delta speaks of, found in the base by capability and name.

use crate::facts::Delta;
use crate::layout::folder;
use crate::library::{Library, Package};
use ghostc_syntax::{Sources, Span};
use std::collections::BTreeSet;

/// A change and its base.
#[derive(Clone, Copy)]
pub(crate) struct Change<'a> {
    /// The package of the change.
    pub(crate) package: &'a Package,
    /// What it is made to; nothing where there is no such package.
    pub(crate) base: Option<&'a Package>,
}

/// What a change does to one requirement.
pub(crate) struct Spoken<'a> {
    /// Nothing stands for the old name of a rename.
    pub(crate) kind: Option<Delta>,
    /// The capability's folder below `specs`.
    pub(crate) capability: String,
    /// The requirement's name.
    pub(crate) name: &'a str,
    /// Where it is named.
    pub(crate) span: Span,
}

/// The changes that are still to be made.
pub(crate) fn active(library: &Library) -> impl Iterator<Item = Change<'_>> {
    all(library).filter(|change| change.package.changes.as_ref().is_some_and(|base| !base.archived))
}

/// All changes.
pub(crate) fn all(library: &Library) -> impl Iterator<Item = Change<'_>> {
    library.packages.iter().filter_map(|package| {
        let base = package.changes.as_ref()?;
        let base = library.packages.iter().find(|other| other.root == base.root);
        Some(Change { package, base })
    })
}

/// The capability that a document in a package is about: its folder below the package's root, and below `specs` in it.
pub(crate) fn capability(root: &str, path: &str) -> String {
    let below = folder(path)
        .strip_prefix(root)
        .unwrap_or_default()
        .trim_start_matches('/');
    below.strip_prefix("specs/").unwrap_or(below).to_string()
}

impl<'a> Change<'a> {
    /// Everything that it says about requirements, in document order.
    pub(crate) fn deltas(self, sources: &Sources) -> Vec<Spoken<'a>> {
        let home = |span: Span| capability(&self.package.root, &sources.get(span.file).path);
        let facts = &self.package.facts;
        let named = facts
            .requirements
            .iter()
            .filter(|found| found.delta.is_some())
            .map(|found| Spoken {
                kind: found.delta,
                capability: home(found.span),
                name: &found.id,
                span: found.span,
            });
        let renamed = facts.renames.iter().map(|found| Spoken {
            kind: None,
            capability: home(found.from_span),
            name: &found.from,
            span: found.from_span,
        });
        named.chain(renamed).collect()
    }

    /// The names of a capability's requirements before the change.
    pub(crate) fn base_names(self, wanted: &str, sources: &Sources) -> BTreeSet<&'a str> {
        let Some(base) = self.base else {
            return BTreeSet::new();
        };
        let requirements = base.facts.requirements.iter();
        let own =
            requirements.filter(|found| capability(&base.root, &sources.get(found.span.file).path) == wanted);
        own.map(|found| found.id.as_str()).collect()
    }

    /// Whether it gives a requirement this name.
    pub(crate) fn renames_to(self, name: &str) -> bool {
        self.package.facts.renames.iter().any(|rename| rename.to == name)
    }
}
