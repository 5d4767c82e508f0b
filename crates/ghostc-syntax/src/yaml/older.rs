//! Plain scalars that readers of YAML 1.1 take for something else: its types for booleans, integers, floats and
//! timestamps (<https://yaml.org/type/>). Where such readers disagree among themselves, as about `1e3`, nothing is said.

use crate::value::Number;

/// What a plain scalar is to readers of YAML 1.1, where that is not what YAML 1.2's core schema makes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum OlderReading {
    /// `yes`, `no`, `on`, `off`.
    Boolean,
    /// `y`, `n`: a boolean by the text of YAML 1.1, and to few of its readers.
    Letter,
    /// `012`: another number.
    Octal(Number),
    /// `1_000`, `0b101`, `190:20:30`: a number where we read a string.
    Number,
    /// `089`, `0o17`: a string where we read a number.
    String,
    /// `2024-01-01`.
    Date,
}

/// What readers of YAML 1.1 make of a plain scalar, where it differs.
pub(super) fn older_reading(text: &str) -> Option<OlderReading> {
    match text.as_bytes().first()? {
        b'y' | b'Y' | b'n' | b'N' | b'o' | b'O' => word(text),
        b'0'..=b'9' | b'-' | b'+' => digits(text),
        _ => None,
    }
}

fn word(text: &str) -> Option<OlderReading> {
    match text {
        "yes" | "Yes" | "YES" | "no" | "No" | "NO" | "on" | "On" | "ON" | "off" | "Off" | "OFF" => {
            Some(OlderReading::Boolean)
        }
        "y" | "Y" | "n" | "N" => Some(OlderReading::Letter),
        _ => None,
    }
}

fn digits(text: &str) -> Option<OlderReading> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let negative = text.starts_with('-');
    if is_date(text) {
        return Some(OlderReading::Date);
    }
    if is_base_60(unsigned) {
        return Some(OlderReading::Number);
    }
    let is_made_of = |digits: &str, allowed: &[u8]| {
        !digits.is_empty() && digits.bytes().all(|byte| allowed.contains(&byte))
    };
    if let Some(binary) = unsigned.strip_prefix("0b") {
        return is_made_of(binary, b"01_").then_some(OlderReading::Number);
    }
    if let Some(octal) = unsigned.strip_prefix("0o") {
        return is_made_of(octal, b"01234567").then_some(OlderReading::String);
    }
    if unsigned.contains('_') {
        let plain = unsigned.replace('_', "");
        let is_number = match plain.strip_prefix("0x") {
            Some(digits) => is_made_of(digits, b"0123456789abcdefABCDEF"),
            None => Number::from_decimal(&plain).is_some(),
        };
        return (unsigned.starts_with(|c: char| c.is_ascii_digit()) && is_number)
            .then_some(OlderReading::Number);
    }
    let octal = unsigned.strip_prefix('0')?;
    if is_made_of(octal, b"01234567") {
        let number = Number::from_radix(octal, 8)?;
        let signed = if negative {
            format!("-{number}")
        } else {
            number.to_string()
        };
        let same = octal.len() == 1 || octal.bytes().all(|byte| byte == b'0');
        return Number::from_decimal(&signed)
            .filter(|_| !same)
            .map(OlderReading::Octal);
    }
    is_made_of(octal, b"0123456789").then_some(OlderReading::String)
}

/// `190:20:30`, `12:30`, `1:30.5`: minutes and seconds to the base 60.
fn is_base_60(text: &str) -> bool {
    let Some((first, rest)) = text.split_once(':') else {
        return false;
    };
    let is_number = |part: &str, allowed: fn(u8) -> bool| !part.is_empty() && part.bytes().all(allowed);
    let (rest, fraction) = rest.split_once('.').unwrap_or((rest, "0"));
    let leading_zero = first.len() > 1 && first.starts_with('0');
    is_number(first, |byte| byte.is_ascii_digit() || byte == b'_')
        && first.starts_with(|c: char| c.is_ascii_digit())
        && !(leading_zero && fraction == "0" && !text.contains('.'))
        && is_number(fraction, |byte| byte.is_ascii_digit() || byte == b'_')
        && rest.split(':').all(|part| {
            part.len() <= 2
                && is_number(part, |byte| byte.is_ascii_digit())
                && part.parse::<u8>().is_ok_and(|value| value < 60)
        })
}

/// `2024-01-01`, and with a time of day behind it.
fn is_date(text: &str) -> bool {
    let (date, time) = match text.find(['T', 't', ' ', '\t']) {
        Some(at) => text.split_at(at),
        None => (text, ""),
    };
    let mut parts = date.split('-');
    let (Some(year), Some(month), Some(day), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    let has_digits = |part: &str, counts: &[usize]| {
        counts.contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    let counts: &[usize] = if time.is_empty() { &[2] } else { &[1, 2] };
    if !(has_digits(year, &[4]) && has_digits(month, counts) && has_digits(day, counts)) {
        return false;
    }
    if time.is_empty() {
        return true;
    }
    let clock = time.trim_start_matches(['T', 't', ' ', '\t']);
    let mut clock = clock.splitn(3, ':');
    let (Some(hour), Some(minute), Some(second)) = (clock.next(), clock.next(), clock.next()) else {
        return false;
    };
    let second = second.get(..2).unwrap_or_default();
    has_digits(hour, &[1, 2]) && has_digits(minute, &[2]) && has_digits(second, &[2])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_older_readers_take_for_something_else_has_an_older_reading() {
        use OlderReading::{Boolean, Date, Letter, Number as AsNumber, String as AsString};
        let octal = |value: i64| OlderReading::Octal(Number::from(value));
        for (text, reading) in [
            ("no", Some(Boolean)),
            ("y", Some(Letter)),
            ("012", Some(octal(10))),
            ("-0777", Some(octal(-511))),
            ("00", None),
            ("07", None),
            ("089", Some(AsString)),
            ("0o17", Some(AsString)),
            ("0b101", Some(AsNumber)),
            ("1_000", Some(AsNumber)),
            ("0xff_ff", Some(AsNumber)),
            ("1_000.5", Some(AsNumber)),
            ("190:20:30", Some(AsNumber)),
            ("12:30", Some(AsNumber)),
            ("12:60", None),
            ("12:30:5x", None),
            ("2024-01-01", Some(Date)),
            ("2024-01-01T10:20:30Z", Some(Date)),
            ("2024-1-1 10:20:30", Some(Date)),
            ("2024-1-1", None),
            ("2024-01-01-rc", None),
            ("2024-01", None),
            ("0", None),
            ("0.5", None),
            ("-1", None),
            ("1e3", None),
            ("0x1f", None),
            ("10.2.3", None),
            ("year", None),
            ("_1", None),
            ("", None),
        ] {
            assert_eq!(older_reading(text), reading, "{text}");
        }
    }
}
