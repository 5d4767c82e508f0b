//! The table of all diagnostic codes about a text: those of reading it, those of what it means, and one for each check.

use ghostc_syntax::Code;

ghostc_syntax::codes! {
    ALLOW_WITHOUT_REASON = Warning "allow-without-reason";
    UNKNOWN_LINT = Warning "unknown-lint";
    UNUSED_ALLOW = Warning "unused-allow";
}

/// Every code that ghostc can raise about a text, sorted by name.
pub fn all() -> Vec<Code> {
    let tables = [
        ghostc_syntax::codes::ALL,
        ghostc_spec::codes::ALL,
        ghostc_plan::codes::ALL,
        ALL,
        crate::checks::CODES,
    ];
    let mut codes = tables.concat();
    codes.sort_by_key(|code| code.name);
    codes
}
