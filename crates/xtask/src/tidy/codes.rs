//! Every diagnostic code is explained by something wrong, and something shows that it is raised.
//!
//! The explanation of `codes/<code>.md` is that file, that of `checks/<code>.rs` its leading `//!` lines.
//! An example in a code block below `## Wrong` is run by the tests, so it is enough; a code that no example can
//! show (a file that cannot be read) says `## When` it is raised instead, and has to occur in a test.

use super::rust::is_test_file;
use super::{Finding, Tree};

const CHECKS: &str = "crates/ghostc-lint/src/checks/";

pub(crate) fn find(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, code, explanation) in codes(tree) {
        let wrong = section(&explanation, "## Wrong");
        if wrong.is_none() && section(&explanation, "## When").is_none() {
            findings.push(Finding::new(
                path,
                1,
                format!("`{code}` has no `## Wrong` in its explanation"),
            ));
            continue;
        }
        let example = wrong.is_some_and(|lines| lines.iter().any(|line| line.starts_with("```")));
        if !example && !is_tested(tree, &code) {
            findings.push(Finding::new(
                path,
                1,
                format!("no example below `## Wrong` and no test raises `{code}`"),
            ));
        }
    }
    findings
}

fn codes(tree: &Tree) -> impl Iterator<Item = (&str, String, String)> {
    let name = |path: &str| {
        path.rsplit('/')
            .next()?
            .rsplit_once('.')
            .map(|(name, _)| name.replace('_', "-"))
    };
    let documents = tree
        .files("crates/", ".md")
        .filter(|(path, _)| path.split('/').nth(2) == Some("codes"));
    let documents = documents.filter_map(move |(path, text)| Some((path, name(path)?, text.to_string())));
    let checks = tree.files(CHECKS, ".rs").filter(|(path, _)| !is_test_file(path));
    documents.chain(checks.filter_map(move |(path, text)| Some((path, name(path)?, module_doc(text)))))
}

fn module_doc(text: &str) -> String {
    let lines = text.lines().map_while(|line| line.strip_prefix("//!"));
    lines
        .map(|line| line.strip_prefix(' ').unwrap_or(line))
        .collect::<Vec<_>>()
        .join("\n")
}

/// The lines of the section of a heading.
fn section<'e>(explanation: &'e str, heading: &str) -> Option<Vec<&'e str>> {
    let mut lines = explanation.lines();
    lines.find(|line| line.trim_end() == heading)?;
    let mut fence = None;
    let section = lines.take_while(|line| {
        // An example is Markdown and may have headings of its own.
        let ticks = line.len() - line.trim_start_matches('`').len();
        match fence {
            Some(open) if ticks >= open => fence = None,
            None if ticks >= 3 => fence = Some(ticks),
            _ => {}
        }
        fence.is_some() || !line.starts_with("## ")
    });
    Some(section.collect())
}

/// Whether a test names the code, or the constant that stands for it.
fn is_tested(tree: &Tree, code: &str) -> bool {
    let constant = code.replace('-', "_").to_uppercase();
    tree.files("crates/", "").any(|(path, text)| {
        let tests = if is_test_file(path) {
            Some(text)
        } else {
            text.split_once("#[cfg(test)]\nmod").map(|(_, tests)| tests)
        };
        tests.is_some_and(|tests| tests.contains(code) || tests.contains(&constant))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_without_explanation_or_proof_are_found() {
        let tree = Tree::fixture(
            "
            //- /crates/a/codes/bare.md
            # bare
            //- /crates/a/codes/not-utf8.md
            ## When
            ```console
            A file of other bytes.
            ```
            //- /crates/a/codes/lost-file.md
            ## When
            ```console
            A file that is gone.
            ```
            //- /crates/a/tests/cases/x/expected.diagnostics
            error[not-utf8]: x
            //- /crates/ghostc-lint/src/checks/dead_link.rs
            //! error: a link leads nowhere
            //!
            //! ## Wrong
            //!
            //! ````fixture
            //! ## A heading
            //! ````
            //- /crates/ghostc-lint/src/checks/no_doc.rs
            //! error: x
            fn x() {}
            //! ## Wrong
            ",
        );
        let expected = [
            Finding::new(
                "crates/a/codes/bare.md",
                1,
                "`bare` has no `## Wrong` in its explanation",
            ),
            Finding::new(
                "crates/a/codes/lost-file.md",
                1,
                "no example below `## Wrong` and no test raises `lost-file`",
            ),
            Finding::new(
                "crates/ghostc-lint/src/checks/no_doc.rs",
                1,
                "`no-doc` has no `## Wrong` in its explanation",
            ),
        ];
        assert_eq!(find(&tree), expected);
    }
}
