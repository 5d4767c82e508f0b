//! What blocks and files of transcripts come to.

use crate::discover::discover_in;
use crate::library::Package;
use crate::resolve::{Input, resolve};
use crate::settings::Settings;
use crate::slice::Scenario;
use ghostc_syntax::script::pattern::PatternKind;
use ghostc_syntax::script::text::{Text, TextPart};
use ghostc_syntax::script::{EndExpectation, StepKind};
use ghostc_syntax::{Source, Sources, Value};

/// A package `p/lamp` and the codes of what was said of it.
fn package(files: &[(&str, &str)]) -> (Package, Vec<&'static str>) {
    let mut sources = Sources::default();
    for (path, text) in files {
        sources.add(Source::new(format!("p/lamp/{path}"), *text));
    }
    let settings = Settings::default();
    let mut resolved = resolve(Input::new(&sources, &settings), &discover_in(&sources), 1);
    let codes = resolved.diagnostics.iter().map(|found| found.code.name).collect();
    (resolved.value.packages.remove(0), codes)
}

/// What runs in a scenario: whether it is the program under test, the words, and what is expected.
fn runs(scenario: &Scenario) -> Vec<(bool, Vec<String>, EndExpectation)> {
    let steps = scenario.script.steps.iter();
    let runs = steps.map(|step| {
        let StepKind::Run { command, expect, .. } = &step.kind else {
            panic!("{step:?}")
        };
        let words = command.words.iter().map(|word| plain(&word.text)).collect();
        (command.under_test, words, expect.clone().expect("an end"))
    });
    runs.collect()
}

/// A text with its variables in angles.
fn plain(text: &Text) -> String {
    let parts = text.parts.iter().map(|part| match part {
        TextPart::Literal(text) => text.clone(),
        TextPart::Variable(name) => format!("<{name}>"),
    });
    parts.collect()
}

fn output(end: &EndExpectation) -> String {
    let pattern = end.output.as_ref().expect("an output");
    let PatternKind::Text(text) = &pattern.kind else {
        panic!("{pattern:?}")
    };
    plain(text)
}

const SPEC: &str = "# Lamp

## Use

It MUST burn.

```console
$ lamp on --level '$5 a'
burns [..]

$ lamp \\
> status
? 3
a
...
```

### Off

```console
$ lamp off
? failed
[CWD]/x[EXE]
```

## Installing

```console
$ cargo install lamp
```

## More

```console,ignore
$ lamp | cat
```

```console
$ cat lamp.json
{}
$ lamp check
$ lamp on
? skipped
```
";

#[test]
fn what_stands_in_one_chapter_is_one_scenario() {
    let (package, codes) = package(&[("SPEC.md", SPEC)]);
    assert_eq!(codes, Vec::<&str>::new());
    assert!(package.slices.is_empty());
    let [slice] = package.transcripts.as_slice() else {
        panic!("{:?}", package.transcripts)
    };
    let ids: Vec<&str> = slice.scenarios.iter().map(|found| found.id.as_str()).collect();
    assert_eq!(
        (slice.name.as_str(), ids),
        ("SPEC", vec!["SPEC/use", "SPEC/more"])
    );

    let first = runs(&slice.scenarios[0]);
    let words: Vec<&[String]> = first.iter().map(|(_, words, _)| words.as_slice()).collect();
    assert_eq!(words, [&["on", "--level", "$5 a"][..], &["status"], &["off"]]);
    assert!(first.iter().all(|(under_test, ..)| *under_test));
    let outputs: Vec<String> = first.iter().map(|(_, _, end)| output(end)).collect();
    assert_eq!(outputs, ["burns [..]", "a\n...", "<dir>/x"]);
    let exits: Vec<&PatternKind> = first
        .iter()
        .map(|(_, _, end)| &end.exit.as_ref().unwrap().kind)
        .collect();
    let code = |text: &str| PatternKind::Value(Value::from_json(text).unwrap());
    assert_eq!((exits[0], exits[1]), (&code("0"), &code("3")));
    assert!(matches!(exits[2], PatternKind::Schema(_)));

    let second = runs(&slice.scenarios[1]);
    let programs: Vec<bool> = second.iter().map(|(under_test, ..)| *under_test).collect();
    assert_eq!(programs, [false, true]);
    assert_eq!(second[0].1, ["cat", "lamp.json"]);
    assert_eq!(
        (output(&second[0].2), output(&second[1].2)),
        ("{}".to_string(), String::new())
    );
}

