//! warning(consistency): a text counts something and comes to another number than the data does
//!
//! People trust a number such as `125 test cases` or `phase 3: 14 tasks`, and check a run or a plan against it.
//! Counted are the cases of operations and groups, the tasks of a list, a phase, a story or a range of ids, and the
//! functional requirements, success criteria and user stories of a feature.
//! Where the words leave it open what is counted, nothing is reported.
//! `about 290` may be off by a fifth, and `100+` may only be too little; what is off by more is a note, since it claims less.
//!
//! ## Wrong
//!
//! ````fixture
//! //- /p/SPEC.md
//! # P
//!
//! All 3 tests must pass.
//!
//! ### double(n) → number
//!
//! | Function | Tests |
//! |---|---|
//! | double | 3 |
//! //- /p/tests.yaml
//! double:
//!   - { name: one, input: { n: 1 }, output: 2 }
//!   - { name: two, input: { n: 2 }, output: 4 }
//! ````
//!
//! ## Right
//!
//! ````fixture
//! //- /p/SPEC.md
//! # P
//!
//! All 2 tests must pass.
//!
//! ### double(n) → number
//!
//! | Function | Tests |
//! |---|---|
//! | double | 2 |
//! //- /p/tests.yaml
//! double:
//!   - { name: one, input: { n: 1 }, output: 2 }
//!   - { name: two, input: { n: 2 }, output: 4 }
//! ````

use crate::counts::{self, TOLD, Wrong};
use crate::task_list::counted;
use ghostc_spec::library::Package;
use ghostc_syntax::{Diagnostic, Severity, Sources};

pub(super) fn check(package: &Package, sources: &Sources, findings: &mut Vec<Diagnostic>) {
    findings.extend(counts::wrong(package, sources).iter().filter_map(describe));
}

fn describe(wrong: &Wrong) -> Option<Diagnostic> {
    let truths = &wrong.counted.truths;
    let truth = *truths.first()?;
    let clause = wrong
        .counted
        .clause
        .replace("{}", &counted(truth, wrong.counted.noun));
    let message = format!("this says {}, and {clause}", wrong.written);
    let mut found = Diagnostic::new(super::WRONG_COUNT, wrong.span, message);
    let parts = &wrong.counted.parts;
    if !parts.is_empty() {
        let more = if parts.len() > TOLD { ", …" } else { "" };
        let shown = parts.iter().take(TOLD).cloned().collect::<Vec<_>>().join(", ");
        found = found.note(format!("{shown}{more}"));
    }
    found = found.help("Correct the number, or leave it out.");
    if !wrong.exact {
        found.severity = Severity::Note;
        return Some(found);
    }
    let one_way = truths.iter().all(|other| *other == truth);
    Some(match one_way {
        true => found.fix(format!("write {truth}"), wrong.span, truth.to_string()),
        false => found,
    })
}
