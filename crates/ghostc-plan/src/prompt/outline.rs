//! A tree of code in a few lines: each file with its size and what it offers to others; what is much is told by folder.

use crate::target::ProgramTarget;
use std::collections::BTreeMap;

/// How many lines an outline has at most.
const LONGEST: usize = 120;
/// How many names of a file it shows.
const NAMES: usize = 16;

/// The outline of a tree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Outline {
    /// A line for each file that is told by itself.
    pub(super) files: Vec<String>,
    /// A line for each folder that is told as a whole, and how many files are in none of the lines.
    pub(super) folders: Vec<String>,
}

/// What is told of some files.
struct OutlineEntry {
    /// The file, or the folder with a slash behind it.
    path: String,
    files: usize,
    lines: usize,
}

/// The outline of a tree, by path.
pub(super) fn outline(tree: &BTreeMap<String, String>, program: &ProgramTarget) -> Outline {
    let files = tree.iter().map(|(path, text)| OutlineEntry {
        path: path.clone(),
        files: 1,
        lines: text.lines().count(),
    });
    let mut entries: Vec<OutlineEntry> = files.collect();
    // The deepest folders are told as a whole first, until what is left is short.
    let depth = |path: &str| path.trim_end_matches('/').matches('/').count();
    let mut deepest = entries.iter().map(|entry| depth(&entry.path)).max().unwrap_or(0);
    while entries.len() > LONGEST && deepest > 0 {
        entries = folded(entries, |path| depth(path) >= deepest);
        deepest -= 1;
    }
    let left_out = entries.len().saturating_sub(LONGEST);
    entries.truncate(LONGEST);
    let mut outline = Outline::default();
    for entry in entries {
        let size = plural(entry.lines, "line");
        match tree.get(&entry.path) {
            Some(text) => {
                let names = shown(&program.public_names(text));
                outline.files.push(format!("`{}`, {size}{names}", entry.path));
            }
            None => outline.folders.push(format!(
                "`{}`, {}, {size} in all, not listed here",
                entry.path,
                plural(entry.files, "file")
            )),
        }
    }
    if left_out > 0 {
        outline
            .folders
            .push(format!("and {}, not listed here", plural(left_out, "more file")));
    }
    outline
}

/// The same entries with those that are deep put together by folder.
fn folded(entries: Vec<OutlineEntry>, is_deep: impl Fn(&str) -> bool) -> Vec<OutlineEntry> {
    let mut by_path: BTreeMap<String, OutlineEntry> = BTreeMap::new();
    for entry in entries {
        let folder = entry.path.trim_end_matches('/').rsplit_once('/');
        let path = match folder {
            Some((folder, _)) if is_deep(&entry.path) => format!("{folder}/"),
            _ => entry.path.clone(),
        };
        let known = by_path.entry(path.clone()).or_insert(OutlineEntry {
            path,
            files: 0,
            lines: 0,
        });
        known.files += entry.files;
        known.lines += entry.lines;
    }
    by_path.into_values().collect()
}

fn shown(names: &[String]) -> String {
    if names.is_empty() {
        return String::new();
    }
    let some: Vec<String> = names.iter().take(NAMES).map(|name| format!("`{name}`")).collect();
    let more = names.len().saturating_sub(NAMES);
    let more = if more > 0 {
        format!(" and {more} more")
    } else {
        String::new()
    };
    format!(": {}{more}", some.join(", "))
}

fn plural(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::target::{Target, built_in_templates};

    fn outline_of(files: impl Iterator<Item = (String, String)>) -> Outline {
        let python = Target::load("python", &built_in_templates()).expect("sound");
        outline(&files.collect(), python.program().expect("built in"))
    }

    #[test]
    fn each_file_is_told_with_its_size_and_its_names() {
        let names: String = (0..20).map(|n| format!("def f{n}():\n    pass\n")).collect();
        let files = [
            ("a/x.py", "def run():\n    pass\n"),
            ("run.py", ""),
            ("z.py", &names),
        ];
        let found = outline_of(
            files
                .iter()
                .map(|(path, text)| (path.to_string(), text.to_string())),
        );
        assert_eq!(
            found.files[..2],
            ["`a/x.py`, 2 lines: `run`", "`run.py`, 0 lines"]
        );
        assert!(found.files[2].ends_with("`f15` and 4 more"), "{:?}", found.files);
        assert_eq!(found.folders, Vec::<String>::new());
    }

    #[test]
    fn a_large_tree_is_cut_by_folder_and_what_was_cut_is_said() {
        let deep = (0..100).map(|n| (format!("app/parts/{n:03}.py"), "x = 1\n".to_string()));
        let flat = (0..50).map(|n| (format!("app/{n:03}.py"), "x = 1\n".to_string()));
        let found = outline_of(deep.chain(flat));
        assert_eq!(found.files.len(), 50);
        assert_eq!(
            found.folders,
            ["`app/parts/`, 100 files, 100 lines in all, not listed here"]
        );
        let all = (0..500).map(|n| (format!("{n:03}.py"), String::new()));
        let found = outline_of(all);
        assert_eq!((found.files.len(), found.folders.len()), (LONGEST, 1));
        assert_eq!(found.folders, ["and 380 more files, not listed here"]);
    }
}
