//! What programs print as JSON, and the lists of what is known.

use crate::{program, project};
use serde_json::Value;
use std::path::Path;
use std::process::Command;

/// What a program prints, whether or not it finds something.
pub(super) fn output(command: &mut Command) -> Result<Value, String> {
    let text = program::output(command, &[0, 1])?.stdout;
    serde_json::from_slice(&text).map_err(|error| format!("{command:?} printed no JSON: {error}"))
}

/// The value in a file.
pub(super) fn read(path: &Path) -> Result<Value, String> {
    let problem = |error: &dyn std::fmt::Display| format!("cannot read {}: {error}", path.display());
    let text = std::fs::read(path).map_err(|error| problem(&error))?;
    serde_json::from_slice(&text).map_err(|error| problem(&error))
}

/// What is known of an oracle's program, with reasons.
pub(super) fn known(oracle: &str) -> Result<Value, String> {
    read(&project::root().join(format!("crates/xtask/oracle/{oracle}.json")))
}

/// The elements of a list in an object; none where there is no such list.
pub(super) fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value
        .get(key)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

/// A text in an object; empty where there is none.
pub(super) fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// A number in an object.
pub(super) fn number(value: &Value, key: &str) -> Option<usize> {
    value
        .get(key)?
        .as_u64()
        .and_then(|number| usize::try_from(number).ok())
}
