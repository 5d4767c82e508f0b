//! What the checks of lists find in lists, and what they leave alone.

use crate::lines::found;

fn in_feature(code: &str, tasks: &str) -> Vec<String> {
    let spec = ("specs/001-x/spec.md", "# Feature Specification: X\n");
    found(
        code,
        &[spec, ("specs/001-x/tasks.md", tasks)],
        "specs/001-x/tasks.md",
    )
}

fn in_plan(code: &str, tasks: &str) -> Vec<String> {
    let spec = (
        ".kiro/specs/x/requirements.md",
        "# Requirements\n\n### Requirement 1\n",
    );
    found(
        code,
        &[spec, (".kiro/specs/x/tasks.md", tasks)],
        ".kiro/specs/x/tasks.md",
    )
}

#[test]
fn a_hole_is_found_and_room_left_on_purpose_is_not() {
    let list = |ids: &[&str]| -> String { ids.iter().map(|id| format!("- [ ] {id} Do it\n")).collect() };
    let holes = [
        (vec!["T001", "T002", "T004"], vec!["- [ ] T004 Do it"]),
        (vec!["T001", "T002", "T101", "T102"], vec![]),
        (vec!["T001", "T002", "T002a", "T003"], vec![]),
        (vec!["T001", "T002", "T050", "T004"], vec!["- [ ] T050 Do it"]),
        (vec!["T001", "T003"], vec![]),
        (vec!["T009", "T007", "T004", "T002"], vec![]),
    ];
    for (ids, expected) in holes {
        assert_eq!(in_feature("numbering", &list(&ids)), expected, "{ids:?}");
    }
}

#[test]
fn what_comes_too_early_or_too_late_is_found_once() {
    let list = |ids: &[&str]| -> String { ids.iter().map(|id| format!("- [ ] {id} Do it\n")).collect() };
    let orders = [
        (
            vec!["T001", "T009", "T002", "T003", "T004"],
            vec!["- [ ] T009 Do it"],
        ),
        (
            vec!["T001", "T004", "T005", "T002", "T003"],
            vec!["- [ ] T002 Do it"],
        ),
        (vec!["T001", "T002", "T003"], vec![]),
    ];
    for (ids, expected) in orders {
        assert_eq!(in_feature("numbering-order", &list(&ids)), expected, "{ids:?}");
    }
}

#[test]
fn tasks_conflict_only_where_they_may_run_together_and_write_one_file() {
    let alone = "## Phase 1\n\n- [ ] T001 [P] Make src/a.rs\n- [ ] T002 Extend src/a.rs\n- [ ] T003 [P] Extend src/a.rs (depends on T001)\n- [ ] T004 [P] Read src/c.rs into src/b.rs\n- [ ] T005 [P] Fill src/d.rs from src/b.rs\n- [ ] T006 [P] Set up Node.js\n- [ ] T007 [P] Pin Node.js\n\n## Phase 2\n\n- [ ] T008 [P] Finish src/a.rs\n\nT001 and T003 cannot run in parallel (same file).\n";
    assert_eq!(in_feature("parallel-conflict", alone), Vec::<String>::new());
    let waves = "- [ ] 1. Make `src/a.rs`\n- [ ] 2. Extend `src/a.rs`\n- [ ] 3. Finish `src/a.rs`\n\n```json\n{\"waves\": [[\"1\", \"2\"], [\"3\"]]}\n```\n";
    assert_eq!(in_plan("parallel-conflict", waves), ["- [ ] 1. Make `src/a.rs`"]);
}

#[test]
fn ids_that_are_no_tasks_are_told_from_other_words() {
    let tasks = "- [ ] T001 Make src/a.rs\n- [ ] T002 Make src/b.rs\n\nAfter T01 and T001-T002 comes T003. T20 games and a T800 wait for T001 of 002-other.\n\nSee T004 of 003-more.\n";
    let line = "After T01 and T001-T002 comes T003. T20 games and a T800 wait for T001 of 002-other.";
    assert_eq!(in_feature("dangling-task", tasks), Vec::<String>::new());
    let tasks = tasks.replace(" of 002-other", "");
    let line = line.replace(" of 002-other", "");
    assert_eq!(in_feature("dangling-task", &tasks), [line.as_str(), &line, &line]);
}

#[test]
fn a_range_is_one_finding_and_holds_ids_only_where_all_its_numbers_are() {
    let tasks = |range: &str| format!("- [ ] T001 A\n- [ ] T002 B\n- [ ] T003 C\n\nAfter {range} it ends.\n");
    let found = |range: &str| in_feature("dangling-task", &tasks(range)).len();
    // Zeros were left out; `T05` has a number that no task has, and two digits, as none of them.
    assert_eq!([found("T01-T03"), found("T01-T05"), found("T05-T07")], [1, 0, 0]);
    assert_eq!(
        [found("T001-T003"), found("T001-T005"), found("T001-T099")],
        [0, 1, 1]
    );
    let plan = "- [ ] 1. A\n- [ ] 2. B\n  - _Depends: 1-4_\n- [ ] 3. C\n  - _Depends: 1, 7_\n";
    assert_eq!(
        in_plan("dangling-task", plan),
        ["  - _Depends: 1-4_", "  - _Depends: 1, 7_"]
    );
}

