//! The lock: lines of it that are lost or edited, and what git makes of the locks of two branches without ghostc's help.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test that meets something unexpected should panic"
)]

use crate::common::{AGENT, Project};

const LOCK: &str = "ghostc.lock";

#[test]
fn a_lock_that_lost_lines_is_not_built_over_and_says_where() {
    let project = Project::numbers();
    project.run("build").exits(0);
    let whole = project.read(LOCK);
    let without = |part: &str| {
        let left = whole.lines().filter(|line| !line.contains(part));
        left.fold(String::new(), |all, line| all + line + "\n")
    };
    let summary = 1 + whole
        .lines()
        .position(|line| line.contains("\"summary\""))
        .unwrap();
    let half = whole.len() / 2;
    let last_line = whole.trim_end().rfind('\n').unwrap() + 1;
    for (text, place, message) in [
        (
            without("\"task\":\"negate\""),
            summary,
            "the line of task `negate` for `python` of `p` is missing",
        ),
        (
            whole[..last_line].to_string(),
            summary,
            "the line of task `quadruple` for `python` of `p` is missing",
        ),
        (without("\"package\""), 1, "the lines of package `p` are missing"),
        (
            without("\"summary\""),
            2,
            "the line that says what `p` has is missing",
        ),
        (without("\"schema\""), 1, "the first line is missing"),
        (
            whole.replacen("\"attempts\":1", "\"attempts\":2", 1),
            1 + whole
                .lines()
                .position(|line| line.contains("\"attempts\""))
                .unwrap(),
            "this line is not as ghostc wrote it",
        ),
        (
            whole[..half].to_string(),
            whole[..half].lines().count(),
            "not a line of a lock",
        ),
    ] {
        project.write(LOCK, &text);
        for command in ["build", "build --locked", "test", "accept"] {
            project
                .run(command)
                .exits(2)
                .says(&format!("error: ghostc.lock:{place}: {message}"))
                .says("from version control");
        }
        project
            .run("ci")
            .exits(1)
            .finds("broken-lock", &format!("{LOCK}:{place}"));
        assert_eq!(project.read(LOCK), text);
    }
    project.write(LOCK, "");
    project.run("build").exits(2).says("`ghostc.lock` is empty");
    assert_eq!(project.calls().len(), 3, "no agent was asked again");
    project.write(LOCK, &whole);
    project.run("build --locked").exits(0);
}

/// Packages `a` with two operations, and `b`, `c` with one each, built and committed on `main`.
fn repository() -> Project {
    let project = Project::new(
        "
        //- /ghostc.yaml
        targets: [python]
        agent: mine
        agents: { mine: { command: [./agent.sh] } }
        //- /.gitignore
        calls
        prompts/
        ",
    );
    project.script("agent.sh", AGENT);
    for (package, operations) in [
        ("a", &["double", "triple"][..]),
        ("b", &["half"]),
        ("c", &["negate"]),
    ] {
        add_package(&project, package, operations);
    }
    project.run("build").exits(0);
    project.git("init -q -b main").exits(0);
    commit(&project);
    project
}

fn add_package(project: &Project, package: &str, operations: &[&str]) {
    let (mut spec, mut cases) = (format!("# {package}\n"), String::new());
    for operation in operations {
        spec.push_str(&format!(
            "\n### {operation}(n) → number\n\nThe result of `{operation}` MUST be `n` itself.\n"
        ));
        cases.push_str(&format!(
            "{operation}:\n  - {{ name: one, input: 1, output: 1 }}\n"
        ));
        project.write(
            &format!("answers/{operation}.py"),
            format!("def {operation}(n):\n    return n\n"),
        );
    }
    project.write(&format!("specs/{package}/SPEC.md"), spec);
    project.write(&format!("specs/{package}/tests.yaml"), cases);
}

/// Says something else in the spec of an operation, and accepts code for that.
fn edit(project: &Project, package: &str, operation: &str) {
    let spec = format!("specs/{package}/SPEC.md");
    let old = format!("The result of `{operation}` MUST be `n` itself.");
    let new = format!("The result of `{operation}` MUST be exactly `n`, and a number.");
    project.replace(&spec, &old, &new);
    let answer = format!("answers/{operation}.py");
    project.write(&answer, format!("def {operation}(n):\n    return +n\n"));
    project.run("build --accept").exits(0);
    commit(project);
}

fn commit(project: &Project) {
    project.git("add .").exits(0);
    project.git("commit -q -m edit").exits(0);
}

#[test]
fn locks_of_two_branches_that_git_merges_by_lines_are_whole() {
    let project = repository();
    project.git("checkout -q -b topic").exits(0);
    add_package(&project, "d", &["same"]);
    edit(&project, "c", "negate");
    project.git("checkout -q main").exits(0);
    edit(&project, "a", "double");
    project.git("merge -q --no-edit topic").exits(0);
    project.run("build --locked").exits(0);
}

#[test]
fn the_lines_of_both_sides_of_a_conflict_may_stay() {
    let project = repository();
    project.git("checkout -q -b topic").exits(0);
    edit(&project, "a", "triple");
    project.git("checkout -q main").exits(0);
    edit(&project, "a", "double");
    project.git("merge -q --no-edit topic").exits(1);
    let lock = project.read(LOCK);
    project.run("build").exits(2).says("keep the lines of both sides");
    let marks = ["<<<<<<<", "=======", ">>>>>>>"];
    let lines = lock
        .lines()
        .filter(|line| !marks.iter().any(|mark| line.starts_with(mark)));
    project.write(LOCK, lines.fold(String::new(), |all, line| all + line + "\n"));
    let calls = project.calls().len();
    project.run("build").exits(0);
    project.run("build --locked").exits(0);
    let summaries = project
        .read(LOCK)
        .matches("\"package\":\"a\",\"summary\"")
        .count();
    assert_eq!((project.calls().len(), summaries), (calls, 1));
}
