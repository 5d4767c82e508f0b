//! What the versions of a large real spec cost to follow: `evolution` prints a line for each step from one version to the
//! next, with the tasks that become stale, those whose own text changed, all tasks, and the tokens of the prompts of the
//! stale ones and of all. A line starts with `editorial` where the step only writes the same in another way: each version
//! is followed by itself with other list marks and blank lines, too.
#![allow(
    clippy::print_stdout,
    reason = "what is measured is printed for the benchmark"
)]

use ghostc_diff::diff::{Class, diff};
use ghostc_lint::{Goal, analyze};
use ghostc_plan::key::{TaskKey, keys};
use ghostc_plan::package_text::PackageText;
use ghostc_plan::prompt::{PromptTemplates, Prompter};
use ghostc_plan::{Target, TaskGraph, plan, target, tokens};
use ghostc_spec::Library;
use ghostc_spec::Settings;
use ghostc_spec::resolve::Input;
use ghostc_syntax::{Source, Sources};
use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::error::Error;

type Done<T> = Result<T, Box<dyn Error>>;

/// A version with its tasks.
struct Version {
    sources: Sources,
    library: Library,
    tasks: BTreeMap<String, TaskState>,
}

/// What a task was made from, and what its prompt costs.
struct TaskState {
    key: TaskKey,
    tokens: usize,
}

fn main() -> Done<()> {
    let corpora = ghostc_testkit::corpora().ok_or("there are no corpora: set GHOSTC_CORPORA")?;
    let texts = ghostc_testkit::history::symphony(&corpora);
    let templates = target::built_in_templates();
    let prompts = PromptTemplates::load(&templates)?;
    let target = Target::load("python", &templates).map_err(|_| "the target has errors")?;
    // The first version has no numbers yet that people would compare.
    let texts = texts.get(1..).unwrap_or_default();
    let versions: Vec<Version> = texts
        .iter()
        .map(|text| Version::of(text, &target, &prompts))
        .collect::<Done<_>>()?;
    for (old, new) in versions.iter().zip(versions.iter().skip(1)) {
        let found = diff((&old.library, &old.sources), (&new.library, &new.sources), &[]);
        let is_editorial = found.changes().all(|change| change.class <= Class::Editorial);
        print(if is_editorial { "editorial" } else { "step" }, old, new);
    }
    for (old, text) in versions.iter().zip(texts) {
        print(
            "editorial",
            old,
            &Version::of(&rewritten(text), &target, &prompts)?,
        );
    }
    Ok(())
}

fn print(what: &str, old: &Version, new: &Version) {
    let (mut stale, mut own, mut spent, mut all) = (0, 0, 0, 0);
    for (id, task) in &new.tasks {
        let before = old.tasks.get(id).map(|before| &before.key);
        all += task.tokens;
        own += usize::from(before.is_none_or(|before| before.spec != task.key.spec));
        if before.is_none_or(|before| before.key != task.key.key) {
            stale += 1;
            spent += task.tokens;
        }
    }
    println!("{what} {stale} {own} {} {spent} {all}", new.tasks.len());
}

/// The same text with other list marks and more blank lines, outside of code.
fn rewritten(text: &str) -> String {
    let mut in_code = false;
    let line = |line: &str| {
        let words = line.trim_start();
        in_code ^= words.starts_with("```");
        match words.strip_prefix("- ") {
            Some(words) if !in_code => format!("{}* {words}\n", " ".repeat(line.len() - words.len() - 2)),
            _ if words.is_empty() && !in_code => "\n\n".to_string(),
            _ => format!("{line}\n"),
        }
    };
    text.lines().map(line).collect()
}

impl Version {
    fn of(text: &str, target: &Target, templates: &PromptTemplates) -> Done<Version> {
        let mut sources = Sources::default();
        sources.add(Source::new("service/SPEC.md", text));
        let settings = Settings::default();
        let files = ghostc_spec::discover::discover_in(&sources);
        let library = analyze(Input::new(&sources, &settings), &files, 1, Goal::Facts);
        let (library, _) = library.strict().map_err(|_| "the spec has errors")?;
        let graphs = plan(&library, &sources, &settings, &|_| true).value;
        let graph: &TaskGraph = graphs.first().ok_or("there are no tasks")?;
        let package = library.packages.first().ok_or("there is no package")?;
        let text = PackageText::new(package, graph, &sources);
        let prompter = Prompter {
            package,
            graph,
            sources: &sources,
            target,
            templates,
            text: &text,
            budget: settings.prompt_budget,
            case_budget: settings.case_budget,
            whole_budget: 32_000,
            has_ghostc: false,
            conventions: OnceCell::new(),
        };
        let mut keys = keys(package, graph, &text, target, &templates.digests);
        let mut tasks = BTreeMap::new();
        for task in &graph.tasks {
            let key = keys.remove(&task.id).ok_or("a task has no key")?;
            let tokens = tokens::count(&prompter.implement(task)?.text);
            tasks.insert(task.id.clone(), TaskState { key, tokens });
        }
        let library = (*library).clone();
        Ok(Version {
            sources,
            library,
            tasks,
        })
    }
}
