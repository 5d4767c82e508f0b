//! `ghostc check --fix`: the patch that it prints, and the files that it writes.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test that meets something unexpected should panic"
)]

use crate::common::{DOUBLE, Project, ran};
use std::fs;
use std::process::Command;

const SPEC: &str = "specs/p/SPEC.md";
const TESTS: &str = "specs/p/tests.yaml";

/// Three mistakes with fixes, two of them on one line after text that is not ASCII.
const WRONG: &str =
    "doubel:\n  - { naem: 'zwölf → 日本', inptu: 2, output: 4 }\n  - { name: three, input: 3, output: 6 }\n";
const RIGHT: &str =
    "double:\n  - { name: 'zwölf → 日本', input: 2, output: 4 }\n  - { name: three, input: 3, output: 6 }\n";

/// A project whose cases are this.
fn with_cases(text: &str) -> Project {
    let project = Project::new(DOUBLE);
    project.write(TESTS, text);
    project
}

fn bytes(project: &Project, path: &str) -> Vec<u8> {
    fs::read(project.path(path)).unwrap()
}

/// Applies a patch in the project's folder with `git apply`.
#[track_caller]
fn git_apply(project: &Project, patch: &str) {
    project.write("fixes.patch", patch);
    let mut git = Command::new("git");
    git.args(["apply", "--whitespace=nowarn", "fixes.patch"])
        .current_dir(project.path(""))
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1");
    ran(&mut git).exits(0);
    project.remove("fixes.patch");
}

/// Checks that `--write` gives the right text, that the patch gives the same, and that nothing is left to do.
#[track_caller]
fn expect_fixed(wrong: &str, right: &str) {
    let written = with_cases(wrong);
    let patched = with_cases(wrong);
    let patch = patched.run("check --fix").exits(1).stdout;
    assert_eq!(patched.read(TESTS), wrong, "showing a patch changes nothing");
    git_apply(&patched, &patch);
    assert_eq!(patched.read(TESTS), right, "{patch}");

    written
        .run("check --fix --write")
        .exits(0)
        .says("fixed specs/p/tests.yaml: ");
    assert_eq!(written.read(TESTS), right);
    let again = written.run("check --fix --write").exits(0).hides("fixed");
    assert_eq!((again.stdout.as_str(), written.read(TESTS).as_str()), ("", right));
    let nothing = written.run("check --fix").exits(0).says("nothing to fix");
    assert_eq!(nothing.stdout, "");
}

#[test]
fn fixes_change_nothing_but_their_words() {
    expect_fixed(WRONG, RIGHT);
}

#[test]
fn line_ends_of_windows_stay() {
    expect_fixed(&WRONG.replace('\n', "\r\n"), &RIGHT.replace('\n', "\r\n"));
}

#[test]
fn a_byte_order_mark_stays() {
    expect_fixed(&format!("\u{feff}{WRONG}"), &format!("\u{feff}{RIGHT}"));
    let windows = |text: &str| format!("\u{feff}{}", text.replace('\n', "\r\n"));
    expect_fixed(&windows(WRONG), &windows(RIGHT));
}

#[test]
fn a_last_line_without_an_end_stays_so() {
    expect_fixed(WRONG.trim_end(), RIGHT.trim_end());
    expect_fixed(
        "double:\n  - { name: two, inptu: 2, output: 4 }",
        "double:\n  - { name: two, input: 2, output: 4 }",
    );
}

#[test]
fn a_patch_may_be_of_several_files_with_any_names() {
    let (written, patched) = (Project::new(DOUBLE), Project::new(DOUBLE));
    for project in [&written, &patched] {
        project.replace(TESTS, "input: 2", "inptu: 2");
        project.append(SPEC, "\r\nSee [it](#doubeln--number).");
        project.write("specs/p/mehr \"Wörter\".md", "# More\n\nSee [this](#moer).\n");
    }
    let patch = patched.run("check --fix").exits(1).stdout;
    git_apply(&patched, &patch);
    written.run("check --fix --write").exits(0);
    assert_eq!(written.files("specs"), patched.files("specs"));
    patched.run("check").exits(0);
}

#[test]
fn a_patch_keeps_characters_that_steer_terminals() {
    let (written, patched) = (Project::new(DOUBLE), Project::new(DOUBLE));
    for project in [&written, &patched] {
        project.append(
            SPEC,
            "\rOne\rtwo.\n\u{1b}[1mSee\u{1b}[0m [it](#doubeln--number).\rMore.\r",
        );
    }
    let patch = patched.run("check --fix").exits(1).stdout;
    git_apply(&patched, &patch);
    written
        .run("check --fix --write")
        .exits(0)
        .says("fixed specs/p/SPEC.md: 1 edit");
    assert_eq!(bytes(&written, SPEC), bytes(&patched, SPEC));
}

#[test]
fn settings_are_fixed_from_any_folder() {
    for (folder, words) in [
        ("", "check --fix --write"),
        ("specs", "check --fix --write"),
        ("specs", "check p --fix --write"),
        ("specs/p", "check . --fix --write"),
    ] {
        let project = Project::new(DOUBLE);
        project.replace("ghostc.yaml", "targets", "target");
        project.replace(TESTS, "input: 2", "inptu: 2");
        ran(project.command(words).current_dir(project.path(folder)))
            .exits(0)
            .says("fixed ghostc.yaml: 1 edit")
            .says("tests.yaml: 1 edit")
            .says("no findings in 1 package, 2 files");
        assert!(project.read("ghostc.yaml").starts_with("targets: "));
    }
}

#[test]
fn what_is_left_after_fixes_is_reported() {
    let project = with_cases(&WRONG.replace("input: 3, ", ""));
    let left = project
        .run("check --fix --write")
        .exits(1)
        .says("fixed specs/p/tests.yaml: 3 edits");
    left.finds("input-does-not-fit", "specs/p/tests.yaml:3")
        .hides("unknown-key");
    let json = with_cases(WRONG)
        .run("check --fix --write --format json")
        .exits(0)
        .json();
    assert_eq!(json["diagnostics"].as_array().map(Vec::len), Some(0));
}

#[test]
fn a_patch_has_no_other_format() {
    let project = with_cases(WRONG);
    for format in ["json", "github", "gitlab", "sarif", "junit", "markdown"] {
        project
            .run(&format!("check --fix --format {format}"))
            .exits(2)
            .says("error: `--fix` prints a patch, which has no other format");
    }
    assert_eq!(project.read(TESTS), WRONG);
}

#[test]
fn a_file_that_is_not_utf8_is_left_alone() {
    let project = Project::new(DOUBLE);
    let text = [WRONG.as_bytes(), b"# \xff\n"].concat();
    project.write(TESTS, &text);
    project.run("check --fix --write").exits(1).hides("fixed");
    assert_eq!(bytes(&project, TESTS), text);
}
