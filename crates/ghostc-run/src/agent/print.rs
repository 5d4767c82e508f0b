//! One turn of an agent that takes a prompt and prints: started in its workspace, watched, and ended with all that it
//! started.
//!
//! That it ends well is only half of the answer: what it wrote is looked at elsewhere.

mod start;

use super::report::AgentReport;
use super::{
    AgentCommand, AgentFailure, FailureClass, ReportedError, Success, TurnEnd, TurnOutput, TurnResult,
};
use crate::budget::Reservation;
use crate::files::HeldFolder;
use crate::harness::ResourceLimits;
use crate::launch::{Launched, ProgramEnd};
use crate::stop::Stop;
use crate::tail::Tail;
use start::{Started, start, start_failure};
use std::io;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout};
use tokio::sync::watch;

/// What is kept of an agent's output.
const OUTPUT: usize = 64 << 10;
/// How long an agent may take to end after it was asked to.
const TERM_GRACE: Duration = Duration::from_secs(2);
/// How long an agent may live on after it has reported its result.
const RESULT_LINGER: Duration = Duration::from_secs(10);
/// How long output may still come after an agent's end.
const DRAIN_LIMIT: Duration = Duration::from_secs(1);
/// One turn of an agent: its command, its prompt, its folders and its limits.
pub(crate) struct TurnRequest<'a> {
    /// The agent.
    pub(crate) command: &'a AgentCommand,
    /// The prompt.
    pub(crate) prompt: &'a str,
    /// Where it works.
    pub(crate) workspace: &'a Path,
    /// A private folder outside of that.
    pub(crate) private_folder: &'a HeldFolder,
    /// How long it may take.
    pub(crate) timeout: Duration,
    /// How long it may go without output or a change of a file.
    pub(crate) stall: Duration,
    /// What it may use, with all that it starts.
    pub(crate) resources: ResourceLimits,
    /// Whether it has to end.
    pub(crate) stop: watch::Receiver<Stop>,
}

/// Runs one turn of an agent. What it said and used is told however it ended; `reservation` is what it has taken from the
/// budget, and `on_message` gets each message, on one line.
pub(crate) async fn run_turn(
    request: TurnRequest<'_>,
    reservation: &mut Reservation,
    on_message: &mut (dyn FnMut(String) + Send),
) -> TurnResult {
    let program = request.command.argv.first().cloned().unwrap_or_default();
    let failed = |source: io::Error| TurnResult {
        output: TurnOutput::default(),
        end: TurnEnd::Failed(start_failure(&request.command.name, &program, source)),
    };
    let Started {
        mut child,
        launched,
        home,
        unread,
        to_send,
    } = match start(&request) {
        Ok(started) => started,
        Err(error) => return failed(error),
    };
    let mut turn = RunningTurn::new(&mut child, launched, &request, reservation);
    let fits = to_send.is_none();
    let is_sent = turn.watch(&mut child, send(to_send), on_message).await || fits;
    let is_read = is_sent && rustix::io::ioctl_fionread(&unread).unwrap_or(0) == 0;
    let end = match child.wait().await {
        Ok(status) => turn.launched.end(status),
        Err(error) => return failed(error),
    };
    home.keep_credentials();
    match end.start_error() {
        Some(error) => failed(error),
        None => turn.result(&end, program, is_sent, is_read),
    }
}

/// Writes the rest of a prompt and closes the pipe.
async fn send(rest: Option<(&[u8], io::PipeWriter)>) -> io::Result<()> {
    if let Some((rest, pipe)) = rest {
        let pipe = std::process::ChildStdin::from(OwnedFd::from(pipe));
        ChildStdin::from_std(pipe)?.write_all(rest).await?;
    }
    Ok(())
}

/// Why an agent was ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum EndReason {
    TimedOut,
    Stalled,
    /// It had reported its result and lived on.
    Finished,
    TooMuchOutput,
    /// It tries again and again what cannot succeed.
    Hopeless,
    OverBudget,
    Stopped,
}

/// A turn on its way.
struct RunningTurn<'r> {
    launched: Launched,
    workspace: PathBuf,
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
    most_output: u64,
    reservation: &'r mut Reservation,
}

