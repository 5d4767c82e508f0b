//! What is shown of a document in CommonMark with tables, strikethrough, footnotes and front matter: its words in order,
//! and its blocks of code; and which changes follow from a formatter's showing other ones.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS
}

/// The words that stand outside of blocks of code, whatever marks are around them.
pub(super) fn words(text: &str) -> Vec<String> {
    let (mut shown, mut in_code) = (String::new(), false);
    for event in Parser::new_ext(text, options()) {
        match event {
            Event::Start(Tag::CodeBlock(_)) => in_code = true,
            Event::End(TagEnd::CodeBlock) => in_code = false,
            Event::Text(piece) | Event::Code(piece) if !in_code => shown.push_str(&piece),
            Event::End(end) if !is_inline(end) => shown.push(' '),
            Event::SoftBreak | Event::HardBreak | Event::Start(Tag::Item) => shown.push(' '),
            Event::Start(_)
            | Event::End(_)
            | Event::Text(_)
            | Event::Code(_)
            | Event::InlineMath(_)
            | Event::DisplayMath(_)
            | Event::Html(_)
            | Event::InlineHtml(_)
            | Event::FootnoteReference(_)
            | Event::Rule
            | Event::TaskListMarker(_) => {}
        }
    }
    shown.split_whitespace().map(str::to_string).collect()
}

fn is_inline(end: TagEnd) -> bool {
    matches!(
        end,
        TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image
    )
}

/// The blocks of code, byte for byte.
pub(super) fn code(text: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut open: Option<String> = None;
    for event in Parser::new_ext(text, options()) {
        if matches!(event, Event::Start(Tag::CodeBlock(_))) {
            open = Some(String::new());
        } else if event == Event::End(TagEnd::CodeBlock) {
            blocks.extend(open.take());
        } else if let (Event::Text(piece), Some(code)) = (event, &mut open) {
            code.push_str(&piece);
        }
    }
    blocks
}

/// What a formatter did to a document beyond its spelling.
pub(super) struct FormatDamage {
    old: String,
    new: String,
    /// The blocks of code that are no more what they were.
    code: Vec<String>,
}

impl FormatDamage {
    pub(super) fn of(old: &str, new: &str) -> FormatDamage {
        let left = code(new);
        let joined = |text: &str| format!(" {} ", words(text).join(" "));
        FormatDamage {
            old: joined(old),
            new: joined(new),
            code: code(old)
                .into_iter()
                .filter(|block| !left.contains(block))
                .collect(),
        }
    }

    /// Whether anything that is shown differs.
    pub(super) fn is_any(&self) -> bool {
        self.old != self.new || !self.code.is_empty()
    }

    /// Whether a block of code differs.
    pub(super) fn is_of_code(&self) -> bool {
        !self.code.is_empty()
    }

    /// Whether a text of the old document, and what became of it, differ by what is shown.
    pub(super) fn explains(&self, old: &str, new: &str) -> bool {
        let is_shown = |document: &str, text: &str| {
            let mut paragraphs = text.lines().map(|line| words(line).join(" "));
            paragraphs.all(|words| document.contains(&words))
        };
        let is_within = |part: &str, whole: &str| {
            let mut lines = part.lines().map(str::trim).filter(|line| !line.is_empty());
            lines.all(|line| whole.contains(line))
        };
        // A text may hold blocks, and it may be a part of one.
        let holds =
            |block: &String| !block.trim().is_empty() && (is_within(block, old) || is_within(old, block));
        let is_same = is_shown(&self.new, old) && is_shown(&self.old, new);
        !is_same || self.code.iter().any(holds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_explained_by_what_it_is_about() {
        let damage = FormatDamage::of(
            "# C#

It is `x`.
",
            "# C

It is `x`.
",
        );
        assert!(damage.is_any() && damage.explains("C#", "C"));
        assert!(!damage.explains("It is `x`.", "It is `x`."));
    }

    #[test]
    fn spelling_shows_the_same_and_words_do_not() {
        let one = "1. A *b* \\_c\n   d\n\n```\nx  \n```\n";
        assert_eq!(words(one), words("7) A _b_ _c d\n\n~~~\nx\n~~~\n"));
        assert_ne!(code(one), code("7) A _b_ _c d\n\n~~~\nx\n~~~\n"));
        assert_ne!(words("C#\n"), words("C\n"));
        assert_ne!(words("with _x\n"), words("with_x\n"));
    }
}
