//! References: which heading or file each leads to, and which lead nowhere.

use crate::layout;
use crate::library::{Document, Package, Reference};
use ghostc_syntax::{RawReference, ReferenceTarget, Sources, Span};
use std::collections::BTreeSet;

/// The references of all documents, in order.
pub(super) fn resolve(package: &Package, sources: &Sources, existing: &BTreeSet<String>) -> Vec<Reference> {
    let scope = Scope {
        package,
        sources,
        existing,
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

struct Scope<'a> {
    package: &'a Package,
    sources: &'a Sources,
    existing: &'a BTreeSet<String>,
}

impl Scope<'_> {
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
                let to = heading(home, |heading| heading.number.as_deref() == Some(number));
                reference("section", number, Some(to.is_some()), to)
            }
            ReferenceTarget::Anchor(anchor) => {
                let to = self.anchor(home, anchor);
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
    fn anchor(&self, home: &Document, anchor: &str) -> Option<Span> {
        let wanted = percent_decoded(anchor);
        let found = heading(home, |heading| heading.anchor == wanted);
        found.or_else(|| {
            let text = &self.sources.get(home.spec.file).text;
            let explicit = [format!("id=\"{wanted}\""), format!("name=\"{wanted}\"")];
            let at = explicit.iter().find_map(|tag| text.find(tag.as_str()))?;
            Some(Span::new(home.spec.file, at, at + 1))
        })
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
        let document = self
            .package
            .documents
            .iter()
            .find(|document| document.path == target);
        match (exists, document, anchor) {
            (true, Some(document), Some(anchor)) => {
                let to = self.anchor(document, anchor);
                (Some(to.is_some()), to)
            }
            (true, Some(document), None) => (Some(true), Some(Span::start_of(document.spec.file))),
            (true, None, _) => (Some(true), None),
            (false, ..) => (self.is_absent(&target).then_some(false), None),
        }
    }
}

impl Scope<'_> {
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

fn heading(home: &Document, wanted: impl Fn(&ghostc_syntax::Heading) -> bool) -> Option<Span> {
    home.spec
        .headings
        .iter()
        .find(|heading| wanted(heading))
        .map(|heading| heading.span)
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
