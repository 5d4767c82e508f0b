//! An agent that does what a script says: the stand-in for a coding agent, and for every way one can misbehave.
//!
//! `ghostc-fake-agent SCRIPT [RUNS]` runs in the workspace as its current folder. A script has one action a line:
//!
//! | action | what it does |
//! |---|---|
//! | `say TEXT` | prints a line |
//! | `half-line TEXT` | prints text without an end of line |
//! | `garbage N` | prints N bytes that are no UTF-8 |
//! | `flood BYTES` | prints that many bytes, in lines |
//! | `await TEXT` | reads stdin up to and with the first line that holds the text |
//! | `save-prompt PATH` | reads stdin to its end, into a file |
//! | `write PATH <<EOF` | writes a file of the lines up to `EOF` (any word) |
//! | `append PATH <<EOF` | adds such lines to a file |
//! | `copy FROM TO` | copies a file or folder; FROM is relative to the script |
//! | `delete PATH` | removes a file or folder |
//! | `non-utf8 PATH` | writes a file that is no UTF-8 |
//! | `symlink TARGET PATH` | makes a symbolic link |
//! | `escape PATH` | tries to write outside, and says `escaped PATH` or `refused PATH` |
//! | `sleep SECONDS` | waits |
//! | `hang` | waits for ever |
//! | `ignore-term` | survives SIGTERM from here on |
//! | `leak-child SECONDS` | leaves a child behind that holds stdout open; `leak-child SECONDS away` in its own process group |
//! | `exit N` | ends with that status |
//!
//! `on-attempt N` (or `N+`: and later) starts a section that only that run carries out, `always` one that every
//! run does. Runs are counted by a file that each makes one byte longer: RUNS, or `SCRIPT.runs`. Two runs at once
//! with one such file may take the same number. Empty lines and lines that start with `#` mean nothing.
//! A script that makes no sense ends with status 99, so that it is not taken for a scripted failure.

mod action;
mod script;

pub use action::main;
pub use script::{Action, Script};

use crate::built::{Program, built};
use std::path::{Path, PathBuf};

/// Where the program `ghostc-fake-agent` is; builds it when it is missing or older than its source.
///
/// # Panics
///
/// When it cannot be built.
pub fn program() -> PathBuf {
    built(&Program {
        package: "ghostc-testkit",
        name: "ghostc-fake-agent",
        folder: Path::new(env!("CARGO_MANIFEST_DIR")),
        // The rest of this crate does not matter to it.
        sources: &["fake_agent", "fake-agent"],
    })
}
