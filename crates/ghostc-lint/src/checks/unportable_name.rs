//! warning(correctness): a file has a name that Windows or macOS cannot check out
//!
//! Names such as `aux.md`, names with a `:` or `?`, and names that end in a dot or a space do not exist on Windows.
//! Windows and macOS take two names for one file that differ in nothing but the case of letters, or in how an accented letter
//! is written; the code of two operations with such names is in two such files, too, and that of two packages in two such
//! folders.
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

use ghostc_spec::layout::file_name;
use ghostc_spec::library::{Library, Package};
use ghostc_syntax::{Diagnostic, Sources, Span};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use unicode_normalization::UnicodeNormalization as _;

/// What has a name that becomes that of a file or folder.
struct Named<'a> {
    /// Its path, or the name of an operation or a package.
    name: &'a str,
    span: Span,
    kind: NameKind,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum NameKind {
    /// A file of a package.
    Path,
    /// What a file of accepted code is called after.
    Operation,
    /// What a folder of accepted code is called after.
    Package,
}

pub(super) fn check(package: &Package, sources: &Sources, findings: &mut Vec<Diagnostic>) {
    let documents = package.documents.iter().map(|document| document.spec.file);
    let cases = package.case_files.iter().map(|cases| cases.file);
    let files = documents.chain(cases).map(|file| {
        let source = sources.get(file);
        Named {
            name: source.path.as_str(),
            span: Span::new(file, 0, source.text.len()).first_line(&source.text),
            kind: NameKind::Path,
        }
    });
    let operations = package.operations.iter().map(|operation| Named {
        name: operation.name.as_str(),
        span: operation.span,
        kind: NameKind::Operation,
    });
    // What is called after its folder is told by its paths.
    let own_name = (package.name != file_name(&package.root)).then_some(Named {
        name: package.name.as_str(),
        span: package.name_span,
        kind: NameKind::Package,
    });
    let all: Vec<Named<'_>> = own_name.into_iter().chain(files).chain(operations).collect();
    for named in &all {
        if let Some(why) = named.name.split('/').find_map(obstacle) {
            let message = format!("{} `{}` is none on Windows: {why}", named.kind.what(), named.name);
            let found = Diagnostic::new(super::UNPORTABLE_NAME, named.span, message);
            findings.push(found.help("Give it another name."));
        }
    }
    same(all.into_iter(), findings);
}

/// Packages whose names make one folder of accepted code.
pub(super) fn check_library(library: &Library, _: &Sources, findings: &mut Vec<Diagnostic>) {
    let packages = library.packages.iter().map(|package| Named {
        name: package.name.as_str(),
        span: package.name_span,
        kind: NameKind::Package,
    });
    same(packages, findings);
}

/// Names that are one on Windows and macOS.
fn same<'a>(all: impl Iterator<Item = Named<'a>>, findings: &mut Vec<Diagnostic>) {
    let mut known: BTreeMap<(NameKind, String), Named<'_>> = BTreeMap::new();
    for named in all {
        match known.entry((named.kind, folded(named.name))) {
            // The same name twice is another finding.
            Entry::Occupied(other) if other.get().name != named.name => {
                let other = other.get();
                let message = format!(
                    "{} `{}` is the one of `{}` on Windows and macOS",
                    named.kind.what(),
                    named.name,
                    other.name
                );
                let found = Diagnostic::new(super::UNPORTABLE_NAME, named.span, message);
                let found = found.also(other.span, "they differ in how letters are written alone");
                findings.push(found.help("Give one of them another name."));
            }
            Entry::Occupied(_) => {}
            Entry::Vacant(place) => {
                place.insert(named);
            }
        }
    }
}

impl NameKind {
    fn what(self) -> &'static str {
        match self {
            NameKind::Path => "the path",
            NameKind::Operation => "the file of the operation",
            NameKind::Package => "the folder of the package",
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
    use crate::lines;

    #[test]
    fn packages_have_folders_of_their_own_on_every_system() {
        let named = |name: &str| format!("---\nname: {name}\n---\n\n# P\n\n### f(x) → y\n\n- `f(1)` → `2`\n");
        let found = |one: &str, other: &str, shown: &str| {
            let files = [("a/SPEC.md", &*named(one)), ("b/SPEC.md", &*named(other))];
            lines::found("unportable-name", &files, shown)
        };
        assert_eq!(found("clock", "Clock", "a/SPEC.md"), ["name: clock"]);
        assert_eq!(found("clock", "clocks", "a/SPEC.md"), [""; 0]);
        assert_eq!(found("nul", "clock", "a/SPEC.md"), ["name: nul"]);
        assert_eq!(found("clock", "\"a.\"", "b/SPEC.md"), ["name: \"a.\""]);
        // Their folder is told once.
        let alone = "# P\n\n### f(x) → y\n\n- `f(1)` → `2`\n";
        let files = [("specs/Con/SPEC.md", alone)];
        assert_eq!(
            lines::found("unportable-name", &files, "specs/Con/SPEC.md").len(),
            1
        );
    }

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
