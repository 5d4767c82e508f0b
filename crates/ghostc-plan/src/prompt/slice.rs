//! The prompt of a slice of a program: the spec, how programs look, the tree as it is, the scenarios, how to check.

use super::outline::outline;
use super::repair::{SHOWN, SHOWN_PROBLEM, SHOWN_VALUE, cut, failed_cases};
use super::{
    Before, PackageContext, Prompt, PromptSource, PromptTemplates, Prompter, StatementContext, TargetContext,
    TaskContext, changes, path, shown_cases,
};
use crate::plan::Task;
use crate::slice_files;
use crate::target::ProgramTarget;
use crate::tokens;
use ghostc_judge::Verdict;
use ghostc_spec::content::{Section, with_open_boxes};
use ghostc_spec::library::{Case, Document};
use ghostc_spec::slice::Slice;
use ghostc_spec::template::{Context, TemplateError};
use ghostc_syntax::FileId;
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// What the template of slices can name.
#[derive(Clone, Debug, Serialize)]
pub(super) struct SliceContext {
    package: PackageContext,
    target: TargetContext,
    task: TaskContext,
    /// The spec where it is short enough, else empty.
    whole: String,
    binding: String,
    text: String,
    referenced: String,
    rest: Vec<HeadingContext>,
    profile: String,
    definitions: Vec<FileContext>,
    conventions: String,
    operation_conventions: String,
    tree: Vec<String>,
    tree_cut: Vec<String>,
    is_update: bool,
    changes: String,
    covers: Vec<CoverContext>,
    statements: Vec<StatementContext>,
    scenarios: FileContext,
    visible: usize,
    held_out: usize,
    operations: Vec<SliceOperationContext>,
    earlier: Vec<String>,
    may_write: Vec<String>,
    build: Vec<Vec<String>>,
    run: Vec<String>,
    has_ghostc: bool,
}

#[derive(Clone, Debug, Serialize)]
struct HeadingContext {
    title: String,
    /// How deep it lies, from 0.
    depth: usize,
}

#[derive(Clone, Debug, Serialize)]
struct FileContext {
    path: String,
    text: String,
}

#[derive(Clone, Debug, Serialize)]
struct CoverContext {
    anchor: String,
    title: String,
}

#[derive(Clone, Debug, Serialize)]
struct SliceOperationContext {
    signature: String,
    function: String,
    module: String,
    cases: Vec<String>,
    shared_inputs: Vec<String>,
    not_shown: usize,
    /// Whether some of these cases have steps.
    steps: bool,
    held_out: usize,
}

impl SliceContext {
    /// The texts of its parts.
    pub(super) fn parts(&self) -> Vec<(&'static str, usize)> {
        let all = |texts: &[&String]| texts.iter().map(|text| tokens::count(text)).sum();
        let lines = |lines: &[String]| tokens::count(&lines.join("\n"));
        let statements = self.statements.iter();
        let statements = statements.map(|statement| format!("{} {}", statement.id, statement.text));
        let definitions: Vec<&String> = self.definitions.iter().map(|file| &file.text).collect();
        let operations = self.operations.iter();
        let cases = operations.map(|found| lines(&found.cases) + lines(&found.shared_inputs));
        let shown = if self.visible > 0 { 1 } else { 0 };
        vec![
            (
                "specification",
                all(&[&self.whole, &self.binding, &self.text, &self.referenced]),
            ),
            ("profile", all(&[&self.profile])),
            ("definitions", all(&definitions)),
            (
                "conventions",
                all(&[&self.conventions, &self.operation_conventions]),
            ),
            ("tree", lines(&self.tree) + lines(&self.tree_cut)),
            ("statements", lines(&statements.collect::<Vec<_>>())),
            ("scenarios", shown * tokens::count(&self.scenarios.text)),
            ("cases", cases.sum()),
        ]
    }
}

