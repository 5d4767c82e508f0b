//! Templates: minijinja with strict undefined values, whose errors become diagnostics. The one user of `minijinja`.

mod expression;

use crate::codes;
pub use expression::{DataValue, Expression, NOT_JSON, Names, check_template, fill_template};
use ghostc_syntax::{Diagnostic, Number, Severity, Source, Sources, Span, Value as CaseValue};
use indexmap::IndexMap;
use minijinja::value::{Enumerator, Object, ObjectRepr, Serde, ValueKind};
use minijinja::{Environment, Error, ErrorKind, UndefinedBehavior, Value};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A set of named templates, compiled once.
pub struct Templates {
    environment: Environment<'static>,
    texts: BTreeMap<String, String>,
}

/// The variables of templates, made once for all that are rendered with them.
pub struct Context(Value);

impl Context {
    /// The fields of a value.
    pub fn new(fields: &impl Serialize) -> Context {
        Context(Value::from(Serde(fields)))
    }
}

/// A value of a case as templates see it: numbers that neither 128 bits nor a double hold are objects that print as their
/// digits.
#[derive(Clone, Debug, Serialize)]
pub struct TemplateValue(Value);

impl From<&CaseValue> for TemplateValue {
    fn from(value: &CaseValue) -> TemplateValue {
        TemplateValue(template_value(value))
    }
}

fn template_value(value: &CaseValue) -> Value {
    engine_value(value, &template_number)
}

fn engine_value(value: &CaseValue, number: &impl Fn(&Number) -> Value) -> Value {
    match value {
        CaseValue::Null => Value::from(()),
        CaseValue::Bool(value) => Value::from(*value),
        CaseValue::Number(written) => number(written),
        CaseValue::String(text) => Value::from(text.as_str()),
        CaseValue::Array(items) => {
            let items = items.iter().map(|item| engine_value(item, number));
            Value::from(items.collect::<Vec<_>>())
        }
        CaseValue::Object(members) => {
            let members = members.iter();
            let members = members.map(|(name, value)| (name.clone(), engine_value(value, number)));
            Value::from_object(OrderedMembers(members.collect()))
        }
    }
}

/// The members of an object in the order in which they are written, which the engine's own maps forget.
#[derive(Debug)]
struct OrderedMembers(IndexMap<String, Value>);

impl Object for OrderedMembers {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.0.get(key.as_str()?).cloned()
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Values(self.0.keys().map(|name| Value::from(name.as_str())).collect())
    }
}

fn template_number(number: &Number) -> Value {
    let text = number.text();
    if let Some(small) = number.as_i64() {
        return Value::from(small);
    }
    if let Ok(large) = text.parse::<i128>() {
        return Value::from(large);
    }
    let double = number.as_f64();
    if Number::from(double) == *number {
        return Value::from(double);
    }
    Value::from_object(WrittenNumber(text.into_owned()))
}

/// A number as it was written.
#[derive(Debug)]
struct WrittenNumber(String);

impl Object for WrittenNumber {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn render(self: &Arc<Self>, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// The number of a value that is kept as it was written.
fn written(value: &Value) -> Option<Number> {
    let written = value.downcast_object_ref::<WrittenNumber>()?;
    Number::from_decimal(&written.0)
}

/// What is wrong with a template, with the text it is wrong in, so that it can be shown.
#[derive(Debug)]
pub struct TemplateError {
    /// The one text that the finding is about.
    pub sources: Sources,
    /// The finding.
    pub diagnostic: Box<Diagnostic>,
}

impl TemplateError {
    /// A finding about a whole file.
    pub fn about(path: &str, text: &str, make: impl FnOnce(Span) -> Diagnostic) -> TemplateError {
        let mut sources = Sources::default();
        let file = sources.add(Source::new(path, text));
        TemplateError {
            sources,
            diagnostic: Box::new(make(Span::start_of(file))),
        }
    }

    /// The same finding about a part of a larger file, where the part stands in it as it is.
    pub fn inside(mut self, path: &str, whole: &str, part: &str) -> TemplateError {
        let mut sources = Sources::default();
        let file = sources.add(Source::new(path, whole));
        let span = self.diagnostic.span;
        self.diagnostic.span = match whole.find(part) {
            Some(at) => Span::new(file, at + span.start as usize, at + span.end as usize),
            None => Span::start_of(file),
        };
        TemplateError { sources, ..self }
    }

    /// The finding as people read it.
    pub fn render(&self, style: ghostc_syntax::render::Style) -> String {
        debug_assert_eq!(self.diagnostic.severity, Severity::Error);
        ghostc_syntax::render::render(&self.diagnostic, &self.sources, style)
    }
}

impl std::fmt::Display for TemplateError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&ghostc_syntax::render::line(&self.diagnostic, &self.sources))
    }
}

