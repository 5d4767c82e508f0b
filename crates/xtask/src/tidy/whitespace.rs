//! No tabs and no spaces at ends of lines in Rust, Markdown and YAML; tests may need both in their data.

use super::rust::numbered;
use super::tree::is_data;
use super::{Finding, Tree};

pub(crate) fn find(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for ending in [".rs", ".md", ".yaml"] {
        for (path, text) in tree.files("", ending).filter(|(path, _)| !is_data(path)) {
            for (number, line) in numbered(text) {
                if line.contains('\t') {
                    findings.push(Finding::new(path, number, "there is a tab"));
                }
                if line.ends_with(char::is_whitespace) {
                    findings.push(Finding::new(
                        path,
                        number,
                        "there is space at the end of the line",
                    ));
                }
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tabs_and_trailing_spaces_are_found() {
        let text = "a\tb\nc \nd\n";
        let tree = Tree::fixture(&format!(
            "//- /a.md\n{text}//- /b.go\n{text}//- /golden/c.rs\n{text}"
        ));
        let expected = [
            Finding::new("a.md", 1, "there is a tab"),
            Finding::new("a.md", 2, "there is space at the end of the line"),
        ];
        assert_eq!(find(&tree), expected);
    }
}
