//! The lines between ghostc and a driver: cases into requests, answers into observations.

use ghostc_judge::{Expectation, JudgedCase, Observation, Receiver, Step, Value};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::ops::Range;

/// Requests for all cases, made once, in one piece of memory: one for a case with an input, else one for each step.
/// Their ids are their numbers, from 1.
pub(crate) struct Requests {
    text: Vec<u8>,
    ends: Vec<usize>,
    /// The number of the last request of each case.
    last: Vec<usize>,
}

#[derive(Serialize)]
struct Request<'a> {
    id: usize,
    op: &'a str,
    input: &'a Value,
}

/// The request of a step. All steps of one case have its number: with another begins a case that shares nothing with
/// those before.
#[derive(Serialize)]
struct StepRequest<'a> {
    id: usize,
    case: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    new: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    op: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    on: Option<&'a str>,
    input: &'a Value,
    /// The name for the object that it gives; `null` where nobody looks at what it gives.
    #[serde(skip_serializing_if = "Option::is_none")]
    keep: Option<Option<&'a str>>,
}

impl<'a> StepRequest<'a> {
    fn new(id: usize, case: usize, step: &'a Step) -> StepRequest<'a> {
        let makes = step.receiver == Receiver::New;
        let unseen = matches!(
            step.expect,
            Expectation::Anything | Expectation::Error | Expectation::ErrorWith(_)
        );
        StepRequest {
            id,
            case,
            new: makes.then_some(&step.operation),
            op: (!makes).then_some(&step.operation),
            on: match &step.receiver {
                Receiver::Object(name) => Some(name),
                Receiver::New | Receiver::Nothing => None,
            },
            input: &step.input,
            keep: match &step.keep {
                Some(name) => Some(Some(name)),
                None => unseen.then_some(None),
            },
        }
    }
}

impl Requests {
    /// The requests for these cases.
    pub(crate) fn new(cases: &[&JudgedCase]) -> Requests {
        let (mut text, mut ends) = (
            Vec::with_capacity(64 * cases.len()),
            Vec::with_capacity(cases.len()),
        );
        let mut last = Vec::with_capacity(cases.len());
        let mut id = 0;
        for (at, case) in cases.iter().enumerate() {
            if let Expectation::Steps(steps) = &case.expect {
                for step in steps.iter() {
                    id += 1;
                    write_line(&mut text, &StepRequest::new(id, at + 1, step));
                }
            } else {
                id += 1;
                let request = Request {
                    id,
                    op: &case.operation,
                    input: &case.input,
                };
                write_line(&mut text, &request);
            }
            ends.push(text.len());
            last.push(id);
        }
        Requests { text, ends, last }
    }

    /// The case of a request's id, and its place among the case's requests.
    pub(crate) fn case_of(&self, id: usize) -> Option<(usize, usize)> {
        let case = self.last.partition_point(|last| *last < id);
        let place = id.checked_sub(range(&self.last, case).start + 1)?;
        (case < self.last.len()).then_some((case, place))
    }

    /// How many requests some cases have.
    pub(crate) fn count(&self, indices: &[usize]) -> usize {
        indices.iter().map(|index| range(&self.last, *index).len()).sum()
    }

    /// The requests of some cases, by index, in this order.
    pub(crate) fn of(&self, indices: &[usize]) -> Cow<'_, [u8]> {
        if indices.len() == self.ends.len() {
            return Cow::Borrowed(&self.text);
        }
        let pieces = indices
            .iter()
            .filter_map(|index| self.text.get(range(&self.ends, *index)));
        Cow::Owned(pieces.flatten().copied().collect())
    }
}

/// What belongs to a case, where each begins at the end of the one before.
fn range(ends: &[usize], case: usize) -> Range<usize> {
    let end = |case: usize| ends.get(case).copied().unwrap_or_default();
    case.checked_sub(1).map_or(0, end)..end(case)
}

