//! Which files make up which package: paths in, packages out.

use std::collections::BTreeMap;

/// The files of one package, by path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PackageFiles {
    /// Its folder, with `/`; empty for the current one. A single document given by name is its own root.
    pub root: String,
    /// Its Markdown documents.
    pub documents: Vec<String>,
    /// Its files of cases.
    pub cases: Vec<String>,
}

/// Whether a file is a spec that makes its folder a package.
pub fn is_spec(path: &str) -> bool {
    file_name(path) == "SPEC.md"
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

/// Groups files into packages: a folder with a `SPEC.md` is a package, and holds what lies below it down to the next one.
/// A document in `alone` that lies in no package is a package of its own.
pub fn discover(paths: &[String], alone: &[String]) -> Vec<PackageFiles> {
    let mut packages: BTreeMap<&str, PackageFiles> = BTreeMap::new();
    for path in paths.iter().filter(|path| is_spec(path)) {
        packages.entry(folder(path)).or_default();
    }
    for path in paths {
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
            add(packages.entry(path).or_default(), path);
        }
    }
    packages
        .into_iter()
        .map(|(root, files)| sorted(root, files))
        .collect()
}

fn add(package: &mut PackageFiles, path: &str) {
    if is_document(path) {
        package.documents.push(path.to_string());
    } else if is_cases(path) {
        package.cases.push(path.to_string());
    }
}

fn sorted(root: &str, mut files: PackageFiles) -> PackageFiles {
    files.root = root.to_string();
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
mod tests {
    use super::*;

    #[test]
    fn a_folder_with_a_spec_is_a_package_and_nested_ones_keep_their_own_files() {
        let paths: Vec<String> = [
            "a/SPEC.md",
            "a/docs/more.md",
            "a/tests.yaml",
            "a/b/SPEC.md",
            "a/b/README.md",
            "c/notes.md",
            "a/x.txt",
        ]
        .map(str::to_string)
        .to_vec();
        let found = discover(&paths, &["c/notes.md".to_string()]);
        let roots: Vec<_> = found
            .iter()
            .map(|p| (p.root.as_str(), p.documents.len(), p.cases.len()))
            .collect();
        assert_eq!(roots, [("a", 2, 1), ("a/b", 2, 0), ("c/notes.md", 1, 0)]);
    }
}
