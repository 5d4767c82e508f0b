//! Changes of facts with names, in each dialect that has them, and what holds of the changes between any two of them.

use super::*;
use ghostc_spec::library::Dialect;

/// A package of a dialect, from its files.
fn read(dialect: Dialect, files: &[(&str, String)]) -> (Library, Sources) {
    let mut sources = Sources::default();
    let mut package = PackageFiles {
        root: "p".into(),
        name: "p".into(),
        dialect,
        ..PackageFiles::default()
    };
    for (path, text) in files {
        package.documents.push((*path).to_string());
        sources.add(Source::new(*path, text.as_str()));
    }
    let read = resolve(Input::new(&sources, &Settings::default()), &[package], 1);
    (read.value, sources)
}

fn between(dialect: Dialect, old: &[(&str, String)], new: &[(&str, String)]) -> SpecDiff {
    let (old, new) = (read(dialect, old), read(dialect, new));
    diff((&old.0, &old.1), (&new.0, &new.1), &[])
}

/// The changes, a line each: class, kind, subject, id, and the values that differ.
fn told(dialect: Dialect, path: &str, old: &str, new: &str) -> Vec<String> {
    let found = between(dialect, &[(path, old.to_string())], &[(path, new.to_string())]);
    let line = |change: &Change| {
        let details = change.details.iter().map(|detail| {
            let value = |value: &Option<String>| value.clone().unwrap_or_default();
            format!(
                ", {} {}→{}",
                detail.aspect.as_str(),
                value(&detail.old),
                value(&detail.new)
            )
        });
        let (class, kind, subject) = (change.class, change.kind, change.subject);
        format!(
            "{} {} {} {}{}",
            class.as_str(),
            kind.as_str(),
            subject.as_str(),
            change.id,
            details.collect::<String>()
        )
    };
    found.changes().map(line).collect()
}

const OPENSPEC: &str = "# pay Specification\n\n## Purpose\nIt takes money from people.\n\n## Requirements\n\n### Requirement: Taking money\nThe system SHALL take at most 3 coins.\n\n#### Scenario: One coin\n- **WHEN** a coin comes\n- **THEN** it is kept\n\n### Requirement: Giving change\nThe system SHALL give change.\n\n#### Scenario: Too much\n- **WHEN** two coins come\n- **THEN** one goes back\n";

#[test]
fn what_happens_to_requirements_and_scenarios_is_told_by_their_names() {
    let pair = |from: &str, to: &str| {
        assert!(OPENSPEC.contains(from));
        told(
            Dialect::OpenSpec,
            "p/pay/spec.md",
            OPENSPEC,
            &OPENSPEC.replace(from, to),
        )
    };
    assert_eq!(
        pair("SHALL take at most 3", "SHALL take at most 4"),
        ["breaking modified requirement Taking money, limit at most 3 coins→at most 4 coins"]
    );
    assert_eq!(
        pair("SHALL give", "SHALL NOT give"),
        ["breaking negated requirement Giving change"]
    );
    assert_eq!(
        pair("it is kept", "it is kept and counted"),
        ["breaking modified scenario Taking money/One coin"]
    );
    assert_eq!(
        pair(
            "\n### Requirement: Giving",
            "\n#### Scenario: None\n- **WHEN** none comes\n- **THEN** all wait\n\n### Requirement: Giving"
        ),
        ["additive added scenario Taking money/None"]
    );
    assert_eq!(
        pair("Requirement: Giving change", "Requirement: Giving back"),
        ["editorial renamed requirement Giving change"]
    );
    let (start, end) = OPENSPEC.split_at(OPENSPEC.find("### Requirement: Giving").unwrap());
    let without = |text: &str| told(Dialect::OpenSpec, "p/pay/spec.md", OPENSPEC, text);
    assert_eq!(without(start), ["breaking removed requirement Giving change"]);
    let steps = "- **THEN** it is kept\n- **WHEN** a coin comes\n";
    let turned = OPENSPEC.replace("- **WHEN** a coin comes\n- **THEN** it is kept\n", steps);
    assert_eq!(
        without(&turned),
        ["breaking reordered scenario Taking money/One coin"]
    );
    let added = told(Dialect::OpenSpec, "p/pay/spec.md", start, OPENSPEC);
    assert_eq!(added, ["additive added requirement Giving change"]);
    assert!(end.starts_with("###"));
}

