//! The front ends: how each dialect is recognised, and how its documents become facts.
//!
//! A dialect is one module with `detect` and `lower`. Nothing after `resolve.rs` knows which one a package is in.

mod check_list;
mod ears;
mod governed;
mod kiro;
mod mentions;
mod openspec;
mod order;
mod speckit;
mod waves;

pub use mentions::task_ids;
pub(crate) use openspec::Declared;
pub use openspec::{is_delta_section, requirement_name};

use crate::facts::Facts;
use crate::layout::{FilePaths, PackageFiles, Roots};
use crate::library::{Dialect, Document, Package};
use ghostc_syntax::{
    Block, Diagnostic, Heading, Item, Sources, Span, SpecFile, Strength, collapse_whitespace, starting_in,
};

/// Adds the folders that are packages by what place and content show. `SPEC.md` has been seen to before.
pub(crate) fn detect(places: &FilePaths<'_>, roots: &mut Roots) {
    openspec::detect(places, roots);
    speckit::detect(places, roots);
    kiro::detect(places, roots);
}

/// What the document at a place among those of its package declares, as far as it can be told from it alone: all of it
/// in OpenSpec.
pub(crate) fn read(home: &Document, index: usize, files: &PackageFiles, sources: &Sources) -> Declared {
    match files.dialect {
        Dialect::OpenSpec => openspec::read(Doc::new(home, index, sources), files.changes.is_some()),
        Dialect::Ghost | Dialect::SpecKit | Dialect::Kiro => Declared::Nothing,
    }
}

/// What a package declares besides operations and cases, which are the resolver's: what its documents do alone, and
/// together.
pub(crate) fn lower(
    package: &Package,
    declared: Vec<Declared>,
    sources: &Sources,
    findings: &mut Vec<Diagnostic>,
) -> Facts {
    match package.dialect {
        Dialect::Ghost => Facts::default(),
        Dialect::OpenSpec => openspec::lower(declared, sources),
        Dialect::SpecKit => speckit::lower(package, sources, findings),
        Dialect::Kiro => kiro::lower(package, sources, findings),
    }
}

/// A document and its text, as the dialects read them.
#[derive(Clone, Copy)]
struct Doc<'a> {
    /// Its index in its package.
    index: usize,
    document: &'a Document,
    path: &'a str,
    spec: &'a SpecFile,
    sources: &'a Sources,
}

/// The documents of a package.
fn documents<'a>(package: &'a Package, sources: &'a Sources) -> impl Iterator<Item = Doc<'a>> {
    package
        .documents
        .iter()
        .enumerate()
        .map(move |(index, home)| Doc::new(home, index, sources))
}

impl<'a> Doc<'a> {
    fn new(home: &'a Document, index: usize, sources: &'a Sources) -> Doc<'a> {
        Doc {
            index,
            document: home,
            path: &home.path,
            spec: &home.spec,
            sources,
        }
    }

    /// The bytes of a span.
    fn text(&self, span: Span) -> &'a str {
        self.sources.slice(span)
    }

    /// What a span says, in one spelling.
    fn plain(&self, span: Span) -> String {
        let text = self.text(span);
        match text.contains(['\\', '&', '*', '_', '`', '[', '~', '<', '>', '\n']) {
            true => self.document.inline(self.sources).spelled(span.range()),
            // Nothing in it is Markdown.
            false => collapse_whitespace(text),
        }
    }

    /// The same of the end of a span.
    fn plain_end(&self, span: Span, end: &str) -> String {
        let start = span.end as usize - end.len();
        self.plain(Span::new(span.file, start, span.end as usize))
    }

    /// All of it.
    fn whole(&self) -> Span {
        let file = self.spec.file;
        Span::new(file, 0, self.sources.get(file).text.len())
    }

    /// The name of its file, in lower case.
    fn file_name(&self) -> String {
        crate::layout::file_name(self.path).to_ascii_lowercase()
    }

    /// Its headings below one, or all of them, with their indices.
    fn headings_in(&self, within: Span) -> impl Iterator<Item = (usize, &'a Heading)> {
        let headings = &self.spec.headings;
        let first = headings.partition_point(|heading| heading.span.start < within.start);
        headings
            .iter()
            .enumerate()
            .skip(first)
            .take_while(move |(_, heading)| heading.span.end <= within.end)
    }

    /// The leaf blocks of a section.
    fn blocks_in(&self, within: Span) -> impl Iterator<Item = &'a Block> {
        let blocks = &self.spec.blocks;
        let first = blocks.partition_point(|block| block.span.start < within.start);
        blocks
            .iter()
            .skip(first)
            .take_while(move |block| block.span.end <= within.end)
    }

    /// The list items of a section, nested ones included.
    fn items_in(&self, within: Span) -> impl Iterator<Item = &'a Item> + Clone {
        self.spec.items_in(within).iter()
    }

    /// The bytes of a list item's own first text.
    fn item_text(&self, item: &Item) -> Option<Span> {
        self.spec.blocks.get(item.block()?).map(|block| block.span)
    }

    /// The strongest keyword in a span; lower-case modals count where there is no other.
    fn strength(&self, within: Span) -> Option<Strength> {
        let uses = self.spec.keywords_in(within);
        let shouted = uses.map(|found| found.keyword.strength).min();
        shouted.or_else(|| self.lower_strength(within))
    }

    fn lower_strength(&self, within: Span) -> Option<Strength> {
        let inside = starting_in(&self.spec.modals, within, |found| found.used.span.start);
        inside.iter().map(|found| found.used.keyword.strength).min()
    }
}
