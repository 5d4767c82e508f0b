//! The fragments that GitHub gives to headings. They are made when somebody first asks for them: most documents are only
//! looked through, and few are linked into.

use crate::spec::Heading;
use crate::text::slug;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

/// The fragments of a document's headings, in their order, once they were asked for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Anchors(OnceLock<Vec<String>>);

impl Anchors {
    /// All of them; these are the document's headings.
    pub(crate) fn of(&self, headings: &[Heading]) -> &[String] {
        self.0.get_or_init(|| unique(headings))
    }
}

/// The slugs of titles; one that was there before gets the first number that makes it new (github-slugger).
fn unique(headings: &[Heading]) -> Vec<String> {
    let mut taken: BTreeSet<String> = BTreeSet::new();
    let mut repeats: BTreeMap<String, usize> = BTreeMap::new();
    let mut anchors = Vec::with_capacity(headings.len());
    for heading in headings {
        let mut anchor = slug(&heading.text);
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
