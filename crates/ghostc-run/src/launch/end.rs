//! How a program ended, and the line in a file with which its launcher reports it.

use std::fmt;
use std::io;
use std::os::unix::process::ExitStatusExt as _;
use std::process::ExitStatus;

/// How a program ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ProgramEnd {
    /// With an exit code.
    Exited(i32),
    /// By a signal.
    Signaled(i32),
    /// It was killed for using more than it may; the text says of what.
    OverLimit(String),
    /// It could not be started; the number is the system's error code.
    NotStarted(i32),
}

impl ProgramEnd {
    /// Whether it ended with exit code 0.
    pub(crate) fn is_success(&self) -> bool {
        *self == ProgramEnd::Exited(0)
    }

    /// The line with which a launcher reports it.
    pub(super) fn to_line(&self) -> String {
        match self {
            ProgramEnd::Exited(code) => format!("exited {code}\n"),
            ProgramEnd::Signaled(signal) => format!("signaled {signal}\n"),
            ProgramEnd::OverLimit(limit) => format!("over-limit {limit}\n"),
            ProgramEnd::NotStarted(code) => format!("not-started {code}\n"),
        }
    }

    /// Reads the line; nothing where it is not whole.
    pub(super) fn from_line(text: &str) -> Option<ProgramEnd> {
        let (word, rest) = text.strip_suffix('\n')?.split_once(' ')?;
        Some(match word {
            "exited" => ProgramEnd::Exited(rest.parse().ok()?),
            "signaled" => ProgramEnd::Signaled(rest.parse().ok()?),
            "over-limit" => ProgramEnd::OverLimit(rest.to_string()),
            "not-started" => ProgramEnd::NotStarted(rest.parse().ok()?),
            _ => return None,
        })
    }

    /// It printed more than so many bytes.
    pub(crate) fn too_much_output(limit: u64) -> ProgramEnd {
        ProgramEnd::OverLimit(format!("too much output (more than {} MiB)", limit >> 20))
    }

    /// The error of a program that could not be started.
    pub(crate) fn start_error(&self) -> Option<io::Error> {
        match self {
            ProgramEnd::NotStarted(code) => Some(io::Error::from_raw_os_error(*code)),
            ProgramEnd::Exited(_) | ProgramEnd::Signaled(_) | ProgramEnd::OverLimit(_) => None,
        }
    }

    /// What the status of a process says that was waited for.
    pub(super) fn of_status(status: ExitStatus) -> ProgramEnd {
        match (status.code(), status.signal()) {
            (Some(code), _) => ProgramEnd::Exited(code),
            (None, signal) => ProgramEnd::Signaled(signal.unwrap_or_default()),
        }
    }
}

impl fmt::Display for ProgramEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ProgramEnd::Exited(code) => write!(f, "exit code {code}"),
            ProgramEnd::Signaled(signal) => write!(f, "signal {signal}"),
            ProgramEnd::OverLimit(limit) => write!(f, "{limit}"),
            ProgramEnd::NotStarted(code) => write!(f, "{}", io::Error::from_raw_os_error(*code)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_report_is_none() {
        for report in [
            ProgramEnd::Exited(3),
            ProgramEnd::Signaled(9),
            ProgramEnd::OverLimit("too much memory".into()),
            ProgramEnd::NotStarted(2),
        ] {
            let line = report.to_line();
            assert_eq!(ProgramEnd::from_line(&line), Some(report));
            assert_eq!(ProgramEnd::from_line(line.trim_end()), None);
        }
    }
}
