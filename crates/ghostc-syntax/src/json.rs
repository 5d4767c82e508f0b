//! JSON text (RFC 8259) into the tree that YAML is read into: every name and value has its byte span.
//!
//! What YAML refuses and JSON allows is read: raw U+007F, names that occur twice (the last counts), and tabs between values.
//! Half a surrogate pair is no character: where one is written, the value is opaque.

use crate::diagnostic::{Checked, Diagnostic};
use crate::source::{FileId, Span};
use crate::value::{Number, Value};
use crate::yaml::{Content, Entry, ForeignDocument, Node};
use crate::{codes, conflict};
use std::collections::BTreeMap;

/// How deep lists and objects may nest.
pub const MAX_DEPTH: usize = 128;

/// Reads a text that is one value. Total: a text that is none gives the finding that says where it stops being one.
pub fn parse(file: FileId, text: &str) -> Checked<ForeignDocument> {
    parse_from(file, text, 0, text.len())
}

/// The same for a part of a text that stands from byte `start` to byte `end` of it.
pub fn parse_from(file: FileId, text: &str, start: usize, end: usize) -> Checked<ForeignDocument> {
    let text = text.get(..end).unwrap_or(text);
    let conflicts = if start == 0 {
        conflict::in_data(file, text)
    } else {
        Vec::new()
    };
    if !conflicts.is_empty() {
        let nothing = ForeignDocument {
            root: None,
            opaque: Vec::new(),
        };
        return Checked::new(nothing, conflicts);
    }
    let mut reader = JsonReader {
        file,
        text,
        at: start,
        opaque: Vec::new(),
    };
    let root = reader.document();
    let opaque = reader.opaque;
    match root {
        Ok(root) => Checked::new(ForeignDocument { root, opaque }, Vec::new()),
        Err(found) => Checked::new(ForeignDocument { root: None, opaque }, vec![*found]),
    }
}

type Read<T> = Result<T, Box<Diagnostic>>;

struct JsonReader<'t> {
    file: FileId,
    text: &'t str,
    at: usize,
    opaque: Vec<(Span, String)>,
}

