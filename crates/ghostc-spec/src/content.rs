//! What a stretch of a spec says, apart from how it is wrapped and spelled: the unit that keys hash, `why` names and updates show.

use crate::library::{Document, Operation, Package, Statement};
use crate::section_index::SectionIndex;
use ghostc_syntax::{BlockKind, Heading, Sources, Span, SpecFile, collapse_whitespace};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// One heading, sentence, list item, table row or code block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its words as Markdown reads them, in one spelling; code as it stands.
    pub text: String,
    /// Where it is.
    pub span: Span,
}

/// A section's content, without that of sections told apart from it.
#[derive(Clone, Debug)]
pub struct Section {
    /// The index of its document in its package.
    pub document: usize,
    /// Its anchor; empty for what stands before the first heading.
    pub anchor: String,
    /// Its title.
    pub title: String,
    /// Its bytes.
    pub span: Span,
    /// What it says.
    pub lines: Vec<Line>,
}

impl Section {
    /// The hash of what it says: equal for texts that differ in spelling alone.
    pub fn digest(&self) -> String {
        digest_lines(self.lines.iter().map(|line| line.text.as_str()))
    }

    /// Its text as written, without blank lines around it.
    pub fn source<'s>(&self, sources: &'s Sources) -> &'s str {
        sources.slice(self.span).trim()
    }
}

/// A text with the check boxes of its items open: whether one was ticked is no part of what is to be done.
pub fn with_open_boxes(text: &str) -> Cow<'_, str> {
    let is_ticked = |line: &str| ticked(line).is_some();
    if !text.lines().any(is_ticked) {
        return Cow::Borrowed(text);
    }
    let lines = text.split_inclusive('\n').map(|line| match ticked(line) {
        Some((start, end)) => format!("{start}[ ]{end}"),
        None => line.to_string(),
    });
    Cow::Owned(lines.collect())
}

/// What stands before and behind a ticked box in a line that is an item.
fn ticked(line: &str) -> Option<(&str, &str)> {
    let bare = line.trim_start_matches([' ', '\t', '>']);
    let item = bare.trim_start_matches(|c: char| c.is_ascii_digit());
    let words = item
        .strip_prefix(['-', '*', '+', '.', ')'])?
        .trim_start_matches(' ');
    let rest = ["[x]", "[X]", "[~]", "[-]"]
        .iter()
        .find_map(|mark| words.strip_prefix(mark))?;
    Some((line.get(..line.len() - words.len())?, rest))
}

/// The hash of some lines.
pub fn digest_lines<'l>(lines: impl Iterator<Item = &'l str>) -> String {
    let mut hasher = blake3::Hasher::new();
    for line in lines {
        hasher.update(line.as_bytes());
        hasher.update(&[0]);
    }
    short_hex(&hasher.finalize())
}

/// The first 16 bytes of a hash in hexadecimal: enough for identity, short enough to read.
pub fn short_hex(hash: &blake3::Hash) -> String {
    hex(hash, 16)
}

/// The first bytes of a hash in hexadecimal.
pub fn hex(hash: &blake3::Hash, bytes: usize) -> String {
    let digits = hash
        .as_bytes()
        .iter()
        .take(bytes)
        .flat_map(|byte| [byte >> 4, byte & 15]);
    let mut text = String::with_capacity(2 * bytes);
    text.extend(digits.map(|digit| {
        char::from(if digit < 10 {
            b'0' + digit
        } else {
            b'a' + digit - 10
        })
    }));
    text
}

/// A statement's id and words.
#[derive(Clone, Debug)]
pub struct StatementName {
    /// Made of its section and its words, so that it survives edits elsewhere.
    pub id: String,
    /// Its text with single spaces.
    pub text: String,
    /// The anchor of its section; empty before the first heading.
    pub section: String,
    /// How like its words are to those that had the id before, from 0 to 1; nothing where the id was made of its own.
    pub likeness: Option<f64>,
}

impl StatementName {
    /// Whether a person should look whether this is the statement that had the id before.
    pub fn is_doubtful(&self) -> bool {
        self.likeness
            .is_some_and(|likeness| likeness < crate::matching::LIKE_ENOUGH)
    }
}

