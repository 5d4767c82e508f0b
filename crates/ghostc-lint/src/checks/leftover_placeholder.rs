//! warning(clarity): a placeholder of a template was never filled in
//!
//! The text still holds what a template puts where the author is to write: `[FEATURE NAME]`, `[DATE]`, `TXXX`.
//!
//! ## Wrong
//!
//! ````fixture
//! //- /001-export/spec.md
//! # Feature Specification: Export
//!
//! **Created**: [DATE]
//!
//! - **FR-001**: System MUST export rows as CSV
//! ````
//!
//! ## Right
//!
//! ````fixture
//! //- /001-export/spec.md
//! # Feature Specification: Export
//!
//! **Created**: 2024-05-01
//!
//! - **FR-001**: System MUST export rows as CSV
//! ````

use ghostc_spec::library::{Document, Package};
use ghostc_spec::prose::{within, without_code};
use ghostc_spec::word_filter::FilteredWord;
use ghostc_syntax::{BlockKind, Diagnostic, Sources, Span};
use std::collections::BTreeSet;

/// What the templates of Spec Kit and its like put between brackets.
const NAMES: &[&str] = &[
    "FEATURE",
    "FEATURE NAME",
    "DATE",
    "PROJECT NAME",
    "PROJECT_NAME",
    "###-feature-name",
    "Brief Title",
];
const STARTS: &[&str] = &["INSERT ", "PLACEHOLDER", "e.g., ", "REMOVE IF UNUSED"];

pub(super) fn check(package: &Package, sources: &Sources, findings: &mut Vec<Diagnostic>) {
    for (_, home) in package
        .specs()
        .filter(|(_, home)| home.word_filter.give(FilteredWord::Placeholder))
    {
        let tags = tags(home, sources);
        for block in home
            .spec
            .blocks
            .iter()
            .filter(|block| !matches!(block.kind, BlockKind::Code(_)))
        {
            let text = without_code(sources.slice(block.span));
            let is_tag = |range: &std::ops::Range<usize>| range.start == 0 && tags.len() > 1;
            findings.extend(
                brackets(&text)
                    .into_iter()
                    .filter(|range| !is_tag(range))
                    .map(|range| describe(within(block.span, range), sources)),
            );
        }
    }
    for task in &package.facts.tasks {
        for (offset, name) in placeholders(sources.slice(task.span)) {
            findings.push(describe(within(task.span, offset..offset + name.len()), sources));
        }
    }
}

/// The different words in capitals and brackets that items of a document start with, as those of a list of changes do:
/// `[FEATURE]` beside `[BUGFIX]` tells of what kind a line is.
fn tags<'s>(home: &Document, sources: &'s Sources) -> BTreeSet<&'s str> {
    let items = home
        .spec
        .blocks
        .iter()
        .filter(|block| block.kind == BlockKind::Item);
    let tags = items.filter_map(|block| {
        let (word, rest) = sources.slice(block.span).strip_prefix('[')?.split_once(']')?;
        let is_tag =
            word.len() > 2 && word.bytes().all(|byte| byte.is_ascii_uppercase()) && rest.starts_with(' ');
        is_tag.then_some(word)
    });
    tags.collect()
}

fn describe(span: Span, sources: &Sources) -> Diagnostic {
    let message = format!("`{}` was never filled in", sources.slice(span));
    Diagnostic::new(super::LEFTOVER_PLACEHOLDER, span, message).help("Write what it stands for.")
}

/// Placeholders in brackets that are no links.
fn brackets(text: &str) -> Vec<std::ops::Range<usize>> {
    let mut found = Vec::new();
    for (open, _) in text.match_indices('[') {
        let rest = text.get(open + 1..).unwrap_or_default();
        let Some(len) = rest
            .find(['[', ']'])
            .filter(|at| rest.get(*at..).is_some_and(|rest| rest.starts_with(']')))
        else {
            continue;
        };
        let inside = rest.get(..len).unwrap_or_default();
        let after = rest.get(len + 1..).unwrap_or_default();
        let is_link = after.starts_with(['(', '[', ':']);
        if !is_link && (NAMES.contains(&inside) || STARTS.iter().any(|start| inside.starts_with(start))) {
            found.push(open..open + len + 2);
        }
    }
    found
}

/// The words in brackets of Spec Kit's template of tasks.
const TEMPLATE: &[&str] = &[
    "entity",
    "service",
    "endpoint",
    "endpoint/feature",
    "feature name",
    "file",
    "filename",
    "brief title",
    "location",
    "language",
    "framework",
    "user journey",
    "exact file path",
    "middleware/auth",
    "user story",
];

/// The most characters that a placeholder has.
const LONGEST: usize = 24;

/// Where a text holds an id or a word of a template.
fn placeholders(text: &str) -> Vec<(usize, &str)> {
    let id = text.split_whitespace().next().filter(|word| {
        word.len() >= 3
            && word
                .strip_prefix('T')
                .is_some_and(|rest| rest.bytes().all(|byte| byte == b'X'))
    });
    let mut found: Vec<(usize, &str)> = id.map(|id| (0, id)).into_iter().collect();
    let mut code = false;
    for (at, c) in text.char_indices() {
        code ^= c == '`';
        let rest = text.get(at + 1..).filter(|_| c == '[').unwrap_or_default();
        let end = rest.char_indices().take(LONGEST).find(|(_, c)| *c == ']');
        let Some((inside, after)) = end.and_then(|(end, _)| Some((rest.get(..end)?, rest.get(end + 1..)?)))
        else {
            continue;
        };
        let word = inside
            .trim_end_matches(|c: char| c.is_ascii_digit())
            .to_lowercase();
        let is_link = after.starts_with(['(', '[', ':']);
        // In code a bracket is an index, unless it is the name of a file; some frameworks have such files.
        let is_route = [".ts", ".js", ".vue", ".svelte", ".astro", "/"]
            .iter()
            .any(|ending| after.starts_with(ending));
        if TEMPLATE.contains(&word.as_str()) && !is_link && !is_route && (!code || after.starts_with('.')) {
            found.extend(text.get(at..at + inside.len() + 2).map(|whole| (at, whole)));
        }
    }
    found
}
