//! A file of scenarios as it is written: its head, its scenarios and their rows, each by itself.

use super::keys::KeyPart;
use super::reader::ScenarioReader;
use super::steps::WrittenStep;
use crate::codes;
use ghostc_syntax::script::text::{CommandLine, Text};
use ghostc_syntax::script::{Data, Fake};
use ghostc_syntax::yaml::{self, Node};
use ghostc_syntax::{Checked, FileId, Span, Value};
use std::collections::BTreeMap;

/// A file below `scenarios/`.
#[derive(Clone, Debug)]
pub(super) struct WrittenFile {
    pub(super) file: FileId,
    /// Its path below `scenarios/`.
    pub(super) path: String,
    pub(super) covers: Vec<(String, Span)>,
    pub(super) after: Option<Vec<(String, Span)>>,
    pub(super) include: Vec<(String, Span)>,
    pub(super) program: Option<CommandLine>,
    pub(super) settings: Option<WrittenSettings>,
    pub(super) define: BTreeMap<String, Definition>,
    pub(super) fakes: BTreeMap<String, Fake>,
    pub(super) scenarios: Vec<WrittenScenario>,
}

/// Steps with a name.
#[derive(Clone, Debug)]
pub(super) struct Definition {
    pub(super) steps: Vec<WrittenStep>,
    /// Its name.
    pub(super) span: Span,
}

/// The settings file of a program.
#[derive(Clone, Debug)]
pub(super) struct WrittenSettings {
    pub(super) file: Option<Text>,
    pub(super) json: Option<Data>,
    pub(super) span: Span,
}

/// A scenario with all its rows.
#[derive(Clone, Debug)]
pub(super) struct WrittenScenario {
    pub(super) name: String,
    pub(super) name_span: Span,
    pub(super) proves: Vec<(String, Span)>,
    pub(super) held_out: Option<bool>,
    pub(super) todo: bool,
    pub(super) rows: Option<Vec<WrittenRow>>,
    pub(super) settings: Option<(Data, Span)>,
    pub(super) files: Vec<(Text, Data)>,
    pub(super) env: Vec<(String, Text)>,
    pub(super) fakes: BTreeMap<String, Fake>,
    pub(super) steps: Vec<WrittenStep>,
    pub(super) span: Span,
}

/// A row of a table.
#[derive(Clone, Debug)]
pub(super) struct WrittenRow {
    pub(super) name: Option<(String, Span)>,
    pub(super) held_out: Option<bool>,
    pub(super) columns: Vec<(String, Value, Span)>,
    pub(super) span: Span,
}

/// Reads a file; `is_slice` tells one with scenarios from one that is included.
pub(super) fn read(file: FileId, text: &str, path: &str, is_slice: bool) -> Checked<Option<WrittenFile>> {
    let parsed = yaml::parse_values(file, text);
    let mut reader = ScenarioReader::new(parsed.diagnostics, 0);
    let is_broken = !reader.findings.is_empty();
    let Some(root) = parsed.value else {
        if !is_broken {
            reader.report_with_help(
                codes::UNEXPECTED_SHAPE,
                Span::start_of(file),
                "this file is empty",
                "Write `scenarios:` with a list, or take the file out.",
            );
        }
        return Checked::new(None, reader.findings);
    };
    let read = reader.file_of(file, path, &root, is_slice);
    Checked::new(root.as_map().map(|_| read), reader.findings)
}

impl ScenarioReader {
    fn file_of(&mut self, file: FileId, path: &str, root: &Node, is_slice: bool) -> WrittenFile {
        self.check_keys(root, KeyPart::Head);
        let get = |key: &str| root.get(key);
        if !is_slice {
            for key in ["covers", "after", "include", "program", "scenarios"] {
                if let Some(node) = get(key) {
                    let message = format!("`{key}` in a file that is included");
                    let help =
                        "Write it into a file that lies in `scenarios/` itself: each of those is a slice.";
                    self.report_with_help(codes::INVALID_VALUE, node.span, message, help);
                }
            }
        }
        let anchors = get("covers").map(|node| self.texts("covers", node));
        let anchors = anchors.unwrap_or_default().into_iter();
        let define = get("define").map(|node| self.definitions(node));
        let scenarios = get("scenarios").map(|node| self.scenarios(node));
        let has_none = get("scenarios").is_none_or(|node| node.as_list().is_some_and(<[_]>::is_empty));
        if is_slice && root.as_map().is_some() && has_none {
            let span = get("scenarios").map_or(Span::start_of(file), |node| node.span);
            let help =
                "Write `scenarios:` with a list; what is only included lies in a folder below, as `shared/`.";
            self.report_with_help(codes::INVALID_VALUE, span, "a slice without scenarios", help);
        }
        WrittenFile {
            file,
            path: path.to_string(),
            covers: anchors
                .map(|(anchor, span)| (anchor.trim_start_matches('#').to_string(), span))
                .collect(),
            after: get("after").map(|node| self.texts("after", node)),
            include: get("include")
                .map(|node| self.texts("include", node))
                .unwrap_or_default(),
            program: get("program").and_then(|node| {
                let command = self.words("program", node, false)?;
                if command.words.is_empty() {
                    self.empty("program", node, "Write how it is started.");
                }
                Some(command)
            }),
            settings: get("settings").map(|node| self.settings(node)),
            define: define.unwrap_or_default(),
            fakes: get("fakes").map(|node| self.fakes(node)).unwrap_or_default(),
            scenarios: scenarios.unwrap_or_default(),
        }
    }

