//! What a command can fail with, and the exit status of it.

use crate::commands::Refusal;
use crate::store::FileError;
use crate::words::WordError;
use std::{fmt, io};

/// Why a command failed.
#[derive(Debug)]
pub(crate) enum Failure {
    Usage,
    Word(WordError),
    Refused(Refusal),
    File(FileError),
    Input(io::Error),
    Line {
        number: usize,
        failure: Box<Failure>,
    },
}

impl Failure {
    /// The exit status of the program.
    pub(crate) fn status(&self) -> u8 {
        match self {
            Failure::Refused(_) => 1,
            Failure::Usage | Failure::Word(_) => 2,
            Failure::File(_) | Failure::Input(_) => 3,
            Failure::Line { failure, .. } => failure.status(),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Usage => f.write_str("usage: larder [--file PATH] COMMAND [NAME AMOUNT]"),
            Failure::Word(error) => error.fmt(f),
            Failure::Refused(error) => error.fmt(f),
            Failure::File(error) => error.fmt(f),
            Failure::Input(error) => write!(f, "standard input: {error}"),
            Failure::Line { number, failure } => write!(f, "line {number}: {failure}"),
        }
    }
}

impl std::error::Error for Failure {}

impl From<WordError> for Failure {
    fn from(error: WordError) -> Failure {
        Failure::Word(error)
    }
}

impl From<Refusal> for Failure {
    fn from(error: Refusal) -> Failure {
        Failure::Refused(error)
    }
}

impl From<FileError> for Failure {
    fn from(error: FileError) -> Failure {
        Failure::File(error)
    }
}
