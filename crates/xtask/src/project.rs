//! Where the repository is, and how cargo is started in it.

use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder of the workspace's `Cargo.toml`.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .unwrap_or(Path::new("."))
}

/// The program cargo, to be started at the root.
pub(crate) fn cargo() -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(root());
    cargo
}

/// Whether cargo-nextest is installed. It runs all tests side by side, but none of documentation.
pub(crate) fn has_nextest() -> bool {
    let version = cargo().args(["nextest", "--version"]).output();
    version.is_ok_and(|output| output.status.success())
}

/// Tests at once for each processor: many of them wait for programs and for limits of time.
const TESTS_PER_PROCESSOR: usize = 2;

/// The command that runs every test: cargo-nextest where it is installed, without [`documentation_tests`].
pub(crate) fn tests() -> Command {
    let mut command = cargo();
    if has_nextest() {
        let processors = std::thread::available_parallelism().map_or(1, NonZero::get);
        let at_once = TESTS_PER_PROCESSOR * processors;
        command.args(["nextest", "run", "--test-threads", &at_once.to_string()]);
    } else {
        command.arg("test");
    }
    command.args(["--workspace", "--no-fail-fast"]);
    command
}

/// The command that runs the examples of the documentation.
pub(crate) fn documentation_tests() -> Command {
    let mut command = cargo();
    command.args(["test", "--workspace", "--doc", "--no-fail-fast"]);
    command
}

/// Where cargo puts what it builds.
pub(crate) fn target() -> Result<PathBuf, String> {
    let output = cargo()
        .args(["metadata", "--format-version=1", "--no-deps"])
        .output();
    let output = output.map_err(|error| format!("cannot start cargo: {error}"))?;
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout)
        .map_err(|error| format!("cannot read cargo metadata: {error}"))?;
    let folder = metadata
        .get("target_directory")
        .and_then(serde_json::Value::as_str);
    folder
        .map(PathBuf::from)
        .ok_or_else(|| "cargo metadata names no target folder".to_string())
}

/// Builds ghostc in a profile, `debug` or `release`, below the target folder; gives the program.
pub(crate) fn ghostc(target: &Path, profile: &str) -> Result<PathBuf, String> {
    let mut cargo = cargo();
    cargo.args(["build", "--quiet", "--package", "ghostc", "--bin", "ghostc"]);
    if profile == "release" {
        cargo.arg("--release");
    }
    let status = cargo
        .status()
        .map_err(|error| format!("cannot start cargo: {error}"))?;
    match status.success() {
        true => Ok(target.join(profile).join("ghostc")),
        false => Err("ghostc does not compile".to_string()),
    }
}
