//! What an inline run says: sentences, RFC 2119 keywords, mentions of sections, and examples.

use super::code_span::on_one_line;
use super::keywords::{Start, is_boilerplate, is_inside_word, keyword, modal};
use super::{Inline, Piece, Walker};
use crate::literal;
use crate::signature::{self, arrow};
use crate::source::{FileId, Span};
use crate::spec::{
    Block, BlockKind, CheckBox, Example, ExampleResult, Keyword, KeywordUse, Modal, OptionalIndex,
    RawReference, ReferenceTarget, Row, Sentence, Statement,
};
use crate::text::sentence_ranges;
use std::ops::Range;

/// What the words of a run say about how binding it is, each with its place in the buffer.
#[derive(Default)]
struct Words {
    keywords: Vec<(usize, KeywordUse)>,
    modals: Vec<(usize, KeywordUse)>,
    /// Whether something stands there that names of RFCs start with.
    cites: bool,
}

impl Inline {
    /// Forgets what was read and keeps the buffers.
    pub(super) fn clear(&mut self) {
        self.kind = None;
        self.buf.clear();
        self.pieces.clear();
        self.cells.clear();
        self.source = 0..0;
    }

    fn piece(&self, at: usize) -> Option<&Piece> {
        self.pieces.get(
            self.pieces
                .partition_point(|piece| piece.buf <= at)
                .checked_sub(1)?,
        )
    }

    fn is_code(&self, at: usize) -> bool {
        self.piece(at).is_some_and(|piece| piece.code)
    }

    /// Whether some of a range is code.
    fn has_code(&self, range: &Range<usize>) -> bool {
        let after = self.pieces.partition_point(|piece| piece.buf <= range.start);
        let later = self.pieces.iter().skip(after);
        let mut inside = later.take_while(|piece| piece.buf < range.end);
        self.is_code(range.start) || inside.any(|piece| piece.code)
    }

    fn is_link(&self, at: usize) -> bool {
        self.piece(at).is_some_and(|piece| piece.link)
    }

    /// Where a byte of the buffer stands in the source.
    fn source_of(&self, at: usize) -> usize {
        self.piece(at)
            .map_or(self.source.start, |piece| piece.source + (at - piece.buf))
    }

    /// The source range of a range of the buffer, with the markup between its ends.
    fn source_range(&self, range: &Range<usize>) -> Range<usize> {
        let start = self.source_of(range.start);
        let end = if range.end > range.start {
            self.source_of(range.end - 1) + 1
        } else {
            start
        };
        start..end.max(start)
    }
}

