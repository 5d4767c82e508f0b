//! warning(clarity, off): a requirement holds a word that cannot be judged
//!
//! Two readers will not agree on what is fast, easy or appropriate, and no test can show it.
//! This is not looked for unless the settings ask: `lints: { ambiguous-word: warning }`.
//!
//! ## Wrong
//!
//! ````fixture
//! //- /ghostc.yaml
//! lints: { ambiguous-word: warning }
//! //- /p/SPEC.md
//! # P
//!
//! Answers MUST be fast.
//! ````
//!
//! ## Right
//!
//! ````fixture
//! //- /ghostc.yaml
//! lints: { ambiguous-word: warning }
//! //- /p/SPEC.md
//! # P
//!
//! Answers MUST take less than 50 ms.
//! ````

use super::DocumentContext;
use ghostc_spec::library::Role;
use ghostc_syntax::{Diagnostic, Sources, Span};

/// Words that say nothing a test could show.
const WORDS: &[&str] = &[
    "fast",
    "quick",
    "quickly",
    "slow",
    "easy",
    "easily",
    "simple",
    "intuitive",
    "user-friendly",
    "robust",
    "reasonable",
    "reasonably",
    "appropriate",
    "appropriately",
    "adequate",
    "sufficient",
    "efficient",
    "efficiently",
    "gracefully",
    "seamless",
    "seamlessly",
    "flexible",
    "etc",
    "as needed",
    "as necessary",
    "if possible",
    "where possible",
    "and so on",
];

pub(super) fn check_document(
    context: DocumentContext<'_>,
    sources: &Sources,
    findings: &mut Vec<Diagnostic>,
) {
    if context.document.role != Role::Spec {
        return;
    }
    for statement in &context.document.spec.statements {
        let text = sources.slice(statement.span);
        let folded = text.to_ascii_lowercase();
        for (at, word) in WORDS.iter().flat_map(|word| folded.match_indices(word)) {
            let before = folded.get(..at).and_then(|before| before.chars().next_back());
            let after = folded
                .get(at + word.len()..)
                .and_then(|after| after.chars().next());
            let joins =
                |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '`'));
            if joins(before) || joins(after) {
                continue;
            }
            let start = statement.span.start as usize + at;
            let span = Span::new(statement.span.file, start, start + word.len());
            let message = format!("`{word}` cannot be judged");
            findings.push(
                Diagnostic::new(super::AMBIGUOUS_WORD, span, message)
                    .help("Say how much, how many or under which condition."),
            );
        }
    }
}
