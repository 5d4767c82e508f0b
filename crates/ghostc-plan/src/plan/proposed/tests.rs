//! Files of scenarios that are proposed for small specs: each is read without a finding.

use super::*;
use crate::plan::plan;
use ghostc_spec::resolve::{Input, resolve};
use ghostc_spec::settings::Settings;
use ghostc_syntax::Source;

/// The files that are proposed for a spec, which with them is a program without a finding.
fn proposed(spec: &str) -> BTreeMap<String, String> {
    let settings = Settings::default();
    let read = |files: &BTreeMap<String, String>| {
        let mut sources = Sources::default();
        sources.add(Source::new("p/SPEC.md", spec));
        for (path, text) in files {
            sources.add(Source::new(format!("p/{path}"), text.as_str()));
        }
        let found = ghostc_spec::discover::discover_in(&sources);
        let resolved = resolve(Input::new(&sources, &settings), &found, 1);
        (resolved, sources)
    };
    let (resolved, sources) = read(&BTreeMap::new());
    let files = proposed_slices(&resolved.value.packages[0], &sources);
    if files.is_empty() {
        return files;
    }
    let (resolved, sources) = read(&files);
    let messages: Vec<&String> = resolved.diagnostics.iter().map(|found| &found.message).collect();
    assert!(messages.is_empty(), "{messages:?} in {files:#?}");
    let Ok((library, _)) = resolved.strict() else {
        panic!("the files have errors")
    };
    let graphs = plan(&library, &sources, &settings, &|_| true);
    let messages: Vec<&String> = graphs.diagnostics.iter().map(|found| &found.message).collect();
    assert!(messages.is_empty(), "{messages:?} in {files:#?}");
    let names: Vec<String> = graphs.value[0]
        .tasks
        .iter()
        .map(|task| format!("scenarios/{}.yaml", task.id))
        .collect();
    let paths: Vec<&String> = files.keys().collect();
    assert_eq!(names.iter().collect::<Vec<_>>(), paths);
    files
}

#[test]
fn each_chapter_that_binds_is_a_slice_with_what_is_to_be_shown_of_it() {
    let files = proposed(
        "# Kettle\n\n## Overview\n\nIt boils.\n\n## 1. Heating\n\nIt MUST heat.\n\n## 2. Words\n\nWater is wet.\n\n## 3. Ending\n\n### 3.1 Signals\n\n| a | b |\n|---|---|\n| `TERM` | it ends |\n\n## 4. Test matrix\n\n### 4.1 Heating\n\n- [ ] heats `twice`\n- [ ] heats \"well\".\n\n### 4.2 Other\n\n- [ ] lasts\n",
    );
    let all: Vec<(&str, &str)> = files
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .collect();
    assert_eq!(
        all,
        [
            (
                "scenarios/10-heating.yaml",
                "covers: [\"1-heating\"]\nscenarios:\n  - name: \"heats twice\"\n    proves: [\"heats `twice`\"]\n    todo: true\n  - name: \"heats \\\"well\\\"\"\n    proves: [\"heats \\\"well\\\".\"]\n    todo: true\n"
            ),
            (
                "scenarios/20-ending.yaml",
                "covers: [\"3-ending\"]\nscenarios:\n  - name: \"lasts\"\n    proves: [\"lasts\"]\n    todo: true\n"
            ),
        ]
    );
}

#[test]
fn words_that_stand_twice_prove_nothing_and_names_are_told_apart() {
    let files = proposed(
        "# Kettle\n\n## Heating\n\nIt MUST heat.\n\n## Test matrix\n\n### Heating\n\n- [ ] heats\n- [ ] heats\n",
    );
    let text = &files["scenarios/10-heating.yaml"];
    assert!(
        text.contains("\"heats\"") && text.contains("\"heats (2)\"") && !text.contains("proves:"),
        "{text}"
    );
}

#[test]
fn a_chapter_without_obligations_waits_as_a_whole_and_many_chapters_stay_in_order() {
    let chapters: String = (1..=12)
        .map(|n| format!("## Part {n} of it\n\nIt MUST do {n}.\n\n"))
        .collect();
    let files = proposed(&format!("# Kettle\n\n{chapters}"));
    let first = files.iter().next().expect("a file");
    assert_eq!(first.0, "scenarios/010-part-1-of-it.yaml");
    assert_eq!(
        first.1,
        "covers: [\"part-1-of-it\"]\nscenarios:\n  - name: \"Part 1 of it\"\n    todo: true\n"
    );
    let last = files.keys().last().expect("a file");
    assert_eq!(
        (files.len(), last.as_str()),
        (12, "scenarios/120-part-12-of-it.yaml")
    );
}

#[test]
fn a_spec_that_binds_nothing_has_no_slices() {
    assert!(proposed("# Kettle\n\n## Heating\n\nIt heats.\n").is_empty());
}
