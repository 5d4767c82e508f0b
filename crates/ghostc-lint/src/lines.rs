//! The lines of documents as people read them, with the block that each stands in; checks of prose read these.

use ghostc_spec::library::Document;
use ghostc_syntax::{BlockKind, Sources, Span};

/// One line of a block, without list markers, quote marks and white space around it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line<'a> {
    /// Its text.
    pub(crate) text: &'a str,
    /// Its bytes.
    pub(crate) span: Span,
    /// What it stands in.
    pub(crate) place: LineKind,
    /// The index of the heading whose section it lies in directly.
    pub(crate) heading: Option<usize>,
}

/// What a line stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LineKind {
    /// A heading.
    Heading,
    /// A paragraph or a list item.
    Prose,
    /// A row of a table.
    Row,
    /// Code without a language, or with one for text: often a diagram, or a prompt.
    Text,
    /// Any other code.
    Code,
}

/// The lines of a document, in order.
pub(crate) fn lines<'a>(home: &'a Document, sources: &'a Sources) -> impl Iterator<Item = Line<'a>> {
    home.spec.blocks.iter().flat_map(move |block| {
        let (place, span) = match &block.kind {
            BlockKind::Heading => (LineKind::Heading, block.span),
            BlockKind::Paragraph | BlockKind::Item => (LineKind::Prose, block.span),
            BlockKind::TableHead | BlockKind::TableRow => (LineKind::Row, block.span),
            BlockKind::Code(code) => (place_of(&code.lang), code.content),
        };
        let heading = block.heading();
        of_text(span, sources.slice(span)).map(move |(text, span)| Line {
            text,
            span,
            place,
            heading,
        })
    })
}

/// The lines of a text that are not empty, without quote marks and white space around them.
pub(crate) fn of_text(at: Span, text: &str) -> impl Iterator<Item = (&str, Span)> {
    let mut start = at.start as usize;
    text.split_inclusive('\n').filter_map(move |line| {
        let bare = line.trim_start_matches(['>', ' ', '\t']);
        let from = start + line.len() - bare.len();
        start += line.len();
        let bare = bare.trim_end();
        (!bare.is_empty()).then(|| (bare, Span::new(at.file, from, from + bare.len())))
    })
}

fn place_of(lang: &str) -> LineKind {
    match lang {
        "" | "text" | "txt" | "md" | "markdown" | "plain" | "plaintext" => LineKind::Text,
        _ => LineKind::Code,
    }
}

/// The lines of a document where a code is found, for tests.
#[cfg(test)]
pub(crate) fn found(code: &str, files: &[(&str, &str)], shown: &str) -> Vec<String> {
    use crate::{Goal, analyze};
    use ghostc_spec::resolve::Input;
    use ghostc_syntax::Source;
    let mut sources = Sources::default();
    for (path, text) in files {
        sources.add(Source::new(*path, *text));
    }
    let paths = files.iter().map(|(path, _)| (*path).to_string()).collect();
    let layout = ghostc_spec::discover::discover_in(&sources);
    let checked = analyze(
        Input {
            sources: &sources,
            existing: &paths,
            settings: &ghostc_spec::Settings::default(),
        },
        &layout,
        1,
        Goal::Everything,
    );
    let of_code = checked
        .diagnostics
        .iter()
        .filter(|found| found.code.name == code && sources.get(found.span.file).path == shown);
    let lines = of_code.map(|found| {
        let text = &sources.get(found.span.file).text;
        let line = text.lines().nth(sources.line(found.span) - 1).unwrap_or_default();
        line.to_string()
    });
    lines.collect()
}
