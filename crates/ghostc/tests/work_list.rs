//! `ghostc diff --against-code`: changes as work on an implementation that is there.

#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test that meets something unexpected should panic"
)]

use crate::common::Project;
use serde_json::Value;

const OLD: &str = "# Queue

### push(item, max_size?) → number

`max_size` has the default `10`.
The queue MUST hold at most `max_size` items.

### drop_all() → number

It MUST return how many were dropped.
";

const CASES: &str = "push:
  - { name: small, input: { item: 1, max_size: 2 }, output: 1, held_out: false }
  - { name: plain, input: { item: 1 }, output: 1, held_out: false }
  - { name: secret, input: { item: 7, max_size: 3 }, output: 1, held_out: true }
";

/// A queue in two states, and code for the older one.
fn project() -> Project {
    let project = Project::new("");
    let new = OLD.replace("default `10`", "default `20`").replace(
        "## drop_all() → number\n\nIt MUST return how many were dropped.",
        "## peek(item_count) → number\n\nIt MUST return `item_count` items.",
    );
    for (folder, spec) in [("old", OLD), ("new", &new)] {
        project.write(&format!("{folder}/SPEC.md"), spec);
        project.write(&format!("{folder}/tests.yaml"), CASES);
    }
    project.write(
        "code/queue.js",
        "export function push(item, maxSize = 10) {\n  return 1;\n}\n\nexport function dropAll() {}\n",
    );
    project.write("code/notes.md", "maxSize\n");
    project.write("code/logo.bin", [0xff, 0xfe, 0x00]);
    project
}

fn changes(found: &Value) -> &[Value] {
    found["changes"].as_array().unwrap()
}

#[test]
fn changes_are_found_again_in_code_of_any_case_style() {
    let project = project();
    let found = project
        .run("diff old new --against-code code --format json")
        .exits(0)
        .json();
    assert_eq!(found["code"]["files"], 1);
    assert_eq!(found["code"]["unread"][0], "code/logo.bin");
    let default = changes(&found)
        .iter()
        .find(|change| {
            change["new"]["text"]
                .as_str()
                .is_some_and(|text| text.contains("default `20`"))
        })
        .unwrap();
    let work = &default["work"];
    assert_eq!(work["verb"], "change");
    let places = |name: &str| {
        let names = work["names"].as_array().unwrap();
        let found = names.iter().find(|found| found["name"] == name);
        found.unwrap_or_else(|| panic!("{work}"))["places"].clone()
    };
    assert_eq!(
        places("max_size"),
        serde_json::json!([{ "file": "code/queue.js", "line": 1 }])
    );
    assert_eq!(
        places("push"),
        serde_json::json!([{ "file": "code/queue.js", "line": 1 }])
    );
    // The case that gives the parameter speaks of it; one that is held out is not told.
    assert_eq!(work["cases"], serde_json::json!(["push.small"]));
    let verbs: Vec<&str> = changes(&found)
        .iter()
        .filter_map(|change| change["work"]["verb"].as_str())
        .collect();
    assert!(verbs.contains(&"add") && verbs.contains(&"remove"), "{verbs:?}");
    assert!(!found.to_string().contains("secret"), "{found}");
}

#[test]
fn a_work_list_is_for_people_and_for_code_scanning() {
    let project = project();
    project
        .run("diff old new --against-code code")
        .exits(0)
        .says("to follow in code (1 file read; not read: code/logo.bin)")
        .says("[ ] change  ")
        .says("`max_size` at code/queue.js:1")
        .says("`drop_all` at code/queue.js:5")
        .says("`item_count` is nowhere in code")
        .says("cases: push.small");
    project
        .run("diff old new --against-code code --format markdown")
        .exits(0)
        .says("- [ ] **change** ")
        .says("code/queue.js:1");
    let sarif = project
        .run("diff old new --against-code code --format sarif")
        .exits(0)
        .json();
    assert!(sarif.to_string().contains("code/queue.js"), "{sarif}");
    project
        .run("diff old new --against-code code --fail-on breaking")
        .exits(1);
    project
        .run("diff old new --against-code code --format changelog")
        .exits(2);
    project
        .run("diff old new --against-code nowhere")
        .exits(2)
        .says("there is no `nowhere`");
}
