//! The URL fragments that GitHub gives to headings, computed on first use: few documents are linked into.

use crate::text::slug;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

/// A cache of the fragments of a document's headings, in their order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Anchors(OnceLock<Vec<String>>);

impl Anchors {
    /// All of them; the titles are those of the document's headings, and are read by the first call alone.
    pub(crate) fn get_or_make<'t>(&self, titles: impl ExactSizeIterator<Item = &'t str>) -> &[String] {
        self.0.get_or_init(|| unique_slugs(titles))
    }
}

/// The slugs of titles; one that was there before gets the first number that makes it new (github-slugger).
fn unique_slugs<'t>(titles: impl ExactSizeIterator<Item = &'t str>) -> Vec<String> {
    let mut taken: BTreeSet<String> = BTreeSet::new();
    let mut repeats: BTreeMap<String, usize> = BTreeMap::new();
    let mut anchors = Vec::with_capacity(titles.len());
    for title in titles {
        let mut anchor = slug(title);
        if taken.contains(&anchor) {
            let base = anchor.clone();
            let count = repeats.entry(anchor).or_insert(0);
            loop {
                *count += 1;
                anchor = format!("{base}-{count}");
                if !taken.contains(&anchor) {
                    break;
                }
            }
        }
        taken.insert(anchor.clone());
        anchors.push(anchor);
    }
    anchors
}
