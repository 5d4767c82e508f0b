//! Running text as checks read it: places in it, code spans and what is left without them, and names of files.

use ghostc_syntax::Span;
use std::collections::BTreeMap;
use std::ops::Range;

/// The bytes of a text at an offset of the span that the text covers.
pub fn within(text: Span, range: Range<usize>) -> Span {
    let base = text.start as usize;
    Span::new(text.file, base + range.start, base + range.end)
}

/// The code spans of a text with their marks (CommonMark 0.31, section 6.1).
pub fn code_spans(text: &str) -> Vec<Range<usize>> {
    let runs = backtick_runs(text);
    let mut by_length: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, run) in runs.iter().enumerate() {
        by_length.entry(run.len()).or_default().push(at);
    }
    let mut spans = Vec::new();
    let mut next = 0;
    while let Some(open) = runs.get(next) {
        let same = by_length.get(&open.len()).map_or(&[][..], Vec::as_slice);
        let close = same.get(same.partition_point(|at| *at <= next));
        match close.and_then(|at| Some((at, runs.get(*at)?))) {
            Some((at, close)) => {
                spans.push(open.start..close.end);
                next = at + 1;
            }
            None => next += 1,
        }
    }
    spans
}

fn backtick_runs(text: &str) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for (at, mark) in text.match_indices('`') {
        match runs.last_mut() {
            Some(last) if last.end == at => last.end += mark.len(),
            _ => runs.push(at..at + mark.len()),
        }
    }
    runs
}

/// The text with spaces in the place of code spans, so that offsets stay what they are.
pub fn without_code(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut end = 0;
    for span in code_spans(text) {
        plain.push_str(text.get(end..span.start).unwrap_or_default());
        plain.push_str(&" ".repeat(span.len()));
        end = span.end;
    }
    plain.push_str(text.get(end..).unwrap_or_default());
    plain
}

/// Whether a word is the path of a Markdown document.
pub fn is_document_name(word: &str) -> bool {
    let stem = word.strip_suffix(".md").unwrap_or_default();
    !stem.is_empty() && is_path(stem)
}

/// Whether a word is the name of a file, without a folder: `tests.yaml`.
pub fn is_file_name(word: &str) -> bool {
    // Most texts end like no file, and that is seen first.
    let ending = word
        .bytes()
        .rev()
        .take_while(u8::is_ascii_lowercase)
        .take(6)
        .count();
    let stem = word
        .get(..word.len() - ending)
        .and_then(|rest| rest.strip_suffix('.'));
    let has_ending = (1..=5).contains(&ending) && stem.is_some_and(|stem| !stem.is_empty());
    has_ending && is_path(word) && !word.contains('/')
}

fn is_path(word: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '_' | '-');
    word.chars().all(is_part)
}

/// A text without the marks of emphasis, code and links around it.
pub fn bare(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '`' | '_' | '[' | ']' | '(' | ')'))
}

/// Names in a sentence, in backticks and with commas between them.
pub fn listed<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    let quoted: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_blanked_and_offsets_stay() {
        assert_eq!(without_code("a `b` c ``d ` e`` f ` g"), "a     c           f ` g");
        assert_eq!(without_code("é`ü`é").len(), "é`ü`é".len());
    }

    #[test]
    fn names_of_files_are_told_from_words() {
        assert!(is_file_name("tests.yaml") && is_file_name("SPEC.md"));
        assert!(!is_file_name("v1.2") && !is_file_name("a/b.md") && !is_file_name("x."));
        assert!(is_document_name("contracts/api.md") && !is_document_name("api.yaml"));
    }
}
