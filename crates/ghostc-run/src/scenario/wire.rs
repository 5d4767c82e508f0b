//! What ghostc and the process inside the seal tell each other: lines of JSON, and open files that come with them.
//!
//! Nothing of rules, replies or expectations is ever among it.

use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer, SendAncillaryMessage,
    SendFlags, recvmsg, sendmsg,
};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::io::{self, IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

/// The most files that come with one message.
const MOST_FILES: usize = 3;
/// How much is read at once.
const AT_ONCE: usize = 1 << 16;

/// What ghostc wants of the process inside.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum SealRequest {
    /// Start a program; its standard input, output and error come along.
    Start {
        process: usize,
        argv: Vec<String>,
        env: Vec<(String, String)>,
    },
    /// Send a signal to a program alone, or to its process group.
    Signal {
        process: usize,
        signal: i32,
        group: bool,
    },
    /// Count the processes of a program that are alive.
    Count { process: usize },
    /// Make a TCP socket: whatever is done with it later happens in the network that it was made in.
    Socket { v6: bool },
}

/// What the process inside tells.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum SealMessage {
    /// All is there.
    Ready,
    /// The seal cannot be made, and why.
    Failed(String),
    /// A program could not be started, and why.
    NotStarted { process: usize, why: String },
    /// A program has ended, with an exit code or by a signal.
    Ended {
        process: usize,
        code: Option<i32>,
        signal: Option<i32>,
    },
    /// The answer to `Count`.
    Counted(usize),
    /// The answer to `Socket`; the socket comes along, or else it is said why there is none.
    Socket(Result<(), String>),
}

/// A message as a line.
pub(super) fn line_of<T: Serialize>(message: &T) -> io::Result<Vec<u8>> {
    let mut line = serde_json::to_vec(message).map_err(io::Error::other)?;
    line.push(b'\n');
    Ok(line)
}

/// Sends bytes, and files with the first of them; how many bytes were sent.
pub(super) fn send(socket: impl AsFd, bytes: &[u8], files: &[BorrowedFd<'_>]) -> io::Result<usize> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MOST_FILES))];
    let mut control = SendAncillaryBuffer::new(&mut space);
    if !files.is_empty() && !control.push(SendAncillaryMessage::ScmRights(files)) {
        return Err(io::Error::other("too many files for a message"));
    }
    Ok(sendmsg(
        socket,
        &[IoSlice::new(bytes)],
        &mut control,
        SendFlags::empty(),
    )?)
}

/// What has come and is not read yet. Files come no later than the last byte of the line that they belong to.
#[derive(Default)]
pub(super) struct Inbox {
    bytes: VecDeque<u8>,
    /// How many of the bytes hold no end of a line.
    searched: usize,
    files: VecDeque<OwnedFd>,
}

impl Inbox {
    /// Takes what is there; false at the end of the stream.
    pub(super) fn fill(&mut self, socket: impl AsFd) -> io::Result<bool> {
        let mut buffer = vec![0; AT_ONCE];
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MOST_FILES))];
        let mut control = RecvAncillaryBuffer::new(&mut space);
        let slices = &mut [IoSliceMut::new(&mut buffer)];
        let received = recvmsg(socket, slices, &mut control, closed_on_exec())?;
        for message in control.drain() {
            if let RecvAncillaryMessage::ScmRights(files) = message {
                self.files.extend(files);
            }
        }
        self.bytes.extend(buffer.iter().take(received.bytes));
        Ok(received.bytes > 0)
    }

    /// The next message, where all of it has come.
    pub(super) fn next<T: DeserializeOwned>(&mut self) -> io::Result<Option<T>> {
        let mut unsearched = self.bytes.iter().skip(self.searched);
        let Some(found) = unsearched.position(|byte| *byte == b'\n') else {
            self.searched = self.bytes.len();
            return Ok(None);
        };
        let line: Vec<u8> = self.bytes.drain(..=self.searched + found).collect();
        self.searched = 0;
        serde_json::from_slice(&line).map(Some).map_err(io::Error::other)
    }

    /// The next file.
    pub(super) fn file(&mut self) -> io::Result<OwnedFd> {
        let missing = || io::Error::other("a message came without its files");
        self.files.pop_front().ok_or_else(missing)
    }
}

/// What is received must not reach programs that are started.
#[cfg(target_os = "linux")]
fn closed_on_exec() -> RecvFlags {
    RecvFlags::CMSG_CLOEXEC
}

#[cfg(not(target_os = "linux"))]
fn closed_on_exec() -> RecvFlags {
    RecvFlags::empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read as _;
    use std::os::unix::net::UnixStream;

    #[test]
    fn messages_and_their_files_come_through_in_pieces() {
        let (ours, theirs) = UnixStream::pair().unwrap();
        let mut inbox = Inbox::default();
        for number in 0..3_usize {
            let (mut reader, writer) = io::pipe().unwrap();
            let line = line_of(&SealRequest::Count { process: number }).unwrap();
            let (start, rest) = line.split_at(4);
            assert_eq!(send(&ours, start, &[writer.as_fd()]).unwrap(), 4);
            drop(writer);
            assert!(inbox.fill(&theirs).unwrap());
            assert!(inbox.next::<SealRequest>().unwrap().is_none());
            send(&ours, rest, &[]).unwrap();
            assert!(inbox.fill(&theirs).unwrap());
            let next = inbox.next::<SealRequest>().unwrap();
            assert!(matches!(next, Some(SealRequest::Count { process }) if process == number));
            let mut file = std::fs::File::from(inbox.file().unwrap());
            std::io::Write::write_all(&mut file, b"through").unwrap();
            drop(file);
            let mut text = String::new();
            reader.read_to_string(&mut text).unwrap();
            assert_eq!(text, "through");
        }
        assert!(inbox.file().is_err());
        drop(ours);
        assert!(!inbox.fill(&theirs).unwrap());
    }
}
