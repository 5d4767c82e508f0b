//! Files of a crate do not use each other in a circle, but for a module and the modules inside it.
//!
//! An arrow goes from a file to the one that declares what it names: `use`, and paths from `crate`, `self`, `super`, a
//! child or an import, also through `use` declarations of the file in between. A circle is found where files reach each
//! other and none of them is the module that all the others are inside of. Of the circles among such files those are
//! told that share no arrow, the shortest first: that many arrows have to go at least.

use super::modules::{Crate, ModulePath, crates, declared_modules};
use super::uses::{Use, uses};
use super::{Finding, Tree};
use std::collections::{BTreeMap, BTreeSet};

/// A place that makes an arrow: the line, and what is named there.
type Reason = (usize, String);
/// What each module of a crate names, by the module that declares it.
type Arrows<'c> = BTreeMap<&'c [&'c str], BTreeMap<&'c [&'c str], Reason>>;

pub(crate) fn find(tree: &Tree) -> Vec<Finding> {
    let crates = crates(tree);
    crates.iter().flat_map(in_crate).collect()
}

fn in_crate(one: &Crate<'_>) -> Vec<Finding> {
    let mut arrows = arrows(one);
    let all: BTreeSet<&[&str]> = one.modules.keys().map(Vec::as_slice).collect();
    let mut found = Vec::new();
    circles(&all, &mut arrows, &mut found);
    let findings = found.iter().filter_map(|circle| {
        let (first, (line, _)) = circle.steps.first()?;
        let file = one.modules.get(*first)?.file;
        Some(Finding::new(file, *line, message(one, circle)))
    });
    findings.collect()
}

fn message(one: &Crate<'_>, circle: &Circle<'_>) -> String {
    let folder = format!("crates/{}/src/", one.name);
    let steps = circle.steps.iter().map(|(module, (line, name))| {
        let file = one.modules.get(*module).map_or("", |module| module.file);
        let file = file.strip_prefix(&folder).unwrap_or(file);
        format!("{file}:{line} uses `{name}`")
    });
    let steps = steps.collect::<Vec<_>>().join(", ");
    let mut message = format!("files use each other in a circle: {steps}");
    if circle.size > circle.steps.len() {
        message += &format!(" (one of the circles among {} files)", circle.size);
    }
    message
}

/// What every module names in other modules; of several places the first.
fn arrows<'c>(one: &'c Crate<'c>) -> Arrows<'c> {
    let named: BTreeMap<&[&str], Vec<Use<'_>>> = one
        .modules
        .iter()
        .map(|(path, module)| (path.as_slice(), uses(path, &module.tokens)))
        .collect();
    let resolver = Resolver { one, named: &named };
    let mut arrows = Arrows::new();
    for (from, uses) in &named {
        let found = arrows.entry(*from).or_default();
        for used in uses {
            if let Some(to) = resolver.module(used).filter(|to| to != from) {
                found.entry(to).or_insert_with(|| (used.line, used.text()));
            }
        }
        for (to, line) in included(one, from) {
            found.entry(to).or_insert_with(|| (line, "include!".to_string()));
        }
    }
    arrows
}

/// The children that no `mod` of the module declares, which a build script does in what it includes.
fn included<'c>(one: &'c Crate<'c>, path: &[&str]) -> Vec<(&'c [&'c str], usize)> {
    let Some(module) = one.modules.get(path) else {
        return Vec::new();
    };
    let Some(include) = module.tokens.iter().find(|token| token.is("include")) else {
        return Vec::new();
    };
    let declared = declared_modules(&module.tokens);
    let children = one.modules.keys().filter(|child| match child.split_last() {
        Some((name, parent)) => parent == path && !declared.contains(name),
        None => false,
    });
    children.map(|child| (child.as_slice(), include.line)).collect()
}

struct Resolver<'c, 'n> {
    one: &'c Crate<'c>,
    named: &'n BTreeMap<&'c [&'c str], Vec<Use<'c>>>,
}

impl<'c> Resolver<'c, '_> {
    /// The module that declares what a use names; none for another crate's, and for an import of a module, whose uses count.
    fn module(&self, used: &Use<'c>) -> Option<&'c [&'c str]> {
        let path = self.absolute(used)?;
        let (module, rest) = self.declaring(path)?;
        (!rest.is_empty() || used.binds.is_none()).then_some(module)
    }

    /// The path from the root of the crate.
    fn absolute(&self, used: &Use<'c>) -> Option<ModulePath<'c>> {
        let path: ModulePath<'c> = used.base.iter().chain(&used.path).copied().collect();
        if used.anchored {
            return Some(path);
        }
        let first = *used.path.first()?;
        let child: ModulePath<'c> = used.base.iter().copied().chain([first]).collect();
        if self.one.modules.contains_key(&child) {
            return Some(path);
        }
        // Imported by the file itself, under this name; the import of another crate has no path in this one.
        let import = self.import(&used.base, first)?;
        if std::ptr::eq(import, used) {
            return None;
        }
        let mut path = self.start_of(import)?;
        path.extend(used.path.iter().skip(1));
        Some(path)
    }

    fn import(&self, module: &[&'c str], name: &'c str) -> Option<&Use<'c>> {
        let mut uses = self.named.get(module)?.iter();
        uses.find(|used| used.binds.is_some_and(|bound| bound == name))
    }

    /// The innermost module of a path, through imports of the modules on the way, and what is left of the path.
    fn declaring(&self, mut path: ModulePath<'c>) -> Option<(&'c [&'c str], ModulePath<'c>)> {
        // Imports can name each other in a circle.
        for _ in 0..8 {
            let length = (0..=path.len()).rev().find(|length| {
                path.get(..*length)
                    .is_some_and(|start| self.one.modules.contains_key(start))
            })?;
            let rest = path.split_off(length);
            let (module, _) = self.one.modules.get_key_value(&path)?;
            let import = rest.first().and_then(|name| self.import(module, name));
            let Some(import) = import else {
                return Some((module, rest));
            };
            let Some(target) = self.start_of(import) else {
                return Some((module, rest));
            };
            path = target;
            path.extend(rest.iter().skip(1));
        }
        None
    }

    /// The path of an import, if it is one inside the crate.
    fn start_of(&self, import: &Use<'c>) -> Option<ModulePath<'c>> {
        let first = import.path.first()?;
        let child: ModulePath<'c> = import.base.iter().chain([first]).copied().collect();
        let inside = import.anchored || self.one.modules.contains_key(&child);
        inside.then(|| import.base.iter().chain(&import.path).copied().collect())
    }
}

/// A circle of files that all reach each other.
struct Circle<'c> {
    /// Its modules, each with what makes the arrow to the next.
    steps: Vec<(&'c [&'c str], Reason)>,
    /// How many files there are that all reach each other.
    size: usize,
}

/// Adds the circles among modules, and takes their arrows out.
fn circles<'c>(modules: &BTreeSet<&'c [&'c str]>, arrows: &mut Arrows<'c>, found: &mut Vec<Circle<'c>>) {
    for mut group in groups(modules, arrows) {
        if let Some(top) = top(group.iter().copied()) {
            group.remove(top);
        } else if let Some(path) = shortest(&group, arrows) {
            let next = path.iter().cycle().skip(1);
            let steps = path.iter().zip(next).filter_map(|(from, to)| {
                let reason = arrows.get_mut(from)?.remove(to)?;
                Some((*from, reason))
            });
            let steps = steps.collect();
            let size = group.len();
            found.push(Circle { steps, size });
        } else {
            continue;
        }
        circles(&group, arrows, found);
    }
}

/// The module that all the others are inside of.
fn top<'c>(modules: impl Iterator<Item = &'c [&'c str]> + Clone) -> Option<&'c [&'c str]> {
    let shortest = modules.clone().min_by_key(|path| path.len())?;
    let mut modules = modules;
    modules.all(|path| path.starts_with(shortest)).then_some(shortest)
}

/// The groups of two and more modules that all reach each other.
fn groups<'c>(modules: &BTreeSet<&'c [&'c str]>, arrows: &Arrows<'c>) -> Vec<BTreeSet<&'c [&'c str]>> {
    let reached: BTreeMap<&[&str], BTreeMap<&[&str], &[&str]>> = modules
        .iter()
        .map(|start| (*start, reach(start, modules, arrows)))
        .collect();
    let mut left = modules.clone();
    let mut groups = Vec::new();
    while let Some(first) = left.pop_first() {
        let mutual = |other: &&[&str]| {
            let to = reached
                .get(first)
                .is_some_and(|reached| reached.contains_key(other));
            to && reached
                .get(other)
                .is_some_and(|reached| reached.contains_key(first))
        };
        let mut group: BTreeSet<&[&str]> = left.iter().copied().filter(mutual).collect();
        left.retain(|other| !group.contains(other));
        group.insert(first);
        groups.extend((group.len() > 1).then_some(group));
    }
    groups
}

/// Every module that a way leads to from one, with the module before it on a shortest way.
fn reach<'c>(
    start: &'c [&'c str],
    modules: &BTreeSet<&'c [&'c str]>,
    arrows: &Arrows<'c>,
) -> BTreeMap<&'c [&'c str], &'c [&'c str]> {
    let mut before = BTreeMap::new();
    let mut waiting = std::collections::VecDeque::from([start]);
    while let Some(from) = waiting.pop_front() {
        let next = arrows.get(from).into_iter().flat_map(BTreeMap::keys);
        for to in next.filter(|to| modules.contains(*to)) {
            before.entry(*to).or_insert_with(|| {
                waiting.push_back(to);
                from
            });
        }
    }
    before
}

/// The shortest circle in which no module has all the others inside of it.
fn shortest<'c>(group: &BTreeSet<&'c [&'c str]>, arrows: &Arrows<'c>) -> Option<Vec<&'c [&'c str]>> {
    let mut best: Option<Vec<&[&str]>> = None;
    for start in group {
        if best.as_ref().is_some_and(|best| best.len() == 2) {
            break;
        }
        let before = reach(start, group, arrows);
        for last in group {
            let closes = arrows.get(last).is_some_and(|arrows| arrows.contains_key(start));
            if !closes || last == start {
                continue;
            }
            let mut path = vec![*last];
            while let Some(from) = before.get(path.last()?).filter(|_| path.last() != Some(start)) {
                path.push(from);
            }
            path.reverse();
            let better = best.as_ref().is_none_or(|best| path.len() < best.len());
            if better && top(path.iter().copied()).is_none() {
                best = Some(path);
            }
        }
    }
    best
}

#[cfg(test)]
mod tests;