    fn settings(&mut self, node: &Node) -> WrittenSettings {
        self.check_keys(node, KeyPart::Settings);
        WrittenSettings {
            file: node.get("file").and_then(|node| {
                let path = self.word("file", node)?;
                Some(self.path(&path, node.span))
            }),
            json: node.get("json").map(|node| self.settings_data(node)),
            span: node.span,
        }
    }

    /// An object of settings.
    fn settings_data(&mut self, node: &Node) -> Data {
        let data = self.data(node);
        if !matches!(data, Data::Object(_)) {
            self.wrong("settings", node, "a mapping of settings");
        }
        data
    }

    fn definitions(&mut self, node: &Node) -> BTreeMap<String, Definition> {
        let mut define = BTreeMap::new();
        for entry in self.named("define", node, "a mapping from names to lists of steps") {
            let steps = self.steps(&entry.key, &entry.value);
            if entry.value.as_list().is_some_and(<[_]>::is_empty) {
                self.empty(&entry.key, &entry.value, "Write at least one step.");
            }
            let span = entry.key_span;
            define.insert(entry.key.clone(), Definition { steps, span });
        }
        define
    }

    fn scenarios(&mut self, node: &Node) -> Vec<WrittenScenario> {
        let items = self.items("scenarios", node, "a list of scenarios");
        let read = items.iter().filter_map(|item| self.scenario(item));
        let read: Vec<WrittenScenario> = read.collect();
        let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
        for found in &read {
            match seen.get(found.name.as_str()) {
                None => {
                    seen.insert(&found.name, found.name_span);
                }
                Some(first) => {
                    let message = format!("two scenarios are named `{}`", found.name);
                    let first = *first;
                    let diagnostic = self.report(codes::REPEATED_NAME, found.name_span, message);
                    *diagnostic = diagnostic
                        .clone()
                        .also(first, "the first")
                        .help("Give each a name of its own, or make them rows of a `table`.");
                }
            }
        }
        read
    }

    fn scenario(&mut self, node: &Node) -> Option<WrittenScenario> {
        self.check_keys(node, KeyPart::Scenario);
        node.as_map()?;
        let get = |key: &str| node.get(key);
        let name = match get("name") {
            Some(name) => self.word("name", name).map(|text| (text, name.span)),
            None => {
                self.report_with_help(
                    codes::INVALID_VALUE,
                    Span {
                        end: node.span.start,
                        ..node.span
                    },
                    "a scenario without `name`",
                    "Say in a few words what it shows.",
                );
                None
            }
        };
        let todo = self.only_true("todo", get("todo"));
        let steps = get("steps").map(|node| self.steps("steps", node));
        let files = match get("files") {
            Some(files) => {
                let entries = self.named("files", files, "a mapping from paths to what they hold");
                let files = entries
                    .iter()
                    .map(|entry| (self.path(&entry.key, entry.key_span), self.data(&entry.value)));
                files.collect()
            }
            None => Vec::new(),
        };
        let env = match get("env") {
            Some(env) => {
                let entries = self.named("env", env, "a mapping from variables to texts");
                let env = entries
                    .iter()
                    .filter_map(|entry| Some((entry.key.clone(), self.text(&entry.key, &entry.value)?)));
                env.collect()
            }
            None => Vec::new(),
        };
        let proves = get("proves").map(|node| self.texts("proves", node));
        let read = WrittenScenario {
            proves: proves.unwrap_or_default(),
            held_out: self.flag("held_out", get("held_out")),
            todo,
            rows: get("table").map(|node| self.table(node)),
            settings: get("settings").map(|node| (self.settings_data(node), node.span)),
            files,
            env,
            fakes: get("fakes").map(|node| self.fakes(node)).unwrap_or_default(),
            steps: steps.unwrap_or_default(),
            span: node.span,
            name_span: name.as_ref().map_or(node.span, |(_, span)| *span),
            name: name?.0,
        };
        Some(read)
    }

    fn table(&mut self, node: &Node) -> Vec<WrittenRow> {
        let items = self.items("table", node, "a list of rows");
        if items.is_empty() && node.as_list().is_some() {
            self.empty("table", node, "Write at least one row.");
        }
        let mut rows: Vec<WrittenRow> = Vec::new();
        for item in items {
            let Some(entries) = item.as_map() else {
                let message = format!(
                    "a row must be a mapping from columns to values, not {}",
                    item.described()
                );
                self.report(codes::UNEXPECTED_SHAPE, item.span, message);
                continue;
            };
            let mut row = WrittenRow {
                name: None,
                held_out: self.flag("held_out", item.get("held_out")),
                columns: Vec::new(),
                span: item.span,
            };
            for entry in entries {
                match entry.key.as_str() {
                    "case" => {
                        let name = entry.value.scalar_text();
                        if name.is_none() {
                            self.wrong("case", &entry.value, "a text");
                        }
                        row.name = name.map(|name| (name, entry.value.span));
                    }
                    "held_out" => {}
                    column => {
                        self.variable_name(column, entry.key_span);
                        row.columns
                            .push((column.to_string(), entry.value.to_json(), entry.key_span));
                    }
                }
            }
            rows.push(row);
        }
        rows
    }
}
