//! `ghostc build` with nothing to do, against a stat and a hash of the same files.

use super::Setup;
use super::rounds::measure;
use super::sample::{self, Size, ghostc};
use super::table::{Row, Target};
use crate::program::output;
use std::process::Command;

const SIZE: Size = Size {
    packages: 4,
    operations: 250,
    cases: 5,
};
/// What a build reads: not its scratch folder, and not the agent.
const INPUTS: &[&str] = &["specs", "golden", "ghostc.lock", "ghostc.yaml"];

pub(crate) fn run(setup: &Setup) -> Result<Vec<Row>, String> {
    let project = sample::built(setup, SIZE)?;
    let tasks = SIZE.packages * SIZE.operations;
    let ours = || ghostc(setup, "build", &project);
    let said = output(&mut ours(), &[0])?.stdout;
    let said = String::from_utf8_lossy(&said);
    if !said.contains(&format!(" 0 built, {tasks} up to date")) {
        return Err(format!("the build is no no-op: {said}"));
    }
    let mut floor = Command::new(&setup.floors);
    floor.arg("hash").args(INPUTS).current_dir(&project);
    let [ours, floor] = measure(setup.rounds, &[0], &mut [ours(), floor])?;
    let name = format!(
        "noop-build: {tasks} tasks, {} cases, {} packages",
        tasks * SIZE.cases,
        SIZE.packages
    );
    Ok(vec![Row::new(name, "ms", [&ours, &floor], Target::Times(3.0))])
}
