//! error(correctness): two headings declare one operation
//!
//! An operation's name is its identity: its cases, its task and its code are found by it.
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
//!
//! ### double(n, m) → number
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
//!
//! ### times(n, m) → number
//!
//! - `times(2, 3)` → `6`
//! ````

use ghostc_spec::library::Package;
use ghostc_syntax::{Diagnostic, Sources};
use std::collections::BTreeMap;

pub(super) fn check(package: &Package, _: &Sources, findings: &mut Vec<Diagnostic>) {
    let mut first = BTreeMap::new();
    for operation in &package.operations {
        if let Some(known) = first.get(operation.name.as_str()) {
            let message = format!("the operation `{}` is declared twice", operation.name);
            let found = Diagnostic::new(super::DUPLICATE_OPERATION, operation.span, message);
            findings.push(
                found
                    .also(*known, "it is first declared here")
                    .help("Rename one of them, or join them."),
            );
        } else {
            first.insert(operation.name.as_str(), operation.span);
        }
    }
}
