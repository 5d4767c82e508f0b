//! Starts the fuzzer, which is a program of its own so that the other chores work while ghostc does not compile.

use crate::project;
use std::process::Command;

/// The command that runs the fuzzer with some arguments.
pub(crate) fn command(arguments: &[&str]) -> Command {
    let mut cargo = project::cargo();
    cargo.args(["run", "--quiet", "--package", "xtask", "--example", "fuzz", "--"]);
    cargo.args(arguments);
    cargo
}

/// Fuzzes within the bounds that the arguments give.
pub(crate) fn run(arguments: &[&str]) -> Result<(), String> {
    let mut fuzz = command(arguments);
    let status = fuzz
        .status()
        .map_err(|error| format!("cannot start {fuzz:?}: {error}"))?;
    if status.success() {
        Ok(())
    } else {
        Err("something does not hold of all inputs".to_string())
    }
}
