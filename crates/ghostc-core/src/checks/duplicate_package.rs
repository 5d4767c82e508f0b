//! error: two packages have one name
//!
//! A package's name is where its accepted code, its recordings and its lines in `ghostc.lock` are kept.
//!
//! ## Wrong
//!
//! ````fixture
//! //- /a/SPEC.md
//! ---
//! name: maths
//! ---
//! # A
//! //- /b/SPEC.md
//! ---
//! name: maths
//! ---
//! # B
//! ````
//!
//! ## Right
//!
//! ````fixture
//! //- /a/SPEC.md
//! ---
//! name: maths
//! ---
//! # A
//! //- /b/SPEC.md
//! ---
//! name: statistics
//! ---
//! # B
//! ````

use crate::library::Library;
use ghostc_syntax::{Diagnostic, Sources};

pub(super) fn check(library: &Library, _: &Sources, findings: &mut Vec<Diagnostic>) {
    // Packages are sorted by name.
    for pair in library.packages.windows(2) {
        let [first, second] = pair else { continue };
        if first.name == second.name {
            let message = format!("two packages are named `{}`", second.name);
            let found = Diagnostic::new(super::DUPLICATE_PACKAGE, second.name_span, message);
            findings.push(found.also(first.name_span, "the first").help("Set `name:` in the front matter of one of them."));
        }
    }
}
