//! What steps expect: of the end of a program, of an answer, of the calls of a fake, of files.

use super::keys::KeyPart;
use super::lapse::{self, GAP};
use super::reader::ScenarioReader;
use crate::codes;
use ghostc_syntax::script::pattern::{Pattern, PatternKind};
use ghostc_syntax::script::{CallExpectation, EndExpectation, FileExpectation, Gap, HttpExpectation, Lapse};
use ghostc_syntax::yaml::Node;
use ghostc_syntax::{Span, Value};

/// The signals that end programs.
pub(super) const SIGNALS: [&str; 7] = ["TERM", "INT", "HUP", "QUIT", "USR1", "USR2", "KILL"];
/// The methods of HTTP.
const METHODS: [&str; 9] = [
    "GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "CONNECT", "TRACE",
];

impl ScenarioReader {
    /// How a program must end.
    pub(super) fn end(&mut self, node: &Node) -> EndExpectation {
        self.check_expect(node, KeyPart::End);
        EndExpectation {
            exit: node
                .get("exit")
                .map(|node| self.number_pattern("exit", node, 0..=255)),
            signal: node.get("signal").map(|node| self.signal_pattern(node)),
            stdout: node.get("stdout").map(|node| self.text_pattern("stdout", node)),
            stdout_json: self.either(node, "stdout_json", "stdout_json_exactly"),
            stderr: node.get("stderr").map(|node| self.text_pattern("stderr", node)),
            stderr_json: self.either(node, "stderr_json", "stderr_json_exactly"),
            output: node.get("output").map(|node| self.text_pattern("output", node)),
        }
    }

    /// What must be answered to a request.
    pub(super) fn answer(&mut self, node: &Node) -> HttpExpectation {
        self.check_expect(node, KeyPart::HttpAnswer);
        HttpExpectation {
            status: node
                .get("status")
                .map(|node| self.number_pattern("status", node, 100..=599)),
            headers: self.header_patterns(node),
            json: self.either(node, "json", "json_exactly"),
            body: node.get("body").map(|node| self.text_pattern("body", node)),
        }
    }

    /// Checks the keys of an expectation, and that it has one.
    pub(super) fn check_expect(&mut self, node: &Node, part: KeyPart) {
        self.check_keys(node, part);
        if node.as_map().is_some_and(<[_]>::is_empty) {
            let message = format!("{} is empty", part.what());
            self.report(codes::SCENARIO_WITHOUT_LOOK, node.span, message);
        }
    }

    /// One of two keys, of which the second is for exact objects.
    fn either(&mut self, node: &Node, key: &str, exactly: &str) -> Option<Pattern> {
        let (loose, exact) = (node.get(key), node.get(exactly));
        if let (Some(_), Some(exact)) = (loose, exact) {
            let message = format!("`{exactly}` stands beside `{key}`");
            self.report_with_help(codes::INVALID_VALUE, exact.span, message, "Write one of them.");
        }
        let exact = exact.map(|node| self.exact_pattern(node));
        exact.or_else(|| loose.map(|node| self.pattern(node)))
    }

    /// What a number must be.
    fn number_pattern(&mut self, key: &str, node: &Node, range: std::ops::RangeInclusive<u64>) -> Pattern {
        let pattern = self.pattern(node);
        let is_wrong = match &pattern.kind {
            PatternKind::Value(Value::Number(number)) => {
                let number = number.as_i64().and_then(|number| u64::try_from(number).ok());
                !number.is_some_and(|number| range.contains(&number))
            }
            PatternKind::Text(text) => text.as_variable().is_none(),
            PatternKind::Value(_) | PatternKind::Object { .. } | PatternKind::List { .. } => true,
            PatternKind::Milliseconds(_)
            | PatternKind::Capture { .. }
            | PatternKind::Type(_)
            | PatternKind::Regex(_)
            | PatternKind::OneOf(_)
            | PatternKind::Schema(_)
            | PatternKind::Absent => false,
        };
        if is_wrong {
            let wanted = format!("a number from {} to {}", range.start(), range.end());
            self.wrong(key, node, &wanted);
        }
        pattern
    }

    fn signal_pattern(&mut self, node: &Node) -> Pattern {
        if let Some(name) = node.as_str().filter(|name| !name.contains('$')) {
            self.signal_name(name, node.span);
        }
        self.text_pattern("signal", node)
    }

    /// Checks the name of a signal.
    pub(super) fn signal_name(&mut self, name: &str, span: Span) {
        if SIGNALS.contains(&name) || name == "ABRT" || name == "SEGV" || name == "PIPE" {
            return;
        }
        let message = format!("there is no signal `{name}`");
        let found = self.report(codes::INVALID_VALUE, span, message);
        let upper = name.to_ascii_uppercase();
        let bare = upper.strip_prefix("SIG").unwrap_or(&upper);
        *found = found.clone().suggest(bare, span, &SIGNALS);
    }

