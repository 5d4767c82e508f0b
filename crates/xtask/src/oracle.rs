//! Oracles: programs of others whose word ghostc is held against, over the corpora and over damaged copies of them.
//!
//! They come from npm and PyPI at pinned versions, into `target/oracle`, and are no part of the tests: an oracle asks for
//! the network once, and is skipped loudly where its tools are missing. Each prints what it compared and every miss, and
//! fails on one. What is known and not to be mended is in a data file beside, with a reason.

mod formatters;
mod json;
mod openspec;
mod sarif;
mod tools;

use crate::{folder, project};
use std::ops::RangeInclusive;
use std::path::PathBuf;

/// What every oracle gets.
struct OracleSetup {
    ghostc: PathBuf,
    corpora: PathBuf,
    /// Where tools are installed and inputs are written, by oracle.
    folder: PathBuf,
    /// The rounds of damage to run, both ends included; round 0 damages nothing.
    rounds: RangeInclusive<u64>,
    seed: u64,
}

/// Why an oracle gives no verdict.
enum Stop {
    /// Something that it needs is not on this machine.
    Skipped(String),
    Failed(String),
}

impl From<String> for Stop {
    fn from(problem: String) -> Stop {
        Stop::Failed(problem)
    }
}

/// The last round where the arguments name none.
const ROUNDS: u64 = 5;

type Oracle = fn(&OracleSetup) -> Result<(), Stop>;

const ORACLES: &[(&str, Oracle)] = &[
    ("openspec", openspec::run),
    ("formatters", formatters::run),
    ("sarif", sarif::run),
];

/// Runs the oracle that the arguments name.
pub(crate) fn run(arguments: &[&str]) -> Result<(), String> {
    let known: Vec<&str> = ORACLES.iter().map(|(name, _)| *name).collect();
    let known = known.join(", ");
    let Some((name, rest)) = arguments.split_first() else {
        return Err(format!("name an oracle: {known}"));
    };
    let Some((_, oracle)) = ORACLES.iter().find(|(known, _)| known == name) else {
        return Err(format!("there is no oracle `{name}`, only {known}"));
    };
    let target = project::target()?;
    let mut setup = OracleSetup {
        ghostc: project::ghostc(&target, "debug")?,
        corpora: corpora()?,
        folder: target.join("oracle").join(name),
        rounds: 0..=ROUNDS,
        seed: 1,
    };
    for pair in rest.chunks(2) {
        let number = |text: &str| text.parse().map_err(|_| format!("`{text}` is no number"));
        match pair {
            ["--rounds", last] => setup.rounds = *setup.rounds.start()..=number(last)?,
            ["--first", first] => setup.rounds = number(first)?..=*setup.rounds.end(),
            ["--seed", seed] => setup.seed = number(seed)?,
            _ => return Err(format!("`{}` is not understood", pair.join(" "))),
        }
    }
    match oracle(&setup) {
        Ok(()) => Ok(()),
        Err(Stop::Failed(problem)) => Err(problem),
        // Nobody reads what a machine prints on a green run.
        Err(Stop::Skipped(why)) if std::env::var_os("CI").is_some_and(|value| value == "true") => Err(why),
        Err(Stop::Skipped(why)) => {
            eprintln!("SKIPPED oracle {name}: {why}. Nothing was compared.");
            Ok(())
        }
    }
}

/// Real specs: `GHOSTC_CORPORA`, else `../shared/corpora` beside the repository.
fn corpora() -> Result<PathBuf, String> {
    let named = std::env::var_os("GHOSTC_CORPORA").filter(|name| !name.is_empty());
    let folder = named.map_or_else(|| project::root().join("../shared/corpora"), PathBuf::from);
    let folder = folder
        .canonicalize()
        .ok()
        .filter(|folder| folder.join("docs").is_dir());
    folder.ok_or_else(|| "there are no corpora, see GHOSTC_CORPORA".to_string())
}
