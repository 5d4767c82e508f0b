//! Markdown into facts, in one walk over CommonMark events. The one user of `pulldown-cmark`.
//!
//! What an inline run (a paragraph, item, heading or table row) says is read by `scan`; here is only the structure.

mod code_span;
mod inline;
mod keywords;
mod lines;
mod scan;
mod statements;

use crate::anchors::Anchors;
use crate::codes::{self, Severity};
use crate::diagnostic::{Checked, Diagnostic};
use crate::signature::{self, Parsed};
use crate::source::{FileId, Span};
use crate::spec::{
    Block, BlockKind, CodeBlock, Findings, FrontMatter, Heading, Item, OptionalIndex, RawReference,
    ReferenceTarget, SpecFile,
};
use crate::{text, yaml};
use lines::{fence_is_closed, front_matter, number, opening_ticks, unclosed_front_matter, written_number};
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use std::ops::Range;

pub use inline::{InlineText, RunKind};

/// How deep lists and quotes may nest before a document is refused.
const MAX_NESTING: usize = 100;

/// Reads a Markdown document. Total: any text gives facts and findings.
pub fn parse(file: FileId, text: &str) -> Checked<SpecFile> {
    if let Some(offset) = too_deep(text) {
        let message = format!("more than {MAX_NESTING} levels of lists and quotes");
        let found = Diagnostic::new(
            codes::NESTING_TOO_DEEP,
            Span::new(file, offset, offset + 1),
            message,
        );
        return Checked::new(
            empty(file),
            vec![found.help("Flatten the list, or put it into a code block.")],
        );
    }
    let mut walker = Walker::new(file, text);
    // To `pulldown-cmark`, what stands between any two lines of `---` is front matter, wherever it is.
    let body = walker.front_matter();
    let options = Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_STRIKETHROUGH;
    let events = Parser::new_ext(text.get(body..).unwrap_or_default(), options);
    for (event, range) in events.into_offset_iter() {
        walker.event(event, range.start + body..range.end + body);
    }
    walker.finish()
}

fn empty(file: FileId) -> SpecFile {
    SpecFile {
        file,
        front_matter: None,
        headings: Vec::new(),
        blocks: Vec::new(),
        sentences: Vec::new(),
        statements: Vec::new(),
        has_capital_keywords: false,
        modals: Vec::new(),
        references: Vec::new(),
        examples: Vec::new(),
        items: Vec::new(),
        rows: Vec::new(),
        comments: Vec::new(),
        anchors: Anchors::default(),
    }
}

/// The offset of a line that opens more containers than we follow: CommonMark parsers are quadratic in them.
fn too_deep(text: &str) -> Option<usize> {
    // A marker is at least a byte, and most lines are shorter than that.
    for (offset, line) in text::long_lines(text, MAX_NESTING + 1) {
        let (mut markers, mut rest) = (0, line.as_bytes());
        let mut spaces = 0;
        while let [first, tail @ ..] = rest {
            match first {
                b' ' => spaces += 1,
                b'\t' => spaces += 4,
                b'>' => markers += 1,
                b'-' | b'*' | b'+' if tail.first().is_some_and(|b| matches!(b, b' ' | b'\t')) => markers += 1,
                b'0'..=b'9' | b'.' | b')' => {}
                _ => break,
            }
            rest = tail;
        }
        let mut bytes = line.bytes();
        let mut thematic_break = || bytes.all(|b| matches!(b, b'-' | b'*' | b' ' | b'\t' | b'\r'));
        let many = markers > MAX_NESTING && (markers >= 10 * MAX_NESTING || !thematic_break());
        // Two columns of indent are the least that a level of list costs; code may be indented deeply, so be generous.
        if many || (spaces > 10 * MAX_NESTING && !rest.is_empty() && markers > 0) {
            return Some(offset);
        }
    }
    None
}

