//! What a document says by itself. It is asked right behind the parse, while its facts are in the processor's caches.

use super::files;
use crate::dialects::{self, Declared};
use crate::facts::Mention;
use crate::layout::PackageFiles;
use crate::library::Document;
use ghostc_syntax::Sources;
use std::collections::BTreeSet;

/// What is known of a document without those around it.
pub(super) struct Alone {
    /// What it declares.
    pub(super) declared: Declared,
    /// The files that it names and that are not there, in order.
    pub(super) missing: Vec<Mention>,
}

impl Alone {
    /// Looks at the document that has a place among those of its package.
    pub(super) fn of(
        document: &Document,
        place: usize,
        files: &PackageFiles,
        sources: &Sources,
        existing: &BTreeSet<String>,
    ) -> Alone {
        Alone {
            declared: dialects::read(document, place, files, sources),
            missing: files::missing(document, files, sources, existing),
        }
    }
}
