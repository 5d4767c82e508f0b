//! Testing whether a version lies in a range.

use crate::compare::compare;
use crate::parse::{parse, ParseError, Parts};
use std::cmp::Ordering;
use std::error::Error;
use std::fmt;

/// The error for a version or a range that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MatchesError {
    /// The version is not valid.
    InvalidVersion(ParseError),
    /// The range is not valid.
    InvalidRange(String),
}

impl fmt::Display for MatchesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidVersion(error) => error.fmt(f),
            Self::InvalidRange(range) => write!(f, "{range:?} is not a range of versions."),
        }
    }
}

impl Error for MatchesError {}

impl From<ParseError> for MatchesError {
    fn from(error: ParseError) -> Self {
        Self::InvalidVersion(error)
    }
}

/// Tests whether a version lies in a range.
pub fn matches(version: &str, range: &str) -> Result<bool, MatchesError> {
    let parts = parse(version)?;
    let candidate = Candidate {
        text: version,
        core: core(&parts),
        is_release: parts.prerelease.is_empty(),
    };
    let alternatives = range
        .split("||")
        .map(read_alternative)
        .collect::<Option<Vec<_>>>()
        .ok_or_else(|| MatchesError::InvalidRange(range.to_owned()))?;
    Ok(alternatives
        .iter()
        .any(|comparators| candidate.satisfies(comparators)))
}

/// Major, minor and patch.
type Core = [u64; 3];

fn core(parts: &Parts) -> Core {
    [parts.major, parts.minor, parts.patch]
}

/// The version that is tested.
struct Candidate<'a> {
    text: &'a str,
    core: Core,
    is_release: bool,
}

impl Candidate<'_> {
    fn satisfies(&self, comparators: &[Comparator]) -> bool {
        let admitted = self.is_release
            || comparators
                .iter()
                .any(|comparator| comparator.partial.admits_prereleases_of(self.core));
        admitted
            && comparators
                .iter()
                .flat_map(Comparator::bounds)
                .all(|bound| self.is_inside(&bound))
    }

    fn is_inside(&self, bound: &Bound) -> bool {
        match bound {
            // Both texts have been parsed before, so that `compare` does not fail.
            Bound::Full(accepts, full) => compare(self.text, full).is_ok_and(accepts),
            Bound::AtLeast(core) => (self.core, self.is_release) >= (*core, true),
            Bound::Below(core) => self.core < *core,
            Bound::Nothing => false,
        }
    }
}

/// What a comparator demands of a version.
///
/// The bounds on a core are no texts for `compare`, because an incremented number may be too large.
enum Bound<'a> {
    /// The order relative to a full version is accepted.
    Full(fn(Ordering) -> bool, &'a str),
    /// The version is not lower than the release of this core.
    AtLeast(Core),
    /// The version is lower than the prerelease `0`, the lowest of all, of this core.
    Below(Core),
    /// No version is inside.
    Nothing,
}

#[derive(Clone, Copy)]
enum Operator {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
    Caret,
    Tilde,
}

/// The operators as they are written, each before those that it starts with.
const OPERATORS: [(&str, Operator); 7] = [
    ("<=", Operator::LessOrEqual),
    ("<", Operator::Less),
    (">=", Operator::GreaterOrEqual),
    (">", Operator::Greater),
    ("=", Operator::Equal),
    ("^", Operator::Caret),
    ("~", Operator::Tilde),
];

struct Comparator<'a> {
    operator: Operator,
    partial: Partial<'a>,
}

