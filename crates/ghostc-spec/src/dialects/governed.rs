//! How far a verb reaches: which of the names behind `depends on` or `after` it is said of.
//!
//! A verb governs a list: names with commas and conjunctions between them. What is denied, what another verb or preposition
//! has, and what begins a clause of its own is not in it.

use std::ops::Range;

/// Words that deny.
const DENIALS: &[&str] = &[
    "not",
    "no",
    "none",
    "nothing",
    "never",
    "neither",
    "nor",
    "cannot",
    "without",
    "free",
    "independent",
    "independently",
    "regardless",
    "nicht",
    "kein",
    "keine",
    "ohne",
    "sin",
    "sem",
    "sans",
    "pas",
];
/// Words that exclude, or begin another relation than order.
const OTHERWISE: &[&str] = &[
    "except",
    "excluding",
    "unlike",
    "but",
    "than",
    "before",
    "until",
    "while",
    "whereas",
    "alongside",
    "parallel",
    "concurrently",
    "unless",
];
/// Words that may stand between a conjunction and a name.
const LEADING: &[&str] = &[
    "the",
    "a",
    "an",
    "all",
    "both",
    "each",
    "every",
    "either",
    "any",
    "on",
    "upon",
    "after",
    "also",
    "of",
    "from",
    "its",
    "user",
    "story",
    "stories",
    "phase",
    "phases",
    "task",
    "tasks",
    "completion",
    "completed",
    "as",
    "well",
    "then",
];
/// Verbs that make a name behind a comma the subject of a clause.
const FINITE: &[&str] = &[
    "is",
    "are",
    "was",
    "were",
    "can",
    "could",
    "may",
    "might",
    "will",
    "would",
    "should",
    "must",
    "shall",
    "does",
    "do",
    "runs",
    "run",
    "starts",
    "start",
    "needs",
    "blocks",
    "follows",
    "proceeds",
    "continues",
    "stays",
    "remains",
];
/// What comes behind such a verb where the clause tells when something is over.
const OVER: &[&str] = &[
    "complete",
    "completed",
    "done",
    "finished",
    "ready",
    "merged",
    "over",
    "closed",
    "delivered",
    "validated",
    "available",
    "implemented",
    "stable",
    "in",
    "working",
];

/// How many of the names in what follows a verb it governs, from the first on. `names` are their places, in order.
pub(super) fn governed(text: &str, names: &[Range<usize>]) -> usize {
    let Some(first) = names.first() else { return 0 };
    let lead = text.get(..first.start).unwrap_or_default();
    if turns(lead) || last_joint(lead).is_some() {
        return 0;
    }
    let mut count: usize = 1;
    for (before, next) in names.iter().zip(names.iter().skip(1)) {
        let between = text.get(before.end..next.start).unwrap_or_default();
        let Some(joint) = last_joint(between) else { break };
        let (own, lead) = between.split_at_checked(joint).unwrap_or_default();
        let rest = text.get(next.end..).unwrap_or_default();
        let leads =
            words(lead).all(|word| LEADING.contains(&word.as_str()) || JOINTS.contains(&word.as_str()));
        if turns(own) || !leads || begins_a_clause(rest) {
            break;
        }
        count += 1;
    }
    let last = count.checked_sub(1).and_then(|last| names.get(last));
    let rest = last.and_then(|last| text.get(last.end..)).unwrap_or_default();
    if is_optional(rest) { 0 } else { count }
}

/// Whether nothing but words of order stands between a verb and the first name behind it.
pub(super) fn follows_at_once(text: &str, names: &[Range<usize>]) -> bool {
    let lead = names.first().and_then(|first| text.get(..first.start));
    lead.is_some_and(|lead| words(lead).all(|word| LEADING.contains(&word.as_str())))
}

/// Whether a list goes on with `or in parallel`: then it says what may be, and not what has to be.
fn is_optional(rest: &str) -> bool {
    let mut words = words(rest);
    let side_by_side = |word: &String| OTHERWISE.contains(&word.as_str()) || denies(word);
    words.next().is_some_and(|word| word == "or") && words.take(2).any(|word| side_by_side(&word))
}

