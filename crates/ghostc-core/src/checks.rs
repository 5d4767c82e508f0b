//! The checks that a resolved library goes through. Each file of the folder is one check; `build.rs` lists them.

use crate::library::Library;
use ghostc_syntax::{Code, Diagnostic, Sources};

/// A check reads a library and adds what it finds.
type Check = fn(&Library, &Sources, &mut Vec<Diagnostic>);

include!(concat!(env!("OUT_DIR"), "/checks.rs"));

/// Runs every check.
pub(crate) fn run(library: &Library, sources: &Sources) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    for (_, check) in TABLE {
        check(library, sources, &mut findings);
    }
    findings
}

/// The codes of all checks.
pub(crate) fn codes() -> impl Iterator<Item = Code> {
    TABLE.iter().map(|(code, _)| *code)
}
