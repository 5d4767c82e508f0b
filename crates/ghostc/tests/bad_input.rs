//! Everything that a project, an agent, generated code or a machine can get wrong: a located message, the right exit
//! code, and nothing accepted.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test that meets something unexpected should panic, and says where it tests nothing"
)]

use crate::common::{DOUBLE, Project, ran};
use snapbox::{assert_data_eq, str};
use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::process::Command;
use std::time::{Duration, Instant};

const SPEC: &str = "specs/p/SPEC.md";
const TESTS: &str = "specs/p/tests.yaml";
const GOOD: &str = "def double(n):\n    return 2 * n\n";

/// A project whose cases are these.
fn with_cases(text: &str) -> Project {
    let project = Project::new(DOUBLE);
    project.write(TESTS, text);
    project
}

/// `check` and `build` both find this, and nothing is written.
#[track_caller]
fn refused(project: &Project, code: &str, place: &str) {
    let code_of_exit = if place.starts_with("ghostc.yaml") { 2 } else { 1 };
    for command in ["check", "build", "build --format json"] {
        project.run(command).exits(code_of_exit).finds(code, place);
    }
    project.is_untouched();
}

// What is not there.

#[test]
fn without_a_project_there_is_a_next_step() {
    let project = Project::new("");
    for command in ["build", "test", "accept", "why x"] {
        let ran = project.run(command).exits(2);
        assert_eq!(
            (ran.stdout.as_str(), ran.stderr.as_str()),
            (
                "",
                "error: no `ghostc.yaml` here or in a folder above\nhelp: Run `ghostc init` to start a project.\n"
            )
        );
    }
    for command in ["check", "inspect", "graph", "prompt x"] {
        project
            .run(command)
            .exits(2)
            .says("no spec in this folder")
            .says("help: Run `ghostc init`");
    }
    project
        .run("check nowhere")
        .exits(2)
        .says("`nowhere` does not exist");
    project
        .run("build --project nowhere")
        .exits(2)
        .says("`nowhere` is not a folder");
    assert_eq!(fs::read_dir(project.path("")).unwrap().count(), 0);
}

#[test]
fn a_project_without_a_spec_says_where_it_looked() {
    let project = Project::new(DOUBLE);
    project.remove(SPEC);
    for command in ["build", "check", "test"] {
        project.run(command).exits(2).says("no spec in this project");
    }
    project.remove("specs");
    project.run("build").exits(2).says("no spec in this project");
    project.is_untouched();
}

#[test]
fn an_empty_spec_is_an_error() {
    let project = Project::new(DOUBLE);
    project.write(SPEC, "");
    refused(&project, "empty-spec", SPEC);
}

// What cannot be read.

