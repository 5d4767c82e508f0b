//! Programs of the workspace that tests start.
//!
//! Cargo builds a crate's programs only for that crate's own integration tests, so other tests ask here.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;
use walkdir::WalkDir;

/// A program of a package.
pub struct Program<'a> {
    /// The package's name.
    pub package: &'a str,
    /// The program's.
    pub name: &'a str,
    /// The package's folder.
    pub folder: &'a Path,
    /// What the paths of its source files in `src` hold.
    pub sources: &'a [&'a str],
}

/// Where a program is; builds it when it is missing or older than its source.
///
/// # Panics
///
/// When it cannot be built.
pub fn built(program: &Program<'_>) -> PathBuf {
    let test =
        std::env::current_exe().unwrap_or_else(|error| panic!("cannot tell the path of this test: {error}"));
    let profile = test
        .ancestors()
        .find(|folder| folder.ends_with("deps"))
        .and_then(Path::parent);
    let profile = profile.unwrap_or_else(|| panic!("{} is not in a folder of cargo's", test.display()));
    let path = profile.join(program.name);
    if modified(&path).is_none_or(|built| built < newest_source(program)) {
        build(program, profile);
    }
    path
}

fn build(program: &Program<'_>, profile: &Path) {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["build", "--quiet", "--package", program.package]);
    cargo.args(["--bin", program.name]);
    cargo.current_dir(program.folder);
    if let Some(target) = profile.parent() {
        cargo.arg("--target-dir").arg(target);
    }
    if profile.ends_with("release") {
        cargo.arg("--release");
    }
    let status = cargo
        .status()
        .unwrap_or_else(|error| panic!("cannot start cargo: {error}"));
    assert!(status.success(), "cannot build {}", program.name);
}

/// When the files that the program is made of changed last.
fn newest_source(program: &Program<'_>) -> SystemTime {
    let sources = WalkDir::new(program.folder.join("src"));
    let files = sources
        .into_iter()
        .flatten()
        .filter(|entry| entry.file_type().is_file());
    let ours = files.filter(|entry| {
        let path = entry.path().strip_prefix(program.folder).unwrap_or(entry.path());
        let path = path.to_string_lossy();
        // Tests are no part of a program.
        let is_test = path.contains("/tests/") || path.ends_with("tests.rs");
        !is_test && program.sources.iter().any(|part| path.contains(part))
    });
    ours.filter_map(|entry| modified(entry.path()))
        .max()
        .unwrap_or(SystemTime::UNIX_EPOCH)
}

fn modified(path: &Path) -> Option<SystemTime> {
    path.metadata().ok()?.modified().ok()
}
