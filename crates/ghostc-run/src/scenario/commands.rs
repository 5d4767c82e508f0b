//! Fakes that are programs: scripts that start a process of ours, which asks here what to do.
//!
//! Only processes of ours are listened to, by what the system says of whoever connected: what a program itself writes
//! into the socket is no call.

use super::calls::{Calls, OpenCall, TimedAnswer};
use super::events::Events;
use super::stub_wire::{MOST, StubMessage, StubOrder};
use super::wire::line_of;
use ghostc_judge::play::{Answer, CallDetails, Event};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::hash::{BuildHasher as _, RandomState};
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::{AbortHandle, spawn_local};
use tokio::time::{Instant, sleep_until};

/// The longest line of a process of ours: a line of input as JSON, in which a byte may take six.
const LONGEST_LINE: u64 = 6 * MOST as u64 + 1024;

/// The fakes of a scenario that are programs.
pub(super) struct FakeCommands {
    /// Their names, and whether they are conversations; by their numbers.
    pub(super) fakes: Vec<(String, bool)>,
    /// Device and number of our own program's file.
    pub(super) program: (u64, u64),
    pub(super) calls: Rc<Calls>,
    /// The calls that have asked for a child which is not there yet, by their nonces.
    pub(super) children: RefCell<BTreeMap<u64, usize>>,
}

/// Device and number of a file.
pub(super) fn identity(path: &Path) -> io::Result<(u64, u64)> {
    fs::metadata(path).map(|found| (found.dev(), found.ino()))
}

impl FakeCommands {
    /// Takes connections for as long as the scenario lasts.
    pub(super) async fn listen(self: Rc<FakeCommands>, listener: UnixListener) {
        loop {
            match listener.accept().await {
                Ok((stream, _)) => {
                    let fakes = Rc::clone(&self);
                    spawn_local(async move {
                        if let Err(error) = fakes.serve(stream).await
                            && !is_gone(&error)
                        {
                            let text = format!("a played command failed: {error}");
                            fakes.calls.events().broken(text);
                        }
                    });
                }
                Err(error) => {
                    let text = format!("played commands cannot be listened to: {error}");
                    return self.calls.events().broken(text);
                }
            }
        }
    }

    /// Whether a process of ours is at the other end, which nobody holds in a debugger.
    fn is_ours(&self, stream: &UnixStream) -> bool {
        if !cfg!(target_os = "linux") {
            return true;
        }
        let Some(pid) = stream.peer_cred().ok().and_then(|peer| peer.pid()) else {
            return false;
        };
        let folder = Path::new("/proc").join(pid.to_string());
        let status = fs::read_to_string(folder.join("status")).unwrap_or_default();
        let is_untraced = status.lines().any(|line| line == "TracerPid:\t0");
        is_untraced && identity(&folder.join("exe")).is_ok_and(|found| found == self.program)
    }

