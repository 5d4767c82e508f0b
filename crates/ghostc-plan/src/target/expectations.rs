//! What is expected of cases, for the judge and for templates.

use super::Target;
use super::context::ExpectedContext;
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
                exact: target.is_exact(case.exact),
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
        exact: target.is_exact(step.exact),
        ..step
    });
    Expectation::Steps(steps.collect())
}

impl Target {
    /// What templates see of what is expected; `approx`, `exact` and `matches` are those of the case or step.
    pub(super) fn expected(
        &self,
        expect: &Expectation,
        approx: Option<f64>,
        exact: bool,
        matches: Option<&String>,
    ) -> ExpectedContext {
        let (output, error) = match expect {
            Expectation::Output(value) => (Some(value), Value::Null),
            Expectation::Error => (None, Value::Bool(true)),
            Expectation::ErrorWith(text) => (None, Value::String(text.clone())),
            Expectation::AnyOf(_) | Expectation::Pattern | Expectation::Anything | Expectation::Steps(_) => {
                (None, Value::Null)
            }
        };
        let several = matches!(expect, Expectation::AnyOf(_));
        ExpectedContext {
            output: output.unwrap_or(&CaseValue::Null).into(),
            has_output: output.is_some(),
            any_of: several.then(|| expect.outputs().iter().map(TemplateValue::from).collect()),
            error,
            approx,
            exact: self.is_exact(exact),
            matches: matches.cloned(),
        }
    }

    /// Whether what is to tell integers and floats apart does so in this language.
    fn is_exact(&self, exact: bool) -> bool {
        exact && self.numbers.integers_and_floats_differ
    }
}
