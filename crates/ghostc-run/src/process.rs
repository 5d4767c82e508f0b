//! Child processes in groups of their own: their environment, their end, and commands that run under a limit.

use crate::tail::Tail;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, Signal, kill_process_group};
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::io::{self, Read as _};
use std::os::fd::BorrowedFd;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How long a wait lasts at most before the stop flag is looked at again.
const TICK: Duration = Duration::from_millis(50);
/// The first wait for the end of a command that has closed its output.
const SHORTEST_NAP: Duration = Duration::from_micros(50);
/// Reads in a row.
const AT_ONCE: usize = 64;

/// A process group that is killed with this value, so that no child outlives the work it was started for.
#[derive(Debug)]
pub(crate) struct ProcessGroup(Option<Pid>);

impl ProcessGroup {
    /// The group that a child leads; it must have been started with `process_group(0)`.
    pub(crate) fn of(leader: u32) -> ProcessGroup {
        ProcessGroup(i32::try_from(leader).ok().and_then(Pid::from_raw))
    }

    /// Sends a signal to all of it; a group that is gone is fine.
    pub(crate) fn signal(&self, signal: Signal) {
        if let Some(leader) = self.0 {
            let _gone = kill_process_group(leader, signal);
        }
    }
}

impl Drop for ProcessGroup {
    fn drop(&mut self) {
        self.signal(Signal::KILL);
    }
}

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

/// What builders and drivers may have of our environment.
const FOR_TOOLS: &[&str] = &["PATH", "HOME", "LANG", "LC_*", "TMPDIR", "RUSTUP_*", "CARGO_HOME"];

/// A command of a harness: in `folder`, in its own group, with the tools' environment; `None` for an empty argv.
pub(crate) fn tool_command(
    argv: &[String],
    folder: &Path,
    env: &BTreeMap<String, String>,
) -> Option<Command> {
    let (program, arguments) = argv.split_first()?;
    let path = env
        .get("PATH")
        .map_or_else(|| std::env::var_os("PATH"), |path| Some(path.into()));
    let found = path.and_then(|path| find(program, &path));
    let mut command = Command::new(found.as_deref().unwrap_or(Path::new(program)));
    command.arg0(program).args(arguments);
    command.current_dir(folder).process_group(0);
    command.env_clear().envs(environment(FOR_TOOLS)).envs(env);
    Some(command)
}

/// The file of a program that is named without a folder. With it a process can be spawned without a copy of ours, which
/// the standard library makes wherever it would have to look in another PATH than its own.
fn find(program: &str, path: &OsStr) -> Option<PathBuf> {
    let is_program = |file: &Path| {
        file.metadata()
            .is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
    };
    let mut folders = std::env::split_paths(path).take_while(|folder| folder.is_absolute());
    let found = || folders.find_map(|folder| Some(folder.join(program)).filter(|file| is_program(file)));
    (!program.contains('/')).then(found).flatten()
}

/// What a command that ran to its end printed.
pub(crate) struct Captured {
    /// How it ended; `None` where it was killed at its limit.
    pub(crate) status: Option<ExitStatus>,
    /// The end of stdout and stderr, as they came.
    pub(crate) output: String,
}

/// Runs a command to its end, or to the end of its time, or until `stop` is set; nothing of its group is left.
pub(crate) fn capture(
    mut command: Command,
    limit: Duration,
    keep: usize,
    stop: &AtomicBool,
) -> io::Result<Captured> {
    let (mut reader, writer) = io::pipe()?;
    command
        .stdin(Stdio::null())
        .stdout(writer.try_clone()?)
        .stderr(writer);
    let mut child = command.spawn()?;
    // The command holds our copies of the pipe's write end; without this the end of the output would never come.
    drop(command);
    let group = ProcessGroup::of(child.id());
    set_nonblocking(&reader)?;
    let (mut tail, mut buffer, deadline) = (Tail::new(keep), vec![0; 1 << 16], Instant::now() + limit);
    let mut nap = SHORTEST_NAP;
    let status = loop {
        let open = drain(&mut reader, &mut buffer, &mut tail)?;
        if let Some(status) = child.try_wait()? {
            drain(&mut reader, &mut buffer, &mut tail)?;
            break Some(status);
        }
        if Instant::now() >= deadline || stop.load(Ordering::Relaxed) {
            break None;
        }
        if open {
            wait_readable(&[borrow(&reader)], TICK)?
        } else {
            // Its output is closed: it will hardly be long.
            std::thread::sleep(nap);
            nap = (2 * nap).min(TICK);
        }
    };
    drop(group);
    child.wait()?;
    Ok(Captured {
        status,
        output: tail.text(),
    })
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

/// Lets reads and writes return at once where they would wait.
pub(crate) fn set_nonblocking(file: &impl std::os::fd::AsFd) -> io::Result<()> {
    Ok(rustix::io::ioctl_fionbio(file, true)?)
}

fn borrow(file: &impl std::os::fd::AsFd) -> BorrowedFd<'_> {
    file.as_fd()
}

