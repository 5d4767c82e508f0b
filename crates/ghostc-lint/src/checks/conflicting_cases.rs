//! error(consistency): two cases expect different things of one input
//!
//! No code can pass both.
//! One of them may be an example in the text: then the spec contradicts its own cases.
//!
//! ## Wrong
//!
//! ````fixture
//! //- /p/SPEC.md
//! # P
//!
//! ### double(n) → number
//!
//! - `double(2)` → `5`
//! //- /p/tests.yaml
//! double:
//!   - {name: two, input: 2, output: 4}
//! ````
//!
//! ## Right
//!
//! ````fixture
//! //- /p/SPEC.md
//! # P
//!
//! ### double(n) → number
//!
//! - `double(2)` → `4`
//! //- /p/tests.yaml
//! double:
//!   - {name: two, input: 2, output: 4}
//! ````

use ghostc_spec::first_occurrence::FirstOccurrences;
use ghostc_spec::library::{Case, Package};
use ghostc_syntax::value::{Precision, equal};
use ghostc_syntax::{Diagnostic, Expectation, Sources, Value};

pub(super) fn check(package: &Package, _: &Sources, findings: &mut Vec<Diagnostic>) {
    let mut first: FirstOccurrences<(usize, &str), &Case> = FirstOccurrences::default();
    for case in package
        .cases
        .iter()
        .filter(|case| case.misfit.is_none() && case.skip.is_none())
        .filter(|case| !matches!(case.expect, Expectation::Steps(_)))
    {
        let Some(operation) = case.operation else { continue };
        let key = (operation, case.input_text.as_str());
        if let Some(known) = first.before(key, case).filter(|known| conflict(known, case)) {
            let message = format!(
                "`{}` and `{}` expect different things of one input",
                known.name, case.name
            );
            let found = Diagnostic::new(super::CONFLICTING_CASES, case.span, message);
            findings.push(
                found
                    .label(expected(case))
                    .also(known.span, expected(known))
                    .help("Correct the one that is wrong."),
            );
        }
    }
}

fn conflict(a: &Case, b: &Case) -> bool {
    let (of_a, of_b) = (a.expect.outputs(), b.expect.outputs());
    if of_a.is_empty() || of_b.is_empty() {
        return a.expect.is_error() != b.expect.is_error();
    }
    let approx = a.approx.unwrap_or(0.0).max(b.approx.unwrap_or(0.0));
    let exact = a.exact && b.exact;
    let is_in_both = |x| of_b.iter().any(|y| equal(x, y, Precision { approx, exact }));
    !of_a.iter().any(is_in_both)
}

fn expected(case: &Case) -> String {
    match &case.expect {
        Expectation::Output(value) => format!("expects {value}"),
        Expectation::AnyOf(values) => format!("expects one of {}", Value::Array(values.clone())),
        Expectation::Error => "expects an error".to_string(),
        Expectation::ErrorWith(text) => format!("expects an error that says {text:?}"),
        Expectation::Pattern => "expects a pattern".to_string(),
        Expectation::Anything => "expects any output".to_string(),
        Expectation::Steps(_) => "expects what its steps say".to_string(),
    }
}
