//! Some outside crates are named by one module only, so that exchanging them is exchanging a file.

use super::rust::{code, has_word};
use super::{Finding, Tree};

/// An outside crate as code names it, and the module that may: a file, or a file and the folder of its parts.
const OWNERS: &[(&str, &str)] = &[
    ("annotate_snippets", "crates/ghostc-syntax/src/render"),
    ("granit_parser", "crates/ghostc-syntax/src/yaml"),
    ("http_body_util", "crates/ghostc-run/src/scenario/http"),
    ("hyper", "crates/ghostc-run/src/scenario/http"),
    ("hyper_util", "crates/ghostc-run/src/scenario/http"),
    ("minijinja", "crates/ghostc-spec/src/template"),
    ("pulldown_cmark", "crates/ghostc-syntax/src/markdown"),
    ("tiktoken_rs", "crates/ghostc-plan/src/tokens"),
    ("tokio", "crates/ghostc-run"),
];

/// The chores name them as floors to measure against.
const CHORES: &str = "crates/xtask/";

pub(crate) fn find(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in tree.sources().filter(|(path, _)| !path.starts_with(CHORES)) {
        for (name, owner) in OWNERS.iter().filter(|(_, owner)| !owns(owner, path)) {
            let lines = code(text).filter(|(_, line)| has_word(line, name));
            findings.extend(
                lines.map(|(number, _)| Finding::new(path, number, format!("`{name}` is for {owner} alone"))),
            );
        }
    }
    findings
}

fn owns(owner: &str, path: &str) -> bool {
    path.strip_prefix(owner)
        .is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_outside_of_its_module_is_found() {
        let tree = Tree::fixture(
            "
            //- /crates/ghostc-syntax/src/markdown.rs
            use pulldown_cmark::Event;
            //- /crates/ghostc-syntax/src/markdown/scan.rs
            use pulldown_cmark::Event;
            //- /crates/ghostc-syntax/src/markdowns.rs
            // not pulldown_cmark
            use pulldown_cmark::Event;
            //- /crates/ghostc-run/src/engine.rs
            use tokio::process;
            //- /crates/ghostc-plan/src/plan.rs
            let stoking = tokio_like();
            use tokio::process;
            ",
        );
        let expected = [
            Finding::new(
                "crates/ghostc-plan/src/plan.rs",
                2,
                "`tokio` is for crates/ghostc-run alone",
            ),
            Finding::new(
                "crates/ghostc-syntax/src/markdowns.rs",
                2,
                "`pulldown_cmark` is for crates/ghostc-syntax/src/markdown alone",
            ),
        ];
        assert_eq!(find(&tree), expected);
    }
}
