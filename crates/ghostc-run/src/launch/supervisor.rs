//! The launcher's side: starts one program, watches over everything that it starts, and ends all of it when the program
//! ends, uses too much, when it is told to, or when ghostc is gone.
//!
//! As the sub-reaper of the program it is the parent of everything that is left without one, whatever session, group or
//! environment that has made for itself. It tells apart three signals: SIGTERM asks all of it to end, SIGINT kills it,
//! and the signal of ghostc's end only makes it look at once.

use super::control_group::{ControlGroup, GroupLimit, GroupParent};
use super::descendants::{self, end_all, signal_all};
use super::end::ProgramEnd;
use super::request::LaunchRequest;
use crate::harness::ResourceLimits;
use crate::pipe;
use rustix::event::{PollFd, PollFlags};
use rustix::process::{Pid, Resource, Rlimit, Signal, WaitOptions, getppid, getrlimit, setrlimit, wait};
use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::os::unix::net::UnixStream;
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::process::{Command, ExitCode, ExitStatus};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How often limits and the parent are looked at.
const LOOK: Duration = Duration::from_millis(100);
/// The exit code of a launcher that was not started as one.
const USAGE: u8 = 2;
/// The exit code where the program did not end by itself.
const NOT_BY_ITSELF: u8 = 125;

/// Runs a launcher to its end; `arguments` are those after [`super::LAUNCH`]. It is for a process of its own that does
/// nothing else.
pub(crate) fn supervise(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let Some(request) = LaunchRequest::read(arguments) else {
        return ExitCode::from(USAGE);
    };
    let Ok(mut report_file) = take_report_file(&request) else {
        return ExitCode::from(USAGE);
    };
    let report = run(&request).unwrap_or_else(|error| {
        end_all();
        Some(ProgramEnd::NotStarted(error.raw_os_error().unwrap_or_default()))
    });
    let Some(report) = report else {
        return ExitCode::from(NOT_BY_ITSELF);
    };
    let _nobody_waits_for_it = report_file.write_all(report.to_line().as_bytes());
    match report {
        ProgramEnd::Exited(code) => ExitCode::from(u8::try_from(code).unwrap_or(NOT_BY_ITSELF)),
        ProgramEnd::Signaled(_) | ProgramEnd::OverLimit(_) | ProgramEnd::NotStarted(_) => {
            ExitCode::from(NOT_BY_ITSELF)
        }
    }
}

/// Opens the file for the report and removes its name, so that the program cannot find it.
fn take_report_file(request: &LaunchRequest) -> io::Result<File> {
    let no_link = rustix::fs::OFlags::NOFOLLOW.bits().cast_signed();
    let file = OpenOptions::new()
        .write(true)
        .custom_flags(no_link)
        .open(&request.report)?;
    fs::remove_file(&request.report)?;
    Ok(file)
}

/// How the program ended; nothing where ghostc is gone.
fn run(request: &LaunchRequest) -> io::Result<Option<ProgramEnd>> {
    rustix::process::setsid()?;
    become_reaper();
    watch(request)
}

#[cfg(target_os = "linux")]
fn become_reaper() {
    use rustix::process::{
        DumpableBehavior, getpid, set_child_subreaper, set_dumpable_behavior, set_parent_process_death_signal,
    };
    let _older_kernel = set_child_subreaper(Some(getpid()));
    let _older_kernel = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    let _older_kernel = set_parent_process_death_signal(Some(Signal::USR1));
}

#[cfg(not(target_os = "linux"))]
fn become_reaper() {}

/// Signals that have come, and a stream that can be read from when one comes. A runtime for this would take a third of the
/// time that a start takes.
struct Signals {
    wake: UnixStream,
    flags: [(Signal, Arc<AtomicBool>); 5],
}

impl Signals {
    fn catch() -> io::Result<Signals> {
        let (wake, waker) = UnixStream::pair()?;
        wake.set_nonblocking(true)?;
        let kinds = [
            Signal::TERM,
            Signal::INT,
            Signal::HUP,
            Signal::USR1,
            Signal::CHILD,
        ];
        let flags = kinds.map(|kind| (kind, Arc::new(AtomicBool::new(false))));
        for (kind, flag) in &flags {
            signal_hook::flag::register(kind.as_raw(), Arc::clone(flag))?;
            signal_hook::low_level::pipe::register(kind.as_raw(), waker.try_clone()?)?;
        }
        Ok(Signals { wake, flags })
    }

    /// Waits for a signal, at most for so long.
    fn wait(&mut self, limit: Duration) -> io::Result<()> {
        pipe::wait(&mut [PollFd::new(&self.wake, PollFlags::IN)], limit)?;
        while matches!(self.wake.read(&mut [0; 64]), Ok(count) if count > 0) {}
        Ok(())
    }

