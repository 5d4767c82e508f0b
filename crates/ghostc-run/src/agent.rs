//! Coding agents: what one is, what a turn of it gives, and how it can fail.

mod presets;
mod print;
mod replay;
mod report;

use crate::session::SessionError;
use crate::usage::Tokens;
use std::sync::Arc;
use std::time::Duration;

pub use presets::{find_on_path, preset};
pub(crate) use print::{TurnRequest, run_turn};
pub(crate) use replay::Replay;

/// An agent: a command and how to talk to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentCommand {
    /// The name it is known by.
    pub name: String,
    /// How to talk to it.
    pub protocol: Protocol,
    /// The command. `{dir}` is the workspace, `{prompt}` the prompt, `{prompt_file}` a file that holds it;
    /// without one of the last two the prompt goes to stdin.
    pub argv: Vec<String>,
    /// Variables that it needs, beside the usual ones; `NAME*` allows a prefix.
    pub env_allow: Vec<String>,
    /// What decides that a turn of it succeeded.
    pub success: Success,
}

impl AgentCommand {
    /// Recorded sessions as the agent: nothing has to be installed.
    pub fn replay() -> AgentCommand {
        AgentCommand {
            name: "replay".to_string(),
            protocol: Protocol::Replay,
            argv: Vec::new(),
            env_allow: Vec::new(),
            success: Success::ExitCode,
        }
    }
}

/// How to talk to an agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// A prompt in, and the result is what changed in the workspace.
    Print,
    /// Recorded sessions are played.
    Replay,
}

/// What decides that a turn of an agent succeeded. That it wrote anything is always checked on its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Success {
    /// Exit code 0.
    ExitCode,
    /// Exit code 0, and no JSON line of its output reports an error as the result.
    Report,
}

/// What a turn of an agent gave, beside what it wrote.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct TurnOutput {
    /// Its last message.
    pub(crate) message: Option<String>,
    /// What it used; nothing where it does not say.
    pub(crate) tokens: Option<Tokens>,
}

/// How an agent failed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum AgentFailure {
    /// Its program is not there.
    #[error("the program `{program}` of agent `{agent}` was not found")]
    Missing {
        /// The agent's name.
        agent: String,
        /// The program.
        program: String,
    },
    /// Its program could not be started.
    #[error("cannot start `{program}`: {source}")]
    Start {
        /// The program.
        program: String,
        /// Why.
        source: Arc<std::io::Error>,
    },
    /// It ended with an exit code other than 0, or by a signal.
    #[error("`{program}` ended with {status}{}", after_colon(.output))]
    Exit {
        /// The program.
        program: String,
        /// `exit code 1` or `signal 9`.
        status: String,
        /// The end of what it printed.
        output: String,
    },
    /// It says that it failed.
    #[error("the agent reports an error: {message}")]
    Reported {
        /// What it says.
        message: String,
    },
    /// It took too long.
    #[error("the agent took longer than {} s", .after.as_secs_f64())]
    TimedOut {
        /// The limit.
        after: Duration,
    },
    /// It printed nothing and changed no file for too long.
    #[error("the agent printed nothing and changed no file for {} s", .after.as_secs_f64())]
    Stalled {
        /// The limit.
        after: Duration,
    },
    /// A recorded session could not be played.
    #[error(transparent)]
    Session(#[from] SessionError),
}

impl AgentFailure {
    /// Whether trying again cannot help.
    pub fn is_final(&self) -> bool {
        match self {
            AgentFailure::Missing { .. } | AgentFailure::Session(_) => true,
            AgentFailure::Start { .. }
            | AgentFailure::Exit { .. }
            | AgentFailure::Reported { .. }
            | AgentFailure::TimedOut { .. }
            | AgentFailure::Stalled { .. } => false,
        }
    }
}

fn after_colon(output: &str) -> String {
    let last = output.lines().map(str::trim).rfind(|line| !line.is_empty());
    last.map(|line| format!(": {line}")).unwrap_or_default()
}
