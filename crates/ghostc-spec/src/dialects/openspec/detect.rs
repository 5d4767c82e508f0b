//! Where OpenSpec keeps things: `specs/<capability>/spec.md` beside `changes/<change>/specs/<capability>/spec.md`.

use crate::layout::{FilePaths, Roots, file_name, folder, is_document};
use crate::library::{Base, Dialect};
use std::collections::{BTreeMap, BTreeSet};

/// Adds the trees of capabilities and the changes to them.
pub(in crate::dialects) fn detect(places: &FilePaths<'_>, roots: &mut Roots) {
    let mut trees: Vec<String> = Vec::new();
    let mut changes: Vec<String> = Vec::new();
    for path in places.paths.iter().filter(|path| file_name(path) == "spec.md") {
        let text = (places.text)(path).unwrap_or_default();
        let home = enclosing(path);
        match kind(text) {
            // No change lies right below it: its specs hold, whatever their headings say.
            Some(Kind::Delta) if file_name(&home) == "openspec" => trees.push(home),
            Some(Kind::Delta) => changes.push(home),
            Some(Kind::Main) if is_in_changes(&home) => changes.push(home),
            Some(Kind::Main) => trees.push(home),
            // Of what says nothing yet, the place has to.
            None if file_name(&home) == "openspec" => trees.push(home),
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
    // Early changes are told by their place alone, and so are those whose deltas lie where nothing reads them.
    for path in places.paths {
        let home = match file_name(path) {
            "tasks.md" | "proposal.md" => folder(path).to_string(),
            _ if is_below_specs(path) => enclosing(path),
            _ => continue,
        };
        let tree = tree_of(&home);
        if is_in_changes(&home) && trees.binary_search_by(|known| known.as_str().cmp(tree)).is_ok() {
            changes.push(home);
        }
    }
    // A tree that has only changes yet.
    let ungrown = changes.iter().filter(|change| is_in_changes(change));
    trees.extend(ungrown.map(|change| tree_of(change).to_string()));
    for tree in &trees {
        roots.add(tree, Dialect::OpenSpec);
    }
    let mut bases: BTreeMap<String, String> = BTreeMap::new();
    for change in changes {
        let archived = file_name(folder(&change)) == "archive";
        let root = if is_in_changes(&change) {
            tree_of(&change).to_string()
        } else {
            let home = folder(&change);
            let base = bases.entry(home.to_string());
            base.or_insert_with(|| nearest(home, &trees, places)).clone()
        };
        roots.add_change(&change, Dialect::OpenSpec, Base { root, archived });
    }
}

enum Kind {
    Main,
    Delta,
}

/// What a `spec.md` is, by its headings. A whole spec may keep a list of what was removed from it.
fn kind(text: &str) -> Option<Kind> {
    let (mut main, mut delta, mut named) = (false, false, false);
    for (level, title) in titles(text) {
        if level == 2 {
            main |= title.eq_ignore_ascii_case("requirements");
            delta |= DELTAS.iter().any(|known| title.eq_ignore_ascii_case(known));
        }
        named |= level == 3 && starts_requirement(title);
        // Nothing further down makes anything else of it, and most specs say so in their first lines.
        if main && named {
            return Some(Kind::Main);
        }
    }
    if delta {
        Some(Kind::Delta)
    } else {
        named.then_some(Kind::Main)
    }
}

fn starts_requirement(title: &str) -> bool {
    let word = title.get(.."requirement:".len());
    word.is_some_and(|word| word.eq_ignore_ascii_case("requirement:"))
}

const DELTAS: [&str; 4] = [
    "added requirements",
    "modified requirements",
    "removed requirements",
    "renamed requirements",
];

/// The levels and texts of a document's headings.
fn titles(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut fenced = false;
    text.lines().filter_map(move |line| {
        fenced ^= line.trim_start().starts_with("```");
        let title = line.trim_start_matches('#');
        let level = line.len() - title.len();
        (level > 0 && !fenced).then(|| (level, title.trim()))
    })
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

/// Whether a document that is no `spec.md` lies where a change keeps its deltas.
fn is_below_specs(path: &str) -> bool {
    is_document(path) && file_name(path) != "spec.md" && path.contains("changes/") && path.contains("/specs/")
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

/// The tree that changes in a folder of another name are made to: the nearest one beside it. Of several states of a tree
/// it is the one that has the least of what the changes name.
fn nearest(home: &str, trees: &[String], places: &FilePaths<'_>) -> String {
    let shared = |tree: &String| {
        let pairs = tree.split('/').zip(home.split('/'));
        pairs.take_while(|(a, b)| a == b).count()
    };
    let most = trees.iter().map(shared).max();
    let near: Vec<&String> = trees.iter().filter(|tree| Some(shared(tree)) == most).collect();
    let nearest = match near.as_slice() {
        [] | [_] => near.first().copied(),
        several => several
            .iter()
            .copied()
            .min_by_key(|tree| there_already(home, tree, places)),
    };
    nearest.map_or_else(|| home.to_string(), ToString::to_string)
}

/// How many of the requirements and scenarios that the changes in a folder name a tree has already.
fn there_already(home: &str, tree: &str, places: &FilePaths<'_>) -> usize {
    let inside = format!("{home}/");
    let first = places
        .paths
        .partition_point(|path| path.as_str() < inside.as_str());
    let own = places.paths.iter().skip(first);
    let counts = own
        .map_while(|path| Some((path, path.strip_prefix(&inside)?.split_once('/')?.1)))
        .filter(|(path, _)| file_name(path) == "spec.md")
        .map(|(path, below)| {
            let known = names(&format!("{tree}/{below}"), places);
            names(path, places).intersection(&known).count()
        });
    counts.sum()
}

/// The names of requirements and scenarios in a document.
fn names<'a>(path: &str, places: &FilePaths<'a>) -> BTreeSet<&'a str> {
    let text = (places.text)(path).unwrap_or_default();
    let named = titles(text).filter(|(level, _)| matches!(level, 3 | 4));
    named.map(|(_, title)| title).collect()
}
