//! What is known of one unit of a spec, a sentence, an item, a row or a code block, beside its words.

use ghostc_spec::library::Package;
use ghostc_syntax::{Span, Strength};

/// What is known of a unit beside its words.
#[derive(Clone, Debug)]
pub(super) struct Fact {
    /// Where it is.
    pub(super) span: Span,
    /// Its words as written, with single spaces; code as it stands.
    pub(super) shown: String,
    /// What it is.
    pub(super) form: Form,
    /// How binding it is.
    pub(super) strength: Option<Strength>,
    /// The titles of the sections that it refers to by number.
    pub(super) references: Vec<String>,
    /// Whether it is a step of a numbered list.
    pub(super) numbered: bool,
    /// Whether it is running text: no item, no row, no code.
    pub(super) is_paragraph: bool,
    /// Whether it goes on from the item before it, or from the sentence before it in that.
    pub(super) continues: bool,
    /// The first byte of its paragraph, item, row or code.
    pub(super) block: u32,
    /// Whether all of it is a link.
    pub(super) is_link: bool,
    /// Whether it says what a call gives.
    pub(super) is_case: bool,
}

/// What a unit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// A sentence or a list item.
    Prose,
    /// Something exact: a field with its type, a default, a row of a table, an example.
    Exact,
    /// A code block.
    Code,
}

/// Whether a package writes keywords in capitals, so that small letters mean nothing.
pub(super) fn has_capital_keywords(package: &Package) -> bool {
    let documents = package.documents.iter();
    documents
        .flat_map(|home| &home.spec.statements)
        .any(|statement| !statement.lower)
}