impl Walker<'_> {
    /// Closes the open run and records what it says.
    pub(super) fn flush(&mut self) {
        let Some(kind) = self.inline.kind.take() else {
            return;
        };
        let mut inline = std::mem::take(&mut self.inline);
        let source = self.trimmed(&inline.source);
        if !source.is_empty() {
            self.leaf(kind, &inline, &source);
        }
        // The buffers serve every run of the document.
        inline.clear();
        self.inline = inline;
    }

    fn leaf(&mut self, kind: BlockKind, inline: &Inline, source: &Range<usize>) {
        match kind {
            BlockKind::Item => self.item_example(source),
            BlockKind::TableRow => self.row_example(&inline.cells),
            BlockKind::Heading | BlockKind::Paragraph | BlockKind::TableHead | BlockKind::Code(_) => {}
        }
        let row = matches!(kind, BlockKind::TableHead | BlockKind::TableRow);
        let heading = self.section();
        let span = self.span(source);
        match kind {
            BlockKind::Item => self.item_text(source),
            BlockKind::TableHead | BlockKind::TableRow => {
                self.row(&inline.cells, source, kind == BlockKind::TableHead);
                // A box makes an item of a line that a row of dashes below it makes the head of a table.
                if self.slice(source).starts_with('[') {
                    self.item_text(source);
                }
            }
            BlockKind::Heading | BlockKind::Paragraph | BlockKind::Code(_) => {}
        }
        self.spec.blocks.push(Block {
            kind,
            span,
            heading: OptionalIndex::new(heading),
        });
        let mut sentences = std::mem::take(&mut self.ranges);
        if row {
            sentences.extend(std::iter::once(0..inline.buf.len()));
        } else {
            sentence_ranges(&inline.buf, |at| inline.is_code(at), &mut sentences);
        }
        let mut words = self.scan(inline);
        self.spec.has_capital_keywords |= !words.keywords.is_empty();
        if words.cites && is_boilerplate(&inline.buf) {
            self.spec.has_capital_keywords = true;
            words = Words::default();
        }
        let told = self.without_box(source);
        self.sentences(inline, &sentences, words, &told, row);
        sentences.clear();
        self.ranges = sentences;
    }

    /// The first text of an item that is open is the item's, if nothing stands before it.
    fn item_text(&mut self, source: &Range<usize>) {
        let check = check_box(self.slice(source), source.start, self.file);
        let block = self.spec.blocks.len();
        let item = self.open_items.last().and_then(|at| self.spec.items.get_mut(*at));
        let is_row = self.spec.rows.last().is_some_and(|row| row.block == block);
        if is_row && check.is_none() {
            return;
        }
        if let Some(item) = item.filter(|item| item.block == OptionalIndex::default()) {
            item.block = OptionalIndex::new(Some(block));
            item.check = check.map(Box::new);
        }
    }

    /// The text of a block without the check box that it starts with: how far a task is, is no part of what it says.
    fn without_box(&self, source: &Range<usize>) -> Range<usize> {
        let item = self.open_items.last().and_then(|at| self.spec.items.get(*at));
        let check = item.and_then(|item| item.check.as_deref());
        let check = check.filter(|check| check.span.start as usize == source.start);
        let words = |check: &CheckBox| if check.star { check.span.end } else { check.text };
        let start = check.map_or(source.start, |check| words(check) as usize);
        start.min(source.end)..source.end
    }

    fn row(&mut self, cells: &[Range<usize>], source: &Range<usize>, head: bool) {
        // A cell that a short row leaves out stands behind it.
        let inside = |cell: &Range<usize>| {
            let cell = self.trimmed(cell);
            cell.start.min(source.end)..cell.end.min(source.end)
        };
        let cells = cells.iter().map(|cell| self.span(&inside(cell))).collect();
        let (block, table) = (self.spec.blocks.len(), self.tables.saturating_sub(1));
        self.spec.rows.push(Row {
            block,
            table,
            head,
            cells,
        });
    }

    pub(super) fn trimmed(&self, range: &Range<usize>) -> Range<usize> {
        let text = self.slice(range);
        let start = range.start + (text.len() - text.trim_start().len());
        start..(range.start + text.trim_end().len()).max(start)
    }

    fn sentences(
        &mut self,
        inline: &Inline,
        ranges: &[Range<usize>],
        words: Words,
        source: &Range<usize>,
        row: bool,
    ) {
        let block = u32::try_from(self.spec.blocks.len() - 1).unwrap_or(u32::MAX);
        let mut keywords = words.keywords.into_iter().peekable();
        let mut modals = words.modals.into_iter().peekable();
        let mut start = source.start;
        for (index, range) in ranges.iter().enumerate() {
            // Sentences share out the block's bytes between them, so that markup at an edge belongs to one of them.
            let last = index + 1 == ranges.len();
            let end = if last || row {
                source.end
            } else {
                inline.source_of(ranges.get(index + 1).map_or(range.end, |next| next.start))
            };
            let span = self.span(&self.trimmed(&(start..end.clamp(start, source.end))));
            start = end.clamp(start, source.end);
            // Most statements hold one keyword, and room for more would be half of what is kept of a document.
            let first = keywords.next_if(|(at, _)| last || *at < range.end);
            if let Some((_, first)) = first {
                let mut uses = vec![first];
                while let Some((_, found)) = keywords.next_if(|(at, _)| last || *at < range.end) {
                    uses.push(found);
                }
                let strength = first.keyword.strength;
                self.spec.statements.push(Statement {
                    sentence: self.spec.sentences.len(),
                    span,
                    strength,
                    keywords: uses,
                    lower: false,
                    binds: true,
                    modals: Vec::new(),
                    parts: Vec::new(),
                    subject: None,
                });
            }
            let sentence = self.spec.sentences.len();
            while let Some((_, used)) = modals.next_if(|(at, _)| last || *at < range.end) {
                self.spec.modals.push(Modal { sentence, used });
            }
            self.spec.sentences.push(Sentence { span, block });
        }
    }

    /// One pass over the words of a run: keywords are returned with their place in the buffer, sections recorded.
    fn scan(&mut self, inline: &Inline) -> Words {
        let (mut found, mut until) = (Words::default(), 0);
        for (at, start) in Start::all(&inline.buf) {
            if start == Start::Citation {
                found.cites = true;
                continue;
            }
            // No keyword has the name of a section in it.
            let is_taken = start != Start::Section && at < until;
            if is_taken || is_inside_word(&inline.buf, at) {
                continue;
            }
            let (before, rest) = inline.buf.split_at_checked(at).unwrap_or_default();
            let upper = start == Start::Keyword;
            let known = match start {
                Start::Section => {
                    let is_word =
                        rest.starts_with('§') || rest.get(4..).is_some_and(|rest| rest.starts_with("ion"));
                    if is_word && !inline.is_link(at) && !inline.is_code(at) {
                        self.section_references(inline, at);
                    }
                    continue;
                }
                Start::Keyword => keyword(before, rest),
                Start::Modal => modal(before, rest),
                Start::Citation => None,
            };
            // A word with letters in code is none that binds; `NOT` may stand in code behind one that does.
            let letters = |keyword: &Keyword| keyword.text.find(' ').unwrap_or(keyword.text.len());
            let known = known.filter(|(keyword, _)| !inline.has_code(&(at..at + letters(keyword))));
            if let Some((keyword, len)) = known {
                let span = self.span(&inline.source_range(&(at..at + len)));
                let uses = if upper {
                    &mut found.keywords
                } else {
                    &mut found.modals
                };
                uses.push((at, KeywordUse { keyword, span }));
                until = at + len;
            }
        }
        found
    }

    /// `Section 4.2`, `Sections 17.1 through 17.7`, `Sections 3, 4 and 5.1`, `§4.2`.
    fn section_references(&mut self, inline: &Inline, at: usize) {
        let text = inline.buf.get(at..).unwrap_or_default();
        let signs = ["§§ ", "§§", "§ ", "§"];
        let Some(word) = ["Sections ", "sections ", "Section ", "section "]
            .iter()
            .chain(&signs)
            .find(|word| text.starts_with(**word))
        else {
            return;
        };
        let plural = word.trim_end().ends_with('s') || word.starts_with("§§");
        let before = inline.buf.get(..at).unwrap_or_default();
        let (mut rest, mut offset) = (text.get(word.len()..).unwrap_or_default(), at + word.len());
        let mut numbers: Vec<(Range<usize>, &str)> = Vec::new();
        while let Some(len) = section_number(rest) {
            let start = if numbers.is_empty() { at } else { offset };
            numbers.extend(rest.get(..len).map(|number| (start..offset + len, number)));
            rest = rest.get(len..).unwrap_or_default();
            offset += len;
            let joint = [
                " through ",
                " to ",
                ", and ",
                ", or ",
                " and ",
                " or ",
                ", ",
                "–",
                " – ",
            ];
            let Some(joint) = joint.iter().find(|joint| plural && rest.starts_with(**joint)) else {
                break;
            };
            rest = rest.get(joint.len()..).unwrap_or_default();
            offset += joint.len();
        }
        let external = names_another_document(before, rest) || (word.starts_with('§') && is_cited(before));
        for (range, number) in numbers {
            let number = number.to_string();
            let target = if external {
                ReferenceTarget::SectionExternal(number)
            } else {
                ReferenceTarget::Section(number)
            };
            let span = self.span(&inline.source_range(&range));
            self.spec.references.push(RawReference { span, target });
        }
    }

    /// `` `call(…)` → value `` as the text of a list item.
    fn item_example(&mut self, source: &Range<usize>) {
        let text = self.slice(source);
        if !text.starts_with('`') {
            return;
        }
        let text = on_one_line(text);
        let Some((call, len)) = code_span(&text) else {
            return;
        };
        let rest = text.get(len..).unwrap_or_default();
        let trimmed = rest.trim_start();
        let Some((at, arrow_len)) = arrow(trimmed) else {
            return;
        };
        // Words between the call and the arrow may change what is meant, so the example is kept and not understood.
        let result = if at == 0 {
            trimmed.get(arrow_len..).unwrap_or_default()
        } else {
            ""
        };
        self.example(self.span(source), call, result.trim(), false);
    }

    /// A table row whose first cell is a call in a code span; the second is what it gives.
    fn row_example(&mut self, cells: &[Range<usize>]) {
        let [first, second, ..] = cells else { return };
        let (first, second) = (self.trimmed(first), self.trimmed(second));
        let text = self.slice(&first);
        let Some((call, len)) = code_span(text) else {
            return;
        };
        if len == text.len() {
            self.example(
                self.span(&(first.start..second.end)),
                call,
                self.slice(&second),
                false,
            );
        }
    }

    /// Lines of a code block of the form `call(…) → value  # comment`.
    pub(super) fn code_examples(&mut self, content: Range<usize>) {
        let mut start = content.start;
        for line in self.slice(&content).split_inclusive('\n') {
            let trimmed = line.trim();
            let at = start + (line.len() - line.trim_start().len());
            start += line.len();
            let split = arrow_after_call(trimmed)
                .filter(|_| !matches!(signature::parse(trimmed), signature::Parsed::Yes(_)));
            if let Some((call, result)) = split {
                self.example(Span::new(self.file, at, at + trimmed.len()), call, result, true);
            }
        }
    }

    fn example(&mut self, span: Span, call: &str, result: &str, in_code: bool) {
        let Some((name, _)) = call.split_once('(') else {
            return;
        };
        let callable = name.starts_with(|c: char| c.is_alphabetic() || c == '_')
            && name
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '#' | '-'))
            && call.ends_with(')');
        if !callable {
            return;
        }
        let parsed = literal::parse_call(call);
        let heading = self.section();
        self.spec.examples.push(Example {
            span,
            operation: name.to_string(),
            arguments: parsed.map(|call| call.arguments),
            result: example_result(result),
            heading,
            in_code,
        });
    }
}

