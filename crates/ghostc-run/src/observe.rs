//! Judges code: a harness, code and cases into one observation per case.
//!
//! Everything happens in a fresh private folder, which is gone afterwards. Visible and held-out cases never share a
//! process, so that code cannot carry a held-out input into its answer to a visible case; the two run side by side.

use crate::drive::DriverCommand;
use crate::files::FilesError;
use crate::harness::{Harness, Limits};
use crate::isolate::{NotObserved, observe_all, without_folder};
use crate::launch::ProgramEnd;
use crate::private::PrivateFolder;
use crate::process::capture;
use crate::scenario::golden::BrokenScenario;
use crate::tool::tool_command;
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
    /// A program or thread could not be started.
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
    /// A scenario has no verdict, so that nothing has.
    #[error(transparent)]
    Scenario(#[from] BrokenScenario),
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
pub(crate) fn observe_until(
    harness: &Harness,
    code: &BTreeMap<String, String>,
    cases: &[JudgedCase],
    stop: &AtomicBool,
) -> Result<Vec<Observation>, ObserveError> {
    if cases.is_empty() {
        return Ok(Vec::new());
    }
    let folder = PrivateFolder::create()?;
    let create = |name: &str| folder.held().create_folder(name);
    let (library, driver, temporary) = (create("lib")?, create("driver")?, create("tmp")?);
    library.write_all(&harness.library)?;
    library.write_all(code)?;
    driver.write_all(&harness.driver)?;
    let (library, driver) = (library.path(), driver.path());
    let mut env = BTreeMap::from([("TMPDIR".to_string(), temporary.path().display().to_string())]);
    env.extend(harness.env.clone());
    for argv in &harness.build {
        let step = BuildStep {
            argv,
            filled: fill_placeholders(argv, library, driver),
            folder: library,
            hidden: &[library],
            env: &env,
            limits: harness.limits,
        };
        step.run(stop)?;
    }
    let argv = fill_placeholders(&harness.drive, library, driver);
    let start = DriverCommand {
        argv: &argv,
        folder: library,
        env: &env,
        resources: harness.limits.resources,
    };
    observe_separately(&start, cases, harness.limits, stop).map_err(|why| match why {
        NotObserved::Stopped => ObserveError::Stopped,
        NotObserved::Machine(source) => ObserveError::Program {
            argv: harness.drive.clone(),
            source: Arc::new(source),
        },
    })
}

/// A command that builds something.
pub(crate) struct BuildStep<'a> {
    /// The command, with its placeholders.
    pub(crate) argv: &'a [String],
    /// The same with what these stand for.
    pub(crate) filled: Vec<String>,
    /// Where it runs.
    pub(crate) folder: &'a Path,
    /// Folders whose paths are nobody's concern: what it prints shows paths relative to them.
    pub(crate) hidden: &'a [&'a Path],
    /// Its variables, beside the few that are passed on.
    pub(crate) env: &'a BTreeMap<String, String>,
    /// How long it may take and what it may use.
    pub(crate) limits: Limits,
}

impl BuildStep<'_> {
    /// Runs it to its end.
    pub(crate) fn run(&self, stop: &AtomicBool) -> Result<(), ObserveError> {
        let program = |source| ObserveError::Program {
            argv: self.argv.to_vec(),
            source: Arc::new(source),
        };
        let limits = self.limits;
        let command = tool_command(&self.filled, self.folder, self.env, limits.resources).map_err(program)?;
        let captured = capture(
            command,
            limits.build,
            (BUILD_OUTPUT, limits.resources.output),
            stop,
        );
        let captured = captured.map_err(program)?;
        let hidden = self.hidden.iter();
        let mut output = hidden.fold(captured.output, |output, folder| without_folder(&output, folder));
        if captured.end.as_ref().is_some_and(ProgramEnd::is_success) {
            return Ok(());
        }
        if stop.load(Ordering::Relaxed) {
            return Err(ObserveError::Stopped);
        }
        match captured.end {
            None => {
                let limit = limits.build.as_secs_f64();
                output.push_str(&format!(
                    "\nthe command was ended, as it took longer than {limit} s"
                ));
            }
            Some(end @ ProgramEnd::OverLimit(_)) => {
                output.push_str(&format!("\nthe command was ended for {end}"));
            }
            Some(_) => {}
        }
        Err(ObserveError::Build {
            argv: self.argv.to_vec(),
            output: output.trim_start().to_string(),
        })
    }
}

fn observe_separately(
    start: &DriverCommand<'_>,
    cases: &[JudgedCase],
    limits: Limits,
    stop: &AtomicBool,
) -> Result<Vec<Observation>, NotObserved> {
    let (held_out, visible): (Vec<&JudgedCase>, Vec<&JudgedCase>) =
        cases.iter().partition(|case| case.held_out);
    let (held_out, visible) = std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().name("held out".to_string());
        let held_out = thread.spawn_scoped(scope, || observe_all(start, &held_out, limits, stop));
        let visible = observe_all(start, &visible, limits, stop);
        let held_out = held_out.map(|thread| thread.join().expect("observing does not panic"));
        (
            held_out.unwrap_or_else(|error| Err(NotObserved::Machine(error))),
            visible,
        )
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
