//! Orders of small lists.

use crate::plan::{TaskGraph, plan};
use ghostc_spec::discover::discover_in;
use ghostc_spec::resolve::{Input, resolve};
use ghostc_spec::settings::Granularity;
use ghostc_spec::{Package, Settings};
use ghostc_syntax::{Source, Sources};

/// Plans some files; gives the graphs with their packages, and the codes found.
fn planned(files: &[(&str, &str)], settings: &Settings) -> (Vec<(Package, TaskGraph)>, Vec<&'static str>) {
    let mut sources = Sources::default();
    for (path, text) in files {
        sources.add(Source::new(*path, *text));
    }
    let checked = resolve(Input::new(&sources, settings), &discover_in(&sources), 1);
    let mut codes: Vec<&str> = checked.diagnostics.iter().map(|found| found.code.name).collect();
    let Ok((library, _)) = checked.strict() else {
        return (Vec::new(), codes);
    };
    let graphs = plan(&library, &sources, settings, &|_| true);
    codes.extend(graphs.diagnostics.iter().map(|found| found.code.name));
    let graphs = graphs
        .value
        .into_iter()
        .map(|graph| (library.packages[graph.index].clone(), graph));
    (graphs.collect(), codes)
}

/// The tasks of a graph as `id: rule other, …` lines.
fn lines(graph: &TaskGraph) -> Vec<String> {
    let tasks = graph.tasks.iter().map(|task| {
        let edges: Vec<String> = task
            .depends_on
            .iter()
            .map(|edge| format!("{} {}", edge.rule.as_str(), edge.to))
            .collect();
        format!("{}: {}", task.id, edges.join(", "))
    });
    tasks.collect()
}

/// The order of one list of a dialect, with the codes found.
fn order(folder: &str, beside: (&str, &str), list: &str) -> (Vec<String>, Vec<&'static str>) {
    let (main, tasks) = (format!("{folder}/{}", beside.0), format!("{folder}/tasks.md"));
    let (graphs, codes) = planned(&[(&main, beside.1), (&tasks, list)], &Settings::default());
    (lines(&graphs[0].1), codes)
}

fn kiro(list: &str) -> Vec<String> {
    let requirements = "# Requirements\n\n### Requirement 1\n\n1. THE app SHALL run\n";
    order(".kiro/specs/x", ("requirements.md", requirements), list).0
}

fn speckit(list: &str) -> (Vec<String>, Vec<&'static str>) {
    order(
        "specs/001-x",
        (
            "spec.md",
            "# Feature Specification: X\n\n- **FR-001**: It MUST run.\n",
        ),
        list,
    )
}

#[test]
fn groups_are_no_tasks_and_optional_tasks_block_none() {
    let list =
        "# Plan\n\n- [ ] 1. A\n  - [ ] 1.1 B\n  - [ ]* 1.2 C\n- [ ] 2. Checkpoint - look\n- [ ] 3. D\n";
    assert_eq!(
        kiro(list),
        ["1.1: ", "1.2: order 1.1", "2: order 1.1", "3: order 2"]
    );
}

#[test]
fn a_run_waits_for_what_is_before_it_and_is_waited_for_as_a_whole() {
    let list = "# Plan\n\n## 1. A\n- [ ] 1.1 B\n- [ ] 1.2 (P) C\n- [ ] 1.3 (P) D\n- [ ] 1.4 E\n\n## 2. F\n- [ ] 2.1 (P) G\n";
    let wanted = [
        "1.1: ",
        "1.2: order 1.1",
        "1.3: order 1.1",
        "1.4: parallel-run 1.2, parallel-run 1.3",
        "2.1: order 1.4",
    ];
    assert_eq!(kiro(list), wanted);
}

#[test]
fn a_parallel_group_runs_beside_the_parallel_group_before_it() {
    let list = "# Plan\n\n- [ ] 1. A\n- [ ] 2. (P) B\n  - [ ] 2.1 C\n  - [ ] 2.2 D\n- [ ] 3. (P) E\n  - [ ] 3.1 F\n- [ ] 4. G\n";
    let wanted = [
        "1: ",
        "2.1: order 1",
        "2.2: order 2.1",
        "3.1: order 1",
        "4: parallel-run 2.2, parallel-run 3.1",
    ];
    assert_eq!(kiro(list), wanted);
}