#[test]
fn a_new_document_before_another_one_is_not_that_one() {
    let file = |path: &'static str, text: &str| (path, text.to_string());
    let other = OPENSPEC
        .replace("money", "coats")
        .replace("coin", "coat")
        .replace("pay", "hang");
    let old = [file("p/pay/spec.md", OPENSPEC)];
    let new = [file("p/hang/spec.md", &other), file("p/pay/spec.md", OPENSPEC)];
    for (old, new, kind) in [
        (&old[..], &new[..], Kind::Added),
        (&new[..], &old[..], Kind::Removed),
    ] {
        let found = between(Dialect::OpenSpec, old, new);
        let kinds: BTreeSet<Kind> = found.changes().map(|change| change.kind).collect();
        assert_eq!(kinds, BTreeSet::from([kind]), "{:#?}", lines(&found));
    }
}

const SPECKIT: &str = "# Feature Specification: Pay\n\n## User Scenarios & Testing\n\n### User Story 1 - Paying (Priority: P1)\n\nPeople pay.\n\n1. **Given** a coin, **When** it comes, **Then** it is kept\n\n## Requirements\n\n- **FR-001**: System MUST take coins of any size.\n- **FR-002**: System SHOULD give change where it can.\n- **SC-001**: People wait for less than 5 seconds.\n";

#[test]
fn ids_hold_requirements_through_edits_and_moves() {
    let pair = |from: &str, to: &str| {
        assert!(SPECKIT.contains(from));
        told(Dialect::SpecKit, "p/spec.md", SPECKIT, &SPECKIT.replace(from, to))
    };
    assert_eq!(pair("**FR-001**: System", "FR-001: System"), [""; 0]);
    assert_eq!(
        pair("MUST take coins of any size", "MUST refuse notes"),
        ["breaking modified requirement FR-001"]
    );
    assert_eq!(
        pair("SHOULD give", "MUST give"),
        ["breaking strengthened requirement FR-002"]
    );
    assert_eq!(
        pair("FR-002", "FR-007"),
        ["editorial renamed requirement FR-002, id FR-002→FR-007"]
    );
    assert_eq!(
        pair("- **FR-001**: System MUST take coins of any size.\n", ""),
        ["breaking removed requirement FR-001"]
    );
    assert_eq!(
        pair("- **SC-001**", "- **FR-003**: System MUST count.\n- **SC-001**"),
        ["additive added requirement FR-003"]
    );
    assert_eq!(
        pair("**Then** it is kept", "**Then** it is counted"),
        ["breaking modified scenario US1/AC1"]
    );
    assert_eq!(pair("P1", "P2"), ["editorial modified story US1, priority P1→P2"]);
    assert_eq!(
        pair("less than 5 seconds", "less than 9 seconds"),
        ["breaking modified requirement SC-001, limit less than 5 seconds→less than 9 seconds"]
    );
}

const KIRO: &str = "# Requirements Document\n\n## Requirements\n\n### Requirement 1\n\n**User Story:** As a payer, I want to pay, so that I may go.\n\n#### Acceptance Criteria\n\n1. WHEN a coin comes THE Till SHALL keep it.\n2. IF it is false THEN THE Till SHALL call for help.\n\n### Requirement 2: Leaving\n\n**User Story:** As a guest, I want to leave, so that I am free.\n\n#### Acceptance Criteria\n\n1. THE Door SHALL open.\n";
const TASKS: &str = "# Implementation Plan\n\n- [ ] 1. Build the till\n  - [ ] 1.1 Make the drawer\n    - with a spring\n  - [ ] 1.2 Make the bell\n- [ ] 2. Build the door\n";

#[test]
fn numbers_are_labels_and_criteria_are_told_for_themselves() {
    let pair = |from: &str, to: &str| {
        assert!(KIRO.contains(from));
        told(Dialect::Kiro, "p/requirements.md", KIRO, &KIRO.replace(from, to))
    };
    assert_eq!(
        pair("SHALL open", "SHALL open at once"),
        ["breaking modified criterion 2.1"]
    );
    assert_eq!(
        pair("2. IF it is", "2. THE Till SHALL hum.\n3. IF it is"),
        ["additive added criterion 1.2"]
    );
    let before = "### Requirement 1: Greeting\n\n**User Story:** As a guest, I want a word.\n\n#### Acceptance Criteria\n\n1. THE Door SHALL greet.\n\n### Requirement 2\n";
    let after = KIRO
        .replace("### Requirement 2: Leaving", "### Requirement 3: Leaving")
        .replace("### Requirement 1\n", before);
    assert_eq!(
        told(Dialect::Kiro, "p/requirements.md", KIRO, &after),
        [
            "additive added requirement 1",
            "editorial renamed requirement 1, id 1→2",
            "editorial renamed requirement 2, id 2→3"
        ]
    );
}

