//! error(correctness): two cases have one id
//!
//! A case's id says which case a verdict, a failure or a held-out choice is about.
//! Two cases with one id cannot be told apart; ghostc numbers the second, and refuses to build on it.
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
//!   - {id: d1, name: two, input: 2, output: 4}
//!   - {id: d1, name: three, input: 3, output: 6}
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
//!   - {id: d1, name: two, input: 2, output: 4}
//!   - {id: d2, name: three, input: 3, output: 6}
//! ````

use ghostc_spec::first_occurrence::FirstOccurrences;
use ghostc_spec::library::Package;
use ghostc_syntax::{Diagnostic, Sources};

pub(super) fn check(package: &Package, _: &Sources, findings: &mut Vec<Diagnostic>) {
    let mut first = FirstOccurrences::default();
    for (id, span) in package
        .case_files
        .iter()
        .flat_map(|file| &file.cases)
        .filter_map(|case| case.id.as_ref())
    {
        if let Some(known) = first.before(id.as_str(), *span) {
            let found = Diagnostic::new(
                super::DUPLICATE_CASE_ID,
                *span,
                format!("the case id `{id}` is used twice"),
            );
            findings.push(
                found
                    .also(*known, "it is first used here")
                    .help("Give each case an id of its own."),
            );
        }
    }
}
