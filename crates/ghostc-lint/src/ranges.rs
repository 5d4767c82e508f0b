//! Ranges of a quantity as people write them in tables: `90 seconds – 44 minutes`, `5–9`, `< 10 KB`, `548+ days`.

/// A range of numbers, in thousandths of the base unit of what is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Range<'a> {
    /// What is measured: a known quantity, else the unit as written; empty where there is none.
    pub(crate) quantity: &'a str,
    /// Where it begins; nothing where it is open.
    pub(crate) low: Option<Bound>,
    /// Where it ends; nothing where it is open.
    pub(crate) high: Option<Bound>,
}

/// One end of a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bound {
    /// Where it is.
    pub(crate) at: i64,
    /// Whether it belongs to the range.
    pub(crate) inside: bool,
    /// The least difference that numbers written like this one can show.
    pub(crate) step: i64,
}

impl Range<'_> {
    /// Whether a number lies in it, in thousandths of the base unit.
    pub(crate) fn holds(&self, at: i64) -> bool {
        let above = |low: Bound| at > low.at || (at == low.at && low.inside);
        let below = |high: Bound| at < high.at || (at == high.at && high.inside);
        self.low.is_none_or(above) && self.high.is_none_or(below)
    }
}

/// A unit: its names, what it measures, and its size in the base unit.
const UNITS: &[(&[&str], &str, i64)] = &[
    (&["ms", "millisecond", "milliseconds"], "time", 1),
    (&["s", "sec", "secs", "second", "seconds", "秒"], "time", 1_000),
    (&["m", "min", "mins", "minute", "minutes", "分"], "time", 60_000),
    (&["h", "hr", "hrs", "hour", "hours", "時間"], "time", 3_600_000),
    (&["d", "day", "days", "日"], "time", 86_400_000),
    (&["week", "weeks", "週間"], "time", 604_800_000),
    (&["%", "percent"], "share", 1_000),
];

/// Reads a text that is a range and nothing else.
pub(crate) fn parse(text: &str) -> Option<Range<'_>> {
    let text = text.trim().trim_matches(['`', '*']).trim();
    if let Some((sign, rest)) = signed(text) {
        let (number, unit) = number(rest)?;
        let (quantity, size) = unit_of(unit)?;
        let bound = bound(number, size, sign.ends_with('=') || matches!(sign, "≤" | "≥"))?;
        let below = sign.starts_with('<') || sign == "≤";
        return Some(Range {
            quantity,
            low: (!below).then_some(bound),
            high: below.then_some(bound),
        });
    }
    let (first, rest) = number(text)?;
    if let Some(unit) = open_ended(rest) {
        let (quantity, size) = unit_of(unit)?;
        return Some(Range {
            quantity,
            low: bound(first, size, true),
            high: None,
        });
    }
    let (first_unit, rest) = dashed(rest)?;
    let (second, second_unit) = number(rest)?;
    let (quantity, second_size) = unit_of(second_unit)?;
    let (first_quantity, first_size) = if first_unit.is_empty() {
        (quantity, second_size)
    } else {
        unit_of(first_unit)?
    };
    let range = Range {
        quantity,
        low: bound(first, first_size, true),
        high: bound(second, second_size, true),
    };
    (first_quantity == quantity && range.low?.at <= range.high?.at).then_some(range)
}

/// What a unit measures and how many thousandths of its base unit one of it is; nothing for units that are not known.
pub(crate) fn unit(name: &str) -> Option<(&'static str, i64)> {
    UNITS
        .iter()
        .find(|(names, _, _)| names.iter().any(|known| known.eq_ignore_ascii_case(name)))
        .map(|(_, quantity, size)| (*quantity, *size))
}

/// A number as written, in thousandths.
pub(crate) fn thousandths(digits: &str) -> Option<i64> {
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let scale = 10_i64.checked_pow(u32::try_from(part.len()).ok()?)?;
    let value = format!("{whole}{part}").parse::<i64>().ok()?;
    Some(value.checked_mul(1_000)? / scale)
}