/// A run of inline text: its characters, and where each stretch of them comes from.
#[derive(Default)]
struct Inline {
    kind: Option<BlockKind>,
    buf: String,
    pieces: Vec<Piece>,
    source: Range<usize>,
    /// Source ranges of the cells of a table row.
    cells: Vec<Range<usize>>,
}

/// A stretch of an inline run that stands in the source as it stands in the buffer.
struct Piece {
    buf: usize,
    source: usize,
    code: bool,
    link: bool,
}

/// An ordered list that is open.
struct OpenList {
    /// The number of its next item.
    next: u32,
    /// Its own items.
    own: Vec<usize>,
}

/// A code block that is being read.
struct OpenCode {
    range: Range<usize>,
    lang: String,
    fenced: bool,
    content: Option<Range<usize>>,
}

struct Walker<'t> {
    file: FileId,
    text: &'t str,
    spec: SpecFile,
    findings: Findings,
    inline: Inline,
    /// The sentences of a run; empty between runs.
    ranges: Vec<Range<usize>>,
    code: Option<OpenCode>,
    heading_level: u8,
    /// The items that are open, and the number of the next item of each open list.
    open_items: Vec<usize>,
    open_lists: Vec<Option<OpenList>>,
    tables: usize,
    links: usize,
    ignored: usize,
}

impl<'t> Walker<'t> {
    fn new(file: FileId, text: &'t str) -> Walker<'t> {
        Walker {
            file,
            text,
            spec: SpecFile {
                // About as many as texts of that length have; what is left is given back.
                headings: Vec::with_capacity(text.len() / 192),
                blocks: Vec::with_capacity(text.len() / 64),
                sentences: Vec::with_capacity(text.len() / 64),
                items: Vec::with_capacity(text.len() / 96),
                statements: Vec::with_capacity(text.len() / 256),
                ..empty(file)
            },
            findings: Vec::new(),
            inline: Inline::default(),
            ranges: Vec::new(),
            code: None,
            heading_level: 0,
            open_items: Vec::new(),
            open_lists: Vec::new(),
            tables: 0,
            links: 0,
            ignored: 0,
        }
    }

    fn span(&self, range: &Range<usize>) -> Span {
        Span::new(self.file, range.start, range.end)
    }

    fn slice(&self, range: &Range<usize>) -> &'t str {
        self.text.get(range.clone()).unwrap_or_default()
    }

