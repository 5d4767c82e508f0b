//! OpenSpec's requirements as they are or will be: those of capabilities, and those that changes add or replace. What was
//! archived is history, and nobody mends it.

use ghostc_spec::facts::{Delta, Requirement};
use ghostc_spec::library::{Base, Dialect};
use ghostc_spec::resolve::DocumentContext;
use ghostc_syntax::Sources;

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

/// The same with the own text of each: what stands before its scenarios.
pub(crate) fn texts<'p>(
    context: DocumentContext<'p>,
    sources: &'p Sources,
) -> impl Iterator<Item = (&'p Requirement, &'p str)> {
    let own = move |requirement: &Requirement| sources.slice(context.document.body(requirement.section));
    requirements(context).map(move |(_, requirement)| (requirement, own(requirement)))
}
