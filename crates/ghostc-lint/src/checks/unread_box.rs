//! warning(correctness): a line of a task list shows a check box, or a number among boxes, and is no task
//!
//! The box is bold, round, a sign of its own, a cell of a table, or the text around it has swallowed it; or the line has a
//! number as the boxes beside it have, and no box.
//! Nothing builds it, and no other tool counts it.
//!
//! ## Wrong
//!
//! ````fixture
//! //- /specs/001-clock/spec.md
//! # Feature Specification: Clock
//! //- /specs/001-clock/tasks.md
//! # Tasks
//!
//! - [ ] Draw the digits in src/digits.rs
//! - **[ ]** Draw the hands in src/hands.rs
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
//! - [ ] Draw the digits in src/digits.rs
//! - [ ] **Draw the hands** in src/hands.rs
//! ````

use crate::task_list::TaskList;
use ghostc_spec::library::{Document, Package};
use ghostc_syntax::{BlockKind, Diagnostic, Item, Sources, Span};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn check(package: &Package, sources: &Sources, findings: &mut Vec<Diagnostic>) {
    let list = TaskList::new(package);
    for (_, home) in list.documents() {
        let mut report = |at: Span, message: String| {
            let span = at.first_line(&sources.get(at.file).text);
            let found = Diagnostic::new(super::UNREAD_BOX, span, message);
            findings.push(found.help("Start the item with `- [ ]`, or write it without a box."));
        };
        let boxed: BTreeSet<usize> = home
            .spec
            .items
            .iter()
            .filter(|item| item.check.is_some())
            .filter_map(Item::block)
            .collect();
        for (at, block) in home.spec.blocks.iter().enumerate() {
            let text = sources.slice(block.span);
            let is_first = |line: usize| line == 0 && boxed.contains(&at);
            match block.kind {
                BlockKind::Item | BlockKind::Paragraph => {
                    let mut start = block.span.start as usize;
                    for (number, line) in text.split_inclusive('\n').enumerate() {
                        if !is_first(number) && shows_box(line, number == 0) {
                            let span = Span::new(block.span.file, start, start + line.trim_end().len());
                            report(span, "this shows a check box and is no task".to_string());
                        }
                        start += line.len();
                    }
                }
                BlockKind::TableHead | BlockKind::TableRow => {
                    if text.split('|').any(|cell| is_box(cell.trim())) {
                        report(
                            block.span,
                            "a row of a table shows a check box and is no task".to_string(),
                        );
                    }
                }
                BlockKind::Heading | BlockKind::Code(_) => {}
            }
        }
        for (at, number) in unboxed_numbers(home, &list, sources) {
            report(at, format!("`{number}` has no check box, and is no task"));
        }
    }
}

/// Whether a line starts with what people take for a check box. Behind the first line of a block it needs a list mark, or
/// it may be any word in brackets.
fn shows_box(line: &str, is_first: bool) -> bool {
    let bare = line.trim_start();
    let item = bare.strip_prefix(['-', '*', '+']).unwrap_or(bare);
    let is_marked = item.len() < bare.len();
    let words = item.trim_start().trim_start_matches(['*', '_', '~']);
    let is_sign = words.starts_with(['☐', '☑', '☒']);
    let is_round = ["( ) ", "(x) ", "(X) "]
        .iter()
        .any(|mark| words.starts_with(mark));
    let square = ["[ ]", "[x]", "[X]"]
        .iter()
        .find_map(|mark| words.strip_prefix(mark));
    // `[x](url)` and `[x]: url` are links.
    let is_square = square.is_some_and(|rest| !rest.starts_with(['(', ':', '[']));
    (is_first || is_marked) && (is_sign || is_round || is_square)
}

/// Whether a cell of a table is a check box.
fn is_box(cell: &str) -> bool {
    let cell = cell.trim_matches(['`', '*', '-', ' ']);
    ["[ ]", "[x]", "[X]", "☐", "☑", "☒"].contains(&cell)
        || ["[ ] ", "[x] ", "[X] "].iter().any(|mark| cell.starts_with(mark))
}

/// Items without a box that have a whole number, in lists whose items have boxes and such numbers before and after them.
fn unboxed_numbers<'s>(home: &Document, list: &TaskList<'_>, sources: &'s Sources) -> Vec<(Span, &'s str)> {
    let text = |item: &Item| Some(home.spec.blocks.get(item.block()?)?.span);
    let number = |at: Span| {
        let text = sources.slice(at).trim_start_matches('*');
        let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let is_number = digits > 0 && text.get(digits..)?.starts_with(['.', ')']);
        let rest = text.get(digits + 1..).filter(|_| is_number)?;
        rest.starts_with([' ', '*']).then(|| text.get(..digits)).flatten()
    };
    let mut lists: BTreeMap<_, Vec<&Item>> = BTreeMap::new();
    for item in home.spec.items.iter().filter(|item| item.number.is_none()) {
        lists
            .entry((item.heading(), item.parent()))
            .or_default()
            .push(item);
    }
    let mut found = Vec::new();
    for items in lists.into_values() {
        let first = items.iter().position(|item| item.check.is_some());
        let last = items.iter().rposition(|item| item.check.is_some());
        let (Some(first), Some(last)) = (first, last) else {
            continue;
        };
        let between = items.get(first..last).unwrap_or_default().iter();
        for at in between
            .filter(|item| item.check.is_none())
            .filter_map(|item| text(item))
        {
            if let Some(number) = number(at).filter(|number| list.find(number).is_none()) {
                found.push((at, number));
            }
        }
    }
    found
}
