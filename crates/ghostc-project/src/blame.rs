//! Which commit gave each statement of a spec its words.

use crate::failure::Failure;
use crate::history::{PackageSnapshot, Selection, Version, Walk, WalkRequest, Wanted, select, trace};
use crate::host::Host;
use crate::load;
use crate::paths::{below_here, shown};
use crate::project;
use crate::repository::Repository;
use ghostc_spec::layout;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Whose words are asked about.
#[derive(Clone, Debug, Default)]
pub struct BlameRequest {
    /// A statement's id, a requirement, an operation, a task, a section's anchor, a package by name or folder, each after
    /// its package where several have it, or a document with or without a line.
    pub name: String,
    /// Where to start; nothing for the work tree.
    pub revision: Option<String>,
    /// Whether the words that each statement had before are wanted, too.
    pub history: bool,
    /// Whether sentences that ask for nothing are wanted, too.
    pub all: bool,
    /// The project's folder; nothing for the one that the current folder lies in.
    pub project: Option<PathBuf>,
}

/// Who gave statements their words.
pub struct BlameReport {
    /// The statements.
    pub selection: Selection,
    /// The versions of each, the newest first.
    pub versions: Vec<Vec<Version>>,
    /// Whether a version may be older than the oldest commits that are here.
    pub is_shallow: bool,
}

/// Where blame starts: the packages that names are looked up in, and the walk back from them.
struct Start {
    snapshots: Vec<Arc<PackageSnapshot>>,
    /// The packages of the commit at which the walk starts, where the others are those on disk.
    committed: Option<Vec<Arc<PackageSnapshot>>>,
    walk: Walk,
    repository: Repository,
}

/// Follows statements back through the history.
///
/// # Errors
/// Fails where git does, and where nothing or more than one thing has the name.
pub fn blame(request: &BlameRequest, host: &Host) -> Result<BlameReport, Failure> {
    let root = load::project_root(request.project.as_deref(), host)?;
    let root = root.as_deref();
    let place = place(&request.name);
    let mut start = Start::of(request, Vec::new(), root, host)?;
    let (path, line) = match &place {
        Some((path, line)) => {
            let shown = below(path, root, host)?;
            if is_in(&start.snapshots, &shown) {
                (shown, *line)
            } else {
                // A document that is part of no package can still be named, as for a comparison.
                let path = below_here(path)?;
                start = Start::of(request, vec![path.clone()], None, host)?;
                (path, *line)
            }
        }
        None => (String::new(), None),
    };
    let wanted = match &place {
        Some(_) => Wanted::Place(&path, line),
        None => Wanted::Name(&request.name),
    };
    let lock = project::lock(request.project.as_deref(), host)?;
    let selection = select(&start.snapshots, &lock, &wanted, request.all)?;
    let committed = start.committed.as_deref();
    let versions = trace(&selection, committed, &mut start.walk, request.history)?;
    let mut commits = versions
        .iter()
        .flatten()
        .filter_map(|version| version.commit.as_ref());
    let is_first = commits.any(|commit| commit.parents.is_empty());
    Ok(BlameReport {
        is_shallow: is_first && start.repository.is_shallow()?,
        selection,
        versions,
    })
}

impl Start {
    fn of(
        request: &BlameRequest,
        paths: Vec<String>,
        root: Option<&Path>,
        host: &Host,
    ) -> Result<Start, Failure> {
        let repository = Repository::at(root, host);
        let range = request.revision.as_deref().unwrap_or("HEAD");
        let walked = WalkRequest {
            range,
            paths: paths.clone(),
            also: |_| false,
        };
        let mut walk = Walk::start(&repository, walked)?;
        let newest = walk.newest(range)?;
        if request.revision.is_some() {
            return Ok(Start {
                snapshots: newest,
                committed: None,
                walk,
                repository,
            });
        }
        let paths: Vec<PathBuf> = paths.into_iter().map(PathBuf::from).collect();
        let loaded = load::load(&paths, request.project.as_deref(), host)?;
        // A document that is named needs no package around it.
        if !paths.is_empty() || place(&request.name).is_none() {
            loaded.require_spec(&paths)?;
        }
        Ok(Start {
            snapshots: PackageSnapshot::on_disk(&loaded),
            committed: Some(newest),
            walk,
            repository,
        })
    }
}

/// The path and the line of `PATH` or `PATH:LINE`; nothing for a name.
fn place(name: &str) -> Option<(&str, Option<usize>)> {
    let (path, line) = match name.rsplit_once(':') {
        Some((path, line)) => match line.parse() {
            Ok(line) => (path, Some(line)),
            Err(_) => (name, None),
        },
        None => (name, None),
    };
    layout::is_document(path).then_some((path, line))
}

/// A path of the current folder as the project's packages have it.
fn below(path: &str, root: Option<&Path>, host: &Host) -> Result<String, Failure> {
    let given = Path::new(path);
    match root.filter(|root| root.is_absolute()) {
        Some(root) => {
            let here = host.environment.folder().map_err(Failure::no_current_folder)?;
            let whole: PathBuf = here.join(given).components().collect();
            Ok(shown(&whole, root))
        }
        None => Ok(shown(given, root.unwrap_or(Path::new("")))),
    }
}

fn is_in(snapshots: &[Arc<PackageSnapshot>], path: &str) -> bool {
    snapshots
        .iter()
        .any(|snapshot| snapshot.files.documents.iter().any(|document| document == path))
}
