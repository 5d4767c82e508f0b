//! warning(consistency): a case contradicts a table of rules
//!
//! A table says what comes out for which range of the input, and a case or an example has the output of another row.
//! Where the text says that a number is rounded to the nearest one, it is compared as well.
//! An input is placed by its one number, or by the time between two points in time.
//!
//! ## Wrong
//!
//! ````fixture
//! //- /p/SPEC.md
//! # P
//!
//! ### grade(score) → string
//!
//! | Score | Grade |
//! |-------|-------|
//! | 0–49 | "fail" |
//! | 50–79 | "pass" |
//! | 80–100 | "merit" |
//! //- /p/tests.yaml
//! grade:
//!   - {name: half, input: 50, output: fail}
//! ````
//!
//! ## Right
//!
//! ````fixture
//! //- /p/SPEC.md
//! # P
//!
//! ### grade(score) → string
//!
//! | Score | Grade |
//! |-------|-------|
//! | 0–49 | "fail" |
//! | 50–79 | "pass" |
//! | 80–100 | "merit" |
//! //- /p/tests.yaml
//! grade:
//!   - {name: half, input: 50, output: pass}
//! ````

use crate::ranges;
use crate::rule_tables::{self, Rule, RuleTable};
use ghostc_spec::library::{Case, Operation, Package};
use ghostc_syntax::{Diagnostic, Expectation, Sources, Value};
use std::cmp::Ordering;

/// Titles of columns that are about whatever the input is.
const INPUTS: &[&str] = &["condition", "input", "value", "range", "when", "if"];

/// From here on a number of seconds is a date, in 1973, and a number of milliseconds one in the same year.
const SECONDS: i64 = 100_000_000;
const MILLISECONDS: i64 = 100_000_000_000;

pub(super) fn check(package: &Package, sources: &Sources, findings: &mut Vec<Diagnostic>) {
    for (at, operation) in package.operations.iter().enumerate() {
        let table = package
            .documents
            .get(operation.document)
            .and_then(|home| rule_tables::of(home, operation, sources));
        let Some(table) = table else { continue };
        let sound = package.cases_of(at).filter(|case| case.misfit.is_none());
        let placed = sound.filter_map(|case| Some((case, output(case)?, place(case, operation, &table)?)));
        let placed: Vec<(&Case, String, i64)> = placed.collect();
        let rows = Rows {
            rules: &table.rules,
            is_kept: is_kept(&placed, &table.rules),
            sources,
        };
        for (case, output, place) in &placed {
            let wrong = rows.wrong_row(case, output, *place);
            findings.extend(wrong.or_else(|| rows.wrong_number(package, case, output, *place)));
        }
    }
}

/// Whether most cases keep to a table, so that it is about what comes out.
fn is_kept(placed: &[(&Case, String, i64)], rules: &[Rule<'_>]) -> bool {
    let keeps = |(_, output, place): &&(&Case, String, i64)| {
        let mut here = rules.iter().filter(|rule| rule.range.holds(*place));
        here.any(|rule| rule.result.matches(output))
    };
    placed.iter().filter(keeps).count() * 2 > placed.len()
}

/// What a case expects, as a table would show it.
fn output(case: &Case) -> Option<String> {
    match &case.expect {
        Expectation::Output(Value::String(text)) => Some(text.clone()),
        Expectation::Output(Value::Number(number)) => Some(number.to_string()),
        Expectation::Output(_)
        | Expectation::AnyOf(_)
        | Expectation::Error
        | Expectation::ErrorWith(_)
        | Expectation::Pattern
        | Expectation::Anything
        | Expectation::Steps(_) => None,
    }
}

/// Where the input of a case lies among the ranges, in thousandths of their base unit.
fn place(case: &Case, operation: &Operation, table: &RuleTable<'_>) -> Option<i64> {
    let quantity = table.rules.first()?.range.quantity;
    let input = case.input.as_object()?;
    let params = operation.signature.params.iter();
    let mut given =
        params.filter_map(|param| Some((param.name.as_str(), input.get(&param.name)?.as_number()?)));
    let (name, first) = given.next()?;
    let second = given.next();
    if input.len() != 1 + usize::from(second.is_some()) {
        return None;
    }
    match second {
        None => {
            let value = ranges::thousandths(&first.to_string())?;
            let size = unit_size(name, quantity, operation, table.title)?;
            Some(value.checked_mul(size)? / 1_000)
        }
        Some((_, second)) if quantity == "time" => {
            let (first, second) = (first.as_i64()?, second.as_i64()?);
            let unit = match first.min(second) {
                MILLISECONDS.. => 1,
                SECONDS.. => 1_000,
                _ => return None,
            };
            second.checked_sub(first)?.checked_mul(unit)
        }
        Some(_) => None,
    }
}

/// How many thousandths of the base unit one of a parameter's is, where it is what the table divides.
fn unit_size(param: &str, quantity: &str, operation: &Operation, title: &str) -> Option<i64> {
    let (param, title) = (param.to_lowercase(), title.to_lowercase());
    if quantity.is_empty() {
        let alone = operation.signature.params.len() == 1;
        let named = title.contains(&param) || INPUTS.contains(&title.as_str());
        return (alone && named).then_some(1_000);
    }
    let mut units = param.split('_').filter_map(ranges::unit);
    match units.next() {
        Some((measured, size)) => (measured == quantity).then_some(size),
        // Other units measure themselves.
        None => (quantity != "time" && param.contains(quantity.trim_end_matches('s'))).then_some(1_000),
    }
}

/// The rows of a table, and whether cases keep to it.
struct Rows<'t, 's> {
    rules: &'t [Rule<'s>],
    is_kept: bool,
    sources: &'s Sources,
}

