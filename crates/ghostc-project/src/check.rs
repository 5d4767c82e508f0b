//! Checking: what is wrong with specs, and the mechanical fixes.

use crate::failure::{self, Failure, FailureKind};
use crate::fixes::{self, Patch};
use crate::host::Host;
use crate::load::{self, Loaded};
use ghostc_syntax::Diagnostic;
use std::path::{Path, PathBuf};

/// What is checked.
#[derive(Clone, Debug, Default)]
pub struct CheckRequest {
    /// Files and folders; without any, the project's packages.
    pub paths: Vec<PathBuf>,
    /// The project's folder; nothing for the one that the current folder lies in.
    pub project: Option<PathBuf>,
}

/// What was found. A large one is best never dropped where the process ends anyway.
pub struct CheckReport {
    /// What was read.
    pub loaded: Loaded,
    /// How many packages there are.
    pub packages: usize,
    /// The findings, by file and place.
    pub findings: Vec<Diagnostic>,
    /// What they come to; nothing where all is well.
    pub kind: Option<FailureKind>,
}

/// The fixes that go together.
pub struct FixReport {
    /// A patch for each file.
    pub patches: Vec<Patch>,
    /// The findings whose fix was left, and why, a line each.
    pub left: Vec<String>,
}

/// Reads and checks everything.
///
/// # Errors
/// Fails where there is nothing to check.
pub fn check(request: &CheckRequest, host: &Host) -> Result<CheckReport, Failure> {
    let mut loaded = load::load(&request.paths, request.project.as_deref(), host)?;
    loaded.require_spec(&request.paths)?;
    loaded.look_at_lock(host);
    let (packages, findings) = loaded.check();
    Ok(CheckReport {
        kind: failure::kind_of(&findings, &loaded.sources),
        loaded,
        packages,
        findings,
    })
}

/// The fixes of what was found, as patches of the files.
///
/// # Errors
/// Fails where a file changed since it was read.
pub fn fix(request: &CheckRequest, report: &CheckReport, host: &Host) -> Result<FixReport, Failure> {
    let sources = &report.loaded.sources;
    // Shown paths are relative to the current folder where paths were named, and to the project.
    let here = (!request.paths.is_empty()).then_some(Path::new(""));
    let root = report.loaded.root.as_deref().unwrap_or(Path::new(""));
    let folders: Vec<&Path> = here.into_iter().chain([root]).collect();
    let fixes = fixes::choose(&report.findings, sources);
    Ok(FixReport {
        patches: fixes.patches(sources, &folders, host)?,
        left: fixes.left(sources),
    })
}

/// Applies patches, and says for which files, a line each. Where one of the files changed since it was read, none is
/// written.
///
/// # Errors
/// Fails where a file changed or cannot be written.
pub fn apply(patches: &[Patch], host: &Host) -> Result<Vec<String>, Failure> {
    fixes::write(patches, "fixed", host)
}
