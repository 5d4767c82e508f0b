use super::Value;
use larder::read_amount::read_amount;

pub fn call(input: &Value) -> Result<Value, String> {
    let text: String = input.arg("text")?;
    let amount = read_amount(&text).map_err(|error| error.to_string())?;
    Ok(Value::object([
        ("value", amount.value.into()),
        ("unit", amount.unit.to_string().into()),
    ]))
}
