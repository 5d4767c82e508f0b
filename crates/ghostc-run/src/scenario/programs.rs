//! Programs of a scenario: what they read, what they print, and how they end.

use super::channel::SealChannel;
use super::events::Events;
use super::wire::SealRequest;
use crate::launch::ProgramEnd;
use ghostc_judge::play::{Event, ProcessEnd};
use ghostc_judge::script::Stream;
use rustix::process::Signal;
use std::future::pending;
use std::io;
use std::os::fd::OwnedFd;
use std::rc::Rc;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::unix::pipe::{Receiver, Sender};
use tokio::sync::oneshot;
use tokio::task::spawn_local;
use tokio::time::{Instant, sleep_until};

/// The most that a program may print on one stream.
const MOST_OUTPUT: usize = 16 << 20;
/// How long a program's output is waited for that one of its children holds open.
const GRACE: Duration = Duration::from_millis(50);
/// How much is read at once.
const AT_ONCE: usize = 1 << 16;

/// Starts a program and tells what becomes of it.
pub(super) fn start(
    (process, argv): (usize, Vec<String>),
    stdin: String,
    env: Vec<(String, String)>,
    channel: &Rc<SealChannel>,
    events: &Events,
) -> io::Result<()> {
    let (input, feed) = io::pipe()?;
    let ((out, to_out), (err, to_err)) = (io::pipe()?, io::pipe()?);
    let feed = Sender::from_owned_fd(nonblocking(feed.into())?)?;
    let outputs = [
        Output::new(Stream::Stdout, out.into())?,
        Output::new(Stream::Stderr, err.into())?,
    ];
    let streams = [input.into(), to_out.into(), to_err.into()];
    let end = channel.start(process, argv, env, streams);
    spawn_local(write_input(feed, stdin));
    let watch = ProgramWatch {
        process,
        outputs,
        channel: Rc::clone(channel),
        events: events.clone(),
        over: None,
    };
    spawn_local(watch.run(end));
    Ok(())
}

fn nonblocking(file: OwnedFd) -> io::Result<OwnedFd> {
    crate::pipe::set_nonblocking(&file)?;
    Ok(file)
}

async fn write_input(mut feed: Sender, stdin: String) {
    // Whether a program reads its input shows in what it does.
    let _not_read = feed.write_all(stdin.as_bytes()).await;
}

/// One stream of a program.
struct Output {
    stream: Stream,
    /// Nothing at its end.
    pipe: Option<Receiver>,
    seen: usize,
    buffer: Vec<u8>,
}

impl Output {
    fn new(stream: Stream, pipe: OwnedFd) -> io::Result<Output> {
        Ok(Output {
            stream,
            pipe: Some(Receiver::from_owned_fd(nonblocking(pipe)?)?),
            seen: 0,
            buffer: vec![0; AT_ONCE],
        })
    }

    /// What comes next; it is never ready after the end.
    async fn next(&mut self) -> Vec<u8> {
        let Some(pipe) = &mut self.pipe else {
            return pending().await;
        };
        let count = pipe.read(&mut self.buffer).await.unwrap_or(0);
        self.took(count)
    }

    /// What is there already; nothing at the end or where nothing is there.
    fn rest(&mut self) -> Vec<u8> {
        match self.pipe.as_ref().map(|pipe| pipe.try_read(&mut self.buffer)) {
            Some(Ok(count)) => self.took(count),
            Some(Err(_)) | None => Vec::new(),
        }
    }

    fn took(&mut self, count: usize) -> Vec<u8> {
        if count == 0 {
            self.pipe = None;
        }
        self.seen += count;
        self.buffer.get(..count).unwrap_or_default().to_vec()
    }
}

/// Follows one program.
struct ProgramWatch {
    process: usize,
    outputs: [Output; 2],
    channel: Rc<SealChannel>,
    events: Events,
    /// That it printed too much, once it did.
    over: Option<ProcessEnd>,
}

impl ProgramWatch {
    /// Tells what it prints and how it ends; what its children print afterwards is told as well.
    async fn run(mut self, mut end: oneshot::Receiver<ProcessEnd>) {
        let (mut ended, mut told, mut limit) = (None, false, None);
        loop {
            let is_open = self.outputs.iter().any(|output| output.pipe.is_some());
            if !is_open && !told && ended.is_some() {
                told = self.tell_end(ended.take());
            }
            if !is_open && told {
                return;
            }
            let [out, err] = &mut self.outputs;
            let grace = async {
                match limit {
                    Some(limit) => sleep_until(limit).await,
                    None => pending().await,
                }
            };
            tokio::select! {
                bytes = out.next() => self.print(0, bytes),
                bytes = err.next() => self.print(1, bytes),
                outcome = &mut end, if ended.is_none() && !told => {
                    // Where nobody tells how it ended all is over.
                    let Ok(outcome) = outcome else { return };
                    ended = Some(outcome);
                    limit = Some(Instant::now() + GRACE);
                }
                () = grace => {
                    limit = None;
                    self.print_rest();
                    told = self.tell_end(ended.take());
                }
            }
        }
    }

    fn print_rest(&mut self) {
        for which in 0..self.outputs.len() {
            loop {
                let bytes = self.outputs.get_mut(which).map(Output::rest).unwrap_or_default();
                if bytes.is_empty() {
                    break;
                }
                self.print(which, bytes);
            }
        }
    }

    fn print(&mut self, which: usize, mut bytes: Vec<u8>) {
        let Some(output) = self.outputs.get_mut(which) else {
            return;
        };
        let (process, stream) = (self.process, output.stream);
        let excess = output.seen.saturating_sub(MOST_OUTPUT);
        bytes.truncate(bytes.len().saturating_sub(excess));
        if excess > 0 {
            let end = ProgramEnd::too_much_output(MOST_OUTPUT as u64);
            self.over = Some(ProcessEnd::OverLimit(end.to_string()));
            self.outputs.iter_mut().for_each(|output| output.pipe = None);
            self.channel.ask(SealRequest::Signal {
                process,
                signal: Signal::KILL.as_raw(),
                group: true,
            });
        }
        if !bytes.is_empty() {
            self.events.tell(Event::Printed {
                process,
                stream,
                bytes,
            });
        }
    }

    fn tell_end(&mut self, end: Option<ProcessEnd>) -> bool {
        let end = self.over.take().or(end);
        if let Some(end) = end {
            let process = self.process;
            self.events.tell(Event::Ended { process, end });
        }
        true
    }
}
