//! note(consistency): a spec recommends an error that its cases demand
//!
//! The text says that an operation should raise an error, so that code which does not is right as well.
//! A case expects the error and fails that code.
//!
//! ## Wrong
//!
//! ````fixture
//! //- /p/SPEC.md
//! # P
//!
//! ### half(n) → number | error
//!
//! Odd numbers SHOULD raise an error.
//! //- /p/tests.yaml
//! half:
//!   - {name: four, input: 4, output: 2}
//!   - {name: odd, input: 3, error: true}
//! ````
//!
//! ## Right
//!
//! ````fixture
//! //- /p/SPEC.md
//! # P
//!
//! ### half(n) → number | error
//!
//! Odd numbers MUST raise an error.
//! //- /p/tests.yaml
//! half:
//!   - {name: four, input: 4, output: 2}
//!   - {name: odd, input: 3, error: true}
//! ````

use ghostc_spec::library::{Case, Operation, Package};
use ghostc_spec::section_index::SectionIndex;
use ghostc_syntax::{Diagnostic, Expectation, KeywordUse, Sources, Span, Strength};

/// Verbs that only errors are the object of, and the words for those.
const VERBS: &[&str] = &["raise", "throw", "return", "fail", "signal", "report"];
const ERRORS: &[&str] = &["error", "exception"];

pub(super) fn check(package: &Package, sources: &Sources, findings: &mut Vec<Diagnostic>) {
    let mut demanded: Vec<Option<&Case>> = vec![None; package.operations.len()];
    for (at, case, expect) in package.calls() {
        let fails = matches!(expect, Expectation::Error | Expectation::ErrorWith(_)) && case.skip.is_none();
        if let Some(slot) = demanded.get_mut(at).filter(|_| fails) {
            *slot = slot.or(Some(case));
        }
    }
    if demanded.iter().all(Option::is_none) {
        return;
    }
    let sections = SectionIndex::new(package.operations.iter().map(|operation| operation.section));
    for (_, home) in package.specs() {
        let spec = &home.spec;
        let upper = spec.statements.iter().flat_map(|statement| {
            let uses = statement.keywords.iter();
            uses.map(move |used| (statement.sentence, *used))
        });
        let lower = spec.modals.iter().map(|modal| (modal.sentence, modal.used));
        let weak = upper
            .chain(lower)
            .filter(|(_, used)| used.keyword.strength == Strength::Should);
        for (sentence, used) in weak {
            let Some(sentence) = spec.sentences.get(sentence) else {
                continue;
            };
            if is_about_errors(rest(sentence.span, used, sources)) {
                let at = sections.first(used.span);
                let case = at.and_then(|at| *demanded.get(at)?);
                let operation = at.and_then(|at| package.operations.get(at));
                findings.extend(
                    operation
                        .zip(case)
                        .map(|(operation, case)| describe(operation, case, used)),
                );
            }
        }
    }
}

fn describe(operation: &Operation, case: &Case, used: KeywordUse) -> Diagnostic {
    let message = format!("this is recommended, and cases of `{}` demand it", operation.name);
    let found = Diagnostic::new(super::STRENGTH_VS_CASE, used.span, message);
    found
        .also(case.span, "this case expects an error")
        .help("Say `MUST`.")
}

/// What follows a modal in its sentence.
fn rest(sentence: Span, used: KeywordUse, sources: &Sources) -> &str {
    let offset = used.span.end.saturating_sub(sentence.start) as usize;
    sources.slice(sentence).get(offset..).unwrap_or_default()
}

fn is_about_errors(after: &str) -> bool {
    let mut words = after
        .split(|c: char| !c.is_alphabetic())
        .filter(|word| !word.is_empty());
    let verb = words.next().is_some_and(|verb| VERBS.contains(&verb));
    verb && words
        .take(4)
        .any(|word| ERRORS.contains(&word.trim_end_matches('s')))
}
