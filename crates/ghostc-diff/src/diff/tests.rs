//! Changes between two states of small specs, and what holds of the changes between any two.

use super::*;
use ghostc_spec::layout::PackageFiles;
use ghostc_spec::resolve::{Input, resolve};
use ghostc_spec::settings::Settings;
use ghostc_syntax::Source;
use proptest::prelude::*;
use std::collections::BTreeSet;

mod named;

/// A library with one package, from its files.
fn library(files: &[(&str, &str)]) -> (Library, Sources, Vec<TaskGraph>) {
    let mut sources = Sources::default();
    let mut package = PackageFiles {
        root: "p".into(),
        name: "p".into(),
        ..PackageFiles::default()
    };
    for (path, text) in files {
        let list = if path.ends_with(".md") {
            &mut package.documents
        } else {
            &mut package.cases
        };
        list.push((*path).to_string());
        sources.add(Source::new(*path, *text));
    }
    let read = resolve(Input::new(&sources, &Settings::default()), &[package], 1);
    let Ok((library, _)) = read.strict() else {
        panic!("the sample has no errors")
    };
    let graphs = ghostc_plan::plan(&library, &sources, &Settings::default(), &|_| true).value;
    let library = Library {
        packages: library.packages.clone(),
    };
    (library, sources, graphs)
}

fn compare(old: &[(&str, &str)], new: &[(&str, &str)]) -> SpecDiff {
    let (old, new) = (library(old), library(new));
    diff((&old.0, &old.1), (&new.0, &new.1), &new.2)
}

fn specs(old: &str, new: &str) -> SpecDiff {
    compare(&[("p/SPEC.md", old)], &[("p/SPEC.md", new)])
}

/// The changes of two specs, a line each: class, kind, subject, texts.
fn changes(old: &str, new: &str) -> Vec<String> {
    lines(&specs(old, new))
}

fn lines(found: &SpecDiff) -> Vec<String> {
    let text = |text: &Option<Text>| {
        text.as_ref()
            .map_or("-".to_string(), |text| text.text.replace('\n', " / "))
    };
    let line = |change: &Change| {
        let (class, kind, subject) = (change.class, change.kind, change.subject);
        format!(
            "{} {} {}: {} > {}",
            class.as_str(),
            kind.as_str(),
            subject.as_str(),
            text(&change.old),
            text(&change.new)
        )
    };
    found.changes().map(line).collect()
}

#[test]
fn dress_is_no_change() {
    let old = "# A v1.0\n\n## 1. Units\n\nThe output MUST hold *at most* two\nunits, see [two](#2-two).\n\n- `x` (text)\n- see Section 2\n\n## 2. Two\n\nWords.";
    let new = "# A v1.1\n\n## 3. Units\n\n> The output **MUST** hold at most\n> two units, see [two](#4-two).\n\n* `x`\n  (text)\n* see Section 4\n\n## 4. Two\n\nWords.";
    assert_eq!(changes(old, new), [""; 0]);
    assert_eq!(
        changes("# A\n\nIt may be, and should.", "# A\n\nIt MAY be, and SHOULD."),
        [""; 0]
    );
}

#[test]
fn code_says_the_same_wherever_its_list_is_indented() {
    let text = |indent: &str, blank: &str| {
        let lines = ["- It asks:", "```", "Go on?", "", "  - yes", "```"];
        let lines = lines.iter().enumerate().map(|(at, line)| match (at, *line) {
            (0, line) => format!("{line}\n"),
            (_, "") => format!("{blank}\n"),
            (_, line) => format!("{indent}{line}\n"),
        });
        format!("# A\n\n{}", lines.collect::<String>())
    };
    assert_eq!(changes(&text("  ", ""), &text("  ", "  ")), [""; 0]);
    assert_eq!(changes(&text("  ", ""), &text("   ", "   ")), [""; 0]);
    assert_eq!(
        changes(&text("  ", ""), &text("  ", "").replace("  - yes", "- yes")).len(),
        1
    );
}

#[test]
fn what_is_struck_out_is_a_change() {
    let found = changes("# A\n\nIt MUST stop.", "# A\n\n~~It MUST stop.~~");
    assert_eq!(found.len(), 1, "{found:?}");
}