/// The ids and words of all statements of a package, in its order.
pub fn name_statements(package: &Package, sources: &Sources) -> Vec<StatementName> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let name = |statement: &Statement| {
        let text = collapse_whitespace(sources.slice(statement.span));
        let home = section_of(package, statement);
        let section = home.map_or("", |(spec, heading)| spec.anchor(heading));
        let id = statement_id(named(home), &text);
        let count = seen
            .entry(id.clone())
            .and_modify(|count| *count += 1)
            .or_insert(1);
        let id = if *count > 1 { format!("{id}~{count}") } else { id };
        StatementName {
            id,
            text,
            section: section.to_string(),
            likeness: None,
        }
    };
    package.statements.iter().map(name).collect()
}

/// The section that a statement lies in directly: a document and the index of a heading in it.
pub fn section_of<'p>(package: &'p Package, statement: &Statement) -> Option<(&'p SpecFile, usize)> {
    let spec = &package.documents.get(statement.document)?.spec;
    Some((spec, spec.heading_at(statement.span.start)?))
}

/// A heading's text without its number.
pub fn without_number(heading: &Heading) -> &str {
    let text = match &heading.number {
        Some(number) => heading.text.split_once(&**number).map_or("", |(_, rest)| rest),
        None => &heading.text,
    };
    text.trim_start_matches(['.', ':', ')', '—', '–', '-', ' '])
}

/// What the ids of a section's statements start with: the operation that it declares, else its anchor.
pub fn named(section: Option<(&SpecFile, usize)>) -> &str {
    section.map_or("", |(spec, at)| {
        let signature = spec
            .headings
            .get(at)
            .and_then(|heading| heading.signature.as_ref());
        signature.map_or_else(|| spec.anchor(at), |signature| signature.name.as_str())
    })
}

/// The id of a statement: the name of its section, and a hash of its words without punctuation and letter case.
pub fn statement_id(section: &str, text: &str) -> String {
    let mut words = text.to_lowercase();
    words.retain(|c| c.is_alphanumeric() || c == ' ');
    let mut hash = digest_lines(std::iter::once(words.as_str()));
    hash.truncate(8);
    format!("{section}~{hash}")
}

/// The part of an id that a name makes; a hash where nothing of it can stand in one.
pub(crate) fn name_slug(name: &str) -> String {
    const LONGEST: usize = 60;
    let words = name.to_lowercase();
    let words = words
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty());
    let slug = words.collect::<Vec<_>>().join("-");
    if slug.is_empty() || slug.chars().count() > LONGEST {
        let hash = digest_lines(std::iter::once(name));
        let hash: String = hash.chars().take(6).collect();
        let start: String = slug.chars().take(LONGEST).collect();
        let start = start.trim_end_matches('-');
        return if start.is_empty() {
            hash
        } else {
            format!("{start}-{hash}")
        };
    }
    slug
}

/// What a span of a document says.
pub fn lines(document: &Document, sources: &Sources, within: Span) -> Vec<Line> {
    let spec = &document.spec;
    let mut out = Vec::new();
    let mut sentence = spec
        .sentences
        .partition_point(|sentence| sentence.span.start < within.start);
    let first = spec
        .blocks
        .partition_point(|block| block.span.start < within.start);
    for (at, block) in spec.blocks.iter().enumerate().skip(first) {
        if block.span.start >= within.end {
            break;
        }
        match &block.kind {
            BlockKind::Heading => {
                let level = block
                    .heading()
                    .and_then(|heading| spec.headings.get(heading))
                    .map_or(1, |heading| heading.level);
                let title = block
                    .heading()
                    .and_then(|heading| spec.headings.get(heading))
                    .map_or("", |heading| &heading.text);
                out.push(Line {
                    text: format!("{} {title}", "#".repeat(level.into())),
                    span: block.span,
                });
            }
            BlockKind::Code(code) => {
                let lang = &code.lang;
                let code = document.inline(sources).code(code.content.range());
                out.push(Line {
                    text: format!("```{lang}\n{code}\n```"),
                    span: block.span,
                });
            }
            BlockKind::Paragraph | BlockKind::Item | BlockKind::TableHead | BlockKind::TableRow => {
                while let Some(found) = spec.sentences.get(sentence).filter(|found| found.block() <= at) {
                    if found.block() == at {
                        out.push(Line {
                            text: document.inline(sources).spelled(found.span.range()),
                            span: found.span,
                        });
                    }
                    sentence += 1;
                }
            }
        }
    }
    out
}

