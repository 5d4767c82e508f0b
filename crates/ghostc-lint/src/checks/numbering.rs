//! warning(consistency): a number is missing in a sequence, or something else stands in its place
//!
//! Where tasks, requirements or sections are numbered one after another, a hole is work that was lost or moved.
//! Holes of more than two numbers are left for later on purpose, and are not reported.
//! A text that calls a range of ids sequential has to be right about it.
//!
//! ## Wrong
//!
//! ````fixture
//! //- /openspec/changes/quote-cells/proposal.md
//! ## Why
//!
//! Cells with commas are split in two when they are read again, and nobody notices.
//! //- /openspec/changes/quote-cells/specs/parts/spec.md
//! ## ADDED Requirements
//!
//! ### Requirement: Quotes
//! The system SHALL have them.
//!
//! #### Scenario: Looked for
//! - **WHEN** somebody looks
//! - **THEN** they are there
//! //- /openspec/changes/quote-cells/tasks.md
//! ## 1. Work
//!
//! - [ ] 1.1 Quote cells that hold commas
//!
//! ## 2. Tests
//!
//! - [ ] 2.1 Test cells that hold commas
//!
//! ## 4. Documents
//!
//! - [ ] 4.1 Say which cells are quoted
//! ````
//!
//! ## Right
//!
//! ````fixture
//! //- /openspec/changes/quote-cells/proposal.md
//! ## Why
//!
//! Cells with commas are split in two when they are read again, and nobody notices.
//! //- /openspec/changes/quote-cells/specs/parts/spec.md
//! ## ADDED Requirements
//!
//! ### Requirement: Quotes
//! The system SHALL have them.
//!
//! #### Scenario: Looked for
//! - **WHEN** somebody looks
//! - **THEN** they are there
//! //- /openspec/changes/quote-cells/tasks.md
//! ## 1. Work
//!
//! - [ ] 1.1 Quote cells that hold commas
//!
//! ## 2. Tests
//!
//! - [ ] 2.1 Test cells that hold commas
//!
//! ## 3. Documents
//!
//! - [ ] 3.1 Say which cells are quoted
//! ````

use super::DocumentContext;
use crate::lines::{self, Line, LineKind};
use crate::sequences::{self, Break, Sequence};
use crate::task_list::{TaskList, place};
use ghostc_spec::dialects::task_ids;
use ghostc_spec::library::Package;
use ghostc_syntax::{Diagnostic, Sources};

pub(super) fn check(package: &Package, sources: &Sources, findings: &mut Vec<Diagnostic>) {
    report(&sequences::declared(package, sources), findings);
    let list = TaskList::new(package);
    for (_, home) in list.documents() {
        findings.extend(lines::lines(home, sources).find_map(|line| claim(line, &list)));
    }
}

pub(super) fn check_document(context: DocumentContext<'_>, _: &Sources, findings: &mut Vec<Diagnostic>) {
    report(&sequences::headings(context.document), findings);
}

fn report(sequences: &[Sequence], findings: &mut Vec<Diagnostic>) {
    for sequence in sequences {
        findings.extend(
            sequence
                .breaks()
                .iter()
                .filter_map(|found| describe(found, sequence)),
        );
    }
}

fn describe(found: &Break<'_>, sequence: &Sequence) -> Option<Diagnostic> {
    match found {
        Break::Hole(first, missing, after) => {
            let names: Vec<String> = (*first..first + missing)
                .map(|number| like(sequence, after.name.as_str(), number))
                .collect();
            let message = format!(
                "there is no `{}` before `{}`",
                names.join("` and no `"),
                after.name
            );
            let found = Diagnostic::new(super::NUMBERING, after.span, message);
            Some(found.help("Number without holes, or say where the missing one went."))
        }
        Break::Usurper(stray, number) => {
            let wanted = like(sequence, &stray.name, *number);
            let message = format!(
                "`{}` stands where `{wanted}` would, which does not exist",
                stray.name
            );
            let found = Diagnostic::new(super::NUMBERING, stray.span, message);
            Some(found.help(format!("Call it `{wanted}` here and wherever it is named.")))
        }
        Break::Stray(..) => None,
    }
}

/// The name that another number would have, with as many digits.
fn like(sequence: &Sequence, name: &str, number: u64) -> String {
    let digits = name
        .strip_prefix(sequence.stem.as_str())
        .unwrap_or_default()
        .chars()
        .take_while(char::is_ascii_digit)
        .count();
    format!("{}{number:0digits$}", sequence.stem)
}

/// A line that calls a range of ids sequential.
fn claim(line: Line<'_>, list: &TaskList<'_>) -> Option<Diagnostic> {
    let folded = line.text.to_lowercase();
    let says = ["sequential", "consecutive", "without gaps", "no gaps", "連番"]
        .iter()
        .any(|word| folded.contains(word));
    if !says || folded.contains("not ") || line.place != LineKind::Prose || !folded.contains("id") {
        return None;
    }
    let mut ranges = task_ids(line.text, line.span).into_iter();
    let range = ranges.find(|named| named.count() > 1)?;
    let missing: Vec<String> = range.ids().filter(|id| list.find(id).is_none()).collect();
    let missing: Vec<&str> = missing.iter().map(String::as_str).collect();
    let (first, last) = (place(range.first())?, place(&range.last())?);
    let others: Vec<&str> = list
        .ids()
        .filter(|id| {
            place(id).is_some_and(|(stem, number, suffix)| {
                stem == first.0 && (!suffix.is_empty() || number < first.1 || number > last.1)
            })
        })
        .collect();
    if missing.is_empty() && others.is_empty() {
        return None;
    }
    let found = Diagnostic::new(
        super::NUMBERING,
        range.span,
        "the ids are not sequential as this says",
    );
    let found = listed(found, "missing", &missing);
    Some(listed(found, "besides the range", &others).help("Correct the ids, or what is said of them."))
}

fn listed(found: Diagnostic, what: &str, ids: &[&str]) -> Diagnostic {
    let shown = ids.iter().take(8).copied().collect::<Vec<_>>().join("`, `");
    let more = ids.len().saturating_sub(8);
    match (ids.len(), more) {
        (0, _) => found,
        (_, 0) => found.note(format!("{what}: `{shown}`")),
        _ => found.note(format!("{what}: `{shown}` and {more} more")),
    }
}
