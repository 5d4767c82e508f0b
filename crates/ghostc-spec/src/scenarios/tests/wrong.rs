//! What is said of files of scenarios that are wrong: each mistake at its place, in `wrong.txt`.

use super::package;
use ghostc_syntax::{Diagnostic, Sources};
use std::fmt::Write;
use std::path::Path;

const EXPECTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/scenarios/tests/wrong.txt");

/// Whole files.
const FILES: &[&str] = &[
    "covres: [settings]\nscenarios: 3\n",
    "",
    "- a\n",
    "scenarios: []\n",
    "scenarios:\n  - steps: [{ run: a, expect: { exit: 0 } }]\n  - name: b\n    stesp: []\n  - name: c\n    todo: yes\n",
    "scenarios: [{ name: a, steps: [{ rum: a }, { run: a, http: GET $url }, 3, {}, { run: a, status: 3 }] }]\n",
    "settings: { json: { a: 1 } }\nscenarios: [{ name: a, steps: [{ run: a, expect: { exit: 0 } }] }]\n",
    "scenarios: [{ name: a, settings: { a: 1 }, steps: [{ run: a, expect: { exit: 0 } }] }]\n",
    "scenarios: [{ name: a, files: { ../b: x, '': y }, steps: [{ run: a, expect: { exit: 0 } }] }]\n",
    "program: ''\nscenarios: [{ name: a, steps: [{ run: \"a 'b\", expect: { exit: 0 } }] }]\n",
    "scenarios: [{ name: a, steps: [{ run: &x a, expect: { exit: 0 } }] }]\n",
    "scenarios:\n  - name: a\n    table: [{ file: a, cod: 2 }, { file: b, code: 2 }, { file: a, code: 3 }]\n    steps: [{ run: check $file, expect: { exit: $code } }]\n",
    "scenarios:\n  - name: a\n    table: [{ case: x, file: a }, { case: x, file: b, extra: 1, 2x: 1 }, 3]\n    steps: [{ run: check $file, expect: { exit: 0 } }]\n",
    "scenarios:\n  - name: a\n    table: []\n    steps: [{ run: check, expect: { exit: 0 } }]\n",
    "scenarios:\n  - name: a\n    table: [{ id: a }]\n    steps: [{ run: check, expect: { stdout: { $capture: id } } }]\n",
    "scenarios:\n  - { name: a, steps: [{ run: check, expect: { exit: 0 } }] }\n  - { name: a, steps: [{ run: check }] }\n",
    "covers: [setings, settings, '#settings']\nscenarios: [{ name: a, steps: [{ run: a, expect: { exit: 0 } }] }]\n",
    "scenarios: [{ name: a, proves: Every answer MUST be, steps: [{ run: a, expect: { exit: 0 }, proves: A wrong setting MUST exit with 3 }, { run: b, proves: the moon }] }]\n",
    "after: [20-lamp, '10-lamp']\nscenarios: [{ name: a, steps: [{ run: a, expect: { exit: 0 } }] }]\n",
    "include: [shared/daemon.yaml, 20-more.yaml]\nscenarios: [{ name: a, steps: [{ run: a, expect: { exit: 0 } }] }]\n",
    "define: { a: [{ use: b }], b: [{ use: a }] }\nscenarios: [{ name: a, steps: [{ use: a }, { run: a, expect: { exit: 0 } }] }]\n",
    "fakes: { my-fake: [{ reply: x }], a: {}, b: { http: [] }, c: { conversation: {} }, d: { http: [{}], conversation: { rules: [{}] } }, e: 3 }\nscenarios: [{ name: a, steps: [{ run: a, expect: { exit: 0 } }] }]\n",
    "fakes: { a: [{ times: 0, exit: 300, when: { gap: 1t.., method: GET } }], b: { http: [{ when: post /x, status: ok, json: 1, body: x }] } }\nscenarios: [{ name: a, steps: [{ run: a, expect: { exit: 0 } }] }]\n",
];