#[test]
fn what_a_task_says_that_it_depends_on_is_the_strongest_reason() {
    let list = "# Plan\n\n- [ ] 1. A\n  - [ ] 1.1 B\n  - [ ] 1.2 C\n- [ ] 2. D\n  - _Depends: 1, 9_\n";
    assert_eq!(
        kiro(list),
        ["1.1: ", "1.2: order 1.1", "2: depends 1.1, depends 1.2"]
    );
}

#[test]
fn a_range_names_tasks_and_groups_by_number_wherever_they_stand() {
    let list = "# Plan\n\n- [ ] 2. A\n  - [ ] 2.1 B\n  - [ ] 2.2 C\n- [ ] 1. D\n- [ ] 9. E\n- [ ] 3. F\n  - _Depends: 2-3, 5-12_\n- [ ] 4. G\n  - [ ] 4.1 H\n  - _Depends: 1-3, 1-2_\n";
    let wanted = [
        "2.1: ",
        "2.2: order 2.1",
        "1: order 2.2",
        "9: order 1",
        "3: depends 2.1, depends 2.2, depends 9",
        "4.1: depends 2.1, depends 2.2, depends 1, depends 3",
    ];
    assert_eq!(kiro(list), wanted);
}

#[test]
fn a_circle_through_ranges_is_found_and_leaves_other_dependencies() {
    let list = "# Tasks\n\n- [ ] T001 A\n- [ ] T002 B (depends on T001-T004)\n- [ ] T003 C\n- [ ] T004 D\n- [ ] T005 E (depends on T002-T004)\n";
    let (tasks, codes) = speckit(list);
    assert_eq!(codes, ["cyclic-dependency"]);
    let wanted = [
        "T001: ",
        "T002: depends T001",
        "T003: ",
        "T004: ",
        "T005: depends T002, depends T003, depends T004",
    ];
    assert_eq!(tasks, wanted);
}

#[test]
fn waves_stand_in_the_place_of_order_and_checkpoints_only_wait() {
    let list = |waves: &str| {
        format!(
            "# Plan\n\n- [ ] 1. A\n  - [ ] 1.1 B\n  - [ ]* 1.2 C\n- [ ] 2. Checkpoint\n- [ ] 3. D\n- [ ] 4. E\n\n## Task Dependency Graph\n\n```json\n{waves}\n```\n"
        )
    };
    let wanted = ["1.1: wave 3", "1.2: wave 3", "2: order 1.1", "3: ", "4: wave 1.1"];
    let shapes = [
        r#"{"waves": [["3"], ["1.1", "1.2"], ["4"]]}"#,
        r#"{"waves": [{"id": 0, "tasks": ["3"]}, {"id": 1, "tasks": ["1"]}, {"id": 2, "tasks": ["4"]}]}"#,
        r#"{"waves": [{"wave": 1, "tasks": [3]}, {"wave": 2, "tasks": ["1"], "depends_on": [1]}, {"wave": 3, "tasks": ["4."], "depends_on": [2]}]}"#,
    ];
    for shape in shapes {
        assert_eq!(kiro(&list(shape)), wanted, "{shape}");
    }
    let free = r#"{"waves": [{"id": 0, "tasks": ["3"]}, {"id": 1, "tasks": ["1.1"]}, {"id": 2, "tasks": ["4"], "depends_on": [0]}]}"#;
    assert_eq!(kiro(&list(free)).last().map(String::as_str), Some("4: wave 3"));
    assert_eq!(kiro(&list(free))[1], "1.2: order 1.1");
}

#[test]
fn arrows_say_what_waves_say() {
    let list = "# Plan\n\n- [ ] 1. A\n- [ ] 2. B\n- [ ] 3. C\n\n```mermaid\ngraph TD\n  T3[3. C] --> T1\n  T1 --> T2\n```\n";
    assert_eq!(kiro(list), ["1: wave 3", "2: wave 1", "3: "]);
}

