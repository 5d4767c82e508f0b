//! What a document says by itself. It is asked right behind the parse, while its facts are in the processor's caches.

use super::{Input, files};
use crate::dialects::{self, Declared};
use crate::facts::Mention;
use crate::layout::PackageFiles;
use crate::library::Document;

/// What is known of a document without those around it.
pub(super) struct DocumentFacts {
    /// What it declares.
    pub(super) declared: Declared,
    /// The files that it names and that are not there, in order.
    pub(super) missing: Vec<Mention>,
}

impl DocumentFacts {
    /// Looks at the document of an index among those of its package.
    pub(super) fn of(
        document: &Document,
        index: usize,
        files: &PackageFiles,
        input: Input<'_>,
    ) -> DocumentFacts {
        DocumentFacts {
            declared: dialects::read(document, index, files, input.sources),
            missing: files::missing(document, files, input.sources, input.existing),
        }
    }
}
