//! Cases with steps: the first step that did not do what it must, and how it is told.

use super::{Expected, Observation, Step, actual_text, expected_text, gives};

/// The place of the first step that did not do what it must, with what it did; nothing where all did.
pub(super) fn first_failure<'o>(
    steps: &[Step],
    observed: Option<&'o Observation>,
) -> Option<(usize, Option<&'o Observation>)> {
    let done: &[Observation] = match observed {
        Some(Observation::Steps(done)) => done,
        // What happened to the case as a whole happened before its first step.
        Some(other) => return Some((0, Some(other))),
        None => &[],
    };
    let mut failing = steps
        .iter()
        .enumerate()
        .map(|(at, step)| (at, step, done.get(at)));
    let failing = failing.find(|(_, step, did)| did.is_none_or(|did| !gives(of(step), did)));
    failing.map(|(at, _, did)| (at, did))
}

/// What the first failing step had to give.
pub(super) fn expected(steps: &[Step], observed: Option<&Observation>) -> String {
    let failing = first_failure(steps, observed).and_then(|(at, _)| Some((at, steps.get(at)?)));
    failing.map_or_else(String::new, |(at, step)| {
        format!("{}: {}", place(at, step), expected_text(of(step)))
    })
}

/// What the first failing step gave.
pub(super) fn actual(steps: &[Step], observed: Option<&Observation>) -> String {
    let failing = first_failure(steps, observed).and_then(|(at, did)| Some((at, steps.get(at)?, did)));
    failing.map_or_else(String::new, |(at, step, did)| {
        let did = did.map_or_else(|| "no answer".to_string(), actual_text);
        format!("{}: {did}", place(at, step))
    })
}

fn place(at: usize, step: &Step) -> String {
    format!("step {}, `{}`", at + 1, step.called())
}

fn of(step: &Step) -> Expected<'_> {
    Expected {
        expect: &step.expect,
        approx: step.approx,
        exact: step.exact,
        matches: step.matches.as_ref(),
        rules: None,
    }
}

#[cfg(test)]
mod tests {
    use crate::judge::{Expectation, JudgedCase, Observation, Receiver, Step, Value, judge};
    use std::sync::Arc;

    fn step(receiver: Receiver, operation: &str, expect: Expectation) -> Step {
        Step {
            operation: operation.into(),
            receiver,
            input: Arc::default(),
            expect,
            approx: None,
            exact: false,
            matches: None,
            keep: None,
            consumes: Vec::new(),
        }
    }

    fn number(number: i64) -> Value {
        Value::from(serde_json::json!(number))
    }

    #[test]
    fn the_first_step_that_fails_is_named() {
        let s = || Receiver::Object("s".into());
        let steps = [
            step(Receiver::New, "Stack", Expectation::Anything),
            step(s(), "Stack.pop", Expectation::Output(number(2))),
            step(s(), "Stack.pop", Expectation::Error),
        ];
        let case = JudgedCase {
            id: "Stack.a".into(),
            operation: "Stack".into(),
            held_out: false,
            input: Arc::default(),
            expect: Expectation::Steps(steps.into()),
            approx: None,
            exact: false,
            matches: None,
            rules: None,
            place: "tests.yaml:1".into(),
        };
        let error = || Observation::Error {
            kind: "ValueError".into(),
            message: "empty".into(),
        };
        let ok = || Observation::Output(Value::Null);
        let two = || Observation::Output(number(2));
        let passes = |observed: &Observation| judge([(&case, Some(observed))]).is_pass();
        assert!(passes(&Observation::Steps(vec![ok(), two(), error()])));
        for (done, expected, actual) in [
            (
                vec![ok(), ok(), error()],
                "step 2, `s.pop`: 2",
                "step 2, `s.pop`: null",
            ),
            (
                vec![ok(), two(), two()],
                "step 3, `s.pop`: an error",
                "step 3, `s.pop`: 2",
            ),
            (
                vec![error()],
                "step 1, `new Stack`: no error",
                "step 1, `new Stack`: the error ValueError: empty",
            ),
            (
                vec![ok(), two()],
                "step 3, `s.pop`: an error",
                "step 3, `s.pop`: no answer",
            ),
            (
                vec![ok(), Observation::TimedOut],
                "step 2, `s.pop`: 2",
                "step 2, `s.pop`: no answer in the time allowed",
            ),
        ] {
            let observed = Observation::Steps(done);
            let failure = judge([(&case, Some(&observed))]).failures.remove(0);
            assert_eq!(
                (failure.expected.as_str(), failure.actual.as_str()),
                (expected, actual)
            );
        }
        // A value is no step, and no answer is none.
        assert!(!passes(&ok()));
        assert!(!judge([(&case, None)]).is_pass());
    }
}
