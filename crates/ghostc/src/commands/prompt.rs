//! Print exactly what an agent would get for a task, and what it costs in tokens.

use crate::exit::{Exit, Failure, Outcome};
use crate::global::Global;
use crate::{load, output};
use ghostc_plan::package_text::PackageText;
use ghostc_spec::library::Package;
use ghostc_plan::plan::{Task, TaskGraph};
use ghostc_plan::prompt::{PromptTemplates, Prompter};
use ghostc_plan::{Target, plan, target};
use std::cell::OnceCell;
use std::path::PathBuf;

/// Arguments of `ghostc prompt`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The task: its id, such as an operation's name or a heading's anchor, after `package/` where several packages have it
    task: String,
    /// Files or folders; without any, the project's packages
    paths: Vec<PathBuf>,
    /// The target to write for; without it, the first of the project
    #[arg(long)]
    target: Option<String>,
    /// Print the tokens of each part instead of the prompt
    #[arg(long)]
    tokens: bool,
}

pub(crate) fn run(args: &Args, global: &Global) -> Outcome {
    global.format(&[])?;
    let mut loaded = load::load(&args.paths, global)?;
    loaded.require_spec(&args.paths)?;
    let library = loaded.sound_library(global)?;
    let planned = plan(&library, &loaded.sources, &loaded.settings, &|package| {
        load::is_wanted(package, &args.paths)
    });
    output::say_findings(&planned.diagnostics, &loaded.sources, global);
    if output::exit_of(&planned.diagnostics, &loaded.sources) != Exit::Fine {
        return Err(Failure::said(Exit::Findings));
    }
    let (package, graph, task) = find(&args.task, &library.packages, &planned.value)?;
    let configured = loaded
        .settings
        .targets
        .as_ref()
        .and_then(|names| names.first())
        .map(|(name, _)| name.clone());
    let known = target::names(&loaded.templates);
    let name = args
        .target
        .clone()
        .or(configured)
        .or_else(|| known.first().cloned())
        .unwrap_or_default();
    let target = crate::project::load_target(&name, &loaded.templates)?;
    let templates = PromptTemplates::load(&loaded.templates).map_err(|error| Failure::template(&error))?;
    let text = PackageText::new(package, graph, &loaded.sources)
        .with_known(crate::project::lock(global)?.known(&package.name));
    let prompter = Prompter {
        package,
        graph,
        sources: &loaded.sources,
        target: &target,
        templates: &templates,
        text: &text,
        budget: loaded.settings.prompt_budget,
        conventions: OnceCell::new(),
    };
    let prompt = prompter
        .implement(task)
        .map_err(|error| Failure::template(&error))?;
    if args.tokens {
        output::print(&table(&prompt, &target));
    } else {
        output::print(&prompt.text);
    }
    if !prompt.omitted.is_empty() && !global.quiet {
        output::say(&format!(
            "left out for the budget of {} tokens: {}",
            loaded.settings.prompt_budget,
            prompt.omitted.join("; ")
        ));
    }
    Ok(Exit::Fine)
}

fn table(prompt: &ghostc_plan::prompt::Prompt, target: &Target) -> String {
    let (parts, total) = prompt.tokens();
    let rows = parts.iter().map(|(name, count)| format!("{count:>8}  {name}\n"));
    rows.collect::<String>() + &format!("{total:>8}  in all, for {}\n", target.name)
}

/// The task of a name: `task` or `package/task`.
fn find<'l>(
    name: &str,
    packages: &'l [Package],
    graphs: &'l [TaskGraph],
) -> Result<(&'l Package, &'l TaskGraph, &'l Task), Failure> {
    let all = graphs
        .iter()
        .filter_map(|graph| Some((packages.get(graph.index)?, graph)));
    let all: Vec<_> = all
        .flat_map(|(package, graph)| graph.tasks.iter().map(move |task| (package, graph, task)))
        .collect();
    let full = |package: &Package, task: &Task| format!("{}/{}", package.name, task.id);
    let found: Vec<_> = all
        .iter()
        .filter(|(package, _, task)| task.id == name || full(package, task) == name)
        .collect();
    match found.as_slice() {
        [only] => Ok(**only),
        [] => {
            let ids: Vec<&str> = all.iter().map(|(.., task)| task.id.as_str()).collect();
            Err(Failure::unknown(
                "task",
                name,
                &ids,
                "List them with `ghostc graph`.",
            ))
        }
        several => {
            let names: Vec<String> = several
                .iter()
                .map(|(package, _, task)| full(package, task))
                .collect();
            Err(Failure::usage(format!("several packages have a task `{name}`"))
                .help(format!("Name one of: {}.", names.join(", "))))
        }
    }
}
