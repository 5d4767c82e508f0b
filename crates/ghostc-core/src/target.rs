//! Targets: a folder of templates with a `target.yaml` that turns operations and cases into a language's files.
//!
//! Everything that depends on a language is in that folder; here is only how it is read and rendered.

use crate::content::short_hex;
use crate::fields::Fields;
use crate::library::{Operation, Package};
use crate::naming::NameStyle;
use crate::template::{TemplateError, Templates, render_text};
use crate::{codes, judge::JudgedCase};
use ghostc_syntax::yaml::{self, Node};
use ghostc_syntax::{Diagnostic, Expectation, Source, Sources, Span};
use include_dir::{Dir, include_dir};
use serde::Serialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The built-in templates: `prompts/…` and `targets/<name>/…`.
static BUILT_IN: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../templates");

/// The built-in templates as text, by path.
pub fn built_in_templates() -> BTreeMap<String, String> {
    fn walk(dir: &Dir<'_>, out: &mut BTreeMap<String, String>) {
        for file in dir.files() {
            let text = file.contents_utf8().map(str::to_string);
            out.extend(file.path().to_str().map(|path| path.replace('\\', "/")).zip(text));
        }
        dir.dirs().for_each(|dir| walk(dir, out));
    }
    let mut out = BTreeMap::new();
    walk(&BUILT_IN, &mut out);
    out
}

/// The names of the targets that some templates hold.
pub fn names(templates: &BTreeMap<String, String>) -> Vec<String> {
    let named = templates
        .keys()
        .filter_map(|path| path.strip_prefix("targets/")?.strip_suffix("/target.yaml"));
    named.map(str::to_string).collect()
}

/// A program that a target needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tool {
    /// A command that succeeds where it is installed.
    pub run: Vec<String>,
    /// The least version, compared with the first dotted number that the command prints.
    pub at_least: Option<String>,
    /// How to get it, as an imperative phrase.
    pub install: String,
}

/// What does not count as code when two versions are compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comments {
    /// Starts of comments that run to the end of their line.
    pub line: Vec<String>,
    /// Opening and closing marks of other comments.
    pub block: Vec<(String, String)>,
    /// Quotes in which nothing is a comment.
    pub strings: Vec<String>,
}

/// A language back end.
pub struct Target {
    /// The name of its folder.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// The programs that it needs.
    pub toolchain: Vec<Tool>,
    /// Commands that build the driver.
    pub build: Vec<Vec<String>>,
    /// The command that starts the driver.
    pub drive: Vec<String>,
    /// The command that runs the native test suite.
    pub test: Vec<String>,
    /// Paths that an agent may leave behind and that are not collected.
    pub ignore: Vec<String>,
    /// Environment of its commands.
    pub env: BTreeMap<String, String>,
    /// What is no code.
    pub comments: Comments,
    /// The hash of all its files: what a verdict depends on.
    pub digest: String,
    /// The hash of what its prompts depend on.
    pub prompt_digest: String,
    function: NameStyle,
    module: NameStyle,
    test_name: NameStyle,
    reserved: BTreeSet<String>,
    module_path: String,
    may_write: Vec<String>,
    link: BTreeMap<String, String>,
    tests: BTreeMap<String, String>,
    driver: BTreeMap<String, String>,
    yaml_path: String,
    yaml_text: String,
    templates: Templates,
}

/// Where a task's files go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Paths {
    /// The main file of each operation.
    pub modules: Vec<String>,
    /// Globs of what may be written.
    pub may_write: Vec<String>,
}

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
];
const CONVENTIONS: &str = "conventions.md.jinja";

/// A target that cannot be used: what is wrong, with the text it is wrong in.
#[derive(Debug)]
pub struct TargetError {
    /// The text of `target.yaml`.
    pub sources: Sources,
    /// The findings, at least one of them an error.
    pub diagnostics: Vec<Diagnostic>,
}

impl From<TemplateError> for TargetError {
    fn from(error: TemplateError) -> TargetError {
        TargetError {
            sources: error.sources,
            diagnostics: vec![*error.diagnostic],
        }
    }
}

