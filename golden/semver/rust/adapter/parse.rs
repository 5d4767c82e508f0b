use super::Value;
use semver::parse::parse;

pub fn call(input: &Value) -> Result<Value, String> {
    let version: String = input.arg("version")?;
    let parts = parse(&version).map_err(|error| error.to_string())?;
    Ok(Value::object([
        ("major", parts.major.into()),
        ("minor", parts.minor.into()),
        ("patch", parts.patch.into()),
        ("prerelease", parts.prerelease.into()),
        ("build", parts.build.into()),
    ]))
}