fn wait_readable(files: &[BorrowedFd<'_>], limit: Duration) -> io::Result<()> {
    let mut waits: Vec<PollFd<'_>> = files
        .iter()
        .map(|file| PollFd::from_borrowed_fd(*file, PollFlags::IN))
        .collect();
    wait(&mut waits, limit)
}

/// Waits until one of the files is ready, at most for `limit`; a signal may end it early.
pub(crate) fn wait(files: &mut [PollFd<'_>], limit: Duration) -> io::Result<()> {
    let limit = Timespec::try_from(limit).map_err(io::Error::other)?;
    match poll(files, Some(&limit)) {
        Ok(_) | Err(rustix::io::Errno::INTR) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Waits a moment for a child that has nothing left to do, then kills its group.
pub(crate) fn finish(mut child: Child, group: ProcessGroup, patience: Duration) -> Option<ExitStatus> {
    let deadline = Instant::now() + patience;
    let mut ended = None;
    while ended.is_none() && Instant::now() < deadline {
        ended = child.try_wait().ok().flatten();
        if ended.is_none() {
            std::thread::sleep(Duration::from_millis(1));
        }
    }
    drop(group);
    let _killed = child.wait();
    ended
}

/// `exit code 1`, `signal 9`.
pub(crate) fn status_text(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("exit code {code}"),
        (None, Some(signal)) => format!("signal {signal}"),
        (None, None) => "no exit code".to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let argv = ["sh", "-c", script].map(String::from);
        tool_command(
            &argv,
            Path::new("/"),
            &BTreeMap::from([("EXTRA".to_string(), "yes".to_string())]),
        )
        .unwrap()
    }

    fn run(script: &str, limit: Duration) -> Captured {
        capture(shell(script), limit, 64, &AtomicBool::new(false)).unwrap()
    }

    #[test]
    fn a_program_is_found_where_a_shell_would_find_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = |names: &[&str]| std::env::join_paths(names.iter().map(|name| folder.path().join(name)));
        for (name, mode) in [("a", 0o644), ("b", 0o755), ("c", 0o755)] {
            std::fs::create_dir(folder.path().join(name)).unwrap();
            let program = folder.path().join(name).join("it");
            std::fs::write(&program, "").unwrap();
            std::fs::set_permissions(&program, std::fs::Permissions::from_mode(mode)).unwrap();
        }
        let all = path(&["none", "a", "b", "c"]).unwrap();
        assert_eq!(find("it", &all), Some(folder.path().join("b/it")));
        assert_eq!(find("other", &all), None);
        assert_eq!(find("./it", &all), None);
        assert_eq!(find("it", OsStr::new(":relative:/")), None);
    }

    #[test]
    fn both_streams_come_in_their_order_with_the_exit_code() {
        let captured = run("echo a; echo b >&2; echo c; exit 3", Duration::from_secs(5));
        assert_eq!(captured.output, "a\nb\nc");
        assert_eq!(captured.status.map(status_text).as_deref(), Some("exit code 3"));
    }

    #[test]
    fn a_command_that_hangs_is_killed_with_its_children() {
        let start = Instant::now();
        let captured = run("echo started; sleep 60 & sleep 60", Duration::from_millis(200));
        assert!(captured.status.is_none() && start.elapsed() < Duration::from_secs(5));
        assert_eq!(captured.output, "started");
    }

    #[test]
    fn a_flood_without_end_is_cut_at_the_limit() {
        let captured = run("yes", Duration::from_millis(200));
        assert!(captured.status.is_none() && captured.output.ends_with("y\ny"));
    }

    #[test]
    fn a_child_that_keeps_the_output_open_holds_nothing_up() {
        let start = Instant::now();
        let captured = run("sleep 60 & echo done", Duration::from_secs(30));
        assert!(
            captured.status.is_some_and(|status| status.success())
                && start.elapsed() < Duration::from_secs(5)
        );
    }

    #[test]
    fn only_a_few_variables_are_passed_on() {
        // Cargo sets this one for every test.
        assert!(std::env::var_os("CARGO_MANIFEST_DIR").is_some());
        let captured = run(
            "echo ${CARGO_MANIFEST_DIR-none} ${PATH:+path} $EXTRA",
            Duration::from_secs(5),
        );
        assert_eq!(captured.output, "none path yes");
    }
}
