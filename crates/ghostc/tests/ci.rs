//! `ghostc ci`: what its stages find and where, what it compares with, what it leaves behind, and the stories of
//! `examples/ci`.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test that meets something unexpected should panic"
)]

use crate::common::{Project, Ran, ran};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

const SPEC: &str = "specs/p/SPEC.md";
const TESTS: &str = "specs/p/tests.yaml";
const CODE: &str = "golden/p/python/p/double.py";
const STAGES: [&str; 5] = ["check", "diff", "build", "test", "drift"];
/// What a service says of the run of these tests.
const OUTER: &[&str] = &[
    "GITHUB_ACTIONS",
    "GITHUB_BASE_REF",
    "GITHUB_EVENT_BEFORE",
    "GITHUB_EVENT_PATH",
    "GITHUB_OUTPUT",
    "GITHUB_REPOSITORY",
    "GITHUB_SERVER_URL",
    "GITHUB_SHA",
    "GITHUB_STEP_SUMMARY",
    "CI_COMMIT_BEFORE_SHA",
    "CI_COMMIT_SHA",
    "CI_DEFAULT_BRANCH",
    "CI_MERGE_REQUEST_DIFF_BASE_SHA",
    "CI_MERGE_REQUEST_TARGET_BRANCH_NAME",
    "CI_PROJECT_URL",
    "GIT_DIR",
    "GIT_INDEX_FILE",
    "GIT_WORK_TREE",
];

/// The binary with these words, and with nothing in its environment but these variables of a service.
fn command(project: &Project, words: &str, variables: &[(&str, &str)]) -> Command {
    let mut command = project.command(words);
    for name in OUTER {
        command.env_remove(name);
    }
    command.envs(variables.iter().copied());
    command
}

fn ci(project: &Project, words: &str) -> Ran {
    ran(&mut command(project, &format!("ci {words}"), &[]))
}

fn git_in(folder: &Path, words: &str) -> String {
    let mut git = Command::new("git");
    for name in OUTER {
        git.env_remove(name);
    }
    let settings = ["user.name=a", "user.email=a@example.org", "commit.gpgsign=false"];
    git.args(settings.iter().flat_map(|setting| ["-c", setting]));
    let output = git.current_dir(folder).args(words.split(' ')).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "git {words}: {said}");
    String::from_utf8(output.stdout).unwrap().trim().to_string()
}

fn git(project: &Project, words: &str) -> String {
    git_in(&project.path(""), words)
}

/// A project that was built and committed on `main`, with a branch `change` checked out.
fn branch() -> Project {
    let project = Project::numbers();
    project.write(".gitignore", "calls\nprompts/\n");
    project.run("build").exits(0);
    git(&project, "init -q -b main");
    git(&project, "add .");
    git(&project, "commit -q -m first");
    git(&project, "checkout -q -b change");
    project
}

/// What a run says as JSON.
fn report(project: &Project, words: &str) -> Value {
    ci(project, &format!("{words} --format json")).json()
}

/// The state and the summary of a stage.
fn stage(report: &Value, name: &str) -> (String, String) {
    let stages = report["stages"].as_array().unwrap();
    let stage = stages.iter().find(|stage| stage["name"] == name).unwrap();
    let text = |field: &str| stage[field].as_str().unwrap().to_string();
    (text("state"), text("summary"))
}

/// Each finding as `code file:line`.
fn found(report: &Value) -> Vec<String> {
    let findings = report["findings"].as_array().unwrap().iter();
    let text = |found: &Value, field: &str| found[field].as_str().unwrap().to_string();
    findings
        .map(|found| {
            format!(
                "{} {}:{}",
                text(found, "code"),
                text(found, "file"),
                found["line"]
            )
        })
        .collect()
}

#[track_caller]
fn finds(report: &Value, wanted: &[&str]) {
    assert_eq!(found(report), wanted, "{report:#}");
}

// The stages.

