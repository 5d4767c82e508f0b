//! The runner finds, compares and blesses.

use super::*;
use crate::fixture;

const CASES: &str = "
    //- /plain/input.md
    # A
    //- /plain/expected.txt
    one
    two
    //- /group/graph/specs/a/SPEC.md
    # B
    //- /group/graph/expected.graph
";

fn cases() -> (tempfile::TempDir, Vec<Case>) {
    let folder = tempfile::tempdir().unwrap();
    fixture::write_to(&fixture::parse(CASES), folder.path());
    let mut cases = find(folder.path());
    cases.iter_mut().for_each(|case| case.bless = false);
    (folder, cases)
}

#[test]
fn cases_are_directories_with_input_or_expectations() {
    let (_folder, cases) = cases();
    let names: Vec<&str> = cases.iter().map(|case| case.name.as_str()).collect();
    assert_eq!(names, ["group/graph", "plain"]);
    assert!(cases[0].input_folder().ends_with("group/graph/specs"));
    assert_eq!(cases[0].expectations, ["expected.graph"]);
    assert_eq!(
        cases[0].input().into_keys().collect::<Vec<_>>(),
        ["specs/a/SPEC.md"]
    );
    assert!(cases[1].expects("expected.txt") && !cases[1].expects("expected.graph"));
}

#[test]
fn a_difference_is_shown_line_by_line() {
    let (_folder, cases) = cases();
    assert_eq!(cases[1].expect("expected.txt", "one\ntwo\n"), Ok(()));
    let difference = cases[1].expect("expected.txt", "one\n2\n").unwrap_err();
    assert!(difference.contains("\n one\n-two\n+2\n"), "{difference}");
    assert!(
        cases[1]
            .expect("expected.other", "x")
            .unwrap_err()
            .contains("is missing")
    );
}

#[test]
fn blessing_overwrites_and_creates() {
    let (_folder, mut cases) = cases();
    cases[1].bless = true;
    assert_eq!(cases[1].expect("expected.txt", "new\n"), Ok(()));
    assert_eq!(cases[1].expect("expected.other", "more\n"), Ok(()));
    assert_eq!(read(&cases[1].folder.join("expected.txt")), "new\n");
    assert_eq!(read(&cases[1].folder.join("expected.other")), "more\n");
}

#[test]
fn an_expectation_that_no_test_reads_is_a_failure() {
    let (_folder, cases) = cases();
    assert!(
        cases[1]
            .all_were_read()
            .unwrap_err()
            .ends_with("no test reads expected.txt")
    );
    cases[1].expect("expected.txt", "one\ntwo\n").unwrap();
    assert_eq!(cases[1].all_were_read(), Ok(()));
}
