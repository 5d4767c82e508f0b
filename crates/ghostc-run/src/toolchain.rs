//! Whether the programs of a target are installed, and new enough.

use crate::harness::{ResourceLimits, Toolchain, ToolchainState};
use crate::process::capture;
use crate::programs::{FileStamp, is_script};
use crate::tool::Tool;
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// How long a program may take to say its version.
const LIMIT: Duration = Duration::from_secs(10);

/// Runs each command and compares the first number with dots in what it prints.
pub fn probe(toolchain: &[Toolchain]) -> ToolchainState {
    probe_until(toolchain, &AtomicBool::new(false))
}

/// The same, until `stop` is set; what it gives then means nothing.
pub fn probe_until(toolchain: &[Toolchain], stop: &AtomicBool) -> ToolchainState {
    let mut versions = Vec::new();
    for program in toolchain {
        match version(program, stop) {
            Ok(version) => versions.push(version),
            Err(reason) => {
                return ToolchainState::Missing {
                    reason,
                    install: program.install.clone(),
                };
            }
        }
    }
    ToolchainState::Present { versions }
}

fn version(program: &Toolchain, stop: &AtomicBool) -> Result<String, String> {
    let shown = format!("`{}`", program.run.join(" "));
    let output = output(&program.run, &shown, stop)?;
    let found = first_version(&output).unwrap_or_default();
    match &program.at_least {
        Some(_) if found.is_empty() => Err(format!("{shown} prints no version")),
        Some(wanted) if numbers(found) < numbers(wanted) => {
            Err(format!("{shown} is {found}, and {wanted} is needed"))
        }
        Some(_) | None => Ok(found.to_string()),
    }
}

/// What each command printed, as long as its program is the same file. It is not kept for longer than the process: to ask
/// again costs less than to be wrong.
static ANSWERS: Mutex<BTreeMap<Vec<String>, (PathBuf, FileStamp, String)>> = Mutex::new(BTreeMap::new());

/// What a command prints, or has printed.
fn output(run: &[String], shown: &str, stop: &AtomicBool) -> Result<String, String> {
    let tool = Tool::find(run, &BTreeMap::new()).map_err(|error| format!("cannot run {shown}: {error}"))?;
    let answers = || ANSWERS.lock().unwrap_or_else(PoisonError::into_inner);
    let (file, stamp) = (tool.file.clone(), FileStamp::of(&tool.file));
    if let Some((of_file, then, output)) = answers().get(run)
        && (of_file, Some(*then)) == (&file, stamp)
    {
        return Ok(output.clone());
    }
    let output = answer(tool, run, shown, stop)?;
    // A script may call something else tomorrow, and its file is the same then.
    if let Some(stamp) = stamp.filter(|_| !is_script(&file)) {
        answers().insert(run.to_vec(), (file, stamp, output.clone()));
    }
    Ok(output)
}

/// What the command prints.
fn answer(tool: Tool, run: &[String], shown: &str, stop: &AtomicBool) -> Result<String, String> {
    let limits = ResourceLimits::default();
    let command = tool.prepare(run, Path::new("/"), limits);
    let captured = command.and_then(|command| capture(command, LIMIT, (1 << 16, limits.output), stop));
    let captured = match captured {
        Ok(captured) => captured,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(format!(
                "`{}` was not found",
                run.first().map_or("", String::as_str)
            ));
        }
        Err(error) => return Err(format!("cannot run {shown}: {error}")),
    };
    match captured.end {
        None => Err(format!("{shown} took longer than {} s", LIMIT.as_secs())),
        Some(end) if !end.is_success() => Err(format!("{shown} ended with {end}")),
        Some(_) => Ok(captured.output),
    }
}

