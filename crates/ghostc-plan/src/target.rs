//! Targets: a folder of templates with a `target.yaml` that turns operations and cases into a language's files.
//!
//! Everything that depends on a language is in that folder; here is only how it is read and rendered.

mod context;
mod expectations;
mod objects;
mod program;
mod read;
mod templates;

use crate::naming::NameStyle;
use context::{
    CaseContext, ConventionsContext, LinkContext, OperationContext, ParamContext, PathContext,
    TargetNameContext, TargetPackageContext,
};
pub use expectations::judged_cases;
pub use ghostc_judge::code::Comments;
use ghostc_spec::content::short_hex;
use ghostc_spec::library::{Operation, Package};
use ghostc_spec::number_limits::NumberLimits;
use ghostc_spec::template::{Context, TemplateError, Templates, render_text};
use ghostc_syntax::yaml::{self, Node};
use ghostc_syntax::{Diagnostic, Source, Sources, Span};
pub use program::{ProgramCommands, ProgramTarget};
use read::{Naming, Reader};
use std::collections::BTreeMap;
use std::sync::OnceLock;
pub use templates::{built_in_templates, case_presets, names, number_limits, toolchain};

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
    /// What its numbers can hold.
    pub numbers: NumberLimits,
    /// How it builds programs.
    program: Option<ProgramTarget>,
    /// The hash of all its files but for what is said of programs: what a verdict on cases depends on.
    pub digest: String,
    /// The hash of what all its prompts depend on.
    prompt_digest: String,
    /// The hash of what those of packages with objects depend on besides.
    objects_digest: String,
    naming: Naming,
    module_path: String,
    may_write: Vec<String>,
    link: BTreeMap<String, String>,
    tests: BTreeMap<String, String>,
    driver: BTreeMap<String, String>,
    yaml_path: String,
    yaml_text: String,
    templates: Templates,
    /// The paths of `target.yaml` that are templates, each by its own text; nothing where one is not sound.
    paths: OnceLock<Option<Templates>>,
}

/// Where a task's files go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Paths {
    /// The main file of each operation.
    pub modules: Vec<String>,
    /// Globs of what may be written.
    pub may_write: Vec<String>,
}