impl Target {
    /// Reads the target of a name from templates by path.
    ///
    /// # Errors
    /// Findings in `target.yaml` and in its templates; a target with any of them is not used.
    pub fn load(name: &str, templates: &BTreeMap<String, String>) -> Result<Target, TargetError> {
        let folder = format!("targets/{name}/");
        let files: BTreeMap<&str, &String> = templates
            .iter()
            .filter_map(|(path, text)| Some((path.strip_prefix(&folder)?, text)))
            .collect();
        let yaml_path = format!("templates/{folder}target.yaml");
        let yaml_text = files.get("target.yaml").map_or("", |text| text.as_str());
        let mut sources = Sources::default();
        let file = sources.add(Source::new(&yaml_path, yaml_text));
        let read = yaml::parse(file, yaml_text, 0);
        let mut findings = read.diagnostics;
        let texts = files.iter().filter(|(path, _)| path.ends_with(".jinja"));
        let texts = texts
            .map(|(path, text)| (format!("templates/{folder}{path}"), (*text).clone()))
            .collect();
        let root = read.value.unwrap_or(Node {
            span: Span::start_of(file),
            value: yaml::Value::Map(Vec::new()),
        });
        let mut reader = Reader {
            folder: &folder,
            files: &files,
            findings: &mut findings,
            root: &root,
        };
        let mut target = reader.read(name, Templates::new(texts)?);
        target.yaml_path = yaml_path;
        target.yaml_text = yaml_text.to_string();
        target.digest = digest(files.iter().map(|(path, text)| (*path, text.as_str())));
        target.prompt_digest = target.prompt_hash(files.get(CONVENTIONS).map_or("", |text| text.as_str()));
        if findings.is_empty() {
            Ok(target)
        } else {
            Err(TargetError {
                sources,
                diagnostics: findings,
            })
        }
    }

    fn prompt_hash(&self, conventions: &str) -> String {
        let naming = format!("{:?} {:?} {:?}", self.function, self.module, self.reserved);
        let write = self.may_write.join("\n");
        let test = self.test.join("\n");
        let parts = [
            ("title", self.title.as_str()),
            ("naming", &naming),
            ("module", &self.module_path),
        ];
        digest(parts.into_iter().chain([
            ("write", write.as_str()),
            ("test", &test),
            ("conventions", conventions),
        ]))
    }

    /// Where the files of some operations go.
    ///
    /// # Errors
    /// A path template of `target.yaml` that cannot be rendered.
    pub fn paths(&self, package: &Package, operations: &[usize]) -> Result<Paths, TemplateError> {
        let mut paths = Paths::default();
        for operation in operations.iter().filter_map(|at| package.operations.get(*at)) {
            let context = PathContext {
                package: self.package(package),
                operation: self.operation(operation, Vec::new()),
            };
            paths.modules.push(self.render_path(&self.module_path, &context)?);
            for pattern in &self.may_write {
                paths.may_write.push(self.render_path(pattern, &context)?);
            }
        }
        Ok(paths)
    }

    /// The files that ghostc itself puts into the library, for the operations whose code is there.
    ///
    /// # Errors
    /// A template that cannot be rendered.
    pub fn link(
        &self,
        package: &Package,
        operations: &[usize],
    ) -> Result<BTreeMap<String, String>, TemplateError> {
        self.render(&self.link, package, operations, |_| false)
    }

    /// The native test suite of some operations, with the cases that `include` admits.
    ///
    /// # Errors
    /// A template that cannot be rendered.
    pub fn tests(
        &self,
        package: &Package,
        operations: &[usize],
        include: impl Fn(&crate::Case) -> bool,
    ) -> Result<BTreeMap<String, String>, TemplateError> {
        self.render(&self.tests, package, operations, include)
    }

    /// The driver's files, for a folder that the agent never sees.
    ///
    /// # Errors
    /// A template that cannot be rendered.
    pub fn driver(
        &self,
        package: &Package,
        operations: &[usize],
    ) -> Result<BTreeMap<String, String>, TemplateError> {
        self.render(&self.driver, package, operations, |_| false)
    }

    /// How code looks in this language: the part of a prompt that all tasks of a package share.
    ///
    /// # Errors
    /// A template that cannot be rendered.
    pub fn conventions(&self, package: &Package) -> Result<String, TemplateError> {
        let context = ConventionsContext {
            package: self.package(package),
            target: TargetContext {
                name: &self.name,
                title: &self.title,
            },
        };
        self.templates.render(&self.template_path(CONVENTIONS), &context)
    }

    /// A package's name as a module of the language.
    pub fn package_module(&self, package: &Package) -> String {
        self.spell(self.module, &package.name)
    }

