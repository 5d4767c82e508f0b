//! Generates projects of many small operations, with an agent that costs next to nothing, and has ghostc build them.

use super::Setup;
use crate::folder;
use crate::program::output;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// How large a project is.
#[derive(Clone, Copy)]
pub(crate) struct Size {
    pub(crate) packages: usize,
    /// Operations of each package.
    pub(crate) operations: usize,
    /// Cases of each operation.
    pub(crate) cases: usize,
}

const SETTINGS: &str = "\
targets: [python]
agent: adder
agents:
  adder: { protocol: print, command: [./agent.sh] }
";

/// Writes `add_N` into the module that the prompt names.
const AGENT: &str = r#"#!/bin/sh
path=$(sed -n 's/^- write `\(.*\)`$/\1/p')
name=$(basename "$path" .py)
cat > "$path" <<END
"""Adds ${name#add_}."""


def $name(x):
    """Return the sum of \`x\` and ${name#add_}."""
    if type(x) is not int:
        raise ValueError(f"not an integer: {x!r}")
    return x + ${name#add_}
END
"#;

/// Makes a project, or brings one of an earlier run up to date, and gives its folder.
pub(crate) fn built(setup: &Setup, size: Size) -> Result<PathBuf, String> {
    let name = format!("project-{}-{}-{}", size.packages, size.operations, size.cases);
    let folder = setup.scratch.join(name);
    for number in 1..=size.packages {
        let package = folder.join(format!("specs/sums-{number}"));
        write(&package.join("SPEC.md"), &spec(number, size))?;
        write(&package.join("tests.yaml"), &cases(size))?;
    }
    write(&folder.join("ghostc.yaml"), SETTINGS)?;
    write(&folder.join("agent.sh"), AGENT)?;
    folder::make_program(&folder.join("agent.sh"))?;
    output(
        ghostc(setup, "build", &folder).args(["--quiet", "--accept"]),
        &[0],
    )?;
    output(ghostc(setup, "build", &folder).arg("--locked"), &[0])?;
    Ok(folder)
}

/// A command of ghostc in a project.
pub(crate) fn ghostc(setup: &Setup, command: &str, project: &Path) -> Command {
    let mut ghostc = Command::new(&setup.ghostc);
    ghostc.arg(command).arg("--project").arg(project);
    ghostc.env("PATH", &setup.path);
    ghostc
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    if fs::read(path).is_ok_and(|known| known == text.as_bytes()) {
        return Ok(());
    }
    folder::write(path, text.as_bytes())
}

fn spec(number: usize, size: Size) -> String {
    let mut text = format!(
        "---\nname: sums-{number}\nversion: 1.0.0\n---\n\n# Sums {number}\n\n\
         ## Rounding\n\nA sum MUST be exact.\nIt MUST NOT be rounded.\n\n## Operations\n"
    );
    for n in 1..=size.operations {
        // Every tenth operation is one that those after it build on.
        let base = (n - 1) / 10 * 10 + 1;
        let like = if n == base {
            String::new()
        } else {
            format!("It is like `add_{base}` with another number.\n")
        };
        let section = format!(
            "\n### add_{n}(x) → number | error\n\n**Arguments:**\n\n- `x`: an integer.\n\n**Behaviour:**\n\n\
             The result MUST be the sum of `x` and {n}, as described under [rounding](#rounding).\n{like}\
             It SHOULD be computed without a loop.\n\n**Errors:**\n\nAnything but an integer MUST be an error.\n\n\
             **Examples:**\n\n- `add_{n}(1)` → `{}`\n",
            n + 1
        );
        text.push_str(&section);
    }
    text
}

fn cases(size: Size) -> String {
    let mut text = String::new();
    for n in 1..=size.operations {
        text.push_str(&format!("{}add_{n}:\n", if n == 1 { "" } else { "\n" }));
        for x in 0..size.cases {
            let (name, input, result) = case(n, x);
            let written = write!(
                text,
                "  - name: \"{name}\"\n    input: {{ x: {input} }}\n    {result}\n"
            );
            written.expect("writing to a string");
        }
    }
    text
}

/// The name, argument and result of one case as YAML; the first one is an error.
fn case(n: usize, x: usize) -> (String, String, String) {
    if x == 0 {
        (
            "text".to_string(),
            "\"ten\"".to_string(),
            "error: true".to_string(),
        )
    } else {
        let x = x * 7;
        (
            format!("{x} and {n}"),
            x.to_string(),
            format!("output: {}", x + n),
        )
    }
}

/// The same cases of the first operation as lines of JSON: what a driver is asked, and what it answers.
pub(crate) fn lines(size: Size) -> (String, String) {
    let (mut requests, mut answers) = (String::new(), String::new());
    for x in 0..size.cases {
        let (input, answer) = match x {
            0 => ("\"ten\"".to_string(), "\"error\":true".to_string()),
            x => ((x * 7).to_string(), format!("\"output\":{}", x * 7 + 1)),
        };
        requests.push_str(&format!(
            "{{\"id\":{x},\"op\":\"add_1\",\"input\":{{\"x\":{input}}}}}\n"
        ));
        answers.push_str(&format!("{{\"id\":{x},{answer}}}\n"));
    }
    (requests, answers)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: Size = Size {
        packages: 1,
        operations: 2,
        cases: 2,
    };

    #[test]
    fn specs_and_cases_hold_every_operation() {
        let spec = spec(1, SMALL);
        assert!(spec.contains("### add_2(x) → number | error\n"));
        assert!(spec.contains("It is like `add_1` with another number."));
        assert!(
            cases(SMALL).contains("add_2:\n  - name: \"text\"\n    input: { x: \"ten\" }\n    error: true\n")
        );
    }

    #[test]
    fn lines_ask_for_the_cases_and_answer_them() {
        let (requests, answers) = lines(SMALL);
        assert_eq!(
            requests.lines().last(),
            Some(r#"{"id":1,"op":"add_1","input":{"x":7}}"#)
        );
        assert_eq!(answers.lines().last(), Some(r#"{"id":1,"output":8}"#));
    }
}
