//! What `ghostc diff` makes of changes: rules and their levels, what was accepted, costs, and every format.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test that meets something unexpected should panic"
)]

use crate::common::{Project, Ran, ran};
use serde_json::{Value, json};
use snapbox::{IntoData as _, assert_data_eq, str};
use std::process::Command;

const FORMATS: &[&str] = &[
    "text",
    "json",
    "markdown",
    "html",
    "changelog",
    "github",
    "gitlab",
    "sarif",
    "junit",
];

const BEFORE: &str = "
    //- /ghostc.yaml
    targets: [python, rust]
    //- /specs/clock/SPEC.md
    # clock 1.2.0

    It says times.

    ### format(seconds) → text

    The output SHOULD hold at most two units.
    It MUST NOT end with a space.

    - `format(1)` → `1s`
    //- /specs/clock/tests.yaml
    format:
      - { name: one, input: 1, output: 1s, held_out: false }
    ";

const SPEC: &str = "specs/clock/SPEC.md";

/// A project in a repository, with edits since its commit: one statement strengthened, one removed, one added, and prose.
fn edited() -> Project {
    let project = Project::new(BEFORE);
    git(&project, &["init", "-q", "-b", "main"]);
    git(&project, &["add", "ghostc.yaml", "specs"]);
    git(&project, &["commit", "-q", "-m", "first"]);
    project.replace(SPEC, "SHOULD hold at most two", "MUST hold at most three");
    project.replace(SPEC, "It MUST NOT end with a space.\n", "");
    project.replace(SPEC, "says times", "tells <b>times</b>");
    project.append(SPEC, "\nA zero duration MAY be written as `0s`.\n");
    project
}

fn git(project: &Project, arguments: &[&str]) {
    let name = [
        "-c",
        "user.name=a",
        "-c",
        "user.email=a@example.com",
        "-c",
        "commit.gpgsign=false",
    ];
    let mut command = Command::new("git");
    command.current_dir(project.path(".")).args(name).args(arguments);
    assert!(command.status().unwrap().success(), "{arguments:?}");
}

/// Runs the binary on a day.
fn on(project: &Project, seconds: &str, words: &str) -> Ran {
    ran(project.command(words).env("SOURCE_DATE_EPOCH", seconds))
}

/// 2026-01-01 and 2026-03-01.
const JANUARY: &str = "1767225600";
const MARCH: &str = "1772323200";

/// The changes that the JSON has, by rule.
fn change(project: &Project, rule: &str) -> Value {
    let diff = project.run("diff --format json").json();
    let changes = diff["changes"].as_array().unwrap();
    let mut found = changes.iter().filter(|change| change["rule"] == rule);
    let only = found
        .next()
        .unwrap_or_else(|| panic!("no {rule} in {diff:#}"))
        .clone();
    assert!(found.next().is_none(), "{rule} is there twice");
    only
}

fn fingerprint(project: &Project, rule: &str) -> String {
    change(project, rule)["fingerprint"].as_str().unwrap().to_string()
}

/// Takes the change of a rule.
fn accept(project: &Project, rule: &str, more: &[&str]) -> Ran {
    let mut command = project.command("diff accept");
    command.env("SOURCE_DATE_EPOCH", JANUARY);
    ran(command
        .arg(fingerprint(project, rule))
        .args(["--reason", "all users agreed"])
        .args(more))
}

