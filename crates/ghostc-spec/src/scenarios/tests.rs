//! What files of scenarios come to, and what is said of wrong ones.

mod wrong;

use super::keys::{KEYS, KeyPart, STEPS};
use crate::discover::discover_in;
use crate::library::Package;
use crate::resolve::{Input, resolve};
use crate::settings::Settings;
use crate::slice::{ProofTarget, Scenario};
use ghostc_syntax::render::{Style, render};
use ghostc_syntax::script::pattern::{JsonType, PatternKind};
use ghostc_syntax::script::text::{Text, TextPart};
use ghostc_syntax::script::{Data, FakeKind, FileExpectation, HttpBody, Lapse, StepKind, Stream};
use ghostc_syntax::{Diagnostic, Source, Sources, Value};
use proptest::prelude::{ProptestConfig, any, prop_assert, proptest};

const SPEC: &str = "# Lamp

## Settings

- A wrong setting MUST exit with 2.
- Every answer MUST be JSON.
- Every answer MUST be one line.

## Serving

A lamp that burns is told with `state`, and switched with `POST /on`.

| request | answer |
|---|---|
| `GET /state` | 200 and the lamp |

## Test matrix

- [ ] a lamp survives a restart
";

/// A package of a spec and of files below `scenarios/`, and what was said of it.
fn package(files: &[(&str, &str)]) -> (Package, Vec<Diagnostic>, Sources) {
    let mut sources = Sources::default();
    sources.add(Source::new("p/SPEC.md", SPEC));
    for (path, text) in files {
        sources.add(Source::new(format!("p/scenarios/{path}"), *text));
    }
    let settings = Settings {
        held_out: 0.2,
        ..Settings::default()
    };
    let mut resolved = resolve(Input::new(&sources, &settings), &discover_in(&sources), 1);
    ghostc_syntax::diagnostic::sort(&mut resolved.diagnostics);
    (resolved.value.packages.remove(0), resolved.diagnostics, sources)
}

/// A package, and what was said of it as text.
fn rendered(files: &[(&str, &str)]) -> (Package, String) {
    let (package, findings, sources) = package(files);
    let found = findings.iter();
    let found = found.map(|found| render(found, &sources, Style::default()));
    (package, found.collect())
}

/// The scenarios of one file that has nothing wrong with it.
fn sound(text: &str) -> Vec<Scenario> {
    let (mut package, found) = rendered(&[("10-lamp.yaml", text)]);
    assert_eq!(found, "");
    package.slices.remove(0).scenarios
}

fn kinds(scenario: &Scenario) -> Vec<&StepKind> {
    scenario.script.steps.iter().map(|step| &step.kind).collect()
}

#[test]
fn every_key_has_a_sentence_and_an_example_that_is_read() {
    for key in KEYS {
        let name = key.name;
        assert!(key.about.ends_with('.') && !key.parts.is_empty(), "{name}");
        assert!(key.example.contains(name), "{name}");
        let (_, found) = package_with_shared(&key.example_file());
        let is_fine = found.is_empty() || name == "command" && found.starts_with("warning[not-portable]");
        assert!(is_fine, "{name}\n{}\n{found}", key.example_file());
    }
    for (verb, part) in STEPS {
        assert!(
            KEYS.iter()
                .any(|key| key.name == *verb && key.parts.contains(part))
        );
    }
}

/// The same beside a file that may be included.
fn package_with_shared(text: &str) -> (Package, String) {
    let shared = ("shared/daemon.yaml", "fakes: { clock: [{ reply: noon }] }\n");
    let files = [("10-lamp.yaml", text), shared];
    rendered(if text.contains("include:") {
        &files
    } else {
        &files[..1]
    })
}

const SHARED: &str =
    "settings: { file: lamp.json, json: { worker: $fakes.worker, retry: { base: 1, cap: 2 } } }
define:
  daemon:
    - { start: serve --port 0, as: daemon, ready: { stderr: 'on (?P<url>http://\\S+)' }, timeout: 5s }
fakes: { worker: [{ reply: done }] }
";

const SLICE: &str = "covers: [serving, '#settings']
include: shared/daemon.yaml
program: ./lamp --quiet
scenarios:
  - name: It is switched on!
    settings: { retry: { base: { $ms: 1.5t } }, port: 0 }
    proves: every answer must be json
    table:
      - { case: by hand, body: '{}', held_out: true }
      - { body: { lit: true }, held_out: false }
    steps:
      - use: daemon
      - { http: POST $url/on, body: $body, expect: { status: 202, json: { id: { $capture: id, $type: string } } } }
      - { http: GET $url/state/$id, within: 30t, proves: [GET /state], expect: { json_exactly: { lit: [true] } } }
  - { name: it survives, todo: true, proves: survives a restart }
