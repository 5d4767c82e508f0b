//! Texts with variables: `$name`, `$fakes.NAME`, `$word.NAME`, `$dir`; `$$` is a dollar.

use crate::source::Span;
use crate::value::Value;
use std::borrow::Cow;
use std::fmt;

/// The groups of variables whose names have a point in them.
const GROUPS: [&str; 2] = ["fakes", "word"];

/// A text with variables.
#[derive(Clone, Debug, PartialEq)]
pub struct Text {
    /// What it is made of.
    pub parts: Vec<TextPart>,
    /// Where it is written.
    pub span: Span,
}

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TextPart {
    /// This, as it is.
    Literal(String),
    /// The value of the variable of this name.
    Variable(String),
}

impl Text {
    /// Reads a text. A dollar that begins no variable is one.
    pub fn parse(text: &str, span: Span) -> Text {
        let (mut parts, mut literal, mut rest) = (Vec::new(), String::new(), text);
        while let Some(at) = rest.find('$') {
            let (before, from) = rest.split_at(at);
            literal.push_str(before);
            let after = from.get(1..).unwrap_or_default();
            let name = variable_name(after);
            if name.is_empty() {
                literal.push('$');
                rest = after.strip_prefix('$').unwrap_or(after);
                continue;
            }
            if !literal.is_empty() {
                parts.push(TextPart::Literal(std::mem::take(&mut literal)));
            }
            parts.push(TextPart::Variable(name.to_string()));
            rest = after.get(name.len()..).unwrap_or_default();
        }
        literal.push_str(rest);
        if !literal.is_empty() {
            parts.push(TextPart::Literal(literal));
        }
        Text { parts, span }
    }

    /// The names of its variables, in order.
    pub fn variables(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            TextPart::Variable(name) => Some(name.as_str()),
            TextPart::Literal(_) => None,
        })
    }

    /// The variable that it is, where it is one and nothing else.
    pub fn as_variable(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [TextPart::Variable(name)] => Some(name),
            _ => None,
        }
    }

    /// The text with the values of its variables: strings as they are, everything else as JSON.
    ///
    /// # Errors
    /// Gives the name of a variable that has no value.
    pub fn fill<'v>(&self, value: impl Fn(&str) -> Option<Cow<'v, Value>>) -> Result<String, String> {
        let mut text = String::new();
        for part in &self.parts {
            match part {
                TextPart::Literal(literal) => text.push_str(literal),
                TextPart::Variable(name) => match value(name).as_deref() {
                    Some(Value::String(value)) => text.push_str(value),
                    Some(value) => value.write_json(&mut text),
                    None => return Err(name.clone()),
                },
            }
        }
        Ok(text)
    }
}

impl fmt::Display for Text {
    /// Writes it as it was written, variables by their names.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.parts.iter().try_for_each(|part| match part {
            TextPart::Literal(literal) => f.write_str(literal),
            TextPart::Variable(name) => write!(f, "${name}"),
        })
    }
}

/// The name of the variable that a text begins with; empty where it begins with none.
fn variable_name(text: &str) -> &str {
    let is_start = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let end = |text: &str| {
        text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .unwrap_or(text.len())
    };
    let first = if is_start { end(text) } else { 0 };
    let name = text.get(..first).unwrap_or_default();
    let member = text.get(first..).and_then(|rest| rest.strip_prefix('.'));
    match member.filter(|_| GROUPS.contains(&name)) {
        Some(member) if end(member) > 0 => text.get(..first + 1 + end(member)).unwrap_or(name),
        Some(_) | None => name,
    }
}

/// A program and its arguments.
#[derive(Clone, Debug, PartialEq)]
pub struct CommandLine {
    /// Whether it is the program under test, whose arguments alone are said; else the first word is the program.
    pub under_test: bool,
    /// The words.
    pub words: Vec<Word>,
    /// Where it is written.
    pub span: Span,
}

