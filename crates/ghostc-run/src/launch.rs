//! Programs under a launcher: a small process between ghostc and each program, which ends the program with everything
//! that it started, holds it to its limits, and does so too when ghostc is gone.
//!
//! The launcher is the same binary as ghostc, started with [`LAUNCH`] as its first argument; [`prepare_process`] says
//! where it is. Without one (in a library that has none) programs start directly, in process groups of their own, and
//! what leaves its group is out of reach.

mod control_group;
mod descendants;
mod end;
mod request;
mod supervisor;

use crate::harness::ResourceLimits;
use crate::private::create_report;
use request::LaunchRequest;
use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use std::ffi::{OsStr, OsString};
use std::io::{self, Read as _, Seek as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

pub(crate) use descendants::end_all;
pub(crate) use end::ProgramEnd;
pub(crate) use request::LAUNCH;
pub(crate) use supervisor::supervise;

static LAUNCHER: OnceLock<PathBuf> = OnceLock::new();
/// The launchers that are at work.
static AT_WORK: Mutex<Vec<Pid>> = Mutex::new(Vec::new());

fn at_work() -> MutexGuard<'static, Vec<Pid>> {
    AT_WORK.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Makes this process ready to start programs: `launcher` is the program that begins with
/// [`run_role`](crate::run_role), the limit of open files is raised to what is allowed, and on Linux no other program of this user may
/// read this process's memory. Call it once, before anything is started; what was set first stays.
pub fn prepare_process(launcher: PathBuf) {
    let _the_first_one_stays = LAUNCHER.set(launcher);
    raise_open_files();
    become_guardian();
}

/// The program that starts programs, where there is one.
pub(crate) fn launcher() -> Option<&'static Path> {
    #[cfg(test)]
    LAUNCHER.get_or_init(tests::launcher);
    LAUNCHER.get().map(PathBuf::as_path)
}

/// What of the limits on programs is looked after by ghostc and not by the system, as a sentence; nothing where all of them
/// are the system's.
pub fn unenforced_limits() -> Option<&'static str> {
    if !cfg!(target_os = "linux") {
        Some("memory and processes are not limited on this system")
    } else if control_group::GroupParent::find().is_some() {
        None
    } else {
        Some("memory and processes are watched, not enforced: no control group can be made here")
    }
}

fn raise_open_files() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current.is_some_and(|current| maximum.is_none_or(|maximum| current < maximum)) {
        let wanted = maximum.unwrap_or(1 << 16).min(1 << 16);
        let raised = Rlimit {
            current: current.map(|current| current.max(wanted)),
            maximum,
        };
        let _stays_as_it_was = setrlimit(Resource::Nofile, raised);
    }
}

/// Keeps others out of this process, and takes over what a launcher leaves behind that was killed itself.
#[cfg(target_os = "linux")]
fn become_guardian() {
    use rustix::process::{DumpableBehavior, getpid, set_child_subreaper, set_dumpable_behavior};
    let _older_kernel = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    let _older_kernel = set_child_subreaper(Some(getpid()));
}

#[cfg(not(target_os = "linux"))]
fn become_guardian() {}

/// A program to start.
pub(crate) struct Launch<'a> {
    /// Its file, or a name that is looked up on the PATH.
    pub(crate) program: &'a Path,
    /// Its name as it sees it.
    pub(crate) name: &'a OsStr,
    /// Its arguments.
    pub(crate) arguments: Vec<OsString>,
    /// Where it runs.
    pub(crate) folder: &'a Path,
    /// Its environment, the whole of it.
    pub(crate) env: Vec<(OsString, OsString)>,
    /// What it may use.
    pub(crate) limits: ResourceLimits,
}

/// A command that starts a program, and how its end is told once it is started.
pub(crate) struct Prepared {
    command: Command,
    report: Option<tempfile::NamedTempFile>,
}

