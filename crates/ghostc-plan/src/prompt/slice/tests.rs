//! Prompts of a small program's slices.

use super::*;
use crate::key::{PromptDigests, TaskKey, keys};
use crate::lock::LockedTask;
use crate::package_text::PackageText;
use crate::plan::plan;
use crate::staleness::{Difference, differences};
use crate::target::{Target, built_in_templates};
use ghostc_judge::Failure;
use ghostc_spec::resolve::{Input, resolve};
use ghostc_spec::settings::Settings;
use ghostc_syntax::{Source, Sources};
use std::cell::OnceCell;

const SPEC: &str = "---\nname: kettle\ncontext: [history]\n---\n# Kettle\n\nEvery output MUST be text.\n\n## Heating\n\n`kettle heat` MUST print `hot`, see [steps](#steps).\n\n## Steps\n\n### degrees(steps) → integer\n\nIt MUST be ten for each step.\n\n## Ending\n\nOn SIGTERM it MUST cool down.\n\n## History\n\nKettles are old.\n";
const CASES: &str = "degrees:\n  - { name: one, input: { steps: 1 }, output: 10 }\n  - { name: secret, input: { steps: 77 }, output: 770, held_out: true }\n";
const PROFILE: &str = "# Profile\n\nThe kettle MUST be called `kettle`.\n";
const SHARED: &str = "define:\n  start:\n    - { run: heat, expect: { exit: 0 } }\n";
const HEATING: &str = "covers: [heating]\ninclude: shared/start.yaml\nscenarios:\n  - name: it heats\n    steps: [{ use: start }]\n  - name: xyzzy\n    held_out: true\n    steps: [{ run: plugh, expect: { exit: 0 } }]\n  - name: rows\n    table: [{ a: 1 }, { a: frotz, held_out: true }]\n    steps: [{ run: heat $a, expect: { exit: 0 } }]\n";
const STEPS: &str =
    "covers: [steps]\nscenarios:\n  - name: it counts\n    steps: [{ run: count, expect: { exit: 0 } }]\n";
const ENDING: &str = "covers: [ending]\nscenarios:\n  - { name: it ends, todo: true }\n";

type Files<'f> = Vec<(&'f str, String)>;

fn files() -> Files<'static> {
    let files = [
        ("SPEC.md", SPEC),
        ("profile.md", PROFILE),
        ("tests.yaml", CASES),
        ("scenarios/10-heating.yaml", HEATING),
        ("scenarios/20-steps.yaml", STEPS),
        ("scenarios/30-ending.yaml", ENDING),
        ("scenarios/shared/start.yaml", SHARED),
    ];
    files.map(|(path, text)| (path, text.to_string())).to_vec()
}

/// One file with some words put in the place of others.
fn with(path: &str, from: &str, to: &str) -> Files<'static> {
    let mut files = files();
    let file = files.iter_mut().find(|(known, _)| *known == path).expect("there");
    assert!(file.1.contains(from));
    file.1 = file.1.replace(from, to);
    files
}

/// Calls back with what prompts of a package for Python are made from.
fn planned<T>(files: &Files<'_>, whole: u64, tell: impl FnOnce(&Prompter<'_>) -> T) -> T {
    let mut sources = Sources::default();
    for (path, text) in files {
        sources.add(Source::new(format!("p/{path}"), text.as_str()));
    }
    let settings = Settings {
        held_out: 0.0,
        ..Settings::default()
    };
    let found = ghostc_spec::discover::discover_in(&sources);
    let checked = resolve(Input::new(&sources, &settings), &found, 1);
    let (library, _) = checked
        .strict()
        .unwrap_or_else(|found| panic!("errors: {found:?}"));
    let graphs = plan(&library, &sources, &settings, &|_| true).value;
    let (package, graph) = (&library.packages[0], &graphs[0]);
    let templates = built_in_templates();
    let target = Target::load("python", &templates).expect("sound");
    let templates = PromptTemplates::load(&templates).expect("sound");
    let text = PackageText::new(package, graph, &sources);
    tell(&Prompter {
        package,
        graph,
        sources: &sources,
        target: &target,
        templates: &templates,
        text: &text,
        budget: 32_000,
        case_budget: 16_000,
        whole_budget: whole,
        has_ghostc: true,
        conventions: OnceCell::new(),
    })
}

