//! A statement keeps its id from build to build, whatever becomes of its words; the lock remembers it.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test that meets something unexpected should panic"
)]

use crate::common::Project;
use serde_json::Value;
use std::collections::BTreeMap;

const SPEC: &str = "specs/p/SPEC.md";
const TWICE: &str = "The result MUST be twice `n`.";
const ROUNDED: &str = "The result MUST NOT be rounded.";

/// The ids of statements by what they say, as `inspect` prints them.
fn ids(project: &Project) -> BTreeMap<String, String> {
    let ran = project.run("inspect --format json").exits(0);
    let facts: Value = serde_json::from_str(&ran.stdout).unwrap();
    let statements = facts["packages"][0]["files"][0]["statements"].as_array().unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_string();
    let pairs = statements
        .iter()
        .map(|found| (text(&found["text"]), text(&found["id"])));
    pairs.collect()
}

fn built() -> Project {
    let project = Project::numbers();
    project.run("build").exits(0);
    project
}

#[test]
fn an_id_is_kept_through_edits_with_a_build_after_each() {
    let project = built();
    let before = ids(&project)[TWICE].clone();
    let edits = [
        "The result MUST be exactly twice `n`.",
        "The result MUST be exactly twice the `n`.",
        "The result SHOULD be exactly twice the given `n`.",
    ];
    let mut last = TWICE;
    for edit in edits {
        project.replace(SPEC, last, edit);
        assert_eq!(ids(&project)[edit], before, "{edit}");
        project.run("prompt double").exits(0).says(&before);
        project.run("build --accept").exits(0);
        assert_eq!(ids(&project)[edit], before, "after a build: {edit}");
        last = edit;
    }
    let graph = project.run("graph --format json").exits(0);
    assert!(graph.stdout.contains(&before), "{graph}");
    project.remove("ghostc.lock");
    assert_ne!(ids(&project)[last], before, "it is the lock that remembers");
}

#[test]
fn statements_that_change_places_take_their_ids_along() {
    let project = built();
    let before = ids(&project);
    project.replace(SPEC, &format!("{TWICE}\n"), "");
    project.replace(SPEC, ROUNDED, &format!("{ROUNDED}\n{TWICE}"));
    assert_eq!(ids(&project), before);
    project.replace(SPEC, TWICE, "The result MUST be twice the `n`.");
    project.replace(SPEC, ROUNDED, "The result MUST NOT be rounded up.");
    let after = ids(&project);
    assert_eq!(after["The result MUST be twice the `n`."], before[TWICE]);
    assert_eq!(after["The result MUST NOT be rounded up."], before[ROUNDED]);
}

#[test]
fn a_doubtful_match_is_said_once() {
    let project = built();
    let before = ids(&project);
    let edit = "The result of it all MUST NOT ever be rounded up or down.";
    project.replace(SPEC, ROUNDED, edit);
    assert_eq!(ids(&project)[edit], before[ROUNDED]);
    let said = format!("`{}` is taken for an edit", before[ROUNDED]);
    project.run("build --accept").exits(0).says(&said);
    project.replace(SPEC, "twice `n`.", "twice the `n`.");
    let again = project.run("build --accept").exits(0);
    assert!(!again.stderr.contains("taken for an edit"), "{again}");
}

#[test]
fn a_lock_without_ids_is_as_good_as_new_until_something_is_built() {
    let project = built();
    let lock = project.read("ghostc.lock");
    let is_id = |line: &&str| line.contains("\"statement\":");
    assert_eq!(lock.lines().filter(is_id).count(), 4);
    // The schema of before says nothing of what else a lock has.
    let kept = lock
        .lines()
        .filter(|line| !is_id(line) && !line.contains("\"summary\":"));
    let older: String = kept.fold(String::new(), |all, line| {
        let (line, _) = line.rsplit_once(",\"sum\":").unwrap();
        all + line + "}\n"
    });
    let older = older.replacen("ghostc.lock/2", "ghostc.lock/1", 1);
    let (first, _) = older.split_once(",\"first\"").unwrap();
    let older = older.replacen(older.lines().next().unwrap(), &format!("{first}}}"), 1);
    let before = ids(&project);
    project.write("ghostc.lock", &older);
    assert_eq!(ids(&project), before);
    project.run("build --locked").exits(0);
    project.run("build").exits(0);
    assert_eq!(project.read("ghostc.lock"), older);
    project.replace(SPEC, "zero minus `n`.", "zero minus the `n`.");
    project.run("build --accept").exits(0);
    assert_eq!(project.read("ghostc.lock").lines().filter(is_id).count(), 4);
}
