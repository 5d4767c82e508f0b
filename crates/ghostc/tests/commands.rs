//! The commands beside `build`: what each prints, in every format, and what it leaves alone.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test that meets something unexpected should panic"
)]

use crate::common::{DOUBLE, Project, ran};
use serde_json::Value;
use snapbox::{assert_data_eq, str};

const SPEC: &str = "specs/p/SPEC.md";
const TESTS: &str = "specs/p/tests.yaml";

/// [`DOUBLE`] with a slip of the pen in its cases, which has a fix.
fn with_slip() -> Project {
    let project = Project::new(DOUBLE);
    project.replace(TESTS, "double:", "doubel:");
    project
}

// init

#[test]
fn init_makes_a_project_that_is_sound() {
    let project = Project::new("");
    let made = project.run("init durations").exits(0);
    assert_data_eq!(
        made.stdout,
        str![[r#"
created .gitattributes, ghostc.yaml, specs/durations/SPEC.md, specs/durations/tests.yaml
next: cd durations && ghostc build

"#]]
    );
    let inside = |words: &str| ran(project.command(words).current_dir(project.path("durations")));
    inside("check").exits(0).says("no findings in 1 package, 2 files");
    inside("build --dry-run --target python")
        .exits(0)
        .says("1 task to build");
    inside("test")
        .exits(1)
        .says("no accepted code; run `ghostc build`");
    assert!(!project.exists("durations/.ghostc"));
}

#[test]
fn init_overwrites_nothing() {
    let project = Project::new(DOUBLE);
    project
        .run("init")
        .exits(2)
        .says("error: `ghostc.yaml` already exists, and nothing was written");
    project.remove("ghostc.yaml");
    project
        .run("init --from specs/p")
        .exits(2)
        .says("error: `specs/p/SPEC.md` already exists, and nothing was written");
    assert!(!project.exists("ghostc.yaml"));
}

#[test]
fn init_takes_over_a_package_and_refuses_a_folder_without_one() {
    let project = Project::new(DOUBLE);
    project
        .run("init new --from specs/p")
        .exits(0)
        .says("specs/p/SPEC.md");
    assert_eq!(project.read("new/specs/p/SPEC.md"), project.read(SPEC));
    assert_eq!(project.read("new/specs/p/tests.yaml"), project.read(TESTS));
    project
        .run("init other --from specs")
        .exits(2)
        .says("error: `specs` holds no SPEC.md");
    project
        .run("init other --from nowhere")
        .exits(2)
        .says("error: cannot read `nowhere`");
    assert!(!project.exists("other"));
}

#[test]
fn init_names_the_package_after_any_folder() {
    let project = Project::new("");
    for (folder, package) in [
        ("1st", "n1st"),
        ("My_Lib", "my-lib"),
        ("a.b", "a-b"),
        ("日本", "日本"),
    ] {
        project.run(&format!("init {folder}")).exits(0);
        assert!(
            project.exists(&format!("{folder}/specs/{package}/SPEC.md")),
            "{folder}"
        );
        ran(project.command("check").current_dir(project.path(folder)))
            .exits(0)
            .says("no findings");
    }
}

// check

#[test]
fn check_has_the_same_findings_and_exit_code_in_every_format() {
    let project = with_slip();
    for (words, code) in [
        ("check", 1),
        ("check --format json", 1),
        ("check --format github", 1),
        ("-q check", 1),
    ] {
        project.run(words).exits(code);
    }
    let json = project.run("check --format json").json();
    assert_eq!(
        (&json["schema"], &json["summary"]["errors"]),
        (&Value::from("ghostc.check/1"), &Value::from(1))
    );
    let found = json["diagnostics"]
        .as_array()
        .unwrap()
        .iter()
        .find(|found| found["severity"] == "error")
        .unwrap();
    assert_eq!(found["code"], "case-for-unknown-operation");
    assert_eq!(
        (
            &found["file"],
            &found["line"],
            &found["column"],
            &found["end_column"]
        ),
        (&TESTS.into(), &1.into(), &1.into(), &7.into())
    );
    assert_eq!(found["fix"]["edits"][0]["text"], "double");
    let github = project.run("check --format github").stdout;
    assert!(github.contains("::error file=specs/p/tests.yaml,line=1,endLine=1,col=1,endColumn=7,title=case-for-unknown-operation::"), "{github}");
}

#[test]
fn check_offers_a_patch_and_applies_it_only_when_asked() {
    let project = with_slip();
    let before = project.read(TESTS);
    let patch = project.run("check --fix").exits(1).stdout;
    assert_data_eq!(
        &patch,
        str![[r#"
--- a/specs/p/tests.yaml
+++ b/specs/p/tests.yaml
@@ -1,3 +1,3 @@
-doubel:
+double:
   - { name: two, input: 2, output: 4 }
   - { name: three, input: 3, output: 6 }

"#]]
    );
    assert_eq!(project.read(TESTS), before);
    project.run("check --write").exits(2);
    project
        .run("check --fix --write")
        .says("fixed specs/p/tests.yaml: 1 edit");
    assert_eq!(project.read(TESTS), before.replace("doubel", "double"));
    project.run("check").exits(0).says("no findings");
}

#[test]
fn a_fix_keeps_line_ends_and_a_byte_order_mark() {
    let project = with_slip();
    let windows = format!("\u{feff}{}", project.read(TESTS).replace('\n', "\r\n"));
    project.write(TESTS, &windows);
    project
        .run("check --fix --write")
        .says("fixed specs/p/tests.yaml: 1 edit");
    assert_eq!(project.read(TESTS), windows.replace("doubel", "double"));
}

#[test]
fn check_takes_files_and_folders_without_a_project() {
    let project = Project::new(DOUBLE);
    project.remove("ghostc.yaml");
    project.write("notes.md", "See [x](#nowhere).\n");
    project
        .run("check specs")
        .exits(0)
        .says("no findings in 1 package, 2 files");
    project.run("check specs/p/SPEC.md").exits(0);
    project
        .run("check notes.md")
        .exits(1)
        .finds("dangling-reference", "notes.md:1:5");
    project.run("inspect specs/p --format json").exits(0);
    project
        .run("prompt double specs")
        .exits(0)
        .says("# Your task: implement `double`");
    project.is_untouched();
}

#[test]
fn a_lint_level_of_the_settings_holds_for_warnings_alone() {
    let project = Project::new(DOUBLE);
    project.remove(TESTS);
    project
        .run("check")
        .exits(0)
        .finds("operation-without-cases", "specs/p/SPEC.md:3:5");
    project.append("ghostc.yaml", "lints: { operation-without-cases: error }\n");
    project
        .run("check")
        .exits(1)
        .says("error[operation-without-cases]");
    project.replace("ghostc.yaml", ": error", ": allow, empty-spec: allow");
    project.run("check").exits(0).says("no findings");
    project.write(SPEC, "");
    project.run("check").exits(1).says("error[empty-spec]");
}

// inspect, graph, prompt, explain, schema, completions

#[test]
fn inspect_and_graph_write_out_all_ids_of_a_range() {
    let project = Project::new(
        "
        //- /specs/001-x/spec.md
        # Feature Specification: X
        //- /specs/001-x/tasks.md
        # Tasks

        - [ ] T008 A
        - [ ] T009 B
        - [ ] T010 C (depends on T008-T009, T003)
        //- /.kiro/specs/y/requirements.md
        # Requirements

        ### Requirement 2
        //- /.kiro/specs/y/tasks.md
        # Plan

        - [ ] 1. A
          - _Requirements: 1.9-1.11, 2_
        - [ ] 2. B
          - _Depends: 1-1_
        ",
    );
    let facts = project.run("inspect --format json").exits(0).json();
    let tasks = |root: &str| {
        let mut packages = facts["packages"].as_array().unwrap().iter();
        let package = packages.find(|package| package["root"] == root).unwrap();
        let mut files = package["files"].as_array().unwrap().iter();
        files
            .find_map(|file| file["tasks"].as_array().filter(|tasks| !tasks.is_empty()))
            .unwrap()
    };
    let feature = tasks("specs/001-x");
    assert_eq!(
        feature[2]["depends_on"],
        serde_json::json!(["T008", "T009", "T003"])
    );
    let spec = tasks(".kiro/specs/y");
    assert_eq!(
        spec[0]["requirements"],
        serde_json::json!(["1.9", "1.10", "1.11", "2"])
    );
    assert_eq!(spec[1]["depends_on"], serde_json::json!(["1"]));
    let graph = project.run("graph .kiro --format json").exits(0).json();
    assert_eq!(
        graph["packages"][0]["tasks"][0]["requirements"],
        spec[0]["requirements"]
    );
}

#[test]
fn facts_graphs_and_prompts_agree() {
    let project = Project::numbers();
    let facts = project.run("inspect --format json").exits(0).json();
    let package = &facts["packages"][0];
    let operations = package["files"][0]["operations"].as_array().unwrap();
    assert_eq!(
        (&facts["schema"], operations.len()),
        (&Value::from("ghostc.inspect/1"), 3)
    );
    assert_eq!(
        (&operations[0]["name"], &operations[0]["line"]),
        (&"double".into(), &5.into())
    );
    let graph = project.run("graph --format json").exits(0).json();
    let counts = &graph["packages"][0]["counts"];
    let count = |name: &str| counts[name].as_u64().unwrap();
    assert_eq!(
        count("statements"),
        count("assigned") + count("package_wide"),
        "{counts}"
    );
    assert_eq!(count("cases"), package["cases"].as_array().unwrap().len() as u64);
    assert_eq!(
        graph["packages"][0]["tasks"][1]["depends_on"][0]["task"],
        "double"
    );
    let text = project.run("graph").exits(0).stdout;
    assert!(
        text.contains("    after double  names (inferred): specs/p/SPEC.md:16 double\n"),
        "{text}"
    );
    project
        .run("graph --format dot")
        .exits(0)
        .says("\"p/double\" -> \"p/quadruple\" [style=dashed];");
    project
        .run("graph --format mermaid")
        .exits(0)
        .says("p0t0 -.-> p0t1");
    let prompt = project.run("prompt double --target python").exits(0).stdout;
    let shown = prompt
        .lines()
        .filter(|line| line.starts_with("{\"name\":"))
        .count();
    assert_eq!(shown, 8);
    assert!(
        prompt.contains("2 more cases are kept back and judged too."),
        "{prompt}"
    );
    let tests = project.read(TESTS);
    for case in package["cases"].as_array().unwrap() {
        let written = tests
            .lines()
            .nth(case["line"].as_u64().unwrap() as usize - 1)
            .unwrap();
        assert!(
            written.contains(case["name"].as_str().unwrap()),
            "{case}: {written}"
        );
    }
    project.is_untouched();
}

#[test]
fn a_prompt_is_what_the_agent_gets() {
    let project = Project::numbers();
    let shown = project.run("prompt double").exits(0).stdout;
    project.run("build --task double").exits(0);
    assert_eq!(project.read("prompts/double.1.md"), shown);
    let tokens = project.run("prompt double --tokens").exits(0).stdout;
    let numbers = tokens.lines().map(|line| {
        line.split_whitespace()
            .next()
            .unwrap()
            .replace(',', "")
            .parse::<u64>()
            .unwrap()
    });
    let numbers: Vec<u64> = numbers.collect();
    let (all, parts) = numbers.split_last().unwrap();
    assert!(
        parts.iter().sum::<u64>().abs_diff(*all) <= 1 + *all / 20,
        "{tokens}"
    );
}

#[test]
fn every_code_is_explained() {
    let project = Project::new("");
    let list = project.run("explain").exits(0).stdout;
    let codes: Vec<(&str, &str)> = list
        .lines()
        .map(|line| line.split_once(' ').unwrap())
        .map(|(code, rest)| (code, rest.split_whitespace().next().unwrap()))
        .collect();
    assert!(
        codes.len() > 20 && codes.contains(&("unknown-key", "error")),
        "{list}"
    );
    assert!(codes.contains(&("statement-removed", "breaking")), "{list}");
    for (code, kind) in codes {
        // Diagnostics are shown by what is wrong, rules of changes by two states.
        let is_rule = ["breaking", "additive", "example", "editorial"].contains(&kind);
        project
            .run(&format!("explain {code}"))
            .exits(0)
            .says(&format!("{kind}[{code}]\n"))
            .says(if is_rule { "\n## Before" } else { "\n## W" });
    }
    project
        .run("explain unknown-kye")
        .exits(2)
        .says("error: no diagnostic is named `unknown-kye`\nhelp: Did you mean `unknown-key`?");
}

#[test]
fn shells_have_completions() {
    let project = Project::new("");
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        project
            .run(&format!("completions {shell}"))
            .exits(0)
            .says("accept");
    }
}

// All of them.

#[test]
fn nothing_that_only_looks_writes() {
    let project = Project::numbers();
    let before = project.files("");
    for words in [
        "check",
        "check --fix",
        "inspect",
        "graph",
        "trace",
        "prompt double",
        "why double",
        "explain",
        "schema check",
        "build --dry-run",
        "build --dry-run --format json",
        "build --locked",
        "test",
        "accept --list",
        "accept --reject",
    ] {
        let code = project.run(words).code;
        assert!(code == 0 || code == 1, "{words}");
        assert_eq!(project.files(""), before, "{words}");
    }
    project.is_untouched();
}

#[test]
fn colour_comes_only_where_it_is_asked_for() {
    let project = with_slip();
    let plain = project.run("check");
    assert!(
        !plain.stdout.contains('\u{1b}') && !plain.stderr.contains('\u{1b}'),
        "{plain}"
    );
    let coloured = ran(project.command("check --color always").env_remove("NO_COLOR"));
    assert!(coloured.stdout.contains("\u{1b}["), "{coloured}");
    let refused = ran(project
        .command("build --color never")
        .env("CLICOLOR_FORCE", "1")
        .env_remove("NO_COLOR"));
    assert!(!refused.stderr.contains('\u{1b}'), "{refused}");
}

#[test]
fn the_project_may_be_named_from_anywhere() {
    let project = Project::numbers();
    let elsewhere = |words: &str| {
        ran(project
            .command(words)
            .arg("--project")
            .arg(project.path(""))
            .current_dir(project.temporary()))
    };
    elsewhere("check").exits(0).says("no findings in 1 package");
    elsewhere("build --dry-run").exits(0).says("3 tasks to build");
    elsewhere("build").exits(0).says("3 built");
    project.run("build --locked --project .").exits(0);
    project.run("test").exits(0);
}

#[test]
fn verdicts_of_test_are_one_object() {
    let project = Project::numbers();
    let (before, json) = (
        project.run("test --format json").exits(1).json(),
        |project: &Project| project.run("test --format json").exits(0).json(),
    );
    assert_eq!(before["packages"][0]["targets"][0]["verdict"], "not-built");
    project.run("build").exits(0);
    let after = json(&project);
    let target = &after["packages"][0]["targets"][0];
    assert_eq!(
        (&after["schema"], &target["verdict"]),
        (&"ghostc.test/1".into(), &"pass".into())
    );
    assert_eq!(
        (&target["cases"]["total"], &target["cases"]["held_out"]["total"]),
        (&24.into(), &6.into())
    );
    assert_eq!(target["failures"].as_array().unwrap().len(), 0);
}
