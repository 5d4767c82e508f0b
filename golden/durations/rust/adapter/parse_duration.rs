use super::Value;
use durations::parse_duration::parse_duration;

pub fn call(input: &Value) -> Result<Value, String> {
    let text: String = input.arg("text")?;
    let seconds = parse_duration(&text).map_err(|error| error.to_string())?;
    // JSON writes a whole number of seconds as an integer.
    if seconds.fract() == 0.0 {
        Ok((seconds as i64).into())
    } else {
        Ok(seconds.into())
    }
}
