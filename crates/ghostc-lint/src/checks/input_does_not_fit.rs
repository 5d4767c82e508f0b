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

use crate::places::beside;
use crate::value_type::ValueType;
use ghostc_spec::library::{Case, Package};
use ghostc_syntax::{Diagnostic, Expectation, Param, Sources, Span};
use std::collections::BTreeMap;

pub(super) fn check(package: &Package, sources: &Sources, findings: &mut Vec<Diagnostic>) {
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
    // What is wrong in a signature is wrong at all of its cases.
    let mut causes: BTreeMap<(usize, String), Vec<Span>> = BTreeMap::new();
    for case in &package.cases {
        let Some(at) = case.operation.filter(|at| *at < package.operations.len()) else {
            continue;
        };
        if let Some(why) = case.misfit.clone().or_else(|| wrong_type(case, &types)) {
            let span = inputs.get(&case.span).copied().unwrap_or(case.span);
            causes.entry((at, why)).or_default().push(span);
        }
    }
    for ((at, why), spans) in causes {
        let (Some(operation), Some((first, others))) = (package.operations.get(at), spans.split_first())
        else {
            continue;
        };
        let what = match spans.len() {
            1 => "the input does not fit".to_string(),
            count => format!("{count} inputs do not fit"),
        };
        let found = Diagnostic::new(super::INPUT_DOES_NOT_FIT, *first, format!("{what}: {why}"));
        let found = found.also(operation.span, "the operation");
        findings.push(beside(found, others, sources));
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

#[cfg(test)]
mod tests {
    use crate::lines::found;

    #[test]
    fn one_cause_is_one_finding_at_its_first_case() {
        let spec = "# P\n\n### f(a: number, b) → number\n\n### g(c, d) → number\n";
        let cases = |n: usize| -> String {
            (0..n)
                .map(|at| format!("  - {{ name: n{at}, input: {{ a: {at}, c: 1 }}, output: 1 }}\n"))
                .collect()
        };
        let tests = format!(
            "f:\n{}  - {{ name: typed, input: {{ a: x }}, output: 1 }}\ng:\n{}",
            cases(9),
            cases(1)
        );
        let files = [("p/SPEC.md", spec), ("p/tests.yaml", &*tests)];
        assert_eq!(
            found("input-does-not-fit", &files, "p/tests.yaml"),
            [
                "  - { name: n0, input: { a: 0, c: 1 }, output: 1 }",
                "  - { name: typed, input: { a: x }, output: 1 }",
                "  - { name: n0, input: { a: 0, c: 1 }, output: 1 }",
            ]
        );
    }
}
