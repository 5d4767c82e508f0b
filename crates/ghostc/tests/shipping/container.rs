//! `ci/Containerfile`, as far as that goes without an engine: what it copies is there and is sent to the engine, what it
//! runs is shell, its bases are pinned, and it builds the program as releases are built.

use crate::files::{root, text};
use std::process::Command;

/// The instructions of the recipe, each with its lines joined and without comments.
fn instructions() -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut joined = String::new();
    for line in text("ci/Containerfile")
        .lines()
        .filter(|line| !line.trim_start().starts_with('#'))
    {
        let (part, goes_on) = line.strip_suffix('\\').map_or((line, false), |part| (part, true));
        joined.push_str(part);
        if !goes_on && !joined.trim().is_empty() {
            let (name, rest) = joined.trim().split_once(' ').unwrap();
            found.push((name.to_string(), rest.to_string()));
        }
        if !goes_on {
            joined.clear();
        }
    }
    found
}

fn of(name: &str) -> Vec<String> {
    let found = instructions().into_iter().filter(|(found, _)| found == name);
    found.map(|(_, rest)| rest).collect()
}

#[test]
fn what_is_copied_exists_and_is_not_kept_back() {
    let ignored = text("ci/Containerfile.dockerignore");
    let sent: Vec<&str> = ignored
        .lines()
        .filter_map(|line| line.strip_prefix('!'))
        .collect();
    assert!(ignored.lines().any(|line| line == "*"));
    let mut copied = Vec::new();
    for copy in of("COPY") {
        let words: Vec<&str> = copy.split_whitespace().collect();
        if words[0] == "--from=build" {
            assert_eq!(words[1], "/src/target/release/ghostc");
            continue;
        }
        for source in &words[..words.len() - 1] {
            assert!(root().join(source).exists(), "{source}");
            assert!(sent.contains(source), "{source} is not sent to the engine");
            copied.push(source.to_string());
        }
    }
    assert_eq!(copied.len(), sent.len(), "more is sent than copied");
    // What a build of the workspace reads beside its crates.
    for needed in ["Cargo.toml", "Cargo.lock", "crates", "templates"] {
        assert!(copied.iter().any(|path| path == needed), "{needed}");
    }
}

#[test]
fn what_is_run_is_shell() {
    let runs = of("RUN");
    assert!(
        runs.iter()
            .any(|run| run == "cargo build --release --locked --package ghostc")
    );
    assert!(runs.len() > 1);
    for run in runs {
        let checked = Command::new("bash").args(["-n", "-c", &run]).output().unwrap();
        let said = String::from_utf8_lossy(&checked.stderr).into_owned();
        assert!(checked.status.success(), "{run}\n{said}");
    }
}

#[test]
fn bases_are_pinned_and_the_last_stage_is_nobody_special() {
    let base = of("ARG")
        .into_iter()
        .find_map(|line| line.strip_prefix("BASE=").map(String::from))
        .unwrap();
    for from in of("FROM") {
        let from = from.replace("${BASE}", &base);
        let image = from.split(' ').next().unwrap();
        let (name, digest) = image
            .split_once("@sha256:")
            .unwrap_or_else(|| panic!("{image} is not pinned"));
        assert!(name.contains(':') && digest.len() == 64, "{image}");
    }
    let (names, rest): (Vec<String>, Vec<String>) = instructions().into_iter().unzip();
    let user = names.iter().rposition(|name| name == "USER").unwrap();
    let stage = names.iter().rposition(|name| name == "FROM").unwrap();
    assert!(user > stage && rest[user] == "ghostc", "{rest:?}");
    assert_eq!(rest.last().unwrap(), r#"["ghostc"]"#);
}

/// The compiler of the image is the one that the workspace asks for, or later.
#[test]
fn the_compiler_is_recent_enough() {
    let manifest = text("Cargo.toml");
    let wanted = manifest
        .lines()
        .find_map(|line| line.strip_prefix("rust-version = "))
        .unwrap()
        .trim_matches('"');
    assert!(
        of("FROM")[0].starts_with(&format!("docker.io/library/rust:{wanted}.")),
        "{wanted}"
    );
}
