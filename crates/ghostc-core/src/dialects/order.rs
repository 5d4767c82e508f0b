//! Edges among declared tasks: what the order of a list, its phases and its waves say.

use crate::facts::Facts;
use crate::library::Package;
use ghostc_syntax::Sources;

/// One after another.
pub(super) fn sequence(_facts: &mut Facts) {}

/// Spec Kit's phases.
pub(super) fn phases(_facts: &mut Facts, _package: &Package, _sources: &Sources) {}

/// Kiro's waves.
pub(super) fn waves(_facts: &mut Facts, _package: &Package, _sources: &Sources) {}
