//! Merges of small texts, where meaning conflicts.

use super::*;

/// What the conflicts are about.
fn clashes(base: &str, ours: &str, theirs: &str) -> Vec<String> {
    let merged = merge_document(base, ours, theirs, &Markers::default()).unwrap();
    merged
        .conflicts
        .into_iter()
        .map(|conflict| conflict.why)
        .collect()
}

#[test]
fn what_meaning_parts_stands_between_markers() {
    let edits = |word: &str| edited(SPEC, &[("SHOULD be short", &format!("{word} be short"))]);
    let markers = Markers {
        size: 9,
        ours: "HEAD".into(),
        base: Some("parent".into()),
        theirs: "topic".into(),
    };
    let merged = merge_document(SPEC, &edits("MUST"), &edits("MAY"), &markers).unwrap();
    let marked = "<<<<<<<<< HEAD\nUnits MUST be short.\n||||||||| parent\nUnits SHOULD be short.\n=========\nUnits MAY be short.\n>>>>>>>>> topic\n";
    assert_eq!(merged.text, edited(SPEC, &[("Units SHOULD be short.\n", marked)]));
    let expected = Conflict {
        line: 8,
        subject: "statement `Units MAY be short.`".into(),
        section: "1. Units".into(),
        why: "ours strengthens it to MUST, theirs weakens it to MAY".into(),
    };
    assert_eq!(merged.conflicts, [expected]);
}

#[test]
fn a_sentence_inside_a_line_gets_lines_of_its_own() {
    let text = "# A\n\nOne MUST be. Two MUST be. Three is free.\n";
    let merged = document(
        text,
        &text.replace("Two MUST be.", "Two MUST go."),
        &text.replace("Two MUST be.", "Two MUST stay."),
    );
    assert_eq!(
        merged.text,
        "# A\n\nOne MUST be.\n<<<<<<< ours\nTwo MUST go.\n=======\nTwo MUST stay.\n>>>>>>> theirs\nThree is free.\n"
    );
}

#[test]
fn a_list_item_in_conflict_keeps_its_mark() {
    let text =
        "# A\n\n- **FR-001**: The reader MUST open files.\n  - inner\n- **FR-002**: It MUST close them.\n";
    let merged = document(
        text,
        &text.replace("open files", "open all files"),
        &text.replace("open files", "open one file"),
    );
    assert_eq!(
        merged.text,
        "# A\n\n<<<<<<< ours\n- **FR-001**: The reader MUST open all files.\n=======\n- **FR-001**: The reader MUST open one file.\n>>>>>>> theirs\n  - inner\n- **FR-002**: It MUST close them.\n"
    );
}

#[test]
fn a_conflict_at_the_start_of_a_list_or_quote_keeps_its_margin() {
    for (before, margin) in [("- outer\n", "  - "), ("Text.\n\n", "> ")] {
        let text = |word: &str| format!("# A\n\n{before}{margin}The inner one MUST be {word}.\n");
        let merged = document(&text("so"), &text("high"), &text("low"));
        let item = |word: &str| format!("{margin}The inner one MUST be {word}.\n");
        let marked = format!(
            "<<<<<<< ours\n{}=======\n{}>>>>>>> theirs\n",
            item("high"),
            item("low")
        );
        assert_eq!(merged.text, format!("# A\n\n{before}{marked}"));
    }
}

#[test]
fn removing_and_changing_do_not_go_together() {
    let remove = [("Units SHOULD be short.\n", "")];
    let change = [("SHOULD be short", "MUST be short")];
    assert_eq!(
        conflicts(SPEC, &remove, &change),
        ["statement `Units MUST be short.`: ours removes what theirs changes"]
    );
    assert_eq!(
        conflicts(SPEC, &change, &remove),
        ["statement `Units MUST be short.`: theirs removes what ours changes"]
    );
    let start = SPEC.find("## 1. Units").unwrap();
    let section = SPEC.get(start..SPEC.find("## 2. Errors").unwrap()).unwrap();
    let without = SPEC.replace(section, "");
    let merged = document(SPEC, &without, &edited(SPEC, &change));
    assert_eq!(merged.conflicts.len(), 1);
    assert!(
        merged.conflicts[0].subject.starts_with("section `1. Units"),
        "{:?}",
        merged.conflicts
    );
    assert!(
        merged.text.contains("<<<<<<< ours\n=======\n## 1. Units\n"),
        "{}",
        merged.text
    );
    assert_eq!(
        document(SPEC, &without, &edited(SPEC, &[("It says", "It tells")])).conflicts,
        []
    );
}

#[test]
fn what_moves_out_of_a_section_in_conflict_is_not_lost() {
    let base = "## a\nA a.\nA a.\n```\na\na\n```\n1. a\nA a a.\n# b\n";
    let ours = "## a\nA a.\nA a.\n```\na\na\n```\n1. a\n\nA a a.\n# b\n\n";
    let theirs = "A a.\nA a.\n```\na\na\n```\n1. a\nA a a.\nA b.\n# b\n";
    for (ours, theirs) in [(ours, theirs), (theirs, ours)] {
        let merged = merge_document(base, ours, theirs, &Markers::default());
        assert_eq!(merged, Err(Unfit::Tangled), "git's own merge is better at this");
    }
}

#[test]
fn one_new_name_is_given_once() {
    let text = "# A\n\n- **FR-001**: The reader MUST open files.\n\n## More\n\nText of it.\n";
    let add = |words: &str| text.replace("files.\n", &format!("files.\n- **FR-002**: {words}\n"));
    let merged = document(text, &add("It MUST close them."), &add("It MAY lose them."));
    assert_eq!(merged.conflicts.len(), 1, "{}", merged.text);
    assert_eq!(merged.conflicts[0].why, "both add it, with different words");
    let elsewhere = format!("{text}\n- **FR-002**: Something else MUST hold.\n");
    assert_eq!(
        document(text, &add("It MUST close them."), &elsewhere)
            .conflicts
            .len(),
        1
    );
    let example = |value: &str| format!("{text}\n- `f(1)` → `{value}`\n");
    assert_eq!(document(text, &example("1"), &example("2")).conflicts.len(), 1);
    assert_eq!(
        document(text, &add("It MUST close them."), &add("It MUST close them.")).conflicts,
        []
    );
}

#[test]
fn two_requirements_of_one_name_are_a_conflict() {
    let text = "# Spec\n\n## Requirements\n\n### Requirement: Read\n\nThe system SHALL read.\n";
    let add = |words: &str| format!("{text}\n### Requirement: Write\n\nThe system SHALL {words}.\n");
    let merged = document(text, &add("write"), &add("never write"));
    assert_eq!(merged.conflicts.len(), 1, "{}", merged.text);
    let other = format!("{text}\n### Requirement: Close\n\nThe system SHALL close.\n");
    assert_eq!(document(text, &add("write"), &other).conflicts, []);
}

#[test]
fn additions_at_one_place_that_are_alike_or_oppose_each_other_clash() {
    let base = "# A\n\n- A cup holds tea.\n";
    let pair = |ours: &str, theirs: &str| {
        clashes(base, &format!("{base}- {ours}\n"), &format!("{base}- {theirs}\n"))
    };
    let alike = ["each side adds something like it at this place"];
    assert_eq!(pair("It cools in 5 s.", "It cools in 10 s."), alike);
    assert_eq!(pair("It MUST be full.", "It MUST NOT be full."), alike);
    assert_eq!(pair("It cools in 5 s.", "Nobody drinks from a jug."), [""; 0]);
}
