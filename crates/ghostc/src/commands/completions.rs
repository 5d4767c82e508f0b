//! Print completions for a shell.

use crate::Cli;
use crate::exit::{Exit, Outcome};
use crate::global::Global;
use crate::output;
use clap::CommandFactory as _;

/// Arguments of `ghostc completions`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The shell
    shell: clap_complete::Shell,
}

pub(crate) fn run(args: &Args, global: &Global) -> Outcome {
    global.format(&[])?;
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "ghostc", &mut script);
    output::print_exactly(&String::from_utf8_lossy(&script));
    Ok(Exit::Fine)
}