#[test]
fn a_change_of_nothing_is_green_and_writes_nothing_but_reports() {
    let project = branch();
    let before = project.files("");
    let all = ci(&project, "").exits(0);
    assert_eq!(
        all.stdout,
        "check      ok       no findings\n\
         diff       ok       no change since main\n\
         build      ok       3 tasks up to date\n\
         test       ok       24 cases, 6 held out\n\
         drift      ok       5 files as accepted\n\
         no findings. Report: .ghostc/report/ci.md\n"
    );
    let of_reports = |path: &str| path.starts_with(".ghostc/report/");
    let mut after = project.files("");
    after.retain(|(path, _)| !of_reports(path));
    assert_eq!(before, after);
    let reports: Vec<String> = project
        .files(".ghostc/report")
        .into_iter()
        .map(|(path, _)| path)
        .collect();
    let names = [
        ".gitignore",
        "ci.gitlab.json",
        "ci.html",
        "ci.json",
        "ci.junit.xml",
        "ci.md",
        "ci.sarif",
    ];
    assert_eq!(reports, names.map(|name| format!(".ghostc/report/{name}")));
    assert_eq!(git(&project, "status --porcelain"), "");
    project.leaves_no_workspace();
    assert_eq!(project.calls().len(), 3, "no agent was asked");
    // Another folder holds the reports and nothing else, and the same ones.
    ci(&project, "--report out").exits(0).says("Report: out/ci.md");
    assert_eq!(project.files("out").len(), 6);
    assert_eq!(
        project.read("out/ci.json"),
        project.read(".ghostc/report/ci.json")
    );
}

#[test]
fn what_is_stale_is_shown_at_the_text_that_changed() {
    let project = branch();
    project.replace(SPEC, "twice `n`.", "exactly twice `n`.");
    project.append(TESTS, "  - { name: of 99, input: 99, output: -99 }\n");
    let red = report(&project, "");
    let lines = project.read(TESTS).lines().count();
    finds(
        &red,
        &[
            "statement-modified specs/p/SPEC.md:7",
            "stale-task specs/p/SPEC.md:7",
            "stale-task specs/p/SPEC.md:14",
            &format!("stale-task specs/p/tests.yaml:{lines}"),
        ],
    );
    assert_eq!(stage(&red, "build").0, "stale");
    assert!(
        stage(&red, "build")
            .1
            .starts_with("3 stale of 3 tasks: double (python): specs/p/SPEC.md:7:")
    );
    assert_eq!(stage(&red, "test"), ("ok".into(), "25 cases, 6 held out".into()));
    let notes = red["findings"][1]["notes"].to_string();
    assert!(notes.contains("- The result MUST be twice `n`."), "{notes}");
    assert!(
        notes.contains("+ The result MUST be exactly twice `n`."),
        "{notes}"
    );
    ci(&project, "")
        .exits(1)
        .says("To regenerate: ghostc ci --regenerate");
}

#[test]
fn cases_that_fail_are_shown_where_they_are_and_held_out_ones_are_not_shown() {
    let project = branch();
    let text = project.read(TESTS).replace("output: -1", "output: 70707");
    project.write(TESTS, text);
    let red = report(&project, "");
    let codes: Vec<String> = found(&red);
    let failing: Vec<&String> = codes
        .iter()
        .filter(|line| line.starts_with("failing-case"))
        .collect();
    assert_eq!(failing.len(), 9, "{codes:?}");
    // Eight in their own lines, and the two that are held out at the heading of their operation.
    let heading = project
        .read(SPEC)
        .lines()
        .position(|line| line.starts_with("### negate"))
        .unwrap()
        + 1;
    assert!(
        failing.contains(&&format!("failing-case specs/p/SPEC.md:{heading}")),
        "{failing:?}"
    );
    let printed = ci(&project, "--fail-on breaking").exits(1).stdout;
    assert!(
        printed.contains("2 held-out cases of `negate` fail for python"),
        "{printed}"
    );
    let held_out: Vec<i64> = (10..20)
        .filter(|n| !printed.contains(&format!("input     {{\"n\":{n}}}")))
        .collect();
    assert_eq!(held_out.len(), 2, "{printed}");
    let reports = project.files(".ghostc/report").into_iter().map(|(_, text)| text);
    for text in reports.chain([printed]) {
        for n in &held_out {
            assert!(
                !text.contains(&format!("70707{}", n - 10)) && !text.contains(&format!("\"n\":{n}")),
                "{n}: {text}"
            );
        }
    }
    assert_eq!(stage(&red, "test"), ("fail".into(), "10 of 30 cases fail".into()));
}

