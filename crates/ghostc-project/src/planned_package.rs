//! A package with its tasks and what they read: for graphs, and for what building costs.

use ghostc_plan::package_text::PackageText;
use ghostc_plan::plan::{Task, TaskGraph};
use ghostc_plan::tokens;
use ghostc_plan::touched::{Overlap, RequirementDelta};
use ghostc_spec::library::Package;
use ghostc_syntax::Sources;

/// A package with its tasks and all that is told of them.
pub struct PlannedPackage<'a> {
    /// The package.
    pub package: &'a Package,
    /// Its tasks.
    pub graph: &'a TaskGraph,
    /// What it does to the requirements of its base, where it is a change.
    pub requirement_deltas: Vec<RequirementDelta<'a>>,
    /// Requirements that other active changes touch too.
    pub overlaps: Vec<Overlap<'a>>,
    /// What its tasks read.
    pub text: PackageText,
}

impl PlannedPackage<'_> {
    /// About how many tokens all tasks of the package share.
    pub fn shared_tokens(&self, sources: &Sources) -> usize {
        let shared = self.text.shared.iter();
        shared
            .map(|section| tokens::estimate(section.source(sources)))
            .sum()
    }

    /// About how many tokens a task reads beyond the shared sections.
    pub fn own_tokens(&self, task: &Task, sources: &Sources) -> usize {
        let own = self.text.own.get(&task.id).into_iter().flatten();
        let referenced = self.text.referenced.get(&task.id).into_iter().flatten();
        own.chain(referenced)
            .map(|section| tokens::estimate(section.source(sources)))
            .sum()
    }
}
