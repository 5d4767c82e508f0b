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

use crate::firsts::Firsts;
use crate::library::Package;
use ghostc_syntax::{Diagnostic, Heading, Sources};

pub(super) fn check(package: &Package, _: &Sources, findings: &mut Vec<Diagnostic>) {
    // The anchor of a title that was there before ends with a number, so that most documents need no second look.
    let is_numbered = |heading: &Heading| {
        let mut before = heading.anchor.bytes().rev().skip_while(u8::is_ascii_digit);
        heading.anchor.ends_with(|c: char| c.is_ascii_digit()) && before.next() == Some(b'-')
    };
    let documents = package.documents.iter();
    for home in documents.filter(|home| home.spec.headings.iter().any(is_numbered)) {
        let mut first = Firsts::with_capacity(home.spec.headings.len());
        for heading in &home.spec.headings {
            let title = heading.text.trim();
            // Sections without a title are another finding's matter.
            if title.is_empty() {
                continue;
            }
            let key = (heading.parent, heading.level, title);
            if let Some(known) = first.before(key, heading.span) {
                let message = format!("a second section is called `{title}`");
                let found = Diagnostic::new(super::DUPLICATE_HEADING, heading.span, message);
                let help = "Give each a title of its own, or make them one section.";
                findings.push(found.also(*known, "the first").help(help));
            }
        }
    }
}
