//! Testing: the accepted code, judged against the goldens.

use crate::event::{Event, Listener};
use crate::failure::{Failure, FailureKind};
use crate::host::Host;
use crate::judged_unit::JudgedUnit;
use crate::judging::judge_accepted;
use crate::project::ProjectFiles;
use crate::toolchain::Toolchains;
use std::path::PathBuf;

/// What is judged.
#[derive(Clone, Debug, Default)]
pub struct TestRequest {
    /// Packages, by folder or name; without any, all of the project.
    pub paths: Vec<PathBuf>,
    /// The targets; without any, those of the packages.
    pub targets: Vec<String>,
    /// The project's folder; nothing for the one that the current folder lies in.
    pub project: Option<PathBuf>,
}

/// What was found out.
pub struct TestReport {
    /// The verdicts, in order.
    pub units: Vec<JudgedUnit>,
    /// What they come to; nothing where all passes.
    pub kind: Option<FailureKind>,
}

/// Judges accepted code. Each verdict is told of as soon as it is there.
///
/// # Errors
/// Fails where the project has errors, where the machine fails, and where a named target has no programs here.
pub fn test(request: &TestRequest, host: &Host, listener: &mut Listener<'_>) -> Result<TestReport, Failure> {
    let files = ProjectFiles::read(request.project.as_deref(), host)?;
    let mut toolchains = Toolchains::start(&request.targets, &files.loaded);
    let project = files.open(&request.paths, &request.targets, listener)?;
    let mut units = Vec::new();
    for unit in &project.units()? {
        let judged = judge_accepted(unit, &project, &mut toolchains)?;
        listener(Event::Judged(&judged));
        units.push(judged);
    }
    let kind = units.iter().filter_map(JudgedUnit::kind).max();
    Ok(TestReport { units, kind })
}
