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

use crate::library::{Document, Package, Role};
use ghostc_syntax::{BlockKind, Diagnostic, Expectation, Sources, Span};
use std::collections::BTreeMap;

pub(super) fn check(package: &Package, sources: &Sources, findings: &mut Vec<Diagnostic>) {
    let mut expected: BTreeMap<&str, (usize, usize)> = package
        .operations
        .iter()
        .enumerate()
        .map(|(at, operation)| (operation.name.as_str(), (at, 0)))
        .collect();
    for case in package
        .cases
        .iter()
        .filter(|case| matches!(case.expect, Expectation::Error | Expectation::ErrorWith(_)))
    {
        let name = case.operation.and_then(|at| package.operations.get(at));
        if let Some((_, count)) = name.and_then(|operation| expected.get_mut(operation.name.as_str())) {
            *count += 1;
        }
    }
    for home in package.documents.iter().filter(|home| home.role == Role::Spec) {
        for (name, count, span) in tabled(home, sources)
            .into_iter()
            .chain(listed(package, home, sources))
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

/// Rows of a table of operations and when they fail.
fn tabled<'a>(home: &Document, sources: &'a Sources) -> Vec<(&'a str, usize, Span)> {
    let mut is_of_errors = false;
    let mut found = Vec::new();
    for row in &home.spec.rows {
        let [first, second] = row.cells.as_slice() else {
            continue;
        };
        let second_text = sources.slice(*second);
        if row.head {
            is_of_errors = second_text.to_lowercase().contains("error");
        } else if is_of_errors {
            let name = sources.slice(*first).trim_matches('`');
            found.push((name, second_text.split([',', ';']).count(), *second));
        }
    }
    found
}

/// Lists below `Error conditions:` in the section of an operation.
fn listed<'a>(package: &'a Package, home: &Document, sources: &Sources) -> Vec<(&'a str, usize, Span)> {
    let spec = &home.spec;
    let mut found = Vec::new();
    for pair in spec.blocks.windows(2) {
        let [label, first] = pair else { continue };
        let text = sources
            .slice(label.span)
            .trim_matches('*')
            .trim_end_matches(':')
            .trim_matches('*');
        let is_label = label.kind == BlockKind::Paragraph && first.kind == BlockKind::Item;
        if !is_label
            || !matches!(
                text.to_lowercase().as_str(),
                "error conditions" | "errors" | "error cases"
            )
        {
            continue;
        }
        let own = |span: Span| {
            package
                .operations
                .iter()
                .find(|operation| operation.section.contains(span))
        };
        let Some(operation) = own(label.span) else {
            continue;
        };
        let from = spec
            .items
            .partition_point(|item| item.span.start < label.span.end);
        let end = spec
            .blocks
            .iter()
            .skip_while(|block| block.span.start < first.span.start)
            .find(|block| block.kind != BlockKind::Item);
        let end = end.map_or(u32::MAX, |block| block.span.start);
        let items = spec
            .items
            .iter()
            .skip(from)
            .take_while(|item| item.span.start < end && item.parent.is_none());
        found.push((operation.name.as_str(), items.count(), label.span));
    }
    found
}
