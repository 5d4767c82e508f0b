//! The history of a spec: what each commit changed in it.

use crate::failure::Failure;
use crate::history::{Commit, PackagePair, Walk, WalkRequest};
use crate::host::Host;
use crate::load;
use crate::parallel::on_all_processors;
use crate::paths::below_here;
use crate::repository::Repository;
use ghostc_diff::diff::{Class, PackageDiff};
use std::path::{Path, PathBuf};

/// Which history is asked for.
#[derive(Clone, Debug, Default)]
pub struct LogRequest {
    /// A revision or a range, then folders and files; without them, all before the last commit.
    pub names: Vec<String>,
    /// Folders and files that may not be there any more.
    pub paths: Vec<String>,
    /// So many commits at most.
    pub most: Option<usize>,
    /// The least grave changes that are wanted; nothing for all.
    pub least: Option<Class>,
    /// Whether commits that changed nothing of what a spec says are wanted, too.
    pub all: bool,
    /// The project's folder; nothing for the one that the current folder lies in.
    pub project: Option<PathBuf>,
}

/// A commit and what it changed.
pub struct LogEntry<'w> {
    /// The commit.
    pub commit: &'w Commit,
    /// The packages before and after it, and what changed in each.
    pub changes: Vec<(&'w PackagePair, PackageDiff)>,
}

/// What is to be said at the end.
pub struct LogEnd {
    /// Whether the oldest commits of the history are not here, so that it cannot be told what they changed.
    pub is_shallow: bool,
    /// A folder or file that was asked for and never there, as a failure.
    pub missing: Option<Failure>,
}

/// Goes back through a history, and gives each commit as soon as it is read, the newest first. `prepare` makes of each, on
/// any processor, what `give` gets.
///
/// # Errors
/// Fails where git does.
pub fn log<T: Send>(
    request: &LogRequest,
    host: &Host,
    prepare: impl Fn(&LogEntry<'_>) -> T + Sync,
    give: &mut dyn FnMut(T),
) -> Result<LogEnd, Failure> {
    let (range, paths) = split(request, host)?;
    let root = load::project_root(request.project.as_deref(), host)?;
    let paths = load::folders_of(&paths, request.project.as_deref(), host)?;
    // Paths are those of the current folder; without any, the whole project is meant.
    let repository = Repository::at(root.as_deref().filter(|_| paths.is_empty()), host);
    let paths: Vec<String> = paths
        .iter()
        .map(|path| below_here(path))
        .collect::<Result<_, _>>()?;
    let walked = WalkRequest {
        range: &range,
        paths: paths.clone(),
        also: |_| false,
    };
    let mut walk = Walk::start(&repository, walked)?;
    let mut left = request.most.unwrap_or(usize::MAX);
    let mut touched = 0;
    while left > 0 {
        let steps = walk.next()?;
        if steps.is_empty() {
            break;
        }
        touched += steps.len();
        let read = on_all_processors(&steps, |step| {
            let changes = kept(step.changes(), request.least);
            let is_wanted = request.all || !changes.is_empty();
            let commit = &step.commit;
            is_wanted.then(|| prepare(&LogEntry { commit, changes }))
        });
        for entry in read.into_iter().flatten().take(left) {
            left -= 1;
            give(entry);
        }
    }
    let missing = |path: &&String| touched == 0 && !host.files.exists(Path::new(path));
    if left == 0 {
        return Ok(LogEnd {
            is_shallow: false,
            missing: None,
        });
    }
    if let Some(path) = paths.iter().find(missing) {
        let failure = Failure::usage(format!("`{path}` is here in no commit of `{range}`"));
        return Ok(LogEnd {
            is_shallow: false,
            missing: Some(failure.help("Name a folder or a file that holds a spec.")),
        });
    }
    Ok(LogEnd {
        is_shallow: repository.is_shallow()?,
        missing: None,
    })
}

/// The range and the paths: a first name that is neither a path nor a package is a range.
fn split(request: &LogRequest, host: &Host) -> Result<(String, Vec<String>), Failure> {
    let mut names = request.names.clone();
    let is_path =
        |name: &String| host.files.exists(Path::new(name)) || name.contains('/') && name.ends_with(".md");
    let mut range = "HEAD".to_string();
    if let Some(first) = names.first().filter(|first| !is_path(first)) {
        let root = load::project_root(request.project.as_deref(), host)?;
        let repository = Repository::at(root.as_deref(), host);
        let is_range = first.contains("..") || !repository.is_there() || repository.commit(first).is_ok();
        let package = std::slice::from_ref(first);
        if is_range || load::folders_of(package, request.project.as_deref(), host)? == package {
            range = names.remove(0);
        }
    }
    if range.contains("...") {
        let failure = Failure::usage(format!("`{range}` has two lines of history"));
        return Err(failure.help(format!(
            "Use a range of one: `{}`.",
            range.replacen("...", "..", 1)
        )));
    }
    if range.starts_with('-') || range.starts_with('^') {
        return Err(
            Failure::usage(format!("`{range}` is no revision")).help("Name a range such as `v1.0..main`.")
        );
    }
    names.extend(request.paths.iter().cloned());
    Ok((range, names))
}

/// The changes of the classes that are wanted.
fn kept(changes: Vec<(&PackagePair, PackageDiff)>, least: Option<Class>) -> Vec<(&PackagePair, PackageDiff)> {
    let least = least.unwrap_or(Class::Editorial);
    let narrow = |(pair, mut found): (_, PackageDiff)| {
        found.changes.retain(|change| change.class >= least);
        (pair, found)
    };
    let changes = changes.into_iter().map(narrow);
    changes.filter(|(_, found)| !found.changes.is_empty()).collect()
}
