//! The dependencies of the crates, from their `Cargo.toml`.
//!
//! Reads only the form that the house uses, one dependency a line; [`super::dependencies`] reports any other.

use super::Tree;
use super::rust::numbered;

/// One dependency of one crate.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Dependency<'a> {
    pub(crate) path: &'a str,
    pub(crate) line: usize,
    /// The crate's folder below `crates`.
    pub(crate) user: &'a str,
    pub(crate) name: &'a str,
    /// The rest of the line after the name.
    pub(crate) value: &'a str,
    /// Whether it is one of tests, examples and benchmarks only.
    pub(crate) dev: bool,
}

/// Every dependency of every crate.
pub(crate) fn dependencies(tree: &Tree) -> Vec<Dependency<'_>> {
    let mut all = Vec::new();
    for (path, text) in tree.files("crates/", "/Cargo.toml") {
        let Some(user) = path
            .strip_prefix("crates/")
            .and_then(|path| path.strip_suffix("/Cargo.toml"))
        else {
            continue;
        };
        let sections = entries(text, |section| section.ends_with("dependencies"));
        all.extend(sections.map(|(section, line, name, value)| {
            let dev = section.ends_with("dev-dependencies");
            Dependency {
                path,
                line,
                user,
                name,
                value,
                dev,
            }
        }));
    }
    all
}

/// The dependencies that the workspace offers to its crates: line and name.
pub(crate) fn offered(tree: &Tree) -> Vec<(usize, &str)> {
    let text = tree.files.get("Cargo.toml").map_or("", String::as_str);
    entries(text, |section| section == "workspace.dependencies")
        .map(|(_, line, name, _)| (line, name))
        .collect()
}

fn entries(text: &str, wanted: fn(&str) -> bool) -> impl Iterator<Item = (&str, usize, &str, &str)> {
    let mut section = "";
    numbered(text).filter_map(move |(number, line)| {
        let line = line.trim();
        if let Some(header) = line.strip_prefix('[') {
            section = header.trim_end_matches(']');
            return None;
        }
        if line.is_empty() || line.starts_with('#') || !wanted(section) {
            return None;
        }
        let end = line.find(['.', ' ', '=']).unwrap_or(line.len());
        let (name, value) = line.split_at_checked(end)?;
        Some((section, number, name, value))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_of_dependencies_are_read() {
        let tree = Tree::fixture(
            "
            //- /crates/a/Cargo.toml
            [package]
            name = \"a\"
            [dependencies]
            # why
            b.workspace = true
            [target.'cfg(unix)'.dev-dependencies]
            c = \"1\"
            //- /Cargo.toml
            [workspace.dependencies]
            b = { version = \"1\" }
            ",
        );
        let found: Vec<(usize, &str, &str, bool)> = dependencies(&tree)
            .iter()
            .map(|found| (found.line, found.user, found.name, found.dev))
            .collect();
        assert_eq!(found, [(5, "a", "b", false), (7, "a", "c", true)]);
        assert_eq!(offered(&tree), [(2, "b")]);
    }
}