/// The check box that a text at an offset starts with. GFM knows two marks; people write four, and a star. Others, and boxes
/// that are no whole box, are odd: `[]`, `[ x]`, `[>]`, and `[x]` with a word right behind it.
fn check_box(text: &str, offset: usize, file: FileId) -> Option<CheckBox> {
    let (inside, after) = text.strip_prefix('[')?.split_once(']')?;
    let (mark, strange) = box_mark(inside)?;
    let star = after.starts_with('*') && !after.starts_with("**");
    let rest = if star { after.get(1..)? } else { after };
    let ends = rest.is_empty() || rest.starts_with(char::is_whitespace);
    // A link's text may look like a box, and goes on with its target.
    let glued = !ends && !star && rest.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '*' | '`'));
    let end = offset + text.len() - after.len();
    let words = offset + text.len() - rest.trim_start().len();
    (ends || glued).then(|| CheckBox {
        mark,
        star,
        odd: strange || glued,
        span: Span::new(file, offset, end),
        text: Span::new(file, words, words).start,
    })
}

/// What the inside of a box means, and whether it is written in a way of its own: one mark that is no letter or digit, but
/// for the `x`.
fn box_mark(inside: &str) -> Option<(char, bool)> {
    let bare = inside.trim();
    let mut marks = bare.chars();
    let (mark, more) = (marks.next(), marks.next());
    match (mark, more) {
        (None, _) if inside.chars().count() <= 2 => Some((' ', inside != " ")),
        (Some(mark @ ('x' | 'X' | '~' | '-')), None) => Some((mark, bare.len() != inside.len())),
        (Some('✓' | '✔' | '✅' | '☑'), None | Some('\u{fe0f}')) => Some(('x', true)),
        (Some(mark), None) if !mark.is_alphanumeric() && !matches!(mark, '^' | '[') => Some((mark, true)),
        _ => None,
    }
}