impl Prompter<'_> {
    /// The prompt for a slice of a program whose tree is given, by path. `before` is what changed, where the slice was
    /// built before; a task that is no slice has the prompt of its kind.
    ///
    /// # Errors
    /// A target that builds no programs, and a template that cannot be rendered.
    pub fn slice(
        &self,
        task: &Task,
        tree: &BTreeMap<String, String>,
        before: Option<&Before<'_>>,
    ) -> Result<Prompt, TemplateError> {
        let Some(slice) = task.slice(self.package) else {
            return match before {
                Some(before) => self.update(task, before),
                None => self.implement(task),
            };
        };
        let context = self.slice_context(task, slice, tree, before)?;
        let text = self
            .templates
            .templates
            .render(&path("slice"), &Context::new(&context))?;
        Ok(Prompt {
            text,
            omitted: Vec::new(),
            source: PromptSource::Slice(Box::new(context)),
        })
    }

    fn slice_context(
        &self,
        task: &Task,
        slice: &Slice,
        tree: &BTreeMap<String, String>,
        before: Option<&Before<'_>>,
    ) -> Result<SliceContext, TemplateError> {
        let (package, target) = (self.package, self.target);
        let program = target.program()?;
        let paths = target.slice_paths(package, &task.operations)?;
        let commands = target.program_commands(package, ".", "target")?;
        let outline = outline(tree, program);
        let counts = slice.counts();
        let whole = self.whole_spec();
        let is_whole = whole.is_some();
        let unless_whole = |text: String| if is_whole { String::new() } else { text };
        let own: Vec<&Section> = self.text.own.get(&task.id).into_iter().flatten().collect();
        let referenced = self.text.referenced.get(&task.id).into_iter().flatten();
        let referenced: Vec<&Section> = referenced.collect();
        let profile = package.profile();
        let binding = self.text.context_of(task).into_iter();
        let binding = binding.filter(|section| profile.is_none_or(|(at, _)| section.document != at));
        let binding: Vec<&Section> = binding.collect();
        Ok(SliceContext {
            package: self.package_context(),
            target: self.target_context(),
            task: TaskContext::of(task),
            rest: if is_whole {
                Vec::new()
            } else {
                self.rest(&[own.as_slice(), &referenced, &binding].concat())
            },
            whole: whole.unwrap_or_default(),
            binding: unless_whole(self.joined(&binding)),
            text: unless_whole(self.joined(&own)),
            referenced: unless_whole(self.joined(&referenced)),
            profile: profile.map_or_else(String::new, |(_, home)| self.document_text(home)),
            definitions: self.definitions(slice),
            conventions: target.program_conventions(package)?,
            operation_conventions: if task.operations.is_empty() {
                String::new()
            } else {
                self.conventions()?.to_string()
            },
            tree: outline.files,
            tree_cut: outline.folders,
            is_update: before.is_some(),
            changes: before
                .map(|before| changes(before.differences))
                .unwrap_or_default(),
            covers: self.covers(slice),
            statements: self.statements(task),
            scenarios: FileContext {
                path: self.below_package(slice.file),
                text: slice_files::visible_text(slice, self.sources)
                    .trim_end()
                    .to_string(),
            },
            visible: counts.visible,
            held_out: counts.held_out,
            operations: self.slice_operations(task)?,
            earlier: self.earlier(task),
            may_write: paths.may_write,
            build: commands.build,
            run: commands.run,
            has_ghostc: self.has_ghostc,
        })
    }

    /// The names of the slices before it, in order.
    fn earlier(&self, task: &Task) -> Vec<String> {
        let before = self.graph.dependencies_of(task);
        let tasks = self.graph.tasks.iter();
        let earlier = tasks.filter(|task| before.contains(task.id.as_str()));
        earlier.map(|task| task.id.clone()).collect()
    }

    fn covers(&self, slice: &Slice) -> Vec<CoverContext> {
        let covers = slice.covers.iter().filter_map(|covered| {
            let home = self.package.documents.get(covered.document)?;
            Some(CoverContext {
                anchor: covered.anchor.clone(),
                title: home.spec.headings.get(covered.heading)?.text.clone(),
            })
        });
        covers.collect()
    }

    fn definitions(&self, slice: &Slice) -> Vec<FileContext> {
        let files = slice_files::includes(self.package, slice, self.sources).into_iter();
        let files = files.map(|file| FileContext {
            path: self.below_package(file),
            text: self.sources.get(file).text.trim_end().to_string(),
        });
        files.collect()
    }

    fn slice_operations(&self, task: &Task) -> Result<Vec<SliceOperationContext>, TemplateError> {
        let operations = task.operations.iter();
        let operations = operations.filter_map(|at| Some((*at, self.package.operations.get(*at)?)));
        // Each has its share of the budget.
        let budget = usize::try_from(self.case_budget).unwrap_or(usize::MAX) / task.operations.len().max(1);
        let operations = operations.map(|(at, operation)| {
            let cases = self.package.cases_of(at);
            let (held_out, visible): (Vec<&Case>, Vec<&Case>) = cases.partition(|case| case.held_out);
            let shown = shown_cases::choose(&visible, budget);
            Ok(SliceOperationContext {
                signature: operation.signature.text.clone(),
                function: self.target.function_name(operation),
                module: self.target.module_path(self.package, operation)?,
                cases: shown.lines,
                shared_inputs: shown.shared,
                not_shown: shown.left_out,
                steps: visible.iter().any(|case| !case.steps().is_empty()),
                held_out: held_out.len(),
            })
        });
        operations.collect()
    }

    /// The path of a file below its package.
    fn below_package(&self, file: FileId) -> String {
        let path = self.sources.get(file).path.as_str();
        let below = path.strip_prefix(self.package.root.as_str()).unwrap_or(path);
        below.trim_start_matches('/').to_string()
    }

    /// A document without its front matter.
    fn document_text(&self, home: &Document) -> String {
        let text = &self.sources.get(home.spec.file).text;
        let front = home.spec.front_matter.as_ref();
        let start = front.map_or(0, |front| front.span.end as usize);
        with_open_boxes(text.get(start..).unwrap_or_default().trim()).into_owned()
    }

    /// All documents that say what must be built, but for the profile; nothing where they are too long.
    fn whole_spec(&self) -> Option<String> {
        let profile = self.package.profile().map(|(document, _)| document);
        let homes = self.package.specs().filter(|(at, _)| profile != Some(*at));
        let texts: Vec<String> = homes.map(|(_, home)| self.document_text(home)).collect();
        let whole = texts.join("\n\n");
        let budget = usize::try_from(self.whole_budget).unwrap_or(usize::MAX);
        // A token is at least a byte, so a text that is short enough in bytes needs no count.
        (whole.len() <= budget || tokens::count(&whole) <= budget).then_some(whole)
    }

    /// The headings of all that is not shown.
    fn rest(&self, shown: &[&Section]) -> Vec<HeadingContext> {
        let profile = self.package.profile().map(|(document, _)| document);
        let shown: BTreeSet<_> = shown.iter().map(|section| section.span).collect();
        let mut rest = Vec::new();
        for (_, home) in self.package.specs().filter(|(at, _)| profile != Some(*at)) {
            let least = home.spec.headings.iter().map(|heading| heading.level).min();
            let headings = home.spec.headings.iter();
            let left = headings.filter(|heading| !shown.iter().any(|span| span.contains(heading.span)));
            rest.extend(left.map(|heading| HeadingContext {
                title: heading.text.clone(),
                depth: usize::from(heading.level - least.unwrap_or(1)),
            }));
        }
        rest
    }
}

