//! Reads amounts as people write them.

use std::fmt;

/// The largest number of units of an amount.
const LARGEST: u64 = 1_000_000_000;

/// A unit in which amounts are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Grams.
    Gram,
    /// Millilitres.
    Millilitre,
    /// Pieces.
    Piece,
}

impl Unit {
    /// Gives the unit of a short name, if there is one.
    pub fn of(name: &str) -> Option<Unit> {
        match name {
            "g" => Some(Unit::Gram),
            "ml" => Some(Unit::Millilitre),
            "pc" => Some(Unit::Piece),
            _ => None,
        }
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Unit::Gram => "g",
            Unit::Millilitre => "ml",
            Unit::Piece => "pc",
        })
    }
}

/// A number of units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amount {
    /// How many units.
    pub value: u64,
    /// The unit.
    pub unit: Unit,
}

/// What is wrong with a written amount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReadAmountError {
    /// It is in no form that is read.
    Form(String),
    /// It is not a whole number of units.
    NotWhole(String),
    /// It is above the largest amount.
    TooMuch(String),
}

impl fmt::Display for ReadAmountError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReadAmountError::Form(text) => write!(f, "{text:?} is not an amount."),
            ReadAmountError::NotWhole(text) => {
                write!(f, "{text:?} is not a whole number of units.")
            }
            ReadAmountError::TooMuch(text) => write!(f, "{text:?} is too much."),
        }
    }
}

impl std::error::Error for ReadAmountError {}

/// Returns the amount that a text says.
pub fn read_amount(text: &str) -> Result<Amount, ReadAmountError> {
    let form = || ReadAmountError::Form(text.to_string());
    let too_much = || ReadAmountError::TooMuch(text.to_string());
    let (whole, rest) = split_digits(text);
    let (fraction, rest) = match rest.strip_prefix('.') {
        Some(behind) => split_digits(behind),
        None => ("000", rest),
    };
    if whole.is_empty() || fraction.is_empty() || fraction.len() > 3 {
        return Err(form());
    }
    let name = rest.strip_prefix(' ').unwrap_or(rest);
    let (unit, size) = unit_and_size(name).ok_or_else(form)?;
    let whole = number(whole).ok_or_else(too_much)?;
    let thousandths = number(&format!("{fraction:0<3}")).ok_or_else(form)?;
    let thousandths = (whole * 1000 + thousandths) * size;
    if thousandths % 1000 != 0 {
        return Err(ReadAmountError::NotWhole(text.to_string()));
    }
    let value = thousandths / 1000;
    if value > LARGEST {
        return Err(too_much());
    }
    Ok(Amount { value, unit })
}

fn split_digits(text: &str) -> (&str, &str) {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    text.split_at(end)
}

fn unit_and_size(name: &str) -> Option<(Unit, u64)> {
    match name {
        "" => Some((Unit::Piece, 1)),
        "kg" => Some((Unit::Gram, 1000)),
        "l" => Some((Unit::Millilitre, 1000)),
        _ => Unit::of(name).map(|unit| (unit, 1)),
    }
}

/// A number of digits that is not far above the largest amount.
fn number(digits: &str) -> Option<u64> {
    digits.parse().ok().filter(|value| *value <= LARGEST)
}
