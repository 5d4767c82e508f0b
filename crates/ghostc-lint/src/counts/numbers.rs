//! Whole numbers in running text, and the words around them.

/// A whole number in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Number {
    /// Its value.
    pub(super) value: u64,
    /// How it is meant.
    pub(super) bound: Precision,
    /// Its first digit.
    pub(super) start: usize,
    /// One past its last digit, and past a `+`.
    pub(super) end: usize,
    /// The first byte of `~` or `about` before it, else of its digits.
    lead: usize,
}

/// How a number is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Precision {
    Exactly,
    /// `~290`, `about 290`.
    About,
    /// `100+`, `over 100`.
    AtLeast,
}

/// How far `about` may be off, as one part in so many.
const TOLERANCE: u64 = 5;

impl Number {
    /// Whether it is true of a count.
    pub(super) fn holds(self, truth: u64) -> bool {
        match self.bound {
            Precision::Exactly => self.value == truth,
            Precision::About => self.value.abs_diff(truth) * TOLERANCE <= truth,
            Precision::AtLeast => truth >= self.value,
        }
    }

    /// Whether it is so near to a count that it may well be meant to be it.
    pub(super) fn is_near(self, truth: u64) -> bool {
        self.value <= truth * 2 && truth <= self.value * 2
    }

    /// Whether a text says nothing else.
    pub(super) fn is_all_of(self, text: &str) -> bool {
        let (before, after) = (text.get(..self.lead), text.get(self.end..));
        [before, after]
            .into_iter()
            .flatten()
            .all(|part| part.trim().is_empty())
    }

    /// As written.
    pub(super) fn shown(self, text: &str) -> String {
        text.get(self.lead..self.end)
            .unwrap_or_default()
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    }
}

/// A text of the same length with blanks for marks of emphasis and code.
pub(super) fn blank(text: &str) -> String {
    text.replace(['*', '`'], " ")
}

/// How many bytes around a number are looked at.
const AROUND: usize = 240;

/// The end of a text, as far as it may say what a number after it counts.
pub(super) fn end_of(text: &str) -> &str {
    let from = text.len().saturating_sub(AROUND);
    let at = (from..=text.len()).find(|at| text.is_char_boundary(*at));
    text.get(at.unwrap_or_default()..).unwrap_or_default()
}

/// The start of a text, as far as it may say what a number before it counts.
pub(super) fn start_of(text: &str) -> &str {
    let to = text.len().min(AROUND);
    let at = (0..=to).rev().find(|at| text.is_char_boundary(*at));
    text.get(..at.unwrap_or_default()).unwrap_or_default()
}

/// The words of a text in lower case, without the signs around them.
pub(super) fn words(text: &str) -> Vec<String> {
    text.split(|c: char| {
        c.is_whitespace()
            || matches!(
                c,
                '(' | ')' | ',' | ':' | ';' | '+' | '&' | '/' | '=' | '|' | '（' | '）'
            )
    })
    .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase())
    .filter(|word| !word.is_empty())
    .collect()
}

/// The whole numbers of a text that are no part of something else, such as `v1.2`, `T012`, `3-5`, `90%`.
pub(super) fn all(text: &str) -> Vec<Number> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(offset) = text
        .get(at..)
        .and_then(|rest| rest.find(|c: char| c.is_ascii_digit()))
    {
        let start = at + offset;
        let rest = text.get(start..).unwrap_or_default();
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        at = start + digits;
        let (before, after) = (
            text.get(..start).unwrap_or_default(),
            text.get(at..).unwrap_or_default(),
        );
        if joined_before(before) || joined_after(after) {
            // What is joined is no number, to its end.
            let rest = after.trim_start_matches(|c: char| {
                c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '/' | '_')
            });
            at += after.len() - rest.len();
            continue;
        }
        let Some(value) = rest.get(..digits).and_then(|digits| digits.parse().ok()) else {
            continue;
        };
        let plus = usize::from(after.starts_with('+'));
        let (bound, lead) = read_bound(before);
        found.push(Number {
            value,
            bound: if plus == 1 { Precision::AtLeast } else { bound },
            start,
            end: at + plus,
            lead: lead.unwrap_or(start),
        });
    }
    found
}

