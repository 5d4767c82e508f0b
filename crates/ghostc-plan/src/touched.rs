//! What changes do to the requirements of their base, and which active changes touch the same ones.

use ghostc_spec::deltas::capability;
use ghostc_spec::facts::Delta;
use ghostc_spec::library::{Library, Package};
use ghostc_syntax::{Sources, Span};
use std::collections::BTreeMap;

/// What a change does to one requirement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequirementDelta<'a> {
    /// What it does.
    pub operation: DeltaOperation<'a>,
    /// The folder of the capability below `specs`.
    pub capability: String,
    /// The requirement's name; the old one in a rename.
    pub name: &'a str,
    /// Where it is named.
    pub span: Span,
}

/// What is done to a requirement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeltaOperation<'a> {
    /// It is added, modified or removed.
    Delta(Delta),
    /// It gets this name.
    Renamed(&'a str),
}

impl DeltaOperation<'_> {
    /// As in `this change modifies …`.
    pub fn verb(self) -> &'static str {
        match self {
            DeltaOperation::Delta(Delta::Added) => "adds",
            DeltaOperation::Delta(Delta::Modified) => "modifies",
            DeltaOperation::Delta(Delta::Removed) => "removes",
            DeltaOperation::Renamed(_) => "renames",
        }
    }
}

/// A requirement that two active changes touch.
#[derive(Clone, Debug)]
pub struct Overlap<'a> {
    /// What this change does to it.
    pub own: RequirementDelta<'a>,
    /// The other change.
    pub other: &'a Package,
    /// What that one does to it.
    pub theirs: RequirementDelta<'a>,
}

/// Everything that a change says about requirements: its renames, then the rest in document order.
pub fn requirement_deltas<'a>(package: &'a Package, sources: &Sources) -> Vec<RequirementDelta<'a>> {
    let home = |span: Span| capability(&package.root, &sources.get(span.file).path);
    let renames = package.facts.renames.iter().map(|found| RequirementDelta {
        operation: DeltaOperation::Renamed(&found.to),
        capability: home(found.from_span),
        name: &found.from,
        span: found.from_span,
    });
    let deltas = package.facts.requirements.iter().filter_map(|found| {
        Some(RequirementDelta {
            operation: DeltaOperation::Delta(found.delta?),
            capability: home(found.span),
            name: &found.id,
            span: found.span,
        })
    });
    renames.chain(deltas).collect()
}

/// For each package, by its place in the library, the requirements that another active change to the same base touches.
pub fn overlaps<'a>(library: &'a Library, sources: &Sources) -> BTreeMap<usize, Vec<Overlap<'a>>> {
    type Touched<'a> = Vec<(usize, &'a Package, RequirementDelta<'a>)>;
    let mut by_requirement: BTreeMap<(&str, String, &str), Touched<'a>> = BTreeMap::new();
    for (at, package) in library.packages.iter().enumerate() {
        let Some(base) = package.changes.as_ref().filter(|base| !base.archived) else {
            continue;
        };
        for touch in requirement_deltas(package, sources) {
            let key = (base.root.as_str(), touch.capability.clone(), touch.name);
            by_requirement.entry(key).or_default().push((at, package, touch));
        }
    }
    let mut found: BTreeMap<usize, Vec<Overlap<'a>>> = BTreeMap::new();
    for touched in by_requirement.values() {
        for (at, _, own) in touched {
            let others = touched.iter().filter(|(other, ..)| other != at);
            let overlaps = others.map(|(_, other, theirs)| Overlap {
                own: own.clone(),
                other,
                theirs: theirs.clone(),
            });
            found.entry(*at).or_default().extend(overlaps);
        }
    }
    found.retain(|_, overlaps| !overlaps.is_empty());
    found
}
