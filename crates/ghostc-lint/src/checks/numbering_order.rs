//! note(clarity): something numbered stands out of the order of its numbers
//!
//! People look for number 11 after number 10.
//! Nothing is missing, and it is hard to find.
//!
//! ## Wrong
//!
//! ````fixture
//! //- /specs/001-clock/spec.md
//! # Feature Specification: Clock
//! //- /specs/001-clock/tasks.md
//! # Tasks
//!
//! - [ ] T001 Draw the digits in src/digits.rs
//! - [ ] T004 Draw the frame in src/frame.rs
//! - [ ] T002 Draw the hands in src/hands.rs
//! - [ ] T003 Redraw each minute in src/tick.rs
//! ````
//!
//! ## Right
//!
//! ````fixture
//! //- /specs/001-clock/spec.md
//! # Feature Specification: Clock
//! //- /specs/001-clock/tasks.md
//! # Tasks
//!
//! - [ ] T001 Draw the digits in src/digits.rs
//! - [ ] T002 Draw the hands in src/hands.rs
//! - [ ] T003 Redraw each minute in src/tick.rs
//! - [ ] T004 Draw the frame in src/frame.rs
//! ````

use super::DocumentContext;
use crate::sequences::{self, Break, Sequence};
use ghostc_spec::library::Package;
use ghostc_syntax::{Diagnostic, Sources};

pub(super) fn check(package: &Package, sources: &Sources, findings: &mut Vec<Diagnostic>) {
    report(&sequences::declared(package, sources), findings);
}

pub(super) fn check_document(context: DocumentContext<'_>, _: &Sources, findings: &mut Vec<Diagnostic>) {
    report(&sequences::headings(context.document), findings);
}

fn report(sequences: &[Sequence], findings: &mut Vec<Diagnostic>) {
    for found in sequences.iter().flat_map(Sequence::breaks) {
        let Break::Stray(stray, before) = found else {
            continue;
        };
        let message = format!("`{}` comes right after `{}`", stray.name, before.name);
        let found = Diagnostic::new(super::NUMBERING_ORDER, stray.span, message);
        let found = found.also(before.span, "the one before");
        findings.push(found.help("Move it to its place, or number again."));
    }
}
