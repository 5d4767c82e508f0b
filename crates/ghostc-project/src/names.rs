//! Names of files and folders that a project has.

use std::path::{Path, PathBuf};

/// The settings.
pub const SETTINGS: &str = "ghostc.yaml";
/// What was accepted.
pub const LOCK: &str = "ghostc.lock";
/// The folder for what outlives a command and is not committed.
pub(crate) const STATE: &str = ".ghostc";
/// The folder of accepted code.
pub(crate) const GOLDEN: &str = "golden";

/// The folder, below that of the state, in which writers write files before they are moved to their places.
const TEMPORARIES: &str = "tmp";
/// The folder in it for whoever writes accepted code and the lock. A build that asks agents meanwhile has its own there.
const SETTLING: &str = "settle";

/// The folder of a project for what outlives a command and is not committed.
pub(crate) fn state(root: &Path) -> PathBuf {
    root.join(STATE)
}

/// The folder of a project in which files are written before they are moved to their places, for one writer at a time.
pub(crate) fn temporaries(root: &Path) -> PathBuf {
    temporaries_of_all(root).join(SETTLING)
}

/// The folder that the ones of all writers are in.
pub(crate) fn temporaries_of_all(root: &Path) -> PathBuf {
    state(root).join(TEMPORARIES)
}
