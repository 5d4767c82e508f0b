//! `target.yaml` into a [`Target`]: every key checked, every mistake located.

use super::{CONVENTIONS, Comments, Target, Tool};
use crate::codes;
use crate::naming::NameStyle;
use ghostc_spec::fields::Fields;
use ghostc_spec::number_limits::NumberLimits;
use ghostc_spec::template::Templates;
use ghostc_syntax::yaml::Node;
use ghostc_syntax::{Diagnostic, Span};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

const KEYS: &[&str] = &[
    "name",
    "title",
    "ident",
    "toolchain",
    "paths",
    "link",
    "tests",
    "driver",
    "build",
    "drive",
    "test",
    "ignore",
    "env",
    "comments",
    "numbers",
    "program",
];

/// How names are spelled, and which of them get a mark.
pub(super) struct Naming {
    pub(super) function: NameStyle,
    pub(super) module: NameStyle,
    pub(super) test_name: NameStyle,
    pub(super) class: NameStyle,
    pub(super) reserved: BTreeSet<String>,
    /// What the native test suite calls its own.
    pub(super) suite: BTreeSet<String>,
}

impl Default for Naming {
    fn default() -> Naming {
        Naming {
            function: NameStyle::Snake,
            module: NameStyle::Snake,
            test_name: NameStyle::Snake,
            class: NameStyle::Pascal,
            reserved: BTreeSet::new(),
            suite: BTreeSet::new(),
        }
    }
}

/// Reads `target.yaml`.
pub(super) struct Reader<'a> {
    pub(super) folder: &'a str,
    pub(super) files: &'a BTreeMap<&'a str, &'a String>,
    pub(super) findings: &'a mut Vec<Diagnostic>,
    pub(super) root: &'a Node,
}

