//! What values must be: texts, objects with at least some members, lists, and operators such as `$capture`.

use super::keys::{KeyPart, keys_of};
use super::reader::ScenarioReader;
use crate::codes;
use ghostc_syntax::script::pattern::{JsonType, Pattern, PatternKind};
use ghostc_syntax::script::text::Text;
use ghostc_syntax::yaml::{Content, Entry, Node};
use ghostc_syntax::{Diagnostic, Value};

impl ScenarioReader {
    /// What a value must be.
    pub(super) fn pattern(&mut self, node: &Node) -> Pattern {
        let kind = match &node.value {
            Content::Scalar(Value::String(text)) => PatternKind::Text(Text::parse(text, node.span)),
            Content::Scalar(value) => PatternKind::Value(value.clone()),
            Content::List(items) => PatternKind::List {
                items: self.patterns(items),
                unordered: false,
            },
            Content::Map(entries) => self.object(entries, node),
        };
        Pattern {
            kind,
            span: node.span,
        }
    }

    /// What several values must be.
    fn patterns(&mut self, items: &[Node]) -> Vec<Pattern> {
        items.iter().map(|item| self.pattern(item)).collect()
    }

    /// The same of an object whose members, and those of all objects below, are all that there may be.
    pub(super) fn exact_pattern(&mut self, node: &Node) -> Pattern {
        let mut pattern = self.pattern(node);
        make_exact(&mut pattern);
        pattern
    }

    /// What a text must be: no object, list or number.
    pub(super) fn text_pattern(&mut self, key: &str, node: &Node) -> Pattern {
        let pattern = self.pattern(node);
        if !may_be_text(&pattern) {
            let message = format!("`{key}` is a text, and {} is none", node.described());
            let found = self.report(codes::INVALID_VALUE, node.span, message);
            if keys_of(KeyPart::End).contains(&format!("{key}_json").as_str()) {
                found.help = Some(format!(
                    "Write `{key}_json` for what is JSON, and quotes for a text."
                ));
            }
        }
        pattern
    }

    /// An object, or an operator.
    fn object(&mut self, entries: &[Entry], node: &Node) -> PatternKind {
        let capture = entries.iter().find(|entry| entry.key == "$capture");
        let others: Vec<&Entry> = entries.iter().filter(|entry| entry.key != "$capture").collect();
        let inner = match others.as_slice() {
            [] if capture.is_some() => None,
            [only] if only.key.starts_with('$') && !only.key.starts_with("$$") => self.operator(only),
            others => Some(self.members(others)),
        };
        let Some(capture) = capture else {
            return inner.unwrap_or(PatternKind::Value(Value::Null));
        };
        let name = self.word("$capture", &capture.value).unwrap_or_default();
        if !name.is_empty() {
            self.variable_name(&name, capture.value.span);
        }
        let inner = inner.map(|kind| {
            Box::new(Pattern {
                kind,
                span: node.span,
            })
        });
        PatternKind::Capture { name, inner }
    }

    fn members(&mut self, entries: &[&Entry]) -> PatternKind {
        let fields = entries.iter().map(|entry| {
            let name = self.member(entry, KeyPart::Operator);
            (name, self.pattern(&entry.value))
        });
        PatternKind::Object {
            fields: fields.collect(),
            exactly: false,
        }
    }

    /// An operator that stands alone, or beside `$capture`; nothing where it cannot be read.
    fn operator(&mut self, entry: &Entry) -> Option<PatternKind> {
        let node = &entry.value;
        match entry.key.as_str() {
            "$type" => self.kinds(node),
            "$re" => self.regex("$re", node).map(|(text, _)| PatternKind::Regex(text)),
            "$in" | "$one_of" => {
                let items = self.items(&entry.key, node, "a list");
                if items.is_empty() && node.as_list().is_some() {
                    self.empty(&entry.key, node, "Write what it may be.");
                }
                Some(PatternKind::OneOf(self.patterns(items)))
            }
            "$absent" => {
                self.only_true("$absent", Some(node));
                Some(PatternKind::Absent)
            }
            "$schema" => Some(PatternKind::Schema(self.json_schema("$schema", node))),
            "$exactly" => Some(self.exact_pattern(node).kind),
            "$unordered" => {
                let items = self.items("$unordered", node, "a list");
                Some(PatternKind::List {
                    items: self.patterns(items),
                    unordered: true,
                })
            }
            "$ms" => {
                let length = self.lapse("$ms", Some(node))?;
                Some(PatternKind::Milliseconds(length))
            }
            unknown => {
                let known: Vec<&str> = keys_of(KeyPart::Operator);
                let message = format!("there is no operator `{unknown}`");
                let found = Diagnostic::new(codes::UNKNOWN_KEY, entry.key_span, message);
                self.findings.push(found.suggest(unknown, entry.key_span, &known));
                None
            }
        }
    }

    fn kinds(&mut self, node: &Node) -> Option<PatternKind> {
        let names: Vec<&str> = JsonType::ALL.iter().map(|(name, _)| *name).collect();
        let mut kinds = Vec::new();
        for (name, span) in self.texts("$type", node) {
            match JsonType::ALL.iter().find(|(known, _)| *known == name) {
                Some((_, kind)) => kinds.push(Pattern {
                    kind: PatternKind::Type(*kind),
                    span,
                }),
                None => {
                    let message = format!("`$type` must be a kind of JSON values, not `{name}`");
                    let found = Diagnostic::new(codes::INVALID_VALUE, span, message);
                    self.findings.push(found.suggest(&name, span, &names));
                }
            }
        }
        if kinds.len() > 1 {
            return Some(PatternKind::OneOf(kinds));
        }
        kinds.pop().map(|pattern| pattern.kind)
    }
}

/// Lets no object have other members.
fn make_exact(pattern: &mut Pattern) {
    match &mut pattern.kind {
        PatternKind::Object { fields, exactly } => {
            *exactly = true;
            fields.iter_mut().for_each(|(_, field)| make_exact(field));
        }
        PatternKind::List { items, .. } | PatternKind::OneOf(items) => items.iter_mut().for_each(make_exact),
        PatternKind::Capture { inner, .. } => inner.iter_mut().for_each(|inner| make_exact(inner)),
        PatternKind::Text(_)
        | PatternKind::Value(_)
        | PatternKind::Milliseconds(_)
        | PatternKind::Type(_)
        | PatternKind::Regex(_)
        | PatternKind::Schema(_)
        | PatternKind::Absent => {}
    }
}

/// Whether a text can be what is said.
fn may_be_text(pattern: &Pattern) -> bool {
    match &pattern.kind {
        PatternKind::Text(_) | PatternKind::Regex(_) | PatternKind::Schema(_) | PatternKind::Absent => true,
        PatternKind::Type(kind) => *kind == JsonType::String,
        PatternKind::Capture { inner, .. } => inner.as_ref().is_none_or(|inner| may_be_text(inner)),
        PatternKind::OneOf(items) => items.iter().any(may_be_text),
        PatternKind::Value(_)
        | PatternKind::Milliseconds(_)
        | PatternKind::Object { .. }
        | PatternKind::List { .. } => false,
    }
}
