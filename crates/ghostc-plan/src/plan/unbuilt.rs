//! What a package binds beside the operations that it is built as: chapters on programs, files and networks, which no task
//! makes.
//!
//! Rules on the operations stand in chapters of their own too, and go to every prompt. They are told from others by what
//! they say: their subject is an operation, a parameter, or what every library has; or an operation refers to them. A
//! statement is left out where nothing of that holds and it speaks of what no function of values does.

use super::make;
use crate::codes;
use ghostc_spec::chapters;
use ghostc_spec::library::{Document, Package, Statement};
use ghostc_spec::section_index::SectionIndex;
use ghostc_spec::settings::Granularity;
use ghostc_syntax::{Diagnostic, Sources, Span, Strength};
use std::collections::{BTreeMap, BTreeSet};

/// The words for what every library has.
const LIBRARY: &[&str] = &[
    "function",
    "operation",
    "method",
    "implementation",
    "implementer",
    "implementor",
    "library",
    "api",
    "caller",
    "argument",
    "parameter",
    "option",
    "input",
    "output",
    "result",
    "signature",
    "test",
    "example",
    "port",
    "binding",
];

/// The words for what is outside of a function that takes values and gives one: programs and how they run and end, what
/// they keep, what they listen to, and who uses them.
const OUTSIDE: &[&str] = &[
    "process",
    "program",
    "daemon",
    "server",
    "service",
    "client",
    "request",
    "response",
    "endpoint",
    "http",
    "socket",
    "network",
    "connection",
    "stdin",
    "stdout",
    "stderr",
    "console",
    "terminal",
    "command",
    "exit",
    "signal",
    "file",
    "folder",
    "directory",
    "disk",
    "database",
    "queue",
    "worker",
    "thread",
    "restart",
    "startup",
    "shutdown",
    "log",
    "environment",
    "configuration",
    "config",
    "session",
    "user",
    "screen",
    "browser",
    "webhook",
    "notification",
];

/// The same in two words.
const OUTSIDE_PAIRS: &[(&str, &str)] = &[
    ("standard", "input"),
    ("standard", "output"),
    ("standard", "error"),
];

/// Words that stand for what was named before.
const PRONOUNS: &[&str] = &[
    "it", "they", "this", "these", "that", "those", "each", "both", "one", "such",
];

/// How many statements of a chapter are left out before it is one that no task makes, and how many of a package.
const OF_CHAPTER: usize = 2;
const OF_PACKAGE: usize = 3;

/// A chapter that no operation is about.
pub(super) struct UnbuiltChapter {
    /// The heading.
    heading: Span,
    /// All of it.
    pub(super) span: Span,
    /// How many statements it holds.
    statements: usize,
}

/// Reports a package that is built as operations and binds more than them, and than what its slices cover.
pub(super) fn report(
    package: &Package,
    sources: &Sources,
    asked: Option<Granularity>,
    findings: &mut Vec<Diagnostic>,
) {
    let covers = package.slices.iter().flat_map(|slice| &slice.covers);
    let covered = SectionIndex::new(covers.map(|covered| covered.section));
    let is_covered = |span: Span| covered.first(span).is_some();
    let is_left = |chapter: &UnbuiltChapter| {
        let mut inside = package
            .statements
            .iter()
            .filter(|statement| chapter.span.contains(statement.span));
        inside.any(|statement| !is_covered(statement.span))
    };
    let mut chapters = sections(package, sources, asked);
    chapters.retain(is_left);
    let Some(first) = chapters.first() else { return };
    let operations = SectionIndex::new(package.operations.iter().map(|operation| operation.section));
    let outside = package
        .statements
        .iter()
        .filter(|statement| operations.first(statement.span).is_none() && !is_covered(statement.span));
    let left = outside.count();
    let built = match package.operations.as_slice() {
        [only] => format!("the operation `{}`", only.name),
        several => format!("{} operations", several.len()),
    };
    let message = format!(
        "`{}` is built as {built}, and {left} of its {} statements are in no task",
        package.name,
        package.statements.len()
    );
    let mut found = Diagnostic::new(codes::UNBUILT_STATEMENTS, first.heading, message);
    for (at, chapter) in chapters.iter().enumerate().take(SHOWN) {
        let count = match chapter.statements {
            1 => "1 statement".to_string(),
            several => format!("{several} statements"),
        };
        found = if at == 0 {
            found.label(format!("{count} here"))
        } else {
            found.also(chapter.heading, format!("{count} here"))
        };
    }
    if let Some(more) = chapters.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        let plural = if more == 1 { "" } else { "s" };
        found = found.note(format!("and {more} more chapter{plural}"));
    }
    findings.push(found.help(
        "Set `plan: {granularity: section}` to build every section, or name those that no task makes in `context:` of the front matter.",
    ));
}

/// How many chapters are pointed at.
const SHOWN: usize = 4;

