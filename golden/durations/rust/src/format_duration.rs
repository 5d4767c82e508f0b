//! Writing a duration for people to read.

use std::error::Error;
use std::fmt;
use std::str::FromStr;

const LONGEST_SECONDS: f64 = 604_800_000_000.0;

struct Unit {
    seconds: u64,
    singular: &'static str,
    plural: &'static str,
    short: &'static str,
}

const UNITS: [Unit; 5] = [
    Unit {
        seconds: 604_800,
        singular: "week",
        plural: "weeks",
        short: "w",
    },
    Unit {
        seconds: 86_400,
        singular: "day",
        plural: "days",
        short: "d",
    },
    Unit {
        seconds: 3_600,
        singular: "hour",
        plural: "hours",
        short: "h",
    },
    Unit {
        seconds: 60,
        singular: "minute",
        plural: "minutes",
        short: "m",
    },
    Unit {
        seconds: 1,
        singular: "second",
        plural: "seconds",
        short: "s",
    },
];

/// How units are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Style {
    /// Full names, as in "1 hour, 30 minutes".
    #[default]
    Long,
    /// Short names, as in "1h 30m".
    Short,
}

impl FromStr for Style {
    type Err = FormatDurationError;

    fn from_str(name: &str) -> Result<Self, FormatDurationError> {
        match name {
            "long" => Ok(Self::Long),
            "short" => Ok(Self::Short),
            _ => Err(FormatDurationError::UnknownStyle(name.to_owned())),
        }
    }
}

/// The options of [`format_duration`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The largest count of units in the output, from 1 to 5.
    pub max_units: usize,
    /// How units are written.
    pub style: Style,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            max_units: 2,
            style: Style::default(),
        }
    }
}

/// The error for a duration that cannot be written.
#[derive(Debug, Clone, PartialEq)]
pub enum FormatDurationError {
    /// The seconds are not a number from zero to the longest duration.
    InvalidSeconds(f64),
    /// The largest count of units is not from 1 to 5.
    InvalidMaxUnits(usize),
    /// The name is not that of a style.
    UnknownStyle(String),
}

impl fmt::Display for FormatDurationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidSeconds(seconds) => {
                write!(f, "{seconds} seconds are not from 0 to {LONGEST_SECONDS}.")
            }
            Self::InvalidMaxUnits(max_units) => {
                write!(f, "The max_units {max_units} is not from 1 to 5.")
            }
            Self::UnknownStyle(name) => write!(f, "{name:?} is not a style."),
        }
    }
}

impl Error for FormatDurationError {}

/// Writes a duration for people to read, rounded to a few units.
pub fn format_duration(seconds: f64, options: &Options) -> Result<String, FormatDurationError> {
    if !(0.0..=LONGEST_SECONDS).contains(&seconds) {
        return Err(FormatDurationError::InvalidSeconds(seconds));
    }
    if !(1..=UNITS.len()).contains(&options.max_units) {
        return Err(FormatDurationError::InvalidMaxUnits(options.max_units));
    }
    let rounded = round(seconds, window_end(seconds, options.max_units).seconds);
    Ok(write_units(rounded, options.style))
}

/// The last unit of the window.
fn window_end(seconds: f64, max_units: usize) -> &'static Unit {
    let last = UNITS.len() - 1;
    let start = UNITS
        .iter()
        .position(|unit| unit.seconds as f64 <= seconds)
        .unwrap_or(last);
    &UNITS[last.min(start + max_units - 1)]
}

/// Rounds to a multiple of `unit`, and half of it up.
fn round(seconds: f64, unit: u64) -> u64 {
    // Doubling is exact, and what is less than half a second cannot decide between integers.
    let half_seconds = (seconds * 2.0).floor() as u64;
    (half_seconds + unit) / (2 * unit) * unit
}

fn write_units(seconds: u64, style: Style) -> String {
    let mut rest = seconds;
    let mut written = Vec::new();
    for unit in &UNITS {
        let count = rest / unit.seconds;
        rest %= unit.seconds;
        // A second is the last unit, so nothing written before it means that all counts are zero.
        if count > 0 || (unit.seconds == 1 && written.is_empty()) {
            written.push(write_unit(count, unit, style));
        }
    }
    written.join(match style {
        Style::Long => ", ",
        Style::Short => " ",
    })
}

fn write_unit(count: u64, unit: &Unit, style: Style) -> String {
    match style {
        Style::Long if count == 1 => format!("{count} {}", unit.singular),
        Style::Long => format!("{count} {}", unit.plural),
        Style::Short => format!("{count}{}", unit.short),
    }
}