const PHASES: &str = "# Tasks\n\n## Phase 1: Setup\n\n- [ ] T001 A\n\n## Phase 2: Foundational\n\n- [ ] T002 [P] B in `src/b.rs`\n- [ ] T003 [P] C in `src/c.rs`\n\n## Phase 3: User Story 1\n\n### Tests\n\n- [ ] T004 [US1] D\n\n### Implementation\n\n- [ ] T005 [US1] E\n\n## Phase 4: User Story 2\n\n- [ ] T006 [US2] F\n\n## Phase 5: Polish\n\n- [ ] T007 G\n";

#[test]
fn without_a_word_of_phases_the_template_gives_their_order() {
    let (lines, codes) = speckit(PHASES);
    let wanted = [
        "T001: ",
        "T002: phase-default T001",
        "T003: phase-default T001",
        "T004: phase-default T002, phase-default T003",
        "T005: order T004",
        "T006: phase-default T002, phase-default T003",
        "T007: phase-default T005, phase-default T006",
    ];
    assert_eq!(lines, wanted);
    assert_eq!(codes, ["phase-order-assumed"]);
}

/// What the bullets of a list say, in place of the template: the edges of the stories and of the last phase.
fn declared(bullets: &str) -> Vec<String> {
    let (lines, codes) = speckit(&format!("{PHASES}\n## Dependencies\n\n{bullets}"));
    assert_eq!(codes, Vec::<&str>::new(), "{bullets}");
    lines
        .into_iter()
        .filter(|line| !line.contains(": order") && line.as_str() > "T004")
        .collect()
}

#[test]
fn bullets_in_any_language_give_the_order_of_phases() {
    let wanted = [
        "T004: phase T002, phase T003",
        "T006: phase T005",
        "T007: phase T005, phase T006",
    ];
    let english = "- **Setup (Phase 1)**: No dependencies - can start at once\n- **Foundational (Phase 2)**: Depends on Setup - BLOCKS all user stories\n- **User Story 1 (Phase 3)**: Depends on Foundational phase (can run in parallel with US2)\n- **User Story 2 (Phase 4)**: Depends on US1 (extends the parser of US1) - can run in parallel with Phase 5\n- **Polish (Phase 5)**: Depends on all user stories\n";
    assert_eq!(declared(english), wanted);
    let japanese = "- **Phase 1 (Setup)**: 依存なし\n- **Phase 2 (Foundational)**: Phase 1 完了後\n- **Phase 3 (US1)**: Phase 2 完了後、逐次実行（US1 は US2 に依存する型を含む）\n- **Phase 4 (US2)**: US1 完了後（Phase 5 と並列可能）\n- **Phase 5 (Polish)**: 全 US 完了後\n";
    assert_eq!(declared(japanese), wanted);
}

#[test]
fn a_phase_counts_only_where_the_verb_governs_it() {
    let story = |words: &str| {
        let bullets = format!(
            "- **Foundational (Phase 2)**: Depends on Setup\n- **User Story 1 (Phase 3)**: {words}\n- **User Story 2 (Phase 4)**: After Phase 2\n- **Polish (Phase 5)**: After Phase 2\n"
        );
        declared(&bullets).first().cloned().unwrap_or_default()
    };
    for words in [
        "Depends on Phase 2. Independent of US2.",
        "Depends on Phase 2, independent of US2",
        "Depends on Phase 2 and is independent of Phase 4",
        "Depends on Phase 2. No dependency on US2",
        "Depends on Phase 2, not on Phase 4",
        "After Phase 2. Runs alongside Phase 4.",
        "Depends on Phase 2 but not on US2",
        "Does not depend on US2; depends on Phase 2",
        "Depends on Phase 2 (US2 comes later)",
        "After Phase 2, US2 can start at the same time",
        "Can run in parallel with US2 after Phase 2",
        "Depends on Phase 2, e.g. its store. Shares nothing with US2.",
        "Can start after Foundational (Phase 2), before US2",
        "Depends on Phase 2 unlike US2",
        "Depends on Phase 2, without US2",
        "Requires Phase 2 to be done while US2 waits",
        "Depends on Foundational; must not wait for US2",
        "Isn't blocked by US2, blocked by Phase 2",
    ] {
        assert_eq!(story(words), "T004: phase T002, phase T003", "{words}");
    }
    for words in [
        "Depends on Phase 2 and US2",
        "Depends on Phases 2 and 4",
        "Depends on the Foundational phase, and on the tasks of US2",
        "After Phase 2 and US2 are complete",
        "Depends on Phase 2. Also depends on US2.",
    ] {
        assert_eq!(
            story(words),
            "T004: phase T002, phase T003, phase T006",
            "{words}"
        );
    }
}

