//! The task graph, as `ghostc graph --format json` prints it.

use ghostc_plan::key::shown_digest;
use ghostc_plan::plan::{Share, Task, shares};
use ghostc_plan::touched::{DeltaOperation, RequirementDelta};
use ghostc_project::{PlannedPackage, SharedTokens};
use ghostc_spec::content::StatementName;
use ghostc_spec::facts::Delta;
use ghostc_spec::slice::Slice;
use ghostc_syntax::{Sources, collapse_whitespace};
use schemars::JsonSchema;
use serde::Serialize;

/// The tasks of each package.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Graph {
    /// Always `ghostc.graph/1`.
    schema: String,
    packages: Vec<GraphPackageJson>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "PackageJson")]
struct GraphPackageJson {
    name: String,
    /// Its folder.
    root: String,
    /// `library`, `program` or `repository`: where its code lives, and what judges it.
    site: String,
    tasks: Vec<GraphTaskJson>,
    counts: CountsJson,
    /// What no task builds.
    nowhere: Vec<NowhereJson>,
    /// What it does to the requirements of its base; null where it is no change.
    changes: Option<GraphChangesJson>,
    /// Requirements that other active changes touch too.
    overlaps: Vec<OverlapJson>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ChangesJson")]
struct GraphChangesJson {
    /// The folder of the package that is changed.
    base: String,
    /// Whether the change was made already and is kept as history.
    archived: bool,
    added: Vec<TouchJson>,
    modified: Vec<TouchJson>,
    removed: Vec<TouchJson>,
    renamed: Vec<TouchJson>,
}

#[derive(Serialize, JsonSchema)]
struct TouchJson {
    /// The folder of the capability below `specs`.
    capability: String,
    /// The requirement's name; the old one in a rename.
    name: String,
    /// The new name; null where it is no rename.
    to: Option<String>,
    file: String,
    line: usize,
}

#[derive(Serialize, JsonSchema)]
struct OverlapJson {
    /// The name of the other change.
    package: String,
    /// `adds`, `modifies`, `removes` or `renames`: what the other change does.
    #[serde(rename = "deed")]
    operation: String,
    capability: String,
    /// The requirement's name.
    name: String,
    file: String,
    line: usize,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "TaskJson")]
struct GraphTaskJson {
    id: String,
    title: String,
    /// `work`, `verify` or `checkpoint`.
    kind: String,
    /// `open`, `done`, `skipped` or `in_progress`; null where its author declared no task.
    state: Option<String>,
    /// Whether it may be left out.
    optional: bool,
    /// Whether it may run beside its neighbours.
    parallel: bool,
    file: String,
    line: usize,
    depends_on: Vec<EdgeJson>,
    /// Ids of the statements that belong to it.
    statements: Vec<String>,
    /// Ids of the requirements and criteria that it is for.
    requirements: Vec<String>,
    /// Files that it names.
    files: Vec<String>,
    /// How many list items, table rows, formulas and lines of algorithms bind it without a keyword.
    clauses: usize,
    /// How many items of test matrices and check lists are about it.
    obligations: usize,
    /// Ids of its cases.
    cases: Vec<String>,
    /// Its scenarios; null where it is no slice of a program.
    slice: Option<GraphSliceJson>,
    /// Anchors of the sections that its prompt also shows.
    context: Vec<String>,
    /// The hash of what its prompt shows of the package: equal for two states that say the same, however they are spelled.
    digest: String,
    /// About how many tokens its prompt has without the target's conventions; null where that is not known.
    tokens: Option<usize>,
}

/// A slice of a program, with how many scenarios it has; rows of tables count each.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SliceJson")]
struct GraphSliceJson {
    /// Its file.
    file: String,
    /// Anchors of the sections that it covers.
    covers: Vec<String>,
    /// Those that an agent sees.
    visible: usize,
    /// Those that it does not.
    held_out: usize,
    /// Those that wait to be written.
    todo: usize,
}

#[derive(Serialize, JsonSchema)]
struct EdgeJson {
    /// The id of the task that comes first.
    task: String,
    /// `explicit`, `declared`, `structural` or `inferred`.
    reason: String,
    /// `depends`, `wave`, `phase`, `phase-default`, `order`, `parallel-run`, `same-file`, `section`, `names`, `term` or `verifies`.
    rule: String,
    line: usize,
}

/// How the statements are shared out: `assigned + package_wide == statements`.
#[derive(Serialize, JsonSchema)]
struct CountsJson {
    statements: usize,
    assigned: usize,
    package_wide: usize,
    /// The package-wide ones that no task builds.
    nowhere: usize,
    cases: usize,
    /// What binds without a keyword.
    clauses: ShareJson,
    /// What is proven and never made.
    obligations: ShareJson,
}

/// How clauses or obligations are shared out: `assigned + package_wide == total`.
#[derive(Serialize, JsonSchema)]
struct ShareJson {
    total: usize,
    assigned: usize,
    package_wide: usize,
    /// The package-wide ones that no task builds.
    nowhere: usize,
}

#[derive(Serialize, JsonSchema)]
struct NowhereJson {
    /// `statement`, `clause` or `obligation`.
    kind: String,
    file: String,
    line: usize,
    text: String,
}

