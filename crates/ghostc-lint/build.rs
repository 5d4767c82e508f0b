//! Makes every file of `src/checks/` and `src/checks/across/` a check: declares its module and lists it in the tables of
//! the functions that it has.
//!
//! A check is one file: its `//!` lines are what `ghostc explain` prints, their first line `severity(group): title`, with
//! `off` after the group for what is not shown unless settings ask for it. What finds what it is about is
//! `pub(super) fn check(package, sources, findings)`, `pub(super) fn check_document(context, sources, findings)`,
//! `pub(super) fn check_library(library, sources, findings)`, or several of these; in `across`, `check` gets the library.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a build script reads the source folder and talks to cargo"
)]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

fn main() {
    let root = std::env::var("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR");
    let out = std::env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    let folder = Path::new(&root).join("src/checks");
    let across = folder.join("across");
    let [within, across] = [&folder, &across].map(|folder| {
        println!("cargo::rerun-if-changed={}", folder.display());
        files(folder)
            .iter()
            .map(|path| read(path))
            .collect::<Vec<Check>>()
    });
    let mut text: String = within.iter().chain(&across).map(Check::declared).collect();
    let codes = within.iter().chain(&across).map(|check| check.constant.as_str());
    let codes = codes.collect::<Vec<_>>().join(", ");
    writeln!(
        text,
        "pub(crate) const CODES: &[ghostc_syntax::Code] = &[{codes}];"
    )
    .expect("writing to a string");
    for (functions, kind, table) in [
        (&[(&within, "check")][..], "Check", "TABLE"),
        (&[(&within, "check_document")], "DocumentCheck", "DOCUMENT"),
        (
            &[(&within, "check_library"), (&across, "check")],
            "AcrossCheck",
            "ACROSS",
        ),
    ] {
        let row = |check: &Check, function: &str| {
            format!(
                "    ({}, {}::{function} as {kind}),\n",
                check.constant, check.name
            )
        };
        let rows = functions.iter().flat_map(|(checks, function)| {
            let having = checks.iter().filter(|check| check.functions.contains(function));
            having.map(move |check| row(check, function))
        });
        let rows: String = rows.collect();
        writeln!(
            text,
            "const {table}: &[(ghostc_syntax::Code, {kind})] = &[\n{rows}];"
        )
        .expect("writing to a string");
    }
    std::fs::write(Path::new(&out).join("checks.rs"), text).expect("OUT_DIR is writable");
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("a folder of checks")
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|ending| ending == "rs"))
        .collect();
    files.sort();
    files
}

struct Check {
    path: PathBuf,
    name: String,
    constant: String,
    severity: &'static str,
    group: &'static str,
    on: bool,
    title: String,
    rest: String,
    /// The names of those of its functions that are called.
    functions: Vec<&'static str>,
}

fn read(path: &Path) -> Check {
    let text = std::fs::read_to_string(path).expect("a check is a readable file");
    let docs: Vec<&str> = text
        .lines()
        .map_while(|line| line.strip_prefix("//!"))
        .map(|line| line.strip_prefix(' ').unwrap_or(line))
        .collect();
    let header = docs.first().and_then(|line| line.split_once("): "));
    let (level, title) = header.unwrap_or_else(|| {
        panic!(
            "{}: the first line must be `//! severity(group): title`",
            path.display()
        );
    });
    let (severity, group) = level.split_once('(').unwrap_or((level, ""));
    let on = !group.ends_with(", off");
    let severity = match severity {
        "error" => "Error",
        "warning" => "Warning",
        "note" => "Note",
        other => panic!("{}: no severity is named {other}", path.display()),
    };
    let group = match group.trim_end_matches(", off") {
        "correctness" => "Correctness",
        "consistency" => "Consistency",
        "coverage" => "Coverage",
        "clarity" => "Clarity",
        other => panic!("{}: no group is named {other}", path.display()),
    };
    let has = |name: &&str| text.contains(&format!("pub(super) fn {name}("));
    let functions = ["check", "check_document", "check_library"]
        .into_iter()
        .filter(has);
    let name = path
        .file_stem()
        .expect("a file has a name")
        .to_string_lossy()
        .into_owned();
    Check {
        constant: name.to_uppercase(),
        name,
        path: path.to_path_buf(),
        severity,
        group,
        on,
        title: title.to_string(),
        rest: docs.get(1..).unwrap_or_default().join("\n"),
        functions: functions.collect(),
    }
}

impl Check {
    /// The module and the code.
    fn declared(&self) -> String {
        let code = self.name.replace('_', "-");
        format!(
            "#[path = {:?}]\nmod {};\n/// `{code}`: {}\npub(crate) const {}: ghostc_syntax::Code = ghostc_syntax::Code {{\n    name: {code:?},\n    severity: ghostc_syntax::Severity::{},\n    group: ghostc_syntax::Group::{},\n    on: {},\n    explanation: {:?},\n}};\n",
            self.path,
            self.name,
            self.title,
            self.constant,
            self.severity,
            self.group,
            self.on,
            format!("# {}\n{}\n", self.title, self.rest),
        )
    }
}
