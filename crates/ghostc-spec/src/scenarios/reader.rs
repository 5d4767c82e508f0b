//! Values of scenario files: texts, data, lengths of time, commands; what is wrong with one is a located finding.

use super::keys::{KeyPart, keys_of};
use super::lapse::{self, LAPSE};
use crate::codes;
use crate::fields::Fields;
use ghostc_syntax::script::text::{CommandLine, Text, Word};
use ghostc_syntax::script::{Data, Lapse};
use ghostc_syntax::yaml::{Content, Entry, Node};
use ghostc_syntax::{Code, Diagnostic, Span, Value};
use std::collections::BTreeSet;

/// The names of variables that have a meaning of their own.
pub(super) const OWN_NAMES: [&str; 3] = ["dir", "fakes", "word"];

/// Reads values, and keeps what is wrong with them.
pub(super) struct ScenarioReader {
    /// What was found.
    pub(super) findings: Vec<Diagnostic>,
    /// What was found that several scenarios could say of one place.
    pub(super) told: BTreeSet<(Span, String)>,
    /// How many steps may still be made.
    pub(super) steps_left: usize,
}

impl ScenarioReader {
    /// A reader to which some things were found already; it may make so many steps.
    pub(super) fn new(findings: Vec<Diagnostic>, steps_left: usize) -> ScenarioReader {
        ScenarioReader {
            findings,
            told: BTreeSet::new(),
            steps_left,
        }
    }

    /// Keeps a finding.
    pub(super) fn report(&mut self, code: Code, span: Span, message: impl Into<String>) -> &mut Diagnostic {
        self.findings.push(Diagnostic::new(code, span, message));
        self.findings.last_mut().expect("something was just pushed")
    }

    /// Keeps a finding with what to do about it.
    pub(super) fn report_with_help(
        &mut self,
        code: Code,
        span: Span,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.report(code, span, message).help = Some(help.into());
    }

    /// Keeps the finding that a value is not what it must be.
    pub(super) fn wrong(&mut self, key: &str, node: &Node, wanted: &str) {
        let message = format!("`{key}` must be {wanted}, not {}", node.described());
        self.report(codes::INVALID_VALUE, node.span, message);
    }

    /// Keeps the finding that a value is empty.
    pub(super) fn empty(&mut self, key: &str, node: &Node, help: &str) {
        self.report_with_help(codes::INVALID_VALUE, node.span, format!("`{key}` is empty"), help);
    }

    /// Checks the keys of a mapping.
    pub(super) fn check_keys(&mut self, node: &Node, part: KeyPart) {
        Fields::new(node, part.what(), &keys_of(part), &mut self.findings);
    }