impl<'r> RunningTurn<'r> {
    fn new(
        child: &mut Child,
        launched: Launched,
        request: &TurnRequest<'_>,
        reservation: &'r mut Reservation,
    ) -> RunningTurn<'r> {
        let now = Instant::now();
        RunningTurn {
            launched,
            workspace: request.workspace.to_path_buf(),
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
            most_output: request.resources.output,
            reservation,
        }
    }

    /// Waits for the end of the agent, and sees to it that there is one. Whether its prompt was written.
    async fn watch(
        &mut self,
        child: &mut Child,
        send: impl Future<Output = io::Result<()>>,
        on_message: &mut (dyn FnMut(String) + Send),
    ) -> bool {
        let (mut out, mut err) = (vec![0; 1 << 16], vec![0; 1 << 14]);
        let shortest = self.timeout.min(self.stall) / 10;
        let mut look =
            tokio::time::interval(shortest.clamp(Duration::from_millis(10), Duration::from_millis(500)));
        let mut stop = self.stop.clone();
        let mut sent: Option<bool> = None;
        tokio::pin!(send);
        loop {
            tokio::select! {
                _ = child.wait() => break,
                count = read(&mut self.stdout, &mut out) => self.received(&out, count, true, on_message),
                count = read(&mut self.stderr, &mut err) => self.received(&err, count, false, on_message),
                result = &mut send, if sent.is_none() => sent = Some(result.is_ok()),
                _ = look.tick() => self.check_limits(),
                Ok(()) = stop.changed() => self.check_limits(),
            }
        }
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
        sent == Some(true)
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
                self.launched.kill();
            }
            return;
        }
        let why = if stop > Stop::No {
            EndReason::Stopped
        } else if self.finished_at.is_some_and(|at| now - at >= RESULT_LINGER) {
            EndReason::Finished
        } else if self.is_hopeless() {
            EndReason::Hopeless
        } else if self.is_over_budget() {
            EndReason::OverBudget
        } else if self.output.seen() > self.most_output {
            EndReason::TooMuchOutput
        } else if now - self.begun >= self.timeout {
            EndReason::TimedOut
        } else if now - self.active >= self.stall && self.no_file_changed(now) {
            EndReason::Stalled
        } else {
            return;
        };
        self.launched.ask_to_end();
        self.ending = Some((why, if stop == Stop::Now { now } else { now + TERM_GRACE }));
    }

    /// Whether the agent tries again what the user is not allowed.
    fn is_hopeless(&self) -> bool {
        let error = self
            .report
            .passing_error()
            .filter(|_| self.success == Success::Report);
        error.is_some_and(|error| error.class() == FailureClass::Auth)
    }

    /// Whether what may be spent is used up. What was finished is paid for, and is not thrown away.
    fn is_over_budget(&mut self) -> bool {
        let used = self.report.tokens().filter(|_| !self.report.is_finished());
        used.is_some_and(|used| !self.reservation.grow(used.total()))
    }

    /// Whether no file has changed either; where one has, that counts as activity.
    fn no_file_changed(&mut self, now: Instant) -> bool {
        let changed = walkdir::WalkDir::new(&self.workspace).into_iter().flatten();
        let changed = changed.filter_map(|entry| entry.metadata().ok()?.modified().ok());
        let age = changed
            .max()
            .map(|newest| SystemTime::now().duration_since(newest).unwrap_or_default());
        let last = age.and_then(|age| now.checked_sub(age)).unwrap_or(self.begun);
        self.active = self.active.max(last);
        now - self.active >= self.stall
    }

    fn result(self, end: &ProgramEnd, program: String, is_sent: bool, is_read: bool) -> TurnResult {
        let failure = self.failure(end, program, is_sent);
        let end = match (self.ending, failure) {
            (Some((EndReason::Stopped, _)), _) => TurnEnd::Stopped,
            (Some((EndReason::OverBudget, _)), _) => TurnEnd::OverBudget,
            (_, Some(failure)) => TurnEnd::Failed(failure),
            (_, None) => TurnEnd::Done,
        };
        tracing::debug!(bytes = self.output.seen(), "an agent has ended");
        let output = TurnOutput {
            is_prompt_read: is_read,
            ..self.report.into_output()
        };
        TurnResult { output, end }
    }

    fn failure(&self, end: &ProgramEnd, program: String, is_sent: bool) -> Option<AgentFailure> {
        let exit = |status: String, output: String| {
            let last = ReportedError {
                message: last_line(&output),
                ..ReportedError::default()
            };
            // What it printed before may say more than its last line.
            let error = self
                .report
                .passing_error()
                .filter(|_| last.class() == FailureClass::Crash);
            let error = error.unwrap_or(&last);
            AgentFailure::Exit {
                program: program.clone(),
                status,
                class: error.class(),
                retry_after: error.retry_after(),
                output,
            }
        };
        let is_finished = match self.ending {
            Some((EndReason::TimedOut, _)) => return Some(AgentFailure::TimedOut { after: self.timeout }),
            Some((EndReason::Stalled, _)) => return Some(AgentFailure::Stalled { after: self.stall }),
            Some((EndReason::TooMuchOutput, _)) => {
                let status = ProgramEnd::too_much_output(self.most_output).to_string();
                return Some(exit(status, String::new()));
            }
            Some((EndReason::Hopeless, _)) => return self.report.passing_error().map(reported_failure),
            Some((EndReason::Finished, _)) => true,
            Some((EndReason::Stopped | EndReason::OverBudget, _)) | None => false,
        };
        let reported = self.report.error().filter(|_| self.success == Success::Report);
        if let Some(error) = reported {
            return Some(reported_failure(error));
        }
        if !is_finished && !end.is_success() {
            let errors = self.errors.text();
            let output = if errors.trim().is_empty() {
                self.output.text()
            } else {
                errors
            };
            return Some(exit(end.to_string(), output));
        }
        (!is_sent).then_some(AgentFailure::PromptUnread { program })
    }
}

fn reported_failure(error: &ReportedError) -> AgentFailure {
    AgentFailure::Reported {
        message: error.message.clone(),
        class: error.class(),
        retry_after: error.retry_after(),
    }
}

/// The last line that is not empty.
fn last_line(output: &str) -> String {
    let last = output.lines().map(str::trim).rfind(|line| !line.is_empty());
    last.unwrap_or_default().to_string()
}

/// The next bytes of a stream; none at its end, and for ever nothing once it is closed here.
async fn read(stream: &mut Option<impl AsyncRead + Unpin>, buffer: &mut [u8]) -> usize {
    match stream {
        Some(stream) => stream.read(buffer).await.unwrap_or(0),
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests;