fn write_line(text: &mut Vec<u8>, request: &impl Serialize) {
    serde_json::to_writer(&mut *text, request).expect("memory takes every JSON value");
    text.push(b'\n');
}

#[derive(Deserialize)]
struct Answer<'a> {
    id: usize,
    /// Its text, from which every digit of its numbers can be read.
    #[serde(borrow, default, deserialize_with = "present")]
    output: Option<&'a RawValue>,
    #[serde(borrow)]
    error: Option<ErrorAnswer<'a>>,
    #[serde(borrow)]
    crash: Option<ErrorAnswer<'a>>,
}

#[derive(Deserialize)]
struct ErrorAnswer<'a> {
    #[serde(borrow)]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    message: Cow<'a, str>,
}

/// A `null` that is there is a value.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<&'de RawValue>, D::Error> {
    <&RawValue>::deserialize(deserializer).map(Some)
}

/// The id and the observation in a line without its end; the error says what is wrong with the line.
pub(crate) fn read_answer(line: &[u8]) -> Result<(usize, Observation), String> {
    let answer: Answer<'_> =
        serde_json::from_slice(line).map_err(|error| format!("it is no answer ({error})"))?;
    let owned = |trouble: ErrorAnswer<'_>| (trouble.kind.into_owned(), trouble.message.into_owned());
    let observation = match (answer.output, answer.error, answer.crash) {
        (Some(output), None, None) => {
            let value = Value::from_json(output.get())
                .ok_or("its output nests too deep, or holds a string that is no text")?;
            Observation::Output(value)
        }
        (None, Some(error), None) => {
            let (kind, message) = owned(error);
            Observation::Error { kind, message }
        }
        (None, None, Some(crash)) => {
            let (kind, message) = owned(crash);
            Observation::Crash { kind, message }
        }
        _ => return Err("it has not exactly one of `output`, `error` and `crash`".to_string()),
    };
    Ok((answer.id, observation))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A case's value from JSON as Rust writes it.
    macro_rules! json {
        ($($value:tt)*) => { Value::from(serde_json::json!($($value)*)) };
    }

    #[test]
    fn every_kind_of_answer_is_read() {
        let text = |kind: &str, message: &str| (kind.to_string(), message.to_string());
        for (line, expected) in [
            (r#"{"id":1,"output":null}"#, Observation::Output(Value::Null)),
            (
                r#" {"output":[1.5,"\u00e9"],"id":1,"extra":0}"#,
                Observation::Output(json!([1.5, "é"])),
            ),
            (r#"{"id":1,"error":{"kind":"A\n","message":"b"}}"#, {
                let (kind, message) = text("A\n", "b");
                Observation::Error { kind, message }
            }),
            (r#"{"id":1,"crash":{"kind":"A","message":"b"}}"#, {
                let (kind, message) = text("A", "b");
                Observation::Crash { kind, message }
            }),
        ] {
            assert_eq!(read_answer(line.as_bytes()), Ok((1, expected)), "{line}");
        }
    }

    #[test]
    fn no_digit_of_an_output_is_lost() {
        let digits = "[15511210043330985984000001,1.50]";
        let answer = read_answer(format!(r#"{{"id":1,"output":{digits}}}"#).as_bytes());
        let Ok((1, Observation::Output(value))) = answer else {
            panic!("an output")
        };
        assert_eq!(value.to_string(), digits);
    }

    #[test]
    fn a_line_that_is_no_answer_says_why() {
        for line in [
            "",
            "hello",
            "{}",
            r#"{"id":1}"#,
            r#"{"id":-1,"output":1}"#,
            r#"{"id":1,"output":1} x"#,
            "[1]",
        ] {
            assert!(read_answer(line.as_bytes()).is_err(), "{line}");
        }
        assert!(read_answer(br#"{"id":1,"output":1,"error":{"kind":"a","message":"b"}}"#).is_err());
        assert!(read_answer(b"{\"id\":1,\"output\":\"\xff\"}").is_err());
    }
}
