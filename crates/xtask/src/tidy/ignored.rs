//! What `.gitignore` names is not committed.

use super::{Finding, Tree};

pub(crate) fn find(tree: &Tree) -> Vec<Finding> {
    let message = "this is committed although `.gitignore` names it";
    tree.ignored
        .iter()
        .map(|path| Finding::new(path, 1, message))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn committed_files_that_are_ignored_are_found() {
        let tree = Tree {
            ignored: vec!["target/x".to_string()],
            ..Tree::default()
        };
        assert_eq!(find(&tree).len(), 1);
        assert_eq!(find(&Tree::default()), []);
    }
}
