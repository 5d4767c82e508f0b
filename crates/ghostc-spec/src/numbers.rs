//! What numbers the targets of a package can hold, and the findings about cases that ask for more.
//!
//! What a language can hold is data: `numbers:` in its `target.yaml`. Floats are IEEE 754 doubles in every target.

use crate::codes;
use crate::library::{Case, Package};
use crate::number_limits::NumberLimits;
use crate::settings::Settings;
use ghostc_syntax::{Diagnostic, Number, Severity, Sources, Span, Value};
use std::cell::OnceCell;
use std::collections::BTreeMap;

/// The most digits that an integer of 64 bits has.
const I64_DIGITS: usize = 19;

/// The most characters of a number that a message shows.
const SHOWN: usize = 40;

/// Finds the numbers of cases that some target of the package cannot hold: the first of each input and output. One that comes out `approx`imately may be
/// rounded. A target that nobody asked for by name gives a warning.
pub fn check(
    package: &Package,
    cases: &[Case],
    sources: &Sources,
    settings: &Settings,
    findings: &mut Vec<Diagnostic>,
) {
    let named = package.targets.as_ref().or(settings.targets.as_ref());
    let is_target = |name: &String| named.is_none_or(|named| named.iter().any(|(target, _)| target == name));
    let limits: BTreeMap<&String, &NumberLimits> = settings
        .number_limits
        .iter()
        .filter(|(name, _)| is_target(name))
        .collect();
    // Most numbers have 64 bits, and most targets hold them.
    let bounds = limits
        .values()
        .filter_map(|limits| limits.largest_integer.as_deref());
    let all_hold_i64 = bounds.into_iter().all(|largest| largest.len() > I64_DIGITS);
    // Where inputs stand is asked for few cases.
    let inputs: OnceCell<BTreeMap<Span, Span>> = OnceCell::new();
    let input_of = |case: &Case| {
        let inputs = inputs.get_or_init(|| {
            let raw = package.case_files.iter().flat_map(|file| &file.cases);
            raw.filter_map(|raw| Some((raw.span, raw.input.as_ref()?.1)))
                .collect()
        });
        inputs.get(&case.span).copied().unwrap_or(case.span)
    };
    let first_problem = |value: &Value, rounds: bool| {
        let mut first = None;
        value.each_number(&mut |number| {
            if first.is_none() && !(all_hold_i64 && number.as_i64().is_some()) {
                first = problem(number, &limits, rounds).map(|problem| (problem, number.clone()));
            }
        });
        first
    };
    for case in cases.iter().filter(|case| case.skip.is_none()) {
        let of_input = first_problem(&case.input, false).map(|found| (found, input_of(case)));
        // What goes into steps and comes out of them is in the input.
        let rounds = case.approx.is_some_and(|approx| approx > 0.0);
        let of_output = case.expect.outputs().iter();
        let of_output = of_output
            .filter_map(|output| first_problem(output, rounds))
            .next();
        let of_output = of_output.map(|found| (found, case.output.unwrap_or(case.span)));
        for ((problem, number), within) in of_input.into_iter().chain(of_output) {
            let mut found = problem.at(place(&number, within, sources));
            if found.code == codes::INTEGER_OUT_OF_RANGE && named.is_none() {
                found.severity = Severity::Warning;
            }
            findings.push(found);
        }
    }
}

/// What is wrong with a number.
enum Problem {
    /// Some targets have no integer of this size: the largest that they have.
    TooLarge {
        number: String,
        targets: String,
        largest: String,
    },
    /// It is beyond all doubles.
    Overflow { number: String },
    /// Doubles have fewer digits.
    Rounded { number: String, double: String },
}

fn problem(number: &Number, limits: &BTreeMap<&String, &NumberLimits>, rounds: bool) -> Option<Problem> {
    if let Some(digits) = number.integer_digits() {
        let mut small = limits.iter().filter(|(_, limits)| !limits.holds(&digits));
        let (first, least) = small.next()?;
        let names = std::iter::once(first).chain(small.map(|(name, _)| name));
        let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
        return Some(Problem::TooLarge {
            number: short(&number.text()),
            targets: names.join(" and "),
            largest: least.largest_integer.clone().unwrap_or_default(),
        });
    }
    if number.fits_double() || limits.is_empty() {
        return None;
    }
    let double = number.as_f64();
    if double.is_infinite() {
        return Some(Problem::Overflow {
            number: short(&number.text()),
        });
    }
    (!rounds).then(|| Problem::Rounded {
        number: short(&number.text()),
        double: Number::from(double).to_string(),
    })
}

