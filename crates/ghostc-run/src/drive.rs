//! One driver process: requests in, answers out, all in one loop that no driver can hold up.
//!
//! One thread with non-blocking pipes: it is as fast as a thread per pipe, and nothing is left waiting when a driver
//! closes a pipe early, keeps one open, or floods stderr.

use crate::answer::read_answer;
use crate::harness::ResourceLimits;
use crate::launch::ProgramEnd;
use crate::pipe::{enlarge_pipe, set_nonblocking, wait};
use crate::process::{finish, with_id};
use crate::tail::Tail;
use crate::tool::tool_command;
use ghostc_judge::Observation;
use rustix::event::{PollFd, PollFlags};
use std::collections::BTreeMap;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::path::Path;
use std::process::{ChildStderr, ChildStdin, ChildStdout, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// A longer line is no answer.
const LONGEST_LINE: usize = 16 << 20;
/// What is kept of stderr.
const STDERR: usize = 8 << 10;
/// How long a wait lasts at most while requests are still to be sent into a large pipe.
const REFILL: Duration = Duration::from_millis(5);
/// How long a wait lasts at most otherwise, so that an interrupt is noticed.
const TICK: Duration = Duration::from_millis(50);
/// Reads of stderr in a row.
const AT_ONCE: usize = 64;
/// How long a driver may take to end once it has closed its output.
const GRACE: Duration = Duration::from_secs(1);

/// How a driver is started.
pub(crate) struct DriverCommand<'a> {
    /// The command, without placeholders.
    pub(crate) argv: &'a [String],
    /// Where.
    pub(crate) folder: &'a Path,
    /// The harness's variables.
    pub(crate) env: &'a BTreeMap<String, String>,
    /// What it may use.
    pub(crate) resources: ResourceLimits,
}

/// The requests of one driver run, and its limits.
pub(crate) struct DriverRequests<'a> {
    /// The request lines.
    pub(crate) text: &'a [u8],
    /// How many answers must come.
    pub(crate) count: usize,
    /// Whether the driver must write each answer at once.
    pub(crate) flush: bool,
    /// How long it may be silent before the first answer.
    pub(crate) first: Duration,
    /// How long it may be silent between answers.
    pub(crate) next: Duration,
    /// When it has to be done.
    pub(crate) deadline: Instant,
}

/// How a driver run ended.
#[derive(Debug)]
pub(crate) enum DriverEnd {
    /// Every request has its answer.
    Answered,
    /// The driver closed its output before that; `None` where it had to be killed.
    Exited(Option<ProgramEnd>),
    /// It was silent for too long.
    Silent,
    /// It printed what is no answer; the text says what.
    Junk(String),
    /// It was still at work at the end of the time for all cases.
    Late,
    /// It could not be started.
    Unstarted(io::Error),
    /// The stop flag was set.
    Stopped,
}

/// What became of one driver process.
#[derive(Debug)]
pub(crate) struct DriverRun {
    /// How it ended.
    pub(crate) end: DriverEnd,
    /// The end of its stderr.
    pub(crate) stderr: String,
    /// How long the first answer took.
    pub(crate) first_answer: Option<Duration>,
    /// How long it had been silent when it was silent for too long; else nothing.
    pub(crate) silence: Duration,
    /// How long it took in all.
    pub(crate) took: Duration,
}

