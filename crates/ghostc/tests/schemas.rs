//! `ghostc schema NAME` against what ghostc does: the schemas of the files that people write say what the parsers
//! accept, and the schemas of outputs say what is printed, to the last field.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test that meets something unexpected should panic"
)]

use ghostc_diff::diff::RuleLevels;
use ghostc_lint::check_lint_names;
use ghostc_syntax::FileId;
use jsonschema::Validator;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const NAMES: &[&str] = &[
    "ghostc.yaml",
    "tests.yaml",
    "cases.yaml",
    "scenarios",
    "target.yaml",
    "ghostc.accepted.yaml",
    "check",
    "cases",
    "inspect",
    "graph",
    "trace",
    "diff",
    "log",
    "blame",
    "bisect",
    "test",
    "build",
    "ci",
    "build-event",
];

/// Settings that both `ghostc check` and the schema accept (`+`), or both refuse (`-`).
const SETTINGS: &str = r#"
+
+ packages: specs
+ plan: { granularity: slice }
  prompt: { whole: 8K }
- prompt: { whole: all }
+ packages: [specs, .]
  targets: [rust, python]
+ targets: rust
  agent: claude
+ agent: mine
  agents: { mine: { command: [sh, -c, ls], env: [KEY] }, other: { protocol: replay } }
+ agents: { codex: { env: [KEY], model: m, args: [-c, a=b] }, claude: { model: n }, gemini: { command: [x] } }
+ agents: { a: { command: run-it }, b: { protocol: print, command: [x], env: HOME } }
  held_out: 0
+ held_out: 1
  plan: { granularity: section }
  prompt: { budget: 4 k }
+ build: { jobs: 1, attempts: 1K, timeout: 500ms, stall: 1h, tokens: 0 }
+ build: {}
  plan: {}
  prompt: {}
  agents: {}
  lints: {}
+ lints: { duplicate-input: allow, dropped-edge: warning, not-known-yet: note, no-expectation: error }
- - packages
- packages:
- packages: [1]
- packages: { a: b }
- package: [specs]
- agent: [claude]
- agents: [mine]
- agents: { mine: {} }
- agents: { mine: sh }
- agents: { mine: { command: [] } }
- agents: { mine: { protocol: acp, command: [x] } }
- agents: { mine: { command: [x], cwd: . } }
- agents: { codex: { command: [x], model: m } }
- agents: { mine: { env: [KEY], model: m } }
- held_out: 20%
- held_out: 1.5
- held_out: -0.1
- plan: { granularity: file }
- plan: operation
- prompt: { tokens: 4K }
- prompt: { budget: lots }
+ prompt: { cases: 2K }
- prompt: { cases: few }
- cases: 1
+ cases: { specs/p: { files: suite.json, each: doc.t, operation: f, input: [x], output: r } }
- build: { jobs: 0 }
- build: { attempts: 0K }
- build: { jobs: 1.5 }
- build: { tokens: -1 }
- build: { timeout: 30 }
- build: { stall: 5 minutes }
- build: { timeout: 1.5h }
+ dialects: { docs/billing: kiro, a: ghost }
  lints: { clarity: allow }
- dialects: { docs: latex }
- dialects: kiro
+ diff: { rules: { statement-added: off, breaking: ERR, case-removed: WARN, prose-added: INFO, case-added: error } }
+ diff: { rules: {} }
+ diff: {}
- diff: { rules: { statment-added: info } }
- diff: { rules: { statement-added: 1 } }
- diff: { rules: { statement-added: fatal } }
- diff: { rules: [statement-added] }
- diff: { rule: {} }
- diff: breaking
+ prices: { codex: 2.5, claude: 0 }
+ prices: {}
- prices: { codex: -1 }
- prices: { codex: much }
- prices: 2
- lints: { duplicate-input: never }
- lints: { not-known-yet: never }
- lints: [duplicate-input]
"#;

/// The same for cases of `f(x)` and `g(x, y?)`.
const CASES: &str = r#"
+
+ f:
    - { name: a, input: 1, output: 2 }
    - { description: b, inputs: 2, expected: ~ }
+ f:
    - { title: 1, args: [1], expect: [] }
    - { arguments: { x: 2 }, returns: {} }
  g: []
+ f:
    - { given: 1, result: x }
    - { input: 2, error: true }
    - { input: 3, throws: too big }
+ f:
    - { input: 1, raises: false, output: 1 }
    - { input: 2, matches: '^a' }
+ f:
    - { input: 1, output: a, matches: a, approx: 0, held_out: true, skip: why, requirement: R1 }
+ f:
    - { input: 1, output: 1.5, approx: 1e-9, skip: false, id: 7, note: [], notes: ~, tags: {}, comment: x }
+ f:
    - { input: 1, output: 1, case_id: c }
    - { input: 2, output: 1, skip: true, held_out: false }
+ version: 1
  source_version: x
  description: y
  name: z
  package: p
  meta: { a: [1], b: { c: ~ } }
  schema: ~
  $schema: s
+ cases:
    f:
      - { input: 1, output: 1 }
  operations:
    unicode:
      description: far away
      g:
        - { input: 1, output: 1 }
+ f:
    - { input: 1, output: 90, exact: true }
    - { input: 2, output: 90.0, exact: false, approx: 1 }
+ exact: true
  f:
    exact: false
    cases:
      - { input: 1, output: 90 }
- exact: yes
  f: []
- f:
    - { input: 1, output: 2, exact: 1 }
- f:
    exact: [true]
+ f:
  g: {}
+ meta:
    f:
      - { input: 1, output: 1 }
+ f:
    input:
      f:
        - { input: 1, output: 1 }
- - f
- f: 3
- f: text
- f:
    - 3
