//! Names in running text: ids and ranges of ids, and paths of files.

use crate::facts::Mention;
use crate::id_range::IdRange;
use ghostc_syntax::Span;

/// How many names a range may stand for: one that is longer is a mistake, or would be dearer than it is worth.
const LONGEST_RANGE: u64 = 300;

/// The same for tasks, of which real lists have hundreds.
const LONGEST_TASK_RANGE: u64 = 1_000;

/// What a list such as `1.1, 1.3-1.5 and 2` names: ids and ranges, and what is neither.
#[derive(Default)]
pub(super) struct Named {
    pub(super) ids: Vec<IdRange>,
    pub(super) others: Vec<Mention>,
}

/// Reads a list of dotted numbers at an offset of a document.
pub(super) fn numbers(text: &str, base: Span) -> Named {
    let mut named = Named::default();
    for (offset, piece) in pieces(text) {
        let start = base.start as usize + offset;
        let span = Span::new(base.file, start, start + piece.len());
        match range(piece, span) {
            Some(range) => named.ids.push(range),
            None if piece.chars().any(char::is_alphanumeric) => named.others.push(Mention {
                name: piece.to_string(),
                span,
            }),
            None => {}
        }
    }
    named
}

/// The parts of a list, without the words that join them and the noun before them.
fn pieces(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut start = 0;
    let separators = [',', '、', ';', '，'];
    for part in text.split_inclusive(separators) {
        let bare = part.trim_end_matches(separators);
        let mut offset = start;
        for piece in bare.split_inclusive(" and ") {
            let word = piece.strip_suffix(" and ").unwrap_or(piece);
            let noun = word.trim_start();
            let noun = ["and ", "Requirements ", "Requirement ", "Req ", "要件"]
                .iter()
                .fold(noun, |rest, prefix| rest.strip_prefix(prefix).unwrap_or(rest))
                .trim();
            let at = word.find(noun).unwrap_or(0);
            if !noun.is_empty() {
                found.push((offset + at, noun));
            }
            offset += piece.len();
        }
        start += part.len();
    }
    found
}

/// `1.2`, or all of `1.2-1.5`, `18-23`, `1.1 through 1.4`.
fn range(piece: &str, span: Span) -> Option<IdRange> {
    let joint = ["-", "–", "—", "~", "〜", " through ", " to "]
        .iter()
        .find_map(|joint| piece.split_once(joint));
    let Some((first, last)) = joint else {
        return is_number(piece).then(|| IdRange::one(piece, span));
    };
    let (first, last) = (first.trim(), last.trim());
    if !is_number(first) || !is_number(last) {
        return None;
    }
    let (stem, from) = split_last(first)?;
    let (other, to) = split_last(last)?;
    let sound = from <= to && to - from < LONGEST_RANGE && (other.is_empty() || other == stem);
    sound.then(|| IdRange::starting(format!("{stem}{from}"), to - from, span))
}

/// Digits with full stops between them.
pub(super) fn is_number(text: &str) -> bool {
    !text.is_empty()
        && text
            .split('.')
            .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
}

fn split_last(number: &str) -> Option<(&str, u64)> {
    let at = number.rfind('.').map_or(0, |at| at + 1);
    Some((number.get(..at)?, number.get(at..)?.parse().ok()?))
}

/// The length of an id such as `FR-001`, `SC-R003` or `FR-004a`, one of the prefixes and a number, at the start of a text.
pub(super) fn coded(text: &str, prefixes: &[&str]) -> Option<usize> {
    let prefix = prefixes.iter().find(|prefix| {
        text.strip_prefix(**prefix)
            .is_some_and(|rest| rest.starts_with('-'))
    })?;
    let rest = text.get(prefix.len() + 1..)?;
    let letters = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_uppercase()).len();
    let numbered = rest
        .get(letters..)?
        .strip_prefix('-')
        .filter(|_| letters > 0)
        .unwrap_or(rest.get(letters..)?);
    let digits = numbered.len() - numbered.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    if digits == 0 {
        return None;
    }
    let after = numbered.get(digits..)?;
    let suffix = usize::from(after.starts_with(|c: char| c.is_ascii_lowercase()));
    let end = text.len() - after.len() + suffix;
    let joined = text
        .get(end..)?
        .starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
    (!joined).then_some(end)
}

