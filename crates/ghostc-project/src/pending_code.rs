//! Code that passed and waits to be accepted: one file for each task, under the state folder.

use crate::failure::Failure;
use crate::golden::write_state;
use crate::project::Unit;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// A candidate that passed and differs from what was accepted.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct PendingCode {
    /// The key that it was built for.
    pub(crate) key: String,
    /// Its files.
    pub(crate) files: BTreeMap<String, String>,
    /// Who wrote it.
    pub(crate) agent: String,
    /// How many attempts it took.
    pub(crate) attempts: u64,
    /// How many tokens it cost, where the agent said.
    pub(crate) tokens: Option<u64>,
}

impl PendingCode {
    fn path(unit: &Unit<'_>, task: &str) -> PathBuf {
        let file = task.replace(['/', '\\'], "_");
        unit.project
            .state()
            .join("pending")
            .join(&unit.package.name)
            .join(&unit.target.name)
            .join(format!("{file}.json"))
    }

    /// What waits for a task, if anything does.
    pub(crate) fn read(unit: &Unit<'_>, task: &str) -> Result<Option<PendingCode>, Failure> {
        let path = PendingCode::path(unit, task);
        match unit.project.host.files.read_text(&path) {
            Ok(text) => serde_json::from_str(&text).map(Some).map_err(|error| {
                Failure::machine(format!("`{}` cannot be read: {error}", path.display()))
                    .help("Delete it and build again.")
            }),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Failure::machine(format!(
                "cannot read `{}`: {error}",
                path.display()
            ))),
        }
    }

    /// Keeps it for `ghostc accept`.
    pub(crate) fn write(&self, unit: &Unit<'_>, task: &str) -> Result<(), Failure> {
        let text = serde_json::to_string_pretty(self).expect("plain data serialises");
        let path = PendingCode::path(unit, task);
        let project = unit.project;
        write_state(&*project.host.files, &project.root, &path, &(text + "\n"))
    }

    /// Forgets what waits for a task.
    pub(crate) fn remove(unit: &Unit<'_>, task: &str) -> Result<(), Failure> {
        let path = PendingCode::path(unit, task);
        match unit.project.host.files.remove(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Failure::machine(format!(
                "cannot remove `{}`: {error}",
                path.display()
            ))),
            Ok(()) | Err(_) => Ok(()),
        }
    }
}