fn signed(text: &str) -> Option<(&str, &str)> {
    ["<=", ">=", "<", ">", "≤", "≥"]
        .iter()
        .find_map(|sign| Some((*sign, text.strip_prefix(sign)?.trim_start())))
}

/// The number that a text starts with, and the rest without white space.
fn number(text: &str) -> Option<(&str, &str)> {
    let end = text
        .find(|c: char| !(c.is_ascii_digit() || c == '.'))
        .unwrap_or(text.len());
    let (digits, rest) = text.split_at_checked(end)?;
    let sound =
        digits.starts_with(|c: char| c.is_ascii_digit()) && digits.ends_with(|c: char| c.is_ascii_digit());
    sound.then(|| (digits, rest.trim_start()))
}

/// The unit of a range without an end: what follows `+`, or stands before `or more`.
fn open_ended(rest: &str) -> Option<&str> {
    let ends = ["or more", "and above", "and more", "or above", "以上"];
    let plus = rest.strip_prefix('+').or_else(|| rest.strip_suffix('+'));
    let said = ends.iter().find_map(|end| rest.strip_suffix(end));
    Some(plus.or(said)?.trim())
}

/// The unit before a dash and the text after it.
fn dashed(rest: &str) -> Option<(&str, &str)> {
    let (unit, after) = match rest.split_once(['–', '—', '-', '~', '〜', '～']) {
        Some(parts) => parts,
        None => rest
            .strip_prefix("to ")
            .map(|after| ("", after))
            .or_else(|| rest.split_once(" to "))?,
    };
    Some((unit.trim(), after.trim_start()))
}

/// What a unit measures and its size. A word that is no known unit measures itself.
fn unit_of(unit: &str) -> Option<(&str, i64)> {
    match self::unit(unit) {
        Some(known) => Some(known),
        None => unit.chars().all(char::is_alphabetic).then_some((unit, 1_000)),
    }
}

fn bound(digits: &str, size: i64, inside: bool) -> Option<Bound> {
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let scale = 10_i64.checked_pow(u32::try_from(part.len()).ok()?)?;
    let value = format!("{whole}{part}").parse::<i64>().ok()?;
    Some(Bound {
        at: value.checked_mul(size)? / scale,
        inside,
        step: (size / scale).max(1),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ends(text: &str) -> Option<(Option<i64>, Option<i64>)> {
        let range = parse(text)?;
        Some((range.low.map(|low| low.at), range.high.map(|high| high.at)))
    }

    #[test]
    fn ranges_are_read_with_their_units() {
        assert_eq!(ends("0–44 seconds"), Some((Some(0), Some(44_000))));
        assert_eq!(
            ends("90 seconds – 44 minutes"),
            Some((Some(90_000), Some(2_640_000)))
        );
        assert_eq!(ends("548+ days"), Some((Some(548 * 86_400_000), None)));
        assert_eq!(ends("10 or more"), Some((Some(10_000), None)));
        assert_eq!(ends("< 1.5 h"), Some((None, Some(5_400_000))));
        assert_eq!(ends("`1` to 2"), None);
        assert_eq!(ends("1 to 2 km"), Some((Some(1_000), Some(2_000))));
    }

    #[test]
    fn a_range_holds_what_its_ends_say() {
        let held = |text: &str, at: i64| parse(text).is_some_and(|range| range.holds(at));
        assert!(held("1–2", 1_000) && held("1–2", 2_000) && !held("1–2", 2_001));
        assert!(held("< 2", 1_999) && !held("< 2", 2_000) && held("2+", i64::MAX));
        assert_eq!(
            (thousandths("1.5"), thousandths("-2")),
            (Some(1_500), Some(-2_000))
        );
    }

    #[test]
    fn other_texts_are_no_ranges() {
        for text in [
            "",
            "2024-01-02",
            "v1.2",
            "1–2 days ago",
            "T001-T010",
            "5–3",
            "1 s – 2 km",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
