//! Inspecting: what was understood of specs.

use crate::failure::Failure;
use crate::host::Host;
use crate::load;
use crate::project;
use ghostc_plan::lock::Lock;
use ghostc_spec::library::Library;
use ghostc_syntax::{Diagnostic, Sources};
use std::path::PathBuf;

/// What is inspected.
#[derive(Clone, Debug, Default)]
pub struct InspectRequest {
    /// Files and folders; without any, the project's packages.
    pub paths: Vec<PathBuf>,
    /// The project's folder; nothing for the one that the current folder lies in.
    pub project: Option<PathBuf>,
}

/// What was understood.
pub struct InspectReport {
    /// The packages.
    pub library: Library,
    /// The texts that spans mean.
    pub sources: Sources,
    /// What is wrong with them.
    pub findings: Vec<Diagnostic>,
    /// Markdown documents in what was asked for that lie in no package.
    pub skipped: Vec<String>,
}

/// Reads specs.
///
/// # Errors
/// Fails where there is nothing to read.
pub fn inspect(request: &InspectRequest, host: &Host) -> Result<InspectReport, Failure> {
    let mut loaded = load::load(&request.paths, request.project.as_deref(), host)?;
    loaded.require_spec(&request.paths)?;
    let checked = loaded.library();
    Ok(InspectReport {
        library: checked.value,
        findings: checked.diagnostics,
        skipped: loaded.skipped,
        sources: loaded.sources,
    })
}

/// The lock of the project, by which statements keep their ids; an empty one outside of projects.
///
/// # Errors
/// Fails where it cannot be read.
pub fn read_lock(request: &InspectRequest, host: &Host) -> Result<Lock, Failure> {
    project::lock(request.project.as_deref(), host)
}
