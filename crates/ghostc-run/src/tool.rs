//! Builders, drivers and other programs of a target: where each is, and the environment that it gets.

use crate::harness::ResourceLimits;
use crate::launch::{Launch, Prepared};
use crate::process::environment;
use crate::programs::find_program;
use crate::shims;
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};

/// What builders and drivers may have of our environment.
const FOR_TOOLS: &[&str] = &["PATH", "HOME", "LANG", "LC_*", "TMPDIR", "RUSTUP_*", "CARGO_HOME"];

/// A program of a target.
pub(crate) struct Tool {
    /// Its file; as it is named where it is not on the PATH.
    pub(crate) file: PathBuf,
    /// Its name as it sees it. What stands behind a shim gets its path, or it would look for its own files beside the shim.
    name: OsString,
    env: Vec<(OsString, OsString)>,
}

impl Tool {
    /// The program that a command starts, with the variables of a harness.
    pub(crate) fn find(argv: &[String], env: &BTreeMap<String, String>) -> io::Result<Tool> {
        let program = argv
            .first()
            .ok_or_else(|| io::Error::other("the command is empty"))?;
        let path = env
            .get("PATH")
            .map_or_else(|| std::env::var_os("PATH"), |path| Some(path.into()));
        let found = path.and_then(|path| find_program(program, &path));
        let mut variables = environment(FOR_TOOLS);
        variables.extend(env.iter().map(|(name, value)| (name.into(), value.into())));
        let behind = found
            .as_deref()
            .and_then(|found| shims::behind(found, &variables));
        let name = behind
            .as_ref()
            .map_or(OsStr::new(program), |real| real.as_os_str());
        Ok(Tool {
            name: name.to_os_string(),
            file: behind.or(found).unwrap_or_else(|| PathBuf::from(program)),
            env: variables,
        })
    }

    /// Its command in `folder`, with the arguments of the command that it was found by.
    pub(crate) fn prepare(
        self,
        argv: &[String],
        folder: &Path,
        limits: ResourceLimits,
    ) -> io::Result<Prepared> {
        Launch {
            program: &self.file,
            name: &self.name,
            arguments: argv.iter().skip(1).map(OsString::from).collect(),
            folder,
            env: self.env,
            limits,
        }
        .prepare()
    }
}

/// A command of a harness, in `folder`, with the tools' environment.
pub(crate) fn tool_command(
    argv: &[String],
    folder: &Path,
    env: &BTreeMap<String, String>,
    limits: ResourceLimits,
) -> io::Result<Prepared> {
    Tool::find(argv, env)?.prepare(argv, folder, limits)
}
