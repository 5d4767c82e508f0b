//! warning(correctness): a file has a name that Windows or macOS cannot check out
//!
//! Names such as `aux.md`, names with a `:` or `?`, and names that end in a dot or a space do not exist on Windows.
//! Windows and macOS take two names for one file that differ in nothing but the case of letters, or in how an accented letter
//! is written; the code of two operations with such names is in two such files, too.
//!
//! ## Wrong
//!
//! ````fixture
//! //- /p/SPEC.md
//! # P
//!
//! ### double(n) → number
//!
//! - `double(2)` → `4`
//! //- /p/aux.md
//! # More
//!
//! Numbers are whole.
//! ````
//!
//! ## Right
//!
//! ````fixture
//! //- /p/SPEC.md
//! # P
//!
//! ### double(n) → number
//!
//! - `double(2)` → `4`
//! //- /p/auxiliary.md
//! # More
//!
//! Numbers are whole.
//! ````

use ghostc_spec::library::Package;
use ghostc_syntax::{Diagnostic, Sources, Span};
use std::collections::BTreeMap;
use unicode_normalization::UnicodeNormalization as _;

/// What has a name that becomes that of a file.
struct NamedFile<'a> {
    /// Its path, or the name of an operation.
    name: &'a str,
    span: Span,
    is_operation: bool,
}

pub(super) fn check(package: &Package, sources: &Sources, findings: &mut Vec<Diagnostic>) {
    let documents = package.documents.iter().map(|document| document.spec.file);
    let cases = package.case_files.iter().map(|cases| cases.file);
    let files = documents.chain(cases).map(|file| {
        let source = sources.get(file);
        NamedFile {
            name: source.path.as_str(),
            span: Span::new(file, 0, source.text.len()).first_line(&source.text),
            is_operation: false,
        }
    });
    let operations = package.operations.iter().map(|operation| NamedFile {
        name: operation.name.as_str(),
        span: operation.span,
        is_operation: true,
    });
    let mut known: BTreeMap<(bool, String), NamedFile<'_>> = BTreeMap::new();
    for file in files.chain(operations) {
        let what = if file.is_operation {
            "the file of the operation"
        } else {
            "the path"
        };
        if let Some(why) = file.name.split('/').find_map(obstacle) {
            let message = format!("{what} `{}` is none on Windows: {why}", file.name);
            let found = Diagnostic::new(super::UNPORTABLE_NAME, file.span, message);
            findings.push(found.help("Give it another name."));
        }
        match known.get(&(file.is_operation, folded(file.name))) {
            // The same name twice is another finding.
            Some(other) if other.name != file.name => {
                let message = format!(
                    "{what} `{}` is the one of `{}` on Windows and macOS",
                    file.name, other.name
                );
                let found = Diagnostic::new(super::UNPORTABLE_NAME, file.span, message);
                let found = found.also(other.span, "they differ in how letters are written alone");
                findings.push(found.help("Give one of them another name."));
            }
            Some(_) => {}
            None => {
                known.insert((file.is_operation, folded(file.name)), file);
            }
        }
    }
}

/// A name as file systems compare it that do not tell all names apart.
fn folded(name: &str) -> String {
    name.nfd().collect::<String>().to_lowercase().nfc().collect()
}

/// Why a part of a path cannot be one on Windows (Naming Files, Paths, and Namespaces; learn.microsoft.com).
fn obstacle(part: &str) -> Option<String> {
    let stem = part
        .split('.')
        .next()
        .unwrap_or_default()
        .trim_end()
        .to_uppercase();
    let is_port = |stem: &str| {
        let number = ["COM", "LPT"].iter().find_map(|port| stem.strip_prefix(port));
        number.is_some_and(|number| {
            matches!(
                number.chars().collect::<Vec<_>>().as_slice(),
                ['0'..='9' | '¹' | '²' | '³']
            )
        })
    };
    let is_dots = part.chars().all(|c| c == '.');
    if ["CON", "PRN", "AUX", "NUL"].contains(&stem.as_str()) || is_port(&stem) {
        return Some(format!("`{stem}` is a device there"));
    }
    if let Some(c) = part.chars().find(|c| "<>:\"|?*\\".contains(*c) || c.is_control()) {
        return Some(format!("it has a `{}`", c.escape_debug()));
    }
    let last = part
        .chars()
        .next_back()
        .filter(|last| !is_dots && matches!(last, '.' | ' '));
    last.map(|last| format!("it ends in a {}", if last == '.' { "dot" } else { "space" }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_windows_does_not_have_are_known() {
        for name in [
            "con",
            "Aux.md",
            "nul.tar.gz",
            "COM1",
            "lpt³.md",
            "a:b",
            "what?.md",
            "a.",
            "b ",
            "tab\t.md",
            "con .md",
        ] {
            assert!(obstacle(name).is_some(), "{name:?}");
        }
        for name in [
            "",
            ".",
            "..",
            ".hidden",
            "console.md",
            "com",
            "com10.md",
            "a.b",
            "auxiliary",
            "é.md",
        ] {
            assert_eq!(obstacle(name), None, "{name:?}");
        }
    }

    #[test]
    fn names_that_differ_in_letters_case_or_normalisation_alone_are_one() {
        assert_eq!(folded("Caf\u{e9}.MD"), folded("cafe\u{301}.md"));
        assert_eq!(folded("ÉCLAIR"), folded("e\u{301}clair"));
        assert_ne!(folded("cafe"), folded("caf\u{e9}"));
    }
}
