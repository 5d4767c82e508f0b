//! What packages of a few lines resolve to.

mod objects;

use super::*;
use crate::library::Case;
use ghostc_syntax::{Expectation, Source};

/// A case's value from JSON as Rust writes it.
macro_rules! json {
    ($($value:tt)*) => { ghostc_syntax::Value::from(serde_json::json!($($value)*)) };
}

/// Resolves the files of one package `p`.
fn package(files: &[(&str, &str)]) -> (Package, Vec<&'static str>) {
    let mut sources = Sources::default();
    let mut paths = vec!["p/".to_string()];
    for (path, text) in files {
        sources.add(Source::new(format!("p/{path}"), *text));
        paths.push(format!("p/{path}"));
    }
    let layout = crate::discover::discover_in(&sources);
    let settings = Settings {
        held_out: 0.2,
        ..Settings::default()
    };
    let existing = paths.into_iter().collect();
    let mut checked = resolve(
        Input {
            sources: &sources,
            existing: &existing,
            settings: &settings,
        },
        &layout,
        1,
    );
    let codes = checked.diagnostics.iter().map(|found| found.code.name).collect();
    (checked.value.packages.remove(0), codes)
}

fn find<'p>(package: &'p Package, id: &str) -> &'p Case {
    package
        .cases
        .iter()
        .find(|case| case.id == id)
        .unwrap_or_else(|| panic!("no case {id} in {:?}", package.cases))
}

#[test]
fn inputs_of_every_shape_become_objects_by_parameter_name() {
    let spec = "# P\n\n### f(a, b?) → x\n\n### g(only) → x\n\n### h() → x\n";
    let tests = "f:\n  - {name: map, input: {a: 1}, output: 1}\n  - {name: list, input: [1, 2], output: 1}\n  - {name: scalar, input: 2, output: 1}\ng:\n  - {name: object, input: {k: 1}, output: 1}\n  - {name: list, input: [1], output: 1}\nh:\n  - {name: none, output: 1}\n";
    let (package, codes) = package(&[("SPEC.md", spec), ("tests.yaml", tests)]);
    assert!(codes.is_empty(), "{codes:?}");
    for (id, input) in [
        ("f.map", json!({"a": 1})),
        ("f.list", json!({"a": 1, "b": 2})),
        ("f.scalar", json!({"a": 2})),
        ("g.object", json!({"only": {"k": 1}})),
        ("g.list", json!({"only": [1]})),
        ("h.none", json!({})),
    ] {
        assert_eq!(*find(&package, id).input, input, "{id}");
    }
}

#[test]
fn groups_belong_to_the_operation_that_their_path_names_last() {
    let spec = "# P\n\n## Function: `pad`\n\n### Signature\n\n```\npad(s, fill=' ') -> string\n```\n";
    let tests = "unicode:\n  pad:\n    - {name: a, input: [x], output: x}\n";
    let (package, codes) = package(&[("SPEC.md", spec), ("tests.yaml", tests)]);
    assert!(codes.is_empty(), "{codes:?}");
    assert_eq!(
        (
            find(&package, "unicode.pad.a").operation,
            package.operations.len()
        ),
        (Some(0), 1)
    );
}

#[test]
fn an_example_is_a_case_unless_the_file_has_it() {
    let spec = "# P\n\n### f(a) → x\n\n- `f(1)` → `2`\n- `f(2)` → `3`\n- `f(-1)` → error\n- `f(z)` → `3`\n";
    let tests = "f:\n  - {name: one, input: 1, output: 2}\n";
    let (package, codes) = package(&[("SPEC.md", spec), ("tests.yaml", tests)]);
    assert_eq!(codes, ["example-not-understood"]);
    let seen: Vec<_> = package
        .cases
        .iter()
        .map(|case| (case.is_example, case.expect.clone()))
        .collect();
    let output = |n: i32| Expectation::Output(json!(n));
    assert_eq!(
        seen,
        [(false, output(2)), (true, output(3)), (true, Expectation::Error)]
    );
}

