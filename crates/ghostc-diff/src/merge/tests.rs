//! Merges of small texts, where git's lines conflict and meaning does not.

use super::*;

mod cases;
mod conflicts;
mod properties;

fn document(base: &str, ours: &str, theirs: &str) -> Merged {
    merge_document(base, ours, theirs, &Markers::default()).expect("three documents")
}

/// A text with some words in place of others.
#[track_caller]
fn edited(text: &str, edits: &[(&str, &str)]) -> String {
    edits.iter().fold(text.to_string(), |text, (old, new)| {
        assert_eq!(text.matches(old).count(), 1, "`{old}` stands once in\n{text}");
        text.replace(old, new)
    })
}

/// Both edits of a text go together, in either order, and give both.
#[track_caller]
fn goes_together(text: &str, ours: &[(&str, &str)], theirs: &[(&str, &str)]) {
    let (one, other) = (edited(text, ours), edited(text, theirs));
    let both = edited(&one, theirs);
    for (ours, theirs) in [(&one, &other), (&other, &one)] {
        let merged = document(text, ours, theirs);
        assert_eq!((merged.text.as_str(), merged.conflicts), (both.as_str(), vec![]));
    }
}

/// The conflicts of two edits, each as `subject: why`.
#[track_caller]
fn conflicts(text: &str, ours: &[(&str, &str)], theirs: &[(&str, &str)]) -> Vec<String> {
    let merged = document(text, &edited(text, ours), &edited(text, theirs));
    merged
        .conflicts
        .iter()
        .map(|found| format!("{}: {}", found.subject, found.why))
        .collect()
}

const SPEC: &str = "# Clock

It says times.

## 1. Units

The output MUST hold at most two units.
Units SHOULD be short.
The longest unit MUST be first.

1. read the number
2. find the units
3. write them

## 2. Errors

A negative number MUST be an error, and the error MUST say which number it was, so that
people find it in their logs.

- `format(1)` → `1s`
- `format(60)` → `1m`

| name | means |
|---|---|
| `max` | how many units |
| `short` | whether units are letters |

```sh
first
second
third
fourth
```
";

#[test]
fn sentences_side_by_side_are_edited_apart() {
    goes_together(
        SPEC,
        &[("at most two", "at most three")],
        &[("SHOULD be short", "SHOULD be very short")],
    );
}

#[test]
fn sentences_of_one_line_are_edited_apart() {
    let text = "# A\n\nOne thing MUST be so. Another thing MUST be so. The third is free.\n";
    goes_together(
        text,
        &[("One thing", "Each thing")],
        &[("Another thing", "No other thing")],
    );
    goes_together(
        text,
        &[(" The third is free.", "")],
        &[("One thing", "Each thing")],
    );
}

#[test]
fn wrapping_and_words_go_together() {
    let rewrapped = (
        "number it was, so that\npeople find",
        "number it was,\nso that people find",
    );
    let merged = document(
        SPEC,
        &edited(SPEC, &[rewrapped]),
        &edited(SPEC, &[("A negative number MUST", "A number below zero MUST")]),
    );
    assert_eq!(merged.conflicts, []);
    assert_eq!(
        merged.text,
        edited(SPEC, &[("A negative number MUST", "A number below zero MUST")])
    );
    goes_together(SPEC, &[rewrapped], &[("longest unit MUST", "longest MUST")]);
}

#[test]
fn what_both_add_in_one_place_is_all_there() {
    let one = edited(SPEC, &[("→ `1m`\n", "→ `1m`\n- `format(61)` → `1m 1s`\n")]);
    let other = edited(SPEC, &[("→ `1m`\n", "→ `1m`\n- `format(0)` → `0s`\n")]);
    let merged = document(SPEC, &one, &other);
    assert_eq!(merged.conflicts, []);
    let both = "→ `1m`\n- `format(61)` → `1m 1s`\n- `format(0)` → `0s`\n";
    assert_eq!(merged.text, edited(SPEC, &[("→ `1m`\n", both)]));

    let row = |name: &str| format!("are letters |\n| `{name}` | something |\n");
    let merged = document(
        SPEC,
        &edited(SPEC, &[("are letters |\n", &row("a"))]),
        &edited(
            SPEC,
            &[("are letters |\n", &(row("b") + "\nThe end of the table.\n"))],
        ),
    );
    assert_eq!(merged.conflicts, []);
    assert!(
        merged
            .text
            .contains("| `a` | something |\n| `b` | something |\n\nThe end of the table.\n"),
        "{}",
        merged.text
    );
}

#[test]
fn sentences_that_both_add_to_one_paragraph_are_all_there() {
    let add = |words: &str| {
        edited(
            SPEC,
            &[("MUST be first.\n", &format!("MUST be first.\n{words}\n"))],
        )
    };
    let merged = document(SPEC, &add("Zero MUST be `0s`."), &add("Weeks MUST NOT be units."));
    assert_eq!(merged.conflicts, []);
    assert_eq!(merged.text, add("Zero MUST be `0s`.\nWeeks MUST NOT be units."));
}