/// Whether a verb is denied by what stands before it in its clause.
pub(super) fn is_denied(before: &str) -> bool {
    let clause = before.rsplit([',', ';', ':', '(']).next().unwrap_or_default();
    let ends = ["不", "无", "無", "未", "没有"]
        .iter()
        .any(|word| clause.ends_with(word));
    let near = words(clause).collect::<Vec<_>>();
    let near = near.iter().rev().take(4);
    ends || near.into_iter().any(|word| denies(word))
}

/// Words that join the names of a list.
const JOINTS: &[&str] = &["and", "or", "plus", "y", "e", "et", "und", "with"];

/// Whether a text has a word after which something else is said.
fn turns(text: &str) -> bool {
    words(text).any(|word| OTHERWISE.contains(&word.as_str()) || denies(&word))
}

fn denies(word: &str) -> bool {
    DENIALS.contains(&word) || word.ends_with("n't")
}

/// Where the last mark or word of a text is that joins two names.
fn last_joint(text: &str) -> Option<usize> {
    let marks = text.rfind([',', '、', '，', '&', '+', '/', '・', '와', '과', '与', '和', 'と']);
    let mut start = 0;
    let mut word = None;
    for part in text.split_inclusive(char::is_whitespace) {
        if JOINTS.contains(&part.trim_end().to_lowercase().as_str()) {
            word = Some(start);
        }
        start += part.len();
    }
    marks.max(word)
}

/// Whether what follows a name makes it the subject of a clause: `US2 can start`, and not `US2 are complete`.
fn begins_a_clause(rest: &str) -> bool {
    let end = rest.find([',', ';', '.', '、']).unwrap_or(rest.len());
    let mut words = words(rest.get(..end).unwrap_or_default());
    while let Some(word) = words.next() {
        if FINITE.contains(&word.as_str()) {
            let next = words.next();
            return !next.is_some_and(|next| OVER.contains(&next.as_str()));
        }
        if JOINTS.contains(&word.as_str()) {
            return false;
        }
    }
    false
}

/// The words of a text in lower case.
fn words(text: &str) -> impl Iterator<Item = String> {
    let split = text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '\'' | '’')));
    let words = split.filter(|word| !word.is_empty());
    words.map(|word| word.replace('’', "'").to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The names of one capital letter that the verb before a text governs.
    fn named(text: &str) -> String {
        let is_name = |(_, c): &(usize, char)| c.is_ascii_uppercase();
        let names: Vec<Range<usize>> = text
            .char_indices()
            .filter(is_name)
            .map(|(at, _)| at..at + 1)
            .collect();
        let count = governed(text, &names);
        names
            .into_iter()
            .take(count)
            .filter_map(|at| text.get(at))
            .collect()
    }

    #[test]
    fn a_verb_governs_a_list() {
        for text in [
            "X and Y",
            "X, Y",
            "completion of X and of Y",
            "the models of X and the Y tasks",
            "X and Y are complete",
            "both X & Y",
            "X for types, Y for values",
        ] {
            assert_eq!(named(text), "XY", "{text}");
        }
        assert_eq!(named("X, Y and Z"), "XYZ");
    }

    #[test]
    fn what_is_denied_or_said_of_something_else_is_not_governed() {
        for text in [
            "X, independent of Y",
            "X and is independent of Y",
            "X, not on Y",
            "X but not Y",
            "X and runs alongside Y",
            "X unlike Y",
            "X rather than Y",
            "X to unblock Y",
            "X, Y can start at once",
            "X so that Y is easy",
            "X before Y",
            "X, in parallel with Y",
        ] {
            assert_eq!(named(text), "X", "{text}");
        }
        for text in [
            "X or in parallel",
            "nothing from X",
            "no part of X",
            "careful tests, then X",
            "a look before X",
        ] {
            assert_eq!(named(text), "", "{text}");
        }
    }

    #[test]
    fn a_verb_may_be_denied() {
        for text in [
            "does not ",
            "It doesn't ",
            "no hard dependency: never ",
            "is not ",
            "no longer ",
        ] {
            assert!(is_denied(text), "{text}");
        }
        for text in ["", "it ", "not urgent, and ", "No rush; it "] {
            assert!(!is_denied(text), "{text}");
        }
    }
}
