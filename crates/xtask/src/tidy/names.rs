//! Names of types, functions and modules that nobody in this field would look for, with better ones.
//!
//! A name is the field's word for what a thing is. One that once stood here for something else, or only makes sense to
//! whoever wrote it, does not come back.

use super::modules::{crates, declared};
use super::{Finding, Tree};

/// Each name, and what to write instead.
#[rustfmt::skip]
const BANNED: &[(&str, &str)] = &[
    // Types. One word stood for up to seven of them.
    ("Ahead", "`Prefetch`"),
    ("Alone", "`DocumentFacts`, or say which part of the change it is"),
    ("AloneCheck", "`DocumentCheck`"),
    ("Around", "`Container`"),
    ("Asked", "`Request`, `Query`, by what it is"),
    ("Deed", "`DeltaOperation`"),
    ("Dress", "`LineEndings`, `TextStyle`, by what it holds"),
    ("Everything", "`ProcessTree`"),
    ("Fate", "`NodeOutcome`"),
    ("Halt", "`JobError`"),
    ("Head", "`Anchor`, `Opening`, by what it is"),
    ("Heads", "`UnmatchedByAnchor`"),
    ("Home", "`Document`, `Section`, by what it is"),
    ("Homes", "`SectionIndex`"),
    ("Least", "`MinimumClass`"),
    ("Made", "`MergedNode`, `Pairs`, by what it is"),
    ("Nameless", "`StatementWithoutId`"),
    ("Page", "`DocumentContext`"),
    ("Past", "`RevisionProject`"),
    ("Place", "`Location`, `Span`, `Position`, `SectionIndex`, by what it is"),
    ("Places", "`Locations`, by what they are"),
    ("Questions", "`DriverRequests`"),
    ("Ride", "`DriverRun`"),
    ("Said", "`TurnOutput`, `PhaseClause`, `NoopReport`, by what it is"),
    ("Settled", "`TaskOutcome`"),
    ("Settling", "`Settlement`, or `settle` as a function"),
    ("Sheet", "`PackageSnapshot`"),
    ("Talk", "`DriverIo`, `Messages`, by what it is"),
    ("Texts", "`MatchedPair`, `SourceSet`, by what it is"),
    ("Thing", "say what it is"),
    ("Three", "`ThreeWay`"),
    ("Told", "`Reported`"),
    ("Touch", "`RequirementDelta`"),
    ("Trouble", "`Problem`, `Failure`, by what it is"),
    ("Wake", "`EngineEvent`"),
    ("Walls", "`WallTimes`"),
    ("Whole", "say what of"),
    ("Work", "`JobRun`, `PendingTasks`, by what it is"),
    // Modules.
    ("ahead", "`prefetch`"),
    ("alone", "`unmatched`, `document`, by what it is"),
    ("endings", "`suffix_index`"),
    ("firsts", "`first_occurrence`"),
    ("hints", "`word_filter`"),
    ("homes", "`section_index`; `documents` for what things belong to"),
    ("past", "`revision`; for text, `after`"),
    ("pending", "`pending_changes`, or say what waits"),
    ("pin", "`isolate`"),
    ("sheet", "`snapshot`"),
    // Verdicts: `settle` writes down what one decided, `accept` is the user's consent. There is no third word.
    ("judged", "`judge`, or name the verdict"),
    ("settled", "`settle` for the deed, `TaskOutcome` for what came of it"),
    // Functions.
    ("came_and_went", "`additions_and_removals`"),
    ("came_or_went", "`addition_or_removal`"),
    ("case_homes", "`tasks_of_cases`"),
    ("class_of_told", "`class_of_reported`"),
    ("drop_absent", "`remove_nulls`"),
    ("feed", "`write_prompt`"),
    ("goes_along", "`moves_with`"),
    ("goes_on", "`continues`"),
    ("hand_over", "`send_batch`"),
    ("hear", "`read_stderr`"),
    ("heard", "`take_output`"),
    ("hedged", "`read_bound`"),
    ("home", "`document`"),
    ("home_of", "`document_of`, `fact_of`, by what it is"),
    ("in_the_way", "`files_to_overwrite`"),
    ("is_told_about", "`is_reported`"),
    ("lone", "`unmatched`"),
    ("lone_place", "`unmatched_location`"),
    ("longest_ways", "`critical_paths`"),
    ("look_into", "`expand_merges`"),
    ("makes_room", "`frees_name`"),
    ("mend", "`fix`"),
    ("recall", "`read_stamp`"),
    ("ride", "`run_driver`"),
    ("roomy", "`pipe_is_large`"),
    ("share_out", "`assign_claims`"),
    ("shouts", "`writes_keywords_in_capitals`"),
    ("silently_in", "`quiet_in_folder`"),
    ("spoken_of", "`operation_named_in`"),
    ("strays", "`out_of_order`"),
    ("sums_up", "`is_total`"),
    ("thin_out", "`remove_claimed_sections`"),
    ("told", "`reported`, `lines_of`, by what it gives"),
    ("touches", "`requirement_deltas`"),
    ("undress", "`without_emphasis`"),
];