    fn event(&mut self, event: Event<'t>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag, range),
            Event::Text(text) => self.words(&text, &range, false),
            Event::Code(text) => self.words(&text, &range, true),
            Event::SoftBreak | Event::HardBreak => self.words(" ", &range, false),
            Event::Rule => self.flush(),
            Event::InlineHtml(_) => {
                self.extend(&range);
                self.comment(&range);
            }
            Event::FootnoteReference(_) => self.extend(&range),
            Event::InlineMath(_) | Event::DisplayMath(_) | Event::Html(_) | Event::TaskListMarker(_) => {}
        }
    }

    fn start(&mut self, tag: Tag<'t>, range: Range<usize>) {
        match tag {
            Tag::Heading { level, .. } => {
                self.open(BlockKind::Heading, range);
                self.heading_level = level as u8;
            }
            Tag::Paragraph => {
                let kind = if !self.open_items.is_empty() {
                    BlockKind::Item
                } else {
                    BlockKind::Paragraph
                };
                self.open(kind, range.start..range.start);
            }
            Tag::TableHead => self.open(BlockKind::TableHead, range),
            Tag::TableRow => self.open(BlockKind::TableRow, range),
            Tag::TableCell => {
                if !self.inline.buf.is_empty() {
                    self.words(" | ", &(range.start..range.start), true);
                }
                self.inline.cells.push(range);
            }
            Tag::Item => self.item(&range),
            Tag::List(first) => {
                self.flush();
                let next = first.and_then(|first| u32::try_from(first).ok());
                self.open_lists.push(next.map(|next| OpenList {
                    next,
                    own: Vec::new(),
                }));
            }
            Tag::Table(_) => {
                self.flush();
                self.tables += 1;
            }
            Tag::CodeBlock(kind) => {
                self.flush();
                let (info, fenced) = match kind {
                    CodeBlockKind::Fenced(info) => (info.to_string(), true),
                    CodeBlockKind::Indented => (String::new(), false),
                };
                let lang = info.split_whitespace().next().unwrap_or_default().to_string();
                self.code = Some(OpenCode {
                    range,
                    lang,
                    fenced,
                    content: None,
                });
            }
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => {
                self.extend(&range);
                self.links += 1;
                self.reference(&dest_url, &range);
            }
            Tag::HtmlBlock => {
                self.flush();
                self.comment(&range);
                self.ignored += 1;
            }
            Tag::BlockQuote(_) | Tag::FootnoteDefinition(_) => self.flush(),
            Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Superscript | Tag::Subscript => {
                self.extend(&range)
            }
            Tag::DefinitionList
            | Tag::DefinitionListTitle
            | Tag::DefinitionListDefinition
            | Tag::MetadataBlock(_) => {}
        }
    }

    fn end(&mut self, tag: TagEnd, range: Range<usize>) {
        match tag {
            TagEnd::Heading(_) => self.heading(range),
            TagEnd::Paragraph | TagEnd::TableHead | TagEnd::TableRow | TagEnd::BlockQuote(_) => self.flush(),
            TagEnd::List(_) => {
                self.flush();
                let closed = self.open_lists.pop().flatten();
                self.count_on(&closed.map_or(Vec::new(), |list| list.own));
            }
            TagEnd::Item => {
                self.flush();
                self.open_items.pop();
            }
            TagEnd::CodeBlock => self.code_block(),
            TagEnd::Link | TagEnd::Image => self.links = self.links.saturating_sub(1),
            TagEnd::HtmlBlock => self.ignored = self.ignored.saturating_sub(1),
            TagEnd::Emphasis
            | TagEnd::Strong
            | TagEnd::Strikethrough
            | TagEnd::Superscript
            | TagEnd::Subscript
            | TagEnd::FootnoteDefinition
            | TagEnd::Table
            | TagEnd::TableCell
            | TagEnd::DefinitionList
            | TagEnd::DefinitionListTitle
            | TagEnd::DefinitionListDefinition
            | TagEnd::MetadataBlock(_) => {}
        }
    }

    /// Opens a list item.
    fn item(&mut self, range: &Range<usize>) {
        self.flush();
        let at = self.spec.items.len();
        let number = self.open_lists.last_mut().and_then(Option::as_mut).map(|list| {
            list.own.push(at);
            let next = list.next;
            list.next = next.saturating_add(1);
            next
        });
        let span = self.span(&self.trimmed(range));
        let parent = self.open_items.last().copied();
        self.open_items.push(self.spec.items.len());
        self.spec.items.push(Item {
            span,
            number: number.map(|next| written_number(self.slice(range)).unwrap_or(next)),
            check: None,
            parent: OptionalIndex::new(parent),
            block: OptionalIndex::default(),
            heading: OptionalIndex::new(self.section()),
        });
    }

    /// Numbers the items of a list as they are shown, where all of them are written with the number of the first.
    fn count_on(&mut self, own: &[usize]) {
        let number = |at: &usize| self.spec.items.get(*at).and_then(|item| item.number);
        let Some(first) = own.first().and_then(number) else {
            return;
        };
        if !own.iter().all(|at| number(at) == Some(first)) {
            return;
        }
        for (at, shown) in own.iter().zip(first..) {
            if let Some(item) = self.spec.items.get_mut(*at) {
                item.number = Some(shown);
            }
        }
    }

    /// Keeps the place of a stretch of HTML that is a comment.
    fn comment(&mut self, range: &Range<usize>) {
        let html = self.trimmed(range);
        if self.slice(&html).starts_with("<!--") {
            let span = self.span(&html);
            self.spec.comments.push(span);
        }
    }

    fn open(&mut self, kind: BlockKind, range: Range<usize>) {
        self.flush();
        self.inline.kind = Some(kind);
        self.inline.source = range;
    }

    /// Makes sure that a run is open, as in a tight list item, and that it covers the range.
    fn extend(&mut self, range: &Range<usize>) {
        if self.inline.kind.is_none() {
            self.inline.kind = Some(if !self.open_items.is_empty() {
                BlockKind::Item
            } else {
                BlockKind::Paragraph
            });
            self.inline.source = range.clone();
        }
        self.inline.source.end = self.inline.source.end.max(range.end);
    }

    fn words(&mut self, words: &str, range: &Range<usize>, code: bool) {
        if let Some(code) = &mut self.code {
            let start = code.content.as_ref().map_or(range.start, |known| known.start);
            code.content = Some(start..range.end);
            return;
        }
        if self.ignored > 0 {
            return;
        }
        self.extend(range);
        if !code {
            return self.piece(words, range.start, false);
        }
        let written = self.slice(range);
        if !written.bytes().any(|byte| matches!(byte, b'\n' | b'\r')) {
            return self.piece(words, range.start + opening_ticks(written), true);
        }
        for (words, at) in code_span::pieces(words, written) {
            self.piece(words, range.start + at, true);
        }
    }

    /// Adds words to the open run that stand in the source as they are.
    fn piece(&mut self, words: &str, source: usize, code: bool) {
        self.inline.pieces.push(Piece {
            buf: self.inline.buf.len(),
            source,
            code,
            link: self.links > 0,
        });
        self.inline.buf.push_str(words);
    }

    /// Reads the front matter, if there is some, and gives where the text behind it starts.
    fn front_matter(&mut self) -> usize {
        let Some((whole, content)) = front_matter(self.text) else {
            return 0;
        };
        let parsed = yaml::parse(self.file, self.slice(&content), content.start);
        self.findings.extend(parsed.diagnostics);
        let node = parsed.value;
        if let Some(node) = node.as_ref().filter(|node| node.as_map().is_none()) {
            let message = format!("front matter must be a mapping of keys, not {}", node.kind());
            self.findings.push(Diagnostic::new(
                codes::INVALID_FRONT_MATTER,
                node.span.first_line(self.text),
                message,
            ));
        }
        let span = self.span(&whole);
        self.spec.front_matter = Some(FrontMatter { span, node });
        whole.end
    }

    fn reference(&mut self, target: &str, range: &Range<usize>) {
        let has_scheme = target.split_once(':').is_some_and(|(scheme, _)| {
            scheme.len() > 1
                && scheme
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
        });
        let target = if let Some(anchor) = target.strip_prefix('#') {
            ReferenceTarget::Anchor(anchor.to_string())
        } else if has_scheme || target.starts_with("//") {
            ReferenceTarget::Url(target.to_string())
        } else {
            let (path, anchor) = target
                .split_once('#')
                .map_or((target, None), |(path, anchor)| (path, Some(anchor)));
            ReferenceTarget::Path(path.to_string(), anchor.map(str::to_string))
        };
        let span = self.span(range);
        self.spec.references.push(RawReference { span, target });
    }

    /// The index of the heading that text now falls under.
    fn section(&self) -> Option<usize> {
        self.spec.headings.len().checked_sub(1)
    }

    fn heading(&mut self, range: Range<usize>) {
        let title = self.inline.buf.trim().to_string();
        self.inline.clear();
        let end = range.start + self.slice(&range).trim_end().len();
        let span = self.span(&(range.start..end));
        let label = number(&title);
        let bare = label.map_or(title.as_str(), |(_, rest)| rest);
        let bare = bare.strip_prefix("Function:").unwrap_or(bare);
        let signature = match signature::parse(bare) {
            Parsed::Yes(signature) => Some(Box::new(signature)),
            Parsed::No => None,
            Parsed::Malformed(why) => {
                let mut found = Diagnostic::new(
                    codes::MALFORMED_SIGNATURE,
                    span,
                    format!("this looks like a signature, but {why}"),
                );
                // Without an arrow it may be a title, or a call as documentation of code writes it.
                if signature::arrow(bare).is_none() {
                    found.severity = Severity::Warning;
                }
                self.findings
                    .push(found.help("Write it as `name(first, second?) → type`."));
                None
            }
        };
        self.spec.headings.push(Heading {
            level: self.heading_level,
            number: label.map(|(number, _)| number.into()),
            text: title,
            span,
            parent: OptionalIndex::default(),
            end: u32::try_from(self.text.len()).unwrap_or(u32::MAX),
            signature,
        });
        let heading = OptionalIndex::new(self.section());
        self.spec.blocks.push(Block {
            kind: BlockKind::Heading,
            span,
            heading,
        });
    }

    fn code_block(&mut self) {
        let Some(OpenCode {
            range,
            lang,
            fenced,
            content,
        }) = self.code.take()
        else {
            return;
        };
        let whole = self.slice(&range);
        let end = range.start + whole.trim_end_matches(['\n', '\r']).len();
        let span = self.span(&(range.start..end.max(range.start)));
        let content = content.unwrap_or(range.start..range.start);
        if fenced && !fence_is_closed(whole) {
            let first = whole.lines().next().unwrap_or_default();
            let opening = Span::new(self.file, range.start, range.start + first.len());
            let found = Diagnostic::new(codes::UNCLOSED_FENCE, opening, "this code block is never closed");
            self.findings.push(
                found
                    .label("all that follows is code")
                    .help("Close it with a line of the same fence."),
            );
        }
        if matches!(lang.as_str(), "" | "text" | "txt") {
            self.code_examples(content.clone());
        }
        let heading = OptionalIndex::new(self.section());
        let content = self.span(&content);
        self.spec.blocks.push(Block {
            kind: BlockKind::Code(Box::new(CodeBlock { lang, content })),
            span,
            heading,
        });
    }

    fn finish(mut self) -> Checked<SpecFile> {
        self.flush();
        self.nest();
        statements::complete(&mut self.spec, self.text);
        // Laws and standards are cited with the same sign.
        if self.spec.headings.iter().all(|heading| heading.number.is_none()) {
            let text = self.text;
            self.spec.references.retain(|found| {
                let is_section = matches!(found.target, ReferenceTarget::Section(_));
                let start = text.get(found.span.start as usize..).unwrap_or_default();
                !(is_section && start.starts_with('§'))
            });
        }
        self.spec.references.sort_by_key(|reference| reference.span);
        self.spec.shrink();
        if self.spec.front_matter.is_none() && unclosed_front_matter(self.text) {
            let found = Diagnostic::new(
                codes::INVALID_FRONT_MATTER,
                Span::new(self.file, 0, 3),
                "front matter is never closed",
            );
            self.findings.push(found.help("Close it with a line of `---`."));
        }
        Checked::new(self.spec, self.findings)
    }

    /// Gives each heading its parent and the end of its section.
    fn nest(&mut self) {
        let mut open: Vec<usize> = Vec::new();
        for at in 0..self.spec.headings.len() {
            let Some((level, start)) = self
                .spec
                .headings
                .get(at)
                .map(|heading| (heading.level, heading.span.start))
            else {
                break;
            };
            while let Some(last) = open.last().copied() {
                match self.spec.headings.get_mut(last) {
                    Some(above) if above.level >= level => {
                        above.end = start;
                        open.pop();
                    }
                    _ => break,
                }
            }
            if let Some(heading) = self.spec.headings.get_mut(at) {
                heading.parent = OptionalIndex::new(open.last().copied());
            }
            open.push(at);
        }
    }
}

#[cfg(test)]
#[allow(clippy::string_slice, reason = "a test that slices wrongly should panic")]
mod tests;
