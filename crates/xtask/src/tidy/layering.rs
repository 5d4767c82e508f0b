//! Which of our crates may know which: what `Cargo.toml` names, and what sources name.
//!
//! The compiler holds sources to `Cargo.toml`, and this holds `Cargo.toml` to the picture of `crates/README.md`.

use super::manifest::dependencies;
use super::tokens::{Kind, tokens};
use super::{Finding, Tree};

pub(crate) const SYNTAX: &str = "ghostc-syntax";
pub(crate) const SPEC: &str = "ghostc-spec";
pub(crate) const LINT: &str = "ghostc-lint";
pub(crate) const PLAN: &str = "ghostc-plan";
pub(crate) const JUDGE: &str = "ghostc-judge";
pub(crate) const DIFF: &str = "ghostc-diff";
pub(crate) const RUN: &str = "ghostc-run";
pub(crate) const PROJECT: &str = "ghostc-project";
pub(crate) const BINARY: &str = "ghostc";
pub(crate) const TESTKIT: &str = "ghostc-testkit";
pub(crate) const CHORES: &str = "xtask";

/// The crates that read no file, environment or clock.
pub(crate) const PURE: &[&str] = &[SYNTAX, SPEC, LINT, PLAN, JUDGE, DIFF];

/// Each crate with those that it may depend on, from bottom to top.
///
/// Tests, examples and benchmarks may use the test kit besides, and so may nothing else.
const MAY_USE: &[(&str, &[&str])] = &[
    (SYNTAX, &[]),
    (JUDGE, &[SYNTAX]),
    (SPEC, &[SYNTAX]),
    (PLAN, &[SYNTAX, SPEC, JUDGE]),
    (LINT, &[SYNTAX, SPEC, JUDGE, PLAN]),
    (DIFF, &[SYNTAX, SPEC, JUDGE, PLAN]),
    (RUN, &[JUDGE]),
    (PROJECT, &[SYNTAX, SPEC, JUDGE, PLAN, LINT, DIFF, RUN]),
    (BINARY, &[SYNTAX, SPEC, JUDGE, PLAN, LINT, DIFF, RUN, PROJECT]),
    (TESTKIT, &[]),
    (CHORES, &[SYNTAX, SPEC, JUDGE, PLAN, LINT, DIFF, RUN, PROJECT]),
];

pub(crate) fn find(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, _) in tree.files("crates/", "/Cargo.toml") {
        if let Some(name) = path.split('/').nth(1).filter(|name| allowed(name).is_none()) {
            let message = format!("`{name}` has no place among the layers of {}", file!());
            findings.push(Finding::new(path, 1, message));
        }
    }
    let known = |name: &str| allowed(name).is_some();
    for found in dependencies(tree).iter().filter(|found| known(found.name)) {
        if !may_use(found.user, found.name, found.dev) {
            let kind = if found.dev { "" } else { " outside of tests" };
            let message = format!("`{}` may not depend on `{}`{kind}", found.user, found.name);
            findings.push(Finding::new(found.path, found.line, message));
        }
    }
    findings.extend(named(tree));
    findings
}

fn allowed(name: &str) -> Option<&'static [&'static str]> {
    let row = MAY_USE.iter().find(|(user, _)| *user == name);
    row.map(|(_, used)| *used)
}

fn may_use(user: &str, used: &str, in_tests: bool) -> bool {
    // What has no place among the layers is a finding of its own.
    let Some(allowed) = allowed(user) else { return true };
    allowed.contains(&used) || (in_tests && used == TESTKIT && user != TESTKIT)
}

/// Sources that name a crate that theirs may not use; which of them are tests is for `Cargo.toml` to say.
fn named(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in tree.sources() {
        let Some(user) = path.split('/').nth(1) else {
            continue;
        };
        for token in tokens(text).iter().filter(|token| token.kind == Kind::Word) {
            let used = token.text.replace('_', "-");
            let other = used != user && used.contains('-') && allowed(&used).is_some();
            if other && !may_use(user, &used, true) {
                let message = format!("`{user}` may not know `{used}`");
                findings.push(Finding::new(path, token.line, message));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dependencies_upwards_and_on_the_test_kit_are_found() {
        let tree = Tree::fixture(
            "
            //- /crates/ghostc-plan/Cargo.toml
            [dependencies]
            ghostc-syntax.workspace = true
            ghostc-lint.workspace = true
            ghostc-testkit.workspace = true
            [dev-dependencies]
            ghostc-testkit.workspace = true
            //- /crates/ghostc-lint/Cargo.toml
            [dependencies]
            ghostc-diff.workspace = true
            //- /crates/ghostc-testkit/Cargo.toml
            [dev-dependencies]
            ghostc-syntax.workspace = true
            //- /crates/ghostc-util/Cargo.toml
            ",
        );
        let findings = find(&tree);
        let found: Vec<(&str, usize)> = findings
            .iter()
            .map(|finding| (finding.path.as_str(), finding.line))
            .collect();
        let expected = [
            ("crates/ghostc-util/Cargo.toml", 1),
            ("crates/ghostc-lint/Cargo.toml", 2),
            ("crates/ghostc-plan/Cargo.toml", 3),
            ("crates/ghostc-plan/Cargo.toml", 4),
            ("crates/ghostc-testkit/Cargo.toml", 2),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn a_pure_crate_that_names_the_project_is_found() {
        let tree = Tree::fixture(
            "
            //- /crates/ghostc-judge/src/lib.rs
            // not ghostc_project
            use ghostc_project::open;
            use ghostc_syntax::Span;
            fn f() { let ghostc_judge_twice = ghostc_testkit::x(); }
            //- /crates/ghostc/src/main.rs
            use ghostc_project::open;
            ",
        );
        let message = "`ghostc-judge` may not know `ghostc-project`";
        assert_eq!(
            find(&tree),
            [Finding::new("crates/ghostc-judge/src/lib.rs", 2, message)]
        );
    }

    #[test]
    fn arrows_point_down_only() {
        for (place, (user, used)) in MAY_USE.iter().enumerate() {
            for name in *used {
                let below = MAY_USE.iter().position(|(other, _)| other == name);
                assert!(below.is_some_and(|below| below < place), "{user} and {name}");
            }
        }
    }
}
