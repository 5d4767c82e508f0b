//! error(correctness): a reference leads nowhere
//!
//! A link to a heading, a mention of `Section 4.2`, or a link to a Markdown document of the package has no target.
//! An agent that follows it finds nothing, and neither does a reader.
//! It is a warning where the author declared tasks and the reference is a path, since no task is built from it.
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

use crate::layout::is_document;
use crate::library::{Package, Reference};
use ghostc_syntax::suggest::nearest;
use ghostc_syntax::{Diagnostic, Heading, Severity, Sources};

pub(super) fn check(package: &Package, sources: &Sources, findings: &mut Vec<Diagnostic>) {
    for reference in package.references.iter().filter(|reference| is_document_matter(package, reference)) {
        let mut found = describe(package, reference, sources);
        // Tasks that an author declared are built without following links to files.
        if reference.kind == "path" && !package.facts.tasks.is_empty() {
            found.severity = Severity::Warning;
        }
        findings.push(found);
    }
}

/// Links to other files and out of the package are `dangling-link`'s.
fn is_document_matter(package: &Package, reference: &Reference) -> bool {
    let path = reference.path(package);
    reference.resolved == Some(false) && path.is_none_or(|path| package.holds(&path) && is_document(&path))
}

fn describe(package: &Package, reference: &Reference, sources: &Sources) -> Diagnostic {
    let headings = package.documents.get(reference.document).map_or(&[][..], |home| &home.spec.headings);
    let target = reference.target.as_str();
    let found = |message: String| Diagnostic::new(super::DANGLING_REFERENCE, reference.span, message);
    match reference.kind {
        "section" => {
            let numbers: Vec<&str> = headings.iter().filter_map(|heading| heading.number.as_deref()).collect();
            let listed = if numbers.is_empty() { "no heading is numbered".to_string() } else { format!("sections: {}", numbers.join(", ")) };
            found(format!("there is no section {target}")).note(listed)
        }
        "anchor" => {
            let wanted = target.trim_start_matches('#');
            let anchors: Vec<&str> = headings.iter().map(|heading| heading.anchor.as_str()).collect();
            let diagnostic = found(format!("no heading has the anchor `{target}`"));
            let near = nearest(wanted, &anchors).and_then(|anchor| headings.iter().find(|heading| heading.anchor == anchor));
            near.map_or(diagnostic.clone(), |heading| mend(diagnostic, reference, heading, sources))
        }
        _ => found(format!("there is no `{target}`")).help("Correct the path, relative to this document."),
    }
}

/// Points at the heading that was meant, and rewrites the fragment alone.
fn mend(diagnostic: Diagnostic, reference: &Reference, heading: &Heading, sources: &Sources) -> Diagnostic {
    let diagnostic = diagnostic.also(heading.span, "did you mean this one?");
    let link = sources.slice(reference.span);
    match link.rfind(&reference.target) {
        Some(at) => {
            let start = reference.span.start as usize + at;
            let span = ghostc_syntax::Span::new(reference.span.file, start, start + reference.target.len());
            diagnostic.help("Correct the link.").fix("correct the link", span, format!("#{}", heading.anchor))
        }
        None => diagnostic,
    }
}