";

#[test]
fn rows_definitions_settings_and_fakes_are_put_in() {
    let (package, found) = rendered(&[("10-lamp.yaml", SLICE), ("shared/daemon.yaml", SHARED)]);
    assert_eq!(found, "");
    let [slice] = package.slices.as_slice() else {
        panic!("one slice")
    };
    let anchors: Vec<&str> = slice.covers.iter().map(|found| found.anchor.as_str()).collect();
    assert_eq!(
        (slice.name.as_str(), anchors),
        ("10-lamp", vec!["serving", "settings"])
    );
    assert_eq!(slice.includes, ["shared/daemon.yaml"]);
    assert_eq!(slice.program.as_ref().unwrap().words.len(), 2);
    let ids: Vec<&str> = slice.scenarios.iter().map(|found| found.id.as_str()).collect();
    let by_value = "10-lamp/it-is-switched-on/lit-true";
    assert_eq!(
        ids,
        [
            "10-lamp/it-is-switched-on/by-hand",
            by_value,
            "10-lamp/it-survives"
        ]
    );
    let marks: Vec<(bool, bool)> = slice
        .scenarios
        .iter()
        .map(|found| (found.held_out, found.todo))
        .collect();
    assert_eq!(marks, [(true, false), (false, false), (false, true)]);

    let first = &slice.scenarios[0];
    assert_eq!(first.script.variables["body"], Value::String("{}".into()));
    let targets: Vec<(ProofTarget, Option<usize>)> = first
        .proves
        .iter()
        .map(|proof| (proof.target, proof.step))
        .collect();
    assert_eq!(
        targets,
        [
            (ProofTarget::Statement(1), None),
            (ProofTarget::Clause(0), Some(2))
        ]
    );
    assert_eq!(slice.scenarios[2].proves[0].target, ProofTarget::Obligation(0));

    check_settings(&first.script.files[0]);
    check_steps(first);
}

fn check_settings((path, settings): &(Text, Data)) {
    assert_eq!(path.parts, [TextPart::Literal("lamp.json".into())]);
    let Data::Object(fields) = settings else {
        panic!("{settings:?}")
    };
    let names: Vec<&str> = fields.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["worker", "retry", "port"]);
    let Data::Object(retry) = &fields[1].1 else {
        panic!("{fields:?}")
    };
    assert_eq!(retry[0].1, Data::Milliseconds(Lapse::Elastic(1500)));
    assert_eq!(retry[1].1, Data::Value(Value::from(serde_json::json!(2))));
}

fn check_steps(first: &Scenario) {
    let [start, post, get] = kinds(first)[..] else {
        panic!("three steps")
    };
    let StepKind::Start { command, name, ready } = start else {
        panic!("{start:?}")
    };
    assert!(command.under_test && command.words.len() == 3 && name == "daemon");
    assert_eq!(ready.as_ref().unwrap().stream, Stream::Stderr);
    assert_eq!(first.script.steps[0].timeout, Some(Lapse::Fixed(5000)));
    let StepKind::Http {
        method, body, expect, ..
    } = post
    else {
        panic!("{post:?}")
    };
    assert!(
        method == "POST" && matches!(body, Some(HttpBody::Text(text)) if text.as_variable() == Some("body"))
    );
    let json = &expect.as_ref().unwrap().json.as_ref().unwrap().kind;
    let PatternKind::Object {
        fields,
        exactly: false,
    } = json
    else {
        panic!("{json:?}")
    };
    let PatternKind::Capture { name, inner } = &fields[0].1.kind else {
        panic!("{fields:?}")
    };
    assert_eq!(name, "id");
    assert_eq!(inner.as_ref().unwrap().kind, PatternKind::Type(JsonType::String));
    let StepKind::Http { expect, .. } = get else {
        panic!("{get:?}")
    };
    let json = &expect.as_ref().unwrap().json.as_ref().unwrap().kind;
    assert!(matches!(json, PatternKind::Object { exactly: true, .. }));
    assert_eq!(first.script.steps[2].within, Some(Lapse::Elastic(30_000)));
}

