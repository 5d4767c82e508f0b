//! Prompts of one package in one process: `prompts ghostc|bare ROUNDS PACKAGE` prints the microseconds of one prompt.
//!
//! `ghostc` renders each task's prompt from the parsed package, as a build does; `bare` is minijinja alone, with the
//! same template and the same values ready. Both give the same text, or it is an error.
#![allow(
    clippy::print_stdout,
    reason = "a result that is printed cannot be optimised away"
)]

use ghostc_lint::{Goal, analyze};
use ghostc_plan::package_text::PackageText;
use ghostc_plan::prompt::{PromptTemplates, Prompter};
use ghostc_plan::{Target, plan, target};
use ghostc_spec::Settings;
use ghostc_spec::resolve::Input;
use ghostc_syntax::{Source, Sources};
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior};
use serde_json::Value;
use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::Path;
use std::time::Instant;

type Done<T> = Result<T, Box<dyn Error>>;

const TEMPLATE: &str = "prompts/implement.md.jinja";
/// A template that gives the values of prompts as JSON, so that they need not be known outside of core.
const VALUES: &str = "{{ {'package': package, 'target': target, 'conventions': conventions, 'shared': shared, \
    'omitted': omitted, 'task': task, 'text': text, 'referenced': referenced, 'statements': statements, \
    'cases': cases, 'held_out': held_out, 'dependencies': dependencies, 'modules': modules, \
    'may_write': may_write, 'test': test, 'changes': changes, 'files': files}|json }}";

fn main() -> Done<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let ["ghostc" | "bare", rounds, package] = arguments.as_slice() else {
        return Err("usage: prompts ghostc|bare ROUNDS PACKAGE".into());
    };
    let rounds: usize = rounds.parse()?;
    let templates = target::built_in_templates();
    let prompts = of_package(Path::new(package), &templates, 1)?.texts;
    let mut asks_for_values = templates.clone();
    asks_for_values.insert(TEMPLATE.to_string(), VALUES.to_string());
    let values = of_package(Path::new(package), &asks_for_values, 1)?.texts;
    let values: Vec<Value> = values
        .iter()
        .map(|text| serde_json::from_str(text))
        .collect::<Result<_, _>>()?;
    let timed = if arguments.first() == Some(&"bare") {
        bare(&templates, &values, rounds)?
    } else {
        of_package(Path::new(package), &templates, rounds)?
    };
    if timed.texts != prompts {
        return Err("the prompts differ".into());
    }
    println!("{:.3}", timed.microseconds);
    Ok(())
}

/// The prompts of all tasks, and how long one took.
struct Timed {
    texts: Vec<String>,
    microseconds: f64,
}

fn timed(rounds: usize, mut render: impl FnMut() -> Done<Vec<String>>) -> Done<Timed> {
    let start = Instant::now();
    let mut texts = Vec::new();
    for _ in 0..rounds {
        texts = render()?;
    }
    let count = rounds * texts.len();
    let microseconds = start.elapsed().as_secs_f64() * 1e6 / count as f64;
    Ok(Timed { texts, microseconds })
}

fn of_package(folder: &Path, templates: &BTreeMap<String, String>, rounds: usize) -> Done<Timed> {
    let mut sources = Sources::default();
    for name in ["SPEC.md", "tests.yaml"] {
        sources.add(Source::new(
            format!("package/{name}"),
            fs::read_to_string(folder.join(name))?,
        ));
    }
    let settings = Settings::default();
    let files = ghostc_spec::discover::discover_in(&sources);
    let library = analyze(Input::new(&sources, &settings), &files, 1, Goal::Everything);
    let (library, _) = library.strict().map_err(|_| "the package has errors")?;
    let package = library.packages.first().ok_or("there is no package")?;
    let graphs = plan(&library, &sources, &settings, &|_| true).value;
    let graph = graphs.first().ok_or("there are no tasks")?;
    let text = PackageText::new(package, graph, &sources);
    let target = Target::load("python", templates).map_err(|_| "the target has errors")?;
    let prompter = Prompter {
        package,
        graph,
        sources: &sources,
        target: &target,
        templates: &PromptTemplates::load(templates)?,
        text: &text,
        budget: settings.prompt_budget,
        case_budget: settings.case_budget,
        whole_budget: 32_000,
        has_ghostc: false,
        conventions: OnceCell::new(),
    };
    timed(rounds, || {
        let prompts = graph.tasks.iter().map(|task| Ok(prompter.implement(task)?.text));
        prompts.collect()
    })
}

fn bare(templates: &BTreeMap<String, String>, values: &[Value], rounds: usize) -> Done<Timed> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    let mut syntax = SyntaxConfig::builder();
    syntax
        .trim_blocks(true)
        .lstrip_blocks(true)
        .keep_trailing_newline(true);
    environment.set_syntax(syntax.build()?);
    for (path, text) in templates.iter().filter(|(path, _)| path.starts_with("prompts/")) {
        environment.add_template_owned(format!("templates/{path}"), text.clone())?;
    }
    let template = environment.get_template(&format!("templates/{TEMPLATE}"))?;
    timed(rounds, || {
        let texts = values.iter().map(|values| Ok(template.render(Serde(values))?));
        texts.collect()
    })
}
