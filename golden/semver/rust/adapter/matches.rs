use super::Value;
use semver::matches::matches;

pub fn call(input: &Value) -> Result<Value, String> {
    let version: String = input.arg("version")?;
    let range: String = input.arg("range")?;
    let matched = matches(&version, &range).map_err(|error| error.to_string())?;
    Ok(matched.into())
}
