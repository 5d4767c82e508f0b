//! The table of the diagnostic codes of resolving, settings and templates.

pub use ghostc_syntax::codes::{INVALID_VALUE, UNEXPECTED_SHAPE, UNKNOWN_KEY};

ghostc_syntax::codes! {
    ABSENT_FIELD = Warning "absent-field";
    ABSOLUTE_TIME_BOUND = Warning "absolute-time-bound";
    CASES_NOT_JUDGED = Note "cases-not-judged";
    CONSUMED_OBJECT = Error "consumed-object";
    DEFINITION_CIRCLE = Error "definition-circle";
    DUPLICATE_PACKAGE = Error "duplicate-package";
    EMPTY_SPEC = Error "empty-spec";
    FLOAT_OUT_OF_RANGE = Error "float-out-of-range";
    INTEGER_OUT_OF_RANGE = Error "integer-out-of-range";
    INVALID_TEMPLATE = Error "invalid-template";
    METHOD_WITHOUT_OBJECT = Error "method-without-object";
    NOT_PORTABLE = Warning "not-portable";
    PHASE_CIRCLE = Warning "phase-circle";
    PHASE_ORDER_ASSUMED = Note "phase-order-assumed";
    REPEATED_NAME = Error "repeated-name";
    REPEATED_OBJECT = Error "repeated-object";
    ROUNDED_NUMBER = Warning "rounded-number";
    ROW_WITHOUT_COLUMN = Error "row-without-column";
    SCENARIO_WITHOUT_LOOK = Error "scenario-without-look";
    SILENT_FAKE = Error "silent-fake";
    SLICE_CIRCLE = Error "slice-circle";
    STEP_DOES_NOT_FIT = Error "step-does-not-fit";
    UNBOUND_VARIABLE = Error "unbound-variable";
    UNCLEAR_PROOF = Error "unclear-proof";
    UNKNOWN_AGENT = Error "unknown-agent";
    UNKNOWN_DEFINITION = Error "unknown-definition";
    UNKNOWN_FAKE = Error "unknown-fake";
    UNKNOWN_INCLUDE = Error "unknown-include";
    UNKNOWN_OBJECT = Error "unknown-object";
    UNKNOWN_PROGRAM = Error "unknown-program";
    UNKNOWN_SECTION = Error "unknown-section";
    UNKNOWN_SLICE = Error "unknown-slice";
    UNKNOWN_TARGET = Error "unknown-target";
    UNKNOWN_VARIABLE = Error "unknown-variable";
    UNREAD_FILE = Note "unread-file";
    UNREAD_TRANSCRIPT = Warning "unread-transcript";
    UNUSED_COLUMN = Error "unused-column";
    UNUSED_INCLUDE = Warning "unused-include";
}