/// The prompt of a slice whose tree is known later: what an earlier slice makes of it in the same build.
#[derive(Clone)]
pub struct GrowingPrompt {
    without_tree: String,
    with_mark: String,
    program: ProgramTarget,
}

/// Stands for all files of a tree that is known later.
const MARK: &str = "\u{0}";

impl GrowingPrompt {
    /// The prompt for a slice; `before` is what changed, where it was built before.
    ///
    /// # Errors
    /// A target that builds no programs, and a template that cannot be rendered.
    pub fn new(
        prompter: &Prompter<'_>,
        task: &Task,
        before: Option<&Before<'_>>,
    ) -> Result<GrowingPrompt, TemplateError> {
        let mark = BTreeMap::from([(MARK.to_string(), String::new())]);
        Ok(GrowingPrompt {
            without_tree: prompter.slice(task, &BTreeMap::new(), before)?.text,
            with_mark: prompter.slice(task, &mark, before)?.text,
            program: prompter.target.program()?.clone(),
        })
    }

    /// The prompt where the tree is this one.
    pub fn text(&self, tree: &BTreeMap<String, String>) -> String {
        if tree.is_empty() {
            return self.without_tree.clone();
        }
        let outline = outline(tree, &self.program);
        let lines = outline.files.into_iter().chain(outline.folders);
        let lines: Vec<String> = lines.map(|line| format!("- {line}")).collect();
        let out = self.with_mark.lines().map(|line| {
            let is_mark = line.contains(MARK);
            if is_mark {
                lines.join("\n")
            } else {
                line.to_string()
            }
        });
        out.collect::<Vec<_>>().join("\n") + "\n"
    }
}

