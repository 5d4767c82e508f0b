//! The prompt of a task: exactly what an agent would get.

use crate::event::Listener;
use crate::failure::Failure;
use crate::golden::Golden;
use crate::host::Host;
use crate::load;
use crate::project;
use crate::project::means_task;
use ghostc_plan::package_text::PackageText;
use ghostc_plan::plan::{Task, TaskGraph};
use ghostc_plan::prompt::{Prompt, PromptTemplates, Prompter};
use ghostc_plan::target;
use ghostc_spec::library::Package;
use ghostc_syntax::Sources;
use std::cell::OnceCell;
use std::path::PathBuf;

/// Whose prompt is wanted.
#[derive(Clone, Debug, Default)]
pub struct PromptRequest {
    /// The task: its id, after `package/` where several packages have it.
    pub task: String,
    /// Files and folders; without any, the project's packages.
    pub paths: Vec<PathBuf>,
    /// The target to write for; nothing for the first of the project.
    pub target: Option<String>,
    /// The project's folder; nothing for the one that the current folder lies in.
    pub project: Option<PathBuf>,
}

/// A prompt.
pub struct PromptReport {
    /// What an agent gets.
    pub prompt: Prompt,
    /// The target that it is for.
    pub target: String,
    /// The tokens that it may have.
    pub budget: u64,
}

/// Renders the prompt of a task.
///
/// # Errors
/// Fails where the spec has errors, and where no or more than one task has the name.
pub fn prompt(
    request: &PromptRequest,
    host: &Host,
    listener: &mut Listener<'_>,
) -> Result<PromptReport, Failure> {
    let project = request.project.as_deref();
    let mut loaded = load::load(&request.paths, project, host)?;
    loaded.require_spec(&request.paths)?;
    let library = loaded.sound_library(listener)?;
    let graphs = project::planned(&library, &mut loaded, &request.paths, listener)?;
    let (package, graph, task) = find(&request.task, &library.packages, &graphs)?;
    refuse_broken(package, graph, task, &loaded.sources)?;
    let configured = loaded.settings.targets.as_ref().and_then(|names| names.first());
    let configured = configured.map(|(name, _)| name.clone());
    let known = target::names(&loaded.templates);
    let name = request
        .target
        .clone()
        .or(configured)
        .or_else(|| known.first().cloned())
        .unwrap_or_default();
    let target = project::load_target(&name, &loaded.templates)?;
    let templates = PromptTemplates::load(&loaded.templates).map_err(Failure::template)?;
    let lock = project::lock(project, host)?;
    let text = PackageText::new(package, graph, &loaded.sources).with_known(lock.known(&package.name));
    let golden = loaded.root.as_deref().filter(|_| task.slice(package).is_some());
    let golden =
        golden.map(|root| Golden::read(host, root, &package.name, &target.name, target.ignored(package)));
    let tree = golden.transpose()?.map(|golden| golden.files).unwrap_or_default();
    let prompter = Prompter {
        package,
        graph,
        sources: &loaded.sources,
        target: &target,
        templates: &templates,
        text: &text,
        budget: loaded.settings.prompt_budget,
        case_budget: loaded.settings.case_budget,
        whole_budget: loaded.settings.whole_budget,
        has_ghostc: false,
        conventions: OnceCell::new(),
    };
    Ok(PromptReport {
        prompt: prompter.slice(task, &tree, None).map_err(Failure::template)?,
        target: target.name.clone(),
        budget: loaded.settings.prompt_budget,
    })
}

/// Fails where a task's own text refers to what is not there: nobody could follow it.
fn refuse_broken(
    package: &Package,
    graph: &TaskGraph,
    task: &Task,
    sources: &Sources,
) -> Result<(), Failure> {
    let broken = ghostc_plan::plan::broken(graph, package);
    let at = graph.tasks.iter().position(|known| known.id == task.id);
    match at.and_then(|at| broken.get(&at)) {
        Some(span) => Err(Failure::findings(format!(
            "{}: `{}` reads a reference that leads nowhere",
            sources.place(*span),
            task.id
        ))),
        None => Ok(()),
    }
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
        .filter(|(package, _, task)| means_task(name, package, &task.id))
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
