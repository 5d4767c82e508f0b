//! `ghostc test` of one operation, against a bare parent that pipelines the same cases to a bare loop in Python.

use super::Setup;
use super::rounds::measure;
use super::sample::{self, Size, ghostc};
use super::table::{Row, Target};
use crate::program::output;
use std::fs;
use std::process::Command;

/// How many cases, and how many times the floor they may take.
const COUNTS: &[(usize, f64)] = &[(123, 1.5), (100_000, 2.0)];

/// The least that answers the cases.
const LOOP: &str = "\
import json, sys
def add_1(x):
    if type(x) is not int:
        raise ValueError
    return x + 1
operations = {'add_1': add_1}
for line in sys.stdin:
    request = json.loads(line)
    try:
        answer = {'id': request['id'], 'output': operations[request['op']](**request['input'])}
    except ValueError:
        answer = {'id': request['id'], 'error': True}
    sys.stdout.write(json.dumps(answer) + '\\n')
";

pub(crate) fn run(setup: &Setup) -> Result<Vec<Row>, String> {
    COUNTS
        .iter()
        .map(|(cases, limit)| row(setup, *cases, *limit))
        .collect()
}

fn row(setup: &Setup, cases: usize, limit: f64) -> Result<Row, String> {
    let size = Size {
        packages: 1,
        operations: 1,
        cases,
    };
    let project = sample::built(setup, size)?;
    let (requests, answers) = sample::lines(size);
    for (name, text) in [("requests.jsonl", requests), ("answers.jsonl", answers)] {
        fs::write(project.join(name), text).map_err(|error| format!("cannot write {name}: {error}"))?;
    }
    let ours = || ghostc(setup, "test", &project);
    let floor = || {
        let mut floor = Command::new(&setup.floors);
        floor.args([
            "judge",
            "requests.jsonl",
            "answers.jsonl",
            "python3",
            "-S",
            "-s",
            "-B",
            "-c",
            LOOP,
        ]);
        floor.current_dir(&project).env("PATH", &setup.path);
        floor
    };
    for said in [output(&mut ours(), &[0])?, output(&mut floor(), &[0])?] {
        let said = String::from_utf8_lossy(&said.stdout).into_owned();
        if said.contains("failed") && !said.contains(&format!("{cases} passed, 0 failed")) {
            return Err(format!("cases fail: {said}"));
        }
    }
    let [ours, floor] = measure(setup.rounds, &[0], &mut [ours(), floor()])?;
    let name = format!("judge: {cases} cases in Python");
    Ok(Row::new(name, "ms", [&ours, &floor], Target::Times(limit)))
}
