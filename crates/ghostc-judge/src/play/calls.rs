//! The calls of fakes: what they were, how long they took, and which fit what is expected of one.

use super::CallDetails;
use super::matching::{Captures, Matcher, Mismatch, shown_text};
use super::message::{Message, MessagePatterns};
use super::variables::Variables;
use ghostc_syntax::Span;
use ghostc_syntax::script::pattern::{Pattern, PatternKind};
use ghostc_syntax::script::{CallExpectation, Lapse};
use ghostc_syntax::value::Value;

/// A call of a fake.
#[derive(Clone, Debug)]
pub(super) struct Call {
    /// The fake.
    pub(super) fake: String,
    /// What it was called with.
    pub(super) with: CallDetails,
    /// The lines that it was sent, where it is a conversation.
    pub(super) lines: Vec<Value>,
    /// When it began.
    pub(super) begun: u64,
    /// When it was over.
    pub(super) over: Option<u64>,
    /// Whether something that it left behind is alive.
    pub(super) has_child: bool,
}

impl Call {
    pub(super) fn new(fake: String, with: CallDetails, begun: u64) -> Call {
        Call {
            fake,
            with,
            lines: Vec::new(),
            begun,
            over: None,
            has_child: false,
        }
    }

    /// How many processes of it are alive.
    pub(super) fn alive(&self) -> usize {
        usize::from(self.over.is_none()) + usize::from(self.has_child)
    }

    /// In a line, for those who look why nothing fits it.
    pub(super) fn shown(&self) -> String {
        match &self.with {
            CallDetails::Command { stdin, args, .. } => {
                let args: Vec<String> = args.iter().map(|arg| shown_text(arg)).collect();
                let stdin = shown_text(&String::from_utf8_lossy(stdin));
                format!("arguments [{}], input {stdin}", args.join(", "))
            }
            CallDetails::Http {
                method, path, body, ..
            } => {
                format!(
                    "{method} {path}, body {}",
                    shown_text(&String::from_utf8_lossy(body))
                )
            }
        }
    }
}

/// What a call captured, or why it does not fit. The time since the call before is not looked at.
pub(super) fn compare(
    path: &str,
    expected: &CallExpectation,
    call: &Call,
    variables: &Variables,
    span: Span,
) -> Result<Captures, Mismatch> {
    if expected_kind(expected)
        .is_some_and(|is_command| is_command != matches!(call.with, CallDetails::Command { .. }))
    {
        let text = "is expected of another kind of fake".to_string();
        return Err(Mismatch::new(path, text, span));
    }
    let mut matcher = Matcher::new(variables);
    let at = |name: &str| {
        if path.is_empty() {
            name.to_string()
        } else {
            format!("{path}.{name}")
        }
    };
    let mut look = |name: &str, pattern: Option<&Pattern>, value: Option<Value>| match pattern {
        Some(pattern) => matcher.value(&at(name), pattern, value.as_ref()),
        None => Ok(()),
    };
    let string = |text: &String| Value::String(text.clone());
    match &call.with {
        CallDetails::Command {
            stdin,
            args,
            cwd,
            env,
        } => {
            look(
                "args",
                expected.args.as_ref(),
                Some(Value::Array(args.iter().map(string).collect())),
            )?;
            look("cwd", expected.cwd.as_ref(), Some(string(cwd)))?;
            look(
                "lines",
                expected.lines.as_ref(),
                Some(Value::Array(call.lines.clone())),
            )?;
            for (name, pattern) in &expected.env {
                look(&format!("env.{name}"), Some(pattern), env.get(name).map(string))?;
            }
            if let Some(pattern) = &expected.stdin {
                text_or_json(&mut matcher, &at("stdin"), pattern, stdin)?;
            }
        }
        CallDetails::Http {
            method,
            path,
            headers,
            body,
        } => {
            look("method", expected.method.as_ref(), Some(string(method)))?;
            look("path", expected.path.as_ref(), Some(string(path)))?;
            let expected = MessagePatterns {
                headers: &expected.headers,
                json: expected.json.as_ref(),
                body: expected.body.as_ref(),
            };
            Message { headers, body }.compare(&mut matcher, &expected, at)?;
        }
    }
    Ok(matcher.into_captures())
}

