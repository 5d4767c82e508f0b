//! warning(consistency): what a lead-in requires, its list only recommends
//!
//! A sentence says that what follows is required, and the items of its list say `should`.
//! A reader cannot tell which of them binds.
//!
//! ## Wrong
//!
//! ````fixture
//! //- /p/SPEC.md
//! # P
//!
//! Reload is REQUIRED:
//!
//! - The service SHOULD watch its settings.
//! - It SHOULD read them anew when they change.
//! ````
//!
//! ## Right
//!
//! ````fixture
//! //- /p/SPEC.md
//! # P
//!
//! Reload is REQUIRED:
//!
//! - The service MUST watch its settings.
//! - It MUST read them anew when they change.
//! ````

use super::DocumentContext;
use ghostc_syntax::{Diagnostic, KeywordUse, Sources, Span, SpecFile, Statement, Strength, starting_in};

pub(super) fn check_document(context: DocumentContext<'_>, _: &Sources, findings: &mut Vec<Diagnostic>) {
    for statement in &context.document.spec.statements {
        if statement.strength == Strength::Must && statement.parts.len() > 1 {
            findings.extend(weaker(&context.document.spec, statement));
        }
    }
}

/// The first recommendation in a list, if nothing in it is required and more than one thing is recommended.
fn weaker(spec: &SpecFile, lead: &Statement) -> Option<Diagnostic> {
    let (first, last) = (lead.parts.first()?, lead.parts.last()?);
    let within = Span {
        end: last.end,
        ..*first
    };
    let inside = starting_in(&spec.statements, within, |found| found.span.start);
    let mut recommended: Option<KeywordUse> = None;
    let mut count = 0;
    for statement in inside {
        match statement.strength {
            Strength::Must | Strength::MustNot => return None,
            Strength::Should => {
                count += 1;
                recommended = recommended.or(used(statement));
            }
            Strength::ShouldNot | Strength::May => {}
        }
    }
    let word = recommended.filter(|_| count > 1)?;
    let lead_word = used(lead)?;
    let message = format!(
        "`{}` in a list that is `{}`",
        word.keyword.text, lead_word.keyword.text
    );
    let found = Diagnostic::new(super::STRENGTH_MISMATCH, word.span, message);
    Some(
        found
            .also(lead_word.span, "the lead-in")
            .help("Say `must` in the list, or `should` in the lead-in."),
    )
}

fn used(statement: &Statement) -> Option<KeywordUse> {
    statement.keywords.iter().chain(&statement.modals).next().copied()
}
