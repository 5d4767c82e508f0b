//! One turn of an agent that takes a prompt and prints: started in its workspace, watched, and ended with all that it
//! started.
//!
//! That it ends well is only half of the answer: what it wrote is looked at elsewhere.

use super::report::Report;
use super::{AgentCommand, AgentFailure, Said, Success};
use crate::process::{Group, environment, status_text};
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
const GRACE: Duration = Duration::from_secs(2);
/// How long an agent may live on after it has reported its result.
const LINGER: Duration = Duration::from_secs(10);
/// How long output may still come after an agent's end.
const LAST_WORDS: Duration = Duration::from_secs(1);
/// The variable by which everything that an agent starts is found again.
const MARK: &str = "GHOSTC_WORKSPACE";
/// What every agent may have of our environment.
const FOR_AGENTS: &[&str] = &[
    "PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_*", "TERM", "TMPDIR", "SHELL", "XDG_*",
];

/// One turn: who is asked what, where, and for how long.
pub(crate) struct Ask<'a> {
    /// The agent.
    pub(crate) command: &'a AgentCommand,
    /// What it is told.
    pub(crate) prompt: &'a str,
    /// Where it works.
    pub(crate) workspace: &'a Path,
    /// A private folder outside of that.
    pub(crate) beside: &'a Path,
    /// How long it may take.
    pub(crate) timeout: Duration,
    /// How long it may go without output or a change of a file.
    pub(crate) stall: Duration,
    /// Whether it has to end.
    pub(crate) stop: watch::Receiver<Stop>,
}

/// Takes a turn; nothing where it was stopped. `show` gets each message, on one line.
pub(crate) async fn ask(
    ask: Ask<'_>,
    show: &mut (dyn FnMut(String) + Send),
) -> Result<Option<Said>, AgentFailure> {
    let program = ask.command.argv.first().cloned().unwrap_or_default();
    let failed = |source: io::Error| {
        let program = program.clone();
        if source.kind() == io::ErrorKind::NotFound {
            AgentFailure::Missing {
                agent: ask.command.name.clone(),
                program,
            }
        } else {
            AgentFailure::Start {
                program,
                source: Arc::new(source),
            }
        }
    };
    let (mut command, from_stdin) = prepared(&ask).map_err(failed)?;
    let mut child = command.spawn().map_err(failed)?;
    let mut turn = Turn::new(&mut child, &ask);
    let stdin = child.stdin.take().filter(|_| from_stdin);
    let status = turn
        .watch(&mut child, feed(stdin, ask.prompt), show)
        .await
        .map_err(failed)?;
    turn.outcome(status, program)
}

/// The command, and whether the prompt goes to its stdin.
fn prepared(ask: &Ask<'_>) -> io::Result<(Command, bool)> {
    let takes = |placeholder: &str| {
        ask.command
            .argv
            .iter()
            .any(|argument| argument.contains(placeholder))
    };
    let file = ask.beside.join("prompt.md");
    if takes("{prompt_file}") {
        let _earlier_one = std::fs::remove_file(&file);
        OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&file)?
            .write_all(ask.prompt.as_bytes())?;
    }
    // The prompt comes last, so that what looks like a placeholder in it stays as it is.
    let filled = |argument: &String| {
        let argument = argument.replace("{dir}", &ask.workspace.to_string_lossy());
        argument
            .replace("{prompt_file}", &file.to_string_lossy())
            .replace("{prompt}", ask.prompt)
    };
    let mut argv = ask.command.argv.iter().map(filled);
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
        .chain(ask.command.env_allow.iter().map(String::as_str))
        .collect();
    let from_stdin = !takes("{prompt}") && !takes("{prompt_file}");
    let mut command = Command::new(program);
    command
        .args(argv)
        .current_dir(ask.workspace)
        .process_group(0)
        .kill_on_drop(true);
    command
        .env_clear()
        .envs(environment(&allowed))
        .env(MARK, ask.workspace);
    command.stdin(if from_stdin { Stdio::piped() } else { Stdio::null() });
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    Ok((command, from_stdin))
}

/// Writes the prompt and closes the pipe. An agent that does not read it shows in what it does.
async fn feed(stdin: Option<ChildStdin>, prompt: &str) {
    if let Some(mut stdin) = stdin {
        let _not_all_read = stdin.write_all(prompt.as_bytes()).await;
    }
}

/// Why an agent was ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Why {
    TimedOut,
    Stalled,
    /// It had reported its result and lived on.
    Over,
    Stopped,
}

/// A turn on its way.
struct Turn {
    all: Everything,
    stdout: Option<ChildStdout>,
    stderr: Option<ChildStderr>,
    report: Report,
    output: Tail,
    /// What it said on stderr alone, which says best why it failed.
    errors: Tail,
    stop: watch::Receiver<Stop>,
    timeout: Duration,
    stall: Duration,
    success: Success,
    begun: Instant,
    active: Instant,
    over: Option<Instant>,
    ending: Option<(Why, Instant)>,
}