impl<'t, 's> Rows<'t, 's> {
    /// The rows whose ranges hold a place.
    fn around(&self, place: i64) -> impl Iterator<Item = &'t Rule<'s>> {
        self.rules.iter().filter(move |rule| rule.range.holds(place))
    }

    /// A case whose output is that of another row, or, where most cases keep to the table, not the text of its row.
    fn wrong_row(&self, case: &Case, output: &str, place: i64) -> Option<Diagnostic> {
        let rule = self.around(place).next()?;
        if self.around(place).any(|rule| rule.result.matches(output)) {
            return None;
        }
        let is_exact = self.is_kept && rule.result.is_quoted && !rule.result.has_names();
        let other = self.rules.iter().find(|rule| rule.result.matches(output));
        if other.is_none() && !is_exact {
            return None;
        }
        let found = self.describe(case, rule, rule.result.text, output);
        Some(match other {
            Some(other) => found.also(other.condition, "the row that the output is of"),
            None => found,
        })
    }

    /// A case whose number is not the nearest, where the text says that it is rounded so.
    fn wrong_number(&self, package: &Package, case: &Case, output: &str, place: i64) -> Option<Diagnostic> {
        let rule = self.around(place).next()?;
        let (name, unit, filled) = rule.result.counted(output)?;
        let filled = filled.parse::<i64>().ok()?;
        let size = size(package, unit, self.sources).filter(|size| *size > 0)?;
        let (whole, rest) = (place / size, place % size);
        // Of a half nobody knows without reading more which side is the nearest.
        let nearest = match (rest * 2).cmp(&size) {
            Ordering::Less => whole,
            Ordering::Equal => return None,
            Ordering::Greater => whole + 1,
        };
        (filled != nearest && is_rounded(package, name, self.sources)).then(|| {
            let number = nearest.to_string();
            let expected = rule.result.text.replace(&format!("{{{name}}}"), &number);
            self.describe(case, rule, &expected, output)
        })
    }

    fn describe(&self, case: &Case, rule: &Rule<'_>, expected: &str, output: &str) -> Diagnostic {
        let range = self.sources.slice(rule.condition);
        let message = format!(
            "`{}` expects `{output}`, and for `{range}` the table says `{expected}`",
            case.name
        );
        Diagnostic::new(super::CASE_VS_TABLE, case.output.unwrap_or(case.span), message)
            .also(rule.condition, "the row that the input is in")
            .help("Correct the one that is wrong.")
    }
}

/// How many thousandths a unit of time is: by definition, or by the text, as in `months (30d)`.
fn size(package: &Package, unit: &str, sources: &Sources) -> Option<i64> {
    if let Some((quantity, size)) = ranges::unit(unit) {
        return (quantity == "time").then_some(size);
    }
    let sentences = package.specs().flat_map(|(_, home)| &home.spec.sentences);
    let mut sizes = sentences.filter_map(|sentence| defined(sources.slice(sentence.span), unit));
    let size = sizes.next()?;
    sizes.all(|other| other == size).then_some(size)
}

/// The size that a sentence gives a unit in brackets after its name.
fn defined(sentence: &str, unit: &str) -> Option<i64> {
    let (_, after) = sentence.split_once(&format!("{unit} ("))?;
    let (text, _) = after.split_once(')')?;
    let end = text.find(|c: char| !c.is_ascii_digit())?;
    let (count, of) = text.split_at_checked(end)?;
    let (quantity, size) = ranges::unit(of.trim())?;
    (quantity == "time").then_some(count.parse::<i64>().ok()?.checked_mul(size)?)
}

/// Whether a sentence says of a name in code that it is rounded to the nearest number.
fn is_rounded(package: &Package, name: &str, sources: &Sources) -> bool {
    let names = [format!("`{name}`"), format!("`{{{name}}}`")];
    let mut sentences = package.specs().flat_map(|(_, home)| &home.spec.sentences);
    sentences.any(|sentence| {
        let text = sources.slice(sentence.span);
        text.contains("nearest") && names.iter().any(|name| text.contains(name))
    })
}
