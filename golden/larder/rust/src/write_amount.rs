//! Writes amounts for people.

use crate::read_amount::Unit;

/// Returns an amount as a number, a space and a unit.
pub fn write_amount(value: u64, unit: Unit) -> String {
    let large = match unit {
        Unit::Gram => "kg",
        Unit::Millilitre => "l",
        Unit::Piece => return format!("{value} {unit}"),
    };
    if value < 1000 {
        return format!("{value} {unit}");
    }
    let number = format!("{}.{:03}", value / 1000, value % 1000);
    let number = number.trim_end_matches('0').trim_end_matches('.');
    format!("{number} {large}")
}