impl Prepared {
    /// Starts the program: `spawn` gets the command, whose streams are those of the program, and gives the process and
    /// its number.
    pub(crate) fn start<C>(
        self,
        spawn: impl FnOnce(Command) -> io::Result<(C, u32)>,
    ) -> io::Result<(C, Launched)> {
        // Whoever looks for strays must not see a launcher that is not on the list yet.
        let mut at_work = at_work();
        let launcher = self.report.is_some();
        let name = self.command.get_program().to_os_string();
        let (child, id) = spawn(self.command).map_err(|error| match error.raw_os_error() {
            Some(_) if launcher && error.kind() == io::ErrorKind::NotFound => {
                // It would look as if the program were missing.
                let text = format!("cannot start the launcher `{}`: {error}", name.display());
                io::Error::other(text)
            }
            _ => error,
        })?;
        let process = i32::try_from(id).ok().and_then(Pid::from_raw);
        if self.report.is_some() {
            at_work.extend(process);
        }
        let launched = Launched {
            process,
            report: self.report,
        };
        Ok((child, launched))
    }
}

impl Launch<'_> {
    /// The command to start.
    pub(crate) fn prepare(self) -> io::Result<Prepared> {
        self.prepare_with(launcher())
    }

    fn prepare_with(self, launcher: Option<&Path>) -> io::Result<Prepared> {
        // Where no temporary file can be made no code and no agent is run, as neither gets a folder.
        let report = launcher.and_then(|_| create_report().ok());
        let (Some(launcher), Some(report)) = (launcher, report) else {
            let mut command = Command::new(self.program);
            command.arg0(self.name).args(self.arguments);
            command.current_dir(self.folder).process_group(0);
            command.env_clear().envs(self.env);
            let report = None;
            return Ok(Prepared { command, report });
        };
        let request = LaunchRequest {
            parent: rustix::process::getpid(),
            report: report.path().to_path_buf(),
            folder: self.folder.to_path_buf(),
            limits: self.limits,
            name: self.name.to_os_string(),
            program: self.program.to_path_buf(),
            arguments: self.arguments,
        };
        let mut command = Command::new(launcher);
        command.args(request.to_arguments());
        command.env_clear().envs(self.env);
        let report = Some(report);
        Ok(Prepared { command, report })
    }
}

/// A program that was started, with everything that it starts. All of it is killed with this value.
pub(crate) struct Launched {
    /// The launcher's process, or the program's where there is no launcher; nothing once it was waited for.
    process: Option<Pid>,
    report: Option<tempfile::NamedTempFile>,
}

impl Launched {
    /// Asks all of it to end.
    pub(crate) fn ask_to_end(&self) {
        self.signal(Signal::TERM, Signal::TERM);
    }

    /// Has all of it killed. The process is to be waited for afterwards.
    pub(crate) fn kill(&self) {
        self.signal(Signal::INT, Signal::KILL);
    }

    /// Sends one signal to the launcher, or another to the program's group where there is no launcher.
    fn signal(&self, to_launcher: Signal, to_group: Signal) {
        let Some(process) = self.process else {
            return;
        };
        let _gone = if self.report.is_some() {
            kill_process(process, to_launcher)
        } else {
            kill_process_group(process, to_group)
        };
    }

    /// Forgets the process, whose number may soon be another's.
    fn forget(&mut self) {
        if let Some(process) = self.process.take() {
            at_work().retain(|launcher| *launcher != process);
        }
    }

    /// How the program ended, from the status of the process that was waited for. Nothing of it is alive afterwards.
    pub(crate) fn end(&mut self, status: ExitStatus) -> ProgramEnd {
        let Some(report) = self.report.take() else {
            // Its group may have outlived it.
            self.kill();
            self.forget();
            return ProgramEnd::of_status(status);
        };
        self.forget();
        let end = read_report(report).unwrap_or_else(|| {
            // The launcher itself was killed: what it watched over came to this process.
            descendants::end_strays(&at_work());
            ProgramEnd::of_status(status)
        });
        tracing::trace!(%end, "a program has ended");
        end
    }
}

fn read_report(report: tempfile::NamedTempFile) -> Option<ProgramEnd> {
    let mut file = report.as_file();
    let mut text = String::new();
    file.rewind().ok()?;
    file.read_to_string(&mut text).ok()?;
    ProgramEnd::from_line(&text)
}

impl Drop for Launched {
    fn drop(&mut self) {
        self.kill();
        self.forget();
    }
}

#[cfg(test)]
mod tests;
