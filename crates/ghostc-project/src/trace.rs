//! What of specs is shown by scenarios and cases, and what is not.

use crate::event::Listener;
use crate::failure::Failure;
use crate::host::Host;
use crate::load;
use crate::project;
use ghostc_spec::ids::name_statements_after;
use ghostc_spec::library::Library;
use ghostc_spec::trace::{Trace, trace as trace_package};
use ghostc_syntax::{Sound, Sources};
use std::path::PathBuf;

/// What is traced.
#[derive(Clone, Debug, Default)]
pub struct TraceRequest {
    /// Packages, by name or folder; without any, all of the project.
    pub paths: Vec<PathBuf>,
    /// The project's folder; nothing for the one that the current folder lies in.
    pub project: Option<PathBuf>,
}

/// What shows what.
pub struct TraceReport {
    /// The packages.
    pub library: Sound<Library>,
    /// The places of the packages that were asked for, and their traces.
    pub traces: Vec<(usize, Trace)>,
    /// The texts that spans mean.
    pub sources: Sources,
}

/// Traces specs.
///
/// # Errors
/// Fails where there is no spec, and where one has errors: of what could not be read nobody knows what it shows.
pub fn trace(
    request: &TraceRequest,
    host: &Host,
    listener: &mut Listener<'_>,
) -> Result<TraceReport, Failure> {
    let project = request.project.as_deref();
    let mut loaded = load::load(&request.paths, project, host)?;
    loaded.require_spec(&request.paths)?;
    let library = loaded.sound_library(listener)?;
    let lock = project::lock(project, host)?;
    let wanted = library.packages.iter().enumerate();
    let wanted = wanted.filter(|(_, package)| load::is_wanted(package, &request.paths));
    let traces = wanted.map(|(at, package)| {
        let names = name_statements_after(package, &loaded.sources, &lock.known(&package.name));
        (at, trace_package(package, &names, &loaded.sources))
    });
    Ok(TraceReport {
        traces: traces.collect(),
        library,
        sources: loaded.sources,
    })
}
