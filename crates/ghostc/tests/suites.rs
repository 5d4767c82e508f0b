//! Suites of cases in layouts of their own: published ones through the presets of case mappings, and others through mappings
//! that projects bring.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test that meets something unexpected should panic"
)]

use crate::common::Project;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

const SUITES: [&str; 6] = [
    "jsonpath-cts",
    "mustache",
    "toml-test",
    "toon",
    "ualib",
    "uritemplate",
];

/// A project whose one package is a suite, without what says what is in it.
fn suite(folder: &Path, cases: Option<&str>) -> Project {
    let project = Project::new("//- /p/SPEC.md\n# P\n\nIt MUST work.\n");
    copy(folder, &project, "p");
    if let Some(cases) = cases {
        project.write("p/cases.yaml", cases);
    }
    project
}

/// The folder of corpora, or a word that nothing is tested.
fn corpora() -> Option<PathBuf> {
    let found = ghostc_testkit::corpora();
    if found.is_none() {
        eprintln!("skipped: there are no corpora, see GHOSTC_CORPORA");
    }
    found
}

fn copy(folder: &Path, project: &Project, to: &str) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let to = format!("{to}/{name}");
        if path.is_dir() {
            copy(&path, project, &to);
        } else if !matches!(name.as_str(), "truth.json" | "README.md") {
            project.write(&to, std::fs::read(&path).unwrap());
        }
    }
}

fn counted(cases: &[Value], key: &str) -> Value {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for case in cases {
        *counts.entry(case[key].as_str().expect(key)).or_default() += 1;
    }
    json!(counts)
}

#[test]
fn published_suites_are_read_case_by_case() {
    let Some(corpora) = corpora() else { return };
    for name in SUITES {
        let folder = corpora.join("suites").join(name);
        let truth = std::fs::read_to_string(folder.join("truth.json")).expect(name);
        let truth: Value = serde_json::from_str(&truth).unwrap();
        let project = suite(&folder, Some(&format!("{name}\n")));
        let found = project.run("inspect p --format json").exits(0).json();
        let cases = found["packages"][0]["cases"].as_array().unwrap();
        assert_eq!(json!(cases.len()), truth["cases"], "{name}");
        for (key, counts) in [
            ("operation", "operations"),
            ("expect", "expect"),
            ("group", "groups"),
        ] {
            assert_eq!(counted(cases, key), truth[counts], "{name}: {counts}");
        }
        for expected in truth["spot_checks"].as_array().unwrap() {
            let at = usize::try_from(expected["number"].as_u64().unwrap()).unwrap();
            for key in ["name", "operation", "input", "expect", "value"] {
                assert_eq!(cases[at][key], expected[key], "{name}: case {at}, {key}");
            }
            let file = format!("p/{}", expected["file"].as_str().unwrap());
            assert_eq!(cases[at]["file"], json!(file), "{name}: case {at}");
        }
    }
}

#[test]
fn a_published_suite_without_a_mapping_is_one_finding_that_names_it() {
    let Some(corpora) = corpora() else { return };
    for (name, says) in [
        (
            "jsonpath-cts",
            "703 cases lie in `p/cts.json`, in the layout `jsonpath-cts`",
        ),
        (
            "toml-test",
            "465 cases lie in 465 files, in the layout `toml-test`",
        ),
        ("ualib", "`ualib`, the mapping that reads 500 cases"),
    ] {
        let project = suite(&corpora.join("suites").join(name), None);
        let checked = project.run("check p --format json");
        let findings = checked.json()["diagnostics"].as_array().unwrap().clone();
        assert_eq!(findings.len(), 1, "{name}: {findings:?}");
        assert_eq!(findings[0]["code"], json!("foreign-cases"));
        assert!(findings[0].to_string().contains(says), "{name}: {findings:?}");
    }
}

