//! When two values are the same: the equality that cases are judged by.

use super::{Number, Value};

/// How closely numbers are compared.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Precision {
    /// How far a number may be from the expected one where either is a float.
    pub approx: f64,
    /// Whether an integer and a float are never equal.
    pub exact: bool,
}

/// Typed equality of JSON values: 1 is not "1" and not true; 1 equals 1.0 unless that is told apart; integers are equal to
/// the last digit, and floats where they are one double or differ by `approx` at most; the order of an object's keys does
/// not count.
pub fn equal(expected: &Value, actual: &Value, precision: Precision) -> bool {
    match (expected, actual) {
        (Value::Number(a), Value::Number(b)) => numbers_equal(a, b, precision),
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b, precision))
        }
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len()
                && a.iter()
                    .all(|(key, a)| b.get(key).is_some_and(|b| equal(a, b, precision)))
        }
        (a, b) => a == b,
    }
}

/// What is written as a float is a double of the program, whatever digits it is printed with; an integer is itself.
fn numbers_equal(expected: &Number, actual: &Number, precision: Precision) -> bool {
    if precision.exact && expected.is_integer() != actual.is_integer() {
        return false;
    }
    let (wanted, got) = (expected.as_f64(), actual.as_f64());
    if expected.is_integer() && actual.is_integer() {
        return expected.is_same_number(actual);
    }
    let near = (wanted - got).abs() <= precision.approx && precision.approx > 0.0;
    let same = match (expected.is_integer(), actual.is_integer()) {
        (true, _) => expected.is_exactly(got),
        (_, true) => actual.is_exactly(wanted) || expected.is_same_number(actual),
        (false, false) if wanted.is_finite() => wanted == got,
        (false, false) => expected.is_same_number(actual),
    };
    same || near
}
