//! error(correctness): a reference leads nowhere
//!
//! A link to a heading, a mention of `Section 4.2`, or a link to a Markdown document of the package has no target.
//! An agent that follows it finds nothing, and neither does a reader.
//! It stops the tasks that read it, and no others; where no task does, it is a warning.
//!
//! ## Wrong
//!
//! ````fixture
//! //- /p/SPEC.md
//! # P
//!
//! Rounding is defined in [Numbers](#nubmers).
//!
//! ## Numbers
//! ````
//!
//! ## Right
//!
//! ````fixture
//! //- /p/SPEC.md
//! # P
//!
//! Rounding is defined in [Numbers](#numbers).
//!
//! ## Numbers
//! ````

use ghostc_plan::plan;
use ghostc_spec::library::{Dialect, Package, Reference};
use ghostc_syntax::suggest::{Guesses, listed};
use ghostc_syntax::{Diagnostic, Heading, Severity, Sources, SpecFile};
use std::collections::BTreeMap;

pub(super) fn check(package: &Package, sources: &Sources, findings: &mut Vec<Diagnostic>) {
    let mut guesses = Guesses::default();
    let mut names: BTreeMap<usize, Names<'_>> = BTreeMap::new();
    let mut readers = None;
    for reference in package
        .references
        .iter()
        .filter(|reference| reference.is_dangling(package))
    {
        let known = names
            .entry(reference.document)
            .or_insert_with(|| Names::of(package, reference.document));
        let mut found = describe(known, reference, sources, &mut guesses).local();
        let readers = readers.get_or_insert_with(|| plan::readers(package, sources));
        let is_whole = readers.is_empty() && package.dialect == Dialect::Ghost;
        let is_read = is_whole || readers.first(reference.span).is_some();
        // Tasks that an author declared are built without following links to files.
        if !is_read || (reference.kind == "path" && !package.facts.tasks.is_empty()) {
            found.severity = Severity::Warning;
        }
        findings.push(found);
    }
}

/// What the headings of a document can be referred to by.
struct Names<'p> {
    headings: &'p [Heading],
    anchors: Vec<&'p str>,
    numbers: Vec<&'p str>,
}

impl Names<'_> {
    fn of(package: &Package, document: usize) -> Names<'_> {
        let spec = package.documents.get(document).map(|home| &home.spec);
        let headings = spec.map_or(&[][..], |spec| &spec.headings);
        Names {
            headings,
            anchors: spec
                .into_iter()
                .flat_map(SpecFile::anchors)
                .map(String::as_str)
                .collect(),
            numbers: headings
                .iter()
                .filter_map(|heading| heading.number.as_deref())
                .collect(),
        }
    }
}

fn describe(
    known: &Names<'_>,
    reference: &Reference,
    sources: &Sources,
    guesses: &mut Guesses,
) -> Diagnostic {
    let target = reference.target.as_str();
    let found = |message: String| Diagnostic::new(super::DANGLING_REFERENCE, reference.span, message);
    match reference.kind {
        "section" => {
            let sections = if known.numbers.is_empty() {
                "no heading is numbered".to_string()
            } else {
                format!("sections: {}", listed(&known.numbers))
            };
            found(format!("there is no section {target}")).note(sections)
        }
        "anchor" => {
            let wanted = target.trim_start_matches('#');
            let diagnostic = found(format!("no heading has the anchor `{target}`"));
            let near = guesses.nearest(wanted, &known.anchors);
            let headings = known.headings.iter().zip(known.anchors.iter().copied());
            match near.and_then(|near| headings.into_iter().find(|(_, anchor)| *anchor == near)) {
                Some(meant) => fix(diagnostic, reference, meant, sources),
                None => diagnostic,
            }
        }
        _ => found(format!("there is no `{target}`")).help("Correct the path, relative to this document."),
    }
}

/// Points at the heading that was meant, and rewrites the fragment alone.
fn fix(
    diagnostic: Diagnostic,
    reference: &Reference,
    (heading, anchor): (&Heading, &str),
    sources: &Sources,
) -> Diagnostic {
    let diagnostic = diagnostic.also(heading.span, "did you mean this one?");
    let link = sources.slice(reference.span);
    match link.rfind(&reference.target) {
        Some(at) => {
            let start = reference.span.start as usize + at;
            let span = ghostc_syntax::Span::new(reference.span.file, start, start + reference.target.len());
            diagnostic
                .help("Correct the link.")
                .fix("correct the link", span, format!("#{anchor}"))
        }
        None => diagnostic,
    }
}
