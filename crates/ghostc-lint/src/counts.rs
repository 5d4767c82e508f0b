//! Numbers in texts that count what the package's data counts too: the cases of its operations, the tasks of its list,
//! the requirements and stories of a feature.
//! A number is only compared where the words around it leave no doubt about what it counts.

mod cases;
mod declared;
mod numbers;
mod tasks;

use crate::lines::{self, LineKind};
use ghostc_spec::library::{Document, Package};
use ghostc_syntax::{Row, Sources, Span};
use numbers::{Number, blank};
use std::collections::{BTreeMap, BTreeSet};

/// How many parts of a sum people are told of.
pub(crate) const TOLD: usize = 12;

/// A number that is not what the data says.
#[derive(Debug)]
pub(crate) struct Wrong {
    /// The digits.
    pub(crate) span: Span,
    /// What the text says, with its `about` or `+`.
    pub(crate) written: String,
    /// Whether it claims to be exact.
    pub(crate) exact: bool,
    /// What it counts, and how many there are.
    pub(crate) counted: Counted,
}

/// What a number counts, and how many there are.
#[derive(Clone, Debug)]
pub(crate) struct Counted {
    /// How many, in each way of counting; the likeliest first.
    pub(crate) truths: Vec<u64>,
    /// A clause with `{}` for the number and its noun: `phase 3 has {}`.
    pub(crate) clause: String,
    /// What is counted: `task`, `case`.
    pub(crate) noun: &'static str,
    /// What the number is made up of.
    pub(crate) parts: Vec<String>,
}

/// A number in a text, with the words that may say what it counts. Marks of emphasis and code are blanks in them.
#[derive(Clone, Copy)]
struct NumberClaim<'t> {
    /// The label of its row, where it stands in a table.
    label: &'t str,
    /// The text before it, down to the number before that.
    before: &'t str,
    /// The text after it.
    after: &'t str,
    number: Number,
    place: LineKind,
    /// Where its line is.
    at: Span,
    /// The document and the heading that it stands below.
    home: Option<(usize, Option<usize>)>,
}

/// A number that has a cell of a table for itself, in a column with a head.
#[derive(Clone, Copy)]
struct Cell<'t> {
    head: &'t str,
    /// The first cell of its row, and the head above it.
    label: &'t str,
    label_head: &'t str,
    /// The other cells of its row.
    others: &'t [String],
}

/// The numbers of a package's texts that its data contradicts.
pub(crate) fn wrong(package: &Package, sources: &Sources) -> Vec<Wrong> {
    let counts = Counts {
        cases: cases::Cases::new(package),
        tasks: tasks::Tasks::new(package),
        declared: declared::Declared::new(package),
    };
    let mut found = Vec::new();
    if counts.cases.is_none() && counts.tasks.is_none() && counts.declared.is_none() {
        return found;
    }
    for (at, home) in package.documents.iter().enumerate() {
        if !is_history(home) {
            counts.document(at, home, sources, &mut found);
        }
    }
    for file in package.case_files.iter().filter(|_| counts.cases.is_some()) {
        let text = &sources.get(file.file).text;
        for (line, span) in lines::of_text(Span::start_of(file.file), text) {
            if let Some(comment) = line.strip_prefix('#') {
                let start = span.start as usize + 1;
                let span = Span::new(span.file, start, span.end as usize);
                counts.text("", comment, span, LineKind::Code, None, &mut found);
            }
        }
    }
    found
}

struct Counts<'a> {
    cases: Option<cases::Cases<'a>>,
    tasks: Option<tasks::Tasks<'a>>,
    declared: Option<declared::Declared<'a>>,
}

