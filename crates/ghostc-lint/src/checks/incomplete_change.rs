//! warning(coverage): a change says why and not what
//!
//! A proposal stands without the requirements that it adds or changes, or without tasks.
//! Nothing can be built from it as it is; and OpenSpec refuses a change without requirements, unless its `.openspec.yaml` has
//! `skip_specs: true`: then it is one that changes no requirement.
//!
//! ## Wrong
//!
//! ````fixture
//! //- /openspec/changes/quote-cells/proposal.md
//! # Quote cells
//!
//! ## Why
//! Cells that hold commas break the rows that they are in.
//! ````
//!
//! ## Right
//!
//! ````fixture
//! //- /openspec/changes/quote-cells/proposal.md
//! # Quote cells
//!
//! ## Why
//! Cells that hold commas break the rows that they are in.
//! //- /openspec/changes/quote-cells/tasks.md
//! - [ ] 1.1 Quote cells that hold commas
//! //- /openspec/changes/quote-cells/specs/export/spec.md
//! ## ADDED Requirements
//!
//! ### Requirement: Quotes
//! The system SHALL quote cells that hold commas.
//!
//! #### Scenario: A comma
//! - **WHEN** a cell holds a comma
//! - **THEN** it is quoted
//! //- /openspec/changes/sort-imports/proposal.md
//! # Sort imports
//!
//! ## Why
//! They are in no order.
//! //- /openspec/changes/sort-imports/tasks.md
//! - [ ] 1.1 Sort the imports of all files
//! //- /openspec/changes/sort-imports/.openspec.yaml
//! schema: spec-driven
//! skip_specs: true
//! ````

use ghostc_spec::dialects::is_delta_section;
use ghostc_spec::layout::{file_name, join};
use ghostc_spec::library::Package;
use ghostc_syntax::{Diagnostic, Sources, Span};

pub(super) fn check(package: &Package, sources: &Sources, findings: &mut Vec<Diagnostic>) {
    if package.changes.as_ref().is_none_or(|base| base.archived) {
        return;
    }
    let has = |name: &str| {
        package
            .documents
            .iter()
            .any(|document| document.path == join(&package.root, name))
    };
    let top = ["proposal.md", "tasks.md"].map(|name| join(&package.root, name));
    let tops = package
        .documents
        .iter()
        .filter(|document| top.contains(&document.path));
    let Some(first) = tops.min_by_key(|document| &document.path) else {
        return;
    };
    // What lies elsewhere below `specs`, or says nothing, has findings of its own.
    let has_deltas = package.documents.iter().any(|document| {
        let mut headings = document.spec.headings.iter();
        document.path.starts_with(&join(&package.root, "specs/"))
            && (file_name(&document.path) == "spec.md" || headings.any(is_delta_section))
    });
    let (message, help) = match (has_deltas || package.facts.skips_specs, has("tasks.md")) {
        (true, true) => return,
        (true, false) if has_deltas => ("the change has requirements and no tasks", "Add `tasks.md`."),
        (true, false) => ("the change has no tasks", "Add `tasks.md`."),
        (false, true) => (
            "the change has tasks and says of no requirement that it changes",
            "Add `specs/` with what it changes; or write `skip_specs: true` into its `.openspec.yaml`.",
        ),
        (false, false) => (
            "the change has neither requirements nor tasks",
            "Add `specs/` with what it changes, and `tasks.md`.",
        ),
    };
    let text = &sources.get(first.spec.file).text;
    let top = Span::new(first.spec.file, 0, text.len()).first_line(text);
    findings.push(Diagnostic::new(super::INCOMPLETE_CHANGE, top, message).help(help));
}
