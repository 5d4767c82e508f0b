//! Whether a command for one crate compiles the same dependencies as one for all: the features of each, by `cargo tree`.
//!
//! Cargo unites features over the crates that it compiles. Where one selection lacks a feature, it compiles the
//! dependency, and all that stands on it, a second time; and tests may run with other code than is shipped.

use crate::project;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// What people build of one crate, and not only test.
const PROGRAMS: &[&str] = &["ghostc", "xtask"];

/// Compares the tests of every crate, and the programs without tests, with all crates and their tests.
pub(crate) fn report() -> Result<String, String> {
    let all = compiled(&["--workspace"])?;
    let mut report = String::new();
    for name in crates()? {
        report += &second(&format!("cargo test -p {name}"), &all, &compiled(&["-p", &name])?);
    }
    for name in PROGRAMS {
        let compiled = compiled(&["-p", name, "-e", "normal,build"])?;
        report += &second(&format!("cargo build -p {name}"), &all, &compiled);
    }
    Ok(report)
}

/// Every package that is compiled with its features, a line each.
fn compiled(selection: &[&str]) -> Result<BTreeSet<String>, String> {
    let mut cargo = project::cargo();
    cargo.args([
        "tree",
        "--quiet",
        "--locked",
        "--prefix=none",
        "--no-dedupe",
        "--format={p} [{f}]",
    ]);
    let output = cargo.args(selection).output();
    let output = output.map_err(|error| format!("cannot start cargo: {error}"))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let text = String::from_utf8_lossy(&output.stdout);
    Ok(text.lines().map(str::to_string).collect())
}

fn crates() -> Result<Vec<String>, String> {
    let folder = project::root().join("crates");
    let entries =
        std::fs::read_dir(&folder).map_err(|error| format!("cannot read {}: {error}", folder.display()))?;
    let folders = entries.filter_map(|entry| entry.ok().map(|entry| entry.path()));
    let mut names: Vec<String> = folders
        .filter(|folder| folder.join("Cargo.toml").is_file())
        .filter_map(|folder| Some(folder.file_name()?.to_str()?.to_string()))
        .collect();
    names.sort();
    Ok(names)
}

/// What a command compiles that is not compiled with all crates.
fn second(command: &str, all: &BTreeSet<String>, compiled: &BTreeSet<String>) -> String {
    let mut report = String::new();
    for package in compiled.difference(all) {
        let name = package.split(' ').next().unwrap_or_default();
        let usual: Vec<&str> = all
            .iter()
            .filter(|other| other.split(' ').next() == Some(name))
            .map(String::as_str)
            .collect();
        let usual = usual.join(" and ");
        // Writing to a string does not fail.
        let _ = writeln!(
            report,
            "`{command}` compiles {package}, which is {usual} where all crates are compiled"
        );
    }
    report
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_feature_that_a_selection_lacks_is_told() {
        let set = |lines: &[&str]| lines.iter().map(|line| line.to_string()).collect::<BTreeSet<_>>();
        let all = set(&["a v1 [std]", "b v2 [x,y]"]);
        assert_eq!(second("cargo test -p c", &all, &set(&["a v1 [std]"])), "");
        assert_eq!(
            second("cargo test -p c", &all, &set(&["a v1 [std]", "b v2 [x]"])),
            "`cargo test -p c` compiles b v2 [x], which is b v2 [x,y] where all crates are compiled\n"
        );
    }

    #[test]
    fn what_cargo_compiles_is_listed_with_its_features() {
        let all = compiled(&["-p", "xtask", "-e", "normal"]).unwrap();
        assert!(
            all.iter()
                .any(|line| line.starts_with("flate2 v") && line.contains("rust_backend")),
            "{all:?}"
        );
        assert!(crates().unwrap().contains(&"xtask".to_string()));
    }
}