impl Counts<'_> {
    fn document(&self, at: usize, home: &Document, sources: &Sources, found: &mut Vec<Wrong>) {
        let past = past_sections(home);
        let is_past = |heading: Option<usize>| heading.is_some_and(|heading| past.contains(&heading));
        for line in lines::lines(home, sources) {
            let heading = match line.place {
                LineKind::Heading => home.spec.heading_at(line.span.start),
                LineKind::Prose | LineKind::Text => line.heading,
                LineKind::Row | LineKind::Code => continue,
            };
            if !is_past(heading) {
                self.text("", line.text, line.span, line.place, Some((at, heading)), found);
            }
        }
        let mut heads: BTreeMap<usize, &Row> = BTreeMap::new();
        for row in &home.spec.rows {
            let heading = home.spec.blocks.get(row.block).and_then(|block| block.heading());
            if row.head {
                heads.insert(row.table, row);
            }
            if !is_past(heading) {
                self.row(row, heads.get(&row.table).copied(), (at, heading), sources, found);
            }
        }
    }

    /// The numbers in one line, each with the text since the one before.
    fn text(
        &self,
        label: &str,
        text: &str,
        at: Span,
        place: LineKind,
        home: Option<(usize, Option<usize>)>,
        found: &mut Vec<Wrong>,
    ) {
        let plain = blank(text);
        let mut from = 0;
        for number in numbers::all(&plain) {
            let claim = NumberClaim {
                label,
                before: numbers::end_of(plain.get(from..number.start).unwrap_or_default()),
                after: numbers::start_of(plain.get(number.end..).unwrap_or_default()),
                number,
                place,
                at,
                home,
            };
            let counted = self
                .tasks
                .as_ref()
                .and_then(|tasks| tasks.read(claim))
                .or_else(|| self.cases.as_ref().and_then(|cases| cases.read(claim)))
                .or_else(|| {
                    let declared = self.declared.as_ref();
                    declared.and_then(|declared| declared.read(claim))
                });
            if let Some(counted) = counted {
                from = number.end;
                found.extend(compare(number, counted, &plain, at));
            }
        }
    }

    fn row(
        &self,
        row: &Row,
        head: Option<&Row>,
        home: (usize, Option<usize>),
        sources: &Sources,
        found: &mut Vec<Wrong>,
    ) {
        let plain =
            |row: &Row| -> Vec<String> { row.cells.iter().map(|cell| blank(sources.slice(*cell))).collect() };
        let (cells, heads) = (plain(row), head.map(plain).unwrap_or_default());
        let label = cells.first().map_or("", |label| label.trim());
        for (at, (text, span)) in cells.iter().zip(&row.cells).enumerate().skip(1) {
            let numbers = numbers::all(text);
            let alone = numbers.first().filter(|number| number.is_all_of(text));
            let Some(number) = alone.copied() else {
                self.text(
                    label,
                    sources.slice(*span),
                    *span,
                    LineKind::Row,
                    Some(home),
                    found,
                );
                continue;
            };
            let cell = Cell {
                head: heads.get(at).map_or("", |head| head.trim()),
                label,
                label_head: heads.first().map_or("", |head| head.trim()),
                others: &cells,
            };
            let counted = self
                .tasks
                .as_ref()
                .and_then(|tasks| tasks.cell(cell))
                .or_else(|| self.cases.as_ref().and_then(|cases| cases.cell(cell)));
            found.extend(counted.and_then(|counted| compare(number, counted, text, *span)));
        }
    }
}

/// A finding, where a number is true in no way of counting.
fn compare(number: Number, counted: Counted, text: &str, at: Span) -> Option<Wrong> {
    if counted.truths.is_empty() || counted.truths.iter().any(|truth| number.holds(*truth)) {
        return None;
    }
    let start = at.start as usize;
    Some(Wrong {
        span: Span::new(at.file, start + number.start, start + number.end),
        written: number.shown(text),
        exact: number.bound == numbers::Precision::Exactly,
        counted,
    })
}

/// Whether a document tells what was, and not what is.
fn is_history(home: &Document) -> bool {
    let name = ghostc_spec::layout::file_name(&home.path).to_ascii_lowercase();
    ["changelog", "history", "release", "changes", "news"]
        .iter()
        .any(|word| name.starts_with(word))
}

/// The sections of a document that tell what was: those of versions, and what lies below them.
fn past_sections(home: &Document) -> BTreeSet<usize> {
    let mut past = BTreeSet::new();
    for (at, heading) in home.spec.headings.iter().enumerate() {
        let title = heading.text.trim_start_matches(['[', 'v', 'V']).to_lowercase();
        let is_version = heading.level > 1
            && title.split('.').count() > 2
            && title.starts_with(|c: char| c.is_ascii_digit());
        let is_past = [
            "changelog",
            "history",
            "unreleased",
            "release notes",
            "what's new",
        ]
        .iter()
        .any(|word| title.starts_with(word));
        if is_version || is_past || heading.parent().is_some_and(|parent| past.contains(&parent)) {
            past.insert(at);
        }
    }
    past
}

#[cfg(test)]
mod tests;
