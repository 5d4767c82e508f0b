//! The task graph: what is built, in what order, and why.

use crate::event::Listener;
use crate::failure::{self, Failure, FailureKind};
use crate::host::Host;
use crate::load;
use crate::planned_package::PlannedPackage;
use crate::project;
use ghostc_plan::lock::Lock;
use ghostc_plan::package_text::PackageText;
use ghostc_plan::plan::TaskGraph;
use ghostc_plan::{plan, touched};
use ghostc_spec::library::Library;
use ghostc_syntax::{Sound, Sources};
use std::path::PathBuf;

/// What is planned.
#[derive(Clone, Debug, Default)]
pub struct GraphRequest {
    /// Files and folders; without any, the project's packages.
    pub paths: Vec<PathBuf>,
    /// Whether changes that were archived are planned without being named, too.
    pub archived: bool,
    /// The project's folder; nothing for the one that the current folder lies in.
    pub project: Option<PathBuf>,
}

/// The tasks of some packages.
pub struct GraphReport {
    /// The packages.
    pub library: Sound<Library>,
    /// Their tasks, as far as they could be planned.
    pub graphs: Vec<TaskGraph>,
    /// The texts that spans mean.
    pub sources: Sources,
    /// What is locked.
    pub lock: Lock,
    /// What the findings about tasks come to; nothing where all is well.
    pub kind: Option<FailureKind>,
}

/// Plans specs.
///
/// # Errors
/// Fails where there is no spec, and where one has errors.
pub fn graph(
    request: &GraphRequest,
    host: &Host,
    listener: &mut Listener<'_>,
) -> Result<GraphReport, Failure> {
    let project = request.project.as_deref();
    let mut loaded = load::load(&request.paths, project, host)?;
    loaded.require_spec(&request.paths)?;
    let (library, mut findings) = loaded.sound()?;
    let is_wanted = |package: &_| request.archived || load::is_wanted(package, &request.paths);
    let planned = plan(&library, &loaded.sources, &loaded.settings, &is_wanted);
    findings.extend(planned.diagnostics.iter().cloned());
    loaded.tell(&findings, listener);
    Ok(GraphReport {
        kind: failure::kind_of(&planned.diagnostics, &loaded.sources),
        lock: project::lock(project, host)?,
        library,
        graphs: planned.value,
        sources: loaded.sources,
    })
}

impl GraphReport {
    /// The packages with their tasks and what these read.
    pub fn packages(&self) -> Vec<PlannedPackage<'_>> {
        let sources = &self.sources;
        let mut overlaps = touched::overlaps(&self.library, sources);
        let graphs = self.graphs.iter();
        let graphs = graphs.filter_map(|graph| Some((self.library.packages.get(graph.index)?, graph)));
        let packages = graphs.map(|(package, graph)| PlannedPackage {
            package,
            graph,
            requirement_deltas: touched::requirement_deltas(package, sources),
            overlaps: overlaps.remove(&graph.index).unwrap_or_default(),
            text: PackageText::new(package, graph, sources).with_known(self.lock.known(&package.name)),
        });
        packages.collect()
    }
}
