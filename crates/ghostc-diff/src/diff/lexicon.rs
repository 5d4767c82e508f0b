//! The closed classes of English words that a comparison looks at: those that say how binding a sentence is, those that
//! change what it says wherever they come or go, and those that never do.
//!
//! Open classes (nouns, verbs, adjectives) have no list here: what a document is about is its own.

/// Words that forbid, deny or turn round what stands behind them.
const NEGATIONS: &[&str] = &[
    "not", "no", "never", "neither", "nor", "none", "nothing", "without", "cannot", "nobody", "nowhere",
];

/// Numbers in words.
const NUMBERS: &[&str] = &[
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
];

/// Words that say whether something has to be or may be, of what they are said of.
const STATES: &[&str] = &[
    "required",
    "recommended",
    "allowed",
    "permitted",
    "mandatory",
    "optional",
];

/// Words that say how many or how much, beside numbers.
const QUANTIFIERS: &[&str] = &[
    "all",
    "any",
    "each",
    "every",
    "some",
    "both",
    "either",
    "only",
    "exactly",
    "least",
    "most",
    "more",
    "less",
    "fewer",
    "than",
    "multiple",
    "several",
    "many",
    "few",
    "single",
    "once",
    "twice",
    "always",
    "sometimes",
    "hundred",
    "maximum",
    "minimum",
    "up",
    "within",
    "per",
    "first",
    "last",
    "entire",
    "whole",
];

/// Words that open a condition, an exception or a point in time.
const CONDITIONS: &[&str] = &[
    "if",
    "unless",
    "when",
    "whenever",
    "where",
    "while",
    "until",
    "till",
    "before",
    "after",
    "except",
    "otherwise",
    "provided",
    "during",
    "whether",
    "else",
    "instead",
    "despite",
    "regardless",
    "although",
    "though",
];

/// Words that have no meaning of their own: articles, forms of `to be` and `to have`, pronouns, connectives. What they
/// stand for is said by the words around them.
const FUNCTION: &[&str] = &[
    "a",
    "an",
    "the",
    "is",
    "are",
    "was",
    "were",
    "be",
    "been",
    "being",
    "am",
    "has",
    "have",
    "had",
    "having",
    "do",
    "does",
    "did",
    "done",
    "it",
    "its",
    "they",
    "their",
    "them",
    "these",
    "those",
    "this",
    "that",
    "which",
    "who",
    "whose",
    "also",
    "then",
    "thus",
    "therefore",
    "hence",
    "so",
    "and",
    "as",
    "to",
    "of",
    "however",
    "too",
    "will",
    "would",
    "please",
    "note",
    "such",
    "like",
    "e",
    "g",
    "eg",
    "i",
    "ie",
    "namely",
    "here",
    "there",
    "very",
    "just",
    "simply",
    "itself",
    "themselves",
    "own",
    "you",
    "we",
    "your",
    "our",
    "us",
    "et",
    "cetera",
    "etc",
    "called",
    "known",
    "s",
];

/// Words that lead to an example, as they stand in a text without its marks.
pub(super) const EXAMPLES: &[&[&str]] = &[
    &["for", "example"],
    &["for", "instance"],
    &["e", "g"],
    &["eg"],
    &["such", "as"],
    &["like"],
];

/// Words by which a heading or a lead says that what follows only shows what is said elsewhere.
const SHOWING: &[&str] = &[
    "example",
    "examples",
    "sample",
    "samples",
    "illustration",
    "illustrations",
    "demo",
];

/// Words by which a heading or a lead says that what follows is exact, code included.
const EXACT: &[&str] = &[
    "grammar",
    "abnf",
    "ebnf",
    "bnf",
    "syntax",
    "schema",
    "driver",
    "console",
    "protocol",
    "pseudocode",
    "algorithm",
    "format",
    "interface",
    "signature",
    "signatures",
    "default",
    "defaults",
    "layout",
    "definition",
    "reference",
    "status",
    "contract",
    "command",
    "commands",
    "usage",
    "api",
];

