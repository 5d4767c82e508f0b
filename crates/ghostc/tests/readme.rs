//! The console blocks of the README and of ghostc's own spec, run one after the other in an empty folder.
//!
//! A block shows commands after `$ `, their further lines after `> `, an exit code other than 0 after `? `, and what is
//! printed on both streams. `...` stands for any lines and `[..]` for any text. Blocks that start with `cargo` are run
//! by the gate itself.

use std::path::{Path, PathBuf};
use std::process::Command;

struct Step {
    line: usize,
    command: String,
    code: i32,
    output: String,
}

#[test]
fn the_readme_shows_what_happens() {
    run_document("README.md");
}

#[test]
fn the_spec_of_ghostc_shows_what_happens() {
    run_document("specs/ghostc/SPEC.md");
}

fn run_document(path: &str) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let text = std::fs::read_to_string(root.join(path)).expect("the document is there");
    let steps = steps(&text);
    assert!(!steps.is_empty(), "{path} shows no command");
    let folder = tempfile::tempdir().expect("a folder for the run");
    for step in steps {
        let (code, output) = run(&step.command, folder.path());
        assert_eq!(
            code, step.code,
            "{path}:{}: {}\n{output}",
            step.line, step.command
        );
        let place = format!("{path}:{}", step.line);
        snapbox::Assert::new().eq(format!("{place}\n{output}"), format!("{place}\n{}", step.output));
    }
}

fn run(command: &str, folder: &Path) -> (i32, String) {
    let program = PathBuf::from(env!("CARGO_BIN_EXE_ghostc"));
    let programs = program
        .parent()
        .expect("a program lies in a folder")
        .display()
        .to_string();
    let path = std::env::var("PATH").unwrap_or_default();
    let mut sh = Command::new("sh");
    for name in [
        "GITHUB_ACTIONS",
        "GITHUB_BASE_REF",
        "GITHUB_EVENT_PATH",
        "CI_COMMIT_BEFORE_SHA",
        "CI_DEFAULT_BRANCH",
    ] {
        // What a service says of the repository around is not about this folder.
        sh.env_remove(name);
    }
    let output = sh
        .args(["-c", &format!("{{ {command}\n}} 2>&1")])
        .current_dir(folder)
        .env("PATH", format!("{programs}:{path}"))
        .env("NO_COLOR", "1")
        .env_remove("COLUMNS")
        .output()
        .expect("sh is there");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    (output.status.code().unwrap_or(-1), text)
}

fn steps(text: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut inside = false;
    for (at, line) in text.lines().enumerate() {
        if line.starts_with("```") {
            inside = line == "```console";
        } else if let (true, Some(command)) = (inside, line.strip_prefix("$ ")) {
            inside = !command.starts_with("cargo ");
            if inside {
                let command = command.to_string();
                steps.push(Step {
                    line: at + 1,
                    command,
                    code: 0,
                    output: String::new(),
                });
            }
        } else if let (true, Some(step)) = (inside, steps.last_mut()) {
            if let Some(more) = line.strip_prefix("> ") {
                step.command.push_str(&format!("\n{more}"));
            } else if let Some(code) = line.strip_prefix("? ") {
                step.code = code.parse().expect("an exit code is a number");
            } else {
                step.output.push_str(&format!("{line}\n"));
            }
        }
    }
    steps
}
