//! A value against what it must be.

use super::elision;
use super::variables::{Variables, json};
use ghostc_syntax::Span;
use ghostc_syntax::script::Data;
use ghostc_syntax::script::pattern::{JsonType, Pattern, PatternKind};
use ghostc_syntax::script::text::Text;
use ghostc_syntax::value::{Precision, Value, equal};
use regex_lite::Regex;
use std::borrow::Cow;

/// How much of a value is shown.
const SHOWN: usize = 300;

/// What became known.
pub(super) type Captures = Vec<(String, Value)>;

/// What is not as it must be.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Mismatch {
    /// Where in what was looked at: `json.jobs.done`.
    pub(super) path: String,
    /// What it must be, and what it is, as people read it.
    pub(super) text: String,
    /// Where it is written what it must be.
    pub(super) span: Span,
}

impl Mismatch {
    pub(super) fn new(path: &str, text: String, span: Span) -> Mismatch {
        let path = path.to_string();
        Mismatch { path, text, span }
    }

    /// In a line.
    pub(super) fn line(&self) -> String {
        if self.path.is_empty() {
            self.text.clone()
        } else {
            format!("`{}` {}", self.path, self.text)
        }
    }
}

/// Compares values with patterns, and keeps what is captured.
pub(super) struct Matcher<'v> {
    variables: &'v Variables,
    captures: Captures,
    /// Whether objects may have no other members than those that are named.
    exactly: bool,
}

