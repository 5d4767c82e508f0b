//! The steps of scenarios: each is a mapping with one key that says what it does or looks at.

use super::expectations::SIGNALS;
use super::keys::{KeyPart, STEPS};
use super::lapse;
use super::reader::ScenarioReader;
use crate::codes;
use ghostc_syntax::script::text::Text;
use ghostc_syntax::script::{Lapse, Ready, ScriptStep, StepKind, Stream};
use ghostc_syntax::yaml::Node;
use ghostc_syntax::{Diagnostic, Span};

/// A step as it is written.
#[derive(Clone, Debug)]
pub(super) struct WrittenStep {
    /// What it is.
    pub(super) kind: WrittenStepKind,
    /// What it says that it shows.
    pub(super) proves: Vec<(String, Span)>,
}

/// What a step is as it is written.
#[derive(Clone, Debug)]
pub(super) enum WrittenStepKind {
    /// These steps of a script.
    Does(Vec<ScriptStep>),
    /// The steps of a definition.
    Uses(String, Span),
}

/// Whether a step looks at something.
pub(super) fn looks(kind: &StepKind) -> bool {
    match kind {
        StepKind::Run { expect, .. } | StepKind::Stop { expect, .. } => expect.is_some(),
        StepKind::Http { expect, .. } => expect.is_some(),
        StepKind::Calls { .. }
        | StepKind::Overlaps { .. }
        | StepKind::Quiet { .. }
        | StepKind::Files { .. }
        | StepKind::Log { .. }
        | StepKind::Processes { .. } => true,
        StepKind::Start { .. }
        | StepKind::Kill { .. }
        | StepKind::Write { .. }
        | StepKind::Remove { .. }
        | StepKind::Set { .. } => false,
    }
}

impl ScenarioReader {
    /// The steps of a list.
    pub(super) fn steps(&mut self, key: &str, node: &Node) -> Vec<WrittenStep> {
        let items = self.items(key, node, "a list of steps");
        items.iter().filter_map(|item| self.step(item)).collect()
    }

    fn step(&mut self, node: &Node) -> Option<WrittenStep> {
        let verbs: Vec<(&str, KeyPart)> = STEPS
            .iter()
            .copied()
            .filter(|(verb, _)| node.get(verb).is_some())
            .collect();
        let (verb, part) = match verbs.as_slice() {
            [only] => *only,
            [] => {
                self.no_step(node);
                return None;
            }
            [(first, _), (second, _), ..] => {
                let message = format!("a step with `{first}` and `{second}` is two");
                self.report_with_help(codes::UNEXPECTED_SHAPE, node.span, message, "Write two steps.");
                return None;
            }
        };
        self.check_keys(node, part);
        let what = node.get(verb)?;
        let proves = node.get("proves").map(|node| self.texts("proves", node));
        let kind = if part == KeyPart::Use {
            WrittenStepKind::Uses(self.word("use", what)?, what.span)
        } else {
            let within = self.lapse("within", node.get("within"));
            let timeout = self.lapse("timeout", node.get("timeout"));
            let kinds = self.kinds_of(verb, part, node, what)?;
            self.check_within(&kinds, node);
            let steps = kinds.into_iter().map(|kind| ScriptStep {
                kind,
                within,
                timeout,
                span: node.span,
            });
            WrittenStepKind::Does(steps.collect())
        };
        Some(WrittenStep {
            kind,
            proves: proves.unwrap_or_default(),
        })
    }

    /// A step that says nothing that it does.
    fn no_step(&mut self, node: &Node) {
        let verbs: Vec<&str> = STEPS.iter().map(|(verb, _)| *verb).collect();
        let Some(entries) = node.as_map() else {
            let message = format!("a step must be a mapping of keys, not {}", node.described());
            self.report(codes::UNEXPECTED_SHAPE, node.span, message);
            return;
        };
        let near = entries
            .iter()
            .find(|entry| ghostc_syntax::suggest::nearest(&entry.key, &verbs).is_some());
        let found = match near.or(entries.first()) {
            Some(entry) => Diagnostic::new(
                codes::UNKNOWN_KEY,
                entry.key_span,
                format!("no step is called `{}`", entry.key),
            )
            .suggest(&entry.key, entry.key_span, &verbs),
            None => Diagnostic::new(codes::UNEXPECTED_SHAPE, node.span, "a step that does nothing")
                .note(format!("known: {}", verbs.join(", "))),
        };
        self.findings.push(found);
    }

