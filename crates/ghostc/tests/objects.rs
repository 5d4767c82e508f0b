//! Objects: cases with steps from YAML to the verdict in every target, what is wrong with steps, and code that cheats.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test that meets something unexpected should panic"
)]

use crate::common::{Project, ran};
use std::process::Command;

/// An object with two instances in one case, one as an argument, a consumed one, a result that is one, a property, a
/// method on the class, and an error that changes nothing; and a function that takes objects.
const BAG: &str = "
    //- /ghostc.yaml
    held_out: 0
    //- /specs/p/SPEC.md
    # P

    ## Class Bag

    A bag of numbers.

    ### constructor(limit?)

    Makes an empty bag.

    ### add(value) → integer | error

    Adds a number and gives how many are in it; more than `limit` MUST be an error.

    ### size → integer

    ### first() → integer | error

    ### with(other) → Bag

    Gives a new bag with the numbers of both.

    ### Bag.of(values) → Bag

    ### drain() → list

    Gives the numbers in order and uses the bag up.

    ## largest(bags) → integer

    Gives the size of the largest bag.
    //- /specs/p/tests.yaml
    Bag:
      - name: two bags at once
        steps:
          - { new: Bag, input: { limit: 2 }, as: a }
          - { new: Bag, as: b }
          - { call: a.add, input: { value: 1 }, output: 1 }
          - { call: a.add, input: { value: 2 }, output: 2 }
          - { call: a.add, input: { value: 3 }, error: full }
          - { call: b.add, input: { value: 7 }, output: 1 }
          - { call: a.size, output: 2 }
          - { call: b.size, output: 1 }
          - { call: a.first, output: 1 }
          - { call: a.with, input: { other: { $object: b } }, as: both }
          - { call: both.drain, output: [1, 2, 7], consumes: both }
          - { call: a.drain, output: [1, 2], consumes: a }
          - { call: b.first, output: 7 }
      - name: a bag that is made of values
        steps:
          - { call: Bag.of, input: { values: [5, 4] }, as: made }
          - { call: made.size, output: 2 }
          - { call: made.with, input: { other: { $object: made } }, as: twice }
          - { call: twice.size, output: 4 }
      - { name: a limit below zero, input: { limit: -1 }, error: limit }
    largest:
      - name: bags in a list
        steps:
          - { new: Bag, as: a }
          - { call: Bag.of, input: { values: [5, 4] }, as: b }
          - { call: largest, input: { bags: [{ $object: a }, { $object: b }] }, output: 2 }
    ";

const PYTHON: &str = r#"class Bag:
    def __init__(self, limit=None):
        if limit is not None and limit < 0:
            raise ValueError("the limit is negative")
        self._limit, self._values = limit, []

    def add(self, value):
        if self._limit is not None and len(self._values) >= self._limit:
            raise ValueError("the bag is full")
        self._values.append(value)
        return len(self._values)

    def size(self):
        return len(self._values)

    def first(self):
        if not self._values:
            raise ValueError("the bag is empty")
        return self._values[0]

    def with_(self, other):
        return Bag.of(self._values + other._values)

    @classmethod
    def of(cls, values):
        bag = cls()
        bag._values = list(values)
        return bag

    def drain(self):
        return list(self._values)
"#;

