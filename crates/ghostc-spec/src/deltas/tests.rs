//! Changes applied to small specs.

use super::*;
use crate::resolve::{Input, resolve};
use crate::settings::Settings;
use ghostc_syntax::Source;

const BASE: &str = "# A\n\n## Requirements\n\n### Requirement: One\nIt SHALL be one.\n\n#### Scenario: Plain\n\n#### Scenario: Edge\n\n### Requirement: Two\nIt SHALL be two.\n\n#### Scenario: Plain\n";

/// The requirements of capability `a` after a delta, as `name: scenarios`.
fn after(delta: &str) -> Vec<String> {
    let mut sources = Sources::default();
    sources.add(Source::new("specs/a/spec.md", BASE));
    sources.add(Source::new("changes/x/specs/a/spec.md", delta));
    let files = crate::discover::discover_in(&sources);
    let library = resolve(Input::new(&sources, &Settings::default()), &files, 1).value;
    let (changes, trees): (Vec<_>, Vec<_>) = library
        .packages
        .iter()
        .partition(|package| package.changes.is_some());
    let after = applied(specs(trees[0], &sources), changes[0], &sources);
    let lines = after.get("a").into_iter().flatten();
    lines
        .map(|kept| format!("{}: {}", kept.name, kept.scenarios.join(", ")))
        .collect()
}

#[test]
fn what_is_modified_keeps_the_scenarios_that_are_not_given_anew() {
    let delta = "## MODIFIED Requirements\n\n### Requirement: One\nIt SHALL be 1.\n\n#### Scenario: Edge\n\n#### Scenario: New\n";
    assert_eq!(after(delta), ["One: Plain, Edge, New", "Two: Plain"]);
}

#[test]
fn renaming_comes_first_and_adding_last() {
    let delta = "## ADDED Requirements\n\n### Requirement: One\nIt SHALL be another.\n\n#### Scenario: Other\n\n## MODIFIED Requirements\n\n### Requirement: Uno\nIt SHALL be uno.\n\n#### Scenario: New\n\n## REMOVED Requirements\n\n### Requirement: Two\n\n## RENAMED Requirements\n\n- FROM: `### Requirement: One`\n- TO: `### Requirement: Uno`\n";
    assert_eq!(after(delta), ["Uno: Plain, Edge, New", "One: Other"]);
}

#[test]
fn a_capability_without_requirements_is_none() {
    let delta = "## REMOVED Requirements\n\n- `### Requirement: One`\n- `### Requirement: Two`\n";
    assert!(after(delta).is_empty());
}
