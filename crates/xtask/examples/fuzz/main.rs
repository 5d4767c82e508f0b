//! The fuzzer: makes packages of all dialects from pieces, from fixtures and from real specs, damages them, and takes
//! each through everything before the agent.
//!
//! `fuzz [--seconds N] [--count N] [--seed N] [--first N] [--target NAME]` ends with 1 when something does not hold, and
//! leaves the smallest files that show it under `target/fuzz`. The same seed makes the same inputs.
#![allow(clippy::print_stdout, reason = "what a fuzzer finds is what it prints")]

mod arguments;
mod inputs;
#[path = "../../../ghostc/tests/front_end/oracle.rs"]
mod oracle;
#[path = "../../src/random.rs"]
mod random;
mod shrink;
#[path = "../../../ghostc/tests/front_end/spans.rs"]
mod spans;

use arguments::Arguments;
use inputs::Corpus;
use oracle::Files;
use std::error::Error;
use std::panic;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

/// The longest that one input may take. It is a few kilobytes.
const PATIENCE: Duration = Duration::from_secs(60);

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let arguments = Arguments::parse(std::env::args().skip(1))?;
    let corpus = Corpus::load(&arguments.target)?;
    panic::set_hook(Box::new(|_| {}));
    let start = Instant::now();
    let (done, finished) = mpsc::channel();
    let run = arguments.clone();
    let texts = corpus.clone();
    // Inputs are judged on a thread of their own, so that one that takes forever is told.
    std::thread::Builder::new().stack_size(8 << 20).spawn(move || {
        for number in run.first.. {
            let files = texts.input(run.seed, number);
            if done.send((number, judged(&files).err())).is_err() {
                return;
            }
        }
    })?;
    let mut next = arguments.first;
    while next - arguments.first < arguments.count && start.elapsed() < arguments.time {
        match finished.recv_timeout(PATIENCE) {
            Ok((number, None)) => next = number + 1,
            Ok((number, Some(why))) => {
                let files = corpus.input(arguments.seed, number);
                let (files, why) = shrink::smallest(files, why);
                return tell(&arguments, number, &files, &why);
            }
            Err(RecvTimeoutError::Timeout) => {
                let files = corpus.input(arguments.seed, next);
                return tell(&arguments, next, &files, &format!("takes more than {PATIENCE:?}"));
            }
            Err(RecvTimeoutError::Disconnected) => return Err("the judge is gone".into()),
        }
    }
    let count = next - arguments.first;
    println!(
        "fuzz: {count} inputs of {} with seed {}: all well",
        arguments.target, arguments.seed
    );
    Ok(if count == 0 {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

/// What the oracle says of files; a panic is told like all else.
fn judged(files: &Files) -> Result<(), String> {
    panic::catch_unwind(|| oracle::judge(files)).unwrap_or_else(|payload| {
        let text = payload.downcast_ref::<String>().cloned();
        let text = text.or_else(|| payload.downcast_ref::<&str>().map(ToString::to_string));
        Err(format!("panic: {}", text.unwrap_or_default()))
    })
}

/// Saves files that show that something does not hold, and says where they are and how to make them again.
fn tell(arguments: &Arguments, number: u64, files: &Files, why: &str) -> Result<ExitCode, Box<dyn Error>> {
    let name = format!("{}-{}-{number}", arguments.target, arguments.seed);
    let folder = target_folder()?.join("fuzz").join(name);
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    ghostc_testkit::fixture::write_to(files, &folder);
    println!(
        "fuzz: input {number} of {} with seed {}: {why}",
        arguments.target, arguments.seed
    );
    for (path, text) in files {
        println!(
            "//- /{path}\n{}",
            text.escape_debug().to_string().replace("\\n", "\n")
        );
    }
    println!(
        "fuzz: saved as {}; again: cargo xtask fuzz --target {} --seed {} --first {number} --count 1",
        folder.display(),
        arguments.target,
        arguments.seed
    );
    Ok(ExitCode::FAILURE)
}

/// Where cargo puts what it builds: this program is in `debug/examples` below it.
fn target_folder() -> Result<PathBuf, Box<dyn Error>> {
    let program = std::env::current_exe()?;
    let folder = program.ancestors().nth(3).map(Path::to_path_buf);
    folder.ok_or_else(|| "this program is in no target folder".into())
}
