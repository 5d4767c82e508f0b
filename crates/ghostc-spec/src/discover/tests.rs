//! Which folders are packages, and which files are theirs.

use super::*;

/// Discovers packages among files with texts.
fn discovered(files: &[(&str, &str)], alone: &[&str]) -> Vec<String> {
    let mut paths: Vec<String> = files.iter().map(|(path, _)| path.to_string()).collect();
    paths.sort();
    let text = |path: &str| {
        files
            .iter()
            .find(|(known, _)| *known == path)
            .map(|(_, text)| *text)
    };
    let places = FilePaths {
        paths: &paths,
        text: &text,
        dialects: &BTreeMap::new(),
    };
    let alone: Vec<String> = alone.iter().map(|path| path.to_string()).collect();
    let shown = |package: &PackageFiles| {
        let base = package
            .changes
            .as_ref()
            .map_or(String::new(), |base| format!(" of `{}`", base.root));
        format!(
            "{} {} {}+{}{base}",
            package.dialect.as_str(),
            package.name,
            package.documents.len(),
            package.cases.len()
        )
    };
    discover(&places, &alone).iter().map(shown).collect()
}

#[test]
fn a_folder_with_a_spec_is_a_package_and_nested_ones_keep_their_own_files() {
    let files = [
        ("a/SPEC.md", ""),
        ("a/docs/more.md", ""),
        ("a/tests.yaml", ""),
        ("a/b/SPEC.md", ""),
        ("a/b/README.md", ""),
        ("c/notes.md", ""),
        ("a/x.txt", ""),
    ];
    assert_eq!(
        discovered(&files, &["c/notes.md"]),
        ["ghost a 2+1", "ghost b 2+0", "ghost notes 1+0"]
    );
}

#[test]
fn openspec_is_a_tree_and_its_changes() {
    let main = "# A\n\n## Requirements\n\n### Requirement: One\n";
    let delta = "## ADDED Requirements\n\n### Requirement: Two\n";
    let files = [
        ("openspec/project.md", ""),
        ("openspec/specs/one/spec.md", main),
        ("openspec/changes/add-two/proposal.md", "## Why\n"),
        ("openspec/changes/add-two/tasks.md", ""),
        ("openspec/changes/add-two/specs/two/spec.md", delta),
        ("openspec/changes/archive/2026-01-01-old/specs/old/spec.md", delta),
    ];
    assert_eq!(
        discovered(&files, &[]),
        [
            "openspec openspec 2+0",
            "openspec add-two 3+0 of `openspec`",
            "openspec 2026-01-01-old 1+0 of `openspec`"
        ]
    );
}

#[test]
fn what_lies_right_below_openspec_is_no_change() {
    let delta = "## ADDED Requirements\n\n### Requirement: Two\n";
    let found = discovered(&[("openspec/specs/two/spec.md", delta)], &[]);
    assert_eq!(found, ["openspec openspec 1+0"]);
}

#[test]
fn the_check_lists_of_a_feature_belong_to_it() {
    let files = [
        ("001-a/spec.md", "# Feature Specification: A\n"),
        ("001-a/plan.md", ""),
        (
            "001-a/checklists/requirements.md",
            "Every item SHALL be ticked.\n",
        ),
    ];
    assert_eq!(discovered(&files, &[]), ["speckit 001-a 3+0"]);
}

#[test]
fn dialects_live_side_by_side_and_names_are_told_apart() {
    let files = [
        ("one/specs/001-a/spec.md", "# Feature Specification: A\n"),
        ("one/specs/001-a/tasks.md", ""),
        ("two/specs/001-a/spec.md", "- **FR-001**: it MUST\n"),
        (".kiro/specs/b/requirements.md", ""),
        (".kiro/specs/b/tasks.md", ""),
        ("lib/SPEC.md", ""),
    ];
    assert_eq!(
        discovered(&files, &[]),
        [
            "kiro b 2+0",
            "ghost lib 1+0",
            "speckit one/specs/001-a 2+0",
            "speckit two/specs/001-a 1+0"
        ]
    );
}

#[test]
fn forms_that_tools_ship_are_no_specs() {
    let blank = "# Feature Specification: [FEATURE NAME]\n\n- **FR-001**: System MUST [DO]\n";
    let filled = "# Feature Specification: Lists\n\n- **FR-001**: System MUST sort\n";
    let files = [
        (
            ".kiro/settings/templates/specs/requirements.md",
            "# Requirements\n\n### Requirement 1: {{NAME}}\n",
        ),
        (".kiro/settings/rules/tasks.md", "# Implementation Plan\n"),
        (".kiro/specs/a/requirements.md", "### Requirement 1\n"),
        ("docs/templates/feature/spec.md", blank),
        ("templates/mail/spec.md", filled),
    ];
    assert_eq!(discovered(&files, &[]), ["kiro a 1+0", "speckit mail 1+0"]);
}

#[test]
fn a_spec_may_be_called_so_in_any_letter_case() {
    let files = [
        ("a/Spec.md", "# A\n"),
        ("b/spec.md", "# B\n"),
        ("b/tests.yaml", ""),
        ("001-c/spec.md", "# Feature Specification: C\n"),
        (
            "openspec/specs/d/spec.md",
            "# D\n\n## Requirements\n\n### Requirement: One\n",
        ),
    ];
    assert_eq!(
        discovered(&files, &[]),
        [
            "speckit 001-c 1+0",
            "ghost a 1+0",
            "ghost b 1+1",
            "openspec openspec 1+0"
        ]
    );
}

#[test]
fn loose_documents_of_one_name_are_two() {
    let files = [("a/api.md", ""), ("b/api.md", "")];
    assert_eq!(
        discovered(&files, &["a/api.md", "b/api.md"]),
        ["ghost a/api 1+0", "ghost b/api 1+0"]
    );
}