#[test]
fn the_state_of_a_task_is_no_change_and_its_other_marks_cost_nothing() {
    let pair = |from: &str, to: &str| {
        assert!(TASKS.contains(from));
        told(Dialect::Kiro, "p/tasks.md", TASKS, &TASKS.replace(from, to))
    };
    assert_eq!(pair("[ ] 1.1", "[x] 1.1"), Vec::<String>::new());
    assert_eq!(pair("[ ] 2.", "[x] 2."), Vec::<String>::new());
    assert_eq!(
        pair("[ ] 1.2", "[ ]* 1.2"),
        ["editorial modified task 1.2, optional no→yes"]
    );
    assert_eq!(
        pair("with a spring", "with two springs"),
        ["editorial modified task 1.1"]
    );
    assert_eq!(
        pair("- [ ] 2. Build the door\n", ""),
        ["editorial removed task 2"]
    );
    assert_eq!(
        pair("  - [ ] 1.1 Make", "  - [ ] 1.1 Buy some wood\n  - [x] 1.3 Make"),
        [
            "editorial added task 1.1",
            "editorial renamed task 1.1, id 1.1→1.3"
        ]
    );
}

/// A spec of a dialect that has a few facts with names.
#[derive(Clone, Debug)]
struct Declared {
    /// A title, words of its own, and things in it.
    groups: Vec<(char, String, Vec<Thing>)>,
}

/// An id, words, and a state.
type Thing = (u8, String, bool);

fn declared() -> impl Strategy<Value = Declared> {
    let words = "[abc]{2}( [abcd]{1,2}){0,4}( MUST| SHOULD)?( [xyz]){0,3}";
    let ids = Just((1..9).collect::<Vec<u8>>()).prop_shuffle();
    let things = prop::collection::vec((words, any::<bool>()), 0..4);
    let titles = Just(('g'..='n').collect::<Vec<char>>()).prop_shuffle();
    let groups = prop::collection::vec((words, things, ids), 0..4);
    (groups, titles).prop_map(|(groups, titles)| {
        type Group = (String, Vec<(String, bool)>, Vec<u8>);
        let group = |((words, things, ids), title): (Group, char)| {
            let things = things
                .into_iter()
                .zip(ids)
                .map(|((words, done), id)| (id, words, done));
            (title, words, things.collect())
        };
        Declared {
            groups: groups.into_iter().zip(titles).map(group).collect(),
        }
    })
}

/// Words on lines of so many.
fn wrapped(words: &str, width: usize, indent: &str) -> String {
    let words: Vec<&str> = words.split(' ').collect();
    let lines: Vec<String> = words.chunks(width).map(|words| words.join(" ")).collect();
    lines.join(&format!("\n{indent}"))
}

impl Declared {
    fn openspec(&self, width: usize) -> Vec<(&'static str, String)> {
        let mut out = "# c Specification\n\n## Requirements\n".to_string();
        for (title, words, things) in &self.groups {
            out += &format!(
                "\n### Requirement: title {title}\n{}\n",
                wrapped(words, width, "")
            );
            for (id, words, done) in things {
                let second = if *done { "\n- **AND** so on" } else { "" };
                out += &format!(
                    "\n#### Scenario: case {id}\n- **WHEN** {}{second}\n",
                    wrapped(words, width, "  ")
                );
            }
        }
        vec![("p/c/spec.md", out)]
    }

    fn speckit(&self, width: usize) -> Vec<(&'static str, String)> {
        let mut spec = "# Feature Specification: F\n\n## Requirements\n".to_string();
        let mut tasks = "# Tasks\n".to_string();
        for (at, (title, words, things)) in self.groups.iter().enumerate() {
            spec += &format!("\n### title {title}\n\n{}\n\n", wrapped(words, width, ""));
            tasks += &format!("\n## Phase {at}: title {title}\n\n");
            for (id, words, done) in things {
                spec += &format!("- **FR-{at}0{id}**: {}\n", wrapped(words, width, "  "));
                let mark = if *done { 'x' } else { ' ' };
                tasks += &format!("- [{mark}] T{at}0{id} {}\n", wrapped(words, width, "  "));
            }
        }
        vec![("p/spec.md", spec), ("p/tasks.md", tasks)]
    }

