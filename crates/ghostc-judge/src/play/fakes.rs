//! How fakes answer: the first rule that fits and is not used up.

use super::Answer;
use super::calls::{Call, compare};
use super::matching::{Matcher, schema_error, shown};
use super::variables::{Variables, json};
use ghostc_syntax::Span;
use ghostc_syntax::script::text::Text;
use ghostc_syntax::script::{
    CallExpectation, CommandRule, Conversation, ConversationRule, Data, Fake, FakeKind, HttpRule, Lapse,
};
use ghostc_syntax::value::Value;

/// A fake at work.
pub(super) struct FakeState {
    pub(super) fake: Fake,
    /// How often each rule has answered.
    used: Vec<u64>,
}

/// Why a fake gives no answer.
#[derive(Debug, PartialEq)]
pub(super) enum NoAnswer {
    /// The program did what the fake does not know: what, and where the fake is written.
    Refused(String, Span),
    /// The fake itself is wrong.
    Broken(String),
}

impl FakeState {
    pub(super) fn new(fake: &Fake) -> FakeState {
        let fake = fake.clone();
        FakeState {
            fake,
            used: Vec::new(),
        }
    }

    /// Gives it other rules, of which none is used.
    pub(super) fn set(&mut self, kind: FakeKind) {
        self.fake.kind = kind;
        self.used.clear();
    }

    /// The answer to a call; nothing where it is a conversation, which waits for lines.
    pub(super) fn answer(&mut self, call: &Call, variables: &Variables) -> Result<Option<Answer>, NoAnswer> {
        let FakeState { fake, used } = self;
        let unanswered = || {
            let text = format!(
                "`{}` was called, and no rule answers: {}",
                call.fake,
                call.shown()
            );
            NoAnswer::Refused(text, fake.span)
        };
        let answer = match &fake.kind {
            FakeKind::Conversation(_) => return Ok(None),
            FakeKind::Command(rules) => {
                let uses = rules.iter().map(|rule| (rule, rule.times, &rule.when, rule.span));
                let (rule, variables) = first(uses, used, call, variables).ok_or_else(unanswered)?;
                command_answer(rule, &variables)
            }
            FakeKind::Http(rules) => {
                let uses = rules.iter().map(|rule| (rule, rule.times, &rule.when, rule.span));
                let (rule, variables) = first(uses, used, call, variables).ok_or_else(unanswered)?;
                http_answer(rule, &variables)
            }
        };
        answer.map(Some).map_err(NoAnswer::Broken)
    }

    /// The answer to a line of a conversation, and the line as JSON.
    pub(super) fn answer_line(
        &mut self,
        fake: &str,
        line: &str,
        variables: &Variables,
    ) -> Result<(Value, Answer), NoAnswer> {
        let refused = |text: String| NoAnswer::Refused(format!("`{fake}` was sent {text}"), self.fake.span);
        let FakeKind::Conversation(Conversation { valid, rules }) = &self.fake.kind else {
            return Err(NoAnswer::Broken(format!("`{fake}` is no conversation")));
        };
        let Some(value) = Value::from_json(line) else {
            return Err(refused(format!(
                "a line that is no JSON: {}",
                shown(&Value::String(line.to_string()))
            )));
        };
        if let Some(error) = valid.as_ref().and_then(|schema| schema_error(schema, &value)) {
            return Err(refused(format!(
                "{}, which does not keep to its schema: {error}",
                shown(&value)
            )));
        }
        for (at, rule) in rules.iter().enumerate() {
            let mut matcher = Matcher::new(variables);
            if is_used_up(&self.used, at, rule.times) || matcher.value("", &rule.when, Some(&value)).is_err()
            {
                continue;
            }
            let mut variables = variables.clone();
            variables.set(matcher.into_captures());
            let answer = line_answer(rule, &variables).map_err(NoAnswer::Broken)?;
            use_up(&mut self.used, at);
            return Ok((value, answer));
        }
        Err(refused(format!("{}, which no rule answers", shown(&value))))
    }
}

