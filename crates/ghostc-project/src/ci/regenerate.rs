//! What is stale is built, and what came of it is given as a patch.

use super::snapshot::CodeSnapshots;
use super::{CiReport, CiRequest, ReportFolder, StageState, ci};
use crate::build::{BuildReport, BuildRequest, build};
use crate::event::Listener;
use crate::failure::{Failure, FailureKind};
use crate::host::Host;
use crate::load::LOCK;
use ghostc_plan::lock::{Lock, LockedTask};
use std::path::Path;

/// A task that was built: its package, target and name, and what the lock says of it.
pub type BuiltTask = ((String, String, String), LockedTask);

/// What was found before and after a build.
pub struct Regeneration {
    /// What was found last.
    pub report: CiReport,
    /// What came of it.
    pub end: RegenerationEnd,
}

/// What came of building what is stale.
pub enum RegenerationEnd {
    /// Nothing is stale, so that nothing was built.
    UpToDate,
    /// It cannot be told what is stale, so that nothing was built.
    Unknown,
    /// Nothing that was built passed.
    NoPatch,
    /// Code was built.
    Built {
        /// What was found before.
        before: Box<CiReport>,
        /// The tasks that are new in the lock.
        tasks: Vec<BuiltTask>,
        /// The patch from the code that there was to the code that there is, as `git apply` takes it at the root of the
        /// repository.
        patch: Vec<u8>,
    },
}

/// Looks, builds what is stale where anything is, and looks again. `folder` holds what it takes meanwhile, and `ended` is
/// told what came of the build before the second look.
///
/// # Errors
/// Fails where the project cannot be looked at, and where the patch cannot be made.
pub fn regenerate(
    request: &CiRequest,
    (building, folder): (&BuildRequest, &ReportFolder),
    (root, host): (&Path, &Host),
    listener: &mut Listener<'_>,
    ended: &mut dyn FnMut(Result<BuildReport, Failure>),
) -> Result<Regeneration, Failure> {
    let before = ci(request, host)?;
    let without = |report, end| Ok(Regeneration { report, end });
    match before.stage("build").map(|stage| stage.state) {
        Some(StageState::Stale) => {}
        Some(StageState::Ok) => return without(before, RegenerationEnd::UpToDate),
        _ => return without(before, RegenerationEnd::Unknown),
    }
    let snapshots = CodeSnapshots::begin(&folder.path, root, host)?;
    let old = (snapshots.take()?, lock(root, host));
    let built = build(building, host, listener);
    let kind = match &built {
        Ok(report) => report.kind,
        Err(failure) => Some(failure.kind),
    };
    ended(built);
    let new = (snapshots.take()?, lock(root, host));
    let patch = snapshots.patch(&old.0, &new.0)?;
    let mut report = ci(request, host)?;
    if kind != Some(FailureKind::Findings) {
        report.kind = report.kind.max(kind);
    }
    if patch.is_empty() {
        return without(report, RegenerationEnd::NoPatch);
    }
    let is_new =
        |(name, task): &(&(String, String, String), &LockedTask)| old.1.tasks.get(*name) != Some(*task);
    let tasks = new.1.tasks.iter().filter(is_new);
    let tasks = tasks.map(|(name, task)| (name.clone(), task.clone())).collect();
    let before = Box::new(before);
    without(report, RegenerationEnd::Built { before, tasks, patch })
}

/// The lock as it is now; one that cannot be read was found to be so before.
fn lock(root: &Path, host: &Host) -> Lock {
    let text = host.files.read_text(&root.join(LOCK)).unwrap_or_default();
    Lock::parse(&text).unwrap_or_default()
}
