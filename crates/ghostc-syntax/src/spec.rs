//! The facts of one Markdown document, each with its byte span.

use crate::anchors::Anchors;
use crate::diagnostic::Diagnostic;
use crate::signature::Signature;
use crate::source::{FileId, Span};
use crate::value::Value;
use crate::yaml::Node;
use std::num::NonZeroU32;

/// Everything that was understood of one Markdown document.
#[derive(Clone, Debug)]
pub struct SpecFile {
    /// The text it was read from.
    pub file: FileId,
    /// The YAML block at the top, if there is one.
    pub front_matter: Option<FrontMatter>,
    /// All headings, in order.
    pub headings: Vec<Heading>,
    /// All leaf blocks, in order.
    pub blocks: Vec<Block>,
    /// All sentences of prose, list items and table rows, in order.
    pub sentences: Vec<Sentence>,
    /// The sentences that hold an RFC 2119 keyword; in a document that has none, those that hold a lower-case modal.
    pub statements: Vec<Statement>,
    /// Whether it has an RFC 2119 keyword in capitals, or says how such keywords are to be read.
    pub has_capital_keywords: bool,
    /// Lower-case words that bind as those keywords do, in order.
    pub modals: Vec<Modal>,
    /// Links and mentions of sections.
    pub references: Vec<RawReference>,
    /// What looks like `call → value`.
    pub examples: Vec<Example>,
    /// The items of all lists, in order of their starts.
    pub items: Vec<Item>,
    /// The rows of all tables, heads included, in order.
    pub rows: Vec<Row>,
    /// HTML comments with their marks.
    pub comments: Vec<Span>,
    pub(crate) anchors: Anchors,
}

/// The YAML block at the top of a document.
#[derive(Clone, Debug)]
pub struct FrontMatter {
    /// The block with its fences.
    pub span: Span,
    /// Its content; nothing where it is empty or not YAML.
    pub node: Option<Node>,
}

/// One heading and the section that it opens.
#[derive(Clone, Debug)]
pub struct Heading {
    /// From 1 to 6.
    pub level: u8,
    /// Its text without markup.
    pub text: String,
    /// The heading's own line or lines.
    pub span: Span,
    /// A leading label such as `5.3`, `A.1` or `Appendix A`'s `A`; a name people use, never an identity.
    pub number: Option<Box<str>>,
    /// Where the section ends, with all sections below it.
    pub end: u32,
    /// What the heading declares, where it is a signature.
    pub signature: Option<Box<Signature>>,
    pub(crate) parent: OptionalIndex,
}

impl Heading {
    /// The index of the heading whose section holds this one.
    pub fn parent(&self) -> Option<usize> {
        self.parent.get()
    }

    /// The whole section: heading, text and sections below.
    pub fn section(&self) -> Span {
        Span {
            end: self.end,
            ..self.span
        }
    }
}

/// A leaf of the document's block structure.
#[derive(Clone, Debug)]
pub struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// Its bytes, without list markers and line ends around it.
    pub span: Span,
    pub(crate) heading: OptionalIndex,
}

impl Block {
    /// The index of the heading whose section it lies in directly.
    pub fn heading(&self) -> Option<usize> {
        self.heading.get()
    }
}

/// The kinds of leaf blocks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BlockKind {
    /// A heading's own text.
    Heading,
    /// A paragraph outside lists.
    Paragraph,
    /// A paragraph or the bare text of a list item.
    Item,
    /// The header row of a table.
    TableHead,
    /// Another row of a table.
    TableRow,
    /// A fenced or indented code block.
    Code(Box<CodeBlock>),
}

/// What only a code block has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeBlock {
    /// The first word of the info string; empty when there is none.
    pub lang: String,
    /// The code without its fences.
    pub content: Span,
}

/// One item of a list.
#[derive(Clone, Debug)]
pub struct Item {
    /// Its marker, its text and all that is nested in it.
    pub span: Span,
    /// Its own number, where its list is ordered: of nine digits at most, and what follows from that in its list. Where all
    /// are written with one number it is the one that is shown, counted from there.
    pub number: Option<u32>,
    /// The check box that its text starts with.
    pub check: Option<Box<CheckBox>>,
    pub(crate) parent: OptionalIndex,
    pub(crate) block: OptionalIndex,
    pub(crate) heading: OptionalIndex,
}

