//! Which numbers of a text are found wrong.

use crate::lines::found;

fn wrong(files: &[(&str, &str)], shown: &str) -> Vec<String> {
    found("wrong-count", files, shown)
}

/// The lines of some text that are wrong about four tasks in two phases: two in each, three of them parallel.
fn wrong_of_tasks(text: &str) -> Vec<String> {
    let list = "# Tasks\n\n## Phase 1: Setup\n\n- [x] T001 Make src/a.rs\n- [ ] T002 [P] Make src/b.rs\n\n## Phase 2: User Story 1 - Go\n\n- [ ] T003 [P] [US1] Make src/c.rs\n- [ ] T003a [P] [US1] Make src/d.rs\n\n## Notes\n\n";
    let tasks = format!("{list}{text}");
    wrong(
        &[
            ("specs/001-x/spec.md", "# Feature Specification: X\n"),
            ("specs/001-x/tasks.md", &tasks),
        ],
        "specs/001-x/tasks.md",
    )
}

/// The lines of some text that are wrong about three cases, of which two are `double`'s.
fn wrong_of_cases(text: &str) -> Vec<String> {
    let spec = format!("# P\n\n### double(n) → number\n\n### split_words(s) → list\n\n## Notes\n\n{text}");
    let tests = "double:\n  - {name: a, input: {n: 1}, output: 2}\n  - {name: b, input: {n: 2}, output: 4}\nsplit_words:\n  - {name: a, input: {s: a b}, output: [a, b]}\n";
    wrong(&[("p/SPEC.md", &spec), ("p/tests.yaml", tests)], "p/SPEC.md")
}

#[test]
fn right_counts_of_tasks_are_not_reported() {
    let right = "Total tasks: 4\n\n- Phase 1: 2 tasks\n- **Phase 2 (US1)**: 2 tasks (1 test task + 1 other)\n- Phases 1-2: 4 tasks\n- US1: 2 tasks\n- T001-T003: 4 tasks\n- T001-T002 (2 tasks)\n- 3 tasks marked [P]\n- Parallel tasks: 3\n- Sequential tasks: 1\n- There are 4 tasks in total.\n- 4 tasks across 2 phases\n- Setup: 2 tasks\n- 合計: 4タスク\n- フェーズ1: 2タスク\n\n| Phase | Tasks |\n|---|---|\n| 1 | 2 |\n| Phase 2 | 2 |\n| **Total** | **4** |\n";
    assert_eq!(wrong_of_tasks(right), Vec::<String>::new());
}

#[test]
fn wrong_counts_of_tasks_are_found() {
    let lines = [
        "Total tasks: 5",
        "- Phase 1: 3 tasks",
        "- **Phase 2 (US1)**: 4 tasks (1 test task + 1 other)",
        "- Phases 1-2: 5 tasks",
        "- MVP (Phase 1 + Phase 2): 5 tasks",
        "- US1: 3 tasks",
        "- T001-T003: 2 tasks",
        "- T001–T002 (3 tasks)",
        "- 4 tasks marked [P]",
        "- Parallel tasks: 4",
        "- Sequential tasks: 3",
        "- There are 5 tasks in total.",
        "- 5 tasks across 2 phases",
        "- Setup: 3 tasks",
        "- ~9 tasks in total",
        "- 合計: 5タスク",
        "- フェーズ1: 3タスク",
        "- Total Task Count: 7 tasks",
        "| 1 | 3 |",
        "| Phase 2 | 1 |",
        "| **Total** | **6** |",
    ];
    let text = lines
        .join("\n")
        .replace("| 1 | 3 |", "\n| Phase | Tasks |\n|---|---|\n| 1 | 3 |");
    assert_eq!(wrong_of_tasks(&text), lines);
}

