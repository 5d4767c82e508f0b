//! Every source file opens with `//!`: what it turns into what.

use super::{Finding, Tree};

pub(crate) fn find(tree: &Tree) -> Vec<Finding> {
    let files = tree.sources().filter(|(_, text)| !text.starts_with("//! "));
    files
        .map(|(path, _)| Finding::new(path, 1, "the file does not open with `//!`"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_without_an_opening_are_found() {
        let tree = Tree::fixture(
            "
            //- /crates/a/src/lib.rs
            //! Opens.
            //- /crates/a/src/bare.rs
            use std::fmt;
            //- /crates/a/tests/cases/x/input.rs
            data
            ",
        );
        assert_eq!(
            find(&tree),
            [Finding::new(
                "crates/a/src/bare.rs",
                1,
                "the file does not open with `//!`"
            )]
        );
    }
}