/// Every id with one of the prefixes in a text, with its offset.
pub(super) fn all_coded<'t>(text: &'t str, prefixes: &[&str]) -> Vec<(usize, &'t str)> {
    let mut found = Vec::new();
    let mut last = None;
    for (at, c) in text.char_indices() {
        let inside = last.is_some_and(|before: char| before.is_ascii_alphanumeric() || before == '_');
        if c.is_ascii_uppercase() && !inside {
            let rest = text.get(at..).unwrap_or_default();
            found.extend(coded(rest, prefixes).and_then(|len| Some((at, rest.get(..len)?))));
        }
        last = Some(c);
    }
    found
}

/// The ids that a text names, and ranges such as `FR-003 to FR-006` and `FR-003-006`. The last id of a range may be
/// found a second time, by itself.
pub(super) fn all_coded_ranges(text: &str, prefixes: &[&str], base: Span) -> Vec<IdRange> {
    let mut found = Vec::new();
    for (offset, id) in all_coded(text, prefixes) {
        let start = base.start as usize + offset;
        let span = Span::new(base.file, start, start + id.len());
        let after = text.get(offset + id.len()..).unwrap_or_default();
        let others = others(id, after).unwrap_or_default();
        found.push(IdRange::starting(id.to_string(), others, span));
    }
    found
}

/// How many ids follow the first of a range, where what follows it makes it one.
fn others(first: &str, after: &str) -> Option<u64> {
    let joint = ["-", "–", "—", "~", "〜", " to ", " through ", " - ", " – "]
        .iter()
        .find_map(|joint| after.strip_prefix(joint));
    let stem = first.trim_end_matches(|c: char| c.is_ascii_digit());
    let (rest, digits) = (joint?, first.get(stem.len()..)?);
    let last = rest.strip_prefix(stem).unwrap_or(rest);
    let len = last.len() - last.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let number = |digits: &str| digits.parse::<u64>().ok();
    let others = number(last.get(..len)?)?.checked_sub(number(digits)?)?;
    (others < LONGEST_RANGE).then_some(others)
}

/// The length of a task's id such as `T012` or `T004a` at the start of a text.
pub(super) fn task_id(text: &str) -> Option<usize> {
    let rest = text.strip_prefix('T')?;
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let after = rest.get(digits..)?;
    let suffix = usize::from(after.starts_with(|c: char| c.is_ascii_lowercase()));
    let joined = after
        .get(suffix..)?
        .starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
    (digits >= 2 && !joined).then_some(1 + digits + suffix)
}

/// The task ids in a text, and ranges of them: `T012, T014-T016`.
pub fn task_ids(text: &str, base: Span) -> Vec<IdRange> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(offset) = text.get(at..).and_then(|rest| rest.find('T')) {
        at += offset;
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let rest = text.get(at..).unwrap_or_default();
        let len = task_id(rest).filter(|_| !before.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_'));
        let Some(len) = len else {
            at += 1;
            continue;
        };
        let id = rest.get(..len).unwrap_or_default();
        let after = rest.get(len..).unwrap_or_default();
        let joint = ["-", "–", "—", "..", "~", "〜", " - ", " – ", " through ", " to "]
            .iter()
            .find_map(|joint| after.strip_prefix(joint).map(|rest| (joint.len(), rest)));
        let last = joint.and_then(|(joint, rest)| {
            let len = task_id(rest)?;
            Some((joint + len, rest.get(..len)?))
        });
        let end = at + len + last.map_or(0, |(len, _)| len);
        let start = base.start as usize;
        let span = Span::new(base.file, start + at, start + end);
        let others = last.and_then(|(_, last)| between(id, last)).unwrap_or_default();
        found.push(IdRange::starting(id.to_string(), others, span));
        at = end;
    }
    found
}

/// How many ids follow the first of a range up to its last, where it is sound.
fn between(first: &str, last: &str) -> Option<u64> {
    let number = |id: &str| id.get(1..)?.parse::<u64>().ok();
    let others = number(last)?.checked_sub(number(first)?)?;
    (others < LONGEST_TASK_RANGE).then_some(others)
}

