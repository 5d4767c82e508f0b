//! When two JSON values are the same: the equality that cases are judged by.

use serde_json::Value;

/// Typed equality of JSON values: 1 is not "1" and not true, 1 equals 1.0, floats may differ by `approx`,
/// the order of an object's keys does not count.
pub fn equal(expected: &Value, actual: &Value, approx: f64) -> bool {
    match (expected, actual) {
        (Value::Number(a), Value::Number(b)) => numbers_equal(a, b, approx),
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b, approx))
        }
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len()
                && a.iter()
                    .all(|(key, a)| b.get(key).is_some_and(|b| equal(a, b, approx)))
        }
        (a, b) => a == b,
    }
}

fn numbers_equal(a: &serde_json::Number, b: &serde_json::Number, approx: f64) -> bool {
    if a == b {
        return true;
    }
    if a.is_f64() || b.is_f64() {
        return match (a.as_f64(), b.as_f64()) {
            (Some(a), Some(b)) => (a - b).abs() <= approx,
            _ => false,
        };
    }
    false
}
