//! `ghostc diff` on files, folders and git revisions: what it prints, and how it ends.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test that meets something unexpected should panic"
)]

use snapbox::{assert_data_eq, str};
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const SPEC: &str = "---
name: clock
version: 1.2.0
---

# clock

It says times.

## 1. Formatting

### format(seconds) → text

The output SHOULD contain at most two units.
Units stand in a row,
the longest first.

- `format(1)` → `1s`
";

const CASES: &str = "format:\n  - { name: one, input: 1, output: 1s, held_out: false }\n  - { name: two, input: 2, output: 2s, held_out: false }\n";

fn ghostc(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ghostc"));
    command.current_dir(folder).args(arguments).output().unwrap()
}

/// What is printed on stdout, on stderr, and the exit code.
fn said(folder: &Path, arguments: &[&str]) -> (String, String, Option<i32>) {
    let output = ghostc(folder, arguments);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr), output.status.code())
}

fn git(folder: &Path, arguments: &[&str]) {
    let name = [
        "-c",
        "user.name=a",
        "-c",
        "user.email=a@example.com",
        "-c",
        "commit.gpgsign=false",
    ];
    let output = Command::new("git")
        .current_dir(folder)
        .args(name)
        .args(arguments)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

fn write(folder: &Path, spec: &str, cases: &str) {
    let package = folder.join("specs/clock");
    fs::create_dir_all(&package).unwrap();
    fs::write(package.join("SPEC.md"), spec).unwrap();
    fs::write(package.join("tests.yaml"), cases).unwrap();
}

/// A repository with a project and one commit.
fn repository() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    git(folder.path(), &["init", "-q", "-b", "main"]);
    fs::write(folder.path().join("ghostc.yaml"), "targets: [python]\n").unwrap();
    write(folder.path(), SPEC, CASES);
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "-q", "-m", "first"]);
    folder
}

fn edited() -> (String, String) {
    let spec = SPEC
        .replace("SHOULD contain at most two", "MUST contain at most three")
        .replace(
            "longest first.",
            "longest first.\nA zero duration MAY be written as `0s`.",
        )
        .replace("It says times.", "It tells times.");
    (spec, CASES.replace("output: 2s", "output: 2 s"))
}

