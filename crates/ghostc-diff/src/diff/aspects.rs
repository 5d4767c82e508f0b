//! The exact values that an edit changes, where the text says what they are: a default, a type, a limit, a list of values.

use super::lexicon;
use ghostc_syntax::collapse_whitespace;

/// A value that an edit changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detail {
    /// What the value is.
    pub aspect: Aspect,
    /// What has it, such as a field; empty where the text does not name it.
    pub of: String,
    /// The old value; nothing where it had none.
    pub old: Option<String>,
    /// The new value; nothing where it has none.
    pub new: Option<String>,
}

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Aspect {
    /// An id.
    Id,
    /// How far a task is.
    State,
    /// Whether a task may be left out.
    Optional,
    /// How important a story is.
    Priority,
    /// What holds where nothing is said.
    Default,
    /// What kind of value a field has.
    Type,
    /// The least or the greatest value.
    Limit,
    /// The values that are possible.
    Values,
}

impl Aspect {
    /// The word used in every output format.
    pub fn as_str(self) -> &'static str {
        match self {
            Aspect::Id => "id",
            Aspect::State => "state",
            Aspect::Optional => "optional",
            Aspect::Priority => "priority",
            Aspect::Default => "default",
            Aspect::Type => "type",
            Aspect::Limit => "limit",
            Aspect::Values => "values",
        }
    }
}

impl Detail {
    /// Whether code relies on such a value.
    pub(super) fn is_exact(&self) -> bool {
        match self.aspect {
            Aspect::Default | Aspect::Type | Aspect::Limit | Aspect::Values => true,
            Aspect::Id | Aspect::State | Aspect::Optional | Aspect::Priority => false,
        }
    }
}

/// The values that differ between two texts of one thing; `of` is what they are about, if that is known.
pub(super) fn between(old: &str, new: &str, of: Option<&str>) -> Vec<Detail> {
    let of = of.or_else(|| leading_code(new)).or_else(|| leading_code(old));
    let detail = |aspect: Aspect, old: Option<String>, new: Option<String>| {
        (old != new).then(|| Detail {
            aspect,
            of: of.unwrap_or_default().to_string(),
            old,
            new,
        })
    };
    let mut out: Vec<Detail> = Vec::new();
    out.extend(
        detail(Aspect::Type, kind(old), kind(new)).filter(|found| found.old.is_some() && found.new.is_some()),
    );
    out.extend(detail(Aspect::Default, default(old), default(new)));
    let (before, after) = (limits(old), limits(new));
    let most = before.len().max(after.len());
    out.extend(
        (0..most).filter_map(|at| detail(Aspect::Limit, before.get(at).cloned(), after.get(at).cloned())),
    );
    let listed = |text: &str| values(text).map(|values| values.join(", "));
    out.extend(
        detail(Aspect::Values, listed(old), listed(new))
            .filter(|found| found.old.is_some() && found.new.is_some()),
    );
    out
}

/// The name in the code span that a text starts with.
fn leading_code(text: &str) -> Option<&str> {
    let (name, _) = after_code(text)?;
    Some(name)
}

fn after_code(text: &str) -> Option<(&str, &str)> {
    let bare = text.trim_start_matches(['|', ' ', '*']);
    bare.strip_prefix('`')?.split_once('`')
}

/// The type in `` `name` (integer, optional) `` or `` `group.name`: integer, default `20` ``.
fn kind(text: &str) -> Option<String> {
    let (name, rest) = after_code(text)?;
    let said = if let Some(inside) = rest.trim_start_matches('*').strip_prefix(" (") {
        inside.split_once(')')?.0
    } else {
        rest.strip_prefix(':').filter(|_| name.contains('.'))?
    };
    let first = said.split([',', ';']).next()?.trim();
    let is_default = first.to_lowercase().starts_with("default");
    (!first.is_empty() && !is_default).then(|| first.to_string())
}

/// The value behind `Default:`, `default`, `defaults to`: a code span, a quoted text, a number or a truth value.
fn default(text: &str) -> Option<String> {
    let folded = text.to_ascii_lowercase();
    folded.match_indices("default").find_map(|(at, word)| {
        let before = folded.get(..at).unwrap_or_default();
        if before.ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '`') {
            return None;
        }
        let rest = text.get(at + word.len()..)?;
        let rest = rest.strip_prefix('s').unwrap_or(rest);
        value(after(rest, &["value", "is", "to", "of", ":", "="]))
    })
}

/// A text behind words that lead to a value.
fn after<'t>(text: &'t str, words: &[&str]) -> &'t str {
    let mut rest = text;
    loop {
        let bare = rest.trim_start_matches([' ', '*']);
        let Some(next) = words.iter().find_map(|word| bare.strip_prefix(word)) else {
            return bare;
        };
        rest = next;
    }
}

/// The value that a text starts with.
fn value(text: &str) -> Option<String> {
    for quote in ['`', '"'] {
        if let Some(inside) = text.strip_prefix(quote) {
            return Some(inside.split_once(quote)?.0.to_string());
        }
    }
    let word: String = text
        .chars()
        .take_while(|c| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '%'))
        .collect();
    let word = word.trim_end_matches(['.', '-']);
    let known =
        ["true", "false", "null", "none", "on", "off", "empty"].contains(&word.to_ascii_lowercase().as_str());
    let is_number = word.starts_with(|c: char| c.is_ascii_digit());
    (known || is_number).then(|| word.to_string())
}

