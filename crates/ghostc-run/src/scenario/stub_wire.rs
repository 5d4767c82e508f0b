//! What a played command and ghostc tell each other: lines of JSON over the socket of the scenario.

use serde::{Deserialize, Serialize};
use std::path::Path;

/// How the argument of a process starts that is a played command. A script has room for one argument in its first line,
/// which so holds everything.
pub(crate) const STUB: &str = "__stub:";
/// The most that is told of what a command was given to read, or of a line; the rest is read and dropped.
pub(super) const MOST: usize = 16 << 20;

/// What a process of ours says first, or later on.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum StubMessage {
    /// It plays the fake of this number.
    Fake(usize),
    /// It is for the child of the call of this nonce.
    Child(u64),
    /// It was started at a time by the clock of all processes, with this; so many bytes follow, which it has read.
    Call {
        nonce: u64,
        begun: u64,
        args: Vec<String>,
        cwd: String,
        env: Vec<(String, String)>,
        stdin: usize,
    },
    /// A line came.
    Line(String),
    /// No more lines come.
    End,
    /// It ends right now, by the clock of all processes.
    Over(u64),
    /// The child was started, or could not be.
    ChildStarted(Result<(), String>),
}

/// What it is to do.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) enum StubOrder {
    /// Go on, and show that you have read this.
    Welcome { nonce: u64, lines: bool },
    /// Start a child that lives so long.
    Child { micros: u64 },
    /// Print and end.
    Finish {
        stdout: String,
        stderr: String,
        exit: u8,
    },
    /// Print a line.
    Print(String),
    /// End.
    Exit(u8),
}

/// The argument of a process that plays a fake.
pub(super) fn fake_argument(fake: usize, socket: &Path) -> String {
    format!("{STUB}{fake}:{}", socket.display())
}

/// The argument of a child that lives so long.
pub(super) fn child_argument(micros: u64) -> String {
    format!("{STUB}child:{micros}")
}

/// What one of these arguments says, without [`STUB`].
pub(super) enum StubArgument<'a> {
    Fake { fake: usize, socket: &'a Path },
    Child { micros: u64 },
}

impl StubArgument<'_> {
    pub(super) fn read(argument: &str) -> Option<StubArgument<'_>> {
        let (word, rest) = argument.split_once(':')?;
        Some(match word {
            "child" => StubArgument::Child {
                micros: rest.parse().ok()?,
            },
            fake => StubArgument::Fake {
                fake: fake.parse().ok()?,
                socket: Path::new(rest),
            },
        })
    }
}