/// The first run of digits and dots with a dot between digits, else the first number.
fn first_version(text: &str) -> Option<&str> {
    let runs = || {
        text.split(|c: char| !c.is_ascii_digit() && c != '.')
            .map(|run| run.trim_matches('.'))
    };
    let dotted = runs().find(|run| run.contains('.'));
    dotted.or_else(|| runs().find(|run| !run.is_empty()))
}

/// The parts of a version; zeros at the end do not count.
fn numbers(version: &str) -> Vec<u64> {
    let mut numbers: Vec<u64> = version.split('.').map(|part| part.parse().unwrap_or(0)).collect();
    while numbers.last() == Some(&0) {
        numbers.pop();
    }
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;

    fn program(script: &str, at_least: Option<&str>) -> Vec<Toolchain> {
        let run = ["sh", "-c", script].map(String::from).to_vec();
        vec![Toolchain {
            run,
            at_least: at_least.map(String::from),
            install: "install it".to_string(),
        }]
    }

    fn reason(state: ToolchainState) -> String {
        match state {
            ToolchainState::Present { versions } => panic!("present: {versions:?}"),
            ToolchainState::Missing { reason, install } => {
                assert_eq!(install, "install it");
                reason
            }
        }
    }

    #[test]
    fn versions_are_compared_number_by_number() {
        for (printed, wanted, fine) in [
            ("Python 3.11.7", "3.9", true),
            ("v20.20.2", "22", false),
            ("go version go1.22.1 linux/amd64", "1.22", true),
            ("rustc 1.85.0 (4d91de4e4 2026-02-17)", "1.85", true),
            ("tool 3", "3.0", true),
        ] {
            let state = probe(&program(&format!("echo '{printed}'"), Some(wanted)));
            assert_eq!(
                matches!(state, ToolchainState::Present { .. }),
                fine,
                "{printed} {state:?}"
            );
        }
    }

    #[test]
    fn what_is_wrong_with_a_program_is_said() {
        assert_eq!(
            reason(probe(&program("exit 3", None))),
            "`sh -c exit 3` ended with exit code 3"
        );
        assert_eq!(
            reason(probe(&program("echo 1.2 >&2", Some("1.3")))),
            "`sh -c echo 1.2 >&2` is 1.2, and 1.3 is needed"
        );
        assert_eq!(
            reason(probe(&program("echo", Some("1")))),
            "`sh -c echo` prints no version"
        );
        let missing = Toolchain {
            run: vec!["no-such-program-here".into()],
            ..program("", None).remove(0)
        };
        assert_eq!(reason(probe(&[missing])), "`no-such-program-here` was not found");
    }

    #[test]
    fn a_version_is_asked_for_again_where_the_program_is_another_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let (shell, asked) = (path("shell"), path("asked"));
        std::fs::copy(std::fs::canonicalize("/bin/sh").unwrap(), &shell).unwrap();
        let run = |program: &Path| {
            let script = format!("echo 1 >> {}; echo 2.5", asked.display());
            let run = [program.display().to_string(), "-c".into(), script].to_vec();
            let (at_least, install) = (None, String::new());
            probe(&[Toolchain {
                run,
                at_least,
                install,
            }])
        };
        let times = || std::fs::read_to_string(&asked).unwrap().lines().count();
        let present = ToolchainState::Present {
            versions: vec!["2.5".into()],
        };
        assert_eq!(
            (run(&shell), run(&shell), times()),
            (present.clone(), present.clone(), 1)
        );
        let new = path("new");
        std::fs::copy(&shell, &new).unwrap();
        std::fs::rename(&new, &shell).unwrap();
        assert_eq!((run(&shell), times()), (present.clone(), 2));
        // A script is asked each time.
        let script = path("script");
        std::fs::write(&script, "#!/bin/sh\nexec /bin/sh \"$@\"\n").unwrap();
        std::fs::set_permissions(&script, std::fs::metadata(&shell).unwrap().permissions()).unwrap();
        assert_eq!(
            (run(&script), run(&script), times()),
            (present.clone(), present, 4)
        );
    }
}