/// The call and the rest of a line `call(…) → rest`; the arrow must follow the call's own closing parenthesis.
fn arrow_after_call(line: &str) -> Option<(&str, &str)> {
    let mut from = 0;
    loop {
        let (at, len) = arrow(line.get(from..)?)?;
        let call = line.get(..from + at)?.trim_end();
        if call.ends_with(')') {
            return Some((call, line.get(from + at + len..)?.trim()));
        }
        from += at + len;
    }
}

/// The content and whole length of a code span that the text starts with.
fn code_span(text: &str) -> Option<(&str, usize)> {
    let ticks = text.len() - text.trim_start_matches('`').len();
    let fence = text.get(..ticks).filter(|fence| !fence.is_empty())?;
    let inside = text.get(ticks..)?;
    let end = inside.find(fence)?;
    Some((inside.get(..end)?.trim(), ticks + end + ticks))
}

fn example_result(text: &str) -> ExampleResult {
    let (text, whole) = match code_span(text) {
        Some((inside, len)) if len == text.len() || text.get(len..).is_some_and(ends_an_example) => {
            (inside, true)
        }
        Some(_) => return ExampleResult::NotUnderstood,
        None => (text, false),
    };
    let is_error = text
        .strip_prefix("error")
        .or_else(|| text.strip_prefix("Error"))
        .is_some_and(|rest| rest.is_empty() || ends_an_example(rest));
    if is_error {
        return ExampleResult::Error;
    }
    match literal::parse_prefix(text) {
        Some((value, rest)) if rest.trim().is_empty() || (!whole && ends_an_example(rest)) => {
            ExampleResult::Value(value)
        }
        _ => ExampleResult::NotUnderstood,
    }
}

