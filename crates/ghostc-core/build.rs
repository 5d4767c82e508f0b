//! Makes every file of `src/checks/` a check: declares its module and lists it in the table.
//!
//! A check is one file: its `//!` lines are what `ghostc explain` prints, their first line `severity: title`,
//! and its `pub(super) fn check(package, sources, findings)` finds what it is about.

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
    let folder = Path::new(&root).join("src/checks");
    println!("cargo::rerun-if-changed=src/checks");
    let mut names: Vec<String> = std::fs::read_dir(&folder)
        .expect("src/checks is a folder")
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
    let (mut modules, mut codes, mut table) = (String::new(), String::new(), String::new());
    for name in &names {
        let path = folder.join(format!("{name}.rs"));
        let text = std::fs::read_to_string(&path).expect("a check is a readable file");
        let docs: Vec<&str> = text
            .lines()
            .map_while(|line| line.strip_prefix("//!"))
            .map(|line| line.strip_prefix(' ').unwrap_or(line))
            .collect();
        let (severity, title) = docs
            .first()
            .and_then(|line| line.split_once(": "))
            .unwrap_or_else(|| {
                panic!("{}: the first line must be `//! severity: title`", path.display());
            });
        let severity = match severity {
            "error" => "Error",
            "warning" => "Warning",
            "note" => "Note",
            other => panic!("{}: no severity is named {other}", path.display()),
        };
        let rest = docs.get(1..).unwrap_or_default().join("\n");
        let (code, constant) = (name.replace('_', "-"), name.to_uppercase());
        writeln!(modules, "#[path = {path:?}]\nmod {name};").expect("writing to a string");
        writeln!(
            codes,
            "/// `{code}`: {title}\npub(crate) const {constant}: ghostc_syntax::Code = ghostc_syntax::Code {{\n    name: {code:?},\n    severity: ghostc_syntax::Severity::{severity},\n    explanation: {:?},\n}};",
            format!("# {title}\n{rest}\n"),
        )
        .expect("writing to a string");
        writeln!(table, "    ({constant}, {name}::check as Check),").expect("writing to a string");
    }
    let text = format!("{modules}\n{codes}\nconst TABLE: &[(ghostc_syntax::Code, Check)] = &[\n{table}];\n");
    std::fs::write(Path::new(&out).join("checks.rs"), text).expect("OUT_DIR is writable");
}
