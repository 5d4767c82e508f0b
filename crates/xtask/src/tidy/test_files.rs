//! Every file of tests is compiled: where a crate's tests are one program, `tests/main.rs` declares it.

use super::modules::declared_modules;
use super::tokens::tokens;
use super::{Finding, Tree};

pub(crate) fn find(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (main, text) in tree.files("crates/", "/tests/main.rs") {
        let folder = main.trim_end_matches("main.rs");
        if folder.matches('/').count() != 3 {
            continue;
        }
        let tokens = tokens(text);
        let declared = declared_modules(&tokens);
        for (path, _) in tree.files(folder, ".rs") {
            let name = path.trim_start_matches(folder).trim_end_matches(".rs");
            if !name.contains('/') && name != "main" && !declared.contains(&name) {
                findings.push(Finding::new(
                    path,
                    1,
                    format!("no test here runs: {main} does not declare `mod {name};`"),
                ));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_tests_that_nothing_declares_is_found() {
        let tree = Tree::fixture(
            "
            //- /crates/a/tests/main.rs
            mod building;
            // mod lost;
            //- /crates/a/tests/building.rs
            //- /crates/a/tests/lost.rs
            //- /crates/a/tests/shipping/main.rs
            //- /crates/a/tests/shipping/files.rs
            //- /crates/b/tests/alone.rs
            ",
        );
        let message = "no test here runs: crates/a/tests/main.rs does not declare `mod lost;`";
        assert_eq!(find(&tree), [Finding::new("crates/a/tests/lost.rs", 1, message)]);
    }
}
