//! warning(coverage): an operation has no cases
//!
//! An operation without a single case cannot be judged, so whatever an agent writes for it would have to be believed.
//! ghostc does not build such an operation.
//!
//! ## Wrong
//!
//! ````fixture
//! //- /p/SPEC.md
//! # P
//!
//! ### double(n) → number
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
//! ````

use ghostc_spec::first_occurrence::FirstOccurrences;
use ghostc_spec::library::Package;
use ghostc_syntax::{Diagnostic, Sources};

pub(super) fn check(package: &Package, _: &Sources, findings: &mut Vec<Diagnostic>) {
    let mut judged = vec![false; package.operations.len()];
    for case in package.cases.iter().filter(|case| case.skip.is_none()) {
        if let Some(mark) = case.operation.and_then(|at| judged.get_mut(at)) {
            *mark = true;
        }
    }
    let mut names = FirstOccurrences::with_capacity(package.operations.len());
    for (operation, judged) in package.operations.iter().zip(judged) {
        // The second of two of one name has no cases of its own, and is another finding's matter.
        let is_first = names.before(operation.name.as_str(), ()).is_none();
        if !judged && is_first {
            let message = format!("the operation `{}` has no cases", operation.name);
            let found = Diagnostic::new(super::OPERATION_WITHOUT_CASES, operation.span, message);
            let name = &operation.name;
            findings.push(found.help(format!(
                "Add a group `{name}:` to `tests.yaml`, or an example such as `` `{name}(…)` → `…` ``."
            )));
        }
    }
}