const CONVENTIONS: &str = "conventions.md.jinja";
/// How objects look; a target without it builds none.
const OBJECTS: &str = "objects.md.jinja";

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
            value: yaml::Content::Map(Vec::new()),
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
        let without_program = without_program(yaml_text, &root);
        let templates = target.program.as_ref().map(ProgramTarget::templates);
        let templates = templates.unwrap_or_default();
        let files_of_cases = files.iter().filter(|(path, _)| !templates.contains(*path));
        let files_of_cases = files_of_cases.map(|(path, text)| match *path {
            "target.yaml" => (*path, without_program.as_str()),
            _ => (*path, text.as_str()),
        });
        target.digest = digest(files_of_cases);
        let text = |name: &str| files.get(name).map_or("", |text| text.as_str());
        target.prompt_digest = target.prompt_hash(text(CONVENTIONS));
        target.objects_digest = digest(
            [
                ("class", format!("{:?}", target.naming.class).as_str()),
                ("objects", text(OBJECTS)),
            ]
            .into_iter(),
        );
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
        let naming = &self.naming;
        let naming = format!("{:?} {:?} {:?}", naming.function, naming.module, naming.reserved);
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
            let context = self.path_context(package, operation);
            let module = self.render_path(&self.module_path, &context)?;
            // An object and its methods have one module.
            if paths.modules.contains(&module) {
                continue;
            }
            for pattern in &self.may_write {
                // Mostly a task may write its module and nothing else.
                let is_module = *pattern == self.module_path;
                let path = if is_module {
                    module.clone()
                } else {
                    self.render_path(pattern, &context)?
                };
                paths.may_write.push(path);
            }
            paths.modules.push(module);
        }
        Ok(paths)
    }

    /// Where the main file of an operation goes.
    ///
    /// # Errors
    /// A path template of `target.yaml` that cannot be rendered.
    pub fn module_path(&self, package: &Package, operation: &Operation) -> Result<String, TemplateError> {
        self.render_path(&self.module_path, &self.path_context(package, operation))
    }

    fn path_context(&self, package: &Package, operation: &Operation) -> Context {
        Context::new(&PathContext {
            package: self.package(package),
            operation: self.operation(operation, Vec::new()),
        })
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

    /// The native test suite of some operations, with the cases that `include` admits. A case that its suite compares by
    /// rules of its own is left out: the language knows none of them.
    ///
    /// # Errors
    /// A template that cannot be rendered.
    pub fn tests(
        &self,
        package: &Package,
        operations: &[usize],
        include: impl Fn(&ghostc_spec::Case) -> bool,
    ) -> Result<BTreeMap<String, String>, TemplateError> {
        let is_plain = |case: &ghostc_spec::Case| {
            let is_same = |value| {
                case.rules
                    .as_ref()
                    .is_none_or(|rules| *rules.normal(value) == *value)
            };
            case.expect.outputs().iter().all(is_same)
        };
        self.render(&self.tests, package, operations, |case| {
            is_plain(case) && include(case)
        })
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
            target: TargetNameContext {
                name: &self.name,
                title: &self.title,
            },
        };
        let context = Context::new(&context);
        let mut text = self
            .templates
            .render(&self.template_path(CONVENTIONS), &context)?;
        if has_objects(package) {
            self.check_objects()?;
            text.truncate(text.trim_end().len());
            text.push('\n');
            text.push_str(&self.templates.render(&self.template_path(OBJECTS), &context)?);
        }
        Ok(text)
    }

    /// The hash of what the prompts of a package depend on.
    pub fn prompt_digest(&self, package: &Package) -> String {
        if has_objects(package) {
            digest(
                [
                    ("all", self.prompt_digest.as_str()),
                    ("objects", &self.objects_digest),
                ]
                .into_iter(),
            )
        } else {
            self.prompt_digest.clone()
        }
    }

    /// A package's name as a module of the language.
    pub fn package_module(&self, package: &Package) -> String {
        self.spell(self.naming.module, &package.name)
    }

    /// An operation's name as a function or method of the language; what makes an object is called like its type.
    pub fn function_name(&self, operation: &Operation) -> String {
        if operation.makes_object() {
            self.spell(self.naming.class, &operation.name)
        } else {
            self.spell(self.naming.function, operation.own_name())
        }
    }

    fn template_path(&self, file: &str) -> String {
        format!("{}{file}", self.yaml_path.trim_end_matches("target.yaml"))
    }

    /// Renders a path of `target.yaml`; what is wrong with it is located there.
    fn render_path(&self, path: &str, context: &Context) -> Result<String, TemplateError> {
        let paths = self
            .paths
            .get_or_init(|| Templates::new(self.path_templates()).ok());
        let rendered = match paths {
            Some(paths) => paths.render(path, context),
            None => render_text(path, &self.yaml_path, context),
        };
        rendered.map_err(|error| error.inside(&self.yaml_path, &self.yaml_text, path))
    }

    fn path_templates(&self) -> BTreeMap<String, String> {
        let of_tasks = std::iter::once(&self.module_path).chain(&self.may_write);
        let of_files = [&self.link, &self.tests, &self.driver];
        let of_files = of_files.into_iter().flat_map(BTreeMap::keys);
        let of_programs = self.program.iter();
        let of_programs = of_programs.flat_map(|program| program.scaffold.keys().chain(&program.may_write));
        let all = of_tasks.chain(of_files).chain(of_programs);
        all.map(|path| (path.clone(), path.clone())).collect()
    }

    fn spell(&self, style: NameStyle, name: &str) -> String {
        let spelled = style.spell(name);
        if self.naming.reserved.contains(&spelled) {
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
        include: impl Fn(&ghostc_spec::Case) -> bool,
    ) -> Result<BTreeMap<String, String>, TemplateError> {
        let mut names: BTreeMap<String, usize> = BTreeMap::new();
        let mut cases_of = |at: usize| -> Vec<CaseContext> {
            let cases = package.cases_of(at).filter(|case| include(case));
            cases.map(|case| self.case(package, case, &mut names)).collect()
        };
        let objects = self.objects(package, operations, &mut cases_of);
        if !objects.is_empty() {
            self.check_objects()?;
        }
        let functions = operations
            .iter()
            .filter_map(|at| Some((*at, package.operations.get(*at)?)))
            .filter(|(_, operation)| operation.object.is_none());
        let functions = functions.map(|(at, operation)| self.operation(operation, cases_of(at)));
        let context = Context::new(&LinkContext {
            package: self.package(package),
            operations: functions.collect(),
            objects,
        });
        let rendered = files.iter().map(|(path, template)| {
            let path = self.render_path(path, &context)?;
            Ok((
                path,
                self.templates.render(&self.template_path(template), &context)?,
            ))
        });
        rendered.collect()
    }

    fn package(&self, package: &Package) -> TargetPackageContext {
        TargetPackageContext {
            name: package.name.clone(),
            module: self.package_module(package),
            command: self.command_name(package),
            version: package.version.clone(),
            title: package.title.clone(),
        }
    }

    fn operation(&self, operation: &Operation, cases: Vec<CaseContext>) -> OperationContext {
        OperationContext {
            name: operation.name.clone(),
            function: self.function_name(operation),
            module: self.module_name(operation),
            signature: operation.signature.text.clone(),
            summary: operation.summary.clone(),
            params: self.params(operation),
            cases,
        }
    }

    fn params(&self, operation: &Operation) -> Vec<ParamContext> {
        let params = operation.signature.params.iter().map(|param| ParamContext {
            ident: self.spell(self.naming.function, &param.name),
            name: param.name.clone(),
            optional: param.optional,
        });
        params.collect()
    }

    /// The module of an operation; a method lies in that of its object.
    fn module_name(&self, operation: &Operation) -> String {
        let name = operation.object.as_ref().unwrap_or(&operation.name);
        self.spell(self.naming.module, name)
    }

    fn case(
        &self,
        package: &Package,
        case: &ghostc_spec::Case,
        names: &mut BTreeMap<String, usize>,
    ) -> CaseContext {
        let base = self.naming.test_name.spell(&case.id);
        let count = names
            .entry(base.clone())
            .and_modify(|count| *count += 1)
            .or_insert(1);
        let test = if *count > 1 {
            format!("{base}_{count}")
        } else {
            base
        };
        CaseContext {
            id: case.id.clone(),
            name: case.name.clone(),
            test,
            input: case.input.as_ref().into(),
            steps: self.steps(package, case),
            expected: self.expected(&case.expect, case.approx, case.exact, case.matches.as_ref()),
            requirement: case.requirement.clone(),
        }
    }
}

/// A text of `target.yaml` as it is without the section on programs.
fn without_program(text: &str, root: &Node) -> String {
    let entries = root.as_map().unwrap_or_default().iter();
    let Some(entry) = entries.into_iter().find(|entry| entry.key == "program") else {
        return text.to_string();
    };
    let (start, end) = (entry.key_span.start as usize, entry.value.span.end as usize);
    let (before, after) = (text.get(..start), text.get(end..));
    // A section at the end, with the blank line before it, leaves the text as it was before there was one.
    format!(
        "{}\n{}",
        before.unwrap_or_default().trim_end(),
        after.unwrap_or_default().trim_start()
    )
}

fn has_objects(package: &Package) -> bool {
    package
        .operations
        .iter()
        .any(|operation| operation.object.is_some())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_target_needs_is_known_before_it_is_loaded() {
        let templates = built_in_templates();
        for name in names(&templates) {
            let target = Target::load(&name, &templates).expect("sound");
            assert!(!target.toolchain.is_empty());
            assert_eq!(toolchain(&name, &templates), target.toolchain, "{name}");
            assert_eq!(
                number_limits(&templates).get(&name),
                Some(&target.numbers),
                "{name}"
            );
        }
        assert_eq!(toolchain("none", &templates), []);
    }
}
