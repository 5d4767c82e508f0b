//! The codes of what is found about accepted code and about a change as a whole, which [`crate::ci()`] raises, and about
//! what [`crate::build()`] does not ask an agent for.
//!
//! Codes about a text are core's.

ghostc_syntax::codes! {
    BROKEN_CODE = Error "broken-code";
    BROKEN_LOCK = Error "broken-lock";
    EDITED_BY_HAND = Error "edited-by-hand";
    EXTRA_FILE = Error "extra-file";
    FAILING_CASE = Error "failing-case";
    MISSING_CODE = Error "missing-code";
    NOT_JUDGED = Error "not-judged";
    NOTHING_TO_WRITE = Error "nothing-to-write";
    STALE_TASK = Error "stale-task";
    STALE_VERDICT = Error "stale-verdict";
    WAITING_CODE = Error "waiting-code";
}