#[test]
fn the_work_tree_is_compared_with_the_last_commit() {
    let folder = repository();
    assert_eq!(
        said(folder.path(), &["diff"]),
        ("no changes\n".into(), String::new(), Some(0))
    );
    let (spec, cases) = edited();
    write(folder.path(), &spec, &cases);
    let (out, err, code) = said(folder.path(), &["diff"]);
    assert_eq!((err.as_str(), code), ("", Some(0)));
    assert_data_eq!(
        out,
        str![[r#"
clock  1.2.0 (HEAD) → 1.2.0 (work tree)  2 breaking, 1 additive, 1 editorial  bump: major (2.0.0)
specs/clock/SPEC.md:3 has version 1.2.0; breaking changes ask for 2.0.0
rebuilds 1 of 1 task for python, about [..] tokens of spec in prompts; 1 case changed

breaking   strengthened         specs/clock/SPEC.md:14  § format
           The output [-SHOULD-]{+MUST+} contain at most [-two-]{+three+} units.
           limit: at most two units → at most three units
           invalidates format (python)
           statement-strengthened 7f0f458892c8
breaking   expectation-changed  specs/clock/tests.yaml:3  § format
           {"seconds":2} → [-"2s"-]{+"2 s"+}
           invalidates format (python), 1 case
           case-expectation-changed 0f43eba11ff9
additive   added                specs/clock/SPEC.md:17  § format
           … the longest first.
           A zero duration MAY be written as `0s`.
           invalidates format (python)
           statement-added 35012dc0884e
editorial  modified             specs/clock/SPEC.md:8
           [-says-]{+tells+}


"#]]
    );
    let all = said(folder.path(), &["diff", "--verbose"]).0;
    assert!(all.contains("It [-says-]{+tells+} times."), "{all}");
}

#[test]
fn revisions_ranges_and_paths_name_what_is_compared() {
    let folder = repository();
    let root = folder.path();
    let (spec, cases) = edited();
    write(root, &spec, CASES);
    git(root, &["commit", "-q", "-a", "-m", "second"]);
    write(root, &spec, &cases);
    let first = |arguments: &[&str]| {
        let (out, err, code) = said(root, arguments);
        assert_eq!((err.as_str(), code), ("", Some(0)), "{arguments:?}");
        out.lines().next().unwrap_or_default().to_string()
    };
    let both = "1 breaking, 1 additive, 1 editorial  bump: major (2.0.0)";
    assert_eq!(
        first(&["diff", "HEAD~1..HEAD"]),
        format!("clock  1.2.0 (HEAD~1) → 1.2.0 (HEAD)  {both}")
    );
    assert_eq!(
        first(&["diff", "HEAD~1", "HEAD"]),
        format!("clock  1.2.0 (HEAD~1) → 1.2.0 (HEAD)  {both}")
    );
    assert_eq!(
        first(&["diff", "HEAD~1...main"]),
        format!("clock  1.2.0 (HEAD~1) → 1.2.0 (main)  {both}")
    );
    assert_eq!(first(&["diff", "HEAD..HEAD"]), "no changes");
    let one = "1 breaking  bump: major (2.0.0)";
    assert_eq!(
        first(&["diff"]),
        format!("clock  1.2.0 (HEAD) → 1.2.0 (work tree)  {one}")
    );
    let here = "2 breaking, 1 additive, 1 editorial  bump: major (2.0.0)";
    assert_eq!(
        first(&["diff", "HEAD~1"]),
        format!("clock  1.2.0 (HEAD~1) → 1.2.0 (work tree)  {here}")
    );
    assert_eq!(
        first(&["diff", "--against", "HEAD~1", "specs/clock"]),
        format!("clock  1.2.0 (HEAD~1) → 1.2.0 (work tree)  {here}")
    );
    assert_eq!(
        first(&["diff", "specs/clock"]),
        format!("clock  1.2.0 (HEAD) → 1.2.0 (work tree)  {one}")
    );
    assert_eq!(
        first(&["diff", "./specs/clock/"]),
        format!("clock  1.2.0 (HEAD) → 1.2.0 (work tree)  {one}")
    );
    let (_, err, code) = said(
        &root.join("specs"),
        &["diff", "--against", "HEAD", "../specs/clock"],
    );
    assert!(
        code == Some(2) && err.contains("not below the current folder"),
        "{err}"
    );
    let below = said(
        &root.join("specs/clock"),
        &["diff", "--against", "HEAD~1", "SPEC.md"],
    )
    .0;
    assert!(
        below.contains("breaking   strengthened   SPEC.md:14  § format"),
        "{below}"
    );
}

#[test]
fn the_index_is_compared_when_it_is_asked_for() {
    let folder = repository();
    let (spec, cases) = edited();
    write(folder.path(), &spec, CASES);
    git(folder.path(), &["add", "."]);
    write(folder.path(), &spec, &cases);
    let kinds = |arguments: &[&str]| {
        let (out, said, code) = said(folder.path(), arguments);
        assert_eq!(code, Some(0), "{said}");
        out.lines()
            .filter(|line| line.contains("breaking   expectation-changed"))
            .count()
    };
    assert_eq!(kinds(&["diff"]), 1);
    assert_eq!(kinds(&["diff", "--staged"]), 0);
    let (out, _, _) = said(folder.path(), &["diff", "--cached", "HEAD"]);
    assert!(
        out.contains("(HEAD) → 1.2.0 (index)") && out.contains("strengthened"),
        "{out}"
    );
    let (out, _, _) = said(
        folder.path(),
        &["diff", "--staged", "--against", "HEAD", "specs/clock"],
    );
    assert!(out.contains("strengthened"), "{out}");
    let (_, err, code) = said(folder.path(), &["diff", "--staged", "HEAD..HEAD"]);
    assert_eq!(code, Some(2));
    assert!(err.contains("two states are named beside it"), "{err}");
}

#[test]
fn files_and_folders_are_compared_whatever_they_are_called() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    for (name, spec) in [
        ("v1", SPEC.to_string()),
        (
            "v2",
            SPEC.replace("version: 1.2.0", "version: 2.0.0")
                .replace("1s`", "1 s`"),
        ),
    ] {
        fs::create_dir(root.join(name)).unwrap();
        fs::write(root.join(name).join("SPEC.md"), &spec).unwrap();
        fs::write(root.join(format!("{name}.md")), spec).unwrap();
    }
    let found = said(root, &["diff", "v1", "v2"]).0;
    assert!(
        found.starts_with("clock  1.2.0 (v1) → 2.0.0 (v2)  1 breaking  bump: major (2.0.0, done)\n"),
        "{found}"
    );
    assert!(found.contains("`format(1)` → [-`1s`-]{+`1 s`+}"), "{found}");
    let found = said(root, &["diff", "v1.md", "v2.md"]).0;
    assert!(
        found.starts_with("clock  1.2.0 (v1.md) → 2.0.0 (v2.md)  1 breaking"),
        "{found}"
    );
}

#[test]
fn a_gate_fails_from_its_class_on() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    fs::write(root.join("old.md"), "# A\n\nIt MUST be.\n\nWords.\n").unwrap();
    fs::write(root.join("breaking.md"), "# A\n\nWords.\n").unwrap();
    fs::write(
        root.join("additive.md"),
        "# A\n\nIt MUST be.\n\nIt MAY go.\n\nWords.\n",
    )
    .unwrap();
    fs::write(root.join("editorial.md"), "# A\n\nIt MUST be.\n\nOther words.\n").unwrap();
    fs::write(root.join("same.md"), "# A\n\nIt *MUST*\nbe.\n\nWords.\n").unwrap();
    let exits = |gate: &str| -> Vec<Option<i32>> {
        let files = ["breaking.md", "additive.md", "editorial.md", "same.md"];
        let ends = files.map(|file| {
            said(
                root,
                &["diff", "--fail-on", gate, "old.md", file, "--format", "json"],
            )
            .2
        });
        ends.to_vec()
    };
    assert_eq!(exits("breaking"), [Some(1), Some(0), Some(0), Some(0)]);
    assert_eq!(exits("additive"), [Some(1), Some(1), Some(0), Some(0)]);
    assert_eq!(exits("any"), [Some(1), Some(1), Some(1), Some(0)]);
}