    /// Whether a signal has come since this was asked last.
    fn has_come(&self, kind: Signal) -> bool {
        let mut flags = self.flags.iter();
        flags.any(|(known, flag)| *known == kind && flag.swap(false, Ordering::SeqCst))
    }
}

fn watch(request: &LaunchRequest) -> io::Result<Option<ProgramEnd>> {
    // They are caught before anything is started, so that none of them can end the launcher alone.
    let mut signals = Signals::catch()?;
    let is_orphan = || getppid() != Some(request.parent);
    if is_orphan() {
        return Ok(None);
    }
    let (program, group) = start(request)?;
    let over = |limit: GroupLimit| ProgramEnd::OverLimit(limit.text(request.limits));
    let mut look = Instant::now() + LOOK;
    let report = loop {
        signals.wait(look.saturating_duration_since(Instant::now()))?;
        if is_orphan() {
            break None;
        }
        if signals.has_come(Signal::INT) {
            break Some(ProgramEnd::Signaled(Signal::KILL.as_raw()));
        }
        if signals.has_come(Signal::CHILD)
            && let Some(report) = reap(program)
        {
            // What a group does not allow may look as if the program had ended by itself.
            let held_back = group.as_ref().and_then(ControlGroup::over_limit);
            break Some(held_back.map_or(report, over));
        }
        if signals.has_come(Signal::TERM) {
            signal_all(Signal::TERM);
        }
        if Instant::now() >= look {
            look = Instant::now() + LOOK;
            if let Some(limit) = over_limit(request.limits, group.as_ref()) {
                break Some(over(limit));
            }
        }
    };
    end_all();
    Ok(report)
}

/// Starts the program with its limits; the launcher lets go of its streams.
fn start(request: &LaunchRequest) -> io::Result<(Pid, Option<ControlGroup>)> {
    limit(Resource::Data, request.limits.memory);
    if let Some(all) = processes_of_machine() {
        limit(Resource::Nproc, all.saturating_add(request.limits.processes));
    }
    limit(Resource::Nofile, request.limits.open_files);
    limit(Resource::Fsize, request.limits.file_size);
    limit(Resource::Core, 0);
    let mut command = Command::new(&request.program);
    command.arg0(&request.name).args(&request.arguments);
    command.current_dir(&request.folder).process_group(0);
    let group = GroupParent::find().and_then(|parent| parent.enter(request.limits));
    let program = command.spawn()?;
    if let Some(group) = &group {
        group.leave()?;
    }
    let null = OpenOptions::new().read(true).write(true).open("/dev/null")?;
    rustix::stdio::dup2_stdin(&null)?;
    rustix::stdio::dup2_stdout(&null)?;
    rustix::stdio::dup2_stderr(&null)?;
    let id = i32::try_from(program.id()).ok().and_then(Pid::from_raw);
    let id = id.ok_or_else(|| io::Error::other("a process without a number"))?;
    Ok((id, group))
}

/// Processes and threads of the whole machine, from `/proc/loadavg` (proc_loadavg(5)). The system's own limit counts all
/// that a user has, whoever started it, and binds no root: it only slows down what grows between two looks.
fn processes_of_machine() -> Option<u64> {
    let load = fs::read_to_string("/proc/loadavg").ok()?;
    let (_, all) = load.split(' ').nth(3)?.split_once('/')?;
    all.parse().ok()
}

/// Lowers a limit of this process, which what it starts inherits.
fn limit(resource: Resource, wanted: u64) {
    let allowed = getrlimit(resource).maximum;
    let value = allowed.map_or(wanted, |allowed| allowed.min(wanted));
    let limit = Rlimit {
        current: Some(value),
        maximum: Some(value),
    };
    let _stays_as_it_was = setrlimit(resource, limit);
}

/// Reaps every child that has ended; how the program ended, where it is among them.
fn reap(program: Pid) -> Option<ProgramEnd> {
    let mut report = None;
    while let Ok(Some((child, status))) = wait(WaitOptions::NOHANG) {
        if child == program {
            report = Some(ProgramEnd::of_status(ExitStatus::from_raw(status.as_raw())));
        }
    }
    report
}

/// What all of it together uses too much of, or was held back from.
fn over_limit(limits: ResourceLimits, group: Option<&ControlGroup>) -> Option<GroupLimit> {
    let usage = descendants::usage(limits.processes);
    let used_up = if usage.processes > limits.processes {
        Some(GroupLimit::Processes)
    } else {
        (usage.memory > limits.memory).then_some(GroupLimit::Memory)
    };
    used_up.or_else(|| group.and_then(ControlGroup::over_limit))
}
