//! OpenSpec's requirements as they are or will be: those of capabilities, and those that changes add or replace. What was
//! archived is history, and nobody mends it.

use crate::facts::{Delta, Requirement};
use crate::library::{Base, Dialect, Package};
use ghostc_syntax::Sources;

/// Whether a package that is written in a dialect, and may change another, is a tree of capabilities or a change that is
/// still to be made.
pub(crate) fn is_current(dialect: Dialect, changes: Option<&Base>) -> bool {
    dialect == Dialect::OpenSpec && !changes.is_some_and(|base| base.archived)
}

/// The requirements that are written out, with their indices.
pub(crate) fn requirements(package: &Package) -> impl Iterator<Item = (usize, &Requirement)> {
    let is_current = is_current(package.dialect, package.changes.as_ref());
    let all = package.facts.requirements.iter().enumerate();
    let all = all.filter(move |_| is_current);
    all.filter(|(_, requirement)| requirement.delta != Some(Delta::Removed))
}

/// The same with the own text of each: what stands before its scenarios.
pub(crate) fn texts<'p>(
    package: &'p Package,
    sources: &'p Sources,
) -> impl Iterator<Item = (&'p Requirement, &'p str)> {
    requirements(package).filter_map(|(_, requirement)| {
        let home = package.documents.get(requirement.document)?;
        Some((requirement, sources.slice(home.body(requirement.section))))
    })
}
