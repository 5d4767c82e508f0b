//! Which list item a block stands below: the one whose text starts no further right than the marker of the block, or, where
//! it has none, left of its text.

use ghostc_syntax::{Block, BlockKind, Sources};

/// What stands before a block on its first line.
pub(super) struct Margin {
    /// The columns before its text.
    column: usize,
    /// The columns before its list marker, or before its text where it has none.
    start: usize,
    /// Whether it is a step of a numbered list.
    pub(super) numbered: bool,
    /// Whether a list marker stands there.
    pub(super) marked: bool,
}

/// Reads what stands before a block.
pub(super) fn margin(block: &Block, sources: &Sources) -> Margin {
    let text = &sources.get(block.span.file).text;
    let before = text.get(..block.span.range().start).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    let marker = line.trim();
    let numbered = marker.starts_with(|c: char| c.is_ascii_digit()) && marker.ends_with(['.', ')']);
    let marked = numbered || marker.ends_with(['-', '*', '+']);
    let before = line
        .trim_end()
        .strip_suffix(marker.rsplit(' ').next().unwrap_or_default());
    Margin {
        column: columns(line),
        // The number of a step makes its text start further right, and puts it below no other.
        start: columns(before.filter(|_| marked).unwrap_or(line)),
        numbered,
        marked,
    }
}

/// How wide the start of a line is.
fn columns(text: &str) -> usize {
    text.chars().fold(0, |at, c| match c {
        '\t' => at / 4 * 4 + 4,
        _ => at + 1,
    })
}

/// The list items that are open: where their text starts, and their first unit.
#[derive(Default)]
pub(super) struct Items {
    section: usize,
    open: Vec<(usize, usize)>,
}

impl Items {
    /// The unit that a block stands below.
    pub(super) fn above(&mut self, block: &Block, section: usize, margin: &Margin) -> Option<usize> {
        let inside = block.kind == BlockKind::Item || matches!(block.kind, BlockKind::Code(_));
        if section != self.section || !inside {
            self.open.clear();
            self.section = section;
        }
        let is_code = matches!(block.kind, BlockKind::Code(_));
        let is_beside = |(column, _): &(usize, usize)| match margin.marked {
            _ if is_code => *column > margin.column,
            true => *column > margin.start,
            false => *column >= margin.column.max(1),
        };
        while self.open.last().is_some_and(is_beside) {
            self.open.pop();
        }
        // Code stands beside the text of its item, however far it is indented.
        if is_code {
            self.open.pop();
        }
        self.open.last().map(|(_, unit)| *unit)
    }

    /// Takes note of a block whose first unit this is.
    pub(super) fn note(&mut self, block: &Block, section: usize, margin: &Margin, unit: usize) {
        if block.kind == BlockKind::Item {
            self.section = section;
            self.open.push((margin.column, unit));
        }
    }
}
