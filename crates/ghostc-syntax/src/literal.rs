//! Values as people write them in examples: JSON with unquoted keys, single quotes, and `None`, `True`, `False`.

use crate::value::{Map, Number, Value};

/// A call as written in an example, with its arguments.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// The operation's name.
    pub name: String,
    /// The arguments in order; a name where one was given (`length: 5` or `length=5`).
    pub arguments: Vec<(Option<String>, Value)>,
}

/// Reads `name(argument, …)`; nothing when the text is anything else.
pub fn parse_call(text: &str) -> Option<Call> {
    let mut reader = LiteralReader {
        rest: text.trim(),
        depth: 0,
    };
    let name = reader.path()?;
    reader.token('(')?;
    let mut arguments = Vec::new();
    while !reader.eat(')') {
        let named = reader.argument_name();
        arguments.push((named, reader.value()?));
        if !reader.eat(',') {
            reader.token(')')?;
            break;
        }
    }
    reader.space();
    reader.rest.is_empty().then_some(Call { name, arguments })
}

/// Reads one value that is the whole text; nothing when it is anything else.
pub fn parse_value(text: &str) -> Option<Value> {
    let mut reader = LiteralReader { rest: text, depth: 0 };
    let value = reader.value()?;
    reader.space();
    reader.rest.is_empty().then_some(value)
}

/// Reads one value at the start of the text; gives it with what follows it.
pub fn parse_prefix(text: &str) -> Option<(Value, &str)> {
    let mut reader = LiteralReader { rest: text, depth: 0 };
    let value = reader.value()?;
    Some((value, reader.rest))
}

const MAX_DEPTH: usize = 32;

struct LiteralReader<'t> {
    rest: &'t str,
    depth: usize,
}

impl<'t> LiteralReader<'t> {
    fn space(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn eat(&mut self, token: char) -> bool {
        self.space();
        match self.rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn token(&mut self, token: char) -> Option<()> {
        self.eat(token).then_some(())
    }

    fn take_while(&mut self, keep: impl Fn(char) -> bool) -> &'t str {
        let end = self.rest.find(|c| !keep(c)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(end);
        self.rest = rest;
        taken
    }

    fn word(&mut self) -> Option<&'t str> {
        let starts = self
            .rest
            .chars()
            .next()
            .is_some_and(|c| c.is_alphabetic() || c == '_' || c == '$');
        starts.then(|| self.take_while(|c| c.is_alphanumeric() || c == '_' || c == '$'))
    }

    fn path(&mut self) -> Option<String> {
        self.space();
        let starts = self
            .rest
            .chars()
            .next()
            .is_some_and(|c| c.is_alphabetic() || c == '_');
        let text = self.take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '#' | '-'));
        (starts && !text.is_empty()).then(|| text.to_string())
    }

    /// `name:` or `name=` before an argument; leaves the text alone when there is none.
    fn argument_name(&mut self) -> Option<String> {
        self.space();
        let before = self.rest;
        let name = self.word().map(str::to_string);
        self.space();
        let named = name.is_some()
            && (self.rest.starts_with(':') || (self.rest.starts_with('=') && !self.rest.starts_with("==")));
        if named {
            self.rest = self.rest.get(1..).unwrap_or_default();
            return name;
        }
        self.rest = before;
        None
    }

    fn value(&mut self) -> Option<Value> {
        self.space();
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return None;
        }
        let value = match self.rest.chars().next()? {
            '"' | '\'' => Value::String(self.string()?),
            '[' => self.list()?,
            '{' => self.object()?,
            '-' | '0'..='9' | '+' | '.' => Value::Number(self.number()?),
            _ => match self.word()? {
                "true" | "True" => Value::Bool(true),
                "false" | "False" => Value::Bool(false),
                "null" | "None" | "nil" | "undefined" => Value::Null,
                _ => return None,
            },
        };
        self.depth -= 1;
        Some(value)
    }

    fn number(&mut self) -> Option<Number> {
        let text = self.take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | '.' | '_'));
        Number::from_decimal(&text.replace('_', ""))
    }

    fn string(&mut self) -> Option<String> {
        let mut chars = self.rest.char_indices();
        let (_, quote) = chars.next()?;
        let mut text = String::new();
        while let Some((at, c)) = chars.next() {
            match c {
                _ if c == quote => {
                    self.rest = self.rest.get(at + c.len_utf8()..)?;
                    return Some(text);
                }
                '\\' => text.push(escape(&mut chars)?),
                _ => text.push(c),
            }
        }
        None
    }

    fn list(&mut self) -> Option<Value> {
        self.token('[')?;
        let mut items = Vec::new();
        while !self.eat(']') {
            items.push(self.value()?);
            if !self.eat(',') {
                self.token(']')?;
                break;
            }
        }
        Some(Value::Array(items))
    }

    fn object(&mut self) -> Option<Value> {
        self.token('{')?;
        let mut object = Map::new();
        while !self.eat('}') {
            self.space();
            let quoted = self.rest.starts_with(['"', '\'']);
            let key = if quoted {
                self.string()?
            } else {
                self.word()?.to_string()
            };
            if !self.eat(':') {
                self.token('=')?;
            }
            let value = self.value()?;
            if object.insert(key, value).is_some() {
                return None;
            }
            if !self.eat(',') {
                self.token('}')?;
                break;
            }
        }
        Some(Value::Object(object))
    }
}

fn escape(chars: &mut std::str::CharIndices<'_>) -> Option<char> {
    Some(match chars.next()?.1 {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        '0' => '\0',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'u' => {
            let first = unit(chars)?;
            if !(0xd800..0xdc00).contains(&first) {
                return char::from_u32(first);
            }
            if (chars.next()?.1, chars.next()?.1) != ('\\', 'u') {
                return None;
            }
            let second = unit(chars)?;
            let low = (0xdc00..0xe000).contains(&second).then_some(second - 0xdc00)?;
            return char::from_u32(0x10000 + ((first - 0xd800) << 10) + low);
        }
        other => other,
    })
}

/// Four hexadecimal digits.
fn unit(chars: &mut std::str::CharIndices<'_>) -> Option<u32> {
    (0..4).try_fold(0, |value, _| Some(value * 16 + chars.next()?.1.to_digit(16)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A case's value from JSON as Rust writes it.
    macro_rules! json {
        ($($value:tt)*) => { Value::from(serde_json::json!($($value)*)) };
    }

    #[test]
    fn calls_hold_values_as_people_write_them() {
        let call = parse_call("duration(3661, {compact: true, 'max_units': 1})").expect("a call");
        assert_eq!(call.name, "duration");
        assert_eq!(
            call.arguments,
            [
                (None, json!(3661)),
                (None, json!({"compact": true, "max_units": 1}))
            ]
        );
        let call = parse_call("pad('a', length=-5, fill: \"\\u00e9\")").expect("a call");
        assert_eq!(call.arguments[1], (Some("length".into()), json!(-5)));
        assert_eq!(call.arguments[2], (Some("fill".into()), json!("é")));
    }

    #[test]
    fn prose_and_variables_are_not_calls() {
        for text in ["duration(seconds)", "a b", "f(1", "f(1) + 2", "f(1, )x", "{a: 1}"] {
            assert_eq!(parse_call(text), None, "{text}");
        }
        assert_eq!(parse_call("f(1,)").map(|call| call.arguments.len()), Some(1));
    }

    #[test]
    fn deep_nesting_is_refused_and_not_followed() {
        assert_eq!(parse_value(&"[".repeat(100_000)), None);
    }
}
