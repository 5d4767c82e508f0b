//! What agents use is counted and told, however their turns end.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test that meets something unexpected should panic"
)]

use crate::common::{Project, end};
use serde_json::{Value, json};
use std::process::Command;

/// [`crate::common::DOUBLE`] with a `claude` on the PATH that runs this shell script.
fn project(settings: &str, script: &str) -> Project {
    let project = Project::double("def double(n):\n    return 2 * n\n");
    project.write(
        "ghostc.yaml",
        format!("targets: [python]\nagent: claude\n{settings}"),
    );
    let claude = project.bin().join("claude");
    std::fs::write(
        &claude,
        format!(
            "#!/bin/sh\nhome={}\ncat > /dev/null\n{script}\n",
            project.path("").display()
        ),
    )
    .unwrap();
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(&claude, mode).unwrap();
    project
}

/// A last line of claude that says this many tokens went in, and what they cost.
fn result(tokens: u64, dollars: f64, failed: bool) -> String {
    let line = json!({
        "type": "result", "is_error": failed, "result": "It broke.", "total_cost_usd": dollars,
        "usage": { "input_tokens": tokens, "output_tokens": 1 },
    });
    format!("echo '{line}'")
}

fn turns(lines: &[Value]) -> Vec<&Value> {
    let turns = lines.iter().filter(|line| line["event"] == "turn");
    turns.map(|line| &line["turn"]).collect()
}

#[test]
fn turns_that_fail_are_counted_and_dollars_told() {
    let script = format!(
        "echo x >> $home/runs\ncase $(grep -c x $home/runs) in\n1) {}; exit 1 ;;\n2) exit 1 ;;\nesac\ncp $home/double.py p/double.py\n{}",
        result(1000, 0.5, true),
        result(200, 0.25, false)
    );
    let project = project("", &script);
    let ran = project.run("build --format json").exits(0);
    let lines = ran.json_lines();
    let [first, second, third] = turns(&lines)[..] else {
        panic!("three turns: {ran}")
    };
    assert_eq!(
        *first,
        json!({
            "input_tokens": 1000, "output_tokens": 1, "dollars": 0.5, "failure": "crash", "retry_after": null,
            "stopped": false,
        })
    );
    assert_eq!(
        (&second["input_tokens"], &second["failure"]),
        (&Value::Null, &json!("crash"))
    );
    assert_eq!(
        (&third["input_tokens"], &third["failure"]),
        (&json!(200), &Value::Null)
    );
    assert_eq!(
        lines.last().unwrap()["spent"],
        json!({ "turns": 3, "unknown_turns": 1, "tokens": 1202, "dollars": 0.75 })
    );
    project.remove("golden");
    project.remove("ghostc.lock");
    project.remove("runs");
    let text = project.run("build --fresh").exits(0);
    text.says("1,202 tokens, $0.75");
    // A build that asks nobody spends nothing.
    let last = project
        .run("build --format json")
        .exits(0)
        .json_lines()
        .pop()
        .unwrap();
    assert_eq!(last.get("spent"), None);
}

#[test]
fn tokens_of_turns_that_fail_use_up_the_budget() {
    let script = format!("echo x >> $home/runs\n{}\nexit 1", result(3000, 0.5, true));
    let project = project("build: { attempts: 9, tokens: 8K }\n", &script);
    let last = project
        .run("build --format json")
        .exits(4)
        .json_lines()
        .pop()
        .unwrap();
    assert_eq!(
        last["packages"][0]["targets"][0]["jobs"][0]["result"],
        "over-budget"
    );
    // The third would go beyond it with its prompt, and what is over is known.
    let runs = project.read("runs").lines().count() as u64;
    assert!((2..=3).contains(&runs), "{runs}");
    assert_eq!(last["spent"]["tokens"], json!(3001 * runs));
}

#[test]
fn a_turn_that_is_stopped_is_counted() {
    let used = json!({ "type": "assistant", "message": { "id": "m", "usage": { "input_tokens": 40, "output_tokens": 2 } } });
    let project = project("", &format!("echo '{used}'\necho x >> $home/calls\nsleep 60"));
    let child = project.start("build --format json");
    project.await_calls(1);
    std::thread::sleep(std::time::Duration::from_millis(300));
    let id = child.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-INT", &id])
            .status()
            .unwrap()
            .success()
    );
    let ran = end(child).exits(130);
    let lines = ran.json_lines();
    let [turn] = turns(&lines)[..] else {
        panic!("one turn: {ran}")
    };
    assert_eq!(
        (&turn["input_tokens"], &turn["stopped"]),
        (&json!(40), &json!(true))
    );
    assert_eq!(lines.last().unwrap()["spent"]["tokens"], 42);
}
