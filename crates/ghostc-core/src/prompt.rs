//! Prompts: what an agent is told, rendered from templates, the part that all tasks share first.

use crate::content::Section;
use crate::judge::Verdict;
use crate::key::{Difference, PackageText};
use crate::library::{Case, Package};
use crate::plan::{Origin, Task, TaskGraph};
use crate::target::{Paths, Target};
pub use crate::template::TemplateError;
use crate::template::Templates;
use crate::tokens;
use ghostc_syntax::{Expectation, Sources};
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The compiled prompt templates.
pub struct PromptTemplates {
    templates: Templates,
    /// The hash of their texts: part of every key.
    pub digest: String,
}

const FOLDER: &str = "prompts/";

impl PromptTemplates {
    /// Compiles the templates of `prompts/`.
    ///
    /// # Errors
    /// A template that is not sound.
    pub fn load(templates: &BTreeMap<String, String>) -> Result<PromptTemplates, TemplateError> {
        let prompts = templates.iter().filter(|(path, _)| path.starts_with(FOLDER));
        let texts: BTreeMap<String, String> = prompts
            .map(|(path, text)| (format!("templates/{path}"), text.clone()))
            .collect();
        let lines = texts
            .iter()
            .flat_map(|(path, text)| [path.as_str(), text.as_str()]);
        let digest = crate::content::digest_lines(lines);
        for name in ["implement", "update", "repair"] {
            let path = path(name);
            if !texts.contains_key(&path) {
                return Err(TemplateError::about(&path, "", |span| {
                    ghostc_syntax::Diagnostic::new(
                        crate::codes::INVALID_TEMPLATE,
                        span,
                        "this prompt template is missing",
                    )
                }));
            }
        }
        Ok(PromptTemplates {
            templates: Templates::new(texts)?,
            digest,
        })
    }
}

fn path(name: &str) -> String {
    format!("templates/{FOLDER}{name}.md.jinja")
}

/// A rendered prompt.
#[derive(Clone, Debug)]
pub struct Prompt {
    /// What the agent gets.
    pub text: String,
    /// Its parts, with the text of each, for counting.
    pub parts: Vec<(&'static str, String)>,
    /// Titles of sections that did not fit the budget.
    pub omitted: Vec<String>,
}

impl Prompt {
    /// The tokens of each part, of what is left over for the template's own words, and of the whole.
    pub fn tokens(&self) -> (Vec<(&'static str, usize)>, usize) {
        let total = tokens::count(&self.text);
        let mut parts: Vec<(&'static str, usize)> = self
            .parts
            .iter()
            .map(|(name, text)| (*name, tokens::count(text)))
            .collect();
        let known: usize = parts.iter().map(|(_, count)| count).sum();
        parts.push(("template", total.saturating_sub(known)));
        (parts, total)
    }
}

/// Everything that prompts of one package for one target are made from.
pub struct Prompter<'a> {
    /// The package.
    pub package: &'a Package,
    /// Its tasks.
    pub graph: &'a TaskGraph,
    /// Where spans lead.
    pub sources: &'a Sources,
    /// The target.
    pub target: &'a Target,
    /// The templates.
    pub templates: &'a PromptTemplates,
    /// What its tasks read.
    pub text: &'a PackageText,
    /// The most tokens of shared context.
    pub budget: u64,
}

/// What an agent changed before, for a task that is built again.
pub struct Before<'a> {
    /// What of the task changed since.
    pub differences: &'a [Difference],
    /// The accepted files of the task, by path.
    pub files: &'a BTreeMap<String, String>,
}

impl Prompter<'_> {
    /// The prompt for a task that has no accepted code.
    ///
    /// # Errors
    /// A template that cannot be rendered.
    pub fn implement(&self, task: &Task) -> Result<Prompt, TemplateError> {
        self.prompt("implement", task, None)
    }

    /// The prompt for a task whose accepted code was made for an older spec.
    ///
    /// # Errors
    /// A template that cannot be rendered.
    pub fn update(&self, task: &Task, before: &Before<'_>) -> Result<Prompt, TemplateError> {
        self.prompt("update", task, Some(before))
    }

