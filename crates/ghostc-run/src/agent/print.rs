//! One turn of an agent that takes a prompt and prints: started in its workspace, watched, and ended with all that it
//! started.
//!
//! That it ends well is only half of the answer: what it wrote is looked at elsewhere.

use super::report::AgentReport;
use super::{AgentCommand, AgentFailure, Success, TurnOutput};
use crate::process::{ProcessGroup, environment, status_text};
use crate::stop::Stop;
use crate::tail::Tail;
use rustix::process::{Pid, Signal, kill_process};
use std::ffi::OsString;
use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};
use tokio::sync::watch;

/// What is kept of an agent's output.
const OUTPUT: usize = 64 << 10;
/// How long an agent may take to end after it was asked to.
const TERM_GRACE: Duration = Duration::from_secs(2);
/// How long an agent may live on after it has reported its result.
const RESULT_LINGER: Duration = Duration::from_secs(10);
/// How long output may still come after an agent's end.
const DRAIN_LIMIT: Duration = Duration::from_secs(1);
/// The variable by which everything that an agent starts is found again.
const MARK: &str = "GHOSTC_WORKSPACE";
/// What every agent may have of our environment.
const FOR_AGENTS: &[&str] = &[
    "PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_*", "TERM", "TMPDIR", "SHELL", "XDG_*",
];

/// One turn of an agent: its command, its prompt, its folders and its limits.
pub(crate) struct TurnRequest<'a> {
    /// The agent.
    pub(crate) command: &'a AgentCommand,
    /// The prompt.
    pub(crate) prompt: &'a str,
    /// Where it works.
    pub(crate) workspace: &'a Path,
    /// A private folder outside of that.
    pub(crate) private_folder: &'a Path,
    /// How long it may take.
    pub(crate) timeout: Duration,
    /// How long it may go without output or a change of a file.
    pub(crate) stall: Duration,
    /// Whether it has to end.
    pub(crate) stop: watch::Receiver<Stop>,
}

/// Runs one turn of an agent; `None` where it was stopped. `on_message` gets each message, on one line.
pub(crate) async fn run_turn(
    request: TurnRequest<'_>,
    on_message: &mut (dyn FnMut(String) + Send),
) -> Result<Option<TurnOutput>, AgentFailure> {
    let program = request.command.argv.first().cloned().unwrap_or_default();
    let failed = |source: io::Error| {
        let program = program.clone();
        if source.kind() == io::ErrorKind::NotFound {
            AgentFailure::Missing {
                agent: request.command.name.clone(),
                program,
            }
        } else {
            AgentFailure::Start {
                program,
                source: Arc::new(source),
            }
        }
    };
    let (mut command, from_stdin) = agent_command(&request).map_err(failed)?;
    let mut child = command.spawn().map_err(failed)?;
    let mut turn = RunningTurn::new(&mut child, &request);
    let stdin = child.stdin.take().filter(|_| from_stdin);
    let status = turn
        .watch(&mut child, write_prompt(stdin, request.prompt), on_message)
        .await
        .map_err(failed)?;
    turn.outcome(status, program)
}

/// The command, and whether the prompt goes to its stdin.
fn agent_command(request: &TurnRequest<'_>) -> io::Result<(Command, bool)> {
    let takes = |placeholder: &str| {
        request
            .command
            .argv
            .iter()
            .any(|argument| argument.contains(placeholder))
    };
    let file = request.private_folder.join("prompt.md");
    if takes("{prompt_file}") {
        let _earlier_one = std::fs::remove_file(&file);
        OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&file)?
            .write_all(request.prompt.as_bytes())?;
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
    let program = if program.contains('/') {
        std::path::absolute(program)?
    } else {
        PathBuf::from(program)
    };
    let allowed: Vec<&str> = FOR_AGENTS
        .iter()
        .copied()
        .chain(request.command.env_allow.iter().map(String::as_str))
        .collect();
    let from_stdin = !takes("{prompt}") && !takes("{prompt_file}");
    let mut command = Command::new(program);
    command
        .args(argv)
        .current_dir(request.workspace)
        .process_group(0)
        .kill_on_drop(true);
    command
        .env_clear()
        .envs(environment(&allowed))
        .env(MARK, request.workspace);
    command.stdin(if from_stdin { Stdio::piped() } else { Stdio::null() });
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    Ok((command, from_stdin))
}

