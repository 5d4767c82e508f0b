//! Reads names and amounts that a user gives.

use crate::read_amount::{Amount, read_amount};
use std::fmt;

const LONGEST: usize = 40;

/// A word that cannot be read.
#[derive(Debug)]
pub(crate) enum WordError {
    Name(String),
    Amount(String),
}

impl fmt::Display for WordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            WordError::Name(name) => write!(f, "bad name '{name}'"),
            WordError::Amount(text) => write!(f, "bad amount '{text}'"),
        }
    }
}

impl std::error::Error for WordError {}

/// Says whether a text is the name of an item.
pub(crate) fn is_name(text: &str) -> bool {
    let may_follow = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.len() <= LONGEST
        && text.bytes().all(may_follow)
}

/// Checks a name, and then an amount.
pub(crate) fn read_words(name: &str, amount: &str) -> Result<Amount, WordError> {
    if !is_name(name) {
        return Err(WordError::Name(name.to_string()));
    }
    read_amount(amount).map_err(|_| WordError::Amount(amount.to_string()))
}