    async fn serve(&self, stream: UnixStream) -> io::Result<()> {
        let is_ours = self.is_ours(&stream);
        let nonce = RandomState::new().hash_one(self.fakes.len());
        let (reader, writer) = stream.into_split();
        let mut connection = StubConnection {
            reader: BufReader::new(reader),
            writer,
        };
        match connection.next().await {
            // Who knows the nonce of a call was let in before.
            Ok(Some(StubMessage::Child(of))) => self.serve_child(connection, of).await,
            _ if !is_ours => Ok(()),
            Ok(Some(StubMessage::Fake(fake))) => {
                let fake = self.fakes.get(fake);
                let (name, lines) = fake.ok_or_else(|| nonsense("there is no such fake"))?;
                let lines = *lines;
                connection.send(&StubOrder::Welcome { nonce, lines }).await?;
                self.serve_call(connection, (name, lines), nonce).await
            }
            Ok(Some(_)) => Err(nonsense("it says first what comes later")),
            Ok(None) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Follows the life of what a call has left behind.
    async fn serve_child(&self, mut connection: StubConnection, nonce: u64) -> io::Result<()> {
        let Some(call) = self.children.borrow_mut().remove(&nonce) else {
            return Ok(());
        };
        let lines = false;
        let welcomed = connection.send(&StubOrder::Welcome { nonce, lines }).await;
        let lived = match welcomed {
            Ok(()) => connection.next().await.map(drop),
            failed => failed,
        };
        self.calls.events().tell(Event::ChildEnded { call });
        lived
    }

    async fn serve_call(
        &self,
        mut connection: StubConnection,
        (name, lines): (&str, bool),
        expected: u64,
    ) -> io::Result<()> {
        let Some(message) = connection.next().await? else {
            return Ok(());
        };
        let StubMessage::Call {
            nonce,
            begun,
            args,
            cwd,
            env,
            stdin: length,
        } = message
        else {
            return Err(nonsense("it does not say what it was called with"));
        };
        if nonce != expected || length > MOST {
            return Err(nonsense("it was called with what cannot be"));
        }
        let mut stdin = vec![0; length];
        connection.reader.read_exact(&mut stdin).await?;
        let with = CallDetails::Command {
            stdin,
            args,
            cwd,
            env: env.into_iter().collect(),
        };
        let events = self.calls.events();
        let call = self.calls.begin(name, with, events.since_beginning(begun));
        let number = call.number();
        let played = CommandCall {
            messages: StubMessages::listen(connection.reader),
            writer: connection.writer,
            call,
        };
        if lines {
            return played.converse(events).await;
        }
        let done = played.answer(&self.children, nonce, events).await;
        // Its child never came, and so is gone.
        if self.children.borrow_mut().remove(&nonce).is_some() {
            events.tell(Event::ChildEnded { call: number });
        }
        done
    }
}

/// Whether an error only says that the process at the other end has ended.
fn is_gone(error: &io::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionReset, UnexpectedEof};
    matches!(error.kind(), BrokenPipe | ConnectionReset | UnexpectedEof)
}

fn nonsense(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

struct StubConnection {
    reader: BufReader<OwnedReadHalf>,
    writer: OwnedWriteHalf,
}

impl StubConnection {
    async fn next(&mut self) -> io::Result<Option<StubMessage>> {
        next_message(&mut self.reader).await
    }

    async fn send(&mut self, order: &StubOrder) -> io::Result<()> {
        self.writer.write_all(&line_of(order)?).await
    }
}

async fn next_message(reader: &mut BufReader<OwnedReadHalf>) -> io::Result<Option<StubMessage>> {
    let mut line = Vec::new();
    reader.take(LONGEST_LINE).read_until(b'\n', &mut line).await?;
    if line.last() != Some(&b'\n') {
        // It was cut off by its end.
        return Ok(None);
    }
    serde_json::from_slice(&line).map(Some).map_err(io::Error::other)
}

/// The messages of a process, one after the other; a read that is given up would lose half of one.
struct StubMessages {
    queue: UnboundedReceiver<io::Result<StubMessage>>,
    reading: AbortHandle,
}

impl StubMessages {
    fn listen(mut reader: BufReader<OwnedReadHalf>) -> StubMessages {
        let (sender, queue): (UnboundedSender<_>, _) = unbounded_channel();
        let reading = spawn_local(async move {
            while let Some(message) = next_message(&mut reader).await.transpose() {
                let failed = message.is_err();
                if sender.send(message).is_err() || failed {
                    return;
                }
            }
        });
        StubMessages {
            queue,
            reading: reading.abort_handle(),
        }
    }

    /// The next one; nothing once the process has ended.
    async fn next(&mut self) -> io::Result<Option<StubMessage>> {
        self.queue.recv().await.transpose()
    }
}

impl Drop for StubMessages {
    fn drop(&mut self) {
        self.reading.abort();
    }
}

/// A call of a command that waits for what it is to do.
struct CommandCall {
    messages: StubMessages,
    writer: OwnedWriteHalf,
    call: OpenCall,
}

impl CommandCall {
    async fn send(&mut self, order: &StubOrder) -> io::Result<()> {
        self.writer.write_all(&line_of(order)?).await
    }

    /// Gives a command its one answer, and waits for its end.
    async fn answer(
        mut self,
        children: &RefCell<BTreeMap<u64, usize>>,
        nonce: u64,
        events: &Events,
    ) -> io::Result<()> {
        let (given, answer) = tokio::select! {
            answer = self.call.answer() => answer,
            message = self.messages.next() => return no_message(message),
        };
        let Answer::Command {
            stdout,
            stderr,
            exit,
            delay,
            child,
        } = answer
        else {
            return Err(nonsense("a command was answered like something else"));
        };
        if let Some(micros) = child {
            children.borrow_mut().insert(nonce, self.call.number());
            self.send(&StubOrder::Child { micros }).await?;
            match self.messages.next().await? {
                Some(StubMessage::ChildStarted(Ok(()))) => {}
                Some(StubMessage::ChildStarted(Err(why))) => {
                    return Err(io::Error::other(format!("its child cannot be started: {why}")));
                }
                other => return no_message(Ok(other)),
            }
        }
        tokio::select! {
            () = sleep_until(given + Duration::from_micros(delay)) => {}
            message = self.messages.next() => return no_message(message),
        }
        self.send(&StubOrder::Finish { stdout, stderr, exit }).await?;
        match self.messages.next().await? {
            Some(StubMessage::Over(at)) => self.call.end(events.since_beginning(at)),
            other => no_message(Ok(other))?,
        }
        Ok(())
    }

    /// Passes lines on until the process ends, or its input does and all was answered.
    async fn converse(mut self, events: &Events) -> io::Result<()> {
        let call = self.call.number();
        let (mut came, mut answered, mut is_input_over) = (0_usize, 0_usize, false);
        let mut due = DueOrders::default();
        loop {
            if is_input_over && came <= answered && due.orders.is_empty() {
                self.send(&StubOrder::Exit(0)).await?;
                is_input_over = false;
            }
            let next = due.next();
            tokio::select! {
                message = self.messages.next() => match message? {
                    None => return Ok(()),
                    Some(StubMessage::Line(line)) => {
                        came += 1;
                        events.tell(Event::LineCame { call, line });
                    }
                    Some(StubMessage::End) => is_input_over = true,
                    Some(StubMessage::Over(at)) => {
                        self.call.end(events.since_beginning(at));
                        return Ok(());
                    }
                    Some(_) => return Err(nonsense("it says what is no line")),
                },
                answer = self.call.answer() => {
                    answered += 1;
                    due.add(answer)?;
                }
                order = next => {
                    due.orders.pop_first();
                    self.send(&order).await?;
                }
            }
        }
    }
}

/// A process has only its end to tell.
fn no_message(message: io::Result<Option<StubMessage>>) -> io::Result<()> {
    match message? {
        None => Ok(()),
        Some(_) => Err(nonsense("it talks out of turn")),
    }
}

/// What a conversation is still to do, by its times and in its order.
#[derive(Default)]
struct DueOrders {
    orders: BTreeMap<(Instant, usize), StubOrder>,
    count: usize,
}

impl DueOrders {
    fn add(&mut self, (given, answer): TimedAnswer) -> io::Result<()> {
        let Answer::Lines { lines, exit } = answer else {
            return Err(nonsense("a conversation was answered like something else"));
        };
        let mut at = given;
        for (delay, line) in lines {
            at += Duration::from_micros(delay);
            self.insert(at, StubOrder::Print(line));
        }
        if let Some(code) = exit {
            self.insert(at, StubOrder::Exit(code));
        }
        Ok(())
    }

    fn insert(&mut self, at: Instant, order: StubOrder) {
        self.count += 1;
        self.orders.insert((at, self.count), order);
    }

    /// Waits for what is due next.
    fn next(&self) -> impl Future<Output = StubOrder> + use<> {
        let first = self.orders.first_key_value();
        let first = first.map(|((at, _), order)| (*at, order.clone()));
        async move {
            match first {
                Some((at, order)) => {
                    sleep_until(at).await;
                    order
                }
                None => std::future::pending().await,
            }
        }
    }
}
