//! Expressions and short templates over data: the formulas of case mappings. What is not there is undefined, never an error.

use super::{OrderedMembers, engine_value, template_number, to_json};
use ghostc_syntax::value::Map;
use ghostc_syntax::yaml::{Content, Node};
use ghostc_syntax::{Number, Value as CaseValue};
use minijinja::value::{Enumerator, Object, ValueKind};
use minijinja::{Environment, Error, ErrorKind, UndefinedBehavior, Value};
use regex_lite::Regex;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

/// A value as expressions see it.
#[derive(Clone, Debug)]
pub struct DataValue(Value);

impl DataValue {
    /// What is not there.
    pub const UNDEFINED: DataValue = DataValue(Value::UNDEFINED);

    /// A text.
    pub fn text(text: &str) -> DataValue {
        DataValue(Value::from(text))
    }

    /// A place in a list.
    pub fn index(at: usize) -> DataValue {
        DataValue(Value::from(at))
    }

    /// A list.
    pub fn list(items: impl IntoIterator<Item = DataValue>) -> DataValue {
        DataValue(Value::from(
            items.into_iter().map(|item| item.0).collect::<Vec<_>>(),
        ))
    }

    /// An object; its members keep their order.
    pub fn object(members: impl IntoIterator<Item = (String, DataValue)>) -> DataValue {
        let members = members.into_iter().map(|(name, value)| (name, value.0));
        DataValue(Value::from_object(OrderedMembers(members.collect())))
    }

    /// The value of a tree.
    pub fn of_node(node: &Node) -> DataValue {
        match &node.value {
            Content::Scalar(value) => DataValue(data_value(value)),
            Content::List(items) => DataValue::list(items.iter().map(DataValue::of_node)),
            Content::Map(entries) => {
                let members = entries.iter();
                DataValue::object(members.map(|entry| (entry.key.clone(), DataValue::of_node(&entry.value))))
            }
        }
    }

    /// Whether it is not there.
    pub fn is_undefined(&self) -> bool {
        self.0.is_undefined()
    }

    /// Whether it counts as yes.
    pub fn is_true(&self) -> bool {
        self.0.is_true()
    }

    /// The text, of a text.
    pub fn as_str(&self) -> Option<&str> {
        self.0.as_str()
    }

    /// The boolean, of a boolean.
    pub fn as_bool(&self) -> Option<bool> {
        (self.0.kind() == ValueKind::Bool).then(|| self.0.is_true())
    }

    /// A member of an object or an item of a list; undefined where there is none.
    pub fn get(&self, key: &DataValue) -> DataValue {
        let found = self.0.get_item(&key.0).ok();
        DataValue(found.unwrap_or(Value::UNDEFINED))
    }

    /// The items of a list with their places, or the members of an object with their names; nothing for another value.
    pub fn entries(&self) -> Option<Vec<(DataValue, DataValue)>> {
        let is_object = self.0.kind() == ValueKind::Map;
        if !is_object && !matches!(self.0.kind(), ValueKind::Seq | ValueKind::Iterable) {
            return None;
        }
        let items = self.0.try_iter().ok()?.enumerate();
        let entries = items.map(|(at, item)| {
            if is_object {
                let value = self.0.get_item(&item).unwrap_or(Value::UNDEFINED);
                (DataValue(item), DataValue(value))
            } else {
                (DataValue::index(at), DataValue(item))
            }
        });
        Some(entries.collect())
    }

    /// The value as JSON. What no JSON says is told: the name of its kind.
    #[allow(clippy::wildcard_enum_match_arm, reason = "the enum of kinds is open")]
    pub fn to_value(&self) -> Result<CaseValue, String> {
        if let Some(number) = super::written(&self.0) {
            return Ok(CaseValue::Number(number));
        }
        match self.0.kind() {
            ValueKind::None => Ok(CaseValue::Null),
            ValueKind::Bool => Ok(CaseValue::Bool(self.0.is_true())),
            ValueKind::Number => Ok(number(&self.0)),
            ValueKind::String => Ok(CaseValue::String(self.0.as_str().unwrap_or_default().to_string())),
            ValueKind::Seq | ValueKind::Iterable | ValueKind::Map => {
                let entries = self.entries().unwrap_or_default().into_iter();
                if self.0.kind() == ValueKind::Map {
                    let members = entries.map(|(name, value)| Ok((name.0.to_string(), value.to_value()?)));
                    return Ok(CaseValue::Object(members.collect::<Result<Map, String>>()?));
                }
                let items = entries.map(|(_, item)| item.to_value());
                Ok(CaseValue::Array(items.collect::<Result<_, _>>()?))
            }
            kind => Err(format!("a value that is {kind}")),
        }
    }

