//! Types as signatures write them, and whether a value of a case fits one.
//!
//! A type is known where it is made of the names that languages and JSON Schema give to JSON's types. Any other word may
//! mean anything, so a type that holds one is unknown, and everything fits it.

use ghostc_syntax::Value;

/// A known type: what a value may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ValueType(Vec<Alternative>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Alternative {
    Null,
    Bool,
    Integer,
    Number,
    String,
    /// A list, with the type of its items where that is known.
    List(Option<ValueType>),
    Object,
}

const STRINGS: &[&str] = &["string", "str", "&str", "text"];
const BOOLEANS: &[&str] = &["bool", "boolean"];
const NUMBERS: &[&str] = &["number", "float", "double", "f32", "f64"];
const INTEGERS: &[&str] = &[
    "int", "integer", "uint", "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32", "u64", "u128",
    "usize", "int32", "int64", "uint32", "uint64",
];
const LISTS: &[&str] = &["list", "array", "vec", "sequence"];
const OBJECTS: &[&str] = &["object", "dict", "map", "mapping", "record"];
const NULLS: &[&str] = &["null", "none", "nil", "void"];

impl ValueType {
    /// Reads a type such as `string`, `int | null`, `list<string>` or `{a: int} or error`; nothing where it is unknown.
    /// An alternative `error` says nothing of values.
    pub(crate) fn parse(text: &str) -> Option<ValueType> {
        let mut alternatives = Vec::new();
        for part in split_alternatives(text) {
            let part = part.trim().trim_matches('`').trim();
            let (part, optional) = match part.strip_suffix('?') {
                Some(part) => (part.trim_end(), true),
                None => (part, false),
            };
            if part.eq_ignore_ascii_case("error") {
                continue;
            }
            alternatives.push(alternative(part)?);
            if optional {
                alternatives.push(Alternative::Null);
            }
        }
        (!alternatives.is_empty()).then_some(ValueType(alternatives))
    }

    /// Whether a value can be of this type. Null fits every type: it is how cases write what is not there.
    pub(crate) fn admits(&self, value: &Value) -> bool {
        value.is_null() || self.0.iter().any(|alternative| alternative.admits(value))
    }

    /// Whether an object is among what it admits.
    pub(crate) fn admits_objects(&self) -> bool {
        self.0.contains(&Alternative::Object)
    }
}

impl Alternative {
    fn admits(&self, value: &Value) -> bool {
        match (self, value) {
            (Alternative::Null, Value::Null)
            | (Alternative::Bool, Value::Bool(_))
            | (Alternative::Number, Value::Number(_))
            | (Alternative::String, Value::String(_))
            | (Alternative::List(None), Value::Array(_))
            | (Alternative::Object, Value::Object(_)) => true,
            (Alternative::Integer, Value::Number(number)) => {
                number.is_integer() || number.as_f64().fract() == 0.0
            }
            (Alternative::List(Some(item)), Value::Array(items)) => {
                items.iter().all(|value| item.admits(value))
            }
            _ => false,
        }
    }
}

/// Whether a value is an object that holds an error and nothing else.
pub(crate) fn is_error_object(value: &Value) -> bool {
    let members = value.as_object().filter(|members| members.len() == 1);
    members
        .and_then(|members| members.get("error"))
        .is_some_and(|error| error.as_str().is_some() || error.as_bool().is_some())
}

/// The parts between `|` and `or` that stand in no brackets.
fn split_alternatives(text: &str) -> Vec<&str> {
    let (mut depth, mut start, mut parts) = (0usize, 0, Vec::new());
    for (at, c) in text.char_indices() {
        match c {
            '(' | '[' | '{' | '<' => depth += 1,
            ')' | ']' | '}' | '>' => depth = depth.saturating_sub(1),
            '|' if depth == 0 => {
                parts.extend(text.get(start..at));
                start = at + 1;
            }
            ' ' if depth == 0 && text.get(at..).is_some_and(|rest| rest.starts_with(" or ")) => {
                parts.extend(text.get(start..at));
                start = at + " or ".len();
            }
            _ => {}
        }
    }
    parts.extend(text.get(start..));
    parts
}

fn alternative(text: &str) -> Option<Alternative> {
    let lower = text.to_ascii_lowercase();
    let is_one_of = |names: &[&str]| names.contains(&lower.as_str());
    if text.starts_with('{') && text.ends_with('}') {
        return Some(Alternative::Object);
    }
    let inside = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    if let Some(item) = inside.or_else(|| text.strip_suffix("[]")) {
        return Some(Alternative::List(ValueType::parse(item)));
    }
    if let Some((name, rest)) = lower.split_once(['<', '['])
        && rest.ends_with(['>', ']'])
    {
        let item = text.get(name.len() + 1..text.len() - 1);
        return match name.trim() {
            name if LISTS.contains(&name) => Some(Alternative::List(item.and_then(ValueType::parse))),
            name if OBJECTS.contains(&name) => Some(Alternative::Object),
            _ => None,
        };
    }
    if LISTS.iter().any(|name| {
        lower
            .strip_prefix(name)
            .is_some_and(|rest| rest.starts_with(" of "))
    }) {
        return Some(Alternative::List(None));
    }
    match () {
        () if is_one_of(STRINGS) => Some(Alternative::String),
        () if is_one_of(BOOLEANS) => Some(Alternative::Bool),
        () if is_one_of(INTEGERS) => Some(Alternative::Integer),
        () if is_one_of(NUMBERS) => Some(Alternative::Number),
        () if is_one_of(LISTS) => Some(Alternative::List(None)),
        () if is_one_of(OBJECTS) => Some(Alternative::Object),
        () if is_one_of(NULLS) => Some(Alternative::Null),
        () => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_fit_the_types_that_signatures_name() {
        for (written, value, fits) in [
            ("string", "\"a\"", true),
            ("string", "{\"a\":1}", false),
            ("string", "1", false),
            ("String?", "null", true),
            ("`string` | error", "{\"error\":\"x\"}", false),
            ("string or null", "1", false),
            ("int", "1", true),
            ("int", "1.0", true),
            ("int", "1.5", false),
            ("number", "1.5", true),
            ("number", "\"1.5\"", false),
            ("bool", "1", false),
            ("string[]", "[\"a\"]", true),
            ("string[]", "[1]", false),
            ("[int]", "\"a\"", false),
            ("list<list<int>>", "[[1],[2.5]]", false),
            ("list of durations", "[1]", true),
            ("list of durations", "{}", false),
            ("Map<string, int>", "[]", false),
            ("{ok: bool}", "{}", true),
            ("int | string", "\"a\"", true),
        ] {
            let kind = ValueType::parse(written).expect(written);
            assert_eq!(
                kind.admits(&Value::from_json(value).expect(value)),
                fits,
                "{written} {value}"
            );
        }
    }

    #[test]
    fn words_that_may_mean_anything_make_a_type_unknown() {
        for written in [
            "Duration",
            "text in ISO form",
            "string | Version",
            "T",
            "",
            "error",
            "Option<int>",
        ] {
            assert_eq!(ValueType::parse(written), None, "{written}");
        }
    }
}