    /// What a step does; several things where it names several files or fakes.
    fn kinds_of(&mut self, verb: &str, part: KeyPart, node: &Node, what: &Node) -> Option<Vec<StepKind>> {
        let kind = match verb {
            "run" => self.run(node, what)?,
            "start" => self.start(node, what)?,
            "stop" => {
                let signal = node.get("signal");
                let name = signal.and_then(|signal| self.word("signal", signal));
                if let (Some(name), Some(signal)) = (&name, signal)
                    && !SIGNALS.contains(&name.as_str())
                {
                    self.signal_name(name, signal.span);
                }
                StepKind::Stop {
                    name: self.word("stop", what)?,
                    signal: name.unwrap_or_else(|| "TERM".to_string()),
                    expect: node.get("expect").map(|node| self.end(node)),
                }
            }
            "kill" => StepKind::Kill {
                name: self.word("kill", what)?,
            },
            "http" => self.http(node, what)?,
            "write" => {
                let entries = self.named("write", what, "a mapping from paths to what is written");
                let files = entries.iter().map(|entry| StepKind::Write {
                    path: self.path(&entry.key, entry.key_span),
                    content: self.data(&entry.value),
                });
                return Some(files.collect());
            }
            "remove" => {
                let paths = self.texts("remove", what).into_iter();
                let paths = paths.map(|(path, span)| StepKind::Remove {
                    path: self.path(&path, span),
                });
                return Some(paths.collect());
            }
            "set" => {
                let entries = self.named("set", what, "a mapping from fakes to rules");
                let fakes = entries.iter().filter_map(|entry| {
                    let to = self.fake_kind(&entry.key, &entry.value)?;
                    let fake = entry.key.clone();
                    Some(StepKind::Set { fake, to })
                });
                return Some(fakes.collect());
            }
            "quiet" => self.quiet(what)?,
            "files" => self.files_look(what)?,
            _ => self.look(verb, part, node, what)?,
        };
        Some(vec![kind])
    }

    fn run(&mut self, node: &Node, what: &Node) -> Option<StepKind> {
        Some(StepKind::Run {
            command: self.command("run", what)?,
            stdin: node.get("stdin").map(|node| self.data(node)),
            until: self.only_true("until", node.get("until")),
            expect: node.get("expect").map(|node| self.end(node)),
        })
    }

    fn start(&mut self, node: &Node, what: &Node) -> Option<StepKind> {
        let command = self.command("start", what);
        let name = match node.get("as") {
            Some(name) => self.word("as", name),
            None => {
                self.report_with_help(
                    codes::INVALID_VALUE,
                    what.span,
                    "a program that is started has no name",
                    "Say with `as` what later steps call it.",
                );
                None
            }
        };
        let ready = node.get("ready").and_then(|node| self.ready(node));
        Some(StepKind::Start {
            command: command?,
            name: name?,
            ready,
        })
    }

    fn ready(&mut self, node: &Node) -> Option<Ready> {
        if node.as_map().is_none() {
            self.wrong(
                "ready",
                node,
                "`{ stdout: 'pattern' }` or `{ stderr: 'pattern' }`",
            );
            return None;
        }
        self.check_keys(node, KeyPart::Ready);
        let (stream, key, pattern) = match (node.get("stdout"), node.get("stderr")) {
            (Some(pattern), None) => (Stream::Stdout, "stdout", pattern),
            (None, Some(pattern)) => (Stream::Stderr, "stderr", pattern),
            (Some(_), Some(second)) => {
                let message = "a program is ready by what it prints on one stream";
                self.report_with_help(codes::INVALID_VALUE, second.span, message, "Write one of them.");
                return None;
            }
            (None, None) => {
                if node.as_map().is_some_and(<[_]>::is_empty) {
                    self.wrong(
                        "ready",
                        node,
                        "`{ stdout: 'pattern' }` or `{ stderr: 'pattern' }`",
                    );
                }
                return None;
            }
        };
        let (text, _) = self.regex(key, pattern)?;
        Some(Ready {
            stream,
            pattern: text,
            span: pattern.span,
        })
    }

    fn http(&mut self, node: &Node, what: &Node) -> Option<StepKind> {
        let (method, url) = self.request_line("http", what)?;
        if !url.starts_with(['$', 'h']) || url.contains(char::is_whitespace) {
            self.wrong("http", what, "a method and a URL, as `GET $url/status`");
        }
        Some(StepKind::Http {
            method,
            url: Text::parse(&url, what.span),
            headers: self.headers(node),
            body: self.body(node),
            expect: node.get("expect").map(|node| self.answer(node)),
        })
    }

    /// A look at files.
    fn files_look(&mut self, what: &Node) -> Option<StepKind> {
        let entries = self.named("files", what, "a mapping from paths to what must be there");
        if entries.is_empty() && what.as_map().is_some() {
            let message = "this looks at no file";
            self.report(codes::SCENARIO_WITHOUT_LOOK, what.span, message);
        }
        let expect = entries.iter().map(|entry| {
            let path = self.path(&entry.key, entry.key_span);
            (path, self.file(&entry.key, &entry.value))
        });
        let expect: Vec<_> = expect.collect();
        (!expect.is_empty()).then_some(StepKind::Files { expect })
    }

