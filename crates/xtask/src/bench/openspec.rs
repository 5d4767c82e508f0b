//! `ghostc check` of 1,000 OpenSpec specs, against OpenSpec's own validator: a peer, not a floor.
//!
//! The validator is the package `@fission-ai/openspec` of npm, which is no part of this project: `OPENSPEC` is the path of
//! its program. It runs without its telemetry and, where the machine allows it, without a network.

use super::Setup;
use super::rounds::measure;
use super::table::{Row, Target};
use crate::folder::{copy, emptied, write};
use crate::program::output;
use serde_json::Value;
use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const SPECS: usize = 1_000;
/// Requirements of each spec, about as many as those of OpenSpec's own tree have, with three scenarios each.
const REQUIREMENTS: usize = 7;
/// Both end with 1 when they find something.
const FINDINGS: &[i32] = &[0, 1];

pub(crate) fn run(setup: &Setup) -> Result<Vec<Row>, String> {
    let Some(program) = env::var_os("OPENSPEC") else {
        return Err("skipped: `OPENSPEC` is not the path of OpenSpec's program".to_string());
    };
    let real = real_tree();
    let source = if real.is_some() {
        "made from its own"
    } else {
        "made up"
    };
    let specs = match &real {
        Some(tree) => copies(tree)?,
        None => (0..SPECS)
            .map(|number| (format!("store-{number:04}"), spec(number)))
            .collect(),
    };
    let many = generate(&setup.scratch.join("openspec"), &specs)?;
    let name = format!("openspec: {SPECS} specs {source}, beside OpenSpec's own validator");
    let mut rows = vec![row(
        setup,
        (&program, "--specs"),
        (&many, Some(SPECS)),
        (name, 0.1),
    )?];
    if let Some(tree) = real {
        let own = copy_of(&tree, &setup.scratch.join("openspec-own"))?;
        let name = "openspec: its own specs and changes, beside its own validator".to_string();
        rows.push(row(setup, (&program, "--all"), (&own, None), (name, 0.05))?);
    }
    Ok(rows)
}

/// Both on one project; `specs` is how many each has to say that it read, where that is one number for both.
fn row(
    setup: &Setup,
    (program, what): (&OsStr, &str),
    (project, specs): (&Path, Option<usize>),
    (name, target): (String, f64),
) -> Result<Row, String> {
    let mut theirs = Command::new(program);
    if is_alone() {
        theirs = Command::new("unshare");
        theirs.args(["--net", "--"]).arg(program);
    }
    theirs
        .args(["validate", what, "--strict", "--json"])
        .env("OPENSPEC_TELEMETRY", "0")
        .current_dir(project);
    let mut ours = Command::new(&setup.ghostc);
    ours.args(["check", ".", "--format", "json"]).current_dir(project);
    if let Some(specs) = specs {
        reads_all(&mut ours, "/summary/files", specs)?;
        reads_all(&mut theirs, "/summary/totals/items", specs)?;
    }
    let [ours, theirs] = measure(setup.rounds, FINDINGS, &mut [ours, theirs])?;
    Ok(Row::new(name, "ms", [&ours, &theirs], Target::Times(target)))
}

/// OpenSpec's own tree, where the corpora are beside the project.
fn real_tree() -> Option<PathBuf> {
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2)?;
    let tree = project.join("../shared/corpora/docs/openspec/OpenSpec");
    tree.join("specs").is_dir().then_some(tree)
}

/// A thousand specs from those of a tree: each copy's number is in its title and in the names of its requirements.
fn copies(tree: &Path) -> Result<Vec<(String, String)>, String> {
    let folder = tree.join("specs");
    let problem = |error: std::io::Error| format!("cannot read {}: {error}", folder.display());
    let mut originals: Vec<(String, String)> = Vec::new();
    for entry in fs::read_dir(&folder).map_err(problem)? {
        let entry = entry.map_err(problem)?;
        if let Ok(text) = fs::read_to_string(entry.path().join("spec.md")) {
            originals.push((entry.file_name().to_string_lossy().into_owned(), text));
        }
    }
    originals.sort();
    let count = originals.len().max(1);
    let all = originals
        .iter()
        .cycle()
        .take(if originals.is_empty() { 0 } else { SPECS });
    let numbered = all.enumerate().map(|(at, (name, text))| {
        let number = at / count;
        (format!("{name}-{number:03}"), renamed(text, number))
    });
    Ok(numbered.collect())
}

/// A spec whose title and requirements carry a number.
fn renamed(text: &str, number: usize) -> String {
    let mut title = false;
    let lines = text.split_inclusive('\n').map(|line| {
        let bare = line.trim_end();
        let is_title = !title && bare.starts_with("# ");
        title |= is_title;
        if is_title || bare.starts_with("### Requirement: ") {
            format!("{bare} v{number:03}\n")
        } else {
            line.to_string()
        }
    });
    lines.collect()
}

/// Whether programs can be started without a network here.
fn is_alone() -> bool {
    let mut unshare = Command::new("unshare");
    unshare.args(["--net", "--", "true"]);
    output(&mut unshare, &[0]).is_ok()
}

/// Whoever reads fewer specs is faster for nothing.
fn reads_all(command: &mut Command, count: &str, specs: usize) -> Result<(), String> {
    let report: Value = serde_json::from_slice(&output(command, FINDINGS)?.stdout)
        .map_err(|error| format!("{command:?} printed no JSON: {error}"))?;
    let read = report.pointer(count).and_then(Value::as_u64);
    if read == Some(specs as u64) {
        return Ok(());
    }
    Err(format!("{command:?} read {read:?} of {specs} specs"))
}

/// A project with some specs, made anew.
fn generate(project: &Path, specs: &[(String, String)]) -> Result<PathBuf, String> {
    emptied(project)?;
    for (name, text) in specs {
        write(
            &project.join(format!("openspec/specs/{name}/spec.md")),
            text.as_bytes(),
        )?;
    }
    finished(project)
}

/// A project with a copy of a tree's specs and changes.
fn copy_of(tree: &Path, project: &Path) -> Result<PathBuf, String> {
    emptied(project)?;
    copy(tree, &project.join("openspec"))?;
    finished(project)
}

/// Adds what OpenSpec looks for in a project.
fn finished(project: &Path) -> Result<PathBuf, String> {
    write(&project.join("openspec/config.yaml"), b"schema: spec-driven\n")?;
    fs::create_dir_all(project.join("openspec/changes"))
        .map_err(|error| format!("cannot write {}: {error}", project.display()))?;
    Ok(project.to_path_buf())
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
             writes.\n"
        ));
        for (scenario, when) in ["read", "written again", "taken away"].iter().enumerate() {
            text.push_str(&format!(
                "\n#### Scenario: Entry {at} is {when}\n\n- **GIVEN** an entry `kind-{at}-{scenario}` that was written \
                 twice by one process\n- **WHEN** it is {when} by another process that has the same folder open\n- \
                 **THEN** the second value is given, and the first one is found nowhere\n- **AND** the index names the \
                 entry once\n"
            ));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn specs_differ_and_are_as_long_as_real_ones() {
        assert_ne!(spec(1), spec(2));
        assert!((5_500..8_000).contains(&spec(1).len()), "{}", spec(1).len());
        assert_eq!(spec(1).matches("### Requirement: ").count(), REQUIREMENTS);
    }

    #[test]
    fn copies_have_names_of_their_own() {
        let text = "# A\n\n### Requirement: B  \n\n# C\n### Other\n";
        assert_eq!(
            renamed(text, 7),
            "# A v007\n\n### Requirement: B v007\n\n# C\n### Other\n"
        );
    }
}