impl std::error::Error for TemplateError {}

impl Templates {
    /// Compiles templates by path; the path is what errors name.
    pub fn new(texts: BTreeMap<String, String>) -> Result<Templates, TemplateError> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        let mut syntax = minijinja::syntax::SyntaxConfig::builder();
        syntax
            .trim_blocks(true)
            .lstrip_blocks(true)
            .keep_trailing_newline(true);
        environment.set_syntax(syntax.build().expect("the default delimiters are sound"));
        environment.add_filter("json", |value: Value| to_json(&value));
        environment.add_filter("quote", |text: &str| to_json(&Value::from(text)));
        environment.add_filter("longest_run", longest_run);
        environment.add_test("beyond", is_beyond);
        for (path, text) in &texts {
            environment
                .add_template_owned(path.clone(), text.clone())
                .map_err(|error| located(&error, path, text))?;
        }
        Ok(Templates { environment, texts })
    }

    /// Whether there is a template of a path.
    pub fn contains(&self, path: &str) -> bool {
        self.texts.contains_key(path)
    }

    /// Renders one template.
    pub fn render(&self, path: &str, context: &Context) -> Result<String, TemplateError> {
        let text = self.texts.get(path).map_or("", String::as_str);
        let template = self
            .environment
            .get_template(path)
            .map_err(|error| located(&error, path, text))?;
        template.render(context.0.clone()).map_err(|error| {
            let path = error.name().unwrap_or(path);
            located(&error, path, self.texts.get(path).map_or(text, String::as_str))
        })
    }
}

/// Renders a short template that stands inside another file, such as a path in `target.yaml`.
pub fn render_text(text: &str, at: &str, context: &Context) -> Result<String, TemplateError> {
    let templates = Templates::new(BTreeMap::from([(at.to_string(), text.to_string())]))?;
    templates.render(at, context)
}

fn located(error: &Error, path: &str, text: &str) -> TemplateError {
    let mut sources = Sources::default();
    let file = sources.add(Source::new(path, text));
    let line_start = || {
        let line = error.line().unwrap_or(1).saturating_sub(1);
        text.split_inclusive('\n').take(line).map(str::len).sum::<usize>()
    };
    let range = error.range().unwrap_or_else(|| line_start()..line_start());
    let mut span = Span::new(file, range.start, range.end);
    let said = error.detail().unwrap_or_default().replace('\'', "`");
    let kind = error.kind();
    let diagnostic = if kind == ErrorKind::UndefinedError {
        // The range of `a.b.c` may start at `.b`.
        let before = text.get(..range.start).unwrap_or_default();
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
        if sources.slice(span).starts_with('.') {
            span = Span::new(file, before.trim_end_matches(is_part).len(), range.end);
        }
        let name = sources.slice(span).trim();
        let message = match name {
            "" => "an unknown variable".to_string(),
            name => format!("no variable `{name}` here"),
        };
        Diagnostic::new(codes::UNKNOWN_VARIABLE, span, message)
            .help("See the variables of templates in the architecture page.")
    } else if kind == ErrorKind::UnknownFilter || kind == ErrorKind::UnknownTest {
        let what = if kind == ErrorKind::UnknownFilter {
            "filter"
        } else {
            "test"
        };
        let message = format!("no {what} is named `{}`", sources.slice(span).trim());
        Diagnostic::new(codes::INVALID_TEMPLATE, span, message)
    } else if said.is_empty() {
        Diagnostic::new(codes::INVALID_TEMPLATE, span, kind.to_string())
    } else {
        Diagnostic::new(codes::INVALID_TEMPLATE, span, format!("{kind}: {said}"))
    };
    TemplateError {
        sources,
        diagnostic: Box::new(diagnostic),
    }
}

