//! warning(correctness): a heading among requirements is not read as one
//!
//! It has a number or an id, and binds, or it has scenarios; and it stands where headings or items are requirements, but has
//! another form.
//! Its clauses have no ids, or get those of the requirement before it, so that no task can name them.
//!
//! ## Wrong
//!
//! ````fixture
//! //- /.kiro/specs/clock/requirements.md
//! # Requirements
//!
//! ### Requirement 1: Digits
//!
//! 1. THE clock SHALL show digits
//!
//! ### REQ-2: Hands
//!
//! 1. THE clock SHALL show hands
//! ````
//!
//! ## Right
//!
//! ````fixture
//! //- /.kiro/specs/clock/requirements.md
//! # Requirements
//!
//! ### Requirement 1: Digits
//!
//! 1. THE clock SHALL show digits
//!
//! ### Requirement 2: Hands
//!
//! 1. THE clock SHALL show hands
//! ````

use ghostc_spec::library::{Dialect, Document, Package};
use ghostc_syntax::{Diagnostic, Heading, Sources, Span};
use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn check(package: &Package, sources: &Sources, findings: &mut Vec<Diagnostic>) {
    let facts = &package.facts;
    if package.dialect == Dialect::OpenSpec {
        with_scenarios(package, sources, findings);
        return;
    }
    if facts.requirements.is_empty() {
        return;
    }
    let mut read: BTreeSet<Span> = facts.requirements.iter().map(|found| found.span).collect();
    read.extend(facts.scenarios.iter().map(|found| found.span));
    read.extend(facts.properties.iter().map(|found| found.span));
    read.extend(facts.stories.iter().flat_map(|found| [found.span, found.section]));
    let mut documents: BTreeSet<usize> = BTreeSet::new();
    documents.extend(facts.requirements.iter().map(|found| found.document));
    let twice = criteria_of_one_id(package);
    for home in documents.iter().filter_map(|at| package.documents.get(*at)) {
        let speaking = LazyCell::new(|| speaking(home));
        for heading in &home.spec.headings {
            let section = heading.section();
            let holds = |spans: &BTreeSet<Span>| {
                let first = Span {
                    end: section.start,
                    ..section
                };
                spans
                    .range(first..)
                    .next()
                    .is_some_and(|span| section.contains(*span))
            };
            let is_read = read.contains(&heading.span) || read.contains(&section) || holds(&read);
            let takes_ids = holds(&twice);
            let is_meant =
                is_labelled(&heading.text) && is_among(home, heading, &speaking) && binds(home, heading);
            if is_meant && (!is_read || takes_ids && !read.contains(&heading.span)) {
                let help = "Write it as the requirements beside it are written, or take its number out.";
                findings.push(describe(heading, sources).help(help));
            }
        }
    }
}

fn describe(heading: &Heading, sources: &Sources) -> Diagnostic {
    let span = heading.span.first_line(&sources.get(heading.span.file).text);
    let message = format!("`{}` is not read as a requirement", heading.text.trim());
    Diagnostic::new(super::UNREAD_REQUIREMENT, span, message)
}

/// Headings of OpenSpec that have scenarios and are no requirements; those that bind are `skipped-requirement`'s.
fn with_scenarios(package: &Package, sources: &Sources, findings: &mut Vec<Diagnostic>) {
    let facts = &package.facts;
    let read: BTreeSet<Span> = facts.scenarios.iter().map(|found| found.span).collect();
    let requirements: BTreeSet<Span> = facts.requirements.iter().map(|found| found.span).collect();
    let documents: BTreeSet<usize> = facts.requirements.iter().map(|found| found.document).collect();
    for home in documents.iter().filter_map(|at| package.documents.get(*at)) {
        let mut seen = None;
        let scenarios = home.spec.headings.iter().filter(|heading| {
            let is_one = heading.level == 4 && heading.text.trim_start().starts_with("Scenario:");
            is_one && !read.contains(&heading.span)
        });
        for above in scenarios.filter_map(|scenario| scenario.parent()) {
            let heading = home.spec.headings.get(above).filter(|_| seen != Some(above));
            seen = Some(above);
            let heading = heading.filter(|found| found.level == 3 && !requirements.contains(&found.span));
            if let Some(heading) = heading.filter(|heading| !binds(home, heading)) {
                findings.push(describe(heading, sources).help("Start the heading with `Requirement:`."));
            }
        }
    }
}

/// The criteria that have an id which another one before them has.
fn criteria_of_one_id(package: &Package) -> BTreeSet<Span> {
    let mut found = BTreeSet::new();
    for requirement in &package.facts.requirements {
        let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
        for criterion in &requirement.criteria {
            if seen.insert(&criterion.id, criterion.span).is_some() {
                found.insert(criterion.span);
            }
        }
    }
    found
}

/// Whether a title starts with a number or an id: `1: Login`, `1.1 Login`, `US-1: Login`, `Requirement 1.1.1`.
fn is_labelled(title: &str) -> bool {
    let title = title.trim();
    let folded = title.to_lowercase();
    let rest = folded.strip_prefix("requirement").map(str::trim_start);
    let label = rest
        .unwrap_or(&folded)
        .split_whitespace()
        .next()
        .unwrap_or_default();
    let label = label.trim_end_matches([':', '.', ')', '：']);
    let letters = label.len() - label.trim_start_matches(|c: char| c.is_ascii_lowercase()).len();
    let number = label.get(letters..).unwrap_or_default();
    let is_id =
        (1..=5).contains(&letters) && number.starts_with('-') && title.starts_with(char::is_uppercase);
    let number = if is_id {
        number.trim_start_matches('-')
    } else {
        label
    };
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    number.split('.').all(is_number)
}

/// The headings of a document that speak of requirements, and those that these stand right below.
fn speaking(home: &Document) -> (BTreeSet<usize>, BTreeSet<Option<usize>>) {
    let says = |text: &str| {
        let folded = text.to_lowercase();
        ["requirement", "requisit", "要件"]
            .iter()
            .any(|word| folded.contains(word))
    };
    let headings = home.spec.headings.iter().enumerate();
    let speaking = headings.filter(|(_, heading)| says(&heading.text));
    speaking.map(|(at, heading)| (at, heading.parent())).unzip()
}

/// Whether a heading around it speaks of requirements, or one beside it.
fn is_among(
    home: &Document,
    heading: &Heading,
    (speaking, above): &(BTreeSet<usize>, BTreeSet<Option<usize>>),
) -> bool {
    let headings = &home.spec.headings;
    let mut parents = std::iter::successors(heading.parent(), |at| headings.get(*at)?.parent());
    parents.any(|at| speaking.contains(&at)) || above.contains(&heading.parent())
}

fn binds(home: &Document, heading: &Heading) -> bool {
    let section = heading.section();
    let statements =
        ghostc_syntax::spec::starting_in(&home.spec.statements, section, |found| found.span.start);
    !statements.is_empty()
}
