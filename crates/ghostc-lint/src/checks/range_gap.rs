//! warning(consistency): the ranges of a table leave a gap or overlap
//!
//! Rows that divide a quantity into ranges must cover it: what lies between two rows has no answer, and what lies in two has two.
//! Numbers with different units are where it happens: from `44 minutes` to `45 minutes` there are 59 seconds that are in no row.
//!
//! ## Wrong
//!
//! ````fixture
//! //- /p/SPEC.md
//! # P
//!
//! | Elapsed | Said |
//! |--------|------|
//! | 0–59 seconds | now |
//! | 60 seconds – 59 minutes | soon |
//! | 60 minutes – 5 hours | later |
//! ````
//!
//! ## Right
//!
//! ````fixture
//! //- /p/SPEC.md
//! # P
//!
//! | Elapsed | Said |
//! |--------|------|
//! | 0–59 seconds | now |
//! | 60–3599 seconds | soon |
//! | 3600+ seconds | later |
//! ````

use super::DocumentContext;
use crate::ranges::{self, Range};
use ghostc_syntax::{Diagnostic, Row, Sources, Span};

/// What the title of a column says whose ranges share out a quantity; others list estimates, ports or pages.
const QUANTITIES: &[&str] = &[
    "condition",
    "range",
    "score",
    "value",
    "input",
    "threshold",
    "when",
    "percent",
    "amount",
    "elapsed",
    "age",
    "difference",
    "distance",
    "length",
    "size",
    "count",
    "level",
    "条件",
    "範囲",
    "値",
    "経過",
];

pub(super) fn check_document(
    context: DocumentContext<'_>,
    sources: &Sources,
    findings: &mut Vec<Diagnostic>,
) {
    for rows in context.document.spec.rows.chunk_by(|a, b| a.table == b.table) {
        table(rows, sources, findings);
    }
}

/// Looks at each column that consists of ranges.
fn table(rows: &[Row], sources: &Sources, findings: &mut Vec<Diagnostic>) {
    let Some((head, body)) = rows
        .split_first()
        .filter(|(head, body)| head.head && body.len() > 2)
    else {
        return;
    };
    for (column, title) in head.cells.iter().enumerate() {
        let cells = body.iter().map(|row| {
            let cell = *row.cells.get(column)?;
            Some((cell, ranges::parse(sources.slice(cell))?))
        });
        let Some(cells) = cells.collect::<Option<Vec<(Span, Range<'_>)>>>() else {
            continue;
        };
        if is_partition(&cells, sources.slice(*title)) {
            findings.extend(fault(&cells, sources));
        }
    }
}

/// Whether ranges of one quantity follow each other upwards.
fn is_partition(cells: &[(Span, Range<'_>)], title: &str) -> bool {
    let pairs = cells.iter().zip(cells.iter().skip(1));
    let upwards = pairs.into_iter().all(|((_, a), (_, b))| {
        let low = |range: &Range<'_>| range.low.map_or(i64::MIN, |low| low.at);
        a.quantity == b.quantity && low(a) < low(b)
    });
    let bounded = cells
        .iter()
        .filter(|(_, range)| range.low.is_some() && range.high.is_some())
        .count();
    let title = title.to_lowercase();
    upwards && bounded >= 2 && QUANTITIES.iter().any(|word| title.contains(word))
}

/// The first place where ranges do not meet.
fn fault(cells: &[(Span, Range<'_>)], sources: &Sources) -> Option<Diagnostic> {
    let bounds = cells
        .iter()
        .flat_map(|(_, range)| [range.low, range.high])
        .flatten();
    let step = bounds.map(|bound| bound.step).min()?;
    let mut faults = cells
        .iter()
        .zip(cells.iter().skip(1))
        .filter_map(|((at, a), (next, b))| {
            let (high, low) = (a.high?, b.low?);
            let both = high.inside && low.inside;
            let between = low.at - high.at;
            // What is left out on purpose is larger than what is left out by mistake.
            let width = |range: &Range<'_>| Some(range.high?.at - range.low?.at);
            let is_narrow = [width(a), width(b)]
                .iter()
                .flatten()
                .all(|width| between < *width);
            let gap = is_narrow && between > if both { step } else { 0 };
            let overlap = low.at < high.at;
            (gap || overlap).then_some((*at, *next, gap))
        });
    let (at, next, gap) = faults.next()?;
    let (here, there) = (sources.slice(at), sources.slice(next));
    let message = if gap {
        format!("between `{here}` and `{there}` there is a gap")
    } else {
        format!("`{here}` and `{there}` overlap")
    };
    let found = Diagnostic::new(super::RANGE_GAP, at, message).also(next, "the next range");
    let more = faults.count();
    let found = if more > 0 {
        found.note(format!("{more} more in this table"))
    } else {
        found
    };
    Some(found.help("Let each range begin where the one before it ends."))
}