#[test]
fn a_held_out_case_that_changed_makes_the_verdict_stale_and_asks_for_no_agent() {
    let project = branch();
    project.append(
        TESTS,
        "  - { name: of 98, input: 98, output: -98, held_out: true }\n",
    );
    let red = report(&project, "");
    finds(&red, &["stale-verdict specs/p/SPEC.md:1"]);
    assert_eq!(stage(&red, "test").1, "24 cases, 7 held out");
    ci(&project, "--regenerate").exits(0);
    assert_eq!(project.calls().len(), 3, "no agent was asked");
    assert!(
        project
            .read(".ghostc/report/regenerate.patch")
            .contains("ghostc.lock")
    );
}

#[test]
fn drift_is_shown_with_its_lines_in_every_way_it_happens() {
    let project = branch();
    project.replace(CODE, "return 2 * n", "return n + n");
    project.write("golden/p/python/p/helpers.py", "");
    project.remove("golden/p/python/p/negate.py");
    git(&project, "add .");
    git(&project, "commit -q -m edited");
    let red = report(&project, "");
    let drift: Vec<String> = found(&red)
        .into_iter()
        .filter(|line| line.contains("golden/"))
        .collect();
    assert_eq!(
        drift,
        [
            "edited-by-hand golden/p/python/p/double.py:2",
            "missing-code golden/p/python/p/negate.py:1",
            "extra-file golden/p/python/p/helpers.py:1",
        ]
    );
    assert_eq!(
        stage(&red, "drift"),
        (
            "fail".into(),
            format!("{CODE} was edited by hand (line 2); and 2 more files")
        )
    );
    let edited = red["findings"]
        .as_array()
        .unwrap()
        .iter()
        .find(|found| found["code"] == "edited-by-hand");
    assert_eq!(
        edited.unwrap()["notes"],
        serde_json::json!(["-     return 2 * n", "+     return n + n"])
    );
    // Without the history, the edit is found and its lines are not.
    project.remove(".git");
    ci(&project, "")
        .exits(1)
        .finds("edited-by-hand", &format!("{CODE}:1"))
        .says("the lines are not known");
}

#[test]
fn edits_of_comments_alone_are_said_to_be_so() {
    let project = branch();
    project.append(CODE, "# by hand\n");
    ci(&project, "")
        .exits(1)
        .says("accepted code was edited by hand (line 3), in white space and comments alone");
    project.append(CODE, "VALUE = 1\n");
    ci(&project, "")
        .exits(1)
        .finds("edited-by-hand", CODE)
        .hides("alone");
}

#[test]
fn code_that_does_not_build_is_shown_where_it_was_edited() {
    let project = Project::numbers();
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../templates/targets/python");
    let text = std::fs::read_to_string(target.join("target.yaml")).unwrap();
    // A Python that is compiled before it is run.
    let build = "build: [[python3, -m, compileall, -q, \"{lib}\"]]";
    assert!(text.contains("build: []"));
    project.write(
        "templates/targets/python/target.yaml",
        text.replace("build: []", build),
    );
    project.run("build").exits(0);
    git(&project, "init -q -b main");
    git(&project, "add .");
    git(&project, "commit -q -m first");
    project.append(CODE, "def (\n");
    let red = report(&project, "");
    finds(
        &red,
        &[
            &format!("broken-code {CODE}:1"),
            &format!("edited-by-hand {CODE}:3"),
        ],
    );
    assert_eq!(stage(&red, "test").1, "p · python does not build");
    assert!(
        red["findings"][0]["notes"].to_string().contains("SyntaxError"),
        "{red:#}"
    );
}

#[test]
fn code_that_waits_is_a_finding() {
    let project = branch();
    project.replace(SPEC, "twice `n`.", "exactly twice `n`.");
    project.write("answers/double.2.py", "def double(n):\n    return n + n\n");
    project.run("build").exits(0);
    let red = report(&project, "");
    assert!(
        found(&red).contains(&"waiting-code specs/p/SPEC.md:5".to_string()),
        "{red:#}"
    );
}

