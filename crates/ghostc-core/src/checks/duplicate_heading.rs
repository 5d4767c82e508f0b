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
use std::collections::BTreeSet;

pub(super) fn check(package: &Package, _: &Sources, findings: &mut Vec<Diagnostic>) {
    for home in &package.documents {
        let headings = &home.spec.headings;
        // The anchor of a title that was there before is that of the first with a number, and few are like that.
        let repeated: BTreeSet<&str> = headings.iter().filter_map(without_number).collect();
        if repeated.is_empty() {
            continue;
        }
        let may_be_one = |heading: &&Heading| {
            repeated.contains(heading.anchor.as_str()) || without_number(heading).is_some()
        };
        let mut first = Firsts::default();
        for heading in headings.iter().filter(may_be_one) {
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

/// What an anchor is before its number, where it ends with one.
fn without_number(heading: &Heading) -> Option<&str> {
    let digits = heading.anchor.bytes().rev().take_while(u8::is_ascii_digit).count();
    let stem = heading.anchor.get(..heading.anchor.len() - digits)?;
    stem.strip_suffix('-').filter(|_| digits > 0)
}