#[test]
fn a_range_of_requirements_is_looked_up_by_its_numbers() {
    let spec = (
        ".kiro/specs/x/requirements.md",
        "# Requirements\n\n### Requirement 1\n\n1. THE app SHALL a\n2. THE app SHALL b\n3. THE app SHALL c\n\n### Requirement 2\n",
    );
    let at = ".kiro/specs/x/tasks.md";
    let named = |code: &str, tasks: &str| found(code, &[spec, (at, tasks)], at);
    let tasks = "- [ ] 1. A\n  - _Requirements: 1.1-1.3, 2.1-2.9_\n- [ ] 2. B\n  - _Requirements: 1.2-1.4_\n";
    assert_eq!(
        named("unknown-requirement", tasks),
        ["  - _Requirements: 1.2-1.4_"]
    );
    let mostly_unknown = tasks.replace("2.1-2.9", "3.1-3.9");
    assert!(named("unknown-requirement", &mostly_unknown).is_empty());
    let skipped = "- [~] 1. A\n  - _Requirements: 1.1-1.3_\n- [~] 2. B\n  - _Requirements: 1.2-1.4_\n- [ ] 3. C\n  - _Requirements: 1.3-1.7_\n";
    let files = [spec, (at, skipped)];
    assert_eq!(
        found("requirement-only-skipped-tasks", &files, spec.0),
        ["1. THE app SHALL a", "2. THE app SHALL b"]
    );
}

#[test]
fn waves_may_leave_out_checkpoints_groups_and_what_is_done_or_optional() {
    let plan = |last: &str| {
        format!(
            "- [ ] 1. Group\n  - [ ] 1.1 Make a\n- [ ] 2. Checkpoint - all tests pass\n- [x] 3. Made\n- [ ]* 4. Tests\n- [ ] 5. Whole\n  - [ ] 5.1 Part\n{last}\n```json\n{{\"waves\": [[\"1.1\"], [\"5\"]]}}\n```\n"
        )
    };
    assert_eq!(in_plan("missing-in-waves", &plan("")), Vec::<String>::new());
    assert_eq!(
        in_plan("missing-in-waves", &plan("- [ ] 6. Make b\n")),
        ["- [ ] 6. Make b"]
    );
}

#[test]
fn optional_and_skipped_parts_keep_no_task_open() {
    let done = "- [x] 1. A\n  - [x] 1.1 B\n  - [ ]* 1.2 C\n  - [~] 1.3 D\n";
    assert_eq!(in_plan("done-parent-open-child", done), Vec::<String>::new());
    let open = done.replacen("[x]", "[ ]", 1);
    assert_eq!(in_plan("open-parent-done-children", &open), ["- [ ] 1. A"]);
    let begun = open.replace("[~]", "[-]");
    assert_eq!(in_plan("open-parent-done-children", &begun), Vec::<String>::new());
}

#[test]
fn a_checkpoint_to_come_contradicts_nothing() {
    let tasks = |second: char, checkpoint: &str| {
        format!(
            "## Phase 1\n\n- [x] T001 A\n- [ ] T002 B\n\n**Checkpoint**: {checkpoint}\n\n## Phase 2\n\n- [{second}] T003 C\n"
        )
    };
    let is_found = |second, text| !in_feature("contradictory-state", &tasks(second, text)).is_empty();
    assert!(is_found('x', "User Story 1 complete - it runs"));
    assert!(is_found(' ', "Phase 1 complete ✅"));
    assert!(!is_found(' ', "User Story 1 complete - it runs"));
    assert!(!is_found('x', "User Story 1 should be complete"));
    assert!(!is_found('x', "Once phase 1 is complete, go on"));
}

#[test]
fn placeholders_are_told_from_routes_and_links() {
    let tasks = "- [ ] T001 Add src/app/[slug]/page.tsx and pages/[file].tsx\n- [ ] T002 See [service](docs/a.md)\n- [ ] T003 Read `rows[file]`\n- [ ] T004 Write src/[file].py\n- [ ] TXXX Make [Entity1]\n- [ ] TXXX Make it\n";
    let found = in_feature("leftover-placeholder", tasks);
    assert_eq!(
        found,
        [
            "- [ ] T004 Write src/[file].py",
            "- [ ] TXXX Make [Entity1]",
            "- [ ] TXXX Make [Entity1]",
            "- [ ] TXXX Make it"
        ]
    );
    assert_eq!(in_feature("duplicate-task-id", tasks), Vec::<String>::new());
}

#[test]
fn plain_numbers_may_start_anew_below_each_heading() {
    let tasks = "## A\n\n- [ ] 1. x\n\n## B\n\n- [ ] 1. y\n- [ ] 1. z\n- [ ] 2.1 z\n\n## C\n\n- [ ] 2.1 y\n";
    assert_eq!(in_plan("duplicate-task-id", tasks), ["- [ ] 2.1 y"]);
}