    fn prompt(
        &self,
        template: &str,
        task: &Task,
        before: Option<&Before<'_>>,
    ) -> Result<Prompt, TemplateError> {
        let paths = self.target.paths(self.package, &task.operations)?;
        let (shared, omitted) = self.shared(task);
        let joined = |sections: &[&Section]| {
            sections
                .iter()
                .map(|section| section.source(self.sources))
                .collect::<Vec<_>>()
                .join("\n\n")
        };
        let own: Vec<&Section> = self.text.own.get(&task.id).into_iter().flatten().collect();
        let referenced: Vec<&Section> = self.text.referenced.get(&task.id).into_iter().flatten().collect();
        let cases = task
            .cases
            .iter()
            .filter_map(|at| self.package.cases.get(*at))
            .filter(|case| case.skip.is_none());
        let (held_out, visible): (Vec<&Case>, Vec<&Case>) = cases.partition(|case| case.held_out);
        let context = PromptContext {
            package: json!({"name": self.package.name, "title": self.package.title, "version": self.package.version}),
            target: json!({"name": self.target.name, "title": self.target.title}),
            conventions: self.target.conventions(self.package)?.trim().to_string(),
            shared: joined(&shared),
            omitted: omitted.clone(),
            task: json!({"id": task.id, "title": task.title, "kind": task.kind.as_str()}),
            text: joined(&own),
            referenced: joined(&referenced),
            statements: self.statements(task),
            cases: visible.iter().map(|case| case_line(case)).collect(),
            held_out: held_out.len(),
            dependencies: self.dependencies(task)?,
            modules: paths.modules.clone(),
            may_write: paths.may_write.clone(),
            test: self.test(task),
            changes: before
                .map(|before| changes(before.differences))
                .unwrap_or_default(),
            files: before.map(|before| trimmed(before.files)).unwrap_or_default(),
        };
        let text = self.templates.templates.render(&path(template), &context)?;
        let lines = |lines: &[String]| lines.join("\n");
        let statements: Vec<String> = context
            .statements
            .iter()
            .map(|statement| format!("{} {}", statement.id, statement.text))
            .collect();
        let parts = vec![
            ("conventions", context.conventions),
            ("shared", context.shared),
            ("task", context.text),
            ("referenced", context.referenced),
            ("statements", lines(&statements)),
            ("cases", lines(&context.cases)),
        ];
        Ok(Prompt { text, parts, omitted })
    }

    /// How to run the native test suite; what an author declared has no cases that it could be made of.
    fn test(&self, task: &Task) -> Vec<String> {
        match task.origin {
            Origin::Package | Origin::Section(_) => self.target.test.clone(),
            Origin::Declared(_) | Origin::Requirement(_) | Origin::Scenario(_) => Vec::new(),
        }
    }

    /// The shared sections that fit the budget, in document order: those that the task refers to are kept first.
    fn shared(&self, task: &Task) -> (Vec<&Section>, Vec<String>) {
        let sections: Vec<&Section> = self.text.shared.iter().collect();
        let budget = usize::try_from(self.budget).unwrap_or(usize::MAX);
        // A token is at least a byte, so a text that is short enough in bytes needs no count.
        if sections
            .iter()
            .map(|section| section.source(self.sources).len())
            .sum::<usize>()
            <= budget
        {
            return (sections, Vec::new());
        }
        let from = |section: &Section| {
            self.package.references.iter().any(|reference| {
                task.section.contains(reference.span)
                    && reference.to.is_some_and(|to| section.span.contains(to))
            })
        };
        let mut by_worth: Vec<(usize, &Section)> = sections.into_iter().enumerate().collect();
        by_worth.sort_by_key(|(at, section)| (!from(section), *at));
        let (mut kept, mut omitted, mut used) = (Vec::new(), Vec::new(), 0);
        for (at, section) in by_worth {
            let cost = tokens::count(section.source(self.sources));
            if used + cost <= budget {
                used += cost;
                kept.push((at, section));
            } else {
                omitted.push((at, section.title.clone()));
            }
        }
        kept.sort_by_key(|(at, _)| *at);
        omitted.sort();
        (
            kept.into_iter().map(|(_, section)| section).collect(),
            omitted.into_iter().map(|(_, title)| title).collect(),
        )
    }

    fn statements(&self, task: &Task) -> Vec<StatementContext> {
        let names = self.text.statement_names(self.package, self.sources);
        let statements = task
            .statements
            .iter()
            .filter_map(|at| Some((self.package.statements.get(*at)?, names.get(*at)?)));
        let context = statements.map(|(statement, name)| StatementContext {
            id: name.id.clone(),
            strength: statement.strength.as_str(),
            text: name.text.clone(),
        });
        context.collect()
    }

    fn dependencies(&self, task: &Task) -> Result<Vec<Value>, TemplateError> {
        let tasks = task
            .depends_on
            .iter()
            .filter_map(|edge| self.graph.task(&edge.to));
        let dependencies = tasks
            .flat_map(|task| &task.operations)
            .filter_map(|at| Some((*at, self.package.operations.get(*at)?)));
        let rendered = dependencies.map(|(at, operation)| {
            let paths = self.target.paths(self.package, &[at])?;
            Ok(json!({
                "name": operation.name,
                "function": self.target.function_name(operation),
                "signature": operation.signature.text,
                "summary": operation.summary,
                "module": paths.modules.first(),
            }))
        });
        rendered.collect()
    }
}