    /// An operation's name as a function of the language.
    pub fn function_name(&self, operation: &Operation) -> String {
        self.spell(self.function, &operation.name)
    }

    fn template_path(&self, file: &str) -> String {
        format!("{}{file}", self.yaml_path.trim_end_matches("target.yaml"))
    }

    /// Renders a path of `target.yaml`; what is wrong with it is located there.
    fn render_path(&self, path: &str, context: &impl Serialize) -> Result<String, TemplateError> {
        let rendered = render_text(path, &self.yaml_path, context);
        rendered.map_err(|error| error.inside(&self.yaml_path, &self.yaml_text, path))
    }

    fn spell(&self, style: NameStyle, name: &str) -> String {
        let spelled = style.spell(name);
        if self.reserved.contains(&spelled) {
            format!("{spelled}_")
        } else {
            spelled
        }
    }

    fn render(
        &self,
        files: &BTreeMap<String, String>,
        package: &Package,
        operations: &[usize],
        include: impl Fn(&crate::Case) -> bool,
    ) -> Result<BTreeMap<String, String>, TemplateError> {
        let mut names: BTreeMap<String, usize> = BTreeMap::new();
        let operations = operations
            .iter()
            .filter_map(|at| Some((*at, package.operations.get(*at)?)));
        let operations = operations
            .map(|(at, operation)| {
                let cases = package.cases_of(at).filter(|case| include(case));
                let cases = cases.map(|case| self.case(case, &mut names)).collect();
                self.operation(operation, cases)
            })
            .collect();
        let context = LinkContext {
            package: self.package(package),
            operations,
        };
        let rendered = files.iter().map(|(path, template)| {
            let path = self.render_path(path, &context)?;
            Ok((
                path,
                self.templates.render(&self.template_path(template), &context)?,
            ))
        });
        rendered.collect()
    }

    fn package(&self, package: &Package) -> PackageContext {
        PackageContext {
            name: package.name.clone(),
            module: self.package_module(package),
            version: package.version.clone(),
            title: package.title.clone(),
        }
    }

    fn operation(&self, operation: &Operation, cases: Vec<CaseContext>) -> OperationContext {
        let params = operation.signature.params.iter().map(|param| ParamContext {
            ident: self.spell(self.function, &param.name),
            name: param.name.clone(),
            optional: param.optional,
        });
        OperationContext {
            name: operation.name.clone(),
            function: self.function_name(operation),
            module: self.spell(self.module, &operation.name),
            signature: operation.signature.text.clone(),
            summary: operation.summary.clone(),
            params: params.collect(),
            cases,
        }
    }

    fn case(&self, case: &crate::Case, names: &mut BTreeMap<String, usize>) -> CaseContext {
        let base = self.test_name.spell(&case.id);
        let count = names
            .entry(base.clone())
            .and_modify(|count| *count += 1)
            .or_insert(1);
        let test = if *count > 1 {
            format!("{base}_{count}")
        } else {
            base
        };
        let (output, has_output, error) = match &case.expect {
            Expectation::Output(value) => (value.clone(), true, Value::Null),
            Expectation::Error => (Value::Null, false, Value::Bool(true)),
            Expectation::ErrorWith(text) => (Value::Null, false, Value::String(text.clone())),
            Expectation::Pattern => (Value::Null, false, Value::Null),
        };
        CaseContext {
            id: case.id.clone(),
            name: case.name.clone(),
            test,
            input: case.input.clone(),
            output,
            has_output,
            error,
            approx: case.approx,
            matches: case.matches.clone(),
            requirement: case.requirement.clone(),
        }
    }
}

/// The cases of some operations as a driver is asked.
pub fn judged_cases(package: &Package, operations: &[usize], sources: &Sources) -> Vec<JudgedCase> {
    let cases = operations
        .iter()
        .flat_map(|at| package.cases_of(*at).map(|case| (*at, case)));
    cases
        .filter_map(|(at, case)| {
            Some(JudgedCase {
                id: case.id.clone(),
                operation: package.operations.get(at)?.name.clone(),
                held_out: case.held_out,
                input: case.input.clone(),
                expect: case.expect.clone(),
                approx: case.approx,
                matches: case.matches.clone(),
                place: sources.place(case.span),
            })
        })
        .collect()
}

