//! OpenSpec's requirements as they are or will be: those of capabilities, and those that changes add or replace. What was
//! archived is history, and nobody mends it.

use crate::facts::{Delta, Requirement};
use crate::library::{Base, Dialect, Package};
use ghostc_syntax::Span;

/// Whether a package that is written in a dialect, and may change another, is a tree of capabilities or a change that is
/// still to be made.
pub(crate) fn is_current(dialect: Dialect, changes: Option<&Base>) -> bool {
    dialect == Dialect::OpenSpec && !changes.is_some_and(|base| base.archived)
}

/// The requirements that are written out, with their indices and their own text: what stands before the scenarios.
pub(crate) fn requirements(package: &Package) -> impl Iterator<Item = (usize, &Requirement, Span)> {
    let is_current = is_current(package.dialect, package.changes.as_ref());
    let all = package.facts.requirements.iter().enumerate();
    let all = all.filter(move |_| is_current);
    let written = all.filter(|(_, requirement)| requirement.delta != Some(Delta::Removed));
    written.filter_map(|(at, requirement)| {
        let home = package.documents.get(requirement.document)?;
        Some((at, requirement, home.body(requirement.section)))
    })
}
