//! The project's chores, as `cargo xtask NAME`: the whole gate, blessing of expectations, house rules, benchmarks, releases, fuzzing, oracles.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a chore's product is what it prints"
)]

mod bench;
mod bless;
mod check;
mod dist;
mod features;
mod folder;
mod fuzz;
mod oracle;
mod program;
mod project;
mod random;
mod tidy;

use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask NAME

  check [--fast]                 format, lints, documentation (not with --fast), tests, tidy, features, fuzz, soak, our specs
  bless                          run the tests and accept what they got as expected
  tidy [RULE…]                   the house rules that no other tool checks
  bench [--rounds N] [NAME…]     measure against floors and print a table
  bench soak [--kills N] [--injections N] [--seed N] [--first N] [--inject CALL:ERROR:N] [--debug]
                                 kill ghostc and have its system calls fail, again and again, and compare
  dist [--target TRIPLE] [-o DIR] [--verify]
                                 make a release archive; with --verify, twice in two folders, to compare
  fuzz [--seconds N] [--count N] [--seed N] [--first N] [--target NAME]
                                 take damaged specs through everything before the agent
  oracle NAME [--rounds N] [--first N] [--seed N]
                                 hold ghostc against a program of others, from npm or PyPI
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments.as_slice() {
        ["check"] => check::run(false),
        ["check", "--fast"] => check::run(true),
        ["bless"] => bless::run(),
        ["tidy", rules @ ..] => tidy::run(rules),
        ["bench", rest @ ..] => bench::run(rest),
        ["dist", rest @ ..] => dist::run(rest),
        ["fuzz", rest @ ..] => fuzz::run(rest),
        ["oracle", rest @ ..] => oracle::run(rest),
        ["help" | "--help" | "-h"] => {
            print!("{USAGE}");
            Ok(())
        }
        _ => {
            eprint!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}
