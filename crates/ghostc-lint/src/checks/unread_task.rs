//! warning(correctness): a line of a task list has no check box and is no task
//!
//! It has an id as the tasks around it have, or stands in a chapter of its own among chapters of tasks, and nothing builds it.
//! A `tasks.md` with lists and not one box has no task at all.
//! A line that only speaks of a task names one that is there.
//!
//! ## Wrong
//!
//! ````fixture
//! //- /openspec/changes/add-clock/proposal.md
//! ## Why
//!
//! Nobody knows the time.
//! //- /openspec/changes/add-clock/specs/parts/spec.md
//! ## ADDED Requirements
//!
//! ### Requirement: Hands
//! The system SHALL have them.
//!
//! #### Scenario: Looked for
//! - **WHEN** somebody looks
//! - **THEN** they are there
//! //- /openspec/changes/add-clock/tasks.md
//! ## 1. Face
//!
//! - [ ] 1.1 Draw the digits
//! - 1.2 Draw the hands
//! ````
//!
//! ## Right
//!
//! ````fixture
//! //- /openspec/changes/add-clock/proposal.md
//! ## Why
//!
//! Nobody knows the time.
//! //- /openspec/changes/add-clock/specs/parts/spec.md
//! ## ADDED Requirements
//!
//! ### Requirement: Hands
//! The system SHALL have them.
//!
//! #### Scenario: Looked for
//! - **WHEN** somebody looks
//! - **THEN** they are there
//! //- /openspec/changes/add-clock/tasks.md
//! ## 1. Face
//!
//! - [ ] 1.1 Draw the digits
//! - [ ] 1.2 Draw the hands
//! ````

use crate::task_list::{TaskList, phase_number};
use ghostc_spec::layout::file_name;
use ghostc_spec::library::{Dialect, Document, Package};
use ghostc_syntax::{Diagnostic, Heading, Item, Sources, Span};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn check(package: &Package, sources: &Sources, findings: &mut Vec<Diagnostic>) {
    let list = TaskList::new(package);
    for (at, home) in list.documents() {
        lines(home, &list, sources, findings);
        let own = list.tasks().iter().filter(|task| task.document == at);
        let filled: BTreeSet<usize> = own.filter_map(|task| task.heading).collect();
        chapters(home, &filled, sources, findings);
    }
    let is_history = package.changes.as_ref().is_some_and(|base| base.archived);
    if list.tasks().is_empty() && !is_history && package.dialect != Dialect::Ghost {
        findings.extend(
            package
                .documents
                .iter()
                .filter_map(|home| without_boxes(home, sources)),
        );
    }
}

/// The first item of a list of tasks that has no box, nor has any other.
fn without_boxes(home: &Document, sources: &Sources) -> Option<Diagnostic> {
    let first = home
        .spec
        .items
        .first()
        .filter(|_| file_name(&home.path) == "tasks.md")?;
    let span = first.span.first_line(&sources.get(first.span.file).text);
    let found = Diagnostic::new(
        super::UNREAD_TASK,
        span,
        "nothing here has a check box, so that there is no task",
    );
    Some(found.help("Put `[ ]` before what is to be done."))
}

/// Items that start with an id such as `1.2` that no task has.
fn lines(home: &Document, list: &TaskList<'_>, sources: &Sources, findings: &mut Vec<Diagnostic>) {
    let stems: BTreeSet<&str> = list.ids().filter_map(|id| Some(id.rsplit_once('.')?.0)).collect();
    for item in home.spec.items.iter().filter(|item| item.check.is_none()) {
        let Some(at) = text(home, item) else { continue };
        let Some(id) = dotted(sources.slice(at)) else {
            continue;
        };
        let stem = id.rsplit_once('.').map_or("", |(stem, _)| stem);
        if stems.contains(stem) && list.find(id).is_none() {
            let span = at.first_line(&sources.get(at.file).text);
            let message = format!("`{id}` has no check box, and is no task");
            let found = Diagnostic::new(super::UNREAD_TASK, span, message);
            findings.push(found.help("Put `[ ]` before it, or take its number out."));
        }
    }
}

/// The number that a line starts with, which has a full stop inside and a space behind it.
fn dotted(text: &str) -> Option<&str> {
    let bare = text.trim_start_matches('*');
    let end = bare
        .find(|c: char| !(c.is_ascii_digit() || c == '.'))
        .unwrap_or(bare.len());
    let id = bare.get(..end)?.trim_end_matches('.');
    let sound = id.contains('.') && id.split('.').all(|part| !part.is_empty());
    let ends = bare
        .get(end..)?
        .trim_start_matches(['*', ':', ')'])
        .starts_with(' ');
    (sound && ends).then_some(id)
}

fn text(home: &Document, item: &Item) -> Option<Span> {
    home.spec.blocks.get(item.block()?).map(|block| block.span)
}

/// Numbered chapters with a list and without a box, beside numbered chapters with boxes.
fn chapters(home: &Document, filled: &BTreeSet<usize>, sources: &Sources, findings: &mut Vec<Diagnostic>) {
    let headings = &home.spec.headings;
    let is_chapter = |heading: &Heading| heading.number.is_some() || phase_number(heading).is_some();
    // A chapter holds what the sections in it hold.
    let mut with_tasks = BTreeSet::new();
    for at in filled {
        let mut next = Some(*at);
        while let Some(at) = next.filter(|at| with_tasks.insert(*at)) {
            next = headings.get(at).and_then(Heading::parent);
        }
    }
    let kind = |heading: &Heading| (heading.parent(), heading.number.is_some());
    let known = with_tasks.iter().filter_map(|at| headings.get(*at));
    let kinds: BTreeSet<(Option<usize>, bool)> = known.filter(|found| is_chapter(found)).map(kind).collect();
    let mut first_items: BTreeMap<usize, &Item> = BTreeMap::new();
    for item in home.spec.items.iter().filter(|item| item.parent().is_none()) {
        if let Some(heading) = item.heading() {
            first_items.entry(heading).or_insert(item);
        }
    }
    for (at, heading) in headings.iter().enumerate() {
        let item = first_items
            .get(&at)
            .filter(|_| is_chapter(heading) && kinds.contains(&kind(heading)));
        let Some(item) = item.filter(|_| !with_tasks.contains(&at)) else {
            continue;
        };
        let span = item.span.first_line(&sources.get(item.span.file).text);
        let found = Diagnostic::new(super::UNREAD_TASK, span, "no item of this list has a check box");
        let found = found.also(heading.span, "beside other chapters of tasks");
        findings.push(found.help("Put `[ ]` before what is to be done."));
    }
}
