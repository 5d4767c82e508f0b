//! error(correctness): a case is under a name that no operation has
//!
//! Cases are grouped under the name of the operation that they call.
//! A group whose name no operation of the package has would never be judged, so it is refused.
//!
//! ## Wrong
//!
//! ````fixture
//! //- /p/SPEC.md
//! # P
//!
//! ### double(n) → number
//!
//! - `double(1)` → `2`
//! //- /p/tests.yaml
//! doubel:
//!   - {name: two, input: 2, output: 4}
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
//! - `double(1)` → `2`
//! //- /p/tests.yaml
//! double:
//!   - {name: two, input: 2, output: 4}
//! ````

use ghostc_spec::library::Package;
use ghostc_syntax::suggest::{Guesses, listed};
use ghostc_syntax::{Diagnostic, Sources, Span};
use std::collections::BTreeMap;

pub(super) fn check(package: &Package, sources: &Sources, findings: &mut Vec<Diagnostic>) {
    let names: Vec<&str> = package
        .operations
        .iter()
        .map(|operation| operation.name.as_str())
        .collect();
    let mut groups: BTreeMap<(Span, &str), usize> = BTreeMap::new();
    let known: BTreeMap<&str, bool> = package
        .cases
        .iter()
        .map(|case| (case.group.as_str(), case.operation.is_some()))
        .collect();
    for raw in package.case_files.iter().flat_map(|file| &file.cases) {
        if known.get(raw.group.as_str()) == Some(&false) {
            *groups.entry((raw.group_span, &raw.group)).or_default() += 1;
        }
    }
    let mut guesses = Guesses::default();
    for ((span, group), count) in groups {
        let written = group.rsplit('.').next().unwrap_or(group);
        let cases = if count == 1 {
            "1 case is".to_string()
        } else {
            format!("{count} cases are")
        };
        let found = Diagnostic::new(
            super::CASE_FOR_UNKNOWN_OPERATION,
            span,
            format!("no operation is named `{group}`"),
        )
        .label(format!("{cases} under this name"));
        let near = guesses.nearest(written, &names);
        let near = near.and_then(|name| package.operation(name));
        findings.push(match near {
            // A case mapping may make the name of other things.
            Some(operation) if sources.slice(span) != written => {
                found.also(operation.span, "did you mean this one?")
            }
            Some(operation) => found
                .also(operation.span, "did you mean this one?")
                .help("Rename the group.")
                .fix("rename the group", span, &operation.name),
            None if names.is_empty() => found.help(format!(
                "Add a heading that is its signature: `### {written}(…) → …`."
            )),
            None => found.note(format!("operations: {}", listed(&names))),
        });
    }
}