/// The paths that a text names: in code spans or bare, with a `/` or a well-known ending.
pub(super) fn files(text: &str, base: Span) -> Vec<Mention> {
    let mut found = Vec::new();
    let mut start = 0;
    let breaks = |c: char| {
        c.is_whitespace()
            || matches!(
                c,
                '`' | ',' | '(' | ')' | '"' | '\'' | '（' | '）' | '、' | '*' | ';'
            )
    };
    for part in text.split_inclusive(breaks) {
        let word = part.trim_end_matches(breaks).trim_end_matches(['.', ':']);
        if is_path(word) {
            let at = base.start as usize + start;
            let span = Span::new(base.file, at, at + word.len());
            found.push(Mention {
                name: word.trim_start_matches("./").to_string(),
                span,
            });
        }
        start += part.len();
    }
    found
}

/// Whether a word is the path of a file: a name with an ending, and no address.
fn is_path(word: &str) -> bool {
    let Some((stem, ending)) = word.rsplit_once('.') else {
        return false;
    };
    let name = stem.rsplit('/').next().unwrap_or(stem);
    let sound = !name.is_empty()
        && !word.contains("://")
        && word
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '_' | '-' | '[' | ']' | '@' | '+'));
    let letters = (1..=8).contains(&ending.len())
        && ending.chars().all(|c| c.is_ascii_alphanumeric())
        && ending.starts_with(|c: char| c.is_ascii_lowercase());
    sound && letters && (word.contains('/') || ENDINGS.contains(&ending))
}

/// Endings by which a bare name is a file's.
const ENDINGS: &[&str] = &[
    "c", "cc", "cpp", "cs", "css", "ex", "go", "h", "hpp", "html", "java", "js", "json", "jsx", "kt", "md",
    "mjs", "php", "proto", "py", "rb", "rs", "scss", "sh", "sql", "swift", "toml", "ts", "tsx", "vue",
    "yaml", "yml", "zig",
];

#[cfg(test)]
mod tests {
    use super::*;
    use ghostc_syntax::FileId;

    fn names(mentions: Vec<Mention>) -> Vec<String> {
        mentions.into_iter().map(|found| found.name).collect()
    }

    fn ids(ranges: &[IdRange]) -> Vec<String> {
        ranges.iter().flat_map(IdRange::ids).collect()
    }

    #[test]
    fn lists_and_ranges_are_expanded() {
        let base = Span::start_of(FileId(0));
        let read = numbers("1.1, 2.2-2.4 and 6, Requirements 7.1, User context for 1.1", base);
        assert_eq!(ids(&read.ids), ["1.1", "2.2", "2.3", "2.4", "6", "7.1"]);
        assert_eq!(names(read.others), ["User context for 1.1"]);
        let read = numbers("要件18-20", base);
        assert_eq!(ids(&read.ids), ["18", "19", "20"]);
    }

    #[test]
    fn task_ids_and_codes_are_found_in_text() {
        let base = Span::start_of(FileId(0));
        assert_eq!(
            ids(&task_ids("(depends on T012, T014-T016; not ST099 or T1)", base)),
            ["T012", "T014", "T015", "T016"]
        );
        let found = all_coded("per FR-003, SC-R01 and FR-004a; XFR-1", &["FR", "SC"]);
        let found: Vec<&str> = found.into_iter().map(|(_, id)| id).collect();
        assert_eq!(found, ["FR-003", "SC-R01", "FR-004a"]);
    }

    #[test]
    fn ranges_of_codes_are_expanded() {
        let base = Span::start_of(FileId(0));
        let read = |text| ids(&all_coded_ranges(text, &["FR"], base));
        assert_eq!(read("FR-009 to FR-011"), ["FR-009", "FR-010", "FR-011", "FR-011"]);
        assert_eq!(read("FR-009-010, FR-012"), ["FR-009", "FR-010", "FR-012"]);
        assert_eq!(read("FR-009 - 2 rows"), ["FR-009"]);
    }

    #[test]
    fn paths_are_told_from_words() {
        let base = Span::start_of(FileId(0));
        let read = files(
            "Make `src/a.rs`, tests/b_test.go and main.py (see https://a.b/c.html, e.g. v1.2, Node.js)",
            base,
        );
        assert_eq!(names(read), ["src/a.rs", "tests/b_test.go", "main.py", "Node.js"]);
    }
}