/// The first rule that fits a call, with the variables that it captured; it is one use less.
fn first<'r, R>(
    rules: impl Iterator<Item = (R, Option<u64>, &'r CallExpectation, Span)>,
    used: &mut Vec<u64>,
    call: &Call,
    variables: &Variables,
) -> Option<(R, Variables)> {
    for (at, (rule, times, when, span)) in rules.enumerate() {
        if is_used_up(used, at, times) {
            continue;
        }
        if let Ok(captures) = compare("", when, call, variables, span) {
            let mut variables = variables.clone();
            variables.set(captures);
            use_up(used, at);
            return Some((rule, variables));
        }
    }
    None
}

fn is_used_up(used: &[u64], rule: usize, times: Option<u64>) -> bool {
    times.is_some_and(|times| used.get(rule).copied().unwrap_or(0) >= times)
}

fn use_up(used: &mut Vec<u64>, rule: usize) {
    used.resize(used.len().max(rule + 1), 0);
    used.iter_mut().skip(rule).take(1).for_each(|used| *used += 1);
}

fn command_answer(rule: &CommandRule, variables: &Variables) -> Result<Answer, String> {
    let printed = |data: &Option<Data>| match data {
        Some(data) => variables.content(data).map(with_line_end),
        None => Ok(String::new()),
    };
    Ok(Answer::Command {
        stdout: printed(&rule.reply)?,
        stderr: printed(&rule.stderr)?,
        exit: exit_code(&rule.exit, variables)?.unwrap_or(0),
        delay: micros(rule.delay, variables),
        child: rule.child.map(|child| child.micros(variables.t())),
    })
}

fn http_answer(rule: &HttpRule, variables: &Variables) -> Result<Answer, String> {
    let status = match &rule.status {
        Some(status) => number(status, variables, "status")?,
        None => 200,
    };
    let mut headers = header_texts(&rule.headers, variables)?;
    let (body, is_json) = match &rule.body {
        Some(body) => variables.body(body)?,
        None => (String::new(), false),
    };
    add_content_type(&mut headers, is_json);
    Ok(Answer::Http {
        status,
        headers,
        body,
        delay: micros(rule.delay, variables),
    })
}

fn line_answer(rule: &ConversationRule, variables: &Variables) -> Result<Answer, String> {
    let lines = rule.reply.iter().map(|(delay, data)| {
        let line = json(&variables.value(data)?);
        Ok((micros(*delay, variables), line))
    });
    Ok(Answer::Lines {
        lines: lines.collect::<Result<_, String>>()?,
        exit: exit_code(&rule.exit, variables)?,
    })
}

/// Headers with the values of their variables.
pub(super) fn header_texts(
    headers: &[(String, Text)],
    variables: &Variables,
) -> Result<Vec<(String, String)>, String> {
    let headers = headers
        .iter()
        .map(|(name, text)| Ok((name.clone(), variables.text(text)?)));
    headers.collect()
}

/// Says that a body is JSON, where nothing else is said.
pub(super) fn add_content_type(headers: &mut Vec<(String, String)>, is_json: bool) {
    const NAME: &str = "content-type";
    if is_json && !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case(NAME)) {
        headers.push((NAME.to_string(), "application/json".to_string()));
    }
}

fn with_line_end(mut text: String) -> String {
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

fn micros(lapse: Option<Lapse>, variables: &Variables) -> u64 {
    lapse.map_or(0, |lapse| lapse.micros(variables.t()))
}

fn exit_code(exit: &Option<Data>, variables: &Variables) -> Result<Option<u8>, String> {
    exit.as_ref()
        .map(|exit| number(exit, variables, "exit"))
        .transpose()
}

/// A number that a fake needs.
fn number<N: TryFrom<u64>>(data: &Data, variables: &Variables, what: &str) -> Result<N, String> {
    let value = variables.value(data)?;
    let number = value.as_u64().and_then(|number| N::try_from(number).ok());
    number.ok_or_else(|| format!("`{what}` of a fake is {}, which it cannot be", shown(&value)))
}