#[test]
fn a_spec_with_errors_stops_what_needs_it_and_nothing_else() {
    let project = branch();
    project.append(SPEC, "\nSee [there](#nowhere).\n");
    project.replace(CODE, "return 2 * n", "return n + n");
    let red = report(&project, "");
    let states: Vec<String> = STAGES.iter().map(|name| stage(&red, name).0).collect();
    assert_eq!(states, ["fail", "ok", "skipped", "skipped", "fail"]);
    assert_eq!(stage(&red, "build").1, "the spec has errors");
    ci(&project, "")
        .exits(1)
        .finds("dangling-reference", SPEC)
        .finds("edited-by-hand", CODE);
    ci(&project, "--regenerate").exits(1).says("nothing was built");
}

#[test]
fn a_lock_with_the_marks_of_a_merge_is_shown_at_its_line() {
    let project = branch();
    let lock = project.read("ghostc.lock");
    let (head, rest) = lock.split_once('\n').unwrap();
    project.write("ghostc.lock", format!("{head}\n<<<<<<< ours\n{rest}"));
    let red = report(&project, "");
    finds(&red, &["broken-lock ghostc.lock:2"]);
    let states: Vec<String> = STAGES.iter().map(|name| stage(&red, name).0).collect();
    assert_eq!(states, ["ok", "ok", "fail", "skipped", "skipped"]);
}

#[test]
fn a_target_without_its_programs_fails_the_run() {
    let project = branch();
    let git = Command::new("sh")
        .args(["-c", "command -v git"])
        .output()
        .unwrap();
    let git = String::from_utf8(git.stdout).unwrap();
    project.write("tools/README", "git alone");
    std::os::unix::fs::symlink(git.trim(), project.path("tools/git")).unwrap();
    let mut run = command(&project, "ci --format json", &[]);
    let red = ran(run.env("PATH", project.path("tools"))).exits(3).json();
    assert_eq!(red["verdict"], "error");
    finds(&red, &["not-judged ghostc.yaml:1"]);
    let states: Vec<String> = STAGES.iter().map(|name| stage(&red, name).0).collect();
    assert_eq!(states, ["ok", "ok", "ok", "fail", "ok"]);
    assert_eq!(stage(&red, "test").1, "p · python not judged");
}

#[test]
fn a_run_without_a_project_or_with_a_base_that_is_none_is_bad_usage() {
    let project = branch();
    ci(&project, "--base nowhere")
        .exits(2)
        .says("no commit is named `nowhere`")
        .says("test       ok ");
    ci(&project, "--agent mine").exits(2);
    ci(&project, "--format dot")
        .exits(2)
        .says("Use one of: text, json, github, gitlab, sarif, junit, markdown.");
    project.remove("ghostc.yaml");
    ci(&project, "")
        .exits(2)
        .says("no `ghostc.yaml` here or in a folder above");
}

// What changed since the base.

#[test]
fn changes_fail_the_run_from_the_class_that_is_named() {
    let project = branch();
    project.replace(SPEC, "Numbers are whole.", "The numbers are whole.");
    git(&project, "commit -q -a -m prose");
    let outcome = |words: &str| {
        let report = report(&project, words);
        let findings = report["findings"].as_array().unwrap();
        let severities = findings.iter().filter(|found| found["stage"] == "diff");
        let all: Vec<String> = severities
            .map(|found| format!("{} {}", found["severity"], found["code"]).replace('"', ""))
            .collect();
        (stage(&report, "diff").0, all.join(", "))
    };
    assert_eq!(outcome(""), ("ok".into(), String::new()));
    assert_eq!(outcome("--fail-on breaking"), ("ok".into(), String::new()));
    assert_eq!(outcome("--fail-on any"), ("fail".into(), "error spelling".into()));
    project.append(TESTS, "  - { name: of 99, input: 99, output: -99 }\n");
    assert_eq!(outcome("--fail-on breaking"), ("ok".into(), String::new()));
    assert_eq!(
        outcome("--fail-on additive"),
        ("fail".into(), "error case-added".into())
    );
    project.replace(SPEC, "The result MUST NOT be rounded.\n", "");
    assert_eq!(outcome(""), ("ok".into(), "warning statement-removed".into()));
    assert_eq!(
        outcome("--fail-on breaking"),
        ("fail".into(), "error statement-removed".into())
    );
}

/// What a run is compared with, by what the service says.
fn base(project: &Project, variables: &[(&str, &str)]) -> (Value, String) {
    let report = ran(&mut command(project, "ci --format json", variables)).json();
    (report["base"]["name"].clone(), stage(&report, "diff").1)
}

