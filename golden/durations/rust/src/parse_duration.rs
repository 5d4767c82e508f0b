//! Reading a written duration.

use std::error::Error;
use std::fmt;

const LONGEST_MILLIS: u64 = 604_800_000_000_000;

/// The length in seconds and the names of each unit.
const UNITS: [(u64, &[&str]); 5] = [
    (604_800, &["w", "wk", "wks", "week", "weeks"]),
    (86_400, &["d", "day", "days"]),
    (3_600, &["h", "hr", "hrs", "hour", "hours"]),
    (60, &["m", "min", "mins", "minute", "minutes"]),
    (1, &["s", "sec", "secs", "second", "seconds"]),
];

/// The error for a text that is no duration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ParseDurationError {
    /// The text is in neither the unit form nor the clock form.
    Malformed(String),
    /// The text is well-formed so far but longer than the longest duration.
    TooLong(String),
}

impl fmt::Display for ParseDurationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(text) => write!(f, "{text:?} is not a duration."),
            Self::TooLong(text) => write!(f, "{text:?} is longer than one million weeks."),
        }
    }
}

impl Error for ParseDurationError {}

/// Reads a written duration, such as "1 hour, 30 minutes" or "1:30", and returns it in seconds.
pub fn parse_duration(text: &str) -> Result<f64, ParseDurationError> {
    let trimmed = text.trim_matches(' ');
    let millis = if trimmed.contains(':') {
        parse_clock_form(trimmed)
    } else {
        parse_unit_form(trimmed)
    };
    match millis {
        // Both numbers are exact as `f64`, so the quotient is rounded only once.
        Ok(millis) => Ok(millis as f64 / 1000.0),
        Err(Fault::Malformed) => Err(ParseDurationError::Malformed(text.to_owned())),
        Err(Fault::TooLong) => Err(ParseDurationError::TooLong(text.to_owned())),
    }
}

enum Fault {
    Malformed,
    TooLong,
}

fn parse_clock_form(text: &str) -> Result<u64, Fault> {
    let fields: Vec<&str> = text.split(':').collect();
    let (hours, minutes, seconds) = match fields[..] {
        [hours, minutes] => (hours, minutes, "00"),
        [hours, minutes, seconds] => (hours, minutes, seconds),
        _ => return Err(Fault::Malformed),
    };
    if hours.is_empty() || !hours.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Fault::Malformed);
    }
    let below_a_minute = sixtieths(minutes)? * 60 + sixtieths(seconds)?;
    add(below_a_minute * 1000, parse_digits(hours)?, 3_600_000)
}

/// Reads a field of exactly two digits that is at most 59.
fn sixtieths(field: &str) -> Result<u64, Fault> {
    match field.as_bytes() {
        [tens @ b'0'..=b'5', ones @ b'0'..=b'9'] => {
            Ok(u64::from(tens - b'0') * 10 + u64::from(ones - b'0'))
        }
        _ => Err(Fault::Malformed),
    }
}

fn parse_unit_form(text: &str) -> Result<u64, Fault> {
    let mut total = 0;
    let mut rest = text;
    let mut previous = u64::MAX;
    loop {
        let (number, after_number) = split_number(rest)?;
        let (name, after_unit) = split_run(skip_spaces(after_number), |c| c.is_ascii_alphabetic());
        let unit = unit_seconds(name).ok_or(Fault::Malformed)?;
        if unit >= previous {
            return Err(Fault::Malformed);
        }
        total = add(total, number.thousandths, unit)?;
        if after_unit.is_empty() {
            return Ok(total);
        }
        if number.has_fraction {
            return Err(Fault::Malformed);
        }
        previous = unit;
        rest = skip_separator(after_unit)?;
    }
}

struct Number {
    thousandths: u64,
    has_fraction: bool,
}

/// Splits the number off the start of `text`.
fn split_number(text: &str) -> Result<(Number, &str), Fault> {
    let (whole, rest) = split_run(text, |c| c.is_ascii_digit());
    if whole.is_empty() {
        return Err(Fault::Malformed);
    }
    let (fraction, rest) = match rest.strip_prefix('.') {
        Some(rest) => {
            let (fraction, rest) = split_run(rest, |c| c.is_ascii_digit());
            (Some(fraction), rest)
        }
        None => (None, rest),
    };
    let scale = match fraction.map(str::len) {
        None => 1000,
        Some(1) => 100,
        Some(2) => 10,
        Some(3) => 1,
        Some(_) => return Err(Fault::Malformed),
    };
    let fraction_thousandths = parse_digits(fraction.unwrap_or("0"))? * scale;
    let number = Number {
        thousandths: add(fraction_thousandths, parse_digits(whole)?, 1000)?,
        has_fraction: fraction.is_some(),
    };
    Ok((number, rest))
}

/// Skips the separator after a component, which may be nothing at all.
fn skip_separator(text: &str) -> Result<&str, Fault> {
    let after_spaces = skip_spaces(text);
    if let Some(after_comma) = after_spaces.strip_prefix(',') {
        return skip_and(skip_spaces(after_comma));
    }
    // A letter right after a unit would belong to that unit, so "and" has a space before it here.
    skip_and(after_spaces)
}

/// Skips the word "and" and the spaces that must follow it, if `text` starts with a letter.
fn skip_and(text: &str) -> Result<&str, Fault> {
    let (word, rest) = split_run(text, |c| c.is_ascii_alphabetic());
    if word.is_empty() {
        return Ok(text);
    }
    if !word.eq_ignore_ascii_case("and") || !rest.starts_with(' ') {
        return Err(Fault::Malformed);
    }
    Ok(skip_spaces(rest))
}

fn unit_seconds(name: &str) -> Option<u64> {
    UNITS
        .iter()
        .find(|(_, names)| names.iter().any(|known| known.eq_ignore_ascii_case(name)))
        .map(|(seconds, _)| *seconds)
}

fn skip_spaces(text: &str) -> &str {
    text.trim_start_matches(' ')
}

/// Splits `text` after its longest start of characters that `belongs` accepts.
fn split_run(text: &str, belongs: fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(|c| !belongs(c)).unwrap_or(text.len()))
}

/// Reads ASCII digits; no unit is shorter than a second, so an overflow is too long in any unit.
fn parse_digits(digits: &str) -> Result<u64, Fault> {
    digits.parse().map_err(|_| Fault::TooLong)
}

/// Adds `count` times `length` to `total` within the longest duration.
fn add(total: u64, count: u64, length: u64) -> Result<u64, Fault> {
    count
        .checked_mul(length)
        .and_then(|product| total.checked_add(product))
        .filter(|sum| *sum <= LONGEST_MILLIS)
        .ok_or(Fault::TooLong)
}
