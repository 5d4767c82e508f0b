//! Numbers as they were written: integers of any size, and decimals with all their digits.

use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// The most hexadecimal or octal digits that are read: turning them into decimal takes the square of their count.
const RADIX_DIGITS: usize = 4096;

/// A JSON number. Two are equal where they are written alike; [`Number::is_same_number`] compares what they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number(Repr);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Repr {
    /// An integer of 64 bits.
    Small(i64),
    /// Any other number, as JSON text.
    Written(Box<str>),
}

/// A number in one normal form: `0.digits` times ten to the power of `point`.
#[derive(PartialEq, Eq)]
struct Decimal<'n> {
    negative: bool,
    digits: Cow<'n, str>,
    point: i64,
}

impl Number {
    /// A decimal as people write it: `-1`, `+1`, `01`, `.5`, `5.`, `1e3`. Sign, zeros and point are put as JSON wants
    /// them; the other digits stay. Nothing where the text is no decimal.
    pub fn from_decimal(text: &str) -> Option<Number> {
        if let Ok(small) = text.parse::<i64>() {
            return Some(Number(Repr::Small(small)));
        }
        let (sign, unsigned) = match text.strip_prefix('-') {
            Some(unsigned) => ("-", unsigned),
            None => ("", text.strip_prefix('+').unwrap_or(text)),
        };
        let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
            Some(at) => unsigned.split_at(at),
            None => (unsigned, ""),
        };
        let (whole, fraction) = match mantissa.split_once('.') {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (mantissa, None),
        };
        let are_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let power = exponent.get(1..).unwrap_or_default();
        let power = power.strip_prefix(['-', '+']).unwrap_or(power);
        let is_sound = are_digits(whole)
            && are_digits(fraction.unwrap_or_default())
            && !(whole.is_empty() && fraction.unwrap_or_default().is_empty())
            && are_digits(power)
            && (exponent.is_empty() || !power.is_empty());
        if !is_sound {
            return None;
        }
        let whole = match whole.trim_start_matches('0') {
            "" => "0",
            digits => digits,
        };
        let point = match fraction {
            None => "",
            Some("") => ".0",
            Some(_) => ".",
        };
        let fraction = fraction.unwrap_or_default();
        Some(Number(Repr::Written(
            format!("{sign}{whole}{point}{fraction}{exponent}").into(),
        )))
    }

    /// The integer of digits to the base 8 or 16; nothing where they are no digits of it, or more than 4096.
    pub fn from_radix(digits: &str, radix: u32) -> Option<Number> {
        if let Ok(small) = i64::from_str_radix(digits, radix) {
            return (!digits.starts_with(['-', '+'])).then_some(Number(Repr::Small(small)));
        }
        if digits.is_empty() || digits.len() > RADIX_DIGITS {
            return None;
        }
        // Decimal digits in groups of nine, the least first.
        const GROUP: u64 = 1_000_000_000;
        let mut groups: Vec<u64> = vec![0];
        for digit in digits.chars() {
            let mut carry = u64::from(digit.to_digit(radix)?);
            for group in &mut groups {
                let value = *group * u64::from(radix) + carry;
                *group = value % GROUP;
                carry = value / GROUP;
            }
            if carry > 0 {
                groups.push(carry);
            }
        }
        let text: String = groups.iter().rev().map(|group| format!("{group:09}")).collect();
        Number::from_decimal(text.trim_start_matches('0'))
    }

    /// What is already a number in JSON's own grammar.
    pub(super) fn from_json(text: &str) -> Number {
        match text.parse::<i64>() {
            Ok(small) if text != "-0" => Number(Repr::Small(small)),
            _ => Number(Repr::Written(text.into())),
        }
    }

    /// The number as JSON text.
    pub fn text(&self) -> Cow<'_, str> {
        match &self.0 {
            Repr::Small(small) => Cow::Owned(small.to_string()),
            Repr::Written(text) => Cow::Borrowed(text),
        }
    }

    /// Whether it is written without a fraction and an exponent.
    pub fn is_integer(&self) -> bool {
        match &self.0 {
            Repr::Small(_) => true,
            Repr::Written(text) => !text.contains(['.', 'e', 'E']),
        }
    }

    /// The integer, where it is written as one of 64 bits.
    pub fn as_i64(&self) -> Option<i64> {
        match self.0 {
            Repr::Small(small) => Some(small),
            Repr::Written(_) => None,
        }
    }

    /// The nearest double (IEEE 754, ties to even); infinite where it is out of range.
    #[allow(
        clippy::cast_precision_loss,
        reason = "the nearest double is what is asked for"
    )]
    pub fn as_f64(&self) -> f64 {
        match &self.0 {
            Repr::Small(small) => *small as f64,
            Repr::Written(text) => text.parse().unwrap_or(f64::NAN),
        }
    }

    /// Whether both are one number, to the last digit: `1.50` is `1.5`, and `1` is `1.0`.
    pub fn is_same_number(&self, other: &Number) -> bool {
        self == other || self.decimal() == other.decimal()
    }

    /// Whether a double prints as this number: no digit is lost in one.
    pub fn fits_double(&self) -> bool {
        let double = self.as_f64();
        double.is_finite() && (self.is_same_number(&Number::from(double)) || self.is_exactly(double))
    }

    /// Whether it is the exact value of a double: `0.1` is not, since no double is.
    pub fn is_exactly(&self, double: f64) -> bool {
        const ALWAYS: f64 = 9_007_199_254_740_992.0; // 2^53: all integers up to it are doubles
        if let Repr::Small(_) = self.0
            && double.abs() < ALWAYS
        {
            return self.as_f64().to_bits() == (double + 0.0).to_bits();
        }
        double.is_finite() && self.decimal() == decimal(&exact_text(double))
    }

    /// The decimal digits of an integer without its sign; nothing for other numbers.
    pub fn integer_digits(&self) -> Option<Cow<'_, str>> {
        match &self.0 {
            Repr::Small(small) => Some(Cow::Owned(small.unsigned_abs().to_string())),
            Repr::Written(text) => self
                .is_integer()
                .then(|| Cow::Borrowed(text.trim_start_matches('-'))),
        }
    }

    fn decimal(&self) -> Decimal<'_> {
        match &self.0 {
            Repr::Small(_) => {
                let text = self.text();
                let found = decimal(&text);
                Decimal {
                    digits: Cow::Owned(found.digits.into_owned()),
                    ..found
                }
            }
            Repr::Written(text) => decimal(text),
        }
    }
}