/// Whether a value is an integer whose distance from zero is larger than a limit.
fn is_beyond(value: &Value, limit: u64) -> bool {
    if let Some(number) = value.downcast_object_ref::<WrittenNumber>() {
        // What is written with digits alone and is no integer of 128 bits is beyond every limit.
        return !number.0.contains(['.', 'e', 'E']);
    }
    value.is_integer()
        && i128::try_from(value.clone()).is_ok_and(|number| number.unsigned_abs() > u128::from(limit))
}

fn to_json(value: &Value) -> Result<String, Error> {
    let mut out = String::new();
    write_json(value, &mut out)?;
    Ok(out)
}

/// Appends a value as compact JSON, with numbers as they were written.
fn write_json(value: &Value, out: &mut String) -> Result<(), Error> {
    if let Some(number) = value.downcast_object_ref::<WrittenNumber>() {
        out.push_str(&number.0);
        return Ok(());
    }
    let kind = value.kind();
    if matches!(kind, ValueKind::Seq | ValueKind::Iterable) {
        out.push('[');
        for (at, item) in value.try_iter()?.enumerate() {
            out.push_str(if at > 0 { "," } else { "" });
            write_json(&item, out)?;
        }
        out.push(']');
    } else if kind == ValueKind::Map {
        out.push('{');
        for (at, key) in value.try_iter()?.enumerate() {
            out.push_str(if at > 0 { "," } else { "" });
            let name = key.as_str().map_or_else(|| key.to_string(), str::to_string);
            out.push_str(&scalar_json(&Value::from(name))?);
            out.push(':');
            write_json(&value.get_item(&key)?, out)?;
        }
        out.push('}');
    } else {
        out.push_str(&scalar_json(value)?);
    }
    Ok(())
}

fn scalar_json(value: &Value) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|error| Error::new(ErrorKind::InvalidOperation, error.to_string()))
}

/// The length of the longest run of a character in a text.
fn longest_run(text: &str, wanted: &str) -> usize {
    let mut longest = 0;
    let mut run = 0;
    for c in text.chars() {
        run = if wanted.contains(c) { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn failure(text: &str) -> TemplateError {
        render_text(text, "t.jinja", &Context::new(&json!({"a": 1}))).expect_err("a wrong template")
    }

    #[test]
    fn mistakes_in_templates_are_located() {
        let error = failure("x\n{{ a }} {{ missing }}\n");
        assert_eq!(error.diagnostic.code.name, "unknown-variable");
        assert_eq!(error.sources.slice(error.diagnostic.span), "missing");
        assert_eq!(failure("x\n{% if %}\n").diagnostic.code.name, "invalid-template");
        assert_eq!(
            failure("{{ a|nofilter }}").diagnostic.code.name,
            "invalid-template"
        );
    }

    #[test]
    fn filters_give_json_and_fences() {
        let text = render_text(
            "{{ a|json }} {{ b|quote }} {{ b|longest_run('#') }}",
            "t",
            &Context::new(&json!({"a": {"x": [1, "é"]}, "b": "a##\"#"})),
        )
        .expect("sound");
        assert_eq!(text, r##"{"x":[1,"é"]} "a##\"#" 2"##);
    }
}
