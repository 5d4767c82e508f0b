//! The formats of `ghostc check` for other tools, read back by what reads them.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test that meets something unexpected should panic"
)]

use crate::common::{DOUBLE, Project, ran};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

const SPEC: &str = "specs/p/SPEC.md";
const TESTS: &str = "specs/p/tests.yaml";
const FORMATS: &[&str] = &["text", "json", "github", "gitlab", "sarif", "junit", "markdown"];

/// Errors with fixes, labels and braces in the message, notes, and a file whose name needs escapes.
fn with_mistakes() -> Project {
    let project = Project::new(DOUBLE);
    project.write(
        TESTS,
        "doubel:\r\n  - { naem: 'zwölf → 日本 𝄞', inptu: 2, output: 4 }\r\n  - { name: a, input: [1, {x: 2}], output: 6 }\r\n  - { name: a, input: 3 }",
    );
    project.append(SPEC, "\n- `double(n)` → `{n}`\n\nSee [a|b](#nowhere) & <this>.\n");
    project.write(
        "specs/p/ä & \"b\" [c]#.md",
        "\u{feff}# More\n\nSee 日本 [this](#moer).\n",
    );
    project
}

fn clean() -> Project {
    Project::new(DOUBLE)
}

/// Projects whose worst finding differs.
fn projects() -> Vec<(Project, i32)> {
    let note = clean();
    note.append(SPEC, "\n- `double(n)` → `3`\n");
    let settings = clean();
    settings.replace("ghostc.yaml", "targets", "target");
    let unreadable = clean();
    unreadable.write("specs/p/more.md", b"# \xff\n");
    vec![
        (clean(), 0),
        (note, 0),
        (with_mistakes(), 1),
        (settings, 2),
        (unreadable, 1),
    ]
}

#[test]
fn exit_codes_do_not_depend_on_the_format() {
    for (project, code) in projects() {
        for format in FORMATS {
            project.run(&format!("check --format {format}")).exits(code);
        }
    }
}

#[test]
fn only_commands_with_findings_have_their_formats() {
    for format in ["github", "gitlab", "sarif", "junit", "markdown"] {
        for command in ["graph", "inspect", "schema", "test", "build"] {
            clean()
                .run(&format!("{command} --format {format}"))
                .exits(2)
                .says("error: this command does not have that format");
        }
    }
}

// SARIF

fn sarif(project: &Project) -> Value {
    project.run("check --format sarif").json()
}

fn schema() -> jsonschema::Validator {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sarif/sarif-schema-2.1.0.json");
    let mut schema: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    // This pattern ends with a bracket that nothing opens, which only lenient dialects take. Our logs name no language.
    for object in ["run", "toolComponent"] {
        let language = &mut schema["definitions"][object]["properties"]["language"];
        assert!(language.as_object_mut().unwrap().remove("pattern").is_some());
    }
    jsonschema::options()
        .should_validate_formats(true)
        .build(&schema)
        .unwrap()
}