#[test]
fn the_base_is_what_the_service_says() {
    let project = branch();
    let first = git(&project, "rev-parse HEAD");
    let short: String = first.chars().take(8).collect();
    project.replace(SPEC, "Numbers are whole.", "The numbers are whole.");
    git(&project, "commit -q -a -m prose");
    git(&project, "branch trunk main");
    let zero = "0".repeat(40);
    project.write("push.json", format!("{{\"before\":\"{first}\"}}"));
    let event = project.path("push.json").display().to_string();
    let cases: &[(&[(&str, &str)], &str)] = &[
        (&[], "main"),
        (&[("GITHUB_BASE_REF", "trunk")], "trunk"),
        (&[("GITHUB_EVENT_PATH", &event)], &short),
        (&[("CI_MERGE_REQUEST_DIFF_BASE_SHA", &first)], &short),
        (&[("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "trunk")], "trunk"),
        (&[("CI_COMMIT_BEFORE_SHA", &first)], &short),
        (
            &[("CI_COMMIT_BEFORE_SHA", &zero), ("CI_DEFAULT_BRANCH", "trunk")],
            "trunk",
        ),
    ];
    for (variables, name) in cases {
        let expected = format!("1 editorial since {name}; bump: patch");
        assert_eq!(
            base(&project, variables),
            ((*name).into(), expected),
            "{variables:?}"
        );
    }
    // What came to the base after the branch parted from it is no change of the branch.
    git(&project, "checkout -q main");
    project.append(SPEC, "\nMore.\n");
    git(&project, "commit -q -a -m more");
    git(&project, "checkout -q change");
    assert_eq!(base(&project, &[]).1, "1 editorial since main; bump: patch");
}

/// The state of the stage `diff`, what it says, and how a run ends that a breaking change must fail.
fn gated(run: &mut Command) -> (String, String, i32) {
    let ran = ran(run.args(["--fail-on", "breaking", "--format", "json"]));
    let (state, why) = stage(&ran.json(), "diff");
    (state, why, ran.code)
}

#[track_caller]
fn fails_closed(run: &mut Command, code: i32, words: &[&str]) {
    let (state, why, ended) = gated(run);
    assert_eq!((state.as_str(), ended), ("fail", code), "{why}");
    for word in words {
        assert!(why.contains(word), "no `{word}`: {why}");
    }
}

/// A clone of a project of which only the last commit of `change` was fetched, in the folder `clone`.
fn shallow(project: &Project) -> Project {
    let whole = project.path("").display().to_string();
    let shallow = Project::new("//- /unused\n");
    git(
        &shallow,
        &format!("clone -q --depth 1 --branch change file://{whole} clone"),
    );
    shallow
}

#[test]
fn a_gate_fails_where_the_history_was_not_fetched() {
    let project = branch();
    project.replace(SPEC, "The result MUST NOT be rounded.\n", "");
    git(&project, "commit -q -a -m less");
    let shallow = shallow(&project);
    let way = "`fetch-depth: 0`";
    for (words, variables) in [
        ("ci --project clone --base main", &[][..]),
        ("ci --project clone", &[("GITHUB_BASE_REF", "main")]),
        ("ci --project clone", &[]),
    ] {
        fails_closed(&mut command(&shallow, words, variables), 3, &["shallow", way]);
    }
    // Without a gate it is said, and all else is looked at.
    let mut run = command(&shallow, "ci --project clone --format json", &[]);
    let report = ran(&mut run).json();
    let (state, why) = stage(&report, "diff");
    assert!(state == "skipped" && why.contains(way), "{state}: {why}");
    assert_eq!(stage(&report, "test").0, "ok");
    ran(&mut command(&shallow, "ci --project clone --base main~1", &[]))
        .exits(3)
        .says("`main~1` was not fetched");
}

#[test]
fn a_gate_fails_where_the_base_is_not_there() {
    let project = branch();
    git(&project, "branch -q -m main trunk");
    project.replace(SPEC, "The result MUST NOT be rounded.\n", "");
    git(&project, "commit -q -a -m less");
    let named = &[
        "no commit is named `main`",
        "Needed a single revision",
        "`--base`",
    ];
    fails_closed(&mut command(&project, "ci --base main", &[]), 2, named);
    ci(&project, "--base main --quiet")
        .exits(2)
        .says("no commit is named `main`");
    let none = &["no base was found", "`--base`"];
    fails_closed(&mut command(&project, "ci", &[]), 2, none);
    // A branch that git or the service knows as the default one is found.
    let breaking = |variables: &[(&str, &str)], words: &str| {
        let (state, why, code) = gated(&mut command(&project, words, variables));
        assert_eq!((state.as_str(), code), ("fail", 1), "{why}");
        assert!(why.starts_with("1 breaking since trunk"), "{why}");
    };
    project.write("push.json", r#"{"repository":{"default_branch":"trunk"}}"#);
    let event = project.path("push.json").display().to_string();
    breaking(&[("GITHUB_EVENT_PATH", &event)], "ci");
    breaking(&[("CI_DEFAULT_BRANCH", "trunk")], "ci");
    breaking(&[], "ci --base trunk");
    git(&project, "config init.defaultBranch trunk");
    breaking(&[], "ci");
}

#[test]
fn a_gate_fails_where_git_is_missing_or_refuses() {
    let project = branch();
    let bare = |words: &str| {
        // The folder of programs holds Python alone.
        let mut command = command(&project, words, &[]);
        command.env("PATH", project.bin());
        command
    };
    fails_closed(&mut bare("ci"), 3, &["cannot run git", "install git"]);
    let mut foreign = command(&project, "ci", &[]);
    foreign.env("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1");
    let words = &["dubious ownership", "git config --global --add safe.directory"];
    fails_closed(&mut foreign, 3, words);
    project.remove(".git");
    fails_closed(
        &mut command(&project, "ci", &[]),
        2,
        &["not a git repository", "git init"],
    );
    // Without a gate there is nothing to compare with, and all else is looked at.
    let report = self::report(&project, "");
    assert_eq!(stage(&report, "diff").0, "skipped");
    assert_eq!(stage(&report, "test").0, "ok");
}

#[test]
fn the_default_branch_is_compared_with_what_came_before_and_not_with_itself() {
    let project = branch();
    git(&project, "checkout -q main");
    let (state, why, code) = gated(&mut command(&project, "ci", &[]));
    assert_eq!(
        (state.as_str(), code),
        ("ok", 0),
        "nothing was there before: {why}"
    );
    let first = git(&project, "rev-parse HEAD");
    project.replace(SPEC, "The result MUST NOT be rounded.\n", "");
    git(&project, "commit -q -a -m less");
    git(&project, "clone -q . clone");
    for (folder, variables) in [
        (".", &[][..]),
        ("clone", &[]),
        ("clone", &[("GITHUB_EVENT_BEFORE", first.as_str())]),
        (
            "clone",
            &[("CI_COMMIT_BEFORE_SHA", &first), ("CI_DEFAULT_BRANCH", "main")],
        ),
    ] {
        let (state, why, code) = gated(&mut command(
            &project,
            &format!("ci --project {folder}"),
            variables,
        ));
        assert_eq!(
            (state.as_str(), code),
            ("fail", 1),
            "{folder} {variables:?}: {why}"
        );
        assert!(why.starts_with("1 breaking"), "{why}");
    }
    for base in ["HEAD", "main"] {
        let words = &["is what is checked out", "`HEAD~1`"];
        fails_closed(
            &mut command(&project, &format!("ci --base {base}"), &[]),
            2,
            words,
        );
    }
    // A history that was replaced is compared as a whole.
    let lost = git(&project, "rev-parse HEAD");
    project.append(SPEC, "The result MUST be even.\n");
    git(&project, "commit -q -a -m even");
    let replaced = git(&project, "rev-parse HEAD");
    git(&project, &format!("reset -q --hard {lost}"));
    let variables = [("GITHUB_EVENT_BEFORE", replaced.as_str())];
    let (state, why, _) = gated(&mut command(&project, "ci", &variables));
    assert_eq!(state, "fail", "{why}");
}

#[test]
fn everything_is_new_where_the_base_has_no_spec() {
    let project = branch();
    git(&project, "checkout -q --orphan empty");
    git(&project, "rm -r -q --cached .");
    git(&project, "commit -q --allow-empty -m nothing");
    git(&project, "checkout -q -f change");
    let (state, why, code) = gated(&mut command(&project, "ci --base empty", &[]));
    assert_eq!((state.as_str(), code), ("ok", 0), "{why}");
    assert!(why.contains("additive since empty"), "{why}");
}

// Services and formats.

#[test]
fn github_gets_annotations_a_summary_and_outputs() {
    let project = branch();
    project.replace(SPEC, "twice `n`.", "exactly twice `n`.");
    let (summary, outputs) = (project.path("summary"), project.path("outputs"));
    let (summary, outputs) = (summary.display().to_string(), outputs.display().to_string());
    let variables = [
        ("GITHUB_ACTIONS", "true"),
        ("GITHUB_STEP_SUMMARY", summary.as_str()),
        ("GITHUB_OUTPUT", outputs.as_str()),
        ("GITHUB_SERVER_URL", "https://github.example"),
        ("GITHUB_REPOSITORY", "o/r"),
        ("GITHUB_SHA", "abc"),
    ];
    project.write("summary", "before\n");
    let ran = ran(&mut command(&project, "ci", &variables)).exits(1);
    assert!(
        ran.stdout
            .contains("\n::error file=specs/p/SPEC.md,line=7,endLine=7,"),
        "{ran}"
    );
    let summary = project.read("summary");
    assert!(summary.starts_with("before\n## ghostc ci: ❌ "), "{summary}");
    assert!(
        summary.contains("(https://github.example/o/r/blob/abc/specs/p/SPEC.md#L7)"),
        "{summary}"
    );
    assert_eq!(project.read("outputs"), "verdict=fail\nreport=.ghostc/report\n");
    // Without the service, nothing of it is printed.
    ci(&project, "").hides("::error");
}

#[test]
fn paths_are_those_of_the_repository_where_the_project_is_a_folder_of_it() {
    let project = branch();
    project.remove(".git");
    let outer = Project::new("//- /unused\n");
    let copied = Command::new("cp")
        .arg("-r")
        .arg(project.path(""))
        .arg(outer.path("lib"))
        .status()
        .unwrap();
    assert!(copied.success());
    git(&outer, "init -q -b main");
    git(&outer, "add .");
    git(&outer, "commit -q -m first");
    let spec = format!("lib/{SPEC}");
    outer.replace(&spec, "twice `n`.", "exactly twice `n`.");
    let words = "ci --project lib --format json";
    let red = ran(&mut command(&outer, words, &[])).exits(1).json();
    assert!(found(&red).contains(&format!("stale-task {spec}:7")), "{red:#}");
    let report = outer.read("lib/.ghostc/report/ci.md");
    assert!(report.contains(&format!("(../../../{spec}#L7)")), "{report}");
    // The patch is one for the root of the repository.
    ran(&mut command(&outer, "ci --project lib --regenerate", &[])).exits(0);
    git(&outer, "add --all");
    let built = git(&outer, "write-tree");
    git(&outer, "checkout -q HEAD -- lib/golden lib/ghostc.lock");
    git(&outer, "apply --index lib/.ghostc/report/regenerate.patch");
    assert_eq!(git(&outer, "write-tree"), built);
}

#[test]
fn every_format_holds_every_finding_and_no_output_depends_on_the_run() {
    let project = branch();
    project.replace(SPEC, "twice `n`.", "exactly `<b>` |twice| `n`.");
    project.replace(CODE, "return 2 * n", "return n + n");
    let red = report(&project, "");
    let codes: BTreeSet<String> = found(&red)
        .iter()
        .map(|line| line.split(' ').next().unwrap().to_string())
        .collect();
    assert_eq!(codes.len(), 3, "{codes:?}");
    for format in ["json", "github", "gitlab", "sarif", "junit", "markdown"] {
        let ran = ci(&project, &format!("--format {format}")).exits(1);
        assert_eq!(ran.stdout, ci(&project, &format!("--format {format}")).stdout);
        for code in &codes {
            assert!(
                ran.stdout.contains(code.as_str()),
                "{format} has no {code}\n{ran}"
            );
        }
        let folder = project.path("").display().to_string();
        assert!(
            !ran.stdout.contains(folder.trim_end_matches('/')),
            "{format}: {ran}"
        );
    }
    let page = project.read(".ghostc/report/ci.html");
    assert!(page.contains("&lt;b&gt;") && !page.contains("<b>"), "{page}");
    let junit = project.read(".ghostc/report/ci.junit.xml");
    assert_eq!(junit.matches("<testsuite ").count(), 5, "{junit}");
    let fingerprints: BTreeSet<&str> = red["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|found| found["fingerprint"].as_str().unwrap())
        .collect();
    assert_eq!(fingerprints.len(), found(&red).len());
}

// Regenerating.

#[test]
fn an_agent_that_fails_leaves_no_patch_and_a_red_run() {
    let project = branch();
    project.replace(SPEC, "twice `n`.", "exactly twice `n`.");
    project.write("answers/double.py", "def double(n):\n    return 3\n");
    let before = project.read("ghostc.lock");
    let ran = ci(&project, "--regenerate --format json").exits(1);
    assert_eq!(stage(&ran.json(), "build").0, "stale");
    assert!(!project.exists(".ghostc/report/regenerate.patch"));
    assert_eq!(project.read("ghostc.lock"), before);
    assert!(!project.exists(".ghostc/report/.snapshots"));
}

#[test]
fn nothing_stale_leaves_no_patch_and_takes_an_old_one_away() {
    let project = branch();
    project.write(".ghostc/report/regenerate.patch", "old");
    let ran = ci(&project, "--regenerate").exits(0);
    ran.says("nothing is stale");
    assert!(!project.exists(".ghostc/report/regenerate.patch"));
}

// Explanations and stories.

#[test]
fn every_code_of_ci_is_explained_with_a_command() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ghostc-project/codes");
    let codes = std::fs::read_dir(folder).unwrap().map(|entry| {
        let name = entry.unwrap().file_name().into_string().unwrap();
        name.trim_end_matches(".md").to_string()
    });
    let codes: Vec<String> = codes.collect();
    let project = Project::new("//- /unused\n");
    let listed = project.run("explain").exits(0).stdout;
    let names: Vec<&str> = listed
        .lines()
        .filter_map(|line| line.split(' ').next())
        .filter(|name| !name.is_empty())
        .collect();
    assert_eq!(
        names.iter().collect::<BTreeSet<_>>().len(),
        names.len(),
        "two codes have one name"
    );
    for code in &codes {
        assert!(listed.contains(&format!("{code} ")), "{code} is not listed");
        project
            .run(&format!("explain {code}"))
            .exits(0)
            .says(&format!("[{code}]"))
            .says("$ ghostc ");
    }
    assert_eq!(codes.len(), 11, "{codes:?}");
}

/// Runs a story as GitHub would.
fn story(name: &str) -> Ran {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../examples/ci")
        .join(name);
    let folder = tempfile::tempdir().unwrap();
    let mut bash = Command::new("bash");
    for name in OUTER {
        bash.env_remove(name);
    }
    bash.arg(path)
        .env("GHOSTC", env!("CARGO_BIN_EXE_ghostc"))
        .env("NO_COLOR", "1")
        .env("GITHUB_ACTIONS", "true")
        .env("GITHUB_STEP_SUMMARY", folder.path().join("summary"))
        .env("GITHUB_OUTPUT", folder.path().join("outputs"));
    let ran = ran(&mut bash).exits(0);
    let outputs = std::fs::read_to_string(folder.path().join("outputs")).unwrap();
    assert!(
        outputs.ends_with("verdict=pass\nreport=.ghostc/report\n"),
        "{outputs}"
    );
    ran
}

#[test]
fn the_story_of_prose_that_is_reworded_is_green() {
    story("rewording.sh")
        .says("green, and nothing was built")
        .hides("::error")
        .hides("::warning");
}

#[test]
fn the_story_of_a_requirement_that_is_strengthened_is_red_until_its_code_is_built() {
    let ran = story("strengthening.sh");
    let spec = "::error file=specs/ordinal/SPEC.md,line=34,endLine=34,col=1,endColumn=66,title=stale-task::";
    ran.says(spec)
        .says("::error file=specs/ordinal/tests.yaml,line=38,endLine=40,title=failing-case::");
}

#[test]
fn the_story_of_code_that_is_edited_by_hand_is_red_until_the_edit_is_gone() {
    let ran = story("editing_by_hand.sh");
    ran.says("::error file=golden/ordinal/python/ordinal/ordinal.py,line=20,endLine=20,col=1,");
}
