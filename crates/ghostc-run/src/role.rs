//! What this binary is when it is started by itself and not by the user: a launcher, the process inside a seal, or a played
//! command.

use crate::launch::{LAUNCH, supervise};
use crate::scenario::{SEAL, STUB, seal, stub};
use std::ffi::OsString;
use std::process::ExitCode;

/// What a process of this binary is started for, where it is not the user's; its exit code. `arguments` are those of the
/// process without its name.
pub fn run_role(arguments: impl IntoIterator<Item = OsString>) -> Option<ExitCode> {
    let mut arguments = arguments.into_iter();
    let first = arguments.next()?;
    match first.to_str()? {
        LAUNCH => Some(supervise(arguments)),
        SEAL => Some(seal(arguments)),
        first if first.starts_with(STUB) => Some(stub(first, arguments)),
        _ => None,
    }
}
