//! References: which heading or file each leads to, and which lead nowhere.

use crate::layout;
use crate::library::{Document, Package, Reference};
use crate::word_filter::FilteredWord;
use ghostc_syntax::{Heading, RawReference, ReferenceTarget, Sources, Span};
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

/// The references of all documents, in order.
pub(super) fn resolve(package: &Package, sources: &Sources, existing: &BTreeSet<String>) -> Vec<Reference> {
    let paths = package.documents.iter().enumerate();
    let paths = paths.map(|(at, home)| (home.path.as_str(), at));
    let scope = ReferenceScope {
        package,
        sources,
        existing,
        places: package.documents.iter().map(|_| OnceCell::new()).collect(),
        by_path: paths.collect(),
    };
    let documents = package.documents.iter().enumerate();
    documents
        .flat_map(|(at, home)| {
            home.spec
                .references
                .iter()
                .map(|raw| scope.one(at, home, raw))
                .collect::<Vec<_>>()
        })
        .collect()
}

struct ReferenceScope<'a> {
    package: &'a Package,
    sources: &'a Sources,
    existing: &'a BTreeSet<String>,
    /// What each document can be referred to by, once it is asked for.
    places: Vec<OnceCell<HeadingNames<'a>>>,
    by_path: BTreeMap<&'a str, usize>,
}

/// What the headings of a document are called, the first of each name, and its explicit anchors.
struct HeadingNames<'a> {
    numbers: BTreeMap<&'a str, Span>,
    anchors: BTreeMap<&'a str, Span>,
    /// Read once no heading is called what is looked for.
    explicit: OnceCell<BTreeMap<&'a str, Span>>,
}

impl<'a> HeadingNames<'a> {
    fn of(home: &'a Document) -> HeadingNames<'a> {
        let headings = home.spec.headings.iter().rev();
        let numbered = |heading: &'a Heading| Some((heading.number.as_deref()?, heading.span));
        HeadingNames {
            numbers: headings.clone().filter_map(numbered).collect(),
            anchors: headings
                .zip(home.spec.anchors().iter().rev())
                .map(|(heading, anchor)| (anchor.as_str(), heading.span))
                .collect(),
            explicit: OnceCell::new(),
        }
    }
}

/// The values of `id="…"`, and those of `name="…"` that no id has.
fn explicit<'s>(home: &Document, sources: &'s Sources) -> BTreeMap<&'s str, Span> {
    let mut found = BTreeMap::new();
    if !home.word_filter.give(FilteredWord::ExplicitAnchor) {
        return found;
    }
    let file = home.spec.file;
    let text = &sources.get(file).text;
    for attribute in ["id=\"", "name=\""] {
        for (at, start) in text.match_indices(attribute) {
            let rest = text.get(at + start.len()..).unwrap_or_default();
            if let Some((value, _)) = rest.split_once('"') {
                found.entry(value).or_insert(Span::new(file, at, at + 1));
            }
        }
    }
    found
}

impl<'a> ReferenceScope<'a> {
    fn places(&self, document: usize) -> Option<&HeadingNames<'a>> {
        let home = self.package.documents.get(document)?;
        let places = self.places.get(document)?;
        Some(places.get_or_init(|| HeadingNames::of(home)))
    }

    fn one(&self, document: usize, home: &Document, raw: &RawReference) -> Reference {
        let reference = |kind, target: &str, resolved, to| Reference {
            kind,
            target: target.to_string(),
            document,
            span: raw.span,
            resolved,
            to,
        };
        match &raw.target {
            ReferenceTarget::Url(url) => reference("url", url, None, None),
            ReferenceTarget::SectionExternal(number) => reference("section-external", number, None, None),
            ReferenceTarget::Section(number) => {
                let places = self.places(document);
                let to = places.and_then(|places| places.numbers.get(number.as_str()).copied());
                reference("section", number, Some(to.is_some()), to)
            }
            ReferenceTarget::Anchor(anchor) => {
                let to = self.anchor(document, anchor);
                reference(
                    "anchor",
                    &format!("#{anchor}"),
                    Some(to.is_some() || anchor.is_empty()),
                    to,
                )
            }
            ReferenceTarget::Path(path, anchor) => {
                let (resolved, to) = self.path(home, path, anchor.as_deref());
                let target = anchor
                    .as_ref()
                    .map_or_else(|| path.clone(), |anchor| format!("{path}#{anchor}"));
                reference("path", &target, resolved, to)
            }
        }
    }

    /// A fragment names a heading, or an explicit `<a id="…">`.
    fn anchor(&self, document: usize, anchor: &str) -> Option<Span> {
        let wanted = percent_decoded(anchor);
        // GitHub puts this before the ids that it makes, and leads there without it too.
        let wanted = wanted
            .strip_prefix("user-content-")
            .unwrap_or(&wanted)
            .to_string();
        let (places, home) = (self.places(document)?, self.package.documents.get(document)?);
        let explicit = || places.explicit.get_or_init(|| explicit(home, self.sources));
        let found = places.anchors.get(wanted.as_str());
        found.or_else(|| explicit().get(wanted.as_str())).copied()
    }

    fn path(&self, home: &Document, path: &str, anchor: Option<&str>) -> (Option<bool>, Option<Span>) {
        let Some(target) = layout::from_folder(layout::folder(&home.path), &percent_decoded(path)) else {
            return (None, None);
        };
        let folder = format!("{}/", target.trim_end_matches('/'));
        let below = self
            .existing
            .range(folder.clone()..)
            .next()
            .is_some_and(|next| next.starts_with(&folder));
        let exists = self.existing.contains(&target) || below || target.is_empty();
        let document = self.by_path.get(target.as_str()).copied();
        let file = document.and_then(|at| Some(self.package.documents.get(at)?.spec.file));
        match (exists, document.zip(file), anchor) {
            (true, Some((document, _)), Some(anchor)) => {
                let to = self.anchor(document, anchor);
                (Some(to.is_some()), to)
            }
            (true, Some((_, file)), None) => (Some(true), Some(Span::start_of(file))),
            (true, None, _) => (Some(true), None),
            (false, ..) => (self.is_absent(&target).then_some(false), None),
        }
    }
}

impl ReferenceScope<'_> {
    /// Whether what was not seen is not there: in the package, and in the folders around it that were looked through.
    fn is_absent(&self, target: &str) -> bool {
        let is_hidden = |part: &str| part.starts_with('.') && part != ".kiro";
        if target.split('/').any(is_hidden) {
            return false;
        }
        let home = layout::folder(target);
        // Packages are often looked at in a tree from which other folders were cut out: what is far away says little.
        let around = layout::folder(&self.package.root);
        let near =
            home.is_empty() || around.is_empty() || format!("{home}/").starts_with(&format!("{around}/"));
        self.package.holds(target) || (near && self.existing.contains(&layout::as_folder(home)))
    }
}

/// Undoes `%20` and its like (RFC 3986, section 2.1).
fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let pair = (byte == b'%').then(|| {
            rest.clone()
                .take(2)
                .filter_map(|b| char::from(b).to_digit(16))
                .collect::<Vec<u32>>()
        });
        match pair.as_deref() {
            Some([high, low]) => {
                bytes.extend(u8::try_from(high * 16 + low));
                rest.nth(1);
            }
            _ => bytes.push(byte),
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_string())
}
