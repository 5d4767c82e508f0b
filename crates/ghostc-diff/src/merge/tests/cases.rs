//! Files of cases, which are merged case by case.

use super::*;

fn cases(base: &str, ours: &str, theirs: &str) -> Merged {
    merge_cases(base, ours, theirs, &Markers::default()).expect("three files of cases")
}

const CASES: &str = "# cases of the clock
version: 1

format:
  - { name: one, input: 1, output: 1s } # short
  - name: minute
    input: 60
    output: 1m

parse:
  - { name: one, input: 1s, output: 1 }
";

#[test]
fn cases_are_merged_one_by_one() {
    let ours = edited(
        CASES,
        &[
            ("output: 1s }", "output: 1 s }"),
            (
                "output: 1m\n",
                "output: 1m\n  - { name: hour, input: 3600, output: 1h }\n",
            ),
        ],
    );
    let theirs = edited(
        CASES,
        &[
            (
                "output: 1m\n",
                "output: 1 m\n  - { name: day, input: 86400, output: 1d }\n",
            ),
            (
                "1s, output: 1 }",
                "1s, output: 1 }\n\nround:\n  - { name: a, input: 1, output: 1 }",
            ),
        ],
    );
    let merged = cases(CASES, &ours, &theirs);
    assert_eq!(merged.conflicts, []);
    let both = "output: 1 m\n  - { name: hour, input: 3600, output: 1h }\n  - { name: day, input: 86400, output: 1d }\n";
    assert_eq!(
        merged.text,
        edited(
            &theirs,
            &[
                ("output: 1s }", "output: 1 s }"),
                ("output: 1 m\n  - { name: day, input: 86400, output: 1d }\n", both)
            ]
        )
    );
}

#[test]
fn one_case_with_two_new_outcomes_is_a_conflict() {
    let merged = cases(
        CASES,
        &edited(CASES, &[("output: 1m", "output: 1 m")]),
        &edited(CASES, &[("output: 1m", "error: true")]),
    );
    assert_eq!(
        merged.text,
        edited(
            CASES,
            &[(
                "  - name: minute\n    input: 60\n    output: 1m\n",
                "<<<<<<< ours\n  - name: minute\n    input: 60\n    output: 1 m\n=======\n  - name: minute\n    input: 60\n    error: true\n>>>>>>> theirs\n"
            )]
        )
    );
    let add = |output: &str| format!("{CASES}  - {{ name: two, input: 2s, output: {output} }}\n");
    assert_eq!(cases(CASES, &add("2"), &add("3")).conflicts.len(), 1);
    let same = format!("{CASES}  - name: two\n    output: 2\n    input: 2s\n");
    assert_eq!(cases(CASES, &add("2"), &same).conflicts, []);
}

#[test]
fn what_cannot_be_read_is_left_alone() {
    let merge = |theirs: &str| merge_cases(CASES, &format!("{CASES}\n# end\n"), theirs, &Markers::default());
    assert_eq!(merge("- [").unwrap_err(), Unfit::Unreadable);
    assert_eq!(
        merge("<<<<<<< a\n=======\n>>>>>>> b\n").unwrap_err(),
        Unfit::Markers
    );
}
