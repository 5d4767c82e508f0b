//! `ghostc trace`: what scenarios and cases prove of a spec, and what nothing proves.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test that meets something unexpected should panic"
)]

use crate::common::Project;
use serde_json::{Value, json};
use snapbox::str;

const LAMP: &str = "//- /ghostc.yaml
targets: [python]
//- /specs/lamp/SPEC.md
# Lamp

## Brightness

### dimmed(level, steps) → integer

It MUST NOT be below 0.

## Switching

- `POST /on` MUST switch the lamp on.
- A second `POST /on` MUST change nothing.
- Light MAY flicker.
- The bell rings twice.

## Storage

A lamp that was on MUST be on after a restart.

## Wiring

The wire MUST be red.

## Test matrix

- [ ] it survives a lightning
//- /specs/lamp/tests.yaml
dimmed:
  - { name: once, input: { level: 3, steps: 1 }, output: 2 }
  - { name: below, input: { level: 1, steps: 9 }, output: 0 }
//- /specs/lamp/scenarios/10-switching.yaml
covers: switching
scenarios:
  - name: it is switched on
    proves: [\"POST /on MUST switch\", the bell rings twice]
    table: [{ path: /on, held_out: false }, { path: \"/on?fast\", held_out: true }]
    steps:
      - { start: serve, as: lamp, ready: { stdout: '(?P<url>http://.*)' } }
      - { http: POST $url$path, expect: { status: 204 } }
      - { http: POST $url$path, proves: A second POST /on, expect: { status: 204 } }
  - { name: lightning, todo: true, proves: it survives a lightning }
//- /specs/lamp/scenarios/20-storage.yaml
covers: storage
scenarios:
  - name: it stays on
    proves: after a restart
    steps: [{ run: state, expect: { stdout: \"on\\n\" } }]
";

fn traced(project: &Project, words: &str) -> Value {
    project
        .run(&format!("trace {words} --format json"))
        .exits(0)
        .json()
}

/// The states of all items, by the start of their words.
fn states(json: &Value) -> Vec<(String, String)> {
    let items = json["packages"][0]["items"].as_array().unwrap().iter();
    let state = |item: &Value| {
        let text: String = item["text"].as_str().unwrap().chars().take(16).collect();
        (text, item["state"].as_str().unwrap().to_string())
    };
    items.map(state).collect()
}

#[test]
fn a_trace_says_first_what_nothing_proves() {
    let project = Project::new(LAMP);
    let ran = project.run("trace lamp").exits(0);
    snapbox::assert_data_eq!(
        ran.stdout,
        str![[r#"
lamp  4 scenarios (1 held out, 1 to do) and 2 cases
  proven: 4 of 5 statements, 1 of 1 clauses, 0 of 1 obligations

  proven by nothing
    must       The wire MUST be red.  specs/lamp/SPEC.md:22
    obligation [ ] it survives a lightning  specs/lamp/SPEC.md:26

  slices of which no scenario proves something together
    10-switching and 20-storage

  proven
    must-not   It MUST NOT be below 0.  specs/lamp/SPEC.md:7
      2 cases of `dimmed`  specs/lamp/SPEC.md:5
    must       `POST /on` MUST switch the lamp on.  specs/lamp/SPEC.md:11
      10-switching/it-is-switched-on, 2 rows  specs/lamp/scenarios/10-switching.yaml:5
    must       A second `POST /on` MUST change nothing.  specs/lamp/SPEC.md:12
      10-switching/it-is-switched-on, 2 rows, step 3  specs/lamp/scenarios/10-switching.yaml:9
    clause     The bell rings twice.  specs/lamp/SPEC.md:14
      10-switching/it-is-switched-on, 2 rows  specs/lamp/scenarios/10-switching.yaml:5
    must       A lamp that was on MUST be on after a restart.  specs/lamp/SPEC.md:18
      20-storage/it-stays-on  specs/lamp/scenarios/20-storage.yaml:3

"#]]
    );
    project.run("trace --fail-on unproven").exits(1);
}

#[test]
fn a_trace_can_be_read_by_programs() {
    let project = Project::new(LAMP);
    let json = traced(&project, "");
    let package = &json["packages"][0];
    assert_eq!(
        package["counts"][0],
        json!({ "kind": "statement", "proven": 4, "all": 5 })
    );
    assert_eq!(package["apart"], json!([["10-switching", "20-storage"]]));
    assert_eq!(
        (&package["scenarios"], &package["held_out"], &package["todo"]),
        (&json!(4), &json!(1), &json!(1))
    );
    let second = &package["items"][2];
    assert_eq!(second["slices"], json!(["10-switching"]));
    let proof = json!({
        "kind": "scenario", "id": "10-switching/it-is-switched-on/on-fast",
        "place": "specs/lamp/scenarios/10-switching.yaml:9", "step": 3, "count": 1,
    });
    assert_eq!(second["proofs"][1], proof);
    assert!(states(&json).contains(&("Light MAY flicke".into(), "free".into())));

    let csv = project.run("trace --format csv").exits(0).stdout;
    let lines: Vec<&str> = csv.split("\r\n").collect();
    assert!(lines[0].starts_with("package,kind,strength,id,text,place,slices,state,by,by_id"));
    let rings = "The bell rings twice.,specs/lamp/SPEC.md:14,10-switching,proven,scenario,10-switching/it-is-switched-on/on,";
    assert_eq!(lines.iter().filter(|line| line.contains(rings)).count(), 1);
    let columns = |line: &&str| line.is_empty() || line.matches(',').count() >= 11;
    assert!(lines.iter().all(columns), "{csv}");

    let page = project.run("trace --format html").exits(0).stdout;
    assert!(
        page.contains("<td>The wire MUST be red.</td>") && page.contains("Proven by nothing (2)"),
        "{page}"
    );
    let summary = project.run("trace --format markdown").exits(0).stdout;
    assert!(
        summary.contains("| must | The wire MUST be red. | specs/lamp/SPEC.md:22 |  |\n"),
        "{summary}"
    );
    assert!(
        summary.contains("10-switching/it-is-switched-on, 2 rows"),
        "{summary}"
    );
}

#[test]
fn what_is_proven_together_is_no_gap_and_what_is_context_has_not_to_be_proven() {
    let project = Project::new(LAMP);
    let storage = project.read("specs/lamp/scenarios/20-storage.yaml");
    let both = storage.replace(
        "proves: after a restart",
        "proves: [after a restart, POST /on MUST switch]",
    );
    project.write("specs/lamp/scenarios/20-storage.yaml", both);
    let spec = project.read("specs/lamp/SPEC.md");
    project.write(
        "specs/lamp/SPEC.md",
        format!("---\ncontext: [wiring]\n---\n{spec}"),
    );
    let json = traced(&project, "");
    assert_eq!(json["packages"][0]["apart"], json!([]));
    assert!(states(&json).contains(&("The wire MUST be".into(), "free".into())));
    let written = project
        .read("specs/lamp/scenarios/10-switching.yaml")
        .replace("todo: true", "steps: [{ run: a, expect: { exit: 0 } }]");
    project.write("specs/lamp/scenarios/10-switching.yaml", written);
    project
        .run("trace --fail-on unproven")
        .exits(0)
        .hides("proven by nothing");
}

#[test]
fn prose_scenarios_and_criteria_are_proven_by_their_ids() {
    let project = Project::new(
        "//- /openspec/specs/login/spec.md
## Purpose

People log in with a password, and a session is theirs for an hour.

## Requirements

### Requirement: Sessions
The system SHALL open a session for a right password.

#### Scenario: Right password
- **WHEN** a right password is given
- **THEN** a session is opened

#### Scenario: Wrong password
- **WHEN** a wrong password is given
- **THEN** none is opened
//- /openspec/scenarios/10-login.yaml
scenarios:
  - { name: right, proves: Sessions/Right password, steps: [{ run: login a, expect: { exit: 0 } }] }
//- /.kiro/specs/door/requirements.md
# Requirements Document

## Introduction

A door that rings.

## Requirements

### Requirement 1: Ringing

**User Story:** As a guest, I want to ring, so that somebody comes.

#### Acceptance Criteria

1. WHEN the button is pressed THEN the door SHALL ring
2. IF nobody comes THEN the door SHALL ring again
//- /.kiro/specs/door/scenarios/10-ring.yaml
scenarios:
  - { name: ring, proves: '1.1', steps: [{ run: press, expect: { stdout: \"ring\\n\" } }] }
",
    );
    let json = traced(&project, "openspec");
    let of = |json: &Value| -> Vec<(String, String)> {
        let items = json["packages"][0]["items"].as_array().unwrap().iter();
        items
            .map(|item| {
                (
                    item["id"].as_str().unwrap().to_string(),
                    item["state"].as_str().unwrap().to_string(),
                )
            })
            .collect()
    };
    let login = of(&json);
    assert!(
        login.contains(&("Sessions/Right password".into(), "proven".into())),
        "{login:?}"
    );
    assert!(
        login.contains(&("Sessions/Wrong password".into(), "unproven".into())),
        "{login:?}"
    );
    // A requirement is proven by its prose scenarios where all of them are.
    assert!(
        login
            .iter()
            .all(|(id, state)| id.starts_with("Sessions/") || state == "unproven"),
        "{login:?}"
    );
    let file = "openspec/scenarios/10-login.yaml";
    let both = project.read(file).replace(
        "Sessions/Right password",
        "[Sessions/Right password, Sessions/Wrong password]",
    );
    project.write(file, both);
    assert!(
        of(&traced(&project, "openspec"))
            .iter()
            .all(|(_, state)| state == "proven")
    );

    let door = of(&traced(&project, ".kiro"));
    assert_eq!(
        door,
        [
            ("1.1".to_string(), "proven".to_string()),
            ("1.2".to_string(), "unproven".to_string())
        ]
    );
}

#[test]
fn what_cannot_be_read_is_not_traced() {
    let project = Project::new(LAMP);
    let file = "specs/lamp/scenarios/20-storage.yaml";
    project.write(
        file,
        project
            .read(file)
            .replace("after a restart", "after an earthquake"),
    );
    project.run("trace").exits(1).says("error[unclear-proof]");
    project.run("trace nothing").exits(2);
    project.run("trace --fail-on breaking").exits(2);
    project.run("trace --format sarif").exits(2);
}
