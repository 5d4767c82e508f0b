//! A Markdown document as a tree: sections, lists, tables, paragraphs, and their sentences, rows and code.

use super::gaps::atom;
use super::tree::{Container, LeafAtom, NodeKind, Tree, said};
use super::{entries, gaps};
use ghostc_spec::content::without_number;
use ghostc_syntax::{Block, BlockKind, FileId, Heading, Item, SpecFile};
use std::collections::BTreeMap;
use std::ops::Range;

/// Reads a document.
pub(super) fn read(text: &str) -> Tree {
    let spec = ghostc_syntax::parse(FileId(0), text).value;
    let mut reader = DocumentReader {
        text,
        spec: &spec,
        open: Vec::new(),
        next_item: 0,
        run: 0,
        last_outer: None,
        sentence: 0,
        examples: examples(&spec),
    };
    let mut atoms = entries::front(text, &spec);
    for (at, block) in spec.blocks.iter().enumerate() {
        reader.block(at, block, &mut atoms);
    }
    Tree::new(text, &gaps::with_rest(text, &atoms))
}

/// What examples call, by the first byte of the example.
fn examples(spec: &SpecFile) -> BTreeMap<usize, String> {
    let examples = spec.examples.iter().filter(|example| !example.in_code);
    let named = examples.filter_map(|example| {
        let arguments = example.arguments.as_ref()?;
        let shown: Vec<String> = arguments
            .iter()
            .map(|(name, value)| format!("{}{value}", name.as_deref().unwrap_or_default()))
            .collect();
        let call = format!("{}({})", example.operation, shown.join(", "));
        Some((example.span.range().start, call))
    });
    named.collect()
}

struct DocumentReader<'t> {
    text: &'t str,
    spec: &'t SpecFile,
    /// The items that are open.
    open: Vec<usize>,
    next_item: usize,
    /// Which list of those at the top is open.
    run: usize,
    /// The block before, where it was outside lists.
    last_outer: Option<usize>,
    sentence: usize,
    examples: BTreeMap<usize, String>,
}

