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

use crate::value_type::{ValueType, is_error_object};
use ghostc_spec::library::Package;
use ghostc_syntax::{Diagnostic, Expectation, Sources};

pub(super) fn check(package: &Package, _: &Sources, findings: &mut Vec<Diagnostic>) {
    for (at, operation) in package.operations.iter().enumerate() {
        let Some(returns) = operation.signature.returns.as_deref() else {
            continue;
        };
        let Some(kind) = ValueType::parse(returns) else {
            continue;
        };
        for case in package.cases_of(at) {
            let Expectation::Output(output) = &case.expect else {
                continue;
            };
            if kind.admits(output) {
                continue;
            }
            let message = format!(
                "the output does not fit: `{}` gives `{returns}`, and this is {}",
                operation.name,
                output.kind()
            );
            let span = case.output.unwrap_or(case.span);
            let found = Diagnostic::new(super::OUTPUT_DOES_NOT_FIT, span, message)
                .also(operation.span, "the operation");
            findings.push(if is_error_object(output) {
                found.help("Write `error: …` in place of `output`.")
            } else {
                found.help("Correct the case, or the signature.")
            });
        }
    }
}
