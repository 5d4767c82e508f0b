//! note(clarity): quotes in code are escaped though nothing needs it
//!
//! In a code span a backslash stands for itself, so a reader who copies the code copies the backslashes.
//! Every quote in this one is escaped.
//!
//! ## Wrong
//!
//! ````fixture
//! //- /p/SPEC.md
//! # P
//!
//! The answer is `{\"ok\": true}`.
//! ````
//!
//! ## Right
//!
//! ````fixture
//! //- /p/SPEC.md
//! # P
//!
//! The answer is `{"ok": true}`.
//! ````

use super::DocumentContext;
use ghostc_spec::prose::{code_spans, within};
use ghostc_spec::word_filter::FilteredWord;
use ghostc_syntax::{BlockKind, Diagnostic, Sources};

pub(super) fn check_document(
    context: DocumentContext<'_>,
    sources: &Sources,
    findings: &mut Vec<Diagnostic>,
) {
    if !context.document.word_filter.give(FilteredWord::EscapedQuote) {
        return;
    }
    for block in context
        .document
        .spec
        .blocks
        .iter()
        .filter(|block| !matches!(block.kind, BlockKind::Code(_)))
    {
        let text = sources.slice(block.span);
        for range in code_spans(text) {
            let code = text.get(range.clone()).unwrap_or_default();
            if is_escaped(code) {
                let span = within(block.span, range);
                let found = Diagnostic::new(super::STRAY_ESCAPE, span, "the quotes in this code are escaped");
                let found = found.help("Take the backslashes out.");
                findings.push(found.fix("take the backslashes out", span, code.replace("\\\"", "\"")));
            }
        }
    }
}

/// Whether code is an object or a list in JSON all of whose quotes are escaped.
fn is_escaped(code: &str) -> bool {
    let inside = code.trim_matches('`').trim();
    let quotes = inside.matches('"').count();
    let is_json = (inside.starts_with('{') && inside.ends_with('}'))
        || (inside.starts_with('[') && inside.ends_with(']'));
    is_json && quotes >= 2 && quotes == inside.matches("\\\"").count()
}
