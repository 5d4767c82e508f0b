//! Accepts what the tests got as what they expect: snapshots, transcripts, case directories.

use crate::project;
use std::process::Command;

/// Runs all tests with their expectations overwritten, then formats, since inline snapshots are code.
pub(crate) fn run() -> Result<(), String> {
    let mut tests = project::tests();
    tests.envs([
        ("SNAPSHOTS", "overwrite"),
        ("TRYCMD", "overwrite"),
        ("GHOSTC_BLESS", "1"),
    ]);
    let tested = succeed(&mut tests);
    succeed(project::cargo().args(["fmt", "--all"]))?;
    tested?;
    println!("blessed; read the difference before you commit it: git diff");
    Ok(())
}

fn succeed(command: &mut Command) -> Result<(), String> {
    let status = command
        .status()
        .map_err(|error| format!("cannot start {command:?}: {error}"))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("{command:?} failed: {status}"))
    }
}
