//! warning(correctness): a text names a task that does not exist
//!
//! What depends on a task that is not there can never start, and a range with a hole promises work that nobody listed.
//! A range of more than ten ids names a stretch of the list, and its ends alone have to exist.
//!
//! ## Wrong
//!
//! ````fixture
//! //- /specs/001-clock/spec.md
//! # Feature Specification: Clock
//! //- /specs/001-clock/tasks.md
//! # Tasks
//!
//! - [ ] T001 Draw the digits in src/digits.rs
//! - [ ] T002 Draw the hands in src/hands.rs (depends on T007)
//! ````
//!
//! ## Right
//!
//! ````fixture
//! //- /specs/001-clock/spec.md
//! # Feature Specification: Clock
//! //- /specs/001-clock/tasks.md
//! # Tasks
//!
//! - [ ] T001 Draw the digits in src/digits.rs
//! - [ ] T002 Draw the hands in src/hands.rs (depends on T001)
//! ````

use crate::library::{Dialect, Package};
use crate::lines::{self, Place};
use crate::task_list::{Named, TaskList, named};
use ghostc_syntax::{Diagnostic, Sources};
use std::collections::BTreeSet;

/// The longest range whose ids all have to exist.
const LISTED: usize = 10;

pub(super) fn check(package: &Package, sources: &Sources, findings: &mut Vec<Diagnostic>) {
    let list = TaskList::new(package);
    if package.dialect == Dialect::SpecKit && list.ids().any(|id| id.starts_with('T')) {
        in_text(&list, sources, findings);
    } else if package.dialect != Dialect::SpecKit {
        declared(package, &list, findings);
    }
}

/// Ids such as `T012` anywhere in a document that lists tasks.
fn in_text(list: &TaskList<'_>, sources: &Sources, findings: &mut Vec<Diagnostic>) {
    let lengths: BTreeSet<usize> = list.ids().map(digits).collect();
    for (_, home) in list.documents() {
        for line in lines::lines(home, sources) {
            if line.place == Place::Heading || is_elsewhere(line.text) {
                continue;
            }
            for named in named(line.text, line.span) {
                // `T20` is no id where ids have three digits, unless zeros were left out.
                let is_id = |id: &String| lengths.contains(&digits(id)) || list.same_number(id).is_some();
                if named.names.iter().all(is_id) {
                    findings.extend(missing(&named, list));
                }
            }
        }
    }
}

fn digits(id: &str) -> usize {
    id.bytes().filter(u8::is_ascii_digit).count()
}

/// Whether a line speaks of another feature: `002-login`.
fn is_elsewhere(text: &str) -> bool {
    let mut words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
    words.any(|word| {
        let (number, name) = word.split_once('-').unwrap_or_default();
        let letters = name.starts_with(|c: char| c.is_ascii_lowercase());
        number.len() == 3 && number.bytes().all(|byte| byte.is_ascii_digit()) && letters
    })
}

fn missing(named: &Named, list: &TaskList<'_>) -> Option<Diagnostic> {
    let ends = [named.names.first()?, named.names.last()?];
    let looked_at: Vec<&String> = if named.names.len() > LISTED {
        ends.to_vec()
    } else {
        named.names.iter().collect()
    };
    let unknown: Vec<&str> = looked_at
        .into_iter()
        .map(String::as_str)
        .filter(|id| list.find(id).is_none())
        .collect();
    let first = unknown.first()?;
    let message = match named.names.as_slice() {
        [one] => format!("no task is named `{one}`"),
        _ => format!("this range holds `{}`, and no task is named so", unknown.join("`, `")),
    };
    let found = Diagnostic::new(super::DANGLING_TASK, named.span, message);
    let near = list.same_number(first);
    Some(match near.filter(|_| named.names.len() == 1) {
        Some(near) => found
            .help(format!("Write `{near}`."))
            .fix(format!("write `{near}`"), named.span, near),
        None => found.help("Name a task of the list, or add this one to it."),
    })
}

/// What tasks of other dialects say that they depend on, and what waves hold.
fn declared(package: &Package, list: &TaskList<'_>, findings: &mut Vec<Diagnostic>) {
    let depended_on = list.tasks().iter().flat_map(|task| &task.depends_on);
    let held = package.facts.waves.iter().flat_map(|wave| &wave.tasks);
    for named in depended_on.chain(held).filter(|named| list.find(&named.name).is_none()) {
        let message = format!("no task is named `{}`", named.name);
        let found = Diagnostic::new(super::DANGLING_TASK, named.span, message);
        findings.push(found.help("Name a task of the list, or add this one to it."));
    }
}
