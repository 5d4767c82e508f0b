//! Judges code: a harness, code and cases into one observation per case.
//!
//! Everything happens in a fresh private folder, which is gone afterwards. Visible and held-out cases never share a
//! process, so that code cannot carry a held-out input into its answer to a visible case; the two run side by side.

use crate::drive::DriverCommand;
use crate::files::{FilesError, PrivateFolder, write_files};
use crate::harness::{Harness, Limits};
use crate::pin::{Stopped, observe_all, without_folder};
use crate::process::{capture, tool_command};
use ghostc_judge::{JudgedCase, Observation};
use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What is kept of a build's output.
const BUILD_OUTPUT: usize = 16 << 10;

/// Code could not be judged.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ObserveError {
    /// The code does not build: a failed attempt, not a failed machine.
    #[error("`{}` failed:\n{output}", argv.join(" "))]
    Build {
        /// The command, with its placeholders.
        argv: Vec<String>,
        /// The end of what it printed, with paths relative to the library.
        output: String,
    },
    /// A program of the build could not be started.
    #[error("cannot run `{}`: {source}", argv.join(" "))]
    Program {
        /// The command, with its placeholders.
        argv: Vec<String>,
        /// Why.
        source: Arc<io::Error>,
    },
    /// The files could not be placed.
    #[error(transparent)]
    Files(#[from] FilesError),
    /// The stop flag was set.
    #[error("interrupted")]
    Stopped,
}

/// Judges code: places library, code and driver, builds, drives, and gives one observation per case, in their order.
pub fn observe(
    harness: &Harness,
    code: &BTreeMap<String, String>,
    cases: &[JudgedCase],
) -> Result<Vec<Observation>, ObserveError> {
    observe_until(harness, code, cases, &AtomicBool::new(false))
}

/// The same, until `stop` is set.
pub fn observe_until(
    harness: &Harness,
    code: &BTreeMap<String, String>,
    cases: &[JudgedCase],
    stop: &AtomicBool,
) -> Result<Vec<Observation>, ObserveError> {
    if cases.is_empty() {
        return Ok(Vec::new());
    }
    let folder = PrivateFolder::create()?;
    let (library, driver) = (folder.folder("lib")?, folder.folder("driver")?);
    write_files(&library, &harness.library)?;
    write_files(&library, code)?;
    write_files(&driver, &harness.driver)?;
    for argv in &harness.build {
        build(harness, argv, &library, &driver, stop)?;
    }
    let argv = fill_placeholders(&harness.drive, &library, &driver);
    let start = DriverCommand {
        argv: &argv,
        folder: &library,
        env: &harness.env,
    };
    observe_separately(&start, cases, harness.limits, stop).map_err(|Stopped| ObserveError::Stopped)
}

fn build(
    harness: &Harness,
    argv: &[String],
    library: &Path,
    driver: &Path,
    stop: &AtomicBool,
) -> Result<(), ObserveError> {
    let program = |source| ObserveError::Program {
        argv: argv.to_vec(),
        source: Arc::new(source),
    };
    let command = tool_command(&fill_placeholders(argv, library, driver), library, &harness.env);
    let command = command.ok_or_else(|| program(io::Error::other("the command is empty")))?;
    let captured = capture(command, harness.limits.build, BUILD_OUTPUT, stop).map_err(program)?;
    let mut output = without_folder(&captured.output, library);
    if captured.status.is_some_and(|status| status.success()) {
        return Ok(());
    }
    if stop.load(Ordering::Relaxed) {
        return Err(ObserveError::Stopped);
    }
    if captured.status.is_none() {
        let limit = harness.limits.build.as_secs_f64();
        output.push_str(&format!(
            "\nthe command was ended, as it took longer than {limit} s"
        ));
    }
    Err(ObserveError::Build {
        argv: argv.to_vec(),
        output: output.trim_start().to_string(),
    })
}

fn observe_separately(
    start: &DriverCommand<'_>,
    cases: &[JudgedCase],
    limits: Limits,
    stop: &AtomicBool,
) -> Result<Vec<Observation>, Stopped> {
    let (held_out, visible): (Vec<&JudgedCase>, Vec<&JudgedCase>) =
        cases.iter().partition(|case| case.held_out);
    let (held_out, visible) = std::thread::scope(|scope| {
        let held_out = scope.spawn(|| observe_all(start, &held_out, limits, stop));
        let visible = observe_all(start, &visible, limits, stop);
        (held_out.join().expect("observing does not panic"), visible)
    });
    let (mut held_out, mut visible) = (held_out?.into_iter(), visible?.into_iter());
    let in_order = cases.iter().map(|case| {
        if case.held_out {
            held_out.next()
        } else {
            visible.next()
        }
    });
    Ok(in_order
        .map(|found| found.expect("there is an observation for each case"))
        .collect())
}

fn fill_placeholders(argv: &[String], library: &Path, driver: &Path) -> Vec<String> {
    let (library, driver) = (library.display().to_string(), driver.display().to_string());
    argv.iter()
        .map(|argument| argument.replace("{lib}", &library).replace("{driver}", &driver))
        .collect()
}

#[cfg(test)]
mod tests;
