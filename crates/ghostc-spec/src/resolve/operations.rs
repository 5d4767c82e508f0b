//! Operations: headings that are signatures, and headings that name what a code block below them declares.

use super::objects::{HeadingRole, Objects};
use crate::library::{Document, Operation, specs};
use ghostc_syntax::signature::{Parsed, parse};
use ghostc_syntax::{BlockKind, Heading, Signature, Sources, Span, collapse_whitespace, starting_in};

/// The operations of a package's spec documents, in order; a name may occur twice here.
pub(super) fn find(documents: &[Document], sources: &Sources) -> Vec<Operation> {
    let objects = Objects::find(documents, sources);
    let mut out: Vec<Operation> = Vec::new();
    for (document, home) in specs(documents) {
        let mut taken: u32 = 0;
        // The objects whose sections, or whose methods' sections, are open.
        let mut open: Vec<(u32, String)> = Vec::new();
        for (at, heading) in home.spec.headings.iter().enumerate() {
            open.retain(|(end, _)| heading.span.start < *end);
            let inside = open.last().map(|(_, object)| object.as_str());
            let declared = |signature: Signature, object: Option<String>| Operation {
                name: signature.name.clone(),
                document,
                heading: at,
                span: name_span(heading, &signature, sources),
                section: heading.section(),
                summary: summary(home, heading, sources),
                signature,
                object,
            };
            let signature = || {
                let own = heading.signature.as_deref().cloned();
                own.or_else(|| declared_below(home, heading, sources))
            };
            match objects.role(heading, inside, signature) {
                HeadingRole::Nothing => {}
                HeadingRole::Object(signature) => {
                    let object = signature.name.clone();
                    open.push((heading.end, object.clone()));
                    out.push(declared(signature, Some(object)));
                }
                HeadingRole::Constructor(signature) => {
                    let object = Some(signature.name.clone());
                    let made = out
                        .iter_mut()
                        .rev()
                        .find(|found| found.object == object && found.makes_object());
                    match made.filter(|made| is_bare(made, home, sources)) {
                        Some(made) => {
                            made.span = name_span(heading, &signature, sources);
                            made.signature = signature;
                        }
                        // A second one is found as any name that is declared twice.
                        None => out.push(declared(signature, object)),
                    }
                }
                HeadingRole::Method(signature, object) => {
                    open.push((heading.end, object.clone()));
                    out.push(declared(signature, Some(object)));
                }
                HeadingRole::Function(signature) if heading.span.start >= taken => {
                    taken = heading.end;
                    out.push(declared(signature, None));
                }
                HeadingRole::Function(_) => {}
            }
        }
    }
    out
}

/// Whether a heading declares an object and says nothing of how it is made, as `Class Stack` does.
fn is_bare(made: &Operation, home: &Document, sources: &Sources) -> bool {
    let heading = home.spec.headings.get(made.heading).map(|heading| heading.span);
    let heading = heading.filter(|heading| heading.contains(made.span));
    heading.is_some_and(|heading| !sources.slice(heading).contains('('))
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
    // The heading of a method may leave out what it is a method of.
    let own = signature.name.rsplit('.').next().unwrap_or(&signature.name);
    let mut names = [signature.name.as_str(), own].into_iter();
    names
        .find_map(|name| Some((line.find(name)?, name)))
        .map_or(heading.span, |(at, name)| {
            let start = heading.span.start as usize + at;
            Span::new(heading.span.file, start, start + name.len())
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
