//! Numbers as English ordinals in digits.

use std::error::Error;
use std::fmt;

/// The error for a number that has no ordinal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrdinalError {
    /// The number is negative.
    Negative(i64),
}

impl fmt::Display for OrdinalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Negative(n) => write!(f, "{n} is negative and has no ordinal."),
        }
    }
}

impl Error for OrdinalError {}

/// Writes `n` as an English ordinal in digits, such as "1st" or "22nd".
pub fn ordinal(n: i64) -> Result<String, OrdinalError> {
    if n < 0 {
        return Err(OrdinalError::Negative(n));
    }
    let suffix = match (n % 100, n % 10) {
        (11..=13, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    };
    Ok(format!("{n}{suffix}"))
}
