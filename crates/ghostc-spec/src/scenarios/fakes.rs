//! Servers and programs that are played: their rules.

use super::keys::KeyPart;
use super::reader::ScenarioReader;
use crate::codes;
use ghostc_syntax::Value;
use ghostc_syntax::script::pattern::{Pattern, PatternKind};
use ghostc_syntax::script::text::Text;
use ghostc_syntax::script::{
    CallExpectation, CommandRule, Conversation, ConversationRule, Data, Fake, FakeKind, HttpBody, HttpRule,
    Lapse,
};
use ghostc_syntax::yaml::Node;
use std::collections::BTreeMap;

/// The keys of a call that fakes of each kind know.
pub(super) fn known_of(kind: &FakeKind) -> (&'static str, &'static [&'static str]) {
    match kind {
        FakeKind::Command(_) => ("a command", &["stdin", "args", "cwd", "env", "gap"]),
        FakeKind::Http(_) => ("a server", &["method", "path", "headers", "json", "body", "gap"]),
        FakeKind::Conversation(_) => ("a conversation", &["lines", "args", "cwd", "env", "gap"]),
    }
}

/// The keys that a call is looked at by.
pub(super) fn keys_of_call(call: &CallExpectation) -> Vec<&'static str> {
    let all = [
        ("stdin", call.stdin.is_some()),
        ("args", call.args.is_some()),
        ("cwd", call.cwd.is_some()),
        ("env", !call.env.is_empty()),
        ("lines", call.lines.is_some()),
        ("method", call.method.is_some()),
        ("path", call.path.is_some()),
        ("headers", !call.headers.is_empty()),
        ("json", call.json.is_some()),
        ("body", call.body.is_some()),
        ("gap", call.gap.is_some()),
    ];
    all.into_iter()
        .filter(|(_, is_there)| *is_there)
        .map(|(key, _)| key)
        .collect()
}

impl ScenarioReader {
    /// The fakes of a mapping.
    pub(super) fn fakes(&mut self, node: &Node) -> BTreeMap<String, Fake> {
        let mut fakes = BTreeMap::new();
        for entry in self.named("fakes", node, "a mapping from names to rules") {
            let is_name = Text::parse(&format!("$fakes.{}", entry.key), entry.key_span)
                .as_variable()
                .is_some_and(|name| name.len() == "fakes.".len() + entry.key.len());
            if !is_name {
                let message = format!("`{}` cannot be the name of a fake", entry.key);
                let help = "Use letters, digits and `_`: it is written `$fakes.NAME`.";
                self.report_with_help(codes::INVALID_VALUE, entry.key_span, message, help);
            }
            if let Some(kind) = self.fake_kind(&entry.key, &entry.value) {
                let span = entry.key_span;
                fakes.insert(entry.key.clone(), Fake { kind, span });
            }
        }
        fakes
    }

    /// What a fake is and does.
    pub(super) fn fake_kind(&mut self, name: &str, node: &Node) -> Option<FakeKind> {
        if node.as_list().is_some() {
            let rules = self.rules(name, node, ScenarioReader::command_rule);
            return Some(FakeKind::Command(rules));
        }
        if node.as_map().is_none() {
            self.wrong(
                name,
                node,
                "a list of rules, or `{ http: […] }` or `{ conversation: {…} }`",
            );
            return None;
        }
        self.check_keys(node, KeyPart::Fake);
        match (node.get("http"), node.get("conversation")) {
            (Some(http), None) => Some(FakeKind::Http(self.rules(name, http, ScenarioReader::http_rule))),
            (None, Some(conversation)) => self.conversation(name, conversation).map(FakeKind::Conversation),
            (Some(_), Some(conversation)) => {
                self.report_with_help(
                    codes::INVALID_VALUE,
                    conversation.span,
                    format!("`{name}` is two fakes"),
                    "Write two fakes.",
                );
                None
            }
            (None, None) => {
                if node.as_map().is_some_and(<[_]>::is_empty) {
                    self.silent(name, node);
                }
                None
            }
        }
    }

    fn silent(&mut self, name: &str, node: &Node) {
        let message = format!("the fake `{name}` answers nothing");
        let help = "Give it a rule, such as `{ exit: 0 }`, or take it out.";
        self.report_with_help(codes::SILENT_FAKE, node.span, message, help);
    }

    fn rules<T>(
        &mut self,
        name: &str,
        node: &Node,
        read: impl Fn(&mut ScenarioReader, &Node) -> Option<T>,
    ) -> Vec<T> {
        let items = self.items(name, node, "a list of rules");
        if items.is_empty() && node.as_list().is_some() {
            self.silent(name, node);
        }
        items.iter().filter_map(|item| read(self, item)).collect()
    }

    fn command_rule(&mut self, node: &Node) -> Option<CommandRule> {
        self.check_keys(node, KeyPart::CommandRule);
        node.as_map()?;
        Some(CommandRule {
            when: node
                .get("when")
                .map(|when| self.call(when, false))
                .unwrap_or_default(),
            times: self.times(node),
            reply: node.get("reply").map(|node| self.data(node)),
            stderr: node.get("stderr").map(|node| self.data(node)),
            exit: self.exit(node),
            delay: self.lapse("delay", node.get("delay")),
            child: self.lapse("child", node.get("child")),
            span: node.span,
        })
    }

