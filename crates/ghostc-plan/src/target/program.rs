//! How programs look in a language: the section `program` of `target.yaml`.

use super::context::{ConventionsContext, TargetNameContext};
use super::read::Reader;
use super::{Paths, Target, digest};
use crate::codes;
use crate::naming::NameStyle;
use ghostc_spec::fields::Fields;
use ghostc_spec::library::{Package, Site};
use ghostc_spec::template::{Context, TemplateError};
use ghostc_syntax::Diagnostic;
use ghostc_syntax::yaml::Node;
use regex_lite::Regex;
use std::collections::{BTreeMap, BTreeSet};

/// What a target says of programs.
#[derive(Clone)]
pub struct ProgramTarget {
    /// Paths that an agent may leave behind and that are not collected.
    ignore: Vec<String>,
    /// The hash of all of it: what keys and verdicts of slices depend on.
    pub digest: String,
    run: Vec<String>,
    build: Vec<Vec<String>>,
    pub(super) scaffold: BTreeMap<String, String>,
    conventions: String,
    pub(super) may_write: Vec<String>,
    public: Vec<Regex>,
}

/// The commands of a program, ready to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgramCommands {
    /// Those that build it, in order.
    pub build: Vec<Vec<String>>,
    /// The one that starts it; its arguments follow.
    pub run: Vec<String>,
}

/// What can stand in commands: the folder of the tree, a folder for what building makes, the name of the command.
const PLACEHOLDERS: [&str; 3] = ["tree", "build", "package"];

const KEYS: &[&str] = &[
    "run",
    "build",
    "scaffold",
    "conventions",
    "may_write",
    "ignore",
    "public",
];

impl Reader<'_> {
    /// Reads `program`.
    pub(super) fn program(&mut self, node: Option<&Node>) -> Option<ProgramTarget> {
        let node = node?;
        let mut fields = Fields::new(node, "`program`", KEYS, self.findings);
        let run = fields.list("run").unwrap_or_default();
        let (may_write, ignore) = (
            fields.list("may_write").unwrap_or_default(),
            fields.list("ignore").unwrap_or_default(),
        );
        let conventions = fields.text("conventions").unwrap_or_default();
        let patterns = fields.list("public").unwrap_or_default();
        node.as_map()?;
        for (key, is_there) in [
            ("run", !run.is_empty()),
            ("may_write", !may_write.is_empty()),
            ("conventions", !conventions.is_empty()),
        ] {
            if !is_there {
                self.invalid(node.span, &format!("`program` needs `{key}`"));
            }
        }
        if !conventions.is_empty() && !self.files.contains_key(conventions.as_str()) {
            let span = node.get("conventions").map_or(node.span, |node| node.span);
            let message = format!("there is no template `templates/{}{conventions}`", self.folder);
            self.invalid(span, &message);
        }
        let build = self.commands(node.get("build"));
        self.check_placeholders(node, run.iter().chain(build.iter().flatten()));
        let scaffold = self.template_files("scaffold", node.get("scaffold"));
        let public = patterns.iter().filter_map(|pattern| self.public(node, pattern));
        let public = public.collect();
        let texts = std::iter::once(&conventions).chain(scaffold.values());
        let texts = texts.filter_map(|name| Some((name.as_str(), self.files.get(name.as_str())?.as_str())));
        let said = node.to_json().to_string();
        let digest = digest(texts.chain(std::iter::once(("program", said.as_str()))));
        Some(ProgramTarget {
            ignore,
            digest,
            run,
            build,
            scaffold,
            conventions,
            may_write,
            public,
        })
    }

    fn public(&mut self, node: &Node, pattern: &str) -> Option<Regex> {
        let span = node.get("public").map_or(node.span, |node| node.span);
        match Regex::new(pattern) {
            Ok(regex) if regex.captures_len() > 1 => Some(regex),
            Ok(_) => {
                self.invalid(span, &format!("`{pattern}` has no group for the name"));
                None
            }
            Err(error) => {
                self.invalid(span, &format!("`{pattern}` is not a regular expression: {error}"));
                None
            }
        }
    }

    fn check_placeholders<'w>(&mut self, node: &Node, words: impl Iterator<Item = &'w String>) {
        let mut unknown: BTreeSet<&str> = BTreeSet::new();
        for word in words {
            let names = word
                .split('{')
                .skip(1)
                .filter_map(|rest| Some(rest.split_once('}')?.0));
            let names = names.filter(|name| name.bytes().all(|byte| byte.is_ascii_alphabetic()));
            unknown.extend(names.filter(|name| !name.is_empty() && !PLACEHOLDERS.contains(name)));
        }
        for name in unknown {
            let message = format!("nothing is filled in for `{{{name}}}`");
            let found = Diagnostic::new(codes::INVALID_TARGET, node.span, message);
            self.findings.push(found.suggest(name, node.span, &PLACEHOLDERS));
        }
    }
}

impl ProgramTarget {
    /// The names of the templates that it alone uses.
    pub(super) fn templates(&self) -> BTreeSet<&str> {
        let conventions = std::iter::once(&self.conventions);
        conventions
            .chain(self.scaffold.values())
            .map(String::as_str)
            .collect()
    }

