//! Measurements into a row of a Markdown table.

use std::fmt;

/// The first two lines of the table.
pub(crate) const HEADER: &str = "\
| benchmark | ghostc: median (min–max) | floor: median (min–max) | ratio | target |
|---|---|---|---|---|";

/// One benchmark's line.
pub(crate) struct Row {
    /// What was measured, and how much of it.
    pub(crate) name: String,
    pub(crate) ours: Spread,
    pub(crate) floor: Spread,
    /// The median of the ratios of each round.
    pub(crate) ratio: f64,
    pub(crate) target: Target,
}

/// What is aimed at.
#[derive(Clone, Copy)]
pub(crate) enum Target {
    /// At most this many times the floor.
    Times(f64),
    /// At most this much more than the floor, in the unit of the spread.
    More(f64),
    /// At most this much.
    AtMost(f64),
    /// At most this many times the floor, and at most this much.
    TimesAndAtMost(f64, f64),
}

/// Several values of one thing.
pub(crate) struct Spread {
    pub(crate) median: f64,
    min: f64,
    max: f64,
    unit: &'static str,
}

impl Spread {
    /// Sums values up.
    pub(crate) fn new(values: &[f64], unit: &'static str) -> Spread {
        let min = values.iter().copied().fold(f64::INFINITY, f64::min);
        let max = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        Spread {
            median: median(values.to_vec()),
            min,
            max,
            unit,
        }
    }
}

impl Row {
    /// A row of two series of one length, whose values of one index belong together.
    pub(crate) fn new(name: String, unit: &'static str, [ours, floor]: [&[f64]; 2], target: Target) -> Row {
        let ratios = ours.iter().zip(floor).map(|(ours, floor)| ours / floor).collect();
        Row {
            name,
            ours: Spread::new(ours, unit),
            floor: Spread::new(floor, unit),
            ratio: median(ratios),
            target,
        }
    }
}

impl Row {
    fn more(&self) -> f64 {
        self.ours.median - self.floor.median
    }

    /// Whether what was measured is what was aimed at.
    pub(crate) fn is_met(&self) -> bool {
        match self.target {
            Target::Times(limit) => self.ratio <= limit,
            Target::More(limit) => self.more() <= limit,
            Target::AtMost(limit) => self.ours.median <= limit,
            Target::TimesAndAtMost(times, limit) => self.ratio <= times && self.ours.median <= limit,
        }
    }
}

/// The middle value, or the mean of the two middle ones; not a number when there is none.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values
        .get(values.len().saturating_sub(1) / 2..=values.len() / 2)
        .unwrap_or_default();
    middle.iter().sum::<f64>() / middle.len() as f64
}

impl fmt::Display for Row {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (more, unit) = (self.more(), self.ours.unit);
        let target = match self.target {
            Target::Times(limit) => format!("≤ {limit} ×"),
            Target::More(limit) => format!("{more:+.1} {unit} of +{limit} {unit}"),
            Target::AtMost(limit) => format!("≤ {limit} {unit}"),
            Target::TimesAndAtMost(times, limit) => format!("≤ {times} ×, ≤ {limit} {unit}"),
        };
        let met = if self.is_met() { "met" } else { "missed" };
        write!(
            out,
            "| {} | {} | {} | {:.2} × | {target}: {met} |",
            self.name, self.ours, self.floor, self.ratio
        )
    }
}

impl fmt::Display for Spread {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:.1} {}", self.median, self.unit)?;
        if self.min < self.max {
            write!(out, " ({:.1}–{:.1})", self.min, self.max)
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ratio_is_the_median_of_the_rounds() {
        let row = Row::new(
            "x".to_string(),
            "ms",
            [&[2.0, 9.0, 4.0], &[1.0, 3.0, 4.0]],
            Target::Times(1.5),
        );
        assert_eq!(
            row.to_string(),
            "| x | 4.0 ms (2.0–9.0) | 3.0 ms (1.0–4.0) | 2.00 × | ≤ 1.5 ×: missed |"
        );
    }

    #[test]
    fn a_target_may_be_a_difference() {
        let row = Row::new("x".to_string(), "ms", [&[3.0], &[2.0]], Target::More(2.0));
        assert_eq!(
            row.to_string(),
            "| x | 3.0 ms | 2.0 ms | 1.50 × | +1.0 ms of +2 ms: met |"
        );
    }

    #[test]
    fn a_target_may_be_two() {
        let row = |ours: f64| {
            Row::new(
                "x".to_string(),
                "ms",
                [&[ours], &[2.0]],
                Target::TimesAndAtMost(4.0, 9.0),
            )
        };
        assert_eq!(
            [8.0, 8.5, 9.5].map(|ours| row(ours).is_met()),
            [true, false, false]
        );
        assert!(row(8.0).to_string().ends_with("4.00 × | ≤ 4 ×, ≤ 9 ms: met |"));
    }

    #[test]
    fn the_median_of_an_even_count_lies_between() {
        assert_eq!([median(vec![4.0, 1.0]), median(vec![3.0, 1.0, 2.0])], [2.5, 2.0]);
        assert!(median(Vec::new()).is_nan());
    }
}
