//! What a step saw, as the expectation that its scenario file gets.

use ghostc_judge::play::{ProcessEnd, SeenKind};
use ghostc_syntax::{Edit, Sources, Span, Value};

/// The keys of an expectation with their values, in their order.
#[derive(Debug, PartialEq)]
pub(super) struct Expectation {
    keys: Vec<(&'static str, Expected)>,
}

/// The value of a key.
#[derive(Debug, PartialEq)]
enum Expected {
    /// This, as it is: a number, a name, or JSON.
    Plain(String),
    /// A text.
    Text(String),
}

impl Expectation {
    /// What all of these have in common, of one step that was seen several times; nothing where that is not enough.
    pub(super) fn of(kinds: &[SeenKind]) -> Option<Expectation> {
        let (first, rest) = kinds.split_first()?;
        let mut common = first.clone();
        for other in rest {
            common = both(&common, other)?;
        }
        let mut keys = Vec::new();
        match common {
            SeenKind::End { end, stdout, stderr } => {
                match end {
                    ProcessEnd::Exited(code) => keys.push(("exit", Expected::Plain(code.to_string()))),
                    ProcessEnd::Signaled(name) => keys.push(("signal", Expected::Plain(name))),
                    ProcessEnd::NotStarted(_) | ProcessEnd::OverLimit(_) => return None,
                }
                keys.push(of_text(("stdout", "stdout_json"), stdout));
                keys.push(of_text(("stderr", "stderr_json"), stderr));
            }
            SeenKind::Response { status, body } => {
                keys.push(("status", Expected::Plain(status.to_string())));
                keys.push(of_text(("body", "json"), body));
            }
        }
        Some(Expectation { keys })
    }

    /// The edit that writes it into a step, in the style of the step.
    pub(super) fn edit(&self, step: Span, sources: &Sources) -> Edit {
        let all = &sources.get(step.file).text;
        let written = all.get(step.range()).unwrap_or_default();
        let before = all.get(..step.start as usize).unwrap_or_default();
        let inside = written.strip_suffix('}').filter(|_| written.starts_with('{'));
        let (length, text) = match inside {
            Some(inside) => (inside.trim_end().len(), format!(", expect: {}", self.flow())),
            None => {
                let indent = before.len() - before.rfind('\n').map_or(0, |at| at + 1);
                (written.len(), self.block(&" ".repeat(indent)))
            }
        };
        let end = step.start as usize + length;
        let span = Span::new(step.file, end, end);
        Edit { span, text }
    }

    /// `{ exit: 0, stdout: "…" }`
    fn flow(&self) -> String {
        let keys = self.keys.iter().map(|(key, value)| match value {
            Expected::Plain(value) => format!("{key}: {value}"),
            Expected::Text(text) => format!("{key}: {}", quoted(text)),
        });
        format!("{{ {} }}", keys.collect::<Vec<_>>().join(", "))
    }