/// A layout that no preset knows: records in a text, and a number that the suite compares as one.
const RECORDS: &str = "//- /ghostc.yaml
targets: [python]
cases: records
held_out: 0
//- /templates/cases/records.yaml
title: records between lines of equals signs
detect: suite/*.txt
files: suite/*.txt
blocks: '(?m)^= (?<title>.+)\\n(?<given>.+)\\n-> (?<wanted>.+)$'
each: doc
operation: \"{{ file.stem }}\"
name: \"{{ title }}\"
input: { value: given | json }
output: wanted | json
compare:
  - { where: \"value.type == 'float'\", as: \"value.value | float\" }
//- /specs/p/SPEC.md
# P

### same(value) → any

It MUST return its argument.
//- /specs/p/suite/same.txt
= an object
{\"b\": 1, \"a\": [2, 3.50]}
-> {\"b\": 1, \"a\": [2, 3.50]}
= a tagged float
{\"type\": \"float\", \"value\": \"1e2\"}
-> {\"type\": \"float\", \"value\": \"100.0\"}
= no JSON
<nothing>
-> null
";

#[test]
fn adding_a_layout_is_adding_a_file() {
    let project = Project::new(RECORDS);
    let listed = project.run("cases").exits(0);
    for line in [
        "p  3 cases, 0 held out, 1 not judged",
        "  same  3 cases: 2 output, 1 skip",
        "    output    an object  specs/p/suite/same.txt:1",
        "    skip      no JSON  specs/p/suite/same.txt:7",
    ] {
        assert!(
            listed.stdout.lines().any(|found| found == line),
            "{line}\n{}",
            listed.stdout
        );
    }
    project
        .run("check")
        .exits(0)
        .says("1 of 3 cases are not judged")
        .says("1: a text that is no JSON");
    // What goes in keeps its order, as far as the prompt.
    project
        .run("prompt same --target python")
        .exits(0)
        .says("{\"name\":\"an object\",\"input\":{\"value\":{\"b\":1,\"a\":[2,3.5]}}");
    project.write("answer", "def same(value):\n    return value\n");
    project.agent("copy answer p/same.py\n");
    project.run("build").exits(0).says("2 cases passed");
    project.write(
        "answer",
        "def same(value):\n    return {**value, 'value': '101'} if 'type' in value else value\n",
    );
    project.append("specs/p/SPEC.md", "\nIt MUST NOT change it.\n");
    let failed = project.run("build").exits(1);
    failed.says("compared by `value.value | float` where `value.type == 'float'`");
}

/// An operation whose answer hangs on the order of keys.
const ORDER: &str = "//- /ghostc.yaml
targets: [python, javascript]
held_out: 0
//- /specs/p/SPEC.md
# P

### keys(of, last?) → list

It MUST return the keys of `of` in their order.
//- /specs/p/tests.yaml
keys:
  - { name: forwards, input: { of: { b: 1, a: { d: 1, c: 2 } } }, output: [b, a] }
  - { name: backwards, input: { of: { a: { d: 1, c: 2 }, b: 1 } }, output: [a, b] }
  - { name: either, input: { last: x, of: { a: 1 } }, any_of: [[x], [a], []] }
";

#[test]
fn the_order_of_keys_goes_in_and_one_of_several_outputs_comes_out() {
    let project = Project::new(ORDER);
    project.run("check").exits(0);
    let mut prompt = project.run("prompt keys --target python").exits(0);
    for line in [
        "{\"name\":\"forwards\",\"input\":{\"of\":{\"b\":1,\"a\":{\"d\":1,\"c\":2}}},\"output\":[\"b\",\"a\"]}",
        "{\"name\":\"either\",\"input\":{\"of\":{\"a\":1},\"last\":\"x\"},\"any_of\":[[\"x\"],[\"a\"],[]]}",
    ] {
        prompt = prompt.says(line);
    }
}

#[test]
fn orders_and_alternatives_are_judged() {
    let project = Project::new(ORDER);
    project.write("answer.py", "def keys(of, last=None):\n    return list(of)\n");
    project.write("answer.mjs", "export const keys = (of) => Object.keys(of);\n");
    project.agent("");
    for (target, written) in [
        ("python", "copy answer.py p/keys.py\n"),
        ("javascript", "copy answer.mjs src/keys.mjs\n"),
    ] {
        project.write("script", written);
        project
            .run(&format!("build --target {target}"))
            .exits(0)
            .says("3 cases passed");
    }
    project.write("script", "copy answer.py p/keys.py\n");
    project.write(
        "answer.py",
        "def keys(of, last=None):\n    return sorted(of) if last is None else [1]\n",
    );
    project.append("specs/p/SPEC.md", "\nIt MUST be fast.\n");
    let failed = project.run("build --target python").exits(1);
    failed
        .says("expected  one of [[\"x\"],[\"a\"],[]]")
        .says("expected  [\"b\",\"a\"]");
}

/// A package with a mapping in the place of `{mapping}`.
fn with_mapping(mapping: &str) -> Project {
    let project = Project::new(
        "//- /p/SPEC.md\n# P\n\n### double(n) → number\n\nIt MUST double.\n//- /p/suite.json\n{\"tests\": [{\"n\": 2, \"gives\": 4, \"flag\": {\"x\": 1}}]}\n",
    );
    project.write("p/cases.yaml", mapping);
    project
}

/// Parts of a sound mapping, what stands in their place, and the finding: its code, its place, and what it says.
const MISTAKES: [(&str, &str, &str, &str, &str); 12] = [
    (
        "output: gives",
        "outptu: gives",
        "unknown-key",
        "p/cases.yaml:5:1",
        "`output`",
    ),
    (
        "output: gives",
        "output: gives |",
        "invalid-value",
        "p/cases.yaml:5:9",
        "`output` is not an expression",
    ),
    (
        "output: gives",
        "output: gvies",
        "absent-field",
        "p/cases.yaml:5:9",
        "`gives`",
    ),
    (
        "output: gives",
        "output: n | nosuch",
        "invalid-value",
        "p/cases.yaml:5:9",
        "nosuch",
    ),
    (
        "output: gives",
        "output: flag + 1",
        "invalid-value",
        "p/cases.yaml:5:9",
        "cannot be evaluated",
    ),
    (
        "operation: double",
        "operation: '{{ n'",
        "invalid-value",
        "p/cases.yaml:3:12",
        "not a template",
    ),
    (
        "operation: double",
        "operation: '{{ op }}'",
        "invalid-value",
        "p/cases.yaml:3:12",
        "it is empty",
    ),
    (
        "suite.json",
        "suit.json",
        "invalid-value",
        "p/cases.yaml:1:8",
        "no file of the package matches `suit.json`",
    ),
    (
        "doc.tests",
        "doc.cases",
        "cases-not-judged",
        "p/cases.yaml:1:8",
        "no case was read of suite.json",
    ),
    (
        "input: [n]",
        "read: jsn",
        "invalid-value",
        "p/cases.yaml:4:7",
        "json, yaml, lines, text",
    ),
    (
        "input: [n]",
        "blocks: '(a'",
        "invalid-value",
        "p/cases.yaml:4:9",
        "not a regular expression",
    ),
    (
        "input: [n]",
        "with: { other: none.txt }",
        "invalid-value",
        "p/cases.yaml:4:16",
        "there is no file `none.txt`",
    ),
];

#[test]
fn what_is_wrong_with_a_mapping_is_located() {
    let sound = "files: suite.json\neach: doc.tests\noperation: double\ninput: [n]\noutput: gives\n";
    with_mapping(sound).run("check p").exits(0);
    for (from, to, code, place, says) in MISTAKES {
        let project = with_mapping(&sound.replace(from, to));
        project.run("check p").finds(code, place).says(says);
    }
    with_mapping("jsonpath-cst\n")
        .run("check p")
        .exits(1)
        .finds("invalid-value", "p/cases.yaml:1:1")
        .says("jsonpath-cts");
    let broken = with_mapping(sound);
    broken.write("p/suite.json", "{\"tests\": [\n  {\"n\": 2,}\n]}\n");
    broken
        .run("check p")
        .exits(1)
        .finds("invalid-json", "p/suite.json:2:11");
}

#[test]
fn init_takes_a_suite_over_with_the_mapping_that_fits() {
    let project = Project::new(
        "//- /old/SPEC.md\n# Expand\n\n### expand(template, variables) → string | error\n\nIt MUST expand.\n//- /old/spec-examples-by-section.json\n{\"1\": {\"variables\": {\"b\": 1, \"a\": 2}, \"testcases\": [[\"{b}\", \"1\"], [\"{a,b}\", [\"2,1\", \"1,2\"]], [\"{\", false]]}}\n",
    );
    project.run("check old").exits(0).says("3 cases lie in");
    project
        .run("init new --from old")
        .exits(0)
        .says("cases.yaml")
        .says("spec-examples-by-section.json");
    let listed = project.run("cases --project new").exits(0);
    listed.says("expand  3 cases: 1 any_of, 1 error, 1 output");
}
