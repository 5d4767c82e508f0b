//! The words around a number that say that it counts tasks, and which.

use super::tally::Which;
use crate::counts::numbers::words;
use ghostc_spec::dialects::task_ids;
use ghostc_spec::id_range::IdRange;
use ghostc_syntax::{FileId, Span};
use std::collections::BTreeSet;

/// What makes a number the count of everything.
pub(super) const TOTAL: &[&str] = &[
    "total",
    "all",
    "overall",
    "altogether",
    "合計",
    "総タスク数",
    "全体",
    "全",
];

/// The words that a key of a count may be made of besides those that say of what.
pub(super) const KEY: &[&str] = &[
    "total",
    "all",
    "overall",
    "estimated",
    "task",
    "tasks",
    "count",
    "number",
    "of",
    "full",
    "feature",
    "set",
    "this",
    "the",
    "list",
    "plan",
    "has",
    "have",
    "contains",
    "is",
    "are",
    "there",
    "scope",
    "phase",
    "phases",
    "parallel",
    "parallelizable",
    "sequential",
    "opportunities",
    "complete",
    "タスク数",
    "タスク",
    "合計",
    "総タスク数",
    "全体",
    "全",
];

/// Whether a text is nothing but a key for a count of tasks: `Total tasks:`.
pub(super) fn is_key(key: &str) -> bool {
    let bare = key.trim_end().trim_end_matches(['~', '≈', '約']).trim_end();
    if key.contains([':', '：', '=', '(']) && !bare.ends_with([':', '：', '=']) {
        return false;
    }
    let said = words(key);
    let scoped = |word: &String| {
        word.chars().all(|c| c.is_ascii_digit() || c == '-')
            || word
                .strip_prefix("us")
                .is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let known = said
        .iter()
        .all(|word| KEY.contains(&word.as_str()) || scoped(word));
    known
        && said
            .iter()
            .any(|word| matches!(word.as_str(), "task" | "tasks" | "タスク数" | "総タスク数"))
}

/// The noun after a number, with the words between the two.
pub(super) struct TaskNoun<'t> {
    pub(super) adjectives: Vec<String>,
    pub(super) tail: &'t str,
}

pub(super) fn noun(after: &str) -> Option<TaskNoun<'_>> {
    let mut rest = after.trim_start();
    for counter in ["個の", "件の", "つの"] {
        rest = rest.strip_prefix(counter).unwrap_or(rest);
    }
    if let Some(tail) = rest.strip_prefix("タスク") {
        return Some(TaskNoun {
            adjectives: Vec::new(),
            tail,
        });
    }
    let mut adjectives = Vec::new();
    for _ in 0..3 {
        rest = rest.trim_start();
        let len = rest
            .find(|c: char| !(c.is_alphanumeric() || c == '-'))
            .unwrap_or(rest.len());
        let word = rest.get(..len)?.to_lowercase();
        rest = rest.get(len..)?;
        match word.as_str() {
            "task" | "tasks" => {
                return Some(TaskNoun {
                    adjectives,
                    tail: rest,
                });
            }
            "total" | "parallel" | "parallelizable" | "parallelisable" | "sequential" | "non-parallel" => {
                adjectives.push(word)
            }
            _ => return None,
        }
    }
    None
}

/// The part of a text after a count that may say of what: what is in brackets, or up to the end of the clause.
pub(super) fn clause_after(tail: &str) -> &str {
    let bare = tail.trim_start();
    let end = if let Some(inside) = bare.strip_prefix(['(', '（']) {
        inside.find([')', '）']).map_or(bare.len(), |at| at + 1)
    } else if bare.starts_with("in ")
        || bare.starts_with("for ")
        || bare.starts_with("across ")
        || bare.starts_with("marked ")
    {
        bare.find([',', ';', '.', '(', '|']).unwrap_or(bare.len())
    } else {
        0
    };
    bare.get(..end).unwrap_or_default()
}

