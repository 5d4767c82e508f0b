//! Specs that try to steer what shows them: terminals, the runners of CI jobs, pages and comments.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test that meets something unexpected should panic"
)]

use crate::common::Project;
use ghostc_syntax::printable::is_hidden;
use std::process::Command;

/// Colours, a title for the terminal, a bell, turned writing, commands for runners, a name to call, and HTML.
const HOSTILE: &str = "\u{1b}[31mred\u{1b}[0m \u{1b}]0;title\u{7} \u{202e}turned\u{9b}2J ##[error]no @team <img src=x onerror=alert(1)>";

/// A spec whose every name and sentence is hostile, with a word that can change.
fn spec(word: &str) -> String {
    format!(
        "# P {HOSTILE}\n\n## Part {HOSTILE}\n\n### f(n) → number\n\nIt MUST {word} {HOSTILE}.\n\n```text\n::error::{word}\n  ::add-mask::{word}\n```\n\nIt MUST keep to [this](missing{word}.md).\n"
    )
}

fn cases(output: &str) -> String {
    let name = HOSTILE.replace('\u{1b}', "\\e").replace('\u{7}', "\\a");
    let name = name.replace('\u{202e}', "\\u202e").replace('\u{9b}', "\\x9b");
    let case = format!("  - {{ name: \"{name}\", input: 1, output: {output} }}\n");
    format!("f:\n{case}{case}")
}

/// A repository with two commits of a hostile spec.
fn repository() -> Project {
    let project = Project::new("//- /ghostc.yaml\ntargets: [python]\n");
    let git = |words: &[&str]| {
        let done = Command::new("git")
            .current_dir(project.path("."))
            .args(["-c", "user.name=a", "-c", "user.email=a@example.org"])
            .args(words)
            .output()
            .unwrap();
        assert!(done.status.success(), "{done:?}");
    };
    git(&["init", "-q", "-b", "main"]);
    for (word, output) in [("work", "1"), ("never fail", "2")] {
        project.write("specs/p/SPEC.md", spec(word));
        project.write("specs/p/tests.yaml", cases(output));
        git(&["add", "."]);
        git(&["commit", "-q", "-m", word]);
    }
    project
}

/// Fails where a text holds what a terminal or a runner obeys.
fn is_clean(words: &str, text: &str, own_commands: bool) {
    let hidden: Vec<char> = text.chars().filter(|c| is_hidden(*c)).collect();
    assert_eq!(hidden, [], "ghostc {words}:\n{text}");
    assert!(!text.contains("##[") || own_commands, "ghostc {words}:\n{text}");
    let command = text.lines().find(|line| line.trim_start().starts_with("::"));
    assert!(command.is_none() || own_commands, "ghostc {words}: {command:?}");
}

#[test]
fn no_text_output_steers_a_terminal_or_a_runner() {
    let project = repository();
    for words in [
        "check",
        "inspect",
        "graph",
        "trace",
        "trace --format csv",
        "diff HEAD~1 HEAD",
        "diff -v HEAD~1 HEAD",
        "log",
        "log -v",
        "blame f",
        "prompt f --tokens",
        "why f",
        "build --dry-run",
        "accept --list",
    ] {
        let ran = project.run(words);
        assert!(ran.stdout.len() + ran.stderr.len() > 0, "{words}");
        is_clean(words, &ran.stdout, false);
        is_clean(words, &ran.stderr, false);
    }
}

#[test]
fn no_report_holds_characters_that_are_not_seen() {
    let project = repository();
    for format in [
        "github",
        "markdown",
        "junit",
        "html",
        "changelog",
        "gitlab",
        "sarif",
        "json",
    ] {
        for command in ["check", "diff HEAD~1 HEAD"] {
            let words = format!("{command} --format {format}");
            let ran = project.run(&words);
            // JSON writes controls as escapes; what else is not seen stays in it, since every byte counts.
            let own = ["github", "gitlab", "sarif", "json"].contains(&format);
            let is_json = ["gitlab", "sarif", "json"].contains(&format);
            assert!(!ran.stdout.contains(['\u{1b}', '\u{7}']), "{words}");
            if !is_json {
                is_clean(&words, &ran.stdout, own);
            }
        }
    }
}

#[test]
fn pages_and_comments_hold_no_markup_of_a_spec_and_call_nobody() {
    let project = repository();
    for words in [
        "check --format markdown",
        "trace --format markdown",
        "trace --format html",
        "diff HEAD~1 HEAD --format markdown",
        "diff HEAD~1 HEAD --format html",
        "diff HEAD~1 HEAD --format changelog",
    ] {
        let ran = project.run(words);
        assert!(ran.stdout.contains("red"), "{words}:\n{}", ran.stdout);
        let is_html = words.ends_with("html");
        for line in ran.stdout.lines() {
            // Between backticks all is code in Markdown: no markup, and nobody is called.
            let text: String = if is_html {
                line.to_string()
            } else {
                line.split('`').step_by(2).collect()
            };
            assert!(!text.contains("<img"), "{words}: {line}");
            assert!(is_html || !text.contains(" @team"), "{words}: {line}");
        }
    }
}

#[test]
fn a_prompt_that_is_read_by_a_program_is_exact() {
    let project = repository();
    let mut command = project.command("prompt f --target python");
    command.env_remove("CI");
    let exact = String::from_utf8(command.output().unwrap().stdout).unwrap();
    assert!(exact.contains("\n::error::never fail\n"), "{exact}");
    command.env("CI", "true");
    let shown = String::from_utf8(command.output().unwrap().stdout).unwrap();
    assert!(shown.contains("\n\\::error::never fail\n"), "{shown}");
    is_clean("prompt", &shown, false);
}
