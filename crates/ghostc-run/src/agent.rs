//! Coding agents: what one is, what a turn of it gives, and how it can fail.

mod failure;
mod presets;
mod print;
mod replay;
mod report;
mod user_home;

use crate::session::SessionError;
use crate::usage::Tokens;
use std::sync::Arc;
use std::time::Duration;

pub use failure::FailureClass;
pub(crate) use failure::ReportedError;
pub use presets::{PresetExtension, extended_preset, find_on_path, preset};
pub(crate) use print::{TurnRequest, run_turn};
pub(crate) use replay::Replay;
pub use user_home::AgentState;

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
    /// What its program keeps in the user's home: each turn gets a copy, and the home itself by links.
    pub state: Vec<AgentState>,
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
            state: Vec::new(),
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

/// What an agent said and used in a turn.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct TurnOutput {
    /// Its last message.
    pub(crate) message: Option<String>,
    /// What it used; nothing where it does not say.
    pub(crate) tokens: Option<Tokens>,
    /// What that cost in dollars; nothing where it does not say.
    pub(crate) dollars: Option<f64>,
    /// Whether it has read its prompt to the end, as far as can be told.
    pub(crate) is_prompt_read: bool,
}

/// How a turn ended, with what the agent said and used whatever the end.
#[derive(Debug)]
pub(crate) struct TurnResult {
    /// What it said and used.
    pub(crate) output: TurnOutput,
    /// How it ended.
    pub(crate) end: TurnEnd,
}

/// How a turn ended.
#[derive(Debug)]
pub(crate) enum TurnEnd {
    /// The agent says, or its exit code does, that it did what it was asked.
    Done,
    /// It was stopped, as the build was.
    Stopped,
    /// It was stopped, as what may be spent was used up.
    OverBudget,
    /// It failed.
    Failed(AgentFailure),
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
        /// What that means.
        class: FailureClass,
        /// When to try again, where it says so.
        retry_after: Option<Duration>,
    },
    /// It ended well, and its prompt had not reached it; or it did not read it, and changed nothing.
    #[error("`{program}` ended without reading its prompt")]
    PromptUnread {
        /// The program.
        program: String,
    },
    /// It says that it failed.
    #[error("the agent reports an error: {message}")]
    Reported {
        /// What it says.
        message: String,
        /// What that means.
        class: FailureClass,
        /// When to try again, where it says so.
        retry_after: Option<Duration>,
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
            | AgentFailure::PromptUnread { .. }
            | AgentFailure::Reported { .. }
            | AgentFailure::TimedOut { .. }
            | AgentFailure::Stalled { .. } => self.class() == FailureClass::Auth,
        }
    }

    /// What kind of failure it is.
    pub fn class(&self) -> FailureClass {
        match self {
            AgentFailure::Missing { .. } | AgentFailure::Start { .. } | AgentFailure::Session(_) => {
                FailureClass::Start
            }
            AgentFailure::Exit { class, .. } | AgentFailure::Reported { class, .. } => *class,
            AgentFailure::PromptUnread { .. } => FailureClass::Crash,
            AgentFailure::TimedOut { .. } | AgentFailure::Stalled { .. } => FailureClass::Stall,
        }
    }

    /// When to try again, where the agent says so.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            AgentFailure::Exit { retry_after, .. } | AgentFailure::Reported { retry_after, .. } => {
                *retry_after
            }
            AgentFailure::Missing { .. }
            | AgentFailure::Start { .. }
            | AgentFailure::Session(_)
            | AgentFailure::PromptUnread { .. }
            | AgentFailure::TimedOut { .. }
            | AgentFailure::Stalled { .. } => None,
        }
    }
}

/// How one turn of an agent ended, and what it used, whatever the end.
#[derive(Clone, Debug)]
pub struct TurnOutcome {
    /// What it used; nothing where it does not say.
    pub tokens: Option<Tokens>,
    /// What that cost in dollars; nothing where it does not say.
    pub dollars: Option<f64>,
    /// How it failed; nothing where it did not.
    pub failure: Option<FailureClass>,
    /// When to try again, where it says so.
    pub retry_after: Option<Duration>,
    /// Whether it was stopped, as the build was or as the budget was used up.
    pub is_stopped: bool,
}

fn after_colon(output: &str) -> String {
    let last = output.lines().map(str::trim).rfind(|line| !line.is_empty());
    last.map(|line| format!(": {line}")).unwrap_or_default()
}
