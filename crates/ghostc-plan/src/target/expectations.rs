//! What is expected of cases, for the judge and for templates.

use super::Target;
use ghostc_judge::JudgedCase;
use ghostc_spec::library::Package;
use ghostc_spec::template::TemplateValue;
use ghostc_syntax::{Expectation, Sources, Step, Value as CaseValue};
use serde_json::Value;
use std::sync::Arc;

/// The cases of some operations as the driver of a target is asked.
pub fn judged_cases(
    package: &Package,
    operations: &[usize],
    target: &Target,
    sources: &Sources,
) -> Vec<JudgedCase> {
    let cases = operations
        .iter()
        .flat_map(|at| package.cases_of(*at).map(|case| (*at, case)));
    cases
        .filter_map(|(at, case)| {
            Some(JudgedCase {
                id: case.id.clone(),
                operation: package.operations.get(at)?.name.clone(),
                held_out: case.held_out,
                input: Arc::clone(&case.input),
                expect: judged_expectation(&case.expect, target),
                approx: case.approx,
                exact: target.is_exact(case),
                matches: case.matches.clone(),
                rules: case.rules.clone(),
                place: sources.place(case.span),
            })
        })
        .collect()
}

/// What a case expects of code in a language; one that cannot tell integers and floats apart is not asked to.
fn judged_expectation(expect: &Expectation, target: &Target) -> Expectation {
    let Expectation::Steps(steps) = expect else {
        return expect.clone();
    };
    let steps = steps.iter().cloned().map(|step| Step {
        exact: step.exact && target.numbers.integers_and_floats_differ,
        ..step
    });
    Expectation::Steps(steps.collect())
}

/// What templates see of what is expected: the output, whether there is one, and the error.
pub(super) fn expected(expect: &Expectation) -> (TemplateValue, bool, Value) {
    let none = || TemplateValue::from(&CaseValue::Null);
    match expect {
        Expectation::Output(value) => (value.into(), true, Value::Null),
        Expectation::Error => (none(), false, Value::Bool(true)),
        Expectation::ErrorWith(text) => (none(), false, Value::String(text.clone())),
        Expectation::AnyOf(_) | Expectation::Pattern | Expectation::Anything | Expectation::Steps(_) => {
            (none(), false, Value::Null)
        }
    }
}

/// What templates see of several outputs of which one must come out.
pub(super) fn any_of(expect: &Expectation) -> Option<Vec<TemplateValue>> {
    let several = matches!(expect, Expectation::AnyOf(_));
    several.then(|| expect.outputs().iter().map(TemplateValue::from).collect())
}
