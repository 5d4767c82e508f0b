//! Groups files into packages: paths and a look at some texts in, the files of each package out.

use crate::dialects;
use crate::layout::{
    FilePaths, PackageFiles, Roots, below_scenarios, is_cases, is_document, is_package_file, is_spec,
    is_transcript,
};
use crate::library::{Base, Dialect};
use crate::paths::{ancestors, file_name, folder};
use ghostc_syntax::Sources;
use std::collections::{BTreeMap, BTreeSet};

/// The packages among some texts: [`discover`] for callers whose files are all at hand.
pub fn discover_in(sources: &Sources) -> Vec<PackageFiles> {
    let texts: BTreeMap<&str, &str> = sources
        .iter()
        .map(|(_, source)| (source.path.as_str(), source.text.as_str()))
        .collect();
    let paths: Vec<String> = texts.keys().map(ToString::to_string).collect();
    let places = FilePaths {
        paths: &paths,
        text: &|path| texts.get(path).copied(),
        dialects: &BTreeMap::new(),
    };
    discover(&places, &[])
}

/// Groups files into packages: a folder that is written as a dialect has it is a package, and holds what lies below it
/// down to the next one. A document in `alone` that lies in no package is a package of its own.
pub fn discover(places: &FilePaths<'_>, alone: &[String]) -> Vec<PackageFiles> {
    let is_spec = |path: &&String| !places.is_template(path);
    let kept: Option<Vec<String>> = (!places.paths.iter().all(|path| is_spec(&path)))
        .then(|| places.paths.iter().filter(is_spec).cloned().collect());
    let places = &FilePaths {
        paths: kept.as_deref().unwrap_or(places.paths),
        text: &|path| (places.text)(path),
        dialects: places.dialects,
    };
    let roots = roots(places);
    let mut packages: BTreeMap<&str, PackageFiles> = roots
        .found
        .iter()
        .map(|(root, (dialect, changes))| (root.as_str(), package(root, *dialect, changes.clone())))
        .collect();
    for path in places.paths {
        let home = ancestors(path).find(|folder| packages.contains_key(folder));
        if let Some(package) = home.and_then(|home| packages.get_mut(home)) {
            add(package, path);
        }
    }
    for path in alone.iter().filter(|path| is_package_file(path)) {
        let homeless = !packages
            .values()
            .any(|package| package.documents.contains(path) || package.cases.contains(path));
        if homeless {
            let home = packages
                .entry(path)
                .or_insert_with(|| package(path, Dialect::Ghost, None));
            add(home, path);
        }
    }
    let mut packages: Vec<PackageFiles> = packages.into_values().map(sorted).collect();
    packages.retain(|package| !(package.documents.is_empty() && package.cases.is_empty()));
    tell_apart(&mut packages);
    packages
}

/// The folders that are packages: what the settings say, then `SPEC.md`, then what place and content show.
fn roots(places: &FilePaths<'_>) -> Roots {
    let mut roots = Roots::default();
    for (root, dialect) in places.dialects {
        roots.add(root, *dialect);
    }
    for path in places.paths.iter().filter(|path| file_name(path) == "SPEC.md") {
        roots.add(folder(path), Dialect::Ghost);
    }
    dialects::detect(places, &mut roots);
    // In small letters it is other dialects' name too: what none of them knows is a spec like any other.
    for path in places.paths.iter().filter(|path| is_spec(path)) {
        if !roots.is_taken(folder(path)) {
            roots.add(folder(path), Dialect::Ghost);
        }
    }
    roots
}

fn package(root: &str, dialect: Dialect, changes: Option<Base>) -> PackageFiles {
    let file = file_name(root);
    // What is called README in every folder has the name of its folder.
    let is_readme = file
        .split('.')
        .next()
        .is_some_and(|stem| stem.eq_ignore_ascii_case("readme"));
    let above = file_name(folder(root));
    let name = if is_document(root) && is_readme && !above.is_empty() {
        above
    } else {
        file
    };
    PackageFiles {
        root: root.to_string(),
        name: name.strip_suffix(".md").unwrap_or(name).to_string(),
        dialect,
        changes,
        documents: Vec::new(),
        cases: Vec::new(),
        scenarios: Vec::new(),
        transcripts: Vec::new(),
    }
}

/// Gives packages of one name as many of their folders as tell them apart. A `SPEC.md` has its own way to say its name.
fn tell_apart(packages: &mut [PackageFiles]) {
    for depth in 2..8 {
        let mut seen: BTreeSet<String> = BTreeSet::new();
        let taken: BTreeSet<String> = packages
            .iter()
            .filter(|package| !seen.insert(package.name.clone()))
            .map(|package| package.name.clone())
            .collect();
        let same = packages.iter_mut().filter(|package| {
            let has_own_way = package.dialect == Dialect::Ghost && !is_document(&package.root);
            !has_own_way && taken.contains(&package.name)
        });
        for package in same {
            let parts: Vec<&str> = package.root.split('/').collect();
            let from = parts.len().saturating_sub(depth);
            let name = parts.get(from..).unwrap_or_default().join("/");
            package.name = name.strip_suffix(".md").unwrap_or(&name).to_string();
        }
    }
}

fn add(package: &mut PackageFiles, path: &str) {
    if is_document(path) {
        package.documents.push(path.to_string());
    } else if below_scenarios(&package.root, path).is_some() {
        package.scenarios.push(path.to_string());
    } else if is_transcript(path) {
        package.transcripts.push(path.to_string());
    } else if is_cases(path) {
        package.cases.push(path.to_string());
    }
}

fn sorted(mut files: PackageFiles) -> PackageFiles {
    files.documents.sort();
    files.documents.dedup();
    files.cases.sort();
    files.cases.dedup();
    files.scenarios.sort();
    files.scenarios.dedup();
    files.transcripts.sort();
    files.transcripts.dedup();
    files
}

#[cfg(test)]
mod tests;