impl Reader<'_> {
    pub(super) fn read(&mut self, name: &str, templates: Templates) -> Target {
        let mut fields = Fields::new(self.root, "`target.yaml`", KEYS, self.findings);
        // What a target is called is the name of its folder.
        fields.text("name");
        let title = fields.text("title").unwrap_or_else(|| name.to_string());
        let (drive, test) = (
            fields.list("drive").unwrap_or_default(),
            fields.list("test").unwrap_or_default(),
        );
        let ignore = fields.list("ignore").unwrap_or_default();
        let node = |key: &str| self.root.get(key);
        let (module_path, may_write) = self.paths(node("paths"));
        let naming = self.naming(node("ident"));
        if drive.is_empty() {
            self.invalid(
                self.root.span,
                "a target needs `drive`, the command that starts its driver",
            );
        }
        if !self.files.contains_key(CONVENTIONS) {
            let message = format!("a target needs `templates/{}{CONVENTIONS}`", self.folder);
            self.invalid(self.root.span, &message);
        }
        Target {
            name: name.to_string(),
            title,
            toolchain: self.toolchain(node("toolchain")),
            build: self.commands(node("build")),
            drive,
            test,
            ignore,
            env: self.texts("env", node("env")),
            comments: self.comments(node("comments")),
            numbers: self.numbers(node("numbers")),
            program: self.program(node("program")),
            digest: String::new(),
            prompt_digest: String::new(),
            objects_digest: String::new(),
            naming,
            module_path,
            may_write,
            link: self.template_files("link", node("link")),
            tests: self.template_files("tests", node("tests")),
            driver: self.template_files("driver", node("driver")),
            yaml_path: String::new(),
            yaml_text: String::new(),
            templates,
            paths: OnceLock::new(),
        }
    }

    pub(super) fn invalid(&mut self, span: Span, message: &str) {
        let span = span.first_line(self.files.get("target.yaml").map_or("", |text| text.as_str()));
        self.findings
            .push(Diagnostic::new(codes::INVALID_TARGET, span, message));
    }

    fn paths(&mut self, node: Option<&Node>) -> (String, Vec<String>) {
        let Some(node) = node else {
            self.invalid(
                self.root.span,
                "a target needs `paths`, where the files of a task go",
            );
            return Default::default();
        };
        let mut fields = Fields::new(node, "`paths`", &["module", "may_write"], self.findings);
        let (module, may_write) = (fields.text("module"), fields.list("may_write"));
        if module.is_none() {
            self.invalid(node.span, "`paths` needs `module`, the main file of a task");
        }
        let module = module.unwrap_or_default();
        let may_write = may_write.unwrap_or_else(|| vec![module.clone()]);
        (module, may_write)
    }

    fn naming(&mut self, node: Option<&Node>) -> Naming {
        let usual = Naming::default();
        let Some(node) = node else { return usual };
        let mut fields = Fields::new(
            node,
            "`ident`",
            &["function", "module", "test", "class", "reserved", "suite"],
            self.findings,
        );
        let mut style = |key: &str, default: NameStyle| {
            let Some(name) = fields.text(key) else {
                return default;
            };
            NameStyle::parse(&name).unwrap_or_else(|| {
                let span = fields.node(key).map_or(node.span, |node| node.span);
                let found = Diagnostic::new(
                    codes::INVALID_TARGET,
                    span,
                    format!("no way to spell names is called `{name}`"),
                );
                fields.findings().push(found.suggest(
                    &name,
                    span,
                    &["snake", "camel", "pascal", "kebab", "flat"],
                ));
                default
            })
        };
        Naming {
            function: style("function", usual.function),
            module: style("module", usual.module),
            test_name: style("test", usual.test_name),
            class: style("class", usual.class),
            reserved: fields.list("reserved").unwrap_or_default().into_iter().collect(),
            suite: fields.list("suite").unwrap_or_default().into_iter().collect(),
        }
    }

    pub(super) fn toolchain(&mut self, node: Option<&Node>) -> Vec<Tool> {
        let Some(node) = node else { return Vec::new() };
        let Some(items) = node.as_list() else {
            self.invalid(node.span, "`toolchain` must be a list of commands");
            return Vec::new();
        };
        items.iter().map(|item| self.tool(item)).collect()
    }

    fn tool(&mut self, item: &Node) -> Tool {
        let mut fields = Fields::new(item, "a tool", &["run", "at_least", "install"], self.findings);
        let has_command = fields.node("run").is_some();
        let tool = Tool {
            run: fields.list("run").unwrap_or_default(),
            at_least: fields.scalar("at_least"),
            install: fields.text("install").unwrap_or_default(),
        };
        if !has_command && item.as_map().is_some() {
            self.invalid(
                item.span,
                "a tool needs `run`, the command that tells its version",
            );
        }
        tool
    }

    pub(super) fn numbers(&mut self, node: Option<&Node>) -> NumberLimits {
        let mut limits = NumberLimits::default();
        let Some(node) = node else { return limits };
        let known = ["largest_integer", "integers_and_floats_differ"];
        let mut fields = Fields::new(node, "`numbers`", &known, self.findings);
        if let Some(differ) = fields.node("integers_and_floats_differ") {
            match differ.as_bool() {
                Some(differ) => limits.integers_and_floats_differ = differ,
                None => fields.wrong("integers_and_floats_differ", differ, "`true` or `false`"),
            }
        }
        if let Some(largest) = fields.node("largest_integer") {
            let digits = largest.scalar_text().unwrap_or_default();
            let is_count = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
            match digits.as_str() {
                "any" => {}
                _ if is_count => limits.largest_integer = Some(digits),
                _ => fields.wrong(
                    "largest_integer",
                    largest,
                    "`any` or an integer that is not negative",
                ),
            }
        }
        limits
    }

    pub(super) fn commands(&mut self, node: Option<&Node>) -> Vec<Vec<String>> {
        let Some(node) = node else { return Vec::new() };
        let argv = |item: &Node| {
            let words: Option<Vec<String>> = item
                .as_list()?
                .iter()
                .map(|word| word.as_str().map(str::to_string))
                .collect();
            words.filter(|words| !words.is_empty())
        };
        let commands: Option<Vec<Vec<String>>> =
            node.as_list().and_then(|items| items.iter().map(argv).collect());
        commands.unwrap_or_else(|| {
            self.invalid(
                node.span,
                "`build` must be a list of commands, each a list of strings",
            );
            Vec::new()
        })
    }

    fn texts(&mut self, key: &str, node: Option<&Node>) -> BTreeMap<String, String> {
        let entries = node.map(|node| node.as_map().ok_or(node.span));
        match entries {
            None => BTreeMap::new(),
            Some(Ok(entries)) => entries
                .iter()
                .filter_map(|entry| match entry.value.as_str() {
                    Some(text) => Some((entry.key.clone(), text.to_string())),
                    None => {
                        let (key, found) = (&entry.key, entry.value.described());
                        self.invalid(
                            entry.value.span,
                            &format!("`{key}` must be a string, not {found}"),
                        );
                        None
                    }
                })
                .collect(),
            Some(Err(span)) => {
                self.invalid(span, &format!("`{key}` must be a mapping"));
                BTreeMap::new()
            }
        }
    }

    pub(super) fn template_files(&mut self, key: &str, node: Option<&Node>) -> BTreeMap<String, String> {
        let files = self.texts(key, node);
        for (path, template) in &files {
            if !self.files.contains_key(template.as_str()) {
                let span = node
                    .and_then(|node| node.get(path))
                    .map_or(self.root.span, |node| node.span);
                let message = format!("there is no template `templates/{}{template}`", self.folder);
                self.invalid(span, &message);
            }
        }
        files
    }

    fn comments(&mut self, node: Option<&Node>) -> Comments {
        let Some(node) = node else {
            return Comments::default();
        };
        let mut fields = Fields::new(node, "`comments`", &["line", "block", "strings"], self.findings);
        let (line, strings) = (
            fields.list("line").unwrap_or_default(),
            fields.list("strings").unwrap_or_default(),
        );
        let pair = |item: &Node| match item.as_list()? {
            [open, close] => Some((open.as_str()?.to_string(), close.as_str()?.to_string())),
            _ => None,
        };
        let block = fields.node("block");
        let pairs: Option<Vec<(String, String)>> = match block {
            None => Some(Vec::new()),
            Some(node) => node.as_list().and_then(|items| items.iter().map(pair).collect()),
        };
        Comments {
            line,
            block: pairs.unwrap_or_else(|| {
                let span = block.map_or(node.span, |block| block.span);
                let message = "`block` must be a list of pairs of strings: an opening mark and a closing one";
                self.invalid(span, message);
                Vec::new()
            }),
            strings,
        }
    }
}
