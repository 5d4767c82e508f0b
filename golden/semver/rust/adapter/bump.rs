use super::Value;
use semver::bump::{bump, Part};

pub fn call(input: &Value) -> Result<Value, String> {
    let version: String = input.arg("version")?;
    let part: String = input.arg("part")?;
    let part: Part = part.parse().map_err(|error| format!("{error}"))?;
    let next = bump(&version, part).map_err(|error| error.to_string())?;
    Ok(next.into())
}
