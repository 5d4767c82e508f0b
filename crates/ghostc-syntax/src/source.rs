//! Source texts and positions in them: byte spans inside, 1-based lines and columns at the border.

use std::sync::{Arc, OnceLock};

/// Which source text a span lies in: its place in [`Sources`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// A half-open range of bytes in one source text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The text it lies in.
    pub file: FileId,
    /// The first byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The span of `start..end` in `file`; offsets are clamped to 4 GiB.
    pub fn new(file: FileId, start: usize, end: usize) -> Span {
        let clamp = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Span {
            file,
            start: clamp(start),
            end: clamp(end.max(start)),
        }
    }

    /// The whole of a text of `len` bytes, cut to its first line's start for messages about a file as a whole.
    pub fn start_of(file: FileId) -> Span {
        Span {
            file,
            start: 0,
            end: 0,
        }
    }

    /// The part of this span on its first line, for pointing at something long; `text` is the text it lies in.
    #[must_use]
    pub fn first_line(self, text: &str) -> Span {
        let covered = text.get(self.range()).unwrap_or_default();
        let line = covered.lines().next().unwrap_or_default().trim_end();
        let start = self.start as usize;
        Span::new(self.file, start, start + line.len())
    }

    /// The byte range, for slicing.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Whether `other` lies wholly inside this span.
    pub fn contains(self, other: Span) -> bool {
        self.file == other.file && self.start <= other.start && other.end <= self.end
    }
}

/// A place as people count: lines and columns from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
}

/// One text with the path it is known by.
#[derive(Clone, Debug)]
pub struct Source {
    /// The path as shown to people: relative, with `/`.
    pub path: String,
    /// The text, without a byte order mark.
    pub text: String,
    /// What it is made of, where that is no text: then the text shows it, with marks in the place of what is none.
    pub bytes: Option<Arc<[u8]>>,
    line_starts: OnceLock<Vec<u32>>,
    /// How many characters start before each block of bytes, so that a place in a long line need not be counted out.
    characters: OnceLock<Vec<usize>>,
}

/// The bytes of one such block.
const BLOCK: usize = 1024;

impl Source {
    /// A source from what was read; a leading byte order mark is taken off.
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Source {
        let mut text: String = text.into();
        if text.starts_with('\u{feff}') {
            text.drain(..'\u{feff}'.len_utf8());
        }
        Source {
            path: path.into(),
            text,
            bytes: None,
            line_starts: OnceLock::new(),
            characters: OnceLock::new(),
        }
    }

    /// A source from bytes that are no text.
    pub fn of_bytes(path: impl Into<String>, bytes: Vec<u8>) -> Source {
        Source {
            bytes: Some(bytes.as_slice().into()),
            ..Source::new(path, String::from_utf8_lossy(&bytes))
        }
    }

    /// How many characters start before a byte offset.
    fn characters_before(&self, offset: usize) -> usize {
        let count = |bytes: &[u8]| bytes.iter().filter(|byte| !matches!(byte, 0x80..=0xbf)).count();
        let blocks = self.characters.get_or_init(|| {
            let mut sum = 0;
            let blocks = self.text.as_bytes().chunks(BLOCK);
            let before = blocks.map(|block| {
                let before = sum;
                sum += count(block);
                before
            });
            before.collect()
        });
        let block = offset / BLOCK;
        let rest = self
            .text
            .as_bytes()
            .get(block * BLOCK..offset)
            .unwrap_or_default();
        blocks.get(block).copied().unwrap_or(0) + count(rest)
    }

    fn line_starts(&self) -> &[u32] {
        self.line_starts.get_or_init(|| {
            let ends = self.text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
            std::iter::once(0)
                .chain(ends.map(|(at, _)| u32::try_from(at + 1).unwrap_or(u32::MAX)))
                .collect()
        })
    }

    /// The line of a byte offset, from 1.
    pub fn line(&self, offset: u32) -> usize {
        self.line_starts()
            .partition_point(|start| *start <= offset)
            .max(1)
    }