impl Item {
    /// The index of the item that it is nested in.
    pub fn parent(&self) -> Option<usize> {
        self.parent.get()
    }

    /// The index of the first leaf block in it: its text. Nothing where it is empty or opens with another list.
    pub fn block(&self) -> Option<usize> {
        self.block.get()
    }

    /// The index of the heading whose section it lies in directly.
    pub fn heading(&self) -> Option<usize> {
        self.heading.get()
    }
}

/// An index into a list, or none, in four bytes instead of the sixteen of `Option<usize>`: documents hold many of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OptionalIndex(Option<NonZeroU32>);

impl OptionalIndex {
    /// From an index; nothing where there is none, or one that no list can have.
    pub fn new(index: Option<usize>) -> OptionalIndex {
        let number = index.and_then(|index| u32::try_from(index + 1).ok());
        OptionalIndex(number.and_then(NonZeroU32::new))
    }

    /// The index.
    pub fn get(self) -> Option<usize> {
        self.0.map(|number| number.get() as usize - 1)
    }
}

/// A check box at the start of a text: `[ ]`, `[x]`, `[~]`, `[-]`, and a star after it; and what is meant to be one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CheckBox {
    /// What stands between the brackets.
    pub mark: char,
    /// Whether a star follows, which marks optional work.
    pub star: bool,
    /// Whether it is written as few tools read it: `[]`, `[ x]`, `[>]`, `\[x\]`, or with a word right behind it.
    pub odd: bool,
    /// The box, from bracket to bracket.
    pub span: Span,
    /// Where the text after it starts.
    pub text: u32,
}

/// One row of a table.
#[derive(Clone, Debug)]
pub struct Row {
    /// The index of its block.
    pub block: usize,
    /// Which of the document's tables it is in.
    pub table: usize,
    /// Whether it is the head of its table.
    pub head: bool,
    /// Its cells without white space around them.
    pub cells: Vec<Span>,
}

/// One sentence, list item or table row: the unit in which edits are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// Its bytes.
    pub span: Span,
    pub(crate) block: u32,
}

impl Sentence {
    /// The index of its block.
    pub fn block(&self) -> usize {
        self.block as usize
    }
}

/// How binding a statement is (RFC 2119, sections 1 to 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Strength {
    /// MUST, SHALL, REQUIRED.
    Must,
    /// MUST NOT, SHALL NOT.
    MustNot,
    /// SHOULD, RECOMMENDED.
    Should,
    /// SHOULD NOT, NOT RECOMMENDED.
    ShouldNot,
    /// MAY, OPTIONAL.
    May,
}

impl Strength {
    /// The word used in every output format.
    pub fn as_str(self) -> &'static str {
        match self {
            Strength::Must => "must",
            Strength::MustNot => "must-not",
            Strength::Should => "should",
            Strength::ShouldNot => "should-not",
            Strength::May => "may",
        }
    }
}

/// A keyword of RFC 2119 as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keyword {
    /// The words, with one space.
    pub text: &'static str,
    /// What they say.
    pub strength: Strength,
}

/// One occurrence of a keyword.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeywordUse {
    /// Which.
    pub keyword: Keyword,
    /// Where.
    pub span: Span,
}

/// A lower-case word that binds as a keyword of RFC 2119 does: `must`, `should not`, `is required`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Modal {
    /// The index of its sentence.
    pub sentence: usize,
    /// The word.
    pub used: KeywordUse,
}

/// One normative sentence.
#[derive(Clone, Debug)]
pub struct Statement {
    /// The index of its sentence.
    pub sentence: usize,
    /// Its bytes.
    pub span: Span,
    /// The strength of its first keyword.
    pub strength: Strength,
    /// All its keywords, in order.
    pub keywords: Vec<KeywordUse>,
    /// Whether lower-case modals alone make it one.
    pub lower: bool,
    /// Whether it binds anybody: it does not where each of its keywords is the adjective of a noun, as in `an agent that
    /// sends OPTIONAL fields`.
    pub binds: bool,
    /// Its lower-case modals, where they make it a statement.
    pub modals: Vec<KeywordUse>,
    /// The items of the list that it introduces with a colon.
    pub parts: Vec<Span>,
    /// The code span that it is about, where it does not say so itself: `` `max` `` in `` - `max` (integer, OPTIONAL) ``,
    /// and in the items below that say `REQUIRED …`.
    pub subject: Option<Span>,
}