impl<'v> Matcher<'v> {
    pub(super) fn new(variables: &'v Variables) -> Matcher<'v> {
        Matcher {
            variables,
            captures: Vec::new(),
            exactly: false,
        }
    }

    /// What was captured.
    pub(super) fn into_captures(self) -> Captures {
        self.captures
    }

    /// Compares a text that is none of JSON: one that is captured loses the end of its last line.
    pub(super) fn text(&mut self, path: &str, pattern: &Pattern, text: &str) -> Result<(), Mismatch> {
        let is_capture = matches!(pattern.kind, PatternKind::Capture { .. });
        let text = if is_capture {
            text.strip_suffix('\n').unwrap_or(text)
        } else {
            text
        };
        self.value(path, pattern, Some(&Value::String(text.to_string())))
    }

    /// Compares a text that must be JSON.
    pub(super) fn json(&mut self, path: &str, pattern: &Pattern, text: &str) -> Result<(), Mismatch> {
        match Value::from_json(text) {
            Some(value) => self.value(path, pattern, Some(&value)),
            None => Err(Mismatch::new(
                path,
                format!("is no JSON: {}", shown_text(text)),
                pattern.span,
            )),
        }
    }

    /// Compares a value; nothing is a member that is not there.
    pub(super) fn value(
        &mut self,
        path: &str,
        pattern: &Pattern,
        value: Option<&Value>,
    ) -> Result<(), Mismatch> {
        let wrong = |text: String| Err(Mismatch::new(path, text, pattern.span));
        let Some(value) = value else {
            let is_absent = matches!(pattern.kind, PatternKind::Absent);
            return if is_absent {
                Ok(())
            } else {
                wrong("is missing".to_string())
            };
        };
        match &pattern.kind {
            PatternKind::Absent => wrong(format!("is there, and must not be: {}", shown(value))),
            PatternKind::Text(text) => self.wanted_text(path, pattern, text, value),
            PatternKind::Value(wanted) if same(wanted, value) => Ok(()),
            PatternKind::Value(wanted) => wrong(differs(wanted, value)),
            PatternKind::Milliseconds(lapse) => {
                let wanted = Data::Milliseconds(*lapse);
                let wanted = self.variables.value(&wanted).unwrap_or_default();
                if same(&wanted, value) {
                    Ok(())
                } else {
                    wrong(differs(&wanted, value))
                }
            }
            PatternKind::Object { fields, exactly } => self.object(path, pattern, (fields, *exactly), value),
            PatternKind::List { items, unordered } => match value.as_array() {
                Some(values) if *unordered => self.unordered(path, pattern, items, values),
                Some(values) => self.list(path, pattern, items, values),
                None => wrong(format!("must be a list, and is {}", shown(value))),
            },
            PatternKind::Capture { name, inner } => {
                if let Some(inner) = inner {
                    self.value(path, inner, Some(value))?;
                }
                self.captures.push((name.clone(), value.clone()));
                Ok(())
            }
            PatternKind::Type(kind) if kind.takes(value) => Ok(()),
            PatternKind::Type(kind) => {
                let names = JsonType::ALL;
                let name = names
                    .iter()
                    .find(|(_, one)| one == kind)
                    .map_or("", |(name, _)| name);
                wrong(format!("must be of type {name}, and is {}", shown(value)))
            }
            PatternKind::Regex(regex) => self.regex(path, pattern, regex, value),
            PatternKind::OneOf(patterns) => {
                let before = self.captures.len();
                for one in patterns {
                    if self.value(path, one, Some(value)).is_ok() {
                        return Ok(());
                    }
                    self.captures.truncate(before);
                }
                wrong(format!("must be {}, and is {}", choices(patterns), shown(value)))
            }
            PatternKind::Schema(schema) => match schema_error(schema, value) {
                None => Ok(()),
                Some(error) => wrong(format!("does not keep to its schema: {error}")),
            },
        }
    }

    /// Compares with a text, or with the value of the variable that it is.
    fn wanted_text(&self, path: &str, pattern: &Pattern, text: &Text, value: &Value) -> Result<(), Mismatch> {
        let wrong = |text: String| Err(Mismatch::new(path, text, pattern.span));
        let wanted = match text.as_variable() {
            Some(name) => self
                .variables
                .get(name)
                .map(Cow::into_owned)
                .ok_or_else(|| name.to_string()),
            None => text.fill(|name| self.variables.get(name)).map(Value::String),
        };
        let wanted = match wanted {
            Ok(wanted) => wanted,
            Err(name) => return wrong(format!("must be `${name}`, which has no value")),
        };
        let fits = match (&wanted, value) {
            (Value::String(wanted), Value::String(text)) => elision::matches(wanted, text),
            _ => same(&wanted, value),
        };
        if fits {
            Ok(())
        } else {
            wrong(differs(&wanted, value))
        }
    }

    fn object(
        &mut self,
        path: &str,
        pattern: &Pattern,
        (fields, exactly): (&[(String, Pattern)], bool),
        value: &Value,
    ) -> Result<(), Mismatch> {
        let Some(members) = value.as_object() else {
            let text = format!("must be an object, and is {}", shown(value));
            return Err(Mismatch::new(path, text, pattern.span));
        };
        let around = self.exactly;
        self.exactly |= exactly;
        let is_exact = self.exactly;
        let mut fields_fit = || {
            for (name, field) in fields {
                self.value(&below(path, name), field, members.get(name))?;
            }
            Ok(())
        };
        let fit = fields_fit();
        self.exactly = around;
        fit?;
        let is_named = |name: &String| fields.iter().any(|(field, _)| field == name);
        match members.keys().find(|name| is_exact && !is_named(name)) {
            Some(name) => {
                let text = "is there, and nothing but what is named may be".to_string();
                Err(Mismatch::new(&below(path, name), text, pattern.span))
            }
            None => Ok(()),
        }
    }

    fn list(
        &mut self,
        path: &str,
        pattern: &Pattern,
        items: &[Pattern],
        values: &[Value],
    ) -> Result<(), Mismatch> {
        for (at, (item, value)) in items.iter().zip(values).enumerate() {
            self.value(&format!("{path}[{at}]"), item, Some(value))?;
        }
        count(path, pattern.span, items.len(), values)
    }

    /// Gives each pattern a value of its own: an augmenting path for one after the other.
    fn unordered(
        &mut self,
        path: &str,
        pattern: &Pattern,
        items: &[Pattern],
        values: &[Value],
    ) -> Result<(), Mismatch> {
        let variables = self.variables;
        let exactly = self.exactly;
        let fits = |item: usize, value: usize| {
            let (item, value) = (items.get(item)?, values.get(value)?);
            let mut matcher = Matcher::new(variables);
            matcher.exactly = exactly;
            matcher
                .value(path, item, Some(value))
                .ok()
                .map(|()| matcher.captures)
        };
        let pairs = pair(items.len(), values.len(), |item, value| {
            fits(item, value).is_some()
        });
        if let Some(at) = pairs.iter().position(Option::is_none) {
            let span = items.get(at).map_or(pattern.span, |item| item.span);
            let text = format!(
                "holds nothing that fits item {}: {}",
                at + 1,
                shown(&Value::Array(values.to_vec()))
            );
            return Err(Mismatch::new(path, text, span));
        }
        count(path, pattern.span, items.len(), values)?;
        for (item, value) in pairs.into_iter().enumerate() {
            self.captures
                .extend(value.and_then(|value| fits(item, value)).unwrap_or_default());
        }
        Ok(())
    }

    fn regex(&mut self, path: &str, pattern: &Pattern, regex: &str, value: &Value) -> Result<(), Mismatch> {
        let wrong = |text: String| Err(Mismatch::new(path, text, pattern.span));
        let Some(text) = value.as_str() else {
            return wrong(format!("must be a text, and is {}", shown(value)));
        };
        let Ok(compiled) = Regex::new(regex) else {
            return wrong(format!("cannot be compared: `{regex}` is no regular expression"));
        };
        match captured(&compiled, text) {
            Some(captures) => {
                self.captures.extend(captures);
                Ok(())
            }
            None => wrong(format!("must match `{regex}`, and is {}", shown(value))),
        }
    }
}

/// The named groups of the first match of a regular expression; nothing where there is none.
pub(super) fn captured(regex: &Regex, text: &str) -> Option<Captures> {
    let found = regex.captures(text)?;
    let named = regex.capture_names().flatten();
    let named = named.filter_map(|name| {
        Some((
            name.to_string(),
            Value::String(found.name(name)?.as_str().to_string()),
        ))
    });
    Some(named.collect())
}

/// Pairs each left one with a right one of its own that fits it, as many as possible (Kuhn's algorithm): the right one of
/// each left one.
pub(super) fn pair(left: usize, right: usize, fits: impl Fn(usize, usize) -> bool) -> Vec<Option<usize>> {
    fn augment(one: usize, fitting: &[Vec<usize>], taken: &mut [Option<usize>], seen: &mut [bool]) -> bool {
        for other in fitting.get(one).into_iter().flatten() {
            if seen.get(*other).copied().unwrap_or(true) {
                continue;
            }
            seen.iter_mut().skip(*other).take(1).for_each(|seen| *seen = true);
            let holder = taken.get(*other).copied().flatten();
            if holder.is_none_or(|holder| augment(holder, fitting, taken, seen)) {
                taken
                    .iter_mut()
                    .skip(*other)
                    .take(1)
                    .for_each(|taken| *taken = Some(one));
                return true;
            }
        }
        false
    }
    let fitting: Vec<Vec<usize>> = (0..left)
        .map(|one| (0..right).filter(|other| fits(one, *other)).collect())
        .collect();
    let mut taken = vec![None; right];
    for one in 0..left {
        augment(one, &fitting, &mut taken, &mut vec![false; right]);
    }
    (0..left)
        .map(|one| taken.iter().position(|holder| *holder == Some(one)))
        .collect()
}

fn count(path: &str, span: Span, wanted: usize, values: &[Value]) -> Result<(), Mismatch> {
    if values.len() == wanted {
        return Ok(());
    }
    let text = format!(
        "must have {wanted} items, and has {}: {}",
        values.len(),
        shown(&Value::Array(values.to_vec()))
    );
    Err(Mismatch::new(path, text, span))
}

/// Why a value does not keep to a JSON Schema.
pub(super) fn schema_error(schema: &Value, value: &Value) -> Option<String> {
    let (schema, value) = (
        serde_json::from_str(&json(schema)),
        serde_json::from_str(&json(value)),
    );
    let (Ok(schema), Ok(value)) = (schema, value) else {
        return Some("it cannot be compared".to_string());
    };
    match jsonschema::validator_for(&schema) {
        Ok(validator) => {
            let error = validator.validate(&value).err()?;
            let place = error.instance_path().to_string();
            Some(if place.is_empty() {
                error.to_string()
            } else {
                format!("{place}: {error}")
            })
        }
        Err(error) => Some(format!("the schema itself is wrong: {error}")),
    }
}

/// Several patterns of which one must fit: what they say, where all of them are plain.
fn choices(patterns: &[Pattern]) -> String {
    let plain = patterns.iter().map(|pattern| match &pattern.kind {
        PatternKind::Value(value) => Some(shown(value)),
        PatternKind::Text(text) => Some(shown_text(&text.to_string())),
        PatternKind::Milliseconds(_)
        | PatternKind::Object { .. }
        | PatternKind::List { .. }
        | PatternKind::Capture { .. }
        | PatternKind::Type(_)
        | PatternKind::Regex(_)
        | PatternKind::OneOf(_)
        | PatternKind::Schema(_)
        | PatternKind::Absent => None,
    });
    let plain: Option<Vec<String>> = plain.collect();
    plain.map_or_else(
        || format!("as one of {} patterns says", patterns.len()),
        |plain| format!("one of {}", plain.join(", ")),
    )
}

fn same(wanted: &Value, value: &Value) -> bool {
    equal(wanted, value, Precision::default())
}

fn differs(wanted: &Value, value: &Value) -> String {
    if let (Value::String(wanted), Value::String(value)) = (wanted, value)
        && wanted.trim_end_matches('\n') == value.trim_end_matches('\n')
    {
        let has = |text: &str| if text.ends_with('\n') { "an end" } else { "no end" };
        return format!(
            "must have {} of its last line, and has {}",
            has(wanted),
            has(value)
        );
    }
    format!("must be {}, and is {}", shown(wanted), shown(value))
}

fn below(path: &str, name: &str) -> String {
    let is_plain = name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-');
    match (path.is_empty(), is_plain) {
        (true, true) => name.to_string(),
        (false, true) => format!("{path}.{name}"),
        (_, false) => format!("{path}[{name:?}]"),
    }
}

/// A value as people read it, cut where it is long.
pub(super) fn shown(value: &Value) -> String {
    cut(&json(value))
}

/// A text as people read it, cut where it is long.
pub(super) fn shown_text(text: &str) -> String {
    cut(&json(&Value::String(text.to_string())))
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}… ({} bytes)", text.get(..end).unwrap_or_default(), text.len()),
        None => text.to_string(),
    }
}
