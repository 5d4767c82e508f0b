//! Changes and what they are made to: what each delta says of which requirement, and what comes out when it is applied.
//!
//! Requirements are known by capability and name. Deltas are applied in the order renamed, removed, modified, added, and
//! what is modified keeps those of its scenarios that the delta does not give anew.

use crate::facts::Delta;
use crate::layout::folder;
use crate::library::{Library, Package};
use ghostc_syntax::{Sources, Span};
use std::collections::{BTreeMap, BTreeSet};

/// A requirement by its name, and its scenarios by theirs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Its name.
    pub name: String,
    /// The names of its scenarios, in order.
    pub scenarios: Vec<String>,
}

/// The requirements of capabilities, each in document order.
pub type Specs = BTreeMap<String, Vec<Kept>>;

/// A folder of capabilities and the changes to it.
pub struct Tree<'a> {
    /// The folder.
    pub root: &'a str,
    /// What is known of its requirements; empty where there is no such package.
    pub known: RequirementsByCapability<'a>,
    /// The changes to it, by name.
    pub changes: Vec<Change<'a>>,
}

/// The requirements of a package by capability and name.
#[derive(Default)]
pub struct RequirementsByCapability<'a> {
    by_capability: BTreeMap<String, BTreeMap<&'a str, Found<'a>>>,
}

/// A requirement as it stands.
pub struct Found<'a> {
    /// Where its name is written.
    pub span: Span,
    /// The names of its scenarios.
    pub scenarios: Vec<&'a str>,
}

/// A change and what it says.
pub struct Change<'a> {
    /// The package of the change.
    pub package: &'a Package,
    /// Whether it was made already.
    pub archived: bool,
    /// What it says about requirements, in document order.
    pub said: Vec<DeltaEffect<'a>>,
}

/// What a delta does to a requirement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DeltaAction<'a> {
    /// It gets this name.
    Renames(&'a str),
    /// It goes away.
    Removes,
    /// Its text is replaced.
    Modifies,
    /// It is new.
    Adds,
}

impl DeltaAction<'_> {
    /// As in `this change modifies …`.
    pub fn verb(self) -> &'static str {
        match self {
            DeltaAction::Renames(_) => "renames",
            DeltaAction::Removes => "removes",
            DeltaAction::Modifies => "modifies",
            DeltaAction::Adds => "adds",
        }
    }
}

/// What a change does to one requirement.
pub struct DeltaEffect<'a> {
    /// What.
    pub action: DeltaAction<'a>,
    /// The capability's folder below `specs`.
    pub capability: String,
    /// The requirement's name; the old one in a rename.
    pub name: &'a str,
    /// Where it is named.
    pub span: Span,
    /// All of it.
    pub section: Span,
    /// The names of the scenarios that it gives.
    pub scenarios: Vec<&'a str>,
}

/// The folders of capabilities with their changes.
pub fn trees<'a>(library: &'a Library, sources: &Sources) -> Vec<Tree<'a>> {
    let mut trees: BTreeMap<&str, Tree<'a>> = BTreeMap::new();
    for package in &library.packages {
        let Some(base) = &package.changes else { continue };
        let tree = trees.entry(&base.root).or_insert_with(|| Tree {
            root: &base.root,
            known: RequirementsByCapability::default(),
            changes: Vec::new(),
        });
        tree.changes.push(Change {
            package,
            archived: base.archived,
            said: said(package, sources),
        });
    }
    for package in library
        .packages
        .iter()
        .filter(|package| package.changes.is_none())
    {
        if let Some(tree) = trees.get_mut(package.root.as_str()) {
            tree.known = RequirementsByCapability::of(package, sources);
        }
    }
    trees.into_values().collect()
}

/// The capability that a document in a package is about: its folder below the package's root, and below `specs` in it.
pub fn capability(root: &str, path: &str) -> String {
    let below = folder(path).strip_prefix(root).unwrap_or_default();
    let below = below.trim_start_matches('/');
    below.strip_prefix("specs/").unwrap_or(below).to_string()
}

/// The names of the scenarios of each requirement of a package.
fn scenarios(package: &Package) -> Vec<Vec<&str>> {
    let mut names = vec![Vec::new(); package.facts.requirements.len()];
    for scenario in &package.facts.scenarios {
        if let Some(of) = scenario.requirement.get().and_then(|at| names.get_mut(at)) {
            of.push(scenario.title.as_str());
        }
    }
    names
}

impl<'a> RequirementsByCapability<'a> {
    /// The requirements of a package that is no change.
    pub fn of(package: &'a Package, sources: &Sources) -> RequirementsByCapability<'a> {
        let mut known = RequirementsByCapability::default();
        for (found, scenarios) in package.facts.requirements.iter().zip(scenarios(package)) {
            if found.delta.is_none() {
                let home = capability(&package.root, &sources.get(found.span.file).path);
                let span = found.span;
                let names = known.by_capability.entry(home).or_default();
                names.insert(&found.id, Found { span, scenarios });
            }
        }
        known
    }

    /// A requirement of a capability.
    pub fn get(&self, capability: &str, name: &str) -> Option<&Found<'a>> {
        self.by_capability.get(capability)?.get(name)
    }

