//! `ghostc --version`, against a program that has clap and nothing to do.

use super::Setup;
use super::rounds::measure;
use super::table::{Row, Target};
use crate::program::output;
use std::process::Command;

/// Start-up is so short that more rounds cost nothing.
const MORE: usize = 20;

pub(crate) fn run(setup: &Setup) -> Result<Vec<Row>, String> {
    let version = |program| {
        let mut command = Command::new(program);
        command.arg("--version");
        command
    };
    let said = output(&mut version(&setup.ghostc), &[0])?.stdout;
    if !said.starts_with(b"ghostc ") {
        return Err("`ghostc --version` does not tell its version".to_string());
    }
    let mut commands = [version(&setup.ghostc), version(&setup.hello)];
    let [ours, floor] = measure(setup.rounds * MORE, &[0], &mut commands)?;
    Ok(vec![Row::new(
        "version".to_string(),
        "ms",
        [&ours, &floor],
        Target::More(2.0),
    )])
}