/// Words before a number that make it a limit.
const LIMITS: &[&str] = &[
    "at most",
    "at least",
    "up to",
    "no more than",
    "no less than",
    "no fewer than",
    "not more than",
    "more than",
    "less than",
    "fewer than",
    "maximum of",
    "minimum of",
    "maximum:",
    "minimum:",
    "max:",
    "min:",
    "limit of",
    "within",
    "<=",
    ">=",
    "≤",
    "≥",
];

/// The limits that a text sets, such as `at most 3 units`, in its order.
fn limits(text: &str) -> Vec<String> {
    let folded = text.to_lowercase();
    let mut found: Vec<(usize, String)> = Vec::new();
    // Whether a phrase is there at all is had for less than where it is.
    for phrase in LIMITS.iter().filter(|phrase| folded.contains(**phrase)) {
        for (at, _) in folded.match_indices(phrase) {
            let before = folded.get(..at).unwrap_or_default();
            let rest = folded.get(at + phrase.len()..).unwrap_or_default();
            let inside = before.ends_with(char::is_alphanumeric) && phrase.starts_with(char::is_alphabetic);
            // `no more than` holds `more than`.
            let short = ["more", "less", "fewer"]
                .iter()
                .any(|word| phrase.starts_with(word));
            let longer = short && ["no ", "not "].iter().any(|word| before.ends_with(word));
            if let Some(number) = number(rest).filter(|_| !(inside || longer)) {
                found.push((at, format!("{phrase} {number}")));
            }
        }
    }
    found.sort();
    found.into_iter().map(|(_, limit)| limit).collect()
}

/// The number that a text starts with, in digits or as a word, and the unit behind it.
fn number(text: &str) -> Option<String> {
    let bare = text.trim_start_matches([' ', '`', '*']);
    let end = bare
        .find(|c: char| !(c.is_alphanumeric() || matches!(c, '.' | '_' | '%')))
        .unwrap_or(bare.len());
    let word = bare.get(..end)?.trim_end_matches('.');
    let is_number = word.starts_with(|c: char| c.is_ascii_digit()) || lexicon::is_number(word);
    let unit: String = bare
        .get(end..)?
        .trim_start_matches(['`', '*'])
        .strip_prefix(' ')
        .map_or_else(String::new, |rest| {
            rest.chars().take_while(|c| c.is_alphabetic()).collect()
        });
    is_number.then(|| collapse_whitespace(format!("{word} {unit}").trim_end()))
}

/// The possible values that a text lists as code: `` one of `a`, `b` or `c` ``.
fn values(text: &str) -> Option<Vec<String>> {
    let folded = text.to_lowercase();
    let leads = [
        "one of",
        "either",
        "values:",
        "values are",
        "allowed:",
        "enum",
        "supported:",
        "any of",
    ];
    let (at, lead) = leads
        .iter()
        .filter(|lead| folded.contains(**lead))
        .filter_map(|lead| Some((folded.find(lead)?, lead)))
        .min()?;
    // Lower case may have another length in a few scripts; then nothing is said.
    let rest = text.get(at + lead.len()..)?;
    let spans = rest.split('`').skip(1).step_by(2);
    let values: Vec<String> = spans.map(ToString::to_string).collect();
    (values.len() > 1).then_some(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What differs, a line each.
    fn told(old: &str, new: &str) -> Vec<String> {
        let shown = |value: Option<String>| value.unwrap_or_else(|| "-".to_string());
        let details = between(old, new, None).into_iter();
        details
            .map(|found| {
                let of = if found.of.is_empty() {
                    String::new()
                } else {
                    format!("{}: ", found.of)
                };
                format!(
                    "{of}{} {} → {}",
                    found.aspect.as_str(),
                    shown(found.old),
                    shown(found.new)
                )
            })
            .collect()
    }

    #[test]
    fn defaults_are_read_however_they_are_written() {
        assert_eq!(told("Default: `30`", "Default: `60`"), ["default 30 → 60"]);
        assert_eq!(
            told("`a.b`: integer, default `30`", "`a.b`: integer, default `60`"),
            ["a.b: default 30 → 60"]
        );
        assert_eq!(
            told("`x`: on (default false).", "`x`: on (default true)."),
            ["x: default false → true"]
        );
        assert_eq!(told("It defaults to 3.", "It defaults to 4."), ["default 3 → 4"]);
        assert_eq!(
            told("`x` (text)", "`x` (text, default \"a\")"),
            ["x: default - → a"]
        );
        assert_eq!(told("The default branch.", "The default tag."), [""; 0]);
    }

    #[test]
    fn types_limits_and_values_are_read() {
        assert_eq!(
            told("`x` (integer)", "`x` (text, OPTIONAL)"),
            ["x: type integer → text"]
        );
        assert_eq!(
            told("It MUST hold at most two units.", "It MUST hold at most 3 units."),
            ["limit at most two units → at most 3 units"]
        );
        assert_eq!(
            told(
                "No more than 5 retries, at least 1.",
                "No more than 6 retries, at least 1."
            ),
            ["limit no more than 5 retries → no more than 6 retries"]
        );
        assert_eq!(
            told("It is one of `a`, `b`.", "It is one of `a`, `c`."),
            ["values a, b → a, c"]
        );
        assert_eq!(
            told("At most one word.", "At most one text."),
            ["limit at most one word → at most one text"]
        );
        assert_eq!(told("Words.", "Other words."), [""; 0]);
    }
}
