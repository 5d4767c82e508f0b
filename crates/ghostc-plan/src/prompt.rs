//! Prompts: what an agent is told, rendered from templates, the part that all tasks share first.

mod outline;
mod repair;
mod shown_cases;
mod slice;

use crate::key::PromptDigests;
use crate::package_text::PackageText;
use crate::plan::{Origin, Task, TaskGraph};
use crate::staleness::Difference;
use crate::target::Target;
use crate::tokens;
use ghostc_spec::content::{Section, with_open_boxes};
use ghostc_spec::library::{Case, Package};
pub use ghostc_spec::template::TemplateError;
use ghostc_spec::template::{Context, Templates};
use ghostc_syntax::{Expectation, Sources};
pub use repair::Failed;
use serde::Serialize;
use slice::SliceContext;
pub use slice::{FailedSlice, GrowingPrompt, ScenarioFailure};
use std::cell::OnceCell;
use std::collections::BTreeMap;

/// The compiled prompt templates.
pub struct PromptTemplates {
    templates: Templates,
    /// The hashes of their texts: part of every key.
    pub digests: PromptDigests,
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
        let digest = |is_part: &dyn Fn(&str) -> bool| {
            let parts = texts.iter().filter(|(path, _)| is_part(path));
            let lines = parts.flat_map(|(path, text)| [path.as_str(), text.as_str()]);
            ghostc_spec::content::digest_lines(lines)
        };
        let of_slices = format!("templates/{FOLDER}slice");
        let digests = PromptDigests {
            tasks: digest(&|path| !path.starts_with(&of_slices)),
            slices: digest(&|_| true),
        };
        for name in ["implement", "update", "repair", "slice", "slice_repair"] {
            let path = path(name);
            if !texts.contains_key(&path) {
                return Err(TemplateError::about(&path, "", |span| {
                    ghostc_syntax::Diagnostic::new(
                        ghostc_spec::codes::INVALID_TEMPLATE,
                        span,
                        "this prompt template is missing",
                    )
                }));
            }
        }
        Ok(PromptTemplates {
            templates: Templates::new(texts)?,
            digests,
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
    /// Titles of sections that did not fit the budget.
    pub omitted: Vec<String>,
    /// What it was made from.
    source: PromptSource,
}

#[derive(Clone, Debug)]
enum PromptSource {
    Task(Box<PromptContext>),
    Slice(Box<SliceContext>),
}

impl Prompt {
    /// The tokens of each part, of what is left over for the template's own words, and of the whole.
    pub fn tokens(&self) -> (Vec<(&'static str, usize)>, usize) {
        let total = tokens::count(&self.text);
        let mut parts = self.parts();
        let known: usize = parts.iter().map(|(_, count)| count).sum();
        parts.push(("template", total.saturating_sub(known)));
        (parts, total)
    }

    fn parts(&self) -> Vec<(&'static str, usize)> {
        let context = match &self.source {
            PromptSource::Task(context) => context,
            PromptSource::Slice(context) => return context.parts(),
        };
        let statements = context.statements.iter();
        let statements = statements.map(|statement| format!("{} {}", statement.id, statement.text));
        let lines = |lines: &[String]| tokens::count(&lines.join("\n"));
        vec![
            ("conventions", tokens::count(&context.conventions)),
            ("shared", tokens::count(&context.shared)),
            ("task", tokens::count(&context.text)),
            ("referenced", tokens::count(&context.referenced)),
            ("statements", lines(&statements.collect::<Vec<_>>())),
            ("cases", lines(&context.cases) + lines(&context.shared_inputs)),
        ]
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
    /// The most tokens of cases.
    pub case_budget: u64,
    /// The most tokens of a spec that slices are shown whole.
    pub whole_budget: u64,
    /// Whether scenarios can be played where the agent works.
    pub has_ghostc: bool,
    /// How the library looks in the target's language, rendered for the first prompt.
    pub conventions: OnceCell<String>,
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
        let own: Vec<&Section> = self.text.own.get(&task.id).into_iter().flatten().collect();
        let referenced: Vec<&Section> = self.text.referenced.get(&task.id).into_iter().flatten().collect();
        let cases = task
            .cases
            .iter()
            .filter_map(|at| self.package.cases.get(*at))
            .filter(|case| case.skip.is_none());
        let (held_out, visible): (Vec<&Case>, Vec<&Case>) = cases.partition(|case| case.held_out);
        let shown = shown_cases::choose(&visible, usize::try_from(self.case_budget).unwrap_or(usize::MAX));
        let context = PromptContext {
            package: self.package_context(),
            target: self.target_context(),
            conventions: self.conventions()?.to_string(),
            shared: self.joined(&shared),
            omitted: omitted.clone(),
            task: TaskContext::of(task),
            text: self.joined(&own),
            referenced: self.joined(&referenced),
            statements: self.statements(task),
            cases: shown.lines,
            shared_inputs: shown.shared,
            not_shown: shown.left_out,
            steps: visible.iter().any(|case| !case.steps().is_empty()),
            held_out: held_out.len(),
            dependencies: self.dependencies(task)?,
            modules: paths.modules,
            may_write: paths.may_write,
            test: self.test(task),
            changes: before
                .map(|before| changes(before.differences))
                .unwrap_or_default(),
            files: before.map(|before| trimmed(before.files)).unwrap_or_default(),
        };
        let text = self
            .templates
            .templates
            .render(&path(template), &Context::new(&context))?;
        Ok(Prompt {
            text,
            omitted,
            source: PromptSource::Task(Box::new(context)),
        })
    }

    fn package_context(&self) -> PackageContext {
        PackageContext {
            name: self.package.name.clone(),
            title: self.package.title.clone(),
            version: self.package.version.clone(),
        }
    }

    fn target_context(&self) -> TargetContext {
        TargetContext {
            name: self.target.name.clone(),
            title: self.target.title.clone(),
        }
    }

    fn joined(&self, sections: &[&Section]) -> String {
        let texts = sections
            .iter()
            .map(|section| with_open_boxes(section.source(self.sources)));
        texts.collect::<Vec<_>>().join("\n\n")
    }

    fn conventions(&self) -> Result<&str, TemplateError> {
        if let Some(known) = self.conventions.get() {
            return Ok(known);
        }
        let rendered = self.target.conventions(self.package)?;
        Ok(self.conventions.get_or_init(|| rendered.trim().to_string()))
    }

    /// How to run the native test suite; what an author declared has no cases that it could be made of.
    fn test(&self, task: &Task) -> Vec<String> {
        match task.origin {
            Origin::Package | Origin::Section(_) => self.target.test.clone(),
            Origin::Declared(_) | Origin::Requirement(_) | Origin::Scenario(_) | Origin::Slice(_) => {
                Vec::new()
            }
        }
    }

    /// The shared sections that fit the budget, in document order: those that the task refers to are kept first.
    fn shared(&self, task: &Task) -> (Vec<&Section>, Vec<String>) {
        let sections: Vec<&Section> = self.text.shared_of(task).collect();
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
                task.owns(reference.span) && reference.to.is_some_and(|to| section.span.contains(to))
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

    fn dependencies(&self, task: &Task) -> Result<Vec<DependencyContext>, TemplateError> {
        let tasks = task
            .depends_on
            .iter()
            .filter_map(|edge| self.graph.task(&edge.to));
        let operations = tasks
            .flat_map(|task| &task.operations)
            .filter_map(|at| self.package.operations.get(*at));
        let rendered = operations.map(|operation| {
            Ok(DependencyContext {
                name: operation.name.clone(),
                function: self.target.function_name(operation),
                signature: operation.signature.text.clone(),
                summary: operation.summary.clone(),
                module: self.target.module_path(self.package, operation)?,
            })
        });
        rendered.collect()
    }
}

#[derive(Clone, Debug, Serialize)]
struct PromptContext {
    package: PackageContext,
    target: TargetContext,
    conventions: String,
    shared: String,
    omitted: Vec<String>,
    task: TaskContext,
    text: String,
    referenced: String,
    statements: Vec<StatementContext>,
    cases: Vec<String>,
    shared_inputs: Vec<String>,
    not_shown: usize,
    /// Whether some of these cases have steps.
    steps: bool,
    held_out: usize,
    dependencies: Vec<DependencyContext>,
    modules: Vec<String>,
    may_write: Vec<String>,
    test: Vec<String>,
    changes: String,
    files: BTreeMap<String, String>,
}

#[derive(Clone, Debug, Serialize)]
struct PackageContext {
    name: String,
    title: String,
    version: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
struct TargetContext {
    name: String,
    title: String,
}

#[derive(Clone, Debug, Serialize)]
struct TaskContext {
    id: String,
    title: String,
    kind: &'static str,
}

impl TaskContext {
    fn of(task: &Task) -> TaskContext {
        TaskContext {
            id: task.id.clone(),
            title: task.title.clone(),
            kind: task.kind.as_str(),
        }
    }
}

#[derive(Clone, Debug, Serialize)]
struct DependencyContext {
    name: String,
    function: String,
    signature: String,
    summary: String,
    module: String,
}

#[derive(Clone, Debug, Serialize)]
struct StatementContext {
    id: String,
    strength: &'static str,
    text: String,
}

/// A case as one line of JSON: its operation, what goes in, what comes out.
fn case_line(case: &Case) -> String {
    // Most cases are short, and then this is the only piece of memory that is asked for.
    let mut line = Vec::with_capacity(128 + case.name.len() + case.input_text.len());
    line.extend_from_slice(b"{\"name\":");
    write_json(&mut line, &case.name);
    let of_steps = matches!(case.expect, Expectation::Steps(_));
    line.extend_from_slice(if of_steps { b",\"steps\":" } else { b",\"input\":" });
    line.extend_from_slice(case.input_text.as_bytes());
    match &case.expect {
        Expectation::Output(value) => {
            line.extend_from_slice(b",\"output\":");
            write_json(&mut line, value);
        }
        Expectation::AnyOf(values) => {
            line.extend_from_slice(b",\"any_of\":");
            write_json(&mut line, values);
        }
        Expectation::Error => line.extend_from_slice(b",\"error\":true"),
        Expectation::ErrorWith(text) => {
            line.extend_from_slice(b",\"error\":");
            write_json(&mut line, text);
        }
        Expectation::Pattern | Expectation::Anything | Expectation::Steps(_) => {}
    }
    if let Some(pattern) = &case.matches {
        line.extend_from_slice(b",\"matches\":");
        write_json(&mut line, pattern);
    }
    if case.exact {
        line.extend_from_slice(b",\"exact\":true");
    }
    if let Some(approx) = case.approx {
        line.extend_from_slice(format!(",\"approx\":{approx}").as_bytes());
    }
    line.push(b'}');
    String::from_utf8(line).expect("JSON is UTF-8")
}

/// The same text as a value's `Display` gives, which takes several times as long.
fn write_json(line: &mut Vec<u8>, value: &(impl Serialize + ?Sized)) {
    serde_json::to_writer(line, value).expect("memory takes every JSON value");
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
            Difference::Scenario { id, change, .. } => {
                out.push_str(&format!("the scenario {id} was {change}\n"));
            }
            Difference::ScenarioFile { slice, .. } => out.push_str(&format!(
                "what the scenarios of {slice} share, or what is held out of them, changed\n"
            )),
            Difference::New | Difference::Prompt | Difference::Target => {}
        }
    }
    out.trim_end().to_string()
}
