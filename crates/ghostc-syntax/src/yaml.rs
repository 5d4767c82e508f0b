//! YAML 1.2 (core schema) into a small tree in which every key and value has its byte span.
//!
//! The one user of `granit-parser`. Anchors, aliases, tags and second documents are refused, since none of our
//! files needs them and an alias is how a small file becomes a huge one.

mod older;

use crate::diagnostic::{Checked, Diagnostic};
use crate::source::{FileId, Span};
use crate::value::{Number, Value};
use crate::{codes, conflict};
use granit_parser::{Event, Options, Parser, ScalarStyle};
use older::{OlderReading, older_reading};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// How deep collections may nest.
pub const MAX_DEPTH: usize = 64;

/// A YAML value and where it stands.
#[derive(Clone, Debug)]
pub struct Node {
    /// Its bytes; of a collection, from its first to past its last entry.
    pub span: Span,
    /// What it is.
    pub value: Content,
}

/// What a YAML value is.
#[derive(Clone, Debug)]
pub enum Content {
    /// Null, a boolean, a number or a string, as JSON.
    Scalar(Value),
    /// A sequence.
    List(Vec<Node>),
    /// A mapping, in the order of the file, without repeated keys.
    Map(Vec<Entry>),
}

/// One key of a mapping with its value.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The key as text.
    pub key: String,
    /// Where the key stands.
    pub key_span: Span,
    /// Its value.
    pub value: Node,
}

impl Node {
    /// The entries of a mapping.
    pub fn as_map(&self) -> Option<&[Entry]> {
        match &self.value {
            Content::Map(entries) => Some(entries),
            Content::Scalar(_) | Content::List(_) => None,
        }
    }

    /// The items of a sequence.
    pub fn as_list(&self) -> Option<&[Node]> {
        match &self.value {
            Content::List(items) => Some(items),
            Content::Scalar(_) | Content::Map(_) => None,
        }
    }

    /// The text of a string.
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Content::Scalar(Value::String(text)) => Some(text),
            Content::Scalar(_) | Content::List(_) | Content::Map(_) => None,
        }
    }

    /// The text of a string or a number, as written in JSON.
    pub fn scalar_text(&self) -> Option<String> {
        match &self.value {
            Content::Scalar(Value::String(text)) => Some(text.clone()),
            Content::Scalar(Value::Number(number)) => Some(number.to_string()),
            Content::Scalar(Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_)) => None,
            Content::List(_) | Content::Map(_) => None,
        }
    }

    /// A boolean.
    pub fn as_bool(&self) -> Option<bool> {
        match &self.value {
            Content::Scalar(Value::Bool(value)) => Some(*value),
            Content::Scalar(_) | Content::List(_) | Content::Map(_) => None,
        }
    }

    /// The value of a key of a mapping.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.as_map()?
            .iter()
            .find(|entry| entry.key == key)
            .map(|entry| &entry.value)
    }

    /// The whole value as JSON; mappings become objects.
    pub fn to_json(&self) -> Value {
        match &self.value {
            Content::Scalar(json) => json.clone(),
            Content::List(items) => Value::Array(items.iter().map(Node::to_json).collect()),
            Content::Map(entries) => Value::Object(
                entries
                    .iter()
                    .map(|entry| (entry.key.clone(), entry.value.to_json()))
                    .collect(),
            ),
        }
    }

    /// The value itself where it is short, else its kind, for messages.
    pub fn described(&self) -> String {
        let text = match &self.value {
            Content::Scalar(Value::String(text)) => text.clone(),
            Content::Scalar(json @ (Value::Bool(_) | Value::Number(_))) => json.to_string(),
            Content::Scalar(_) | Content::List(_) | Content::Map(_) => String::new(),
        };
        let is_short = (1..=40).contains(&text.len()) && !text.contains(['\n', '`']);
        if is_short {
            format!("`{text}`")
        } else {
            self.kind().to_string()
        }
    }

    /// What kind of value it is, for messages.
    pub fn kind(&self) -> &'static str {
        match &self.value {
            Content::Scalar(Value::Null) => "nothing",
            Content::Scalar(Value::Bool(_)) => "a boolean",
            Content::Scalar(Value::Number(_)) => "a number",
            Content::Scalar(_) => "a string",
            Content::List(_) => "a list",
            Content::Map(_) => "a mapping",
        }
    }
}

