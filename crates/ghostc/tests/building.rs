//! Builds from the first one on: what is built, what is not, what is accepted, and what survives.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test that meets something unexpected should panic"
)]

use crate::common::{Project, Ran, end};
use serde_json::Value;
use snapbox::{assert_data_eq, str};
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

const SPEC: &str = "specs/p/SPEC.md";
const TESTS: &str = "specs/p/tests.yaml";
const GOLDEN: &str = "golden/p/python/p/double.py";
const TWICE: &str = "twice `n`.";
const EXACTLY: &str = "exactly twice `n`.";
const SUM: &str = "def double(n):\n    return n + n\n";

/// A project that was built.
fn built() -> Project {
    let project = Project::numbers();
    project.run("build").exits(0);
    project
}

/// A project that was built, and built again after a sentence changed and the agent wrote other code.
fn pending() -> Project {
    let project = built();
    project.replace(SPEC, TWICE, EXACTLY);
    project.write("answers/double.2.py", SUM);
    project
        .run("build")
        .exits(0)
        .says("pending  double · python: the code changed; see `ghostc accept --list`");
    project
}

fn signal(child: &Child, name: &str) {
    let status = Command::new("kill")
        .args([name, &child.id().to_string()])
        .status()
        .unwrap();
    assert!(status.success());
}

/// The last line of a build's JSON.
fn report(project: &Project, words: &str) -> (Ran, Value) {
    let ran = project.run(words);
    let last = ran.json_lines().pop().unwrap();
    (ran, last)
}

// What is built.