/// One word of a command line.
#[derive(Clone, Debug, PartialEq)]
pub struct Word {
    /// What it says.
    pub text: Text,
    /// Whether the value of its variable may be several words or none, as in a shell: it is one variable, without quotes.
    pub splits: bool,
}

/// Splits a command line into words as a shell does, without expanding anything: blanks part words, quotes of both kinds
/// keep them together, a backslash outside of single quotes takes the next character as it is. Variables are read in
/// quotes too.
///
/// # Errors
/// Says what is open at the end of the text.
pub fn split_words(text: &str) -> Result<Vec<(String, bool)>, &'static str> {
    let mut words: Vec<(String, bool)> = Vec::new();
    let mut word: Option<(String, bool)> = None;
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            _ if character.is_whitespace() => words.extend(word.take()),
            '\'' | '"' => {
                let (text, is_quoted) = word.get_or_insert_default();
                *is_quoted = true;
                loop {
                    match characters.next() {
                        None => return Err("a quote is not closed"),
                        Some(end) if end == character => break,
                        Some('\\') if character == '"' => match characters.next() {
                            Some(escaped @ ('"' | '\\')) => text.push(escaped),
                            Some(other) => text.extend(['\\', other]),
                            None => return Err("a quote is not closed"),
                        },
                        Some(other) => text.push(other),
                    }
                }
            }
            '\\' => match characters.next() {
                Some(escaped) => {
                    let (text, is_quoted) = word.get_or_insert_default();
                    *is_quoted = true;
                    text.push(escaped);
                }
                None => return Err("a backslash stands at the end"),
            },
            other => word.get_or_insert_default().0.push(other),
        }
    }
    words.extend(word);
    Ok(words)
}

impl CommandLine {
    /// Reads the words of a command line.
    ///
    /// # Errors
    /// Says what is open at the end of the text.
    pub fn parse(text: &str, under_test: bool, span: Span) -> Result<CommandLine, &'static str> {
        let words = split_words(text)?.into_iter().map(|(word, is_quoted)| {
            let text = Text::parse(&word, span);
            let splits = !is_quoted && text.as_variable().is_some();
            Word { text, splits }
        });
        let words = words.collect();
        Ok(CommandLine {
            under_test,
            words,
            span,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    fn parts(text: &str) -> Vec<TextPart> {
        Text::parse(text, Span::start_of(FileId(0))).parts
    }

    #[test]
    fn variables_are_told_from_dollars() {
        let literal = |text: &str| TextPart::Literal(text.into());
        let variable = |name: &str| TextPart::Variable(name.into());
        assert_eq!(
            parts("$url/jobs/$id"),
            [variable("url"), literal("/jobs/"), variable("id")]
        );
        assert_eq!(
            parts("$fakes.hook/x $word.a. $name.b"),
            [
                variable("fakes.hook"),
                literal("/x "),
                variable("word.a"),
                literal(". "),
                variable("name"),
                literal(".b"),
            ]
        );
        assert_eq!(parts("$$5 costs 5$ or $5"), [literal("$5 costs 5$ or $5")]);
        assert_eq!(parts(""), []);
    }

    #[test]
    fn words_are_split_as_in_a_shell() {
        let words = |text: &str| {
            let words =
                split_words(text).map(|words| words.into_iter().map(|(word, _)| word).collect::<Vec<_>>());
            words.map(|words| words.join("|"))
        };
        assert_eq!(
            words(r#"submit  --args '{"a": 2}' "" a\ b "x\"y" c"d"'e'"#).as_deref(),
            Ok(r#"submit|--args|{"a": 2}||a b|x"y|cde"#)
        );
        assert_eq!(words("a 'b"), Err("a quote is not closed"));
        assert_eq!(words("a \\"), Err("a backslash stands at the end"));
        let line = CommandLine::parse(r#"$args "$file" x$y"#, true, Span::start_of(FileId(0))).unwrap();
        let splits: Vec<bool> = line.words.iter().map(|word| word.splits).collect();
        assert_eq!(splits, [true, false, false]);
    }
}