/// Starts a driver, sends the requests, hands each answer to `accept` (which says false to an id that it does not
/// wait for), and leaves no process behind.
pub(crate) fn run_driver(
    start: &DriverCommand<'_>,
    requests: &DriverRequests<'_>,
    stop: &AtomicBool,
    accept: &mut dyn FnMut(usize, Observation) -> bool,
) -> DriverRun {
    let mut argv = start.argv.to_vec();
    argv.extend(requests.flush.then(|| "--flush".to_string()));
    let begun = Instant::now();
    let prepared = tool_command(&argv, start.folder, start.env, start.resources);
    let spawned = prepared.and_then(|prepared| {
        prepared.start(|mut command| {
            command.stdin(Stdio::piped()).stdout(Stdio::piped());
            command.stderr(Stdio::piped()).spawn().map(with_id)
        })
    });
    let (mut child, launched) = match spawned {
        Ok(spawned) => spawned,
        Err(error) => {
            return DriverRun {
                end: DriverEnd::Unstarted(error),
                stderr: String::new(),
                first_answer: None,
                silence: Duration::ZERO,
                took: begun.elapsed(),
            };
        }
    };
    let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let (Some(stdin), Some(stdout), Some(stderr)) = pipes else {
        unreachable!("all three streams of the driver were asked for as pipes");
    };
    let mut io = DriverIo::new(stdin, stdout, stderr, begun);
    let end = io
        .run(requests, stop, accept)
        .unwrap_or_else(|error| DriverEnd::Junk(error.to_string()));
    let patience = if matches!(end, DriverEnd::Exited(_)) {
        GRACE
    } else {
        Duration::ZERO
    };
    let program_end = finish(child, launched, patience);
    io.read_stderr();
    let end = match (end, program_end) {
        (DriverEnd::Exited(_), ended) => match ended.as_ref().and_then(ProgramEnd::start_error) {
            Some(error) => DriverEnd::Unstarted(error),
            None => DriverEnd::Exited(ended),
        },
        (other, _) => other,
    };
    DriverRun {
        end,
        stderr: io.stderr_tail.text(),
        first_answer: io.first_answer,
        silence: io.silence,
        took: begun.elapsed(),
    }
}

/// The three pipes of a driver, and how far each has come.
struct DriverIo {
    stdin: Option<ChildStdin>,
    sent: usize,
    /// Whether the pipe to the driver is large, so that it need not be watched.
    pipe_is_large: bool,
    stdout: BufReader<ChildStdout>,
    partial: Vec<u8>,
    answered: usize,
    stderr: Option<ChildStderr>,
    stderr_tail: Tail,
    begun: Instant,
    last_answer: Option<Instant>,
    first_answer: Option<Duration>,
    silence: Duration,
}

impl DriverIo {
    fn new(stdin: ChildStdin, stdout: ChildStdout, stderr: ChildStderr, begun: Instant) -> DriverIo {
        let pipe_is_large = enlarge_pipe(&stdin);
        enlarge_pipe(&stdout);
        DriverIo {
            stdin: Some(stdin),
            sent: 0,
            pipe_is_large,
            stdout: BufReader::with_capacity(1 << 18, stdout),
            partial: Vec::new(),
            answered: 0,
            stderr: Some(stderr),
            stderr_tail: Tail::new(STDERR),
            begun,
            last_answer: None,
            first_answer: None,
            silence: Duration::ZERO,
        }
    }

    fn run(
        &mut self,
        requests: &DriverRequests<'_>,
        stop: &AtomicBool,
        accept: &mut dyn FnMut(usize, Observation) -> bool,
    ) -> io::Result<DriverEnd> {
        self.stdin.as_ref().map_or(Ok(()), set_nonblocking)?;
        self.stderr.as_ref().map_or(Ok(()), set_nonblocking)?;
        set_nonblocking(self.stdout.get_ref())?;
        loop {
            self.send(requests.text);
            if let Some(end) = self.receive(requests.count, accept) {
                return Ok(end);
            }
            self.read_stderr();
            if requests.count > 0 && self.answered >= requests.count {
                return Ok(DriverEnd::Answered);
            }
            if stop.load(Ordering::Relaxed) {
                return Ok(DriverEnd::Stopped);
            }
            let limit = if self.last_answer.is_some() {
                requests.next
            } else {
                requests.first
            };
            let silence = self.last_answer.unwrap_or(self.begun).elapsed();
            if Instant::now() >= requests.deadline {
                return Ok(DriverEnd::Late);
            }
            if silence >= limit {
                self.silence = silence;
                return Ok(DriverEnd::Silent);
            }
            self.pause(limit - silence)?;
        }
    }

