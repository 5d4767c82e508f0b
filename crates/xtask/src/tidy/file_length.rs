//! A file without its tests has at most 600 lines; more than 400 is worth a thought.

use super::rust::{is_test_file, without_tests};
use super::{Finding, Tree};

const LIMIT: usize = 600;
const SOFT_LIMIT: usize = 400;

pub(crate) fn find(tree: &Tree) -> Vec<Finding> {
    let files = tree.sources().filter(|(path, _)| !is_test_file(path));
    let lengths = files.map(|(path, text)| (path, without_tests(text).len()));
    let found = lengths.filter_map(|(path, length)| match length {
        0..=SOFT_LIMIT => None,
        _ if length <= LIMIT => Some(Finding::note(
            path,
            1,
            format!("{length} lines; consider splitting it"),
        )),
        _ => Some(Finding::new(
            path,
            1,
            format!("{length} lines; split it, {LIMIT} is the limit"),
        )),
    });
    found.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(lines: usize, tests: usize) -> Vec<Finding> {
        let text = format!("{}#[cfg(test)]\n{}", "//\n".repeat(lines), "//\n".repeat(tests));
        find(&Tree::fixture(&format!("//- /crates/a/src/lib.rs\n{text}")))
    }

    #[test]
    fn long_files_are_found_without_counting_their_tests() {
        assert_eq!(findings(400, 1000), []);
        assert!(findings(401, 0).iter().all(|finding| finding.note) && findings(401, 0).len() == 1);
        assert!(findings(601, 0).iter().all(|finding| !finding.note) && findings(601, 0).len() == 1);
    }
}
