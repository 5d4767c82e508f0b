//! The `ghostc` binary: arguments, files and the terminal. It holds no rule about specs.

mod accepting;
mod agents;
mod changes;
mod ci;
mod codes;
mod commands;
mod comparison;
mod costs;
mod drawing;
mod exit;
mod explanation;
mod fixes;
mod git;
mod global;
mod golden;
mod history;
mod jobs;
mod json;
mod judged;
mod load;
mod markup;
mod output;
mod pending;
mod progress;
mod project;
mod report;
mod review;
mod revision;
mod settings;
mod settle;
mod settled;
mod stamp;
mod summary;
mod templates;
mod toolchain;
mod why;

use clap::Parser;
use exit::{Exit, Failure};
use mimalloc::MiMalloc;
use std::process::ExitCode;

/// Parsing makes many small values, on several threads.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// A compiler for ghost libraries: Markdown specs and golden cases in, judged code out.
#[derive(Parser)]
#[command(name = "ghostc", version, max_term_width = 100)]
#[command(
    after_help = "Exit codes: 0 fine, 1 findings, 2 usage or settings, 3 an agent or the machine failed, 4 budget reached, 70 a bug in ghostc, 130 interrupted."
)]
struct Cli {
    #[command(flatten)]
    global: global::Global,
    #[command(subcommand)]
    command: commands::Command,
}

fn main() -> ExitCode {
    std::panic::set_hook(Box::new(|info| {
        output::say(&format!(
            "error: a bug in ghostc: {info}\nplease report it with the command that you ran"
        ));
    }));
    let cli = Cli::parse();
    cli.global.color.write_global();
    let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        commands::run(&cli.command, &cli.global)
    }));
    let exit = match outcome {
        Ok(Ok(exit)) => exit,
        Ok(Err(failure)) => failure.report(),
        Err(_) => Exit::Bug,
    };
    let exit = match output::lost() {
        Some(why) => Failure::machine(format!("cannot write to stdout: {why}"))
            .report()
            .max(exit),
        None => exit,
    };
    ExitCode::from(exit as u8)
}