/// The section of an operation, with everything below its heading.
pub fn operation_section(package: &Package, operation: &Operation, sources: &Sources) -> Section {
    whole_section(package, operation.document, operation.heading, sources)
}

/// A section with everything below its heading.
pub fn whole_section(package: &Package, document: usize, heading: usize, sources: &Sources) -> Section {
    let home = package
        .documents
        .get(document)
        .expect("an index into the package's documents");
    let found = home
        .spec
        .headings
        .get(heading)
        .expect("an index into the document's headings");
    let span = found.section();
    Section {
        document,
        anchor: home.spec.anchor(heading).to_string(),
        title: found.text.clone(),
        span,
        lines: lines(home, sources, span),
    }
}

/// The sections of the package's spec documents that lie in none of the given spans, each without the sections below it.
pub fn shared_sections(package: &Package, taken: &[Span], sources: &Sources) -> Vec<Section> {
    let taken = SectionIndex::new(taken.iter().copied());
    let mut out = Vec::new();
    for (document, home) in package.specs() {
        let headings = &home.spec.headings;
        let file = home.spec.file;
        let text = &sources.get(file).text;
        let first = headings
            .first()
            .map_or(text.len(), |heading| heading.span.start as usize);
        let front = home
            .spec
            .front_matter
            .as_ref()
            .map_or(0, |front| front.span.end as usize);
        let lead = Span::new(file, front.min(first), first);
        let starts = headings.iter().enumerate().map(|(at, heading)| {
            let next = headings
                .get(at + 1)
                .map_or(text.len(), |next| next.span.start as usize);
            (
                home.spec.anchor(at),
                heading.text.as_str(),
                Span::new(file, heading.span.start as usize, next),
            )
        });
        for (anchor, title, span) in std::iter::once(("", "", lead)).chain(starts) {
            let first_byte = Span {
                end: span.start.saturating_add(1),
                ..span
            };
            if taken.first(first_byte).is_some() || sources.slice(span).trim().is_empty() {
                continue;
            }
            let lines = lines(home, sources, span);
            out.push(Section {
                document,
                anchor: anchor.to_string(),
                title: title.to_string(),
                span,
                lines,
            });
        }
    }
    out
}

/// A heading's text without its number and without a version at its end, which change with the rest of the text.
pub fn title(heading: &Heading) -> String {
    let text = without_number(heading);
    let bare = match text.rsplit_once(' ') {
        Some((rest, last)) if is_version(last) => rest,
        _ => text,
    };
    bare.trim().to_string()
}

/// A title without the number behind it, where that tells it from others of its kind: `Rule` and `1.2` of `Rule 1.2`.
pub fn without_label(title: &str) -> (&str, Option<&str>) {
    let is_label = |word: &str| {
        let mut parts = word.split(['.', '-']);
        parts.all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    // What stands between the kind and the words is one, too: `Rule 1.2: tokens`.
    if let Some((kind, words)) = title.split_once([':', '—', '–'])
        && !words.trim().is_empty()
        && let (word, Some(number)) = without_label(kind)
        && !word.contains(' ')
    {
        return (words.trim(), Some(number));
    }
    match title.trim_end().rsplit_once(' ') {
        Some((kind, number)) if is_label(number) && !kind.trim().is_empty() => (kind.trim(), Some(number)),
        _ => (title, None),
    }
}

fn is_version(word: &str) -> bool {
    let digits = word.strip_prefix(['v', 'V']).unwrap_or(word);
    digits.contains('.')
        && digits
            .split('.')
            .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
}

/// What a sentence is about: a code span at its start.
pub fn subject(shown: &str) -> Option<String> {
    let text = shown.trim_start_matches(['|', ' ', '*']);
    let (name, _) = text.strip_prefix('`')?.split_once('`')?;
    (!name.trim().is_empty()).then(|| name.to_string())
}