/// The graphs as JSON.
pub(crate) fn graph(graphs: &[PlannedPackage<'_>], sources: &Sources) -> Graph {
    Graph {
        schema: "ghostc.graph/1".to_string(),
        packages: graphs.iter().map(|planned| package(planned, sources)).collect(),
    }
}

fn package(planned: &PlannedPackage<'_>, sources: &Sources) -> GraphPackageJson {
    let counts = planned.graph.counts(planned.package);
    let shares = shares(planned.graph, planned.package, sources);
    let nowhere = shares.nowhere.iter().map(|found| NowhereJson {
        kind: found.kind.as_str().to_string(),
        file: sources.get(found.span.file).path.clone(),
        line: sources.line(found.span),
        text: collapse_whitespace(sources.slice(found.span)),
    });
    let names = planned.text.statement_names(planned.package, sources);
    let shared = planned.shared_tokens(sources);
    let tasks = planned.graph.tasks.iter();
    let overlaps = planned.overlaps.iter().map(|overlap| OverlapJson {
        package: overlap.other.name.clone(),
        operation: overlap.theirs.operation.verb().to_string(),
        capability: overlap.own.capability.clone(),
        name: overlap.own.name.to_string(),
        file: sources.get(overlap.theirs.span.file).path.clone(),
        line: sources.line(overlap.theirs.span),
    });
    GraphPackageJson {
        name: planned.package.name.clone(),
        root: planned.package.root.clone(),
        site: planned.package.site().as_str().to_string(),
        tasks: tasks
            .zip(&shares.of_tasks)
            .map(|(found, counts)| task(planned, found, *counts, names, &shared, sources))
            .collect(),
        counts: CountsJson {
            statements: counts.statements,
            assigned: counts.assigned,
            package_wide: counts.package_wide,
            nowhere: shares.statements.nowhere,
            cases: counts.cases,
            clauses: share(shares.clauses),
            obligations: share(shares.obligations),
        },
        nowhere: nowhere.collect(),
        changes: changes(planned, sources),
        overlaps: overlaps.collect(),
    }
}

fn share(found: Share) -> ShareJson {
    ShareJson {
        total: found.total,
        assigned: found.assigned,
        package_wide: found.package_wide,
        nowhere: found.nowhere,
    }
}

fn changes(planned: &PlannedPackage<'_>, sources: &Sources) -> Option<GraphChangesJson> {
    let base = planned.package.changes.as_ref()?;
    let with = |wanted: &dyn Fn(DeltaOperation<'_>) -> bool| {
        let deltas = planned
            .requirement_deltas
            .iter()
            .filter(|found| wanted(found.operation));
        deltas.map(|found| delta(found, sources)).collect()
    };
    let by = |delta: Delta| with(&|operation| operation == DeltaOperation::Delta(delta));
    Some(GraphChangesJson {
        base: base.root.clone(),
        archived: base.archived,
        added: by(Delta::Added),
        modified: by(Delta::Modified),
        removed: by(Delta::Removed),
        renamed: with(&|operation| matches!(operation, DeltaOperation::Renamed(_))),
    })
}

fn delta(found: &RequirementDelta<'_>, sources: &Sources) -> TouchJson {
    TouchJson {
        capability: found.capability.clone(),
        name: found.name.to_string(),
        to: match found.operation {
            DeltaOperation::Renamed(name) => Some(name.to_string()),
            DeltaOperation::Delta(_) => None,
        },
        file: sources.get(found.span.file).path.clone(),
        line: sources.line(found.span),
    }
}

fn task(
    planned: &PlannedPackage<'_>,
    task: &Task,
    (clauses, obligations): (usize, usize),
    names: &[StatementName],
    shared: &SharedTokens,
    sources: &Sources,
) -> GraphTaskJson {
    let package = planned.package;
    let declared = task.declared(package);
    let edges = task.depends_on.iter().map(|edge| EdgeJson {
        task: edge.to.clone(),
        reason: edge.reason().as_str().to_string(),
        rule: edge.rule.as_str().to_string(),
        line: sources.line(edge.span),
    });
    let statements = task.statements.iter();
    let cases = task.cases.iter();
    let referenced = planned.text.referenced.get(&task.id).into_iter().flatten();
    let context = referenced.chain(planned.text.shared_of(task));
    let files = declared.map_or(&[][..], |declared| &declared.files);
    GraphTaskJson {
        id: task.id.clone(),
        title: task.title.clone(),
        kind: task.kind.as_str().to_string(),
        state: declared.map(|declared| declared.state.as_str().to_string()),
        optional: declared.is_some_and(|declared| declared.optional),
        parallel: declared.is_some_and(|declared| declared.parallel),
        file: sources.get(task.section.file).path.clone(),
        line: sources.line(task.section),
        depends_on: edges.collect(),
        statements: statements
            .filter_map(|at| Some(names.get(*at)?.id.clone()))
            .collect(),
        requirements: task.requirements(package),
        clauses,
        obligations,
        files: files.iter().map(|file| file.name.clone()).collect(),
        cases: cases
            .filter_map(|at| Some(package.cases.get(*at)?.id.clone()))
            .collect(),
        slice: task.slice(package).map(|found| slice(found, sources)),
        context: context.map(|section| section.anchor.clone()).collect(),
        digest: shown_digest(package, task, &planned.text),
        tokens: Some(planned.tokens(task, shared, sources)),
    }
}

fn slice(found: &Slice, sources: &Sources) -> GraphSliceJson {
    let counts = found.counts();
    GraphSliceJson {
        file: sources.get(found.file).path.clone(),
        covers: found
            .covers
            .iter()
            .map(|covered| covered.anchor.clone())
            .collect(),
        visible: counts.visible,
        held_out: counts.held_out,
        todo: counts.todo,
    }
}