#[test]
fn sarif_logs_are_valid_by_the_schema_of_oasis() {
    let schema = schema();
    for (project, _) in projects() {
        let log = sarif(&project);
        let driver = &log["runs"][0]["tool"]["driver"];
        assert!(driver["informationUri"].is_string());
        for rule in driver["rules"].as_array().unwrap() {
            let told = rule["fullDescription"]["text"].as_str().unwrap();
            assert!(told.ends_with('.'), "{told}");
        }
        let errors: Vec<String> = schema
            .iter_errors(&log)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{errors:#?}\n{log:#}");
    }
    // So are those of `ghostc ci`, where nothing was ever built.
    let project = with_mistakes();
    let mut ci = project.command("ci --format sarif");
    for name in [
        "GITHUB_BASE_REF",
        "GITHUB_EVENT_PATH",
        "GITHUB_OUTPUT",
        "GITHUB_STEP_SUMMARY",
    ] {
        ci.env_remove(name);
    }
    let stale = clean();
    for log in [ran(&mut ci).json(), stale.run("ci --format sarif").json()] {
        assert!(schema.is_valid(&log), "{log:#}");
    }
    // The validator can fail.
    for wrong in [
        json!({ "version": "2.1.0" }),
        json!({ "version": "2.0.0", "runs": [] }),
    ] {
        assert!(!schema.is_valid(&wrong), "{wrong}");
    }
    let mut log = sarif(&with_mistakes());
    log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["startColumn"] = json!(0);
    assert!(!schema.is_valid(&log));
}

#[test]
fn sarif_logs_of_changes_are_valid_and_accepted_changes_are_suppressed() {
    let project = clean();
    project.write(
        "old.md",
        "# A\n\nIt MUST be one.\n\nIt MUST go.\n\nWords are said.\n",
    );
    project.write("new.md", "# A\n\nIt MUST be two.\n\nWords are cheap.\n");
    let diff = "diff old.md new.md --format";
    let changes = project.run(&format!("{diff} json")).json()["changes"].clone();
    let print = changes[0]["fingerprint"].as_str().unwrap();
    project
        .run(&format!(
            "diff accept {print} --reason agreed --of old.md --of new.md"
        ))
        .exits(0);
    let log = project.run(&format!("{diff} sarif")).json();
    let errors: Vec<String> = schema()
        .iter_errors(&log)
        .map(|error| error.to_string())
        .collect();
    assert!(errors.is_empty(), "{errors:#?}\n{log:#}");
    let results = log["runs"][0]["results"].as_array().unwrap();
    let rules: Vec<&Value> = results.iter().map(|result| &result["ruleId"]).collect();
    assert_eq!(
        rules,
        ["statement-modified", "statement-removed", "binds-nothing"]
    );
    // What lies above the folder is relative to the one that it lies below.
    let beside = ran(project
        .command("diff ../old.md ../new.md --format sarif")
        .current_dir(project.path("specs")));
    let log = beside.json();
    assert!(schema().is_valid(&log), "{log:#}");
    let run = &log["runs"][0];
    let artifact = &run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"];
    assert_eq!(artifact, &json!({ "uri": "new.md", "uriBaseId": "%SRCROOT-1%" }));
    assert_eq!(
        run["originalUriBaseIds"]["%SRCROOT-1%"]["description"]["text"],
        "The folder above."
    );
    let suppressions =
        json!([{ "kind": "external", "status": "accepted", "justification": "accepted: agreed" }]);
    assert_eq!(results[0]["suppressions"], suppressions);
    assert_eq!(
        (&results[1]["suppressions"], &results[1]["level"]),
        (&Value::Null, &json!("error"))
    );
    assert_eq!(results[0]["partialFingerprints"]["ghostc/v1"], print);
}

#[test]
fn a_log_without_findings_says_what_was_looked_at() {
    let log = sarif(&clean());
    let run = &log["runs"][0];
    assert_eq!(
        (&run["results"], &run["tool"]["driver"]["rules"]),
        (&json!([]), &json!([]))
    );
    let files: Vec<&Value> = run["artifacts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| &file["location"]["uri"])
        .collect();
    assert_eq!(files, [SPEC, TESTS]);
    assert_eq!(run["invocations"], json!([{ "executionSuccessful": true }]));
}

/// What the schema does not say, with the section of the standard that does.
#[test]
fn sarif_logs_hold_together() {
    let log = sarif(&with_mistakes());
    let run = &log["runs"][0];
    let driver = &run["tool"]["driver"];
    assert_eq!(driver["version"], env!("CARGO_PKG_VERSION"));
    // 3.14.17: columns are counted in characters.
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    let rules = driver["rules"].as_array().unwrap();
    for rule in rules {
        let named = |text: &Value| !text.as_str().unwrap().trim().is_empty();
        assert!(
            named(&rule["help"]["text"]) && named(&rule["help"]["markdown"]),
            "{rule}"
        );
    }
    let results = run["results"].as_array().unwrap();
    let mut fingerprints = BTreeMap::new();
    for result in results {
        // 3.27.6: the index leads to the rule of the id.
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        // 3.28.2: the ids of locations in one result differ.
        let related = result["relatedLocations"].as_array().cloned().unwrap_or_default();
        let ids: Vec<u64> = related
            .iter()
            .map(|place| place["id"].as_u64().unwrap())
            .collect();
        assert_eq!(ids, (1..=u64::try_from(ids.len()).unwrap()).collect::<Vec<_>>());
        assert!(related.iter().all(|place| place["message"]["text"].is_string()));
        // 3.4.4: the base of every relative address is declared.
        let file = &result["locations"][0]["physicalLocation"]["artifactLocation"];
        assert!(
            run["originalUriBaseIds"]
                .get(file["uriBaseId"].as_str().unwrap())
                .is_some()
        );
        let fingerprint = result["partialFingerprints"]["ghostc/v1"].as_str().unwrap();
        assert!(
            fingerprints.insert(fingerprint.to_string(), result).is_none(),
            "{result}"
        );
    }
    assert!(results.iter().any(|result| result["relatedLocations"].is_array()));
    assert!(results.iter().any(|result| result["fixes"].is_array()));
    let json = with_mistakes().run("check --format json").json();
    let same: Vec<&Value> = json["diagnostics"]
        .as_array()
        .unwrap()
        .iter()
        .map(|found| &found["fingerprint"])
        .collect();
    assert_eq!(same.len(), results.len());
    assert!(
        same.iter()
            .all(|fingerprint| fingerprints.contains_key(fingerprint.as_str().unwrap()))
    );
}

#[test]
fn fingerprints_stay_when_text_above_changes() {
    let prints = |project: &Project| -> Vec<Value> {
        let log = sarif(project);
        let results = log["runs"][0]["results"].as_array().unwrap().clone();
        results
            .into_iter()
            .map(|mut result| result["partialFingerprints"].take())
            .collect()
    };
    let project = with_mistakes();
    let before = prints(&project);
    let cases = project.read(TESTS);
    project.write(TESTS, format!("# A remark.\n\n{cases}"));
    project.replace(SPEC, "# P\n", "# P\n\nMore about it.\n\nAnd more.\n");
    assert_eq!(prints(&project), before);
}

/// The byte offset of a line and a column, both from 1, in a text whose lines end as section 3.14.16 says.
fn offset(text: &str, line: &Value, column: &Value) -> usize {
    let [line, column] = [line, column].map(|number| usize::try_from(number.as_u64().unwrap()).unwrap());
    let start: usize = text.split_inclusive('\n').take(line - 1).map(str::len).sum();
    let rest = text.get(start..).unwrap();
    let characters: usize = rest.chars().take(column - 1).map(char::len_utf8).sum();
    start + characters
}

#[test]
fn replacements_of_sarif_give_what_write_gives() {
    let written = with_mistakes();
    let fixed = with_mistakes();
    let log = sarif(&fixed);
    let names: BTreeMap<&str, &str> = [
        (SPEC, SPEC),
        (TESTS, TESTS),
        (
            "specs/p/%C3%A4%20%26%20%22b%22%20%5Bc%5D%23.md",
            "specs/p/ä & \"b\" [c]#.md",
        ),
    ]
    .into();
    let mut edits: BTreeMap<&str, Vec<(usize, usize, String)>> = BTreeMap::new();
    for result in log["runs"][0]["results"].as_array().unwrap() {
        for change in result["fixes"][0]["artifactChanges"]
            .as_array()
            .into_iter()
            .flatten()
        {
            let path = names[change["artifactLocation"]["uri"].as_str().unwrap()];
            let text = fixed.read(path);
            let text = text.trim_start_matches('\u{feff}');
            for replacement in change["replacements"].as_array().unwrap() {
                let region = &replacement["deletedRegion"];
                let start = offset(text, &region["startLine"], &region["startColumn"]);
                let end = offset(text, &region["endLine"], &region["endColumn"]);
                let new = replacement["insertedContent"]["text"]
                    .as_str()
                    .unwrap()
                    .to_string();
                edits.entry(path).or_default().push((start, end, new));
            }
        }
    }
    assert_eq!(edits.len(), 2, "{edits:?}");
    for (path, mut edits) in edits {
        edits.sort();
        let text = fixed.read(path);
        let mark = if text.starts_with('\u{feff}') { 3 } else { 0 };
        let mut bytes = text.into_bytes();
        for (start, end, new) in edits.into_iter().rev() {
            bytes.splice(mark + start..mark + end, new.into_bytes());
        }
        fixed.write(path, bytes);
    }
    written.run("check --fix --write").says("fixed ");
    assert_eq!(fixed.files("specs"), written.files("specs"));
}

// JUnit

/// Reads XML and prints what a CI server reads: suites, cases and their counts.
const READ_JUNIT: &str = r#"
import json, sys
import xml.etree.ElementTree as tree
root = tree.fromstring(sys.stdin.buffer.read())
assert root.tag == "testsuites", root.tag
suites = []
for suite in root:
    cases = suite.findall("testcase")
    failed = [case for case in cases if case.find("failure") is not None]
    assert int(suite.get("tests")) == len(cases) == len(list(suite)) > 0, suite.attrib
    assert int(suite.get("failures")) == len(failed), suite.attrib
    assert len({(case.get("classname"), case.get("name")) for case in cases}) == len(cases)
    suites.append({"name": suite.get("name"), "cases": [dict(case.attrib, said="".join(case.itertext()).strip()) for case in cases]})
assert int(root.get("tests")) == sum(int(suite.get("tests")) for suite in root)
assert int(root.get("failures")) == sum(int(suite.get("failures")) for suite in root)
json.dump({"failures": int(root.get("failures")), "suites": suites}, sys.stdout)
"#;

fn junit(project: &Project) -> Value {
    project.write("report.xml", project.run("check --format junit").stdout);
    let mut python = Command::new("python3");
    python
        .args(["-c", READ_JUNIT])
        .stdin(fs::File::open(project.path("report.xml")).unwrap());
    let read = ran(&mut python).exits(0).json();
    project.remove("report.xml");
    read
}

#[test]
fn junit_is_read_by_a_parser_of_xml() {
    for (project, _) in projects() {
        let (junit, json) = (junit(&project), project.run("check --format json").json());
        assert_eq!(junit["failures"], json["summary"]["errors"]);
    }
    let read = junit(&with_mistakes());
    let suites: Vec<&Value> = read["suites"]
        .as_array()
        .unwrap()
        .iter()
        .map(|suite| &suite["name"])
        .collect();
    assert_eq!(suites, [SPEC, TESTS, "specs/p/ä & \"b\" [c]#.md"]);
    let read = junit(&clean());
    assert_eq!(
        read["suites"][0],
        json!({ "name": SPEC, "cases": [{ "name": "no findings", "classname": SPEC, "file": SPEC, "said": "" }] })
    );
}

#[test]
fn control_characters_do_not_break_xml() {
    let project = clean();
    let all: String = (1..32_u8)
        .map(char::from)
        .chain(['\u{7f}', '\u{85}', '\u{fffe}', '𝄞'])
        .collect();
    project.append(
        SPEC,
        format!("\nSee [it](<#{}>).\n", all.replace(['\n', '\r'], "")),
    );
    project.run("check").exits(1);
    let said = &junit(&project)["suites"][0]["cases"][0]["said"];
    assert!(said.as_str().unwrap().contains("\\u{1}\\u{2}"), "{said}");
}

// Markdown and GitLab

#[test]
fn markdown_links_to_lines_and_keeps_its_tables() {
    let text = with_mistakes().run("check --format markdown").stdout;
    assert!(text.starts_with("## ghostc check: "), "{text}");
    assert!(
        text.contains("](specs/p/tests.yaml#L1) | **case-for-unknown-operation**: "),
        "{text}"
    );
    for row in text.lines().filter(|line| line.starts_with('|')) {
        assert_eq!(row.replace("\\|", "").matches('|').count(), 4, "{row}");
    }
}

#[test]
fn code_quality_is_an_array_of_issues_with_different_fingerprints() {
    let issues = with_mistakes().run("check --format gitlab").json();
    let issues = issues.as_array().unwrap();
    let mut prints: Vec<&Value> = issues.iter().map(|issue| &issue["fingerprint"]).collect();
    prints.dedup();
    assert_eq!(prints.len(), issues.len());
    for issue in issues {
        assert!(issue["description"].is_string() && issue["check_name"].is_string());
        assert!(issue["location"]["path"].is_string() && issue["location"]["lines"]["begin"].is_u64());
        assert!(
            ["info", "minor", "major", "critical", "blocker"].contains(&issue["severity"].as_str().unwrap())
        );
    }
}
