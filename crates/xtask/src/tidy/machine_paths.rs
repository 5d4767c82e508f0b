//! No file names a folder of somebody's machine.

use super::rust::numbered;
use super::{Finding, Tree};

// In two parts each, so that this file does not break its own rule.
const FOLDERS: &[&str] = &[
    concat!("/ho", "me/"),
    concat!("/ro", "ot/"),
    concat!("/Us", "ers/"),
    concat!("/wo", "rk/"),
];

pub(crate) fn find(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in &tree.files {
        for (number, line) in numbered(text) {
            for folder in FOLDERS.iter().filter(|folder| starts_a_path(line, folder)) {
                findings.push(Finding::new(
                    path,
                    number,
                    format!("`{folder}` is a folder of one machine"),
                ));
            }
        }
    }
    findings
}

/// Whether the folder is there, and not as the end of another path.
fn starts_a_path(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(at, _)| {
        let before = line.get(..at).and_then(|text| text.chars().next_back());
        before.is_none_or(|char| !char.is_alphanumeric() && !"_-.}>~".contains(char))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_of_a_machine_are_found_and_those_of_the_project_are_not() {
        for folder in FOLDERS {
            let tree = Tree::fixture(&format!("//- /README.md\nsee docs{folder}x\nsee `{folder}x`\n"));
            let lines: Vec<usize> = find(&tree).iter().map(|finding| finding.line).collect();
            assert_eq!(lines, [2], "{folder}");
        }
    }
}
