//! warning(correctness): a line looks like a heading and is none
//!
//! A heading has a space behind its `#`s; without it the line is text, and what stands below belongs to the heading before.
//! Some tools read it as a heading all the same, so that two readers see two documents.
//!
//! ## Wrong
//!
//! ````fixture
//! //- /p/SPEC.md
//! # Notes
//!
//! ##Writing
//!
//! A note MUST have a text.
//! ````
//!
//! ## Right
//!
//! ````fixture
//! //- /p/SPEC.md
//! # Notes
//!
//! ## Writing
//!
//! A note MUST have a text.
//! ````

use super::DocumentContext;
use ghostc_spec::library::Role;
use ghostc_spec::prose::within;
use ghostc_syntax::{BlockKind, Diagnostic, Sources};

pub(super) fn check_document(
    context: DocumentContext<'_>,
    sources: &Sources,
    findings: &mut Vec<Diagnostic>,
) {
    let is_history = context.files.changes.as_ref().is_some_and(|base| base.archived);
    if is_history || context.document.role != Role::Spec {
        return;
    }
    let blocks = context.document.spec.blocks.iter();
    for block in blocks.filter(|block| block.kind == BlockKind::Paragraph) {
        let text = sources.slice(block.span);
        if !text.contains("##") {
            continue;
        }
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let marks = line.len() - line.trim_start_matches('#').len();
            // One mark alone opens a tag, or the number of an issue.
            if (2..=6).contains(&marks) && line.trim_start_matches('#').starts_with(char::is_alphabetic) {
                let line = within(block.span, start..start + line.trim_end().len());
                let message = format!("`{}` is no heading", sources.slice(line));
                let gap = within(block.span, start + marks..start + marks);
                let found = Diagnostic::new(super::GLUED_HEADING, line, message);
                let found = found.help("Put a space behind the `#`s.");
                findings.push(found.fix("put a space behind the `#`s", gap, " "));
            }
            start += line.len();
        }
    }
}