impl<'t> JsonReader<'t> {
    fn document(&mut self) -> Read<Option<Node>> {
        self.space();
        if self.at == self.text.len() {
            return Ok(None);
        }
        let root = self.value(0)?;
        self.space();
        if self.at < self.text.len() {
            return Err(self.wrong("text after the value"));
        }
        Ok(Some(root))
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn eat(&mut self, byte: u8) -> bool {
        self.space();
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn span_from(&self, start: usize) -> Span {
        Span::new(self.file, start, self.at)
    }

    /// What is wrong at the next character.
    fn wrong(&self, what: &str) -> Box<Diagnostic> {
        let width = self.rest().chars().next().map_or(0, char::len_utf8);
        let span = Span::new(self.file, self.at, self.at + width);
        Box::new(Diagnostic::new(
            codes::INVALID_JSON,
            span,
            format!("not valid JSON: {what}"),
        ))
    }

    fn value(&mut self, depth: usize) -> Read<Node> {
        self.space();
        let start = self.at;
        if depth > MAX_DEPTH {
            let message = format!("more than {MAX_DEPTH} levels of nesting");
            let span = Span::new(self.file, start, start + 1);
            return Err(Box::new(Diagnostic::new(codes::NESTING_TOO_DEEP, span, message)));
        }
        let value = match self.peek() {
            Some(b'{') => self.object(depth)?,
            Some(b'[') => self.list(depth)?,
            Some(b'"') => Content::Scalar(Value::String(self.string()?)),
            Some(b'-' | b'0'..=b'9') => Content::Scalar(Value::Number(self.number()?)),
            Some(_) => Content::Scalar(self.word()?),
            None => return Err(self.wrong("the text ends where a value should stand")),
        };
        Ok(Node {
            span: self.span_from(start),
            value,
        })
    }

    fn word(&mut self) -> Read<Value> {
        let words = [
            ("null", Value::Null),
            ("true", Value::Bool(true)),
            ("false", Value::Bool(false)),
        ];
        let rest = self.rest();
        let found = words.into_iter().find(|(word, _)| rest.starts_with(word));
        let (word, value) = found.ok_or_else(|| self.wrong("no value starts here"))?;
        self.at += word.len();
        Ok(value)
    }

    fn list(&mut self, depth: usize) -> Read<Content> {
        self.at += 1;
        let mut items = Vec::new();
        if self.eat(b']') {
            return Ok(Content::List(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            if self.eat(b']') {
                return Ok(Content::List(items));
            }
            if !self.eat(b',') {
                return Err(self.wrong("a comma or `]` should stand here"));
            }
        }
    }

    fn object(&mut self, depth: usize) -> Read<Content> {
        self.at += 1;
        let mut entries: Vec<Entry> = Vec::new();
        let mut index: BTreeMap<String, usize> = BTreeMap::new();
        if self.eat(b'}') {
            return Ok(Content::Map(entries));
        }
        loop {
            self.space();
            let start = self.at;
            if self.peek() != Some(b'"') {
                return Err(self.wrong("a name in quotes should stand here"));
            }
            let key = self.string()?;
            let key_span = self.span_from(start);
            if !self.eat(b':') {
                return Err(self.wrong("a colon should stand here"));
            }
            let value = self.value(depth + 1)?;
            let entry = Entry { key, key_span, value };
            match index.get(&entry.key).and_then(|at| entries.get_mut(*at)) {
                Some(known) => *known = entry,
                None => {
                    index.insert(entry.key.clone(), entries.len());
                    entries.push(entry);
                }
            }
            if self.eat(b'}') {
                return Ok(Content::Map(entries));
            }
            if !self.eat(b',') {
                return Err(self.wrong("a comma or `}` should stand here"));
            }
        }
    }

    fn string(&mut self) -> Read<String> {
        let start = self.at;
        self.at += 1;
        let mut out = String::new();
        loop {
            let rest = self.rest();
            let plain = rest
                .bytes()
                .position(|byte| byte < b' ' || matches!(byte, b'"' | b'\\'));
            let Some(plain) = plain else {
                self.at = self.text.len();
                return Err(self.wrong("a text in quotes has no end"));
            };
            out.push_str(rest.get(..plain).unwrap_or_default());
            self.at += plain;
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(out);
                }
                Some(b'\\') => out.push(self.escape(start)?),
                Some(_) | None => return Err(self.wrong("a control character in a text")),
            }
        }
    }

    fn escape(&mut self, string: usize) -> Read<char> {
        let escaped = match self.text.as_bytes().get(self.at + 1) {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode(string),
            Some(_) | None => return Err(self.wrong("no such escape")),
        };
        self.at += 2;
        Ok(escaped)
    }

    fn unicode(&mut self, string: usize) -> Read<char> {
        let first = self.hex(self.at).ok_or_else(|| self.wrong("no such escape"))?;
        self.at += 6;
        if (0xd800..0xdc00).contains(&first)
            && let Some(second) = self.hex(self.at).filter(|low| (0xdc00..0xe000).contains(low))
        {
            self.at += 6;
            let code = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
            return Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        Ok(char::from_u32(first).unwrap_or_else(|| {
            let span = self.span_from(string);
            self.opaque.push((span, "half a surrogate pair".to_string()));
            char::REPLACEMENT_CHARACTER
        }))
    }

    /// The number of `\uXXXX` at an offset.
    fn hex(&self, at: usize) -> Option<u32> {
        let digits = self.text.get(at..at + 6)?.strip_prefix("\\u")?;
        let are_digits = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        are_digits.then(|| u32::from_str_radix(digits, 16).ok()).flatten()
    }

    fn number(&mut self) -> Read<Number> {
        let is_part = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E');
        let length = self.rest().bytes().take_while(|byte| is_part(byte)).count();
        let text = self.rest().get(..length).unwrap_or_default();
        match Value::from_json(text) {
            Some(Value::Number(number)) => {
                self.at += length;
                Ok(number)
            }
            Some(_) | None => Err(self.wrong("this is no number")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Checked<ForeignDocument> {
        parse(FileId(0), text)
    }

    fn value(text: &str) -> String {
        let read = read(text);
        assert_eq!(read.diagnostics, [], "{text}");
        read.value.root.expect("a value").to_json().to_string()
    }

    #[test]
    fn what_yaml_refuses_and_json_allows_is_read() {
        assert_eq!(
            value("{\"b\":\t1,\r\n\"a\": [\"\u{7f}\"]}"),
            "{\"b\":1,\"a\":[\"\u{7f}\"]}"
        );
        assert_eq!(value("{\"a\": 1, \"b\": 2, \"a\": 3}"), "{\"a\":3,\"b\":2}");
        assert_eq!(
            value("[123456789012345678901234567890, 1.50, -0, 1E5]"),
            "[123456789012345678901234567890,1.50,-0,1E5]"
        );
        assert_eq!(value(r#""\u00e9\ud83d\ude00\/""#), "\"é😀/\"");
        assert!(read(" \n").value.root.is_none());
    }

    #[test]
    fn every_name_and_value_has_its_span() {
        let text = "{\"tests\": [ {\"name\": \"é\"}, true ]}";
        let read = read(text).value.root.expect("an object");
        let list = read.get("tests").and_then(Node::as_list).expect("a list");
        assert_eq!(&text[list[0].span.range()], "{\"name\": \"é\"}");
        let entry = &list[0].as_map().expect("an object")[0];
        assert_eq!(&text[entry.key_span.range()], "\"name\"");
        assert_eq!(&text[entry.value.span.range()], "\"é\"");
        assert_eq!(&text[list[1].span.range()], "true");
    }

    #[test]
    fn half_a_surrogate_pair_makes_its_text_opaque() {
        let text = r#"["\ud800", "fine", "\udc00x"]"#;
        let read = read(text);
        assert_eq!(read.diagnostics, []);
        let spans = read.value.opaque.iter().map(|(span, _)| &text[span.range()]);
        assert_eq!(spans.collect::<Vec<_>>(), [r#""\ud800"#, r#""\udc00"#]);
    }

    #[test]
    fn a_text_that_is_no_json_says_where_it_stops_being_one() {
        for (text, at) in [
            ("{\"a\": 1,}", "}"),
            ("[1 2]", "2"),
            ("{a: 1}", "a"),
            ("[01]", "0"),
            ("[1] x", "x"),
            ("[nul]", "n"),
            ("\"a\tb\"", "\t"),
            ("\"abc", ""),
            ("[\"\\x\"]", "\\"),
            ("[", ""),
        ] {
            let read = read(text);
            let found = read.diagnostics.first().unwrap_or_else(|| panic!("{text}"));
            assert_eq!(found.code, codes::INVALID_JSON, "{text}");
            assert_eq!(&text[found.span.range()], at, "{text}");
        }
        let deep = "[".repeat(200);
        assert_eq!(read(&deep).diagnostics[0].code, codes::NESTING_TOO_DEEP);
    }
}
