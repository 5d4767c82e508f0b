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

use crate::library::{Case, Package, Role};
use ghostc_syntax::{Diagnostic, Expectation, KeywordUse, Sources, Strength};

/// Verbs that only errors are the object of, and the words for those.
const VERBS: &[&str] = &["raise", "throw", "return", "fail", "signal", "report"];
const ERRORS: &[&str] = &["error", "exception"];

pub(super) fn check(package: &Package, sources: &Sources, findings: &mut Vec<Diagnostic>) {
    let mut demanded: Vec<Option<&Case>> = vec![None; package.operations.len()];
    for case in &package.cases {
        let fails =
            matches!(case.expect, Expectation::Error | Expectation::ErrorWith(_)) && case.skip.is_none();
        if let Some(slot) = case
            .operation
            .filter(|_| fails)
            .and_then(|at| demanded.get_mut(at))
        {
            *slot = slot.or(Some(case));
        }
    }
    for (operation, case) in package.operations.iter().zip(demanded) {
        let Some((case, home)) = case.zip(package.documents.get(operation.document)) else {
            continue;
        };
        if home.role != Role::Spec {
            continue;
        }
        let spec = &home.spec;
        let upper = spec.statements.iter().flat_map(|statement| {
            statement
                .keywords
                .iter()
                .map(move |used| (statement.sentence, *used))
        });
        let lower = spec.modals.iter().map(|modal| (modal.sentence, modal.used));
        for (sentence, used) in upper
            .chain(lower)
            .filter(|(_, used)| operation.section.contains(used.span))
        {
            let after = spec
                .sentences
                .get(sentence)
                .map_or("", |sentence| rest(sentence.span, used, sources));
            if used.keyword.strength == Strength::Should && is_about_errors(after) {
                let message = format!("this is recommended, and cases of `{}` demand it", operation.name);
                let found = Diagnostic::new(super::STRENGTH_VS_CASE, used.span, message)
                    .also(case.span, "this case expects an error");
                findings.push(found.help("Say `MUST`."));
            }
        }
    }
}

/// What follows a modal in its sentence.
fn rest(sentence: ghostc_syntax::Span, used: KeywordUse, sources: &Sources) -> &str {
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
