//! warning(clarity): a task still holds a placeholder of its template
//!
//! `TXXX` is no id, and `[Entity]` is no name.
//! Nothing can depend on the one, and an agent has to guess the other.
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
//! - [ ] TXXX Create [Entity] in src/clock.rs
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
//! - [ ] T002 Create Clock in src/clock.rs
//! ````

use crate::library::Package;
use ghostc_syntax::{Diagnostic, Sources, Span};

pub(super) fn check(package: &Package, sources: &Sources, findings: &mut Vec<Diagnostic>) {
    for task in &package.facts.tasks {
        let text = sources.slice(task.span);
        for (offset, name) in placeholders(text) {
            let start = task.span.start as usize + offset;
            let span = Span::new(task.span.file, start, start + name.len());
            let message = format!("`{name}` was never filled in");
            let found = Diagnostic::new(super::LEFTOVER_PLACEHOLDER, span, message);
            findings.push(found.help("Write what is meant in its place."));
        }
    }
}

/// The words in brackets of Spec Kit's template of tasks.
const TEMPLATE: &[&str] = &[
    "entity", "service", "endpoint", "endpoint/feature", "feature name", "file", "filename", "brief title",
    "location", "language", "framework", "user journey", "exact file path", "middleware/auth", "user story",
];

/// The most characters that a placeholder has.
const LONGEST: usize = 24;

/// Where a text holds an id or a word of a template.
fn placeholders(text: &str) -> Vec<(usize, &str)> {
    let id = text.split_whitespace().next().filter(|word| {
        word.len() >= 3 && word.strip_prefix('T').is_some_and(|rest| rest.bytes().all(|byte| byte == b'X'))
    });
    let mut found: Vec<(usize, &str)> = id.map(|id| (0, id)).into_iter().collect();
    let mut code = false;
    for (at, c) in text.char_indices() {
        code ^= c == '`';
        let rest = text.get(at + 1..).filter(|_| c == '[').unwrap_or_default();
        let end = rest.char_indices().take(LONGEST).find(|(_, c)| *c == ']');
        let Some((inside, after)) = end.and_then(|(end, _)| Some((rest.get(..end)?, rest.get(end + 1..)?))) else {
            continue;
        };
        let word = inside.trim_end_matches(|c: char| c.is_ascii_digit()).to_lowercase();
        let is_link = after.starts_with(['(', '[', ':']);
        // In code a bracket is an index, unless it is the name of a file; some frameworks have such files.
        let is_route = [".ts", ".js", ".vue", ".svelte", ".astro", "/"].iter().any(|ending| after.starts_with(ending));
        if TEMPLATE.contains(&word.as_str()) && !is_link && !is_route && (!code || after.starts_with('.')) {
            found.extend(text.get(at..at + inside.len() + 2).map(|whole| (at, whole)));
        }
    }
    found
}
