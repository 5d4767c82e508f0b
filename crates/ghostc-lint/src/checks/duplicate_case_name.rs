//! warning(clarity): two cases of an operation have one name
//!
//! A case without an `id` is known by its operation and its name.
//! When two share a name, the second is numbered, and its number changes when the first is removed.
//!
//! ## Wrong
//!
//! ````fixture
//! //- /p/SPEC.md
//! # P
//!
//! ### double(n) → number
//! //- /p/tests.yaml
//! double:
//!   - {name: small, input: 2, output: 4}
//!   - {name: small, input: 3, output: 6}
//! ````
//!
//! ## Right
//!
//! ````fixture
//! //- /p/SPEC.md
//! # P
//!
//! ### double(n) → number
//! //- /p/tests.yaml
//! double:
//!   - {name: two, input: 2, output: 4}
//!   - {name: three, input: 3, output: 6}
//! ````

use ghostc_spec::first_occurrence::FirstOccurrences;
use ghostc_spec::library::Package;
use ghostc_syntax::{Diagnostic, Sources};

pub(super) fn check(package: &Package, _: &Sources, findings: &mut Vec<Diagnostic>) {
    let mut first = FirstOccurrences::default();
    for case in package
        .case_files
        .iter()
        .flat_map(|file| &file.cases)
        .filter(|case| case.id.is_none())
    {
        let Some((name, span)) = &case.name else { continue };
        let key = (case.group.as_str(), name.as_str());
        if let Some(known) = first.before(key, *span) {
            let message = format!("two cases of `{}` are named `{name}`", case.group);
            let found = Diagnostic::new(super::DUPLICATE_CASE_NAME, *span, message);
            findings.push(
                found
                    .also(*known, "the first")
                    .help("Say in the name what tells them apart."),
            );
        }
    }
}