fn joined_before(before: &str) -> bool {
    let last = before.chars().next_back();
    last.is_some_and(|c| {
        c.is_ascii_alphanumeric()
            || matches!(
                c,
                '.' | '-' | '–' | '/' | '#' | '$' | '<' | '>' | '≥' | '≤' | '_' | '@' | '€' | '£'
            )
    })
}

fn joined_after(after: &str) -> bool {
    let mut next = after.chars();
    match next.next() {
        Some('.' | ',' | ':') => next.next().is_some_and(|c| c.is_ascii_digit()),
        Some('-' | '–' | '/' | '%' | '_' | '×') => true,
        Some(c) => c.is_ascii_alphanumeric(),
        None => false,
    }
}

/// What the words before a number say about how it is meant, and where they start.
fn read_bound(before: &str) -> (Precision, Option<usize>) {
    let bare = before.trim_end();
    let folded = end_of(bare).to_ascii_lowercase();
    let words = [
        ("~", Precision::About),
        ("≈", Precision::About),
        ("約", Precision::About),
        ("about", Precision::About),
        ("around", Precision::About),
        ("roughly", Precision::About),
        ("approximately", Precision::About),
        ("approx.", Precision::About),
        ("nearly", Precision::About),
        ("almost", Precision::About),
        ("over", Precision::AtLeast),
        ("more than", Precision::AtLeast),
        ("at least", Precision::AtLeast),
    ];
    let hedge = words.into_iter().find(|(word, _)| folded.ends_with(word));
    match hedge {
        Some((word, bound)) => (bound, Some(bare.len() - word.len())),
        None => (Precision::Exactly, None),
    }
}

/// Whether the words right after a count say that it is of everything.
pub(super) fn is_total(tail: &str) -> bool {
    let bare = tail.trim_start();
    ["in total", "total", "in all", "overall", "altogether"]
        .iter()
        .any(|words| bare.starts_with(words))
}

/// Words that say that a number is no count of what is there.
const ELSEWHERE: &[&str] = &[
    "was",
    "were",
    "had",
    "previously",
    "originally",
    "formerly",
    "would",
    "could",
    "should",
    "may",
    "might",
    "up",
    "most",
    "maximum",
    "minimum",
    "max",
    "min",
    "per",
    "each",
    "every",
    "remaining",
    "more",
    "another",
    "additional",
    "extra",
    "new",
    "added",
    "add",
    "adds",
    "first",
    "last",
    "next",
    "typically",
    "usually",
    "example",
    "e.g",
    "after",
    "depends",
    "before",
    "until",
    "blocks",
    "left",
    "pending",
    "fewer",
    "less",
    "than",
    "failed",
    "failing",
    "skipped",
    "if",
    "when",
    "between",
    "either",
    "or",
    "not",
];

/// Whether the words of a text make it doubtful that its number counts what is there.
pub(super) fn is_doubtful(text: &str) -> bool {
    words(text).iter().any(|word| ELSEWHERE.contains(&word.as_str()))
}

/// Whether a text can end before a count: with nothing, a sign that opens one, or a verb.
pub(super) fn opens_count(before: &str) -> bool {
    let bare = before.trim_end().trim_end_matches(['~', '≈', '約']).trim_end();
    if !bare.contains(char::is_alphanumeric)
        || bare.ends_with([
            ':', '：', '=', '(', '（', '[', '→', '—', '–', '-', '|', ',', '、', '全',
        ])
    {
        return true;
    }
    let verbs = [
        "has",
        "have",
        "contains",
        "includes",
        "comprises",
        "holds",
        "is",
        "are",
        "all",
        "total",
        "totals",
        "with",
        "of",
        "about",
        "around",
        "roughly",
        "approximately",
        "nearly",
        "almost",
        "over",
        "than",
        "least",
    ];
    words(bare)
        .last()
        .is_some_and(|word| verbs.contains(&word.as_str()))
}
