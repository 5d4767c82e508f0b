//! `ghostc check` of 100 MB of specs, against reading the same files' Markdown events on as many threads.

use super::rounds::measure;
use super::table::{Row, Target};
use super::{Setup, tree};
use crate::program::output;
use std::process::Command;

const BYTES: usize = 100_000_000;

/// A check ends with 1 when it finds errors, which copies of specs may have.
const FINDINGS: &[i32] = &[0, 1];

pub(crate) fn run(setup: &Setup) -> Result<Vec<Row>, String> {
    let tree = tree::generate(&setup.scratch, BYTES)?;
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    reads_all(setup, &tree)?;
    let mut ours = Command::new(&setup.ghostc);
    ours.args(["check", "--quiet"]).arg(&tree.folder);
    let mut floor = Command::new(&setup.floors);
    floor.args(["parse", &threads.to_string()]).arg(&tree.folder);
    let [ours, floor] = measure(setup.rounds, FINDINGS, &mut [ours, floor])?;
    let name = format!(
        "check-tree: {} files, {} MB, {threads} threads",
        tree.files,
        tree.bytes / 1_000_000
    );
    Ok(vec![Row::new(name, "ms", [&ours, &floor], Target::Times(3.0))])
}

/// Whoever reads fewer files is faster for nothing.
fn reads_all(setup: &Setup, tree: &tree::SpecTree) -> Result<(), String> {
    let mut check = Command::new(&setup.ghostc);
    check.args(["check", "--format", "json"]).arg(&tree.folder);
    let report: serde_json::Value = serde_json::from_slice(&output(&mut check, FINDINGS)?.stdout)
        .map_err(|error| format!("`ghostc check --format json` printed no JSON: {error}"))?;
    let files = report
        .pointer("/summary/files")
        .and_then(serde_json::Value::as_u64);
    if files == Some(tree.files as u64) {
        return Ok(());
    }
    Err(format!("`ghostc check` read {files:?} of {} files", tree.files))
}
