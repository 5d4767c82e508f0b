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
use ghostc_spec::library::{Operation, Package};
use ghostc_syntax::{Diagnostic, Sources};
use std::collections::BTreeMap;

/// How many names a finding tells.
const TOLD: usize = 8;

pub(super) fn check(package: &Package, _: &Sources, findings: &mut Vec<Diagnostic>) {
    // Where there are cases that nothing reads, that is what has to be mended.
    if package.case_files.iter().any(|file| file.foreign) {
        return;
    }
    let mut judged = vec![false; package.operations.len()];
    for (at, case, _) in package.calls() {
        if let Some(mark) = judged.get_mut(at).filter(|_| case.skip.is_none()) {
            *mark = true;
        }
    }
    let mut names = FirstOccurrences::with_capacity(package.operations.len());
    let mut without: BTreeMap<usize, Vec<&Operation>> = BTreeMap::new();
    for (operation, judged) in package.operations.iter().zip(judged) {
        // The second of two of one name has no cases of its own, and is another finding's matter.
        let is_first = names.before(operation.name.as_str(), ()).is_none();
        if !judged && is_first {
            without.entry(operation.document).or_default().push(operation);
        }
    }
    findings.extend(without.values().filter_map(|operations| describe(operations)));
}

/// The operations of one document.
fn describe(operations: &[&Operation]) -> Option<Diagnostic> {
    let (first, others) = operations.split_first()?;
    let name = &first.name;
    let message = match others.len() {
        0 => format!("the operation `{name}` has no cases"),
        more => format!("the operation `{name}` and {more} more have no cases"),
    };
    let found = Diagnostic::new(super::OPERATION_WITHOUT_CASES, first.span, message);
    let told: Vec<String> = others
        .iter()
        .take(TOLD)
        .map(|other| format!("`{}`", other.name))
        .collect();
    let more = if others.len() > TOLD { ", …" } else { "" };
    let found = match told.as_slice() {
        [] => found,
        told => found.note(format!("also {}{more}", told.join(", "))),
    };
    Some(found.help(match &first.object {
        Some(object) if object == name => {
            format!("Add a group `{name}:` to `tests.yaml`, with cases that have `steps`.")
        }
        Some(object) => format!("Add a case with `steps` to `tests.yaml`, under `{object}:` or `{name}:`."),
        None => {
            format!("Add a group `{name}:` to `tests.yaml`, or an example such as `` `{name}(…)` → `…` ``.")
        }
    }))
}
