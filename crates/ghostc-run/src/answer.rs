//! The lines between ghostc and a driver: cases into requests, answers into observations.

use ghostc_judge::{JudgedCase, Observation};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use std::borrow::Cow;
use std::ops::Range;

/// Requests for all cases, made once, in one piece of memory; a case's id is its index, from 1.
pub(crate) struct Requests {
    text: Vec<u8>,
    ends: Vec<usize>,
}

#[derive(Serialize)]
struct Request<'a> {
    id: usize,
    op: &'a str,
    input: &'a Value,
}

impl Requests {
    /// The requests for these cases.
    pub(crate) fn new(cases: &[&JudgedCase]) -> Requests {
        let (mut text, mut ends) = (
            Vec::with_capacity(64 * cases.len()),
            Vec::with_capacity(cases.len()),
        );
        for (at, case) in cases.iter().enumerate() {
            let request = Request {
                id: at + 1,
                op: &case.operation,
                input: &case.input,
            };
            serde_json::to_writer(&mut text, &request).expect("memory takes every JSON value");
            text.push(b'\n');
            ends.push(text.len());
        }
        Requests { text, ends }
    }

    /// The requests of some cases, by index, in this order.
    pub(crate) fn of(&self, indices: &[usize]) -> Cow<'_, [u8]> {
        if indices.len() == self.ends.len() {
            return Cow::Borrowed(&self.text);
        }
        let pieces = indices
            .iter()
            .filter_map(|index| self.text.get(self.range(*index)));
        Cow::Owned(pieces.flatten().copied().collect())
    }

    fn range(&self, index: usize) -> Range<usize> {
        let end = |index: usize| self.ends.get(index).copied().unwrap_or_default();
        index.checked_sub(1).map_or(0, end)..end(index)
    }
}

#[derive(Deserialize)]
struct Answer<'a> {
    id: usize,
    #[serde(default, deserialize_with = "present")]
    output: Option<Value>,
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
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

/// The id and the observation in a line without its end; the error says what is wrong with the line.
pub(crate) fn read_answer(line: &[u8]) -> Result<(usize, Observation), String> {
    let answer: Answer<'_> =
        serde_json::from_slice(line).map_err(|error| format!("it is no answer ({error})"))?;
    let owned = |trouble: ErrorAnswer<'_>| (trouble.kind.into_owned(), trouble.message.into_owned());
    let observation = match (answer.output, answer.error, answer.crash) {
        (Some(value), None, None) => Observation::Output(value),
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
    use serde_json::json;

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
