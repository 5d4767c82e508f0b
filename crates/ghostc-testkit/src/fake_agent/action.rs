//! Carries out a script in the current folder. The program `ghostc-fake-agent` is this and nothing else.

use super::script::{Action, Script};
use std::ffi::OsString;
use std::fs::{self, OpenOptions};
use std::io::{self, BufRead, Read, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::Duration;
use walkdir::WalkDir;

/// The status for trouble that no script asked for.
const BROKEN: u8 = 99;

/// Runs the program: reads the script that the arguments name, and does what it says.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    match start(&arguments.into_iter().skip(1).collect::<Vec<_>>()) {
        Ok(status) => ExitCode::from(status),
        Err(error) => {
            // A reader that went away is what a closed terminal is to any other program.
            let _ = writeln!(io::stderr(), "ghostc-fake-agent: {error}");
            ExitCode::from(BROKEN)
        }
    }
}

/// A run of a script: where it is, and how it got there.
struct Run<'a> {
    script: &'a Path,
    attempt: u64,
}

/// Arguments are `SCRIPT [RUNS]`, or after `ignore-term` has replaced the process `--resume SCRIPT ATTEMPT STEP`.
fn start(arguments: &[OsString]) -> io::Result<u8> {
    let (script, attempt, first) = match arguments {
        [script] => (script, count(&with_suffix(script, ".runs"))?, 0),
        [resume, script, attempt, step] if resume == "--resume" => {
            (script, parse(attempt)?, parse(step)? as usize)
        }
        [script, runs] => (script, count(Path::new(runs))?, 0),
        _ => return Err(io::Error::other("usage: ghostc-fake-agent SCRIPT [RUNS]")),
    };
    let path = Path::new(script);
    let text = fs::read_to_string(path).map_err(|error| named(path, &error))?;
    let parsed =
        Script::parse(&text).map_err(|problem| io::Error::other(format!("{}: {problem}", path.display())))?;
    let run = Run {
        script: path,
        attempt,
    };
    for (index, (attempts, action)) in parsed.steps.iter().enumerate().skip(first) {
        if !attempts.include(attempt) {
            continue;
        }
        if let Action::Exit(status) = action {
            return Ok(*status);
        }
        run.act(action, index)?;
    }
    Ok(0)
}

impl Run<'_> {
    fn act(&self, action: &Action, index: usize) -> io::Result<()> {
        match action {
            Action::Say(text) => print(format!("{text}\n").as_bytes()),
            Action::HalfLine(text) => print(text.as_bytes()),
            Action::Garbage(count) => print(&garbage(*count)),
            Action::Flood(count) => flood(*count),
            Action::Await(text) => await_line(text),
            Action::SavePrompt(path) => save_prompt(path),
            Action::Write(path, body) => write(path, body.as_bytes()),
            Action::Append(path, body) => append(path, body),
            Action::Copy(from, to) => copy(&self.script.with_file_name(from), Path::new(to)),
            Action::Delete(path) => delete(Path::new(path)),
            Action::NonUtf8(path) => write(path, b"caf\xe9 \xff\xfe\n"),
            Action::Symlink(target, path) => {
                parent(Path::new(path))?;
                std::os::unix::fs::symlink(target, path).map_err(|error| named(Path::new(path), &error))
            }
            Action::Escape(path) => escape(path),
            Action::Sleep(time) => {
                std::thread::sleep(*time);
                Ok(())
            }
            Action::Hang => loop {
                std::thread::sleep(Duration::from_secs(3600));
            },
            Action::IgnoreTerm => Err(self.ignore_term(index + 1)),
            Action::LeakChild { seconds, away } => leak(*seconds, *away),
            Action::Exit(_) => Ok(()),
        }
    }

    /// Replaces this process by itself with SIGTERM ignored, which `exec` keeps and which takes no unsafe code.
    fn ignore_term(&self, next: usize) -> io::Error {
        let program = match std::env::current_exe() {
            Ok(program) => program,
            Err(error) => return error,
        };
        Command::new("sh")
            .args(["-c", "trap '' TERM; exec \"$0\" \"$@\""])
            .args([program.as_os_str(), "--resume".as_ref(), self.script.as_os_str()])
            .args([self.attempt.to_string(), next.to_string()])
            .exec()
    }
}

