//! warning(correctness): a file that the text lists is not there
//!
//! A table or list of files, a line that lists documents, or a mention such as `zones.md § 4` names a file as a part of the package.
//! It is neither beside the document nor in a folder above it.
//!
//! ## Wrong
//!
//! ````fixture
//! //- /p/tests.yaml
//! version: "1.0"
//! //- /p/SPEC.md
//! # P
//!
//! | File | Purpose |
//! |---|---|
//! | SPEC.md | what it does |
//! | tests.yaml | what must come out |
//! | PORTING.md | how to move it |
//! ````
//!
//! ## Right
//!
//! ````fixture
//! //- /p/tests.yaml
//! version: "1.0"
//! //- /p/SPEC.md
//! # P
//!
//! | File | Purpose |
//! |---|---|
//! | SPEC.md | what it does |
//! | tests.yaml | what must come out |
//! ````

use ghostc_spec::library::Package;
use ghostc_syntax::{Diagnostic, Sources};

pub(super) fn check(package: &Package, _: &Sources, findings: &mut Vec<Diagnostic>) {
    let missing = package.facts.missing_files.iter().map(|mention| {
        let message = format!("there is no file `{}`", mention.name);
        let found = Diagnostic::new(super::MISSING_FILE, mention.span, message);
        found.help("Add the file, correct its name, or say where it is kept.")
    });
    findings.extend(missing);
}