    /// The public names of a file, in order, each once.
    pub fn public_names(&self, text: &str) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for line in text.lines() {
            let mut found = self.public.iter().filter_map(|pattern| pattern.captures(line));
            let Some(captures) = found.next() else { continue };
            let name = captures.iter().skip(1).flatten().next();
            if let Some(name) = name.filter(|name| !names.iter().any(|known| known == name.as_str())) {
                names.push(name.as_str().to_string());
            }
        }
        names
    }

    /// The commands that build and start a program.
    fn commands(&self, name: &str, tree: &str, build: &str) -> ProgramCommands {
        let filled = |words: &Vec<String>| -> Vec<String> {
            let fill = |word: &String| {
                // One pass over the word, so that a folder that is called like a placeholder stays as it is.
                let mut out = String::new();
                let mut rest = word.as_str();
                while let Some((before, after)) = rest.split_once('{') {
                    out.push_str(before);
                    let values = [("tree}", tree), ("build}", build), ("package}", name)];
                    let value = values
                        .iter()
                        .find_map(|(key, value)| Some((after.strip_prefix(key)?, *value)));
                    let (left, value) = value.unwrap_or((after, "{"));
                    out.push_str(value);
                    rest = left;
                }
                out + rest
            };
            words.iter().map(fill).collect()
        };
        ProgramCommands {
            build: self.build.iter().map(filled).collect(),
            run: filled(&self.run),
        }
    }
}

impl Target {
    /// What it says of programs.
    ///
    /// # Errors
    /// A target that builds none.
    pub fn program(&self) -> Result<&ProgramTarget, TemplateError> {
        self.program.as_ref().ok_or_else(|| {
            TemplateError::about(&self.yaml_path, &self.yaml_text, |span| {
                let message = format!(
                    "the target `{}` builds no programs: it has no `program`",
                    self.name
                );
                let found = Diagnostic::new(codes::INVALID_TARGET, span, message);
                found.help(
                    "Add `program` with `run`, `may_write` and `conventions`, or build for another target.",
                )
            })
        })
    }

    /// Paths that are no code of a package and that tools or agents may leave behind.
    pub fn ignored(&self, package: &Package) -> &[String] {
        match &self.program {
            Some(program) if package.site() == Site::Program => &program.ignore,
            _ => &self.ignore,
        }
    }

    /// What a package's program is called on the command line.
    pub fn command_name(&self, package: &Package) -> String {
        self.spell(NameStyle::Kebab, &package.name)
    }

    /// The commands that build and start the program in a tree; what they make goes into another folder. Both are absolute.
    ///
    /// # Errors
    /// A target that builds no programs.
    pub fn program_commands(
        &self,
        package: &Package,
        tree: &str,
        build: &str,
    ) -> Result<ProgramCommands, TemplateError> {
        Ok(self.program()?.commands(&self.command_name(package), tree, build))
    }

    /// The files that a program's tree begins with, by path: each is written where it is missing.
    ///
    /// # Errors
    /// A target that builds no programs, and a template that cannot be rendered.
    pub fn scaffold(&self, package: &Package) -> Result<BTreeMap<String, String>, TemplateError> {
        let context = self.program_context(package);
        let files = self.program()?.scaffold.iter().map(|(path, template)| {
            let path = self.render_path(path, &context)?;
            let text = self.templates.render(&self.template_path(template), &context)?;
            Ok((path, text))
        });
        files.collect()
    }

    /// How programs look in this language, and the functions of values in them where there are operations.
    ///
    /// # Errors
    /// A target that builds no programs, and a template that cannot be rendered.
    pub(crate) fn program_conventions(&self, package: &Package) -> Result<String, TemplateError> {
        let template = self.template_path(&self.program()?.conventions);
        let context = self.program_context(package);
        Ok(self.templates.render(&template, &context)?.trim().to_string())
    }

    /// Where the files of a slice go: anywhere in the tree that programs may be written, and where its operations are.
    ///
    /// # Errors
    /// A target that builds no programs, and a path template of `target.yaml` that cannot be rendered.
    pub fn slice_paths(&self, package: &Package, operations: &[usize]) -> Result<Paths, TemplateError> {
        let context = self.program_context(package);
        let of_program = self.program()?.may_write.iter();
        let mut may_write = of_program
            .map(|path| self.render_path(path, &context))
            .collect::<Result<Vec<_>, _>>()?;
        let of_operations = self.paths(package, operations)?;
        let is_new = |path: &String| {
            let mut folders = may_write.iter().filter_map(|glob| glob.strip_suffix("**"));
            !folders.any(|folder| path.starts_with(folder))
        };
        let more: Vec<String> = of_operations.may_write.into_iter().filter(is_new).collect();
        may_write.extend(more);
        Ok(Paths {
            modules: of_operations.modules,
            may_write,
        })
    }

    /// The hash of what slices depend on of the target.
    pub(crate) fn slice_digest(&self, package: &Package, has_operations: bool) -> String {
        let program = self.program.as_ref().map_or("", |program| &program.digest);
        let operations = if has_operations {
            self.prompt_digest(package)
        } else {
            String::new()
        };
        digest(
            [
                ("program", program),
                ("title", &self.title),
                ("operations", &operations),
            ]
            .into_iter(),
        )
    }

    fn program_context(&self, package: &Package) -> Context {
        Context::new(&ConventionsContext {
            package: self.package(package),
            target: TargetNameContext {
                name: &self.name,
                title: &self.title,
            },
        })
    }
}

#[cfg(test)]
mod tests;
