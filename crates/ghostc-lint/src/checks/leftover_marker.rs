//! warning(clarity): a question is still marked as open
//!
//! A document holds `NEEDS CLARIFICATION` although another says that all such questions are answered, or the tasks are already written.
//! An agent would have to guess the answer.
//!
//! ## Wrong
//!
//! ````fixture
//! //- /001-export/plan.md
//! # Plan
//!
//! - encoding (NEEDS CLARIFICATION: which one)
//! //- /001-export/tasks.md
//! - [ ] T001 Write the exporter in src/export.rs
//! //- /001-export/spec.md
//! # Feature Specification: Export
//!
//! - **FR-001**: System MUST export rows as CSV
//! ````
//!
//! ## Right
//!
//! ````fixture
//! //- /001-export/plan.md
//! # Plan
//!
//! - encoding (UTF-8)
//! //- /001-export/tasks.md
//! - [ ] T001 Write the exporter in src/export.rs
//! //- /001-export/spec.md
//! # Feature Specification: Export
//!
//! - **FR-001**: System MUST export rows as CSV
//! ````

use ghostc_spec::facts::Question;
use ghostc_spec::library::Package;
use ghostc_syntax::{Diagnostic, Sources};

pub(super) fn check(package: &Package, sources: &Sources, findings: &mut Vec<Diagnostic>) {
    let (open, others): (Vec<&Question>, Vec<&Question>) = package
        .facts
        .questions
        .iter()
        .partition(|question| is_open(question, sources));
    let claim = others.into_iter().find(|question| says_none(question, sources));
    if claim.is_none() && package.facts.tasks.is_empty() {
        return;
    }
    for question in open {
        let found = Diagnostic::new(
            super::LEFTOVER_MARKER,
            question.span,
            "this question is still marked as open",
        );
        let found = match claim.filter(|claim| claim.document != question.document) {
            Some(claim) => found.also(claim.span, "this says that none is left"),
            None => found.note("the tasks are written already"),
        };
        findings.push(found.help("Write the answer in its place."));
    }
}

/// Whether a marker asks something: text follows its colon, or it stands for a value.
fn is_open(question: &Question, sources: &Sources) -> bool {
    let text = &sources.get(question.span.file).text;
    let line = text
        .get(question.span.end as usize..)
        .and_then(|rest| rest.lines().next())
        .unwrap_or_default();
    let before = text.get(..question.span.start as usize).unwrap_or_default();
    let is_code = before.ends_with('`');
    let is_value = line.trim_matches([']', ')', ' ', '.']).is_empty()
        && before.trim_end_matches([' ', '*', '(']).ends_with([':', '：']);
    !is_code && (line.starts_with(':') || is_value)
}

/// Whether a line about markers says that they are gone.
fn says_none(question: &Question, sources: &Sources) -> bool {
    // No more of the line than someone would read as one, since a line may be a whole document.
    const AROUND: usize = 2_000;
    let text = &sources.get(question.span.file).text;
    let at = question.span.start as usize;
    let near = text.floor_char_boundary(at.saturating_sub(AROUND));
    let end = text.floor_char_boundary(at.saturating_add(AROUND));
    let start = text
        .get(near..at)
        .and_then(|before| before.rfind('\n'))
        .map_or(near, |found| near + found + 1);
    let line = text
        .get(start..end)
        .and_then(|rest| rest.lines().next())
        .unwrap_or_default()
        .to_ascii_lowercase();
    let words = ["resolved", "[x]", "no needs", "no [needs", "none", "zero"];
    words.iter().any(|word| line.contains(word))
}
