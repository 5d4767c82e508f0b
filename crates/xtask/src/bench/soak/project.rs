//! Projects to be soaked: many small tasks, and an agent that costs next to nothing and notes when it begins and ends.

use super::Soak;
use super::sandbox::Sandbox;
use crate::folder;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

/// Writes the function that its task names, wrongly in the first turn of every fifth task where it is `STUBBORN`.
const AGENT: &str = r#"#!/bin/sh
log=${0%/*}/../log
prompt=$(sed -n -e 's/^- write `\(.*\)`$/path=\1/p' -e 's/^Your last attempt at.*/turn=1/p' \
    -e 's/.*the total of.*/turned=1/p')
turn=0 turned= path=
for line in $prompt; do
    case $line in
        path=*) path=${path:-${line#path=}} ;;
        turn=*) turn=1 ;;
        turned=*) turned=1 ;;
    esac
done
name=${path##*/} name=${name%.py}
number=${name#*_}
echo "begin $name $turn" >> "$log"
if [ "$STUBBORN" = yes ] && [ $turn = 0 ] && [ $((number % 5)) = 0 ]; then number=0; fi
sum="x + $number"
if [ "$turned" ]; then sum="$number + x"; fi
printf 'def %s(x):\n    return %s\n' "$name" "$sum" > "$path"
echo "end $name $turn" >> "$log"
"#;

/// What two ghostcs do side by side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scene {
    /// Two builds of one package each, of agents that are right at once, and have one attempt.
    OneAttempt,
    /// The same with agents that need a second attempt for some tasks, and have three.
    ThreeAttempts,
    /// A build of one package, and code of another one that waits and is accepted.
    Accepting,
    /// Two builds of packages of which everything was paid for and nothing accepted.
    Paid,
}

impl Scene {
    pub(super) const ALL: [Scene; 4] = [
        Scene::OneAttempt,
        Scene::ThreeAttempts,
        Scene::Accepting,
        Scene::Paid,
    ];

    /// The commands of the two, and the beginnings of the names of their tasks.
    pub(super) fn writers(self) -> [(&'static str, &'static str); 2] {
        let second = if self == Scene::Accepting {
            "accept"
        } else {
            "build specs/b"
        };
        [("build specs/a", "add_"), (second, "sum_")]
    }

    /// How often agents are asked where nothing is killed, from where the two begin.
    pub(super) fn turns(self, operations: usize) -> usize {
        match self {
            Scene::OneAttempt => 2 * operations,
            Scene::ThreeAttempts => 2 * (operations + operations / 5),
            Scene::Accepting => operations,
            Scene::Paid => 0,
        }
    }

    /// Makes the project where the two begin, with so many operations in each of its two packages.
    pub(super) fn prepare(self, soak: &Soak, root: PathBuf, operations: usize) -> Result<Sandbox, String> {
        let sandbox = Sandbox::create(root)?;
        let stubborn = self == Scene::ThreeAttempts;
        let attempts = if stubborn { 3 } else { 1 };
        let settings = format!(
            "targets: [python]\nagent: mine\nagents: {{ mine: {{ command: [./agent.sh] }} }}\nheld_out: 0\n\
             build: {{ attempts: {attempts}, jobs: {JOBS} }}\n"
        );
        sandbox.write("ghostc.yaml", &settings)?;
        let agent = AGENT.replace("$STUBBORN", if stubborn { "yes" } else { "no" });
        sandbox.write("agent.sh", &agent)?;
        folder::make_program(&sandbox.project().join("agent.sh"))?;
        write_package(&sandbox, "a", operations, "add", "the sum of")?;
        write_package(&sandbox, "b", operations, "sum", "the sum of")?;
        match self {
            Scene::OneAttempt | Scene::ThreeAttempts => {}
            Scene::Accepting => {
                sandbox.run(soak, "build specs/b")?;
                // Other words, and other code that passes the same cases.
                write_package(&sandbox, "b", operations, "sum", "the total of")?;
                let said = sandbox.run(soak, "build specs/b")?;
                if !said.contains("pending") {
                    return Err(format!("no code waits to be accepted:\n{said}"));
                }
            }
            Scene::Paid => {
                sandbox.run(soak, "build")?;
                for accepted in ["golden", "ghostc.lock"] {
                    let path = sandbox.project().join(accepted);
                    let removed = if path.is_dir() {
                        fs::remove_dir_all(&path)
                    } else {
                        fs::remove_file(&path)
                    };
                    removed.map_err(|error| format!("cannot remove {}: {error}", path.display()))?;
                }
            }
        }
        Ok(sandbox)
    }
}

/// The agents that a build has at work at once, each of which a kill may hit.
pub(super) const JOBS: usize = 4;

fn write_package(
    sandbox: &Sandbox,
    name: &str,
    operations: usize,
    verb: &str,
    what: &str,
) -> Result<(), String> {
    let mut spec = format!("# Package {name}\n");
    let mut cases = String::new();
    for n in 1..=operations {
        let written = write!(
            spec,
            "\n### {verb}_{n}(x) → number\n\nThe result MUST be {what} `x` and {n}.\n"
        )
        .and_then(|()| {
            let (one, two) = (n + 1, n + 2);
            write!(
                cases,
                "{verb}_{n}:\n  - {{ name: one, input: 1, output: {one} }}\n  - {{ name: two, input: 2, output: {two} }}\n"
            )
        });
        written.map_err(|error| error.to_string())?;
    }
    sandbox.write(&format!("specs/{name}/SPEC.md"), &spec)?;
    sandbox.write(&format!("specs/{name}/tests.yaml"), &cases)
}