#[test]
fn counts_in_headings_and_columns_of_marks_are_compared() {
    let text = "| Phase | Parallel |\n|---|---|\n| 1 | 1 |\n| 2 | 3 |\n\n## Later (2 tasks)\n\n- [ ] T004 Make src/e.rs\n\n## Last (1 tasks)\n\n- [ ] T005 Make src/f.rs\n";
    assert_eq!(wrong_of_tasks(text), ["| 2 | 3 |", "## Later (2 tasks)"]);
}

#[test]
fn doubtful_counts_of_tasks_are_left_alone() {
    let doubtful = "- Originally there were 9 tasks in total.\n- Add 3 tasks\n- At most 2 tasks per phase\n- The first 3 tasks\n- 16 test tasks\n- 2 parallel task groups\n- ~3 tasks can run in parallel\n- Phase 9: 3 tasks\n- Backend: 3 tasks\n- T001-T003: 2 days\n- US1 and US2: 9 tasks\n- Phase 1 took 5 days\n- 3 of 4 tasks\n- 3/4 tasks done\n- T001 creates 3 tasks\n- about 4 tasks in total\n\n| Phase | Days |\n|---|---|\n| 1 | 3 |\n\n| Story | Tasks |\n|---|---|\n| Backend | 7 |\n\n```\nTotal tasks: 7\n```\n";
    assert_eq!(wrong_of_tasks(doubtful), Vec::<String>::new());
}

#[test]
fn right_counts_of_cases_are_not_reported() {
    let right = "Total: 3 test cases.\n\nAll 3 tests must pass.\n\n- 2 double tests\n- `split_words`: 1 tests\n- `double` (2 cases)\n- Splitting of words (1 tests)\n\n| Function | Tests |\n|---|---|\n| `double` | 2 |\n| Total | 3 |\n| `tests.yaml` | 3 test cases |\n";
    assert_eq!(wrong_of_cases(right), Vec::<String>::new());
}

#[test]
fn wrong_counts_of_cases_are_found() {
    let lines = [
        "Total: 4 test cases.",
        "All 4 tests must pass.",
        "- 3 double tests",
        "- `split_words`: 2 tests",
        "- `double` (3 cases)",
        "- Splitting of words (2 tests)",
        "- 5+ test cases in total",
        "| `double` | 3 |",
        "| Total | 5 |",
        "| `tests.yaml` | 4 test cases |",
    ];
    let text = lines.join("\n").replace(
        "| `double` | 3 |",
        "\n| Function | Tests |\n|---|---|\n| `double` | 3 |",
    );
    assert_eq!(wrong_of_cases(&text), lines);
}

#[test]
fn doubtful_counts_of_cases_are_left_alone() {
    let doubtful = "- Add 4 tests for `double`\n- 40 tests\n- The first 4 tests pass\n- 4 unit tests\n- Each operation has 4 tests\n- Run 4 tests at once\n- 4 tests were added\n- All 4 error tests\n\n## 1.2.0 notes\n\nTotal: 4 test cases.\n\n## Changelog\n\nTotal: 4 test cases.\n";
    assert_eq!(wrong_of_cases(doubtful), Vec::<String>::new());
}

#[test]
fn counts_of_requirements_and_stories_are_compared() {
    let spec = "# Feature Specification: X\n\n### User Story 1 - Go (Priority: P1)\n\n## Requirements\n\n- **FR-001**: It MUST go.\n- **FR-002**: It MUST stop.\n- **SC-001**: It goes.\n";
    let checklist = "# Checklist\n\n- [x] All 2 functional requirements are testable\n- [x] All 3 functional requirements are testable\n- 1 user stories\n- 2 user stories\n- Add 3 functional requirements\n- 3 functional requirements of the store\n- 9 functional requirements\n- 2 success criteria with numbers\n";
    let files = [
        ("specs/001-x/spec.md", spec),
        ("specs/001-x/checklists/requirements.md", checklist),
    ];
    let expected = [
        "- [x] All 3 functional requirements are testable",
        "- 2 user stories",
        "- 2 success criteria with numbers",
    ];
    assert_eq!(wrong(&files, "specs/001-x/checklists/requirements.md"), expected);
}