/// Words by which code says of itself that it shows what is wrong.
const COUNTER: &[&str] = &["invalid", "incorrect", "wrong", "bad"];

/// Words that open what follows from sentences before it.
const CONCLUSIONS: &[&str] = &["thus", "therefore", "hence", "consequently"];

/// Words of headings over text that informs and asks for nothing.
const INFORMING: &[&str] = &[
    "introduction",
    "background",
    "rationale",
    "motivation",
    "history",
    "abstract",
    "acknowledgements",
    "acknowledgments",
    "acknowledgement",
    "references",
    "bibliography",
    "faq",
    "about",
    "license",
    "licence",
    "copyright",
    "contents",
    "toc",
    "changelog",
    "contributing",
    "contributors",
    "authors",
    "objectives",
    "informative",
    "preface",
    "foreword",
    "questions",
    "credits",
    "links",
];

/// How binding a word is: 3 for what must, 2 for what should, 1 for what may be.
pub(super) fn force(word: &str) -> Option<u8> {
    Some(match word {
        "must" | "shall" | "required" | "mandatory" | "mustn" | "shan" => 3,
        "should" | "recommended" | "ought" | "shouldn" => 2,
        "may" | "can" | "might" | "could" | "optional" | "allowed" | "permitted" | "cannot" => 1,
        _ => return None,
    })
}

/// The verb of one that is drawn together with `not`: of `mustn't`, `must`.
pub(super) fn uncontracted(word: &str) -> Option<&str> {
    let verb = word.strip_suffix("n't").or_else(|| word.strip_suffix("n’t"))?;
    Some(match verb {
        "sha" => "shall",
        "ca" => "can",
        "wo" => "will",
        verb => verb,
    })
}

/// Whether a word denies.
pub(super) fn negates(word: &str) -> bool {
    NEGATIONS.contains(&word) || uncontracted(word).is_some()
}

/// Whether a word says that something has to be or may be, of what it is said of.
pub(super) fn is_state(word: &str) -> bool {
    STATES.contains(&word)
}

/// Whether a word is a number.
pub(super) fn is_number(word: &str) -> bool {
    NUMBERS.contains(&word)
}

/// Whether a word says how many.
pub(super) fn quantifies(word: &str) -> bool {
    QUANTIFIERS.contains(&word) || is_number(word)
}

/// Whether a word opens a condition.
pub(super) fn conditions(word: &str) -> bool {
    CONDITIONS.contains(&word)
}

/// Whether a word has no meaning of its own.
pub(super) fn is_function(word: &str) -> bool {
    FUNCTION.contains(&word)
}

/// Whether a word leads to what only shows.
pub(super) fn shows(word: &str) -> bool {
    SHOWING.contains(&word)
}

/// Whether a word of code says that the code is a sample.
pub(super) fn shows_code(word: &str) -> bool {
    shows(word) || COUNTER.contains(&word)
}

/// Whether a word opens what follows from what was said.
pub(super) fn concludes(word: &str) -> bool {
    CONCLUSIONS.contains(&word)
}

/// Whether a word leads to what is exact.
pub(super) fn is_exact(word: &str) -> bool {
    EXACT.contains(&word)
}

/// Whether a word of a heading leads to what only informs.
pub(super) fn informs(word: &str) -> bool {
    INFORMING.contains(&word)
}

/// A word without the ending that number and time give it.
pub(super) fn stem(word: &str) -> &str {
    let suffix_index = ["ing", "ies", "ied", "ed", "es", "s", "e", "y"];
    let found = suffix_index
        .iter()
        .filter_map(|ending| word.strip_suffix(ending))
        .find(|stem| stem.chars().count() >= 3);
    let stem = found.unwrap_or(word);
    let mut chars = stem.chars().rev();
    // `stopped` is `stop`.
    match (chars.next(), chars.next()) {
        (Some(last), Some(before)) if last == before && stem.len() > 3 && found.is_some() => {
            stem.strip_suffix(last).unwrap_or(stem)
        }
        _ => stem,
    }
}
