//! The inline text of a Markdown document as it is read, apart from how it is written: escapes and entities decoded,
//! without marks of emphasis, list markers and line breaks, links as their words and their targets.
//!
//! Two texts with the same runs say the same in CommonMark; which of them matter is the caller's. Blocks of code are kept
//! apart: their lines without what stands before them for the lists and quotes that they lie in.

use crate::collapse_whitespace;
use pulldown_cmark::{BrokenLink, Event, LinkType, Options, Parser, Tag, TagEnd};
use std::ops::Range;

/// The inline text of a document.
#[derive(Clone, Debug, Default)]
pub struct InlineText {
    text: String,
    runs: Vec<Run>,
    /// The lines of blocks of code.
    code: Vec<Run>,
}

/// What a stretch of inline text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunKind {
    /// Words and what stands between them.
    Words,
    /// A code span, without its marks.
    Code,
    /// An HTML tag.
    Html,
    /// The target of the link or image whose bytes these are; its words are runs of their own.
    Target,
    /// The start of a table cell.
    Cell,
    /// A reference to a footnote.
    Footnote,
    /// Where words that are struck out start or end.
    Strike,
}

/// A stretch of a document and where it stands in the text that is read.
#[derive(Clone, Debug)]
struct Run {
    kind: RunKind,
    source: Range<usize>,
    text: Range<usize>,
}

impl InlineText {
    /// Reads a document; `body` is where it starts, behind its front matter.
    pub fn of(document: &str, body: usize) -> InlineText {
        let options = Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_STRIKETHROUGH;
        // A link is one whether its label is defined or not; a word in brackets is none.
        let broken = |link: BrokenLink<'_>| {
            let is_link = matches!(link.link_type, LinkType::ReferenceUnknown | LinkType::Reference);
            is_link.then(|| (link.reference.to_string().into(), "".into()))
        };
        let text = document.get(body..).unwrap_or_default();
        let events = Parser::new_with_broken_link_callback(text, options, Some(broken));
        let mut out = InlineText::default();
        let mut in_code = false;
        for (event, range) in events.into_offset_iter() {
            let source = range.start + body..range.end + body;
            if matches!(event, Event::Start(Tag::CodeBlock(_))) {
                in_code = true;
            } else if matches!(event, Event::End(TagEnd::CodeBlock)) {
                in_code = false;
            } else if matches!(event, Event::End(TagEnd::Strikethrough)) {
                out.push(Some(RunKind::Strike), source.end..source.end, "");
            } else if let Some((kind, text)) = run(&event) {
                out.push((!in_code).then_some(kind), source, text);
            }
        }
        out
    }

    /// Adds a run, of a block of code where it has no kind.
    fn push(&mut self, kind: Option<RunKind>, source: Range<usize>, text: &str) {
        let start = self.text.len();
        self.text.push_str(text);
        let text = start..self.text.len();
        match kind {
            Some(kind) => self.runs.push(Run { kind, source, text }),
            None => self.code.push(Run {
                kind: RunKind::Code,
                source,
                text,
            }),
        }
    }

    /// What a stretch says, in one spelling of Markdown: words with single spaces and without escapes, entities and marks
    /// of emphasis, code in single backticks, cells of a table between bars, every link with its target behind it.
    pub fn spelled(&self, stretch: Range<usize>) -> String {
        let mut out = String::with_capacity(stretch.len());
        let mut links: Vec<(usize, &str)> = Vec::new();
        let mut is_row = false;
        for (kind, source, piece) in self.within(stretch) {
            while let Some((_, target)) = links.pop_if(|(end, _)| *end <= source.start) {
                close(target, &mut out);
            }
            match kind {
                RunKind::Words | RunKind::Html => out.push_str(piece),
                RunKind::Code => out.extend(["`", piece, "`"]),
                RunKind::Footnote => out.extend(["[^", piece, "]"]),
                RunKind::Strike => out.push_str("~~"),
                RunKind::Cell => {
                    is_row = true;
                    out.push_str(" | ");
                }
                RunKind::Target => {
                    out.push('[');
                    links.push((source.end, piece));
                }
            }
        }
        while let Some((_, target)) = links.pop() {
            close(target, &mut out);
        }
        if is_row {
            out.push_str(" |");
        }
        collapse_whitespace(&out)
    }

    /// The lines of the block of code whose bytes these are, without blank ones at the end.
    pub fn code(&self, block: Range<usize>) -> &str {
        let first = self.code.partition_point(|run| run.source.end <= block.start);
        let end = self.code.partition_point(|run| run.source.start < block.end);
        let runs = self.code.get(first..end).unwrap_or_default();
        let text = match runs {
            [first, .., last] => first.text.start..last.text.end,
            [only] => only.text.clone(),
            [] => 0..0,
        };
        self.text.get(text).unwrap_or_default().trim_end()
    }

    /// The runs of a stretch of the document, each with its bytes there; of one that goes on beyond the stretch, what
    /// lies in it.
    pub fn within(&self, stretch: Range<usize>) -> impl Iterator<Item = (RunKind, Range<usize>, &str)> {
        let first = self.runs.partition_point(|run| run.source.start < stretch.start);
        // The run before may reach into the stretch.
        let first = first.saturating_sub(1);
        let runs = self.runs.get(first..).unwrap_or_default().iter();
        let end = stretch.end;
        runs.take_while(move |run| run.source.start < end)
            .filter_map(move |run| {
                let text = self.text.get(run.text.clone())?;
                if run.kind != RunKind::Words || text.len() != run.source.len() {
                    return (run.source.start >= stretch.start).then(|| (run.kind, run.source.clone(), text));
                }
                let from = run.source.start.max(stretch.start);
                let to = run.source.end.min(stretch.end);
                let inside =
                    text.get(from.checked_sub(run.source.start)?..to.checked_sub(run.source.start)?)?;
                (from < to).then_some((run.kind, from..to, inside))
            })
    }
}