impl DocumentReader<'_> {
    fn block(&mut self, at: usize, block: &Block, atoms: &mut Vec<LeafAtom>) {
        let start = block.span.range().start;
        self.items(start);
        let mut path = self.sections(block.heading());
        if self.open.is_empty() {
            self.last_outer = Some(at);
        } else if self.last_outer.take().is_some() {
            self.run += 1;
        }
        path.extend(self.lists());
        let end = line_end(self.text, block.span.range().end);
        match &block.kind {
            BlockKind::Heading => atoms.extend(self.heading(block, path)),
            BlockKind::Code(_) => atoms.push(atom(path, NodeKind::Code, start..end, None, self.text)),
            BlockKind::TableHead | BlockKind::TableRow => {
                let head = block.kind == BlockKind::TableHead;
                let row = self.spec.rows.iter().find(|row| row.block == at);
                path.push(around(NodeKind::Table, row.map_or(0, |row| row.table)));
                // The line below a head is no row, and nothing without it.
                let end = if head { line_end(self.text, end + 1) } else { end };
                let kind = if head { NodeKind::Head } else { NodeKind::Row };
                let cell = row.and_then(|row| row.cells.first());
                let name = cell.and_then(|cell| self.text.get(cell.range()));
                let name = name
                    .filter(|name| !head && !name.is_empty())
                    .map(|name| format!("row {name}"));
                atoms.push(atom(path, kind, start..end.min(self.text.len()), name, self.text));
                self.skip_sentences(at);
            }
            BlockKind::Paragraph | BlockKind::Item => {
                path.push(Container {
                    start: Some(start),
                    ..around(NodeKind::Text, at)
                });
                self.sentences(at, start..end, &path, atoms);
            }
        }
    }

    fn heading(&self, block: &Block, path: Vec<Container>) -> Option<LeafAtom> {
        let heading = self.spec.headings.get(block.heading()?)?;
        let name = requirement(heading);
        Some(LeafAtom {
            path,
            kind: NodeKind::Heading,
            range: block.span.range(),
            name,
            says: said(
                NodeKind::Heading,
                self.text.get(block.span.range()).unwrap_or_default(),
            ),
        })
    }

    /// Keeps account of which items a block lies in.
    fn items(&mut self, start: usize) {
        while let Some(item) = self.spec.items.get(self.next_item) {
            if item.span.range().start > start {
                break;
            }
            self.close(item.span.range().start);
            self.open.push(self.next_item);
            self.next_item += 1;
        }
        self.close(start);
    }

    fn close(&mut self, start: usize) {
        let ends = |at: &usize| self.spec.items.get(*at).map_or(0, |item| item.span.range().end);
        while self.open.last().is_some_and(|at| ends(at) <= start) {
            self.open.pop();
        }
    }

    fn sections(&self, heading: Option<usize>) -> Vec<Container> {
        let mut path = Vec::new();
        let mut next = heading;
        while let Some((at, heading)) = next.and_then(|at| Some((at, self.spec.headings.get(at)?))) {
            path.push(Container {
                name: Some(title(heading)),
                ..around(NodeKind::Section, at)
            });
            next = heading.parent();
        }
        path.reverse();
        path
    }

    fn lists(&self) -> Vec<Container> {
        let items = self
            .open
            .iter()
            .filter_map(|at| Some((*at, self.spec.items.get(*at)?)));
        items
            .flat_map(|(at, item): (usize, &Item)| {
                let start = Some(item.span.range().start);
                // Lists at the top are told apart by their place, those in an item by the item.
                let key = item.parent().map_or(self.run, |parent| 1_000_000 + parent);
                let list = Container {
                    start: None,
                    ..around(NodeKind::List, key)
                };
                let item = Container {
                    start,
                    ..around(NodeKind::Item, at)
                };
                [list, item]
            })
            .collect()
    }

    fn skip_sentences(&mut self, block: usize) {
        let more = |sentence: usize| {
            self.spec
                .sentences
                .get(sentence)
                .is_some_and(|found| found.block() <= block)
        };
        while more(self.sentence) {
            self.sentence += 1;
        }
    }

    fn sentences(
        &mut self,
        block: usize,
        whole: Range<usize>,
        path: &[Container],
        atoms: &mut Vec<LeafAtom>,
    ) {
        let first = self.sentence;
        self.skip_sentences(block);
        let found = self.spec.sentences.get(first..self.sentence).unwrap_or_default();
        let starts: Vec<usize> = found
            .iter()
            .filter(|sentence| sentence.block() == block)
            .map(|sentence| sentence.span.range().start)
            .collect();
        let mut from = whole.start;
        for next in starts.iter().skip(1).copied().chain([whole.end]) {
            let next = if next == whole.end {
                next
            } else {
                self.opening(from, next)
            };
            let text = self.text.get(from..next).unwrap_or_default();
            let range = from..from + text.trim_end().len();
            from = next;
            if range.is_empty() {
                continue;
            }
            let name = self.name(&range);
            atoms.push(atom(path.to_vec(), NodeKind::Sentence, range, name, self.text));
        }
    }

    /// Where a sentence begins: before marks of emphasis that stand between it and the one before.
    fn opening(&self, from: usize, start: usize) -> usize {
        let before = self.text.get(from..start).unwrap_or_default();
        let bare = before.trim_end_matches(['*', '_']);
        if bare.ends_with(char::is_whitespace) {
            from + bare.len()
        } else {
            start
        }
    }

    /// The name that a sentence begins with, such as `FR-001`, or the call of an example.
    fn name(&self, range: &Range<usize>) -> Option<String> {
        if let Some((_, call)) = self.examples.range(range.clone()).next() {
            return Some(format!("example {call}"));
        }
        let text = self.text.get(range.clone())?;
        let text = text.get(super::leaf::check_box(text).map_or(0, str::len)..)?;
        let word = text
            .trim_start_matches(['*', '_', ' ', '`', '['])
            .split([':', '*', ' ', '`', ']', '.', '_'])
            .next()?;
        let letters = word.trim_end_matches(|c: char| c.is_ascii_digit());
        let bare = letters.trim_end_matches('-');
        let named = letters.len() < word.len()
            && !bare.is_empty()
            && bare.chars().all(|c| c.is_ascii_uppercase() || c == '-');
        named.then(|| word.to_string())
    }
}

/// The title of a section without its number.
fn title(heading: &Heading) -> String {
    let signature = heading.signature.as_ref();
    signature
        .map_or(without_number(heading), |signature| &signature.name)
        .trim()
        .to_lowercase()
}

/// The name of what a heading declares, where there may be one of that name only.
fn requirement(heading: &Heading) -> Option<String> {
    if let Some(signature) = &heading.signature {
        return Some(format!("operation {}", signature.name));
    }
    let text = heading.text.trim();
    let (name, title) = text.split_once(':')?;
    // OpenSpec's requirements have titles, Kiro's numbers.
    let is_numbered = name
        .strip_prefix("Requirement ")
        .is_some_and(|number| number.parse::<u32>().is_ok());
    match name {
        "Requirement" => Some(format!("requirement {}", title.trim())),
        _ if is_numbered => Some(name.to_string()),
        _ => None,
    }
}

fn around(kind: NodeKind, key: usize) -> Container {
    Container {
        kind,
        key,
        start: None,
        name: None,
    }
}

/// Where the line of an offset ends, without space at its end.
fn line_end(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    let line = rest.split('\n').next().unwrap_or_default();
    at.min(text.len()) + line.trim_end().len()
}