#[test]
fn the_same_edit_on_both_sides_is_one_edit() {
    let edit = ("at most two", "at most three");
    let added = ("→ `1m`\n", "→ `1m`\n- `format(61)` → `1m 1s`\n");
    let one = edited(SPEC, &[edit, added]);
    let other = edited(SPEC, &[edit, added, ("It says times.", "It tells times.")]);
    let merged = document(SPEC, &one, &other);
    assert_eq!((merged.text, merged.conflicts), (other, vec![]));
}

#[test]
fn new_numbers_and_new_words_go_together() {
    let ours = edited(
        SPEC,
        &[(
            "1. read the number\n2. find the units\n3. write",
            "1. look\n2. read the number\n3. find the units\n4. write",
        )],
    );
    let theirs = edited(SPEC, &[("find the units\n", "find all units\n")]);
    let merged = document(SPEC, &ours, &theirs);
    assert_eq!(
        (merged.text, merged.conflicts),
        (edited(&ours, &[("find the units\n", "find all units\n")]), vec![])
    );

    let ours = edited(
        SPEC,
        &[
            ("## 1. Units", "## 1. Words\n\nA word is text.\n\n## 2. Units"),
            ("## 2. Errors", "## 3. Errors"),
        ],
    );
    let theirs = edited(SPEC, &[("2. Errors", "2. Error kinds")]);
    let merged = document(SPEC, &ours, &theirs);
    assert_eq!(
        (merged.text, merged.conflicts),
        (edited(&ours, &[("3. Errors", "3. Error kinds")]), vec![])
    );
}

#[test]
fn numbers_count_on_where_both_add() {
    let add = |words: &str| {
        edited(
            SPEC,
            &[("3. write them\n", &format!("3. write them\n4. {words}\n"))],
        )
    };
    let merged = document(SPEC, &add("check them"), &add("send them"));
    assert_eq!(merged.conflicts, []);
    assert_eq!(merged.text, add("check them\n5. send them"));
    assert_eq!(merged.notes, ["4 is now 5: send them"]);

    let add = |title: &str| {
        format!("{SPEC}\n## 3. {title}\n\n{title} MUST be.\n\n### 3.1 More\n\nText of {title}.\n")
    };
    let merged = document(SPEC, &add("Years"), &add("Weeks"));
    assert_eq!(merged.conflicts, []);
    assert!(
        merged
            .text
            .ends_with("Text of Years.\n\n## 4. Weeks\n\nWeeks MUST be.\n\n### 4.1 More\n\nText of Weeks.\n"),
        "{}",
        merged.text
    );
}

#[test]
fn a_section_that_moves_takes_the_edits_with_it() {
    let (units, errors) = SPEC.split_at(SPEC.find("## 2. Errors").unwrap());
    let (head, units) = units.split_at(units.find("## 1. Units").unwrap());
    let ours = format!(
        "{head}{}\n{}",
        errors.replace("2. Errors", "1. Errors"),
        units.replace("1. Units", "2. Units").trim_end()
    ) + "\n";
    let edit = [
        ("SHOULD be short", "SHOULD be very short"),
        ("MUST be first.\n", "MUST be first.\nZero MUST be `0s`.\n"),
    ];
    let merged = document(SPEC, &ours, &edited(SPEC, &edit));
    assert_eq!((merged.text, merged.conflicts), (edited(&ours, &edit), vec![]));
}

#[test]
fn a_paragraph_that_is_split_takes_the_edits_with_it() {
    goes_together(
        SPEC,
        &[("units.\nUnits SHOULD", "units.\n\nUnits SHOULD")],
        &[("longest unit MUST", "longest MUST")],
    );
}

#[test]
fn check_boxes_are_ticked_on_both_sides() {
    let tasks =
        "# Tasks\n\n- [ ] T001 read the file\n- [ ] T002 write the file\n  - [ ] sub task\n- [x] T003 rest\n";
    goes_together(tasks, &[("[ ] T001", "[x] T001")], &[("[ ] T002", "[x] T002")]);
    goes_together(
        tasks,
        &[("[ ] T001", "[x] T001")],
        &[("read the file", "read all files")],
    );
    goes_together(tasks, &[("[ ] sub", "[x] sub")], &[("[ ] T002", "[x] T002")]);
    assert_eq!(
        conflicts(tasks, &[("[ ] T001", "[x] T001")], &[("[ ] T001", "[~] T001")]),
        ["list item `[~] T001 read the file`: both change it, to different ends"]
    );
}

#[test]
fn front_matter_is_merged_by_key() {
    let text = format!("---\nname: clock\nversion: 1.0.0\ntags: [a]\n---\n\n{SPEC}");
    goes_together(
        &text,
        &[("version: 1.0.0", "version: 1.1.0")],
        &[("tags: [a]", "tags: [a, b]")],
    );
    assert_eq!(
        conflicts(&text, &[("1.0.0", "1.1.0")], &[("1.0.0", "2.0.0")]),
        ["key `version: 2.0.0`: both change it, to different ends"]
    );
}

