//! Counts of golden cases: of all, and of each operation and group.

use super::numbers::{is_doubtful, is_total, opens_count, words};
use super::{Cell, Counted, NumberClaim};
use crate::lines::LineKind;
use ghostc_spec::library::{Case, Package};
use std::collections::BTreeMap;

/// The cases of a package as texts may count them.
pub(super) struct Cases<'a> {
    /// All, and all that are judged.
    total: Vec<u64>,
    /// How many each operation has, in document order.
    operations: Vec<(&'a str, u64)>,
    /// By the folded name of an operation, a group, or a part of a group's path: the counts that it may mean.
    by_name: BTreeMap<String, Vec<u64>>,
}

impl<'a> Cases<'a> {
    /// Nothing where the package has no file of cases.
    pub(super) fn new(package: &'a Package) -> Option<Cases<'a>> {
        let written: Vec<&Case> = package.cases.iter().filter(|case| !case.is_example).collect();
        if written.is_empty() {
            return None;
        }
        let judged = written.iter().filter(|case| case.skip.is_none()).count() as u64;
        let mut counts: BTreeMap<(Kind, String), u64> = BTreeMap::new();
        let mut operations: Vec<(&str, u64)> = Vec::new();
        for case in &written {
            for name in names(case, package) {
                *counts.entry(name).or_default() += 1;
            }
        }
        let mut by_name: BTreeMap<String, Vec<u64>> = BTreeMap::new();
        for ((_, name), count) in &counts {
            by_name.entry(name.clone()).or_default().push(*count);
        }
        for operation in &package.operations {
            let count = counts.get(&(Kind::Operation, operation.name.to_lowercase()));
            operations.extend(count.map(|count| (operation.name.as_str(), *count)));
        }
        Some(Cases {
            total: vec![written.len() as u64, judged],
            operations,
            by_name,
        })
    }

    /// What a number in a text counts.
    pub(super) fn read(&self, claim: NumberClaim<'_>) -> Option<Counted> {
        let noun = noun(claim.after)?;
        let context = format!("{} {}", claim.label, claim.before);
        if is_doubtful(&context) || !closes(noun.tail) {
            return None;
        }
        if let Some(name) = noun
            .adjectives
            .iter()
            .find(|word| self.by_name.contains_key(*word))
        {
            return self.of(name);
        }
        if !noun.adjectives.iter().all(|word| PLAIN.contains(&word.as_str())) || !opens_count(claim.before) {
            return None;
        }
        let said = words(&context);
        if let Some(name) = said.last().filter(|name| self.by_name.contains_key(*name)) {
            return self.of(name);
        }
        let bracketed = claim.before.trim_end().ends_with('(') && noun.tail.trim_start().starts_with(')');
        if bracketed && claim.place == LineKind::Prose {
            let about = self.operation_named_in(&said).and_then(|name| self.of(name));
            if let Some(counted) = about {
                return counted
                    .truths
                    .iter()
                    .any(|truth| claim.number.is_near(*truth))
                    .then_some(counted);
            }
        }
        self.is_total(claim, &said, &noun).then(|| self.everything())
    }

    /// What a number in a column of counts counts.
    pub(super) fn cell(&self, cell: Cell<'_>) -> Option<Counted> {
        let head = words(cell.head).join(" ");
        if !HEADS.contains(&head.as_str()) {
            return None;
        }
        let label = cell.label.trim().trim_end_matches("()").to_lowercase();
        if self.by_name.contains_key(&label) {
            return self.of(&label);
        }
        let total = ["total", "all", "sum", "合計", "計"].contains(&label.as_str());
        total.then(|| self.everything())
    }

    fn of(&self, name: &str) -> Option<Counted> {
        let truths = self.by_name.get(name)?.clone();
        Some(Counted {
            truths,
            clause: format!("`{name}` has {{}}"),
            noun: "case",
            parts: Vec::new(),
        })
    }

    fn everything(&self) -> Counted {
        let parts = self
            .operations
            .iter()
            .map(|(name, count)| format!("{name}: {count}"));
        Counted {
            truths: self.total.clone(),
            clause: "there are {}".to_string(),
            noun: "case",
            parts: if self.operations.len() > 1 {
                parts.collect()
            } else {
                Vec::new()
            },
        }
    }

    /// The one operation all of whose name's words a text uses, in whatever form: `Splitting of words`.
    fn operation_named_in(&self, said: &[String]) -> Option<&str> {
        if said
            .iter()
            .any(|word| matches!(word.as_str(), "functions" | "operations"))
        {
            return None;
        }
        let parts = |name: &str| -> Vec<String> { ghostc_plan::naming::words(name) };
        let fits = |name: &&str| {
            let parts = parts(name);
            !parts.is_empty()
                && parts
                    .iter()
                    .all(|part| said.iter().any(|word| is_form_of(part, word)))
        };
        let mut found: Vec<&str> = self
            .operations
            .iter()
            .map(|(name, _)| *name)
            .filter(fits)
            .collect();
        found.sort_by_key(|name| std::cmp::Reverse(parts(name).len()));
        match found.as_slice() {
            [one] => Some(one),
            [first, second, ..] if parts(first).len() > parts(second).len() => Some(first),
            _ => None,
        }
    }

    /// Whether a claim is about all cases: it says so, or speaks of the file, and is not far off.
    fn is_total(&self, claim: NumberClaim<'_>, said: &[String], noun: &CaseNoun<'_>) -> bool {
        let tail = words(noun.tail);
        let second = tail.get(1).map(String::as_str).unwrap_or_default();
        let partial = tail.first().is_some_and(|word| match word.as_str() {
            "for" | "of" | "per" => true,
            "in" => !second.contains("yaml") && !matches!(second, "total" | "all"),
            _ => false,
        });
        let near = self.total.iter().any(|total| claim.number.is_near(*total));
        if partial || !near {
            return false;
        }
        let ends_all = said
            .last()
            .is_some_and(|word| matches!(word.as_str(), "all" | "合計" | "計"));
        let is_key = said.iter().all(|word| KEY.contains(&word.as_str()))
            && (is_total(noun.tail)
                || said
                    .iter()
                    .chain(&noun.adjectives)
                    .any(|word| matches!(word.as_str(), "total" | "合計")));
        let file = said
            .iter()
            .chain(&noun.adjectives)
            .any(|word| word.contains(".yaml") || word.contains(".yml"));
        let passes = tail
            .first()
            .is_some_and(|word| matches!(word.as_str(), "pass" | "passing" | "passed" | "covering"));
        let opens = claim.place == LineKind::Prose && said.iter().all(|word| KEY.contains(&word.as_str()));
        ends_all || is_key || (claim.place != LineKind::Code && (file || (passes && opens)))
    }
}

/// What a name of cases names.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Operation,
    /// A group and all below it.
    Group,
    /// A part of the path of a group, wherever it stands.
    Part,
}

