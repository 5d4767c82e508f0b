//! Graphs of small programs.

use crate::plan::{Counts, Rule, TaskGraph, plan, shares};
use ghostc_spec::library::{Package, Site};
use ghostc_spec::resolve::{Input, resolve};
use ghostc_spec::settings::{Granularity, Settings};
use ghostc_syntax::{Source, Sources};

const SPEC: &str = "# Kettle

All output MUST be text.

## Words

A kettle is cold at first.

## Heating

`kettle heat` MUST print `hot`.

### Limits

- It MUST stop at 100.
- `kettle limit` prints 100.

### degrees(steps) → integer

It MUST be ten for each step.

- `degrees(1)` → 10

## Ending

On SIGTERM it MUST cool down.

## Test matrix

- [ ] heats twice
- [ ] survives a fall
";

const HEATING: &str = "covers: [heating]
scenarios:
  - name: it heats
    proves: [heats twice]
    steps: [{ run: heat, expect: { stdout: \"hot\\n\" } }]
  - name: it heats in secret
    held_out: true
    steps: [{ run: heat, expect: { exit: 0 } }]
";

const ENDING: &str = "covers: [ending]
after: []
scenarios:
  - name: it ends
    steps: [{ run: end, expect: { exit: 0 } }]
";

/// A package of a spec and files below `scenarios/`, its graph and the codes found.
fn planned(
    spec: &str,
    files: &[(&str, &str)],
    settings: &Settings,
) -> (Package, TaskGraph, Sources, Vec<String>) {
    let mut sources = Sources::default();
    sources.add(Source::new("p/SPEC.md", spec));
    for (path, text) in files {
        sources.add(Source::new(format!("p/{path}"), *text));
    }
    let files = ghostc_spec::discover::discover_in(&sources);
    let checked = resolve(Input::new(&sources, settings), &files, 1);
    let (library, _) = checked
        .strict()
        .unwrap_or_else(|found| panic!("the spec has errors: {found:?}"));
    let mut graphs = plan(&library, &sources, settings, &|_| true);
    let package = library.packages[0].clone();
    let found = graphs.diagnostics.iter();
    let found = found.map(|found| {
        format!(
            "{} {} {}",
            found.severity.as_str(),
            found.code.name,
            found.message
        )
    });
    let found = found.collect();
    (package, graphs.value.remove(0), sources, found)
}

/// `id: covered text, dependencies` of each task.
fn lines(package: &Package, graph: &TaskGraph, sources: &Sources) -> Vec<String> {
    let first = |text: &str| text.lines().next().unwrap_or_default().to_string();
    let tasks = graph.tasks.iter().map(|task| {
        let own: Vec<String> = task.sections().map(|span| first(sources.slice(span))).collect();
        let edges: Vec<String> = task
            .depends_on
            .iter()
            .map(|edge| format!("{} {}", edge.rule.as_str(), edge.to))
            .collect();
        let operations = task.operations.iter();
        let operations: Vec<&str> = operations
            .map(|at| package.operations[*at].name.as_str())
            .collect();
        let parts = [own.join(" + "), operations.join(" "), edges.join(" ")];
        format!("{}: {}", task.id, parts.join(", "))
    });
    tasks.collect()
}

#[test]
fn each_file_of_scenarios_is_a_task_with_what_it_covers() {
    let files = [
        ("scenarios/10-heating.yaml", HEATING),
        ("scenarios/20-ending.yaml", ENDING),
        (
            "scenarios/30-limits.yaml",
            "covers: [limits]\nscenarios:\n  - name: it stops\n    steps: [{ run: limit, expect: { stdout: \"100\\n\" } }]\n",
        ),
    ];
    let (package, graph, sources, found) = planned(SPEC, &files, &Settings::default());
    assert_eq!(package.site(), Site::Program);
    assert_eq!(found, Vec::<String>::new());
    assert_eq!(
        lines(&package, &graph, &sources),
        [
            "10-heating: ## Heating + ### degrees(steps) → integer, degrees, ",
            "20-ending: ## Ending, , ",
            "30-limits: ### Limits, , order 20-ending",
        ]
    );
    let titles: Vec<&str> = graph.tasks.iter().map(|task| task.title.as_str()).collect();
    assert_eq!(titles, ["Heating", "Ending", "Limits"]);
    let statements: Vec<usize> = graph.tasks.iter().map(|task| task.statements.len()).collect();
    assert_eq!(statements, [2, 1, 1]);
    let cases: Vec<usize> = graph.tasks.iter().map(|task| task.cases.len()).collect();
    assert_eq!(cases, [1, 0, 0]);
    let counts = graph.counts(&package);
    let wanted = Counts {
        statements: 5,
        assigned: 4,
        package_wide: 1,
        cases: 1,
    };
    assert_eq!(counts, wanted);
}

#[test]
fn an_order_that_is_said_is_explicit_at_its_place() {
    let ending = ENDING.replace("after: []", "after: [10-heating]");
    let files = [
        ("scenarios/10-heating.yaml", HEATING),
        ("scenarios/20-ending.yaml", ending.as_str()),
    ];
    let (_, graph, sources, _) = planned(SPEC, &files, &Settings::default());
    let edge = &graph.tasks[1].depends_on[0];
    assert_eq!((edge.to.as_str(), edge.rule), ("10-heating", Rule::Depends));
    assert_eq!(sources.slice(edge.span), "10-heating");
}

#[test]
fn obligations_belong_to_the_slices_that_prove_them() {
    let files = [
        ("scenarios/10-heating.yaml", HEATING),
        ("scenarios/20-ending.yaml", ENDING),
    ];
    let (package, graph, sources, _) = planned(SPEC, &files, &Settings::default());
    let shares = shares(&graph, &package, &sources);
    let obligations = shares.obligations;
    assert_eq!(
        (obligations.total, obligations.assigned, obligations.nowhere),
        (2, 1, 1)
    );
    assert_eq!(shares.of_tasks, [(1, 1), (0, 0)]);
    let nowhere: Vec<&str> = shares
        .nowhere
        .iter()
        .map(|found| sources.slice(found.span))
        .collect();
    assert_eq!(nowhere, ["[ ] survives a fall"]);
    let clauses = shares.clauses;
    assert_eq!(clauses.assigned + clauses.package_wide, clauses.total);
}

#[test]
fn a_program_is_made_of_slices_whatever_the_settings_ask_for_and_says_otherwise_itself() {
    let files = [
        ("scenarios/10-heating.yaml", HEATING),
        ("scenarios/20-ending.yaml", ENDING),
    ];
    let settings = Settings {
        granularity: Some(Granularity::Section),
        ..Settings::default()
    };
    let (_, graph, ..) = planned(SPEC, &files, &settings);
    assert_eq!(graph.tasks.len(), 2);
    let library = format!("---\nsite: library\ncontext: [ending]\n---\n{SPEC}");
    let (package, graph, ..) = planned(&library, &files, &Settings::default());
    assert_eq!(
        (package.site(), graph.tasks[0].id.as_str()),
        (Site::Library, "degrees")
    );
}

#[test]
fn a_slice_without_sections_is_where_its_scenarios_are() {
    let bare = "scenarios:\n  - name: it heats\n    steps: [{ run: heat, expect: { exit: 0 } }]\n";
    let spec = "# Kettle\n\nIt is hot.\n";
    let (_, graph, sources, found) = planned(spec, &[("scenarios/10-bare.yaml", bare)], &Settings::default());
    let task = &graph.tasks[0];
    assert_eq!((task.id.as_str(), task.title.as_str()), ("10-bare", "10-bare"));
    assert_eq!(sources.place(task.section), "p/scenarios/10-bare.yaml:1");
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn what_binds_and_no_slice_covers_is_an_error_and_a_warning_where_only_clauses_do() {
    let heating = HEATING.replace("covers: [heating]", "covers: [limits]");
    let files = [("scenarios/10-heating.yaml", heating.as_str())];
    let spec = SPEC.replace(
        "## Ending\n\nOn SIGTERM it MUST cool down.",
        "## Table\n\n| a | b |\n|---|---|\n| `x` | 1 |",
    );
    let spec = spec.replace("### degrees", "### Steps\n\nSome.\n\n### degrees");
    let (_, _, _, found) = planned(&spec, &files, &Settings::default());
    assert_eq!(
        found,
        [
            "error uncovered-section `Heating` binds, and no slice covers it",
            "error uncovered-section `degrees(steps) → integer` binds, and no slice covers it",
            "warning uncovered-section `Table` binds, and no slice covers it",
        ]
    );
    let context = format!("---\ncontext: [heating, table]\n---\n{spec}");
    let (_, graph, sources, found) = planned(&context, &files, &Settings::default());
    assert_eq!(found, Vec::<String>::new());
    assert!(sources.slice(graph.tasks[0].section).starts_with("### Limits"));
}

#[test]
fn a_profile_binds_all_slices_and_is_covered_by_none() {
    let files = [
        (
            "profile.md",
            "# Profile\n\n## Start\n\nIt MUST start with `kettle`.\n",
        ),
        ("scenarios/10-heating.yaml", HEATING),
        ("scenarios/20-ending.yaml", ENDING),
    ];
    let (package, graph, _, found) = planned(SPEC, &files, &Settings::default());
    assert_eq!(found, Vec::<String>::new());
    assert_eq!(graph.package_wide.len(), 2);
    assert!(package.profile().is_some());
}
