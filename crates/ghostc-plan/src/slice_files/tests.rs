//! What agents see of files of scenarios, and what their hashes depend on.

use super::*;
use ghostc_spec::Settings;
use ghostc_spec::resolve::{Input, resolve};
use ghostc_syntax::Source;
use proptest::prelude::*;

const SPEC: &str = "# Kettle\n\n## Heating\n\n`kettle heat` MUST print `hot`.\n";

fn read(own: &str, shared: Option<&str>, share: f64) -> (Package, Sources, Vec<String>) {
    let mut sources = Sources::default();
    sources.add(Source::new("p/SPEC.md", SPEC));
    sources.add(Source::new("p/scenarios/10-heat.yaml", own));
    if let Some(shared) = shared {
        sources.add(Source::new("p/scenarios/shared/start.yaml", shared));
    }
    let settings = Settings {
        held_out: share,
        ..Settings::default()
    };
    let files = ghostc_spec::discover::discover_in(&sources);
    let mut resolved = resolve(Input::new(&sources, &settings), &files, 1);
    let found = resolved.diagnostics.iter();
    let found = found.map(|found| found.message.clone()).collect();
    (resolved.value.packages.remove(0), sources, found)
}

/// The text that agents see of a file, which must say what the file says without what is held out.
fn seen(own: &str) -> String {
    let (package, sources, found) = read(own, None, 0.0);
    assert_eq!(found, Vec::<String>::new(), "{own}");
    let text = visible_text(&package.slices[0], &sources);
    let (again, _, found) = read(&text, None, 0.0);
    assert_eq!(found, Vec::<String>::new(), "{text}");
    let scripts = |package: &Package| -> Vec<(String, String, bool)> {
        let scenarios = package.slices[0].scenarios.iter();
        let visible = scenarios.filter(|found| !found.held_out && !found.name.contains("is held out"));
        let plain = |text: String| {
            // Where something is written counts for nothing here.
            let spans = regex_lite::Regex::new(r"Span \{[^}]*\}").expect("sound");
            spans.replace_all(&text, "").into_owned()
        };
        let all = visible.map(|found| (found.id.clone(), plain(format!("{:?}", found.script)), found.todo));
        all.collect()
    };
    assert_eq!(scripts(&package), scripts(&again), "{text}");
    text
}

const STEP: &str = "steps: [{ run: heat, expect: { exit: 0 } }]";

#[test]
fn a_scenario_that_is_held_out_goes_with_the_comments_above_it() {
    let own = format!(
        "covers: [heating]  # all of it\nscenarios:\n  # the first\n  - name: one\n    {STEP}  # kept\n  # a secret\n  - name: hidden\n    held_out: true\n    {STEP}\n    # another secret\n  # the last\n  - name: two\n    {STEP}\n"
    );
    let text = seen(&own);
    assert_eq!(
        text,
        format!(
            "covers: [heating]  # all of it\nscenarios:\n  # the first\n  - name: one\n    {STEP}  # kept\n  # the last\n  - name: two\n    {STEP}\n"
        )
    );
    let first = own.replace("- name: one", "- name: one\n    held_out: true");
    let text = seen(&first);
    assert!(!text.contains("one") && !text.contains("the first"), "{text}");
    let last = own.replace("- name: two", "- held_out: true\n    name: two");
    let text = seen(&last);
    assert!(!text.contains("two") && !text.contains("secret"), "{text}");
}

