//! warning(consistency): one clause is both required and forbidden
//!
//! Two sentences differ in nothing but their keyword, and one asks for what the other rules out.
//!
//! ## Wrong
//!
//! ````fixture
//! //- /p/SPEC.md
//! # P
//!
//! The client MUST retry a failed request.
//!
//! ## Limits
//!
//! The client MUST NOT retry a failed request.
//! ````
//!
//! ## Right
//!
//! ````fixture
//! //- /p/SPEC.md
//! # P
//!
//! The client MUST retry a failed request.
//!
//! ## Limits
//!
//! The client MUST NOT retry a refused request.
//! ````

use crate::library::{Package, Role};
use ghostc_syntax::{
    BlockKind, Diagnostic, KeywordUse, Sources, SpecFile, Statement, Strength, collapse_whitespace,
};
use std::collections::BTreeMap;

pub(super) fn check(package: &Package, sources: &Sources, findings: &mut Vec<Diagnostic>) {
    let mut first: BTreeMap<String, (bool, KeywordUse)> = BTreeMap::new();
    for home in package.documents.iter().filter(|home| home.role == Role::Spec) {
        for statement in &home.spec.statements {
            let Some((clause, used)) = clause(&home.spec, statement, sources) else {
                continue;
            };
            let Some(asks) = asks(used.keyword.strength) else {
                continue;
            };
            let (earlier, other) = *first.entry(clause).or_insert((asks, used));
            if earlier != asks {
                let message = format!(
                    "`{}` here, and `{}` of the same thing elsewhere",
                    used.keyword.text, other.keyword.text
                );
                let found = Diagnostic::new(super::CONTRADICTORY_MODALS, used.span, message);
                findings.push(
                    found
                        .also(other.span, "the same clause")
                        .help("Take one of the two sentences out."),
                );
            }
        }
    }
}

/// Whether a strength asks for something or rules it out; a choice does neither.
fn asks(strength: Strength) -> Option<bool> {
    match strength {
        Strength::Must | Strength::Should => Some(true),
        Strength::MustNot | Strength::ShouldNot => Some(false),
        Strength::May => None,
    }
}

/// The words of a statement without its one keyword. Items depend on what introduces them, and are left out.
fn clause(spec: &SpecFile, statement: &Statement, sources: &Sources) -> Option<(String, KeywordUse)> {
    let block = spec.blocks.get(spec.sentences.get(statement.sentence)?.block)?;
    let uses = if statement.lower {
        &statement.modals
    } else {
        &statement.keywords
    };
    let ([used], BlockKind::Paragraph) = (uses.as_slice(), &block.kind) else {
        return None;
    };
    let text = sources.slice(statement.span);
    let at = used.span.start.checked_sub(statement.span.start)? as usize;
    let (before, rest) = text.split_at_checked(at)?;
    let after = rest.get((used.span.end - used.span.start) as usize..)?;
    let words = before.split_whitespace().collect::<Vec<_>>();
    let pronoun = words.first().is_some_and(|word| {
        ["it", "this", "that", "they", "these", "those"]
            .iter()
            .any(|known| word.eq_ignore_ascii_case(known))
    });
    let stands_alone = words.len() > 1 && !pronoun;
    stands_alone.then(|| {
        (
            collapse_whitespace(&format!("{before} {after}")).to_lowercase(),
            *used,
        )
    })
}
