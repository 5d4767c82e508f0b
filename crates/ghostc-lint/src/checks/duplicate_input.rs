//! warning(clarity): two cases give an operation the same input
//!
//! The second case cannot find anything that the first does not.
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
//!   - {name: two, input: 2, output: 4}
//!   - {name: two again, input: {n: 2}, output: 4}
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
//!   - {name: three, input: {n: 3}, output: 6}
//! ````

use ghostc_spec::first_occurrence::FirstOccurrences;
use ghostc_spec::library::Package;
use ghostc_syntax::{Diagnostic, Sources};

pub(super) fn check(package: &Package, _: &Sources, findings: &mut Vec<Diagnostic>) {
    let mut first: FirstOccurrences<(usize, &str), &ghostc_spec::Case> = FirstOccurrences::default();
    for case in package
        .cases
        .iter()
        .filter(|case| !case.is_example && case.misfit.is_none())
    {
        let Some(operation) = case.operation else { continue };
        let key = (operation, case.input_text.as_str());
        let same = |known: &ghostc_spec::Case| known.expect == case.expect && known.matches == case.matches;
        // Cases that expect different things are another finding's matter.
        if let Some(known) = first.before(key, case).filter(|known| same(known)) {
            let found = Diagnostic::new(
                super::DUPLICATE_INPUT,
                case.span,
                format!("`{}` repeats the input of `{}`", case.name, known.name),
            );
            findings.push(
                found
                    .also(known.span, "the same input")
                    .help("Remove one of them."),
            );
        }
    }
}
