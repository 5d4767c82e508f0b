//! A package with its tasks and what they read: for graphs, and for what building costs.

use ghostc_plan::package_text::PackageText;
use ghostc_plan::plan::{Task, TaskGraph};
use ghostc_plan::tokens;
use ghostc_plan::touched::{Overlap, RequirementDelta};
use ghostc_spec::library::Package;
use ghostc_syntax::{Sources, Span};
use std::collections::BTreeMap;

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
    /// About how many tokens each section has that is in no task.
    pub fn shared_tokens(&self, sources: &Sources) -> SharedTokens {
        let shared = self.text.shared.iter();
        let each: BTreeMap<Span, usize> = shared
            .map(|section| (section.span, tokens::estimate(section.source(sources))))
            .collect();
        SharedTokens {
            all: each.values().sum(),
            each,
        }
    }

    /// About how many tokens all has that a task reads.
    pub fn tokens(&self, task: &Task, shared: &SharedTokens, sources: &Sources) -> usize {
        let own = self.text.own.get(&task.id).into_iter().flatten();
        let referenced = self.text.referenced.get(&task.id).into_iter().flatten();
        let own = own
            .chain(referenced)
            .map(|section| tokens::estimate(section.source(sources)));
        let context = if self.text.is_shared_by_all() {
            shared.all
        } else {
            let read = self.text.shared_of(task);
            read.filter_map(|section| shared.each.get(&section.span)).sum()
        };
        own.sum::<usize>() + context
    }
}

/// About how many tokens the sections have that are in no task, each asked once.
pub struct SharedTokens {
    each: BTreeMap<Span, usize>,
    all: usize,
}