/// Writes the prompt and closes the pipe. An agent that does not read it shows in what it does.
async fn write_prompt(stdin: Option<ChildStdin>, prompt: &str) {
    if let Some(mut stdin) = stdin {
        let _not_all_read = stdin.write_all(prompt.as_bytes()).await;
    }
}

/// Why an agent was ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum EndReason {
    TimedOut,
    Stalled,
    /// It had reported its result and lived on.
    Finished,
    Stopped,
}

/// A turn on its way.
struct RunningTurn {
    processes: AgentProcesses,
    stdout: Option<ChildStdout>,
    stderr: Option<ChildStderr>,
    report: AgentReport,
    output: Tail,
    /// What it said on stderr alone, which says best why it failed.
    errors: Tail,
    stop: watch::Receiver<Stop>,
    timeout: Duration,
    stall: Duration,
    success: Success,
    begun: Instant,
    active: Instant,
    finished_at: Option<Instant>,
    ending: Option<(EndReason, Instant)>,
}

impl RunningTurn {
    fn new(child: &mut Child, request: &TurnRequest<'_>) -> RunningTurn {
        let now = Instant::now();
        let group = ProcessGroup::of(child.id().unwrap_or_default());
        RunningTurn {
            processes: AgentProcesses {
                group,
                workspace: request.workspace.to_path_buf(),
            },
            stdout: child.stdout.take(),
            stderr: child.stderr.take(),
            report: AgentReport::default(),
            output: Tail::new(OUTPUT),
            errors: Tail::new(OUTPUT),
            stop: request.stop.clone(),
            timeout: request.timeout,
            stall: request.stall,
            success: request.command.success,
            begun: now,
            active: now,
            finished_at: None,
            ending: None,
        }
    }

    /// Waits for the end of the agent, and sees to it that there is one.
    async fn watch(
        &mut self,
        child: &mut Child,
        write_prompt: impl Future<Output = ()>,
        on_message: &mut (dyn FnMut(String) + Send),
    ) -> io::Result<ExitStatus> {
        let (mut out, mut err) = (vec![0; 1 << 16], vec![0; 1 << 14]);
        let shortest = self.timeout.min(self.stall) / 10;
        let mut look =
            tokio::time::interval(shortest.clamp(Duration::from_millis(10), Duration::from_millis(500)));
        let mut stop = self.stop.clone();
        let mut is_sent = false;
        tokio::pin!(write_prompt);
        let status = loop {
            tokio::select! {
                status = child.wait() => break status?,
                count = read(&mut self.stdout, &mut out) => self.received(&out, count, true, on_message),
                count = read(&mut self.stderr, &mut err) => self.received(&err, count, false, on_message),
                () = &mut write_prompt, if !is_sent => is_sent = true,
                _ = look.tick() => self.check_limits(),
                Ok(()) = stop.changed() => self.check_limits(),
            }
        };
        self.processes.kill();
        let drain = async {
            while self.stdout.is_some() || self.stderr.is_some() {
                tokio::select! {
                    count = read(&mut self.stdout, &mut out) => self.received(&out, count, true, on_message),
                    count = read(&mut self.stderr, &mut err) => self.received(&err, count, false, on_message),
                }
            }
        };
        let _some_left = tokio::time::timeout(DRAIN_LIMIT, drain).await;
        self.report.end(on_message);
        Ok(status)
    }

    fn received(
        &mut self,
        buffer: &[u8],
        count: usize,
        is_stdout: bool,
        on_message: &mut (dyn FnMut(String) + Send),
    ) {
        let bytes = buffer.get(..count).unwrap_or_default();
        self.active = Instant::now();
        self.output.push(bytes);
        if !is_stdout {
            self.errors.push(bytes);
        } else {
            self.report.push(bytes, &mut |text| on_message(text));
            if self.success == Success::Report && self.report.is_finished() && count > 0 {
                self.finished_at = Some(self.active);
            }
        }
        match (count, is_stdout) {
            (0, true) => self.stdout = None,
            (0, false) => self.stderr = None,
            _ => {}
        }
    }