    /// Writes what fits; closes the pipe after the last request, which is how a driver knows that it is the last.
    fn send(&mut self, text: &[u8]) {
        let Some(stdin) = &mut self.stdin else { return };
        while let Some(rest) = text.get(self.sent..).filter(|rest| !rest.is_empty()) {
            match stdin.write(rest) {
                Ok(count) => self.sent += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                // The driver has stopped reading. Whether that matters shows in its answers.
                Err(_) => break,
            }
        }
        self.stdin = None;
    }

    /// Reads every line that is there.
    fn receive(
        &mut self,
        count: usize,
        accept: &mut dyn FnMut(usize, Observation) -> bool,
    ) -> Option<DriverEnd> {
        let before = self.answered;
        let end = self.read_lines(count, accept);
        if self.answered > before {
            let now = Instant::now();
            self.last_answer = Some(now);
            self.first_answer.get_or_insert(now - self.begun);
        }
        end
    }

    fn read_lines(
        &mut self,
        count: usize,
        accept: &mut dyn FnMut(usize, Observation) -> bool,
    ) -> Option<DriverEnd> {
        // What comes after the last answer is not looked at, so that an outcome does not depend on how it is cut up.
        while count == 0 || self.answered < count {
            let chunk = match self.stdout.fill_buf() {
                Ok(chunk) if !chunk.is_empty() => chunk,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return None,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Ok(_) | Err(_) => return Some(DriverEnd::Exited(None)),
            };
            let line_end = chunk.iter().position(|byte| *byte == b'\n');
            let piece = chunk.get(..line_end.unwrap_or(chunk.len())).unwrap_or_default();
            let used = piece.len() + usize::from(line_end.is_some());
            let taken = if line_end.is_some() && self.partial.is_empty() {
                take_line(piece, accept)
            } else {
                self.partial.extend_from_slice(piece);
                match line_end {
                    _ if self.partial.len() > LONGEST_LINE => Err(too_long()),
                    Some(_) => take_line(&std::mem::take(&mut self.partial), accept),
                    None => Ok(()),
                }
            };
            self.stdout.consume(used);
            if let Err(junk) = taken {
                return Some(DriverEnd::Junk(junk));
            }
            self.answered += usize::from(line_end.is_some());
        }
        None
    }

    /// Reads what is there of stderr; of a flood only some, since there is more to do.
    fn read_stderr(&mut self) {
        let mut buffer = [0; 1 << 13];
        for _ in 0..AT_ONCE {
            let Some(stderr) = &mut self.stderr else { return };
            match stderr.read(&mut buffer) {
                Ok(count) if count > 0 => self.stderr_tail.push(buffer.get(..count).unwrap_or_default()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                Ok(_) | Err(_) => self.stderr = None,
            }
        }
    }

    /// Waits until there is something to do.
    fn pause(&self, at_most: Duration) -> io::Result<()> {
        let mut files = vec![PollFd::new(self.stdout.get_ref(), PollFlags::IN)];
        files.extend(
            self.stderr
                .as_ref()
                .map(|stderr| PollFd::new(stderr, PollFlags::IN)),
        );
        let watched = self.stdin.as_ref().filter(|_| !self.pipe_is_large);
        files.extend(watched.map(|stdin| PollFd::new(stdin, PollFlags::OUT)));
        let tick = if self.stdin.is_some() && self.pipe_is_large {
            REFILL
        } else {
            TICK
        };
        wait(&mut files, at_most.min(tick))
    }
}

fn too_long() -> String {
    format!("a line is longer than {} MiB", LONGEST_LINE >> 20)
}

fn take_line(line: &[u8], accept: &mut dyn FnMut(usize, Observation) -> bool) -> Result<(), String> {
    let shown = || {
        let start = String::from_utf8_lossy(line.get(..line.len().min(200)).unwrap_or_default());
        format!("the line {start:?}")
    };
    let (id, observation) = read_answer(line).map_err(|why| format!("{}: {why}", shown()))?;
    if accept(id, observation) {
        Ok(())
    } else {
        Err(format!("{}: no answer is missing for this id", shown()))
    }
}
