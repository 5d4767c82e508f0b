//! What a sentence of a document says and what it is: its form, how binding it is, what it refers to.

use super::fact::{Fact, Form};
use super::items::Margin;
use super::named::Openings;
use super::words::{TextStyle, plain, strength};
use ghostc_spec::content::subject;
use ghostc_spec::library::Document;
use ghostc_syntax::{Block, BlockKind, Heading, InlineText, Sources, Span, Strength, collapse_whitespace};
use std::collections::{BTreeMap, BTreeSet};

/// What is looked up in a document while its units are read.
pub(super) struct Reading<'a> {
    /// The document.
    pub(super) document: &'a Document,
    /// The texts.
    pub(super) sources: &'a Sources,
    dress: &'a TextStyle,
    /// The texts as Markdown reads them.
    pub(super) inline: &'a InlineText,
    /// Where named facts open.
    pub(super) openings: &'a Openings,
    /// The section of the whole document.
    pub(super) first: usize,
    /// How binding the sentences with a keyword are.
    statements: BTreeMap<usize, Strength>,
    /// The first bytes of examples.
    examples: BTreeSet<u32>,
}

impl<'a> Reading<'a> {
    /// Looks up what a document says of its sentences.
    pub(super) fn of(
        document: &'a Document,
        sources: &'a Sources,
        (dress, openings): (&'a TextStyle, &'a Openings),
        first: usize,
    ) -> Reading<'a> {
        let spec = &document.spec;
        let examples = spec.examples.iter().filter(|example| !example.in_code);
        Reading {
            document,
            sources,
            dress,
            inline: document.inline(sources),
            openings,
            first,
            statements: spec
                .statements
                .iter()
                .map(|statement| (statement.sentence, statement.strength))
                .collect(),
            examples: examples.map(|example| example.span.start).collect(),
        }
    }

    /// What is known of a sentence, and what it says.
    pub(super) fn read(
        &self,
        index: usize,
        span: Span,
        words: Span,
        (block, margin): (&Block, &Margin),
    ) -> (Fact, String) {
        let shown = collapse_whitespace(self.sources.slice(span));
        let said = plain(words, self.inline, self.dress);
        let read = self.statements.get(&index);
        // Where keywords are written small, only reading tells those that bind from other words.
        let strength = if self.dress.reads_small() {
            read.copied()
        } else if read.is_some() || self.dress.folds() {
            strength(&shown, false)
        } else {
            None
        };
        let is_case = self.examples.range(span.start..span.end).next().is_some();
        let form = form(block, &shown, is_case);
        let fact = Fact {
            span,
            shown,
            form,
            strength,
            references: said.references,
            numbered: margin.numbered,
            is_paragraph: block.kind == BlockKind::Paragraph,
            continues: block.kind == BlockKind::Item && (!margin.marked || span.start > block.span.start),
            block: block.span.start,
            is_link: said.is_link,
            is_case,
        };
        (fact, said.text)
    }
}

/// The first sentence below a heading.
pub(super) fn first_words(document: &Document, heading: &Heading, sources: &Sources) -> String {
    let sentences = &document.spec.sentences;
    let after = sentences.partition_point(|sentence| sentence.span.start < heading.span.end);
    let first = sentences
        .get(after)
        .filter(|sentence| heading.section().contains(sentence.span));
    first.map_or_else(String::new, |sentence| {
        collapse_whitespace(sources.slice(sentence.span))
    })
}

fn form(block: &Block, shown: &str, example: bool) -> Form {
    let row = matches!(block.kind, BlockKind::TableRow | BlockKind::TableHead);
    let item = block.kind == BlockKind::Item;
    let default = shown
        .trim_start_matches('*')
        .to_lowercase()
        .starts_with("default");
    if row || example || (item && (default || subject(shown).is_some())) {
        Form::Exact
    } else {
        Form::Prose
    }
}

/// A span without white space at its end.
pub(super) fn trimmed(span: Span, sources: &Sources) -> Span {
    let text = sources.slice(span);
    let end = span.range().start + text.trim_end().len();
    Span::new(span.file, span.range().start, end)
}
