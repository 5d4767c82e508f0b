//! One string into many files, so that a test shows a whole project in one place.
//!
//! A line `//- /path/in/project` starts a file, which goes on to the next such line.
//! Indentation that all lines share is taken away first, so a fixture may be indented like the code around it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

const MARK: &str = "//- /";

/// The files of a fixture: path without the leading `/`, and text.
///
/// # Panics
///
/// When there is text before the first file, or one path occurs twice.
pub fn parse(text: &str) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    let mut current = None;
    for line in dedent(text) {
        if let Some(path) = line.strip_prefix(MARK) {
            let path = path.trim_end().to_string();
            let earlier = files.insert(path.clone(), String::new());
            assert!(earlier.is_none(), "the fixture has `/{path}` twice");
            current = Some(path);
        } else if let Some(body) = current.as_ref().and_then(|path| files.get_mut(path)) {
            body.push_str(line);
            body.push('\n');
        } else {
            assert!(
                line.trim().is_empty(),
                "the fixture has text before its first `{MARK}…` line: `{line}`"
            );
        }
    }
    files
}

/// Writes files below a folder, and makes the folders they need.
///
/// # Panics
///
/// When a file cannot be written.
pub fn write_to(files: &BTreeMap<String, String>, folder: &Path) {
    for (path, text) in files {
        let path = folder.join(path);
        let parent = path.parent().unwrap_or(folder);
        fs::create_dir_all(parent)
            .unwrap_or_else(|error| panic!("cannot make {}: {error}", parent.display()));
        fs::write(&path, text).unwrap_or_else(|error| panic!("cannot write {}: {error}", path.display()));
    }
}

/// The lines without the indentation that all of them share; the last one is dropped where it is only indentation.
fn dedent(text: &str) -> Vec<&str> {
    let mut lines: Vec<&str> = text.split('\n').collect();
    if lines.last().is_some_and(|line| line.trim().is_empty()) {
        lines.pop();
    }
    let indent = |line: &&str| line.len() - line.trim_start_matches(' ').len();
    let shared = lines
        .iter()
        .filter(|line| !line.trim().is_empty())
        .map(indent)
        .min()
        .unwrap_or(0);
    lines
        .into_iter()
        .map(|line| line.get(shared..).unwrap_or(""))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_with_a_path_start_files() {
        let files = parse("//- /specs/a/SPEC.md\n# A\n\nText.\n//- /ghostc.yaml\n");
        let files: Vec<(&str, &str)> = files
            .iter()
            .map(|(path, text)| (path.as_str(), text.as_str()))
            .collect();
        assert_eq!(
            files,
            [("ghostc.yaml", ""), ("specs/a/SPEC.md", "# A\n\nText.\n")]
        );
    }

    #[test]
    fn shared_indentation_goes_and_other_indentation_stays() {
        let files = parse(
            "
            //- /list.md
            - a
              - b

            end
            ",
        );
        assert_eq!(files["list.md"], "- a\n  - b\n\nend\n");
    }

    #[test]
    fn files_are_written_with_their_folders() {
        let folder = tempfile::tempdir().unwrap();
        write_to(&parse("//- /a/b/c.md\nx\n"), folder.path());
        assert_eq!(fs::read_to_string(folder.path().join("a/b/c.md")).unwrap(), "x\n");
    }

    #[test]
    fn text_before_the_first_file_is_refused() {
        assert!(std::panic::catch_unwind(|| parse("lost\n//- /a\n")).is_err());
    }
}
