//! Comparing: what changed in a spec between two states, and what that costs.

use crate::comparison::{Comparison, States};
use crate::costs::Costs;
use crate::failure::Failure;
use crate::host::Host;
use crate::review::Policy;
use ghostc_diff::diff::SpecDiff;
use ghostc_lint::{Goal, analyze};
use ghostc_spec::Settings;
use ghostc_spec::layout::{self, PackageFiles};
use ghostc_spec::resolve::Input;
use ghostc_syntax::{Source, Sources};

/// What differs between two states. A large one is best never dropped where the process ends anyway.
pub struct DiffReport {
    /// The states, and what differs.
    pub comparison: Comparison,
    /// What the project thinks of changes.
    pub policy: Policy,
    /// What building again costs.
    pub costs: Costs,
}

/// Compares two states.
///
/// # Errors
/// Fails where a state or what the project says of changes cannot be read.
pub fn diff(states: &States, host: &Host) -> Result<DiffReport, Failure> {
    let project = states.project.as_deref();
    let policy = Policy::read(project, host)?;
    let comparison = Comparison::of(states, host)?;
    let costs = Costs::of(&comparison, project, host)?;
    Ok(DiffReport {
        comparison,
        policy,
        costs,
    })
}

/// Two texts of one file, and what differs.
pub struct FileDiff {
    /// What there was.
    pub old: Sources,
    /// What there is.
    pub new: Sources,
    /// What differs.
    pub found: SpecDiff,
}

/// Compares two texts of a file, which is taken for a package of its own.
pub fn diff_texts(path: &str, old: &str, new: &str) -> FileDiff {
    let package = package(path);
    let [old, new] = [old, new].map(|text| {
        let mut sources = Sources::default();
        sources.add(Source::new(path, text));
        sources
    });
    let library = |sources: &Sources| {
        let packages = std::slice::from_ref(&package);
        let settings = Settings::default();
        analyze(Input::new(sources, &settings), packages, 1, Goal::Facts).value
    };
    let (before, after) = (library(&old), library(&new));
    let found = ghostc_diff::diff::diff((&before, &old), (&after, &new), &[]);
    FileDiff { old, new, found }
}

/// A file as a package of its own.
fn package(path: &str) -> PackageFiles {
    let (documents, cases) = if layout::is_cases(path) {
        (vec![], vec![path.to_string()])
    } else {
        (vec![path.to_string()], vec![])
    };
    let folder = layout::folder(path);
    PackageFiles {
        root: folder.to_string(),
        name: layout::file_name(if folder.is_empty() { path } else { folder }).to_string(),
        documents,
        cases,
        ..PackageFiles::default()
    }
}