    /// Patterns of headers, by their names in small letters.
    fn header_patterns(&mut self, node: &Node) -> Vec<(String, Pattern)> {
        let Some(node) = node.get("headers") else {
            return Vec::new();
        };
        let entries = self.named("headers", node, "a mapping from headers to what they must be");
        let headers = entries.iter().map(|entry| {
            let pattern = self.text_pattern(&entry.key, &entry.value);
            (entry.key.to_ascii_lowercase(), pattern)
        });
        headers.collect()
    }

    /// The calls of a list.
    pub(super) fn call_list(&mut self, key: &str, node: &Node) -> Vec<CallExpectation> {
        let items = self.items(key, node, "a list of calls");
        items.iter().map(|item| self.call(item, true)).collect()
    }

    /// What a call must be; `looks` tells it from the `when` of a rule.
    pub(super) fn call(&mut self, node: &Node, looks: bool) -> CallExpectation {
        self.check_keys(node, KeyPart::Request);
        if let Some(gap) = node.get("gap").filter(|_| !looks) {
            let message = "a rule of a fake cannot look at the time";
            self.report_with_help(
                codes::INVALID_VALUE,
                gap.span,
                message,
                "Write `gap` into what is expected of `calls`.",
            );
        }
        let env = match node.get("env") {
            Some(env) => {
                let entries = self.named("env", env, "a mapping from variables to what they must be");
                let patterns = entries.iter().map(|entry| {
                    let pattern = self.text_pattern(&entry.key, &entry.value);
                    (entry.key.clone(), pattern)
                });
                patterns.collect()
            }
            None => Vec::new(),
        };
        CallExpectation {
            stdin: node.get("stdin").map(|node| self.pattern(node)),
            args: node.get("args").map(|node| self.pattern(node)),
            cwd: node.get("cwd").map(|node| self.text_pattern("cwd", node)),
            env,
            lines: node.get("lines").map(|node| self.pattern(node)),
            method: node.get("method").map(|node| self.text_pattern("method", node)),
            path: node.get("path").map(|node| self.text_pattern("path", node)),
            headers: self.header_patterns(node),
            json: self.either(node, "json", "json_exactly"),
            body: node.get("body").map(|node| self.text_pattern("body", node)),
            gap: node.get("gap").filter(|_| looks).and_then(|node| self.gap(node)),
        }
    }

    fn gap(&mut self, node: &Node) -> Option<Gap> {
        let gap = node.as_str().and_then(lapse::gap);
        match gap {
            None => self.wrong("gap", node, GAP),
            Some(Gap {
                most: Some(Lapse::Fixed(_)),
                ..
            }) => {
                let message = "this bound is not stretched where the machine is slow";
                let help = "Write the bound, and the setting that it comes from, in `t`.";
                self.report_with_help(codes::ABSOLUTE_TIME_BOUND, node.span, message, help);
            }
            Some(_) => {}
        }
        gap
    }

    /// The method and the rest of `GET http://…`.
    pub(super) fn request_line(&mut self, key: &str, node: &Node) -> Option<(String, String)> {
        let text = self.word(key, node)?;
        let Some((method, rest)) = text.trim().split_once(char::is_whitespace) else {
            self.wrong(key, node, "a method and where it goes, as `GET $url/status`");
            return None;
        };
        if !METHODS.contains(&method) {
            let message = format!("there is no method `{method}`");
            let found = self.report(codes::INVALID_VALUE, node.span, message);
            let upper = method.to_ascii_uppercase();
            let near = ghostc_syntax::suggest::nearest(&upper, &METHODS);
            found.help = Some(near.map_or_else(
                || format!("Write one of {}.", METHODS.join(", ")),
                |near| format!("Write `{near}`."),
            ));
        }
        Some((method.to_string(), rest.trim().to_string()))
    }

    /// What a file must be.
    pub(super) fn file(&mut self, path: &str, node: &Node) -> FileExpectation {
        let is_json = |key: &str| node.get(key).is_some();
        if is_json("json") || is_json("json_exactly") {
            self.check_keys(node, KeyPart::FileLook);
            let pattern = self.either(node, "json", "json_exactly");
            return pattern.map_or(FileExpectation::Absent, FileExpectation::Json);
        }
        let pattern = self.text_pattern(path, node);
        if pattern.kind == PatternKind::Absent {
            FileExpectation::Absent
        } else {
            FileExpectation::Text(pattern)
        }
    }
}