/// Whether a count can end where a text starts.
pub(super) fn closes(tail: &str) -> bool {
    let bare = tail.trim_start();
    let follows = [
        "total", "in", "across", "marked", "tagged", "with", "for", "overall", "over",
    ];
    let word: String = bare.chars().take_while(|c| c.is_alphanumeric()).collect();
    bare.is_empty()
        || bare.starts_with([
            '(', ')', '（', '）', ',', '.', ';', ':', '|', '=', '—', '–', '[', '、', '。', '→',
        ])
        || bare.starts_with("- ")
        || follows.contains(&word.as_str())
}

/// Which tasks a claim counts; nothing where its words contradict each other.
pub(super) fn which(key: &str, adjectives: &[String], tail: &str) -> Option<Which> {
    let tail = tail.split(['.', ';']).next().unwrap_or_default();
    let said = words(key);
    let has = |word: &str| said.iter().chain(adjectives).any(|said| said == word);
    let marked = ["[P]", "(P)"]
        .iter()
        .any(|mark| tail.contains(mark) || key.contains(mark));
    let unmarked =
        tail.contains("not ") || tail.contains("without ") || has("non-parallel") || has("sequential");
    let parallel = has("parallel") || has("parallelizable") || has("parallelisable");
    match (marked || parallel, unmarked) {
        (true, true) if parallel => None,
        (_, true) => Some(Which::Sequential),
        (true, false)
            if marked || has("tasks") || adjectives.iter().any(|word| word.starts_with("parallel")) =>
        {
            Some(Which::Parallel)
        }
        (true, false) => None,
        (false, false) => Some(Which::All),
    }
}

/// The numbers in `Phase 3`, `Phases 1-4`, `Phase 1 + Phase 2`, `フェーズ3`.
pub(super) fn phases(text: &str) -> BTreeSet<u64> {
    let folded = text.to_lowercase();
    let mut found = BTreeSet::new();
    for word in ["phases", "phase", "フェーズ"] {
        for (offset, _) in folded.match_indices(word) {
            let mut rest = folded.get(offset + word.len()..).unwrap_or_default();
            let mut range_from: Option<u64> = None;
            loop {
                rest = rest.trim_start();
                let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
                let Some(number) = rest.get(..digits).and_then(|digits| digits.parse::<u64>().ok()) else {
                    break;
                };
                let from = range_from
                    .take()
                    .filter(|from| *from < number && number - from < 100);
                found.extend(from.unwrap_or(number)..=number);
                let after = rest.get(digits..).unwrap_or_default();
                let bare = after.trim_start();
                let joint = [
                    ("-", true),
                    ("–", true),
                    ("~", true),
                    ("〜", true),
                    ("through ", true),
                    ("to ", true),
                    ("+", false),
                    ("&", false),
                    ("and ", false),
                ]
                .into_iter()
                .find_map(|(joint, is_range)| Some((bare.strip_prefix(joint)?, is_range)));
                let Some((next, is_range)) = joint else { break };
                range_from = is_range.then_some(number);
                rest = next;
            }
        }
    }
    found
}

/// `US1`, `User Story 2`, in order and once each.
pub(super) fn stories(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for mark in ["US", "User Story "] {
        for (offset, _) in text.match_indices(mark) {
            let before = text.get(..offset).and_then(|before| before.chars().next_back());
            let rest = text.get(offset + mark.len()..).unwrap_or_default();
            let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
            let name = format!("US{digits}");
            if !digits.is_empty() && !before.is_some_and(char::is_alphanumeric) && !found.contains(&name) {
                found.push(name);
            }
        }
    }
    found
}

/// The task ids and ranges of them in a text; their places count from its start.
pub(super) fn ids(text: &str) -> Vec<IdRange> {
    task_ids(text, Span::start_of(FileId(0)))
}

/// Whether a cell holds nothing but ids and ranges of them.
pub(super) fn is_list_of_ids(text: &str) -> bool {
    let mut rest = text.trim().to_string();
    let found = ids(text);
    for named in found.iter().rev() {
        rest = text
            .get(named.span.range())
            .map_or(rest.clone(), |written| rest.replacen(written, "", 1));
    }
    !found.is_empty()
        && rest
            .chars()
            .all(|c| c.is_whitespace() || matches!(c, ',' | '+' | '&' | '、'))
}
