//! Puts in what stands on lines.

use crate::commands;
use crate::failure::Failure;
use crate::store::{self, Items};
use crate::words::read_words;

/// Puts in each line, and gives how many items they were in words.
pub(crate) fn fill(items: &mut Items, text: &str) -> Result<String, Failure> {
    let mut count = 0;
    for (index, line) in store::lines(text).enumerate() {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let at_line = |failure| Failure::Line {
            number: index + 1,
            failure: Box::new(failure),
        };
        put_line(items, line).map_err(at_line)?;
        count += 1;
    }
    let noun = if count == 1 { "item" } else { "items" };
    Ok(format!("filled {count} {noun}\n"))
}

fn put_line(items: &mut Items, line: &str) -> Result<(), Failure> {
    let (name, amount) = line.split_once(' ').unwrap_or((line, ""));
    let amount = read_words(name, amount)?;
    commands::put(items, name, amount)?;
    Ok(())
}
