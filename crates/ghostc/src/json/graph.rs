//! The task graph, as `ghostc graph --format json` prints it.

use ghostc_core::content::{StatementName, name_statements};
use ghostc_core::library::Package;
use ghostc_core::plan::{Task, TaskGraph};
use ghostc_syntax::Sources;
use schemars::JsonSchema;
use serde::Serialize;

/// The tasks of each package.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Graph {
    /// Always `ghostc.graph/1`.
    schema: String,
    packages: Vec<PackageJson>,
}

#[derive(Serialize, JsonSchema)]
struct PackageJson {
    name: String,
    tasks: Vec<TaskJson>,
    counts: CountsJson,
}

#[derive(Serialize, JsonSchema)]
struct TaskJson {
    id: String,
    title: String,
    /// `work` or `verify`.
    kind: String,
    file: String,
    line: usize,
    depends_on: Vec<EdgeJson>,
    /// Ids of the statements that belong to it.
    statements: Vec<String>,
    /// Ids of its cases.
    cases: Vec<String>,
    /// Anchors of the sections that its prompt also shows.
    context: Vec<String>,
    /// Tokens of its prompt without the target's conventions; null where they were not counted.
    tokens: Option<usize>,
}

#[derive(Serialize, JsonSchema)]
struct EdgeJson {
    /// The id of the task that comes first.
    task: String,
    /// `explicit` or `inferred`.
    reason: String,
    line: usize,
}

/// How the statements are shared out: `assigned + package_wide == statements`.
#[derive(Serialize, JsonSchema)]
struct CountsJson {
    statements: usize,
    assigned: usize,
    package_wide: usize,
    cases: usize,
}

/// The graphs as JSON; `tokens` and `context` say what they know of a task.
pub(crate) fn graph(
    graphs: &[(&Package, &TaskGraph)],
    sources: &Sources,
    context: impl Fn(&TaskGraph, &Task) -> (Vec<String>, Option<usize>),
) -> Graph {
    let packages = graphs.iter().map(|(package, graph)| {
        let counts = graph.counts(package);
        let names = name_statements(package, sources);
        PackageJson {
            name: package.name.clone(),
            tasks: graph
                .tasks
                .iter()
                .map(|task| self::task(package, task, &names, sources, context(graph, task)))
                .collect(),
            counts: CountsJson {
                statements: counts.statements,
                assigned: counts.assigned,
                package_wide: counts.package_wide,
                cases: counts.cases,
            },
        }
    });
    Graph {
        schema: "ghostc.graph/1".to_string(),
        packages: packages.collect(),
    }
}

fn task(
    package: &Package,
    task: &Task,
    names: &[StatementName],
    sources: &Sources,
    (context, tokens): (Vec<String>, Option<usize>),
) -> TaskJson {
    let edges = task.depends_on.iter().map(|edge| EdgeJson {
        task: edge.to.clone(),
        reason: edge.reason.as_str().to_string(),
        line: sources.line(edge.span),
    });
    TaskJson {
        id: task.id.clone(),
        title: task.title.clone(),
        kind: task.kind.as_str().to_string(),
        file: sources.get(task.section.file).path.clone(),
        line: sources.line(task.section),
        depends_on: edges.collect(),
        statements: task
            .statements
            .iter()
            .filter_map(|at| Some(names.get(*at)?.id.clone()))
            .collect(),
        cases: task
            .cases
            .iter()
            .filter_map(|at| Some(package.cases.get(*at)?.id.clone()))
            .collect(),
        context,
        tokens,
    }
}