fn prompt_of(slice: &str, whole: u64, tree: &[(&str, &str)]) -> String {
    let tree = tree
        .iter()
        .map(|(path, text)| (path.to_string(), text.to_string()))
        .collect();
    planned(&files(), whole, |prompter| {
        let task = prompter.graph.task(slice).expect("a slice");
        let prompt = prompter.slice(task, &tree, None).expect("renders");
        let (parts, total) = prompt.tokens();
        assert_eq!(parts.iter().map(|(_, count)| count).sum::<usize>(), total);
        prompt.text
    })
}

/// Whether a text holds all of some parts, each behind the one before.
fn assert_in_order(text: &str, parts: &[&str]) {
    let mut rest = text;
    for part in parts {
        let found = rest.split_once(part);
        rest = found.unwrap_or_else(|| panic!("`{part}` is not in {rest}")).1;
    }
}

#[test]
fn a_prompt_has_its_parts_in_an_order_that_slices_share_the_start_of() {
    let text = prompt_of(
        "20-steps",
        32_000,
        &[("kettle/heat.py", "def heat():\n    pass\n")],
    );
    let parts = [
        "# Specification\n",
        "## History",
        "# Profile\n",
        "# How the program looks in Python",
        "For the modules of operations",
        "# The program as it is",
        "- `kettle/heat.py`, 2 lines: `heat`",
        "# Your task: implement `20-steps`",
        "It covers Steps (`#steps`).",
        "- [ ] (must) It MUST be ten for each step. `degrees~",
        "`scenarios/20-steps.yaml`:",
        "- name: it counts",
        "`degrees(steps) → integer` is `degrees` in `kettle/degrees.py`.",
        "\"steps\":1",
        "1 more case is kept back and judged too.",
        "What `10-heating` made must go on",
        "- write `kettle/**`",
        "Start it with `python3 -S -s -B ./run.py`",
        "`ghostc test --slice 20-steps`",
    ];
    assert_in_order(&text, &parts);
    let other = prompt_of("30-ending", 32_000, &[]);
    let same = text
        .bytes()
        .zip(other.bytes())
        .take_while(|(a, b)| a == b)
        .count();
    let start = text.get(..same).expect("ASCII up to here");
    assert!(start.contains("# How the program looks in Python"), "{start}");
}

#[test]
fn nothing_that_is_held_out_is_shown_and_all_of_it_is_counted() {
    for whole in [0, 32_000] {
        for slice in ["10-heating", "20-steps", "30-ending"] {
            let text = prompt_of(slice, whole, &[]);
            for word in ["xyzzy", "plugh", "frotz", "77"] {
                assert!(!text.contains(word), "{word} in {text}");
            }
        }
    }
    let text = prompt_of("10-heating", 32_000, &[]);
    assert!(
        text.contains("2 more scenarios are kept back and judged too."),
        "{text}"
    );
    assert!(
        text.contains("`scenarios/shared/start.yaml`:") && text.contains("run: heat, expect"),
        "{text}"
    );
    assert!(text.contains("this is its first slice"), "{text}");
}

#[test]
fn what_is_empty_is_not_there() {
    let text = prompt_of("30-ending", 32_000, &[]);
    assert!(
        text.contains("No scenario of this slice is written yet"),
        "{text}"
    );
    for absent in [
        "## Operations",
        "```json",
        "kept back and judged",
        "Shared by scenarios",
        "````yaml",
        "\n\n\n",
    ] {
        assert!(!text.contains(absent), "{absent} in {text}");
    }
    let text = prompt_of("10-heating", 32_000, &[]);
    assert!(
        !text.contains("## Earlier slices") && !text.contains("\n\n\n"),
        "{text}"
    );
}

