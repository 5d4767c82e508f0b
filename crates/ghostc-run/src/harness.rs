//! What it takes to judge one set of operations in one language: files, commands and limits, as plain data.

use std::collections::BTreeMap;
use std::time::Duration;

/// Everything to judge one set of operations in one language.
///
/// In the arguments of `build` and `drive`, `{lib}` and `{driver}` stand for the absolute folders of the library
/// (link files and code) and of the driver.
#[derive(Clone, Debug)]
pub struct Harness {
    /// The target's name, for messages.
    pub target: String,
    /// The library's files that ghostc renders, by relative path.
    pub library: BTreeMap<String, String>,
    /// The driver's files, by relative path; they lie in a folder of their own.
    pub driver: BTreeMap<String, String>,
    /// Commands that build library and driver, run one after the other in the library's folder.
    pub build: Vec<Vec<String>>,
    /// The command that starts the driver, run in the library's folder.
    pub drive: Vec<String>,
    /// Variables for these commands, beside the few that are passed on.
    pub env: BTreeMap<String, String>,
    /// How long things may take.
    pub limits: Limits,
}

/// How long building and judging may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// One build command.
    pub build: Duration,
    /// From the start of a driver to its first answer.
    pub start: Duration,
    /// A driver's silence between two answers. All silence together may take the time of one start and one case.
    pub case: Duration,
    /// All cases together.
    pub all_cases: Duration,
    /// What one build command or driver may use, with all that it starts.
    pub resources: ResourceLimits,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            build: Duration::from_secs(120),
            start: Duration::from_secs(30),
            case: Duration::from_secs(10),
            all_cases: Duration::from_secs(600),
            resources: ResourceLimits::default(),
        }
    }
}

/// What a program may use, together with everything that it starts. More of it ends the program.
///
/// On Linux memory and processes are limited by a control group where one can be made. Elsewhere on Linux memory is limited
/// for each process by the kernel, and for all together by a look every tenth of a second, as processes are; on other
/// systems memory and processes are not limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResourceLimits {
    /// Bytes of memory.
    pub memory: u64,
    /// Processes at the same time.
    pub processes: u64,
    /// Files that one process may have open.
    pub open_files: u64,
    /// Bytes of one file.
    pub file_size: u64,
    /// Bytes of output.
    pub output: u64,
}

impl Default for ResourceLimits {
    fn default() -> ResourceLimits {
        ResourceLimits {
            memory: 8 << 30,
            processes: 1000,
            open_files: 8192,
            file_size: 4 << 30,
            output: 1 << 30,
        }
    }
}

/// A program that a target needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toolchain {
    /// The command that prints its version.
    pub run: Vec<String>,
    /// The lowest version that will do: numbers with dots.
    pub at_least: Option<String>,
    /// What to do where it is missing, as a phrase.
    pub install: String,
}

/// Whether a target's programs are there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ToolchainState {
    /// All of them are.
    Present {
        /// The version of each, in their order; empty where a program names none.
        versions: Vec<String>,
    },
    /// One is not.
    Missing {
        /// What is wrong, as a phrase.
        reason: String,
        /// What to do about it.
        install: String,
    },
}