/// A failed attempt as the repair prompt tells it. Held-out cases are counted, never shown.
pub struct Failed<'a> {
    /// What was judged, if it came to that.
    pub verdict: Option<&'a Verdict>,
    /// Why the files were not taken, or what the build of the driver said.
    pub problem: Option<&'a str>,
}

/// How many failing cases a repair prompt shows.
const SHOWN: usize = 12;

impl PromptTemplates {
    /// The prompt after a failed attempt.
    ///
    /// # Errors
    /// A template that cannot be rendered.
    pub fn repair(
        &self,
        task: &str,
        paths: &Paths,
        test: &[String],
        failed: &Failed<'_>,
    ) -> Result<String, TemplateError> {
        let failures = failed.verdict.map_or(&[][..], |verdict| &verdict.failures);
        let visible: Vec<Value> = failures
            .iter()
            .filter(|failure| !failure.held_out)
            .map(|failure| json!({"id": failure.id, "input": failure.input.to_string(), "expected": failure.expected, "actual": failure.actual}))
            .collect();
        let mut held_out: BTreeMap<&str, usize> = BTreeMap::new();
        for failure in failures.iter().filter(|failure| failure.held_out) {
            *held_out.entry(&failure.operation).or_default() += 1;
        }
        let context = json!({
            "task": task,
            "problem": failed.problem,
            "failures": visible.iter().take(SHOWN).collect::<Vec<_>>(),
            "more": visible.len().saturating_sub(SHOWN),
            "held_out": held_out,
            "may_write": paths.may_write,
            "test": test,
        });
        self.templates.render(&path("repair"), &context)
    }
}

#[derive(Serialize)]
struct PromptContext {
    package: Value,
    target: Value,
    conventions: String,
    shared: String,
    omitted: Vec<String>,
    task: Value,
    text: String,
    referenced: String,
    statements: Vec<StatementContext>,
    cases: Vec<String>,
    held_out: usize,
    dependencies: Vec<Value>,
    modules: Vec<String>,
    may_write: Vec<String>,
    test: Vec<String>,
    changes: String,
    files: BTreeMap<String, String>,
}

#[derive(Serialize)]
struct StatementContext {
    id: String,
    strength: &'static str,
    text: String,
}

/// A case as one line of JSON: its operation, what goes in, what comes out.
fn case_line(case: &Case) -> String {
    let mut line = String::from("{\"name\":");
    line.push_str(&to_json(&case.name));
    line.push_str(",\"input\":");
    line.push_str(&case.input_text);
    match &case.expect {
        Expectation::Output(value) => {
            line.push_str(",\"output\":");
            line.push_str(&to_json(value));
        }
        Expectation::Error => line.push_str(",\"error\":true"),
        Expectation::ErrorWith(text) => {
            line.push_str(",\"error\":");
            line.push_str(&to_json(text));
        }
        Expectation::Pattern => {}
    }
    if let Some(pattern) = &case.matches {
        line.push_str(&format!(",\"matches\":{}", to_json(pattern)));
    }
    if let Some(approx) = case.approx {
        line.push_str(&format!(",\"approx\":{approx}"));
    }
    line.push('}');
    line
}

/// The same text as a value's `Display` gives, which takes several times as long.
fn to_json(value: &(impl Serialize + ?Sized)) -> String {
    serde_json::to_string(value).expect("memory takes every JSON value")
}

fn trimmed(files: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    files
        .iter()
        .map(|(path, text)| (path.clone(), text.trim_end().to_string()))
        .collect()
}

/// What changed, as lines with `-` and `+`.
fn changes(differences: &[Difference]) -> String {
    let mut out = String::new();
    for difference in differences {
        match difference {
            Difference::Words { old, new, .. } => {
                old.iter().for_each(|line| out.push_str(&format!("- {line}\n")));
                new.iter()
                    .for_each(|(line, _)| out.push_str(&format!("+ {line}\n")));
            }
            Difference::Case { id, change, .. } => out.push_str(&format!("case {id} was {change}\n")),
            Difference::SectionRemoved(anchor) => {
                out.push_str(&format!("the section #{anchor} was removed\n"))
            }
            Difference::Dependency(id) => out.push_str(&format!("`{id}`, which this builds on, changed\n")),
            Difference::New | Difference::Prompt | Difference::Target => {}
        }
    }
    out.trim_end().to_string()
}
