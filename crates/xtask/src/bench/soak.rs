//! The soak: ghostc is killed, and system calls of its are failed, at instants that follow from a seed; afterwards a plain
//! run must end as if nothing had happened, and nothing may have been paid for twice.
//!
//! `bench soak` kills 1,000 times and fails every kind of call once; a failure says how to run it again.

mod calls;
mod injections;
mod kills;
mod processes;
mod project;
mod sandbox;
mod state;

use super::path_with_python;
use crate::project as repository;
use injections::Obstacle;
use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;

/// The kills of a whole soak.
const KILLS: u64 = 1000;
/// The kills of the gate's.
const KILLS_OF_GATE: u64 = 30;
/// The failing calls of the gate's.
const INJECTIONS_OF_GATE: usize = 100;

/// What every part of the soak gets.
pub(crate) struct Soak {
    ghostc: PathBuf,
    /// The programs that ghostc finds, Python itself before any wrapper of it.
    path: OsString,
    /// Where projects are made; what failed is left there.
    scratch: PathBuf,
    seed: u64,
}

/// What is asked for on the command line.
struct Arguments {
    kills: u64,
    /// How many calls are failed; nothing for every one.
    injections: Option<usize>,
    seed: u64,
    /// The number of the first round of kills.
    first: u64,
    /// A failing call to run again.
    inject: Option<String>,
    debug: bool,
}

impl Arguments {
    fn parse(given: &[&str]) -> Result<Arguments, String> {
        let mut arguments = Arguments {
            kills: KILLS,
            injections: None,
            seed: u64::from(std::process::id()),
            first: 0,
            inject: None,
            debug: false,
        };
        let mut given = given.iter();
        while let Some(name) = given.next() {
            if *name == "--debug" {
                arguments.debug = true;
                continue;
            }
            let value = given.next().ok_or_else(|| format!("`{name}` needs a value"))?;
            let number = || {
                let parsed = value.parse::<u64>();
                parsed.map_err(|_| format!("`{name}` needs a number, not `{value}`"))
            };
            match *name {
                "--kills" => arguments.kills = number()?,
                "--injections" => arguments.injections = usize::try_from(number()?).ok(),
                "--seed" => arguments.seed = number()?,
                "--first" => arguments.first = number()?,
                "--inject" => arguments.inject = Some((*value).to_string()),
                _ => {
                    return Err(format!(
                        "there is no `{name}`: --kills, --injections, --seed, --first, --inject, --debug"
                    ));
                }
            }
        }
        Ok(arguments)
    }
}

/// Runs the soak that the arguments ask for, with a release build, or the one of the tests with `--debug`.
pub(super) fn run(given: &[&str]) -> Result<(), String> {
    let arguments = Arguments::parse(given)?;
    let profile = if arguments.debug { "debug" } else { "release" };
    let soak = Soak::begin(profile, arguments.seed)?;
    if let Some(call) = &arguments.inject {
        injections::run_one(&soak, call)?;
    } else {
        if arguments.kills > 0 {
            println!("{}", kills::run(&soak, arguments.kills, arguments.first)?);
        }
        if arguments.injections != Some(0) {
            println!("{}", injections::run(&soak, arguments.injections)?);
        }
    }
    soak.end()
}

/// The short soak of the gate: the same kills and failing calls every time; what it has to say beside that.
///
/// Where no program may be traced, as in some containers, no call can be made to fail, and that is said. A machine that
/// only lacks strace is no reason in CI, which installs it.
pub(crate) fn check() -> Result<Vec<String>, String> {
    let soak = Soak::begin("debug", 1)?;
    let mut said = vec![kills::run(&soak, KILLS_OF_GATE, 0)?];
    match injections::obstacle() {
        None => said.push(injections::run(&soak, Some(INJECTIONS_OF_GATE))?),
        Some(Obstacle::Missing) if std::env::var_os("CI").is_some_and(|ci| ci == "true") => {
            return Err(Obstacle::Missing.to_string());
        }
        Some(obstacle) => said.push(format!("NOT DONE: no system call was made to fail: {obstacle}")),
    }
    soak.end()?;
    Ok(said)
}

impl Soak {
    /// Builds ghostc and makes a folder for projects.
    fn begin(profile: &str, seed: u64) -> Result<Soak, String> {
        let target = repository::target()?;
        let built = repository::ghostc(&target, profile)?;
        let scratch = target.join("soak").join(std::process::id().to_string());
        fs::create_dir_all(&scratch)
            .map_err(|error| format!("cannot create {}: {error}", scratch.display()))?;
        // A copy, since a soak takes long, and cargo may make another one meanwhile.
        let ghostc = scratch.join("ghostc");
        fs::copy(built, &ghostc)
            .map_err(|error| format!("cannot copy ghostc to {}: {error}", ghostc.display()))?;
        processes::adopt_orphans()?;
        Ok(Soak {
            ghostc,
            path: path_with_python()?,
            scratch,
            seed,
        })
    }

    fn end(self) -> Result<(), String> {
        fs::remove_dir_all(&self.scratch)
            .map_err(|error| format!("cannot remove {}: {error}", self.scratch.display()))
    }
}
