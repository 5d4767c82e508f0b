//! The inline text of a Markdown document as it is read, apart from how it is written: escapes and entities decoded,
//! without marks of emphasis, list markers and line breaks, links as their words and their targets.
//!
//! Two texts with the same runs say the same in CommonMark; which of them matter is the caller's.

use pulldown_cmark::{BrokenLink, Event, LinkType, Options, Parser, Tag, TagEnd};
use std::ops::Range;

/// The inline text of a document.
#[derive(Clone, Debug, Default)]
pub struct InlineText {
    text: String,
    runs: Vec<Run>,
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
            } else if let Some((kind, text)) = run(&event).filter(|_| !in_code) {
                out.push(kind, source, text);
            }
        }
        out
    }

    fn push(&mut self, kind: RunKind, source: Range<usize>, text: &str) {
        let start = self.text.len();
        self.text.push_str(text);
        self.runs.push(Run {
            kind,
            source,
            text: start..self.text.len(),
        });
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

/// What an event adds to the text.
fn run<'e>(event: &'e Event<'_>) -> Option<(RunKind, &'e str)> {
    Some(match event {
        Event::Text(text) => (RunKind::Words, text),
        Event::Code(text) => (RunKind::Code, text),
        Event::SoftBreak | Event::HardBreak => (RunKind::Words, " "),
        Event::InlineHtml(text) => (RunKind::Html, text),
        Event::FootnoteReference(label) => (RunKind::Footnote, label),
        Event::Start(Tag::TableCell) => (RunKind::Cell, ""),
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
