//! Our crates depend on each other downwards only, and nothing but tests depends on the test kit.

use super::manifest::dependencies;
use super::{Finding, Tree};

/// From top to bottom: each may depend on those below it.
const LAYERS: &[&str] = &["xtask", "ghostc", "ghostc-run", "ghostc-core", "ghostc-syntax"];
const TESTKIT: &str = "ghostc-testkit";

pub(crate) fn find(tree: &Tree) -> Vec<Finding> {
    let layer = |name: &str| LAYERS.iter().position(|layer| *layer == name);
    let ours = |name: &str| name == TESTKIT || layer(name).is_some();
    let mut findings = Vec::new();
    for (path, _) in tree.files("crates/", "/Cargo.toml") {
        if let Some(name) = path.split('/').nth(1).filter(|name| !ours(name)) {
            findings.push(Finding::new(
                path,
                1,
                format!("`{name}` has no place among the layers of {}", file!()),
            ));
        }
    }
    for found in dependencies(tree).iter().filter(|found| ours(found.name)) {
        let allowed = match (layer(found.user), layer(found.name)) {
            (Some(user), Some(used)) => user < used,
            (Some(_), None) => found.dev,
            (None, _) => false,
        };
        if !allowed {
            let kind = if found.dev { "" } else { " outside of tests" };
            let message = format!("`{}` may not depend on `{}`{kind}", found.user, found.name);
            findings.push(Finding::new(found.path, found.line, message));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dependencies_upwards_and_on_the_test_kit_are_found() {
        let tree = Tree::fixture(
            "
            //- /crates/ghostc-core/Cargo.toml
            [dependencies]
            ghostc-syntax.workspace = true
            ghostc-run.workspace = true
            ghostc-testkit.workspace = true
            [dev-dependencies]
            ghostc-testkit.workspace = true
            //- /crates/ghostc-testkit/Cargo.toml
            [dev-dependencies]
            ghostc-syntax.workspace = true
            //- /crates/ghostc-util/Cargo.toml
            ",
        );
        let findings = find(&tree);
        let found: Vec<(&str, usize)> = findings
            .iter()
            .map(|finding| (finding.path.as_str(), finding.line))
            .collect();
        let expected = [
            ("crates/ghostc-util/Cargo.toml", 1),
            ("crates/ghostc-core/Cargo.toml", 3),
            ("crates/ghostc-core/Cargo.toml", 4),
            ("crates/ghostc-testkit/Cargo.toml", 2),
        ];
        assert_eq!(found, expected);
    }
}
