//! warning(correctness): a case expects an output that looks like an error
//!
//! An output `{error: …}` asks for an object with that one key, and not for a failure.
//! A case whose call must fail has `error: true`, or `error:` with a text that the message contains, in place of `output`.
//! Where the operation does give such objects, let its signature say so: `→ object`.
//!
//! ## Wrong
//!
//! ````fixture
//! //- /p/SPEC.md
//! # P
//!
//! ### read(text) → Version
//! //- /p/tests.yaml
//! read:
//!   - {name: empty, input: "", output: {error: no version}}
//! ````
//!
//! ## Right
//!
//! ````fixture
//! //- /p/SPEC.md
//! # P
//!
//! ### read(text) → Version
//! //- /p/tests.yaml
//! read:
//!   - {name: empty, input: "", error: no version}
//! ````

use crate::value_type::{ValueType, is_error_object};
use ghostc_spec::library::{Operation, Package};
use ghostc_syntax::{Diagnostic, Expectation, Sources};

pub(super) fn check(package: &Package, _: &Sources, findings: &mut Vec<Diagnostic>) {
    for (at, operation) in package.operations.iter().enumerate() {
        if gives_objects(operation) {
            continue;
        }
        let cases = package
            .cases_of(at)
            .filter(|case| matches!(&case.expect, Expectation::Output(output) if is_error_object(output)));
        for case in cases {
            let span = case.output.unwrap_or(case.span);
            let message = "this asks for an object with the key `error`, not for an error";
            let found = Diagnostic::new(super::ERROR_AS_OUTPUT, span, message);
            findings.push(found.help("Write `error: …` in place of `output`."));
        }
    }
}

/// Whether the signature says that objects come out and no errors, or what comes out and no objects: the one is meant so,
/// and the other is found as a contradiction.
fn gives_objects(operation: &Operation) -> bool {
    let signature = &operation.signature;
    let kind = signature.returns.as_deref().and_then(ValueType::parse);
    kind.is_some_and(|kind| !(kind.admits_objects() && signature.can_fail))
}