#[test]
fn an_accepted_change_stays_accepted_and_is_marked() {
    let project = edited();
    project.run("diff --fail-on breaking").exits(1);
    accept(&project, "statement-strengthened", &[])
        .exits(0)
        .says("next: commit ghostc.accepted.yaml");
    project
        .run("diff --fail-on breaking")
        .exits(1)
        .says("2 breaking (1 accepted)");
    accept(&project, "statement-removed", &["--until", "2026-02-01"]).exits(0);
    on(&project, JANUARY, "diff --fail-on breaking")
        .exits(0)
        .says("accepted   strengthened   specs/clock/SPEC.md:7  all users agreed\n")
        .says("accepted   removed        specs/clock/SPEC.md:8 (was)  all users agreed (until 2026-02-01)\n")
        .hides("invalidates format (python, rust)\n           statement-strengthened");
    on(&project, JANUARY, "diff --fail-on additive").exits(1);
    // The version is another matter.
    on(&project, JANUARY, "diff").says("bump: major (2.0.0)");
    // Edits elsewhere do not undo it.
    project.replace(
        SPEC,
        "# clock 1.2.0\n",
        "# clock 1.2.0\n\n## Speed\n\nNobody MUST wait for long.\n\n## Times\n",
    );
    project.append(SPEC, "\nAll units MAY be known.\n\n## More\n\nMore words.\n");
    on(&project, JANUARY, "diff --fail-on breaking").exits(0);
    // Another edit of the same sentence does.
    project.replace(SPEC, "at most three", "at most four");
    on(&project, JANUARY, "diff --fail-on breaking").exits(1);
}

