//! A package as an outline for matching: what each sentence, row and code block says, apart from how it is written.

use super::fact::{Fact, Form, has_capital_keywords};
use super::items::{Items, margin};
use super::named::{self, Named, Openings};
use super::reading::{Reading, first_words, trimmed};
use super::words::{TextStyle, without_targets};
use ghostc_spec::content::{self, subject, title, without_label};
use ghostc_spec::library::{Dialect, Document, Package, Role};
use ghostc_spec::matching::{Outline, OutlineSection, Unit, tokens};
use ghostc_syntax::{BlockKind, CodeBlock, Sources, Span, Strength};
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// What is known of a section beside its title.
#[derive(Clone, Debug)]
pub(super) struct SectionFacts {
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

impl SectionFacts {
    /// What people and programs call it: the path of a document, the name of another section.
    pub(super) fn id(&self) -> &str {
        let is_document = self.shown.is_empty() && !self.title.is_empty();
        if is_document { &self.title } else { &self.name }
    }
}

/// A package with what is compared of its documents.
pub(super) struct Facts {
    /// The outline that is matched.
    pub(super) outline: Outline,
    /// What is known of the outline's units, by place.
    pub(super) units: Vec<Fact>,
    /// What is known of the outline's sections, by place.
    pub(super) sections: Vec<SectionFacts>,
    /// The facts that have names.
    pub(super) named: Vec<Named>,
    /// For each of these, the section or the unit that opens it.
    pub(super) heads: Vec<Option<Opening>>,
    /// For each unit, the innermost of these that it lies in.
    pub(super) unit_homes: Vec<Option<usize>>,
    /// The same for each section.
    pub(super) section_homes: Vec<Option<usize>>,
    /// Whether the package writes keywords in capitals.
    pub(super) has_capital_keywords: bool,
    /// All words of all units, sorted at the first count.
    words: OnceLock<Vec<u64>>,
}

/// What opens a named fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Opening {
    /// A section, with its heading.
    Section(usize),
    /// A unit.
    Unit(usize),
}

/// Whether a package's first document is the main one: that of a spec with others beside it, or the only one.
pub(super) fn has_main(package: &Package) -> bool {
    package.dialect == Dialect::Ghost || package.documents.len() == 1
}

impl Facts {
    /// Reads a package. With `fold`, keywords count in letters of any case; with `main`, the first document is the same
    /// one under any name.
    pub(super) fn of(package: &Package, sources: &Sources, fold: bool, main: bool) -> Facts {
        let mut facts = Facts {
            outline: Outline::default(),
            units: Vec::new(),
            sections: Vec::new(),
            named: named::all(package, sources),
            heads: Vec::new(),
            unit_homes: Vec::new(),
            section_homes: Vec::new(),
            has_capital_keywords: has_capital_keywords(package),
            words: OnceLock::new(),
        };
        facts.heads = vec![None; facts.named.len()];
        let dress = TextStyle::of(package, fold);
        let openings = Openings::of(&facts.named);
        for (at, document) in package.documents.iter().enumerate() {
            facts.document(
                package,
                at,
                (document, main && at == 0),
                sources,
                (&dress, &openings),
            );
        }
        let places: Vec<Span> = facts.units.iter().map(|fact| fact.span).collect();
        facts.unit_homes = facts.innermost_named(&places);
        let places: Vec<Span> = facts.sections.iter().map(|place| place.span).collect();
        facts.section_homes = facts.innermost_named(&places);
        facts
    }

    /// The innermost named facts around some places, of those that open somewhere.
    fn innermost_named(&self, places: &[Span]) -> Vec<Option<usize>> {
        let opens = |at: usize| self.heads.get(at).copied().flatten().is_some();
        let found = named::innermost(&self.named, places).into_iter();
        found
            .map(|mut home| {
                while let Some(at) = home.filter(|at| !opens(*at)) {
                    home = self.named.get(at).and_then(|named| named.parent);
                }
                home
            })
            .collect()
    }

    fn document(
        &mut self,
        package: &Package,
        at: usize,
        (document, main): (&Document, bool),
        sources: &Sources,
        (dress, openings): (&TextStyle, &Openings),
    ) {
        let first = self.sections.len();
        // Documents other than the main one are known by their path in the package.
        let name = if main {
            ""
        } else {
            let path = document.path.strip_prefix(&package.root);
            path.unwrap_or(&document.path).trim_start_matches('/')
        };
        self.outline.sections.push(OutlineSection {
            title: name.to_string(),
            number: None,
            parent: None,
        });
        self.sections.push(SectionFacts {
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
                // The document's version is no part of its title; other numbers tell sections apart.
                None if heading.level == 1 => title(heading),
                None => content::without_number(heading).trim().to_string(),
            };
            let name = content::named(Some((&document.spec, index))).to_string();
            let known = openings.heading(heading.span);
            if let Some(head) = known.and_then(|at| self.heads.get_mut(at)) {
                *head = Some(Opening::Section(self.sections.len()));
            }
            // A number that is an id is a label as those of sections are.
            let own = known.and_then(|at| self.named.get(at)?.title.clone());
            let (said, number) = match own {
                Some(own) if own.is_empty() => (first_words(document, heading, sources), None),
                Some(own) => (own, None),
                None if operation.is_some() || known.is_some() => (title.clone(), None),
                None => {
                    let (said, number) = without_label(&title);
                    (said.to_string(), number.map(str::to_string))
                }
            };
            self.outline.sections.push(OutlineSection {
                title: fold_title(&said),
                number,
                parent: Some(heading.parent().map_or(first, |parent| first + 1 + parent)),
            });
            self.sections.push(SectionFacts {
                span: heading.span,
                title,
                shown: heading.text.clone(),
                name,
                role: document.role,
                operation,
            });
        }
        self.blocks(&Reading::of(document, sources, (dress, openings), first));
    }

