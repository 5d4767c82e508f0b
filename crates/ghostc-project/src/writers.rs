//! Who may write in a project: one build at a time, and one writer of accepted code at a time.
//!
//! A build holds the project's folder from before it plans until it ends. What writes accepted code or the lock, a build
//! that settles included, holds `golden/` while it reads what is there, decides, and writes. Both are advisory locks of
//! the folders themselves: nothing that can be deleted beside them frees them, and the system gives them back when a
//! process dies.

use crate::failure::Failure;
use crate::golden::require_folder;
use crate::host::{FolderLock, Host};
use crate::names::{GOLDEN, state, temporaries, temporaries_of_all};
use crate::paths::or_here;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// Takes the project for a build. Where another one has it, `told` is called and that one waited for, or, without `wait`,
/// it fails.
///
/// # Errors
/// Fails where another build has the project and is not waited for, and where the folder cannot be locked.
pub(crate) fn only_build(
    root: &Path,
    host: &Host,
    wait: bool,
    told: &mut dyn FnMut(),
) -> Result<FolderLock, Failure> {
    let folder = or_here(root);
    let lock = |wait| {
        host.files
            .lock(folder, wait)
            .map_err(|why| not_locked(folder, &why))
    };
    ghostc_run::sweep();
    if let Some(lock) = lock(false)? {
        take_away_left_over(root, host);
        return Ok(lock);
    }
    if !wait {
        return Err(Failure::machine("another build of this project is running")
            .help("Wait until it ends, or leave out `--no-wait`."));
    }
    told();
    let waited = lock(true)?;
    let taken = waited.ok_or_else(|| Failure::machine("another build of this project is running"))?;
    take_away_left_over(root, host);
    Ok(taken)
}

/// Takes away what builds have left half-written that were killed. Where this fails, it is in nobody's way.
fn take_away_left_over(root: &Path, host: &Host) {
    let own = state(root).join(ghostc_run::STORE_TEMPORARIES);
    host.files.remove_folder(&own).ok();
    for folder in [temporaries(root), temporaries_of_all(root)] {
        host.files.remove_empty_folder(&folder).ok();
    }
}

/// The right to write accepted code and the lock, as long as this value lives.
pub(crate) struct SettleLock {
    host: Host,
    golden: PathBuf,
    state: PathBuf,
    temporaries: PathBuf,
    /// The folder that those are in, and those of builds.
    of_all: PathBuf,
    _held: FolderLock,
}

impl SettleLock {
    /// Waits until nobody else writes, and takes away what writers that were killed left half-written.
    pub(crate) fn begin(root: &Path, host: &Host) -> Result<SettleLock, Failure> {
        ghostc_run::sweep();
        let golden = root.join(GOLDEN);
        require_folder(&*host.files, &golden, root)?;
        let held = loop {
            let made = host.files.create_folder(&golden);
            made.map_err(|why| Failure::machine(format!("cannot create `{GOLDEN}`: {why}")))?;
            match host.files.lock(&golden, true) {
                Ok(Some(held)) => break held,
                // Another writer took the empty folder away.
                Ok(None) => {}
                Err(why) if why.kind() == ErrorKind::NotFound => {}
                Err(why) => return Err(not_locked(&golden, &why)),
            }
        };
        // Where this fails, what is left there is in nobody's way.
        host.files.remove_folder(&temporaries(root)).ok();
        Ok(SettleLock {
            host: host.clone(),
            golden,
            state: state(root),
            temporaries: temporaries(root),
            of_all: temporaries_of_all(root),
            _held: held,
        })
    }
}

impl Drop for SettleLock {
    fn drop(&mut self) {
        // Folders that were made for nothing are no trace of anything; those with something in them stay.
        for folder in [&self.temporaries, &self.of_all, &self.state, &self.golden] {
            self.host.files.remove_empty_folder(folder).ok();
        }
    }
}

fn not_locked(folder: &Path, why: &std::io::Error) -> Failure {
    Failure::machine(format!("cannot lock `{}`: {why}", folder.display()))
        .help("Keep the project on a file system with advisory locks.")
}
