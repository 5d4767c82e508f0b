//! Programs that chores run to their end.

use std::process::{Command, Output};

/// Runs a program to see what it says. A status other than those accepted is an error.
pub(crate) fn output(command: &mut Command, accepted: &[i32]) -> Result<Output, String> {
    let output = command
        .output()
        .map_err(|error| format!("cannot start {command:?}: {error}"))?;
    let status = output.status.code();
    if status.is_some_and(|status| accepted.contains(&status)) {
        return Ok(output);
    }
    Err(format!(
        "{command:?} ended with {}: {}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_fails_says_why() {
        let mut shell = Command::new("sh");
        shell.args(["-c", "echo why >&2; exit 2"]);
        assert!(output(&mut shell, &[0]).unwrap_err().contains("why"));
    }
}
