//! What a candidate did, against what its cases expect. Pure: who ran it, and how, is `ghostc-run`'s.

mod steps;

use regex_lite::Regex;
use std::sync::Arc;

/// What a case expects, and the values that go in and come out.
pub use ghostc_syntax::value::{EqualityRules, Precision, equal};
pub use ghostc_syntax::{Expectation, Receiver, Step, Value};

/// Path globs, for those who know this crate alone.
pub use ghostc_syntax::glob;

/// One case, ready to be sent to a driver and compared.
#[derive(Clone, Debug)]
pub struct JudgedCase {
    /// Its stable id, unique in its package: `operation.name-as-slug`.
    pub id: String,
    /// The operation's name in the spec.
    pub operation: String,
    /// Whether the agent must not see it.
    pub held_out: bool,
    /// The arguments: an object by parameter name, or a list where the parameters are unknown.
    pub input: Arc<Value>,
    /// What must come out.
    pub expect: Expectation,
    /// The absolute tolerance for every float in the output.
    pub approx: Option<f64>,
    /// Whether integers and floats are told apart in the output: the case asks for it, and the language can.
    pub exact: bool,
    /// A regular expression that a string output must match.
    pub matches: Option<String>,
    /// How its suite compares outputs, beside typed equality.
    pub rules: Option<EqualityRules>,
    /// Where it is written: `path:line`.
    pub place: String,
}

/// What a candidate did with one case.
#[derive(Clone, Debug, PartialEq)]
pub enum Observation {
    /// It gave this value.
    Output(Value),
    /// It failed in the way its language reports errors.
    Error {
        /// The error's type, as its language names it.
        kind: String,
        /// What it says.
        message: String,
    },
    /// It broke: a missing function, a wrong type, a panic, the end of the process.
    Crash {
        /// What broke.
        kind: String,
        /// What it says.
        message: String,
    },
    /// It gave no answer in the time allowed.
    TimedOut,
    /// It was never asked, because the driver could not be started; the text says why.
    NotRun(String),
    /// Of a case with steps: what each of them did, up to the last that gave an answer.
    Steps(Vec<Observation>),
}

/// How many of how many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Cases that did what they must.
    pub passed: usize,
    /// Cases that did not.
    pub failed: usize,
}

impl Tally {
    /// All cases.
    pub fn total(self) -> usize {
        self.passed + self.failed
    }

    fn count(&mut self, passed: bool) {
        if passed {
            self.passed += 1;
        } else {
            self.failed += 1;
        }
    }

    /// The sum of two tallies.
    #[must_use]
    pub fn plus(self, other: Tally) -> Tally {
        Tally {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
        }
    }
}

/// A case that did not do what it must.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// The case's id.
    pub id: String,
    /// The operation's name.
    pub operation: String,
    /// Where the case is written.
    pub place: String,
    /// Whether the agent must not see it: then nothing below may reach a prompt, a log or a report.
    pub held_out: bool,
    /// What went in.
    pub input: Value,
    /// What had to come out, as people read it.
    pub expected: String,
    /// What came out, as people read it.
    pub actual: String,
}

/// The outcome of judging a candidate, with evidence.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Verdict {
    /// Cases that the agent may see.
    pub visible: Tally,
    /// Cases that it may not.
    pub held_out: Tally,
    /// Each case that failed, in the order of the cases.
    pub failures: Vec<Failure>,
}

impl Verdict {
    /// Whether everything passed, and there was something to pass.
    pub fn is_pass(&self) -> bool {
        self.failures.is_empty() && self.total() > 0
    }

    /// All cases.
    pub fn total(&self) -> usize {
        self.visible.total() + self.held_out.total()
    }

    /// Adds another verdict to this one.
    pub fn add(&mut self, other: Verdict) {
        self.visible = self.visible.plus(other.visible);
        self.held_out = self.held_out.plus(other.held_out);
        self.failures.extend(other.failures);
    }
}

/// Compares what was observed with what was expected; a case without an observation has failed.
pub fn judge<'c>(cases: impl IntoIterator<Item = (&'c JudgedCase, Option<&'c Observation>)>) -> Verdict {
    let mut verdict = Verdict::default();
    for (case, observed) in cases {
        let passed = observed.is_some_and(|observed| meets(case, observed));
        let tally = if case.held_out {
            &mut verdict.held_out
        } else {
            &mut verdict.visible
        };
        tally.count(passed);
        if !passed {
            verdict.failures.push(Failure {
                id: case.id.clone(),
                operation: case.operation.clone(),
                place: case.place.clone(),
                held_out: case.held_out,
                input: (*case.input).clone(),
                expected: expected_of(case, observed),
                actual: actual_of(case, observed),
            });
        }
    }
    verdict
}

