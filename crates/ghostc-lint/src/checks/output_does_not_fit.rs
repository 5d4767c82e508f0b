//! error(correctness): a case's output contradicts the type that its operation gives
//!
//! The signature names one of JSON's types after its arrow, and the case expects a value of another.
//! Code that keeps to the signature cannot pass the case.
//! An error is no output: it is written as `error: …` in place of `output`.
//!
//! ## Wrong
//!
//! ````fixture
//! //- /p/SPEC.md
//! # P
//!
//! ### label(n) → string | error
//! //- /p/tests.yaml
//! label:
//!   - {name: one, input: 1, output: {text: one}}
//!   - {name: negative, input: -1, output: {error: too small}}
//! ````
//!
//! ## Right
//!
//! ````fixture
//! //- /p/SPEC.md
//! # P
//!
//! ### label(n) → string | error
//! //- /p/tests.yaml
//! label:
//!   - {name: one, input: 1, output: one}
//!   - {name: negative, input: -1, error: too small}
//! ````

use crate::places::beside;
use crate::value_type::{ValueType, is_error_object};
use ghostc_spec::library::Package;
use ghostc_syntax::{Diagnostic, Expectation, Sources, Span};
use std::collections::BTreeMap;

pub(super) fn check(package: &Package, sources: &Sources, findings: &mut Vec<Diagnostic>) {
    for (at, operation) in package.operations.iter().enumerate() {
        let Some(returns) = operation.signature.returns.as_deref() else {
            continue;
        };
        let Some(kind) = ValueType::parse(returns) else {
            continue;
        };
        // What is wrong in a signature is wrong at all of its cases.
        let mut causes: BTreeMap<(&str, bool), Vec<Span>> = BTreeMap::new();
        for case in package.cases_of(at) {
            let Expectation::Output(output) = &case.expect else {
                continue;
            };
            if !kind.admits(output) {
                let cause = (output.kind(), is_error_object(output));
                let span = case.output.unwrap_or(case.span);
                causes.entry(cause).or_default().push(span);
            }
        }
        for ((given, is_error), spans) in causes {
            let Some((first, others)) = spans.split_first() else {
                continue;
            };
            let (what, these) = match spans.len() {
                1 => ("the output does not fit".to_string(), "this is"),
                count => (format!("{count} outputs do not fit"), "each of these is"),
            };
            let message = format!(
                "{what}: `{}` gives `{returns}`, and {these} {given}",
                operation.name
            );
            let found = Diagnostic::new(super::OUTPUT_DOES_NOT_FIT, *first, message);
            let found = beside(found.also(operation.span, "the operation"), others, sources);
            findings.push(if is_error {
                found.help("Write `error: …` in place of `output`.")
            } else {
                found.help("Correct the case, or the signature.")
            });
        }
    }
}
