//! What ghostc tells a launcher, as arguments.

use crate::harness::ResourceLimits;
use rustix::process::Pid;
use std::ffi::OsString;
use std::path::PathBuf;

/// The first argument of a process that is a launcher.
pub(crate) const LAUNCH: &str = "__launch";
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
}
