//! Programs behind the shims of version managers: a shim asks its manager for the version at every start, which takes
//! longer than most programs do; the manager is asked once.
//!
//! A shim is a script that ends in `exec MANAGER exec NAME "$@"`, as those of pyenv, rbenv, nodenv and asdf do, or a link
//! to a program of a manager, as those of rustup, volta and mise are. All of them answer to `MANAGER which NAME`. nvm and
//! fnm change the PATH and have no shims.

use crate::harness::ResourceLimits;
use crate::launch::{Launch, ProgramEnd};
use crate::process::capture;
use crate::programs::{FileStamp, is_program};
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// How long a manager may take to answer.
const LIMIT: Duration = Duration::from_secs(10);
/// A longer file is no shim.
const LONGEST: u64 = 16 << 10;
/// Programs of managers that run under the names of others, and the manager beside each.
const MANAGERS: &[(&str, &str)] = &[("rustup", "rustup"), ("volta-shim", "volta"), ("mise", "mise")];

/// What was found behind each file, as long as that is the same file. A manager may change its mind by files that are not
/// known here, so that this is not kept for longer than the process.
static KNOWN: Mutex<BTreeMap<PathBuf, (FileStamp, Option<PathBuf>)>> = Mutex::new(BTreeMap::new());

/// The program behind a shim; nothing where the file is none, or where its manager does not say. `env` is what the manager
/// may have of our environment.
pub(crate) fn behind(file: &Path, env: &[(OsString, OsString)]) -> Option<PathBuf> {
    let stamp = FileStamp::of(file)?;
    let known = || KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, found)) = known().get(file).filter(|(then, _)| *then == stamp) {
        return found.clone();
    }
    let found = question(file).and_then(|question| ask(question, env));
    let found = found.filter(|found| found != file && is_program(found));
    known().insert(file.to_path_buf(), (stamp, found.clone()));
    found
}

/// A command that prints where the program of a shim is.
struct Question {
    program: PathBuf,
    arguments: Vec<OsString>,
}

fn question(file: &Path) -> Option<Question> {
    of_link(file).or_else(|| of_script(file))
}

/// The question for a link to a manager's program.
fn of_link(file: &Path) -> Option<Question> {
    let name = file.file_name()?;
    let target = file.canonicalize().ok()?;
    let manager = MANAGERS.iter().find_map(|(link, manager)| {
        let beside = file.with_file_name(link);
        let is_same = || FileStamp::of(&beside).is_some_and(|stamp| Some(stamp) == FileStamp::of(file));
        if target.file_name() == Some(OsStr::new(link)) {
            Some((target.with_file_name(manager), manager))
        } else {
            is_same().then(|| (beside.with_file_name(manager), manager))
        }
    });
    let (program, _) = manager.filter(|(_, manager)| name != OsStr::new(manager))?;
    let arguments = ["which".into(), name.to_os_string()].to_vec();
    Some(Question { program, arguments })
}

/// The question for a script: the script itself, with `which` in the place of what it hands its manager.
fn of_script(file: &Path) -> Option<Question> {
    let mut text = String::new();
    let opened = File::open(file).ok()?;
    opened.take(LONGEST + 1).read_to_string(&mut text).ok()?;
    if text.len() as u64 > LONGEST {
        return None;
    }
    let interpreter = text.lines().next()?.strip_prefix("#!")?.trim();
    let shell = interpreter.rsplit(['/', ' ']).next()?;
    if !["sh", "bash", "dash", "zsh", "ksh"].contains(&shell) {
        return None;
    }
    let last = text
        .lines()
        .rfind(|line| !line.trim().is_empty() && !line.trim().starts_with('#'))?;
    let asked = which_in_place_of_exec(last)?;
    let script = text.replace(last, &asked);
    let arguments = ["-c".into(), script.into(), file.as_os_str().to_os_string()].to_vec();
    Some(Question {
        program: Path::new("/bin").join(shell),
        arguments,
    })
    .filter(|question| is_program(&question.program))
}

/// `exec MANAGER exec …` with its second `exec` as `which`.
fn which_in_place_of_exec(line: &str) -> Option<String> {
    let manager = line.trim_start().strip_prefix("exec ")?.trim_start();
    let rest = match manager.strip_prefix('"') {
        Some(quoted) => quoted.split_once('"')?.1,
        None => manager.split_once(' ').map(|(_, rest)| rest)?,
    };
    let rest = rest.trim_start();
    let name = rest.strip_prefix("exec ")?;
    let start = line.get(..line.len() - rest.len())?;
    Some(format!("{start}which {name}"))
}

fn ask(question: Question, env: &[(OsString, OsString)]) -> Option<PathBuf> {
    let limits = ResourceLimits::default();
    let launch = Launch {
        program: &question.program,
        name: question.program.as_os_str(),
        arguments: question.arguments,
        folder: Path::new("/"),
        env: env.to_vec(),
        limits,
    };
    let captured = capture(
        launch.prepare().ok()?,
        LIMIT,
        (1 << 12, limits.output),
        &AtomicBool::new(false),
    );
    let captured = captured.ok()?;
    let is_answer = captured.end.as_ref().is_some_and(ProgramEnd::is_success);
    // What it warns of comes on the same pipe.
    let mut lines = captured.output.lines().filter(|line| line.starts_with('/'));
    lines.next_back().filter(|_| is_answer).map(PathBuf::from)
}

#[cfg(test)]
mod tests;