/// Whether a command is expected, or else a request; nothing where it may be either.
fn expected_kind(expected: &CallExpectation) -> Option<bool> {
    let CallExpectation {
        stdin,
        args,
        cwd,
        env,
        lines,
        method,
        path,
        headers,
        json,
        body,
        gap: _,
    } = expected;
    let command = [stdin, args, cwd, lines].iter().any(|pattern| pattern.is_some()) || !env.is_empty();
    let request = [method, path, json, body].iter().any(|pattern| pattern.is_some()) || !headers.is_empty();
    (command || request).then_some(command)
}

/// Compares an input: as JSON where the pattern is none of a text.
fn text_or_json(
    matcher: &mut Matcher<'_>,
    path: &str,
    pattern: &Pattern,
    bytes: &[u8],
) -> Result<(), Mismatch> {
    let text = String::from_utf8_lossy(bytes);
    if is_of_text(pattern) {
        matcher.text(path, pattern, &text)
    } else {
        matcher.json(path, pattern, &text)
    }
}

/// Whether a pattern is one of texts, and not of JSON.
fn is_of_text(pattern: &Pattern) -> bool {
    match &pattern.kind {
        PatternKind::Text(_) | PatternKind::Regex(_) | PatternKind::Absent => true,
        PatternKind::Capture { inner, .. } => inner.as_ref().is_none_or(|inner| is_of_text(inner)),
        PatternKind::OneOf(patterns) => patterns.iter().all(is_of_text),
        PatternKind::Value(_)
        | PatternKind::Milliseconds(_)
        | PatternKind::Object { .. }
        | PatternKind::List { .. }
        | PatternKind::Type(_)
        | PatternKind::Schema(_) => false,
    }
}

/// How the time from the end of one call to the beginning of the next is against its bounds; nothing where it is between.
pub(super) enum GapError {
    /// Too short. The text says it.
    Short(String),
    /// Too long; whether the bound is one that is stretched.
    Long(String, bool),
}

/// Compares the time since the call before with its bounds.
pub(super) fn gap_error(
    expected: &CallExpectation,
    before: Option<&Call>,
    call: &Call,
    t: u64,
) -> Option<GapError> {
    let gap = expected.gap?;
    let Some(before) = before else {
        return Some(GapError::Short(
            "is the first call, and has none before it".to_string(),
        ));
    };
    let Some(over) = before.over.filter(|over| *over <= call.begun) else {
        return Some(GapError::Short(
            "began before the call before it was over".to_string(),
        ));
    };
    let measured = call.begun - over;
    let said = |bound: Lapse| format!("{} ms", bound.micros(t) / 1000);
    if let Some(least) = gap.least.filter(|least| measured < least.micros(t)) {
        let text = format!(
            "began {} ms after the call before, and must at least {}",
            measured / 1000,
            said(least)
        );
        return Some(GapError::Short(text));
    }
    let most = gap.most.filter(|most| measured > most.micros(t))?;
    let text = format!(
        "began {} ms after the call before, and must at most {}",
        measured / 1000,
        said(most)
    );
    Some(GapError::Long(text, matches!(most, Lapse::Elastic(_))))
}

/// Whether two calls were at the same time.
pub(super) fn overlap(one: &Call, other: &Call) -> bool {
    let end = |call: &Call| call.over.unwrap_or(u64::MAX);
    one.begun < end(other) && other.begun < end(one)
}

/// How many calls were at the same time at most.
pub(super) fn most_at_once<'c>(calls: impl Iterator<Item = &'c Call>) -> usize {
    // At one instant an end comes before a beginning.
    let mut turns: Vec<(u64, bool)> = Vec::new();
    for call in calls.filter(|call| call.over != Some(call.begun)) {
        turns.push((call.begun, true));
        turns.extend(call.over.map(|over| (over, false)));
    }
    turns.sort_unstable();
    let (mut running, mut most) = (0_usize, 0);
    for (_, begins) in turns {
        running = if begins {
            running + 1
        } else {
            running.saturating_sub(1)
        };
        most = most.max(running);
    }
    most
}

/// Whether one call can be chosen for each expectation, so that all of them are at the same time at some instant.
pub(super) fn all_at_once(fitting: &[Vec<&Call>], begun: u64, over: u64) -> bool {
    let Some((first, rest)) = fitting.split_first() else {
        return begun < over;
    };
    first.iter().any(|call| {
        let (begun, over) = (begun.max(call.begun), over.min(call.over.unwrap_or(u64::MAX)));
        begun < over && all_at_once(rest, begun, over)
    })
}