    /// Looks whether the agent has to end, or has had its time to do so.
    fn check_limits(&mut self) {
        let now = Instant::now();
        let stop = *self.stop.borrow();
        if let Some((_, kill_at)) = self.ending {
            if now >= kill_at || stop == Stop::Now {
                self.processes.kill();
            }
            return;
        }
        let why = if stop > Stop::No {
            EndReason::Stopped
        } else if self.finished_at.is_some_and(|at| now - at >= RESULT_LINGER) {
            EndReason::Finished
        } else if now - self.begun >= self.timeout {
            EndReason::TimedOut
        } else if now - self.active >= self.stall && self.no_file_changed(now) {
            EndReason::Stalled
        } else {
            return;
        };
        self.processes.end();
        self.ending = Some((why, if stop == Stop::Now { now } else { now + TERM_GRACE }));
    }

    /// Whether no file has changed either; where one has, that counts as activity.
    fn no_file_changed(&mut self, now: Instant) -> bool {
        let changed = walkdir::WalkDir::new(&self.processes.workspace)
            .into_iter()
            .flatten();
        let changed = changed.filter_map(|entry| entry.metadata().ok()?.modified().ok());
        let age = changed
            .max()
            .map(|newest| SystemTime::now().duration_since(newest).unwrap_or_default());
        let last = age.and_then(|age| now.checked_sub(age)).unwrap_or(self.begun);
        self.active = self.active.max(last);
        now - self.active >= self.stall
    }

    fn outcome(self, status: ExitStatus, program: String) -> Result<Option<TurnOutput>, AgentFailure> {
        let reported = self
            .report
            .error()
            .filter(|_| self.success == Success::Report)
            .map(String::from);
        let over = match self.ending {
            Some((EndReason::Stopped, _)) => return Ok(None),
            Some((EndReason::TimedOut, _)) => return Err(AgentFailure::TimedOut { after: self.timeout }),
            Some((EndReason::Stalled, _)) => return Err(AgentFailure::Stalled { after: self.stall }),
            Some((EndReason::Finished, _)) => true,
            None => false,
        };
        if let Some(message) = reported {
            return Err(AgentFailure::Reported { message });
        }
        if !over && !status.success() {
            let errors = self.errors.text();
            let output = if errors.trim().is_empty() {
                self.output.text()
            } else {
                errors
            };
            return Err(AgentFailure::Exit {
                program,
                status: status_text(status),
                output,
            });
        }
        tracing::debug!(bytes = self.output.seen(), "an agent has ended");
        Ok(Some(self.report.into_output()))
    }
}

/// The next bytes of a stream; none at its end, and for ever nothing once it is closed here.
async fn read(stream: &mut Option<impl AsyncRead + Unpin>, buffer: &mut [u8]) -> usize {
    match stream {
        Some(stream) => stream.read(buffer).await.unwrap_or(0),
        None => std::future::pending().await,
    }
}

/// An agent with everything that it has started, also what has left its process group; killed with this value.
struct AgentProcesses {
    group: ProcessGroup,
    workspace: PathBuf,
}

impl AgentProcesses {
    /// Asks all of it to end.
    fn end(&self) {
        self.group.signal(Signal::TERM);
        self.signal_marked(Signal::TERM);
    }

    /// Kills all of it.
    fn kill(&self) {
        self.group.signal(Signal::KILL);
        // What is killed may just have started something else.
        for _ in 0..10 {
            if self.signal_marked(Signal::KILL) == 0 {
                break;
            }
        }
    }

    /// Sends a signal to every marked process, and says how many there were.
    fn signal_marked(&self, signal: Signal) -> usize {
        let processes = marked(&self.workspace);
        processes
            .inspect(|process| {
                let _gone_already = kill_process(*process, signal);
            })
            .count()
    }
}

impl Drop for AgentProcesses {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The processes that carry the mark of a workspace in their environment.
#[cfg(target_os = "linux")]
fn marked(workspace: &Path) -> impl Iterator<Item = Pid> {
    use std::os::unix::ffi::OsStrExt as _;
    let mut mark = OsString::from(format!("{MARK}="));
    mark.push(workspace);
    let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    processes.filter_map(move |process| {
        let id = process.file_name().to_str()?.parse().ok()?;
        let environment = std::fs::read(process.path().join("environ")).ok()?;
        let is_marked = environment
            .split(|byte| *byte == 0)
            .any(|variable| variable == mark.as_bytes());
        is_marked.then(|| Pid::from_raw(id)).flatten()
    })
}

/// Elsewhere only the process group is known.
#[cfg(not(target_os = "linux"))]
fn marked(_workspace: &Path) -> impl Iterator<Item = Pid> {
    let _unused: Option<OsString> = None;
    std::iter::empty()
}

#[cfg(test)]
mod tests;
