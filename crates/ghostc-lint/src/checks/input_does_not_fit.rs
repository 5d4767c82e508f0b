//! error(correctness): a case's input does not fit its operation's parameters
//!
//! An input is a mapping by parameter name, a sequence of the arguments in order, or, for an operation with one
//! parameter, the argument itself.
//! An argument is of the type that the signature gives its parameter, unless the case expects an error.
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

use crate::value_type::ValueType;
use ghostc_spec::library::{Case, Package};
use ghostc_syntax::{Diagnostic, Expectation, Param, Sources};
use std::collections::BTreeMap;

pub(super) fn check(package: &Package, _: &Sources, findings: &mut Vec<Diagnostic>) {
    let types = types(package);
    if types.is_empty() && package.cases.iter().all(|case| case.misfit.is_none()) {
        return;
    }
    let inputs: BTreeMap<_, _> = package
        .case_files
        .iter()
        .flat_map(|file| &file.cases)
        .filter_map(|raw| raw.input.as_ref().map(|(_, input)| (raw.span, *input)))
        .collect();
    for case in &package.cases {
        let Some(operation) = case.operation.and_then(|at| package.operations.get(at)) else {
            continue;
        };
        let Some(why) = case.misfit.clone().or_else(|| wrong_type(case, &types)) else {
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

/// The parameters of known types, with these, by the index of their operation.
type Types<'p> = BTreeMap<usize, Vec<(&'p Param, &'p str, ValueType)>>;

fn types(package: &Package) -> Types<'_> {
    let mut types = Types::new();
    for (at, operation) in package.operations.iter().enumerate() {
        let params = operation.signature.params.iter();
        let known: Vec<_> = params
            .filter_map(|param| {
                let written = param.kind.as_deref()?;
                Some((param, written, ValueType::parse(written)?))
            })
            .collect();
        if !known.is_empty() {
            types.insert(at, known);
        }
    }
    types
}

/// The first argument of a wrong type. Where an error is expected, that may be the reason for it.
fn wrong_type(case: &Case, types: &Types<'_>) -> Option<String> {
    if case.skip.is_some() || matches!(case.expect, Expectation::Error | Expectation::ErrorWith(_)) {
        return None;
    }
    let params = types.get(&case.operation?)?;
    let input = case.input.as_object()?;
    params.iter().find_map(|(param, written, kind)| {
        let value = input.get(&param.name).filter(|value| !kind.admits(value))?;
        Some(format!(
            "`{}` is `{written}`, and this is {}",
            param.name,
            value.kind()
        ))
    })
}
