//! warning(clarity): bold marks around an id do not pair
//!
//! The marks are opened and never closed, or closed and never opened, so that readers see stars, and tools may miss the id.
//!
//! ## Wrong
//!
//! ````fixture
//! //- /001-export/spec.md
//! # Feature Specification: Export
//!
//! - **FR-001**: System MUST export rows as CSV
//! - FR-002**: System MUST quote cells that hold commas
//! ````
//!
//! ## Right
//!
//! ````fixture
//! //- /001-export/spec.md
//! # Feature Specification: Export
//!
//! - **FR-001**: System MUST export rows as CSV
//! - **FR-002**: System MUST quote cells that hold commas
//! ````

use ghostc_spec::facts::Requirement;
use ghostc_spec::library::Package;
use ghostc_spec::prose::without_code;
use ghostc_syntax::{Diagnostic, Sources, Span};

const BOLD: &str = "**";

pub(super) fn check(package: &Package, sources: &Sources, findings: &mut Vec<Diagnostic>) {
    let marked = package.facts.requirements.iter();
    for requirement in marked.filter(|requirement| is_beside_bold(requirement, sources)) {
        let home = package.documents.get(requirement.document);
        let block = home.and_then(|home| {
            let blocks = &home.spec.blocks;
            let after = blocks.partition_point(|block| block.span.start <= requirement.span.start);
            blocks
                .get(after.checked_sub(1)?)
                .filter(|block| block.span.contains(requirement.span))
        });
        findings.extend(block.and_then(|block| malformed(requirement, block.span, sources)));
    }
}

/// Whether a mark stands right before the id or behind it. Few do, and the others need not be looked for in their blocks.
fn is_beside_bold(requirement: &Requirement, sources: &Sources) -> bool {
    let text = &sources.get(requirement.span.file).text;
    let start = requirement.span.start as usize;
    let before = text.get(..start).unwrap_or_default();
    let after = text.get(start + requirement.id.len()..).unwrap_or_default();
    before.ends_with(BOLD) || is_closed(after)
}

/// Whether bold ends at the start of a text, or behind a mark such as a colon.
fn is_closed(after: &str) -> bool {
    after.starts_with(BOLD) || after.get(1..).is_some_and(|rest| rest.starts_with(BOLD))
}

/// An odd number of bold marks, one of which is at the id.
fn malformed(requirement: &Requirement, block: Span, sources: &Sources) -> Option<Diagnostic> {
    let raw = sources.slice(block);
    if !raw.contains(BOLD) {
        return None;
    }
    let text = without_code(raw);
    let offset = (requirement.span.start - block.start) as usize;
    let before = text.get(..offset)?;
    let after = text.get(offset + requirement.id.len()..)?;
    let opened = before.ends_with(BOLD);
    let closed = is_closed(after);
    if text.matches(BOLD).count().is_multiple_of(2) || opened == closed {
        return None;
    }
    let (what, at) = if opened {
        ("opened and never closed", requirement.span.end)
    } else {
        ("closed and never opened", requirement.span.start)
    };
    let message = format!("the bold around `{}` is {what}", requirement.id);
    let place = Span {
        start: at,
        end: at,
        ..block
    };
    let found = Diagnostic::new(super::MALFORMED_MARKUP, requirement.span, message);
    Some(
        found
            .help("Put `**` on both sides of the id.")
            .fix("add the missing `**`", place, BOLD),
    )
}
