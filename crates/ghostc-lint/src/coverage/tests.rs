//! What counts as covered.

use super::*;
use crate::{Goal, analyze};
use ghostc_spec::Settings;
use ghostc_spec::resolve::Input;
use ghostc_syntax::{Source, Sources};

/// The criteria, and the requirements without any, that the tasks of a package leave out.
fn left(files: &[(&str, &str)]) -> Vec<String> {
    let mut sources = Sources::default();
    for (path, text) in files {
        sources.add(Source::new(*path, *text));
    }
    let existing = files.iter().map(|(path, _)| path.to_string()).collect();
    let layout = ghostc_spec::discover::discover_in(&sources);
    let checked = analyze(
        Input {
            sources: &sources,
            existing: &existing,
            settings: &Settings::default(),
        },
        &layout,
        1,
        Goal::Everything,
    );
    let ids = gaps(&checked.value.packages[0]).into_iter().flat_map(|gap| {
        let own = gap.criteria.is_empty().then(|| gap.requirement.id.clone());
        let criteria: Vec<String> = gap
            .criteria
            .iter()
            .map(|criterion| criterion.id.clone())
            .collect();
        own.into_iter().chain(criteria)
    });
    ids.collect()
}

const REQUIREMENTS: &str = "# Requirements Document\n\n### Requirement 1\n\n1. THE App SHALL a\n2. THE App SHALL b\n\n\
    ### Requirement 2\n\n1. THE App SHALL c\n2. THE App SHALL d\n";

fn left_by_tasks(tasks: &str) -> Vec<String> {
    let tasks = format!("# Implementation Plan\n\n{tasks}");
    left(&[("p/requirements.md", REQUIREMENTS), ("p/tasks.md", &tasks)])
}

#[test]
fn criteria_are_covered_by_number_by_requirement_and_by_what_is_done() {
    assert_eq!(
        left_by_tasks("- [ ] 1. x\n  - _Requirements: 1.1, 2.1, 2.2_\n"),
        ["1.2"]
    );
    assert!(left_by_tasks("- [ ] 1. x\n  - _Requirements: 1.1, 1.2, 2_\n").is_empty());
    assert!(left_by_tasks("- [ ] 1. x\n  - _Requirements: 1.x, 2.1, 2.2_\n").is_empty());
    assert!(
        left_by_tasks("- Requirements 1-1: done\n\n## Tasks\n\n- [ ] 1. x\n  - _Requirements: 2.1, 2.2_\n")
            .is_empty()
    );
}

#[test]
fn tasks_that_name_few_criteria_or_all_of_them_tell_nothing() {
    assert!(left_by_tasks("- [ ] 1. x\n  - _Requirements: 1.1_\n").is_empty());
    assert!(
        left_by_tasks("- [ ] 1. x\n  - _Requirements: 1.1, 1.2, 2.1_\n- [ ] 2. y\n  - _Requirements: All_\n")
            .is_empty()
    );
}

#[test]
fn ids_in_ranges_and_parts_of_ids_are_covered() {
    let spec = "# Feature Specification: X\n\n- **FR-001**: MUST a\n- **FR-002**: MUST b\n- **FR-002a**: MUST c\n- **FR-003**: MUST d\n- **FR-004**: MUST e\n";
    let tasks = "## Phase 1 (FR-001 to FR-003)\n\n- [ ] T001 Do it\n";
    assert_eq!(
        left(&[("001-x/spec.md", spec), ("001-x/tasks.md", tasks)]),
        ["FR-004"]
    );
}
