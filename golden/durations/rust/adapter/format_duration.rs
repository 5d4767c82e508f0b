use super::Value;
use durations::format_duration::{format_duration, Options};

pub fn call(input: &Value) -> Result<Value, String> {
    let seconds: f64 = input.arg("seconds")?;
    let mut options = Options::default();
    if let Some(given) = input.arg::<Option<Value>>("options")? {
        if let Some(max_units) = given.arg("max_units")? {
            options.max_units = max_units;
        }
        if let Some(style) = given.arg::<Option<String>>("style")? {
            options.style = style.parse().map_err(|error| format!("{error}"))?;
        }
    }
    let text = format_duration(seconds, &options).map_err(|error| error.to_string())?;
    Ok(text.into())
}
