//! Changes of a spec with what the project thinks of them and what they cost: what every format of changes shows.

use ghostc_diff::diff::PackageDiff;
use ghostc_project::{Costs, DiffReport, Reviewed, WorkList, reviewed};
use ghostc_syntax::Sources;

/// Everything that formats show.
pub(crate) struct Review<'d> {
    /// What the old state is called, and its texts.
    pub(crate) old: (&'d str, &'d Sources),
    /// What the new state is called, and its texts.
    pub(crate) new: (&'d str, &'d Sources),
    /// The packages with changes, and these.
    pub(crate) packages: Vec<(&'d PackageDiff, Vec<Reviewed<'d>>)>,
    /// The files of the new state.
    pub(crate) files: Vec<String>,
    /// What building again costs.
    pub(crate) costs: &'d Costs,
    /// What an implementation has to follow, where one was named.
    pub(crate) work: Option<&'d WorkList>,
    /// Whether editorial changes are shown with their words in text too.
    pub(crate) all: bool,
}

impl<'d> Review<'d> {
    /// A comparison as this project looks at it.
    pub(crate) fn of(report: &'d DiffReport, all: bool) -> Review<'d> {
        let found = &report.comparison;
        Review {
            old: (&found.old.name, &found.old.loaded.sources),
            new: (&found.new.name, &found.new.loaded.sources),
            packages: reviewed(&found.found, &report.policy),
            files: found.new.loaded.files().cloned().collect(),
            costs: &report.costs,
            work: None,
            all,
        }
    }
}