    /// Whether there is anything in a capability.
    pub fn has(&self, capability: &str) -> bool {
        self.by_capability.contains_key(capability)
    }

    /// The names in a capability.
    pub fn names(&self, capability: &str) -> Vec<&'a str> {
        let names = self.by_capability.get(capability);
        names.map_or_else(Vec::new, |names| names.keys().copied().collect())
    }
}

impl<'a> Tree<'a> {
    /// The changes that are still to be made.
    pub fn active(&self) -> impl Iterator<Item = &Change<'a>> {
        self.changes.iter().filter(|change| !change.archived)
    }
}

impl<'a> Change<'a> {
    /// The names that it gives to requirements, with their capabilities.
    pub fn new_names(&self) -> BTreeSet<(&str, &'a str)> {
        let renamed = self.said.iter().filter_map(|said| match said.action {
            DeltaAction::Renames(to) => Some((said.capability.as_str(), to)),
            DeltaAction::Removes | DeltaAction::Modifies | DeltaAction::Adds => None,
        });
        renamed.collect()
    }

    /// The names that it takes away, with their capabilities.
    pub fn freed_names(&self) -> BTreeSet<(&str, &'a str)> {
        let freed = self
            .said
            .iter()
            .filter(|said| matches!(said.action, DeltaAction::Renames(_) | DeltaAction::Removes));
        freed.map(|said| (said.capability.as_str(), said.name)).collect()
    }
}

/// Everything that a change says about requirements.
fn said<'a>(package: &'a Package, sources: &Sources) -> Vec<DeltaEffect<'a>> {
    let home = |span: Span| capability(&package.root, &sources.get(span.file).path);
    let requirements = package.facts.requirements.iter().zip(scenarios(package));
    let named = requirements.filter_map(|(found, scenarios)| {
        let action = match found.delta? {
            Delta::Added => DeltaAction::Adds,
            Delta::Modified => DeltaAction::Modifies,
            Delta::Removed => DeltaAction::Removes,
        };
        Some(DeltaEffect {
            action,
            capability: home(found.span),
            name: &found.id,
            span: found.span,
            section: found.section,
            scenarios,
        })
    });
    let renamed = package.facts.renames.iter().map(|found| DeltaEffect {
        action: DeltaAction::Renames(&found.to),
        capability: home(found.from_span),
        name: &found.from,
        span: found.from_span,
        section: found.from_span,
        scenarios: Vec::new(),
    });
    let mut said: Vec<DeltaEffect<'a>> = named.chain(renamed).collect();
    said.sort_by_key(|said| said.span);
    said
}

/// The requirements of a package that is no change.
pub fn specs(package: &Package, sources: &Sources) -> Specs {
    let mut specs = Specs::new();
    for (found, scenarios) in package.facts.requirements.iter().zip(scenarios(package)) {
        if found.delta.is_none() {
            let home = capability(&package.root, &sources.get(found.span.file).path);
            specs.entry(home).or_default().push(kept(&found.id, &scenarios));
        }
    }
    specs
}

fn kept(name: &str, scenarios: &[&str]) -> Kept {
    Kept {
        name: name.to_string(),
        scenarios: scenarios.iter().map(ToString::to_string).collect(),
    }
}

/// What becomes of requirements when a change is made to them; what it says of others is left out.
pub fn applied(mut specs: Specs, change: &Package, sources: &Sources) -> Specs {
    let mut all = said(change, sources);
    all.sort_by_key(|said| match said.action {
        DeltaAction::Renames(_) => 0,
        DeltaAction::Removes => 1,
        DeltaAction::Modifies => 2,
        DeltaAction::Adds => 3,
    });
    for said in all {
        let home = specs.entry(said.capability.clone()).or_default();
        let found = home.iter_mut().find(|kept| kept.name == said.name);
        match (said.action, found) {
            (DeltaAction::Renames(to), Some(found)) => found.name = to.to_string(),
            (DeltaAction::Removes, Some(_)) => home.retain(|kept| kept.name != said.name),
            (DeltaAction::Modifies, Some(found)) => merge(&mut found.scenarios, &said.scenarios),
            (DeltaAction::Adds, None) => home.push(kept(said.name, &said.scenarios)),
            (DeltaAction::Renames(_) | DeltaAction::Removes | DeltaAction::Modifies, None)
            | (DeltaAction::Adds, Some(_)) => {}
        }
    }
    specs.retain(|_, home| !home.is_empty());
    specs
}

/// Adds the scenarios that are not there yet.
fn merge(scenarios: &mut Vec<String>, given: &[&str]) {
    for name in given {
        if !scenarios.iter().any(|known| known == name) {
            scenarios.push((*name).to_string());
        }
    }
}

#[cfg(test)]
mod tests;