    /// The value as a text: a text as it is, anything else as JSON.
    pub fn to_text(&self) -> String {
        match self.0.as_str() {
            Some(text) => text.to_string(),
            None => to_json(&self.0).unwrap_or_default(),
        }
    }
}

impl From<&CaseValue> for DataValue {
    fn from(value: &CaseValue) -> DataValue {
        DataValue(data_value(value))
    }
}

/// A value that can be reckoned with: what a double holds is one, however it is written.
fn data_value(value: &CaseValue) -> Value {
    engine_value(value, &|number| {
        let double = number.as_f64();
        if !number.is_integer() && Number::from(double).is_same_number(number) {
            return Value::from(double);
        }
        template_number(number)
    })
}

/// A number; doubles that JSON has no form for are their names.
fn number(value: &Value) -> CaseValue {
    if let (true, Ok(integer)) = (value.is_integer(), i128::try_from(value.clone())) {
        let number = Number::from_decimal(&integer.to_string());
        return number.map_or(CaseValue::Null, CaseValue::Number);
    }
    let double = f64::try_from(value.clone()).unwrap_or(f64::NAN);
    if double.is_finite() {
        return CaseValue::Number(Number::from(double));
    }
    CaseValue::String(double.to_string())
}

/// The names that an expression may use.
#[derive(Debug)]
pub struct Names(Value);

impl Names {
    /// These names with their values.
    pub fn new(names: BTreeMap<String, DataValue>) -> Names {
        Names(Value::from_object(NamedValues(names)))
    }
}

#[derive(Debug)]
struct NamedValues(BTreeMap<String, DataValue>);

impl Object for NamedValues {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.0.get(key.as_str()?).map(|value| value.0.clone())
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Values(self.0.keys().map(|name| Value::from(name.as_str())).collect())
    }
}

/// An expression, compiled once.
pub struct Expression(minijinja::Expression<'static, 'static>);

impl std::fmt::Debug for Expression {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Expression")
    }
}

impl Expression {
    /// Compiles an expression; what is wrong with it is a phrase.
    pub fn compile(text: &str) -> Result<Expression, String> {
        let compiled = environment().compile_expression_owned(text.to_string());
        compiled.map(Expression).map_err(|error| phrase(&error))
    }

    /// Its value; undefined where a name in it is.
    pub fn evaluate(&self, names: &Names) -> Result<DataValue, String> {
        defined(self.0.eval(names.0.clone())).map(DataValue)
    }
}

/// What is wrong with a template that [`fill_template`] is to render.
pub fn check_template(text: &str) -> Result<(), String> {
    let template = environment().template_from_str(text);
    template.map(|_| ()).map_err(|error| phrase(&error))
}

/// Renders a short template. What is undefined is an empty text.
pub fn fill_template(text: &str, names: &Names) -> Result<String, String> {
    // Most are a name, or plain text.
    if !text.contains(['{', '}']) {
        return Ok(text.to_string());
    }
    let rendered = environment().render_str(text, names.0.clone());
    rendered.map_err(|error| phrase(&error))
}

fn defined(value: Result<Value, Error>) -> Result<Value, String> {
    match value {
        Ok(value) => Ok(value),
        Err(error) if error.kind() == ErrorKind::UndefinedError => Ok(Value::UNDEFINED),
        Err(error) => Err(phrase(&error)),
    }
}

fn phrase(error: &Error) -> String {
    let kind = error.kind().to_string();
    let detail = error.detail().unwrap_or_default().replace('\'', "`");
    if detail.is_empty() { kind } else { detail }
}

fn environment() -> &'static Environment<'static> {
    static ENVIRONMENT: OnceLock<Environment<'static>> = OnceLock::new();
    ENVIRONMENT.get_or_init(|| {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Chainable);
        environment.add_filter("json", read_json);
        environment.add_filter("json_stream", read_json_stream);
        environment.add_filter("resub", replace_pattern);
        environment.add_filter("fill", fill_placeholders);
        environment
    })
}

fn wrong(message: String) -> Error {
    Error::new(ErrorKind::InvalidOperation, message)
}

/// The value that a text of JSON says; of any other value its JSON text.
fn read_json(value: Value) -> Result<Value, Error> {
    match value.as_str() {
        Some(text) => match CaseValue::from_json(text) {
            Some(value) => Ok(data_value(&value)),
            None => Err(wrong(NOT_JSON.to_string())),
        },
        None => to_json(&value).map(Value::from),
    }
}

