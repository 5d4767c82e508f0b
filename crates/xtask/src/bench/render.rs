//! Prompts of one package in one process, against minijinja alone with the same template and values.

use super::Setup;
use super::table::{Row, Target};
use crate::program::output;
use crate::project;
use std::process::Command;

/// How often each prompt is rendered in a process.
const TIMES: &str = "2000";
const PACKAGE: &str = "specs/semver";

pub(crate) fn run(setup: &Setup) -> Result<Vec<Row>, String> {
    let microseconds = |what: &str| -> Result<f64, String> {
        let mut prompts = Command::new(&setup.prompts);
        prompts.args([what, TIMES]).arg(project::root().join(PACKAGE));
        let said = output(&mut prompts, &[0])?.stdout;
        let said = String::from_utf8_lossy(&said);
        let number = said.trim().parse();
        number.map_err(|_| format!("`prompts {what}` printed no number: {said}"))
    };
    let (mut ours, mut floor) = (Vec::new(), Vec::new());
    for _ in 0..setup.rounds {
        ours.push(microseconds("ghostc")?);
        floor.push(microseconds("bare")?);
    }
    let name = format!("render: prompts of {PACKAGE}");
    Ok(vec![Row::new(name, "µs", [&ours, &floor], Target::Times(1.3))])
}
