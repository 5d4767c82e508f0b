//! What binds without a keyword of RFC 2119, and what is proven and never made: the clauses and obligations of a package.
//!
//! A clause is a list item, a row of a table, a formula or a line of an algorithm of a document that says what must be
//! built, where no statement, example, task or other fact is. An obligation is such an item of a test matrix or a check
//! list, with keywords or without; a list of boxes that are no tasks is a check list wherever it stands.

use crate::chapters;
use crate::content;
use crate::facts::Facts;
use crate::library::{Document, Package};
use crate::section_index::SectionIndex;
use ghostc_syntax::{BlockKind, CodeBlock, Sources, Span, SpecFile};
use std::collections::{BTreeMap, BTreeSet};

/// What a clause or an obligation is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClauseForm {
    /// An item of a list.
    Item,
    /// A row of a table.
    Row,
    /// A sentence with a formula.
    Formula,
    /// A line of an algorithm.
    Line,
}

impl ClauseForm {
    /// The word used in every output format.
    pub fn as_str(self) -> &'static str {
        match self {
            ClauseForm::Item => "item",
            ClauseForm::Row => "row",
            ClauseForm::Formula => "formula",
            ClauseForm::Line => "line",
        }
    }
}

/// A clause, or an obligation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clause {
    /// The index of its document.
    pub document: usize,
    /// Its words.
    pub span: Span,
    /// What it is written as.
    pub form: ClauseForm,
}

/// All clauses and obligations of a package, each in document order.
#[derive(Clone, Debug, Default)]
pub struct Clauses {
    /// What binds without a keyword.
    pub clauses: Vec<Clause>,
    /// What is proven.
    pub obligations: Vec<Clause>,
}

/// Finds the clauses and obligations of a package.
pub fn clauses(package: &Package, sources: &Sources) -> Clauses {
    let facts = SectionIndex::new(fact_spans(&package.facts));
    let mut found = Clauses::default();
    for (document, home) in package.specs() {
        let reader = Reader {
            document,
            home,
            sources,
            facts: &facts,
            statements: blocks_of_statements(package, document, home),
        };
        reader.read(&mut found);
    }
    found
}

/// The ids of clauses or of obligations, made as those of statements are.
pub fn clause_ids(package: &Package, found: &[Clause], sources: &Sources) -> Vec<String> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let ids = found.iter().map(|clause| {
        let home = package.documents.get(clause.document).map(|home| &home.spec);
        let section = home.and_then(|spec| Some((spec, spec.heading_at(clause.span.start)?)));
        let id = content::statement_id(content::named(section), sources.slice(clause.span));
        let count = seen
            .entry(id.clone())
            .and_modify(|count| *count += 1)
            .or_insert(1);
        if *count > 1 { format!("{id}~{count}") } else { id }
    });
    ids.collect()
}

/// Where facts that have names of their own are written.
fn fact_spans(facts: &Facts) -> impl Iterator<Item = Span> {
    let requirements = facts.requirements.iter();
    let named = requirements
        .clone()
        .filter(|found| found.criteria.is_empty())
        .map(|found| found.span);
    let criteria = requirements.flat_map(|found| found.criteria.iter().map(|criterion| criterion.span));
    let scenarios = facts.scenarios.iter().map(|found| found.section);
    let tasks = facts.tasks.iter().map(|found| found.section);
    let terms = facts.terms.iter().map(|found| found.span);
    named.chain(criteria).chain(scenarios).chain(tasks).chain(terms)
}

/// The blocks of a document that hold statements, and those that statements introduce.
fn blocks_of_statements(package: &Package, document: usize, home: &Document) -> BTreeSet<usize> {
    let spec = &home.spec;
    let own = package
        .statements
        .iter()
        .filter(|found| found.document == document);
    let written = own.filter_map(|found| spec.statements.get(found.index));
    let mut blocks = BTreeSet::new();
    for statement in written {
        blocks.extend(
            spec.sentences
                .get(statement.sentence)
                .map(|sentence| sentence.block()),
        );
        for part in &statement.parts {
            let at = spec.blocks.partition_point(|block| block.span.start < part.start);
            blocks.insert(at);
        }
    }
    blocks
}

struct Reader<'a> {
    document: usize,
    home: &'a Document,
    sources: &'a Sources,
    facts: &'a SectionIndex,
    statements: BTreeSet<usize>,
}