#[test]
fn words_of_phases_that_make_a_circle_are_cut() {
    let bullets = "- **Foundational (Phase 2)**: Depends on Setup\n- **User Story 1 (Phase 3)**: Depends on Phase 2 and US2\n- **User Story 2 (Phase 4)**: Depends on US1\n- **Polish (Phase 5)**: Depends on all user stories\n";
    let (lines, codes) = speckit(&format!("{PHASES}\n## Dependencies\n\n{bullets}"));
    assert_eq!(codes, ["phase-circle"]);
    assert!(
        lines.contains(&"T004: phase T002, phase T003".to_string()),
        "{lines:?}"
    );
    assert!(lines.contains(&"T006: phase T005".to_string()), "{lines:?}");
}

#[test]
fn a_task_waits_for_those_that_it_says_it_depends_on_and_no_others() {
    let waits = |words: &str| {
        let list = format!("# Tasks\n\n- [ ] T001 [P] A\n- [ ] T002 [P] B\n- [ ] T003 [P] C ({words})\n");
        speckit(&list).0.last().cloned().unwrap_or_default()
    };
    for words in [
        "depends on T001, not on T002",
        "depends on T001 and is independent of T002",
        "after T001, before T002",
        "does not depend on T002, after T001",
    ] {
        assert_eq!(waits(words), "T003: depends T001", "{words}");
    }
    for words in [
        "depends on T001, T002",
        "after T001 and T002",
        "requires T001-T002",
    ] {
        assert_eq!(waits(words), "T003: depends T001, depends T002", "{words}");
    }
}

#[test]
fn a_drawing_gives_the_order_of_phases() {
    let drawing = "```mermaid\ngraph TD\n  P1[Phase 1: Setup] --> P2[Phase 2]\n  P2 --> P3[Phase 3: US1] --> P4[Phase 4]\n  P4 --> P5[Phase 5]\n```\n";
    assert_eq!(
        declared(drawing),
        [
            "T004: phase T002, phase T003",
            "T006: phase T005",
            "T007: phase T006"
        ]
    );
}

#[test]
fn parallel_tasks_that_name_one_file_follow_one_another() {
    let list = "# Tasks\n\n- [ ] T001 [P] A in `src/a.rs`\n- [ ] T002 [P] B in `src/a.rs`\n- [ ] T003 [P] C in `src/c.rs` (depends on T001)\n  - [ ] write it down\n";
    assert_eq!(
        speckit(list).0,
        ["T001: ", "T002: same-file T001", "T003: depends T001"]
    );
}

#[test]
fn tasks_that_wait_for_each_other_are_an_error() {
    let (_, codes) = speckit("# Tasks\n\n- [ ] T001 A (depends on T002)\n- [ ] T002 B\n");
    assert_eq!(codes, ["cyclic-dependency"]);
}

const DELTA: &str = "## ADDED Requirements\n\n### Requirement: Export\nIt SHALL export.\n\n#### Scenario: One row\n- **WHEN** a row is there\n- **THEN** it is written\n";

