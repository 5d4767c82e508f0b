//! The variables of a scenario, and texts and data that are filled with them.

use super::Surroundings;
use ghostc_syntax::script::text::Text;
use ghostc_syntax::script::{Data, HttpBody};
use ghostc_syntax::value::{Number, Value};
use ghostc_syntax::{FileId, Span};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// How long a new word is.
const WORD: usize = 10;

/// The variables of a scenario.
#[derive(Clone, Debug)]
pub(super) struct Variables {
    /// Those of its row, and what was captured.
    known: BTreeMap<String, Value>,
    around: Surroundings,
}

impl Variables {
    pub(super) fn new(row: &BTreeMap<String, Value>, around: Surroundings) -> Variables {
        let mut variables = Variables {
            known: BTreeMap::new(),
            around,
        };
        // What stands in a row may hold what every scenario has; of one variable more it is text as it is.
        let known = row
            .iter()
            .map(|(name, value)| (name.clone(), variables.in_row(value)));
        variables.known = known.collect();
        variables
    }

    fn in_row(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => {
                let written = Text::parse(text, Span::start_of(FileId(0)));
                let filled = written.fill(|name| self.get(name));
                Value::String(filled.unwrap_or_else(|_| text.clone()))
            }
            Value::Array(items) => Value::Array(items.iter().map(|item| self.in_row(item)).collect()),
            Value::Object(members) => {
                let members = members
                    .iter()
                    .map(|(name, member)| (name.clone(), self.in_row(member)));
                Value::Object(members.collect())
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
        }
    }

    /// The value of a variable: what was captured or is in the row, and what every scenario has.
    pub(super) fn get(&self, name: &str) -> Option<Cow<'_, Value>> {
        if let Some(value) = self.known.get(name) {
            return Some(Cow::Borrowed(value));
        }
        let text = match name.split_once('.') {
            Some(("fakes", fake)) => self.around.fakes.get(fake)?.clone(),
            Some(("word", word)) => new_word(self.around.seed, word),
            Some(_) | None => (name == "dir").then(|| self.around.folder.clone())?,
        };
        Some(Cow::Owned(Value::String(text)))
    }

    pub(super) fn set(&mut self, captures: Vec<(String, Value)>) {
        self.known.extend(captures);
    }

    /// A text with the values of its variables.
    ///
    /// # Errors
    /// Says which variable has no value.
    pub(super) fn text(&self, text: &Text) -> Result<String, String> {
        text.fill(|name| self.get(name)).map_err(without_value)
    }

    /// Data with the values of its variables.
    ///
    /// # Errors
    /// Says which variable has no value.
    pub(super) fn value(&self, data: &Data) -> Result<Value, String> {
        Ok(match data {
            Data::Value(value) => value.clone(),
            Data::Text(text) => match text.as_variable() {
                Some(name) => self
                    .get(name)
                    .ok_or_else(|| without_value(name.into()))?
                    .into_owned(),
                None => Value::String(self.text(text)?),
            },
            Data::List(items) => Value::Array(
                items
                    .iter()
                    .map(|item| self.value(item))
                    .collect::<Result<_, _>>()?,
            ),
            Data::Object(members) => {
                let members = members
                    .iter()
                    .map(|(name, item)| Ok((name.clone(), self.value(item)?)));
                Value::Object(members.collect::<Result<_, String>>()?)
            }
            Data::Milliseconds(lapse) => milliseconds(lapse.micros(self.around.t)),
        })
    }

    /// Data as the content of a file, an input or an answer: a text as it is, and everything else as JSON.
    ///
    /// # Errors
    /// Says which variable has no value.
    pub(super) fn content(&self, data: &Data) -> Result<String, String> {
        let value = self.value(data)?;
        Ok(value.as_str().map_or_else(|| json(&value), str::to_string))
    }

    /// The body of a request or an answer, and whether it is JSON.
    ///
    /// # Errors
    /// Says which variable has no value.
    pub(super) fn body(&self, body: &HttpBody) -> Result<(String, bool), String> {
        match body {
            HttpBody::Json(data) => Ok((json(&self.value(data)?), true)),
            HttpBody::Text(text) => Ok((self.text(text)?, false)),
        }
    }

    /// How many milliseconds `t` has.
    pub(super) fn t(&self) -> u64 {
        self.around.t
    }

    /// A text as an expectation would have it: what differs from run to run stands by its name or as a gap.
    pub(super) fn as_expected(&self, text: &str) -> String {
        self.named(&text.replace('$', "$$"))
            .replace("127.0.0.1:PORT", "127.0.0.1:[..]")
    }

    /// A text in which what differs from run to run stands by its name.
    pub(super) fn named(&self, text: &str) -> String {
        let words = self
            .around
            .fakes
            .iter()
            .map(|(name, at)| (at, format!("$fakes.{name}")));
        let mut names: Vec<(String, String)> = words.map(|(at, name)| (at.clone(), name)).collect();
        names.push((self.around.folder.clone(), "$dir".to_string()));
        names.sort_by_key(|(at, _)| std::cmp::Reverse(at.len()));
        let mut text = text.to_string();
        for (value, name) in names.iter().filter(|(value, _)| !value.is_empty()) {
            text = text.replace(value, name);
        }
        without_ports(&text)
    }
}

/// The text without the ports of this machine.
fn without_ports(text: &str) -> String {
    const HOST: &str = "127.0.0.1:";
    let mut parts = text.split(HOST);
    let mut out = parts.next().unwrap_or_default().to_string();
    for part in parts {
        let rest = part.trim_start_matches(|c: char| c.is_ascii_digit());
        let port = if rest.len() < part.len() { "PORT" } else { "" };
        out.extend([HOST, port, rest]);
    }
    out
}

fn without_value(name: String) -> String {
    format!("`${name}` has no value")
}

/// JSON text on one line.
pub(super) fn json(value: &Value) -> String {
    let mut text = String::new();
    value.write_json(&mut text);
    text
}

/// Microseconds as a number of milliseconds.
fn milliseconds(micros: u64) -> Value {
    let text = if micros.is_multiple_of(1000) {
        (micros / 1000).to_string()
    } else {
        format!("{}.{:03}", micros / 1000, micros % 1000)
    };
    Number::from_decimal(&text).map_or(Value::Null, Value::Number)
}

/// A word that nobody knows before: small letters, of a seed and its name (FNV-1a, stirred as in SplitMix64).
fn new_word(seed: u64, name: &str) -> String {
    let mut state = name.bytes().fold(seed ^ 0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let mut letter = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let index = u8::try_from((mixed >> 32) % 26).unwrap_or_default();
        char::from(b'a' + index)
    };
    (0..WORD).map(|_| letter()).collect()
}
