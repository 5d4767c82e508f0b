//! The checks: each file is one, and `build.rs` lists them. Its `check` looks at a resolved package, its `check_document` at
//! one document and nothing else; those in `across/` compare packages.

use ghostc_spec::library::{Library, Package};
use ghostc_spec::resolve::DocumentContext;
use ghostc_spec::{Settings, parallel};
use ghostc_syntax::{Diagnostic, Sources};

/// A check reads a package and adds what it finds.
type Check = fn(&Package, &Sources, &mut Vec<Diagnostic>);

/// A check reads a document by itself.
pub(crate) type DocumentCheck = fn(DocumentContext<'_>, &Sources, &mut Vec<Diagnostic>);

/// A check that compares packages. The documents of the library's packages may have been let go; their facts are there.
type AcrossCheck = fn(&Library, &Sources, &mut Vec<Diagnostic>);

include!(concat!(env!("OUT_DIR"), "/checks.rs"));

/// The checks of single documents that the settings leave on. They run right behind the parse, while what they read is in
/// the processor's caches.
pub(crate) fn of_documents(settings: &Settings) -> Vec<DocumentCheck> {
    let shown = DOCUMENT.iter().filter(|(code, _)| settings.shows(*code));
    shown.map(|(_, check)| *check).collect()
}

/// Runs every check on a package that the settings leave on, on up to `threads` threads.
pub(crate) fn run(
    package: &Package,
    sources: &Sources,
    settings: &Settings,
    threads: usize,
) -> Vec<Diagnostic> {
    let shown = TABLE.iter().filter(|(code, _)| settings.shows(*code));
    let checks: Vec<Check> = shown.map(|(_, check)| *check).collect();
    let found = parallel::map(&checks, threads, |check| {
        let mut found = Vec::new();
        check(package, sources, &mut found);
        found
    });
    found.into_iter().flatten().collect()
}

/// Runs every check that compares packages and that the settings leave on.
pub(crate) fn run_across(
    library: &Library,
    sources: &Sources,
    settings: &Settings,
    findings: &mut Vec<Diagnostic>,
) {
    for (_, check) in ACROSS.iter().filter(|(code, _)| settings.shows(*code)) {
        check(library, sources, findings);
    }
}
