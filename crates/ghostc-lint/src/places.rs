//! Findings of one cause in many places: the first is the finding's own, and the others stand beside it.

use ghostc_syntax::suggest::listed;
use ghostc_syntax::{Diagnostic, Sources, Span};

/// How many other places are shown with their text.
const SHOWN: usize = 4;

/// Shows the first of some other places of a finding, and names the rest.
pub(crate) fn beside(found: Diagnostic, others: &[Span], sources: &Sources) -> Diagnostic {
    let (shown, rest) = others.split_at(others.len().min(SHOWN));
    let found = shown
        .iter()
        .fold(found, |found, span| found.also(*span, "and this"));
    if rest.is_empty() {
        return found;
    }
    let places: Vec<String> = rest.iter().map(|span| sources.place(*span)).collect();
    let places: Vec<&str> = places.iter().map(String::as_str).collect();
    found.note(format!("and {} more: {}", rest.len(), listed(&places)))
}
