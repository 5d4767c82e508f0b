//! Operations: headings that are signatures, and headings that name what a code block below them declares.

use crate::library::{Document, Operation, specs};
use ghostc_syntax::signature::{Parsed, parse};
use ghostc_syntax::{BlockKind, Heading, Signature, Sources, Span, collapse_whitespace, starting_in};

/// The operations of a package's spec documents, in order; a name may occur twice here.
pub(super) fn find(documents: &[Document], sources: &Sources) -> Vec<Operation> {
    let mut out: Vec<Operation> = Vec::new();
    for (document, home) in specs(documents) {
        let mut taken: u32 = 0;
        for (at, heading) in home.spec.headings.iter().enumerate() {
            let declared = heading
                .signature
                .as_deref()
                .cloned()
                .or_else(|| declared_below(home, heading, sources));
            let Some(signature) = declared.filter(|_| heading.span.start >= taken) else {
                continue;
            };
            let section = heading.section();
            taken = section.end;
            out.push(Operation {
                name: signature.name.clone(),
                document,
                heading: at,
                span: name_span(heading, &signature, sources),
                section,
                summary: summary(home, heading, sources),
                signature,
            });
        }
    }
    out
}

/// The signature in a code block of the heading's section, where the heading is the operation's bare name.
fn declared_below(home: &Document, heading: &Heading, sources: &Sources) -> Option<Signature> {
    let title = heading.text.as_str();
    let name = ["Function:", "Operation:", "Method:"]
        .iter()
        .find_map(|word| title.strip_prefix(word))
        .unwrap_or(title)
        .trim();
    let identifier = name.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && name
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '#'));
    if !identifier {
        return None;
    }
    let blocks = starting_in(&home.spec.blocks, heading.section(), |block| block.span.start);
    let contents = blocks.iter().filter_map(|block| match &block.kind {
        BlockKind::Code(code) => Some(code.content),
        BlockKind::Heading
        | BlockKind::Paragraph
        | BlockKind::Item
        | BlockKind::TableHead
        | BlockKind::TableRow => None,
    });
    contents
        .flat_map(|content| sources.slice(content).lines())
        .find_map(|line| match parse(line) {
            Parsed::Yes(signature) if signature.name == name && signature.returns.is_some() => {
                Some(signature)
            }
            Parsed::Yes(_) | Parsed::No | Parsed::Malformed(_) => None,
        })
}

fn name_span(heading: &Heading, signature: &Signature, sources: &Sources) -> Span {
    let line = sources.slice(heading.span);
    line.find(&signature.name).map_or(heading.span, |at| {
        let start = heading.span.start as usize + at;
        Span::new(heading.span.file, start, start + signature.name.len())
    })
}

/// The first sentence of prose below the heading.
fn summary(home: &Document, heading: &Heading, sources: &Sources) -> String {
    let first = home
        .spec
        .sentences
        .partition_point(|sentence| sentence.span.start < heading.span.end);
    let sentence = home
        .spec
        .sentences
        .get(first)
        .filter(|sentence| sentence.span.start < heading.end);
    let is_prose = |block: usize| {
        home.spec
            .blocks
            .get(block)
            .is_some_and(|block| block.kind == BlockKind::Paragraph)
    };
    sentence
        .filter(|sentence| is_prose(sentence.block()))
        .map(|found| collapse_whitespace(sources.slice(found.span)))
        .unwrap_or_default()
}