/// A link or a mention of a section, not yet resolved.
#[derive(Clone, Debug)]
pub struct RawReference {
    /// Where it is written.
    pub span: Span,
    /// What it names.
    pub target: ReferenceTarget,
}

/// What a reference names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReferenceTarget {
    /// `Section 4.2` of this document.
    Section(String),
    /// `Section 4.2` of another document, such as an RFC.
    SectionExternal(String),
    /// `#fragment` of this document.
    Anchor(String),
    /// A file, relative to the document, and a fragment in it.
    Path(String, Option<String>),
    /// An absolute URL.
    Url(String),
}

/// A line, list item or table row of the form `call → value`.
#[derive(Clone, Debug)]
pub struct Example {
    /// The call and its value.
    pub span: Span,
    /// The operation's name as written.
    pub operation: String,
    /// The arguments; nothing where they are not literals.
    pub arguments: Option<Vec<(Option<String>, Value)>>,
    /// What the call is said to give.
    pub result: ExampleResult,
    /// The index of the heading whose section it lies in directly.
    pub heading: Option<usize>,
    /// Whether it stands in a code block, where a line may be something else that only looks alike.
    pub in_code: bool,
}

/// What an example is said to give.
#[derive(Clone, Debug, PartialEq)]
pub enum ExampleResult {
    /// This value.
    Value(Value),
    /// An error.
    Error,
    /// Text that is neither.
    NotUnderstood,
}

/// Those of a document's parts, which are in the order of the text, that start within a span.
pub fn starting_in<T>(parts: &[T], within: Span, start: impl Fn(&T) -> u32) -> &[T] {
    let first = parts.partition_point(|part| start(part) < within.start);
    let rest = parts.get(first..).unwrap_or_default();
    let length = rest.partition_point(|part| start(part) < within.end);
    rest.get(..length).unwrap_or_default()
}

impl SpecFile {
    /// The list items that start within a span, nested ones included.
    pub fn items_in(&self, within: Span) -> &[Item] {
        starting_in(&self.items, within, |item| item.span.start)
    }

    /// The keywords of RFC 2119 that lie within a span.
    pub fn keywords_in(&self, within: Span) -> impl Iterator<Item = &KeywordUse> {
        let first = self
            .statements
            .partition_point(|found| found.span.end <= within.start);
        let rest = self.statements.iter().skip(first);
        let inside = rest.take_while(move |found| found.span.start < within.end);
        let uses = inside.flat_map(|found| &found.keywords);
        uses.filter(move |used| within.contains(used.span))
    }

    /// The innermost section that holds an offset, as an index into `headings`.
    pub fn heading_at(&self, offset: u32) -> Option<usize> {
        self.headings
            .partition_point(|heading| heading.span.start <= offset)
            .checked_sub(1)
    }

    /// The fragments that GitHub gives to `headings`, in their order; each is unique in its document.
    pub fn anchors(&self) -> &[String] {
        self.anchors
            .get_or_make(self.headings.iter().map(|heading| heading.text.as_str()))
    }

    /// The fragment of the heading of an index; empty where there is no such heading.
    pub fn anchor(&self, heading: usize) -> &str {
        self.anchors().get(heading).map_or("", String::as_str)
    }

    /// Gives back what its lists have room for and do not need: documents may stay for long, and there may be many.
    pub(crate) fn shrink(&mut self) {
        shrink(&mut self.headings);
        shrink(&mut self.blocks);
        shrink(&mut self.sentences);
        shrink(&mut self.statements);
        shrink(&mut self.modals);
        shrink(&mut self.references);
        shrink(&mut self.examples);
        shrink(&mut self.items);
        shrink(&mut self.rows);
    }
}

/// Moves a list into memory of its size. Allocators keep what shrinks in place where it is more than half full.
fn shrink<T>(list: &mut Vec<T>) {
    if list.len() < list.capacity() {
        let mut exact = Vec::with_capacity(list.len());
        exact.append(list);
        *list = exact;
    }
}

pub(crate) type Findings = Vec<Diagnostic>;
