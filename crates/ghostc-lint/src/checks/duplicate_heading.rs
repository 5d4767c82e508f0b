//! warning(consistency): two sections side by side have one title
//!
//! A link to the title leads to the first of them, and people who refer to it may mean either.
//! The same title in different sections, such as `Examples` under each operation, is no repetition.
//!
//! ## Wrong
//!
//! ````fixture
//! //- /p/SPEC.md
//! # P
//!
//! ## Limits
//!
//! Output MUST fit in a line.
//!
//! ## Limits
//!
//! Input MUST fit in a line.
//! ````
//!
//! ## Right
//!
//! ````fixture
//! //- /p/SPEC.md
//! # P
//!
//! ## Output
//!
//! ### Limits
//!
//! Output MUST fit in a line.
//!
//! ## Input
//!
//! ### Limits
//!
//! Input MUST fit in a line.
//! ````

use super::DocumentContext;
use ghostc_syntax::{Diagnostic, Heading, Sources};

pub(super) fn check_document(context: DocumentContext<'_>, _: &Sources, findings: &mut Vec<Diagnostic>) {
    // Sections without a title are another finding's matter.
    let titled = context
        .document
        .spec
        .headings
        .iter()
        .filter(|heading| !heading.text.is_empty());
    let mut headings: Vec<&Heading> = titled.collect();
    headings.sort_by_key(|heading| place_and_title(heading));
    for same in headings.chunk_by(|a, b| place_and_title(a) == place_and_title(b)) {
        let Some((first, others)) = same.split_first() else {
            continue;
        };
        findings.extend(others.iter().map(|other| {
            let message = format!("a second section is called `{}`", other.text);
            let found = Diagnostic::new(super::DUPLICATE_HEADING, other.span, message);
            let help = "Give each a title of its own, or make them one section.";
            found.also(first.span, "the first").help(help)
        }));
    }
}

/// What is one in sections of which people see only the first. Most are told apart by the length of their titles.
fn place_and_title(heading: &Heading) -> (Option<usize>, u8, usize, &str) {
    (heading.parent(), heading.level, heading.text.len(), &heading.text)
}