/// The chapters of a package that its operations leave out; none where it is not built as operations.
pub(super) fn sections(
    package: &Package,
    sources: &Sources,
    asked: Option<Granularity>,
) -> Vec<UnbuiltChapter> {
    let is_of_operations = make::granularity(package, asked) == Some(Granularity::Operation);
    // A spec for no target is built as nothing.
    let is_built = package.targets.as_ref().is_none_or(|targets| !targets.is_empty());
    if !is_of_operations || !is_built || package.statements.len() < OF_PACKAGE {
        return Vec::new();
    }
    let operations = SectionIndex::new(package.operations.iter().map(|operation| operation.section));
    let homes = package.documents.iter();
    let homes: Vec<(&Document, u8)> = homes
        .map(|home| (home, chapters::chapter_level(&home.spec)))
        .collect();
    let mut outside: BTreeMap<(usize, usize), Vec<&Statement>> = BTreeMap::new();
    for statement in &package.statements {
        let home = homes
            .get(statement.document)
            .filter(|(home, _)| asks(home, statement));
        let is_in_operation = operations.first(statement.span).is_some();
        let chapter = home
            .filter(|_| !is_in_operation)
            .and_then(|(home, level)| chapter_of(home, *level, statement));
        if let Some(chapter) = chapter {
            outside
                .entry((statement.document, chapter))
                .or_default()
                .push(statement);
        }
    }
    if outside.values().all(|statements| statements.len() < OF_CHAPTER) {
        return Vec::new();
    }
    let ties = Ties::new(package, sources, &operations);
    let left = |least: usize, speaks: bool| {
        let wide = outside.iter().filter(|(_, statements)| statements.len() >= least);
        let chapters = wide.filter_map(|((document, chapter), statements)| {
            let heading = package.documents.get(*document)?.spec.headings.get(*chapter)?;
            let chapter = ties.leaves_out(*document, *chapter, statements, speaks);
            chapter.then_some(UnbuiltChapter {
                heading: heading.span,
                span: heading.section(),
                statements: statements.len(),
            })
        });
        chapters.collect::<Vec<_>>()
    };
    let sure: usize = left(OF_CHAPTER, false)
        .iter()
        .map(|chapter| chapter.statements)
        .sum();
    // Of a package that is more than its operations, what nothing ties to them is of the rest.
    if sure < OF_PACKAGE {
        Vec::new()
    } else {
        left(1, true)
    }
}

/// Whether a statement asks for something or rules it out. In a document without keywords, `should` is mostly advice.
pub(super) fn asks(home: &Document, statement: &Statement) -> bool {
    let written = home.spec.statements.get(statement.index);
    let lower = written.is_some_and(|found| found.lower);
    match statement.strength {
        Strength::Must | Strength::MustNot => true,
        Strength::Should | Strength::ShouldNot => !lower,
        Strength::May => false,
    }
}

/// The chapter that a statement of a document that says what must be built lies in, by the index of its heading; nothing
/// for what stands before the first one, explains, or says how the rest is checked. `level` is that of its chapters.
fn chapter_of(home: &Document, level: u8, statement: &Statement) -> Option<usize> {
    let spec = &home.spec;
    let own = spec.heading_at(statement.span.start)?;
    let parents = std::iter::successors(Some(own), |at| spec.headings.get(*at)?.parent());
    let is_inner = |at: &usize| {
        spec.headings
            .get(*at)
            .is_some_and(|heading| heading.level >= level)
    };
    let chapter = parents.take_while(is_inner).last()?;
    let mut around = chapters::around(spec, level, Some(own));
    let is_left = around.any(|heading| chapters::explains(&heading.text) || chapters::checks(&heading.text));
    (!is_left && home.role == ghostc_spec::library::Role::Spec).then_some(chapter)
}

/// What ties a chapter to the operations.
struct Ties<'a> {
    package: &'a Package,
    sources: &'a Sources,
    /// The names of operations and of their parameters, and the words for what every library has, in small letters.
    names: BTreeSet<String>,
    /// Where operations are written.
    operations: BTreeSet<Span>,
    /// The sections that operations refer to, also by way of others.
    referred: BTreeSet<Span>,
}

