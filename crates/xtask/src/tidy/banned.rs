//! No test is switched off or passes by panicking, and nothing is left for later in code.

use super::rust::code;
use super::{Finding, Tree};

// In two parts each, so that this file does not break its own rule.
const BANNED: &[(&str, &str)] = &[
    (
        concat!("#[ig", "nore"),
        "a test that does not run shows nothing; record wrong behaviour with a FIXME line",
    ),
    (
        concat!("should", "_panic"),
        "any panic passes; assert what is wrong instead",
    ),
    (concat!("to", "do!("), "write it, or leave it out"),
    (concat!("unimple", "mented!("), "write it, or leave it out"),
];

pub(crate) fn find(tree: &Tree) -> Vec<Finding> {
    let lines = tree
        .sources()
        .flat_map(|(path, text)| code(text).map(move |(number, line)| (path, number, line)));
    let found = lines.flat_map(|(path, number, line)| {
        let banned = BANNED.iter().filter(move |(word, _)| line.contains(word));
        banned.map(move |(word, why)| {
            let name = word.trim_matches(['#', '[', '(']);
            Finding::new(path, number, format!("`{name}` is banned: {why}"))
        })
    });
    found.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn banned_words_are_found_in_code_only() {
        let text = "//- /crates/a/src/lib.rs\n// NAME() is fine here\nfn f() { NAME() }\n";
        for (word, _) in BANNED {
            let tree = Tree::fixture(&text.replace("NAME(", word));
            let lines: Vec<usize> = find(&tree).iter().map(|finding| finding.line).collect();
            assert_eq!(lines, [2], "{word}");
        }
    }
}
