//! The OpenSpec trees of the corpora, as projects that the validator reads whole.

use crate::folder;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The texts of a project by path.
pub(super) type Files = BTreeMap<String, String>;

/// Every folder with `specs` and `changes`, and every pair of states with the changes between them.
///
/// A change that is archived is passed over by the validator, so each tree that has some is there once more with all of
/// them still to be made.
pub(super) fn of(corpora: &Path) -> Result<Vec<(String, Files)>, String> {
    let mut found = Vec::new();
    let mut open = vec![corpora.join("docs/openspec")];
    while let Some(at) = open.pop() {
        let name = at.strip_prefix(corpora).unwrap_or(&at).display().to_string();
        let [specs, changes] = [at.join("specs"), at.join("changes")];
        if specs.is_dir() && changes.is_dir() {
            let tree = project(&[(&specs, "specs"), (&changes, "changes")])?;
            let undone: Files = tree
                .iter()
                .map(|(path, text)| (revived(path), text.clone()))
                .collect();
            if undone != tree {
                found.push((format!("{name} with archived changes"), undone));
            }
            found.push((name, tree));
        } else if at.join("before").is_dir() && at.join("deltas").is_dir() {
            let (before, deltas) = (at.join("before"), at.join("deltas"));
            found.push((
                format!("{name} before"),
                project(&[(&before, "specs"), (&deltas, "changes")])?,
            ));
            found.push((format!("{name} after"), project(&[(&at.join("after"), "specs")])?));
        } else {
            open.extend(folder::folders(&at)?);
        }
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(found)
}

/// The path of a change that is taken from the archive: its name without the day.
fn revived(path: &str) -> String {
    let Some(rest) = path.strip_prefix("openspec/changes/archive/") else {
        return path.to_string();
    };
    let (name, below) = rest.split_once('/').unwrap_or((rest, ""));
    let bare = name.trim_start_matches(|c: char| c.is_ascii_digit() || c == '-');
    format!("openspec/changes/{bare}/{below}")
}

/// The path of a file of a change: a pair of states has the deltas of a change and not the `specs` that they lie in.
fn within_change(path: &str) -> String {
    let home = path
        .strip_prefix("openspec/changes/")
        .and_then(|rest| rest.split_once('/'));
    match home {
        Some((name, below))
            if name != "archive" && below.ends_with("/spec.md") && !below.starts_with("specs/") =>
        {
            format!("openspec/changes/{name}/specs/{below}")
        }
        _ => path.to_string(),
    }
}

/// A project of some folders, each at its place below `openspec`.
fn project(parts: &[(&Path, &str)]) -> Result<Files, String> {
    let mut files = Files::new();
    files.insert(
        "openspec/config.yaml".to_string(),
        "schema: spec-driven\n".to_string(),
    );
    for (from, to) in parts {
        for path in folder::files(from)? {
            let below = path.strip_prefix(from).unwrap_or(&path);
            if let Ok(text) = fs::read_to_string(&path) {
                files.insert(within_change(&format!("openspec/{to}/{}", below.display())), text);
            }
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_archived_change_becomes_one_that_is_to_be_made() {
        assert_eq!(
            revived("openspec/changes/archive/2025-01-02-a-b/specs/c/spec.md"),
            "openspec/changes/a-b/specs/c/spec.md"
        );
        assert_eq!(
            revived("openspec/changes/a-b/tasks.md"),
            "openspec/changes/a-b/tasks.md"
        );
    }
}
