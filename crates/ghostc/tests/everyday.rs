//! What people meet every day: names that ghostc prints, reasons that are never hidden, held-out cases for their owners, and
//! files that git converts.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test that meets something unexpected should panic"
)]

use crate::common::Project;

const CODE: &str = "golden/p/python/p/double.py";

/// Numbers, in a package whose name is not that of its folder.
fn named() -> Project {
    let project = Project::numbers();
    let spec = project.read("specs/p/SPEC.md");
    project.write("specs/p/SPEC.md", format!("---\nname: numerals\n---\n\n{spec}"));
    project
}

#[test]
fn every_command_takes_packages_by_name_and_by_folder_and_tasks_with_their_package() {
    let project = named();
    for name in ["numerals", "p", "specs/p"] {
        for command in ["check", "graph", "inspect", "build --dry-run"] {
            project
                .run(&format!("{command} {name}"))
                .exits(0)
                .hides("does not exist");
        }
    }
    project
        .run("check numeral")
        .exits(2)
        .says("`numeral` does not exist");
    project.run("prompt numerals/double").exits(0);
    project
        .run("build numerals --task numerals/double")
        .exits(0)
        .says("1 built");
    project
        .run("build --task other/negate")
        .exits(2)
        .says("no task is named `other/negate`");
    project.run("build").exits(0);
    project.run("test numerals").exits(0);
    project.run("why numerals/double").exits(0);
    project.replace("specs/p/SPEC.md", "twice `n`.", "exactly twice `n`.");
    project.write("answers/double.py", "def double(n):\n    return n + n\n");
    project
        .run("build --task numerals/double")
        .exits(0)
        .says("pending");
    project.run("accept numerals/double").exits(0).says("accepted");
    assert!(
        project
            .read("golden/numerals/python/numerals/double.py")
            .contains("n + n")
    );
}

#[test]
fn quiet_commands_say_why_they_fail() {
    let project = Project::numbers();
    project.run("test --quiet").exits(1).says("no accepted code");
    project.write("answers/double.py", "def double(n):\n    return 3 * n\n");
    project
        .run("build --quiet --task double")
        .exits(1)
        .says("expected  20")
        .says("actual    30");
    project.run("build --quiet --locked").exits(1).says("double");
}

#[test]
fn held_out_cases_that_fail_are_shown_to_those_who_ask() {
    let project = Project::numbers();
    project.run("build").exits(0);
    project.write("golden/p/python/p/negate.py", "def negate(n):\n    return 0\n");
    let way = "--show-held-out";
    let hidden = project.run("test").exits(1).says("are not shown").says(way);
    let shown = project
        .run(&format!("test {way}"))
        .exits(1)
        .hides("are not shown");
    let cases = |text: &str| {
        text.lines()
            .filter(|line| line.trim().starts_with("case "))
            .count()
    };
    assert_eq!(cases(&hidden.stdout), 8);
    assert_eq!(cases(&shown.stdout), 10);
}

#[test]
fn line_ends_that_git_converts_are_not_said_to_be_edited() {
    let project = Project::numbers();
    project.run("build").exits(0);
    let code = project.read(CODE);
    project.write(CODE, code.replace('\n', "\r\n"));
    for command in ["build --locked", "test", "ci"] {
        project
            .run(command)
            .exits(1)
            .says("has other line ends")
            .says(".gitattributes")
            .hides("edited by hand");
    }
    project.write(CODE, code.replace("return", "return  "));
    project.run("test").says("was edited by hand");
}

#[test]
fn a_new_project_keeps_git_from_converting_accepted_code() {
    let project = Project::new("");
    project.write("new/.gitattributes", "*.md text\nghostc.lock -text");
    project.run("init new").exits(0).says(".gitattributes");
    assert_eq!(
        project.read("new/.gitattributes"),
        "*.md text\nghostc.lock -text\ngolden/** -text\n"
    );
    project.run("init other").exits(0);
    assert_eq!(
        project.read("other/.gitattributes"),
        "ghostc.lock -text\ngolden/** -text\n"
    );
}

#[test]
fn accepted_code_that_still_passes_is_kept_without_an_agent() {
    let project = Project::numbers();
    project.run("build").exits(0);
    let (calls, golden) = (project.calls().len(), project.files("golden"));
    project.replace("specs/p/SPEC.md", "twice `n`.", "exactly twice `n`.");
    project.run("build --locked").exits(1);
    project.run("accept").exits(0).says("nothing waits");
    project.run("accept --keep").exits(0).says("accepted");
    project.run("build --locked").exits(0);
    assert_eq!((project.calls().len(), project.files("golden")), (calls, golden));
    // What does not pass is not kept.
    project.replace("specs/p/SPEC.md", "exactly twice `n`.", "thrice `n`.");
    project.replace(
        "specs/p/tests.yaml",
        "input: 11, output: 22",
        "input: 11, output: 33",
    );
    let lock = project.read("ghostc.lock");
    project.run("accept --keep").exits(1).says("does not pass");
    assert_eq!(project.read("ghostc.lock"), lock);
}

#[test]
fn lines_of_a_newer_lock_are_refused_and_not_dropped() {
    for line in [
        r#"{"package":"p","colour":"red"}"#,
        r#"{"package":"p"}"#,
        r#"{"package":"p","target":"python","accepted":{"judged":"x","passed":1,"held_out":0,"files":{},"more":1}}"#,
    ] {
        let project = Project::numbers();
        project.run("build").exits(0);
        project.append("ghostc.lock", format!("{line}\n"));
        let lock = project.read("ghostc.lock");
        project.run("build").exits(2).says("ghostc.lock:");
        project.run("ci").exits(1);
        assert_eq!(project.read("ghostc.lock"), lock);
    }
}

#[test]
fn warnings_are_shown_by_check_and_said_to_be_there_by_others() {
    let project = Project::double("def double(n):\n    return 2 * n\n");
    project.append("specs/p/SPEC.md", "\nIt must not be odd.\n");
    project.run("check").exits(0).says("warning[lowercase-modal]");
    for words in [
        "graph",
        "prompt double",
        "build",
        "test",
        "why double",
        "inspect",
        "cases",
    ] {
        let said = "warning: 1 warning, at specs/p/SPEC.md:7; `ghostc check` shows it\n";
        project.run(words).exits(0).says(said).hides("lowercase-modal");
        project.run(&format!("{words} --quiet")).exits(0).hides("warning");
    }
    project.run("graph --verbose").says("warning[lowercase-modal]");
    project.append("specs/p/SPEC.md", "\nSee [here](#nowhere).\n");
    let said = "error: 1 error, 1 warning, the first at specs/p/SPEC.md:9; `ghostc check` shows them\n";
    project.run("inspect").exits(0).says(said);
}
