//! Programs of npm and PyPI, installed at pinned versions below the target folder.

use super::Stop;
use crate::program::output;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Installs packages of npm, each `name@version`, without running what they bring; gives the folder of their programs.
pub(super) fn npm(folder: &Path, packages: &[&str]) -> Result<PathBuf, Stop> {
    for needed in ["node", "npm"] {
        has(needed)?;
    }
    installed(folder, packages, || {
        let mut npm = Command::new("npm");
        npm.args([
            "install",
            "--no-fund",
            "--no-audit",
            "--ignore-scripts",
            "--prefix",
        ])
        .arg(folder)
        .args(packages)
        .current_dir(folder);
        output(&mut npm, &[0])
    })?;
    Ok(folder.join("node_modules/.bin"))
}

/// Installs packages of PyPI, each `name==version`, in an environment of their own; gives the folder of their programs.
pub(super) fn pypi(folder: &Path, packages: &[&str]) -> Result<PathBuf, Stop> {
    has("python3")?;
    installed(folder, packages, || {
        output(
            Command::new("python3")
                .args(["-m", "venv"])
                .arg(folder.join("venv")),
            &[0],
        )?;
        let mut pip = Command::new(folder.join("venv/bin/pip"));
        output(pip.args(["install", "--quiet"]).args(packages), &[0])
    })?;
    Ok(folder.join("venv/bin"))
}

fn has(program: &str) -> Result<(), Stop> {
    let answer = output(Command::new(program).arg("--version"), &[0]);
    answer
        .map(drop)
        .map_err(|_| Stop::Skipped(format!("`{program}` is not installed")))
}

/// Installs what was not installed in an earlier run.
fn installed(
    folder: &Path,
    packages: &[&str],
    install: impl Fn() -> Result<Output, String>,
) -> Result<(), Stop> {
    let stamp = folder.join("installed");
    let wanted = packages.join(" ");
    if fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) {
        return Ok(());
    }
    let made =
        fs::create_dir_all(folder).map_err(|error| format!("cannot make {}: {error}", folder.display()));
    made?;
    install().map_err(|why| Stop::Skipped(format!("{wanted} cannot be installed: {why}")))?;
    super::folder::write(&stamp, wanted.as_bytes())?;
    Ok(())
}