impl Content {
    /// The whole value as JSON; mappings become objects.
    pub(crate) fn into_json(self) -> Value {
        match self {
            Content::Scalar(json) => json,
            Content::List(items) => {
                Value::Array(items.into_iter().map(|item| item.value.into_json()).collect())
            }
            Content::Map(entries) => Value::Object(
                entries
                    .into_iter()
                    .map(|entry| (entry.key, entry.value.value.into_json()))
                    .collect(),
            ),
        }
    }
}

/// Reads one YAML document that starts at byte `offset` of its file; gives nothing for an empty one, and for one with the
/// markers of a merge.
pub fn parse(file: FileId, text: &str, offset: usize) -> Checked<Option<Node>> {
    read(file, text, offset, false)
}

/// A document of somebody else's, and what in it is no JSON.
#[derive(Clone, Debug)]
pub struct ForeignDocument {
    /// Its value; nothing where it is empty or cannot be read. What is no JSON is null in it, or the text that it would be.
    pub root: Option<Node>,
    /// Where something has no JSON form, and what that is: `the tag !code`.
    pub opaque: Vec<(Span, String)>,
}

/// Reads a document in a layout of somebody else's. Tags, aliases and values without a JSON form are no findings: what they
/// mean is known to the reader that they were written for.
pub fn parse_foreign(file: FileId, text: &str) -> Checked<ForeignDocument> {
    let mut reader = YamlReader::new(file, text, 0, true);
    reader.opaque = Some(Vec::new());
    let root = reader.document();
    let opaque = reader.opaque.take().unwrap_or_default();
    Checked::new(ForeignDocument { root, opaque }, reader.diagnostics)
}

/// Reads a document of values, as [`parse`] does, with a warning also at plain dates and at `y` and `n`. Elsewhere dates are
/// for tools that take them for dates as is meant, or for keys of ours that have that form.
pub fn parse_values(file: FileId, text: &str) -> Checked<Option<Node>> {
    read(file, text, 0, true)
}

fn read(file: FileId, text: &str, offset: usize, holds_values: bool) -> Checked<Option<Node>> {
    if offset == 0 {
        let conflicts = conflict::in_data(file, text);
        if !conflicts.is_empty() {
            return Checked::new(None, conflicts);
        }
    }
    let mut reader = YamlReader::new(file, text, offset, holds_values);
    let root = reader.document();
    Checked::new(root, reader.diagnostics)
}

/// Reading stops here: the reason is already among the diagnostics.
struct Stop;

struct YamlReader<'t> {
    file: FileId,
    text: &'t str,
    offset: usize,
    diagnostics: Vec<Diagnostic>,
    parser: Option<Parser<'t, granit_parser::StrInput<'t>>>,
    holds_values: bool,
    /// What has no JSON form, where that is no finding.
    opaque: Option<Vec<(Span, String)>>,
}

