//! OpenSpec's requirements as they are or will be: those of capabilities, and those that changes add or replace. What was
//! archived is history, and nobody mends it.

use ghostc_spec::facts::{Delta, Requirement};
use ghostc_spec::layout::file_name;
use ghostc_spec::library::{Base, Dialect};
use ghostc_spec::resolve::DocumentContext;
use ghostc_syntax::{BlockKind, Sources, Span};
use std::borrow::Cow;

/// Whether a package that is written in a dialect, and may change another, is a tree of capabilities or a change that is
/// still to be made.
pub(crate) fn is_current(dialect: Dialect, changes: Option<&Base>) -> bool {
    dialect == Dialect::OpenSpec && !changes.is_some_and(|base| base.archived)
}

/// The requirements of a document that are written out, with their indices.
pub(crate) fn requirements(context: DocumentContext<'_>) -> impl Iterator<Item = (usize, &Requirement)> {
    let is_current = is_current(context.files.dialect, context.files.changes.as_ref());
    let facts = context.facts.filter(|_| is_current);
    let all = facts
        .into_iter()
        .flat_map(|facts| facts.requirements.iter().enumerate());
    all.filter(|(_, requirement)| requirement.delta != Some(Delta::Removed))
}

/// The same with the own text of each: what stands before its scenarios and is no block of code.
pub(crate) fn texts<'p>(
    context: DocumentContext<'p>,
    sources: &'p Sources,
) -> impl Iterator<Item = (&'p Requirement, Cow<'p, str>)> {
    let own = move |requirement: &Requirement| {
        let body = context.document.body(requirement.section);
        without_code_blocks(context, body, sources.slice(body))
    };
    requirements(context).map(move |(_, requirement)| (requirement, own(requirement)))
}

/// A part of a document without the blocks of code in it, marks and all.
fn without_code_blocks<'t>(context: DocumentContext<'_>, body: Span, text: &'t str) -> Cow<'t, str> {
    let blocks = &context.document.spec.blocks;
    let first = blocks.partition_point(|block| block.span.start < body.start);
    let inside = blocks
        .iter()
        .skip(first)
        .take_while(|block| block.span.start < body.end);
    let mut plain = String::new();
    let mut end = 0;
    for block in inside.filter(|block| matches!(block.kind, BlockKind::Code(_))) {
        let [from, to] =
            [block.span.start, block.span.end].map(|at| (at.min(body.end) - body.start) as usize);
        plain.push_str(text.get(end..from).unwrap_or_default());
        end = to;
    }
    match end {
        0 => Cow::Borrowed(text),
        _ => Cow::Owned(plain + text.get(end..).unwrap_or_default()),
    }
}

/// Whether a document of a package is the spec of a capability, or what a change says of one.
pub(crate) fn is_spec(context: DocumentContext<'_>) -> bool {
    let path = context.document.path.as_str();
    file_name(path).eq_ignore_ascii_case("spec.md")
        && is_current(context.files.dialect, context.files.changes.as_ref())
}