#[test]
fn rows_that_are_held_out_go_in_every_form_of_a_list() {
    let rows = [
        "table: [{ a: 1 }, { a: 22, held_out: true }, { a: 3 }]",
        "table: [{ a: 22, held_out: true }, { a: 1 }, { a: 3 }]",
        "table: [{ a: 1 }, { a: 3 }, { a: 22, held_out: true }]",
        "table:  # rows\n      - { a: 1 }\n      # hidden 22\n      - { a: 22, held_out: true }\n      - { a: 3 }",
        "table:\n      - a: 1\n      - held_out: true\n        a: 22\n      - a: 3",
        "table:\n    - { a: 22, held_out: true }\n    - { a: 1 }\n    - { a: 3 }",
        "table: [\n      { a: 1 },\n      # hidden 22\n      { a: 22, held_out: true },  # 22\n      { a: 3 },\n    ]",
        "table: [\n      { a: 22, held_out: true },\n      { a: 1 },\n      { a: 3 }\n    ]",
        "table: [{ a: 1 }, { a: 3 }, { a: 22, held_out: true }, { a: 22, case: x, held_out: true }]",
    ];
    for rows in rows {
        let own = format!(
            "scenarios:\n  - name: one\n    {rows}\n    steps: [{{ run: heat $a, expect: {{ exit: 0 }} }}]\n"
        );
        let text = seen(&own);
        assert!(!text.contains("22"), "{text}");
        assert!(
            text.contains("{ run: heat $a, expect: { exit: 0 } }"),
            "{own} became {text}"
        );
    }
}

#[test]
fn where_all_is_held_out_a_scenario_waits_in_its_place() {
    let own = format!("covers: [heating]\nscenarios:\n  - name: secret\n    held_out: true\n    {STEP}\n");
    let text = seen(&own);
    assert!(
        !text.contains("secret") && text.contains("todo") && text.contains("heating"),
        "{text}"
    );
    let rows = "scenarios: [{ name: secret, table: [{ a: 7, held_out: true }], steps: [{ run: $a, expect: { exit: 0 } }] }]\n";
    let text = seen(rows);
    assert!(!text.contains("secret") && !text.contains('7'), "{text}");
}

#[test]
fn what_is_included_is_seen_and_what_waits_is_left() {
    let own = format!(
        "include: shared/start.yaml\nscenarios:\n  - {{ name: later, todo: true }}\n  - name: one\n    {STEP}\n"
    );
    let shared = "define: { on: [{ run: heat, expect: { exit: 0 } }] }\n";
    let (package, sources, _) = read(&own, Some(shared), 0.0);
    let files = visible_scenarios(&package, &package.slices[0], &sources);
    let paths: Vec<&str> = files.keys().map(String::as_str).collect();
    assert_eq!(paths, ["scenarios/10-heat.yaml", "scenarios/shared/start.yaml"]);
    assert_eq!(files["scenarios/shared/start.yaml"], shared);
    assert_eq!(files["scenarios/10-heat.yaml"], own);
}

#[test]
fn a_hash_holds_what_scenarios_say_and_not_how_it_is_written() {
    let own = "covers: [heating]\ninclude: shared/start.yaml\nscenarios:\n  - name: one\n    proves: [MUST print]\n    steps: [{ run: heat, expect: { exit: 0 } }]\n  - name: two\n    table: [{ a: 1 }, { a: 2, held_out: true }]\n    steps: [{ run: heat $a, expect: { exit: 0 } }]\n";
    let shared = "define: { start: [{ run: heat, expect: { exit: 0 } }] }\n";
    let hashes = |own: &str, shared: &str| {
        let (package, sources, found) = read(own, Some(shared), 0.0);
        assert_eq!(found, Vec::<String>::new());
        digests(&package, &package.slices[0], &sources)
    };
    let before = hashes(own, shared);
    let ids: Vec<&str> = before.keys().map(String::as_str).collect();
    assert_eq!(ids, ["10-heat", "10-heat/one", "10-heat/two/1"]);
    let same = [
        own.replace("scenarios:\n", "scenarios:  # all of them\n\n"),
        own.replace(
            "[{ run: heat, expect: { exit: 0 } }]",
            "\n      - run: heat\n        expect:\n          exit: 0",
        ),
        own.replace("[MUST print]", "[heat]"),
        own.replace("include:", "after: []\ninclude:"),
        own.replace("covers: [heating]\n", ""),
        format!("{own}  - {{ name: later, todo: true }}\n"),
    ];
    for same in same {
        assert_eq!(hashes(&same, shared), before, "{same}");
    }
    let changed = |own: &str, shared: &str| -> Vec<String> {
        let after = hashes(own, shared);
        let ids: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
        let changed = ids.into_iter().filter(|id| before.get(*id) != after.get(*id));
        changed.cloned().collect()
    };
    assert_eq!(
        changed(&own.replacen("exit: 0", "exit: 1", 1), shared),
        ["10-heat", "10-heat/one"]
    );
    assert_eq!(
        changed(&own.replace("a: 1", "a: 4"), shared),
        ["10-heat", "10-heat/two/1", "10-heat/two/4"]
    );
    assert_eq!(changed(&own.replace("a: 2", "a: 4"), shared), ["10-heat"]);
    assert_eq!(changed(own, &shared.replace("heat", "boil")), ["10-heat"]);
}

