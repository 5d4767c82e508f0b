//! The launcher alone, as a program for tests, with the other roles of `ghostc`, which has them built in.

use std::process::ExitCode;

fn main() -> ExitCode {
    ghostc_run::run_role(std::env::args_os().skip(1)).unwrap_or(ExitCode::FAILURE)
}