    /// Lines behind a step: on one where no text has several.
    fn block(&self, indent: &str) -> String {
        let has_lines = |value: &Expected| matches!(value, Expected::Text(text) if is_block(text));
        if !self.keys.iter().any(|(_, value)| has_lines(value)) {
            return format!("\n{indent}expect: {}", self.flow());
        }
        let mut out = format!("\n{indent}expect:");
        for (key, value) in &self.keys {
            match value {
                Expected::Plain(value) => out.push_str(&format!("\n{indent}  {key}: {value}")),
                Expected::Text(text) if is_block(text) => {
                    out.push_str(&format!("\n{indent}  {key}: |"));
                    for line in text.lines() {
                        let space = if line.is_empty() { "" } else { "    " };
                        out.push_str(&format!(
                            "\n{}{space}{line}",
                            if line.is_empty() { "" } else { indent }
                        ));
                    }
                }
                Expected::Text(text) => out.push_str(&format!("\n{indent}  {key}: {}", quoted(text))),
            }
        }
        out
    }
}

/// Whether a text is written line by line: it has several, the last one ends, and no space is lost.
fn is_block(text: &str) -> bool {
    let plain = |line: &str| !line.ends_with(' ') && !line.contains(|c: char| c.is_control());
    let ends = text.ends_with('\n') && !text.ends_with("\n\n");
    ends && text.lines().count() > 1 && !text.starts_with([' ', '\n']) && text.lines().all(plain)
}

/// A text in double quotes, as JSON and YAML have it.
fn quoted(text: &str) -> String {
    Value::String(text.to_string()).to_string()
}

/// A text as JSON where it is an object or a list whose members are no operators, else as text.
fn of_text((text_key, json_key): (&'static str, &'static str), text: String) -> (&'static str, Expected) {
    let json = Value::from_json(&text).filter(|value| match value {
        Value::Object(_) | Value::Array(_) => has_no_operator(value),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    });
    match json {
        Some(value) => (json_key, Expected::Plain(value.to_string())),
        None => (text_key, Expected::Text(text)),
    }
}

fn has_no_operator(value: &Value) -> bool {
    match value {
        Value::Object(members) => members
            .iter()
            .all(|(name, member)| !name.starts_with('$') && has_no_operator(member)),
        Value::Array(items) => items.iter().all(has_no_operator),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => true,
    }
}

/// What two have in common.
fn both(one: &SeenKind, other: &SeenKind) -> Option<SeenKind> {
    match (one, other) {
        (
            SeenKind::End { end, stdout, stderr },
            SeenKind::End {
                end: end2,
                stdout: stdout2,
                stderr: stderr2,
            },
        ) => {
            let (stdout, stderr) = (common_text(stdout, stdout2)?, common_text(stderr, stderr2)?);
            (end == end2).then(|| SeenKind::End {
                end: end.clone(),
                stdout,
                stderr,
            })
        }
        (
            SeenKind::Response { status, body },
            SeenKind::Response {
                status: status2,
                body: body2,
            },
        ) => {
            let body = common_text(body, body2)?;
            (status == status2).then_some(SeenKind::Response {
                status: *status,
                body,
            })
        }
        (SeenKind::End { .. }, SeenKind::Response { .. })
        | (SeenKind::Response { .. }, SeenKind::End { .. }) => None,
    }
}

/// What two texts of as many lines have in common, with a gap in each line that differs.
fn common_text(one: &str, other: &str) -> Option<String> {
    if one.split('\n').count() != other.split('\n').count() {
        return None;
    }
    let lines = one
        .split('\n')
        .zip(other.split('\n'))
        .map(|(one, other)| common_line(one, other));
    Some(lines.collect::<Vec<_>>().join("\n"))
}

fn common_line(one: &str, other: &str) -> String {
    if one == other {
        return one.to_string();
    }
    let same = one.char_indices().zip(other.chars()).find(|((_, a), b)| a != b);
    let start = same.map_or(one.len().min(other.len()), |((at, _), _)| at);
    let (rest, other_rest) = (
        one.get(start..).unwrap_or_default(),
        other.get(start..).unwrap_or_default(),
    );
    let matching = rest
        .chars()
        .rev()
        .zip(other_rest.chars().rev())
        .take_while(|(a, b)| a == b);
    let end: usize = matching.map(|(a, _)| a.len_utf8()).sum();
    let (head, tail) = (
        one.get(..start).unwrap_or_default(),
        one.get(one.len() - end..).unwrap_or_default(),
    );
    format!("{head}[..]{tail}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use ghostc_syntax::Source;

    fn end(stdout: &str) -> SeenKind {
        SeenKind::End {
            end: ProcessEnd::Exited(0),
            stdout: stdout.into(),
            stderr: String::new(),
        }
    }

    #[test]
    fn what_differs_is_a_gap() {
        assert_eq!(common_line("at 12:30 h", "at 9:30 h"), "at [..]:30 h");
        assert_eq!(common_line("aa", "aaa"), "aa[..]");
        assert_eq!(Expectation::of(&[end("a\n"), end("a\nb\n")]), None);
        let both = Expectation::of(&[end("id 1\nok\n"), end("id 2\nok\n")]).unwrap();
        assert_eq!(both.flow(), r#"{ exit: 0, stdout: "id [..]\nok\n", stderr: "" }"#);
        let json = Expectation::of(&[end("{\"a\": [1.50]}\n")]).unwrap();
        assert_eq!(
            json.flow(),
            r#"{ exit: 0, stdout_json: {"a":[1.50]}, stderr: "" }"#
        );
    }

    #[test]
    fn an_expectation_is_written_in_the_style_of_its_step() {
        let mut sources = Sources::default();
        let text = "steps:\n  - { run: a }\n  - run: b\n  - run: c\n";
        let file = sources.add(Source::new("x.yaml", text));
        let at = |word: &str| {
            let start = text.find(word).unwrap();
            Span::new(file, start, start + word.len())
        };
        let edit = |word: &str, seen: &str| {
            Expectation::of(&[end(seen)])
                .unwrap()
                .edit(at(word), &sources)
                .text
        };
        assert_eq!(
            edit("{ run: a }", "x\n"),
            r#", expect: { exit: 0, stdout: "x\n", stderr: "" }"#
        );
        assert_eq!(
            edit("run: b", "x"),
            "\n    expect: { exit: 0, stdout: \"x\", stderr: \"\" }"
        );
        assert_eq!(
            edit("run: c", "x\n\n y\n"),
            "\n    expect:\n      exit: 0\n      stdout: |\n        x\n\n         y\n      stderr: \"\""
        );
    }
}
