//! Makes every file of `src/commands/` a command: its module, its variant of the `Command` enum, and its dispatch.
//!
//! A command is one file: its first `//!` line is the help text, `Args` its arguments, and `run` what it does.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a build script reads the source folder and talks to cargo"
)]

use std::fmt::Write as _;
use std::path::Path;

fn main() {
    let root = std::env::var("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR");
    let out = std::env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    let folder = Path::new(&root).join("src/commands");
    println!("cargo::rerun-if-changed=src/commands");
    let mut names: Vec<String> = std::fs::read_dir(&folder)
        .expect("src/commands is a folder")
        .filter_map(|entry| {
            entry
                .ok()?
                .file_name()
                .into_string()
                .ok()?
                .strip_suffix(".rs")
                .map(str::to_string)
        })
        .collect();
    names.sort();
    let (mut modules, mut variants, mut arms) = (String::new(), String::new(), String::new());
    for name in &names {
        let path = folder.join(format!("{name}.rs"));
        let text = std::fs::read_to_string(&path).expect("a command is a readable file");
        let about = text
            .lines()
            .next()
            .and_then(|line| line.strip_prefix("//! "))
            .expect("a command starts with `//! `");
        let about = about.trim_end_matches('.');
        let variant = name.chars().next().map_or_else(String::new, |first| {
            first
                .to_uppercase()
                .chain(name.chars().skip(1))
                .collect::<String>()
        });
        writeln!(modules, "#[path = {path:?}]\nmod {name};").expect("writing to a string");
        writeln!(
            variants,
            "    #[command(about = {about:?})]\n    {variant}({name}::Args),"
        )
        .expect("writing to a string");
        writeln!(
            arms,
            "        Command::{variant}(args) => {name}::run(args, global),"
        )
        .expect("writing to a string");
    }
    let text = format!(
        "{modules}\n/// What to do.\n#[derive(clap::Subcommand)]\npub(crate) enum Command {{\n{variants}}}\n\n\
         pub(crate) fn run(command: &Command, global: &crate::global::Global) -> crate::exit::Outcome {{\n    match command {{\n{arms}    }}\n}}\n"
    );
    std::fs::write(Path::new(&out).join("commands.rs"), text).expect("OUT_DIR is writable");
}
