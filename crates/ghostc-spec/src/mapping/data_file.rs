//! One file of a suite: its value as a tree with spans, and what expressions call it.

use super::case_mapping::ReadAs;
use crate::paths::{file_name, folder};
use crate::template::DataValue;
use base64::Engine as _;
use ghostc_syntax::yaml::{self, Content, Entry, ForeignDocument, Node};
use ghostc_syntax::{Checked, FileId, Source, Sources, Span, Value, json};
use regex_lite::Regex;
use std::collections::BTreeMap;

/// The texts that mappings may read, by path.
#[derive(Clone, Copy)]
pub struct DataTexts<'a> {
    /// Which text a path is.
    pub files: &'a BTreeMap<&'a str, FileId>,
    /// The texts.
    pub sources: &'a Sources,
}

/// A file as a mapping sees it.
#[derive(Debug)]
pub(super) struct DataFile {
    pub(super) file: FileId,
    /// All of it.
    pub(super) whole: Span,
    /// Its value; nothing where it is empty or could not be read.
    pub(super) root: Option<Node>,
    /// The same as expressions see it.
    pub(super) doc: DataValue,
    /// What the name `file` stands for: its path, its text, its value.
    pub(super) facts: DataValue,
    /// Where something has no JSON form, and what that is.
    pub(super) opaque: Vec<(Span, String)>,
}

impl DataFile {
    /// Reads a file; `path` is its path below the package.
    pub(super) fn read(
        file: FileId,
        source: &Source,
        path: &str,
        read: ReadAs,
        blocks: Option<&Regex>,
    ) -> Checked<DataFile> {
        let text = source.text.as_str();
        let is_text = source.bytes.is_none();
        let document = match (read, blocks) {
            _ if !is_text => Checked::new(plain(None), Vec::new()),
            (_, Some(pattern)) => Checked::new(plain(Some(records(file, text, pattern))), Vec::new()),
            (ReadAs::Json, None) => json::parse(file, text),
            (ReadAs::Yaml, None) => yaml::parse_foreign(file, text),
            (ReadAs::Lines, None) => Checked::new(plain(Some(lines(file, text))), Vec::new()),
            (ReadAs::Text, None) => Checked::new(plain(Some(all(file, text))), Vec::new()),
        };
        let ForeignDocument { root, opaque } = document.value;
        let doc = root.as_ref().map_or(DataValue::UNDEFINED, DataValue::of_node);
        let data = DataFile {
            file,
            whole: Span::new(file, 0, text.len()),
            facts: facts(path, source, &doc),
            root,
            doc,
            opaque,
        };
        Checked::new(data, document.diagnostics)
    }

    /// What makes a part of it no JSON, where anything does.
    pub(super) fn opaque_in(&self, part: Span) -> Option<&str> {
        let mut found = self.opaque.iter().filter(|(span, _)| part.contains(*span));
        found.next().map(|(_, what)| what.as_str())
    }
}

fn plain(root: Option<Node>) -> ForeignDocument {
    ForeignDocument {
        root,
        opaque: Vec::new(),
    }
}

fn facts(path: &str, source: &Source, doc: &DataValue) -> DataValue {
    let name = file_name(path);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let named = [
        ("path", path),
        ("dir", folder(path)),
        ("name", name),
        ("stem", stem),
    ];
    let named = named
        .into_iter()
        .map(|(name, text)| (name, DataValue::text(text)));
    let bytes = source.bytes.as_deref().unwrap_or(source.text.as_bytes());
    let encoded = base64::engine::general_purpose::STANDARD.encode(bytes);
    let mut members: Vec<(&str, DataValue)> = named.collect();
    members.push(("base64", DataValue::text(&encoded)));
    if source.bytes.is_none() {
        members.push(("text", DataValue::text(&source.text)));
        members.push(("lines", DataValue::list(source.text.lines().map(DataValue::text))));
    }
    if !doc.is_undefined() {
        members.push(("doc", doc.clone()));
    }
    DataValue::object(members.into_iter().map(|(name, value)| (name.to_string(), value)))
}

fn string(file: FileId, text: &str, start: usize) -> Node {
    Node {
        span: Span::new(file, start, start + text.len()),
        value: Content::Scalar(Value::String(text.to_string())),
    }
}

fn all(file: FileId, text: &str) -> Node {
    string(file, text, 0)
}

fn list(file: FileId, text: &str, items: Vec<Node>) -> Node {
    Node {
        span: Span::new(file, 0, text.len()),
        value: Content::List(items),
    }
}

fn lines(file: FileId, text: &str) -> Node {
    let mut start = 0;
    let items = text.split_inclusive('\n').map(|line| {
        let item = string(file, line.trim_end_matches(['\n', '\r']), start);
        start += line.len();
        item
    });
    let items = items.collect();
    list(file, text, items)
}

/// What a pattern matches, as mappings from the names of its groups.
fn records(file: FileId, text: &str, pattern: &Regex) -> Node {
    let names: Vec<&str> = pattern.capture_names().flatten().collect();
    let records = pattern.captures_iter(text).filter_map(|found| {
        let whole = found.get(0)?;
        let fields = names.iter().filter_map(|name| {
            let group = found.name(name)?;
            let value = string(file, group.as_str(), group.start());
            Some(Entry {
                key: (*name).to_string(),
                key_span: value.span,
                value,
            })
        });
        Some(Node {
            span: Span::new(file, whole.start(), whole.end()),
            value: Content::Map(fields.collect()),
        })
    });
    let records = records.collect();
    list(file, text, records)
}
