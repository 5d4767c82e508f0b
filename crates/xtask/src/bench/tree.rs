//! Generates large trees of specs: our own, copied under other names. The same bytes on every machine.

use crate::project;
use std::fs;
use std::path::{Path, PathBuf};

/// A generated tree.
pub(crate) struct SpecTree {
    pub(crate) folder: PathBuf,
    pub(crate) files: usize,
    pub(crate) bytes: usize,
}

/// The tree of at least that many bytes; one of an earlier run is used again when it is of the same specs.
pub(crate) fn generate(scratch: &Path, bytes: usize) -> Result<SpecTree, String> {
    let specs = specs()?;
    let folder = scratch.join(format!("specs-{}-MB", bytes / 1_000_000));
    let stamp = folder.with_extension("stamp");
    let copies = plan(&specs, bytes);
    let tree = SpecTree {
        files: copies.len(),
        bytes: copies.iter().map(|(_, text)| text.len()).sum(),
        folder,
    };
    let mut hasher = blake3::Hasher::new();
    for (name, text) in &copies {
        hasher.update(name.as_bytes()).update(text.as_bytes());
    }
    let hash = hasher.finalize().to_hex().to_string();
    if fs::read_to_string(&stamp).is_ok_and(|stamped| stamped == hash) {
        return Ok(tree);
    }
    if tree.folder.exists() {
        fs::remove_dir_all(&tree.folder)
            .map_err(|error| format!("cannot empty {}: {error}", tree.folder.display()))?;
    }
    for (name, text) in &copies {
        let package = tree.folder.join(name);
        fs::create_dir_all(&package)
            .and_then(|()| fs::write(package.join("SPEC.md"), text))
            .map_err(|error| format!("cannot write {}: {error}", package.display()))?;
    }
    fs::write(&stamp, hash).map_err(|error| format!("cannot write {}: {error}", stamp.display()))?;
    Ok(tree)
}

/// Our specs: the name of the package, and the text.
fn specs() -> Result<Vec<(String, String)>, String> {
    let folder = project::root().join("specs");
    let entries =
        fs::read_dir(&folder).map_err(|error| format!("cannot read {}: {error}", folder.display()))?;
    let mut specs: Vec<(String, String)> = entries
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let name = path.file_name()?.to_string_lossy().into_owned();
            Some((name, fs::read_to_string(path.join("SPEC.md")).ok()?))
        })
        .collect();
    specs.sort();
    if specs.is_empty() {
        Err(format!("there are no specs in {}", folder.display()))
    } else {
        Ok(specs)
    }
}

/// The packages of a tree of at least that many bytes: name and text.
fn plan(specs: &[(String, String)], bytes: usize) -> Vec<(String, String)> {
    let mut total = 0;
    let copies = specs.iter().cycle().enumerate().map(|(number, (name, text))| {
        let copy = format!("{name}-{number:06}");
        let text = rename(text, name, &copy);
        (copy, text)
    });
    copies
        .take_while(|(_, text)| {
            let wanted = total < bytes;
            total += text.len();
            wanted
        })
        .collect()
}

/// Gives a spec another name, in its front matter and its title.
fn rename(text: &str, name: &str, copy: &str) -> String {
    let number = copy
        .strip_prefix(name)
        .unwrap_or_default()
        .trim_start_matches('-');
    let mut titled = false;
    let lines = text.lines().map(|line| match line.strip_prefix("# ") {
        Some(title) if !titled => {
            titled = true;
            format!("# {title} {number}\n")
        }
        _ if line == format!("name: {name}") => format!("name: {copy}\n"),
        _ => format!("{line}\n"),
    });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_have_names_of_their_own_and_fill_the_size() {
        let text = "---\nname: a\n---\n# A\n\n# B\n".to_string();
        let copies = plan(&[("a".to_string(), text)], 70);
        assert_eq!(copies.len(), 2);
        let second = (
            "a-000001".to_string(),
            "---\nname: a-000001\n---\n# A 000001\n\n# B\n".to_string(),
        );
        assert_eq!(copies.last(), Some(&second));
    }
}