/// A visible scenario that failed, as a repair prompt tells it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScenarioFailure {
    /// The name of its slice.
    pub slice: String,
    /// What it is called, with its row.
    pub scenario: String,
    /// The step that failed, as `step 3`; nothing where it is none of them.
    pub step: Option<String>,
    /// Where that is written.
    pub place: String,
    /// What was expected, and what came.
    pub details: String,
}

/// A failed attempt at a slice. What is held out is counted, never shown.
#[derive(Clone, Copy, Debug, Default)]
pub struct FailedSlice<'a> {
    /// The name of the slice.
    pub slice: &'a str,
    /// Why the files were not taken, or what the build said.
    pub problem: Option<&'a str>,
    /// The visible scenarios that failed, of earlier slices too.
    pub failures: &'a [ScenarioFailure],
    /// How many of those that are held out failed, by slice.
    pub held_out: Option<&'a BTreeMap<String, usize>>,
    /// What the cases of operations came to.
    pub cases: Option<&'a Verdict>,
    /// Globs of what may be written.
    pub may_write: &'a [String],
    /// Whether scenarios can be played where the agent works.
    pub has_ghostc: bool,
}

impl PromptTemplates {
    /// The prompt after a failed attempt at a slice.
    ///
    /// # Errors
    /// A template that cannot be rendered.
    pub fn repair_slice(&self, failed: &FailedSlice<'_>) -> Result<String, TemplateError> {
        let (broken, own): (Vec<&ScenarioFailure>, Vec<&ScenarioFailure>) = failed
            .failures
            .iter()
            .partition(|failure| failure.slice != failed.slice);
        let shown = |failures: &[&ScenarioFailure]| -> Vec<Value> {
            let shown = failures.iter().take(SHOWN).map(|failure| {
                json!({
                    "slice": failure.slice,
                    "scenario": failure.scenario,
                    "step": failure.step,
                    "place": failure.place,
                    "details": cut(failure.details.trim_end(), 2 * SHOWN_VALUE).lines().collect::<Vec<_>>(),
                })
            });
            shown.collect()
        };
        let (cases, held_out_cases) = failed_cases(failed.cases);
        let context = json!({
            "task": failed.slice,
            "problem": failed.problem.map(|problem| cut(problem, SHOWN_PROBLEM)),
            "broken": shown(&broken),
            "more_broken": broken.len().saturating_sub(SHOWN),
            "failures": shown(&own),
            "more": own.len().saturating_sub(SHOWN),
            "held_out": failed.held_out.cloned().unwrap_or_default(),
            "cases": cases.iter().take(SHOWN).collect::<Vec<_>>(),
            "more_cases": cases.len().saturating_sub(SHOWN),
            "held_out_cases": held_out_cases,
            "may_write": failed.may_write,
            "has_ghostc": failed.has_ghostc,
        });
        self.templates
            .render(&path("slice_repair"), &Context::new(&context))
    }
}

#[cfg(test)]
mod tests;