#[test]
fn a_change_is_done_in_order_else_requirement_by_requirement() {
    let change = ("openspec/changes/add-export/specs/export/spec.md", DELTA);
    let tasks = (
        "openspec/changes/add-export/tasks.md",
        "## 1. A\n\n- [x] 1.1 B\n- [ ] 1.2 C\n\n## 2. D\n\n- [ ] 2.1 E\n",
    );
    let of_change = |files: &[(&str, &str)]| {
        let (graphs, codes) = planned(files, &Settings::default());
        assert_eq!(codes, Vec::<&str>::new());
        let change = graphs.into_iter().find(|(package, _)| package.changes.is_some());
        change.map(|(_, graph)| graph).expect("the change is planned")
    };
    assert_eq!(
        lines(&of_change(&[change, tasks])),
        ["1.1: ", "1.2: order 1.1", "2.1: order 1.2"]
    );
    let graph = of_change(&[change]);
    assert_eq!(lines(&graph), ["export#Export: "]);
    assert_eq!(
        (graph.tasks[0].statements.len(), graph.package_wide.len()),
        (1, 0)
    );
}

#[test]
fn a_task_of_a_change_that_names_a_requirement_has_its_statements() {
    let delta = DELTA.replace("Requirement: Export", "Requirement: Export of rows");
    let list = "## 1. A\n\n- [ ] 1.1 B\n- [ ] 1.2 Show that \"Export of rows\" holds\n";
    let files = [
        ("openspec/changes/add-export/specs/export/spec.md", delta.as_str()),
        ("openspec/changes/add-export/tasks.md", list),
    ];
    let (graphs, _) = planned(&files, &Settings::default());
    let change = graphs.iter().find(|(package, _)| package.changes.is_some());
    let (package, graph) = change.expect("the change is planned");
    let requirements: Vec<Vec<String>> = graph
        .tasks
        .iter()
        .map(|task| task.requirements(package))
        .collect();
    assert_eq!(requirements, [vec![], vec!["Export of rows".to_string()]]);
    assert_eq!(
        (graph.tasks[1].statements.len(), graph.package_wide.len()),
        (1, 0)
    );
}

#[test]
fn a_tree_has_no_tasks_unless_they_are_asked_for() {
    let spec = DELTA.replace("## ADDED Requirements", "# Export\n\n## Requirements");
    let files = [("openspec/specs/export/spec.md", spec.as_str())];
    let (graphs, _) = planned(&files, &Settings::default());
    assert_eq!(lines(&graphs[0].1), Vec::<String>::new());
    assert_eq!(graphs[0].1.package_wide.len(), 1);
    let settings = Settings {
        granularity: Some(Granularity::Requirement),
        ..Settings::default()
    };
    let (graphs, _) = planned(&files, &settings);
    assert_eq!(
        lines(&graphs[0].1),
        ["export#Export: ", "export#Export/One row: verifies export#Export"]
    );
}

#[test]
fn statements_belong_to_every_task_that_names_their_requirement() {
    let requirements = "# Requirements\n\nAll MUST be well.\n\n### Requirement 1\n\n1. THE app SHALL run\n2. THE app SHALL stop\n\n### Requirement 2\n\n1. THE app SHALL log\n";
    let list = "# Plan\n\n- [ ] 1. A\n  - _Requirements: 1.2_\n- [ ] 2. B, which MUST be small\n  - _Requirements: 1, 1.2_\n";
    let files = [
        (".kiro/specs/x/requirements.md", requirements),
        (".kiro/specs/x/tasks.md", list),
    ];
    let (graphs, _) = planned(&files, &Settings::default());
    let (package, graph) = &graphs[0];
    let counts: Vec<usize> = graph.tasks.iter().map(|task| task.statements.len()).collect();
    assert_eq!((counts, graph.package_wide.len()), (vec![1, 3], 2));
    let shared_out = graph.counts(package);
    assert_eq!(
        shared_out.assigned + shared_out.package_wide,
        shared_out.statements
    );
    let settings = Settings {
        granularity: Some(Granularity::Requirement),
        ..Settings::default()
    };
    assert_eq!(lines(&planned(&files, &settings).0[0].1), ["1: ", "2: "]);
}
