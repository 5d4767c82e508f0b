//! Names through renames: what files and folders were called before a commit.

use super::commits::TouchedFile;
use crate::repository::{Tree, lies_in};
use std::collections::BTreeMap;

/// What files that a commit renamed were called before, by what they are called since. A name in other letters is another
/// one of the same file, however much of it changed.
pub(super) fn renames(touched: &[TouchedFile]) -> BTreeMap<&str, &str> {
    let both = touched
        .iter()
        .filter_map(|touched| Some((touched.new.as_ref()?, touched.old.as_ref()?)));
    let moved = both.map(|(new, old)| (new.path.as_str(), old.path.as_str()));
    let mut renames: BTreeMap<&str, &str> = moved.filter(|(new, old)| new != old).collect();
    let gone = touched.iter().filter(|touched| touched.new.is_none());
    let gone = gone.filter_map(|touched| touched.old.as_ref());
    let gone: BTreeMap<String, &str> = gone
        .map(|old| (old.path.to_lowercase(), old.path.as_str()))
        .collect();
    let came = touched.iter().filter(|touched| touched.old.is_none());
    for new in came.filter_map(|touched| touched.new.as_ref()) {
        if let Some(old) = gone.get(&new.path.to_lowercase()) {
            renames.insert(&new.path, old);
        }
    }
    renames
}

/// What some files and folders were called before a commit; `before` are the files that there were then. A folder was
/// called something else where no file of it was there and one of its files comes from a folder of another name.
pub(super) fn before(paths: &[String], touched: &[TouchedFile], before: &Tree) -> Vec<String> {
    let renames = renames(touched);
    let older = |path: &String| {
        if let Some(old) = renames.get(path.as_str()) {
            return (*old).to_string();
        }
        if before.keys().any(|file| lies_in(file, path)) {
            return path.clone();
        }
        let folder = renames.iter().find_map(|(new, old)| {
            let rest = new.strip_prefix(path.trim_end_matches('/'))?;
            let folder = old.strip_suffix(rest)?;
            (rest.starts_with('/') && !folder.is_empty()).then(|| folder.to_string())
        });
        folder.unwrap_or_else(|| path.clone())
    };
    paths.iter().map(older).collect()
}

#[cfg(test)]
mod tests {
    use super::super::commits::FileAtCommit;
    use super::*;

    fn moved(old: &str, new: &str) -> TouchedFile {
        let entry = |path: &str| {
            Some(FileAtCommit {
                path: path.to_string(),
                blob: String::new(),
            })
        };
        TouchedFile {
            old: entry(old),
            new: entry(new),
        }
    }

    #[test]
    fn a_name_in_other_letters_is_of_the_same_file() {
        let one = |old: Option<&str>, new: Option<&str>| {
            let entry = |path: &str| FileAtCommit {
                path: path.to_string(),
                blob: String::new(),
            };
            TouchedFile {
                old: old.map(entry),
                new: new.map(entry),
            }
        };
        let touched = [
            one(Some("docs/wire.md"), None),
            one(None, Some("docs/Wire.md")),
            one(None, Some("docs/new.md")),
        ];
        assert_eq!(
            renames(&touched),
            BTreeMap::from([("docs/Wire.md", "docs/wire.md")])
        );
    }

    #[test]
    fn files_and_folders_are_followed_to_their_old_names() {
        let tree = Tree::from([
            ("old/SPEC.md".to_string(), String::new()),
            ("kept/a.md".to_string(), String::new()),
        ]);
        let touched = [
            moved("old/SPEC.md", "new/SPEC.md"),
            moved("kept/b.md", "kept/c.md"),
        ];
        let names = ["new", "new/SPEC.md", "kept", "kept/c.md", "gone"].map(str::to_string);
        assert_eq!(
            before(&names, &touched, &tree),
            ["old", "old/SPEC.md", "kept", "kept/b.md", "gone"]
        );
    }
}