#[test]
fn a_long_spec_is_shown_by_what_the_slice_covers_and_refers_to() {
    let text = prompt_of("10-heating", 0, &[]);
    let shown = [
        "Every output MUST be text.",
        "`kettle heat` MUST print `hot`",
        "It MUST be ten",
        "- Ending\n",
        "- History\n",
    ];
    for shown in shown {
        assert!(text.contains(shown), "{shown} in {text}");
    }
    for hidden in ["cool down", "Kettles are old"] {
        assert!(!text.contains(hidden), "{hidden} in {text}");
    }
    assert!(!text.contains("\n\n\n"), "{text}");
}

/// The keys of all slices.
fn keys_of(files: &Files<'_>) -> BTreeMap<String, TaskKey> {
    planned(files, 32_000, |prompter| {
        let digests: &PromptDigests = &prompter.templates.digests;
        keys(
            prompter.package,
            prompter.graph,
            prompter.text,
            prompter.target,
            digests,
        )
    })
}

/// The slices whose keys are not what they were.
fn stale(files: &Files<'_>) -> Vec<String> {
    let (before, after) = (keys_of(&self::files()), keys_of(files));
    let changed = after
        .iter()
        .filter(|(id, key)| before.get(*id).is_none_or(|old| old.key != key.key));
    changed.map(|(id, _)| id.clone()).collect()
}

#[test]
fn an_edit_makes_stale_the_slices_that_are_made_for_it_alone() {
    let none: Vec<String> = Vec::new();
    assert_eq!(
        stale(&with("SPEC.md", "print `hot`", "print `warm`")),
        ["10-heating"]
    );
    assert_eq!(stale(&with("SPEC.md", "ten for", "nine for")), ["20-steps"]);
    // What is shown to find one's way, how it is wrapped, the order, and what waits to be written.
    assert_eq!(stale(&with("SPEC.md", "are old", "are new")), none);
    assert_eq!(stale(&with("SPEC.md", "MUST print", "MUST\nprint")), none);
    assert_eq!(
        stale(&with("scenarios/20-steps.yaml", "covers:", "after: []\ncovers:")),
        none
    );
    assert_eq!(
        stale(&with(
            "scenarios/20-steps.yaml",
            "scenarios:",
            "# all\nscenarios:"
        )),
        none
    );
    assert_eq!(
        stale(&with("scenarios/30-ending.yaml", "it ends", "it ends well")),
        none
    );
    // What binds all of them.
    let all = ["10-heating", "20-steps", "30-ending"];
    assert_eq!(stale(&with("SPEC.md", "be text", "be JSON")), all);
    assert_eq!(stale(&with("profile.md", "`kettle`", "`pot`")), all);
    // Cases, scenarios and what is held out of these.
    assert_eq!(stale(&with("tests.yaml", "10 }", "11 }")), ["20-steps"]);
    assert_eq!(
        stale(&with("scenarios/10-heating.yaml", "frotz", "blorb")),
        ["10-heating"]
    );
    assert_eq!(
        stale(&with("scenarios/shared/start.yaml", "exit: 0", "exit: 1")),
        ["10-heating"]
    );
}

#[test]
fn why_a_slice_is_stale_is_told_by_scenario() {
    let told = |files: &Files<'_>, slice: &str| -> Vec<String> {
        let before = keys_of(&self::files());
        planned(files, 32_000, |prompter| {
            let now = keys(
                prompter.package,
                prompter.graph,
                prompter.text,
                prompter.target,
                &prompter.templates.digests,
            );
            let locked = LockedTask::of(&before[slice], Vec::new(), "a", 1, None);
            let task = prompter.graph.task(slice).expect("a slice");
            let found = differences(
                task,
                &now[slice],
                Some(&locked),
                |_| None,
                prompter.text,
                prompter.package,
            );
            let told = found.iter().map(|found| {
                if let Difference::Scenario { id, change, place } = found {
                    format!("{id} {change} {}", place.is_some())
                } else if let Difference::ScenarioFile { slice, .. } = found {
                    format!("file {slice}")
                } else {
                    format!("{found:?}")
                }
            });
            told.collect()
        })
    };
    let heating = "scenarios/10-heating.yaml";
    assert_eq!(told(&files(), "10-heating"), Vec::<String>::new());
    let renamed = with(heating, "name: it heats", "name: it boils");
    assert_eq!(
        told(&renamed, "10-heating"),
        [
            "10-heating/it-boils added true",
            "10-heating/it-heats removed false"
        ]
    );
    assert_eq!(
        told(&with(heating, "run: heat $a", "run: boil $a"), "10-heating"),
        ["10-heating/rows/1 changed true"]
    );
    assert_eq!(
        told(&with(heating, "plugh", "xyzzy"), "10-heating"),
        ["file 10-heating"]
    );
}