const EVERYTHING: &str = "scenarios:
  - name: everything
    env: { TOKEN: hush }
    files: { a.txt: text, b.json: [1, $dir] }
    fakes:
      worker:
        - { when: { stdin: { n: 1 }, env: { TOKEN: { $absent: true } } }, times: 2, exit: 3, delay: 2t, child: 10s }
        - { reply: { ok: true } }
      hook: { http: [{ when: POST /done, status: 503, body: busy }, { when: { path: { $re: '^/x' } }, json: [] }] }
      agent: { conversation: { valid: { type: object }, rules: [{ when: { id: { $capture: id } }, reply: { id: $id }, then: [{ delay: 1t, reply: { bye: true } }], exit: 0 }] } }
    steps:
      - { run: ['a b', '', $word.x], stdin: { n: 1 }, expect: { exit: { $in: [0, 3] }, stdout: { $re: '^(?P<n>\\d+)' }, stderr_json_exactly: { a: { b: 1 } } } }
      - { write: { c.txt: $n, d.json: { n: $n } } }
      - { remove: [c.txt, d.json] }
      - { set: { worker: [{ exit: 1 }], hook: { http: [{ status: 200 }] } } }
      - { calls: worker, running: false, unordered: true, within: 2s, expect: [{ stdin: { n: 1 }, cwd: $dir, gap: 1t..2.5t }, { args: [] }] }
      - { overlaps: worker, expect: { most: 2, never: [[{ stdin: a }, {}]] } }
      - { quiet: { calls: hook, for: 3t } }
      - { files: { a.txt: \"text\\n\", gone: { $absent: true }, b.json: { json: [{ $unordered: [2, 1] }] } } }
      - { processes: agent, expect: 0 }
";

#[test]
fn looks_and_fakes_are_what_they_say() {
    let scenarios = sound(EVERYTHING);
    let script = &scenarios[0].script;
    assert_eq!(script.env[0].0, "TOKEN");
    let FakeKind::Command(rules) = &script.fakes["worker"].kind else {
        panic!("a command")
    };
    assert_eq!(
        (rules[0].times, rules[0].delay, rules[0].child),
        (Some(2), Some(Lapse::Elastic(2000)), Some(Lapse::Fixed(10_000)))
    );
    assert_eq!(rules[0].when.env[0].1.kind, PatternKind::Absent);
    let FakeKind::Http(rules) = &script.fakes["hook"].kind else {
        panic!("a server")
    };
    assert!(rules[0].when.method.is_some() && rules[0].when.path.is_some());
    assert!(matches!(rules[1].body, Some(HttpBody::Json(Data::List(_)))));
    let FakeKind::Conversation(agent) = &script.fakes["agent"].kind else {
        panic!("a conversation")
    };
    let delays: Vec<Option<Lapse>> = agent.rules[0].reply.iter().map(|(delay, _)| *delay).collect();
    assert_eq!(delays, [None, Some(Lapse::Elastic(1000))]);
    check_looks(&kinds(&scenarios[0]));
}

fn check_looks(kinds: &[&StepKind]) {
    assert_eq!(kinds.len(), 12);
    let is_set = |kind: &StepKind| matches!(kind, StepKind::Set { .. });
    assert!(kinds[5..7].iter().all(|kind| is_set(kind)));
    let StepKind::Run { command, expect, .. } = kinds[0] else {
        panic!("{:?}", kinds[0])
    };
    assert!(command.words.len() == 3 && command.words.iter().all(|word| !word.splits));
    let json = &expect.as_ref().unwrap().stderr_json.as_ref().unwrap().kind;
    let PatternKind::Object {
        fields,
        exactly: true,
    } = json
    else {
        panic!("{json:?}")
    };
    assert!(matches!(
        fields[0].1.kind,
        PatternKind::Object { exactly: true, .. }
    ));
    let StepKind::Calls {
        running,
        unordered,
        expect,
        ..
    } = kinds[7]
    else {
        panic!("{:?}", kinds[7])
    };
    assert_eq!((*running, *unordered, expect.len()), (Some(false), true, 2));
    let StepKind::Files { expect } = kinds[10] else {
        panic!("{:?}", kinds[10])
    };
    assert!(
        matches!(expect[1].1, FileExpectation::Absent) && matches!(expect[2].1, FileExpectation::Json(_))
    );
}

#[test]
fn some_scenarios_are_held_out_where_nobody_says() {
    let rows: String = (0..10)
        .map(|n| format!("      - {{ file: {n}.json }}\n"))
        .collect();
    let text = format!(
        "scenarios:\n  - name: refused\n    table:\n{rows}    steps: [{{ run: check $file, expect: {{ exit: 2 }} }}]\n"
    );
    let chosen = |scenarios: &[Scenario]| -> Vec<String> {
        let held = scenarios.iter().filter(|found| found.held_out);
        held.map(|found| found.id.clone()).collect()
    };
    let scenarios = sound(&text);
    let held = chosen(&scenarios);
    assert_eq!(held.len(), 2);
    // Another order chooses the same.
    let (first, rest) = rows.split_once('\n').unwrap();
    let turned = text.replace(&rows, &format!("{rest}{first}\n"));
    let mut again = chosen(&sound(&turned));
    again.sort();
    let mut held = held;
    held.sort();
    assert_eq!(held, again);
}

#[test]
fn slices_follow_the_file_before_them_or_those_that_they_name() {
    let text = |head: &str| {
        format!("{head}scenarios: [{{ name: a, steps: [{{ run: a, expect: {{ exit: 0 }} }}] }}]\n")
    };
    let (a, b, c) = (text(""), text(""), text("after: [10-a]\n"));
    let (package, found) = rendered(&[("30-c.yml", &c), ("10-a.yaml", &a), ("20-b.yaml", &b)]);
    assert_eq!(found, "");
    let orders: Vec<(&str, Vec<usize>)> = package
        .slices
        .iter()
        .map(|slice| {
            (
                slice.name.as_str(),
                slice.after.iter().map(|(at, _)| *at).collect(),
            )
        })
        .collect();
    assert_eq!(orders, [("10-a", vec![]), ("20-b", vec![0]), ("30-c", vec![0])]);
}

#[test]
fn a_part_is_told_from_the_others_by_its_keys() {
    let of = |part: KeyPart| KEYS.iter().filter(|key| key.parts.contains(&part)).count();
    assert_eq!((of(KeyPart::Row), of(KeyPart::Kill)), (2, 2));
}

#[test]
fn definitions_that_use_each_other_twice_come_to_an_end() {
    let names = 0..60;
    let define: String = names
        .map(|n| format!("  d{n}: [{{ use: d{} }}, {{ use: d{} }}]\n", n + 1, n + 1))
        .collect();
    let text = |last: &str| {
        format!(
            "define:\n{define}  d60: [{last}]\nscenarios: [{{ name: a, steps: [{{ use: d0 }}, {{ run: a, expect: {{ exit: 0 }} }}] }}]\n"
        )
    };
    for last in ["{ run: b }", "{ use: d99 }"] {
        let (_, found) = rendered(&[("10-lamp.yaml", &text(last))]);
        assert!(found.contains("come to more than 100000 steps"), "{found}");
    }
    let chain: String = (0..5_000)
        .map(|n| format!("  d{n}: [{{ use: d{} }}]\n", n + 1))
        .collect();
    let text = format!(
        "define:\n{chain}scenarios: [{{ name: a, steps: [{{ use: d0 }}, {{ run: a, expect: {{ exit: 0 }} }}] }}]\n"
    );
    let (_, found) = rendered(&[("10-lamp.yaml", &text)]);
    assert!(found.contains("more than 64 deep"), "{found}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Whatever a file holds, it is read to its end, and what is said of it lies in it.
    #[test]
    fn any_file_is_read_or_reported(
        edits in proptest::collection::vec((0usize..4_000, 0usize..40, 0usize..PIECES.len()), 1..4),
        is_first in any::<bool>(),
    ) {
        let mut text = if is_first { EVERYTHING.to_string() } else { SLICE.to_string() };
        for (at, length, piece) in edits {
            let is_boundary = |at: &usize| text.is_char_boundary(*at);
            let start = (0..=at % text.len()).rev().find(is_boundary).unwrap_or(0);
            let end = (start..=(start + length).min(text.len())).rev().find(is_boundary).unwrap_or(start);
            text.replace_range(start..end, PIECES[piece]);
        }
        let (package, findings, sources) = package(&[("10-lamp.yaml", &text), ("shared/daemon.yaml", SHARED)]);
        for found in &findings {
            prop_assert!(sources.get(found.span.file).text.get(found.span.range()).is_some(), "{found:?}");
            render(found, &sources, Style::default());
        }
        let is_wrong = findings.iter().any(|found| found.severity == ghostc_syntax::Severity::Error);
        let scenarios = package.slices.iter().map(|slice| slice.scenarios.len()).sum::<usize>();
        prop_assert!(is_wrong || scenarios > 0, "{text}");
    }
}

/// What is put into files.
const PIECES: &[&str] = &[
    "",
    "\n",
    "  ",
    ": ",
    "- ",
    "{",
    "}",
    "[",
    "]",
    "'",
    "\"",
    "$",
    "$$x",
    "é",
    "0t",
    "use: daemon",
    "{ $capture: a }",
    "[..]",
];
