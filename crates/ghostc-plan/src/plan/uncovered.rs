//! What a program's spec binds and no slice makes: sections that no slice covers and that are not context.
//!
//! A title and what stands below it is for all slices, and so is the profile; what explains asks for nothing, and what says
//! how the rest is checked is proven. Anything else that binds is made by a slice, or it is a finding.

use super::make;
use crate::codes;
use ghostc_spec::chapters;
use ghostc_spec::clauses::clauses;
use ghostc_spec::library::{Document, Package, Role};
use ghostc_spec::section_index::SectionIndex;
use ghostc_spec::settings::Granularity;
use ghostc_syntax::{Diagnostic, Heading, Severity, Sources, Span};

/// A section that binds and that no slice makes.
pub(super) struct UncoveredSection {
    heading: Span,
    title: String,
    anchor: String,
    /// What of it nobody makes.
    pub(super) span: Span,
    counts: BindingCounts,
}

/// How much binds.
#[derive(Clone, Copy, Default)]
struct BindingCounts {
    statements: usize,
    clauses: usize,
    operations: usize,
}

impl BindingCounts {
    fn add(&mut self, other: BindingCounts) {
        self.statements += other.statements;
        self.clauses += other.clauses;
        self.operations += other.operations;
    }

    fn is_nothing(self) -> bool {
        self.statements + self.clauses + self.operations == 0
    }

