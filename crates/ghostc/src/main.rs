//! The `ghostc` binary: arguments, formats and the terminal. It holds no rule about specs, and is the only printer.

mod accepting;
mod building;
mod changes;
mod ci;
mod codes;
mod commands;
mod conformance;
mod drawing;
mod excerpt;
mod exit;
mod explanation;
mod git;
mod global;
mod json;
mod listening;
mod markup;
mod output;
mod progress;
mod report;
mod review;
mod signals;
mod summary;
mod trace;

use clap::Parser;
use exit::Exit;
use ghostc_project::Failure;
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
    // Launchers and the like start for every program that is run, and have to be quick.
    if let Some(code) = ghostc_run::run_role(std::env::args_os().skip(1)) {
        return code;
    }
    if let Ok(program) = std::env::current_exe() {
        ghostc_run::prepare_process(program);
    }
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
        Ok(Err(failure)) => exit::report(&failure, &cli.global),
        Err(_) => Exit::Bug,
    };
    let exit = match output::lost() {
        Some(why) => {
            let failure = Failure::machine(format!("cannot write to stdout: {why}"));
            exit::report(&failure, &cli.global).max(exit)
        }
        None => exit,
    };
    ExitCode::from(exit as u8)
}
