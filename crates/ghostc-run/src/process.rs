//! Processes: their environment, and commands that run to their end under limits.

use crate::launch::{Launched, Prepared, ProgramEnd};
use crate::pipe::{set_nonblocking, wait};
use crate::tail::Tail;
use rustix::event::{PollFd, PollFlags};
use std::ffi::OsString;
use std::io::{self, Read as _};
use std::process::{Child, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How long a wait lasts at most before the stop flag is looked at again.
const TICK: Duration = Duration::from_millis(50);
/// The first wait for the end of a command that has closed its output.
const SHORTEST_NAP: Duration = Duration::from_micros(50);
/// Reads in a row.
const AT_ONCE: usize = 64;

/// The variables of this process that a child may have, by name or by a prefix that ends in `*`.
pub(crate) fn environment(allowed: &[&str]) -> Vec<(OsString, OsString)> {
    let is_allowed = |name: &str| {
        allowed.iter().any(|allow| match allow.strip_suffix('*') {
            Some(prefix) => name.starts_with(prefix),
            None => *allow == name,
        })
    };
    std::env::vars_os()
        .filter(|(name, _)| name.to_str().is_some_and(is_allowed))
        .collect()
}

/// What a command that ran to its end printed.
pub(crate) struct Captured {
    /// How it ended; `None` where it was killed at its time limit or because `stop` was set.
    pub(crate) end: Option<ProgramEnd>,
    /// The end of stdout and stderr, as they came.
    pub(crate) output: String,
}

/// Runs a command to its end, or to the end of its time, or until `stop` is set; nothing that it started is left.
/// `most_output` is how much it may print at all, `keep` how much of it is kept.
pub(crate) fn capture(
    prepared: Prepared,
    limit: Duration,
    (keep, most_output): (usize, u64),
    stop: &AtomicBool,
) -> io::Result<Captured> {
    let (mut reader, writer) = io::pipe()?;
    let (mut child, launched) = prepared.start(|mut command| {
        command.stdin(Stdio::null());
        command.stdout(writer.try_clone()?).stderr(writer);
        // The command, which ends here, holds our copies of the pipe's write end.
        command.spawn().map(with_id)
    })?;
    set_nonblocking(&reader)?;
    let (mut tail, mut buffer, deadline) = (Tail::new(keep), vec![0; 1 << 16], Instant::now() + limit);
    let (mut nap, mut over) = (SHORTEST_NAP, None);
    let status = loop {
        let open = drain(&mut reader, &mut buffer, &mut tail)?;
        if let Some(status) = child.try_wait()? {
            drain(&mut reader, &mut buffer, &mut tail)?;
            break Some(status);
        }
        if tail.seen() > most_output {
            over = Some(ProgramEnd::too_much_output(most_output));
            break None;
        }
        if Instant::now() >= deadline || stop.load(Ordering::Relaxed) {
            break None;
        }
        if open {
            wait(&mut [PollFd::new(&reader, PollFlags::IN)], TICK)?
        } else {
            // Its output is closed: it will hardly be long.
            std::thread::sleep(nap);
            nap = (2 * nap).min(TICK);
        }
    };
    let end = end_with(child, launched, status);
    if let Some(error) = end.start_error() {
        return Err(error);
    }
    Ok(Captured {
        end: over.or_else(|| status.map(|_| end)),
        output: tail.text(),
    })
}

/// A process and its number.
pub(crate) fn with_id(child: Child) -> (Child, u32) {
    let id = child.id();
    (child, id)
}

/// How a program ended; it is killed first where it has no status yet.
fn end_with(mut child: Child, mut launched: Launched, status: Option<ExitStatus>) -> ProgramEnd {
    if status.is_none() {
        launched.kill();
    }
    match status.map_or_else(|| child.wait(), Ok) {
        Ok(status) => launched.end(status),
        Err(error) => ProgramEnd::NotStarted(error.raw_os_error().unwrap_or_default()),
    }
}

/// Reads what is there; false at the end of the stream. Of a flood only some is read, since there is more to do.
fn drain(reader: &mut io::PipeReader, buffer: &mut [u8], tail: &mut Tail) -> io::Result<bool> {
    for _ in 0..AT_ONCE {
        match reader.read(buffer) {
            Ok(0) => return Ok(false),
            Ok(count) => tail.push(buffer.get(..count).unwrap_or_default()),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(true),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(true)
}

/// Waits a moment for a program that has nothing left to do, then kills all of it. How it ended; `None` where it was
/// killed.
pub(crate) fn finish(mut child: Child, launched: Launched, patience: Duration) -> Option<ProgramEnd> {
    let deadline = Instant::now() + patience;
    let mut status = None;
    while status.is_none() && Instant::now() < deadline {
        status = child.try_wait().ok().flatten();
        if status.is_none() {
            std::thread::sleep(Duration::from_millis(1));
        }
    }
    let end = end_with(child, launched, status);
    status.map(|_| end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::harness::ResourceLimits;
    use crate::tool::tool_command;
    use std::collections::BTreeMap;
    use std::path::Path;

    /// Longer than what ends takes on any machine, and shorter than what is not waited for.
    const NEVER: Duration = Duration::from_secs(120);

    fn run(script: &str, limit: Duration) -> Captured {
        let argv = ["sh", "-c", script].map(String::from);
        let env = BTreeMap::from([("EXTRA".to_string(), "yes".to_string())]);
        let command = tool_command(&argv, Path::new("/"), &env, ResourceLimits::default()).unwrap();
        capture(command, limit, (64, 100 << 20), &AtomicBool::new(false)).unwrap()
    }

    #[test]
    fn both_streams_come_in_their_order_with_the_exit_code() {
        let captured = run("echo a; echo b >&2; echo c; exit 3", NEVER);
        assert_eq!(captured.output, "a\nb\nc");
        assert_eq!(captured.end, Some(ProgramEnd::Exited(3)));
    }

    #[test]
    fn a_command_that_hangs_is_killed_with_its_children() {
        let start = Instant::now();
        let captured = run("echo started; sleep 600 & sleep 600", Duration::from_millis(200));
        assert!(captured.end.is_none() && start.elapsed() < NEVER);
        assert_eq!(captured.output, "started");
    }

    #[test]
    fn a_flood_without_end_is_cut_at_the_limit() {
        let captured = run("yes | head -c 1000000; sleep 60", Duration::from_millis(400));
        assert!(captured.end.is_none() && captured.output.ends_with("y\ny"));
        let captured = run("yes", Duration::from_secs(60));
        let end = captured.end.map(|end| end.to_string());
        assert_eq!(end.as_deref(), Some("too much output (more than 100 MiB)"));
    }

    #[test]
    fn a_child_that_keeps_the_output_open_holds_nothing_up() {
        let start = Instant::now();
        let captured = run("sleep 600 & echo done", Duration::from_secs(300));
        assert!(captured.end.is_some_and(|end| end.is_success()) && start.elapsed() < NEVER);
    }

    #[test]
    fn only_a_few_variables_are_passed_on() {
        // Cargo sets this one for every test.
        assert!(std::env::var_os("CARGO_MANIFEST_DIR").is_some());
        let captured = run("echo ${CARGO_MANIFEST_DIR-none} ${PATH:+path} $EXTRA", NEVER);
        assert_eq!(captured.output, "none path yes");
    }
}
