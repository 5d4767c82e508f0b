//! `ci/gitlab.yml`: its script is run with the variables that GitLab sets, and a `ghostc` that notes how it was called.

use crate::files::{program, text, yaml};
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const GHOSTC: &str = r#"#!/bin/sh
printf '<%s>' "$@"
pwd >&2
exit "${GHOSTC_TEST_CODE:-0}"
"#;

fn file() -> Value {
    yaml(&text("ci/gitlab.yml"))
}

/// Runs the script of the job as GitLab's shell executor does: one shell, which ends at the first failure.
fn run(folder: &Path, variables: &[(&str, &str)]) -> Output {
    let file = file();
    program(&folder.join("bin/ghostc"), GHOSTC);
    fs::create_dir_all(folder.join("builds/li brary")).unwrap();
    let script: Vec<&str> = file["ghostc"]["script"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| line.as_str().unwrap())
        .collect();
    let mut command = Command::new("sh");
    command
        .args(["-e", "-c", &script.join("\n")])
        .current_dir(folder.join("builds"))
        .env_clear()
        .env(
            "PATH",
            folder.join("bin").display().to_string() + ":/usr/bin:/bin",
        );
    for (name, variable) in file["variables"].as_object().unwrap() {
        command.env(name, variable["value"].as_str().unwrap());
    }
    command.envs(variables.iter().copied()).output().unwrap()
}

fn arguments(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn variables_become_arguments() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(
        arguments(&run(folder.path(), &[])),
        "<ci><--report><.ghostc/report>"
    );
    let merge_request = run(folder.path(), &[("CI_MERGE_REQUEST_DIFF_BASE_SHA", "abc")]);
    assert_eq!(
        arguments(&merge_request),
        "<ci><--report><.ghostc/report><--base><abc>"
    );
    let all = run(
        folder.path(),
        &[
            ("CI_MERGE_REQUEST_DIFF_BASE_SHA", "abc"),
            ("GHOSTC_DIRECTORY", "li brary"),
            ("GHOSTC_BASE", "v1 $(touch pwned)"),
            ("GHOSTC_FAIL_ON", "any"),
            ("GHOSTC_REGENERATE", "true"),
            ("GHOSTC_AGENT", "my agent"),
        ],
    );
    assert_eq!(
        arguments(&all),
        "<ci><--report><.ghostc/report><--base><v1 $(touch pwned)><--fail-on><any><--regenerate><--agent><my agent>"
    );
    assert!(
        String::from_utf8_lossy(&all.stderr)
            .trim_end()
            .ends_with("/builds/li brary")
    );
    assert!(!folder.path().join("builds/li brary/pwned").exists());
}

#[test]
fn the_job_ends_as_ghostc_ends() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(
        run(folder.path(), &[("GHOSTC_TEST_CODE", "1")]).status.code(),
        Some(1)
    );
    let lost = run(folder.path(), &[("GHOSTC_DIRECTORY", "gone")]);
    assert!(!lost.status.success() && lost.stdout.is_empty());
}

#[test]
fn every_variable_is_used_and_explained() {
    let source = text("ci/gitlab.yml");
    for (name, variable) in file()["variables"].as_object().unwrap() {
        let is_used = [format!("${name}"), format!("${{{name}")]
            .iter()
            .any(|used| source.contains(used));
        assert!(is_used, "{name} is not used");
        assert!(variable["description"].as_str().unwrap().ends_with('.'), "{name}");
    }
}