impl<'t> YamlReader<'t> {
    fn new(file: FileId, text: &'t str, offset: usize, holds_values: bool) -> YamlReader<'t> {
        YamlReader {
            file,
            text,
            offset,
            diagnostics: Vec::new(),
            parser: None,
            holds_values,
            opaque: None,
        }
    }

    /// A value without a JSON form: a finding, or what makes a case of somebody else's one that is not judged.
    fn no_json(&mut self, what: &str, value: Span, found: Diagnostic) {
        match &mut self.opaque {
            Some(opaque) => opaque.push((value, what.to_string())),
            None => self.report(found),
        }
    }

    fn document(&mut self) -> Option<Node> {
        // A dialect file never needs flow or block nesting beyond our own limit, so the scanner may stop there too.
        let mut options = Options::default();
        options.flow_nesting_limit = MAX_DEPTH + 1;
        options.block_nesting_limit = MAX_DEPTH + 1;
        options.emit_comments = false;
        self.parser = Some(Parser::new_from_str_with_options(self.text, options));
        let mut root = None;
        loop {
            match self.next() {
                Ok((Event::StreamEnd, _)) | Err(Stop) => return root,
                Ok((Event::DocumentStart(..), span)) if root.is_some() => {
                    self.report(Diagnostic::new(
                        codes::INVALID_YAML,
                        span,
                        "a second document in one file",
                    ));
                    return root;
                }
                Ok((event, span)) if event.is_node() => match self.node(event, span, 0, false) {
                    Ok(node) => root = Some(node),
                    Err(Stop) => return root,
                },
                Ok(_) => {}
            }
        }
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    fn next(&mut self) -> Result<(Event<'t>, Span), Stop> {
        let next = self.parser.as_mut().and_then(Parser::next_event);
        match next {
            Some(Ok((event, span))) => {
                let range = span.byte_range().unwrap_or(0..0);
                Ok((
                    event,
                    Span::new(self.file, self.offset + range.start, self.offset + range.end),
                ))
            }
            Some(Err(error)) => {
                self.scan_error(&error);
                Err(Stop)
            }
            None => Ok((Event::StreamEnd, Span::start_of(self.file))),
        }
    }

    fn scan_error(&mut self, error: &granit_parser::ScanError) {
        let at = error.marker().byte_offset().unwrap_or(0).min(self.text.len());
        let at = (0..=at)
            .rev()
            .find(|at| self.text.is_char_boundary(*at))
            .unwrap_or(0);
        let rest = self.text.get(at..).unwrap_or_default();
        let width = rest
            .chars()
            .next()
            .filter(|c| !matches!(c, '\n' | '\r'))
            .map_or(0, char::len_utf8);
        let span = Span::new(self.file, self.offset + at, self.offset + at + width);
        let said = error.info();
        let said = said.lines().next().unwrap_or_default();
        let line = self
            .text
            .get(..at)
            .unwrap_or_default()
            .rsplit('\n')
            .next()
            .unwrap_or_default();
        let tab = rest.starts_with('\t') || line.trim_start_matches(' ').starts_with('\t');
        let diagnostic = if said.contains("nesting") || said.contains("limit") {
            Diagnostic::new(
                codes::NESTING_TOO_DEEP,
                span,
                format!("more than {MAX_DEPTH} levels of nesting"),
            )
        } else if tab {
            Diagnostic::new(codes::INVALID_YAML, span, "a tab where YAML wants spaces")
                .help("Indent with spaces.")
        } else {
            let said = said
                .trim_end_matches('.')
                .replace("wasn't", "was not")
                .replace('\'', "`");
            let found = Diagnostic::new(codes::INVALID_YAML, span, format!("not valid YAML: {said}"));
            if said.starts_with("unexpected character") {
                found.help("Quote the text that starts here.")
            } else if said.starts_with("mapping values") {
                found.help("Quote the text if it holds a colon, else correct the indentation.")
            } else {
                found
            }
        };
        self.report(diagnostic);
    }

    #[allow(clippy::wildcard_enum_match_arm, reason = "the enum of events is open")]
    fn node(&mut self, event: Event<'t>, span: Span, depth: usize, is_key: bool) -> Result<Node, Stop> {
        if depth > MAX_DEPTH {
            let message = format!("more than {MAX_DEPTH} levels of nesting");
            self.report(Diagnostic::new(codes::NESTING_TOO_DEEP, span, message));
            return Err(Stop);
        }
        if event.is_alias() || event.anchor_id().is_some_and(|id| id != 0) {
            let (what, mark) = if event.is_alias() {
                ("an alias", "*")
            } else {
                ("an anchor", "&")
            };
            let found = Diagnostic::new(
                codes::YAML_ANCHOR,
                self.word_before(span, mark),
                format!("{what} is not allowed here"),
            );
            // Of somebody else's document an anchor says nothing, and an alias cannot be followed.
            if event.is_alias() || self.opaque.is_none() {
                self.no_json(what, span, found.help("Write the value out in each place."));
            }
        }
        if let Some(tag) = event.tag() {
            let written = tag.original();
            let found = Diagnostic::new(
                codes::YAML_ANCHOR,
                self.word_before(span, &written),
                format!("the tag `{written}` is not allowed here"),
            );
            let found = found.help("Write a plain value; quote it to make it a string.");
            // YAML's own tags say what a plain value is anyway.
            if !(self.opaque.is_some() && written.starts_with("!!")) {
                self.no_json(&format!("the tag `{written}`"), span, found);
            }
        }
        let (end, value) = match event {
            Event::Scalar(text, style, ..) => {
                (span.end, Content::Scalar(self.scalar(text, style, span, is_key)))
            }
            Event::SequenceStart(..) => self.list(span, depth)?,
            Event::MappingStart(..) => self.map(span, depth)?,
            // Only aliases are left, which were reported above.
            _ => (span.end, Content::Scalar(Value::Null)),
        };
        Ok(Node {
            span: Span {
                end: end.max(span.start),
                ..span
            },
            value,
        })
    }

    /// The last word that begins with a mark, up to a value's first byte: a value's span leaves out its anchor and tag.
    fn word_before(&self, value: Span, mark: &str) -> Span {
        let start = (value.start as usize).saturating_sub(self.offset);
        // It stands right before the value; looking further would cost the square of a large file's length.
        let from = self.text.floor_char_boundary(start.saturating_sub(200));
        let to = self.text.floor_char_boundary(start + mark.len());
        let Some(at) = self.text.get(from..to).and_then(|near| near.rfind(mark)) else {
            return value;
        };
        let at = from + at;
        let word = self.text.get(at..).unwrap_or_default();
        let len = word
            .find(|c: char| c.is_whitespace() || matches!(c, ',' | ']' | '}'))
            .unwrap_or(word.len());
        Span::new(self.file, self.offset + at, self.offset + at + len)
    }

    fn list(&mut self, span: Span, depth: usize) -> Result<(u32, Content), Stop> {
        let (mut items, mut end) = (Vec::new(), span.end);
        loop {
            let (event, at) = self.next()?;
            if matches!(event, Event::SequenceEnd) {
                return Ok((end.max(self.flow_end(at)), Content::List(items)));
            }
            let item = self.node(event, at, depth + 1, false)?;
            end = end.max(item.span.end);
            items.push(item);
        }
    }

    fn map(&mut self, span: Span, depth: usize) -> Result<(u32, Content), Stop> {
        let (mut entries, mut end): (Vec<Entry>, u32) = (Vec::new(), span.end);
        let mut index = BTreeMap::new();
        loop {
            let (event, at) = self.next()?;
            if matches!(event, Event::MappingEnd) {
                return Ok((end.max(self.flow_end(at)), Content::Map(entries)));
            }
            let key = self.node(event, at, depth + 1, true)?;
            let (event, at) = self.next()?;
            let value = self.node(event, at, depth + 1, false)?;
            end = end.max(value.span.end).max(key.span.end);
            let key_span = key.span;
            let key = match key_text(key) {
                Ok(key) => key,
                Err(kind) => {
                    let message = format!("a key must be plain text, not {kind}");
                    let found = Diagnostic::new(codes::UNEXPECTED_SHAPE, key_span, message);
                    self.no_json(&format!("a key that is {kind}"), key_span, found);
                    continue;
                }
            };
            if let Some(first) = first_use(&key, &entries, &mut index) {
                let message = format!("the key `{key}` is used twice");
                let found = Diagnostic::new(codes::DUPLICATE_KEY, key_span, message);
                self.report(
                    found
                        .also(first, "it is first used here")
                        .help("Keep the one that is meant."),
                );
                continue;
            }
            entries.push(Entry { key, key_span, value });
        }
    }

    /// The end of a closing bracket; a block collection's end event is empty and far away, and does not count.
    fn flow_end(&self, end: Span) -> u32 {
        if end.end == end.start + 1 { end.end } else { 0 }
    }

    fn scalar(&mut self, text: Cow<'t, str>, style: ScalarStyle, span: Span, is_key: bool) -> Value {
        if style != ScalarStyle::Plain {
            return Value::String(text.into_owned());
        }
        match text.as_ref() {
            "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
            "true" | "True" | "TRUE" => return Value::Bool(true),
            "false" | "False" | "FALSE" => return Value::Bool(false),
            ".nan" | ".NaN" | ".NAN" | ".inf" | ".Inf" | ".INF" | "-.inf" | "-.Inf" | "-.INF" | "+.inf" => {
                let message = format!("`{text}` has no JSON form, and drivers speak JSON");
                let found = Diagnostic::new(codes::INVALID_VALUE, span, message);
                self.no_json(
                    &format!("`{text}`"),
                    span,
                    found.help("Quote it to mean the text."),
                );
            }
            _ => {}
        }
        let value = number(&text).map(Value::Number);
        if let Some(reading) = older_reading(&text) {
            self.ambiguous(&text, &reading, value.as_ref(), span, is_key);
        }
        value.unwrap_or_else(|| Value::String(text.into_owned()))
    }

    /// Reports a scalar that another YAML reader takes for something else.
    fn ambiguous(
        &mut self,
        text: &str,
        older: &OlderReading,
        here: Option<&Value>,
        span: Span,
        is_key: bool,
    ) {
        let there = match older {
            OlderReading::Boolean => "a boolean".to_string(),
            // Keys of this name are coordinates, which nearly every reader knows.
            OlderReading::Letter if is_key || !self.holds_values => return,
            OlderReading::Letter => "a boolean".to_string(),
            OlderReading::Octal(number) => format!("{number}, its value to the base 8,"),
            OlderReading::Number => "a number".to_string(),
            OlderReading::String => "a string".to_string(),
            OlderReading::Date if !self.holds_values => return,
            OlderReading::Date => "a date".to_string(),
        };
        let found = |here: &str| {
            let message = format!("`{text}` is {here} here and {there} to older YAML readers");
            Diagnostic::new(codes::AMBIGUOUS_SCALAR, span, message)
        };
        self.report(match here {
            None => found("a string")
                .help("Quote it.")
                .fix("quote it", span, format!("\"{text}\"")),
            Some(number) => found(&number.to_string()).help(format!(
                "Write `{number}` for the number, or quote it to mean the text."
            )),
        });
    }
}

/// The text of a key, or what it is instead.
fn key_text(key: Node) -> Result<String, &'static str> {
    match key.value {
        Content::Scalar(Value::String(text)) => Ok(text),
        Content::Scalar(ref other) if !other.is_null() => Ok(other.to_string()),
        Content::Scalar(_) | Content::List(_) | Content::Map(_) => Err(key.kind()),
    }
}

/// Where a mapping already has a key. Few entries are looked through; many get an index.
fn first_use(key: &str, entries: &[Entry], index: &mut BTreeMap<String, Span>) -> Option<Span> {
    if entries.len() < 16 {
        let known = entries.iter().find(|entry| entry.key == key);
        return known.map(|entry| entry.key_span);
    }
    let new = entries.get(index.len()..).unwrap_or_default();
    index.extend(new.iter().map(|entry| (entry.key.clone(), entry.key_span)));
    index.get(key).copied()
}

/// A number by YAML 1.2's core schema, section 10.3.2: decimal, octal and hexadecimal integers, and floats.
fn number(text: &str) -> Option<Number> {
    let first = text.bytes().next()?;
    if !(first.is_ascii_digit() || matches!(first, b'-' | b'+' | b'.')) {
        return None;
    }
    if let Some(digits) = text.strip_prefix("0x") {
        return Number::from_radix(digits, 16);
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return Number::from_radix(digits, 8);
    }
    Number::from_decimal(text)
}

#[cfg(test)]
#[allow(clippy::string_slice, reason = "a test that slices wrongly should panic")]
mod tests;
