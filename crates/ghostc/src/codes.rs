//! The codes of all crates: what `ghostc explain` knows.

use ghostc_syntax::Code;

/// Every code that there is an explanation for, sorted by name.
pub(crate) fn all() -> Vec<Code> {
    let mut codes = ghostc_lint::codes::all();
    codes.extend_from_slice(ghostc_project::codes::ALL);
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