#[test]
fn code_is_merged_by_lines() {
    goes_together(SPEC, &[("first\n", "zeroth\nfirst\n")], &[("fourth", "fifth")]);
    let merged = document(
        SPEC,
        &edited(SPEC, &[("second\n", "2\n")]),
        &edited(SPEC, &[("second\n", "two\n")]),
    );
    let marked = "first\n<<<<<<< ours\n2\n=======\ntwo\n>>>>>>> theirs\nthird\n";
    assert_eq!(merged.text, edited(SPEC, &[("first\nsecond\nthird\n", marked)]));
}

#[test]
fn line_ends_and_marks_stay_as_they_are() {
    let carriage = |text: &str| format!("\u{feff}{}", text.replace('\n', "\r\n"));
    let ours = edited(SPEC, &[("at most two", "at most three")]);
    let theirs = edited(SPEC, &[("SHOULD be short", "SHOULD be very short")]);
    let both = document(SPEC, &ours, &theirs).text;
    assert_eq!(
        document(&carriage(SPEC), &carriage(&ours), &carriage(&theirs)).text,
        carriage(&both)
    );
    assert_eq!(document(SPEC, &carriage(&ours), &theirs).text, carriage(&both));
}

#[test]
fn a_flat_text_has_one_fact_a_line() {
    let text = "---\nname: a\n---\n\n# A\n\nIt MUST be\nso. Rest.\n\n1. one SHOULD\n   be. More.\n   - inner\n\n```\ncode\n```\n";
    let flat = "            name: a\n            ---\n# A\nmust        It MUST be so.\n            Rest.\nshould      1. one SHOULD be.\n               More.\n              - inner\n            ```\n            code\n            ```\n";
    assert_eq!(flat_document(text), flat);
    assert_eq!(
        flat_document(&text.replace("be\nso", "be so").replace('\n', "\r\n")),
        flat
    );
    let cases = "f:\n  - { name: a, output: 2, input: 1 } # note\nversion: 1\n";
    assert_eq!(
        flat_cases(cases),
        "f:\n  {\"input\":1,\"name\":\"a\",\"output\":2}\nversion: 1\n"
    );
    assert_eq!(flat_cases("- ["), "- [");
    let marked = "<<<<<<< a\nIt MUST be\nso.\n=======\n>>>>>>> b\n";
    assert_eq!(flat_document(marked), marked);
}

/// What comes out where all goes together.
fn clean(base: &str, ours: &str, theirs: &str) -> String {
    let merged = merge_document(base, ours, theirs, &Markers::default()).unwrap();
    assert_eq!(merged.conflicts, [], "{}", merged.text);
    merged.text
}

#[test]
fn one_sentence_that_both_add_at_two_places_is_there_twice() {
    let base = "# A\n\nA cup holds tea.\nIt is warm.\n\nA jug holds milk.\nIt is cold.\n";
    let ours = base.replace("It is warm.", "It is warm.\nIt MUST NOT leak.");
    let theirs = base.replace("It is cold.", "It is cold.\nIt MUST NOT leak.");
    let found = clean(base, &ours, &theirs);
    assert_eq!(found.matches("It MUST NOT leak.").count(), 2, "{found}");
    let items = "# A\n\n1. A cup.\n1. A jug.\n";
    let ours = items.replace("A cup.", "A cup. It MUST NOT leak.");
    let theirs = items.replace("A jug.", "A jug. It MUST NOT leak.");
    let found = clean(items, &ours, &theirs);
    assert_eq!(found.matches("It MUST NOT leak.").count(), 2, "{found}");
}

#[test]
fn one_sentence_that_both_add_at_one_place_is_there_once() {
    let base = "# A\n\nA cup holds tea.\n\nA jug holds milk.\n";
    let ours = base.replace("tea.", "tea.\nIt MUST NOT leak.");
    let theirs = ours.replace("holds milk", "is full of milk");
    let found = clean(base, &ours, &theirs);
    assert_eq!(found.matches("It MUST NOT leak.").count(), 1, "{found}");
}

#[test]
fn an_item_that_is_added_has_the_mark_that_its_list_has_now() {
    let base = "# A\n\n* a cup\n* a jug\n";
    let ours = format!("{base}* a pot\n");
    let theirs = base.replace("* ", "- ");
    assert_eq!(clean(base, &ours, &theirs), "# A\n\n- a cup\n- a jug\n- a pot\n");
}

#[test]
fn edits_at_lines_of_their_own_stand_where_each_side_has_them() {
    let base = "# A\n\nOne.\n\nTwo.\n\nThree.\n\nFour.\n";
    let ours = base.replace("Two.\n\n", "Two.\n\nTwo and a half MUST be here.\n\n");
    let theirs = base.replace("Four.", "Four.\n\nFive MUST be last.");
    assert_eq!(
        clean(base, &ours, &theirs),
        "# A\n\nOne.\n\nTwo.\n\nTwo and a half MUST be here.\n\nThree.\n\nFour.\n\nFive MUST be last.\n"
    );
}
