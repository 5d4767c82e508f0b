//! The checks that a resolved package goes through, and, in `across/`, those that compare packages. Each file is one
//! check; `build.rs` lists them.

use crate::library::{Library, Package};
use ghostc_syntax::{Code, Diagnostic, Sources};

/// A check reads a package and adds what it finds.
type Check = fn(&Package, &Sources, &mut Vec<Diagnostic>);

/// A check that compares packages. The documents of the library's packages may have been let go; their facts are there.
type AcrossCheck = fn(&Library, &Sources, &mut Vec<Diagnostic>);

include!(concat!(env!("OUT_DIR"), "/checks.rs"));

/// Runs every check on a package.
pub(crate) fn run(package: &Package, sources: &Sources, findings: &mut Vec<Diagnostic>) {
    for (_, check) in TABLE {
        check(package, sources, findings);
    }
}

/// Runs every check that compares packages.
pub(crate) fn run_across(library: &Library, sources: &Sources, findings: &mut Vec<Diagnostic>) {
    for (_, check) in ACROSS {
        check(library, sources, findings);
    }
}

/// The codes of all checks.
pub(crate) fn codes() -> impl Iterator<Item = Code> {
    let within = TABLE.iter().map(|(code, _)| *code);
    within.chain(ACROSS.iter().map(|(code, _)| *code))
}
