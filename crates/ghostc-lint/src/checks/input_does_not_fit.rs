//! error(correctness): a case's input does not fit its operation's parameters
//!
//! An input is a mapping by parameter name, a sequence of the arguments in order, or, for an operation with one
//! parameter, the argument itself.
//!
//! ## Wrong
//!
//! ````fixture
//! //- /p/SPEC.md
//! # P
//!
//! ### power(base, exponent) → number
//! //- /p/tests.yaml
//! power:
//!   - {name: square, input: {base: 3, exp: 2}, output: 9}
//! ````
//!
//! ## Right
//!
//! ````fixture
//! //- /p/SPEC.md
//! # P
//!
//! ### power(base, exponent) → number
//! //- /p/tests.yaml
//! power:
//!   - {name: square, input: {base: 3, exponent: 2}, output: 9}
//! ````

use ghostc_spec::library::Package;
use ghostc_syntax::{Diagnostic, Sources};
use std::collections::BTreeMap;

pub(super) fn check(package: &Package, _: &Sources, findings: &mut Vec<Diagnostic>) {
    if package.cases.iter().all(|case| case.misfit.is_none()) {
        return;
    }
    let inputs: BTreeMap<_, _> = package
        .case_files
        .iter()
        .flat_map(|file| &file.cases)
        .filter_map(|raw| raw.input.as_ref().map(|(_, input)| (raw.span, *input)))
        .collect();
    for case in &package.cases {
        let (Some(why), Some(operation)) = (
            &case.misfit,
            case.operation.and_then(|at| package.operations.get(at)),
        ) else {
            continue;
        };
        let span = inputs.get(&case.span).copied().unwrap_or(case.span);
        let found = Diagnostic::new(
            super::INPUT_DOES_NOT_FIT,
            span,
            format!("the input does not fit: {why}"),
        );
        findings.push(found.also(operation.span, "the operation"));
    }
}