#[test]
fn what_cannot_be_read_is_said() {
    let folder = repository();
    let (_, err, code) = said(folder.path(), &["diff", "no-such-thing"]);
    assert_eq!(code, Some(2), "{err}");
    assert!(
        err.contains("no-such-thing") && err.contains("help: Name a revision"),
        "{err}"
    );
    let (_, err, code) = said(folder.path(), &["diff", "--output=x"]);
    assert_eq!(code, Some(2), "{err}");
    let elsewhere = tempfile::tempdir().unwrap();
    fs::write(elsewhere.path().join("SPEC.md"), SPEC).unwrap();
    let (_, err, code) = said(elsewhere.path(), &["diff"]);
    assert_eq!(code, Some(2), "{err}");
    assert!(err.contains("not a git repository"), "{err}");
    let (_, err, code) = said(elsewhere.path(), &["diff", "SPEC.md", "OTHER.md"]);
    assert_eq!(code, Some(2), "{err}");
    assert!(
        err.contains("there is no `OTHER.md` here, and no git repository"),
        "{err}"
    );
    git(elsewhere.path(), &["init", "-q"]);
    let (_, err, _) = said(elsewhere.path(), &["diff", "SPEC.md", "OTHER.md"]);
    assert!(
        err.contains("`OTHER.md` is no file or folder here, and no revision"),
        "{err}"
    );
    let (_, err, _) = said(elsewhere.path(), &["diff"]);
    assert!(err.contains("no commit to compare with"), "{err}");
    // A spec with errors is compared all the same, without its tasks.
    write(
        folder.path(),
        &SPEC.replace("It says times.", "It tells times."),
        &CASES.replacen("held_out: false", "held_out: false, colour: red", 1),
    );
    let (out, err, code) = said(folder.path(), &["diff"]);
    assert_eq!(code, Some(0), "{err}");
    assert!(
        err.contains("1 error") && out.contains("1 editorial") && !out.contains("rebuilds"),
        "{out}{err}"
    );
}

#[test]
fn colours_mark_what_came_and_went() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.md"), "# A\n\nIt MUST be one of these.\n").unwrap();
    fs::write(folder.path().join("b.md"), "# A\n\nIt MUST be two of these.\n").unwrap();
    let found = said(folder.path(), &["diff", "a.md", "b.md", "--color", "always"]).0;
    assert!(
        found.contains("be \u{1b}[31m[-one-]\u{1b}[0m\u{1b}[32m{+two+}\u{1b}[0m of"),
        "{found:?}"
    );
}

