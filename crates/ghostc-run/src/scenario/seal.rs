//! The process inside the seal of a scenario: starts its programs, tells how they end, and makes sockets in its network.
//!
//! It knows nothing of what the scenario is about. Where it can it is the first process of a process namespace, and all
//! that is inside ends with it; else it is the sub-reaper of all that it starts. It ends when its socket does.

#[cfg(target_os = "linux")]
mod namespaces;
mod processes;

use super::wire::{Inbox, SealMessage, SealRequest, line_of, send};
use crate::launch::end_all;
use crate::pipe;
use processes::SealedPrograms;
use rustix::event::{PollFd, PollFlags};
use rustix::net::{AddressFamily, SocketType, socket};
use rustix::process::Signal;
use std::ffi::OsString;
use std::io::{self, Read as _};
use std::os::fd::{AsFd as _, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::time::Duration;

/// The first argument of a process that makes a seal.
pub(crate) const SEAL: &str = "__seal";
/// The second one of the first process in a process namespace.
const FIRST: &str = "first";
/// How long a wait lasts at most. Everything that there is to do ends it.
const LONGEST_WAIT: Duration = Duration::from_secs(60);
/// The exit code of a process that was not started as one.
const USAGE: u8 = 2;

/// What a scenario has of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SealLevel {
    /// Its network and its processes.
    All,
    /// Its network.
    Network,
    /// Nothing but its folder.
    Folder,
}

impl SealLevel {
    /// Every level, from the best.
    pub(super) const ALL: [SealLevel; 3] = [SealLevel::All, SealLevel::Network, SealLevel::Folder];

    /// The word for it in arguments.
    pub(super) fn word(self) -> &'static str {
        match self {
            SealLevel::All => "all",
            SealLevel::Network => "network",
            SealLevel::Folder => "folder",
        }
    }
}

/// Runs the process inside to its end; `arguments` are those after [`SEAL`]. It is for a process of its own that does
/// nothing else, and whose standard input is the socket to ghostc.
pub(crate) fn seal(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let mut arguments = arguments.into_iter();
    let Some(word) = arguments.next().and_then(|word| word.into_string().ok()) else {
        return ExitCode::from(USAGE);
    };
    let frozen: Vec<PathBuf> = arguments.map(PathBuf::from).collect();
    let level = SealLevel::ALL.into_iter().find(|level| level.word() == word);
    let prepared = match level {
        _ if word == FIRST => begin_first(&frozen),
        Some(SealLevel::All) => match enter(SealLevel::All, &frozen) {
            Ok(()) => return start_first(&frozen),
            failed => failed,
        },
        Some(level) => enter(level, &frozen),
        None => return ExitCode::from(USAGE),
    };
    let done = prepared.map_err(io::Error::other).and_then(|()| serve());
    end_all();
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _nobody_listens = tell(&SealMessage::Failed(error.to_string()), None);
            ExitCode::FAILURE
        }
    }
}

