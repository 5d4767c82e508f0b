//! The variables of scripts: where each part of one uses some, and where it makes some.

use ghostc_syntax::Span;
use ghostc_syntax::script::pattern::{Pattern, PatternKind};
use ghostc_syntax::script::text::{CommandLine, Text};
use ghostc_syntax::script::{
    CallExpectation, Data, EndExpectation, FakeKind, FileExpectation, HttpBody, HttpExpectation, StepKind,
};

/// The variables of a part of a script.
#[derive(Debug, Default)]
pub(super) struct Variables<'s> {
    /// Those that it uses, in order.
    pub(super) used: Vec<(&'s str, Span)>,
    /// Those that it makes, in order.
    pub(super) made: Vec<(String, Span)>,
}

impl<'s> Variables<'s> {
    /// Those of what a step does, before it looks at what came of it.
    pub(super) fn of_act(kind: &'s StepKind) -> Variables<'s> {
        let mut found = Variables::default();
        match kind {
            StepKind::Run { command, stdin, .. } => {
                found.command(command);
                stdin.iter().for_each(|data| found.data(data));
            }
            StepKind::Start { command, .. } => found.command(command),
            StepKind::Http {
                url, headers, body, ..
            } => {
                found.text(url);
                headers.iter().for_each(|(_, text)| found.text(text));
                body.iter().for_each(|body| found.body(body));
            }
            StepKind::Write { path, content } => {
                found.text(path);
                found.data(content);
            }
            StepKind::Remove { path } => found.text(path),
            StepKind::Stop { .. }
            | StepKind::Kill { .. }
            | StepKind::Set { .. }
            | StepKind::Calls { .. }
            | StepKind::Overlaps { .. }
            | StepKind::Quiet { .. }
            | StepKind::Files { .. }
            | StepKind::Log { .. }
            | StepKind::Processes { .. } => {}
        }
        found
    }

    /// Those of what a step looks at.
    pub(super) fn of_look(kind: &'s StepKind) -> Variables<'s> {
        let mut found = Variables::default();
        match kind {
            StepKind::Run { expect, .. } | StepKind::Stop { expect, .. } => {
                expect.iter().for_each(|end| found.end(end));
            }
            StepKind::Start { ready, .. } => {
                if let Some(ready) = ready {
                    found.regex(&ready.pattern, ready.span);
                }
            }
            StepKind::Http { expect, .. } => expect.iter().for_each(|answer| found.answer(answer)),
            StepKind::Calls { expect, .. } => expect.iter().for_each(|call| found.call(call)),
            StepKind::Overlaps { never, always, .. } => {
                let sets = never.iter().chain(always).flatten();
                sets.for_each(|call| found.call(call));
            }
            StepKind::Files { expect } => {
                for (path, file) in expect {
                    found.text(path);
                    match file {
                        FileExpectation::Absent => {}
                        FileExpectation::Text(pattern) | FileExpectation::Json(pattern) => {
                            found.pattern(pattern)
                        }
                    }
                }
            }
            StepKind::Log { lines, not, .. } => {
                lines.iter().for_each(|line| found.pattern(line));
                not.iter().for_each(|text| found.text(text));
            }
            StepKind::Kill { .. }
            | StepKind::Write { .. }
            | StepKind::Remove { .. }
            | StepKind::Set { .. }
            | StepKind::Quiet { .. }
            | StepKind::Processes { .. } => {}
        }
        found
    }

    /// Those of each rule of a fake.
    pub(super) fn of_rules(kind: &'s FakeKind) -> Vec<Variables<'s>> {
        let of = |read: &dyn Fn(&mut Variables<'s>)| {
            let mut found = Variables::default();
            read(&mut found);
            found
        };
        match kind {
            FakeKind::Command(rules) => {
                let rules = rules.iter().map(|rule| {
                    of(&|found| {
                        found.call(&rule.when);
                        let data = [&rule.reply, &rule.stderr, &rule.exit];
                        data.into_iter().flatten().for_each(|data| found.data(data));
                    })
                });
                rules.collect()
            }
            FakeKind::Http(rules) => {
                let rules = rules.iter().map(|rule| {
                    of(&|found| {
                        found.call(&rule.when);
                        rule.status.iter().for_each(|data| found.data(data));
                        rule.headers.iter().for_each(|(_, text)| found.text(text));
                        rule.body.iter().for_each(|body| found.body(body));
                    })
                });
                rules.collect()
            }
            FakeKind::Conversation(conversation) => {
                let rules = conversation.rules.iter().map(|rule| {
                    of(&|found| {
                        found.pattern(&rule.when);
                        rule.reply.iter().for_each(|(_, data)| found.data(data));
                        rule.exit.iter().for_each(|data| found.data(data));
                    })
                });
                rules.collect()
            }
        }
    }

    /// Uses those of a text.
    pub(super) fn text(&mut self, text: &'s Text) {
        self.used.extend(text.variables().map(|name| (name, text.span)));
    }

    /// Uses those of a value.
    pub(super) fn data(&mut self, data: &'s Data) {
        match data {
            Data::Text(text) => self.text(text),
            Data::List(items) => items.iter().for_each(|item| self.data(item)),
            Data::Object(fields) => fields.iter().for_each(|(_, field)| self.data(field)),
            Data::Value(_) | Data::Milliseconds(_) => {}
        }
    }

    /// Uses those of a command line.
    pub(super) fn command(&mut self, command: &'s CommandLine) {
        command.words.iter().for_each(|word| self.text(&word.text));
    }

    fn body(&mut self, body: &'s HttpBody) {
        match body {
            HttpBody::Json(data) => self.data(data),
            HttpBody::Text(text) => self.text(text),
        }
    }

    fn regex(&mut self, pattern: &str, span: Span) {
        let compiled = regex_lite::Regex::new(pattern);
        let groups = compiled
            .iter()
            .flat_map(|pattern| pattern.capture_names().flatten());
        self.made.extend(groups.map(|name| (name.to_string(), span)));
    }

    fn patterns(&mut self, patterns: impl IntoIterator<Item = &'s Pattern>) {
        patterns.into_iter().for_each(|pattern| self.pattern(pattern));
    }

    fn pattern(&mut self, pattern: &'s Pattern) {
        match &pattern.kind {
            PatternKind::Text(text) => self.text(text),
            PatternKind::Object { fields, .. } => self.patterns(fields.iter().map(|(_, field)| field)),
            PatternKind::List { items, .. } | PatternKind::OneOf(items) => self.patterns(items),
            PatternKind::Capture { name, inner } => {
                self.made.push((name.clone(), pattern.span));
                self.patterns(inner.as_deref());
            }
            PatternKind::Regex(text) => self.regex(text, pattern.span),
            PatternKind::Value(_)
            | PatternKind::Milliseconds(_)
            | PatternKind::Type(_)
            | PatternKind::Schema(_)
            | PatternKind::Absent => {}
        }
    }

    fn end(&mut self, end: &'s EndExpectation) {
        let EndExpectation {
            exit,
            signal,
            stdout,
            stdout_json,
            stderr,
            stderr_json,
            output,
        } = end;
        let all = [exit, signal, stdout, stdout_json, stderr, stderr_json, output];
        self.patterns(all.into_iter().flatten());
    }

    fn answer(&mut self, answer: &'s HttpExpectation) {
        let HttpExpectation {
            status,
            headers,
            json,
            body,
        } = answer;
        self.patterns([status, json, body].into_iter().flatten());
        self.patterns(headers.iter().map(|(_, pattern)| pattern));
    }

    fn call(&mut self, call: &'s CallExpectation) {
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
        } = call;
        let all = [stdin, args, cwd, lines, method, path, json, body];
        self.patterns(all.into_iter().flatten());
        self.patterns(env.iter().chain(headers).map(|(_, pattern)| pattern));
    }
}
