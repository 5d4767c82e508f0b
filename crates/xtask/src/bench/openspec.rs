//! `ghostc check` of 1,000 OpenSpec specs, against OpenSpec's own validator: a peer, not a floor.
//!
//! The validator is the package `@fission-ai/openspec` of npm, which is no part of this project: `OPENSPEC` is the path of
//! its program. It runs without its telemetry and, where the machine allows it, without a network.

use super::Setup;
use super::rounds::{measure, output};
use super::table::{Row, Target};
use serde_json::Value;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const SPECS: usize = 1_000;
/// Requirements of each spec, which make it as long as those of OpenSpec's own tree.
const REQUIREMENTS: usize = 16;
/// Both end with 1 when they find something.
const FINDINGS: &[i32] = &[0, 1];

pub(crate) fn run(setup: &Setup) -> Result<Vec<Row>, String> {
    let Some(program) = env::var_os("OPENSPEC") else {
        return Err("skipped: `OPENSPEC` is not the path of OpenSpec's program".to_string());
    };
    let project = generate(&setup.scratch)?;
    let mut theirs = Command::new(&program);
    if is_alone() {
        theirs = Command::new("unshare");
        theirs.args(["--net", "--"]).arg(&program);
    }
    theirs
        .args(["validate", "--specs", "--strict", "--json"])
        .env("OPENSPEC_TELEMETRY", "0")
        .current_dir(&project);
    let mut ours = Command::new(&setup.ghostc);
    ours.args(["check", ".", "--format", "json"])
        .current_dir(&project);
    reads_all(&mut ours, "/summary/files")?;
    reads_all(&mut theirs, "/summary/totals/items")?;
    let [ours, theirs] = measure(setup.rounds, FINDINGS, &mut [ours, theirs])?;
    let name = format!("openspec: {SPECS} specs, beside OpenSpec's own validator");
    Ok(vec![Row::new(name, "ms", [&ours, &theirs], Target::Times(0.1))])
}

/// Whether programs can be started without a network here.
fn is_alone() -> bool {
    let mut unshare = Command::new("unshare");
    unshare.args(["--net", "--", "true"]);
    output(&mut unshare, &[0]).is_ok()
}

/// Whoever reads fewer specs is faster for nothing.
fn reads_all(command: &mut Command, count: &str) -> Result<(), String> {
    let report: Value = serde_json::from_slice(&output(command, FINDINGS)?.stdout)
        .map_err(|error| format!("{command:?} printed no JSON: {error}"))?;
    let read = report.pointer(count).and_then(Value::as_u64);
    if read == Some(SPECS as u64) {
        return Ok(());
    }
    Err(format!("{command:?} read {read:?} of {SPECS} specs"))
}

/// A project with that many specs.
fn generate(scratch: &Path) -> Result<PathBuf, String> {
    let project = scratch.join("openspec");
    let write = |path: PathBuf, text: String| {
        let folder = path.parent().unwrap_or(&project);
        fs::create_dir_all(folder)
            .and_then(|()| fs::write(&path, text))
            .map_err(|error| format!("cannot write {}: {error}", path.display()))
    };
    for number in 0..SPECS {
        let path = format!("openspec/specs/store-{number:04}/spec.md");
        write(project.join(path), spec(number))?;
    }
    let config = "schema: spec-driven\n".to_string();
    write(project.join("openspec/config.yaml"), config)?;
    fs::create_dir_all(project.join("openspec/changes"))
        .map_err(|error| format!("cannot write {}: {error}", project.display()))?;
    Ok(project)
}

/// One spec, sound by the rules of OpenSpec.
fn spec(number: usize) -> String {
    let mut text = format!(
        "# store-{number:04} Specification\n\n## Purpose\n\nKeeps the entries of store {number} on disk, so that they \
         survive a restart and can be read by several readers at once.\n\n## Requirements\n"
    );
    for at in 0..REQUIREMENTS {
        text.push_str(&format!(
            "\n### Requirement: Entries of kind {at}\n\nThe store SHALL keep each entry of kind {at} under its key, and \
             SHALL give back the value that was written last.\nIt MUST NOT lose an entry when the process ends between two \
             writes.\n\n#### Scenario: Reading entry {at}\n\n- **GIVEN** an entry `kind-{at}` that was written twice\n- \
             **WHEN** it is read\n- **THEN** the second value is given\n\n#### Scenario: No entry {at}\n\n- **WHEN** a key \
             that was never written is read\n- **THEN** the store says that there is none\n"
        ));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn specs_differ_and_are_as_long_as_real_ones() {
        assert_ne!(spec(1), spec(2));
        assert!((6_000..12_000).contains(&spec(1).len()), "{}", spec(1).len());
        assert_eq!(spec(1).matches("### Requirement: ").count(), REQUIREMENTS);
    }
}
