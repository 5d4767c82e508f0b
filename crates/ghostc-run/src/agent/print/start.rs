//! The start of an agent: its command, its environment, and its prompt on the way to it.

use super::TurnRequest;
use crate::agent::AgentFailure;
use crate::agent::user_home::AgentHome;
use crate::launch::{Launch, Launched, Prepared};
use crate::pipe::{enlarge_pipe, set_nonblocking};
use crate::process::environment;
use crate::programs::find_program;
use crate::workspace::TEMPORARY;
use std::ffi::{OsStr, OsString};
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use tokio::process::{Child, Command};

/// The file of the prompt in the private folder.
const PROMPT: &str = "prompt.md";
/// What every agent may have of our environment.
const FOR_AGENTS: &[&str] = &[
    "PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_*", "TERM", "SHELL", "XDG_*",
];

/// Why a program could not be started.
pub(super) fn start_failure(agent: &str, program: &str, source: io::Error) -> AgentFailure {
    let (agent, program) = (agent.to_string(), program.to_string());
    if source.kind() == io::ErrorKind::NotFound {
        AgentFailure::Missing { agent, program }
    } else {
        AgentFailure::Start {
            program,
            source: Arc::new(source),
        }
    }
}

/// An agent that was started.
pub(super) struct Started<'a> {
    pub(super) child: Child,
    pub(super) launched: Launched,
    pub(super) home: AgentHome,
    /// The end of the pipe that the agent reads its prompt from: it tells what is left there.
    pub(super) unread: io::PipeReader,
    /// What did not fit into the pipe of the prompt, and the pipe.
    pub(super) to_send: Option<(&'a [u8], io::PipeWriter)>,
}

/// Starts an agent with its prompt.
pub(super) fn start<'a>(request: &TurnRequest<'a>) -> io::Result<Started<'a>> {
    let state = &request.command.state;
    let home = AgentHome::create(state, request.private_folder, |name| std::env::var_os(name));
    let home = home.map_err(io::Error::other)?;
    let (prepared, takes_stdin) = agent_command(request, &home)?;
    let (unread, stdin) = io::pipe()?;
    let mut to_send = None;
    if takes_stdin {
        to_send = fill_pipe(stdin, request.prompt.as_bytes())?;
    }
    let (child, launched) = prepared.start(|command| {
        let mut command = Command::from(command);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        if takes_stdin {
            command.stdin(unread.try_clone()?);
        } else {
            command.stdin(Stdio::null());
        }
        let child = command.spawn()?;
        let id = child.id().unwrap_or_default();
        Ok((child, id))
    })?;
    Ok(Started {
        child,
        launched,
        home,
        unread,
        to_send,
    })
}

/// Writes what fits into the pipe, before there is anybody who reads; the rest with the pipe, where there is one.
fn fill_pipe(mut pipe: io::PipeWriter, mut text: &[u8]) -> io::Result<Option<(&[u8], io::PipeWriter)>> {
    enlarge_pipe(&pipe);
    set_nonblocking(&pipe)?;
    while !text.is_empty() {
        match pipe.write(text) {
            Ok(count) => text = text.get(count..).unwrap_or_default(),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(Some((text, pipe))),
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}

/// The command, and whether the prompt goes to its stdin.
fn agent_command(request: &TurnRequest<'_>, home: &AgentHome) -> io::Result<(Prepared, bool)> {
    let takes = |placeholder: &str| {
        request
            .command
            .argv
            .iter()
            .any(|argument| argument.contains(placeholder))
    };
    let file = request.private_folder.path().join(PROMPT);
    if takes("{prompt_file}") {
        let written = request.private_folder.write(PROMPT, request.prompt.as_bytes());
        written.map_err(io::Error::other)?;
    }
    // The prompt comes last, so that what looks like a placeholder in it stays as it is.
    let filled = |argument: &String| {
        let argument = argument.replace("{dir}", &request.workspace.to_string_lossy());
        argument
            .replace("{prompt_file}", &file.to_string_lossy())
            .replace("{prompt}", request.prompt)
    };
    let mut argv = request.command.argv.iter().map(filled);
    let program = argv
        .next()
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "the command is empty"))?;
    // A path is meant from where ghostc runs, not from the workspace.
    let file = if program.contains('/') {
        std::path::absolute(&program)?
    } else {
        let found = std::env::var_os("PATH").and_then(|path| find_program(&program, &path));
        found.unwrap_or_else(|| PathBuf::from(&program))
    };
    let allowed: Vec<&str> = FOR_AGENTS
        .iter()
        .copied()
        .chain(request.command.env_allow.iter().map(String::as_str))
        .collect();
    let takes_stdin = !takes("{prompt}") && !takes("{prompt_file}");
    let mut env = environment(&allowed);
    let temporary = request.private_folder.path().join(TEMPORARY);
    env.push(("TMPDIR".into(), temporary.into()));
    // Of two of one name the last one counts.
    env.extend(home.variables.iter().cloned());
    let launch = Launch {
        program: &file,
        name: if program.contains('/') {
            file.as_os_str()
        } else {
            OsStr::new(&program)
        },
        arguments: argv.map(OsString::from).collect(),
        folder: request.workspace,
        env,
        limits: request.resources,
    };
    Ok((launch.prepare()?, takes_stdin))
}