/// What one call must give.
#[derive(Clone, Copy)]
struct Expected<'c> {
    expect: &'c Expectation,
    approx: Option<f64>,
    exact: bool,
    matches: Option<&'c String>,
    rules: Option<&'c EqualityRules>,
}

impl JudgedCase {
    fn expected(&self) -> Expected<'_> {
        Expected {
            expect: &self.expect,
            approx: self.approx,
            exact: self.exact,
            matches: self.matches.as_ref(),
            rules: self.rules.as_ref(),
        }
    }
}

fn meets(case: &JudgedCase, observed: &Observation) -> bool {
    if let Expectation::Steps(steps) = &case.expect {
        steps::first_failure(steps, Some(observed)).is_none()
    } else {
        gives(case.expected(), observed)
    }
}

fn expected_of(case: &JudgedCase, observed: Option<&Observation>) -> String {
    if let Expectation::Steps(steps) = &case.expect {
        steps::expected(steps, observed)
    } else {
        expected_text(case.expected())
    }
}

fn actual_of(case: &JudgedCase, observed: Option<&Observation>) -> String {
    if let Expectation::Steps(steps) = &case.expect {
        steps::actual(steps, observed)
    } else {
        observed.map_or_else(|| "no answer".to_string(), actual_text)
    }
}

/// Whether a call gave what it must.
fn gives(case: Expected<'_>, observed: &Observation) -> bool {
    match (case.expect, observed) {
        (Expectation::Output(_) | Expectation::AnyOf(_), Observation::Output(actual)) => {
            let mut outputs = case.expect.outputs().iter();
            outputs.any(|expected| is_equal(case, expected, actual)) && matches_pattern(case, actual)
        }
        (Expectation::Pattern, Observation::Output(actual)) => matches_pattern(case, actual),
        (Expectation::Anything, Observation::Output(_)) => true,
        (Expectation::Error, Observation::Error { .. }) => true,
        (Expectation::ErrorWith(text), Observation::Error { kind, message }) => {
            kind.contains(text) || message.contains(text)
        }
        _ => false,
    }
}

/// Whether two values are the same to the case, by its precision and by the rules of its suite.
fn is_equal(case: Expected<'_>, expected: &Value, actual: &Value) -> bool {
    match case.rules {
        None => equal(expected, actual, precision_of(case)),
        Some(rules) => equal(&rules.normal(expected), &rules.normal(actual), precision_of(case)),
    }
}

fn matches_pattern(case: Expected<'_>, actual: &Value) -> bool {
    case.matches.is_none_or(|pattern| {
        let matches = |text: &str| Regex::new(pattern).is_ok_and(|regex| regex.is_match(text));
        actual.as_str().is_some_and(matches)
    })
}

/// How closely the numbers of a case are compared.
fn precision_of(case: Expected<'_>) -> Precision {
    Precision {
        approx: case.approx.unwrap_or(0.0),
        exact: case.exact,
    }
}

fn expected_text(case: Expected<'_>) -> String {
    let pattern = case
        .matches
        .map(|pattern| format!("a string that matches {pattern}"));
    let how = || {
        let within = case.approx.map(|approx| format!(" within {approx}"));
        let exactly = if case.exact {
            ", integers and floats told apart"
        } else {
            ""
        };
        let rules = case.rules.map(|rules| format!(", compared by {}", rules.text));
        format!(
            "{}{exactly}{}",
            within.unwrap_or_default(),
            rules.unwrap_or_default()
        )
    };
    match case.expect {
        Expectation::Output(value) => format!("{value}{}", how()),
        Expectation::AnyOf(values) => format!("one of {}{}", Value::Array(values.clone()), how()),
        Expectation::Pattern => pattern.unwrap_or_default(),
        Expectation::Error => "an error".to_string(),
        Expectation::ErrorWith(text) => format!("an error that says {text:?}"),
        Expectation::Anything | Expectation::Steps(_) => "no error".to_string(),
    }
}

fn actual_text(observed: &Observation) -> String {
    match observed {
        Observation::Output(value) => value.to_string(),
        Observation::Error { kind, message } => one_line(&format!("the error {kind}: {message}")),
        Observation::Crash { kind, message } => one_line(&format!("a crash ({kind}): {message}")),
        Observation::TimedOut => "no answer in the time allowed".to_string(),
        Observation::NotRun(why) => format!("not run: {why}"),
        Observation::Steps(steps) => format!("{} answers", steps.len()),
    }
}