#[test]
fn steps_numbered_with_more_digits_stand_where_they_stood() {
    let steps = |number: fn(usize) -> usize| -> String {
        let lines = (1..=12).map(|at| format!("{}. Take box {}\n   and open it\n", number(at), at * 7));
        "# P\n\n## Steps\n\n".to_string() + &lines.collect::<String>() + "\nThen rest.\n"
    };
    assert_eq!(changes(&steps(|at| at), &steps(|_| 1)), [""; 0]);
    assert_eq!(changes(&steps(|at| at), &steps(|at| at + 990)), [""; 0]);
}

#[test]
fn a_reference_follows_a_renamed_section_and_is_changed_by_a_retarget() {
    let old = "# A\n\nIt MUST. See Section 1.\n\n## 1. Limits\n\nNot too many of them at once.\n\n## 2. Rest\n\nThe rest.";
    let renamed = old.replace("1. Limits", "1. Upper limits");
    assert_eq!(
        changes(old, &renamed),
        ["editorial renamed section: 1. Limits > 1. Upper limits"]
    );
    let other = old.replace("See Section 1", "See Section 2");
    assert_eq!(
        changes(old, &other),
        ["editorial modified prose: See Section 1. > See Section 2."]
    );
}

#[test]
fn strength_decides_the_kind() {
    let pair = |old: &str, new: &str| {
        let text = |keyword: &str| format!("# A\n\nThe output {keyword} hold the units.\n\nIt MUST be text.");
        changes(&text(old), &text(new))
            .iter()
            .map(|line| line.split(':').next().unwrap().to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(pair("SHOULD", "MUST"), ["breaking strengthened statement"]);
    assert_eq!(pair("MUST", "SHOULD"), ["breaking weakened statement"]);
    assert_eq!(pair("SHOULD", "MAY"), ["breaking weakened statement"]);
    assert_eq!(pair("MUST", "MUST NOT"), ["breaking negated statement"]);
    assert_eq!(pair("MUST always", "MUST never"), ["breaking negated statement"]);
    assert_eq!(
        pair("SHOULD always", "SHOULD never"),
        ["breaking negated statement"]
    );
    assert_eq!(pair("can", "MAY"), ["editorial modified statement"]);
}

#[test]
fn only_what_was_asked_for_is_negated() {
    let pair = |old: &str, new: &str| {
        let text = |sentence: &str| format!("# A\n\nIt starts.\n\n{sentence}\n\nIt MUST be text.");
        changes(&text(old), &text(new))
    };
    assert_eq!(
        pair("It SHOULD stop.", "It MUST NOT stop."),
        ["breaking negated statement: It SHOULD stop. > It MUST NOT stop."]
    );
    assert_eq!(
        pair("The server MUST send a token.", "The server MUST NOT log words."),
        ["breaking modified statement: The server MUST send a token. > The server MUST NOT log words."]
    );
    assert_eq!(
        pair(
            "The server SHOULD NOT send a token.",
            "The server MUST log words."
        ),
        ["breaking modified statement: The server SHOULD NOT send a token. > The server MUST log words."]
    );
}

#[test]
fn fields_and_their_defaults_are_exact() {
    let old = "# A\n\n- `size` (integer)\n  - Default: `1`\n- `name` (text)\n  - Default: `1`\n";
    let new = "# A\n\n- `size` (integer, OPTIONAL)\n  - Default: `1`\n- `name` (text)\n  - Default: `2`\n";
    let expected = [
        "breaking modified statement: `size` (integer) > `size` (integer, OPTIONAL)",
        "breaking modified item: Default: `1` > Default: `2`",
    ];
    assert_eq!(changes(old, new), expected);
}

#[test]
fn what_comes_together_is_one_change() {
    let old = "# A\n\nIt MUST be.\n\n- one thing\n\n## B\n\nWords.";
    let new = "# A\n\nIt MUST be.\n\n- one thing\n- `f` (text)\n  - Said plainly\n  - It MUST be short. And so on.\n\n## New\n\nWhy not. It SHOULD.\n\n## B\n\nWords.";
    let expected = [
        "additive added statement: - > `f` (text) / Said plainly / It MUST be short. / And so on.",
        "additive added section: - > New / Why not. / It SHOULD.",
    ];
    assert_eq!(changes(old, new), expected);
}

#[test]
fn moves_renames_and_orders_are_told() {
    let old = "# A\n\n## B\n\nThe first of all the words.\n\n1. take\n2. give\n\n## C\n\nEnd.";
    let new = "# A\n\n## B\n\n1. give\n2. take\n\n## C\n\nEnd.\n\nThe first of all the words.";
    let expected = [
        "breaking reordered section: take / give > give / take",
        "editorial moved prose: The first of all the words. > The first of all the words.",
    ];
    assert_eq!(changes(old, new), expected);
}

#[test]
fn the_changed_lines_of_a_code_block_are_told() {
    let code = |middle: &str| format!("# A\n\nIt MUST.\n\n```text\nfirst\n{middle}\nlast\n```\n");
    let found = specs(&code("one"), &code("two\nthree"));
    assert_eq!(lines(&found), ["breaking modified code: one > two / three"]);
    let new = found.packages[0].changes[0].new.as_ref().unwrap();
    assert_eq!(code("two\nthree").get(new.span.range()), Some("two\nthree"));
}

#[test]
fn operations_and_parameters_are_compared_by_name() {
    let spec = |signature: &str| format!("# A\n\n### {signature}\n\nIt MUST.");
    let pair = |old: &str, new: &str| {
        changes(&spec(old), &spec(new))
            .iter()
            .map(|line| line.split(':').next().unwrap().to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        pair("f(a) → text", "f(a, b?) → text"),
        ["additive added parameter"]
    );
    assert_eq!(
        pair("f(a) → text", "f(a, b) → text"),
        ["breaking added parameter"]
    );
    assert_eq!(
        pair("f(a, b) → text", "f(b) → text"),
        ["breaking removed parameter"]
    );
    assert_eq!(
        pair("f(a) → text", "f(a?) → text"),
        ["additive modified parameter"]
    );
    assert_eq!(
        pair("f(a, b) → text", "f(b, a) → text"),
        ["breaking reordered operation"]
    );
    assert_eq!(
        pair("f(a) → text", "f(a) → number"),
        ["breaking modified operation"]
    );
    assert_eq!(pair("f(a) → text", "g(a) → text"), ["breaking renamed operation"]);
}

const CASES: &str = "f:\n  - { name: one, input: 1, output: 1, held_out: false }\n  - { name: two, input: 2, output: 2, held_out: true }\n";

#[test]
fn cases_are_compared_by_id_then_by_input_and_held_out_ones_keep_their_secret() {
    let spec = ("p/SPEC.md", "# A\n\n### f(n) → number\n\nIt MUST.\n");
    let pair = |cases: &str| {
        lines(&compare(
            &[spec, ("p/tests.yaml", CASES)],
            &[spec, ("p/tests.yaml", cases)],
        ))
    };
    assert_eq!(pair(CASES), [""; 0]);
    assert_eq!(
        pair(&CASES.replace("output: 1", "output: 3")),
        [r#"breaking expectation-changed case: {"n":1} → 1 > {"n":1} → 3"#]
    );
    assert_eq!(
        pair(&CASES.replace("name: one", "name: uno")),
        [r#"editorial renamed case: {"n":1} → 1 > {"n":1} → 1"#]
    );
    let more = format!("{CASES}  - {{ name: three, input: 3, output: 3, held_out: false }}\n");
    assert_eq!(pair(&more), [r#"additive added case: - > {"n":3} → 3"#]);
    let secret = pair(&CASES.replace("output: 2", "output: 77"));
    assert_eq!(secret.len(), 1);
    assert!(
        secret[0].starts_with("breaking expectation-changed case: two (held out,"),
        "{secret:?}"
    );
    assert!(!secret[0].contains("77"), "{secret:?}");
}

#[test]
fn a_change_names_the_tasks_that_show_it_and_those_that_build_on_them() {
    let old = "# A\n\nIt MUST be quick.\n\n### f(n) → number\n\nIt MUST add.\n\n### g(n) → number\n\nIt MUST call `f`.\n\n### h(n) → number\n\nIt MUST wait.\n";
    let tasks = |new: &str| specs(old, new).packages[0].changes[0].tasks.join(" ");
    assert_eq!(tasks(&old.replace("add", "add up")), "f g");
    assert_eq!(tasks(&old.replace("wait", "wait long")), "h");
    assert_eq!(tasks(&old.replace("quick", "very quick")), "f g h");
}

#[test]
fn what_is_gone_costs_the_tasks_that_showed_it() {
    let old = "# A\n\nIt MUST be quick.\n\n## Parts\n\n### f(n) → number\n\nIt MUST add. It MUST last.\n\n### g(n) → number\n\nIt MUST call `f`.\n\n### h(n) → number\n\nIt MUST wait.\n";
    let tasks = |new: &str| {
        let found = specs(old, new);
        assert!(found.changes().count() > 0);
        let all: BTreeSet<String> = found.changes().flat_map(|change| change.tasks.clone()).collect();
        all.into_iter().collect::<Vec<_>>().join(" ")
    };
    let without = |gone: &str| {
        assert!(old.contains(gone));
        tasks(&old.replace(gone, ""))
    };
    // A task of its own goes alone, but for those that built on it.
    assert_eq!(without("### h(n) → number\n\nIt MUST wait.\n"), "");
    let f = "### f(n) → number\n\nIt MUST add. It MUST last.\n\n";
    assert_eq!(without(f), "g");
    assert_eq!(without(" It MUST last."), "f g");
    // What belonged to no task was in every prompt.
    assert_eq!(without("It MUST be quick.\n\n"), "f g h");
    // What moves is gone where it was.
    assert_eq!(
        tasks(
            &old.replace(" It MUST last.", "")
                .replace("wait.", "wait. It MUST last.")
        ),
        "f g h"
    );
}

#[test]
fn fingerprints_do_not_depend_on_other_edits() {
    let old = "# A\n\nThe first of these MUST be short.\n\nEvery second word MUST be long enough.";
    let prints = |new: &str| -> Vec<String> {
        specs(old, new)
            .changes()
            .map(|change| change.fingerprint.clone())
            .collect()
    };
    let alone = prints(&old.replace("long enough", "longer"));
    let both = prints(
        &old.replace("long enough", "longer")
            .replace("The first", "New words.\n\nThe last"),
    );
    assert_eq!(alone.len(), 1);
    assert!(both.contains(&alone[0]), "{alone:?} {both:?}");
}

#[test]
fn the_gravest_change_decides_the_version() {
    assert_eq!(specs("# A\n\nWords.", "# A\n\nWords!").bump(), Bump::Patch);
    assert_eq!(
        specs("# A\n\nIt MUST.", "# A\n\nIt MUST. It MAY.").bump(),
        Bump::Minor
    );
    assert_eq!(
        specs("# A\n\nIt MUST. It MAY.", "# A\n\nIt MAY.").bump(),
        Bump::Major
    );
    assert_eq!(specs("# A", "# A").bump(), Bump::None);
}

/// A spec of sections with titles of their own: levels, titles, and items with their depth and words.
#[derive(Clone, Debug)]
struct Sample(Vec<SampleSection>);

/// The level, the title, and the items with their depth.
type SampleSection = (usize, char, Vec<(usize, String)>);

fn sample() -> impl Strategy<Value = Sample> {
    let item = (
        0usize..3,
        "[abcdef]{2}( [abcdef]{1,2}){0,5}( MUST| SHOULD| MAY)?( [xyz]){0,3}",
    );
    let section = (2usize..4, prop::collection::vec(item, 0..6));
    let titles = Just(('g'..='n').collect::<Vec<char>>()).prop_shuffle();
    (prop::collection::vec(section, 0..5), titles).prop_map(|(sections, titles)| {
        let titled = sections.into_iter().zip(titles);
        Sample(
            titled
                .map(|((level, items), title)| (level, title, items))
                .collect(),
        )
    })
}

impl Sample {
    /// The text, with sections numbered from a number and items wrapped after so many words.
    fn text(&self, first: usize, width: usize, marker: char) -> String {
        let mut out = "# Top\n\nIt MUST be.\n".to_string();
        for (at, (level, title, items)) in self.0.iter().enumerate() {
            out += &format!("\n{} {}. title {title}\n\n", "#".repeat(*level), first + at);
            let mut above = 0;
            for (depth, words) in items {
                let depth = (*depth).min(above);
                above = depth + 1;
                let indent = "  ".repeat(depth);
                let words: Vec<&str> = words.split(' ').collect();
                let wrapped: Vec<String> = words.chunks(width).map(|words| words.join(" ")).collect();
                out += &format!("{indent}{marker} {}\n", wrapped.join(&format!("\n{indent}  ")));
            }
            out += &format!("\nThe end of Section {}.\n", first + at);
        }
        out
    }
}

/// What a spec says, as a bag: each line of each unit with its section, and each section.
fn bag(text: &str) -> Vec<(Vec<String>, String)> {
    let (library, sources, _) = library(&[("p/SPEC.md", text)]);
    bag_of(&library, &sources)
}

fn bag_of(library: &Library, sources: &Sources) -> Vec<(Vec<String>, String)> {
    let facts = facts::Facts::of(
        &library.packages[0],
        sources,
        false,
        facts::has_main(&library.packages[0]),
    );
    let mut out: Vec<_> = (0..facts.sections.len())
        .map(|at| (facts.path(at), "#".to_string()))
        .collect();
    for (unit, fact) in facts.outline.units.iter().zip(&facts.units) {
        let path = facts.path(unit.section);
        out.extend(fact.shown.lines().map(|line| (path.clone(), line.to_string())));
    }
    out.sort();
    out
}

/// What comes of a bag when the changes are made to it: each place of each, headings as what they open.
fn apply(bag: &[(Vec<String>, String)], found: &SpecDiff) -> Vec<(Vec<String>, String)> {
    let mut bag = bag.to_vec();
    let facts = |text: &Text, whole: bool| -> Vec<(Vec<String>, String)> {
        if whole {
            vec![(text.section.clone(), "#".to_string())]
        } else {
            let lines = text.text.lines();
            lines
                .map(|line| (text.section.clone(), line.to_string()))
                .collect()
        }
    };
    let mut waiting: Vec<(Vec<String>, String)> = Vec::new();
    let mut renamed: Vec<(Vec<String>, Vec<String>)> = Vec::new();
    let changes = found.changes().filter(|change| change.kind != Kind::Reordered);
    for place in changes.flat_map(|change| &change.places) {
        let whole = matches!(place.subject, Subject::Section | Subject::Document);
        if let (true, Some(old), Some(new)) = (whole, &place.old, &place.new) {
            renamed.push((old.section.clone(), new.section.clone()));
            continue;
        }
        for gone in place.old.iter().flat_map(|old| facts(old, whole)) {
            let at = bag.iter().position(|fact| *fact == gone);
            bag.remove(at.unwrap_or_else(|| panic!("{gone:?} is there")));
        }
        waiting.extend(place.new.iter().flat_map(|new| facts(new, whole)));
    }
    // Sections that have another name or place take what stands in them along; the innermost place counts.
    for fact in &mut bag {
        let known = renamed.iter().filter(|(old, _)| fact.0.starts_with(old));
        if let Some((old, new)) = known.max_by_key(|(old, _)| old.len()) {
            fact.0.splice(..old.len(), new.iter().cloned());
        }
    }
    bag.extend(waiting);
    bag.sort();
    bag
}

/// What happened at each place; what is told together may differ by direction, since classes do.
fn mirrored(found: &SpecDiff, turn: bool) -> Vec<String> {
    let mut out: Vec<String> = found
        .changes()
        .flat_map(|change| change.places.iter().map(|place| (change.kind, place)))
        .map(|(mut kind, place)| {
            let (mut old, mut new) = (&place.old, &place.new);
            if turn {
                (old, new) = (new, old);
                kind = match kind {
                    Kind::Added => Kind::Removed,
                    Kind::Removed => Kind::Added,
                    Kind::Strengthened => Kind::Weakened,
                    Kind::Weakened => Kind::Strengthened,
                    Kind::Modified
                    | Kind::Negated
                    | Kind::Moved
                    | Kind::Renamed
                    | Kind::Reordered
                    | Kind::ExpectationChanged => kind,
                };
            }
            let text = |text: &Option<Text>| {
                text.as_ref()
                    .map(|text| (text.text.clone(), text.section.clone()))
            };
            format!("{kind:?} {:?} {:?} {:?}", place.subject, text(old), text(new))
        })
        .collect();
    out.sort();
    out
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_spec_does_not_differ_from_itself_however_it_is_written(spec in sample()) {
        let text = spec.text(1, 100, '-');
        prop_assert_eq!(changes(&text, &text), [""; 0]);
        prop_assert_eq!(changes(&text, &spec.text(5, 2, '*')), [""; 0]);
    }

    #[test]
    fn the_other_direction_tells_the_same_turned_round(old in sample(), new in sample()) {
        let (old, new) = (old.text(1, 9, '-'), new.text(1, 9, '-'));
        prop_assert_eq!(mirrored(&specs(&old, &new), true), mirrored(&specs(&new, &old), false));
    }

    #[test]
    fn the_changes_make_the_new_spec_of_the_old_one(old in sample(), new in sample()) {
        // References to sections follow their renumbering, which is no change.
        let text = |spec: Sample| spec.text(1, 100, '-').lines().filter(|line| !line.starts_with("The end")).collect::<Vec<_>>().join("\n");
        let (old, new) = (text(old), text(new));
        let found = specs(&old, &new);
        prop_assert_eq!(apply(&bag(&old), &found), bag(&new), "{:#?}", lines(&found));
    }

    #[test]
    fn the_rule_of_a_change_has_its_class(old in sample(), new in sample()) {
        for change in specs(&old.text(1, 9, '-'), &new.text(1, 9, '-')).changes() {
            prop_assert_eq!(change.rule().class, change.class, "{:#?}", change);
        }
    }

    #[test]
    fn a_fingerprint_outlives_edits_above_below_and_in_other_sections(
        spec in sample(), above in sample(), below in sample(), kind in 0usize..4,
    ) {
        let own = |text: &str| format!("## Own\n\nThe first sentence stays.\n\n{text}\n\nThe last sentence stays.\n\n");
        let (before, after) = [
            ("The result SHOULD be a quarter.", "The result MUST be a quarter."),
            ("The result MUST be a quarter.", "The result MUST be a third."),
            ("", "The result MUST be a quarter."),
            ("The result MUST be a quarter.", ""),
        ][kind];
        let sections = |spec: &Sample| {
            let text = spec.text(1, 9, '-');
            text.split_once("It MUST be.\n").map_or(String::new(), |(_, rest)| rest.to_string())
        };
        let whole = |own: &str, around: &str, above: &str, below: &str| {
            format!("# Top\n\nIt MUST be.\n{around}\n{above}\n{own}{below}")
        };
        let prints = |old: &str, new: &str| -> BTreeSet<String> {
            specs(old, new).changes().map(|change| change.fingerprint.clone()).collect()
        };
        let plain = |text: &str| whole(&own(text), "", &sections(&spec), "");
        let alone = prints(&plain(before), &plain(after));
        prop_assert_eq!(alone.len(), 1);
        // Other words around it in both states, and other words around it that came along with it.
        let around = |text: &str| {
            let own = own(text).replace("The last sentence stays.", "The last sentence stays.\n\nOne more MUST be here.");
            whole(&own, "It SHOULD be new.\n", &sections(&above), &sections(&below))
        };
        prop_assert!(alone.is_subset(&prints(&around(before), &around(after))));
        prop_assert!(alone.is_subset(&prints(&plain(before), &around(after))));
    }
}

#[test]
fn a_number_is_neither_identity_nor_all_that_is_left_of_a_title() {
    let spec = |rules: &[&str]| {
        let rules = rules.iter().enumerate();
        let rules = rules.map(|(at, rule)| format!("### Rule 1.{}\n\n{rule}\n", at + 1));
        format!(
            "# Service\n\n## Rules\n\n{}",
            rules.collect::<Vec<_>>().join("\n")
        )
    };
    let token = "The client MUST send a token with each call.";
    let old = spec(&[token, "The server MUST answer within two seconds."]);
    let new = spec(&[
        "Each call MUST be encrypted.",
        token,
        "The server MUST answer within three seconds.",
    ]);
    let found = changes(&old, &new);
    let breaking: Vec<&String> = found
        .iter()
        .filter(|change| change.starts_with("breaking"))
        .collect();
    assert!(
        matches!(breaking.as_slice(), [one] if one.contains("two seconds") && one.contains("three seconds")),
        "{found:#?}"
    );
    assert!(
        found
            .iter()
            .any(|change| change.starts_with("additive added section") && change.contains("encrypted")),
        "{found:#?}"
    );
}
