//! warning(correctness): an id of a requirement is not defined
//!
//! A document of the feature refers to a requirement by an id, and the spec has no requirement of that id.
//! Each such id is shown at its first mention in a document.
//!
//! ## Wrong
//!
//! ````fixture
//! //- /001-export/plan.md
//! # Plan
//!
//! The writer keeps to FR-003.
//! //- /001-export/spec.md
//! # Feature Specification: Export
//!
//! - **FR-001**: System MUST export rows as CSV
//! - **FR-002**: System MUST quote cells that hold commas
//! ````
//!
//! ## Right
//!
//! ````fixture
//! //- /001-export/plan.md
//! # Plan
//!
//! The writer keeps to FR-002.
//! //- /001-export/spec.md
//! # Feature Specification: Export
//!
//! - **FR-001**: System MUST export rows as CSV
//! - **FR-002**: System MUST quote cells that hold commas
//! ````

use crate::coverage::family;
use ghostc_spec::library::Package;
use ghostc_syntax::{Diagnostic, Sources};
use std::collections::BTreeSet;

pub(super) fn check(package: &Package, sources: &Sources, findings: &mut Vec<Diagnostic>) {
    if package.facts.id_uses.is_empty() {
        return;
    }
    let requirements = &package.facts.requirements;
    let known: BTreeSet<&str> = requirements
        .iter()
        .map(|requirement| requirement.id.as_str())
        .collect();
    let families: BTreeSet<&str> = known.iter().map(|id| family(id)).collect();
    let home = requirements
        .first()
        .map(|first| sources.get(first.span.file).path.as_str());
    let mut seen = BTreeSet::new();
    for mention in &package.facts.id_uses {
        let name = mention.name.as_str();
        let is_unknown = !known.contains(name) && families.contains(family(name));
        if !is_unknown || !seen.insert((mention.span.file, name)) {
            continue;
        }
        let message = format!("`{name}` is not defined in `{}`", home.unwrap_or_default());
        let found = Diagnostic::new(super::DANGLING_ID, mention.span, message);
        let own: Vec<&str> = known
            .range(family(name)..)
            .copied()
            .take_while(|id| family(id) == family(name))
            .collect();
        let found = match (own.first(), own.last()) {
            (Some(first), Some(last)) => found.note(format!("it defines `{first}` to `{last}`")),
            _ => found,
        };
        findings.push(found.help("Define it, or refer to a requirement that is there."));
    }
}
