//! warning(correctness): a link leads to a file that is not there
//!
//! The link leads to a file that is no document of the package, or to a document outside of the package, in a folder that ghostc looked through.
//! Links into folders that it was not asked to look at are left alone.
//!
//! ## Wrong
//!
//! ````fixture
//! //- /p/SPEC.md
//! # P
//!
//! The colours are in [the palette](palette.json).
//! ````
//!
//! ## Right
//!
//! ````fixture
//! //- /p/palette.json
//! {}
//! //- /p/SPEC.md
//! # P
//!
//! The colours are in [the palette](palette.json).
//! ````

use ghostc_spec::layout::{file_name, folder};
use ghostc_spec::library::{Package, Reference};
use ghostc_syntax::{Diagnostic, Sources, Span};

pub(super) fn check(package: &Package, sources: &Sources, findings: &mut Vec<Diagnostic>) {
    for reference in &package.references {
        let path = reference.path(package);
        let is_told_here = reference.resolved == Some(false) && !reference.is_dangling(package);
        if let Some(path) = path.filter(|_| is_told_here) {
            findings.push(describe(package, reference, &path, sources));
        }
    }
}

fn describe(package: &Package, reference: &Reference, path: &str, sources: &Sources) -> Diagnostic {
    let message = format!("there is no file `{path}`");
    let found = Diagnostic::new(super::DANGLING_LINK, reference.span, message);
    let home = package
        .documents
        .get(reference.document)
        .map_or("", |home| folder(&home.path));
    let name = file_name(path);
    let beside = package
        .documents
        .iter()
        .any(|document| folder(&document.path) == home && file_name(&document.path) == name);
    let written = reference.target.split('#').next().unwrap_or_default();
    let at = sources.slice(reference.span).rfind(written);
    match at.filter(|_| beside) {
        Some(at) => {
            let start = reference.span.start as usize + at;
            let span = Span::new(reference.span.file, start, start + written.len());
            found
                .help(format!("Write `{name}`, which is beside this document."))
                .fix("correct the link", span, name)
        }
        None => found.help("Correct the path, relative to this document, or add the file."),
    }
}