    fn blocks(&mut self, reading: &Reading<'_>) {
        let (document, sources) = (reading.document, reading.sources);
        let mut sentences = document.spec.sentences.iter().enumerate().peekable();
        let mut items = Items::default();
        for (at, block) in document.spec.blocks.iter().enumerate() {
            let section = block
                .heading()
                .map_or(reading.first, |heading| reading.first + 1 + heading);
            let margin = margin(block, sources);
            let parent = items.above(block, section, &margin);
            let head = self.units.len();
            match &block.kind {
                BlockKind::Heading => {}
                BlockKind::Code(code) => self.code((section, parent), code, reading),
                BlockKind::Paragraph | BlockKind::Item | BlockKind::TableHead | BlockKind::TableRow => {
                    let mut opening = None;
                    while let Some((index, sentence)) =
                        sentences.next_if(|(_, sentence)| sentence.block() <= at)
                    {
                        if sentence.block() < at {
                            continue;
                        }
                        let continues = sentences.peek().is_some_and(|(_, next)| next.block() == at);
                        let (span, words, named) = match opening.take() {
                            Some((start, named)) => (
                                Span {
                                    start,
                                    ..sentence.span
                                },
                                sentence.span,
                                Some(named),
                            ),
                            None => match reading.openings.label(sentence.span) {
                                Some((words, named)) => (sentence.span, words, Some(named)),
                                None => (sentence.span, sentence.span, None),
                            },
                        };
                        // A label may be a sentence of its own, as `1.` is; it goes with the next one.
                        if let Some(named) = named.filter(|_| continues && words.start == words.end) {
                            opening = Some((span.start, named));
                            continue;
                        }
                        let id = named.and_then(|named| self.open(named));
                        let unit = reading.read(index, span, words, (block, &margin));
                        self.unit(section, parent, id, unit);
                    }
                }
            }
            if self.units.len() > head {
                items.note(block, section, &margin, head);
            }
        }
    }

    fn code(
        &mut self,
        (section, parent): (usize, Option<usize>),
        CodeBlock { lang, content }: &CodeBlock,
        reading: &Reading<'_>,
    ) {
        let code = reading.inline.code(content.range()).to_string();
        let text = format!("```{lang}\n{code}");
        let fact = Fact {
            span: trimmed(*content, reading.sources),
            shown: code,
            form: Form::Code,
            strength: None,
            references: Vec::new(),
            numbered: false,
            is_paragraph: false,
            continues: false,
            block: content.start,
            is_link: false,
            is_case: false,
        };
        self.unit(section, parent, None, (fact, text));
    }

    /// Takes note that the next unit opens a named fact; gives its id where its author chose one.
    fn open(&mut self, named: usize) -> Option<String> {
        if let Some(head) = self.heads.get_mut(named) {
            *head = Some(Opening::Unit(self.units.len()));
        }
        let found = self.named.get(named)?;
        found.is_chosen.then(|| found.id.clone())
    }

    fn unit(
        &mut self,
        section: usize,
        parent: Option<usize>,
        id: Option<String>,
        (fact, text): (Fact, String),
    ) {
        self.outline.units.push(Unit {
            id,
            section,
            parent,
            key: subject(&fact.shown),
            tokens: tokens(without_targets(&text)),
            text,
        });
        self.units.push(fact);
    }

    /// How often the package has a word, told in small letters.
    pub(super) fn count(&self, word: &str) -> usize {
        let found = tokens(word);
        let [word] = found.as_slice() else { return 0 };
        let sorted = self.words.get_or_init(|| {
            let all = self.outline.units.iter().flat_map(|unit| &unit.tokens);
            let mut words: Vec<u64> = all.copied().collect();
            words.sort_unstable();
            words
        });
        let before = sorted.partition_point(|other| other < word);
        let from = sorted.get(before..).unwrap_or_default();
        from.partition_point(|other| other <= word)
    }

    /// What a unit says.
    pub(super) fn text_of(&self, unit: usize) -> Option<&str> {
        Some(&self.outline.units.get(unit)?.text)
    }

    /// The section that a unit lies in directly.
    pub(super) fn section_of(&self, unit: usize) -> Option<usize> {
        Some(self.outline.units.get(unit)?.section)
    }

    /// How binding a unit is.
    pub(super) fn strength_of(&self, unit: usize) -> Option<Strength> {
        self.units.get(unit)?.strength
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

/// A title for comparison: the letter case of headings means nothing.
fn fold_title(title: &str) -> String {
    title.to_lowercase()
}
