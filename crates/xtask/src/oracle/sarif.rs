//! Microsoft's validator of SARIF, with the rules that GitHub adds: it finds nothing wrong with our logs.

use super::{OracleSetup, Stop, json, tools};
use crate::folder;
use crate::program::output;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

const PACKAGE: &str = "@microsoft/sarif-multitool@5.7.0";

pub(super) fn run(setup: &OracleSetup) -> Result<(), Stop> {
    tools::npm(&setup.folder, &[PACKAGE])?;
    let program = program(&setup.folder)?;
    let (mut results, mut misses) = (0, 0);
    let logs = logs(setup)?;
    for log in &logs {
        let found = json::read(log)?;
        results += findings(&found).count();
        let report = log.with_extension("report.sarif");
        let mut validate = Command::new(&program);
        validate.arg("validate").arg(log).arg("-o").arg(&report);
        validate.args(["--rule-kind", "Sarif;Ghas", "--log", "ForceOverwrite"]);
        // It needs the libraries of no language but this.
        validate.env("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", "1");
        output(&mut validate, &[0, 1])?;
        let said = json::read(&report)?;
        for result in findings(&said) {
            misses += 1;
            let message = result
                .get("message")
                .map_or("", |message| json::text(message, "text"));
            println!(
                "miss: {}: {} {message}",
                log.display(),
                json::text(result, "ruleId")
            );
        }
    }
    println!(
        "sarif {PACKAGE}: {} logs, {results} results in them, {misses} misses",
        logs.len()
    );
    match (results, misses) {
        (0, _) => Err(Stop::Failed("the logs have no results".to_string())),
        (_, 0) => Ok(()),
        (_, count) => Err(Stop::Failed(format!("{count} misses"))),
    }
}

/// The validator's own program, which npm does not make one where it runs nothing of a package.
fn program(folder: &Path) -> Result<PathBuf, Stop> {
    let all = folder::files(&folder.join("node_modules/@microsoft"))?;
    let names = ["Sarif.Multitool", "Sarif.exe"];
    let is_program = |path: &&PathBuf| names.iter().any(|name| path.ends_with(name));
    let found = all.iter().find(is_program);
    let found = found.ok_or_else(|| Stop::Skipped(format!("{PACKAGE} has no program for this machine")))?;
    folder::make_program(found)?;
    Ok(found.clone())
}

/// What ghostc finds in each kind of specs, and what it tells of two versions of one, as logs.
fn logs(setup: &OracleSetup) -> Result<Vec<PathBuf>, String> {
    let mut logs = Vec::new();
    for path in folder::folders(&setup.corpora.join("docs"))? {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let mut check = Command::new(&setup.ghostc);
        check.current_dir(&path).args(["check", ".", "--format", "sarif"]);
        let log = setup.folder.join("logs").join(format!("check-{name}.sarif"));
        folder::write(&log, &output(&mut check, &[0, 1])?.stdout)?;
        logs.push(log);
        let versions = versions(&path)?;
        if let [.., old, new] = versions.as_slice() {
            let mut diff = Command::new(&setup.ghostc);
            diff.current_dir(&path)
                .arg("diff")
                .args([old, new])
                .args(["--format", "sarif"]);
            let log = setup.folder.join("logs").join(format!("diff-{name}.sarif"));
            folder::write(&log, &output(&mut diff, &[0, 1])?.stdout)?;
            logs.push(log);
        }
    }
    logs.sort();
    Ok(logs)
}

/// The folders of versions in a folder: `v00-…`.
fn versions(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let is_version = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let rest = name.strip_prefix('v');
        rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    };
    let found = folder::folders(folder)?.into_iter();
    Ok(found.filter(is_version).collect())
}

fn findings(log: &Value) -> impl Iterator<Item = &Value> {
    json::list(log, "runs")
        .iter()
        .flat_map(|run| json::list(run, "results"))
}
