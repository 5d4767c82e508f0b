//! Which files make up which package, and in which dialect: paths and a look at some texts in, packages out.

use crate::dialects;
use crate::library::{Base, Dialect};
use ghostc_syntax::Sources;
use std::collections::{BTreeMap, BTreeSet};

/// The files of one package, by path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PackageFiles {
    /// Its folder, with `/`; empty for the current one. A single document given by name is its own root.
    pub root: String,
    /// What it is called where it does not say so itself: its folder, with as many above it as make it unique.
    pub name: String,
    /// How it is written.
    pub dialect: Dialect,
    /// What it changes, where it is a change.
    pub changes: Option<Base>,
    /// Its Markdown documents.
    pub documents: Vec<String>,
    /// Its files of cases.
    pub cases: Vec<String>,
}

/// What may say which dialect a package is in.
pub struct Places<'a> {
    /// All paths.
    pub paths: &'a [String],
    /// The text of a document that [`is_marker`] names.
    pub text: &'a dyn Fn(&str) -> Option<&'a str>,
    /// Dialects that the settings give to folders.
    pub dialects: &'a BTreeMap<String, Dialect>,
}

impl Places<'_> {
    /// Whether a folder holds a file of a name.
    pub(crate) fn has(&self, folder: &str, name: &str) -> bool {
        self.paths.binary_search(&join(folder, name)).is_ok()
    }
}

/// The folders that are known to be packages.
#[derive(Default)]
pub(crate) struct Roots {
    found: BTreeMap<String, (Dialect, Option<Base>)>,
}

impl Roots {
    /// Makes a folder a package, if it is none yet.
    pub(crate) fn add(&mut self, root: &str, dialect: Dialect) {
        self.found.entry(root.to_string()).or_insert((dialect, None));
    }

    /// Makes a folder a change to another, if it is no package yet.
    pub(crate) fn add_change(&mut self, root: &str, dialect: Dialect, base: Base) {
        self.found
            .entry(root.to_string())
            .or_insert((dialect, Some(base)));
    }

    /// How a folder is written that is known to be a package.
    pub(crate) fn dialect(&self, folder: &str) -> Option<Dialect> {
        self.found.get(folder).map(|(dialect, _)| *dialect)
    }

    /// Whether files of other dialects' names mean nothing in a folder: it is a package, or lies in one that keeps its
    /// own files below it.
    pub(crate) fn is_taken(&self, folder: &str) -> bool {
        let keeps_all = |above| self.dialect(above) == Some(Dialect::OpenSpec);
        self.found.contains_key(folder) || ancestors(folder).any(keeps_all)
    }
}

/// The packages among some texts: [`discover`] for callers whose files are all at hand.
pub fn discover_in(sources: &Sources) -> Vec<PackageFiles> {
    let texts: BTreeMap<&str, &str> = sources
        .iter()
        .map(|(_, source)| (source.path.as_str(), source.text.as_str()))
        .collect();
    let paths: Vec<String> = texts.keys().map(ToString::to_string).collect();
    let places = Places {
        paths: &paths,
        text: &|path| texts.get(path).copied(),
        dialects: &BTreeMap::new(),
    };
    discover(&places, &[])
}

/// Whether a file is a spec that makes its folder a package.
pub fn is_spec(path: &str) -> bool {
    file_name(path) == "SPEC.md"
}

/// Whether a document's text may say which dialect its folder is in.
pub fn is_marker(path: &str) -> bool {
    matches!(
        file_name(path),
        "spec.md" | "requirements.md" | "bugfix.md" | "tasks.md" | "proposal.md"
    )
}

/// Whether a file is a Markdown document.
pub fn is_document(path: &str) -> bool {
    let name = file_name(path).to_ascii_lowercase();
    name.ends_with(".md") || name.ends_with(".markdown")
}

/// Whether a file holds golden cases.
pub fn is_cases(path: &str) -> bool {
    matches!(
        file_name(path).to_ascii_lowercase().as_str(),
        "tests.yaml" | "tests.yml" | "cases.yaml" | "cases.yml"
    )
}

/// Whether a file belongs to a package once its folder is one.
pub fn is_package_file(path: &str) -> bool {
    is_document(path) || is_cases(path)
}

/// The last part of a path.
pub fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The folder of a path, without a trailing `/`; empty for a bare file name.
pub fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// How a folder is written among paths that exist: `specs/`, and `./` for the current one.
pub fn as_folder(path: &str) -> String {
    let path = if path.is_empty() { "." } else { path };
    format!("{path}/")
}

/// A relative path from a folder, without `.` and `..`; nothing where it leaves the tree or is absolute.
pub(crate) fn from_folder(folder: &str, path: &str) -> Option<String> {
    if path.starts_with('/') {
        return None;
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/').filter(|part| !matches!(*part, "" | ".")) {
        if part == ".." {
            parts.pop()?;
        } else {
            parts.push(part);
        }
    }
    Some(parts.join("/"))
}

/// Groups files into packages: a folder that is written as a dialect has it is a package, and holds what lies below it
/// down to the next one. A document in `alone` that lies in no package is a package of its own.
pub fn discover(places: &Places<'_>, alone: &[String]) -> Vec<PackageFiles> {
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
fn roots(places: &Places<'_>) -> Roots {
    let mut roots = Roots::default();
    for (root, dialect) in places.dialects {
        roots.add(root, *dialect);
    }
    for path in places.paths.iter().filter(|path| is_spec(path)) {
        roots.add(folder(path), Dialect::Ghost);
    }
    dialects::detect(places, &mut roots);
    roots
}

/// A path below a folder.
pub(crate) fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() {
        name.to_string()
    } else {
        format!("{folder}/{name}")
    }
}

fn package(root: &str, dialect: Dialect, changes: Option<Base>) -> PackageFiles {
    let name = file_name(root);
    PackageFiles {
        root: root.to_string(),
        name: name.strip_suffix(".md").unwrap_or(name).to_string(),
        dialect,
        changes,
        documents: Vec::new(),
        cases: Vec::new(),
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
        let same = packages
            .iter_mut()
            .filter(|package| package.dialect != Dialect::Ghost && taken.contains(&package.name));
        for package in same {
            let parts: Vec<&str> = package.root.split('/').collect();
            let from = parts.len().saturating_sub(depth);
            package.name = parts.get(from..).unwrap_or_default().join("/");
        }
    }
}

fn add(package: &mut PackageFiles, path: &str) {
    if is_document(path) {
        package.documents.push(path.to_string());
    } else if is_cases(path) {
        package.cases.push(path.to_string());
    }
}

fn sorted(mut files: PackageFiles) -> PackageFiles {
    files.documents.sort();
    files.documents.dedup();
    files.cases.sort();
    files.cases.dedup();
    files
}

/// The folders that hold a path, the nearest first, down to the empty one.
fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    let mut next = Some(folder(path));
    std::iter::from_fn(move || {
        let folder_now = next?;
        next = (!folder_now.is_empty()).then(|| folder(folder_now));
        Some(folder_now)
    })
}

#[cfg(test)]
mod tests;