/// A repository without a package: two documents of which one changes, and is written in other letters.
fn documents() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    git(folder.path(), &["init", "-q", "-b", "main"]);
    fs::create_dir_all(folder.path().join("docs")).unwrap();
    fs::write(
        folder.path().join("docs/wire.md"),
        "# Wire\n\nIt MUST be short.\n",
    )
    .unwrap();
    fs::write(folder.path().join("docs/other.md"), "# Other\n\nIt MUST stay.\n").unwrap();
    fs::write(folder.path().join("notes.txt"), "nothing\n").unwrap();
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "-q", "-m", "first"]);
    fs::remove_file(folder.path().join("docs/wire.md")).unwrap();
    fs::write(folder.path().join("docs/Wire.md"), "# Wire\n\nIt MUST be long.\n").unwrap();
    folder
}

#[test]
fn without_a_package_the_markdown_that_changed_is_compared() {
    let folder = documents();
    let expected = |from: &str, to: &str| {
        let (out, err, code) = said(folder.path(), &["diff", "--fail-on", "breaking", from, to]);
        assert_eq!(code, Some(1), "{out}{err}");
        assert!(
            out.contains("docs/Wire.md:3") && out.contains("[-short.-]{+long.+}"),
            "{out}"
        );
        assert!(!out.contains("other.md"), "{out}");
    };
    let (out, err, code) = said(folder.path(), &["diff", "--fail-on", "breaking", "HEAD"]);
    assert_eq!(code, Some(1), "{out}{err}");
    assert!(out.contains("docs/Wire.md:3"), "{out}");
    git(folder.path(), &["add", "-A"]);
    git(folder.path(), &["commit", "-q", "-m", "second"]);
    expected("HEAD~1", "HEAD");
    expected("HEAD~1:docs/wire.md", "HEAD:docs/Wire.md");
    expected("HEAD~1:docs/wire.md", "docs/Wire.md");
    let (out, _, code) = said(folder.path(), &["diff", "HEAD", "HEAD"]);
    assert_eq!((out.as_str(), code), ("no changes\n", Some(0)));
}

#[test]
fn nothing_to_compare_is_an_error_that_says_so() {
    let folder = tempfile::tempdir().unwrap();
    git(folder.path(), &["init", "-q", "-b", "main"]);
    fs::write(folder.path().join("notes.txt"), "nothing\n").unwrap();
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "-q", "-m", "first"]);
    let (out, err, code) = said(folder.path(), &["diff", "HEAD", "HEAD"]);
    assert_eq!((out.as_str(), code), ("", Some(2)));
    assert!(err.contains("nothing to compare"), "{err}");
}

/// The commits of a repository without a package, the newest first: a document that got another name in other letters,
/// one that changed, and both as they were made.
fn revisions() -> tempfile::TempDir {
    let folder = documents();
    let root = folder.path();
    git(root, &["add", "-A"]);
    git(root, &["commit", "-q", "-m", "longer"]);
    fs::write(root.join("docs/other.md"), "# Other\n\nIt MUST go.\n").unwrap();
    fs::write(root.join("README.md"), "# Read\n\nIt MUST be read.\n").unwrap();
    git(root, &["add", "-A"]);
    git(root, &["commit", "-q", "-m", "gone"]);
    folder
}

