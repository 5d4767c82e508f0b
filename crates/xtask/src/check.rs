//! The whole gate, step by step: one line for each with its duration, and all that a failing one has to say.

use crate::{bench, features, fuzz, project, tidy};
use std::io::Write;
use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

/// Runs every step up to the first that fails; `fast` leaves the documentation out.
pub(crate) fn run(fast: bool) -> Result<(), String> {
    let start = Instant::now();
    step("format", cargo(&["fmt", "--all", "--check"]))?;
    let mut format = Command::new("rustfmt");
    format
        .args(["--edition", "2024", "--check"])
        .args(declared_by_scripts()?);
    step("format", format)?;
    step(
        "clippy",
        cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]),
    )?;
    if !fast {
        let mut doc = cargo(&["doc", "--workspace", "--no-deps"]);
        doc.env("RUSTDOCFLAGS", "-D warnings");
        step("doc", doc)?;
    }
    step("test", project::tests())?;
    if project::has_nextest() {
        step("doc test", project::documentation_tests())?;
    }
    let tidying = Instant::now();
    let report = tidy::report(&[])?;
    finish(
        "tidy",
        tidying,
        report.errors() == 0,
        report.to_string().as_bytes(),
    )?;
    let comparing = Instant::now();
    let report = features::report()?;
    finish("features", comparing, report.is_empty(), report.as_bytes())?;
    // The same inputs every time: whoever looks for more runs the fuzzer for longer, with another seed.
    step("fuzz", fuzz::command(&["--count", "150", "--seed", "1"]))?;
    let soaking = Instant::now();
    let soaked = bench::soak::check();
    let said = soaked
        .as_ref()
        .map(|said| said.join("\n"))
        .unwrap_or_else(String::clone);
    finish("soak", soaking, soaked.is_ok(), said.as_bytes())?;
    println!("{said}");
    step("specs", cargo(&["run", "--quiet", "--", "check", "specs"]))?;
    println!("all      ok {:7.1} s", start.elapsed().as_secs_f64());
    Ok(())
}

/// The modules that build scripts declare, which `cargo fmt` does not see.
fn declared_by_scripts() -> Result<Vec<PathBuf>, String> {
    let tree = tidy::Tree::read()?;
    let folders = ["/src/checks/", "/src/commands/"];
    let files = tree.sources().map(|(path, _)| path);
    let files = files.filter(|path| folders.iter().any(|folder| path.contains(folder)));
    Ok(files.map(|path| project::root().join(path)).collect())
}

fn cargo(arguments: &[&str]) -> Command {
    let mut cargo = project::cargo();
    cargo.args(arguments);
    cargo
}

fn step(name: &str, mut command: Command) -> Result<(), String> {
    let start = Instant::now();
    let output = command
        .output()
        .map_err(|error| format!("cannot start {command:?}: {error}"))?;
    finish(
        name,
        start,
        output.status.success(),
        &[output.stdout, output.stderr].concat(),
    )
}

fn finish(name: &str, start: Instant, passed: bool, output: &[u8]) -> Result<(), String> {
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "{name:8} {} {seconds:7.1} s",
        if passed { "ok" } else { "FAILED" }
    );
    if passed {
        return Ok(());
    }
    std::io::stdout()
        .write_all(output)
        .map_err(|error| format!("cannot print: {error}"))?;
    Err(format!("`{name}` failed"))
}
