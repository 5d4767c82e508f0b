//! note(clarity): something is still to be decided
//!
//! An item or a paragraph of the spec starts with TODO, TBD or FIXME, or gives it as a value.
//! It reads as a part of what must be built, and nobody can build it.
//! Each section is shown once.
//!
//! ## Wrong
//!
//! ````fixture
//! //- /p/SPEC.md
//! # P
//!
//! ## Checks
//!
//! - Rows are quoted
//! - TODO: decide on the separator
//! ````
//!
//! ## Right
//!
//! ````fixture
//! //- /p/SPEC.md
//! # P
//!
//! ## Checks
//!
//! - Rows are quoted
//! - Rows are separated by commas
//! ````

use super::DocumentContext;
use ghostc_spec::library::Role;
use ghostc_spec::prose::without_code;
use ghostc_spec::word_filter::FilteredWord;
use ghostc_syntax::{Block, BlockKind, Diagnostic, Sources, Span};
use std::collections::BTreeMap;

const MARKS: &[&str] = &["TODO", "TBD", "FIXME"];

pub(super) fn check_document(
    context: DocumentContext<'_>,
    sources: &Sources,
    findings: &mut Vec<Diagnostic>,
) {
    let is_history = context.files.changes.as_ref().is_some_and(|base| base.archived);
    if is_history
        || context.document.role != Role::Spec
        || !context.document.word_filter.give(FilteredWord::Undecided)
    {
        return;
    }
    let mut sections: BTreeMap<Option<usize>, Vec<Span>> = BTreeMap::new();
    let blocks = context
        .document
        .spec
        .blocks
        .iter()
        .filter(|block| matches!(block.kind, BlockKind::Paragraph | BlockKind::Item));
    let holds_one = |block: &&Block| {
        let text = sources.slice(block.span);
        MARKS.iter().any(|mark| text.contains(mark))
    };
    for block in blocks.filter(holds_one) {
        let marks =
            mark(sources.slice(block.span)).map(|range| ghostc_spec::prose::within(block.span, range));
        sections.entry(block.heading()).or_default().extend(marks);
    }
    let found = sections.into_values().filter_map(|places| {
        let (first, others) = places.split_first()?;
        let found = Diagnostic::new(
            super::LEFTOVER_TODO,
            *first,
            format!("`{}` is left in the spec", sources.slice(*first)),
        );
        let found = others
            .iter()
            .fold(found, |found, place| found.also(*place, "and here"));
        Some(found.help("Decide it, or move it to a list of open questions outside of the spec."))
    });
    findings.extend(found);
}

/// The mark that a text starts with or gives as the value of a label.
fn mark(text: &str) -> Option<std::ops::Range<usize>> {
    let plain = without_code(text);
    let start = plain.len() - plain.trim_start_matches([' ', '*', '_', '[', '(']).len();
    let rest = plain.get(start..)?;
    let opens = MARKS.iter().find(|mark| {
        rest.strip_prefix(**mark).is_some_and(|after| {
            after
                .trim_start_matches(['*', '_', ' ', ']'])
                .starts_with([':', '-', '–', '—'])
                || after.trim().is_empty()
        })
    });
    if let Some(mark) = opens {
        return Some(start..start + mark.len());
    }
    let end = plain.trim_end_matches([' ', '.', '*', '_', ')', ']']);
    let closes = MARKS.iter().find(|mark| {
        let before = end
            .strip_suffix(**mark)
            .map(|before| before.trim_end_matches([' ', '*', '_', '[', '(']));
        before.is_some_and(|before| before.ends_with([':', '：']))
    });
    closes.map(|mark| end.len() - mark.len()..end.len())
}
