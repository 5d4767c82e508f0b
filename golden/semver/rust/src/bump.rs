//! Deriving the next version.

use crate::parse::{parse, ParseError, Parts};
use std::error::Error;
use std::fmt;
use std::str::FromStr;

const LARGEST_CORE_NUMBER: u64 = 9_007_199_254_740_991;

/// The part of a version to bump.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    /// The first core number, named "major".
    Major,
    /// The second core number, named "minor".
    Minor,
    /// The third core number, named "patch".
    Patch,
    /// The prerelease identifiers, named "prerelease".
    Prerelease,
}

impl FromStr for Part {
    type Err = BumpError;

    fn from_str(name: &str) -> Result<Self, BumpError> {
        match name {
            "major" => Ok(Self::Major),
            "minor" => Ok(Self::Minor),
            "patch" => Ok(Self::Patch),
            "prerelease" => Ok(Self::Prerelease),
            _ => Err(BumpError::UnknownPart(name.to_owned())),
        }
    }
}

/// The error for a version that cannot be bumped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BumpError {
    /// The string is not a version.
    InvalidVersion(ParseError),
    /// The name is not that of a part.
    UnknownPart(String),
    /// The core number cannot be incremented, because it is the largest one.
    CoreNumberTooLarge(u64),
}

impl fmt::Display for BumpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidVersion(error) => error.fmt(f),
            Self::UnknownPart(name) => write!(f, "{name:?} is not a part of a version."),
            Self::CoreNumberTooLarge(number) => {
                write!(f, "The core number {number} cannot be incremented.")
            }
        }
    }
}

impl Error for BumpError {}

impl From<ParseError> for BumpError {
    fn from(error: ParseError) -> Self {
        Self::InvalidVersion(error)
    }
}

/// Derives the next version of `version` for `part`.
pub fn bump(version: &str, part: Part) -> Result<String, BumpError> {
    let Parts {
        major,
        minor,
        patch,
        prerelease,
        ..
    } = parse(version)?;
    let has_prerelease = !prerelease.is_empty();
    let (major, minor, patch) = match part {
        Part::Major if has_prerelease && minor == 0 && patch == 0 => (major, minor, patch),
        Part::Major => (next_core_number(major)?, 0, 0),
        Part::Minor if has_prerelease && patch == 0 => (major, minor, patch),
        Part::Minor => (major, next_core_number(minor)?, 0),
        Part::Patch | Part::Prerelease if has_prerelease => (major, minor, patch),
        Part::Patch | Part::Prerelease => (major, minor, next_core_number(patch)?),
    };
    let core = format!("{major}.{minor}.{patch}");
    Ok(match part {
        Part::Prerelease => format!("{core}-{}", next_prerelease(prerelease).join(".")),
        Part::Major | Part::Minor | Part::Patch => core,
    })
}

fn next_core_number(number: u64) -> Result<u64, BumpError> {
    if number < LARGEST_CORE_NUMBER {
        Ok(number + 1)
    } else {
        Err(BumpError::CoreNumberTooLarge(number))
    }
}

fn next_prerelease(mut identifiers: Vec<String>) -> Vec<String> {
    match identifiers.iter_mut().rfind(|text| is_numeric(text)) {
        Some(number) => *number = increment(number),
        None => identifiers.push("0".to_owned()),
    }
    identifiers
}

fn is_numeric(identifier: &str) -> bool {
    identifier.bytes().all(|byte| byte.is_ascii_digit())
}

/// Adds one to a number in decimal digits, of which there may be any count.
fn increment(digits: &str) -> String {
    let kept = digits.trim_end_matches('9');
    let (head, last) = kept.split_at(kept.len().saturating_sub(1));
    // There is no last digit when all digits are nines, and the carry is then a digit of its own.
    let last = last.parse::<u8>().map_or(1, |digit| digit + 1);
    let zeros = "0".repeat(digits.len() - kept.len());
    format!("{head}{last}{zeros}")
}