#[test]
fn a_share_of_the_cases_is_held_out_and_what_the_spec_shows_is_not() {
    let cases: String = (0..10)
        .map(|n| format!("  - {{name: n{n}, input: {n}, output: {n}}}\n"))
        .collect();
    let tests = format!("f:\n{cases}");
    let (plain, _) = package(&[("SPEC.md", "# P\n\n### f(a) → x\n"), ("tests.yaml", &tests)]);
    let kept: Vec<String> = plain
        .cases
        .iter()
        .filter(|case| case.held_out)
        .map(|case| case.name.clone())
        .collect();
    assert_eq!(kept.len(), 2);
    let number = kept[0].trim_start_matches('n');
    let spec = format!("# P\n\n### f(a) → x\n\n- `f({number})` → {number}\n");
    let (shown, _) = package(&[("SPEC.md", &spec), ("tests.yaml", &tests)]);
    assert!(!find(&shown, &format!("f.n{number}")).held_out);
    assert_eq!(shown.cases.iter().filter(|case| case.held_out).count(), 2);
}

#[test]
fn references_lead_to_headings_files_and_folders_or_are_dangling() {
    let spec = "# P\n\n## 1. One\n\nSee [a](#1-one), [b](#two), Section 1, Section 2, [c](tests.yaml), [d](no.md), [e](../q/x.md), [f](README.md#p).\n";
    let (package, _) = package(&[("SPEC.md", spec), ("README.md", "# P\n"), ("tests.yaml", "")]);
    let seen: Vec<_> = package
        .references
        .iter()
        .map(|found| (found.target.as_str(), found.resolved))
        .collect();
    assert_eq!(
        seen,
        [
            ("#1-one", Some(true)),
            ("#two", Some(false)),
            ("1", Some(true)),
            ("2", Some(false)),
            ("tests.yaml", Some(true)),
            ("no.md", Some(false)),
            ("../q/x.md", None),
            ("README.md#p", Some(true)),
        ]
    );
}

#[test]
fn a_link_out_of_the_package_dangles_where_its_folder_was_looked_through() {
    let mut sources = Sources::default();
    let spec = "# P\n\n[a](../a.md) [b](../b.md) [c](../q/c.md) [d](../.d.md) [e](../../e.md)\n";
    sources.add(Source::new("x/y/p/SPEC.md", spec));
    let layout = crate::discover::discover_in(&sources);
    let seen = ["x/", "x/y/", "x/y/a.md", "x/y/p/", "x/y/p/SPEC.md"];
    let existing = seen.into_iter().map(str::to_string).collect();
    let checked = resolve(
        Input {
            sources: &sources,
            existing: &existing,
            settings: &Settings::default(),
        },
        &layout,
        1,
    );
    let resolved: Vec<_> = checked.value.packages[0]
        .references
        .iter()
        .map(|found| found.resolved)
        .collect();
    assert_eq!(resolved, [Some(true), Some(false), None, None, None]);
}

#[test]
fn files_that_text_counts_on_are_missed_and_files_to_come_are_not() {
    let spec = "# P\n\n**Needs**: SPEC.md, a.md, b/gone.md\n\n**Output**: SPEC.md, a.md, out.md\n\n\
        - a.md\n- SPEC.md\n- lost.md\n\nSee zones.md § 4, AGENTS.md § 2 and `a.md` (§ 1).\n\n\
        ## Tasks\n\n- [ ] Write: SPEC.md, a.md, new.md\n";
    let (package, _) = package(&[("SPEC.md", spec), ("a.md", "# A\n")]);
    let missing: Vec<_> = package
        .facts
        .missing_files
        .iter()
        .map(|found| found.name.as_str())
        .collect();
    assert_eq!(missing, ["b/gone.md", "lost.md", "zones.md"]);
}