    /// The entries of a mapping whose keys are names of the author's.
    pub(super) fn named<'n>(&mut self, key: &str, node: &'n Node, wanted: &str) -> &'n [Entry] {
        let entries = node.as_map();
        if entries.is_none() {
            self.wrong(key, node, wanted);
        }
        entries.unwrap_or_default()
    }

    /// The items of a list.
    pub(super) fn items<'n>(&mut self, key: &str, node: &'n Node, wanted: &str) -> &'n [Node] {
        let items = node.as_list();
        if items.is_none() {
            self.wrong(key, node, wanted);
        }
        items.unwrap_or_default()
    }

    /// The texts of a list, or of one text.
    pub(super) fn texts(&mut self, key: &str, node: &Node) -> Vec<(String, Span)> {
        let items = match node.as_list() {
            Some(items) => items,
            None => std::slice::from_ref(node),
        };
        let texts = items.iter().filter_map(|item| {
            let text = item.scalar_text();
            if text.is_none() {
                self.wrong(key, item, "a text or a list of texts");
            }
            Some((text?, item.span))
        });
        texts.collect()
    }

    /// A text with variables.
    pub(super) fn text(&mut self, key: &str, node: &Node) -> Option<Text> {
        let text = node.scalar_text();
        if text.is_none() {
            self.wrong(key, node, "a text");
        }
        text.map(|text| Text::parse(&text, node.span))
    }

    /// A text without variables.
    pub(super) fn word(&mut self, key: &str, node: &Node) -> Option<String> {
        let text = node.as_str().map(str::to_string);
        if text.is_none() {
            self.wrong(key, node, "a text");
        }
        text
    }

    /// A boolean.
    pub(super) fn flag(&mut self, key: &str, node: Option<&Node>) -> Option<bool> {
        let node = node?;
        let value = node.as_bool();
        if value.is_none() {
            self.wrong(key, node, "`true` or `false`");
        }
        value
    }

    /// A key that can only be set.
    pub(super) fn only_true(&mut self, key: &str, node: Option<&Node>) -> bool {
        match node {
            None => false,
            Some(node) if node.as_bool() == Some(true) => true,
            Some(node) => {
                self.wrong(key, node, "`true`");
                false
            }
        }
    }

    /// A whole number that is not negative.
    pub(super) fn count(&mut self, key: &str, node: Option<&Node>) -> Option<u64> {
        let node = node?;
        let value = node.to_json().as_u64();
        if value.is_none() {
            self.wrong(key, node, "a whole number");
        }
        value
    }

    /// A length of time.
    pub(super) fn lapse(&mut self, key: &str, node: Option<&Node>) -> Option<Lapse> {
        let node = node?;
        let value = node.as_str().and_then(lapse::lapse);
        if value.is_none() {
            self.wrong(key, node, LAPSE);
        }
        value
    }

    /// A regular expression; gives its named groups.
    pub(super) fn regex(&mut self, key: &str, node: &Node) -> Option<(String, Vec<String>)> {
        let text = self.word(key, node)?;
        match regex_lite::Regex::new(&text) {
            Ok(compiled) => {
                let groups = compiled.capture_names().flatten().map(str::to_string);
                let groups: Vec<String> = groups.collect();
                for group in &groups {
                    self.variable_name(group, node.span);
                }
                Some((text, groups))
            }
            Err(error) => {
                let message = format!("`{key}` is not a regular expression: {error}");
                self.report(codes::INVALID_VALUE, node.span, message);
                None
            }
        }
    }

    /// A JSON Schema.
    pub(super) fn json_schema(&mut self, key: &str, node: &Node) -> Value {
        let schema = node.to_json();
        if node.as_map().is_none() && node.as_bool().is_none() {
            self.wrong(key, node, "a JSON Schema");
            return schema;
        }
        let json = serde_json::from_str(&schema.to_string()).unwrap_or_default();
        if let Err(error) = jsonschema::validator_for(&json) {
            let path = error.instance_path().to_string();
            let place = path
                .split('/')
                .skip(1)
                .try_fold(node, |node, part| match node.as_list() {
                    Some(items) => items.get(part.parse::<usize>().ok()?),
                    None => node.get(&part.replace("~1", "/").replace("~0", "~")),
                });
            let span = place.map_or(node.span, |node| node.span);
            let why: String = error.to_string().chars().take(200).collect();
            let message = format!("`{key}` is not a JSON Schema: {why}");
            self.report(codes::INVALID_VALUE, span, message);
        }
        schema
    }

    /// Checks that a variable can have a name.
    pub(super) fn variable_name(&mut self, name: &str, span: Span) {
        if !is_variable(name) {
            let message = format!("`{name}` cannot be the name of a variable");
            let help = "Use letters, digits and `_`, with no digit at the start.";
            self.report_with_help(codes::INVALID_VALUE, span, message, help);
        } else if OWN_NAMES.contains(&name) {
            let message = format!("`${name}` has a meaning of its own");
            self.report_with_help(codes::REPEATED_NAME, span, message, "Use another name.");
        }
    }

    /// A value with variables.
    pub(super) fn data(&mut self, node: &Node) -> Data {
        match &node.value {
            Content::Scalar(Value::String(text)) => Data::Text(Text::parse(text, node.span)),
            Content::Scalar(value) => Data::Value(value.clone()),
            Content::List(items) => Data::List(items.iter().map(|item| self.data(item)).collect()),
            Content::Map(entries) => {
                if let [entry] = entries.as_slice()
                    && entry.key == "$ms"
                {
                    let length = self.lapse("$ms", Some(&entry.value));
                    return Data::Milliseconds(length.unwrap_or(Lapse::Fixed(0)));
                }
                let fields = entries.iter().map(|entry| {
                    let name = self.member(entry, KeyPart::Computed);
                    (name, self.data(&entry.value))
                });
                Data::Object(fields.collect())
            }
        }
    }

    /// The name of a member of an object: `$$x` is `$x`, and nothing else begins with a dollar.
    pub(super) fn member(&mut self, entry: &Entry, part: KeyPart) -> String {
        match entry.key.strip_prefix('$') {
            Some(rest) if rest.starts_with('$') => rest.to_string(),
            Some(_) => {
                let known = keys_of(part);
                let message = if known.contains(&entry.key.as_str()) {
                    format!("`{}` stands beside other keys", entry.key)
                } else {
                    format!("{} has no key `{}`", part.what(), entry.key)
                };
                let found = Diagnostic::new(codes::UNKNOWN_KEY, entry.key_span, message);
                let found = if known.contains(&entry.key.as_str()) {
                    found
                } else {
                    found.suggest(&entry.key, entry.key_span, &known)
                };
                let escape = format!("Write `${}` for a member whose name begins with `$`.", entry.key);
                self.findings.push(if found.help.is_none() {
                    found.help(escape)
                } else {
                    found
                });
                entry.key.clone()
            }
            None => entry.key.clone(),
        }
    }

    /// A path of a file below the folder of a scenario.
    pub(super) fn path(&mut self, text: &str, span: Span) -> Text {
        let leaves = text.starts_with(['/', '\\', '~']) || text.split(['/', '\\']).any(|part| part == "..");
        if leaves || text.is_empty() {
            let message = if leaves {
                format!("`{text}` leaves the folder of the scenario")
            } else {
                "a path is empty".to_string()
            };
            let help = "Write a path below that folder: every program runs in it.";
            self.report_with_help(codes::INVALID_VALUE, span, message, help);
        }
        Text::parse(text, span)
    }

    /// The arguments of the program under test, or another program with its own.
    pub(super) fn command(&mut self, key: &str, node: &Node) -> Option<CommandLine> {
        if node.as_map().is_none() {
            return self.words(key, node, true);
        }
        self.check_keys(node, KeyPart::Command);
        let Some(words) = node.get("command") else {
            self.report_with_help(
                codes::INVALID_VALUE,
                node.span,
                "another program without `command`",
                "Write `{ command: [program, argument] }`.",
            );
            return None;
        };
        let command = self.words("command", words, false)?;
        if command.words.is_empty() {
            self.empty("command", words, "Write a program and its arguments.");
            return None;
        }
        let message = "this scenario needs another program than the one that it is about";
        self.report_with_help(
            codes::NOT_PORTABLE,
            node.span,
            message,
            "Use `write`, `remove`, `files` and fakes where they do.",
        );
        Some(command)
    }

    /// The words of a command line.
    pub(super) fn words(&mut self, key: &str, node: &Node, under_test: bool) -> Option<CommandLine> {
        if let Some(items) = node.as_list() {
            let words = items.iter().filter_map(|item| {
                let text = self.text(key, item)?;
                Some(Word { text, splits: false })
            });
            return Some(CommandLine {
                under_test,
                words: words.collect(),
                span: node.span,
            });
        }
        let Some(text) = node.scalar_text() else {
            self.wrong(key, node, "words of a command line, or a list of them");
            return None;
        };
        match CommandLine::parse(&text, under_test, node.span) {
            Ok(command) => Some(command),
            Err(why) => {
                self.report(
                    codes::INVALID_VALUE,
                    node.span,
                    format!("this is no command line: {why}"),
                );
                None
            }
        }
    }
}

/// Whether a variable can have a name.
pub(super) fn is_variable(name: &str) -> bool {
    let mut characters = name.chars();
    let starts = characters
        .next()
        .is_some_and(|c| c.is_ascii_alphabetic() || c == '_');
    starts && characters.all(|c| c.is_ascii_alphanumeric() || c == '_')
}
