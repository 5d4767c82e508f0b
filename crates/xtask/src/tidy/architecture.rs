//! The architecture page, `crates/README.md`, names every crate, and only paths that exist.
//!
//! What a file is for stands in the file, in its `//!` lines; the page says where things go.

use super::rust::numbered;
use super::{Finding, Tree};
use std::collections::BTreeSet;

const PAGE: &str = "crates/README.md";

pub(crate) fn find(tree: &Tree) -> Vec<Finding> {
    let Some(text) = tree.files.get(PAGE) else {
        return vec![Finding::new(PAGE, 1, "there is no architecture page")];
    };
    let crates = crates(tree);
    let mut named = BTreeSet::new();
    let mut findings = Vec::new();
    for (number, section, word) in words(text, &crates) {
        match resolve(tree, section, word) {
            Some(path) => drop(named.insert(path)),
            None if is_path(word) => {
                findings.push(Finding::new(PAGE, number, format!("`{word}` does not exist")))
            }
            None => {}
        }
        named.extend(section.map(|section| format!("crates/{section}")));
    }
    for name in &crates {
        if !named.iter().any(|path| path.split('/').nth(1) == Some(name)) {
            findings.push(Finding::new(PAGE, 1, format!("the crate `{name}` is not named")));
        }
    }
    findings
}

fn crates(tree: &Tree) -> BTreeSet<&str> {
    tree.files("crates/", "/Cargo.toml")
        .filter_map(|(path, _)| path.split('/').nth(1))
        .collect()
}

/// Each text in backticks outside code blocks: its line, the crate that its section is about, and itself.
fn words<'a>(text: &'a str, crates: &BTreeSet<&'a str>) -> Vec<(usize, Option<&'a str>, &'a str)> {
    let (mut section, mut fenced) = (None, false);
    let mut words = Vec::new();
    for (number, line) in numbered(text) {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if !fenced {
            if line.starts_with('#') {
                // The longest name, since one crate's name is the beginning of others.
                section = crates
                    .iter()
                    .filter(|name| line.contains(**name))
                    .max_by_key(|name| name.len())
                    .copied();
            }
            words.extend(
                line.split('`')
                    .skip(1)
                    .step_by(2)
                    .map(|word| (number, section, word)),
            );
        }
    }
    words
}

fn is_path(word: &str) -> bool {
    let plain = word
        .chars()
        .all(|char| char.is_ascii_alphanumeric() || "_./-".contains(char));
    plain && !word.starts_with(['/', '.']) && (word.contains('/') || word.ends_with(".rs"))
}

fn resolve(tree: &Tree, section: Option<&str>, word: &str) -> Option<String> {
    let word = word.trim_end_matches('/');
    let section = section.unwrap_or("none");
    let places = [
        "",
        "crates/",
        &format!("crates/{section}/src/"),
        &format!("crates/{section}/"),
    ];
    places
        .iter()
        .map(|place| format!("{place}{word}"))
        .find(|path| !word.is_empty() && tree.exists(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_page_does_not_name_or_names_wrongly_is_found() {
        let tree = Tree::fixture(
            "
            //- /crates/README.md
            # Architecture
            The folder `templates/gone` and the ratio `1:2` and `--flag`.
            ## ghostc-plan
            Here `plan.rs` and `old.rs`; see `ghostc/src/cli.rs`.
            //- /crates/ghostc/Cargo.toml
            //- /crates/ghostc/src/main.rs
            //- /crates/ghostc/src/cli.rs
            //- /crates/ghostc-plan/Cargo.toml
            //- /crates/ghostc-plan/src/plan.rs
            //- /crates/xtask/Cargo.toml
            ",
        );
        let expected = [
            Finding::new(PAGE, 2, "`templates/gone` does not exist"),
            Finding::new(PAGE, 4, "`old.rs` does not exist"),
            Finding::new(PAGE, 1, "the crate `xtask` is not named"),
        ];
        assert_eq!(find(&tree), expected);
    }

    #[test]
    fn a_missing_page_is_found() {
        assert_eq!(
            find(&Tree::default()),
            [Finding::new(PAGE, 1, "there is no architecture page")]
        );
    }
}
