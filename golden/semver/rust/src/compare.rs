//! Ordering two versions by precedence.

use crate::parse::{parse, ParseError, Parts};
use std::cmp::Ordering;
use std::error::Error;
use std::fmt;

/// The error for two arguments that cannot be ordered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CompareError {
    /// An argument is not a version.
    InvalidVersion(ParseError),
}

impl fmt::Display for CompareError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidVersion(error) => error.fmt(f),
        }
    }
}

impl Error for CompareError {}

impl From<ParseError> for CompareError {
    fn from(error: ParseError) -> Self {
        Self::InvalidVersion(error)
    }
}

/// Orders two versions by precedence, where the result as an integer is -1, 0 or 1.
pub fn compare(left: &str, right: &str) -> Result<Ordering, CompareError> {
    let left = parse(left)?;
    let right = parse(right)?;
    Ok(core(&left)
        .cmp(&core(&right))
        .then_with(|| compare_prereleases(&left.prerelease, &right.prerelease)))
}

fn core(parts: &Parts) -> (u64, u64, u64) {
    (parts.major, parts.minor, parts.patch)
}

fn compare_prereleases(left: &[String], right: &[String]) -> Ordering {
    // No prerelease at all is the highest one.
    left.is_empty()
        .cmp(&right.is_empty())
        .then_with(|| {
            left.iter()
                .zip(right)
                .map(|(left, right)| compare_identifiers(left, right))
                .find(|ordering| ordering.is_ne())
                .unwrap_or(Ordering::Equal)
        })
        .then_with(|| left.len().cmp(&right.len()))
}

fn compare_identifiers(left: &str, right: &str) -> Ordering {
    match (is_numeric(left), is_numeric(right)) {
        // Without leading zeros, the number with more digits is the greater one.
        (true, true) => left.len().cmp(&right.len()).then_with(|| left.cmp(right)),
        (true, false) => Ordering::Less,
        (false, true) => Ordering::Greater,
        (false, false) => left.cmp(right),
    }
}

fn is_numeric(identifier: &str) -> bool {
    identifier.bytes().all(|byte| byte.is_ascii_digit())
}