pub(crate) fn find(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for one in crates(tree) {
        for (path, module) in &one.modules {
            let mut names: Vec<(usize, &str)> = declared(&module.tokens)
                .iter()
                .map(|found| (found.line, found.name))
                .collect();
            // A file is a module wherever it is declared, and some are declared by build scripts.
            names.retain(|(_, name)| !one.modules.contains_key(&[path.as_slice(), &[*name]].concat()));
            names.extend(path.last().map(|name| (1, *name)));
            for (line, name) in names {
                if let Some((_, better)) = BANNED.iter().find(|(banned, _)| *banned == name) {
                    let message = format!("`{name}` is not what this field calls it: {better}");
                    findings.push(Finding::new(module.file, line, message));
                }
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn banned_names_are_found_where_they_are_declared_and_as_whole_words() {
        for (name, _) in BANNED {
            let keyword = if name.starts_with(char::is_uppercase) {
                "struct"
            } else {
                "fn"
            };
            let tree = Tree::fixture(&format!(
                "
                //- /crates/a/src/lib.rs
                // {keyword} {name}
                {keyword} {name}er() {{ let {name} = {name}(); }}
                pub(crate) {keyword} {name}() {{}}
                "
            ));
            let lines: Vec<usize> = find(&tree).iter().map(|finding| finding.line).collect();
            assert_eq!(lines, [3], "{name}");
        }
    }

    #[test]
    fn a_file_is_a_module_and_its_name_counts_once() {
        let tree = Tree::fixture(
            "
            //- /crates/a/src/lib.rs
            mod firsts;
            mod checks;
            //- /crates/a/src/firsts.rs
            //- /crates/a/src/checks.rs
            include!(concat!(env!(\"OUT_DIR\"), \"/checks.rs\"));
            //- /crates/a/src/checks/across/hints.rs
            //- /crates/a/src/firsts/tests.rs
            fn told() {}
            ",
        );
        let files: Vec<String> = find(&tree).into_iter().map(|finding| finding.path).collect();
        assert_eq!(
            files,
            ["crates/a/src/checks/across/hints.rs", "crates/a/src/firsts.rs"]
        );
    }

    #[test]
    fn each_name_is_listed_once_and_no_better_one_is_banned() {
        for (at, (name, better)) in BANNED.iter().enumerate() {
            assert!(
                !BANNED.iter().skip(at + 1).any(|(other, _)| other == name),
                "{name}"
            );
            let words = better.split('`').skip(1).step_by(2);
            for word in words {
                assert!(
                    !BANNED.iter().any(|(banned, _)| *banned == word),
                    "{word} for {name}"
                );
            }
        }
    }
}
