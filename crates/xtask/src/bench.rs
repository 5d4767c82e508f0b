//! Benchmarks: whole processes of ghostc against floors, the least work that anyone must do, in the same rounds.
//!
//! Prints a table and asserts nothing: what a machine does beside it changes the walls, and less so the ratios.
//! A floor is a program too (`examples/floors.rs`, `examples/hello-clap.rs`), so that both sides start a process.

mod check_tree;
mod evolution;
mod history;
mod instructions;
mod judge;
mod linear;
mod noop_build;
mod openspec;
mod render;
mod rounds;
mod sample;
pub(crate) mod soak;
mod table;
mod tree;
mod version;

use crate::{program, project};
use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use table::Row;

/// What every benchmark gets.
struct Setup {
    ghostc: PathBuf,
    floors: PathBuf,
    hello: PathBuf,
    prompts: PathBuf,
    histories: PathBuf,
    evolution: PathBuf,
    /// Where generated projects are kept from one run to the next.
    scratch: PathBuf,
    /// The programs that commands find, Python itself before any wrapper of it.
    path: OsString,
    rounds: usize,
}

type Benchmark = fn(&Setup) -> Result<Vec<Row>, String>;

const BENCHMARKS: &[(&str, Benchmark)] = &[
    ("check-tree", check_tree::run),
    ("noop-build", noop_build::run),
    ("judge", judge::run),
    ("render", render::run),
    ("diff-90k", history::diff),
    ("log-500", history::log),
    ("evolution", evolution::run),
    ("version", version::run),
    ("openspec", openspec::run),
    ("instructions", instructions::run),
    ("linear", linear::run),
];

/// Runs the benchmarks that the arguments name, or all.
pub(crate) fn run(arguments: &[&str]) -> Result<(), String> {
    let (rounds, names) = match arguments {
        ["soak", rest @ ..] => return soak::run(rest),
        ["--rounds", count, names @ ..] => (
            count
                .parse()
                .map_err(|_| format!("`{count}` is no number of rounds"))?,
            names,
        ),
        names => (10, names),
    };
    if let Some(unknown) = names
        .iter()
        .find(|name| !BENCHMARKS.iter().any(|(known, _)| known == *name))
    {
        let known: Vec<&str> = BENCHMARKS.iter().map(|(name, _)| *name).collect();
        return Err(format!(
            "there is no benchmark `{unknown}`, only {}",
            known.join(", ")
        ));
    }
    let setup = build(rounds)?;
    println!("{}", table::HEADER);
    for (name, benchmark) in BENCHMARKS {
        if names.is_empty() || names.contains(name) {
            match benchmark(&setup) {
                Ok(rows) => rows.iter().for_each(|row| println!("{row}")),
                Err(problem) => eprintln!("{name}: {problem}"),
            }
        }
    }
    Ok(())
}

fn build(rounds: usize) -> Result<Setup, String> {
    let mut cargo = project::cargo();
    cargo.args([
        "build",
        "--release",
        "--quiet",
        "--package",
        "ghostc",
        "--package",
        "xtask",
    ]);
    cargo.args([
        "--bin",
        "ghostc",
        "--example",
        "floors",
        "--example",
        "hello-clap",
        "--example",
        "prompts",
        "--example",
        "spec-history",
        "--example",
        "evolution",
    ]);
    let status = cargo
        .status()
        .map_err(|error| format!("cannot start cargo: {error}"))?;
    if !status.success() {
        return Err("cannot build what is measured".to_string());
    }
    let target = project::target()?;
    let release = target.join("release");
    Ok(Setup {
        ghostc: release.join("ghostc"),
        floors: release.join("examples/floors"),
        hello: release.join("examples/hello-clap"),
        prompts: release.join("examples/prompts"),
        histories: release.join("examples/spec-history"),
        evolution: release.join("examples/evolution"),
        scratch: target.join("bench"),
        path: path_with_python()?,
        rounds,
    })
}

/// Wrappers such as pyenv's are scripts that take several times as long to start as Python does.
fn path_with_python() -> Result<OsString, String> {
    let mut python = Command::new("python3");
    python.args(["-c", "import sys; print(sys.executable)"]);
    let said = program::output(&mut python, &[0])?.stdout;
    let said = String::from_utf8_lossy(&said);
    let home = Path::new(said.trim()).parent().map(Path::to_path_buf);
    let known = env::var_os("PATH").unwrap_or_default();
    env::join_paths(home.into_iter().chain(env::split_paths(&known)))
        .map_err(|error| format!("cannot put Python first: {error}"))
}
