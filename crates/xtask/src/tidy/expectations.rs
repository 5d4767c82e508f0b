//! An expectation file stands beside an input, where a runner of cases finds it.

use super::{Finding, Tree};

pub(crate) fn find(tree: &Tree) -> Vec<Finding> {
    let cases = tree
        .paths
        .iter()
        .filter(|path| path.starts_with("crates/") && path.contains("/tests/cases/"));
    let lost = cases.filter_map(|path| {
        let (folder, name) = path.rsplit_once('/')?;
        (name.starts_with("expected") && !has_input(tree, folder)).then_some(path)
    });
    let message = "no test reads this: there is no `cmd`, `specs` or `input*` beside it";
    lost.map(|path| Finding::new(path, 1, message)).collect()
}

fn has_input(tree: &Tree, folder: &str) -> bool {
    let below = tree
        .paths
        .iter()
        .filter_map(|path| path.strip_prefix(folder)?.strip_prefix('/'));
    let mut entries = below.filter_map(|path| path.split('/').next());
    entries.any(|entry| entry == "cmd" || entry == "specs" || entry.starts_with("input"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expectation_without_input_is_found() {
        let tree = Tree::fixture(
            "
            //- /crates/a/tests/cases/lost/expected.graph
            //- /crates/a/tests/cases/good/expected.graph
            //- /crates/a/tests/cases/good/specs/a/SPEC.md
            //- /crates/a/tests/cases/text/expected
            //- /crates/a/tests/cases/text/input.md
            ",
        );
        let found: Vec<String> = find(&tree).into_iter().map(|finding| finding.path).collect();
        assert_eq!(found, ["crates/a/tests/cases/lost/expected.graph"]);
    }
}
