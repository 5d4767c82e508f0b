//! Directories of cases into tests: one directory, one test, for runners built on libtest-mimic.
//!
//! A case is a directory with its input (`cmd`, `specs/`, `input/` or `input.*`) and its expectations (files named `expected*`).
//! A directory that holds neither groups the cases below it. A runner is a test with `harness = false`:
//!
//! ```text
//! fn main() -> std::process::ExitCode {
//!     ghostc_testkit::cases::run("tests/cases", |case| {
//!         let files = case.input();
//!         case.expect("expected.diagnostics", &diagnostics(&files))
//!     })
//! }
//! ```
//!
//! With `GHOSTC_BLESS=1` expectations are overwritten instead of compared; `cargo xtask bless` sets it.

use libtest_mimic::{Arguments, Failed, Trial};
use similar::TextDiff;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};
use walkdir::WalkDir;

/// One directory of `tests/cases`.
#[derive(Debug)]
pub struct Case {
    /// Its path below the folder of cases, with `/`.
    pub name: String,
    /// Where it is.
    pub folder: PathBuf,
    /// The names of its expectation files, sorted.
    pub expectations: Vec<String>,
    /// Whether expectations are overwritten instead of compared.
    pub bless: bool,
    read: Mutex<BTreeSet<String>>,
}

impl Case {
    /// The folder of its specs: `specs` where there is one, else the case's own.
    pub fn input_folder(&self) -> PathBuf {
        let specs = self.folder.join("specs");
        if specs.is_dir() {
            specs
        } else {
            self.folder.clone()
        }
    }

    /// Every file below the case but its expectations: path relative to the case with `/`, and text.
    ///
    /// # Panics
    ///
    /// When a file cannot be read or is not UTF-8.
    pub fn input(&self) -> BTreeMap<String, String> {
        WalkDir::new(&self.folder)
            .into_iter()
            .map(|entry| {
                entry.unwrap_or_else(|error| panic!("cannot read {}: {error}", self.folder.display()))
            })
            .filter(|entry| entry.file_type().is_file())
            .map(|entry| (relative(entry.path(), &self.folder), entry.into_path()))
            .filter(|(name, _)| !is_expectation(name))
            .map(|(name, path)| (name, read(&path)))
            .collect()
    }

    /// Whether there is an expectation file of this name, for outputs that not every case pins down.
    pub fn expects(&self, name: &str) -> bool {
        self.expectations.iter().any(|other| other == name)
    }

    /// Compares with the expectation file, or overwrites it when blessing.
    ///
    /// # Errors
    ///
    /// What differs, as lines to show to people.
    pub fn expect(&self, name: &str, actual: &str) -> Result<(), String> {
        debug_assert!(
            is_expectation(name),
            "an expectation file is named `expected…`, not `{name}`"
        );
        self.read
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(name.to_string());
        let path = self.folder.join(name);
        let expected = if path.is_file() { Some(read(&path)) } else { None };
        match expected {
            Some(expected) if expected == actual => Ok(()),
            _ if self.bless => {
                fs::write(&path, actual).map_err(|error| format!("cannot write {}: {error}", path.display()))
            }
            Some(expected) => {
                let diff = TextDiff::from_lines(expected.as_str(), actual);
                let lines = diff.unified_diff().header("expected", "actual").to_string();
                Err(format!(
                    "{} differs; `cargo xtask bless` accepts it\n{lines}",
                    path.display()
                ))
            }
            None => Err(format!(
                "{} is missing; `cargo xtask bless` writes it:\n{actual}",
                path.display()
            )),
        }
    }

    /// Fails when there is an expectation that nothing asked for: it would pin down nothing.
    fn all_were_read(&self) -> Result<(), String> {
        let read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        let unread: Vec<&str> = self
            .expectations
            .iter()
            .filter(|name| !read.contains(*name))
            .map(String::as_str)
            .collect();
        if unread.is_empty() {
            return Ok(());
        }
        Err(format!(
            "{}: no test reads {}",
            self.folder.display(),
            unread.join(", ")
        ))
    }
}

/// The cases below a folder, sorted by name.
///
/// # Panics
///
/// When the folder cannot be read.
pub fn find(root: &Path) -> Vec<Case> {
    let bless = std::env::var_os("GHOSTC_BLESS").is_some_and(|value| value == "1");
    let mut cases = Vec::new();
    collect(root, root, bless, &mut cases);
    cases.sort_by(|a, b| a.name.cmp(&b.name));
    cases
}

/// The `main` of a case runner: makes a test of each case and runs those that the arguments ask for.
///
/// A case fails too when it has an expectation file that `test` did not ask for; a folder without cases fails.
/// Paths are relative to the crate, where cargo starts its tests.
pub fn run(root: &str, test: fn(&Case) -> Result<(), String>) -> ExitCode {
    let arguments = Arguments::from_args();
    let cases = find(Path::new(root));
    assert!(!cases.is_empty(), "there are no cases in {root}");
    let trials = cases.into_iter().map(|case| {
        Trial::test(case.name.clone(), move || {
            test(&case)
                .and_then(|()| case.all_were_read())
                .map_err(Failed::from)
        })
    });
    libtest_mimic::run(&arguments, trials.collect()).exit_code()
}

fn collect(folder: &Path, root: &Path, bless: bool, cases: &mut Vec<Case>) {
    let entries =
        fs::read_dir(folder).unwrap_or_else(|error| panic!("cannot read {}: {error}", folder.display()));
    let mut names = BTreeMap::new();
    for entry in entries {
        let entry = entry.unwrap_or_else(|error| panic!("cannot read {}: {error}", folder.display()));
        let name = entry.file_name().to_string_lossy().into_owned();
        names.insert(name, entry.path());
    }
    let is_input =
        |name: &String| name == "cmd" || name == "specs" || name == "input" || name.starts_with("input.");
    if names.keys().any(|name| is_input(name) || is_expectation(name)) {
        let expectations = names
            .keys()
            .filter(|name| is_expectation(name))
            .cloned()
            .collect();
        let name = relative(folder, root);
        cases.push(Case {
            name,
            folder: folder.into(),
            expectations,
            bless,
            read: Mutex::default(),
        });
    } else {
        names
            .values()
            .filter(|path| path.is_dir())
            .for_each(|path| collect(path, root, bless, cases));
    }
}

fn is_expectation(name: &str) -> bool {
    name.starts_with("expected")
}

fn relative(path: &Path, root: &Path) -> String {
    let parts = path.strip_prefix(root).unwrap_or(path).iter();
    parts
        .map(|part| part.to_string_lossy())
        .collect::<Vec<_>>()
        .join("/")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("cannot read {}: {error}", path.display()))
}

#[cfg(test)]
mod tests;