const JAVASCRIPT: &str = r#"export class Bag {
  #limit;
  #values = [];

  constructor(limit = Infinity) {
    if (limit < 0) throw new RangeError("the limit is negative");
    this.#limit = limit;
  }

  add(value) {
    if (this.#values.length >= this.#limit) throw new RangeError("the bag is full");
    return this.#values.push(value);
  }

  size() {
    return this.#values.length;
  }

  first() {
    if (!this.#values.length) throw new Error("the bag is empty");
    return this.#values[0];
  }

  with_(other) {
    return Bag.of([...this.#values, ...other.#values]);
  }

  static of(values) {
    const bag = new Bag();
    bag.#values = [...values];
    return bag;
  }

  drain() {
    return [...this.#values];
  }
}
"#;

const RUST: &str = r#"//! A bag of numbers.

/// A bag.
#[derive(Clone, Debug, Default)]
pub struct Bag {
    limit: Option<usize>,
    values: Vec<i64>,
}

impl Bag {
    /// Makes an empty bag.
    pub fn new(limit: Option<i64>) -> Result<Self, String> {
        let limit = limit.map(usize::try_from).transpose();
        let limit = limit.map_err(|_| "the limit is negative".to_owned())?;
        let values = Vec::new();
        Ok(Self { limit, values })
    }

    /// Adds a number.
    pub fn add(&mut self, value: i64) -> Result<usize, String> {
        if self.limit.is_some_and(|limit| self.values.len() >= limit) {
            return Err("the bag is full".to_owned());
        }
        self.values.push(value);
        Ok(self.values.len())
    }

    /// How many numbers it has.
    pub fn size(&self) -> usize {
        self.values.len()
    }

    /// The first number.
    pub fn first(&self) -> Result<i64, String> {
        self.values.first().copied().ok_or_else(|| "the bag is empty".to_owned())
    }

    /// A new bag with the numbers of both.
    pub fn with(&self, other: &Self) -> Self {
        Self::of(self.values.iter().chain(&other.values).copied().collect())
    }

    /// A bag of values.
    pub fn of(values: Vec<i64>) -> Self {
        Self { limit: None, values }
    }

    /// The numbers in order.
    pub fn drain(self) -> Vec<i64> {
        self.values
    }
}
"#;

const ADAPTER: &str = r#"use super::{Objects, Value};
use p::bag::Bag;

pub fn new(input: &Value, objects: &mut Objects) -> Result<Value, String> {
    Ok(objects.keep(Bag::new(input.arg("limit")?)?))
}

pub fn add(on: &Value, input: &Value, objects: &mut Objects) -> Result<Value, String> {
    Ok(objects.get_mut::<Bag>(on)?.add(input.arg("value")?)?.into())
}

pub fn size(on: &Value, _: &Value, objects: &mut Objects) -> Result<Value, String> {
    Ok(objects.get::<Bag>(on)?.size().into())
}

pub fn first(on: &Value, _: &Value, objects: &mut Objects) -> Result<Value, String> {
    Ok(objects.get::<Bag>(on)?.first()?.into())
}

pub fn with(on: &Value, input: &Value, objects: &mut Objects) -> Result<Value, String> {
    let other: Value = input.arg("other")?;
    let both = objects.get::<Bag>(on)?.with(objects.get(&other)?);
    Ok(objects.keep(both))
}

pub fn of(_: &Value, input: &Value, objects: &mut Objects) -> Result<Value, String> {
    Ok(objects.keep(Bag::of(input.arg("values")?)))
}

pub fn drain(on: &Value, _: &Value, objects: &mut Objects) -> Result<Value, String> {
    Ok(objects.take::<Bag>(on)?.drain().into())
}
"#;

const LARGEST_ADAPTER: &str = r#"use super::{Objects, Value};
use p::bag::Bag;
use p::largest::largest;

pub fn call(input: &Value, objects: &mut Objects) -> Result<Value, String> {
    let handles: Vec<Value> = input.arg("bags")?;
    let bags: Result<Vec<&Bag>, String> = handles.iter().map(|handle| objects.get(handle)).collect();
    Ok(largest(&bags?).into())
}
"#;

/// What the two tasks write in a target, with words of the object's code replaced by others.
fn code(target: &str, (old, new): (&str, &str)) -> Vec<(&'static str, String)> {
    let changed = |text: &str| {
        assert!(text.contains(old), "{target} has `{old}`");
        text.replacen(old, new, 1)
    };
    let text = |text: &str| text.to_string();
    match target {
        "python" => vec![
            ("p/bag.py", changed(PYTHON)),
            (
                "p/largest.py",
                text("def largest(bags):\n    return max(bag.size() for bag in bags)\n"),
            ),
        ],
        "javascript" => vec![
            ("src/bag.mjs", changed(JAVASCRIPT)),
            (
                "src/largest.mjs",
                text(
                    "export function largest(bags) {\n  return Math.max(...bags.map((bag) => bag.size()));\n}\n",
                ),
            ),
        ],
        _ => vec![
            ("src/bag.rs", changed(RUST)),
            ("adapter/bag.rs", text(ADAPTER)),
            (
                "src/largest.rs",
                text(
                    "//! The largest bag.\n\nuse crate::bag::Bag;\n\n/// The size of the largest bag.\npub fn largest(bags: &[&Bag]) -> usize {\n    bags.iter().map(|bag| bag.size()).max().unwrap_or(0)\n}\n",
                ),
            ),
            ("adapter/largest.rs", text(LARGEST_ADAPTER)),
        ],
    }
}

/// A project whose agent writes this code for a target.
fn project(target: &str, change: (&str, &str)) -> Project {
    let project = Project::new(BAG);
    project.append("ghostc.yaml", format!("targets: [{target}]\n"));
    let mut copy = String::from("#!/bin/sh\nhome=$(dirname \"$0\")\ncat > prompt\n");
    for (at, (path, text)) in code(target, change).into_iter().enumerate() {
        project.write(&format!("answer.{at}"), text);
        copy.push_str(&format!(
            "grep -q 'write `{path}`' prompt && cp \"$home/answer.{at}\" {path}\n"
        ));
    }
    project.script("agent.sh", &format!("{copy}rm prompt\n"));
    project.append(
        "ghostc.yaml",
        "agent: mine\nagents: { mine: { command: [./agent.sh] } }\nbuild: { attempts: 1 }\n",
    );
    project
}

/// Nothing is changed.
const AS_IT_IS: (&str, &str) = ("", "");

fn passes(target: &str) -> Project {
    let project = project(target, AS_IT_IS);
    project
        .run("build")
        .exits(0)
        .says("2 built")
        .says("4 cases passed");
    project.run("test").exits(0).says("4 cases passed");
    project
}

/// Code that is wrong in one way fails for the reason given.
fn fails(target: &str, change: (&str, &str), reason: &str) {
    let ran = project(target, change).run("build").exits(1);
    ran.says(reason);
}

#[test]
fn an_object_is_judged_in_python() {
    let project = passes("python");
    let suite = project.read("golden/p/python/tests/test_cases.py");
    assert!(suite.contains("a = p.Bag(limit=2)\n"), "{suite}");
    assert!(suite.contains("both = a.with_(other=b)\n"), "{suite}");
    assert!(suite.contains("actual = p.largest(bags=[a, b])\n"), "{suite}");
    let mut command = Command::new("python3");
    command.args(["-m", "unittest", "discover", "-s", "tests"]);
    ran(command.current_dir(project.path("golden/p/python"))).exits(0);
}

#[test]
fn an_object_is_judged_in_javascript() {
    let project = passes("javascript");
    let suite = project.read("golden/p/javascript/test/cases.test.mjs");
    assert!(suite.contains("const a = new library.Bag(2);\n"), "{suite}");
    let mut command = Command::new("node");
    command.args(["--test", "test/cases.test.mjs"]);
    ran(command.current_dir(project.path("golden/p/javascript"))).exits(0);
}

#[test]
fn an_object_is_judged_in_rust_and_what_users_get_is_clean() {
    let project = passes("rust");
    let folder = project.path("golden/p/rust");
    let cargo = |words: &str| {
        let mut command = Command::new("cargo");
        command.args(words.split_whitespace()).current_dir(&folder);
        command.env("CARGO_TARGET_DIR", project.path("target"));
        ran(&mut command)
    };
    cargo("test --quiet --offline --test cases").exits(0);
    cargo("clippy --quiet --offline --lib -- -D warnings").exits(0);
    let listed = cargo("package --list --allow-dirty --offline").exits(0).stdout;
    let listed: Vec<&str> = listed
        .lines()
        .filter(|path| !path.starts_with("Cargo.") && !path.starts_with('.'))
        .collect();
    assert_eq!(listed, ["src/bag.rs", "src/largest.rs", "src/lib.rs"]);
    for path in listed {
        let text = project.read(&format!("golden/p/rust/{path}"));
        let traces = text
            .lines()
            .filter(|line| line.contains("ghostc") && !line.contains("Generated by ghostc"));
        assert_eq!(traces.count(), 0, "{path}");
    }
}

#[test]
fn an_object_that_shares_its_state_fails_in_every_target() {
    let step = "step 6, `b.add`: ";
    fails(
        "python",
        (
            "        self._limit, self._values = limit, []\n",
            "        self._limit, self._values = limit, Bag.shared\n\n    shared = []\n",
        ),
        step,
    );
    fails(
        "javascript",
        (
            "export class Bag {\n  #limit;\n  #values = [];\n",
            "const shared = [];\nexport class Bag {\n  #limit;\n  #values = shared;\n",
        ),
        step,
    );
    fails(
        "rust",
        (
            "        self.values.push(value);\n        Ok(self.values.len())",
            "        static COUNT: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);\n        self.values.push(value);\n        Ok(1 + COUNT.fetch_add(1, std::sync::atomic::Ordering::SeqCst))",
        ),
        step,
    );
}

#[test]
fn an_object_that_forgets_its_state_fails_in_every_target() {
    let step = "step 4, `a.add`: 2";
    fails(
        "python",
        ("self._values.append(value)", "self._values = [value]"),
        step,
    );
    fails(
        "javascript",
        (
            "return this.#values.push(value);",
            "this.#values = [value];\n    return 1;",
        ),
        step,
    );
    fails(
        "rust",
        ("self.values.push(value);", "self.values = vec![value];"),
        step,
    );
}

#[test]
fn a_result_that_is_no_object_and_a_missing_method_are_told() {
    fails(
        "python",
        (
            "return Bag.of(self._values + other._values)",
            "return self._values + other._values",
        ),
        "the result is no object: [1, 2, 7]",
    );
    fails(
        "javascript",
        (
            "return Bag.of([...this.#values, ...other.#values]);",
            "return [];",
        ),
        "the result is no object",
    );
    fails(
        "python",
        ("def drain(self)", "def drains(self)"),
        "`Bag` has no method `drain`",
    );
    fails(
        "javascript",
        ("  drain() {", "  drains() {"),
        "`Bag` has no method `drain`",
    );
    fails(
        "python",
        ("return self._values[0]", "import os; os._exit(3)"),
        "step 9, `a.first`: a crash (exit): the process ended with exit code 3",
    );
}

#[test]
fn a_prompt_shows_steps_and_how_objects_look() {
    let project = project("rust", AS_IT_IS);
    let prompt = project.run("prompt Bag --target rust").exits(0).stdout;
    for part in [
        "objects.keep(basket)",
        "or its steps in order",
        "{\"name\":\"a bag that is made of values\",\"steps\":[{\"call\":\"Bag.of\"",
        "- write `src/bag.rs`\n- write `adapter/bag.rs`\n",
    ] {
        assert!(prompt.contains(part), "{part}\n{prompt}");
    }
    assert_eq!(prompt.matches("src/bag.rs`\n").count(), 1);
    let graph = project.run("graph").exits(0).stdout;
    assert!(graph.contains("p  2 tasks, "), "{graph}");
    let inspected = project.run("inspect --format json").exits(0).json();
    let operations = inspected["packages"][0]["files"][0]["operations"]
        .as_array()
        .unwrap()
        .clone();
    let names: Vec<&str> = operations
        .iter()
        .filter_map(|found| found["name"].as_str())
        .collect();
    assert_eq!(
        names,
        [
            "Bag",
            "Bag.add",
            "Bag.size",
            "Bag.first",
            "Bag.with",
            "Bag.of",
            "Bag.drain",
            "largest"
        ]
    );
    assert_eq!(operations[1]["object"], "Bag");
    assert_eq!(operations[7]["object"], serde_json::Value::Null);
    assert_eq!(inspected["packages"][0]["cases"][0]["steps"], 13);
}

#[test]
fn held_out_steps_are_seen_by_no_agent() {
    let project = project("python", AS_IT_IS);
    project.replace(
        "specs/p/tests.yaml",
        "- name: a bag that is made of values\n",
        "- name: a bag that is made of values\n    held_out: true\n",
    );
    let prompt = project.run("prompt Bag --target python").exits(0);
    prompt.hides("twice").says("1 more case is kept back");
    project.run("build").exits(0).says("1 held out passed");
    assert!(
        project
            .files(".ghostc/log")
            .iter()
            .all(|(_, text)| !text.contains("twice"))
    );
}

#[test]
fn steps_that_do_not_fit_the_spec_are_found_where_they_stand() {
    let project = Project::new(BAG);
    let cases = project.read("specs/p/tests.yaml");
    let line = cases
        .lines()
        .position(|line| line.contains("call: b.first"))
        .unwrap()
        + 1;
    for (step, code) in [
        ("{ call: c.first, output: 7 }", "unknown-object"),
        ("{ call: b.frist, output: 7 }", "unknown-object"),
        ("{ call: smallest, output: 7 }", "unknown-object"),
        ("{ new: Bog, as: c }", "unknown-object"),
        ("{ new: largest, as: c }", "unknown-object"),
        (
            "{ call: b.with, input: { other: { $object: c } } }",
            "unknown-object",
        ),
        ("{ new: Bag, as: b }", "repeated-object"),
        ("{ call: a.first, output: 7 }", "consumed-object"),
        (
            "{ call: b.with, input: { other: { $object: a } } }",
            "consumed-object",
        ),
        ("{ call: Bag.first, output: 7 }", "method-without-object"),
        ("{ call: b.first, input: { value: 7 } }", "step-does-not-fit"),
        (
            "{ call: b.with, input: { other: { $object: b, more: 1 } } }",
            "step-does-not-fit",
        ),
        ("{ call: b.first, as: c, error: true }", "step-does-not-fit"),
        ("{ call: b.first, consumes: both }", "step-does-not-fit"),
        ("{ call: b.first, outptu: 7 }", "unknown-key"),
        ("{ call: b.first, new: Bag }", "unexpected-shape"),
    ] {
        project.write(
            "specs/p/tests.yaml",
            cases.replace("{ call: b.first, output: 7 }", step),
        );
        project
            .run("check")
            .exits(1)
            .finds(code, &format!("specs/p/tests.yaml:{line}"));
        project.run("build").exits(1);
        project.is_untouched();
    }
    // What needs an object and makes none.
    project.write(
        "specs/p/tests.yaml",
        format!("{cases}Bag.first:\n  - {{ name: none, output: 1 }}\n"),
    );
    project
        .run("check")
        .exits(1)
        .says("`Bag.first` is called on an object, and this case makes none");
}

#[test]
fn a_target_without_a_word_on_objects_refuses_them() {
    let project = Project::new(BAG);
    project.write(
        "templates/targets/plain/target.yaml",
        "drive: [cat]\npaths: { module: \"{{ operation.module }}.txt\" }\n",
    );
    project.write("templates/targets/plain/conventions.md.jinja", "None.\n");
    project.append("ghostc.yaml", "targets: [plain]\n");
    project
        .run("prompt Bag")
        .says("the target `plain` builds no objects: it has no `objects.md.jinja`");
}
