//! Graphs of small specs.

mod order;

use super::*;
use ghostc_spec::resolve::{Input, resolve};
use ghostc_spec::settings::Granularity;
use ghostc_syntax::Source;

/// Plans a package of one document; gives `task: dependencies` lines, the graph, its package and the codes found.
fn planned(spec: &str, settings: &Settings) -> (Vec<String>, Counts, Vec<&'static str>) {
    let mut sources = Sources::default();
    sources.add(Source::new("p/SPEC.md", spec));
    let files = ghostc_spec::discover::discover_in(&sources);
    let checked = resolve(Input::new(&sources, settings), &files, 1);
    let Ok((library, _)) = checked.strict() else {
        panic!("the spec has errors")
    };
    let graphs = plan(&library, &sources, settings, &|_| true);
    let graph = &graphs.value[0];
    let lines = graph.tasks.iter().map(|task| {
        let edges: Vec<String> = task
            .depends_on
            .iter()
            .map(|edge| format!("{} {}", edge.reason().as_str(), edge.to))
            .collect();
        format!("{}: {}", task.id, edges.join(", "))
    });
    let codes = graphs.diagnostics.iter().map(|found| found.code.name).collect();
    (lines.collect(), graph.counts(&library.packages[0]), codes)
}

#[test]
fn operations_become_tasks_and_depend_on_what_their_text_names() {
    let spec = "# P\n\nAll MUST be pure.\n\n## Operations\n\n### a(x) → y\n\nIt MUST call `b(x)`.\n\n- `a(1)` → 1\n\n### b(x) → y\n\nDepends on `c`.\n\n- `b(1)` → 1\n\n### c(x) → y\n\n- `c(1)` → 1\n";
    let (tasks, counts, codes) = planned(spec, &Settings::default());
    assert_eq!(tasks, ["a: inferred b", "b: explicit c", "c: "]);
    assert_eq!(
        (
            counts.statements,
            counts.assigned,
            counts.package_wide,
            counts.cases
        ),
        (2, 1, 1, 3)
    );
    assert!(codes.is_empty());
}

#[test]
fn an_object_and_its_methods_are_one_task_wherever_they_stand() {
    let spec = "# P\n\nAll MUST be pure.\n\n### Bag(n) → Bag\n\nIt MUST be empty.\n\n### pad(x) → y\n\nIt MUST pad.\n\n### Bag.add(x)\n\nIt MUST call `pad(x)`.\n\n#### size → integer\n\nIt MUST count.\n";
    let (tasks, counts, codes) = planned(spec, &Settings::default());
    assert_eq!(tasks, ["Bag: inferred pad", "pad: "]);
    assert_eq!(
        (counts.statements, counts.assigned, counts.package_wide),
        (5, 4, 1)
    );
    assert!(codes.is_empty());
}

#[test]
fn an_inferred_cycle_loses_its_last_edge_and_an_explicit_one_is_an_error() {
    let spec = |first: &str, second: &str| {
        format!(
            "# P\n\n### a(x) → y\n\n{first} `b`.\n\n- `a(1)` → 1\n\n### b(x) → y\n\n{second} `a`.\n\n- `b(1)` → 1\n"
        )
    };
    let (tasks, _, codes) = planned(&spec("Uses", "Undoes"), &Settings::default());
    assert_eq!(
        (tasks, codes),
        (
            vec!["a: inferred b".to_string(), "b: ".to_string()],
            vec!["dropped-edge"]
        )
    );
    let (tasks, _, codes) = planned(&spec("Uses", "Depends on"), &Settings::default());
    assert_eq!(
        (tasks, codes),
        (vec!["a: ".to_string(), "b: explicit a".to_string()], vec![])
    );
    let (_, _, codes) = planned(&spec("Depends on", "Depends on"), &Settings::default());
    assert_eq!(codes, ["cyclic-dependency"]);
}

#[test]
fn a_spec_without_operations_has_a_task_for_each_section() {
    let spec = "# S\n\n## 1. Overview\n\nIt MUST exist.\n\n## 2. Parts\n\nBoth MUST run.\n\n### 2.1 One\n\nIt MUST follow Section 2.2.\n\n### 2.2 Two\n\nIt MAY stop.\n\n## 3. Test matrix\n\nIt MUST be tested.\n";
    let (tasks, counts, codes) = planned(spec, &Settings::default());
    assert_eq!(tasks, ["21-one: inferred 22-two", "22-two: "]);
    assert_eq!(
        (counts.statements, counts.assigned, counts.package_wide),
        (5, 2, 3)
    );
    assert!(codes.is_empty());
}

