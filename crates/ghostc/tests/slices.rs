//! Programs built slice by slice: one tree, earlier goldens, what an agent sees, updates that wait.

use crate::common::Project;

/// A program of two slices, with one scenario of the first held out.
const TOOL: &str = r##"
    //- /ghostc.yaml
    targets: [python]
    held_out: 0
    agent: mine
    agents: { mine: { command: [./agent.sh] } }
    build: { attempts: 2 }
    //- /specs/tool/SPEC.md
    # Tool

    ## Greeting

    `tool greet NAME` MUST print `hello NAME`.

    ## Counting

    `tool count WORD…` MUST print how many words there are.
    //- /specs/tool/scenarios/10-greeting.yaml
    covers: [greeting]
    scenarios:
      - name: somebody
        proves: MUST print `hello NAME`
        steps:
          - { run: greet $word.name, expect: { stdout: "hello $word.name\n" } }
      - name: a quokka
        held_out: true
        steps:
          - { run: greet quokka, expect: { stdout: "hello quokka\n" } }
    //- /specs/tool/scenarios/20-counting.yaml
    covers: [counting]
    scenarios:
      - name: three words
        proves: MUST print how many words
        steps:
          - { run: count a b c, expect: { stdout: "3\n" } }
    //- /answers/10-greeting.py
    import sys


    def main():
        print("hello", sys.argv[2])
    //- /answers/20-counting.py
    import sys


    def main():
        if sys.argv[1] == "greet":
            print("hello", sys.argv[2])
        else:
            print(len(sys.argv[2:]))
    "##;

/// Notes each call, its prompt and every file that it can read, and writes the answer for its slice: that of the call, where
/// there is one.
const AGENT: &str = r##"#!/bin/sh
home=$(dirname "$0")
cat > "$home/prompt"
slice=$(sed -n 's/^# Your task: [a-z]* `\([^`]*\)`$/\1/p' "$home/prompt" | head -n 1)
echo "$slice" >> "$home/calls"
number=$(grep -cx "$slice" "$home/calls")
cat "$home/prompt" >> "$home/seen"
find . -type f -exec cat {} + >> "$home/seen"
answer="$home/answers/$slice.$number.py"
[ -f "$answer" ] || answer="$home/answers/$slice.py"
mkdir -p tool
cp "$answer" tool/__main__.py
"##;

fn tool() -> Project {
    let project = Project::new(TOOL);
    project.script("agent.sh", AGENT);
    project
}

#[test]
fn slices_are_built_one_after_the_other_and_only_those_that_changed_again() {
    let project = tool();
    project.run("build").exits(0).says("2 built, 0 up to date");
    assert_eq!(project.read("calls"), "10-greeting\n20-counting\n");
    assert!(
        project.exists("golden/tool/python/tool/__main__.py") && project.exists("golden/tool/python/run.py")
    );
    project
        .run("build --locked")
        .exits(0)
        .says("0 built, 2 up to date");
    project
        .run("test")
        .exits(0)
        .says("2 cases passed, 1 held out passed");
    project.run("ci").exits(0);

    project.replace(
        "specs/tool/SPEC.md",
        "how many words there are",
        "how many words there are, in digits",
    );
    project.replace(
        "specs/tool/scenarios/20-counting.yaml",
        "how many words",
        "how many words there are, in digits",
    );
    project.run("build --locked").exits(1).says("20-counting");
    project.run("build").exits(0).says("1 built, 1 up to date");
    assert_eq!(project.read("calls"), "10-greeting\n20-counting\n20-counting\n");
    assert!(
        project
            .read("prompt")
            .contains("# Your task: update `20-counting`")
    );
}

#[test]
fn no_byte_that_an_agent_can_read_is_of_what_is_held_out() {
    let project = tool();
    project.run("build").exits(0);
    let seen = project.read("seen");
    assert!(seen.contains("somebody") && seen.contains("1 more scenario is kept back"));
    assert!(!seen.contains("quokka"), "{seen}");
    project.write(
        "answers/10-greeting.py",
        "def main():\n    print(\"hello nobody\")\n",
    );
    project.remove("calls");
    project.run("build --fresh").exits(1).hides("quokka");
    assert!(!project.read("seen").contains("quokka"));
}

#[test]
fn a_slice_that_breaks_an_earlier_one_is_told_so_and_the_tree_stays_as_it_was() {
    let project = tool();
    let breaking = "import sys\n\n\ndef main():\n    print(len(sys.argv[2:]))\n";
    project.write("answers/20-counting.1.py", breaking);
    project.run("build").exits(0).says("2 built");
    assert_eq!(project.read("calls"), "10-greeting\n20-counting\n20-counting\n");
    let prompt = project.read("prompt");
    assert!(
        prompt.contains("10-greeting") && prompt.contains("broke"),
        "{prompt}"
    );

    let broken = tool();
    broken.write("answers/20-counting.py", breaking);
    broken.run("build").exits(1);
    assert!(
        broken
            .read("golden/tool/python/tool/__main__.py")
            .contains("hello")
    );
    broken.run("test").exits(1).says("`20-counting` was never built");
}

#[test]
fn a_tree_that_is_grown_anew_and_not_to_its_end_replaces_nothing() {
    let project = tool();
    project.run("build").exits(0);
    let before = (project.files("golden"), project.read("ghostc.lock"));
    project.write("answers/20-counting.py", "def main():\n    pass\n");
    project.run("build --fresh").exits(1).hides("pending");
    project.run("accept --list").exits(0).hides("10-greeting");
    assert_eq!((project.files("golden"), project.read("ghostc.lock")), before);
    project.run("build --locked").exits(0);
}

#[test]
fn another_tree_waits_and_what_is_built_on_it_waits_on_top() {
    let project = tool();
    project.run("build").exits(0);
    let other = project
        .read("answers/20-counting.py")
        .replace("else:", "elif sys.argv[1] == \"count\":");
    project.write("answers/20-counting.py", other);
    project.append(
        "specs/tool/scenarios/20-counting.yaml",
        "  - name: no words\n    steps:\n      - { run: count, expect: { stdout: \"0\\n\" } }\n",
    );
    project.run("build").exits(0).says("pending  20-counting");
    project.run("accept --list").exits(0).says("tool/__main__.py");
    project.run("accept").exits(0);
    project.run("build --locked").exits(0);
    project.run("test").exits(0);
    assert!(
        project
            .read("golden/tool/python/tool/__main__.py")
            .contains("elif")
    );
    project.write("golden/tool/python/tool/__main__.py", "def main():\n    pass\n");
    project.run("test").exits(1).says("tool/__main__.py");
}