impl Reader<'_> {
    fn read(&self, found: &mut Clauses) {
        let spec = &self.home.spec;
        let level = chapters::chapter_level(spec);
        let says = |is: fn(&str) -> bool| -> BTreeSet<usize> {
            let headings = 0..spec.headings.len();
            headings
                .filter(|at| chapters::around(spec, level, Some(*at)).any(|heading| is(&heading.text)))
                .collect()
        };
        let (explaining, checking) = (says(chapters::explains), says(chapters::checks));
        let boxes: BTreeSet<usize> = spec
            .items
            .iter()
            .filter(|item| item.check.is_some())
            .filter_map(|item| item.block())
            .collect();
        let mut sentence = 0;
        for (at, block) in spec.blocks.iter().enumerate() {
            let first = sentence;
            sentence += spec
                .sentences
                .get(first..)
                .unwrap_or_default()
                .iter()
                .take_while(|sentence| sentence.block() <= at)
                .count();
            let heading = block.heading();
            let is_in = |set: &BTreeSet<usize>| heading.is_some_and(|heading| set.contains(&heading));
            if is_in(&explaining) || self.facts.first(block.span).is_some() {
                continue;
            }
            let clause = |span, form| Clause {
                document: self.document,
                span,
                form,
            };
            let checks = is_in(&checking);
            match &block.kind {
                BlockKind::Item | BlockKind::TableRow => {
                    let form = if block.kind == BlockKind::Item {
                        ClauseForm::Item
                    } else {
                        ClauseForm::Row
                    };
                    if self.is_bare(spec, block.span) {
                        continue;
                    }
                    if checks || boxes.contains(&at) {
                        found.obligations.push(clause(block.span, form));
                    } else if !self.statements.contains(&at) {
                        found.clauses.push(clause(block.span, form));
                    }
                }
                BlockKind::Paragraph if !checks && !self.statements.contains(&at) => {
                    let sentences = spec.sentences.get(first..sentence).unwrap_or_default();
                    let formulas = sentences
                        .iter()
                        .filter(|found| has_formula(self.sources.slice(found.span)));
                    found
                        .clauses
                        .extend(formulas.map(|found| clause(found.span, ClauseForm::Formula)));
                }
                BlockKind::Code(code) if !checks => {
                    let lines = algorithm(code, self.sources).into_iter();
                    found
                        .clauses
                        .extend(lines.map(|span| clause(span, ClauseForm::Line)));
                }
                BlockKind::Paragraph | BlockKind::Code(_) | BlockKind::Heading | BlockKind::TableHead => {}
            }
        }
    }

    /// Whether an item or a row says nothing of its own: it is empty, a link, or an example.
    fn is_bare(&self, spec: &SpecFile, at: Span) -> bool {
        let text = self.sources.slice(at).trim();
        let is_link = text.starts_with('[') && text.ends_with(')') && text.matches("](").count() == 1;
        let examples = ghostc_syntax::spec::starting_in(&spec.examples, at, |example| example.span.start);
        !text.contains(char::is_alphanumeric) || is_link || !examples.is_empty()
    }
}

/// Whether a sentence has a code span that computes: `delay = base * 2`, `min(a, b + 1)`.
fn has_formula(text: &str) -> bool {
    let inside = text.split('`').skip(1).step_by(2);
    let mut spans = inside.filter(|code| code.contains(char::is_alphanumeric));
    spans.any(|code| {
        [
            " = ", " * ", " + ", " / ", " - ", " ^ ", "**", " × ", " ≤ ", " ≥ ",
        ]
        .iter()
        .any(|sign| code.contains(sign))
    })
}

/// Words that begin the lines of an algorithm.
const STEPS: &[&str] = &[
    "function",
    "procedure",
    "algorithm",
    "def",
    "fn",
    "if",
    "else",
    "elif",
    "for",
    "foreach",
    "while",
    "repeat",
    "loop",
    "return",
    "until",
    "when",
    "match",
    "case",
];

/// The lines of a code block that is an algorithm in no language of its own.
fn algorithm(code: &CodeBlock, sources: &Sources) -> Vec<Span> {
    let lang = code.lang.to_ascii_lowercase();
    if ![
        "",
        "text",
        "txt",
        "plain",
        "plaintext",
        "pseudo",
        "pseudocode",
        "algorithm",
        "none",
    ]
    .contains(&lang.as_str())
    {
        return Vec::new();
    }
    let text = sources.slice(code.content);
    let steps = text.lines().filter(|line| is_step(line)).count();
    if steps < 2 {
        return Vec::new();
    }
    let mut at = code.content.start as usize;
    let mut lines = Vec::new();
    for line in text.split_inclusive('\n') {
        let words = line.trim();
        if words.contains(char::is_alphanumeric) {
            let start = at + (line.len() - line.trim_start().len());
            lines.push(Span::new(code.content.file, start, start + words.len()));
        }
        at += line.len();
    }
    lines
}

/// Whether a line says what is done: it begins with a word for that, or sets a value.
fn is_step(line: &str) -> bool {
    let line = line.trim();
    let first = line
        .split(|c: char| !c.is_alphanumeric())
        .next()
        .unwrap_or_default();
    let sets = [" = ", " := ", " <- ", " ← "]
        .iter()
        .any(|sign| line.contains(sign));
    STEPS.contains(&first.to_lowercase().as_str()) || sets
}

#[cfg(test)]
mod tests;
