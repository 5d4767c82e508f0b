//! The codes of what is found about accepted code and about a change as a whole: those that `ghostc ci` alone raises.
//!
//! Codes about a text are `ghostc_lint::codes`'s.

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
    let mut codes = ghostc_lint::codes::all();
    codes.extend_from_slice(ALL);
    codes.sort_by_key(|code| code.name);
    codes
}

#[cfg(test)]
mod tests {
    use super::*;
    use ghostc_diff::diff::RULES;

    #[test]
    fn no_rule_of_changes_has_the_name_of_a_diagnostic() {
        let codes = all();
        for rule in RULES {
            assert!(
                codes.iter().all(|code| code.name != rule.code.name),
                "{}",
                rule.code.name
            );
        }
    }
}