/// Makes the file of runs one byte longer and returns its new length.
fn count(runs: &Path) -> io::Result<u64> {
    let file = OpenOptions::new().create(true).append(true).open(runs);
    let length = file.and_then(|mut file| {
        file.write_all(b".")?;
        Ok(file.metadata()?.len())
    });
    length.map_err(|error| named(runs, &error))
}

fn print(bytes: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)?;
    out.flush()
}

/// Bytes that look random, are the same each time, and are not UTF-8.
fn garbage(count: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_u32;
    let noise = std::iter::repeat_with(move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0] | 0x80
    });
    std::iter::once(0xff).chain(noise).take(count).collect()
}

fn flood(count: usize) -> io::Result<()> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    let line = [b"x".repeat(79), b"\n".to_vec()].concat();
    let mut left = count;
    while left > 0 {
        let part = line.get(line.len() - left.min(line.len())..).unwrap_or_default();
        out.write_all(part)?;
        left -= part.len();
    }
    out.flush()
}

fn await_line(text: &str) -> io::Result<()> {
    for line in io::stdin().lock().lines() {
        if line?.contains(text) {
            return Ok(());
        }
    }
    Err(io::Error::other(format!(
        "stdin ended without a line that holds `{text}`"
    )))
}

fn save_prompt(path: &str) -> io::Result<()> {
    let mut prompt = Vec::new();
    io::stdin().lock().read_to_end(&mut prompt)?;
    write(path, &prompt)
}

fn write(path: &str, bytes: &[u8]) -> io::Result<()> {
    let path = Path::new(path);
    parent(path)?;
    fs::write(path, bytes).map_err(|error| named(path, &error))
}

fn append(path: &str, text: &str) -> io::Result<()> {
    let path = Path::new(path);
    parent(path)?;
    let file = OpenOptions::new().create(true).append(true).open(path);
    file.and_then(|mut file| file.write_all(text.as_bytes()))
        .map_err(|error| named(path, &error))
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    for entry in WalkDir::new(from).sort_by_file_name() {
        let entry = entry?;
        let relative = entry.path().strip_prefix(from).unwrap_or(Path::new(""));
        let target = if relative.as_os_str().is_empty() {
            to.to_path_buf()
        } else {
            to.join(relative)
        };
        if entry.file_type().is_file() {
            parent(&target)?;
            fs::copy(entry.path(), &target).map_err(|error| named(&target, &error))?;
        }
    }
    Ok(())
}

fn delete(path: &Path) -> io::Result<()> {
    let gone = if path.is_dir() && !path.is_symlink() {
        fs::remove_dir_all(path)
    } else {
        fs::remove_file(path)
    };
    gone.map_err(|error| named(path, &error))
}

fn escape(path: &str) -> io::Result<()> {
    let word = if fs::write(path, "escaped\n").is_ok() {
        "escaped"
    } else {
        "refused"
    };
    print(format!("{word} {path}\n").as_bytes())
}

/// Leaves a `sleep` behind; its number goes to stderr, so that a test can look for it.
fn leak(seconds: f64, away: bool) -> io::Result<()> {
    let mut sleep = Command::new("sleep");
    sleep.arg(seconds.to_string()).stdin(Stdio::null());
    if away {
        sleep.process_group(0);
    }
    let child = sleep.spawn()?;
    writeln!(io::stderr(), "leaked child {}", child.id())
}

fn parent(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => {
            fs::create_dir_all(folder).map_err(|error| named(folder, &error))
        }
        _ => Ok(()),
    }
}

fn parse(argument: &OsString) -> io::Result<u64> {
    let text = argument.to_string_lossy();
    text.parse()
        .map_err(|_| io::Error::other(format!("`{text}` is no number")))
}

fn with_suffix(path: &OsString, suffix: &str) -> PathBuf {
    let mut name = path.clone();
    name.push(suffix);
    PathBuf::from(name)
}

fn named(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}