    fn words(self) -> String {
        let plural = |count: usize, noun: &str| match count {
            0 => None,
            1 => Some(format!("1 {noun}")),
            several => Some(format!("{several} {noun}s")),
        };
        let parts = [
            plural(self.operations, "operation"),
            plural(self.statements, "statement"),
            plural(self.clauses, "clause"),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

/// Reports what of a program no slice makes: an error where it says what must be, and else a warning.
pub(super) fn report(
    package: &Package,
    sources: &Sources,
    asked: Option<Granularity>,
    findings: &mut Vec<Diagnostic>,
) {
    for section in sections(package, sources, asked) {
        let message = format!("`{}` binds, and no slice covers it", section.title);
        let mut found = Diagnostic::new(codes::UNCOVERED_SECTION, section.heading, message);
        if section.counts.statements + section.counts.operations == 0 {
            found.severity = Severity::Warning;
        }
        let help = format!(
            "Name `{}` in `covers:` of a file in `scenarios/`, or in `context:` of the front matter where no slice makes it.",
            section.anchor
        );
        findings.push(found.label(format!("{} here", section.counts.words())).help(help));
    }
}

/// The sections of a program that bind and that no slice makes, each with all sections below it of which that is true too.
pub(super) fn sections(
    package: &Package,
    sources: &Sources,
    asked: Option<Granularity>,
) -> Vec<UncoveredSection> {
    let is_built = package.targets.as_ref().is_none_or(|targets| !targets.is_empty());
    if make::granularity(package, asked) != Some(Granularity::Slice) || !is_built {
        return Vec::new();
    }
    let covers = package.slices.iter().flat_map(|slice| &slice.covers);
    let covered = covers.map(|covered| covered.section);
    let taken = SectionIndex::new(covered.chain(package.context_sections()));
    let counts = counts(package, sources);
    let profile = package.profile().map(|(document, _)| document);
    let mut found = Vec::new();
    let homes = package.documents.iter().zip(counts).enumerate();
    for (document, (home, counts)) in homes {
        if home.role == Role::Spec && profile != Some(document) {
            find(home, &counts, &taken, &mut found);
        }
    }
    found
}

/// The chapters of a package that bind, in its order: the document and the heading of each. What explains, says how the
/// rest is checked or is context, is none, and neither is the profile.
pub(super) fn binding_chapters(package: &Package, sources: &Sources) -> Vec<(usize, usize)> {
    let taken = SectionIndex::new(package.context_sections().into_iter());
    let profile = package.profile().map(|(document, _)| document);
    let mut chapters = Vec::new();
    let homes = package.documents.iter().zip(counts(package, sources)).enumerate();
    for (document, (home, own)) in homes {
        if home.role != Role::Spec || profile == Some(document) {
            continue;
        }
        let level = chapters::chapter_level(&home.spec);
        let (is_free, below) = (free(home, &taken), with_those_below(home, &own));
        let headings = home.spec.headings.iter().enumerate();
        let binding = headings.filter(|(at, heading)| {
            let binds = below.get(*at).is_some_and(|counts| !counts.is_nothing());
            heading.level == level && is_free.get(*at) == Some(&true) && binds
        });
        chapters.extend(binding.map(|(at, _)| (document, at)));
    }
    chapters
}

/// How much binds in the own text of each heading of each document.
fn counts(package: &Package, sources: &Sources) -> Vec<Vec<BindingCounts>> {
    let documents = package.documents.iter();
    let empty = documents.map(|home| vec![BindingCounts::default(); home.spec.headings.len()]);
    let mut counts: Vec<Vec<BindingCounts>> = empty.collect();
    let mut add = |document: usize, heading: Option<usize>, more: BindingCounts| {
        let own = counts.get_mut(document).zip(heading);
        let own = own.and_then(|(counts, heading)| counts.get_mut(heading));
        own.into_iter().for_each(|own| own.add(more));
    };
    let heading_at = |document: usize, span: Span| {
        let home = package.documents.get(document)?;
        home.spec.heading_at(span.start)
    };
    for statement in &package.statements {
        let home = package.documents.get(statement.document);
        if home.is_some_and(|home| super::unbuilt::asks(home, statement)) {
            let heading = heading_at(statement.document, statement.span);
            let one = BindingCounts {
                statements: 1,
                ..BindingCounts::default()
            };
            add(statement.document, heading, one);
        }
    }
    for clause in clauses(package, sources).clauses {
        let heading = heading_at(clause.document, clause.span);
        let one = BindingCounts {
            clauses: 1,
            ..BindingCounts::default()
        };
        add(clause.document, heading, one);
    }
    for operation in &package.operations {
        let one = BindingCounts {
            operations: 1,
            ..BindingCounts::default()
        };
        add(operation.document, Some(operation.heading), one);
    }
    counts
}

/// Which sections of a document are to be made by somebody, by heading: they are not taken, and do not explain or check.
fn free(home: &Document, taken: &SectionIndex) -> Vec<bool> {
    let spec = &home.spec;
    let level = chapters::chapter_level(spec);
    let is_free = |(at, heading): (usize, &Heading)| {
        let mut around = chapters::around(spec, level, Some(at));
        heading.level >= level
            && taken.first(heading.span).is_none()
            && !around.any(|heading| chapters::explains(&heading.text) || chapters::checks(&heading.text))
    };
    spec.headings.iter().enumerate().map(is_free).collect()
}

/// How much binds in each section, with those below it.
fn with_those_below(home: &Document, own: &[BindingCounts]) -> Vec<BindingCounts> {
    let mut below = own.to_vec();
    for (at, heading) in home.spec.headings.iter().enumerate().rev() {
        let counts = below.get(at).copied().unwrap_or_default();
        let parent = heading.parent().and_then(|parent| below.get_mut(parent));
        parent.into_iter().for_each(|parent| parent.add(counts));
    }
    below
}

fn find(home: &Document, own: &[BindingCounts], taken: &SectionIndex, found: &mut Vec<UncoveredSection>) {
    let spec = &home.spec;
    let is_free = free(home, taken);
    let below = with_those_below(home, own);
    // What is true of a section and of all that are below it.
    let mut all_free = is_free.clone();
    for (at, heading) in spec.headings.iter().enumerate().rev() {
        let free = all_free.get(at).copied().unwrap_or(false);
        let parent = heading.parent().and_then(|parent| all_free.get_mut(parent));
        parent.into_iter().for_each(|parent| *parent &= free);
    }
    let get = |of: &[bool], at: usize| of.get(at).copied().unwrap_or(false);
    for (at, heading) in spec.headings.iter().enumerate() {
        let is_told = heading.parent().is_some_and(|parent| get(&all_free, parent));
        if is_told || !get(&is_free, at) {
            continue;
        }
        let is_whole = get(&all_free, at);
        let counts = if is_whole { below.get(at) } else { own.get(at) };
        let counts = counts.copied().unwrap_or_default();
        if counts.is_nothing() {
            continue;
        }
        let section = heading.section();
        let next = spec.headings.get(at + 1);
        let end = next.map_or(section.end, |next| next.span.start.min(section.end));
        found.push(UncoveredSection {
            heading: heading.span,
            title: heading.text.clone(),
            anchor: spec.anchor(at).to_string(),
            span: if is_whole {
                section
            } else {
                Span { end, ..section }
            },
            counts,
        });
    }
}