impl Turn {
    fn new(child: &mut Child, ask: &Ask<'_>) -> Turn {
        let now = Instant::now();
        let group = Group::of(child.id().unwrap_or_default());
        Turn {
            all: Everything {
                group,
                workspace: ask.workspace.to_path_buf(),
            },
            stdout: child.stdout.take(),
            stderr: child.stderr.take(),
            report: Report::default(),
            output: Tail::new(OUTPUT),
            errors: Tail::new(OUTPUT),
            stop: ask.stop.clone(),
            timeout: ask.timeout,
            stall: ask.stall,
            success: ask.command.success,
            begun: now,
            active: now,
            over: None,
            ending: None,
        }
    }

    /// Waits for the end of the agent, and sees to it that there is one.
    async fn watch(
        &mut self,
        child: &mut Child,
        feed: impl Future<Output = ()>,
        show: &mut (dyn FnMut(String) + Send),
    ) -> io::Result<ExitStatus> {
        let (mut out, mut err) = (vec![0; 1 << 16], vec![0; 1 << 14]);
        let shortest = self.timeout.min(self.stall) / 10;
        let mut look =
            tokio::time::interval(shortest.clamp(Duration::from_millis(10), Duration::from_millis(500)));
        let mut stop = self.stop.clone();
        let mut fed = false;
        tokio::pin!(feed);
        let status = loop {
            tokio::select! {
                status = child.wait() => break status?,
                count = read(&mut self.stdout, &mut out) => self.heard(&out, count, true, show),
                count = read(&mut self.stderr, &mut err) => self.heard(&err, count, false, show),
                () = &mut feed, if !fed => fed = true,
                _ = look.tick() => self.look(),
                Ok(()) = stop.changed() => self.look(),
            }
        };
        self.all.kill();
        let last_words = async {
            while self.stdout.is_some() || self.stderr.is_some() {
                tokio::select! {
                    count = read(&mut self.stdout, &mut out) => self.heard(&out, count, true, show),
                    count = read(&mut self.stderr, &mut err) => self.heard(&err, count, false, show),
                }
            }
        };
        let _some_left = tokio::time::timeout(LAST_WORDS, last_words).await;
        self.report.end(show);
        Ok(status)
    }

    fn heard(&mut self, buffer: &[u8], count: usize, is_stdout: bool, show: &mut (dyn FnMut(String) + Send)) {
        let bytes = buffer.get(..count).unwrap_or_default();
        self.active = Instant::now();
        self.output.push(bytes);
        if !is_stdout {
            self.errors.push(bytes);
        } else {
            self.report.push(bytes, &mut |text| show(text));
            if self.success == Success::Report && self.report.is_over() && count > 0 {
                self.over = Some(self.active);
            }
        }
        match (count, is_stdout) {
            (0, true) => self.stdout = None,
            (0, false) => self.stderr = None,
            _ => {}
        }
    }

    /// Looks whether the agent has to end, or has had its time to do so.
    fn look(&mut self) {
        let now = Instant::now();
        let stop = *self.stop.borrow();
        if let Some((_, kill_at)) = self.ending {
            if now >= kill_at || stop == Stop::Now {
                self.all.kill();
            }
            return;
        }
        let why = if stop > Stop::No {
            Why::Stopped
        } else if self.over.is_some_and(|over| now - over >= LINGER) {
            Why::Over
        } else if now - self.begun >= self.timeout {
            Why::TimedOut
        } else if now - self.active >= self.stall && self.has_stalled(now) {
            Why::Stalled
        } else {
            return;
        };
        self.all.end();
        self.ending = Some((why, if stop == Stop::Now { now } else { now + GRACE }));
    }

    /// Whether no file has changed either; where one has, that counts as activity.
    fn has_stalled(&mut self, now: Instant) -> bool {
        let changed = walkdir::WalkDir::new(&self.all.workspace).into_iter().flatten();
        let changed = changed.filter_map(|entry| entry.metadata().ok()?.modified().ok());
        let age = changed
            .max()
            .map(|newest| SystemTime::now().duration_since(newest).unwrap_or_default());
        let last = age.and_then(|age| now.checked_sub(age)).unwrap_or(self.begun);
        self.active = self.active.max(last);
        now - self.active >= self.stall
    }

    fn outcome(self, status: ExitStatus, program: String) -> Result<Option<Said>, AgentFailure> {
        let reported = self
            .report
            .error()
            .filter(|_| self.success == Success::Report)
            .map(String::from);
        let over = match self.ending {
            Some((Why::Stopped, _)) => return Ok(None),
            Some((Why::TimedOut, _)) => return Err(AgentFailure::TimedOut { after: self.timeout }),
            Some((Why::Stalled, _)) => return Err(AgentFailure::Stalled { after: self.stall }),
            Some((Why::Over, _)) => true,
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
        Ok(Some(self.report.said()))
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
struct Everything {
    group: Group,
    workspace: PathBuf,
}

impl Everything {
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

impl Drop for Everything {
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
