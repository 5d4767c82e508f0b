//! The codes of what is found about accepted code and about a change as a whole: those that `ghostc ci` alone raises.
//!
//! Codes about a text are core's.

use ghostc_syntax::Code;

ghostc_syntax::codes! {
    BROKEN_CODE = Error "broken-code";
    BROKEN_LOCK = Error "broken-lock";
    EDITED_BY_HAND = Error "edited-by-hand";
    EXTRA_FILE = Error "extra-file";
    FAILING_CASE = Error "failing-case";
    MISSING_CODE = Error "missing-code";
    NOT_JUDGED = Error "not-judged";
    STALE_TASK = Error "stale-task";
    STALE_VERDICT = Error "stale-verdict";
    WAITING_CODE = Error "waiting-code";
}

/// Every code that there is an explanation for, sorted by name.
pub(crate) fn all() -> Vec<Code> {
    let mut codes = ghostc_core::codes::all();
    codes.extend_from_slice(ALL);
    codes.sort_by_key(|code| code.name);
    codes
}