/// What filters say of a text that is no JSON; a case that it stands in is not judged.
pub const NOT_JSON: &str = "a text that is no JSON";

/// The values of JSON that stand one behind the other in a text.
fn read_json_stream(text: &str) -> Result<Vec<Value>, Error> {
    let values = serde_json::Deserializer::from_str(text).into_iter::<Box<serde_json::value::RawValue>>();
    let values = values.map(|raw| {
        let value = raw.ok().and_then(|raw| CaseValue::from_json(raw.get()));
        value
            .map(|value| data_value(&value))
            .ok_or_else(|| wrong(NOT_JSON.to_string()))
    });
    values.collect()
}

/// A text with what matches a regular expression replaced; `$1` and `${name}` are groups.
fn replace_pattern(text: &str, pattern: &str, replacement: &str) -> Result<String, Error> {
    let regex = Regex::new(pattern).map_err(|error| wrong(error.to_string()))?;
    Ok(regex.replace_all(text, replacement).into_owned())
}

/// A text with the values of an object in the place of their names, which stand between marks: `<name>`.
fn fill_placeholders(
    text: &str,
    values: Value,
    open: Option<&str>,
    close: Option<&str>,
) -> Result<String, Error> {
    let (open, close) = (open.unwrap_or("<"), close.unwrap_or(">"));
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(open).filter(|_| !open.is_empty()) {
        out.push_str(before);
        let named = after.split_once(close);
        let value = named.map(|(name, _)| values.get_item(&Value::from(name.trim())));
        match (named, value) {
            (Some((_, behind)), Some(Ok(value))) if !value.is_undefined() => {
                out.push_str(&DataValue(value).to_text());
                rest = behind;
            }
            _ => {
                out.push_str(open);
                rest = after;
            }
        }
    }
    out.push_str(rest);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(expression: &str, data: &str) -> Result<String, String> {
        let data = CaseValue::from_json(data).expect("JSON");
        let names = DataValue::from(&data).entries().expect("an object").into_iter();
        let names = names.map(|(name, value)| (name.to_text(), value)).collect();
        let value = Expression::compile(expression)?.evaluate(&Names::new(names))?;
        if value.is_undefined() {
            return Ok("undefined".to_string());
        }
        value.to_value().map(|value| value.to_string())
    }

    #[test]
    fn what_is_not_there_is_undefined_and_objects_keep_their_order() {
        let data = r#"{"set": {"b": 1, "a": [2, 3.50]}, "n": 123456789012345678901234567890123456789012}"#;
        for (expression, expected) in [
            ("set", r#"{"b":1,"a":[2,3.5]}"#),
            ("set.none.deeper", "undefined"),
            ("none or 4", "4"),
            ("set.a[1]", "3.5"),
            ("set.a[7]", "undefined"),
            ("n", "123456789012345678901234567890123456789012"),
            ("set.a if set.a is sequence and set.a is not string", "[2,3.5]"),
            ("set.b if set.b is sequence", "undefined"),
            ("'nan' | float", "\"NaN\""),
        ] {
            assert_eq!(value(expression, data).as_deref(), Ok(expected), "{expression}");
        }
        assert!(value("set.", data).is_err());
        assert!(value("set | none_such", data).is_err());
    }

    #[test]
    fn filters_read_json_replace_patterns_and_fill_placeholders() {
        let data = r#"{"t": "{\"b\": 1, \"a\": 2}", "s": "1 [2] \"x\"", "row": {"start": 12, "who": "Ann"}}"#;
        for (expression, expected) in [
            ("t | json", r#"{"b":1,"a":2}"#),
            ("row | json", r#""{\"start\":12,\"who\":\"Ann\"}""#),
            ("s | json_stream", r#"[1,[2],"x"]"#),
            ("'a-b-c' | resub('-(.)', '$1$1')", r#""abbcc""#),
            (
                "'<who> eats <start> <more>' | fill(row)",
                r#""Ann eats 12 <more>""#,
            ),
            ("'{who} < 3' | fill(row, '{', '}')", r#""Ann < 3""#),
        ] {
            assert_eq!(value(expression, data).as_deref(), Ok(expected), "{expression}");
        }
        assert_eq!(value("s | json", data), Err(NOT_JSON.to_string()));
        assert!(value("s | resub('(', '')", data).is_err());
    }
}
