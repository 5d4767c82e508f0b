//! Steps: a case of an object is a list of calls in order, each with what it gives.
//!
//! Here is what a step means once its names are resolved; how steps are written is `steps.rs`'.

use super::Expectation;
use crate::value::{Map, Value};
use std::sync::Arc;

/// The key of a mapping that stands for an object: `{ $object: s }`.
pub const OBJECT: &str = "$object";

/// One step of a case.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// The operation that it calls, by its name in the spec: of an object, what makes one, or a method.
    pub operation: String,
    /// What the operation is called on.
    pub receiver: Receiver,
    /// The arguments by parameter name; objects among them are `{ $object: name }`.
    pub input: Arc<Value>,
    /// What must come out.
    pub expect: Expectation,
    /// The absolute tolerance for every float in the output.
    pub approx: Option<f64>,
    /// Whether integers and floats are told apart in the output.
    pub exact: bool,
    /// A regular expression that a string output must match.
    pub matches: Option<String>,
    /// The name that the resulting object gets.
    pub keep: Option<String>,
    /// The objects that are gone afterwards.
    pub consumes: Vec<String>,
}

/// What an operation is called on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Receiver {
    /// Nothing: it makes an object.
    New,
    /// The object of a name.
    Object(String),
    /// Nothing: it is a function, or belongs to a class and not to one object.
    Nothing,
}

impl Step {
    /// What is called, as its case writes it: `new Stack`, `s.push`, `merge`.
    pub fn called(&self) -> String {
        match &self.receiver {
            Receiver::New => format!("new {}", self.operation),
            Receiver::Object(name) => {
                let method = self.operation.rsplit('.').next().unwrap_or(&self.operation);
                format!("{name}.{method}")
            }
            Receiver::Nothing => self.operation.clone(),
        }
    }

    /// The step as its case writes it.
    pub fn to_value(&self) -> Value {
        let text = |text: &str| Value::String(text.to_string());
        let mut step = Map::new();
        match &self.receiver {
            Receiver::New => step.insert("new".into(), text(&self.operation)),
            Receiver::Object(_) | Receiver::Nothing => step.insert("call".into(), text(&self.called())),
        };
        if self.input.as_object().is_none_or(|input| !input.is_empty()) {
            step.insert("input".into(), (*self.input).clone());
        }
        match &self.expect {
            Expectation::Output(value) => step.insert("output".into(), value.clone()),
            Expectation::AnyOf(values) => step.insert("any_of".into(), Value::Array(values.clone())),
            Expectation::Error => step.insert("error".into(), Value::Bool(true)),
            Expectation::ErrorWith(part) => step.insert("error".into(), text(part)),
            Expectation::Pattern | Expectation::Anything | Expectation::Steps(_) => None,
        };
        if let Some(pattern) = &self.matches {
            step.insert("matches".into(), text(pattern));
        }
        if let Some(approx) = self.approx {
            step.insert("approx".into(), Value::from(serde_json::json!(approx)));
        }
        if self.exact {
            step.insert("exact".into(), Value::Bool(true));
        }
        if let Some(name) = &self.keep {
            step.insert("as".into(), text(name));
        }
        if !self.consumes.is_empty() {
            let names = self.consumes.iter().map(|name| text(name));
            step.insert("consumes".into(), Value::Array(names.collect()));
        }
        Value::Object(step)
    }
}

/// The name of the object that a value stands for.
pub fn object_name(value: &Value) -> Option<&str> {
    let members = value.as_object().filter(|members| members.len() == 1)?;
    members.get(OBJECT)?.as_str()
}

/// Visits the name of each object that a value holds; of a mapping that names an object and says more, nothing.
pub fn each_object<'v>(value: &'v Value, visit: &mut impl FnMut(Option<&'v str>)) {
    match value {
        Value::Object(members) if members.contains_key(OBJECT) => visit(object_name(value)),
        Value::Object(members) => members.values().for_each(|value| each_object(value, visit)),
        Value::Array(items) => items.iter().for_each(|value| each_object(value, visit)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_written_as_it_was_read() {
        let step = Step {
            operation: "Stack.merge".into(),
            receiver: Receiver::Object("s".into()),
            input: Arc::new(Value::from(serde_json::json!({"other": {"$object": "t"}}))),
            expect: Expectation::Anything,
            approx: None,
            exact: false,
            matches: None,
            keep: Some("both".into()),
            consumes: vec!["t".into()],
        };
        assert_eq!(step.called(), "s.merge");
        assert_eq!(
            step.to_value().to_string(),
            r#"{"call":"s.merge","input":{"other":{"$object":"t"}},"as":"both","consumes":["t"]}"#
        );
        let mut names = Vec::new();
        each_object(&step.input, &mut |name| names.push(name));
        assert_eq!(names, [Some("t")]);
    }
}
