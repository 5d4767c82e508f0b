//! warning(clarity): a placeholder of a template was never filled in
//!
//! The text still holds what a template puts where the author is to write: `[FEATURE NAME]`, `[DATE]`, `TXXX`.
//!
//! ## Wrong
//!
//! ````fixture
//! //- /001-export/spec.md
//! # Feature Specification: Export
//!
//! **Created**: [DATE]
//!
//! - **FR-001**: System MUST export rows as CSV
//! ````
//!
//! ## Right
//!
//! ````fixture
//! //- /001-export/spec.md
//! # Feature Specification: Export
//!
//! **Created**: 2024-05-01
//!
//! - **FR-001**: System MUST export rows as CSV
//! ````

use crate::library::{Package, Role};
use crate::prose::{within, without_code};
use ghostc_syntax::{BlockKind, Diagnostic, Sources, Span};

/// What the templates of Spec Kit and its like put between brackets.
const NAMES: &[&str] = &[
    "FEATURE",
    "FEATURE NAME",
    "DATE",
    "PROJECT NAME",
    "PROJECT_NAME",
    "###-feature-name",
    "Brief Title",
];
const STARTS: &[&str] = &["INSERT ", "PLACEHOLDER", "e.g., ", "REMOVE IF UNUSED"];

pub(super) fn check(package: &Package, sources: &Sources, findings: &mut Vec<Diagnostic>) {
    for home in package.documents.iter().filter(|home| home.role == Role::Spec) {
        for block in home
            .spec
            .blocks
            .iter()
            .filter(|block| !matches!(block.kind, BlockKind::Code { .. }))
        {
            let text = without_code(sources.slice(block.span));
            findings.extend(
                brackets(&text)
                    .into_iter()
                    .map(|range| describe(within(block.span, range), sources)),
            );
        }
    }
    for task in &package.facts.tasks {
        let id = task.id.split('~').next().unwrap_or_default();
        let is_unfilled = id
            .strip_prefix('T')
            .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte == b'X'));
        if is_unfilled {
            let at = sources.slice(task.span).find(id).unwrap_or_default();
            findings.push(describe(within(task.span, at..at + id.len()), sources));
        }
    }
}

fn describe(span: Span, sources: &Sources) -> Diagnostic {
    let message = format!("`{}` was never filled in", sources.slice(span));
    Diagnostic::new(super::LEFTOVER_PLACEHOLDER, span, message).help("Write what it stands for.")
}

/// Placeholders in brackets that are no links.
fn brackets(text: &str) -> Vec<std::ops::Range<usize>> {
    let mut found = Vec::new();
    for (open, _) in text.match_indices('[') {
        let rest = text.get(open + 1..).unwrap_or_default();
        let Some(len) = rest
            .find(['[', ']'])
            .filter(|at| rest.get(*at..).is_some_and(|rest| rest.starts_with(']')))
        else {
            continue;
        };
        let inside = rest.get(..len).unwrap_or_default();
        let after = rest.get(len + 1..).unwrap_or_default();
        let is_link = after.starts_with(['(', '[', ':']);
        if !is_link && (NAMES.contains(&inside) || STARTS.iter().any(|start| inside.starts_with(start))) {
            found.push(open..open + len + 2);
        }
    }
    found
}