#[test]
fn paths_and_globs_narrow_what_is_compared() {
    let folder = revisions();
    let root = folder.path();
    let found = |arguments: &[&str]| -> Vec<String> {
        let (out, err, code) = said(root, &[&["diff", "--format", "json"], arguments].concat());
        assert_eq!(code, Some(0), "{arguments:?}: {err}");
        let json: serde_json::Value = serde_json::from_str(&out).unwrap();
        let file = |change: &serde_json::Value| {
            let side = [&change["new"], &change["old"]]
                .into_iter()
                .find(|side| !side.is_null());
            side.unwrap()["file"].as_str().unwrap().to_string()
        };
        json["changes"].as_array().unwrap().iter().map(file).collect()
    };
    let (wire, other, read) = ("docs/Wire.md", "docs/other.md", "README.md");
    assert_eq!(found(&["HEAD~2", "HEAD"]), [read, wire, other]);
    assert_eq!(found(&["HEAD~2", "HEAD", "--", "docs"]), [wire, other]);
    assert_eq!(found(&["HEAD~2", "HEAD", "docs"]), [wire, other]);
    assert_eq!(
        found(&["HEAD~2", "HEAD", "--", "docs/o*.md", "README.md"]),
        [read, other]
    );
    // A name in other letters is the same file.
    assert_eq!(found(&["HEAD~2..HEAD", "--", "docs/wire.md"]), [wire]);
    assert_eq!(found(&["HEAD~2", "docs/*.md"]), [wire, other]);
    assert_eq!(found(&["HEAD~1", wire, other]), [other]);
    assert_eq!(found(&["--against", "HEAD~2", "docs/W*"]), [wire]);
    assert_eq!(found(&["HEAD~1:docs/other.md"]), [other]);
    // What is gone from the work tree is asked for by the name that it had.
    fs::remove_file(root.join("docs/other.md")).unwrap();
    assert_eq!(found(&["HEAD", "--", "docs/other.md"]), [other]);
    git(root, &["add", "-A"]);
    assert_eq!(found(&["--staged", "--", "docs/other.md"]), [other]);
    let (_, err, code) = said(root, &["diff", "HEAD~1", "HEAD", "--", "docs/none.md"]);
    assert_eq!(code, Some(2), "{err}");
    assert!(
        err.contains("`docs/none.md` is neither in `HEAD~1` nor in `HEAD`") && err.contains("`docs/Wire.md`"),
        "{err}"
    );
    let (_, err, code) = said(root, &["diff", "HEAD~1", "HEAD", "--", "notes.txt"]);
    assert_eq!(code, Some(2), "{err}");
    assert!(err.contains("nothing to compare"), "{err}");
}

#[test]
fn a_package_keeps_its_name_when_its_spec_is_written_in_other_letters() {
    let folder = repository();
    let root = folder.path();
    let (old, new) = (root.join("specs/clock/SPEC.md"), root.join("specs/clock/spec.md"));
    fs::rename(old, new).unwrap();
    assert_eq!(said(root, &["diff"]).0, "no changes\n");
    assert_eq!(
        said(root, &["diff", "HEAD", "--", "specs/clock/spec.md"]).0,
        "no changes\n"
    );
    assert_eq!(
        said(root, &["diff", "HEAD", "--", "specs/clock/SPEC.md"]).0,
        "no changes\n"
    );
    git(root, &["add", "-A"]);
    git(root, &["commit", "-q", "-m", "small letters"]);
    let (out, err, _) = said(root, &["log"]);
    assert!(!out.contains("small letters"), "{out}{err}");
    let (out, err, code) = said(root, &["blame", "specs/clock/spec.md"]);
    assert_eq!(code, Some(0), "{err}");
    assert!(out.contains("first") && !out.contains("small letters"), "{out}");
}

#[test]
fn the_history_of_documents_needs_no_package() {
    let folder = revisions();
    let root = folder.path();
    let subjects = |arguments: &[&str]| -> Vec<String> {
        let (out, err, code) = said(root, arguments);
        assert_eq!(code, Some(0), "{err}");
        let lines = out.lines().filter(|line| line.contains("  a  "));
        lines
            .filter_map(|line| line.rsplit("  ").next().map(str::to_string))
            .collect()
    };
    assert_eq!(subjects(&["log"]), ["gone", "longer", "first"]);
    assert_eq!(subjects(&["log", "HEAD~1"]), ["longer", "first"]);
    assert_eq!(subjects(&["log", "docs/Wire.md"]), ["longer", "first"]);
    let (out, err, code) = said(root, &["blame", "docs/Wire.md"]);
    assert_eq!(code, Some(0), "{err}");
    assert!(
        out.contains("It MUST be long.") && out.contains("longer"),
        "{out}"
    );
    let (out, err, code) = said(root, &["blame", "README.md:3"]);
    assert_eq!(code, Some(0), "{err}");
    assert!(out.contains("It MUST be read.") && out.contains("gone"), "{out}");
    let (out, err, code) = said(root, &["blame", "--rev", "HEAD~1", "docs/other.md"]);
    assert_eq!(code, Some(0), "{err}");
    assert!(out.contains("It MUST stay.") && out.contains("first"), "{out}");
}
