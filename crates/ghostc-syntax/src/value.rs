//! The values of cases and of YAML files: JSON whose numbers are kept as they were written.
//!
//! `serde_json` rounds what fits neither 64 bits nor a double, unless a feature makes every number of the program a
//! string, with another equality and other serialized forms. So cases have a type of their own; everything that is no
//! case (reports, locks, recordings) stays with `serde_json`.

mod equality;
mod json;
mod normal;
mod number;

pub use equality::{Precision, equal};
pub use normal::{EqualityRules, Replacement};
pub use number::Number;

use serde::{Serialize, Serializer};
use std::borrow::Cow;
use std::fmt;

/// The members of an object, by name, in the order in which they are written. Two are equal in any order.
pub type Map = indexmap::IndexMap<String, Value>;

/// A JSON value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Value {
    /// `null`
    #[default]
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number of any size and precision.
    Number(Number),
    /// A text.
    String(String),
    /// A list.
    Array(Vec<Value>),
    /// An object.
    Object(Map),
}

impl Value {
    /// Reads JSON text (RFC 8259); nothing where it is anything else, or nests deeper than 128 levels.
    pub fn from_json(text: &str) -> Option<Value> {
        json::parse(text)
    }

    /// Appends the value as compact JSON.
    pub fn write_json(&self, out: &mut String) {
        json::write(self, out);
    }

    /// The same with the members of every object in the order of their names.
    pub fn sorted(&self) -> Cow<'_, Value> {
        if self.is_sorted() {
            return Cow::Borrowed(self);
        }
        Cow::Owned(match self {
            Value::Array(items) => {
                Value::Array(items.iter().map(|item| item.sorted().into_owned()).collect())
            }
            Value::Object(members) => {
                let sorted = members
                    .iter()
                    .map(|(name, item)| (name.clone(), item.sorted().into_owned()));
                let mut sorted: Map = sorted.collect();
                sorted.sort_unstable_keys();
                Value::Object(sorted)
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => self.clone(),
        })
    }

    fn is_sorted(&self) -> bool {
        match self {
            Value::Array(items) => items.iter().all(Value::is_sorted),
            Value::Object(members) => members.keys().is_sorted() && members.values().all(Value::is_sorted),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => true,
        }
    }

    /// The boolean, of a boolean.
    pub fn as_bool(&self) -> Option<bool> {
        if let Value::Bool(value) = self {
            Some(*value)
        } else {
            None
        }
    }

    /// The number, of a number.
    pub fn as_number(&self) -> Option<&Number> {
        if let Value::Number(number) = self {
            Some(number)
        } else {
            None
        }
    }

    /// The integer, of a number that is written as one from 0 to 2^64 - 1.
    pub fn as_u64(&self) -> Option<u64> {
        self.as_number()?.text().parse().ok()
    }

    /// The nearest double, of a number.
    pub fn as_f64(&self) -> Option<f64> {
        self.as_number().map(Number::as_f64)
    }

    /// The text, of a string.
    pub fn as_str(&self) -> Option<&str> {
        if let Value::String(text) = self {
            Some(text)
        } else {
            None
        }
    }

    /// The items, of a list.
    pub fn as_array(&self) -> Option<&[Value]> {
        if let Value::Array(items) = self {
            Some(items)
        } else {
            None
        }
    }

    /// The members, of an object.
    pub fn as_object(&self) -> Option<&Map> {
        if let Value::Object(members) = self {
            Some(members)
        } else {
            None
        }
    }

    /// Whether it is `null`.
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    /// What kind of value it is, for messages.
    pub fn kind(&self) -> &'static str {
        match self {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::String(_) => "a string",
            Value::Array(_) => "a list",
            Value::Object(_) => "an object",
        }
    }

    /// Calls a function with each number in the value, in its order.
    pub fn each_number<'v>(&'v self, visit: &mut impl FnMut(&'v Number)) {
        match self {
            Value::Number(number) => visit(number),
            Value::Array(items) => items.iter().for_each(|item| item.each_number(visit)),
            Value::Object(members) => members.values().for_each(|item| item.each_number(visit)),
            Value::Null | Value::Bool(_) | Value::String(_) => {}
        }
    }
}

/// Compact JSON.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        self.write_json(&mut text);
        f.write_str(&text)
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Value::Null => serializer.serialize_unit(),
            Value::Bool(value) => serializer.serialize_bool(*value),
            Value::Number(number) => number.serialize(serializer),
            Value::String(text) => serializer.serialize_str(text),
            Value::Array(items) => serializer.collect_seq(items),
            Value::Object(members) => serializer.collect_map(members),
        }
    }
}

impl From<serde_json::Value> for Value {
    fn from(value: serde_json::Value) -> Value {
        match value {
            serde_json::Value::Null => Value::Null,
            serde_json::Value::Bool(value) => Value::Bool(value),
            serde_json::Value::Number(number) => Value::Number(Number::from(number)),
            serde_json::Value::String(text) => Value::String(text),
            serde_json::Value::Array(items) => Value::Array(items.into_iter().map(Value::from).collect()),
            serde_json::Value::Object(members) => {
                let members = members.into_iter();
                Value::Object(members.map(|(name, value)| (name, value.into())).collect())
            }
        }
    }
}

#[cfg(test)]
mod tests;
