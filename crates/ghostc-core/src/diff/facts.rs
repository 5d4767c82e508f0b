//! A package as an outline for matching: what each sentence, row and code block says, apart from how it is written.

use super::words::{Dress, plain};
use crate::library::{Document, Package, Role};
use crate::matching::{Outline, Section, Unit, tokens};
use ghostc_syntax::{Block, BlockKind, Heading, Sources, Span, Strength, collapse_whitespace};
use std::collections::{BTreeMap, BTreeSet};

/// What is known of a unit beside its words.
#[derive(Clone, Debug)]
pub(super) struct Fact {
    /// Where it is.
    pub(super) span: Span,
    /// Its words as written, with single spaces; code as it stands.
    pub(super) shown: String,
    /// What it is.
    pub(super) form: Form,
    /// How binding it is.
    pub(super) strength: Option<Strength>,
    /// The titles of the sections that it refers to by number.
    pub(super) references: Vec<String>,
    /// Whether it is a step of a numbered list.
    pub(super) numbered: bool,
}

/// What a unit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// A sentence or a list item.
    Prose,
    /// Something exact: a field with its type, a default, a row of a table, an example.
    Exact,
    /// A code block.
    Code,
}

/// What is known of a section beside its title.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// Its heading; the start of the document for the whole of one.
    pub(super) span: Span,
    /// Its title without a number; the path in the package for the whole of a document.
    pub(super) title: String,
    /// Its heading as written; empty for the whole of a document.
    pub(super) shown: String,
    /// What ids of its statements start with: the operation that it declares, else its anchor.
    pub(super) name: String,
    /// What its document is for.
    pub(super) role: Role,
    /// The operation that it declares, as an index into the package's.
    pub(super) operation: Option<usize>,
}

/// A package with what is compared of its documents.
pub(super) struct Facts {
    /// The outline that is matched.
    pub(super) outline: Outline,
    /// What is known of the outline's units, by place.
    pub(super) units: Vec<Fact>,
    /// What is known of the outline's sections, by place.
    pub(super) sections: Vec<Place>,
}

/// Whether a package writes keywords in capitals, so that small letters mean nothing.
pub(super) fn shouts(package: &Package) -> bool {
    let documents = package.documents.iter();
    documents
        .flat_map(|home| &home.spec.statements)
        .any(|statement| !statement.lower)
}

impl Facts {
    /// Reads a package. With `fold`, keywords count in letters of any case.
    pub(super) fn of(package: &Package, sources: &Sources, fold: bool) -> Facts {
        let mut facts = Facts {
            outline: Outline::default(),
            units: Vec::new(),
            sections: Vec::new(),
        };
        let dress = Dress::of(package, fold);
        for (at, document) in package.documents.iter().enumerate() {
            facts.document(package, at, document, sources, &dress);
        }
        facts
    }

    fn document(
        &mut self,
        package: &Package,
        at: usize,
        document: &Document,
        sources: &Sources,
        dress: &Dress,
    ) {
        let first = self.sections.len();
        // The main document is the same one under any name; others are known by their path in the package.
        let name = if at == 0 {
            ""
        } else {
            let path = document.path.strip_prefix(&package.root);
            path.unwrap_or(&document.path).trim_start_matches('/')
        };
        self.outline.sections.push(Section {
            title: name.to_string(),
            parent: None,
        });
        self.sections.push(Place {
            span: Span::start_of(document.spec.file),
            title: name.to_string(),
            shown: String::new(),
            name: ghostc_syntax::slug(name),
            role: document.role,
            operation: None,
        });
        let operations: BTreeMap<usize, usize> = package
            .operations
            .iter()
            .enumerate()
            .filter(|(_, operation)| operation.document == at)
            .map(|(at, operation)| (operation.heading, at))
            .collect();
        for (index, heading) in document.spec.headings.iter().enumerate() {
            let operation = operations.get(&index).copied();
            let title = match operation.and_then(|at| package.operations.get(at)) {
                Some(operation) => operation.name.clone(),
                None => title(heading),
            };
            let signature = heading.signature.as_ref();
            let name = signature
                .map_or(&heading.anchor, |signature| &signature.name)
                .clone();
            self.outline.sections.push(Section {
                title: fold_title(&title),
                parent: Some(heading.parent.map_or(first, |parent| first + 1 + parent)),
            });
            self.sections.push(Place {
                span: heading.span,
                title,
                shown: heading.text.clone(),
                name,
                role: document.role,
                operation,
            });
        }
        self.blocks(document, first, sources, dress);
    }