/// Ends a link.
fn close(target: &str, out: &mut String) {
    out.extend(["](", target, ")"]);
}

/// What an event adds to the text.
fn run<'e>(event: &'e Event<'_>) -> Option<(RunKind, &'e str)> {
    Some(match event {
        Event::Text(text) => (RunKind::Words, text),
        Event::Code(text) => (RunKind::Code, text),
        Event::SoftBreak | Event::HardBreak => (RunKind::Words, " "),
        Event::InlineHtml(text) => (RunKind::Html, text),
        Event::FootnoteReference(label) => (RunKind::Footnote, label),
        Event::Start(Tag::TableCell) => (RunKind::Cell, ""),
        Event::Start(Tag::Strikethrough) => (RunKind::Strike, ""),
        Event::Start(
            Tag::Link {
                link_type, dest_url, ..
            }
            | Tag::Image {
                link_type, dest_url, ..
            },
        ) if !matches!(link_type, LinkType::Autolink | LinkType::Email) => (RunKind::Target, dest_url),
        Event::Start(_)
        | Event::End(_)
        | Event::Html(_)
        | Event::InlineMath(_)
        | Event::DisplayMath(_)
        | Event::Rule
        | Event::TaskListMarker(_) => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(RunKind, String)> {
        let inline = InlineText::of(text, 0);
        let mut out: Vec<(RunKind, String)> = Vec::new();
        for (kind, _, text) in inline.within(0..text.len()) {
            match out.last_mut() {
                Some((RunKind::Words, last)) if kind == RunKind::Words => last.push_str(text),
                _ => out.push((kind, text.to_string())),
            }
        }
        out
    }

    fn words(text: &str) -> String {
        let runs = read(text).into_iter();
        runs.filter(|(kind, _)| *kind != RunKind::Target)
            .map(|(_, text)| text)
            .collect()
    }

    #[test]
    fn spelling_of_inline_text_is_no_part_of_it() {
        assert_eq!(
            words("Less than \\<1 is \\_low."),
            words("Less than &lt;1 is _low.")
        );
        assert_eq!(words("*It* is __so__,\nand\\\nmore."), "It is so, and more.");
        assert_eq!(
            read("See <https://a.example/b>."),
            read("See <https://a.example/b>.")
        );
        assert_eq!(
            words("See <https://a.example/b>."),
            words("See https://a.example/b.")
        );
    }

    fn spelled(text: &str) -> String {
        InlineText::of(text, 0).spelled(0..text.len())
    }

    #[test]
    fn what_is_said_has_one_spelling() {
        let says = |text: &str, same: &str| assert_eq!(spelled(text), spelled(same), "{text}");
        says("*It* is __so__,\nand\\\nmore \\<1.", "It is so, and more &lt;1.");
        says("Read [the *guide*](a.md).", "Read [the guide][g].\n\n[g]: a.md\n");
        says("> Quoted `a` and\n> more.", "> Quoted ``a`` and more.");
        says(
            "|a|*b*|\n|-|-|\n| 1 | 2 |\n",
            "| a | b |\n| --- | --- |\n| 1 | 2 |\n",
        );
        assert_eq!(
            spelled("Read [the ![sign](s.png)](a.md) and ~~stop~~."),
            "Read [the [sign](s.png)](a.md) and ~~stop~~."
        );
        assert_ne!(spelled("~~It MUST stop.~~"), spelled("It MUST stop."));
        assert_ne!(spelled("Write `*`."), spelled("Write \\*."));
    }

    #[test]
    fn code_is_read_without_what_stands_before_it() {
        let code = |text: &str| InlineText::of(text, 0).code(0..text.len()).to_string();
        let plain = code("```\na\n\n  b\n```\n");
        assert_eq!(plain, "a\n\n  b");
        assert_eq!(code("- x\n  ```\n  a\n  \n    b\n  ```\n"), plain);
        assert_eq!(code("> ~~~\n> a\n>\n>   b\n> ~~~\n"), plain);
        assert_eq!(code("```\r\na\r\n\r\n  b\r\n```\r\n"), plain);
        assert_eq!(code("```\n```\n"), "");
        let two = "```\na\n```\n\n```\nb\n```\n";
        let inline = InlineText::of(two, 0);
        assert_eq!((inline.code(4..6), inline.code(15..17)), ("a", "b"));
    }

    #[test]
    fn kinds_of_links_are_their_words_and_targets() {
        let inline = read("Read [the guide](https://a.example/g).");
        assert_eq!(inline, read("Read [the guide][g].\n\n[g]: https://a.example/g\n"));
        assert!(inline.contains(&(RunKind::Target, "https://a.example/g".to_string())));
    }

    #[test]
    fn a_stretch_cuts_words_and_leaves_emphasis_out() {
        let text = "*It MUST run. It MUST stop.*\n";
        let inline = InlineText::of(text, 0);
        let cut = |range: Range<usize>| inline.within(range).map(|(.., text)| text).collect::<String>();
        assert_eq!(cut(0..13), "It MUST run.");
        assert_eq!(cut(14..text.len()), "It MUST stop.");
    }
}
