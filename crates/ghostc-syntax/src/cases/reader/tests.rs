//! Files of cases in the shapes found in the wild.

use super::*;

/// A case's value from JSON as Rust writes it.
macro_rules! json {
        ($($value:tt)*) => { Value::from(serde_json::json!($($value)*)) };
    }

fn read(text: &str) -> Checked<CaseFile> {
    parse_cases(FileId(0), text)
}

#[test]
fn groups_nest_and_keys_have_the_names_found_in_the_wild() {
    let text = "version: \"1.0\"\nf:\n  - name: a\n    input: [1, x]\n    output: 2\nunicode:\n  f:\n    - description: b\n      inputs: {a: 1}\n      expected: null\n    - input: c\n      error: true\n";
    let read = read(text);
    assert_eq!(read.diagnostics, []);
    let seen: Vec<_> = read
        .value
        .cases
        .iter()
        .map(|c| {
            (
                c.group.as_str(),
                c.input.as_ref().map(|i| (*i.0).clone()),
                c.expect.clone(),
            )
        })
        .collect();
    assert_eq!(
        seen,
        [
            ("f", Some(json!([1, "x"])), Expectation::Output(json!(2))),
            (
                "unicode.f",
                Some(json!({"a": 1})),
                Expectation::Output(json!(null))
            ),
            ("unicode.f", Some(json!("c")), Expectation::Error),
        ]
    );
    assert_eq!(read.value.version.map(|v| v.0).as_deref(), Some("1.0"));
}

#[test]
fn exact_holds_for_a_case_a_group_or_the_whole_file() {
    let exact = |text: &str| {
        let read = read(text);
        assert_eq!(read.diagnostics, [], "{text}");
        read.value.cases.iter().map(|case| case.exact).collect::<Vec<_>>()
    };
    assert_eq!(
        exact("f:\n  - {input: 1, output: 2, exact: true}\n  - {input: 2, output: 4}\n"),
        [true, false]
    );
    let group = "f:\n  exact: true\n  cases:\n    - {input: 1, output: 2}\n    - {input: 2, output: 4, exact: false}\n";
    assert_eq!(
        exact(&format!("{group}g:\n  - {{input: 1, output: 1}}\n")),
        [true, false, false]
    );
    assert_eq!(exact("exact: true\nf:\n  - {input: 1, output: 2}\n"), [true]);
    // An operation of that name is one.
    assert_eq!(exact("exact:\n  - {input: 1, output: 2}\n"), [false]);
    let wrong = read("f:\n  exact: maybe\n  cases:\n    - {input: 1, output: 2}\n");
    assert_eq!(wrong.diagnostics[0].code, codes::INVALID_VALUE);
}

#[test]
fn another_layout_is_said_once() {
    let found = |text: &str| {
        let read = read(text);
        let codes: Vec<_> = read.diagnostics.iter().map(|found| found.code.name).collect();
        (codes, read.value.cases.len(), read.value.foreign)
    };
    let steps = "flows:\n  - {name: a, given: {n: 1}, steps: [x], expect: 1}\n";
    assert_eq!(
        found(&steps.replace("given", "before")),
        (vec!["foreign-cases"], 0, true)
    );
    // What goes in is known by another name too.
    assert_eq!(found(steps), (vec!["unknown-key"], 1, false));
    let nested =
        "suites:\n  a:\n    - {do: x, see: 1}\n    - {do: z, see: 2}\nf:\n  - {input: 1, output: 2}\n";
    assert_eq!(found(nested), (vec!["foreign-cases"], 1, true));
    let slips = "f:\n  - {inptu: 1, output: 2}\n  - {inptu: 2, output: 3}\n";
    assert_eq!(found(slips), (vec!["unknown-key"], 2, false));
}

#[test]
fn what_does_not_fit_is_said_where_it_stands() {
    let codes = |text: &str| {
        read(text)
            .diagnostics
            .iter()
            .map(|d| d.code.name)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        codes("f:\n  - input: 1\n    output: 2\n    error: true\n"),
        ["output-and-error"]
    );
    assert_eq!(codes("f:\n  - input: 1\n"), ["no-expectation"]);
    assert_eq!(
        codes("f:\n  - input: 1\n    ouptut: 2\n"),
        ["unknown-key", "no-expectation"]
    );
    assert_eq!(codes("f: 3\n"), ["unexpected-shape"]);
    assert_eq!(
        codes("f:\n  name: a\n  input: 1\n  output: 2\n"),
        ["unexpected-shape"]
    );
    assert_eq!(codes("f:\n  - 3\n"), ["unexpected-shape"]);
    assert_eq!(codes("- f\n"), ["unexpected-shape"]);
    assert_eq!(
        codes("f:\n  - {input: 1, output: 1, held_out: maybe, approx: -1}\n"),
        ["invalid-value", "invalid-value"]
    );
    assert_eq!(
        codes("f:\n  - {input: 1, args: 2, output: 1}\n"),
        ["duplicate-key"]
    );
    assert!(codes("").is_empty());
}