#[test]
fn a_file_that_cannot_be_read_is_the_only_thing_said() {
    let project = Project::new(DOUBLE);
    project.remove(SPEC);
    fs::create_dir(project.path(SPEC)).unwrap();
    refused(&project, "unreadable-file", SPEC);
    project.remove(SPEC);
    symlink("nowhere", project.path(SPEC)).unwrap();
    refused(&project, "unreadable-file", SPEC);
    assert_data_eq!(
        project.run("build").stderr,
        str![[r#"
error[unreadable-file]: this cannot be read: No such file or directory (os error 2)
--> specs/p/SPEC.md

1 error

"#]]
    );
    project.remove(SPEC);
    symlink("/dev/zero", project.path(SPEC)).unwrap();
    refused(&project, "unreadable-file", SPEC);
    project.run("graph").exits(1).finds("unreadable-file", SPEC);
}

#[test]
fn settings_that_cannot_be_read_are_not_passed_over() {
    let project = Project::new(DOUBLE);
    project.remove("ghostc.yaml");
    symlink("nowhere", project.path("ghostc.yaml")).unwrap();
    refused(&project, "unreadable-file", "ghostc.yaml");
}

#[test]
fn text_that_is_not_utf8_is_located() {
    for (file, place) in [
        (SPEC, "specs/p/SPEC.md:6:4"),
        (TESTS, "specs/p/tests.yaml:4:4"),
        ("ghostc.yaml", "ghostc.yaml:2:4"),
    ] {
        let project = Project::new(DOUBLE);
        project.append(
            file,
            if file == SPEC {
                b"caf\xe9\n".as_slice()
            } else {
                b"# c\xe9\n"
            },
        );
        refused(&project, "not-utf8", place);
    }
}

#[test]
fn line_ends_and_a_byte_order_mark_change_no_fact() {
    let plain = Project::new(DOUBLE);
    let windows = Project::new(DOUBLE);
    for file in [SPEC, TESTS, "ghostc.yaml"] {
        windows.write(
            file,
            format!("\u{feff}{}", plain.read(file).replace('\n', "\r\n")),
        );
    }
    for command in [
        "check",
        "inspect --format json",
        "graph --format json",
        "prompt double",
    ] {
        let (expected, actual) = (plain.run(command).exits(0), windows.run(command).exits(0));
        assert_eq!(actual.stdout.replace('\r', ""), expected.stdout, "{command}");
    }
}

#[test]
fn a_file_that_is_too_large_is_not_read() {
    let project = Project::new(DOUBLE);
    File::options()
        .write(true)
        .open(project.path(SPEC))
        .unwrap()
        .set_len(50 << 20)
        .unwrap();
    refused(&project, "file-too-large", SPEC);
    let ran = project.run("build").says("50 MiB").says("32 MiB");
    assert!(ran.stderr.ends_with("\n1 error\n"), "{ran}");
}

// What can be read and makes no sense.

#[test]
fn ten_thousand_levels_are_one_finding() {
    let begun = Instant::now();
    for mark in ["- ", "> "] {
        let project = Project::new(DOUBLE);
        project.append(SPEC, format!("\n{}x\n", mark.repeat(10_000)));
        refused(&project, "nesting-too-deep", "specs/p/SPEC.md:7");
    }
    let flow = format!(
        "double:\n  - {{ name: a, input: {}1{} }}\n",
        "[".repeat(10_000),
        "]".repeat(10_000)
    );
    refused(&with_cases(&flow), "nesting-too-deep", "specs/p/tests.yaml:2");
    let block: String = (0..10_000).map(|_| "- ").collect();
    refused(
        &with_cases(&format!("double:\n  {block}\n")),
        "nesting-too-deep",
        "specs/p/tests.yaml:2",
    );
    let project = Project::new(DOUBLE);
    project.write("ghostc.yaml", format!("packages: {}", "[".repeat(10_000)));
    refused(&project, "nesting-too-deep", "ghostc.yaml:1");
    assert!(begun.elapsed() < Duration::from_secs(120));
}

#[test]
fn a_fence_that_is_never_closed_is_an_error() {
    let project = Project::new(DOUBLE);
    project.append(SPEC, "\n```text\nabc\n");
    refused(&project, "unclosed-fence", "specs/p/SPEC.md:7:1");
}

#[test]
fn yaml_that_means_different_things_to_different_readers_is_refused() {
    let case = "{ name: a, input: 1, output: 2 }";
    for (cases, code, place) in [
        (format!("double:\n\t- {case}\n"), "invalid-yaml", "2:2"),
        (format!("double:\n  - &a {case}\n  - *a\n"), "yaml-anchor", "2:5"),
        (format!("double:\n  - &a {case}\n  - *a\n"), "yaml-anchor", "3:5"),
        (
            format!("double:\n  - {case}\ndouble:\n  - {case}\n"),
            "duplicate-key",
            "3:1",
        ),
        (
            "double:\n  - { name: a, name: b, input: 1, output: 2 }\n".into(),
            "duplicate-key",
            "2:16",
        ),
        (
            "double:\n  - { name: a, input: 1, output: 2\n".into(),
            "invalid-yaml",
            "2:5",
        ),
        ("double: [1]\n".into(), "unexpected-shape", "1:10"),
        ("- double\n".into(), "unexpected-shape", "1:1"),
    ] {
        refused(&with_cases(&cases), code, &format!("{TESTS}:{place}"));
    }
}

#[test]
fn a_bomb_of_aliases_does_not_go_off() {
    let mut bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n".to_string();
    for (before, name) in ('a'..='z').zip('b'..='z') {
        bomb.push_str(&format!(
            "{name}: &{name} [{}]\n",
            vec![format!("*{before}"); 9].join(", ")
        ));
    }
    let begun = Instant::now();
    refused(&with_cases(&bomb), "yaml-anchor", "specs/p/tests.yaml:1:4");
    assert!(begun.elapsed() < Duration::from_secs(120));
}

#[test]
fn unknown_keys_have_suggestions() {
    let project = Project::new(DOUBLE);
    project.append("ghostc.yaml", "targest: [rust]\nbuild: { atempts: 1 }\n");
    refused(&project, "unknown-key", "ghostc.yaml:2:1");
    refused(&project, "unknown-key", "ghostc.yaml:3:10");
    assert_data_eq!(
        project.run("build").stderr,
        str![[r#"
error[unknown-key]: `ghostc.yaml` has no key `targest`
 --> ghostc.yaml:2:1
  |
2 | targest: [rust]
  | ^^^^^^^
  |
help: Write `targets`.
  |
2 - targest: [rust]
2 + targets: [rust]
  |

error[unknown-key]: `build` has no key `atempts`
 --> ghostc.yaml:3:10
  |
3 | build: { atempts: 1 }
  |          ^^^^^^^
  |
help: Write `attempts`.
  |
3 | build: { attempts: 1 }
  |            +

2 errors

"#]]
    );
    let project = with_cases("double:\n  - { name: a, inptu: 1, output: 2 }\n");
    refused(&project, "unknown-key", "specs/p/tests.yaml:2:16");
    project.run("check").says("Write `input`.");
}

#[test]
fn a_case_for_an_unknown_operation_points_at_the_one_that_was_meant() {
    let project = Project::new(DOUBLE);
    project.replace(TESTS, "double:", "doubel:");
    refused(&project, "case-for-unknown-operation", "specs/p/tests.yaml:1:1");
    project
        .run("build")
        .says("did you mean this one?")
        .says("1 + double:");
}

#[test]
fn cases_that_cannot_be_told_apart_are_found() {
    let ids = with_cases(
        "double:\n  - { id: x, name: a, input: 1, output: 2 }\n  - { id: x, name: b, input: 2, output: 4 }\n",
    );
    refused(&ids, "duplicate-case-id", "specs/p/tests.yaml:3:11");
    let names =
        with_cases("double:\n  - { name: a, input: 1, output: 2 }\n  - { name: a, input: 2, output: 4 }\n");
    names
        .run("check")
        .exits(0)
        .finds("duplicate-case-name", "specs/p/tests.yaml:3:13");
}

#[test]
fn a_case_expects_an_output_or_an_error() {
    let project =
        with_cases("double:\n  - { name: a, input: 1, output: 2, error: true }\n  - { name: b, input: 2 }\n");
    refused(&project, "output-and-error", "specs/p/tests.yaml:2:37");
    refused(&project, "no-expectation", "specs/p/tests.yaml:3:5");
}

#[test]
fn cases_that_contradict_each_other_are_found() {
    let project = Project::new(DOUBLE);
    project.append(SPEC, "\n- `double(2)` → `5`\n");
    refused(&project, "conflicting-cases", "specs/p/SPEC.md:7");
    let misfit = with_cases(
        "double:\n  - { name: a, input: { n: 1, m: 2 }, output: 2, }\n  - { name: b, output: 2 }\n",
    );
    refused(&misfit, "input-does-not-fit", "specs/p/tests.yaml:3");
}

#[test]
fn an_operation_without_cases_is_not_built() {
    let project = Project::double(GOOD);
    project.remove(TESTS);
    project
        .run("check")
        .exits(0)
        .finds("operation-without-cases", "specs/p/SPEC.md:3:5");
    project
        .run("build")
        .exits(1)
        .says("specs/p/SPEC.md:3: `double` of `p` has no cases");
    project.is_untouched();
}

#[test]
fn a_link_that_leads_nowhere_is_an_error() {
    let project = Project::new(DOUBLE);
    project.append(SPEC, "\nSee [x](#nowhere) and\n[y](gone.md).\n");
    refused(&project, "dangling-reference", "specs/p/SPEC.md:7:5");
    refused(&project, "dangling-reference", "specs/p/SPEC.md:8:1");
}

#[test]
fn tasks_that_depend_on_each_other_are_an_error_everywhere() {
    let project = Project::new(DOUBLE);
    project.append(SPEC, "\nDepends on `triple`.\n\n### triple(n) → number\n\nDepends on `double`.\nThe result MUST be thrice `n`.\n\n- `triple(1)` → `3`\n");
    refused(&project, "cyclic-dependency", "specs/p/SPEC.md:7:13");
    for command in ["graph", "prompt double", "why double", "test", "accept"] {
        project
            .run(command)
            .exits(1)
            .finds("cyclic-dependency", "specs/p/SPEC.md:7:13")
            .says("double → triple → double");
    }
    project.is_untouched();
}

#[test]
fn a_prompt_template_of_the_project_is_checked_before_an_agent_is_asked() {
    let project = Project::double(GOOD);
    let template = "templates/prompts/implement.md.jinja";
    for (text, code, place) in [
        ("Do\n{{ taks.id }}\n", "unknown-variable", "2:4"),
        ("Do\n{% if %}\n", "invalid-template", "2:7"),
    ] {
        project.write(template, text);
        for command in ["build", "build --dry-run", "prompt double"] {
            project
                .run(command)
                .exits(2)
                .finds(code, &format!("{template}:{place}"))
                .hides("error: error");
        }
        project.is_untouched();
    }
}

#[test]
fn a_target_of_the_project_that_is_broken_is_described() {
    let project = Project::new(DOUBLE);
    project.write("ghostc.yaml", "targets: [mine]\n");
    project.write("templates/targets/mine/target.yaml", "name: mine\nidnet: {}\n");
    let place = "templates/targets/mine/target.yaml:1:1";
    let ran = project.run("build").exits(2).finds("invalid-target", place);
    ran.finds("unknown-key", "templates/targets/mine/target.yaml:2:1")
        .says("Write `ident`.");
    project.write("templates/targets/mine/target.yaml", "name: [\n");
    project
        .run("build")
        .exits(2)
        .finds("invalid-yaml", "templates/targets/mine/target.yaml");
    project.is_untouched();
}

#[test]
fn names_that_nothing_has_are_suggested() {
    let project = Project::double(GOOD);
    for (words, message) in [
        (
            "build --target pyhton",
            "error: no target is named `pyhton`\nhelp: Did you mean `python`?",
        ),
        (
            "test --target cobol",
            "error: no target is named `cobol`\nhelp: Known: javascript, python, rust.",
        ),
        (
            "build --agent claud",
            "error: no agent is named `claud`\nhelp: Did you mean `claude`?",
        ),
        (
            "build --agent nobody",
            "error: no agent is named `nobody`\nhelp: Known: ",
        ),
        (
            "build --task doubel",
            "error: no task is named `doubel`\nhelp: Did you mean `double`?",
        ),
        (
            "build nope",
            "error: `nope` is no package of this project\nhelp: Packages: specs/p.",
        ),
        (
            "why doubel",
            "error: no task is named `doubel`\nhelp: Did you mean `double`?",
        ),
        (
            "prompt doubel",
            "error: no task is named `doubel`\nhelp: Did you mean `double`?",
        ),
        (
            "accept doubel",
            "error: nothing waits for doubel\nhelp: List what waits with `ghostc accept --list`.",
        ),
        (
            "build --format github",
            "error: this command does not have that format\nhelp: Use one of: text, json.",
        ),
        ("explain no-such-code", "error: "),
        (
            "schema no-such-schema",
            "error: no schema is named `no-such-schema`",
        ),
        ("frobnicate", "error: unrecognized subcommand 'frobnicate'"),
    ] {
        project.run(words).exits(2).says(message);
    }
    project.is_untouched();
    project.write("ghostc.yaml", "targets: [pyhton]\nagent: claud\n");
    refused(&project, "unknown-target", "ghostc.yaml:1:11");
    refused(&project, "unknown-agent", "ghostc.yaml:2:8");
}

#[test]
fn a_merge_that_was_not_finished_is_all_that_is_said() {
    let sides = "<<<<<<< HEAD\na: 1\n=======\na: 2\n>>>>>>> other\n";
    for (path, before, line) in [
        (SPEC, "# P\n\nIt MUST halve.\n", 4),
        (TESTS, "double: []\n", 2),
        ("ghostc.yaml", "targets: [pyhton]\n", 2),
    ] {
        let project = Project::double(GOOD);
        project.write(path, format!("{before}{sides}"));
        let checked = project.run("check");
        checked.finds("unresolved-merge", &format!("{path}:{line}:1"));
        assert_eq!(ran_codes(&project), ["unresolved-merge"], "{path}");
    }
    let project = Project::double(GOOD);
    project.write(
        "ghostc.lock",
        format!("{{\"schema\":\"ghostc.lock/1\"}}\n{sides}"),
    );
    assert_eq!(ran_codes(&project), ["unresolved-merge"]);
}

/// The codes that `check` finds.
fn ran_codes(project: &Project) -> Vec<String> {
    let found: serde_json::Value = serde_json::from_str(&project.run("check --format json").stdout).unwrap();
    let found = found["diagnostics"].as_array().unwrap();
    found
        .iter()
        .map(|found| found["code"].as_str().unwrap().to_string())
        .collect()
}

#[test]
fn a_lock_that_is_broken_is_not_overwritten() {
    let project = Project::double(GOOD);
    for (text, message) in [
        (
            "{\"schema\":\"ghostc.lock/1\"}\n<<<<<<< ours\n",
            "error: ghostc.lock:2: a merge conflict",
        ),
        (
            "{\"schema\":\"ghostc.lock/9\"}\n",
            "error: ghostc.lock:1: this lock was written by another version",
        ),
        ("nonsense\n", "error: ghostc.lock:1: not a line of a lock"),
    ] {
        project.write("ghostc.lock", text);
        for command in ["build", "build --locked", "test", "why double", "accept"] {
            project.run(command).exits(2).says(message);
        }
        assert_eq!(project.read("ghostc.lock"), text);
    }
    project.remove("ghostc.lock");
    project.is_untouched();
}

// Agents.

#[test]
fn an_agent_that_is_not_there_is_named() {
    let project = Project::new(DOUBLE);
    project.append(
        "ghostc.yaml",
        "agent: mine\nagents: { mine: { command: [no-such-program] } }\n",
    );
    project
        .run("build")
        .exits(3)
        .says("the program `no-such-program` of agent `mine` was not found");
    project.accepts_nothing();
}

#[test]
fn without_any_agent_the_ways_out_are_named() {
    let project = Project::new(DOUBLE);
    let ran = project.run_bare("build").exits(3);
    assert_data_eq!(
        ran.stderr,
        str![[r#"
    package  p  1 operation, 1 statement, 2 cases (0 held out)
error: no agent is installed, and recorded sessions do not fit:
  double · python: no session is recorded at `specs/p/sessions/python/double.json`
help: Install a coding agent (codex, claude, gemini, opencode, aider) or name one with `--agent`; or restore the text that the sessions were recorded for.

"#]]
    );
    project.is_untouched();
}

#[test]
fn agents_that_misbehave_are_told_apart() {
    for (script, code, message) in [
        ("say oops\nexit 1\n", 3, "ended with exit code 1: oops"),
        ("say done\n", 1, "wrote no file"),
        (
            "copy double.py p/other.py\n",
            1,
            "changed files outside its paths: `p/other.py`",
        ),
        (
            "copy double.py p/double.py\ncopy double.py p/__init__.py\n",
            1,
            "changed files outside its paths: `p/__init__.py`",
        ),
        (
            "copy double.py p/double.py\ndelete tests\n",
            1,
            "changed files outside its paths: `tests/test_cases.py`",
        ),
        (
            "symlink /etc/hosts p/double.py\n",
            1,
            "made links or special files: `p/double.py`",
        ),
        (
            "non-utf8 p/double.py\n",
            1,
            "wrote files that are not UTF-8 text: `p/double.py`",
        ),
        ("garbage 5000\nexit 3\n", 3, "ended with exit code 3"),
        (
            "hang\n",
            3,
            "the agent printed nothing and changed no file for 1 s",
        ),
        (
            "ignore-term\nhang\n",
            3,
            "the agent printed nothing and changed no file for 1 s",
        ),
    ] {
        let project = Project::double(GOOD);
        project.write("script", script);
        project.replace("ghostc.yaml", "stall: 1m", "stall: 1s");
        project.run("build").exits(code).says(message).says("1 failed");
        project.accepts_nothing();
        project
            .run("test")
            .exits(1)
            .says("no accepted code; run `ghostc build`");
    }
}

#[test]
fn an_agent_may_print_100_mb() {
    let project = Project::double(GOOD);
    project.write("script", "flood 100000000\ncopy double.py p/double.py\n");
    let ran = project.run("build").exits(0);
    assert!(ran.stdout.len() < 10_000, "{ran}");
}

#[test]
fn an_agent_that_links_out_of_its_workspace_is_refused() {
    let project = Project::double(GOOD);
    project.write("script", "symlink ../.. p/out\ncopy double.py p/double.py\n");
    project
        .run("build")
        .exits(1)
        .says("made links or special files: `p/out`");
    project.accepts_nothing();
}

#[test]
fn an_agent_that_knows_a_path_can_write_there() {
    let project = Project::double(GOOD);
    let outside = project.path("notes.md");
    project.write(
        "script",
        format!("escape {}\ncopy double.py p/double.py\n", outside.display()),
    );
    project.run("build").exits(0);
    // FIXME: workspaces are to be sealed; then this file is not there.
    assert!(outside.exists());
}

// Code.

#[test]
fn code_that_crashes_on_one_case_fails_that_case() {
    let project = Project::double(
        "import os\n\n\ndef double(n):\n    if n == 3:\n        os._exit(1)\n    return 2 * n\n",
    );
    let ran = project.run("build").exits(1);
    assert_data_eq!(
        ran.stdout,
        str![[r#"
    failing  double · python   attempt 1
             1/2 visible   0/0 held out
             case double.three (specs/p/tests.yaml:3)
               input     {"n":3}
               expected  6
               actual    a crash (exit): the process ended with exit code 1
     failed  double · python   after 1 attempt
...
   finished  0 built, 0 up to date, 1 failed, 0 cases passed, 0 held out passed

"#]]
    );
    project.accepts_nothing();
    let last = project
        .run("build --format json")
        .exits(1)
        .json_lines()
        .pop()
        .unwrap();
    let target = &last["packages"][0]["targets"][0];
    assert_eq!(
        (target["verdict"].as_str(), target["cases"]["failed"].as_u64()),
        (Some("fail"), Some(1)),
        "{last}"
    );
    assert_eq!(target["failures"][0]["id"], "double.three");
    assert_eq!(target["failures"][0]["expected"], "6");
}

#[test]
fn code_that_hangs_on_one_case_fails_that_case() {
    let project = Project::double(
        "import time\n\n\ndef double(n):\n    while n == 3:\n        time.sleep(60)\n    return 2 * n\n",
    );
    project
        .run("build")
        .exits(1)
        .says("1/2 visible")
        .says("case double.three")
        .says("actual    no answer in the time allowed");
    project.accepts_nothing();
}

#[test]
fn code_that_prints_does_not_spoil_its_answers() {
    let project = Project::double(
        "import os\n\nprint('junk')\n\n\ndef double(n):\n    os.write(1, b'junk\\n')\n    print('junk')\n    return 2 * n\n",
    );
    project.run("build").exits(0).says("2/2 visible");
    let project = Project::double(
        "import os\n\n\ndef double(n):\n    for number in range(3, 32):\n        try:\n            os.write(number, b'junk\\n')\n        except OSError:\n            pass\n    return 2 * n\n",
    );
    project
        .run("build")
        .exits(1)
        .says("0/2 visible")
        .says("printed what is no answer: the line \"junk\"");
    project.accepts_nothing();
}

#[test]
fn code_that_never_starts_is_not_blamed_on_the_machine() {
    for (code, message) in [
        (
            "import nowhere\n\n\ndef double(n):\n    return 2 * n\n",
            "a crash (import): ModuleNotFoundError: No module named 'nowhere' (p/double.py, line 1)",
        ),
        ("def double(n:\n", "a crash (import): SyntaxError"),
        (
            "import os\n\nos._exit(3)\n",
            "not run: the driver ended with exit code 3 before any answer",
        ),
        ("def triple(n):\n    return 3 * n\n", "has no function `double`"),
        ("def double(n):\n    return {n}\n", "a crash (output)"),
        ("def double(n):\n    return float('nan')\n", "a crash (output)"),
        ("def double(n):\n    return str(2 * n)\n", "actual    \"4\""),
    ] {
        let project = Project::double(code);
        project.run("build").exits(1).says("0/2 visible").says(message);
        project.accepts_nothing();
    }
}

// The machine.

#[test]
fn a_missing_toolchain_is_said_and_fails_only_where_it_is_asked_for() {
    let project = Project::double(GOOD);
    project.replace("ghostc.yaml", "[python]", "[python, javascript]");
    let ran = project
        .run_bare("build")
        .exits(0)
        .says("not judged  p · javascript: `node` was not found; install Node.js");
    ran.says("1 built, 0 up to date, 1 not judged");
    project
        .run_bare("build")
        .exits(0)
        .says("not judged  p · javascript")
        .says("0 built, 1 up to date, 1 not judged");
    let last = project
        .run_bare("build --format json")
        .exits(0)
        .json_lines()
        .pop()
        .unwrap();
    assert_eq!(
        last["packages"][0]["targets"][0]["verdict"], "not-judged",
        "{last}"
    );
    project
        .run_bare("build --target javascript")
        .exits(3)
        .says("error: p · javascript: `node` was not found");
    assert!(!project.exists("golden/p/javascript"));
    project.leaves_no_workspace();
}

#[test]
fn a_build_that_could_judge_nothing_is_a_failure() {
    let project = Project::double(GOOD);
    project.replace("ghostc.yaml", "[python]", "[javascript, rust]");
    project
        .run_bare("build")
        .exits(3)
        .says("not judged  p · javascript")
        .says("not judged  p · rust")
        .says("error: nothing was judged");
    project.run_bare("build --format json").exits(3);
    project.is_untouched();
}

#[test]
fn what_is_in_the_way_of_ghostcs_own_files_is_found_before_an_agent_is_asked() {
    for path in ["golden", "golden/p", "golden/p/python", ".ghostc"] {
        let project = Project::double(GOOD);
        project.write(path, "mine\n");
        for command in ["build", "test", "accept"] {
            project
                .run(command)
                .exits(3)
                .says(&format!("error: `{path}` is not a folder"));
        }
        assert_eq!(project.read(path), "mine\n");
        assert!(!project.exists("script.runs") && !project.exists("ghostc.lock"));
    }
    let project = Project::double(GOOD);
    symlink("/dev/full", project.path("ghostc.lock")).unwrap();
    project
        .run("build")
        .exits(3)
        .says("error: `ghostc.lock` is not a file");
    symlink("/dev/full", project.path("golden")).unwrap();
    project.remove("ghostc.lock");
    project
        .run("build")
        .exits(3)
        .says("error: `golden` is not a folder");
    assert!(!project.exists(".ghostc"));
}

#[test]
fn a_temporary_folder_that_is_not_there_is_not_a_missing_toolchain() {
    let project = Project::double(GOOD);
    let ran = ran(project.command("build").env("TMPDIR", "/no/such/folder")).exits(3);
    ran.says("cannot create a folder in `/no/such/folder`")
        .hides("python3");
    project.accepts_nothing();
}

/// Runs the binary where no file can get longer than this many blocks of 512 bytes, which is what a full disk is like.
fn with_little_disk(project: &Project, blocks: u32, words: &str) -> crate::common::Ran {
    let limit = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
    ran(&mut project.command_under(&["sh", "-c", &limit], words))
}

#[test]
fn a_full_disk_fails_the_build_and_leaves_nothing_half_written() {
    let project = Project::double(GOOD);
    with_little_disk(&project, 0, "build").exits(3).says("cannot ");
    project.accepts_nothing();
    // The lock keeps the words of the spec, so it is what does not fit here.
    project.append(SPEC, "It is what it is. ".repeat(2000));
    let ran = with_little_disk(&project, 48, "build").exits(3);
    ran.says("2/2 visible")
        .says("cannot write `ghostc.lock`: File too large");
    assert!(!project.exists("ghostc.lock"));
    let everything = [project.files("golden"), project.files(".ghostc")].concat();
    assert!(
        everything.iter().all(|(path, _)| !path.contains(".ghostc-")),
        "{everything:?}"
    );
    project.run("build").exits(0).says("kept from an earlier build");
    assert_eq!(project.read("script.runs").len(), 1);
    project.run("build --locked").exits(0);
}

/// As under a host that starts a program in a container: the session began outside, and its number here is 0.
#[cfg(target_os = "linux")]
#[test]
fn a_build_in_a_process_namespace_of_its_own_goes_on_without_launchers_reports() {
    let unshare = ["unshare", "-rpf", "--mount-proc"];
    if !Command::new(unshare[0])
        .args(&unshare[1..])
        .arg("true")
        .output()
        .is_ok_and(|output| output.status.success())
    {
        eprintln!("skipped: this system makes no process namespaces for its users");
        return;
    }
    let project = Project::double(GOOD);
    let mut full_disk = unshare.to_vec();
    full_disk.extend(["sh", "-c", "trap '' XFSZ; ulimit -f 0; exec \"$0\" \"$@\""]);
    let build = |program: &[&str]| ran(&mut project.command_under(program, "build"));
    build(&full_disk).exits(3).says("cannot ");
    build(&unshare).exits(0).says("2/2 visible");
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_is_a_failure() {
    let project = Project::double(GOOD);
    let full = || File::options().write(true).open("/dev/full").unwrap();
    for words in ["check", "inspect", "graph", "prompt double", "schema check"] {
        let mut command = project.command(words);
        let result = command.stdout(full()).output().unwrap();
        let said = String::from_utf8_lossy(&result.stderr).into_owned();
        let expects = if words == "check" { 0 } else { 3 };
        assert_eq!(result.status.code(), Some(expects), "{words}: {said}");
        assert_eq!(
            expects == 3,
            said.contains("error: cannot write to stdout: No space left on device"),
            "{words}: {said}"
        );
    }
    // Where talk cannot be heard, the work is done all the same.
    let status = project
        .command("build")
        .stdout(full())
        .stderr(full())
        .status()
        .unwrap();
    assert_eq!(status.code(), Some(3));
    project.run("build --locked").exits(0);
}