    /// A look at something that has a name.
    fn look(&mut self, verb: &str, part: KeyPart, node: &Node, what: &Node) -> Option<StepKind> {
        let name = self.word(verb, what)?;
        let Some(expect) = node.get("expect") else {
            self.report_with_help(
                codes::INVALID_VALUE,
                node.span,
                format!("{} without `expect`", part.what()),
                "Say what must come of it.",
            );
            return None;
        };
        match verb {
            "calls" => Some(StepKind::Calls {
                fake: name,
                running: self.flag("running", node.get("running")),
                unordered: self.flag("unordered", node.get("unordered")).unwrap_or(false),
                expect: self.call_list("expect", expect),
            }),
            "overlaps" => Some(self.overlaps(name, expect)),
            "log" => Some(self.log(name, expect)),
            _ => self.processes(name, expect),
        }
    }

    fn quiet(&mut self, what: &Node) -> Option<StepKind> {
        self.check_keys(what, KeyPart::QuietLook);
        let (fake, length) = (what.get("calls"), what.get("for"));
        if what.as_map().is_some() && (fake.is_none() || length.is_none()) {
            self.wrong(
                "quiet",
                what,
                "a fake and a time, as `{ calls: worker, for: 3t }`",
            );
        }
        Some(StepKind::Quiet {
            fake: self.word("calls", fake?)?,
            length: self.lapse("for", length)?,
        })
    }

    fn overlaps(&mut self, fake: String, expect: &Node) -> StepKind {
        self.check_expect(expect, KeyPart::Overlap);
        let mut sets = |key: &str| match expect.get(key) {
            Some(node) => {
                let items = self.items(key, node, "a list of lists of calls");
                items.iter().map(|item| self.call_list(key, item)).collect()
            }
            None => Vec::new(),
        };
        let (never, always) = (sets("never"), sets("always"));
        StepKind::Overlaps {
            fake,
            most: self.count("most", expect.get("most")),
            least: self.count("least", expect.get("least")),
            never,
            always,
        }
    }

    fn log(&mut self, name: String, expect: &Node) -> StepKind {
        self.check_expect(expect, KeyPart::LogLook);
        let lines = match expect.get("lines") {
            Some(node) => {
                let items = self.items("lines", node, "a list of lines");
                items
                    .iter()
                    .map(|item| self.text_pattern("lines", item))
                    .collect()
            }
            None => Vec::new(),
        };
        let not = expect.get("not").map(|node| self.texts("not", node));
        let not = not.unwrap_or_default().into_iter();
        StepKind::Log {
            name,
            lines,
            not: not.map(|(text, span)| Text::parse(&text, span)).collect(),
        }
    }

    fn processes(&mut self, of: String, expect: &Node) -> Option<StepKind> {
        let count = match expect.as_list() {
            Some([]) => Some(0),
            Some(_) | None => expect.to_json().as_u64(),
        };
        if count.is_none() {
            self.wrong("expect", expect, "`[]` for none, or how many");
        }
        Some(StepKind::Processes { of, count: count? })
    }

    /// Checks that nothing is repeated that changes something.
    fn check_within(&mut self, kinds: &[StepKind], node: &Node) {
        let within = node.get("within");
        let mut wrong = |span: Span, message: &str, help: &str| {
            self.report_with_help(codes::INVALID_VALUE, span, message, help);
        };
        for kind in kinds {
            if let StepKind::Run { until, expect, .. } = kind {
                match (within, until) {
                    (Some(within), false) => wrong(
                        within.span,
                        "`within` runs a program again and again, and that may change something",
                        "Write `timeout` for the longest that it may take, or `until: true` beside `within`.",
                    ),
                    (None, true) => wrong(
                        node.get("until").map_or(node.span, |node| node.span),
                        "`until` without `within`",
                        "Say with `within` for how long it is run again.",
                    ),
                    (Some(within), true) if expect.is_none() => {
                        wrong(within.span, "`within` without `expect`", "Say how it must end.");
                    }
                    (Some(_), true) | (None, false) => {}
                }
            }
            if let StepKind::Http { method, expect, .. } = kind
                && let Some(within) = within
            {
                if method != "GET" && method != "HEAD" {
                    let message = format!(
                        "`within` makes a request again and again, and `{method}` may change something"
                    );
                    let help = "Write `timeout` for the longest that it may take.";
                    wrong(within.span, &message, help);
                } else if expect.is_none() {
                    wrong(
                        within.span,
                        "`within` without `expect`",
                        "Say what must be answered.",
                    );
                }
            }
        }
        for key in ["within", "timeout"] {
            let length = node
                .get(key)
                .and_then(|node| Some((node, lapse::lapse(node.as_str()?)?)));
            if let Some((node, Lapse::Fixed(0) | Lapse::Elastic(0))) = length {
                self.wrong(key, node, "longer than nothing");
            }
        }
    }
}