#[test]
fn a_file_of_trycmd_is_one_scenario_with_fences_or_without() {
    let bare = "$ lamp on\nburns\n\n$ lamp off\n? interrupted\n";
    let fenced = "# Twice\n\n```trycmd\n$ lamp on\nburns\n```\n\nand\n\n```\n$ no command\n```\n\n```console\n$ lamp off\n? 1\n```\n";
    let (package, codes) = package(&[
        ("SPEC.md", "# Lamp\n\nIt MUST burn.\n"),
        ("cmd/bare.trycmd", bare),
        ("cmd/fenced.trycmd", fenced),
    ]);
    assert_eq!(codes, Vec::<&str>::new());
    let scenarios = package
        .transcripts
        .iter()
        .flat_map(|slice| slice.scenarios.iter().map(move |found| (slice, found)));
    let names: Vec<(&str, &str, usize)> = scenarios
        .map(|(slice, found)| (slice.name.as_str(), found.name.as_str(), runs(found).len()))
        .collect();
    assert_eq!(names, [("cmd/bare", "bare", 2), ("cmd/fenced", "fenced", 2)]);
    let end = &runs(&package.transcripts[0].scenarios[0])[1].2;
    assert!(end.exit.is_none() && end.signal.is_some());
}

#[test]
fn the_program_is_what_all_blocks_begin_with_where_none_begins_with_the_package() {
    let count = |blocks: &str| {
        let spec = format!("# Lamp\n\nIt MUST burn.\n\n```console\n{blocks}```\n");
        let (package, _) = package(&[("SPEC.md", &spec)]);
        let slices = package.transcripts.iter();
        slices.map(|slice| slice.scenarios.len()).sum::<usize>()
    };
    assert_eq!(count("$ ./light on\n$ ./light off\n"), 1);
    assert_eq!(count("$ Lamp on\n$ cat x\n"), 1);
    assert_eq!(count("$ npm install light\n$ light on\n"), 0);
    assert_eq!(count("$ lamp on > x\n"), 0);
    assert_eq!(count("nothing\n"), 0);
}

#[test]
fn what_is_not_followed_is_told_where_there_is_a_program() {
    let scenarios = "scenarios: [{ name: a, steps: [{ run: a, expect: { exit: 0 } }] }]\n";
    for (block, found) in [
        ("$ lamp on", 0),
        ("$ lamp on && lamp off\n$ lamp on", 1),
        ("$ lamp on\n$ lamp 'off", 1),
        ("$ lamp on\n$ LAMP=1 lamp off", 1),
        ("$ lamp on\n? perhaps", 1),
        ("$ lamp on\n$ lamp $(pwd)", 1),
        ("$ lamp on | cat", 1),
    ] {
        let spec = format!("# Lamp\n\nIt MUST burn.\n\n```console\n{block}\n```\n");
        let (program, codes) = package(&[("SPEC.md", &spec), ("scenarios/10-a.yaml", scenarios)]);
        assert_eq!(codes, vec!["unread-transcript"; found], "{block}");
        // Nothing is run without what comes before or after it.
        assert_eq!(program.transcripts.len(), 1 - found, "{block}");
        let (library, codes) = package(&[("SPEC.md", &spec)]);
        assert_eq!((codes.len(), library.slices.len()), (0, 0), "{block}");
    }
}