#[cfg(target_os = "linux")]
fn enter(level: SealLevel, frozen: &[PathBuf]) -> Result<(), String> {
    use rustix::process::{getpid, set_child_subreaper};
    if level != SealLevel::Folder {
        namespaces::enter(level)?;
    }
    if level == SealLevel::All {
        return Ok(());
    }
    let told = |error: io::Error| error.to_string();
    set_child_subreaper(Some(getpid())).map_err(|error| told(error.into()))?;
    if level == SealLevel::Network {
        freeze(frozen)?;
        namespaces::give_up_capabilities().map_err(told)?;
    }
    become_private();
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn enter(level: SealLevel, _frozen: &[PathBuf]) -> Result<(), String> {
    match level {
        SealLevel::Folder => Ok(()),
        SealLevel::All | SealLevel::Network => Err("this system has no namespaces".to_string()),
    }
}

/// Keeps folders as they are.
#[cfg(target_os = "linux")]
fn freeze(folders: &[PathBuf]) -> Result<(), String> {
    let frozen = folders.iter().try_for_each(|folder| namespaces::freeze(folder));
    frozen.map_err(|error| format!("the program cannot be kept as it is: {error}"))
}

#[cfg(target_os = "linux")]
fn begin_first(frozen: &[PathBuf]) -> Result<(), String> {
    namespaces::die_with_parent();
    let shown = namespaces::show_own_processes();
    shown.map_err(|error| format!("its processes cannot be shown alone: {error}"))?;
    freeze(frozen)?;
    let given_up = namespaces::give_up_capabilities();
    given_up.map_err(|error| format!("capabilities cannot be given up: {error}"))?;
    become_private();
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn begin_first(_frozen: &[PathBuf]) -> Result<(), String> {
    Err("this system has no namespaces".to_string())
}

/// Keeps programs out of this process.
#[cfg(target_os = "linux")]
fn become_private() {
    use rustix::process::{DumpableBehavior, set_dumpable_behavior};
    let _older_kernel = set_dumpable_behavior(DumpableBehavior::NotDumpable);
}

/// Starts the first process of the new process namespace, and waits for it.
fn start_first(frozen: &[PathBuf]) -> ExitCode {
    let started = std::env::current_exe().and_then(|program| {
        let mut command = Command::new(program);
        command.args([SEAL, FIRST]).args(frozen).spawn()
    });
    let failed = match started.and_then(|mut first| first.wait()) {
        Ok(status) if status.success() => return ExitCode::SUCCESS,
        Ok(status) => format!("its first process ended: {status}"),
        Err(error) => format!("its first process cannot be started: {error}"),
    };
    let _nobody_listens = tell(&SealMessage::Failed(failed), None);
    ExitCode::FAILURE
}

/// Does what ghostc wants until it wants nothing more.
fn serve() -> io::Result<()> {
    let (mut wake, waker) = UnixStream::pair()?;
    wake.set_nonblocking(true)?;
    signal_hook::low_level::pipe::register(Signal::CHILD.as_raw(), waker)?;
    let stdin = rustix::stdio::stdin();
    let mut inbox = Inbox::default();
    let mut programs = SealedPrograms::default();
    tell(&SealMessage::Ready, None)?;
    loop {
        let mut files = [
            PollFd::new(&stdin, PollFlags::IN),
            PollFd::new(&wake, PollFlags::IN),
        ];
        pipe::wait(&mut files, LONGEST_WAIT)?;
        let has_come = files.first().is_some_and(|file| !file.revents().is_empty());
        while matches!(wake.read(&mut [0; 64]), Ok(count) if count > 0) {}
        if has_come && !inbox.fill(stdin)? {
            return Ok(());
        }
        while let Some(request) = inbox.next()? {
            answer(request, &mut inbox, &mut programs)?;
        }
        for (process, code, signal) in programs.reap() {
            tell(
                &SealMessage::Ended {
                    process,
                    code,
                    signal,
                },
                None,
            )?;
        }
    }
}

fn answer(request: SealRequest, inbox: &mut Inbox, programs: &mut SealedPrograms) -> io::Result<()> {
    match request {
        SealRequest::Start { process, argv, env } => {
            let streams = [inbox.file()?, inbox.file()?, inbox.file()?];
            match programs.start(process, &argv, env, streams) {
                Ok(()) => Ok(()),
                Err(error) => {
                    let why = error.to_string();
                    tell(&SealMessage::NotStarted { process, why }, None)
                }
            }
        }
        SealRequest::Signal {
            process,
            signal,
            group,
        } => {
            if let Some(signal) = Signal::from_named_raw(signal) {
                programs.signal(process, signal, group);
            }
            Ok(())
        }
        SealRequest::Count { process } => tell(&SealMessage::Counted(programs.count(process)), None),
        SealRequest::Socket { v6 } => {
            let family = if v6 {
                AddressFamily::INET6
            } else {
                AddressFamily::INET
            };
            match socket(family, SocketType::STREAM, None) {
                Ok(made) => tell(&SealMessage::Socket(Ok(())), Some(made)),
                Err(error) => tell(&SealMessage::Socket(Err(error.to_string())), None),
            }
        }
    }
}

/// Sends a message, and a file with it.
fn tell(message: &SealMessage, file: Option<OwnedFd>) -> io::Result<()> {
    let line = line_of(message)?;
    let mut rest = line.as_slice();
    let mut files: Vec<BorrowedFd<'_>> = file.iter().map(|file| file.as_fd()).collect();
    while !rest.is_empty() {
        let sent = send(rustix::stdio::stdin(), rest, &files)?;
        rest = rest.get(sent..).unwrap_or_default();
        files.clear();
    }
    Ok(())
}
