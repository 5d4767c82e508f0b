//! The floor of start-up: a program that has clap and nothing to do.

use clap::Parser;

/// Says nothing.
#[derive(Parser)]
#[command(version)]
struct Arguments {}

fn main() {
    Arguments::parse();
}
