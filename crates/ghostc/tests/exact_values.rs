//! Values of cases from YAML to the verdict, in every target: no digit is lost, and no rounded answer passes.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test that meets something unexpected should panic"
)]

use crate::common::Project;

/// One operation that adds one, with an integer that no 64 bits and no double hold, and a float.
const NEXT: &str = "//- /ghostc.yaml
held_out: 0
//- /specs/p/SPEC.md
# P

### next(n) → number

It MUST return `n` plus one.
//- /specs/p/tests.yaml
next:
  - { name: large, input: 15511210043330985984000001, output: 15511210043330985984000002 }
  - { name: nested, input: -9223372036854775809, output: -9223372036854775808 }
  - { name: half, input: 1.50, output: 2.5 }
";

/// What a task writes in a target, with an expression for `n` plus one.
fn code(target: &str, expression: &str) -> Vec<(&'static str, String)> {
    match target {
        "python" => vec![(
            "p/next.py",
            format!("def next(n):\n    return {expression}\n"),
        )],
        "javascript" => vec![(
            "src/next.mjs",
            format!("export function next(n) {{\n  return {expression};\n}}\n"),
        )],
        _ => vec![
            (
                "src/next.rs",
                format!("pub enum N {{ Int(i128), Float(f64) }}\n\npub fn next(n: N) -> N {{\n    {expression}\n}}\n"),
            ),
            (
                "adapter/next.rs",
                "use super::Value;\nuse p::next::{next, N};\n\npub fn call(input: &Value) -> Result<Value, String> {\n    let n = match input.get(\"n\") {\n        Some(Value::Int(n)) => N::Int(*n),\n        Some(Value::Float(n)) => N::Float(*n),\n        _ => return Err(\"`n` must be a number\".to_owned()),\n    };\n    Ok(match next(n) {\n        N::Int(n) => n.into(),\n        N::Float(n) => n.into(),\n    })\n}\n"
                    .to_string(),
            ),
        ],
    }
}

/// A project whose agent writes this code for a target.
fn project(target: &str, expression: &str) -> Project {
    let project = Project::new(NEXT);
    project.append("ghostc.yaml", format!("targets: [{target}]\n"));
    let mut script = String::new();
    for (at, (path, text)) in code(target, expression).into_iter().enumerate() {
        project.write(&format!("answer.{at}"), text);
        script.push_str(&format!("copy answer.{at} {path}\n"));
    }
    project.agent(&script);
    project
}

/// Whether a program can be started here.
fn has(program: &str) -> bool {
    let started = std::process::Command::new(program).arg("--version").output();
    started.is_ok_and(|output| output.status.success())
}

#[test]
fn exact_code_passes_and_rounding_code_fails_in_every_target() {
    for (target, program, exact, rounding) in [
        ("python", "python3", "n + 1", "float(n) + 1"),
        (
            "javascript",
            "node",
            "typeof n === \"bigint\" ? n + 1n : n + 1",
            "Number(n) + 1",
        ),
        (
            "rust",
            "rustc",
            "match n { N::Int(n) => N::Int(n + 1), N::Float(n) => N::Float(n + 1.0) }",
            "match n { N::Int(n) => N::Float(n as f64 + 1.0), N::Float(n) => N::Float(n + 1.0) }",
        ),
    ] {
        if !has(program) {
            continue;
        }
        project(target, exact)
            .run("build")
            .exits(0)
            .says("3 cases passed");
        let failed = project(target, rounding).run("build").exits(1);
        failed.says("expected  15511210043330985984000002");
    }
}

#[test]
fn prompts_show_every_digit_and_that_numbers_are_exact() {
    let project = Project::new(NEXT);
    project.append(
        "specs/p/tests.yaml",
        "  - { name: whole, input: 89, output: 90, exact: true }\n",
    );
    let prompt = project.run("prompt next --target python").exits(0);
    for line in [
        "{\"name\":\"large\",\"input\":{\"n\":15511210043330985984000001},\"output\":15511210043330985984000002}",
        "{\"name\":\"half\",\"input\":{\"n\":1.50},\"output\":2.5}",
        "{\"name\":\"whole\",\"input\":{\"n\":89},\"output\":90,\"exact\":true}",
    ] {
        assert!(prompt.stdout.contains(line), "{line}\n{}", prompt.stdout);
    }
}

#[test]
fn exact_is_asked_where_the_language_tells_integers_and_floats_apart() {
    for (target, program, expression, exit) in [
        ("python", "python3", "n + 1.0", 1),
        ("python", "python3", "n + 1", 0),
        ("javascript", "node", "n + 1.0", 0),
    ] {
        if !has(program) {
            continue;
        }
        let project = project(target, expression);
        project.write(
            "specs/p/tests.yaml",
            "next:\n  exact: true\n  cases:\n    - { name: whole, input: 89, output: 90 }\n",
        );
        let built = project.run("build").exits(exit);
        if exit == 1 {
            built
                .says("expected  90, integers and floats told apart")
                .says("90.0");
        }
    }
}

#[test]
fn what_a_target_cannot_hold_is_found_before_an_agent_is_asked() {
    let project = project("rust", "n");
    project.write(
        "specs/p/tests.yaml",
        "next:\n  - { name: huge, input: 340282366920938463463374607431768211456, output: 1 }\n",
    );
    project
        .run("build")
        .exits(1)
        .finds("integer-out-of-range", "specs/p/tests.yaml:2:26");
    assert!(!project.exists(".ghostc/calls"));
    // Nobody asked for rust by name here: python may be what is meant.
    let other = Project::new(NEXT);
    other.write("specs/p/tests.yaml", project.read("specs/p/tests.yaml"));
    other
        .run("check")
        .exits(0)
        .says("`rust` cannot hold the integer 340282366920938463463374607431768211456");
}