impl<'a> Comparator<'a> {
    fn bounds(&self) -> Vec<Bound<'a>> {
        let partial = &self.partial;
        let Some(last) = partial.given.checked_sub(1) else {
            return match self.operator {
                Operator::Less | Operator::Greater => vec![Bound::Nothing],
                _ => vec![],
            };
        };
        let full = partial.is_full();
        match self.operator {
            Operator::Equal if full => vec![Bound::Full(Ordering::is_eq, partial.text)],
            Operator::Equal => vec![partial.lower_bound(), partial.below_next(last)],
            Operator::Less if full => vec![Bound::Full(Ordering::is_lt, partial.text)],
            Operator::Less => vec![Bound::Below(partial.core)],
            Operator::LessOrEqual if full => vec![Bound::Full(Ordering::is_le, partial.text)],
            Operator::LessOrEqual => vec![partial.below_next(last)],
            Operator::Greater if full => vec![Bound::Full(Ordering::is_gt, partial.text)],
            Operator::Greater => vec![Bound::AtLeast(partial.next(last))],
            Operator::GreaterOrEqual => vec![partial.lower_bound()],
            Operator::Tilde => vec![partial.lower_bound(), partial.below_next(last.min(1))],
            Operator::Caret => {
                let leftmost = partial.core.iter().position(|number| *number != 0);
                let index = leftmost.unwrap_or(last);
                vec![partial.lower_bound(), partial.below_next(index)]
            }
        }
    }
}

/// A version of which only the first numbers may be given.
struct Partial<'a> {
    text: &'a str,
    /// The numbers, where one that is not given is 0.
    core: Core,
    /// How many of the numbers are given.
    given: usize,
    has_prerelease: bool,
}

impl<'a> Partial<'a> {
    fn is_full(&self) -> bool {
        self.given == self.core.len()
    }

    fn admits_prereleases_of(&self, core: Core) -> bool {
        self.has_prerelease && self.core == core
    }

    fn lower_bound(&self) -> Bound<'a> {
        if self.is_full() {
            Bound::Full(Ordering::is_ge, self.text)
        } else {
            Bound::AtLeast(self.core)
        }
    }

    fn below_next(&self, index: usize) -> Bound<'a> {
        Bound::Below(self.next(index))
    }

    /// The core with the number at `index` incremented and those after it 0.
    fn next(&self, index: usize) -> Core {
        let mut core = self.core;
        core[index] += 1;
        core[index + 1..].fill(0);
        core
    }
}

fn read_alternative(text: &str) -> Option<Vec<Comparator<'_>>> {
    let words: Vec<&str> = text.split(' ').filter(|word| !word.is_empty()).collect();
    match words[..] {
        [] => None,
        [first, "-", last] => Some(vec![
            Comparator {
                operator: Operator::GreaterOrEqual,
                partial: read_partial(first)?,
            },
            Comparator {
                operator: Operator::LessOrEqual,
                partial: read_partial(last)?,
            },
        ]),
        _ => words.into_iter().map(read_simple).collect(),
    }
}

fn read_simple(text: &str) -> Option<Comparator<'_>> {
    let (operator, partial) = OPERATORS
        .iter()
        .find_map(|(sign, operator)| Some((*operator, text.strip_prefix(sign)?)))
        .unwrap_or((Operator::Equal, text));
    Some(Comparator {
        operator,
        partial: read_partial(partial)?,
    })
}

fn read_partial(text: &str) -> Option<Partial<'_>> {
    if let Ok(parts) = parse(text) {
        return Some(Partial {
            text,
            core: core(&parts),
            given: 3,
            has_prerelease: !parts.prerelease.is_empty(),
        });
    }
    let fields: Vec<&str> = text.split('.').collect();
    let given = fields.iter().take_while(|field| !is_wild(field)).count();
    let (numbers, wilds) = fields.split_at(given);
    if fields.len() > 3 || !wilds.iter().all(|field| is_wild(field)) {
        return None;
    }
    // With zeros in place of what is missing, anything but numbers is no version.
    let padded = match *numbers {
        [] => "0.0.0".to_owned(),
        [major] => format!("{major}.0.0"),
        [major, minor] => format!("{major}.{minor}.0"),
        _ => return None,
    };
    Some(Partial {
        text,
        core: core(&parse(&padded).ok()?),
        given,
        has_prerelease: false,
    })
}

fn is_wild(field: &str) -> bool {
    matches!(field, "x" | "X" | "*")
}
