use super::Value;
use larder::read_amount::Unit;
use larder::write_amount::write_amount;

pub fn call(input: &Value) -> Result<Value, String> {
    let value: u64 = input.arg("value")?;
    let unit: String = input.arg("unit")?;
    let unit = Unit::of(&unit).ok_or_else(|| format!("{unit:?} is not a unit."))?;
    Ok(write_amount(value, unit).into())
}
