//! warning(coverage): a change says why and not what
//!
//! A proposal stands without the requirements that it adds or changes and without tasks, or has requirements and no tasks.
//! Nothing can be built from it as it is.
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
//! ````

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
    let proposal = package
        .documents
        .iter()
        .find(|document| document.path == join(&package.root, "proposal.md"));
    let Some(proposal) = proposal.filter(|_| !has("tasks.md")) else {
        return;
    };
    let has_deltas = package
        .documents
        .iter()
        .any(|document| file_name(&document.path) == "spec.md");
    let (message, help) = if has_deltas {
        ("the change has requirements and no tasks", "Add `tasks.md`.")
    } else {
        (
            "the change has neither requirements nor tasks",
            "Add `specs/` with what it changes, and `tasks.md`.",
        )
    };
    let text = &sources.get(proposal.spec.file).text;
    let top = Span::new(proposal.spec.file, 0, text.len()).first_line(text);
    findings.push(Diagnostic::new(super::INCOMPLETE_CHANGE, top, message).help(help));
}