    /// The bytes of the line that an offset lies on, without its line feed.
    pub fn line_range(&self, offset: u32) -> std::ops::Range<usize> {
        let line = self.line(offset);
        let starts = self.line_starts();
        let start = starts.get(line - 1).map_or(0, |start| *start as usize);
        let end = starts
            .get(line)
            .map_or(self.text.len(), |next| (*next as usize).saturating_sub(1));
        start..end.max(start)
    }

    /// The line and column of a byte offset; an offset past the end gives the end.
    pub fn position(&self, offset: u32) -> Position {
        let line = self.line(offset);
        let start = self
            .line_starts()
            .get(line - 1)
            .map_or(0, |start| *start as usize);
        let end = (offset as usize).clamp(start, self.text.len().max(start));
        let column = if self.text.is_char_boundary(end) {
            // Most lines are short, and most places are in such lines.
            let short = self.text.get(start..end).filter(|line| line.len() < BLOCK);
            short.map_or_else(
                || self.characters_before(end) - self.characters_before(start),
                |line| line.chars().count(),
            ) + 1
        } else {
            1
        };
        Position { line, column }
    }
}

/// All the texts of one run, addressed by [`FileId`]. A clone shares the texts.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<Arc<Source>>,
}

impl Sources {
    /// Adds a text and gives its id.
    pub fn add(&mut self, source: Source) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        self.files.push(Arc::new(source));
        id
    }

    /// The text of an id made by [`Sources::add`] of this value.
    pub fn get(&self, file: FileId) -> &Source {
        self.files
            .get(file.0 as usize)
            .expect("a file id comes from the sources that it is looked up in")
    }

    /// The text that a span covers; empty where the span is not of this text.
    pub fn slice(&self, span: Span) -> &str {
        self.get(span.file).text.get(span.range()).unwrap_or_default()
    }

    /// The line that a span starts on, from 1.
    pub fn line(&self, span: Span) -> usize {
        self.get(span.file).line(span.start)
    }

    /// Where a span starts and ends.
    pub fn positions(&self, span: Span) -> (Position, Position) {
        let source = self.get(span.file);
        (source.position(span.start), source.position(span.end))
    }

    /// `path:line` of a span's start, as shown in messages.
    pub fn place(&self, span: Span) -> String {
        format!("{}:{}", self.get(span.file).path, self.line(span))
    }

    /// All texts with their ids, in the order they were added.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &Source)> {
        self.files
            .iter()
            .enumerate()
            .map(|(at, source)| (FileId(u32::try_from(at).unwrap_or(u32::MAX)), source.as_ref()))
    }

    /// How many texts there are.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_lines_count_from_one() {
        let source = Source::new("a.md", "äb\r\ncd");
        assert_eq!(source.position(2), Position { line: 1, column: 2 });
        assert_eq!(source.position(5), Position { line: 2, column: 1 });
        assert_eq!(source.position(99), Position { line: 2, column: 3 });
    }

    #[test]
    fn columns_of_long_lines_are_those_of_short_ones() {
        let long = "äb→".repeat(1_000);
        let source = Source::new("a.md", format!("x\n{long}\n{long}"));
        for (count, (at, _)) in long.char_indices().enumerate() {
            let second = u32::try_from(long.len() + 3 + at).unwrap();
            let place = Position {
                line: 3,
                column: count + 1,
            };
            assert_eq!(source.position(second), place);
        }
        let end = u32::try_from(source.text.len()).unwrap();
        assert_eq!(source.position(end).column, 3_001);
    }

    #[test]
    fn the_first_line_of_a_span_has_no_space_at_its_end() {
        let span = Span::new(FileId(0), 1, 9);
        assert_eq!(span.first_line("-äb \r\ncd"), Span::new(FileId(0), 1, 4));
        assert_eq!(span.first_line("-"), Span::new(FileId(0), 1, 1));
    }

    #[test]
    fn a_byte_order_mark_is_not_part_of_the_text() {
        assert_eq!(Source::new("a.md", "\u{feff}# A").text, "# A");
    }
}
