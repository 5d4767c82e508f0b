//! The table of all diagnostic codes: those of reading text, those of meaning, and one for each check.

use ghostc_syntax::Code;
pub use ghostc_syntax::codes::{INVALID_VALUE, UNEXPECTED_SHAPE, UNKNOWN_KEY};

ghostc_syntax::codes! {
    ALLOW_WITHOUT_REASON = Warning "allow-without-reason";
    CYCLIC_DEPENDENCY = Error "cyclic-dependency";
    DROPPED_EDGE = Note "dropped-edge";
    DUPLICATE_PACKAGE = Error "duplicate-package";
    EMPTY_SPEC = Error "empty-spec";
    INVALID_TARGET = Error "invalid-target";
    INVALID_TEMPLATE = Error "invalid-template";
    PHASE_ORDER_ASSUMED = Note "phase-order-assumed";
    UNKNOWN_AGENT = Error "unknown-agent";
    UNKNOWN_LINT = Warning "unknown-lint";
    UNKNOWN_TARGET = Error "unknown-target";
    UNKNOWN_VARIABLE = Error "unknown-variable";
    UNUSED_ALLOW = Warning "unused-allow";
}

/// Every code that ghostc can raise about a text, sorted by name.
pub fn all() -> Vec<Code> {
    let mut codes: Vec<Code> = ghostc_syntax::codes::ALL
        .iter()
        .chain(ALL)
        .copied()
        .chain(crate::checks::codes())
        .collect();
    codes.sort_by_key(|code| code.name);
    codes
}
