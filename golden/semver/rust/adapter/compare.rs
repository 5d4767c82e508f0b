use super::Value;
use semver::compare::compare;

pub fn call(input: &Value) -> Result<Value, String> {
    let left: String = input.arg("left")?;
    let right: String = input.arg("right")?;
    let ordering = compare(&left, &right).map_err(|error| error.to_string())?;
    Ok((ordering as i8).into())
}