#[test]
fn a_first_build_is_accepted_and_a_second_has_nothing_to_do() {
    let project = Project::numbers();
    let ran = project.run("build -j 1").exits(0);
    assert_data_eq!(
        ran.stdout,
        str![[r#"
   building  double · python   8/8 visible   2/2 held out   [..] s
   building  quadruple · python   8/8 visible   2/2 held out   [..] s
   building  negate · python   8/8 visible   2/2 held out   [..] s
   accepted  golden/p/python   3 files   24/24 visible   6/6 held out
       lock  ghostc.lock   3 tasks, written
   finished  3 built, 0 up to date, 24 cases passed, 6 held out passed

"#]]
    );
    assert_data_eq!(
        ran.stderr,
        str![[r#"
    package  p  3 operations, 4 statements, 30 cases (6 held out)
   planning  3 tasks, about [..] tokens
      agent  mine ([..]agent.sh)
...

"#]]
    );
    let lock = project.read("ghostc.lock");
    let ran = project.run("build").exits(0);
    assert_eq!(ran.stdout, "   finished  0 built, 3 up to date\n");
    project
        .run("build --locked")
        .exits(0)
        .says("0 built, 3 up to date");
    project
        .run("test")
        .exits(0)
        .says("24 cases passed, 6 held out passed");
    project
        .run("why double")
        .exits(0)
        .says("double is up to date for python");
    assert_eq!(project.read("ghostc.lock"), lock);
    assert_eq!(project.calls(), ["double", "quadruple", "negate"]);
    assert_eq!(project.read(".ghostc/.gitignore"), "*\n");
    project.leaves_no_workspace();
}

#[test]
fn two_builds_of_one_project_are_the_same_to_the_byte() {
    let (one, other) = (built(), Project::numbers());
    other.run("build -j 1").exits(0);
    assert_eq!(one.files("golden"), other.files("golden"));
    assert_eq!(one.read("ghostc.lock"), other.read("ghostc.lock"));
}

#[test]
fn an_edited_sentence_makes_its_task_and_what_builds_on_it_stale() {
    let project = built();
    project.replace(SPEC, TWICE, EXACTLY);
    let ran = project.run("build --dry-run").exits(0);
    assert_data_eq!(
        ran.stdout,
        str![[r#"
would build  double · python   about [..] tokens
would build  quadruple · python   about [..] tokens
             double: specs/p/SPEC.md:7: a sentence changed
             quadruple: `double`, which it builds on, changed
    dry run  2 tasks to build, about [..] tokens; nothing was done

"#]]
    );
    assert_data_eq!(
        project.run("why double").exits(0).stdout,
        str![[r#"
double is stale for python
  specs/p/SPEC.md:7: a sentence changed
    - The result MUST be twice `n`.
    + The result MUST be exactly twice `n`.
  unchanged: shared text, visible cases, prompt templates, target, dependencies

"#]]
    );
    project
        .run("why quadruple")
        .exits(0)
        .says("  `double`, which it builds on, changed\n");
    project
        .run("why negate")
        .exits(0)
        .says("negate is up to date for python");
    let ran = project
        .run("build --locked")
        .exits(1)
        .says("stale  double · python: specs/p/SPEC.md:7: a sentence changed");
    ran.says("error: 2 stale items under --locked");
    assert_eq!(project.calls().len(), 3);
    project.run("build").exits(0).says("2 built, 1 up to date");
    let prompt = project.read("prompts/double.2.md");
    assert!(prompt.contains("# Your task: update `double`"), "{prompt}");
    assert!(
        prompt.contains("- The result MUST be twice `n`.\n+ The result MUST be exactly twice `n`.\n"),
        "{prompt}"
    );
    assert!(prompt.contains("    return 2 * n\n"), "{prompt}");
    project.run("build --locked").exits(0);
}

#[test]
fn a_sentence_that_all_tasks_share_makes_all_of_them_stale() {
    let project = built();
    project.replace(SPEC, "Numbers are whole.", "Numbers are whole and small.");
    project.run("build --dry-run").exits(0).says("3 tasks to build");
    project
        .run("why negate")
        .says("specs/p/SPEC.md:3: in the text that all tasks share, a sentence changed");
}

#[test]
fn layout_makes_nothing_stale() {
    let project = built();
    let spec = project.read(SPEC);
    let spec = spec.replace(
        "The result MUST be twice `n`.\nThe",
        "The result\nMUST be twice `n`. The",
    );
    let spec = spec.replace(
        "| for | it is |\n|---|---|\n| one | two |",
        "|  for  | it is  |\n|:------|--------|\n|  one  |  two   |",
    );
    project.write(SPEC, spec.replace("\n\n", "\n\n\n"));
    let cases = project
        .read(TESTS)
        .replace("{ name: of 10, input: 10,", "{ input: 10, name: \"of 10\",");
    project.write(TESTS, format!("# Cases.\n\n{cases}"));
    project.run("build --dry-run").exits(0).says("0 tasks to build");
    project.run("build --locked").exits(0);
    assert_eq!(
        project.run("build").exits(0).stdout,
        "   finished  0 built, 3 up to date\n"
    );
    assert_eq!(project.calls().len(), 3);
}

#[test]
fn a_task_is_built_with_what_it_depends_on() {
    let project = Project::numbers();
    project.run("build --task quadruple").exits(0).says("2 built");
    assert_eq!(project.calls(), ["double", "quadruple"]);
    assert!(
        project.exists("golden/p/python/p/quadruple.py") && !project.exists("golden/p/python/p/negate.py")
    );
    project
        .run("build --locked")
        .exits(1)
        .says("stale  negate · python: it was never built");
    project.run("build").exits(0).says("1 built, 2 up to date");
    project.run("build --locked").exits(0);
}

#[test]
fn a_second_target_does_not_touch_the_first() {
    let project = built();
    let before = (project.files("golden"), project.read("ghostc.lock"));
    project.replace("ghostc.yaml", "[python]", "[python, javascript]");
    let ran = project.run("build --target javascript --task negate").code;
    // Where there is no Node.js, a target that was asked for by name is a failure.
    assert!(ran == 0 || ran == 3);
    for (path, text) in before.0 {
        assert_eq!(project.read(&path), text);
    }
    // The line of the package names its targets, and so is another one.
    for line in before.1.lines().filter(|line| !line.contains("\"summary\"")) {
        assert!(project.read("ghostc.lock").contains(line), "{line}");
    }
    project.run("build --locked --target python").exits(0);
}

// What is accepted.

#[test]
fn changed_code_waits_until_it_is_accepted() {
    let project = pending();
    assert_eq!(project.read(GOLDEN), "def double(n):\n    return 2 * n\n");
    let ran = project.run("build").exits(0);
    assert_data_eq!(
        ran.stdout,
        str![[r#"
    pending  double · python: built, waits for `ghostc accept`
   finished  0 built, 2 up to date, 1 waiting to be accepted

"#]]
    );
    project
        .run("build --locked")
        .exits(1)
        .says("pending  double · python: built, not accepted");
    assert_data_eq!(
        project.run("accept --list").exits(0).stdout,
        str![[r#"
    pending  double · python
--- a/golden/p/python/p/double.py
+++ b/golden/p/python/p/double.py
@@ -1,2 +1,2 @@
 def double(n):
-    return 2 * n
+    return n + n

"#]]
    );
    project
        .run("accept double")
        .exits(0)
        .says("accepted  golden/p/python   1 task   24/24 visible   6/6 held out");
    assert_eq!(project.read(GOLDEN), SUM);
    project.run("build --locked").exits(0);
    project
        .run("accept")
        .exits(0)
        .says("nothing waits to be accepted");
    assert_eq!(project.calls().len(), 5);
}

#[test]
fn a_build_that_accepts_takes_what_waits_too() {
    let project = pending();
    project
        .run("build --accept")
        .exits(0)
        .says("accepted  golden/p/python");
    assert_eq!(project.read(GOLDEN), SUM);
    project.run("build --locked").exits(0);
    let project = built();
    project.replace(SPEC, TWICE, EXACTLY);
    project.write("answers/double.2.py", SUM);
    project.run("build --accept").exits(0).hides("pending");
    assert_eq!(project.read(GOLDEN), SUM);
}

#[test]
fn what_is_rejected_is_asked_for_again() {
    let project = pending();
    project
        .run("accept --reject")
        .exits(0)
        .says("rejected  double · python");
    project
        .run("accept --list")
        .exits(0)
        .says("nothing waits to be accepted");
    project.write("answers/double.3.py", "def double(n):\n    return n * 2\n");
    project.run("build").exits(0).hides("kept from an earlier build");
    assert_eq!(project.calls()[5..], ["double"]);
    project.run("accept --list").exits(0).says("+    return n * 2");
}

#[test]
fn equivalent_code_is_accepted_and_leaves_the_files_alone() {
    let project = built();
    let before = project.read(GOLDEN);
    project.replace(SPEC, TWICE, EXACTLY);
    project.write(
        "answers/double.2.py",
        "# Another one.\n\ndef double(n):\n    return 2  *  n  # twice\n",
    );
    project.run("build").exits(0).hides("pending");
    assert_eq!(project.read(GOLDEN), before);
    project.run("build --locked").exits(0);
}

#[test]
fn code_that_was_broken_by_hand_fails_with_evidence() {
    let project = built();
    project.replace(GOLDEN, "2 * n", "2 * n if n != 10 else 21");
    let ran = project.run("test").exits(1);
    assert_data_eq!(
        ran.stdout,
        str![[r#"
    failing  p · python   23/24 visible   5/6 held out
             case double.of-10 (specs/p/tests.yaml:2)
               input     {"n":10}
               expected  20
               actual    21
             1 held-out case fails; held-out cases are not shown without `--show-held-out`
      drift  golden/p/python/p/double.py was edited by hand
   finished  23 cases passed, 5 held out passed, 2 failed

"#]]
    );
    let json = project.run("test --format json").exits(1).json();
    let target = &json["packages"][0]["targets"][0];
    assert_eq!(
        (target["verdict"].as_str(), target["cases"]["failed"].as_u64()),
        (Some("fail"), Some(1))
    );
    let failures = target["failures"].as_array().unwrap();
    let shown: Vec<_> = failures
        .iter()
        .filter(|failure| failure.get("input").is_some())
        .collect();
    assert_eq!(shown.len(), 1);
    assert_eq!(
        (&shown[0]["expected"], &shown[0]["actual"]),
        (&Value::from("20"), &Value::from("21"))
    );
    project
        .run("accept")
        .exits(1)
        .says("p · python does not pass, so nothing of it is accepted");
    project
        .run("build")
        .exits(1)
        .says("drift  golden/p/python/p/double.py was edited by hand");
    project
        .run("build --locked")
        .exits(1)
        .says("drift  golden/p/python/p/double.py was edited by hand");
}

#[test]
fn code_that_was_edited_by_hand_and_passes_can_be_kept() {
    let project = built();
    project.replace(GOLDEN, "2 * n", "n * 2");
    project
        .run("test")
        .exits(1)
        .says("drift  golden/p/python/p/double.py was edited by hand");
    project
        .run("build")
        .exits(1)
        .says("help: Keep what was edited by hand with `ghostc accept`");
    project
        .run("accept --list")
        .exits(0)
        .says("edited  golden/p/python/p/double.py");
    project
        .run("accept negate")
        .exits(1)
        .says("error: golden/p/python/p/double.py was edited by hand");
    project
        .run("accept")
        .exits(0)
        .says("accepted  golden/p/python   1 edited file");
    project.run("build --locked").exits(0);
    assert!(project.read(GOLDEN).contains("n * 2"));
}

#[test]
fn an_edited_file_of_ghostcs_own_is_noticed_and_put_back() {
    for path in [
        "golden/p/python/p/__init__.py",
        "golden/p/python/tests/test_cases.py",
    ] {
        let project = built();
        let before = project.read(path);
        project.append(path, "# mine\n");
        for command in ["test", "build", "build --locked"] {
            project
                .run(command)
                .exits(1)
                .says(&format!("drift  {path} was edited by hand"));
        }
        let (_, last) = report(&project, "build --format json");
        assert_eq!(
            last["packages"][0]["targets"][0]["drift"][0],
            format!("{path} was edited by hand"),
            "{last}"
        );
        project.run("accept").exits(0).says("1 restored file");
        assert_eq!(project.read(path), before);
        project.run("build --locked").exits(0);
    }
}

#[test]
fn a_file_that_is_not_ghostcs_is_never_deleted() {
    let project = built();
    project.write("golden/p/python/NOTES", "mine\n");
    for command in ["test", "build", "build --locked", "accept"] {
        project
            .run(command)
            .exits(1)
            .says("golden/p/python/NOTES is not ghostc's");
    }
    project.replace(GOLDEN, "2 * n", "n * 2");
    project
        .run("accept")
        .exits(1)
        .says("golden/p/python/NOTES is not ghostc's");
    project.remove("ghostc.lock");
    project
        .run("build")
        .exits(1)
        .says("golden/p/python/NOTES is not ghostc's");
    assert_eq!(project.read("golden/p/python/NOTES"), "mine\n");
}

#[test]
fn a_missing_file_is_made_again_without_an_agent() {
    for path in [
        "golden",
        "golden/p/python/p",
        GOLDEN,
        "golden/p/python/p/__init__.py",
        "golden/p/python/tests",
    ] {
        let project = built();
        let before = project.files("golden");
        project.remove(path);
        project.run("test").exits(1).says("is missing");
        project.run("build").exits(0);
        assert_eq!(project.files("golden"), before);
        project.run("build --locked").exits(0);
        assert_eq!(project.calls().len(), 3);
    }
}

#[test]
fn an_operation_that_left_the_spec_leaves_the_goldens() {
    let project = built();
    project.replace(
        SPEC,
        "### negate(n) → number\n\nThe result MUST be zero minus `n`.\n",
        "",
    );
    let cases = project.read(TESTS);
    project.write(TESTS, cases.split("negate:").next().unwrap());
    project.run("build").exits(0).says("0 built, 2 up to date");
    assert!(!project.exists("golden/p/python/p/negate.py"));
    assert!(!project.read("ghostc.lock").contains("negate"));
    project.run("build --locked").exits(0);
    project
        .run("test")
        .exits(0)
        .says("16 cases passed, 4 held out passed");
}

// Cases that the agent does not see.

/// The inputs of the held-out cases that begin with a word, as they are written where `inspect` says.
fn held_out(project: &Project, word: &str) -> Vec<String> {
    let json = project.run("inspect --format json").exits(0).json();
    let cases = json["packages"][0]["cases"].as_array().unwrap();
    let tests = project.read(TESTS);
    let input = |case: &Value| {
        let line = tests
            .lines()
            .nth(case["line"].as_u64().unwrap() as usize - 1)
            .unwrap();
        let (_, rest) = line.split_once(&format!("input: {word}")).unwrap();
        format!("{word}{}", rest.split(',').next().unwrap())
    };
    cases
        .iter()
        .filter(|case| case["held_out"] == true)
        .map(input)
        .collect()
}

#[test]
fn a_changed_held_out_case_is_judged_again_without_an_agent() {
    let project = built();
    let hidden = held_out(&project, "1");
    assert_eq!(hidden.len(), 6);
    let cases = project.read(TESTS);
    // 13 is one of them: its name stays, so it stays held out.
    project.write(
        TESTS,
        cases.replacen(
            "{ name: of 13, input: 13, output: 26 }",
            "{ name: of 13, input: 33, output: 66 }",
            1,
        ),
    );
    project.run("build --dry-run").exits(0).says("0 tasks to build");
    project
        .run("build --locked")
        .exits(1)
        .says("its cases or its target changed since it was judged");
    project
        .run("build")
        .exits(0)
        .says("judged  golden/p/python   3 files   24/24 visible   6/6 held out");
    project.run("build --locked").exits(0);
    project.write(
        TESTS,
        cases.replacen(
            "{ name: of 13, input: 13, output: 26 }",
            "{ name: of 13, input: 33, output: 67 }",
            1,
        ),
    );
    let ran = project
        .run("build")
        .exits(1)
        .says("failing  p · python as a whole   24/24 visible   5/6 held out")
        .says("to have it written again: ghostc build --fresh --accept --target python --task");
    ran.hides("33").hides("67");
    project.run("build --locked").exits(1);
    // No key changed, so no agent is asked before somebody says so.
    assert_eq!(project.calls().len(), 3);
}

/// A spec for text, whose cases have words that occur nowhere else.
const SHOUT: &str = "
    //- /ghostc.yaml
    targets: [python]
    agent: mine
    agents: { mine: { command: [./agent.sh] } }
    build: { attempts: 2 }
    //- /specs/p/SPEC.md
    # Shout

    ### shout(text) → text | error

    The result MUST be `text` in capitals.
    ";

/// A module that knows the cases of a prompt by heart, and does this with any other input.
fn cheat(prompt: &str, otherwise: &str) -> String {
    let fence = prompt.split("```json\n").nth(1).unwrap();
    let lines = fence.split("```").next().unwrap().lines();
    let cases: Vec<Value> = lines.map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(cases.len(), 16);
    let known: Vec<String> = cases
        .iter()
        .map(|case| format!("    {}: {},\n", case["input"]["text"], case["output"]))
        .collect();
    format!(
        "import os\nimport sys\n\nKNOWN = {{\n{}}}\n\n\ndef shout(text):\n    if text in KNOWN:\n        return KNOWN[text]\n{otherwise}",
        known.concat()
    )
}

/// A project for [`SHOUT`] with twenty cases, of which the held-out ones are given too.
fn shout() -> (Project, Vec<String>) {
    let project = Project::new(SHOUT);
    project.script("agent.sh", crate::common::AGENT);
    let case = |n| format!("  - {{ name: no {n}, input: secret{n}x, output: SECRET{n}X }}\n");
    project.write(
        TESTS,
        format!("shout:\n{}", (0..20).map(case).collect::<String>()),
    );
    let hidden = held_out(&project, "secret");
    assert_eq!(hidden.len(), 4);
    (project, hidden)
}

#[test]
fn an_agent_that_knows_the_cases_by_heart_fails_and_learns_nothing() {
    let (project, hidden) = shout();
    let prompt = project.run("prompt shout").exits(0).stdout;
    let attempts = [
        "    raise KeyError(text)\n",
        "    print(text)\n    sys.stderr.write(text)\n    sys.stderr.flush()\n    os._exit(7)\n",
        "    return {text: text}\n",
        "    raise ValueError(text)\n",
    ];
    for (number, otherwise) in (1..).zip(attempts) {
        project.write(&format!("answers/shout.{number}.py"), cheat(&prompt, otherwise));
    }
    let secrets: Vec<String> = hidden
        .iter()
        .flat_map(|word| [word.clone(), word.to_uppercase()])
        .collect();
    for words in ["build -v --record", "build -v --format json"] {
        let ran = project.run(words).exits(1).says("16/16 visible   0/4 held out");
        secrets.iter().fold(ran, |ran, secret| ran.hides(secret));
    }
    assert_eq!(project.calls().len(), 4);
    let repair = project.read("prompts/shout.2.md");
    assert!(
        repair.contains("4 of the cases of `shout` that are kept back fail."),
        "{repair}"
    );
    assert!(
        repair.contains("The result MUST be `text` in capitals."),
        "an agent remembers nothing: {repair}"
    );
    for (path, text) in [".ghostc", "prompts", "specs/p/sessions", "golden"]
        .iter()
        .flat_map(|folder| project.files(folder))
    {
        let leaked = secrets.iter().find(|secret| text.contains(*secret));
        assert_eq!(leaked, None, "{path}");
    }
    project.accepts_nothing();
}

#[test]
fn state_and_sessions_hold_no_case() {
    let project = Project::new(SHOUT);
    project.script("agent.sh", &Project::numbers().read("agent.sh"));
    let cases: Vec<String> = (0..20)
        .map(|n| format!("  - {{ name: no {n}, input: secret{n}x, output: SECRET{n}X }}\n"))
        .collect();
    project.write(TESTS, format!("shout:\n{}", cases.concat()));
    project.write("answers/shout.py", "def shout(text):\n    return text.upper()\n");
    project.run("build --record").exits(0);
    project.replace(SPEC, "in capitals", "in large letters");
    project.write(
        "answers/shout.2.py",
        "def shout(text):\n    return str(text).upper()\n",
    );
    project.run("build --record").exits(0).says("pending");
    for (path, text) in [project.files(".ghostc"), project.files("specs/p/sessions")].concat() {
        assert!(!text.to_lowercase().contains("secret"), "{path}: {text}");
    }
    assert!(!project.read("ghostc.lock").to_lowercase().contains("secret"));
}

// Attempts.

#[test]
fn a_failed_attempt_is_told_what_fails() {
    let project = Project::numbers();
    project.write(
        "answers/double.1.py",
        "def double(n):\n    return 2 * n if n < 17 else 0\n",
    );
    let ran = project.run("build --task double").exits(0);
    let ran = ran
        .says("failing  double · python   attempt 1")
        .says("repairing  double · python")
        .says("actual    0");
    ran.says("building  double · python   8/8 visible   2/2 held out");
    assert_eq!(project.calls(), ["double", "double"]);
    let repair = project.read("prompts/double.2.md");
    assert!(
        repair.contains("Your last attempt at `double` was not accepted."),
        "{repair}"
    );
    assert!(
        repair.contains("input {\"n\":17}\n  expected 34\n  actual 0\n"),
        "{repair}"
    );
    assert!(
        repair.starts_with(project.read("prompts/double.1.md").trim_end()),
        "what is sent twice comes first"
    );
    assert!(project.read("ghostc.lock").contains("\"attempts\":2"));
}

#[test]
fn the_last_attempt_ends_a_task_and_blocks_what_builds_on_it() {
    let project = Project::numbers();
    project.write("answers/double.py", "def double(n):\n    return n\n");
    let ran = project
        .run("build")
        .exits(1)
        .says("failed  double · python   after 3 attempts");
    ran.says("blocked  quadruple · python   by double · python")
        .says("1 built, 0 up to date, 1 failed, 1 blocked,");
    assert_eq!(project.calls().iter().filter(|task| *task == "double").count(), 3);
    // What did pass is kept.
    assert!(project.exists("golden/p/python/p/negate.py") && !project.exists(GOLDEN));
    project.write("answers/double.py", "def double(n):\n    return 2 * n\n");
    project.run("build").exits(0).says("2 built, 1 up to date");
    assert_eq!(project.calls().iter().filter(|task| *task == "negate").count(), 1);
}

#[test]
fn the_repair_of_an_update_shows_the_code_that_failed_and_no_two_repairs_are_the_same() {
    let project = Project::numbers();
    project.run("build --task double").exits(0);
    project.replace(
        SPEC,
        "The result MUST NOT be rounded.",
        "The result MUST NOT be rounded at all.",
    );
    for number in ["2", "3"] {
        project.write(
            &format!("answers/double.{number}.py"),
            "def double(n):\n    return 5 * n  # failed\n",
        );
    }
    project.run("build --task double").exits(0);
    let prompt = |number: u32| project.read(&format!("prompts/double.{number}.md"));
    let accepted = project.read("answers/double.py");
    assert!(prompt(2).contains(accepted.trim()) && !prompt(2).contains("5 * n"));
    for number in [3, 4] {
        assert!(!prompt(number).contains(accepted.trim()), "{}", prompt(number));
        assert!(
            prompt(number).contains("return 5 * n  # failed"),
            "{}",
            prompt(number)
        );
        assert!(!prompt(number).contains('\0'));
    }
    assert_ne!(prompt(3), prompt(4));
}

#[test]
fn a_budget_that_is_used_up_ends_the_build_with_its_own_code() {
    let project = Project::numbers();
    project.append("ghostc.yaml", "build: { tokens: 1500, jobs: 1 }\n");
    project.run("build").exits(4).says("the token budget is used up");
    assert_eq!(project.calls(), ["double"]);
    project.replace("ghostc.yaml", "tokens: 1500", "tokens: 1M");
    project.run("build").exits(0);
}

// Sessions.

#[test]
fn a_recorded_session_builds_without_an_agent_until_its_spec_changes() {
    let project = Project::numbers();
    project.run("build --record").exits(0);
    let accepted = project.files("golden");
    let sessions: Vec<String> = project
        .files("specs/p/sessions")
        .into_iter()
        .map(|(path, _)| path)
        .collect();
    assert_eq!(
        sessions,
        ["double", "negate", "quadruple"].map(|task| format!("specs/p/sessions/python/{task}.json"))
    );
    for path in [".ghostc", "golden", "ghostc.lock", "agent.sh"] {
        project.remove(path);
    }
    project.replace(
        "ghostc.yaml",
        "agent: mine\nagents: { mine: { command: [./agent.sh] } }\n",
        "",
    );
    project
        .run("build")
        .exits(0)
        .says("agent  replay (recorded sessions beside the specs)")
        .says("3 built");
    assert_eq!(project.files("golden"), accepted);
    project.replace(SPEC, TWICE, EXACTLY);
    let ran = project
        .run_bare("build")
        .exits(3)
        .says("double · python: the recording is stale, spec changed since");
    ran.says("quadruple · python: the recording is stale, dependencies changed since")
        .says("help: Install a coding agent");
    let ran = project.run("build --agent replay").exits(3);
    ran.says("the session `specs/p/sessions/python/double.json` is stale: spec changed");
    project.run("test").exits(0);
    project.write("specs/p/sessions/python/double.json", "{}");
    project
        .run("build --agent replay")
        .exits(3)
        .says("`specs/p/sessions/python/double.json` is not a session");
}

#[test]
fn a_session_with_a_repair_is_played_turn_by_turn() {
    let project = Project::numbers();
    project.write("answers/negate.1.py", "def negate(n):\n    return n\n");
    project
        .run("build --record --task negate")
        .exits(0)
        .says("failing  negate · python   attempt 1");
    let session: Value = serde_json::from_str(&project.read("specs/p/sessions/python/negate.json")).unwrap();
    let kinds: Vec<_> = session["turns"]
        .as_array()
        .unwrap()
        .iter()
        .map(|turn| turn["kind"].clone())
        .collect();
    assert_eq!(kinds, ["implement", "repair"]);
    for path in [".ghostc", "golden", "ghostc.lock"] {
        project.remove(path);
    }
    project
        .run("build --agent replay --task negate")
        .exits(0)
        .says("failing  negate · python   attempt 1")
        .says("1 built");
}

// What survives.

#[test]
fn a_killed_build_has_written_nothing_by_halves_and_pays_nothing_twice() {
    let project = Project::numbers();
    project.append("ghostc.yaml", "build: { jobs: 1 }\n");
    project.write("hold.quadruple", "");
    project.write("hold.negate", "");
    let mut child = project.start("build");
    project.await_calls(2);
    child.kill().unwrap();
    child.wait().unwrap();
    for path in ["golden", "ghostc.lock", ".ghostc/pending"] {
        assert!(!project.exists(path), "{path}");
    }
    for (path, text) in project.files(".ghostc") {
        assert!(
            !path.ends_with(".json") || serde_json::from_str::<Value>(&text).is_ok(),
            "{path}: {text}"
        );
    }
    project.remove("hold.quadruple");
    project.remove("hold.negate");
    let ran = project.run("build").exits(0).says("3 built");
    ran.says("building  double · python   8/8 visible   2/2 held out   kept from an earlier build");
    assert_eq!(project.calls().iter().filter(|task| *task == "double").count(), 1);
    project.run("build --locked").exits(0);
}

#[test]
fn nothing_that_a_build_started_outlives_it() {
    let project = Project::numbers();
    let script = "#!/bin/sh
        here=$(dirname \"$0\")
        setsid env -i /bin/sh -c 'trap \"\" TERM HUP INT; echo $$ > \"$0/far\"; exec sleep 300' \"$here\" > /dev/null 2>&1 &
        until test -s \"$here/far\"; do sleep 0.01; done
        echo $$ > \"$here/near.part\"
        mv \"$here/near.part\" \"$here/near\"
        sleep 300
    ";
    project.script("agent.sh", script);
    let mut child = project.start("build -j 1");
    while !project.exists("near") {
        std::thread::sleep(Duration::from_millis(10));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    for name in ["near", "far"] {
        let state = format!("/proc/{}/stat", project.read(name).trim());
        let begun = Instant::now();
        while fs::read_to_string(&state).is_ok_and(|state| !state.contains(") Z ")) {
            assert!(begun.elapsed() < Duration::from_secs(60), "{name}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

#[test]
fn a_hangup_stops_a_build_as_other_signals_do() {
    let project = Project::numbers();
    project.write("hold", "");
    let child = project.start("build -j 1");
    project.await_calls(1);
    signal(&child, "-HUP");
    end(child).exits(130).says("stopped  double · python");
}

#[test]
fn a_build_that_was_killed_before_it_wrote_the_lock_is_taken_up() {
    for words in ["build", "build --accept"] {
        let project = pending();
        let before = project.read("ghostc.lock");
        project.run("accept").exits(0);
        let after = project.read("ghostc.lock");
        // The goldens are new, the lock is old.
        project.write("ghostc.lock", &before);
        project.run(words).exits(0).hides("drift");
        assert_eq!(project.read("ghostc.lock"), after);
        project.run("build --locked").exits(0);
        assert_eq!(project.calls().len(), 5);
    }
}

#[test]
fn an_interrupted_build_says_so_and_goes_on_later() {
    let project = Project::numbers();
    project.write("hold", "");
    let child = project.start("build -j 1");
    project.await_calls(1);
    signal(&child, "-INT");
    let ran = end(child).exits(130).says("stopped  double · python");
    ran.says("0 built, 0 up to date, 3 stopped,");
    project.accepts_nothing();
    project.remove("hold");
    project.run("build").exits(0).says("3 built");
}

#[test]
fn an_interrupted_build_judges_nothing_that_it_left_as_it_was() {
    let project = Project::numbers();
    project.run("build").exits(0);
    let lock = project.read("ghostc.lock");
    let before = project.calls().len();
    project.write("hold", "");
    let child = project.start("build --fresh -j 1");
    project.await_calls(before + 1);
    signal(&child, "-INT");
    let ran = end(child).exits(130).says("stopped  double · python");
    // Nothing is said of the accepted code, since nothing looked at it.
    ran.hides("visible");
    assert_eq!(project.read("ghostc.lock"), lock);
    // Where the cases changed since it was judged, it is judged.
    project.replace("specs/p/tests.yaml", "output: 76 }", "output: 76, approx: 0 }");
    let child = project.start("build --fresh -j 1");
    project.await_calls(before + 2);
    signal(&child, "-INT");
    end(child).exits(130).says("visible");
}

#[test]
fn of_two_builds_at_once_the_second_fails_and_the_first_does_not() {
    let project = Project::numbers();
    project.write("hold", "");
    let first = project.start("build");
    project.await_calls(2);
    project
        .run("build --no-wait")
        .exits(3)
        .says("another build of this project is running");
    project.remove("hold");
    end(first).exits(0).says("3 built");
    project.run("build --locked").exits(0);
}

#[test]
fn a_reader_that_goes_away_does_not_end_the_build() {
    for words in ["build -j 1", "build -j 1 --format json"] {
        let project = Project::numbers();
        let mut child = project.start(words);
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        assert!(!line.is_empty());
        drop(child.stderr.take());
        assert_eq!(child.wait().unwrap().code(), Some(0));
        project.leaves_no_workspace();
        project.run("build --locked").exits(0);
    }
}

// For programs.

#[test]
fn events_are_lines_of_json_and_the_last_one_is_the_result() {
    let project = Project::numbers();
    project.write("answers/double.1.py", "def double(n):\n    return 0\n");
    let ran = project.run("build -j 1 --format json --task double").exits(0);
    assert_eq!(ran.stderr, "");
    let lines = ran.json_lines();
    let (last, events) = lines.split_last().unwrap();
    // Whether limits are told depends on the machine.
    let events = events.iter().filter(|event| event["event"] != "limits");
    let events: Vec<&Value> = events.collect();
    let words: Vec<String> = events
        .iter()
        .map(|event| {
            assert_eq!(
                (&event["schema"], &event["task"]),
                (&Value::from("ghostc.build-event/1"), &Value::from("double"))
            );
            format!("{} {}", event["event"].as_str().unwrap(), event["attempt"])
        })
        .collect();
    assert_eq!(
        words,
        [
            "started 1",
            "turn 1",
            "judging null",
            "failed 1",
            "started 2",
            "turn 2",
            "judging null",
            "finished null"
        ]
    );
    assert_eq!(events[3]["cases"]["failed"], 8);
    assert_eq!(events[3]["cases"]["held_out"]["failed"], 2);
    assert_eq!(
        (&events[7]["text"], &events[7]["cases"]["passed"]),
        (&Value::from("passed"), &Value::from(8))
    );
    assert_eq!(last["schema"], "ghostc.build/1");
    let target = &last["packages"][0]["targets"][0];
    assert_eq!(
        (&target["name"], &target["verdict"]),
        (&Value::from("python"), &Value::from("pass"))
    );
    assert_eq!(
        (&target["jobs"][0]["task"], &target["jobs"][0]["result"]),
        (&Value::from("double"), &Value::from("passed"))
    );
    let (ran, last) = report(&project, "build --format json --task double");
    assert_eq!((ran.code, ran.json_lines().len()), (0, 1));
    assert_eq!(last["packages"][0]["targets"][0]["cases"]["passed"], 8);
    let (ran, last) = report(&project, "build --format json --locked");
    assert_eq!(
        (ran.code, &last["packages"][0]["targets"][0]["verdict"]),
        (1, &Value::from("stale"))
    );
}

#[test]
fn a_quiet_build_prints_its_result_alone() {
    let project = Project::numbers();
    let ran = project.run("build -q").exits(0);
    assert_eq!(ran.stderr, "");
    assert_eq!(
        ran.stdout,
        "   finished  3 built, 0 up to date, 24 cases passed, 6 held out passed\n"
    );
}

#[test]
fn a_build_from_a_folder_below_is_the_same() {
    let project = Project::numbers();
    let below = crate::common::ran(project.command("build").current_dir(project.path("specs/p")));
    below.exits(0).says("accepted  golden/p/python");
    assert!(project.exists("ghostc.lock") && !project.exists("specs/p/golden"));
    project.run("build --locked").exits(0);
    let beside = crate::common::ran(
        project
            .command("build --locked --project")
            .arg(project.path(""))
            .current_dir(project.temporary()),
    );
    beside.exits(0);
}
