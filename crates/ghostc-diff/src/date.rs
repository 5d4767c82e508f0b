//! Days of the calendar (ISO 8601, `2027-01-31`, in UTC), for what holds until a day.

use std::fmt;

/// A day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    year: i64,
    month: u8,
    day: u8,
}

/// Seconds of a day.
const DAY: i64 = 86_400;

impl Date {
    /// Reads `YYYY-MM-DD`; nothing where it is written otherwise or is no day of the calendar.
    pub fn parse(text: &str) -> Option<Date> {
        let mut parts = text.split('-');
        let mut number = |digits: usize| {
            let part = parts.next()?;
            let plain = part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit());
            plain.then(|| part.parse::<u16>().ok()).flatten()
        };
        let (year, month, day) = (number(4)?, number(2)?, number(2)?);
        let date = Date {
            year: i64::from(year),
            month: u8::try_from(month).ok()?,
            day: u8::try_from(day).ok()?,
        };
        let known = parts.next().is_none() && (1..=12).contains(&date.month);
        (known && (1..=date.days_of_month()).contains(&date.day)).then_some(date)
    }

    /// The day of a moment, in seconds since 1970-01-01 UTC.
    ///
    /// The arithmetic is that of Howard Hinnant's `civil_from_days`: eras of 400 years, years that begin in March.
    pub fn of_unix_seconds(seconds: i64) -> Date {
        let days = seconds.div_euclid(DAY) + 719_468;
        let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let from_march = (5 * of_year + 2) / 153;
        let day = of_year - (153 * from_march + 2) / 5 + 1;
        let month = if from_march < 10 {
            from_march + 3
        } else {
            from_march - 9
        };
        Date {
            year: year + era * 400 + i64::from(month <= 2),
            month: u8::try_from(month).unwrap_or(1),
            day: u8::try_from(day).unwrap_or(1),
        }
    }

    fn days_of_month(self) -> u8 {
        let leap = self.year % 4 == 0 && (self.year % 100 != 0 || self.year % 400 == 0);
        match self.month {
            2 if leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        }
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_of_the_calendar_are_read_and_no_others() {
        for text in ["2027-01-31", "2024-02-29", "2000-02-29", "0001-12-01"] {
            assert_eq!(Date::parse(text).unwrap().to_string(), text);
        }
        let wrong = "2027-02-29 1900-02-29 2027-04-31 2027-13-01 2027-00-10 2027-1-31 27-01-31 2027-01-31x 2027-01 2027-01-31-1 +027-01-31 soon";
        for text in wrong.split(' ').chain([""]) {
            assert_eq!(Date::parse(text), None, "{text}");
        }
        assert!(Date::parse("2027-01-31") < Date::parse("2027-02-01"));
    }

    #[test]
    fn moments_lie_in_days() {
        let of = |seconds| Date::of_unix_seconds(seconds).to_string();
        assert_eq!(of(0), "1970-01-01");
        assert_eq!(of(-1), "1969-12-31");
        assert_eq!(of(951_782_399), "2000-02-28");
        assert_eq!(of(951_782_400), "2000-02-29");
        assert_eq!(of(1_709_164_800), "2024-02-29");
        assert_eq!(of(4_102_444_799), "2099-12-31");
    }
}
