//! A build with nothing to do is remembered: the next one says the same, unless anything that it reads has changed.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test that meets something unexpected should panic"
)]

use crate::common::Project;

const STAMP: &str = ".ghostc/idle";
const NOTHING: &str = "   finished  0 built, 3 up to date\n";
const MARKED: &str = "   finished  0 built, 333 up to date\n";

/// What is changed, and how.
type Change = (&'static str, fn(&Project));

/// A built project whose next build is remembered, with a word in the memory that only a build that uses it says.
fn remembered() -> Project {
    let project = Project::numbers();
    project.run("build").exits(0);
    assert!(!project.exists(STAMP), "a build that did something is remembered");
    assert_eq!(project.run("build").exits(0).stdout, NOTHING);
    mark(&project);
    assert_eq!(project.run("build").exits(0).stdout, MARKED);
    project
}

fn mark(project: &Project) {
    let stamp = project.read(STAMP);
    let (_, body) = stamp.split_once('\n').unwrap();
    let body = body.replace("3 up to date", "333 up to date");
    project.write(
        STAMP,
        format!("{}\n{body}", blake3::hash(body.as_bytes()).to_hex()),
    );
}

#[test]
fn whatever_is_read_makes_a_build_look_again() {
    let changes: &[Change] = &[
        ("a sentence", |project| {
            project.replace("specs/p/SPEC.md", "twice `n`.", "exactly twice `n`.")
        }),
        ("its wrapping", |project| {
            project.replace("specs/p/SPEC.md", "be twice", "be\ntwice")
        }),
        ("a case", |project| {
            project.append("specs/p/tests.yaml", "  - { input: 7, output: -7 }\n")
        }),
        ("a new document", |project| {
            project.write("specs/p/more.md", "# More\n\nIt MUST be fast.\n")
        }),
        ("a new package", |project| {
            project.write("specs/q/SPEC.md", "# Q\n")
        }),
        ("a new file of another kind", |project| {
            project.write("specs/p/logo.svg", "<svg/>")
        }),
        ("the settings", |project| {
            project.append("ghostc.yaml", "held_out: 0.1\n")
        }),
        ("a comment in the settings", |project| {
            project.append("ghostc.yaml", "# all\n")
        }),
        ("a template of prompts", |project| {
            project.write("templates/prompts/repair.md.jinja", "{{ task }}\n")
        }),
        ("a template of a target", |project| {
            project.write("templates/targets/python/init.py.jinja", "\n")
        }),
        ("an edited golden file", |project| {
            project.append("golden/p/python/p/double.py", "# by hand\n")
        }),
        ("a golden file that is gone", |project| {
            project.remove("golden/p/python/p/negate.py")
        }),
        ("a golden folder that is gone", |project| project.remove("golden")),
        ("a file beside golden files", |project| {
            project.write("golden/p/python/p/mine.py", "")
        }),
        ("an edited lock", |project| {
            let lock = project
                .read("ghostc.lock")
                .replace("\"attempts\":1", "\"attempts\":2");
            project.write("ghostc.lock", lock);
        }),
        ("a lock that is gone", |project| project.remove("ghostc.lock")),
    ];
    let project = remembered();
    let keep = std::fs::read(project.path(STAMP)).unwrap();
    let (files, stamp) = (["specs", "golden"].map(|folder| project.files(folder)), keep);
    let tops = ["ghostc.yaml", "ghostc.lock"].map(|path| (path, project.read(path)));
    for (what, change) in changes {
        change(&project);
        let ran = project.run("build");
        assert!(!ran.stdout.contains("333"), "{what}: {ran}");
        for folder in ["specs", "golden", "templates", ".ghostc"] {
            if project.exists(folder) {
                project.remove(folder);
            }
        }
        let all = files.iter().flatten().map(|(path, text)| (path.as_str(), text));
        for (path, text) in all.chain(tops.iter().map(|(path, text)| (*path, text))) {
            project.write(path, text);
        }
        project.write(STAMP, &stamp);
        assert_eq!(project.run("build").exits(0).stdout, MARKED, "after {what}");
    }
}

#[test]
fn other_questions_are_answered_anew() {
    let project = remembered();
    for words in [
        "build --target python",
        "build p",
        "build --task double",
        "build --locked",
        "build --verbose",
        "test",
        "why double",
    ] {
        project.run(words).exits(0).hides("333");
    }
    project.run("build --dry-run").exits(0).says("0 tasks");
    project.run("build --fresh").exits(0).says("3 built");
}

#[test]
fn a_remembered_build_says_what_it_said() {
    let project = remembered();
    project.remove(STAMP);
    for words in [
        "build",
        "build --quiet",
        "build --format json",
        "build --agent none -j 1 --accept",
    ] {
        project.run("build").exits(0);
        let stamp = project.read(STAMP);
        let known = project.run(words).exits(0);
        project.remove(STAMP);
        let anew = project.run(words).exits(0);
        assert_eq!(
            (known.stdout, known.stderr),
            (anew.stdout, anew.stderr),
            "{words}"
        );
        assert_eq!(project.read(STAMP), stamp, "{words}");
    }
    let report = project.run("build --format json").json();
    assert_eq!(
        report.pointer("/packages/0/targets/0/cases/passed"),
        Some(&24.into())
    );
}

#[test]
fn a_damaged_memory_is_none() {
    let project = remembered();
    let stamp = project.read(STAMP);
    for damage in [
        "",
        "x",
        "\n{}",
        stamp.strip_suffix('}').unwrap(),
        &stamp.replace("333", "3333"),
    ] {
        project.write(STAMP, damage);
        assert_eq!(project.run("build").exits(0).stdout, NOTHING, "{damage}");
    }
    project.remove(STAMP);
    project.write(".ghostc/idle/in/the/way", "");
    assert_eq!(project.run("build").exits(0).stdout, NOTHING);
}

#[test]
fn what_waits_and_what_is_warned_of_is_said_each_time() {
    let project = remembered();
    project.replace("specs/p/SPEC.md", "twice `n`.", "exactly twice `n`.");
    project.write("answers/double.2.py", "def double(n):\n    return n + n\n");
    project.run("build").exits(0).says("pending  double · python");
    for _ in 0..2 {
        project.run("build").exits(0).says("waits for `ghostc accept`");
    }
    project.run("accept").exits(0);
    assert_eq!(project.run("build").exits(0).stdout, NOTHING);
    project.append("specs/p/SPEC.md", "\nSee [there](#nowhere).\n");
    project.run("build --quiet");
    for _ in 0..2 {
        project.run("build").says("nowhere");
    }
}
