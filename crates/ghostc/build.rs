//! Makes every file of `src/commands/` a command: its module, its variant of the `Command` enum, and its dispatch.
//!
//! A command is one file: its first `//!` line is the help text, `Args` its arguments, and `run` what it does.
//! Also hashes the sources of the program, by which it knows what an earlier one of its kind has left.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a build script reads the source folder and talks to cargo"
)]

use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};

/// The crates that the program is made of, this one first.
const CRATES: &[&str] = &[
    ".",
    "../ghostc-diff",
    "../ghostc-judge",
    "../ghostc-lint",
    "../ghostc-plan",
    "../ghostc-project",
    "../ghostc-spec",
    "../ghostc-run",
    "../ghostc-syntax",
];
/// What else it is made of: what is embedded, and the versions and hashes of all other crates.
const SOURCES: &[&str] = &["../../templates", "../../Cargo.toml", "../../Cargo.lock"];

fn main() {
    let root = std::env::var("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR");
    let mut sources = DefaultHasher::new();
    let root = Path::new(&root);
    // Tests are no part of the program.
    let parts = CRATES.iter().flat_map(|name| entries(&root.join(name)));
    let parts = parts.filter(|path| !path.ends_with("tests"));
    for path in parts.chain(SOURCES.iter().map(|name| root.join(name))) {
        println!("cargo::rerun-if-changed={}", path.display());
        hash(&path, &mut sources);
    }
    println!("cargo::rustc-env=GHOSTC_SOURCES={:016x}", sources.finish());
    let out = std::env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    let folder = root.join("src/commands");
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

/// What is in a folder, in order.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a source folder can be listed");
    let mut paths: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    paths
}

/// Adds the names and bytes of all files at a path.
fn hash(path: &Path, hasher: &mut DefaultHasher) {
    path.file_name().hash(hasher);
    if path.is_dir() {
        entries(path).iter().for_each(|path| hash(path, hasher));
    } else {
        std::fs::read(path)
            .expect("a source is a readable file")
            .hash(hasher);
    }
}