#[test]
fn an_acceptance_ends_with_its_last_day() {
    let project = edited();
    accept(&project, "statement-strengthened", &["--until", "2026-03-01"]).exits(0);
    accept(&project, "statement-removed", &["--until", "2026-02-28"]).exits(0);
    let march = on(&project, MARCH, "diff --fail-on breaking").exits(1);
    let march = march.says("accepted until 2026-02-28, which is over: all users agreed");
    march
        .says("2 breaking (1 accepted)")
        .says("accepted   strengthened");
    let json = on(&project, MARCH, "diff --format json").json();
    let accepted: Vec<&Value> = json["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|change| &change["accepted"])
        .collect();
    let of = |until: &str, expired: bool| json!({ "reason": "all users agreed", "until": until, "expired": expired });
    assert_eq!(
        accepted,
        [
            &Value::Null,
            &of("2026-03-01", false),
            &of("2026-02-28", true),
            &Value::Null
        ]
    );
    on(&project, MARCH, "diff accept --list")
        .exits(0)
        .says("until 2026-03-01: all users agreed")
        .says("over since 2026-02-28: all users agreed");
    on(&project, MARCH, "diff accept --prune")
        .exits(0)
        .says("removed 1 change");
    on(&project, MARCH, "diff accept --prune")
        .exits(0)
        .says("removed 0 changes");
    on(&project, MARCH, "diff accept --list")
        .hides("2026-02-28")
        .says("2026-03-01");
}

#[test]
fn what_is_accepted_is_written_sorted_and_readable() {
    let project = edited();
    accept(&project, "statement-removed", &[]).exits(0);
    accept(&project, "statement-strengthened", &["--until", "2026-02-01"]).exits(0);
    assert_data_eq!(
        project.read("ghostc.accepted.yaml"),
        str![[r##"
# Changes of specs that were reviewed and taken, by fingerprint: `ghostc diff accept`.
"50adb798314d":
  rule: "statement-strengthened"
  id: "format~79a00b56"
  says: "The output [-SHOULD-]{+MUST+} hold at most [-two-]{+three+} units."
  reason: "all users agreed"
  until: "2026-02-01"
"5f9f301d4779":
  rule: "statement-removed"
  id: "format~0026ba6a"
  says: "It MUST NOT end with a space."
  reason: "all users agreed"

"##]]
        .raw()
    );
}

#[test]
fn what_cannot_be_accepted_is_said() {
    let project = edited();
    let known = fingerprint(&project, "statement-removed");
    let wrong = known.replace(known.chars().last().unwrap(), "x");
    project
        .run(&format!("diff accept {wrong} --reason x"))
        .exits(2)
        .says(&format!("Did you mean `{known}`?"));
    project
        .run("diff accept zzzzzzzzzzzz --reason x")
        .exits(2)
        .says("See them with `ghostc diff`");
    // Its first digits stand for it, but too few of them do not.
    project
        .run(&format!("diff accept {known:.3} --reason x"))
        .exits(2);
    for day in ["2026-02-30", "tomorrow", "2026-1-1"] {
        accept(&project, "statement-removed", &["--until", day])
            .exits(2)
            .says("is no day");
    }
    accept(&project, "statement-removed", &["--until", "2025-12-31"])
        .exits(2)
        .says("is over: today is 2026-01-01");
    project.run("diff accept").exits(2);
    project
        .run(&format!("diff accept {known}"))
        .exits(2)
        .says("--reason");
    ran(project.command("diff accept --reason").arg(" ").arg(&known))
        .exits(2)
        .says("the reason is empty");
    on(&project, "soon", "diff")
        .exits(2)
        .says("SOURCE_DATE_EPOCH is `soon`");
    assert!(!project.exists("ghostc.accepted.yaml"));
    project
        .run(&format!("diff accept {known:.4} --reason x"))
        .exits(0);
    // A file with a mistake is no file to trust.
    project.append("ghostc.accepted.yaml", "abc: { raeson: x }\n");
    project
        .run("diff")
        .exits(2)
        .says("ghostc.accepted.yaml:")
        .says("Write `reason`.");
}

#[test]
fn changes_of_other_comparisons_are_accepted_by_naming_these() {
    let project = edited();
    let known = fingerprint(&project, "statement-removed");
    git(&project, &["commit", "-q", "-a", "-m", "second"]);
    project.run(&format!("diff accept {known} --reason x")).exits(2);
    project
        .run(&format!("diff accept {known} --reason x --of HEAD~1..HEAD"))
        .exits(0);
    project.run("diff HEAD~1 HEAD").says("2 breaking (1 accepted)");
    // An acceptance of another range is no mistake.
    project.run("diff").exits(0).says("no changes");
    // A revision of that name is reached by its whole name.
    git(&project, &["branch", "accept", "HEAD~1"]);
    project
        .run("diff refs/heads/accept")
        .exits(0)
        .says("2 breaking (1 accepted)");
}

#[test]
fn packages_that_say_the_same_share_a_fingerprint() {
    let project = Project::new("");
    for state in ["old", "new"] {
        for package in ["a", "b"] {
            let text = format!("# Same\n\nIt MUST be {state}.\n");
            project.write(&format!("{state}/{package}/SPEC.md"), text);
        }
    }
    project.write("old/a/more.md", "# More\n\nIt is.\n");
    let gitlab = project.run("diff old new --format gitlab").json();
    let found = |key: &str| -> Vec<String> {
        let issues = gitlab.as_array().unwrap().iter();
        issues
            .map(|issue| issue[key].as_str().unwrap().to_string())
            .collect()
    };
    let (prints, words) = (found("fingerprint"), found("description"));
    assert_eq!(prints[1], format!("{}-b", prints[0]));
    let whole = "a document without anything binding is gone: ";
    assert!(words.iter().any(|words| words.starts_with(whole)), "{words:?}");
    let accepted = project
        .run(&format!(
            "diff accept {:.6} --reason x --of old --of new",
            prints[0]
        ))
        .exits(0);
    assert_eq!(accepted.stderr.matches("accepted ").count(), 2, "{accepted}");
    project.run("diff old new --fail-on breaking").exits(0);
}

/// Which gate stops which class: a change of each, and the exit code of each `--fail-on`.
#[test]
fn each_class_stops_the_gates_of_its_weight() {
    let gates = ["breaking", "additive", "any", "error", "warning"];
    let table: &[(&str, &str, &str, [i32; 5])] = &[
        (
            "breaking",
            "It MUST be quick.",
            "It MUST be slow at 5 km.",
            [1, 1, 1, 1, 1],
        ),
        (
            "breaking",
            "- Keep its folder.",
            "- Delete its folder.",
            [1, 1, 1, 1, 1],
        ),
        (
            "breaking",
            "It MUST be quick.",
            "It must be quick.\n\nIt MUST NOT stop.",
            [1, 1, 1, 1, 1],
        ),
        (
            "additive",
            "It MUST be quick.",
            "It MUST be quick.\n\nIt MAY ring.",
            [0, 1, 1, 0, 1],
        ),
        (
            "example",
            "For example, it ticks.",
            "For example, it strikes.",
            [0, 0, 1, 0, 0],
        ),
        ("editorial", "It is old.", "It is quite old.", [0, 0, 1, 0, 0]),
        (
            "editorial",
            "It MUST be quick.",
            "It MUST be, quick.",
            [0, 0, 1, 0, 0],
        ),
        (
            "none",
            "It MUST be quick.",
            "It MUST be *quick*.",
            [0, 0, 0, 0, 0],
        ),
    ];
    for (class, old, new, codes) in table {
        let project = Project::new("//- /a.md\n");
        let text = |words: &str| {
            let all =
                "# A\n\nIt MUST be quick.\n\nFor example, it ticks.\n\nIt is old.\n\n- Keep its folder.\n";
            assert!(all.contains(old));
            all.replace(old, words)
        };
        project.write("a.md", text(old));
        project.write("b.md", text(new));
        let diff = project.run("diff a.md b.md --format json").json();
        let changes = diff["changes"].as_array().unwrap();
        let found = changes.iter().map(|change| change["class"].as_str().unwrap());
        let ranks = ["editorial", "example", "additive", "breaking"];
        let worst = found.max_by_key(|class| ranks.iter().position(|rank| rank == class));
        assert_eq!(worst.unwrap_or("none"), *class, "{diff:#}");
        let summary = &diff["summary"];
        assert_eq!(
            summary[*class].as_u64().unwrap_or(0) > 0,
            *class != "none",
            "{diff:#}"
        );
        let exits = gates.map(|gate| project.run(&format!("diff a.md b.md --fail-on {gate}")).code);
        assert_eq!(exits, *codes, "{class}: {old} > {new}");
    }
}

#[test]
fn levels_of_rules_decide_gates() {
    let project = edited();
    let gates = |project: &Project| {
        let run = |gate| project.run(&format!("diff --format github --fail-on {gate}"));
        ["breaking", "any", "error", "warning"].map(|gate| run(gate).code)
    };
    assert_eq!(gates(&project), [1, 1, 1, 1]);
    let settings = project.read("ghostc.yaml");
    let with = |rules: &str| {
        project.write(
            "ghostc.yaml",
            format!("{settings}diff: {{ rules: {{ {rules} }} }}\n"),
        )
    };
    with("breaking: WARN, statement-added: info");
    assert_eq!(gates(&project), [1, 1, 0, 1]);
    assert_eq!(change(&project, "statement-removed")["level"], "warning");
    assert_eq!(change(&project, "statement-added")["level"], "info");
    with("statement-strengthened: off, statement-removed: off");
    assert_eq!(gates(&project), [0, 1, 0, 1]);
    assert_eq!(change(&project, "statement-removed")["level"], "off");
    project
        .run("diff")
        .says("1 additive, 1 editorial, 2 turned off")
        .hides("MUST NOT end");
    with("breaking: off, additive: off, editorial: off");
    assert_eq!(gates(&project), [0, 0, 0, 0]);
    with("statment-removed: error");
    project
        .run("diff")
        .exits(2)
        .says("--> ghostc.yaml:")
        .says("Write `statement-removed`.");
}

#[test]
fn rules_are_explained() {
    let project = edited();
    let rules = project.run("explain").exits(0);
    assert!(
        rules
            .stdout
            .lines()
            .any(|line| line == "statement-removed            breaking  a MUST or MUST NOT is gone"),
        "{rules}"
    );
    project
        .run("explain statement-removed")
        .exits(0)
        .says("breaking[statement-removed]\n\na MUST or MUST NOT is gone\n")
        .says("\n## Before\n");
    project
        .run("explain statement-removd")
        .exits(2)
        .says("Did you mean `statement-removed`?");
}

#[test]
fn costs_are_those_of_the_project_and_of_its_last_builds() {
    let project = edited();
    let built = |target: &str, file: &str, tokens: &str| {
        format!(
            "{{\"package\":\"clock\",\"target\":\"{target}\",\"task\":\"format\",\"built\":{{\"key\":\"k\",\"spec\":{{}},\"context\":{{}},\"cases\":{{}},\"dependencies\":{{}},\"prompt\":\"p\",\"target_digest\":\"t\",\"files\":[\"{file}\"],\"agent\":\"a\",\"attempts\":1,\"tokens\":{tokens}}}}}\n"
        )
    };
    project.write(
        "ghostc.lock",
        format!(
            "{{\"schema\":\"ghostc.lock/1\"}}\n{}{}",
            built("python", "clock/format.py", "1200"),
            built("rust", "src/format.rs", "null")
        ),
    );
    project
        .run("diff")
        .says("replaces 2 files of golden/")
        .says("the last time it took 1,200 tokens (of 1 build it is not")
        .says("rebuilds 1 of 1 task for python and rust, about ");
    let cost = change(&project, "statement-removed")["invalidates"]["cost"].clone();
    let tokens = cost["prompt_tokens"].as_u64().unwrap();
    assert_eq!(
        cost,
        json!({
            "targets": ["python", "rust"], "builds": 2, "prompt_tokens": tokens,
            "goldens": ["golden/clock/python/clock/format.py", "golden/clock/rust/src/format.rs"],
            "last_tokens": 1200, "unknown_builds": 1, "last_dollars": null,
        })
    );
    // Money is known where the settings have a price for the agent that built it.
    let settings = project.read("ghostc.yaml");
    let priced = |prices: &str| format!("{settings}agents: {{ a: {{ command: [a] }} }}\nprices: {prices}\n");
    project.write("ghostc.yaml", priced("{ a: 25, codex: 1000 }"));
    project
        .run("diff")
        .says("the last time it took 1,200 tokens for $0.03 (of 1 build it is not");
    let cost = change(&project, "statement-removed")["invalidates"]["cost"].clone();
    assert_eq!(cost["last_dollars"], json!(0.03));
    project.write("ghostc.yaml", priced("{ a: 0.1 }"));
    project.run("diff").says("took 1,200 tokens for less than $0.01");
    project.write("ghostc.yaml", priced("{ b: 1 }"));
    project.run("check").exits(2).says("no agent is named `b`");
    project.write("ghostc.yaml", settings);
    // About as many as `ghostc graph` counts, for each target.
    let graph = project.run("graph --format json").json();
    let counted = graph["packages"][0]["tasks"][0]["tokens"].as_u64().unwrap() * 2;
    assert!(
        (counted / 2..counted * 2).contains(&tokens),
        "{tokens} for {counted}"
    );
    project.write("ghostc.lock", "<<<<<<< ours\n");
    project
        .run("diff")
        .exits(0)
        .says("what the last builds took is not known")
        .hides("the last time");
    // Outside of a project nothing is built.
    project.remove("ghostc.yaml");
    project
        .run("diff --against HEAD specs/clock")
        .exits(0)
        .says("rebuilds 1 of 1 task; ")
        .hides("tokens");
}

#[test]
fn the_version_that_is_too_low_is_shown_where_it_is_written() {
    let project = edited();
    project
        .run("diff")
        .says("\nspecs/clock/SPEC.md:1 has version 1.2.0; breaking changes ask for 2.0.0\n");
    let json = project.run("diff --format json").json();
    assert_eq!(
        json["packages"][0]["version_at"],
        json!({ "file": SPEC, "line": 1 })
    );
    project.replace(SPEC, "# clock 1.2.0", "# clock 2.0.0");
    project
        .run("diff")
        .says("bump: major (2.0.0, done)")
        .hides("has version");
    let text = project.read(SPEC);
    project.write(SPEC, format!("---\nname: clock\nversion: 1.3.0\n---\n{text}"));
    project
        .run("diff")
        .says("\nspecs/clock/SPEC.md:3 has version 1.3.0; breaking changes ask for 2.0.0\n");
}

#[test]
fn exit_codes_do_not_depend_on_the_format() {
    let project = edited();
    for format in FORMATS {
        project.run(&format!("diff --format {format}")).exits(0);
        project
            .run(&format!("diff --format {format} --fail-on breaking"))
            .exits(1);
    }
    for format in ["dot", "mermaid"] {
        project.run(&format!("diff --format {format}")).exits(2);
    }
    for format in ["html", "changelog"] {
        project.run(&format!("check --format {format}")).exits(2);
        project.run(&format!("graph --format {format}")).exits(2);
    }
}

/// The same day for all formats, with one change accepted.
fn reviewed(format: &str) -> String {
    let project = edited();
    accept(&project, "statement-removed", &["--until", "2026-02-01"]).exits(0);
    on(&project, JANUARY, &format!("diff --format {format}"))
        .exits(0)
        .stdout
}

#[test]
fn a_comment_folds_what_need_not_be_read() {
    assert_data_eq!(reviewed("markdown"), str![[r#"
## ghostc diff: 1 breaking, 1 additive, 1 editorial

### clock

1.2.0 (HEAD) → 1.2.0 (work tree): 2 breaking (1 accepted), 1 additive, 1 editorial

- **Version:** specs/clock/SPEC.md:1 has 1.2.0, and a major version is due: 2.0.0
- **Cost:** rebuilds 1 of 1 task for python and rust, about 116 tokens of spec in prompts; 0 cases changed

#### breaking

- **statement-strengthened** [specs/clock/SPEC.md:7](specs/clock/SPEC.md#L7) § format<br>The output <del>SHOULD</del><ins>MUST</ins> hold at most <del>two</del><ins>three</ins> units.<br>
  limit: at most two units → at most three units<br>
  <sub>invalidates format (python, rust), `50adb798314d`</sub>

#### additive

- **statement-added** [specs/clock/SPEC.md:11](specs/clock/SPEC.md#L11) § format<br><ins>A zero duration MAY be written as \`0s\`.</ins><br>
  <sub>invalidates format (python, rust), `c7462c139616`</sub>

<details>
<summary>1 editorial</summary>

- **binds-nothing** [specs/clock/SPEC.md:3](specs/clock/SPEC.md#L3) § clock<br>It <del>says times.</del><ins>tells &lt;b&gt;times&lt;/b&gt;.</ins><br>
  <sub>invalidates format (python, rust), `bed4cb621032`</sub>

</details>

<details>
<summary>1 accepted</summary>

- **statement-removed** specs/clock/SPEC.md:8 (was) § format<br><del>It MUST NOT end with a space.</del><br>
  _accepted until 2026-02-01: all users agreed_<br>
  <sub>invalidates format (python, rust), `5f9f301d4779`</sub>

</details>

`ghostc explain RULE` says what a rule means, and `ghostc diff accept FINGERPRINT --reason WHY` takes a change.

"#]].raw());
}

#[test]
fn a_changelog_says_it_in_words() {
    assert_data_eq!(reviewed("changelog"), str![[r#"
## 2.0.0 (the spec says 1.2.0)

### Breaking

- format: “The output MUST hold at most three units.”, where it was “The output SHOULD hold at most two units.”
- format: no longer “It MUST NOT end with a space.”

### Added

- format: “A zero duration MAY be written as `0s`.”

### Fixed

- wording and order in clock (1 change)


"#]].raw());
}

#[test]
fn annotations_are_at_new_places_and_accepted_ones_are_notices() {
    assert_data_eq!(reviewed("github"), str![[r#"
::notice file=specs/clock/SPEC.md,line=3,endLine=3,col=1,endColumn=23,title=binds-nothing::text that binds nobody changed: It [-says times.-]{+tells <b>times</b>.+}%0Aclass: editorial%0Ainvalidates format (python, rust)
::error file=specs/clock/SPEC.md,line=7,endLine=7,col=1,endColumn=42,title=statement-strengthened::a sentence binds more than before: The output [-SHOULD-]{+MUST+} hold at most [-two-]{+three+} units.%0Aclass: breaking%0Ainvalidates format (python, rust)%0AIf it is meant, accept it: `ghostc diff accept 50adb798314d --reason WHY`.
::notice file=specs/clock/SPEC.md,line=7,endLine=7,col=1,endColumn=1,title=statement-removed::a MUST or MUST NOT is gone: It MUST NOT end with a space.%0Aclass: breaking%0Ait was at specs/clock/SPEC.md:8%0Ainvalidates format (python, rust)%0Aaccepted until 2026-02-01: all users agreed
::warning file=specs/clock/SPEC.md,line=11,endLine=11,col=1,endColumn=40,title=statement-added::a normative sentence about something new, or a permission: A zero duration MAY be written as `0s`.%0Aclass: additive%0Ainvalidates format (python, rust)%0AIf it is meant, accept it: `ghostc diff accept c7462c139616 --reason WHY`.

"#]].raw());
}

#[test]
fn a_test_report_fails_where_a_rule_is_an_error() {
    assert_data_eq!(reviewed("junit"), str![[r#"
<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="ghostc diff" tests="5" failures="1" errors="0" skipped="0">
  <testsuite name="specs/clock/SPEC.md" tests="4" failures="1" errors="0" skipped="0">
    <testcase name="binds-nothing: text that binds nobody changed: It [-says times.-]{+tells &lt;b&gt;times&lt;/b&gt;.+} (3:1)" classname="specs/clock/SPEC.md" file="specs/clock/SPEC.md" line="3">
      <system-out>note[binds-nothing] specs/clock/SPEC.md:3:1
text that binds nobody changed: It [-says times.-]{+tells &lt;b&gt;times&lt;/b&gt;.+}
class: editorial
invalidates format (python, rust)
</system-out>
    </testcase>
    <testcase name="statement-strengthened: a sentence binds more than before: The output [-SHOULD-]{+MUST+} hold at most [-two-]{+three+} units. (7:1)" classname="specs/clock/SPEC.md" file="specs/clock/SPEC.md" line="7">
      <failure message="a sentence binds more than before: The output [-SHOULD-]{+MUST+} hold at most [-two-]{+three+} units." type="statement-strengthened">error[statement-strengthened] specs/clock/SPEC.md:7:1
a sentence binds more than before: The output [-SHOULD-]{+MUST+} hold at most [-two-]{+three+} units.
class: breaking
invalidates format (python, rust)
If it is meant, accept it: `ghostc diff accept 50adb798314d --reason WHY`.
</failure>
    </testcase>
    <testcase name="statement-removed: a MUST or MUST NOT is gone: It MUST NOT end with a space. (7:1)" classname="specs/clock/SPEC.md" file="specs/clock/SPEC.md" line="7">
      <system-out>note[statement-removed] specs/clock/SPEC.md:7:1
a MUST or MUST NOT is gone: It MUST NOT end with a space.
class: breaking
it was at specs/clock/SPEC.md:8
invalidates format (python, rust)
accepted until 2026-02-01: all users agreed
</system-out>
    </testcase>
    <testcase name="statement-added: a normative sentence about something new, or a permission: A zero duration MAY be written as `0s`. (11:1)" classname="specs/clock/SPEC.md" file="specs/clock/SPEC.md" line="11">
      <system-out>warning[statement-added] specs/clock/SPEC.md:11:1
a normative sentence about something new, or a permission: A zero duration MAY be written as `0s`.
class: additive
invalidates format (python, rust)
If it is meant, accept it: `ghostc diff accept c7462c139616 --reason WHY`.
</system-out>
    </testcase>
  </testsuite>
  <testsuite name="specs/clock/tests.yaml" tests="1" failures="0" errors="0" skipped="0">
    <testcase name="no findings" classname="specs/clock/tests.yaml" file="specs/clock/tests.yaml"/>
  </testsuite>
</testsuites>

"#]].raw());
}

#[test]
fn code_quality_is_known_by_the_fingerprints_of_changes() {
    let issues: Value = serde_json::from_str(&reviewed("gitlab")).unwrap();
    let found = |key: &str| -> Vec<String> {
        issues
            .as_array()
            .unwrap()
            .iter()
            .map(|issue| issue[key].as_str().unwrap().to_string())
            .collect()
    };
    assert_eq!(
        found("check_name"),
        [
            "binds-nothing",
            "statement-strengthened",
            "statement-removed",
            "statement-added"
        ]
    );
    assert_eq!(found("severity"), ["info", "major", "info", "minor"]);
    let mut prints = found("fingerprint");
    prints.sort();
    prints.dedup();
    assert_eq!(prints.len(), 4);
}

/// A spec, titles, cases and a reason that try to be markup.
fn hostile() -> Project {
    let attack = "\"><script>alert(1)</script><img src=x onerror=alert(2)> ' onclick='a";
    let project = Project::new(BEFORE);
    git(&project, &["init", "-q", "-b", "main"]);
    git(&project, &["add", "."]);
    git(&project, &["commit", "-q", "-m", "first"]);
    project.append(
        SPEC,
        format!("\n## T {attack}\n\nIt MUST {attack}.\n\n```html\n{attack}\n```\n\n- It MUST not `</pre></div>`.\n"),
    );
    project.replace(SPEC, "SHOULD hold", &format!("MUST {attack} hold"));
    project.replace(
        "specs/clock/tests.yaml",
        "output: 1s",
        "output: \"</pre><script>1</script>\"",
    );
    let print = fingerprint(&project, "statement-strengthened");
    ran(project
        .command("diff accept")
        .arg(print)
        .arg("--reason")
        .arg(attack))
    .exits(0);
    project
}

#[test]
fn a_page_holds_no_markup_but_its_own() {
    let page = hostile().run("diff --format html").exits(0).stdout;
    let own = [
        "!DOCTYPE", "html", "head", "meta", "title", "style", "body", "h1", "h2", "p", "ul", "li", "details",
        "summary", "span", "article", "header", "b", "strong", "code", "div", "pre", "del", "ins",
    ];
    for tag in page.split('<').skip(1) {
        let (tag, _) = tag.split_once('>').unwrap();
        let name = tag.trim_start_matches('/').split(' ').next().unwrap();
        assert!(own.contains(&name), "<{tag}>");
        // Attributes are whole, and none but these.
        for attribute in tag
            .split('"')
            .step_by(2)
            .flat_map(|names| names.split_whitespace().skip(1))
        {
            let attribute = attribute.trim_end_matches('=');
            assert!(
                ["id", "class", "open", "lang", "charset", "name", "content"].contains(&attribute)
                    || name == "!DOCTYPE",
                "<{tag}>"
            );
        }
        assert_eq!(tag.matches('"').count() % 2, 0, "<{tag}>");
    }
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    for elsewhere in ["http:", "https:", "url(", "@import", "src="] {
        assert!(
            !page.replace("src=x onerror", "").contains(elsewhere),
            "{elsewhere}"
        );
    }
    for element in [
        "details", "article", "div", "pre", "ins", "del", "ul", "p", "span",
    ] {
        let count = |tag: String| page.matches(&tag).count();
        let opened = count(format!("<{element}>")) + count(format!("<{element} "));
        assert_eq!(opened, count(format!("</{element}>")), "{element}");
    }
}

#[test]
fn a_comment_holds_no_markup_of_the_spec() {
    let comment = hostile().run("diff --format markdown").exits(0).stdout;
    for tag in comment.split('<').skip(1) {
        let name = tag.split(['>', ' ']).next().unwrap().trim_start_matches('/');
        assert!(
            ["details", "summary", "br", "sub", "del", "ins"].contains(&name),
            "<{tag}"
        );
    }
    assert!(comment.contains("&lt;script&gt;"));
}

#[test]
fn a_page_shows_both_states_side_by_side() {
    let page = reviewed("html");
    let row = page
        .split("<article")
        .find(|row| row.contains("statement-strengthened"))
        .unwrap();
    assert_data_eq!(
        row.split("<div class=\"sides\">").nth(1).unwrap().to_string(),
        str![[r#"

<div><p class="place">specs/clock/SPEC.md:7</p><pre>The output <del>SHOULD</del> hold at most <del>two</del> units.</pre></div>
<div><p class="place">specs/clock/SPEC.md:7</p><pre>The output <ins>MUST</ins> hold at most <ins>three</ins> units.</pre></div>
</div>
<p class="value">limit: at most two units → at most three units</p>
<p class="cost">invalidates format (python, rust)</p>
</article>
</details>
<details class="additive" open>
<summary>additive <span>1</span></summary>

"#]].raw()
    );
    let accepted = page.split("<details class=\"accepted\">").nth(1).unwrap();
    assert!(
        accepted.contains("accepted until 2026-02-01: all users agreed"),
        "{accepted}"
    );
}
