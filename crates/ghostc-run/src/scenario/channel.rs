//! ghostc's side of the seal: starts the process inside, asks it for things, and hears how programs end.

use super::events::Events;
use super::seal::{SEAL, SealLevel};
use super::wire::{Inbox, SealMessage, SealRequest, line_of, send};
use crate::harness::ResourceLimits;
use crate::launch::{Launch, Launched, ProgramEnd, launcher};
use crate::process::with_id;
use ghostc_judge::play::{Event, ProcessEnd};
use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::ffi::{OsStr, OsString};
use std::io;
use std::net::TcpStream;
use std::os::fd::{AsFd as _, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream as BlockingStream;
use std::path::Path;
use std::process::{Child, Stdio};
use std::rc::Rc;
use std::time::Duration;
use tokio::io::Interest;
use tokio::net::{TcpSocket, UnixStream};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;
use tokio::task::spawn_local;

/// How long the process inside may take to be ready.
const START_LIMIT: Duration = Duration::from_secs(60);

/// The processes of a seal; all that is inside is dead when this value is gone.
pub(super) struct Seal {
    child: Child,
    launched: Option<Launched>,
}

impl Seal {
    /// Starts the process inside, in a folder and with an environment that programs get too. The levels are tried in
    /// their order; what could not be made is said as words. Where a level has mounts of its own, nobody inside writes into
    /// the folder that is `frozen`.
    pub(super) fn start(
        levels: &[SealLevel],
        folder: &Path,
        env: &[(OsString, OsString)],
        frozen: Option<&Path>,
        limits: ResourceLimits,
    ) -> Result<(Seal, BlockingStream, SealLevel, Option<String>), String> {
        let mut failures = Vec::new();
        for level in levels {
            match Seal::start_at(*level, folder, env, frozen, limits) {
                Ok((seal, socket)) => {
                    return Ok((seal, socket, *level, unsealed(*level, &failures)));
                }
                Err(error) => failures.push(error.to_string()),
            }
        }
        Err(failures.join("; "))
    }

    fn start_at(
        level: SealLevel,
        folder: &Path,
        env: &[(OsString, OsString)],
        frozen: Option<&Path>,
        limits: ResourceLimits,
    ) -> io::Result<(Seal, BlockingStream)> {
        let program = launcher().ok_or_else(|| io::Error::other("there is no launcher"))?;
        let (ours, theirs) = BlockingStream::pair()?;
        let launch = Launch {
            program,
            name: OsStr::new("ghostc"),
            arguments: [SEAL, level.word()]
                .map(OsString::from)
                .into_iter()
                .chain(frozen.map(OsString::from))
                .collect(),
            folder,
            env: env.to_vec(),
            limits,
        };
        let (child, launched) = launch.prepare()?.start(|mut command| {
            command.stdin(OwnedFd::from(theirs));
            command.stdout(Stdio::null()).stderr(Stdio::null());
            command.spawn().map(with_id)
        })?;
        let launched = Some(launched);
        // Where it is given up it is ended.
        let seal = Seal { child, launched };
        ours.set_read_timeout(Some(START_LIMIT))?;
        let mut inbox = Inbox::default();
        loop {
            if !inbox.fill(&ours)? {
                return Err(io::Error::other("the process inside has ended"));
            }
            match inbox.next()? {
                Some(SealMessage::Ready) => return Ok((seal, ours)),
                Some(SealMessage::Failed(why)) => return Err(io::Error::other(why)),
                Some(_) => return Err(io::Error::other("the process inside talks out of turn")),
                None => {}
            }
        }
    }

    /// Ends all of it, which has ended by itself where it is asked how.
    pub(super) fn end(&mut self, by_itself: bool) -> Option<ProgramEnd> {
        let mut launched = self.launched.take()?;
        if !by_itself {
            launched.kill();
        }
        let status = self.child.wait().ok()?;
        Some(launched.end(status))
    }
}

impl Drop for Seal {
    fn drop(&mut self) {
        self.end(false);
    }
}

/// What a level lacks, as words about scenarios, with the reasons for which the better ones could not be had.
fn unsealed(level: SealLevel, failures: &[String]) -> Option<String> {
    let lacks = match level {
        SealLevel::All => return None,
        SealLevel::Network => "they run among the processes of the machine",
        SealLevel::Folder => {
            "they run one after the other, in the network and among the processes of the machine"
        }
    };
    let why = failures.last().map(|why| format!(" ({why})"));
    Some(format!("{lacks}{}", why.unwrap_or_default()))
}

/// The programs that run, and where each one's end is told.
type WaitingForEnd = BTreeMap<usize, oneshot::Sender<ProcessEnd>>;

/// The conversation with the process inside.
pub(super) struct SealChannel {
    events: Events,
    requests: UnboundedSender<(SealRequest, Vec<OwnedFd>)>,
    sockets: RefCell<VecDeque<oneshot::Sender<Result<OwnedFd, String>>>>,
    ends: RefCell<WaitingForEnd>,
    /// What has used too much, where all of it was ended for that.
    over_limit: RefCell<Option<String>>,
}

impl SealChannel {
    /// Begins it; what is given back tells when the process inside is gone.
    pub(super) fn begin(
        socket: BlockingStream,
        events: Events,
    ) -> io::Result<(Rc<SealChannel>, oneshot::Receiver<()>)> {
        socket.set_nonblocking(true)?;
        let socket = Rc::new(UnixStream::from_std(socket)?);
        let (requests, queue) = unbounded_channel();
        let channel = Rc::new(SealChannel {
            events,
            requests,
            sockets: RefCell::default(),
            ends: RefCell::default(),
            over_limit: RefCell::default(),
        });
        let (gone, is_gone) = oneshot::channel();
        spawn_local(write_requests(Rc::clone(&socket), queue));
        let reading = Rc::clone(&channel);
        spawn_local(async move {
            if let Err(error) = reading.read_messages(&socket).await {
                let text = format!("the process inside the seal cannot be understood: {error}");
                reading.events.broken(text);
            }
            let _nobody_waits = gone.send(());
        });
        Ok((channel, is_gone))
    }

    /// Asks for something; nothing happens where the process inside is gone, which is told elsewhere.
    pub(super) fn ask(&self, request: SealRequest) {
        self.ask_with(request, Vec::new());
    }

    fn ask_with(&self, request: SealRequest, files: Vec<OwnedFd>) {
        let _gone = self.requests.send((request, files));
    }

    /// Starts a program; its end is given back.
    pub(super) fn start(
        &self,
        process: usize,
        argv: Vec<String>,
        env: Vec<(String, String)>,
        streams: [OwnedFd; 3],
    ) -> oneshot::Receiver<ProcessEnd> {
        let (sender, end) = oneshot::channel();
        if let Some(limit) = &*self.over_limit.borrow() {
            let _waits = sender.send(ProcessEnd::OverLimit(limit.clone()));
            return end;
        }
        self.ends.borrow_mut().insert(process, sender);
        let request = SealRequest::Start { process, argv, env };
        self.ask_with(request, streams.into());
        end
    }

    /// A TCP socket of the network inside.
    pub(super) async fn socket(&self, v6: bool) -> io::Result<TcpSocket> {
        let (sender, made) = oneshot::channel();
        self.sockets.borrow_mut().push_back(sender);
        self.ask(SealRequest::Socket { v6 });
        let gone = || io::Error::other("the process inside the seal is gone");
        let made = made.await.map_err(|_| gone())?.map_err(io::Error::other)?;
        let socket = TcpStream::from(made);
        socket.set_nonblocking(true)?;
        Ok(TcpSocket::from_std_stream(socket))
    }

    /// Says of every program that it was ended, and of every later one that it is.
    pub(super) fn end_over_limit(&self, limit: &str) {
        self.over_limit.replace(Some(limit.to_string()));
        for (_, waiting) in self.ends.take() {
            let _nobody_waits = waiting.send(ProcessEnd::OverLimit(limit.to_string()));
        }
    }

    async fn read_messages(&self, socket: &UnixStream) -> io::Result<()> {
        let mut inbox = Inbox::default();
        loop {
            socket.readable().await?;
            match socket.try_io(Interest::READABLE, || inbox.fill(socket)) {
                Ok(true) => {}
                Ok(false) => return Ok(()),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => continue,
                Err(error) if error.kind() == io::ErrorKind::ConnectionReset => return Ok(()),
                Err(error) => return Err(error),
            }
            while let Some(message) = inbox.next()? {
                self.take(message, &mut inbox)?;
            }
        }
    }

    fn take(&self, message: SealMessage, inbox: &mut Inbox) -> io::Result<()> {
        let ended = |process: usize, end: ProcessEnd| {
            if let Some(waiting) = self.ends.borrow_mut().remove(&process) {
                let _nobody_waits = waiting.send(end);
            }
        };
        match message {
            SealMessage::Ready => {}
            SealMessage::Failed(why) => return Err(io::Error::other(why)),
            SealMessage::NotStarted { process, why } => ended(process, ProcessEnd::NotStarted(why)),
            SealMessage::Ended {
                process,
                code: Some(code),
                ..
            } => ended(process, ProcessEnd::Exited(code)),
            SealMessage::Ended { process, signal, .. } => {
                ended(
                    process,
                    ProcessEnd::Signaled(signal_name(signal.unwrap_or_default())),
                );
            }
            SealMessage::Counted(_) if !cfg!(target_os = "linux") => {
                self.events.broken("processes cannot be counted on this system");
            }
            SealMessage::Counted(count) => self.events.tell(Event::Counted(count)),
            SealMessage::Socket(made) => {
                let made = match made {
                    Ok(()) => Ok(inbox.file()?),
                    Err(why) => Err(why),
                };
                if let Some(waiting) = self.sockets.borrow_mut().pop_front() {
                    let _nobody_waits = waiting.send(made);
                }
            }
        }
        Ok(())
    }
}

async fn write_requests(
    socket: Rc<UnixStream>,
    mut queue: UnboundedReceiver<(SealRequest, Vec<OwnedFd>)>,
) -> io::Result<()> {
    while let Some((request, files)) = queue.recv().await {
        let line = line_of(&request)?;
        let (mut rest, mut with) = (line.as_slice(), files.as_slice());
        while !rest.is_empty() {
            socket.writable().await?;
            let borrowed: Vec<BorrowedFd<'_>> = with.iter().map(|file| file.as_fd()).collect();
            match socket.try_io(Interest::WRITABLE, || send(&*socket, rest, &borrowed)) {
                Ok(sent) => {
                    rest = rest.get(sent..).unwrap_or_default();
                    with = &[];
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
        }
    }
    Ok(())
}

/// A signal as `TERM`, or its number where it has no name.
fn signal_name(signal: i32) -> String {
    let name = signal_hook::low_level::signal_name(signal);
    name.map_or_else(
        || signal.to_string(),
        |name| name.trim_start_matches("SIG").to_string(),
    )
}

/// The number of a signal that is named as `TERM`.
pub(super) fn signal_number(name: &str) -> Option<i32> {
    (1..32).find(|number| signal_name(*number) == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signals_have_the_names_that_shells_give_them() {
        for (name, number) in [("HUP", 1), ("INT", 2), ("KILL", 9), ("TERM", 15)] {
            assert_eq!(signal_number(name), Some(number));
            assert_eq!(signal_name(number), name);
        }
        assert_eq!(signal_number("NONE"), None);
        assert_eq!(signal_name(40), "40");
    }
}
