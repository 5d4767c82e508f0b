//! warning(coverage): an operation has more error conditions than cases that expect an error
//!
//! The spec lists when an operation fails, in a table of operations and their errors or below `Error conditions:`.
//! Each condition takes a case that expects an error, and there are fewer.
//!
//! ## Wrong
//!
//! ````fixture
//! //- /p/SPEC.md
//! # P
//!
//! ### half(n) → number | error
//!
//! **Error conditions:**
//!
//! - Not a number
//! - An odd number
//! //- /p/tests.yaml
//! half:
//!   - {name: four, input: 4, output: 2}
//!   - {name: odd, input: 3, error: true}
//! ````
//!
//! ## Right
//!
//! ````fixture
//! //- /p/SPEC.md
//! # P
//!
//! ### half(n) → number | error
//!
//! **Error conditions:**
//!
//! - Not a number
//! - An odd number
//! //- /p/tests.yaml
//! half:
//!   - {name: four, input: 4, output: 2}
//!   - {name: odd, input: 3, error: true}
//!   - {name: text, input: four, error: true}
//! ````

use ghostc_spec::library::{Document, Package};
use ghostc_spec::section_index::SectionIndex;
use ghostc_syntax::{BlockKind, Diagnostic, Expectation, Sources, Span};
use std::collections::BTreeMap;

pub(super) fn check(package: &Package, sources: &Sources, findings: &mut Vec<Diagnostic>) {
    if package.operations.is_empty() {
        return;
    }
    let mut expected: BTreeMap<&str, (usize, usize)> = package
        .operations
        .iter()
        .enumerate()
        .map(|(at, operation)| (operation.name.as_str(), (at, 0)))
        .collect();
    for (at, ..) in package
        .calls()
        .filter(|(.., expect)| matches!(expect, Expectation::Error | Expectation::ErrorWith(_)))
    {
        let name = package.operations.get(at);
        if let Some((_, count)) = name.and_then(|operation| expected.get_mut(operation.name.as_str())) {
            *count += 1;
        }
    }
    let sections = SectionIndex::new(package.operations.iter().map(|operation| operation.section));
    for (_, home) in package.specs() {
        for (name, count, span) in
            tabled(home, sources)
                .into_iter()
                .chain(listed((package, &sections), home, sources))
        {
            // Operations without any case are another finding's matter.
            let judged = expected
                .get(name)
                .filter(|(at, _)| package.cases_of(*at).next().is_some());
            if let Some((_, cases)) = judged.filter(|(_, cases)| *cases < count) {
                findings.push(describe(name, count, *cases, span));
            }
        }
    }
}

fn describe(name: &str, count: usize, cases: usize, span: Span) -> Diagnostic {
    let conditions = if count == 1 {
        "an error condition".to_string()
    } else {
        format!("{count} error conditions")
    };
    let said = match cases {
        0 => "no case expects an error".to_string(),
        1 => "one case expects an error".to_string(),
        _ => format!("{cases} cases expect an error"),
    };
    let found = Diagnostic::new(
        super::ERROR_CONDITION_WITHOUT_CASE,
        span,
        format!("`{name}` has {conditions}, and {said}"),
    );
    found.help("Add a case with `error: true` for each condition.")
}

/// Operations in a table of when each fails, with how many conditions they have there.
fn tabled<'a>(home: &Document, sources: &'a Sources) -> Vec<(&'a str, usize, Span)> {
    let mut found = Vec::new();
    for rows in home.spec.rows.chunk_by(|a, b| a.table == b.table) {
        let Some((head, body)) = rows.split_first() else {
            continue;
        };
        let titled = |title: &Span| sources.slice(*title).to_lowercase().contains("error");
        let Some(column) = head.cells.iter().skip(1).position(titled).map(|at| at + 1) else {
            continue;
        };
        let mut counts: BTreeMap<&str, (usize, Span)> = BTreeMap::new();
        for row in body {
            let (Some(first), Some(cell)) = (row.cells.first(), row.cells.get(column)) else {
                continue;
            };
            let name = sources
                .slice(*first)
                .trim_matches('`')
                .split('(')
                .next()
                .unwrap_or_default();
            counts.entry(name).or_insert((0, *cell)).0 += conditions(sources.slice(*cell));
        }
        found.extend(
            counts
                .into_iter()
                .map(|(name, (count, span))| (name, count, span)),
        );
    }
    found
}

/// How many conditions a text lists: its parts between commas outside brackets and code.
fn conditions(text: &str) -> usize {
    let (mut depth, mut code, mut count) = (0_usize, false, 1);
    for c in text.chars() {
        match c {
            '`' | '"' => code = !code,
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            ',' | ';' if depth == 0 && !code => count += 1,
            _ => {}
        }
    }
    let none = ["", "-", "–", "—", "none", "never"].contains(&text.trim().to_lowercase().as_str());
    if none { 0 } else { count }
}

/// Lists below `Error conditions:` in the section of an operation.
fn listed<'a>(
    (package, sections): (&'a Package, &SectionIndex),
    home: &Document,
    sources: &Sources,
) -> Vec<(&'a str, usize, Span)> {
    let spec = &home.spec;
    let mut found = Vec::new();
    for (at, pair) in spec.blocks.windows(2).enumerate() {
        let [label, first] = pair else { continue };
        if label.kind != BlockKind::Paragraph
            || first.kind != BlockKind::Item
            || !is_label(sources.slice(label.span))
        {
            continue;
        }
        let operation = sections
            .first(label.span)
            .and_then(|at| package.operations.get(at));
        let Some(operation) = operation else { continue };
        let end = spec
            .blocks
            .iter()
            .skip(at + 1)
            .find(|block| block.kind != BlockKind::Item);
        let below = Span {
            start: label.span.end,
            end: end.map_or(u32::MAX, |block| block.span.start),
            ..label.span
        };
        let outer = spec.items_in(below).iter().filter(|item| item.parent().is_none());
        found.push((operation.name.as_str(), outer.count(), label.span));
    }
    found
}

/// Whether a paragraph is `**Error conditions:**` or the like.
fn is_label(text: &str) -> bool {
    let bare = text.trim_matches(['*', ':', ' ']).to_lowercase();
    matches!(bare.as_str(), "error conditions" | "errors" | "error cases")
}