#[test]
fn an_update_says_what_changed_and_shows_the_tree() {
    let differences = [
        Difference::Scenario {
            id: "10-heating/it-heats".into(),
            change: "changed",
            place: None,
        },
        Difference::ScenarioFile {
            slice: "10-heating".into(),
            place: None,
        },
    ];
    let before = Before {
        differences: &differences,
        files: &BTreeMap::new(),
    };
    let tree = BTreeMap::from([(
        "kettle/heat.py".to_string(),
        "def heat():\n    pass\n".to_string(),
    )]);
    let text = planned(&files(), 32_000, |prompter| {
        let task = prompter.graph.task("10-heating").expect("a slice");
        prompter.slice(task, &tree, Some(&before)).expect("renders").text
    });
    assert!(text.contains("# Your task: update `10-heating`"), "{text}");
    assert!(
        text.contains("```diff\nthe scenario 10-heating/it-heats was changed\nwhat the scenarios of"),
        "{text}"
    );
    assert!(text.contains("`kettle/heat.py`"), "{text}");
}

#[test]
fn a_repair_prompt_tells_what_broke_apart_and_counts_what_is_held_out() {
    let templates = PromptTemplates::load(&built_in_templates()).expect("sound");
    let failure = |slice: &str, scenario: &str| ScenarioFailure {
        slice: slice.into(),
        scenario: scenario.into(),
        step: Some("step 2".into()),
        place: "p/scenarios/x.yaml:3".into(),
        details: format!("expected exit 0\ngot 1 {}", "x".repeat(1 << 16)),
    };
    let mut failures: Vec<ScenarioFailure> = (0..25)
        .map(|n| failure("20-steps", &format!("own {n}.")))
        .collect();
    failures.push(failure("10-heating", "it heats"));
    let verdict = Verdict {
        failures: vec![Failure {
            id: "degrees.one".into(),
            operation: "degrees".into(),
            place: String::new(),
            held_out: true,
            input: ghostc_syntax::Value::Null,
            expected: "secret".into(),
            actual: "secret".into(),
        }],
        ..Verdict::default()
    };
    let held_out = BTreeMap::from([("10-heating".to_string(), 1), ("20-steps".to_string(), 2)]);
    let may_write = ["kettle/**".to_string()];
    let failed = FailedSlice {
        slice: "20-steps",
        problem: None,
        failures: &failures,
        held_out: Some(&held_out),
        cases: Some(&verdict),
        may_write: &may_write,
        has_ghostc: true,
    };
    let text = templates.repair_slice(&failed).expect("renders");
    let parts = [
        "You broke what passed before:\n\n- it heats (10-heating), step 2, p/scenarios/x.yaml:3\n  expected exit 0\n",
        "These scenarios fail:\n\n- own 0., step 2",
        "- and 15 more",
        "You broke 1 of the scenarios of `10-heating` that are kept back.",
        "2 of the scenarios of this slice that are kept back fail.",
        "1 of the cases of `degrees` that are kept back fails.",
        "Correct `kettle/**` and nothing else.",
        "`ghostc test --slice 20-steps` and `ghostc test`",
    ];
    assert_in_order(&text, &parts);
    assert!(!text.contains("secret") && text.chars().count() < 80_000);
    let alone = FailedSlice {
        slice: "20-steps",
        problem: Some("nothing was written"),
        may_write: &may_write,
        ..FailedSlice::default()
    };
    let text = templates.repair_slice(&alone).expect("renders");
    assert_eq!(
        text.trim_end(),
        "Your last attempt at `20-steps` was not accepted.\n\nnothing was written\n\nCorrect `kettle/**` and nothing else."
    );
}
