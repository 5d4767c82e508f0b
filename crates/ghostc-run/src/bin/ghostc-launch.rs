//! The launcher alone, as a program for tests; `ghostc` has it built in.

use std::process::ExitCode;

fn main() -> ExitCode {
    ghostc_run::supervise(std::env::args_os().skip(2))
}
