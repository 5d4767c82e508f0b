//! Where OpenSpec keeps things: `specs/<capability>/spec.md` beside `changes/<change>/specs/<capability>/spec.md`.

use crate::layout::{Places, Roots, file_name, folder};
use crate::library::{Base, Dialect};

/// Adds the trees of capabilities and the changes to them.
pub(in crate::dialects) fn detect(places: &Places<'_>, roots: &mut Roots) {
    let mut trees: Vec<String> = Vec::new();
    let mut changes: Vec<String> = Vec::new();
    for path in places.paths.iter().filter(|path| file_name(path) == "spec.md") {
        let text = (places.text)(path).unwrap_or_default();
        let home = enclosing(path);
        match kind(text) {
            Some(Kind::Delta) => changes.push(home),
            Some(Kind::Main) if is_in_changes(&home) => changes.push(home),
            Some(Kind::Main) => trees.push(home),
            None => {}
        }
    }
    trees.sort();
    trees.dedup();
    for path in places
        .paths
        .iter()
        .filter(|path| file_name(path) == "proposal.md")
    {
        let home = folder(path).to_string();
        let text = (places.text)(path).unwrap_or_default();
        if is_in_changes(&home) && text.lines().any(|line| line.trim_end() == "## Why") {
            changes.push(home);
        }
    }
    // Early changes are told by their place alone.
    for path in places.paths.iter().filter(|path| file_name(path) == "tasks.md") {
        let home = folder(path);
        if is_in_changes(home)
            && trees
                .binary_search_by(|tree| tree.as_str().cmp(tree_of(home)))
                .is_ok()
        {
            changes.push(home.to_string());
        }
    }
    // A tree that has only changes yet.
    let ungrown = changes.iter().filter(|change| is_in_changes(change));
    trees.extend(ungrown.map(|change| tree_of(change).to_string()));
    for tree in &trees {
        roots.add(tree, Dialect::OpenSpec);
    }
    for change in changes {
        let archived = file_name(folder(&change)) == "archive";
        let root = base_of(&change, &trees);
        roots.add_change(&change, Dialect::OpenSpec, Base { root, archived });
    }
}

enum Kind {
    Main,
    Delta,
}

/// What a `spec.md` is, by its headings.
fn kind(text: &str) -> Option<Kind> {
    let mut main = false;
    for line in text.lines().filter(|line| line.starts_with('#')) {
        let title = line.trim_start_matches('#').trim();
        let level = line.len() - line.trim_start_matches('#').len();
        let folded = title.to_ascii_lowercase();
        let delta = ["added", "modified", "removed", "renamed"]
            .iter()
            .any(|op| folded == format!("{op} requirements"));
        if level == 2 && delta {
            return Some(Kind::Delta);
        }
        main |= level == 3 && folded.starts_with("requirement:");
    }
    main.then_some(Kind::Main)
}

/// The folder that holds the folder of a capability: what stands before `specs`, else two levels up.
fn enclosing(path: &str) -> String {
    let parts: Vec<&str> = path.split('/').collect();
    let folders = parts.split_last().map_or(&[][..], |(_, folders)| folders);
    let change = folders
        .windows(3)
        .position(|at| matches!(at, ["changes", _, "specs"]));
    let archived = folders
        .windows(4)
        .position(|at| matches!(at, ["changes", "archive", _, "specs"]));
    let end = match (archived, change) {
        (Some(at), _) => at + 3,
        (None, Some(at)) => at + 2,
        (None, None) => {
            let specs = folders.iter().position(|part| *part == "specs");
            specs.unwrap_or(folders.len().saturating_sub(1))
        }
    };
    folders.get(..end).unwrap_or_default().join("/")
}

/// Whether a folder is a change by its place: `changes/<change>` or `changes/archive/<change>`.
fn is_in_changes(home: &str) -> bool {
    let above = folder(home);
    let above = above.strip_suffix("/archive").unwrap_or(above);
    file_name(above) == "changes"
}

/// The folder that `changes` lies in.
fn tree_of(change: &str) -> &str {
    let above = folder(change);
    let above = above.strip_suffix("/archive").unwrap_or(above);
    folder(above)
}

/// What a change is made to: the tree that `changes` lies in, else the nearest one beside it.
fn base_of(change: &str, trees: &[String]) -> String {
    if is_in_changes(change) {
        return tree_of(change).to_string();
    }
    let shared = |tree: &&String| {
        let pairs = tree.split('/').zip(change.split('/'));
        pairs.take_while(|(a, b)| a == b).count()
    };
    let nearest = trees.iter().rev().max_by_key(shared);
    nearest.cloned().unwrap_or_else(|| folder(change).to_string())
}