- f: [[{ input: 1, output: 1 }]]
- f: { input: 1, output: 2 }
- f: { input: {} }
- f:
    - { input: 1 }
- f:
    - {}
- f:
    - { input: 1, error: false }
- f:
    - { input: 1, output: 2, error: true }
- f:
    - { input: 1, expected: 2, throws: x }
- f:
    - { input: 1, error: 5 }
- f:
    - { input: 1, error: ~ }
- f:
    - { input: 1, raises: { kind: x } }
- f:
    - { input: 1, ouptut: 2 }
- f:
    - { input: 1, output: 2, timeout: 3 }
- f:
    - { name: [a], input: 1, output: 2 }
- f:
    - { id: true, input: 1, output: 2 }
- f:
    - { input: 1, output: 2, held_out: maybe }
- f:
    - { input: 1, output: 2, skip: ~ }
- f:
    - { input: 1, output: 2, approx: -1 }
- f:
    - { input: 1, output: 2, approx: '1' }
- f:
    - { input: 1, output: 2, requirement: [R1] }
- f:
    - { input: 1, output: 2, matches: true }
- f:
    version: 1
- other: 1
"#;

/// The same for a target, beside `conventions.md.jinja` and `a.jinja`.
const TARGETS: &str = r#"
+ drive: run
  paths: { module: a.x }
+ name: t
  title: T
  drive: [run, it]
  paths: { module: a.x, may_write: [a.x, b.x] }
  build: []
  test: go
+ drive: [run]
  paths: { module: a.x, may_write: a.x }
  ident: { function: flat, module: kebab, test: pascal, reserved: [a] }
+ drive: [run]
  paths: { module: a.x }
  toolchain: [{ run: run, at_least: 1.5, install: get it }, { run: [run, v], at_least: '2.0' }]
+ drive: [run]
  paths: { module: a.x }
  link: { l: a.jinja }
  tests: {}
  driver: { d: a.jinja }
  env: { A: b }
  ignore: x
  build: [[a, b]]
