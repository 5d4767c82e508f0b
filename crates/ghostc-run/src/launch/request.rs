//! What ghostc tells a launcher, as arguments, and what the launcher tells at the end, as a line in a file.

use crate::harness::ResourceLimits;
use rustix::process::Pid;
use std::ffi::OsString;
use std::path::PathBuf;

/// The first argument of a process that is a launcher.
pub const LAUNCH: &str = "__launch";
/// Ends the launcher's own arguments.
const END: &str = "--";

/// A program to start and how: the arguments of a launcher.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct LaunchRequest {
    /// The process whose end ends the program too.
    pub(crate) parent: Pid,
    /// The file that takes the report. The launcher opens and removes it first.
    pub(crate) report: PathBuf,
    /// Where the program runs.
    pub(crate) folder: PathBuf,
    /// What the program may use.
    pub(crate) limits: ResourceLimits,
    /// The program's name as it sees it.
    pub(crate) name: OsString,
    /// The program's file or name.
    pub(crate) program: PathBuf,
    /// The program's arguments.
    pub(crate) arguments: Vec<OsString>,
}

impl LaunchRequest {
    /// The arguments, the first of which is [`LAUNCH`].
    pub(crate) fn to_arguments(&self) -> Vec<OsString> {
        let limits = self.limits;
        let numbers = [
            self.parent.as_raw_nonzero().get().unsigned_abs().into(),
            limits.memory,
            limits.processes,
            limits.open_files,
            limits.file_size,
        ];
        let mut arguments = vec![OsString::from(LAUNCH)];
        arguments.extend(numbers.map(|number: u64| OsString::from(number.to_string())));
        arguments.extend([self.report.clone().into(), self.folder.clone().into()]);
        arguments.extend([
            OsString::from(END),
            self.name.clone(),
            self.program.clone().into(),
        ]);
        arguments.extend(self.arguments.iter().cloned());
        arguments
    }

    /// Reads what [`LaunchRequest::to_arguments`] made, without [`LAUNCH`].
    pub(crate) fn read(arguments: impl IntoIterator<Item = OsString>) -> Option<LaunchRequest> {
        let mut arguments = arguments.into_iter();
        let mut number = || arguments.next()?.to_str()?.parse::<u64>().ok();
        let parent = Pid::from_raw(i32::try_from(number()?).ok()?)?;
        let limits = ResourceLimits {
            memory: number()?,
            processes: number()?,
            open_files: number()?,
            file_size: number()?,
            ..ResourceLimits::default()
        };
        let (report, folder) = (arguments.next()?.into(), arguments.next()?.into());
        (arguments.next()? == END).then_some(())?;
        Some(LaunchRequest {
            parent,
            report,
            folder,
            limits,
            name: arguments.next()?,
            program: arguments.next()?.into(),
            arguments: arguments.collect(),
        })
    }
}

/// How a program ended, as its launcher reports it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Report {
    /// With an exit code.
    Exited(i32),
    /// By a signal.
    Signaled(i32),
    /// It was killed for using more than it may; the text says of what.
    OverLimit(String),
    /// It could not be started: the system's error code.
    NotStarted(i32),
}

impl Report {
    /// The line in the file.
    pub(crate) fn to_line(&self) -> String {
        match self {
            Report::Exited(code) => format!("exited {code}\n"),
            Report::Signaled(signal) => format!("signaled {signal}\n"),
            Report::OverLimit(limit) => format!("over-limit {limit}\n"),
            Report::NotStarted(code) => format!("not-started {code}\n"),
        }
    }

    /// Reads the line; nothing where it is not whole.
    pub(crate) fn read(text: &str) -> Option<Report> {
        let (word, rest) = text.strip_suffix('\n')?.split_once(' ')?;
        Some(match word {
            "exited" => Report::Exited(rest.parse().ok()?),
            "signaled" => Report::Signaled(rest.parse().ok()?),
            "over-limit" => Report::OverLimit(rest.to_string()),
            "not-started" => Report::NotStarted(rest.parse().ok()?),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_comes_through_its_arguments_as_it_was() {
        let request = LaunchRequest {
            parent: rustix::process::getpid(),
            report: "/tmp/report".into(),
            folder: "/tmp/a b".into(),
            limits: ResourceLimits {
                memory: 1,
                processes: 2,
                open_files: 3,
                file_size: 4,
                ..ResourceLimits::default()
            },
            name: "sh".into(),
            program: "/bin/sh".into(),
            arguments: ["-c", "--", ""].map(OsString::from).to_vec(),
        };
        let arguments = request.to_arguments();
        assert_eq!(arguments.first().map(|first| first == LAUNCH), Some(true));
        assert_eq!(LaunchRequest::read(arguments.into_iter().skip(1)), Some(request));
        assert_eq!(LaunchRequest::read(["1".into()]), None);
    }

    #[test]
    fn half_a_report_is_none() {
        for report in [
            Report::Exited(3),
            Report::Signaled(9),
            Report::OverLimit("too much memory".into()),
            Report::NotStarted(2),
        ] {
            let line = report.to_line();
            assert_eq!(Report::read(&line), Some(report));
            assert_eq!(Report::read(line.trim_end()), None);
        }
    }
}
