//! The table of the diagnostic codes of resolving, settings and templates.

pub use ghostc_syntax::codes::{INVALID_VALUE, UNEXPECTED_SHAPE, UNKNOWN_KEY};

ghostc_syntax::codes! {
    ABSENT_FIELD = Warning "absent-field";
    CASES_NOT_JUDGED = Note "cases-not-judged";
    CONSUMED_OBJECT = Error "consumed-object";
    DUPLICATE_PACKAGE = Error "duplicate-package";
    EMPTY_SPEC = Error "empty-spec";
    FLOAT_OUT_OF_RANGE = Error "float-out-of-range";
    INTEGER_OUT_OF_RANGE = Error "integer-out-of-range";
    INVALID_TEMPLATE = Error "invalid-template";
    METHOD_WITHOUT_OBJECT = Error "method-without-object";
    PHASE_CIRCLE = Warning "phase-circle";
    PHASE_ORDER_ASSUMED = Note "phase-order-assumed";
    REPEATED_OBJECT = Error "repeated-object";
    ROUNDED_NUMBER = Warning "rounded-number";
    STEP_DOES_NOT_FIT = Error "step-does-not-fit";
    UNKNOWN_AGENT = Error "unknown-agent";
    UNKNOWN_OBJECT = Error "unknown-object";
    UNKNOWN_TARGET = Error "unknown-target";
    UNKNOWN_VARIABLE = Error "unknown-variable";
    UNREAD_FILE = Note "unread-file";
}