/// All that a case may be counted under, folded.
fn names(case: &Case, package: &Package) -> Vec<(Kind, String)> {
    let operation = case.operation.and_then(|at| package.operations.get(at));
    let mut found: Vec<(Kind, String)> = operation
        .map(|operation| (Kind::Operation, operation.name.to_lowercase()))
        .into_iter()
        .collect();
    let group = case.group.to_lowercase();
    let ends = group.match_indices('.').map(|(at, _)| at).chain([group.len()]);
    found.extend(ends.filter_map(|end| Some((Kind::Group, group.get(..end)?.to_string()))));
    let mut parts: Vec<&str> = group.split('.').collect();
    parts.sort_unstable();
    parts.dedup();
    found.extend(parts.into_iter().map(|part| (Kind::Part, part.to_string())));
    found
}

/// Heads of columns that count cases.
const HEADS: &[&str] = &[
    "tests",
    "test count",
    "test cases",
    "cases",
    "case count",
    "number of tests",
    "number of cases",
    "count",
    "テスト数",
    "ケース数",
    "テストケース数",
];

/// Words before `tests` that do not say which.
const PLAIN: &[&str] = &[
    "test",
    "golden",
    "total",
    "language-agnostic",
    "shared",
    "tests.yaml",
    "cases.yaml",
    "conformance",
    "yaml",
];

/// Words before a number that do not say which tests.
const KEY: &[&str] = &[
    "total", "test", "tests", "cases", "case", "suite", "count", "number", "of", "all", "expected", "output",
    "result", "the", "verify", "合計", "計",
];

/// The noun after a number, with the words between the two.
struct CaseNoun<'t> {
    adjectives: Vec<String>,
    tail: &'t str,
}

fn noun(after: &str) -> Option<CaseNoun<'_>> {
    let mut rest = after.trim_start();
    for counter in ["個の", "件の", "つの"] {
        rest = rest.strip_prefix(counter).unwrap_or(rest);
    }
    for word in ["テストケース", "テスト", "ケース"] {
        if let Some(tail) = rest.strip_prefix(word) {
            return Some(CaseNoun {
                adjectives: Vec::new(),
                tail,
            });
        }
    }
    let mut adjectives: Vec<String> = Vec::new();
    for _ in 0..4 {
        rest = rest.trim_start();
        let len = rest
            .find(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '#')))
            .unwrap_or(rest.len());
        let word = rest.get(..len)?.trim_end_matches('.').to_lowercase();
        if word.is_empty() {
            return None;
        }
        rest = rest.get(word.len()..)?;
        match word.as_str() {
            "tests" | "cases" => {
                return Some(CaseNoun {
                    adjectives,
                    tail: rest,
                });
            }
            "case" if adjectives.last().is_some_and(|word| word == "test") => {
                return Some(CaseNoun {
                    adjectives,
                    tail: rest,
                });
            }
            _ => adjectives.push(word),
        }
    }
    None
}

/// Whether a count can end where a text starts.
fn closes(tail: &str) -> bool {
    let bare = tail.trim_start();
    let follows = [
        "total", "in", "across", "covering", "pass", "passing", "passed", "must", "as", "for", "of",
        "overall", "are",
    ];
    let word: String = bare.chars().take_while(|c| c.is_alphanumeric()).collect();
    bare.is_empty()
        || bare.starts_with([
            ')', '(', '）', '（', ',', '.', ';', ':', '|', '=', '—', '–', '、', '。', '-',
        ])
        || follows.contains(&word.as_str())
}

/// Whether one word is a form of the other: `split` and `splitting`.
fn is_form_of(part: &str, word: &str) -> bool {
    let long_enough = part.len().min(word.len()) >= 4;
    part == word || (long_enough && (part.starts_with(word) || word.starts_with(part)))
}
