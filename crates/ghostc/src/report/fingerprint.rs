//! What a finding is known by from one run to the next, for tools that tell new findings from old ones.
//!
//! It is made of the code, the file, the text of the line that it is on, and which of its equals in the file it is. So it
//! stays while text above or below changes, and holds no line number and no message, which may count things elsewhere.

use ghostc_syntax::{Source, Span};
use std::collections::BTreeMap;

/// Numbers findings that look the same.
#[derive(Default)]
pub(super) struct Fingerprints {
    seen: BTreeMap<String, u32>,
}

impl Fingerprints {
    /// The fingerprint of the next finding, in the order of the file: 32 hexadecimal digits, unique in this report.
    pub(super) fn next(&mut self, code: &str, file: &str, text: &str) -> String {
        let looks = format!("{code}\0{file}\0{text}");
        let ordinal = self.seen.entry(looks.clone()).or_default();
        *ordinal += 1;
        let hash = blake3::hash(format!("{looks}\0{ordinal}").as_bytes());
        hash.to_hex().chars().take(32).collect()
    }
}

/// The most of a line that counts, in bytes, on each side of where a finding starts: a line may be a whole document.
const AROUND: usize = 300;

/// The words of the line that a span starts on, and those that it covers there; nothing for a file as a whole.
pub(super) fn words_at(source: &Source, span: Span) -> String {
    let range = span.range();
    if range.end == 0 {
        return String::new();
    }
    let text = &source.text;
    let before = text.get(..range.start).unwrap_or(text);
    let near = text.floor_char_boundary(before.len().saturating_sub(AROUND));
    let nearby = text.get(near..before.len()).unwrap_or_default();
    let start = nearby.rfind('\n').map_or(near, |at| near + at + 1);
    let end = text.floor_char_boundary(before.len().saturating_add(AROUND));
    let line = text.get(start..end).unwrap_or_default().lines().next();
    let covered = text
        .get(range.start..range.end.min(end))
        .unwrap_or_default()
        .lines()
        .next();
    let words = |text: Option<&str>| {
        let words: Vec<&str> = text.unwrap_or_default().split_whitespace().collect();
        words.join(" ")
    };
    format!("{}\0{}", words(line), words(covered))
}