    fn blocks(&mut self, document: &Document, first: usize, sources: &Sources, dress: &Dress) {
        let spec = &document.spec;
        let statements: BTreeSet<usize> = spec
            .statements
            .iter()
            .map(|statement| statement.sentence)
            .collect();
        let examples = spec.examples.iter().filter(|example| !example.in_code);
        let examples: BTreeSet<u32> = examples.map(|example| example.span.start).collect();
        let mut sentences = spec.sentences.iter().enumerate().peekable();
        let mut items = Items::default();
        for (at, block) in spec.blocks.iter().enumerate() {
            let section = block.heading.map_or(first, |heading| first + 1 + heading);
            let margin = margin(block, sources);
            let parent = items.above(block, section, &margin);
            let head = self.units.len();
            match &block.kind {
                BlockKind::Heading => {}
                BlockKind::Code { lang, content } => {
                    let code = sources.slice(*content).trim_end().replace("\r\n", "\n");
                    let span = trimmed(*content, sources);
                    self.unit(
                        section,
                        parent,
                        (code.clone(), format!("```{lang}\n{code}")),
                        |shown| Fact {
                            span,
                            shown,
                            form: Form::Code,
                            strength: None,
                            references: Vec::new(),
                            numbered: false,
                        },
                    );
                }
                BlockKind::Paragraph | BlockKind::Item | BlockKind::TableHead | BlockKind::TableRow => {
                    while let Some((index, sentence)) =
                        sentences.next_if(|(_, sentence)| sentence.block <= at)
                    {
                        if sentence.block < at {
                            continue;
                        }
                        let is_statement = statements.contains(&index) || dress.folds();
                        let shown = collapse_whitespace(sources.slice(sentence.span));
                        let said = plain(sentence.span, sources, dress);
                        let strength = dress.strength(&shown).filter(|_| is_statement);
                        let bytes = sentence.span.start..sentence.span.end;
                        let form = form(block, &shown, examples.range(bytes).next().is_some());
                        self.unit(section, parent, (shown, said.text), |shown| Fact {
                            span: sentence.span,
                            shown,
                            form,
                            strength,
                            references: said.references,
                            numbered: margin.numbered,
                        });
                    }
                }
            }
            if self.units.len() > head {
                items.note(block, section, &margin, head);
            }
        }
    }

    fn unit(
        &mut self,
        section: usize,
        parent: Option<usize>,
        texts: (String, String),
        fact: impl FnOnce(String) -> Fact,
    ) {
        let (shown, text) = texts;
        self.outline.units.push(Unit {
            id: None,
            section,
            parent,
            key: subject(&shown),
            tokens: tokens(&text),
            text,
        });
        self.units.push(fact(shown));
    }

    /// The titles from the document down to a section, without numbers.
    pub(super) fn path(&self, section: usize) -> Vec<String> {
        let mut out = Vec::new();
        let mut next = Some(section);
        while let Some(found) = next.and_then(|at| self.outline.sections.get(at)) {
            out.extend(
                next.and_then(|at| self.sections.get(at))
                    .map(|place| place.title.clone()),
            );
            next = found.parent;
        }
        out.reverse();
        out
    }
}

/// A heading's text without its number and without a version at its end, which change with the rest of the text.
pub(crate) fn title(heading: &Heading) -> String {
    let text = match &heading.number {
        Some(number) => heading
            .text
            .split_once(number.as_str())
            .map_or("", |(_, rest)| rest),
        None => &heading.text,
    };
    let text = text.trim_start_matches(['.', ':', ')', '—', '–', '-', ' ']);
    let bare = match text.rsplit_once(' ') {
        Some((rest, last)) if is_version(last) => rest,
        _ => text,
    };
    bare.trim().to_string()
}

fn is_version(word: &str) -> bool {
    let digits = word.strip_prefix(['v', 'V']).unwrap_or(word);
    digits.contains('.')
        && digits
            .split('.')
            .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
}

/// A title for comparison: the letter case of headings means nothing.
fn fold_title(title: &str) -> String {
    title.to_lowercase()
}

/// What a sentence is about: a code span at its start.
pub(crate) fn subject(shown: &str) -> Option<String> {
    let text = shown.trim_start_matches(['|', ' ', '*']);
    let (name, _) = text.strip_prefix('`')?.split_once('`')?;
    (!name.trim().is_empty()).then(|| name.to_string())
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

fn trimmed(span: Span, sources: &Sources) -> Span {
    let text = sources.slice(span);
    let end = span.range().start + text.trim_end().len();
    Span::new(span.file, span.range().start, end)
}

/// What stands before a block on its first line.
struct Margin {
    column: usize,
    numbered: bool,
}

fn margin(block: &Block, sources: &Sources) -> Margin {
    let text = &sources.get(block.span.file).text;
    let before = text.get(..block.span.range().start).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    let marker = line.trim();
    Margin {
        column: line.chars().count(),
        numbered: marker.starts_with(|c: char| c.is_ascii_digit()) && marker.ends_with(['.', ')']),
    }
}

/// The list items that are open: where their text starts, and their first unit.
#[derive(Default)]
struct Items {
    section: usize,
    open: Vec<(usize, usize)>,
}

impl Items {
    /// The unit that a block stands below.
    fn above(&mut self, block: &Block, section: usize, margin: &Margin) -> Option<usize> {
        let inside = block.kind == BlockKind::Item || matches!(block.kind, BlockKind::Code { .. });
        if section != self.section || !inside {
            self.open.clear();
            self.section = section;
        }
        while self
            .open
            .last()
            .is_some_and(|(column, _)| *column >= margin.column.max(1))
        {
            self.open.pop();
        }
        self.open.last().map(|(_, unit)| *unit)
    }

    fn note(&mut self, block: &Block, section: usize, margin: &Margin, unit: usize) {
        if block.kind == BlockKind::Item {
            self.section = section;
            self.open.push((margin.column, unit));
        }
    }
}