/// The lines of a message on one: what code says must not look like lines of a report.
fn one_line(text: &str) -> String {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A case's value from JSON as Rust writes it.
    macro_rules! json {
        ($($value:tt)*) => { Value::from(serde_json::json!($($value)*)) };
    }

    fn case(expect: Expectation) -> JudgedCase {
        JudgedCase {
            id: "f.a".into(),
            operation: "f".into(),
            held_out: false,
            input: Arc::new(json!({})),
            expect,
            approx: None,
            exact: false,
            matches: None,
            rules: None,
            place: "tests.yaml:1".into(),
        }
    }

    #[test]
    fn equality_is_typed_and_ignores_the_order_of_keys() {
        for (a, b, same) in [
            (json!(1), json!(1.0), true),
            (json!(1), json!("1"), false),
            (json!(1), json!(true), false),
            (json!(0.1), json!(0.1000001), false),
            (json!({"a": 1, "b": [2]}), json!({"b": [2], "a": 1}), true),
            (json!({"a": null}), json!({}), false),
            (json!(9007199254740993u64), json!(9007199254740992u64), false),
        ] {
            assert_eq!(equal(&a, &b, Precision::default()), same, "{a} {b}");
        }
        let near = Precision {
            approx: 0.001,
            exact: false,
        };
        assert!(equal(&json!([0.1]), &json!([0.1000001]), near));
    }

    #[test]
    fn integers_are_compared_to_the_last_digit_and_floats_as_doubles() {
        let same = |expected: &str, actual: &str, precision| {
            let value = |text| Value::from_json(text).expect(text);
            equal(&value(expected), &value(actual), precision)
        };
        for (expected, actual, equals) in [
            ("15511210043330985984000000", "15511210043330985984000000", true),
            ("15511210043330985984000000", "15511210043330985984000001", false),
            ("15511210043330985984000000", "1.5511210043330986e+25", false),
            ("1180591620717411303424", "1.1805916207174113e21", true),
            ("9007199254740993", "9007199254740992.0", false),
            ("9007199254740993.0", "9007199254740992.0", true),
            ("9007199254740993.0", "9007199254740993", true),
            ("9007199254740993.0", "9007199254740994", false),
            ("3.14159265358979323846", "3.141592653589793", true),
            ("3.14159265358979323846", "3.1415926535897936", false),
            ("1e400", "1e401", false),
            ("1.50", "1.5", true),
            ("0.0", "-0.0", true),
        ] {
            assert_eq!(
                same(expected, actual, Precision::default()),
                equals,
                "{expected} {actual}"
            );
        }
        let exact = Precision {
            approx: 0.0,
            exact: true,
        };
        for (expected, actual, equals) in [
            ("90", "90", true),
            ("90", "90.0", false),
            ("90.0", "90", false),
            ("[{\"a\":1}]", "[{\"a\":1.0}]", false),
            ("1.5", "1.50", true),
        ] {
            assert_eq!(same(expected, actual, exact), equals, "{expected} {actual}");
        }
    }

    #[test]
    fn a_failure_says_that_integers_and_floats_are_told_apart() {
        let exact = JudgedCase {
            exact: true,
            ..case(Expectation::Output(json!(90)))
        };
        let verdict = judge([(&exact, Some(&Observation::Output(json!(90.0))))]);
        assert_eq!(verdict.failures[0].expected, "90, integers and floats told apart");
        assert_eq!(verdict.failures[0].actual, "90.0");
    }

    #[test]
    fn a_crash_is_not_an_error_and_no_answer_is_a_failure() {
        let (wants_error, crash) = (
            case(Expectation::Error),
            Observation::Crash {
                kind: "panic".into(),
                message: "x".into(),
            },
        );
        assert!(!judge([(&wants_error, Some(&crash))]).is_pass());
        assert!(!judge([(&wants_error, None)]).is_pass());
        let error = Observation::Error {
            kind: "ValueError".into(),
            message: "too long".into(),
        };
        assert!(judge([(&wants_error, Some(&error))]).is_pass());
        assert!(judge([(&case(Expectation::ErrorWith("long".into())), Some(&error))]).is_pass());
        assert!(!judge([(&case(Expectation::ErrorWith("short".into())), Some(&error))]).is_pass());
    }

    #[test]
    fn messages_of_code_are_one_line() {
        let wanted = case(Expectation::Output(json!(1)));
        let crash = Observation::Crash {
            kind: "panic".into(),
            message: "at\n  once\r\n\n::error::x".into(),
        };
        let verdict = judge([(&wanted, Some(&crash))]);
        assert_eq!(verdict.failures[0].actual, "a crash (panic): at once ::error::x");
    }

    #[test]
    fn judging_nothing_is_not_a_pass() {
        assert!(!judge(std::iter::empty()).is_pass());
    }
}