#[test]
fn granularity_can_be_the_whole_package() {
    let spec = "# P\n\nAll MUST be pure.\n\n### a(x) → y\n\n- `a(1)` → 1\n\n### b(x) → y\n\n- `b(1)` → 1\n";
    let settings = Settings {
        granularity: Some(Granularity::Package),
        ..Settings::default()
    };
    let (tasks, counts, _) = planned(spec, &settings);
    assert_eq!(tasks, ["p: "]);
    assert_eq!((counts.assigned, counts.package_wide), (1, 0));
}

#[test]
fn thousands_of_tasks_in_a_row_are_planned() {
    let operations: String = (0..3_000)
        .map(|n| format!("### f{n}(x) → y\n\nUses `f{}`.\n\n- `f{n}(1)` → 1\n\n", n + 1))
        .collect();
    let (tasks, ..) = planned(&format!("# P\n\n{operations}"), &Settings::default());
    assert_eq!(tasks.len(), 3_000);
}

#[test]
fn a_section_waits_for_the_one_that_alone_defines_a_term_that_it_uses() {
    let spec = "# S\n\n## 1. Fields\n\n### 1.1 Queue\n\n- `max_depth` (integer)\n- `name` (string)\n\n### 1.2 The `store` object\n\n- `name` (string)\n\n## 2. Work\n\n### 2.1 Draining\n\nStop at `max_depth` of `name`.\n\n### 2.2 Writing\n\nLook at `store.path`.\n\n## 3. Tests\n\n### 3.1 Draining\n\n- It stops.\n";
    let (tasks, ..) = planned(spec, &Settings::default());
    let wanted = [
        "11-queue: ",
        "12-the-store-object: ",
        "21-draining: inferred 11-queue",
        "22-writing: inferred 12-the-store-object",
    ];
    assert_eq!(tasks, wanted);
}

#[test]
fn a_test_matrix_is_no_task_and_goes_to_what_it_proves() {
    let spec = "# S\n\n## 1. Parts\n\n### 1.1 Draining\n\n- Open the valve.\n\n### 1.2 Filling\n\n- Shut the valve.\n\n## 2. Test matrix\n\n### 2.1 Draining\n\n- It MUST be dry.\n- No drop is left.\n\n### 2.2 Noise\n\nSee Section 1.2.\n\n- It is quiet.\n\n### 2.3 Looks\n\n- It shines.\n";
    let mut sources = Sources::default();
    sources.add(Source::new("p/SPEC.md", spec));
    let settings = Settings::default();
    let files = ghostc_spec::discover::discover_in(&sources);
    let Ok((library, _)) = resolve(Input::new(&sources, &settings), &files, 1).strict() else {
        panic!("the spec has errors")
    };
    let graph = &plan(&library, &sources, &settings, &|_| true).value[0];
    let ids: Vec<&str> = graph.tasks.iter().map(|task| task.id.as_str()).collect();
    assert_eq!(ids, ["11-draining", "12-filling"]);
    let package = &library.packages[0];
    let found = shares(graph, package, &sources);
    let share = |total, assigned, package_wide| Share {
        total,
        assigned,
        package_wide,
        nowhere: 0,
    };
    assert_eq!(found.statements, share(1, 1, 0));
    assert_eq!(found.clauses, share(2, 2, 0));
    assert_eq!(found.obligations, share(4, 3, 1));
    assert_eq!(found.of_tasks, [(1, 2), (1, 1)]);
    let text = crate::package_text::PackageText::new(package, graph, &sources);
    let anchors = |sections: &[ghostc_spec::content::Section]| {
        let anchors = sections.iter().map(|section| section.anchor.clone());
        anchors.collect::<Vec<_>>()
    };
    assert_eq!(anchors(&text.referenced["11-draining"]), ["21-draining"]);
    assert_eq!(anchors(&text.referenced["12-filling"]), ["22-noise"]);
    assert!(anchors(&text.shared).contains(&"23-looks".to_string()));
}

#[test]
fn words_between_operations_are_dependencies() {
    let operation = |name: &str, text: &str| format!("### {name}(x) → y\n\n{text}\n\n- `{name}(1)` → 1\n\n");
    let spec = [
        "# P\n\n".to_string(),
        operation("a", "1. Split it (see Parts)"),
        operation("b", "It delegates to a."),
        operation("c", "#### Parts\n\nText."),
    ];
    let (tasks, ..) = planned(&spec.concat(), &Settings::default());
    assert_eq!(tasks, ["a: inferred c", "b: inferred a", "c: "]);
    let spec = [
        "# P\n\n".to_string(),
        operation("a", "Text."),
        operation("b", "This is used by all operations."),
    ];
    let (tasks, ..) = planned(&spec.concat(), &Settings::default());
    assert_eq!(tasks, ["a: inferred b", "b: "]);
}