/// All digits of a double. The longest, of the smallest doubles, has 1074 behind the point.
fn exact_text(double: f64) -> String {
    if double.fract() == 0.0 {
        format!("{double:.0}")
    } else {
        format!("{double:.1074}")
    }
}

/// The normal form of JSON text that is a number.
fn decimal(text: &str) -> Decimal<'_> {
    let (negative, unsigned) = match text.strip_prefix('-') {
        Some(unsigned) => (true, unsigned),
        None => (false, text),
    };
    let (mantissa, power) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    // No exponent that a text can hold in full comes near the ends of this range.
    let power = power.parse::<i64>().unwrap_or(if power.starts_with('-') {
        i64::MIN / 2
    } else {
        i64::MAX / 2
    });
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = if fraction.trim_end_matches('0').is_empty() {
        Cow::Borrowed(whole)
    } else {
        Cow::Owned(format!("{whole}{fraction}"))
    };
    let significant = digits.trim_start_matches('0');
    let zeros = digits.len() - significant.len();
    if significant.is_empty() {
        return Decimal {
            negative: false,
            digits: Cow::Borrowed(""),
            point: 0,
        };
    }
    let point = i64::try_from(whole.len()).unwrap_or(i64::MAX / 4) - i64::try_from(zeros).unwrap_or(0);
    let digits = match &digits {
        Cow::Borrowed(digits) => Cow::Borrowed(digits.trim_start_matches('0').trim_end_matches('0')),
        Cow::Owned(_) => Cow::Owned(significant.trim_end_matches('0').to_string()),
    };
    Decimal {
        negative,
        digits,
        point: point.saturating_add(power),
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Repr::Small(small) => write!(f, "{small}"),
            Repr::Written(text) => f.write_str(text),
        }
    }
}

impl From<i64> for Number {
    fn from(value: i64) -> Number {
        Number(Repr::Small(value))
    }
}

/// The shortest text that is this double; the double is finite.
impl From<f64> for Number {
    fn from(value: f64) -> Number {
        Number(Repr::Written(format!("{value:?}").into()))
    }
}

impl From<serde_json::Number> for Number {
    fn from(number: serde_json::Number) -> Number {
        Number::from_json(&number.to_string())
    }
}

/// The digits themselves, where the format is JSON.
impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Repr::Small(small) => serializer.serialize_i64(*small),
            Repr::Written(text) => RawValue::from_string(text.to_string())
                .map_err(serde::ser::Error::custom)?
                .serialize(serializer),
        }
    }
}