fn digest<'p>(parts: impl Iterator<Item = (&'p str, &'p str)>) -> String {
    let mut hasher = blake3::Hasher::new();
    for (name, text) in parts {
        hasher
            .update(name.as_bytes())
            .update(&[0])
            .update(text.as_bytes())
            .update(&[0]);
    }
    short_hex(&hasher.finalize())
}

#[derive(Serialize)]
struct PackageContext {
    name: String,
    module: String,
    version: Option<String>,
    title: String,
}

#[derive(Serialize)]
struct TargetContext<'t> {
    name: &'t str,
    title: &'t str,
}

#[derive(Serialize)]
struct ConventionsContext<'t> {
    package: PackageContext,
    target: TargetContext<'t>,
}

#[derive(Serialize)]
struct PathContext {
    package: PackageContext,
    operation: OperationContext,
}

#[derive(Serialize)]
struct LinkContext {
    package: PackageContext,
    operations: Vec<OperationContext>,
}

#[derive(Serialize)]
struct OperationContext {
    name: String,
    function: String,
    module: String,
    signature: String,
    summary: String,
    params: Vec<ParamContext>,
    cases: Vec<CaseContext>,
}

#[derive(Serialize)]
struct ParamContext {
    name: String,
    ident: String,
    optional: bool,
}

#[derive(Serialize)]
struct CaseContext {
    id: String,
    name: String,
    test: String,
    input: Value,
    output: Value,
    has_output: bool,
    error: Value,
    approx: Option<f64>,
    matches: Option<String>,
    requirement: Option<String>,
}

/// Reads `target.yaml`.
struct Reader<'a> {
    folder: &'a str,
    files: &'a BTreeMap<&'a str, &'a String>,
    findings: &'a mut Vec<Diagnostic>,
    root: &'a Node,
}

impl Reader<'_> {
    fn read(&mut self, name: &str, templates: Templates) -> Target {
        let mut fields = Fields::new(self.root, "`target.yaml`", KEYS, self.findings);
        let title = fields.text("title").unwrap_or_else(|| name.to_string());
        let (drive, test) = (
            fields.list("drive").unwrap_or_default(),
            fields.list("test").unwrap_or_default(),
        );
        let ignore = fields.list("ignore").unwrap_or_default();
        let node = |key: &str| self.root.get(key);
        let (module_path, may_write) = self.paths(node("paths"));
        let (function, module, test_name, reserved) = self.naming(node("ident"));
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
            digest: String::new(),
            prompt_digest: String::new(),
            function,
            module,
            test_name,
            reserved,
            module_path,
            may_write,
            link: self.template_files("link", node("link")),
            tests: self.template_files("tests", node("tests")),
            driver: self.template_files("driver", node("driver")),
            yaml_path: String::new(),
            yaml_text: String::new(),
            templates,
        }
    }

    fn invalid(&mut self, span: Span, message: &str) {
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

    fn naming(&mut self, node: Option<&Node>) -> (NameStyle, NameStyle, NameStyle, BTreeSet<String>) {
        let default = NameStyle::Snake;
        let Some(node) = node else {
            return (default, default, default, BTreeSet::new());
        };
        let mut fields = Fields::new(
            node,
            "`ident`",
            &["function", "module", "test", "reserved"],
            self.findings,
        );
        let mut style = |key: &str| {
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
        let styles = (style("function"), style("module"), style("test"));
        let reserved = fields.list("reserved").unwrap_or_default().into_iter().collect();
        (styles.0, styles.1, styles.2, reserved)
    }

    fn toolchain(&mut self, node: Option<&Node>) -> Vec<Tool> {
        let Some(node) = node else { return Vec::new() };
        let Some(items) = node.as_list() else {
            self.invalid(node.span, "`toolchain` must be a list of commands");
            return Vec::new();
        };
        let tools = items.iter().map(|item| {
            let mut fields = Fields::new(item, "a tool", &["run", "at_least", "install"], self.findings);
            Tool {
                run: fields.list("run").unwrap_or_default(),
                at_least: fields.scalar("at_least"),
                install: fields.text("install").unwrap_or_default(),
            }
        });
        tools.collect()
    }

    fn commands(&mut self, node: Option<&Node>) -> Vec<Vec<String>> {
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

    fn template_files(&mut self, key: &str, node: Option<&Node>) -> BTreeMap<String, String> {
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
        let block = fields.node("block").and_then(Node::as_list).unwrap_or_default();
        Comments {
            line,
            block: block.iter().filter_map(pair).collect(),
            strings,
        }
    }
}