#[test]
fn documents_that_are_read_side_by_side_keep_their_scenarios() {
    let mut sources = Sources::default();
    for name in ["a", "b", "c"] {
        let one = |n: usize| {
            format!(
                "### Requirement: {name}{n}\n\nIt SHALL be.\n\n#### Scenario: Once\n\n- **WHEN** asked\n- **THEN** it is\n\n"
            )
        };
        let text = format!("# {name}\n\n## Requirements\n\n{}{}", one(1), one(2));
        sources.add(Source::new(format!("specs/{name}/spec.md"), text));
    }
    let layout = crate::discover::discover_in(&sources);
    for threads in [1, 2, 8] {
        let checked = resolve(Input::new(&sources, &Settings::default()), &layout, threads);
        let facts = &checked.value.packages[0].facts;
        let names: Vec<&str> = facts.requirements.iter().map(|found| found.id.as_str()).collect();
        assert_eq!(names, ["a1", "a2", "b1", "b2", "c1", "c2"]);
        for (at, scenario) in facts.scenarios.iter().enumerate() {
            assert_eq!(scenario.requirement.get(), Some(at), "{threads} threads");
            assert_eq!(scenario.id(facts), format!("{}/Once", names[at]));
        }
        assert_eq!(facts.scenarios.len(), 6);
    }
}

#[test]
fn a_task_without_an_id_is_called_by_what_its_title_says() {
    let tasks = |list: &str| {
        let spec = "# Feature Specification: P\n\n- **FR-001**: It MUST ring\n";
        let list = format!("# Tasks\n\n## Work\n\n{list}\n");
        let (package, _) = package(&[("spec.md", spec), ("tasks.md", &list)]);
        let named = package.facts.tasks.into_iter().map(|task| (task.id, task.title));
        named.collect::<Vec<_>>()
    };
    let plain = tasks("- [ ] Write `a_b` of *each* a_b_c < [the list](l.md)");
    assert_eq!(
        plain,
        tasks("- [ ] Write ``a_b`` of **each** a\\_b_c \\<\n  [the list][l]\n\n[l]: l.md")
    );
    assert_eq!(plain[0].1, "Write `a_b` of each a_b_c < [the list](l.md)");
}

#[test]
fn a_file_beside_a_spec_is_read_named_or_told() {
    let told = |spec: &str, beside: &[&str]| {
        let mut sources = Sources::default();
        sources.add(Source::new("p/SPEC.md", spec));
        let mut existing = BTreeSet::from(["p/".to_string(), "p/SPEC.md".to_string()]);
        existing.extend(beside.iter().map(|path| format!("p/{path}")));
        let checked = resolve(
            Input {
                sources: &sources,
                existing: &existing,
                settings: &Settings::default(),
            },
            &crate::discover::discover_in(&sources),
            1,
        );
        let unread = checked.diagnostics.into_iter();
        let unread = unread.filter(|found| found.code == codes::UNREAD_FILE);
        unread.map(|found| found.message).collect::<Vec<_>>()
    };
    let spec = "# P\n\nSee `table.csv`, [all](more/list.json) and the files in `fixtures/`.\n";
    assert_eq!(
        told(spec, &["tests.json", "able.csv"]),
        ["nothing reads `able.csv` and `tests.json`, which lie in this package"]
    );
    assert_eq!(
        told(spec, &["a.txt", "b/c.yml", "d.toml", "e.xml"]),
        ["nothing reads `a.txt`, `b/c.yml`, `d.toml` and 1 more, which lie in this package"]
    );
    let known = [
        "table.csv",
        "more/list.json",
        "fixtures/deep/a.json",
        "LICENSE",
        "NOTICE.txt",
        "sign.png",
        ".hidden.json",
        ".tool/x.yaml",
        "sessions/rust/f.json",
        "tests.yaml",
        "q/SPEC.md",
        "q/data.csv",
    ];
    assert_eq!(told(spec, &known), [""; 0]);
    // What lies beside the spec of a repository is the program's.
    assert_eq!(told(spec, &["package.json", "src/index.js"]), [""; 0]);
}
