//! The folder that the reports of a run go to.

use crate::failure::Failure;
use crate::golden::{self, write_file};
use crate::host::Host;
use crate::names::state;
use crate::paths::{or_here, shown};
use crate::repository::Repository;
use std::path::{Path, PathBuf};

/// A folder for reports.
pub struct ReportFolder {
    /// It on disk.
    pub path: PathBuf,
    /// It as people see it: relative to the project where it lies in it.
    pub shown: String,
    /// It as seen from the root of the repository, where it lies in one.
    pub in_repository: String,
    /// The way from it to the root of the repository: as many `../` as it takes; empty where there is none.
    pub way: String,
}

impl ReportFolder {
    /// Makes the folder that is named, else the project's own.
    ///
    /// # Errors
    /// Fails where it cannot be made.
    pub fn make(named: Option<&Path>, root: &Path, host: &Host) -> Result<ReportFolder, Failure> {
        let own = state(root).join("report");
        golden::require_folder(&*host.files, named.unwrap_or(&own), named.map_or(root, folder_of))?;
        let path = named.map_or_else(|| own.clone(), Path::to_path_buf);
        let as_shown = match named {
            Some(named) => named.to_string_lossy().into_owned(),
            None => shown(&own, root),
        };
        let failed =
            |why: std::io::Error| Failure::machine(format!("cannot make the folder `{as_shown}`: {why}"));
        host.files.create_folder(&path).map_err(failed)?;
        if named.is_none() {
            // What is not committed must not be in the way of those who commit everything.
            write_file(&*host.files, &path.join(".gitignore"), "*\n")?;
        }
        let place = Repository::at(Some(root), host).place().unwrap_or_default();
        let below = below(&path, root, &place, host).map_err(failed)?;
        let way = below.as_ref().map_or(0, |below| below.components().count());
        let in_repository = below.map(|below| shown(&below, Path::new("")));
        Ok(ReportFolder {
            way: "../".repeat(way),
            in_repository: in_repository.unwrap_or_else(|| as_shown.clone()),
            path,
            shown: as_shown,
        })
    }
}

/// The folder that a path is in.
fn folder_of(path: &Path) -> &Path {
    path.parent().unwrap_or(path)
}

/// A folder's path below the root of the repository, of which the project is at `place`.
fn below(folder: &Path, root: &Path, place: &str, host: &Host) -> std::io::Result<Option<PathBuf>> {
    let top = top(root, place, host)?;
    let folder = host.files.canonical(folder)?;
    Ok(folder.strip_prefix(top).ok().map(Path::to_path_buf))
}

/// The root of the repository, of which the project is at `place`.
pub(super) fn top(root: &Path, place: &str, host: &Host) -> std::io::Result<PathBuf> {
    let project = host.files.canonical(or_here(root))?;
    let up = Path::new(place).components().count();
    Ok(project.ancestors().nth(up).unwrap_or(&project).to_path_buf())
}
