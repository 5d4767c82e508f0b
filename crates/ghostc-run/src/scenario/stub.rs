//! A played command: asks ghostc, over the socket of its scenario, what to print. It knows no rule and no reply.

use super::clock;
use super::stub_wire::{MOST, STUB, StubArgument, StubMessage, StubOrder, child_argument};
use super::wire::line_of;
use crate::pipe;
use rustix::event::{PollFd, PollFlags};
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read as _, Write as _};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

/// The exit code of one that could not ask.
const NOT_PLAYED: u8 = 125;

/// Plays a command to its end; `argument` is all of the first argument of the process, and `rest` what follows: the path of
/// the script, and its arguments.
pub(crate) fn stub(argument: &str, rest: impl IntoIterator<Item = OsString>) -> ExitCode {
    let begun = clock::micros();
    let played = match argument.strip_prefix(STUB).and_then(StubArgument::read) {
        Some(StubArgument::Child { micros }) => live(micros),
        Some(StubArgument::Fake { fake, socket }) => play(fake, socket, begun, rest),
        None => Err(io::Error::other("it was not started by a scenario")),
    };
    match played {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            let _closed = print(
                rustix::stdio::stderr(),
                &format!("this command cannot be played: {error}\n"),
            );
            ExitCode::from(NOT_PLAYED)
        }
    }
}

/// Writes to a stream of this process, which is the fake's and not ghostc's.
fn print(stream: impl AsFd, text: &str) -> io::Result<()> {
    File::from(stream.as_fd().try_clone_to_owned()?).write_all(text.as_bytes())
}

/// Lives for so long, or until the scenario is over: its standard input is its connection.
fn live(micros: u64) -> io::Result<u8> {
    become_private();
    let end = Instant::now() + Duration::from_micros(micros);
    let stdin = rustix::stdio::stdin();
    loop {
        let left = end.saturating_duration_since(Instant::now());
        let mut files = [PollFd::new(&stdin, PollFlags::IN)];
        pipe::wait(&mut files, left)?;
        let is_over = files.first().is_some_and(|file| !file.revents().is_empty());
        if is_over || left.is_zero() {
            return Ok(0);
        }
    }
}

/// Keeps programs from taking over the connection.
#[cfg(target_os = "linux")]
fn become_private() {
    use rustix::process::{DumpableBehavior, set_dumpable_behavior};
    let _older_kernel = set_dumpable_behavior(DumpableBehavior::NotDumpable);
}

#[cfg(not(target_os = "linux"))]
fn become_private() {}

/// A connection that was let in.
struct Connection {
    reader: BufReader<UnixStream>,
    nonce: u64,
    lines: bool,
}

impl Connection {
    fn open(socket: &Path, first: &StubMessage) -> io::Result<Connection> {
        let stream = UnixStream::connect(socket)?;
        tell(&stream, first)?;
        let mut reader = BufReader::new(stream);
        match next_order(&mut reader)? {
            Some(StubOrder::Welcome { nonce, lines }) => {
                // Only now: ghostc looks at this process before it lets it in.
                become_private();
                Ok(Connection { reader, nonce, lines })
            }
            Some(_) | None => Err(io::Error::other("it was not let in")),
        }
    }

    fn stream(&self) -> &UnixStream {
        self.reader.get_ref()
    }
}

fn tell(mut stream: &UnixStream, message: &StubMessage) -> io::Result<()> {
    stream.write_all(&line_of(message)?)
}

fn next_order(reader: &mut impl BufRead) -> io::Result<Option<StubOrder>> {
    let mut line = Vec::new();
    if reader.read_until(b'\n', &mut line)? == 0 {
        return Ok(None);
    }
    serde_json::from_slice(&line).map(Some).map_err(io::Error::other)
}

fn play(fake: usize, socket: &Path, begun: u64, rest: impl IntoIterator<Item = OsString>) -> io::Result<u8> {
    let mut connection = Connection::open(socket, &StubMessage::Fake(fake))?;
    let text = |text: OsString| text.to_string_lossy().into_owned();
    let stdin = if connection.lines {
        Vec::new()
    } else {
        read_input()?
    };
    let cwd = std::env::current_dir().unwrap_or_default();
    let call = StubMessage::Call {
        nonce: connection.nonce,
        begun,
        args: rest.into_iter().skip(1).map(text).collect(),
        cwd: text(cwd.into()),
        env: std::env::vars_os()
            .map(|(name, value)| (text(name), text(value)))
            .collect(),
        stdin: stdin.len(),
    };
    tell(connection.stream(), &call)?;
    connection.stream().write_all(&stdin)?;
    if connection.lines {
        let stream = connection.stream().try_clone()?;
        // It ends with the process.
        std::thread::spawn(move || pass_lines(&stream));
    }
    let code = follow(&mut connection, socket)?;
    // It is said before anybody can have seen it.
    tell(connection.stream(), &StubMessage::Over(clock::micros()))?;
    Ok(code)
}

/// Reads all of the input, and keeps what is told of it.
fn read_input() -> io::Result<Vec<u8>> {
    let mut input = Vec::new();
    let mut stdin = io::stdin().lock();
    let _closed = stdin.by_ref().take(MOST as u64).read_to_end(&mut input);
    let _closed = io::copy(&mut stdin, &mut io::sink());
    Ok(input)
}

fn pass_lines(stream: &UnixStream) -> io::Result<()> {
    let mut stdin = io::stdin().lock();
    loop {
        let mut line = Vec::new();
        let count = stdin.by_ref().take(MOST as u64).read_until(b'\n', &mut line);
        if count.unwrap_or(0) == 0 {
            return tell(stream, &StubMessage::End);
        }
        if line.last() == Some(&b'\n') {
            line.pop();
        } else {
            // All of a line that is longer, or the last one.
            stdin.skip_until(b'\n')?;
        }
        let line = String::from_utf8_lossy(&line).into_owned();
        tell(stream, &StubMessage::Line(line))?;
    }
}

/// Does what ghostc says, until it says that this is all; the exit code.
fn follow(connection: &mut Connection, socket: &Path) -> io::Result<u8> {
    // Who reads what it prints, and whether anybody does, is not its concern.
    while let Some(order) = next_order(&mut connection.reader)? {
        match order {
            StubOrder::Welcome { .. } => {}
            StubOrder::Child { micros } => {
                let started = start_child(connection.nonce, micros, socket);
                let started = started.map_err(|error| error.to_string());
                tell(connection.stream(), &StubMessage::ChildStarted(started))?;
            }
            StubOrder::Finish { stdout, stderr, exit } => {
                let _closed = print(rustix::stdio::stdout(), &stdout);
                let _closed = print(rustix::stdio::stderr(), &stderr);
                return Ok(exit);
            }
            StubOrder::Print(line) => {
                let _closed = print(rustix::stdio::stdout(), &format!("{line}\n"));
            }
            StubOrder::Exit(code) => return Ok(code),
        }
    }
    Err(io::Error::other("its scenario is over"))
}

/// Starts a process and leaves it behind: its life is that of a connection of its own.
fn start_child(nonce: u64, micros: u64, socket: &Path) -> io::Result<()> {
    let connection = Connection::open(socket, &StubMessage::Child(nonce))?;
    let mut command = Command::new(std::env::current_exe()?);
    command.arg(child_argument(micros));
    command.stdin(OwnedFd::from(connection.reader.into_inner()));
    command.spawn().map(drop)
}