impl<'a> Ties<'a> {
    fn new(package: &'a Package, sources: &'a Sources, operations: &SectionIndex) -> Ties<'a> {
        let of_operations = package.operations.iter().flat_map(|operation| {
            let params = operation
                .signature
                .params
                .iter()
                .map(|param| param.name.to_lowercase());
            params.chain([operation.name.to_lowercase()])
        });
        Ties {
            package,
            sources,
            names: of_operations
                .chain(LIBRARY.iter().map(ToString::to_string))
                .collect(),
            operations: package.operations.iter().map(|found| found.span).collect(),
            referred: referred(package, operations),
        }
    }

    /// Whether a chapter binds something else than the operations; with `speaks` it is known that it speaks of such.
    fn leaves_out(&self, document: usize, chapter: usize, statements: &[&Statement], speaks: bool) -> bool {
        let Some(home) = self.package.documents.get(document) else {
            return false;
        };
        let spec = &home.spec;
        let Some(heading) = spec.headings.get(chapter) else {
            return false;
        };
        let section = heading.section();
        let is_of_operations = holds_any(section, &self.operations) || holds_any(section, &self.referred);
        let is_context = || {
            let named = |at: usize| {
                self.package
                    .context
                    .iter()
                    .any(|(name, _)| name == spec.anchor(at))
            };
            let inside = spec.headings.iter().enumerate().skip(chapter);
            let mut inside = inside.take_while(|(_, found)| found.span.start < section.end);
            named(chapter) || inside.any(|(at, _)| named(at))
        };
        let mut titles = words(&heading.text);
        if is_of_operations || titles.any(|word| self.names.contains(&word)) || is_context() {
            return false;
        }
        let speaks = speaks || is_outside(&heading.text);
        let left = statements.iter().filter(|statement| {
            !self.is_tied(home, statement) && (speaks || is_outside(self.sources.slice(statement.span)))
        });
        left.count() * 2 >= statements.len()
    }

    /// Whether the subject of a statement is a part of the library.
    fn is_tied(&self, home: &Document, statement: &Statement) -> bool {
        let written = home.spec.statements.get(statement.index);
        let first = written.and_then(|found| found.keywords.iter().chain(&found.modals).next());
        let before = first.and_then(|used| {
            let span = Span {
                end: used.span.start,
                ..statement.span
            };
            (span.start <= span.end).then(|| self.sources.slice(span))
        });
        // `If it is no string, implementations MUST …`: the subject stands behind the condition.
        let subject = before
            .unwrap_or_default()
            .rsplit([',', ';', ':'])
            .next()
            .unwrap_or_default();
        let mut subject = words(subject).peekable();
        let is_pronoun = subject
            .peek()
            .is_some_and(|word| PRONOUNS.contains(&word.as_str()));
        let is_named =
            |word: String| self.names.contains(&word) || self.names.contains(word.trim_end_matches('s'));
        is_pronoun && subject.clone().count() == 1 || subject.any(is_named)
    }
}

/// Whether one of some stretches lies in a section.
fn holds_any(section: Span, spans: &BTreeSet<Span>) -> bool {
    let first = Span {
        end: section.start,
        ..section
    };
    let mut inside = spans
        .range(first..)
        .take_while(|span| span.file == section.file && span.start < section.end);
    inside.any(|span| section.contains(*span))
}

/// The headings that the sections of operations refer to, and those that these refer to.
fn referred(package: &Package, operations: &SectionIndex) -> BTreeSet<Span> {
    let references = package.references.iter();
    let mut references: Vec<(Span, Span)> = references
        .filter_map(|found| Some((found.span, found.to?)))
        .collect();
    references.sort_unstable();
    let of_operations = references
        .iter()
        .filter(|(span, _)| operations.first(*span).is_some());
    let mut open: Vec<Span> = of_operations.map(|(_, to)| *to).collect();
    let mut found: BTreeSet<Span> = BTreeSet::new();
    while let Some(to) = open.pop() {
        if !found.insert(to) {
            continue;
        }
        let Some(section) = section_of(package, to) else {
            continue;
        };
        let first =
            references.partition_point(|(span, _)| (span.file, span.start) < (section.file, section.start));
        let rest = references.iter().skip(first);
        let inside = rest.take_while(|(span, _)| span.file == section.file && span.start < section.end);
        open.extend(
            inside
                .filter(|(span, _)| section.contains(*span))
                .map(|(_, to)| *to),
        );
    }
    found
}

/// The section that a heading opens.
fn section_of(package: &Package, heading: Span) -> Option<Span> {
    let home = package.document(heading.file)?;
    let at = home
        .spec
        .headings
        .binary_search_by_key(&heading.start, |found| found.span.start)
        .ok()?;
    home.spec.headings.get(at).map(ghostc_syntax::Heading::section)
}

/// The words of a text in small letters.
fn words(text: &str) -> impl Iterator<Item = String> + Clone {
    let words = text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.')));
    let words = words.map(|word| word.trim_matches('.').to_lowercase());
    words.filter(|word| !word.is_empty())
}

/// Whether a text speaks of what is outside of functions.
fn is_outside(text: &str) -> bool {
    let all: Vec<String> = words(text).collect();
    let is_word = |word: &String| {
        let known = |word: &str| OUTSIDE.contains(&word);
        known(word)
            || ["s", "es", "ed", "ged", "ing"]
                .iter()
                .any(|ending| word.strip_suffix(ending).is_some_and(known))
    };
    let pairs = || all.iter().zip(all.iter().skip(1));
    all.iter().any(is_word) || pairs().any(|(a, b)| OUTSIDE_PAIRS.contains(&(a.as_str(), b.as_str())))
}

#[cfg(test)]
mod tests;