+ drive: [run]
  paths: { module: a.x }
  program:
    run: ['{build}/x', '{tree}']
    build: [[make, '{package}']]
    scaffold: { l: a.jinja }
    conventions: a.jinja
    may_write: src/**
    ignore: [x]
    public: '^pub (x)'
+ drive: [run]
  paths: { module: a.x }
  program: { run: x, conventions: a.jinja, may_write: [a] }
- drive: [run]
  paths: { module: a.x }
  program: {}
- drive: [run]
  paths: { module: a.x }
  program: { run: x, conventions: a.jinja }
- drive: [run]
  paths: { module: a.x }
  program: { run: [], conventions: a.jinja, may_write: [a] }
- drive: [run]
  paths: { module: a.x }
  program: { run: x, conventions: a.jinja, may_write: [a], start: x }
- drive: [run]
  paths: { module: a.x }
  program: { run: x, conventions: a.jinja, may_write: [a], build: [x] }
- drive: [run]
  paths: { module: a.x }
  program: run
+ drive: [run]
  paths: { module: a.x }
  comments: { line: '#', block: [[a, b]], strings: ['"'] }
  ident: {}
-
- - drive
- paths: { module: a.x }
- drive: [run]
- drive: []
  paths: { module: a.x }
- drive: [run]
  paths: {}
- drive: [run]
  paths: a.x
- drive: [run]
  paths: { module: [a.x] }
- drive: [run]
  paths: { module: a.x, files: b }
- drive: [run]
  paths: { module: a.x }
  module: m
- drive: [run]
  paths: { module: a.x }
  title: [T]
- drive: [run]
  paths: { module: a.x }
  ident: { function: screaming }
- drive: [run]
  paths: { module: a.x }
  ident: snake
- drive: [run]
  paths: { module: a.x }
  toolchain: { run: a }
- drive: [run]
  paths: { module: a.x }
  toolchain: [{ run: a, version: 1 }]
- drive: [run]
  paths: { module: a.x }
  toolchain: [{ run: a, at_least: [1] }]
- drive: [run]
  paths: { module: a.x }
  build: [a, b]
- drive: [run]
  paths: { module: a.x }
  build: [[]]
- drive: [run]
  paths: { module: a.x }
  env: { A: 1 }
- drive: [run]
  paths: { module: a.x }
  link: [a.jinja]
- drive: [run]
  paths: { module: a.x }
  comments: { lines: '#' }
+ drive: [run]
  paths: { module: a.x }
  comments: { block: [['(*', '*)']] }
+ drive: [run]
  paths: { module: a.x }
  numbers: { largest_integer: 340282366920938463463374607431768211456, integers_and_floats_differ: false }
+ drive: [run]
  paths: { module: a.x }
  numbers: { largest_integer: any }
- drive: [run]
  paths: { module: a.x }
  numbers: { largest_integer: many }
- drive: [run]
  paths: { module: a.x }
  numbers: { largest_integer: -1 }
- drive: [run]
  paths: { module: a.x }
  numbers: { integers_and_floats_differ: 1 }
- drive: [run]
  paths: { module: a.x }
  numbers: any
- drive: [run]
  paths: { module: a.x }
  comments: { block: [[a]] }
- drive: [run]
  paths: { module: a.x }
  comments: { block: a }
- drive: [run]
  paths: { module: a.x }
  name: [t]
- drive: [run]
  paths: { module: a.x }
  toolchain: [{ at_least: '1' }]
"#;

/// The same for accepted changes.
const ACCEPTED: &str = r#"
+
+ 50adb798314d: { reason: all users agreed }
+ "50adb798314d":
    rule: statement-removed
    id: f~79a00b56
    says: It MUST work.
    reason: nobody needs it
    until: '2027-01-31'
    places: [5f9f301d4779]
+ abc: { reason: r, places: def }
- abc: {}
- abc: { reason: '' }
- abc: { reason: ' ' }
- abc: { raeson: r }
- abc: { reason: [r] }
- abc: { reason: r, until: soon }
- abc: { reason: r, rule: [a] }
- abc: { reason: r, places: [[a]] }
- abc: taken
- [abc]
"#;

/// Case mappings, of a package with the operation `f(x)` and one file, `suite.json`.
const MAPPINGS: &str = r#"
+ files: suite.json
  each: doc.t
  operation: f
  input: [x]
  output: r
+ files: [suite.json, other.json]
  not: [other.json]
  read: json
  each: [{ t: doc.t }]
  inherit: why
  where: "x == 1"
  operation: "{{ 'f' }}"
  name: "{{ why }}"
  group: g
  input: { x: t.x }
  any_of: "[r, 3]"
  error: false
  skip: none
  tags: "[why]"
  compare: [{ where: "value is number", as: value | float }, { as: value }]
+ title: t
  detect: suite.json
  sources:
    - { files: suite.json, each: doc.t, operation: f, input: x, output: r }
+ - { files: suite.json, each: doc.t, operation: f, input: x, output: r }
- files: suite.json
  each: doc.t
- files: suite.json
  each: doc.t
  operation: f
  input: x
  output: r
  outcome: r
- files: suite.json
  read: toml
  each: doc.t
  operation: f
  input: x
  output: r
- files: suite.json
  each: doc.t
  operation: f
  input: [1]
  output: r
- files: suite.json
  each: doc.t
  operation: f
  input: x
  output: [r]
- files: suite.json
  each: { t: doc.t }
  operation: f
  input: x
  output: r
- files: suite.json
  each: [{ t: doc.t, u: t }]
  operation: f
  input: x
  output: r
- files: suite.json
  each: doc.t
  operation: f
  input: x
  output: r
  compare: [{ where: "true" }]
- files: suite.json
  each: doc.t
  operation: f
  input: x
  output: r
  with: [suite.json]
- sources: [{ files: suite.json, each: doc.t, operation: f, input: x, output: r }]
  files: suite.json
"#;

const SCENARIOS: &str = r#"
+ scenarios: [{ name: a, steps: [{ run: a, expect: { exit: 0 } }] }]
+ covers: part
  after: []
  settings: { file: a.json, json: { wait: { $ms: 1.5t }, $$ref: [$dir] } }
  fakes: { w: [{ reply: { a: 1 } }], h: { http: [{ when: POST /a, status: 204 }] } }
  define: { d: [{ start: [serve], as: d, ready: { stdout: '(?P<url>.*)' } }] }
  scenarios:
    - name: a
      table: [{ case: a, held_out: true, arg: x }]
      steps:
        - use: d
        - { run: [$arg, 2], timeout: 2s, expect: { exit: 0, stdout_json: { $capture: id, $type: [string, "null"] } } }
        - { calls: h, within: 3t, expect: [{ json: { id: $id, none: { $absent: true } } }, { gap: 1t.. }] }
        - { processes: w, expect: [] }
        - { files: { a.json: { json_exactly: { $unordered: [1, { b: { $in: [1, 2] } }] } }, b: { $absent: true } } }
        - { overlaps: w, expect: { most: 2, never: [[{}, { stdin: a }]] } }
- scenarios: []
- scenario: []
- scenarios: [{ name: a, steps: [{ rum: a, expect: { exit: 0 } }] }]
- scenarios: [{ steps: [{ run: a, expect: { exit: 0 } }] }]
- scenarios: [{ name: a, todo: false }]
- scenarios: [{ name: a, steps: [{ run: a, expect: {} }] }]
- scenarios: [{ name: a, steps: [{ run: a, expect: { exit: 0 }, within: 3 }] }]
- scenarios: [{ name: a, steps: [{ run: a, http: GET http://a, expect: { exit: 0 } }] }]
- scenarios: [{ name: a, steps: [{ run: a, expect: { stdout_json: { $tpye: string } } }] }]
- scenarios: [{ name: a, steps: [{ run: a, expect: { stdout_json: { $type: text } } }] }]
- scenarios: [{ name: a, steps: [{ run: a, expect: { stdout_json: { $type: string, $re: a } } }] }]
- fakes: { w: [] }
  scenarios: [{ name: a, steps: [{ run: a, expect: { exit: 0 } }] }]
- fakes: { w: [{ reply: { $re: a } }] }
  scenarios: [{ name: a, steps: [{ run: a, expect: { exit: 0 } }] }]
- fakes: { w: [{ when: { stdn: a } }] }
  scenarios: [{ name: a, steps: [{ run: a, expect: { exit: 0 } }] }]
- fakes: { w: [{ reply: a }] }
  scenarios: [{ name: a, steps: [{ run: a, expect: { exit: 0 } }, { calls: w, expect: [{ gap: 3t }] }] }]
- fakes: { w: [{ reply: a }] }
  scenarios: [{ name: a, steps: [{ run: a, expect: { exit: 0 } }, { calls: w }] }]
- settings: { file: a.json, json: [] }
  scenarios: [{ name: a, steps: [{ run: a, expect: { exit: 0 } }] }]
- scenarios: [{ name: a, table: [], steps: [{ run: a, expect: { exit: 0 } }] }]
- scenarios: [{ name: a, steps: [{ start: a }, { run: a, expect: { exit: 0 } }] }]
"#;

#[derive(Clone, Copy, Debug)]
enum Kind {
    Settings,
    Cases,
    Mapping,
    Scenarios,
    Target,
    Accepted,
}

impl Kind {
    fn schema(self) -> Value {
        schema(match self {
            Kind::Settings => "ghostc.yaml",
            Kind::Cases => "tests.yaml",
            Kind::Mapping => "cases.yaml",
            Kind::Scenarios => "scenarios",
            Kind::Target => "target.yaml",
            Kind::Accepted => "ghostc.accepted.yaml",
        })
    }

    /// Runs ghostc on a project that holds the document.
    fn run(self, document: &str) -> Output {
        let folder = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write("ghostc.yaml", "");
        write(
            "specs/p/SPEC.md",
            "# p\n\n## f(x) → any\n\nIt MUST work.\n\n## g(x, y?) → any\n\nIt MUST work too.\n",
        );
        if matches!(self, Kind::Scenarios) {
            // What binds would have to be covered by each of the documents.
            write("specs/p/SPEC.md", "# p\n\n## Part\n\nIt works.\n");
        }
        write("templates/targets/t/conventions.md.jinja", "");
        write("templates/targets/t/a.jinja", "");
        write(
            "specs/p/suite.json",
            "{\"t\": [{\"x\": 1, \"r\": 2, \"why\": \"w\"}]}",
        );
        let (path, arguments): (_, &[&str]) = match self {
            Kind::Settings => ("ghostc.yaml", &["check"]),
            Kind::Cases => ("specs/p/tests.yaml", &["check"]),
            Kind::Mapping => ("specs/p/cases.yaml", &["check"]),
            Kind::Scenarios => ("specs/p/scenarios/10-a.yaml", &["check"]),
            Kind::Target => (
                "templates/targets/t/target.yaml",
                &["prompt", "f", "--target", "t"],
            ),
            Kind::Accepted => (
                "ghostc.accepted.yaml",
                &["diff", "specs/p/SPEC.md", "specs/p/SPEC.md"],
            ),
        };
        write(path, document);
        ghostc(folder.path(), arguments)
    }

    fn accepts(self, document: &str) -> bool {
        let output = self.run(document);
        match output.status.code() {
            Some(0) => true,
            Some(1 | 2) => false,
            other => panic!("{other:?} for\n{document}\n{}", both(&output)),
        }
    }
}

/// Documents from a table: each starts with its mark, and its other lines are indented.
fn documents(table: &str) -> Vec<(bool, String)> {
    let mut documents: Vec<(bool, String)> = Vec::new();
    for line in table.trim_matches('\n').split('\n') {
        let text = line.get(2..).unwrap_or_default();
        match line.chars().next() {
            Some(mark @ ('+' | '-')) => documents.push((mark == '+', format!("{text}\n"))),
            _ => documents.last_mut().unwrap().1.push_str(&format!("{text}\n")),
        }
    }
    documents
}

fn ghostc(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ghostc"));
    command.current_dir(folder).args(arguments).output().unwrap()
}

fn both(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

fn lines(output: &Output) -> Vec<Value> {
    let text = std::str::from_utf8(&output.stdout).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect()
}

/// The one JSON object that a command prints.
fn object(folder: &Path, arguments: &[&str]) -> Value {
    let output = ghostc(folder, &[arguments, &["--format", "json"]].concat());
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{arguments:?}: {error}: {}", both(&output)))
}

fn schema(name: &str) -> Value {
    let output = ghostc(Path::new("."), &["schema", name]);
    assert!(output.status.success(), "{}", both(&output));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn validator(schema: &Value) -> Validator {
    jsonschema::validator_for(schema).unwrap()
}

fn from_yaml(text: &str) -> Value {
    let read = ghostc_syntax::yaml::parse(FileId(0), text, 0);
    read.value
        .map_or_else(|| json!({}), |node| serde_json::to_value(node.to_json()).unwrap())
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .unwrap()
        .to_path_buf()
}

fn expect_valid(validator: &Validator, value: &Value, what: &str) {
    let errors: Vec<String> = validator
        .iter_errors(value)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{what}: {errors:#?}\n{value:#}");
}

#[test]
fn every_schema_is_a_schema_and_says_what_it_describes() {
    let listed = ghostc(Path::new("."), &["schema"]);
    assert_eq!(
        String::from_utf8_lossy(&listed.stdout)
            .lines()
            .collect::<Vec<_>>(),
        NAMES
    );
    for name in NAMES {
        let schema = schema(name);
        assert!(jsonschema::draft202012::meta::is_valid(&schema), "{name}");
        assert!(
            schema["title"].is_string() && schema["description"].is_string(),
            "{name}"
        );
    }
}

#[test]
fn ghostc_and_the_schemas_accept_and_refuse_the_same_documents() {
    let mut wrong = Vec::new();
    for (kind, table) in [
        (Kind::Settings, SETTINGS),
        (Kind::Cases, CASES),
        (Kind::Mapping, MAPPINGS),
        (Kind::Scenarios, SCENARIOS),
        (Kind::Target, TARGETS),
        (Kind::Accepted, ACCEPTED),
    ] {
        let validator = validator(&kind.schema());
        for (fine, document) in documents(table) {
            let (parser, schema) = (kind.accepts(&document), validator.is_valid(&from_yaml(&document)));
            if (parser, schema) != (fine, fine) {
                wrong.push(format!(
                    "{document}  ghostc: {parser}, schema: {schema}, wanted: {fine}"
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn examples_of_keys_of_scenarios_fit_their_schema() {
    let schema = Kind::Scenarios.schema();
    let whole = validator(&schema);
    for key in ghostc_spec::scenarios::keys::KEYS {
        let file = key.example_file();
        expect_valid(&whole, &from_yaml(&file), &file);
    }
    // And each key shows the value that it has there, below the part that it belongs to.
    for part in schema["$defs"].as_object().unwrap().values() {
        for (name, key) in part["properties"].as_object().into_iter().flatten() {
            if key["description"].is_string() {
                assert_eq!(
                    key["examples"].as_array().map(Vec::len),
                    Some(1),
                    "{name}: {key:#}"
                );
            }
        }
    }
}

/// Every quoted word of the parsers' sources: whatever key or value they know is among them.
fn words() -> BTreeSet<String> {
    let sources = [
        include_str!("../../ghostc-spec/src/settings.rs"),
        include_str!("../../ghostc-plan/src/target.rs"),
        include_str!("../../ghostc-plan/src/target/read.rs"),
        include_str!("../../ghostc-plan/src/target/program.rs"),
        include_str!("../../ghostc-plan/src/naming.rs"),
        include_str!("../../ghostc-syntax/src/cases/reader.rs"),
    ];
    let is_word = |word: &&str| {
        !word.is_empty()
            && word
                .chars()
                .all(|c| c.is_ascii_lowercase() || matches!(c, '_' | '$'))
    };
    let quoted = sources
        .iter()
        .flat_map(|text| text.split('"'))
        .filter(is_word)
        .map(str::to_string);
    quoted.chain(["nonsense".to_string()]).collect()
}

/// What stands between two marks, wherever it does.
fn between(text: &str, before: &str, after: &str) -> BTreeSet<String> {
    text.split(before)
        .skip(1)
        .filter_map(|rest| Some(rest.split_once(after)?.0.to_string()))
        .collect()
}

#[test]
fn the_parsers_and_the_schemas_know_the_same_keys() {
    // Where keys stand: the schema's part, and the document around a mapping of all words.
    let places: &[(Kind, &str, &str)] = &[
        (Kind::Settings, "", "{}"),
        (Kind::Settings, "/properties/plan", "plan: {}"),
        (Kind::Settings, "/properties/prompt", "prompt: {}"),
        (Kind::Settings, "/properties/build", "build: {}"),
        (Kind::Settings, "/$defs/preset", "agents: { a: {} }"),
        (Kind::Cases, "/$defs/case", "f: [{}]"),
        (Kind::Target, "", "{}"),
        (Kind::Target, "/properties/ident", "ident: {}"),
        (Kind::Target, "/properties/paths", "paths: {}"),
        (Kind::Target, "/properties/comments", "comments: {}"),
        (Kind::Target, "/properties/toolchain/items", "toolchain: [{}]"),
    ];
    for (kind, pointer, around) in places {
        let schema = kind.schema();
        let part = schema.pointer(pointer).unwrap();
        assert_eq!(part["additionalProperties"], json!(false), "{kind:?} {pointer}");
        let documented: BTreeSet<String> = part["properties"].as_object().unwrap().keys().cloned().collect();
        let words: BTreeSet<String> = words().union(&documented).cloned().collect();
        let keys: Vec<String> = words.iter().map(|word| format!("{word}: ~")).collect();
        let output = kind.run(&around.replace("{}", &format!("{{ {} }}", keys.join(", "))));
        let unknown = between(&both(&output), "has no key `", "`");
        assert!(unknown.contains("nonsense"), "{}", both(&output));
        let known: BTreeSet<String> = words.difference(&unknown).cloned().collect();
        assert_eq!(known, documented, "{kind:?} {pointer}");
    }
    let schema = Kind::Cases.schema();
    let documented: BTreeSet<String> = schema["properties"]
        .as_object()
        .unwrap()
        .keys()
        .cloned()
        .collect();
    let header: String = words().iter().map(|word| format!("{word}: 1\n")).collect();
    let unknown = between(
        &both(&Kind::Cases.run(&header)),
        "]: `",
        "` must be a list of cases",
    );
    assert_eq!(
        words().difference(&unknown).cloned().collect::<BTreeSet<_>>(),
        documented
    );
}

#[test]
fn the_parsers_and_the_schemas_know_the_same_values() {
    let settings = Kind::Settings.schema();
    let accepted = |around: &str| -> BTreeSet<String> {
        let fits = |word: &String| {
            let mut read = ghostc_spec::settings::parse(FileId(0), &around.replace("{}", word));
            RuleLevels::read(&read.value, &mut read.diagnostics);
            read.diagnostics.extend(check_lint_names(&read.value));
            read.diagnostics.is_empty()
        };
        words().into_iter().filter(fits).collect()
    };
    let listed = |schema: &Value, pointer: &str| -> BTreeSet<String> {
        let values = schema.pointer(pointer).and_then(Value::as_array).unwrap();
        values
            .iter()
            .map(|value| value.as_str().unwrap().to_string())
            .collect()
    };
    let granularity = listed(&settings, "/properties/plan/properties/granularity/enum");
    assert_eq!(accepted("plan: { granularity: {} }"), granularity);
    let levels = listed(&settings, "/properties/lints/additionalProperties/enum");
    assert_eq!(accepted("lints: { duplicate-input: {} }"), levels);
    let protocols = listed(&settings, "/$defs/agent/properties/protocol/enum");
    assert_eq!(
        accepted("agents: { a: { protocol: {}, command: [a] } }"),
        protocols
    );
    let styles: BTreeSet<String> = words()
        .into_iter()
        .filter(|word| ghostc_plan::naming::NameStyle::parse(word).is_some())
        .collect();
    assert_eq!(styles, listed(&Kind::Target.schema(), "/$defs/spelling/enum"));
}

#[test]
fn the_files_of_this_project_and_of_a_new_one_are_valid() {
    let new = tempfile::tempdir().unwrap();
    let made = ghostc(new.path(), &["init", "fresh"]);
    assert!(made.status.success(), "{}", both(&made));
    let mut seen = [0, 0, 0];
    for root in [
        root().join("specs"),
        root().join("templates"),
        new.path().to_path_buf(),
    ] {
        for entry in walkdir::WalkDir::new(root) {
            let entry = entry.unwrap();
            let names = ["ghostc.yaml", "tests.yaml", "target.yaml"];
            let Some(at) = names.iter().position(|name| entry.file_name() == *name) else {
                continue;
            };
            let text = fs::read_to_string(entry.path()).unwrap();
            expect_valid(
                &validator(&schema(names[at])),
                &from_yaml(&text),
                &entry.path().to_string_lossy(),
            );
            seen[at] += 1;
        }
    }
    assert!(seen[0] >= 1 && seen[1] >= 3 && seen[2] >= 3, "{seen:?}");
    let own = fs::read_to_string(root().join("ghostc.yaml")).unwrap();
    expect_valid(
        &validator(&schema("ghostc.yaml")),
        &from_yaml(&own),
        "ghostc.yaml",
    );
}

/// What DESIGN.md, section 12, promises: names alone are fields of any kind, and one with `?` may be left out.
const PROMISED: &[(&str, &str)] = &[
    (
        "inspect",
        r#"{"schema","packages":[{"name","dialect","root","files":[{"path",
        "headings":[{"level","text","line","anchor"}],"code_blocks":[{"lang","line","end_line"}],
        "statements":[{"id","strength","line","column","end_line","end_column","text","section",
            "keywords":[{"keyword","line","column"}]}],
        "requirements":[{"id","title","line","strength","criteria":[{"id","line","strength"}]}],
        "scenarios":[{"id","title","line"}],"operations":[{"name","signature","line"}],
        "tasks":[{"id","title","line","state","optional","parallel","stories","requirements","depends_on"}],
        "references":[{"kind","target","line","resolved","to_line"}]}],
        "cases":[{"id","operation","name","file","line","held_out"}]}]}"#,
    ),
    (
        "graph",
        r#"{"schema","packages":[{"name",
        "tasks":[{"id","title","kind","line","depends_on","statements","cases","context","tokens"}],
        "counts":{"statements","assigned","package_wide","cases"}}]}"#,
    ),
    (
        "trace",
        r#"{"schema","packages":[{"name","root","counts":[{"kind","proven","all"}],
        "items":[{"kind","id","strength","text","path","line","slices","state","proofs":[{"kind","id","place","step","count"}]}],
        "apart","scenarios","held_out","todo"}]}"#,
    ),
    (
        "check",
        r#"{"schema","diagnostics":[{"code","severity","message","file","line","column","end_line","end_column",
        "help","fix"}],"summary":{"errors","warnings","notes","packages","files"}}"#,
    ),
    (
        "diff",
        r#"{"schema","changes":[{"kind","class","subject","id","fingerprint",
        "old","new",
        "invalidates":{"tasks","cases"}}],"bump","summary"}"#,
    ),
    (
        "ci",
        r#"{"schema","verdict","stages":[{"name","state","summary"}],"base",
        "findings":[{"stage","code","severity","message","file","line","column","end_line","end_column","help","fix"}],
        "diff","tests"}"#,
    ),
    (
        "log",
        r#"{"schema","commits":[{"commit":{"id","short","author","email","date","subject","parents"},"bump",
        "changes":[{"kind","class","subject","id","fingerprint","old","new","invalidates":{"tasks","cases"}}]}]}"#,
    ),
    (
        "blame",
        r#"{"schema","package","statements":[{"id","subject","strength","file","line","end_line","section","text",
        "versions":[{"commit","text"}]}]}"#,
    ),
    (
        "bisect",
        r#"{"schema","name","package","first_bad":[{"commit","bump","changes"}],"good","targets":[{"name",
        "failures":[{"id","operation","input?","expected?","actual?"}],"problem"}],"judged"}"#,
    ),
    ("test", VERDICTS),
    ("build", VERDICTS),
];
const VERDICTS: &str = r#"{"schema","packages":[{"name","targets":[{"name","verdict",
    "cases":{"passed","failed","total","held_out":{"passed","failed","total"}},
    "failures":[{"id","operation","input?","expected?","actual?"}]}]}]}"#;

/// The promise about an output as JSON, with null for a field of any kind.
fn promised(name: &str) -> Option<Value> {
    let (_, written) = PROMISED.iter().find(|(of, _)| *of == name)?;
    let mut json = String::new();
    let mut parts = written.split('"');
    json += parts.next()?;
    while let (Some(field), Some(rest)) = (parts.next(), parts.next()) {
        let value = if rest.starts_with(':') { "" } else { ":null" };
        json += &format!("\"{field}\"{value}{rest}");
    }
    serde_json::from_str(&json).ok()
}

/// Checks a value, and its schema (`of` resolves references in `whole`), against what is promised.
fn expect_fields(shape: &Value, value: &Value, (of, whole): (&Value, &Value), path: &str) {
    let of = match of["$ref"].as_str() {
        Some(reference) => whole.pointer(reference.trim_start_matches('#')).unwrap(),
        None => of,
    };
    match shape {
        Value::Object(fields) => {
            for (name, inner) in fields {
                let (name, optional) = (name.trim_end_matches('?'), name.ends_with('?'));
                let path = format!("{path}.{name}");
                let property = &of["properties"][name];
                assert!(!property.is_null(), "the schema has no {path}");
                match value.get(name) {
                    Some(value) => expect_fields(inner, value, (property, whole), &path),
                    None => assert!(optional || value.is_null(), "{path} is missing in {value}"),
                }
            }
        }
        Value::Array(items) => {
            let values = value.as_array().cloned().unwrap_or_default();
            // Also where there is no item, the schema must know its fields.
            for value in values.iter().chain([&Value::Null]) {
                expect_fields(&items[0], value, (&of["items"], whole), path);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Lets no object have a field that the schema does not name.
fn close(schema: &mut Value) {
    match schema {
        Value::Object(entries) => {
            if entries.contains_key("properties") {
                entries.insert("additionalProperties".to_string(), json!(false));
            }
            entries.values_mut().for_each(close);
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn expect_output(name: &str, value: &Value) {
    let mut closed = schema(name);
    close(&mut closed);
    expect_valid(&validator(&closed), value, name);
    if name != "build-event" {
        let shape = promised(name).expect("the promise is written well");
        expect_fields(&shape, value, (&closed, &closed), name);
    }
    assert_eq!(value["schema"], json!(format!("ghostc.{name}/1")));
}

const SPEC: &str = "---\nname: echo\nversion: 1.0.0\n---\n\n# echo\n\nSee [the operation](#echox--any) and [the web](https://example.com).\n\n## echo(x) → any\n\nThe result MUST be `x`, and SHOULD NOT be anything else.\n\n```text\nx\n```\n\n- `echo(1)` → `1`\n\n## twice(x) → any\n\nSee `echo`. It MUST give `x` twice.\n\n- `twice(\"a\")` → `\"aa\"`\n";

/// A project whose agent hands in the given code.
fn project(python: &str, cases: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let settings = "targets: [python]\nagent: mine\nagents:\n  mine:\n    command: [sh, -c, 'echo hello; cp \"$0\"/*.py echo/', CODE]\nbuild: { attempts: 1 }\n";
    fs::create_dir_all(folder.path().join("specs/echo")).unwrap();
    fs::create_dir_all(folder.path().join("code")).unwrap();
    let code = folder.path().join("code");
    fs::write(
        folder.path().join("ghostc.yaml"),
        settings.replace("CODE", &code.to_string_lossy()),
    )
    .unwrap();
    let spec = SPEC.split("## twice").next().unwrap();
    fs::write(folder.path().join("specs/echo/SPEC.md"), spec).unwrap();
    fs::write(folder.path().join("specs/echo/tests.yaml"), cases).unwrap();
    fs::write(code.join("echo.py"), python).unwrap();
    folder
}

#[test]
fn check_inspect_and_graph_print_what_their_schemas_say() {
    let root = root();
    for name in ["check", "inspect", "graph", "trace"] {
        expect_output(name, &object(&root, &[name, "specs"]));
    }
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("SPEC.md"), SPEC).unwrap();
    let cases = "echo:\n  - { name: a, input: 1, output: 1 }\n  - { name: a, input: 1, output: 1 }\n  - { name: b, input: on, output: on }\n";
    fs::write(folder.path().join("tests.yaml"), cases).unwrap();
    let graph = object(folder.path(), &["graph"]);
    expect_output("graph", &graph);
    assert_eq!(
        graph["packages"][0]["tasks"][1]["depends_on"][0]["task"],
        json!("echo")
    );
    let facts = object(folder.path(), &["inspect"]);
    expect_output("inspect", &facts);
    assert_eq!(
        facts["packages"][0]["files"][0]["references"]
            .as_array()
            .map(Vec::len),
        Some(2)
    );
    fs::write(
        folder.path().join("tests.yaml"),
        cases.to_string() + "  - { input: 2, output: 1, eror: true }\n",
    )
    .unwrap();
    let check = object(folder.path(), &["check"]);
    expect_output("check", &check);
    let all = check["diagnostics"].as_array().unwrap();
    for field in ["help", "fix"] {
        assert!(
            all.iter().any(|found| !found[field].is_null()),
            "no finding with `{field}`: {check}"
        );
    }
    assert!(
        all.iter().any(|found| found["labels"] != json!([])),
        "no finding with labels: {check}"
    );
}

#[test]
fn diff_prints_what_its_schema_says() {
    let folder = tempfile::tempdir().unwrap();
    let other = SPEC
        .replace("MUST be `x`", "SHOULD be `x`")
        .replace("## twice(x) → any", "## twice(x, y?) → text");
    for (name, spec, cases) in [
        ("old", SPEC, "echo:\n  - { name: a, input: 5, output: 5 }\n"),
        (
            "new",
            other.as_str(),
            "echo:\n  - { name: a, input: 5, output: 6 }\n  - { name: b, input: 3, output: 3 }\n",
        ),
    ] {
        fs::create_dir(folder.path().join(name)).unwrap();
        fs::write(folder.path().join(name).join("SPEC.md"), spec).unwrap();
        fs::write(folder.path().join(name).join("tests.yaml"), cases).unwrap();
    }
    let diff = object(folder.path(), &["diff", "old", "new"]);
    expect_output("diff", &diff);
    let changes = diff["changes"].as_array().unwrap();
    for subject in ["statement", "operation", "parameter", "case"] {
        assert!(
            changes.iter().any(|change| change["subject"] == subject),
            "no {subject}: {diff}"
        );
    }
    for text in changes.iter().flat_map(|change| [&change["old"], &change["new"]]) {
        let has_all = ["file", "line", "end_line", "text"]
            .iter()
            .all(|field| !text[field].is_null());
        assert!(text.is_null() || has_all, "{text}");
    }
    assert_eq!(
        (&diff["bump"], &diff["summary"]["tasks"]),
        (&json!("major"), &json!(2))
    );
}

#[test]
fn test_and_build_print_what_their_schemas_say() {
    let cases = "echo:\n  - { name: one, input: 1, output: 1 }\n  - { name: two, input: 2, output: 2 }\n  - { name: kept, input: 3, output: 3, held_out: true }\n";
    let build = |folder: &Path| {
        let output = ghostc(folder, &["build", "--format", "json"]);
        let mut lines = lines(&output);
        let last = lines.pop().unwrap_or_else(|| panic!("{}", both(&output)));
        expect_output("build", &last);
        lines.iter().for_each(|event| expect_output("build-event", event));
        // Whether limits are told depends on the machine.
        let words: BTreeSet<String> = lines
            .iter()
            .map(|event| event["event"].as_str().unwrap().to_string())
            .filter(|event| event != "limits")
            .collect();
        (
            output.status.code(),
            last,
            words.into_iter().collect::<Vec<_>>().join(" "),
        )
    };
    let good = project("def echo(x):\n    return x\n", cases);
    expect_output("test", &object(good.path(), &["test"]));
    let (exit, last, events) = build(good.path());
    assert_eq!(
        (exit, events.as_str()),
        (Some(0), "finished judging message started turn"),
        "{last}"
    );
    assert_eq!(build(good.path()).2, "", "nothing is built twice");
    expect_output("test", &object(good.path(), &["test"]));

    let other = cases
        .replace("output: 2", "output: 4")
        .replace("output: 3", "output: 6");
    fs::write(good.path().join("specs/echo/tests.yaml"), other).unwrap();
    let verdict = object(good.path(), &["test"]);
    expect_output("test", &verdict);
    let failures = verdict["packages"][0]["targets"][0]["failures"]
        .as_array()
        .unwrap();
    let has = |failure: &Value, field: &str| failure.get(field).is_some();
    for failure in failures {
        let open = failure["held_out"] == json!(false);
        for field in ["input", "expected", "actual"] {
            assert_eq!(has(failure, field), open, "{failure}");
        }
    }
    assert_eq!(failures.len(), 2, "{verdict}");

    let bad = project("def echo(x):\n    return [x]\n", cases);
    let (exit, last, events) = build(bad.path());
    assert_eq!(
        (exit, events.as_str()),
        (Some(1), "failed finished judging message started turn"),
        "{last}"
    );
}

#[test]
fn ci_prints_what_its_schema_says() {
    let cases = "echo:\n  - { name: one, input: 1, output: 1 }\n  - { name: two, input: 2, output: 2 }\n";
    let good = project("def echo(x):\n    return x\n", cases);
    let ci = || object(good.path(), &["ci"]);
    let before = ci();
    expect_output("ci", &before);
    assert_eq!(
        (&before["verdict"], &before["base"]),
        (&json!("fail"), &json!(null))
    );
    ghostc(good.path(), &["build"]);
    let git = |words: &str| {
        let mut git = Command::new("git");
        git.current_dir(good.path()).args(words.split(' '));
        assert!(git.status().unwrap().success(), "{words}");
    };
    git("init -q -b main");
    git("add .");
    git("-c user.name=a -c user.email=a@example.org -c commit.gpgsign=false commit -q -m first");
    let fine = ci();
    expect_output("ci", &fine);
    assert_eq!(
        (&fine["verdict"], &fine["findings"]),
        (&json!("pass"), &json!([]))
    );
    assert_eq!(fine["base"]["name"], json!("the first commit"));
    let other = cases.replace("output: 2", "output: 4");
    fs::write(good.path().join("specs/echo/tests.yaml"), other).unwrap();
    let red = ci();
    expect_output("ci", &red);
    assert!(red["findings"].as_array().unwrap().len() > 1, "{red:#}");
    assert_eq!(red["diff"]["schema"], json!("ghostc.diff/1"));
    assert_eq!(red["tests"]["schema"], json!("ghostc.test/1"));
}

#[test]
fn log_blame_and_bisect_print_what_their_schemas_say() {
    let cases = "echo:\n  - { name: one, input: 5, output: 5 }\n  - { name: two, input: 2, output: 2, held_out: true }\n";
    let folder = project("def echo(x):\n    return x\n", cases);
    let built = ghostc(folder.path(), &["build"]);
    assert!(built.status.success(), "{}", both(&built));
    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        command
            .current_dir(folder.path())
            .args(["-c", "user.name=a", "-c", "user.email=a@example.com"]);
        let output = command.args(arguments).output().unwrap();
        assert!(output.status.success(), "{}", both(&output));
    };
    git(&["init", "-q"]);
    git(&["add", "."]);
    git(&["commit", "-q", "-m", "works"]);
    let other = cases
        .replace("output: 5", "output: 3")
        .replace("output: 2", "output: 4");
    fs::write(folder.path().join("specs/echo/tests.yaml"), other).unwrap();
    git(&["commit", "-q", "-a", "-m", "broken"]);
    let log = object(folder.path(), &["log"]);
    expect_output("log", &log);
    assert_eq!(log["commits"].as_array().map(Vec::len), Some(2));
    fs::write(
        folder.path().join("specs/echo/SPEC.md"),
        SPEC.replace("SHOULD", "MUST"),
    )
    .unwrap();
    let blame = object(folder.path(), &["blame", "echo", "--history"]);
    expect_output("blame", &blame);
    let versions = &blame["statements"][0]["versions"];
    assert!(
        versions[0]["commit"].is_null() && versions[1]["commit"].is_object(),
        "{blame}"
    );
    let bisect = object(folder.path(), &["bisect", "echo"]);
    expect_output("bisect", &bisect);
    for failure in bisect["targets"][0]["failures"].as_array().unwrap() {
        assert_eq!(
            failure.get("actual").is_some(),
            failure["held_out"] == json!(false),
            "{failure}"
        );
    }
}
