//! Taking a version apart.

use std::error::Error;
use std::fmt;

const LARGEST_CORE_NUMBER: u64 = 9_007_199_254_740_991;

/// The parts of a version.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Parts {
    /// The first core number.
    pub major: u64,
    /// The second core number.
    pub minor: u64,
    /// The third core number.
    pub patch: u64,
    /// The prerelease identifiers in order.
    pub prerelease: Vec<String>,
    /// The build identifiers in order.
    pub build: Vec<String>,
}

/// The error for a string that is no version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseError {
    /// The string that is no version.
    pub version: String,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is not a semantic version.", self.version)
    }
}

impl Error for ParseError {}

/// Takes a version apart.
pub fn parse(version: &str) -> Result<Parts, ParseError> {
    split(version).ok_or_else(|| ParseError {
        version: version.to_owned(),
    })
}

fn split(version: &str) -> Option<Parts> {
    // The build goes first, because a hyphen in it starts no prerelease.
    let (rest, build) = split_at_first(version, '+');
    let (core, prerelease) = split_at_first(rest, '-');

    let mut numbers = core.split('.');
    let parts = Parts {
        major: core_number(numbers.next()?)?,
        minor: core_number(numbers.next()?)?,
        patch: core_number(numbers.next()?)?,
        prerelease: identifiers(prerelease, is_prerelease_identifier)?,
        build: identifiers(build, is_identifier)?,
    };
    numbers.next().is_none().then_some(parts)
}

fn split_at_first(text: &str, separator: char) -> (&str, Option<&str>) {
    match text.split_once(separator) {
        Some((before, after)) => (before, Some(after)),
        None => (text, None),
    }
}

fn core_number(text: &str) -> Option<u64> {
    if !is_digits(text) || has_leading_zero(text) {
        return None;
    }
    let number = text.parse().ok()?;
    (number <= LARGEST_CORE_NUMBER).then_some(number)
}

/// The identifiers of a part, none where the part is missing, or `None` if one is not valid.
fn identifiers(part: Option<&str>, is_valid: fn(&str) -> bool) -> Option<Vec<String>> {
    let Some(part) = part else {
        return Some(Vec::new());
    };
    part.split('.')
        .map(|identifier| is_valid(identifier).then(|| identifier.to_owned()))
        .collect()
}

fn is_prerelease_identifier(text: &str) -> bool {
    is_identifier(text) && !(is_digits(text) && has_leading_zero(text))
}

fn is_identifier(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn has_leading_zero(digits: &str) -> bool {
    digits.len() > 1 && digits.starts_with('0')
}
