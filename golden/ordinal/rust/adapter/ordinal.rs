use super::Value;
use ordinal::ordinal::ordinal;

pub fn call(input: &Value) -> Result<Value, String> {
    let n: i64 = input.arg("n")?;
    let text = ordinal(n).map_err(|error| error.to_string())?;
    Ok(text.into())
}