/// Whether what follows a value is a remark: a comment, a parenthesis, or the end of the sentence.
fn ends_an_example(rest: &str) -> bool {
    let spaced = rest.starts_with(char::is_whitespace);
    let rest = rest.trim_start();
    rest.is_empty()
        || rest.starts_with(['#', '(', ';', ',', '—', ':']) && (spaced || !rest.starts_with('#'))
        || rest == "."
        || rest.starts_with("//")
        || rest.starts_with("--")
}

/// The length of a section number: `4`, `4.2`, `A.1`, `B`; no trailing full stop.
fn section_number(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let lettered = bytes.first().is_some_and(u8::is_ascii_uppercase);
    let mut len = usize::from(lettered);
    while bytes.get(len).is_some_and(|b| {
        b.is_ascii_digit() || (*b == b'.' && bytes.get(len + 1).is_some_and(u8::is_ascii_digit))
    }) {
        len += 1;
    }
    let ends = text
        .get(len..)?
        .chars()
        .next()
        .is_none_or(|c| !(c.is_alphanumeric() || c == '_'));
    (len > 0 && ends).then_some(len)
}

/// Whether a section sign stands behind the name of a document: `the handbook § 4`, `notes.md § 4`.
fn is_cited(before: &str) -> bool {
    const JOINTS: &[&str] = &[
        "see", "in", "of", "per", "by", "from", "to", "and", "or", "with", "under", "cf", "siehe", "vgl",
        "is", "are",
    ];
    let word = before.rsplit(char::is_whitespace).find(|word| !word.is_empty());
    let word = word
        .filter(|_| before.ends_with(char::is_whitespace))
        .unwrap_or_default();
    let ends = word.is_empty() || word.ends_with([',', ';', ':', '(', ')', '!', '?', '—', '–', '-']);
    !ends && !JOINTS.contains(&word.trim_matches(['(', '.', '*', '_']).to_lowercase().as_str())
}

/// Whether a mention of a section is of another document: `RFC 3339, Section 5.6`, `Section 5 of [RFC 3339]`.
fn names_another_document(before: &str, after: &str) -> bool {
    let after = after.trim_start_matches(['*', '_', ' ']);
    let of_other = after
        .strip_prefix("of ")
        .or_else(|| after.strip_prefix("in "))
        .is_some_and(|of| {
            let of = of
                .trim_start_matches("the ")
                .trim_start_matches(['[', '`', '*', '(']);
            !["this", "that", "these", "our", "document", "spec"]
                .iter()
                .any(|own| of.starts_with(own))
                && of.starts_with(|c: char| c.is_uppercase())
        });
    let tail = before.trim_end_matches([' ', ',', '(', ':', ']']);
    let last = tail.rsplit([' ', '[']).next().unwrap_or_default();
    let cites_rfc = tail.ends_with(|c: char| c.is_ascii_digit())
        && (last.starts_with("RFC")
            || tail
                .trim_end_matches(|c: char| c.is_ascii_digit())
                .trim_end()
                .ends_with("RFC"));
    of_other || cites_rfc
}