    fn times(&mut self, node: &Node) -> Option<u64> {
        let times = self.count("times", node.get("times"));
        if let Some(node) = node.get("times").filter(|_| times == Some(0)) {
            self.wrong("times", node, "at least 1");
        }
        times
    }

    /// An exit code, or a variable that has one.
    fn exit(&mut self, node: &Node) -> Option<Data> {
        let node = node.get("exit")?;
        self.code("exit", node, 0..=255)
    }

    /// A number in a range, or a variable that has one.
    fn code(&mut self, key: &str, node: &Node, range: std::ops::RangeInclusive<i64>) -> Option<Data> {
        let data = self.data(node);
        let is_fine = match &data {
            Data::Text(text) => text.as_variable().is_some(),
            Data::Value(Value::Number(number)) => {
                number.as_i64().is_some_and(|number| range.contains(&number))
            }
            Data::Value(_) | Data::List(_) | Data::Object(_) | Data::Milliseconds(_) => false,
        };
        if !is_fine {
            let wanted = format!("a number from {} to {}", range.start(), range.end());
            self.wrong(key, node, &wanted);
        }
        Some(data).filter(|_| is_fine)
    }

    fn http_rule(&mut self, node: &Node) -> Option<HttpRule> {
        self.check_keys(node, KeyPart::HttpRule);
        node.as_map()?;
        Some(HttpRule {
            when: node
                .get("when")
                .map(|when| self.request(when))
                .unwrap_or_default(),
            times: self.times(node),
            status: node
                .get("status")
                .and_then(|node| self.code("status", node, 100..=599)),
            headers: self.headers(node),
            body: self.body(node),
            delay: self.lapse("delay", node.get("delay")),
            span: node.span,
        })
    }

    /// Requests, by `METHOD /path` or by their parts.
    fn request(&mut self, node: &Node) -> CallExpectation {
        if node.as_map().is_some() {
            return self.call(node, false);
        }
        let Some((method, path)) = self.request_line("when", node) else {
            return CallExpectation::default();
        };
        let pattern = |text: &str| Pattern {
            kind: PatternKind::Text(Text::parse(text, node.span)),
            span: node.span,
        };
        if !path.starts_with(['/', '$', '[', '*']) {
            self.wrong("when", node, "a method and a path, as `POST /done`");
        }
        CallExpectation {
            method: Some(pattern(&method)),
            path: Some(pattern(&path)),
            ..CallExpectation::default()
        }
    }

    /// Headers of a request or an answer.
    pub(super) fn headers(&mut self, node: &Node) -> Vec<(String, Text)> {
        let Some(node) = node.get("headers") else {
            return Vec::new();
        };
        let entries = self.named("headers", node, "a mapping from headers to texts");
        let headers = entries.iter().filter_map(|entry| {
            let text = self.text(&entry.key, &entry.value)?;
            Some((entry.key.clone(), text))
        });
        headers.collect()
    }

    /// A body, as JSON or as text.
    pub(super) fn body(&mut self, node: &Node) -> Option<HttpBody> {
        let (json, body) = (node.get("json"), node.get("body"));
        if let (Some(_), Some(body)) = (json, body) {
            self.report_with_help(
                codes::INVALID_VALUE,
                body.span,
                "`body` stands beside `json`",
                "Write one of them.",
            );
        }
        let json = json.map(|node| HttpBody::Json(self.data(node)));
        json.or_else(|| {
            let text = self.text("body", body?)?;
            Some(HttpBody::Text(text))
        })
    }

    fn conversation(&mut self, name: &str, node: &Node) -> Option<Conversation> {
        self.check_keys(node, KeyPart::Conversation);
        node.as_map()?;
        let rules = match node.get("rules") {
            Some(rules) => self.rules(name, rules, ScenarioReader::conversation_rule),
            None => {
                self.silent(name, node);
                Vec::new()
            }
        };
        let valid = node.get("valid").map(|node| self.json_schema("valid", node));
        Some(Conversation { valid, rules })
    }

    fn conversation_rule(&mut self, node: &Node) -> Option<ConversationRule> {
        self.check_keys(node, KeyPart::ConversationRule);
        node.as_map()?;
        let when = match node.get("when") {
            Some(when) => self.pattern(when),
            None => Pattern {
                kind: PatternKind::Object {
                    fields: Vec::new(),
                    exactly: false,
                },
                span: node.span,
            },
        };
        let mut reply: Vec<(Option<Lapse>, Data)> = Vec::new();
        if let Some(lines) = node.get("reply") {
            let lines = lines.as_list().unwrap_or(std::slice::from_ref(lines));
            reply.extend(lines.iter().map(|line| (None, self.data(line))));
        }
        if let Some(later) = node.get("then") {
            let items = self.items("then", later, "a list such as `[{ delay: 1t, reply: {…} }]`");
            for item in items {
                self.check_keys(item, KeyPart::Reply);
                let delay = self.lapse("delay", item.get("delay"));
                match item.get("reply") {
                    Some(line) => reply.push((delay, self.data(line))),
                    None => self.report_with_help(
                        codes::INVALID_VALUE,
                        item.span,
                        "a later line without `reply`",
                        "Say what is sent.",
                    ),
                }
            }
        }
        Some(ConversationRule {
            when,
            times: self.times(node),
            reply,
            exit: self.exit(node),
            span: node.span,
        })
    }
}