/// A file of scenarios with rows, in forms that people write, and the words that must not be seen.
fn files() -> impl Strategy<Value = (String, Vec<String>)> {
    let row = (any::<bool>(), 0..4u8);
    let scenario = (
        any::<bool>(),
        prop::collection::vec(row, 0..4),
        0..4u8,
        any::<bool>(),
    );
    (prop::collection::vec(scenario, 1..5), any::<bool>()).prop_map(|(scenarios, crlf)| {
        let mut text = "covers: [heating]\n# head\nscenarios:\n".to_string();
        let mut hidden = Vec::new();
        for (at, (held_out, rows, form, comment)) in scenarios.iter().enumerate() {
            let word = format!("word{at}x");
            if *held_out {
                hidden.push(word.clone());
            }
            if *comment {
                text.push_str(&format!("  # about {word}\n"));
            }
            text.push_str(&format!("  - name: {word}\n"));
            if *held_out {
                text.push_str("    held_out: true\n");
            }
            let rows: Vec<String> = rows.iter().enumerate().map(|(row, (row_held_out, _))| {
                let value = format!("value{at}y{row}z");
                if *row_held_out || *held_out {
                    hidden.push(value.clone());
                }
                let mark = if *row_held_out { ", held_out: true" } else { "" };
                format!("{{ a: {value}{mark} }}")
            }).collect();
            if !rows.is_empty() {
                text.push_str(&match form {
                    0 => format!("    table: [{}]\n", rows.join(", ")),
                    1 => format!("    table:\n{}", rows.iter().map(|row| format!("      - {row}\n")).collect::<String>()),
                    2 => format!("    table: [\n{}    ]\n", rows.iter().map(|row| format!("      {row},\n")).collect::<String>()),
                    _ => format!("    table:\n{}", rows.iter().map(|row| format!("    # of {row}\n    - {row}\n")).collect::<String>()),
                });
            }
            let argument = if rows.is_empty() { "x" } else { "$a" };
            text.push_str(&match form {
                0 | 1 => format!("    steps: [{{ run: heat {argument}, expect: {{ exit: 0 }} }}]\n"),
                2 => format!("    steps:\n      - run: heat {argument}\n        expect: {{ exit: 0 }}\n\n"),
                _ => format!("    steps:\n      - {{ run: heat {argument}, stdin: \"{word}\", expect: {{ stdout: \"{word}\" }} }}\n      - write: a.txt\n        text: |\n          {word}\n\n"),
            });
        }
        // A row that agents may not see hides its scenario where it has no other.
        (if crlf { text.replace('\n', "\r\n") } else { text }, hidden)
    })
}

proptest! {
    #[test]
    fn agents_see_all_that_is_not_held_out_and_nothing_else((own, hidden) in files()) {
        let (package, _, found) = read(&own, None, 0.0);
        prop_assume!(found.is_empty());
        prop_assert!(!package.slices.is_empty());
        let text = seen(&own);
        for word in hidden {
            prop_assert!(!text.contains(&word), "{word} in {text}");
        }
    }
}
