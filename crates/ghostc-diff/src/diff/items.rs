//! Which list item a block stands below, by the columns where their texts start.

use ghostc_syntax::{Block, BlockKind, Sources};

/// What stands before a block on its first line.
pub(super) struct Margin {
    /// The characters before it.
    pub(super) column: usize,
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
    Margin {
        column: line.chars().count(),
        numbered,
        marked: numbered || marker.ends_with(['-', '*', '+']),
    }
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
        while self
            .open
            .last()
            .is_some_and(|(column, _)| *column >= margin.column.max(1))
        {
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