    fn kiro(&self, width: usize) -> Vec<(&'static str, String)> {
        let mut spec = "# Requirements Document\n\n## Requirements\n".to_string();
        let mut tasks = "# Implementation Plan\n\n".to_string();
        for (at, (title, words, things)) in self.groups.iter().enumerate() {
            let (number, words) = (at + 1, wrapped(words, width, ""));
            spec += &format!(
                "\n### Requirement {number}: title {title}\n\n**User Story:** {words}\n\n#### Acceptance Criteria\n\n"
            );
            tasks += &format!("- [ ] {number}. Do {title}\n");
            for (at, (_, words, done)) in things.iter().enumerate() {
                spec += &format!("{}. {}\n", at + 1, wrapped(words, width, "   "));
                let mark = if *done { 'x' } else { ' ' };
                tasks += &format!(
                    "  - [{mark}] {number}.{} {}\n",
                    at + 1,
                    wrapped(words, width, "    ")
                );
            }
        }
        vec![("p/requirements.md", spec), ("p/tasks.md", tasks)]
    }

    /// The files in each dialect.
    fn files(&self, width: usize) -> [(Dialect, Vec<(&'static str, String)>); 3] {
        [
            (Dialect::OpenSpec, self.openspec(width)),
            (Dialect::SpecKit, self.speckit(width)),
            (Dialect::Kiro, self.kiro(width)),
        ]
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn rewrapped_facts_do_not_differ(spec in declared()) {
        for ((dialect, old), (_, new)) in spec.files(100).into_iter().zip(spec.files(2)) {
            let found = between(dialect, &old, &new);
            prop_assert_eq!(lines(&found), [""; 0], "{:?}", dialect);
        }
    }

    #[test]
    fn changes_of_facts_mirror_each_other(old in declared(), new in declared()) {
        for ((dialect, old), (_, new)) in old.files(9).into_iter().zip(new.files(9)) {
            let (there, back) = (between(dialect, &old, &new), between(dialect, &new, &old));
            prop_assert_eq!(mirrored(&there, true), mirrored(&back, false), "{:?}", dialect);
        }
    }

    #[test]
    fn the_places_of_changes_make_the_new_facts_of_the_old_ones(old in declared(), new in declared()) {
        for ((dialect, old), (_, new)) in old.files(100).into_iter().zip(new.files(100)) {
            let found = between(dialect, &old, &new);
            let ((before, was), (after, is)) = (read(dialect, &old), read(dialect, &new));
            prop_assert_eq!(
                apply(&bag_of(&before, &was), &found), bag_of(&after, &is),
                "{:?} {:#?}", dialect, lines(&found)
            );
        }
    }
}

#[test]
fn an_escaped_box_star_or_id_is_the_same() {
    let tasks = "# Plan\n\n- [x] 1. Draw\n  - [ ]* 1.1 Test the digits\n  - [x]* 1.2 Test the hands\n- [ ] 2.3* Ring\n";
    let escaped = tasks
        .replace("[ ]*", r"\[ \]\*")
        .replace("[x]*", r"\[x\]\*")
        .replace("2.3*", r"2.3\*");
    assert_eq!(told(Dialect::Kiro, "p/tasks.md", tasks, &escaped), [""; 0]);
    let spec = "# Feature Specification: P\n\n## Success Criteria\n\n- SC-001**: A page comes at once\n- **SC-002**: All is shown\n";
    let escaped = spec.replace("SC-001**", r"SC-001\*\*");
    assert_eq!(told(Dialect::SpecKit, "p/spec.md", spec, &escaped), [""; 0]);
}

#[test]
fn criteria_of_a_list_that_counts_by_itself_keep_their_ids() {
    let written = |numbers: [usize; 3]| {
        let [first, second, third] = numbers;
        format!(
            "# Requirements Document\n\n## Requirements\n\n### Requirement 1: Time\n\n#### Acceptance Criteria\n\n{first}. THE Clock SHALL show hours\n{second}. THE Clock SHALL show minutes\n{third}. THE Clock SHALL ring\n"
        )
    };
    let path = "p/requirements.md";
    assert_eq!(
        told(Dialect::Kiro, path, &written([1, 2, 3]), &written([1, 1, 1])),
        [""; 0]
    );
    // What is counted by hand is called by what is written.
    let ids = |numbers| {
        let (library, _) = read(Dialect::Kiro, &[(path, written(numbers))]);
        let requirements = &library.packages[0].facts.requirements;
        let criteria = requirements.iter().flat_map(|found| &found.criteria);
        criteria.map(|found| found.id.clone()).collect::<Vec<_>>()
    };
    assert_eq!(ids([1, 1, 1]), ["1.1", "1.2", "1.3"]);
    assert_eq!(ids([1, 3, 4]), ["1.1", "1.3", "1.4"]);
}
