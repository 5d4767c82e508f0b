//! The checks that a resolved package goes through. Each file of the folder is one check; `build.rs` lists them.

use crate::library::Package;
use ghostc_syntax::{Code, Diagnostic, Sources};

/// A check reads a package and adds what it finds.
type Check = fn(&Package, &Sources, &mut Vec<Diagnostic>);

include!(concat!(env!("OUT_DIR"), "/checks.rs"));

/// Runs every check on a package.
pub(crate) fn run(package: &Package, sources: &Sources, findings: &mut Vec<Diagnostic>) {
    for (_, check) in TABLE {
        check(package, sources, findings);
    }
}

/// The codes of all checks.
pub(crate) fn codes() -> impl Iterator<Item = Code> {
    TABLE.iter().map(|(code, _)| *code)
}