impl Problem {
    fn at(&self, span: Span) -> Diagnostic {
        match self {
            Problem::TooLarge {
                number,
                targets,
                largest,
            } => {
                let message = format!("{targets} cannot hold the integer {number}");
                Diagnostic::new(codes::INTEGER_OUT_OF_RANGE, span, message)
                    .label(format!("the largest is {largest}"))
                    .help("Write it as a string, or name the targets that can hold it under `targets:`.")
            }
            Problem::Overflow { number } => {
                let message = format!("no target can hold {number}: it is beyond the largest double");
                Diagnostic::new(codes::FLOAT_OUT_OF_RANGE, span, message)
                    .help("Write it as a string, or as an integer with all its digits.")
            }
            Problem::Rounded { number, double } => {
                let message = format!("every target rounds {number} to {double}");
                Diagnostic::new(codes::ROUNDED_NUMBER, span, message)
                    .label("a double holds fewer digits")
                    .help(format!(
                        "Write `{double}`, or give the case a tolerance with `approx`."
                    ))
            }
        }
    }
}

/// A number as messages show it.
fn short(number: &str) -> String {
    if number.len() <= SHOWN {
        return number.to_string();
    }
    let start: String = number.chars().take(SHOWN / 2).collect();
    format!("{start}… ({} characters)", number.len())
}

/// Where a number is written, inside of what it is a part of.
fn place(number: &Number, within: Span, sources: &Sources) -> Span {
    let text = number.text();
    let whole = sources.slice(within);
    match whole.find(text.as_ref()) {
        Some(at) => {
            let start = within.start as usize + at;
            Span::new(within.file, start, start + text.len())
        }
        None => within.first_line(&sources.get(within.file).text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::discover::discover_in;
    use crate::resolve::{Input, resolve};
    use ghostc_syntax::Source;
    use std::collections::BTreeSet;

    /// The findings about numbers, with what they point at, of a package with one parameter without a type.
    fn found(front: &str, cases: &str) -> Vec<(&'static str, Severity, String)> {
        let mut sources = Sources::default();
        sources.add(Source::new("p/SPEC.md", format!("{front}# P\n\n### f(n) → x\n")));
        sources.add(Source::new("p/tests.yaml", format!("f:\n{cases}")));
        let small = NumberLimits {
            largest_integer: Some("9007199254740991".to_string()),
            integers_and_floats_differ: false,
        };
        let settings = Settings {
            number_limits: BTreeMap::from([
                ("big".to_string(), NumberLimits::default()),
                ("small".to_string(), small),
            ]),
            ..Settings::default()
        };
        let none = BTreeSet::new();
        let checked = resolve(
            Input {
                sources: &sources,
                existing: &none,
                settings: &settings,
            },
            &discover_in(&sources),
            1,
        );
        let ours = ["integer-out-of-range", "float-out-of-range", "rounded-number"];
        let ours = checked
            .diagnostics
            .iter()
            .filter(|found| ours.contains(&found.code.name));
        ours.map(|found| {
            (
                found.code.name,
                found.severity,
                sources.slice(found.span).to_string(),
            )
        })
        .collect()
    }

    #[test]
    fn integers_are_held_up_to_the_largest_of_a_target() {
        let at = |number: &str, severity| ("integer-out-of-range", severity, number.to_string());
        let cases = "  - {name: a, input: 9007199254740991, output: -9007199254740992}\n";
        let named = "---\ntargets: [small]\n---\n";
        assert_eq!(found(named, cases), [at("-9007199254740992", Severity::Error)]);
        assert_eq!(found("", cases), [at("-9007199254740992", Severity::Warning)]);
        assert!(found("---\ntargets: [big]\n---\n", cases).is_empty());
        let nested = "  - {name: a, input: [{x: 123456789012345678901234}], output: 1}\n";
        assert_eq!(
            found(named, nested),
            [at("123456789012345678901234", Severity::Error)]
        );
    }

    #[test]
    fn one_number_of_a_value_is_said() {
        let cases = "  - {name: a, input: [1, 1e400, 2e400], output: 1}\n";
        assert_eq!(
            found("", cases),
            [("float-out-of-range", Severity::Error, "1e400".to_string())]
        );
    }

    #[test]
    fn decimals_are_held_where_a_double_prints_as_them() {
        let cases = "  - {name: a, input: 0.10, output: 9007199254740993.0}\n  - {name: b, input: 1e400, output: 1}\n";
        assert_eq!(
            found("", cases),
            [
                (
                    "rounded-number",
                    Severity::Warning,
                    "9007199254740993.0".to_string()
                ),
                ("float-out-of-range", Severity::Error, "1e400".to_string()),
            ]
        );
        let pi = "  - {name: a, input: 1, output: 3.14159265358979323846";
        assert_eq!(found("", &format!("{pi}}}\n")).len(), 1);
        assert!(found("", &format!("{pi}, approx: 0.001}}\n")).is_empty());
        assert!(found("", &format!("{pi}, skip: later}}\n")).is_empty());
    }
}