/// Steps, each alone in a scenario with fakes and a program.
const STEPS: &[&str] = &[
    "- { run: a, timeout: 3, expect: { exit: 300, stdout: { a: 1 } } }",
    "- { run: a, within: 3s, expect: { exit: 0 } }",
    "- { run: a, until: true, expect: { exit: 0 } }",
    "- { run: a, until: true, within: 0t }",
    "- { http: POST http://a, within: 3s, expect: { status: 20 } }",
    "- { http: get http://a, expect: {} }",
    "- { http: GET, expect: { status: 200 } }",
    "- { http: GET /state, json: {}, body: x, expect: { status: 200 } }",
    "- { start: serve, ready: { stdout: '(' } }",
    "- { start: serve, as: server, ready: serving }",
    "- { stop: daemon, signal: SIGTERM, expect: { exit: 0 } }",
    "- { stop: daemon, within: 2s, expect: { exit: 0 } }",
    "- { stop: daemon, expect: { signal: KILLED } }",
    "- { calls: worker }",
    "- { calls: worker, expect: [{ gap: 100ms..200ms }, { gap: 2t }, { stdn: 3 }] }",
    "- { quiet: { calls: hook } }",
    "- { files: {} }",
    "- { files: { a: { jsn: 1 } } }",
    "- { processes: worker, expect: [1] }",
    "- { overlaps: worker, expect: {} }",
    "- { run: { command: [] }, expect: { exit: 0 } }",
    "- { run: { command: sh -c 'true' }, expect: { exit: 0 } }",
    "- { remove: /etc/passwd }",
    "- { write: a }",
    "- { run: a, expect: { stdout_json: { $tpye: string } } }",
    "- { run: a, expect: { stdout_json: { $type: text } } }",
    "- { run: a, expect: { stdout_json: { $type: string, $re: x } } }",
    "- { run: a, expect: { stdout_json: { a: { $re: '[' }, b: { $in: [] }, c: { $absent: false }, d: { $ms: 2 } } } }",
    "- { run: a, expect: { stdout_json: { $capture: dir } } }",
    "- { run: a, expect: { stdout_json: { $capture: my-id } } }",
    "- { run: a, expect: { stdout_json: { $ref: 3 } } }",
    "- { run: a, expect: { stdout_json: { $schema: { type: object, properties: { a: { type: text } } } } } }",
    "- { run: a, expect: { stdout_json: { $schema: { $ref: 'https://example.org/x.json' } } } }",
    "- { run: a, expect: { stdout_json: { $schema: 3 } } }",
    "- { run: a, stdin: { $re: x }, expect: { exit: 0 } }",
    "- { run: a, expect: { stdout_json: { a: 1 }, stdout_json_exactly: { a: 1 } } }",
    "- { calls: wroker, expect: [] }",
    "- { calls: hook, expect: [{ stdin: x }] }",
    "- { kill: deamon }",
    "- { log: worker, expect: { not: [x] } }",
    "- { processes: clock, expect: [] }",
    "- { set: { clock: [{ exit: 0 }] } }",
    "- { set: { worker: { http: [{ status: 200 }] } } }",
    "- { set: { worker: [] } }",
    "- { start: serve, as: hook }",
    "- { use: login }",
    "- { run: a $fakes.wroker $fakes $dir, expect: { exit: 0 } }",
    "- { run: a $id, expect: { stdout: { $capture: id } } }",
];

/// A finding on one line: its place, its code, its words, and what to do.
fn line(found: &Diagnostic, sources: &Sources) -> String {
    let (start, end) = sources.positions(found.span);
    let mut text = format!("  {}:{}-{}:{} ", start.line, start.column, end.line, end.column);
    let _ = write!(text, "{}: {}", found.code.name, found.message);
    for label in &found.labels {
        let _ = write!(
            text,
            " ({}: {})",
            sources.positions(label.span).0.line,
            label.text
        );
    }
    for extra in found.notes.iter().chain(&found.help) {
        let _ = write!(text, " / {extra}");
    }
    text + "\n"
}

fn findings(text: &str) -> String {
    let (_, findings, sources) = package(&[("10-lamp.yaml", text)]);
    assert!(!findings.is_empty(), "{text}");
    findings.iter().map(|found| line(found, &sources)).collect()
}

fn in_scenario(step: &str) -> String {
    format!(
        "fakes: {{ worker: [{{ reply: done }}], hook: {{ http: [{{ status: 204 }}] }} }}
scenarios:
  - name: it is wrong
    steps:
      - {{ start: serve, as: daemon }}
      {step}
      - {{ run: check, expect: {{ exit: 0 }} }}
"
    )
}

#[test]
fn each_mistake_is_told_at_its_place() {
    let files = FILES.iter().map(|text| format!("{text}{}", findings(text)));
    let steps = STEPS
        .iter()
        .map(|step| format!("{step}\n{}", findings(&in_scenario(step))));
    let found: String = files.chain(steps).collect();
    let expected = snapbox::Data::read_from(Path::new(EXPECTED), None);
    snapbox::assert_data_eq!(found, expected.raw());
}
